"""What is refused, each by its name and with a remedy in both languages."""

import zipfile

import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.intake import errors
from xlcredit.intake.ledger_file import read_ledger


def refused(path, error, **options):
    with pytest.raises(error) as caught:
        read_ledger(path, **options)
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)
    return caught.value


def test_missing_file(tmp_path):
    refused(tmp_path / "none.xlsx", errors.LedgerMissingError)


def test_folder(tmp_path):
    refused(tmp_path, errors.LedgerIsFolderError)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n;"])
def test_file_without_a_row(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    refused(path, (errors.LedgerEmptyError, errors.LedgerNoHeaderError))


def test_headers_without_rows(write_csv):
    refused(write_csv("Numero;Scadenza;Importo\n"), errors.LedgerEmptyError)


def test_blank_workbook(write_xlsx):
    refused(write_xlsx({"Foglio1": []}), errors.LedgerEmptyError)


def test_text_without_headers_shows_what_was_seen(write_csv):
    error = refused(write_csv("Caro cliente;come va\nbene;grazie\n"), errors.LedgerNoHeaderError)
    assert "Caro cliente | come va / bene | grazie" in str(error)


def test_workbook_without_headers_shows_each_sheet(write_xlsx):
    error = refused(write_xlsx({"Uno": [["a", "b"]], "Due": [["c", 5]]}), errors.LedgerNoHeaderError)
    assert "[Uno] a | b; [Due] c | 5" in str(error)


def test_ledger_without_any_date(write_csv):
    error = refused(write_csv("Numero;Cliente;Importo\n1;Rossi;5\n"), errors.LedgerColumnsMissingError)
    assert "due_date" in str(error)


def test_unknown_sheet_names_those_there_are(write_xlsx):
    path = write_xlsx(
        {"Clienti": [["x"]], "Scadenzario": [["Numero", "Scadenza", "Importo"], [1, "31/01/2026", 5]]}
    )
    assert (
        refused(path, errors.LedgerSheetMissingError, sheet="Scadenze").facts["known"]
        == "Clienti, Scadenzario"
    )


def test_workbook_cut_off(tmp_path, write_xlsx):
    path = write_xlsx({"A": [["Numero", "Scadenza", "Importo"], ["1", "31/01/2026", 5]]})
    whole = path.read_bytes()
    for size in (100, len(whole) // 2, len(whole) - 10):
        path.write_bytes(whole[:size])
        refused(path, errors.LedgerDamagedError)


def test_package_that_is_no_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("hello.txt", "hello")
    refused(path, errors.LedgerDamagedError)


def test_sheet_whose_xml_is_broken(write_xlsx, rewrite):
    path = write_xlsx({"A": [["Numero", "Scadenza", "Importo"], ["1", "31/01/2026", 5]]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    refused(path, errors.LedgerDamagedError)


def test_package_that_expands_beyond_measure(tmp_path):
    path = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package,
        package.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        block = bytes(10_000_000)
        for _ in range(11):
            part.write(block)
    assert refused(path, errors.LedgerTooLargeError).facts["found"] == 110


def test_sheet_that_reaches_to_the_last_cell(write_xlsx, rewrite):
    path = write_xlsx({"A": [["Numero", "Scadenza", "Importo"], ["1", "31/01/2026", 5]]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"'))
    assert refused(path, errors.LedgerAreaTooLargeError).facts["found"] == "XFD1048576"


def test_old_excel_and_password_are_told_apart(tmp_path):
    path = tmp_path / "a.xls"
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    path.write_bytes(ole + "Workbook".encode("utf-16-le"))
    refused(path, errors.LedgerOldExcelError)
    path.write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    refused(path, errors.LedgerPasswordError)
    path.write_bytes(b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(100))
    refused(path, errors.LedgerOldExcelError)


@pytest.mark.parametrize("start", ["<html><table>", "\n<!DOCTYPE html>", '<?xml version="1.0"?><Workbook>'])
def test_web_page_under_the_name_of_a_workbook(write_csv, start):
    refused(write_csv(f"{start}<tr><td>Numero</td></tr>", name="a.xls"), errors.LedgerWebPageError)


def test_what_is_no_ledger_at_all(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4" + bytes(range(256)) * 10)
    assert refused(path, errors.LedgerTypeUnknownError).facts["found"] == ".pdf"


def test_parquet_cut_off(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + bytes(50))
    refused(path, errors.LedgerDamagedError)


def test_every_refusal_is_worded_in_every_language():
    classes = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and each.__module__ == errors.__name__
    ]
    for language in LANGUAGES:
        words = Catalogue(language).section("errors")
        assert {each.code for each in classes} - {"error"} <= set(words)
