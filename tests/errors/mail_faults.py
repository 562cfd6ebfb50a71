"""Faults of letters on their way by mail, and of what comes back, as in `faults`."""

import hashlib
import os
from pathlib import Path
from unittest import mock

import keyring
from broken_inputs import command
from faults import book, causes

from mail_server import Mailbox, running
from pec import receipt
from xlcredit.catalogue import Catalogue
from xlcredit.mail.account import Account
from xlcredit.mail.delivery import Delivery
from xlcredit.mail.errors import MailError
from xlcredit.schema import REMINDERS

LETTER = b"lettera"
SETTINGS = {
    "company_name": "Officine Esempio S.r.l.",
    "company_email": "crediti@example.com",
    "smtp_host": "localhost",
    "mail_pause_seconds": "0",
}
ISSUED = {
    "event_id": "S1-01",
    "reminder_id": "S1",
    "event": "Emesso",
    "event_time": "30/03/2026",
    "customer_id": "C1",
    "invoice_id": "1/2026",
    "row_level": "1",
    "letter_level": "1",
    "open_amount": "1.000,00",
    "channel": "E-mail",
    "file": "lettera.docx",
    "file_hash": hashlib.sha256(LETTER).hexdigest(),
}
CARRIED = ISSUED | {"event_id": "S1-M1", "invoice_id": "", "row_level": "", "open_amount": ""}
BOOK = """
Scadenzario
Numero | Codice cliente | Data documento | Scadenza | Totale documento | Documenti a prova
1/2026 | C1 | 02/02/2026 | 04/03/2026 | {amount} | {proof}

Clienti
Codice cliente | Ragione sociale | Tipo cliente | E-mail | PEC
C1 | Alfa S.r.l. | Impresa | {email} | posta@pec.example.org

Solleciti
{register}

Parametri
Parametro | Valore
{settings}
"""
SEND = "xlcredit send crediti.xlsx --out . --word"
SHOWN = f"{SEND} --dry-run"


def post(folder, *events, amount="1.000,00", proof="", email="alfa@example.com", **settings):
    """A workbook with one letter issued yesterday, and what else happened to it."""
    keys = [column.key for column in REMINDERS.columns]
    lines = [ISSUED | dict(events[0]) if events else ISSUED, *(CARRIED | dict(event) for event in events[1:])]
    words = Catalogue("it")
    rows = [words.headers("reminders", keys), *([line.get(key, "") for key in keys] for line in lines)]
    names = words.section("settings")
    filled = [f"{names[key]['name']} | {value}" for key, value in (SETTINGS | settings).items() if value]
    (folder / "lettera.docx").write_bytes(LETTER)
    return book(
        folder,
        BOOK.format(
            amount=amount,
            proof=proof,
            email=email,
            register="\n".join(" | ".join(row) for row in rows),
            settings="\n".join(filled),
        ),
    )


def sent(folder, mailbox=None, line=SEND, certified_by=True, host="localhost", **options):
    """The letter is sent to a server that runs on this machine."""
    own = {key: options.pop(key) for key in tuple(options) if key == "smtp_user"}
    with running(folder, mailbox, **options) as (server, _):
        post(folder, smtp_port=str(server.port), smtp_host=host, **own)
        with mock.patch.dict(os.environ, clear=not certified_by):
            outcome = command(line)
    if outcome.error and "port" in outcome.error.facts:
        outcome.error.facts["port"] = "2525"
    return outcome


# Before anything is sent


@causes("mail-server-missing")
def no_server(folder):
    """The sheet Parametri names no mail server."""
    post(folder, smtp_host="")
    return command(SEND)


@causes("outlook-missing")
def no_outlook(folder):
    """`xlcredit send crediti.xlsx --out . --outlook` on a computer without Outlook."""
    post(folder)
    return command("xlcredit send crediti.xlsx --out . --outlook")


@causes("mail-user-missing")
def no_user(folder):
    """A password is to be kept, and the sheet Parametri names no user."""
    post(folder)
    return command("xlcredit password crediti.xlsx")


@causes("mail-sender-missing")
def no_sender(folder):
    """The sheet Parametri names no address to send from."""
    post(folder, company_email="")
    return command(SEND)


@causes("mail-sender-invalid")
def sender_invalid(folder):
    """The address to send from is `crediti`."""
    post(folder, company_email="crediti")
    return command(SEND)


@causes("mail-password-missing")
def no_password(folder):
    """The system's keyring has no password for the user `anna`."""
    post(folder, smtp_user="anna")
    with mock.patch.object(keyring, "get_password", return_value=None):
        return command(SEND)


@causes("mail-keyring-missing")
def no_keyring(folder):
    """The system has no keyring."""
    post(folder, smtp_user="anna")
    refused = keyring.errors.NoKeyringError("No recommended backend was available")
    with mock.patch.object(keyring, "get_password", side_effect=refused):
        return command(SEND)


@causes("mail-server-unreachable")
def server_gone(folder):
    """Nobody answers at the server's port."""
    post(folder, smtp_port="2525")
    with mock.patch(
        "socket.create_connection", side_effect=ConnectionRefusedError(111, "Connection refused")
    ):
        return command(SEND)


@causes("mail-certificate")
def certificate(folder):
    """The server shows a certificate that nobody vouches for."""
    outcome = sent(folder, certified_by=False)
    outcome.error.facts["reason"] = outcome.error.facts["reason"].partition(" (")[0]
    return outcome


@causes("mail-unprotected")
def unprotected(folder):
    """The server offers no TLS."""
    return sent(folder, protection="none")


@causes("mail-login-refused")
def login_refused(folder):
    """The server does not accept the password of the user `anna`."""
    with mock.patch.object(keyring, "get_password", return_value="sbagliata"):
        return sent(folder, smtp_user="anna", login=True)


@causes("mail-sender-refused")
def sender_refused(folder):
    """The server lets the account send from another address only."""
    with running(folder, Mailbox(refuses_sender="553 5.7.1 Sender address rejected")) as (server, _):
        own = Account("email", "localhost", server.port, "", SETTINGS["company_email"], "")
        try:
            Delivery(own).deliver(LETTER, ["alfa@example.com"], lambda: None)
        except MailError as error:
            error.facts["port"] = "2525"
            raise


@causes("mail-template-missing")
def no_text(folder):
    """There is no text for messages, neither beside the workbook nor in the package."""
    post(folder)
    with (
        mock.patch("xlcredit.operations.parcels.package_templates", return_value=Path("modelli")),
        mock.patch("xlcredit.operations.drafts.templates_folder", return_value=Path("modelli")),
    ):
        return command(f"{SEND} --drafts")


@causes("mail-template-broken")
def broken_text(folder):
    """The text for level 1 names `{{ letter.totale }}`, which does not exist."""
    write_text(folder, "Oggetto: rif. {{ letter.id }}\n\nGentile Cliente,\n\ndeve {{ letter.totale }}.\n")
    post(folder)
    return command(f"{SEND} --drafts --templates modelli")


def write_text(folder, text):
    path = folder / "modelli" / "it" / "mail" / "level_1.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")


@causes("mail-text-broken", also=("templates-absent",))
def unclosed_text(folder):
    """The text for level 1 opens a condition and does not close it."""
    write_text(folder, "Oggetto: rif. {{ letter.id }}\n\n{% if copies %}In allegato le copie.\n")
    with mock.patch("xlcredit.operations.templates.check_template", return_value=[]):
        (folder / "modelli" / "it" / "level_1.docx").write_bytes(b"")
        return command("xlcredit templates check modelli")


@causes("outside-hours")
def sunday(folder):
    """It is Tuesday, 31 March 2026, but nine in the evening."""
    post(folder)
    with mock.patch("xlcredit.operations.send.may_call", return_value=False):
        return command(SEND)


@causes("send-in-the-future")
def tomorrow(folder):
    """Letters are to be sent on 1 April, and today is 31 March."""
    post(folder)
    return command(f"{SEND} --as-of 2026-04-01")


@causes("reminder-not-sendable")
def not_sendable(folder):
    """The reminder S2 is to be sent again, and there is none."""
    post(folder)
    return command(f"{SEND} --resend S2")


# Letters that stay


@causes("mail-address-missing")
def address_missing(folder):
    """The customer has no e-mail address."""
    post(folder, email="")
    return command(SHOWN)


@causes("mail-channel-unusable")
def channel_unusable(folder):
    """One letter goes by e-mail, one by certified e-mail, and the sheet Parametri names no certified address."""
    other = {**ISSUED, "event_id": "S2-01", "reminder_id": "S2", "channel": "PEC"}
    post(folder, {}, other)
    return command(f"{SEND} --drafts")


@causes("mail-address-invalid")
def address_invalid(folder):
    """The customer's e-mail address is `alfa(at)example.com`."""
    post(folder, email="alfa(at)example.com")
    return command(SHOWN)


@causes("mail-letter-missing")
def letter_missing(folder):
    """The letter was moved to another folder after it was issued."""
    post(folder)
    Path("lettera.docx").unlink()
    return command(SHOWN)


@causes("mail-letter-altered")
def letter_altered(folder):
    """Somebody changed the letter after it was issued."""
    post(folder)
    Path("lettera.docx").write_bytes(b"altra lettera")
    return command(SHOWN)


@causes("mail-letter-outdated")
def letter_outdated(folder):
    """The letter asks for 1,000.00, of which 400.00 have been credited since."""
    post(folder, amount="600,00")
    return command(SHOWN)


@causes("mail-letter-old")
def letter_old(folder):
    """The letter was issued on 20 March, eleven days ago."""
    post(folder, {"event_time": "20/03/2026"})
    return command(SHOWN)


@causes("mail-in-doubt")
def in_doubt(folder):
    """The line broke when the letter S1 was sent."""
    post(folder, {}, {"event": "Incerto"})
    return command(SHOWN)


@causes("mail-refused")
def refused(folder):
    """The server refused the letter S1."""
    post(folder, {}, {"event": "Non riuscito"})
    return command(SHOWN)


@causes("mail-drafted")
def drafted(folder):
    """A draft was made of the letter S1."""
    post(folder, {}, {"event": "Preparato"})
    return command(SHOWN)


@causes("mail-copy-missing")
def copy_missing(folder):
    """The invoice's copy `fattura 1.pdf` is not in the documents folder."""
    post(folder, proof="fattura 1.pdf")
    return command(f"{SEND} --drafts")


@causes("mail-copy-too-large")
def copy_too_large(folder):
    """The invoice's copy has 16 MB."""
    post(folder, proof="fattura.pdf")
    with Path("fattura.pdf").open("wb") as file:
        file.truncate(16_000_000)
    return command(f"{SEND} --drafts")


@causes("mail-letter-unreadable")
def letter_unreadable(folder):
    """The letter is open in another program, which lets nobody read it."""
    post(folder)
    with mock.patch.object(Path, "read_bytes", _unless("lettera.docx")):
        return command(SHOWN)


@causes("mail-copy-unreadable")
def copy_unreadable(folder):
    """The invoice's copy may be read by somebody else only."""
    post(folder, proof="fattura.pdf")
    Path("fattura.pdf").write_bytes(b"%PDF")
    with mock.patch.object(Path, "read_bytes", _unless("fattura.pdf")):
        return command(f"{SEND} --drafts")


def _unless(name, read=Path.read_bytes):
    """Reads any file but one of that name."""

    def reading(path):
        if path.name == name:
            raise PermissionError(13, "Permission denied")
        return read(path)

    return reading


# What comes back


@causes("one-fate")
def two_fates(folder):
    """A letter was received and refused."""
    post(folder)
    return command("xlcredit receipt crediti.xlsx S1 --received 2026-03-31 --refused 2026-03-31")


@causes("receipt-date-impossible")
def received_before(folder):
    """A letter of 30 March was received on 1 March."""
    post(folder)
    return command("xlcredit receipt crediti.xlsx S1 --received 2026-03-01")


@causes("receipt-contradicted")
def received_before_it_was_sent(folder):
    """A letter that was received on 30 March is recorded as sent on the 31st."""
    delivered = {"event_id": "S1-F", "event": "Consegnato", "proof_date": "30/03/2026", "reason": "Ricevuta"}
    post(folder, {}, delivered)
    return command("xlcredit receipt crediti.xlsx S1 --sent 2026-03-31")


@causes("receipt-file-missing")
def no_scan(folder):
    """The scan of the receipt is not where it should be."""
    post(folder)
    return command("xlcredit receipt crediti.xlsx S1 --received 2026-03-31 --file avviso.pdf")


@causes("receipt-folder-missing")
def no_receipts(folder):
    """The folder of receipts is not there."""
    post(folder)
    return command("xlcredit receipts crediti.xlsx ricevute")


def came_back(folder, kind, *events, **facts):
    """A receipt of certified e-mail for the letter S1."""
    message = {"event": "Inviato", "channel": "PEC", "message_id": "<1@example.com>"}
    post(folder, {"channel": "PEC"}, message, *events)
    Path("ricevute").mkdir()
    facts = {"recipient": "posta@pec.example.org", "day": "31/03/2026", **facts}
    Path("ricevute/ricevuta.eml").write_bytes(receipt(kind, "<1@example.com>", **facts))
    return command("xlcredit receipts crediti.xlsx ricevute")


@causes("receipt-late")
def late(folder):
    """The provider says that the letter was not delivered within twelve hours."""
    return came_back(folder, "preavviso-errore-consegna", error="altro")


@causes("receipt-implausible")
def implausible(folder):
    """A receipt says that a letter of 30 March was delivered on 1 March."""
    return came_back(folder, "avvenuta-consegna", day="01/03/2026")


@causes("receipt-contradicts")
def contradicts(folder):
    """A receipt says that a letter was not delivered that a person recorded as received."""
    received = {"event_id": "S1-F", "event": "Consegnato", "proof_date": "31/03/2026", "reason": "Ricevuta"}
    return came_back(folder, "errore-consegna", received, error="no-dest")


@causes("receipt-other-address")
def other_address(folder):
    """A receipt says that the letter was delivered to somebody else."""
    return came_back(folder, "avvenuta-consegna", recipient="altri@pec.example.org")
