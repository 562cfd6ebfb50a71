"""What must not be overwritten is refused by name, and nothing changes."""

import struct
import zipfile

import pandas as pd
import pytest
from book_samples import HEADERS, raw_entries, read_parts, rich_book, substitute, table_book, write_parts

from xlcredit.books import TableUpdate, open_book
from xlcredit.books import errors as book_errors
from xlcredit.catalogue import LANGUAGES, Catalogue

SHEET = "xl/worksheets/sheet1.xml"
RESIDUO = TableUpdate("invoices", {"Residuo": pd.Series(range(12))})
GROW = TableUpdate("invoices", append=pd.DataFrame({"Numero": ["99"]}))
SHRINK = TableUpdate("worklist", replace=pd.DataFrame({"N.": [1]}))


@pytest.fixture
def book(tmp_path):
    return rich_book(tmp_path / "Crediti.xlsx")


def cell(name: bytes, content: bytes):
    return rb'<c r="%b"([^>]*?)(?:/>|>.*?</c>)' % name, rb'<c r="%b"%b</c>' % (name, content)


WORKLIST = "xl/worksheets/sheet3.xml"
FAULTS = {
    "array formula": (SHEET, *cell(b"H8", b'><f t="array" ref="H8:H9">1</f><v>1</v>'), RESIDUO, "ArrayFormula", "H8:H9"),
    "array formula from the left": (
        SHEET, *cell(b"G8", b'><f ref="G8:H8" t="array">1</f><v>1</v>'), RESIDUO, "ArrayFormula", "G8:H8"),
    "array formula from above": (
        SHEET, *cell(b"H5", b' t="str"><f t="array" ref="H5:H7">1</f><v>Residuo</v>'), RESIDUO, "ArrayFormula", "H5:H7"),
    "data table": (SHEET, *cell(b"H8", b'><f t="dataTable" ref="H8:H8" r1="A1"/><v>1</v>'), RESIDUO, "ArrayFormula", "H8"),
    "first of a shared formula": (
        SHEET, *cell(b"H8", b'><f t="shared" ref="H8:H9" si="0">1</f><v>1</v>'), RESIDUO, "SharedFormula", "H8"),
    "later cell of a shared formula": (
        SHEET, *cell(b"H9", b'><f t="shared" si="0"/><v>1</v>'), RESIDUO, "SharedFormula", "H9"),
    "dynamic array": (SHEET, *cell(b"H9", b' cm="1"><v>1</v>'), RESIDUO, "CellMetadata", "H9"),
    "linked data type": (SHEET, *cell(b"H9", b' t="e" vm="1"><v>#VALUE!</v>'), RESIDUO, "CellMetadata", "H9"),
    "content below": (SHEET, rb"</sheetData>", b'<row r="18"><c r="C18"><v>1</v></c></row></sheetData>', GROW,
                      "ContentBelow", "C18"),
    "formula below": (SHEET, rb"</sheetData>", b'<row r="18"><c r="L18"><f>1</f></c></row></sheetData>', GROW,
                      "ContentBelow", "L18"),
    "array formula below": (
        SHEET, rb"</sheetData>", b'<row r="19"><c r="A19"><f t="array" ref="A18:A19">1</f></c></row></sheetData>',
        TableUpdate("invoices", append=pd.DataFrame({"Numero": ["1", "2"]})), "ArrayFormula", "A18:A19"),
    "merged cells below": (
        SHEET, rb"<conditionalF", b'<mergeCells><mergeCell ref="A18:B18"/></mergeCells><conditionalF', GROW,
        "MergedCells", "A18:B18"),
    "totals row on growth": ("xl/tables/table1.xml", rb"<table ", b'<table totalsRowCount="1" ', GROW, "TotalsRow",
                             "xlc_invoices"),
    "totals row on shrinking": ("xl/tables/table3.xml", rb"<table ", b'<table totalsRowCount="1" ', SHRINK, "TotalsRow",
                                "xlc_worklist"),
    "calculated column of arrays": (
        "xl/tables/table1.xml", rb"<calculatedColumnFormula>", b'<calculatedColumnFormula array="1">', GROW,
        "ArrayFormula", "Doppio"),
    "shared formula above a cleared one": (
        WORKLIST, *cell(b"E8", b'><f t="shared" ref="D8:E8" si="0">1</f><v>1</v>'), SHRINK, "SharedFormula", "E8"),
    "sheet without room": (
        "xl/tables/table3.xml", rb"B5:E10", b"B1048571:E1048576",
        TableUpdate("worklist", replace=pd.DataFrame({"N.": range(6)})), "SheetFull", "xlc_worklist"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named_and_nothing_changes(book, fault):
    part, pattern, replacement, update, error, place = FAULTS[fault]
    substitute(book, part, pattern, replacement)
    content, names = book.read_bytes(), sorted(entry.name for entry in book.parent.iterdir())
    with pytest.raises(getattr(book_errors, f"{error}Error"), match=place):
        open_book(book).save([update])
    assert book.read_bytes() == content
    assert sorted(entry.name for entry in book.parent.iterdir()) == names


def test_array_formula_elsewhere_is_no_obstacle(book):
    substitute(book, SHEET, *cell(b"F8", b'><f t="array" ref="F8:F9">1</f><v>1</v>'))
    assert open_book(book).save([RESIDUO])


def test_shared_formula_that_goes_entirely_is_no_obstacle(book):
    substitute(book, WORKLIST, *cell(b"E8", b'><f t="shared" ref="E8:E9" si="0">1</f><v>1</v>'))
    substitute(book, WORKLIST, *cell(b"E9", b'><f t="shared" si="0"/><v>1</v>'))
    report = open_book(book).save([SHRINK])
    assert report.changed
    assert report.replaced_formulas == ()


def test_totals_row_is_no_obstacle_to_columns(book):
    substitute(book, "xl/tables/table1.xml", rb"<table ", b'<table totalsRowCount="1" ')
    assert open_book(book).save([TableUpdate("invoices", {"Residuo": pd.Series(range(11))})])
    assert "Residuo" in HEADERS


def test_content_beside_the_new_rows_is_no_obstacle(book):
    substitute(book, SHEET, rb"</sheetData>", b'<row r="18"><c r="N18"><v>1</v></c></row></sheetData>')
    assert open_book(book).save([GROW])
    assert b'<c r="N18"><v>1</v></c></row>' in read_parts(book)[SHEET]


def test_missing_file(tmp_path):
    with pytest.raises(book_errors.BookNotFoundError, match="manca"):
        open_book(tmp_path / "manca.xlsx")


def test_folder_in_place_of_a_file(tmp_path):
    with pytest.raises(book_errors.ReadFailedError):
        open_book(tmp_path)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "NotAWorkbook"),
        (b"Numero;Cliente\n1;Rossi\n", "NotAWorkbook"),
        (b"PK\3\4 and nothing else", "DamagedBook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "OldFormat"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "EncryptedBook"),
    ],
)
def test_other_formats(tmp_path, content, error):
    path = tmp_path / "b.xlsx"
    path.write_bytes(content)
    with pytest.raises(getattr(book_errors, f"{error}Error")):
        open_book(path)


def test_zip_of_something_else(tmp_path):
    path = tmp_path / "b.xlsx"
    write_parts(path, {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})
    with pytest.raises(book_errors.NotAWorkbookError):
        open_book(path)


def test_binary_workbook(tmp_path, book):
    parts = read_parts(book)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", b"xl/workbook.bin")
    write_parts(book, parts)
    with pytest.raises(book_errors.OldFormatError):
        open_book(book)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_file(book, share):
    content = book.read_bytes()
    book.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(book_errors.DamagedBookError):
        open_book(book)


def test_flipped_byte_in_the_sheet(book):
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        info = archive.getinfo(SHEET)
    content[info.header_offset + 30 + len(SHEET) + info.compress_size // 2] ^= 0x40
    book.write_bytes(content)
    with pytest.raises(book_errors.DamagedBookError, match="sheet1"):
        open_book(book).read("invoices")


def test_entry_with_a_password(book):
    content = bytearray(book.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = content.find(signature)
        content[place + offset] |= 1
    book.write_bytes(content)
    with pytest.raises(book_errors.EncryptedBookError):
        open_book(book)


def test_doubled_entry(book):
    content = book.read_bytes()
    book.write_bytes(content.replace(b"xl/worksheets/sheet2.xml", b"xl/worksheets/SHEET1.xml"))
    with pytest.raises(book_errors.DamagedBookError):
        open_book(book)


def test_overlapping_entries(book):
    """Two entries of the directory name the same bytes: the trick of the densest zip bombs."""
    content = bytearray(book.read_bytes())
    first = content.find(b"PK\1\2")
    second = content.find(b"PK\1\2", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    book.write_bytes(content)
    with pytest.raises(book_errors.DamagedBookError):
        open_book(book)


def test_zip_bomb(book):
    parts = read_parts(book)
    write_parts(book, parts | {"xl/worksheets/sheet2.xml": bytes(40 << 20)})
    with pytest.raises(book_errors.BookTooLargeError, match="sheet2"):
        open_book(book)


def test_bomb_that_lies_about_its_size(book):
    parts = read_parts(book)
    write_parts(
        book, parts | {SHEET: parts[SHEET].replace(b"</sheetData>", bytes(10 << 20) + b"</sheetData>")}
    )
    content = bytearray(book.read_bytes())
    for signature, name_at, size_at in ((b"PK\3\4", 30, 22), (b"PK\1\2", 46, 24)):
        place = -1
        while (place := content.find(signature, place + 1)) >= 0:
            if content[place + name_at :].startswith(SHEET.encode()):
                content[place + size_at : place + size_at + 4] = struct.pack("<I", 5000)
    book.write_bytes(content)
    with pytest.raises(book_errors.DamagedBookError, match="sheet1"):
        open_book(book).read("invoices")


def test_table_over_the_whole_sheet(tmp_path):
    path = table_book(tmp_path / "b.xlsx", [f"h{place}" for place in range(200)], [])
    substitute(path, "xl/tables/table1.xml", rb"A1:GR2", b"A1:GR1048576")
    with pytest.raises(book_errors.BookTooLargeError):
        open_book(path).read("invoices")


@pytest.mark.parametrize("reference", [b"A1:B99999999", b"B2:A1", b"A0:B2", b"nonsense", b"A1", b"A1:ZZZ9"])
def test_table_that_names_no_range(tmp_path, reference):
    path = table_book(tmp_path / "b.xlsx", ["a", "b"], [])
    substitute(path, "xl/tables/table1.xml", rb"A1:B2", reference)
    with pytest.raises(book_errors.DamagedBookError, match="table1"):
        open_book(path)


OWNER_FILES = {
    "~$Crediti.xlsx": b"\x05Mario"
    + b" " * 49
    + b"\x0c"
    + b"\0"
    + "Maria Rossié".encode("utf-16-le")
    + b" " * 80,
    ".~lock.Crediti.xlsx#": "Maria Rossié,maria,pc,01.01.2026 10:00,file:///x;".encode(),
}


@pytest.mark.parametrize("name", OWNER_FILES)
def test_workbook_open_elsewhere_names_who_has_it(book, name):
    (book.parent / name).write_bytes(OWNER_FILES[name])
    with pytest.raises(book_errors.BookIsOpenError, match="Maria Rossié") as caught:
        open_book(book)
    assert caught.value.facts["owner_file"] == name
    assert open_book(book, to_write=False).read("invoices")


def test_owner_file_without_a_name(book):
    (book.parent / "~$Crediti.xlsx").write_bytes(b"")
    with pytest.raises(book_errors.BookIsOpenError):
        open_book(book)


def test_workbook_opened_in_excel_after_it_was_read(book):
    opened, content = open_book(book), book.read_bytes()
    (book.parent / "~$Crediti.xlsx").write_bytes(OWNER_FILES["~$Crediti.xlsx"])
    with pytest.raises(book_errors.BookIsOpenError, match="Maria"):
        opened.save([RESIDUO])
    assert book.read_bytes() == content


def test_workbook_saved_by_somebody_else_meanwhile(book):
    opened = open_book(book)
    rich_book(book, 14)
    content = book.read_bytes()
    with pytest.raises(book_errors.BookChangedError):
        opened.save([RESIDUO])
    assert book.read_bytes() == content


def test_zip64_and_stored_and_streamed_entries(tmp_path, book):
    """A container as streaming writers make it: descriptors after the data, nothing compressed, large sizes."""
    parts, path = read_parts(book), tmp_path / "streamed.xlsx"
    with path.open("wb") as raw, zipfile.ZipFile(_Unseekable(raw), "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, data) in enumerate(parts.items()):
            archive.writestr(name, data, zipfile.ZIP_STORED if place % 3 else zipfile.ZIP_DEFLATED)
        with archive.open("xl/large.bin", "w", force_zip64=True) as part:
            part.write(b"large")
    entries = raw_entries(path)
    assert open_book(path).save([RESIDUO])
    assert open_book(path).read("invoices")["invoices"].frame["Residuo"].tolist() == list(range(12))
    left = raw_entries(path)
    assert {name for name in entries if left[name] != entries[name]} == {SHEET}
    assert zipfile.ZipFile(path).testzip() is None


class _Unseekable:
    def __init__(self, stream):
        self.stream = stream

    def write(self, data):
        return self.stream.write(data)

    def flush(self):
        self.stream.flush()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_its_words(language):
    words = Catalogue(language)
    classes = [
        found for found in vars(book_errors).values()
        if isinstance(found, type) and issubclass(found, book_errors.BookError)
    ]  # fmt: skip
    assert len(classes) > 25
    for found in classes:
        assert found.code in words.section("errors")
