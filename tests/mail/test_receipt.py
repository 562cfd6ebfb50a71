import datetime as dt
import random

import pytest

from pec import certificate, receipt
from xlcredit.mail import receipt as receipts
from xlcredit.mail.receipt import NotAReceiptError, Receipt, read_receipt

ID = "<S261030-001.1.ab@pec.example.com>"
TO = "posta@pec.example.org"
MOMENT = dt.datetime.fromisoformat("2026-11-02 10:15:30")
NUMBER = "opec1.20261102.1@pec.example.com"


@pytest.mark.parametrize("signed", [True, False])
def test_receipt_of_acceptance(signed):
    data = receipt("accettazione", ID, signed=signed)
    assert read_receipt(data) == Receipt("accepted", ID, MOMENT, "", NUMBER, "")


def test_receipt_of_delivery():
    data = receipt("avvenuta-consegna", ID, "Posta@PEC.example.org")
    assert read_receipt(data) == Receipt("delivered", ID, MOMENT, TO, NUMBER, "")


def test_notice_that_it_was_not_delivered():
    more = "<errore-esteso>5.1.1 - indirizzo\n inesistente</errore-esteso>"
    read = read_receipt(receipt("errore-consegna", ID, error="no-dest", more=more))
    assert (read.kind, read.reason) == ("undelivered", "5.1.1 - indirizzo inesistente")


def test_an_error_without_words_says_its_code():
    assert read_receipt(receipt("non-accettazione", ID, error="virus")).reason == "virus"


def test_notice_after_twelve_hours():
    assert read_receipt(receipt("preavviso-errore-consegna", ID, error="altro")).kind == "late"


@pytest.mark.parametrize("headers", [{"X-Ricevuta": None}, {"X-Riferimento-Message-ID": None}])
def test_headers_may_be_missing(headers):
    assert read_receipt(receipt("accettazione", ID, headers=headers)).message_id == ID


def test_a_message_id_without_brackets_is_the_same():
    data = receipt("accettazione", ID, headers={"X-Riferimento-Message-ID": ID.strip("<>")})
    assert read_receipt(data).message_id == ID


@pytest.mark.parametrize(
    "headers",
    [{"X-Ricevuta": "avvenuta-consegna"}, {"X-Riferimento-Message-ID": "<altro@example.com>"}],
)
def test_a_receipt_that_contradicts_itself_is_none(headers):
    with pytest.raises(NotAReceiptError):
        read_receipt(receipt("accettazione", ID, headers=headers))


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "non è XML",
        "<postacert/>",
        "<altro tipo='accettazione'/>",
        certificate("posta-certificata", ID, TO),
        certificate("accettazione", ID, TO, day="31/02/2026"),
        certificate("accettazione", ID, TO, hour="25:00:00"),
        certificate("accettazione", "<>", TO),
        certificate("accettazione", ID, TO).replace(">\n", "><!-- -->\n", 1)[:200],
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + certificate("accettazione", ID, TO)[38:],
        '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd" [ ]>'
        + certificate("accettazione", ID, TO)[38:],
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]>'.encode("utf-16")
        + certificate("accettazione", ID, TO)[38:].encode("utf-16-le"),
        certificate("accettazione", ID, TO, more="x" * 200_001),
    ],
)
def test_a_certificate_that_is_none_makes_no_receipt(xml):
    with pytest.raises(NotAReceiptError):
        read_receipt(receipt("accettazione", ID, xml=xml))


def test_the_dtd_that_a_provider_names_is_not_loaded(tmp_path):
    dtd = tmp_path / "postacert.dtd"
    dtd.write_text('<!ATTLIST postacert tipo CDATA "errore-consegna"><!ENTITY b "c">', "utf-8")
    for named in ('PUBLIC "posta certificata" "https://pec.example.com/postacert.dtd"', f'SYSTEM "{dtd}"'):
        xml = f'<?xml version="1.0"?>\r\n<!DOCTYPE postacert {named}>\r\n'
        xml += certificate("accettazione", ID, TO)[38:]
        assert read_receipt(receipt("accettazione", ID, xml=xml)).kind == "accepted"


def test_an_entity_is_never_read(tmp_path):
    secret = tmp_path / "segreto.txt"
    secret.write_text("posta@pec.example.org", "utf-8")
    xml = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(NotAReceiptError):
        read_receipt(receipt("accettazione", ID, xml=xml + certificate("accettazione", "&b;", TO)[38:]))


def test_an_ordinary_message_is_no_receipt():
    with pytest.raises(NotAReceiptError):
        read_receipt(b"From: a@example.com\r\nSubject: ciao\r\n\r\nciao\r\n")


def test_the_certificate_of_a_carried_message_is_not_the_receipts():
    data = receipt("avvenuta-consegna", ID).replace(b'filename="daticert.xml"', b'filename="altro.xml"', 1)
    with pytest.raises(NotAReceiptError):
        read_receipt(data)


def test_too_large_a_file_is_not_read(monkeypatch):
    monkeypatch.setattr(receipts, "LARGEST_BYTES", 100)
    with pytest.raises(NotAReceiptError):
        read_receipt(receipt("accettazione", ID))


def test_mutated_receipts_are_read_or_refused_and_nothing_else():
    whole, chance = receipt("avvenuta-consegna", ID), random.Random(3)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(data))
            data[place : place + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
        try:
            read = read_receipt(bytes(data))
        except NotAReceiptError:
            continue
        assert isinstance(read, Receipt)
