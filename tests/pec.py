"""Receipts of certified e-mail as providers send them, for the tests."""

from email.message import EmailMessage
from email.policy import SMTP

CERTIFICATE = """<?xml version="1.0" encoding="UTF-8"?>
<postacert tipo="{kind}" errore="{error}">
    <intestazione>
        <mittente>crediti@pec.example.com</mittente>
        <destinatari tipo="certificato">{recipient}</destinatari>
        <risposte>crediti@pec.example.com</risposte>
        <oggetto>Comunicazione formale</oggetto>
    </intestazione>
    <dati>
        <gestore-emittente>Gestore Esempio S.p.A.</gestore-emittente>
        <data zona="+0100">
            <giorno>{day}</giorno>
            <ora>{hour}</ora>
        </data>
        <identificativo>opec1.20261102.1@pec.example.com</identificativo>
        <msgid>{message_id}</msgid>{more}
    </dati>
</postacert>
"""
DELIVERED = '\n        <ricevuta tipo="completa"/>\n        <consegna>{recipient}</consegna>'
SUBJECTS = {
    "accettazione": "ACCETTAZIONE",
    "avvenuta-consegna": "CONSEGNA",
    "errore-consegna": "AVVISO DI MANCATA CONSEGNA",
    "preavviso-errore-consegna": "AVVISO DI MANCATA CONSEGNA NELLE 12 ORE",
    "non-accettazione": "AVVISO DI NON ACCETTAZIONE",
}


def certificate(kind, message_id, recipient, **facts):
    """The file `daticert.xml`."""
    values = {"error": "nessuno", "day": "02/11/2026", "hour": "10:15:30", "more": "", **facts}
    if kind == "avvenuta-consegna":
        values["more"] = DELIVERED.format(recipient=recipient)
    bare = message_id.strip("<>")
    return CERTIFICATE.format(kind=kind, recipient=recipient, message_id=f"&lt;{bare}&gt;", **values)


def receipt(  # noqa: PLR0913  what tests vary
    kind, message_id, recipient="posta@pec.example.org", *, xml=None, headers=None, signed=True, **facts
):
    """A receipt as bytes, as a mailbox saves it.

    Args:
        kind: `accettazione`, `avvenuta-consegna` and so on.
        message_id: of the message it is about.
        recipient: of that message.
        xml: another `daticert.xml`.
        headers: others in the place of the usual ones; a None leaves one out.
        signed: as providers send it, inside a multipart/signed.
        facts: of the certificate: error, day, hour, more.
    """
    inner = EmailMessage(policy=SMTP)
    inner.set_content(f"Il messaggio indirizzato a {recipient}: {kind}.")
    data = xml if xml is not None else certificate(kind, message_id, recipient, **facts)
    data = data if isinstance(data, bytes) else data.encode()
    inner.add_attachment(data, maintype="application", subtype="xml", filename="daticert.xml")
    if kind == "avvenuta-consegna":
        inner.add_attachment(_carried(message_id), filename="postacert.eml")
    outer = inner
    if signed:
        outer = EmailMessage(policy=SMTP)
        outer["Content-Type"] = 'multipart/signed; protocol="application/x-pkcs7-signature"; micalg=sha-256'
        signature = EmailMessage(policy=SMTP)
        signature.set_content(
            b"\x30\x82", maintype="application", subtype="x-pkcs7-signature", filename="smime.p7s"
        )
        outer.set_payload([inner, signature])
    usual = {
        "From": "posta-certificata@pec.example.com",
        "To": "crediti@pec.example.com",
        "Subject": f"{SUBJECTS.get(kind, kind)}: Comunicazione formale",
        "X-Ricevuta": kind,
        "X-Riferimento-Message-ID": message_id,
    }
    for name, value in {**usual, **(headers or {})}.items():
        if value is not None:
            outer[name] = value
    return outer.as_bytes()


def _carried(message_id):
    """The message that a full receipt carries, itself with a certificate that is not the receipt's."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = message_id
    message["Subject"] = "Comunicazione formale"
    message.set_content("In allegato.")
    other = certificate("posta-certificata", "<altro@example.com>", "posta@pec.example.org").encode()
    message.add_attachment(other, maintype="application", subtype="xml", filename="daticert.xml")
    return message
