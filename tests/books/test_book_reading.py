"""Reading: the type of each cell survives, whatever wrote the file."""

import datetime as dt
import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine
from book_samples import HEADERS, change_part, read_parts, rich_book, substitute, table_book, write_parts
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.table import Table

from xlcredit.books import open_book
from xlcredit.books.errors import DamagedBookError, PrefixedXmlError, UnsafeXmlError
from xlcredit.cells import CellError

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

SHEET = "xl/worksheets/sheet1.xml"


def frame_of(path: Path, key: str = "invoices") -> pd.DataFrame:
    return open_book(path).read(key)[key].frame


def cells_of(path: Path, header: str) -> list:
    return frame_of(path)[header].tolist()


def test_number_and_text_that_look_alike_stay_different(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Totale documento"], [[1.234], ["1.234"], [5]])
    column = frame_of(path)["Totale documento"]
    assert column.dtype == object
    assert column.tolist() == [1.234, "1.234", 5.0]
    assert isinstance(column[0], float)


def test_text_stays_text_with_leading_zeros_and_not_available(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Numero"], [["00012"], ["N/A"], ["1e5"], ["=1+1"], ["TRUE"]])
    column = frame_of(path)["Numero"]
    assert column.dtype == "str"
    assert column.tolist() == ["00012", "N/A", "1e5", "=1+1", "TRUE"]


def test_error_cell_is_no_blank_and_no_text(tmp_path):
    cells = cells_of(
        table_book(tmp_path / "b.xlsx", ["Totale documento"], [[1], ["#N/A"], ["#DIV/0!"]]),
        "Totale documento",
    )
    assert cells == [1.0, "#N/A", "#DIV/0!"]
    assert [type(cell) for cell in cells] == [float, CellError, CellError]


def test_dates_are_numbers_shown_as_dates(tmp_path):
    path = table_book(
        tmp_path / "b.xlsx", ["Scadenza", "Totale documento"], [[46000, 46000], [46000.5, 1]], dates=[0]
    )
    frame = frame_of(path)
    assert frame["Scadenza"].dtype == "datetime64[s]"
    assert frame["Scadenza"].tolist() == [pd.Timestamp("2025-12-09"), pd.Timestamp("2025-12-09 12:00")]
    assert frame["Totale documento"].tolist() == [46000.0, 1.0]


def test_date_column_with_a_text_keeps_both(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Scadenza"], [[46000], ["31/02/2026"], [None]], dates=[0])
    assert cells_of(path, "Scadenza") == [dt.datetime.fromisoformat("2025-12-09"), "31/02/2026", None]


def test_number_outside_the_calendar_stays_a_number_in_a_date_column(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Scadenza"], [[-5], [3_000_000], [46000]], dates=[0])
    assert cells_of(path, "Scadenza") == [-5.0, 3_000_000.0, dt.datetime.fromisoformat("2025-12-09")]


@pytest.mark.parametrize(("serial", "date"), [(1, "1900-01-01"), (59, "1900-02-28"), (61, "1900-03-01")])
def test_first_days_of_1900_are_those_that_excel_shows(tmp_path, serial, date):
    path = table_book(tmp_path / "b.xlsx", ["Scadenza"], [[serial]], dates=[0])
    assert frame_of(path)["Scadenza"].tolist() == [pd.Timestamp(date)]


def test_workbook_counting_from_1904(tmp_path):
    path = rich_book(tmp_path / "b.xlsx", from_1904=True)
    substitute(path, SHEET, rb'(<c r="E6"[^>]*><v>)\d+', rb"\g<1>0")
    assert frame_of(path)["Scadenza"][0] == pd.Timestamp("1904-01-01")
    assert frame_of(path)["Scadenza"][1] == openpyxl.load_workbook(path)["Scadenzario"]["E7"].value


def test_booleans_stay_booleans(tmp_path):
    cells = cells_of(table_book(tmp_path / "b.xlsx", ["Blocco"], [[True], [False], [None]]), "Blocco")
    assert cells == [True, False, None]
    assert [type(cell) for cell in cells[:2]] == [bool, bool]


def test_blank_columns_and_rows_keep_their_positions(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Numero", "Note"], [[None], ["a"], [None]], height=5)
    frame = frame_of(path)
    assert frame["Numero"].isna().tolist() == [True, False, True, True, True]
    assert frame["Note"].isna().all()
    assert len(frame) == 5


def test_empty_table_has_its_one_blank_row(tmp_path):
    raw = open_book(table_book(tmp_path / "b.xlsx", ["Numero"], [])).read("invoices")["invoices"]
    assert len(raw.frame) == 1
    assert raw.frame.isna().all(axis=None)
    assert raw.first_row == 2


def test_table_without_body_rows_has_none(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Numero", "Note"], [])
    substitute(path, "xl/tables/table1.xml", rb"A1:B2", rb"A1:B1")
    assert frame_of(path).shape == (0, 2)


def test_headers_with_line_breaks_and_doubles(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Data\ndocumento", "Note", "Altro"], [[1, 2, 3]])
    substitute(path, "xl/tables/table1.xml", rb'name="Data[^"]*documento"', rb'name="Data_x000a_documento"')
    substitute(path, "xl/tables/table1.xml", rb'name="Altro"', rb'name="Note"')
    book = open_book(path)
    raw = book.read("invoices")["invoices"]
    assert raw.headers == ["Data\ndocumento", "Note", "Note2"]
    assert raw.frame["Note2"].tolist() == [3.0]
    assert raw.columns == {"Data\ndocumento": "A", "Note": "B", "Note2": "C"}
    assert book.headers("invoices") == {"document_date": "Data\ndocumento", "notes": "Note"}


def test_formula_results_are_read_and_missing_ones_counted(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    substitute(path, SHEET, rb'(<c r="L6"[^>]*>)(<f>[^<]*</f>)<v>[^<]*</v>', rb"\1\2<v>7.5</v>")
    substitute(path, SHEET, rb'(<c r="L7"[^>]*>)(<f>[^<]*</f>)<v>[^<]*</v>', rb"\1\2")
    substitute(
        path, SHEET, rb'<c r="L8"([^>]*)>(<f>[^<]*</f>)<v>[^<]*</v>', rb'<c r="L8"\1 t="str">\2<v>si</v>'
    )
    substitute(
        path, SHEET, rb'<c r="L9"([^>]*)>(<f>[^<]*</f>)<v>[^<]*</v>', rb'<c r="L9"\1 t="str">\2<v></v>'
    )
    raw = open_book(path).read("invoices")["invoices"]
    assert raw.frame["Doppio"].tolist()[:4] == [7.5, None, "si", None]
    assert raw.uncalculated == {"Doppio": 2}


def test_file_never_calculated_says_so(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Invoices"
    sheet.append(["Number", "Open amount"])
    sheet.append(["A1", "=1+1"])
    sheet.add_table(Table(displayName="Tabella1", ref="A1:B2"))
    workbook.save(tmp_path / "b.xlsx")
    raw = open_book(tmp_path / "b.xlsx").read("invoices")["invoices"]
    assert raw.uncalculated == {"Open amount": 1}
    assert raw.name == "Tabella1"


def test_strings_of_every_kind(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    inline = '<c r="D6" t="inlineStr"><is><t xml:space="preserve"> a &amp; b_x000D_\nà </t></is></c>'
    rich = '<c r="D7" t="inlineStr"><is><r><t>uno</t></r><r><rPr><b/></rPr><t xml:space="preserve"> due</t></r></is></c>'
    odd = '<c r="D8" t="str"><v xml:space="preserve"> formula </v></c>'
    empty = '<c r="D9" t="inlineStr"><is><t></t></is></c>'
    for cell in (inline, rich, odd, empty):
        reference = re.search(r'r="(\w+)"', cell)[1].encode()
        substitute(path, SHEET, rb'<c r="%b"[^>]*>.*?</c>' % reference, cell.replace("\\", "\\\\").encode())
    cells = cells_of(path, "Cliente")
    assert cells[:5] == [" a & b\r\nà ", "uno due", " formula ", np.nan, "Rossi & Figli <4>"]


def test_shared_strings_with_runs_and_phonetics(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Numero"], [["uno"], ["due"], ["tre"], ["quattro"]])
    part = "xl/sharedStrings.xml"
    substitute(path, part, rb"<t>uno</t>", rb"<r><t>u</t></r><r><rPr><b/></rPr><t>n&lt;o</t></r>")
    substitute(path, part, rb"<t>due</t>", rb'<t>due</t><rPh sb="0" eb="1"><t>letto</t></rPh>')
    substitute(path, part, rb"<si><t>tre</t></si>", rb"<si><t/></si>")
    assert cells_of(path, "Numero") == ["un<o", "due", np.nan, "quattro"]


@pytest.mark.parametrize(
    "form", ["pretty", "quotes", "comments", "cdata", "utf-16", "unnumbered", "declared"]
)
def test_unusual_xml_says_the_same(tmp_path, form):
    path = rich_book(tmp_path / "b.xlsx")
    expected = frame_of(path)
    change_part(path, SHEET, lambda data: UNUSUAL[form](data.decode()))
    pd.testing.assert_frame_equal(frame_of(path), expected)


UNUSUAL = {
    "pretty": lambda xml: re.sub(r"(<(?:row|c|v|f|/row|/c)\b)", r"\n   \1", xml).encode(),
    "quotes": lambda xml: re.sub(r'<c r="(\w+)" s="(\d+)"', r"<c s='\2' r='\1'", xml).encode(),
    "comments": lambda xml: xml.replace("</c>", "</c><!-- <c r='A1'> -->").encode(),
    "cdata": lambda xml: re.sub(r"<v>([^<]*)</v>", r"<v><![CDATA[\1]]></v>", xml).encode(),
    "utf-16": lambda xml: xml.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    "unnumbered": lambda xml: _without_references(xml).encode(),
    "declared": lambda xml: xml.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1"),
}


def _without_references(xml: str) -> str:
    """References left out where a row's cells follow one another from A."""

    def bare(row: re.Match) -> str:
        letters = re.findall(r'<c r="([A-Z]+)\d+"', row[0])
        is_dense = letters == [chr(65 + place) for place in range(len(letters))]
        return re.sub(r'<c r="\w+"', "<c", row[0]) if is_dense else row[0]

    return re.sub(r"<row .*?</row>", bare, xml)


def test_shared_strings_without_encoding_or_with_comments(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    expected = frame_of(path)
    change_part(path, "xl/sharedStrings.xml", lambda data: data.replace(b"</si>", b"</si><!-- x -->"))
    pd.testing.assert_frame_equal(frame_of(path), expected)
    change_part(path, "xl/sharedStrings.xml", lambda data: data.replace(b' encoding="UTF-8"', b""))
    pd.testing.assert_frame_equal(frame_of(path), expected)


@pytest.mark.parametrize(
    ("part", "declaration", "error"),
    [
        (SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaa">]>', UnsafeXmlError),
        ("xl/workbook.xml", b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', UnsafeXmlError),
        ("xl/sharedStrings.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', UnsafeXmlError),
        ("xl/tables/table1.xml", b"<nonsense", DamagedBookError),
    ],
)
def test_declarations_of_entities_are_refused(tmp_path, part, declaration, error):
    path = rich_book(tmp_path / "b.xlsx")
    change_part(path, part, lambda data: data.replace(b"?>", b"?>" + declaration, 1))
    with pytest.raises(error, match=re.escape(part)):
        open_book(path).read("invoices")


def test_entity_bomb_in_a_utf_16_part_is_refused(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'
    change_part(path, "xl/workbook.xml", lambda _: bomb.encode("utf-16"))
    with pytest.raises(UnsafeXmlError):
        open_book(path)


def test_prefixed_sheet_is_refused(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    change_part(
        path, SHEET, lambda data: re.sub(rb"<(/?)(\w)", rb"<\1x:\2", data).replace(b"xmlns=", b"xmlns:x=")
    )
    with pytest.raises(PrefixedXmlError):
        open_book(path).read("invoices")


def test_several_tables_are_read_in_one_call(tmp_path):
    tables = open_book(rich_book(tmp_path / "b.xlsx")).read("invoices", "worklist", "reminders", "promises")
    assert list(tables) == ["invoices", "worklist", "reminders"]
    assert tables["worklist"].columns == {"N.": "B", "Codice cliente": "C", "Da fare": "D", "Note": "E"}
    assert tables["worklist"].frame["N."].tolist() == [1, 2, 3, 4, 5]
    assert tables["invoices"].headers == HEADERS


def test_tables_and_headers_are_recognised_in_either_language(tmp_path):
    path = table_book(
        tmp_path / "b.xlsx",
        [" invoice  NUMBER ", "Codice Cliente", "Boh"],
        [["1"]],
        sheet="INVOICES",
        name="Tabella_1",
    )
    book = open_book(path)
    assert book.has("invoices")
    assert not book.has("customers")
    assert book.headers("invoices") == {"invoice_id": " invoice  NUMBER ", "customer_id": "Codice Cliente"}
    assert book.headers("customers") == {}


def test_language_is_that_of_sheets_and_headers(tmp_path):
    english = table_book(tmp_path / "e.xlsx", ["Invoice number", "Customer code"], [["1"]], sheet="Invoices")
    assert open_book(english).language == "en"
    assert open_book(rich_book(tmp_path / "i.xlsx")).language == "it"


def test_names_of_sheets_mean_one_table_each():
    from xlcredit.books.recognise import fold
    from xlcredit.catalogue import LANGUAGES, Catalogue
    from xlcredit.schema import TABLES

    meant = [(fold(Catalogue(language).sheet(key)), key) for language in LANGUAGES for key in TABLES]
    assert len({name for name, _ in meant}) == len(set(meant))


def test_cell_that_names_no_shared_string_is_refused(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    substitute(path, SHEET, rb'(<c r="D7" t="s"><v>)\d+', rb"\g<1>9999")
    with pytest.raises(DamagedBookError):
        open_book(path).read("invoices")


def test_dates_written_as_text_by_strict_files(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    substitute(path, SHEET, rb'<c r="E6" s="\d+"><v>\d+', b'<c r="E6" t="d"><v>2026-01-31T10:00:00')
    substitute(path, SHEET, rb'<c r="E7" s="\d+"><v>\d+', b'<c r="E7" t="d"><v>domani')
    cells = cells_of(path, "Scadenza")
    assert cells[:2] == [dt.datetime.fromisoformat("2026-01-31T10:00"), "domani"]


def test_numbered_entities_and_carriage_returns(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Numero"], [["uno"], ["due"], ["tre"]])
    part = "xl/sharedStrings.xml"
    substitute(path, part, rb"<t>uno</t>", b"<t>&#232;&#xE8;&#38;lt;&#x110000;</t>")
    substitute(path, part, rb"<t>due</t>", b"<t>a\r\nb\rc</t>")
    assert cells_of(path, "Numero") == ["\u00e8\u00e8&lt;\ufffd", "a\nb\nc", "tre"]


def test_value_that_is_no_number_is_text(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Residuo"], [[1], [2]])
    substitute(path, SHEET, rb'(<c r="A2">)<v>1</v>', rb"\g<1><v>1,5</v>")
    assert cells_of(path, "Residuo") == ["1,5", "2"]


def test_column_map_overrides_headers(tmp_path):
    path = tmp_path / "b.xlsx"
    import xlsxwriter

    workbook = xlsxwriter.Workbook(path)
    ledger, mapping = workbook.add_worksheet("Scadenzario"), workbook.add_worksheet("Mappa colonne")
    ledger.add_table(0, 0, 1, 2, {"columns": [{"header": name} for name in ("N. doc", "Numero", "Scad.")]})
    mapping.add_table(0, 0, 4, 2, {
        "columns": [{"header": name} for name in ("Tabella", "Colonna", "Intestazione nel file")],
        "data": [["Scadenzario", "Numero", "N. doc"], ["invoices", "due_date", "Scad."],
                 ["Scadenzario", "Residuo", "non esiste"], ["Boh", "Numero", "N. doc"]],
    })  # fmt: skip
    workbook.close()
    assert open_book(path).headers("invoices") == {"invoice_id": "N. doc", "due_date": "Scad."}


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(float),
    st.integers(-(10**9), 10**9),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
        lambda text: (
            not text.startswith("#")
            and not re.search(r"_x[0-9A-Fa-f]{4}_", text)
            and "\ufffe" not in text
            and "\uffff" not in text
        )
    ),
)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12))
def test_any_cells_are_read_as_written_and_as_others_read_them(rows):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = table_book(Path(folder) / "b.xlsx", ["A", "B", "C"], rows)
        read = frame_of(path).astype(object).to_numpy().tolist()
        sheet = openpyxl.load_workbook(path)["Scadenzario"]
        others = [
            [cell.value for cell in row]
            for row in sheet.iter_rows(min_row=2, max_row=1 + len(rows), max_col=3)
        ]
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            third = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)[1 : 1 + len(rows)]
    assert [[_plain(cell) for cell in row] for row in read] == [
        [_written(cell) for cell in row] for row in rows
    ]
    for mine, other in zip(read, others, strict=True):
        assert [_plain(cell) for cell in mine] == [_plain(cell) for cell in other]
    for mine, other in zip(read, third, strict=False):
        assert [_plain(cell) for cell in mine[: len(other)]] == [_plain(cell) for cell in other]


def _written(cell):
    """A cell as XlsxWriter writes it: numbers to 16 digits."""
    return _plain(float(f"{cell:.16G}") if isinstance(cell, float) else cell)


def _plain(cell):
    if cell is None or cell == "" or (isinstance(cell, float) and np.isnan(cell)):
        return None
    return (type(cell) is bool, float(cell)) if isinstance(cell, (bool, int, float)) else cell


def test_large_sheets_are_read_in_stretches(tmp_path, monkeypatch):
    from xlcredit.books import sheet, strings, zips

    monkeypatch.setattr(strings, "STRETCH", 300)
    path = table_book(tmp_path / "b.xlsx", ["A", "B"], [[f"t{row}", row] for row in range(500)])
    monkeypatch.setattr(sheet, "STRETCH", 700)
    monkeypatch.setattr(zips, "PIECE", 97)
    frame = frame_of(path)
    assert frame["A"].tolist() == [f"t{row}" for row in range(500)]
    assert frame["B"].tolist() == list(range(500))


def test_part_missing_from_the_package_is_named(tmp_path):
    path = rich_book(tmp_path / "b.xlsx")
    parts = read_parts(path)
    del parts[SHEET]
    write_parts(path, parts)
    with pytest.raises(DamagedBookError, match="sheet1"):
        open_book(path).read("invoices")
