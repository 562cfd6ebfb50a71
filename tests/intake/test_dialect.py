"""Encodings and separators."""

import pytest

from xlcredit.intake.dialect import decode, looks_like_text, sniff
from xlcredit.intake.ledger_file import read_ledger
from xlcredit.intake.place import worth

LEDGER = "Numero;Cliente;Scadenza;Importo\n1;Società Però;31/01/2026;1.250,50\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_accents_survive_every_usual_encoding(write_csv, encoding):
    file = read_ledger(write_csv(LEDGER, encoding=encoding))
    assert file.raw["customer_name"].tolist() == ["Società Però"]
    assert file.raw["amount"].tolist() == ["1.250,50"]


def test_encoding_without_mark_is_utf8_only_where_it_is_valid():
    assert decode("però".encode())[1] == "utf-8"
    assert decode("però".encode("cp1252")) == ("però", "cp1252")
    assert decode("€ 5".encode("cp1252"))[0] == "€ 5"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_separator_is_the_one_under_which_headers_are_read(delimiter):
    text = LEDGER.replace(";", delimiter).replace("1.250,50", '"1.250,50"')
    assert sniff(text, worth).delimiter == delimiter


def test_decimal_commas_do_not_make_a_comma_separated_file():
    rows = "\n".join(f"{number};1,5;2,5;3,5;4,5" for number in range(30))
    assert sniff("Numero;Importo;Scadenza;x;y\n" + rows, worth).delimiter == ";"


def test_separator_line_of_excel_is_obeyed(write_csv):
    file = read_ledger(write_csv("sep=|\nNumero|Scadenza|Importo\n7|31/01/2026|10\n"))
    assert file.raw["invoice_id"].tolist() == ["7"]
    assert file.place.header_row == 2
    assert file.rows.tolist() == [3]


def test_binary_is_no_text():
    assert not looks_like_text(bytes(range(256)) * 8)
    assert looks_like_text("Numero;Importo\n".encode("utf-16"))
    assert looks_like_text(b"a\x01b" + b"c" * 200)
