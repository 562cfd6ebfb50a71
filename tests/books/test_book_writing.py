"""Writing: what is asked for changes, and nothing else."""

import datetime as dt
import re
import tempfile
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine
import xlsxwriter
from book_samples import (
    EXTRA_PARTS,
    HEADERS,
    change_part,
    raw_entries,
    read_parts,
    rich_book,
    substitute,
    table_book,
    with_extra_parts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.books import TableUpdate, open_book
from xlcredit.books.errors import (
    CellNotWritableError,
    ColumnNotFoundError,
    RowsDifferError,
    TableNotFoundError,
)

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

SHEET = "xl/worksheets/sheet1.xml"
REGISTER = "xl/worksheets/sheet2.xml"
WORKLIST = "xl/worksheets/sheet3.xml"
ROWS = 12


@pytest.fixture
def book(tmp_path):
    return with_extra_parts(rich_book(tmp_path / "Crediti.xlsm", ROWS))


def computed(seed=0, rows=ROWS):
    rng = np.random.default_rng(seed)
    return {
        "Incassato": pd.Series(rng.integers(0, 10**6, rows) / 100),
        "Residuo": pd.Series(rng.integers(0, 10**6, rows) / 100),
        "Giorni di ritardo": pd.Series(rng.integers(-30, 400, rows)).astype("Int64"),
        "Fascia": pd.Series(np.array(["1-30", "oltre 180"])[rng.integers(0, 2, rows)], dtype="str"),
        "Anomalie": pd.Series([None, "Importo & <data>"] * (rows // 2), dtype="str"),
    }


def save(path, *updates):
    return open_book(path).save([TableUpdate("invoices", computed())] if not updates else list(updates))


def values(path, sheet, area):
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet][area]]


def calamine_values(path, sheet):
    with python_calamine.CalamineWorkbook.from_path(path) as workbook:
        return workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_computed_columns_are_written(book):
    columns = computed()
    assert save(book, TableUpdate("invoices", columns)).changed
    read = open_book(book).read("invoices")["invoices"].frame
    for header, expected in columns.items():
        assert _listed(read[header]) == _listed(expected)
    other = calamine_values(book, "Scadenzario")[5:17]
    for place, header in enumerate(HEADERS[6:11], 6):
        assert [row[place] or None for row in other] == [cell or None for cell in _listed(columns[header])]


def _listed(series):
    return [None if pd.isna(cell) else cell for cell in series.tolist()]


def test_only_the_written_cells_differ(book):
    before, entries = read_parts(book), raw_entries(book)
    save(book)
    after, left = read_parts(book), raw_entries(book)
    assert list(after) == list(before)
    changed = {SHEET, "xl/workbook.xml"}
    assert {name for name in before if after[name] != before[name]} == changed
    assert {name for name in entries if left[name] != entries[name]} == changed
    assert {name: after[name] for name in EXTRA_PARTS} == EXTRA_PARTS
    assert without_computed(after[SHEET]) == without_computed(before[SHEET])


def without_computed(sheet):
    bare = re.sub(rb'<c r="[G-K](?:[6-9]|1[0-7])"[^>]*?(?:/>|>.*?</c>)', b"", sheet)
    return re.sub(rb' spans="[^"]*"', b"", bare)


def test_single_cells_are_written_and_their_neighbours_left_alone(book):
    before = open_book(book).read("invoices")["invoices"].frame
    cells = {
        "Scadenza": pd.Series([dt.date(2026, 12, 31), dt.date(2026, 12, 31), None], index=[3, 4, 9]),
        "Cliente": pd.Series(["Rossi & Figli"], index=[4]),
    }

    save(book, TableUpdate("invoices", cells=cells))

    after = open_book(book).read("invoices")["invoices"].frame
    assert list(after["Scadenza"].iloc[[3, 4]]) == [pd.Timestamp(2026, 12, 31)] * 2
    assert after["Cliente"].iloc[4] == "Rossi & Figli"
    others = before.columns.difference(list(cells))
    pd.testing.assert_frame_equal(after[others], before[others])
    kept = [row for row in range(ROWS) if row not in {3, 4, 9}]
    for header in cells:
        assert list(after[header].iloc[kept].dropna()) == list(before[header].iloc[kept].dropna())


def test_a_single_cell_below_the_table_is_refused(book):
    with pytest.raises(RowsDifferError):
        save(book, TableUpdate("invoices", cells={"Cliente": pd.Series(["x"], index=[ROWS])}))


def test_directory_attributes_of_changed_parts_stay(book):
    import zipfile

    before = {info.filename: info for info in zipfile.ZipFile(book).infolist()}
    save(book)
    for info in zipfile.ZipFile(book).infolist():
        old = before[info.filename]
        assert (info.date_time, info.external_attr, info.create_version, info.extra) == (
            old.date_time, old.external_attr, old.create_version, old.extra,
        )  # fmt: skip
    assert zipfile.ZipFile(book).testzip() is None


def test_cells_keep_their_format(book):
    def styles():
        sheet = openpyxl.load_workbook(book)["Scadenzario"]
        return {
            cell.coordinate: (cell.number_format, cell.fill.bgColor.rgb)
            for row in sheet["A1:O17"]
            for cell in row
        }

    before = styles()
    save(book)
    after = styles()
    assert {name for name in before if after[name] != before[name]} == set()
    assert before["G6"][0] == "#,##0.00"


def test_same_save_twice_writes_nothing(book):
    assert save(book)
    status, content = book.stat(), book.read_bytes()
    report = save(book)
    assert not report
    assert report.changed is False
    assert book.read_bytes() == content
    assert book.stat().st_mtime_ns == status.st_mtime_ns


def test_book_can_be_saved_again_without_being_opened_again(book):
    opened = open_book(book)
    assert opened.save([TableUpdate("invoices", computed(1))])
    assert not opened.save([TableUpdate("invoices", computed(1))])
    assert opened.save([TableUpdate("invoices", computed(2))])


def test_missing_cells_take_the_format_of_their_column(book):
    substitute(book, SHEET, rb'<c r="[GH](?:7|8)"[^>]*?(?:/>|>.*?</c>)', b"")
    save(book)
    sheet = openpyxl.load_workbook(book)["Scadenzario"]
    assert [sheet[name].number_format for name in ("G7", "H7", "H8", "I7")] == ["#,##0.00"] * 3 + ["General"]
    assert [cell for row in values(book, "Scadenzario", "G7:H8") for cell in row] == pytest.approx(
        [
            cell
            for row in zip(computed()["Incassato"][1:3], computed()["Residuo"][1:3], strict=True)
            for cell in row
        ]
    )


@pytest.mark.parametrize("row", [b"", b'<row r="9" spans="1:12"/>', b'<row r="9" ht="20"></row>'])
def test_rows_missing_or_empty_in_the_file_are_made(book, row):
    substitute(book, SHEET, rb'<row r="9".*?</row>', row)
    save(book)
    read = open_book(book).read("invoices")["invoices"].frame
    assert _listed(read["Residuo"]) == _listed(computed()["Residuo"])
    assert read["Numero"].isna().tolist().count(True) == 1
    assert [row[5] for row in values(book, "Scadenzario", "A6:F17")][3] is None


def test_blank_values_make_no_cells_and_no_rows(book):
    substitute(book, SHEET, rb'<row r="9".*?</row>', b"")
    substitute(book, SHEET, rb'<c r="I7".*?</c>', b"") if b'r="I7"' in read_parts(book)[SHEET] else None
    report = save(book, TableUpdate("invoices", {"Giorni di ritardo": pd.Series([np.nan] * ROWS)}))
    assert not report


def test_text_is_written_as_text(book):
    texts = [
        "=1+1",
        " a ",
        "riga\nriga",
        "\x01\x0b_x0041_",
        "<&>\"'",
        "",
        None,
        "à€😀",
        "1,5",
        "+39 02",
        "-",
        "@SUM(A1)",
    ]
    save(book, TableUpdate("invoices", {"Anomalie": pd.Series(texts, dtype="str")}))
    read = open_book(book).read("invoices")["invoices"].frame["Anomalie"]
    assert _listed(read) == [text or None for text in texts]
    others = [row[0] for row in values(book, "Scadenzario", "K6:K17")]
    expected = ["_x0001__x000B__x005F_x0041_" if text and "\x01" in text else text or None for text in texts]
    assert others == expected
    sheet = openpyxl.load_workbook(book)["Scadenzario"]
    assert {sheet[f"K{row}"].data_type for row in range(6, 18)} == {"s", "n"}
    assert b"<f>" not in re.search(rb'<c r="K6".*?</c>', read_parts(book)[SHEET])[0]


def test_text_longer_than_a_cell_is_cut(book):
    save(book, TableUpdate("invoices", {"Anomalie": pd.Series(["x" * 40_000] + [None] * 11, dtype="str")}))
    text = open_book(book).read("invoices")["invoices"].frame["Anomalie"][0]
    assert len(text) == 32_767
    assert text.endswith("x…")


def test_values_of_every_kind_are_written(book):
    mixed = [1, 2.5, Decimal("3.10"), True, np.bool_(False), "t", None, np.nan, pd.NaT, dt.date(2026, 1, 31),
             dt.datetime.fromisoformat("2026-01-31T12:00"), np.int64(7)]  # fmt: skip
    save(book, TableUpdate("invoices", {"Anomalie": pd.Series(mixed, dtype=object)}))
    read = open_book(book).read("invoices")["invoices"].frame["Anomalie"]
    assert read.tolist() == [1.0, 2.5, 3.1, True, False, "t", None, None, None, 46053.0, 46053.5, 7.0]


@pytest.mark.parametrize("column", [
    pd.Series([True, None] * 6, dtype="boolean"),
    pd.Series([True, False] * 6),
    pd.Series(pd.Categorical(["a", None] * 6)),
    pd.Series([1, None] * 6, dtype="Int64"),
    pd.Series([0.1, np.nan] * 6, dtype="Float64"),
])  # fmt: skip
def test_series_of_every_dtype_are_written(book, column):
    save(book, TableUpdate("invoices", {"Anomalie": column}))
    assert _listed(open_book(book).read("invoices")["invoices"].frame["Anomalie"]) == _listed(column)


@pytest.mark.parametrize("from_1904", [False, True])
def test_dates_are_written_as_the_workbook_counts_them(tmp_path, from_1904):
    path = rich_book(tmp_path / "b.xlsx", from_1904=from_1904)
    dates = pd.Series(pd.to_datetime(["2026-02-28 13:45:59", None] * 6)).astype("datetime64[s]")
    save(path, TableUpdate("invoices", {"Scadenza": dates}))
    assert _listed(open_book(path).read("invoices")["invoices"].frame["Scadenza"]) == _listed(dates)
    assert values(path, "Scadenzario", "E6:E6") == [[dt.datetime.fromisoformat("2026-02-28T13:45:59")]]


@pytest.mark.parametrize("bad", [[float("inf")], [object()], [dt.date(1066, 10, 14)]])
def test_what_no_cell_can_hold_is_refused(book, bad):
    content = book.read_bytes()
    with pytest.raises(CellNotWritableError):
        save(book, TableUpdate("invoices", {"Residuo": pd.Series(bad * ROWS)}))
    assert book.read_bytes() == content


def test_unknown_table_column_and_height_are_refused(book):
    with pytest.raises(TableNotFoundError, match="Promesse"):
        save(book, TableUpdate("promises", {}))
    with pytest.raises(ColumnNotFoundError, match="Manca"):
        save(book, TableUpdate("invoices", {"Manca": pd.Series([1] * ROWS)}))
    with pytest.raises(RowsDifferError, match="11"):
        save(book, TableUpdate("invoices", {"Residuo": pd.Series([1] * 11)}))


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=8), data=st.data())
def test_any_values_come_back(numbers, data):
    texts = data.draw(st.lists(TEXTS, min_size=len(numbers), max_size=len(numbers)))
    with tempfile.TemporaryDirectory() as folder:
        path = table_book(Path(folder) / "b.xlsx", ["Numero", "Residuo"], [["x", 0]] * len(numbers))
        save(path, TableUpdate("invoices", {"Numero": pd.Series(texts, dtype="str"),
                                            "Residuo": pd.Series(numbers, dtype="float64")}))  # fmt: skip
        frame = open_book(path).read("invoices")["invoices"].frame
        other = values(path, "Scadenzario", f"A2:B{len(numbers) + 1}")
        third = calamine_values(path, "Scadenzario")[1 : len(numbers) + 1]
    assert frame["Residuo"].tolist() == [float(number) for number in numbers]
    assert [row[1] for row in other] == [float(number) for number in numbers]
    assert [row[1] for row in third] == [float(number) for number in numbers]
    assert _listed(frame["Numero"].astype(object)) == [text or None for text in texts]
    for text, row, line in zip(texts, other, third, strict=True):
        if not re.search(r"[\x00-\x1f\x7f-\x9f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_", text):
            assert row[0] == (text or None)
            assert line[0] == text


def test_formula_typed_over_a_computed_cell_gives_way_and_is_reported(book):
    substitute(book, SHEET, rb'<c r="H8"([^>]*)>.*?</c>', rb'<c r="H8"\1><f>F8&amp;"x"</f><v>3</v></c>')
    report = save(book)
    (replaced,) = report.replaced_formulas
    assert (replaced.header, replaced.cell, replaced.formula) == ("Residuo", "H8", 'F8&"x"')
    assert b"<f>F8" not in read_parts(book)[SHEET]
    assert save(book).replaced_formulas == ()


def test_chain_of_formulas_goes_only_with_a_formula(book):
    save(book)
    assert "xl/calcChain.xml" in read_parts(book)
    substitute(book, SHEET, rb'<c r="H8"([^>]*)>.*?</c>', rb'<c r="H8"\1><f>1+1</f></c>')
    save(book)
    parts = read_parts(book)
    assert "xl/calcChain.xml" not in parts
    assert b"calcChain" not in parts["[Content_Types].xml"] + parts["xl/_rels/workbook.xml.rels"]
    assert openpyxl.load_workbook(book).sheetnames[0] == "Scadenzario"


@pytest.mark.parametrize("before", [
    rb'<calcPr calcId="124519" fullCalcOnLoad="1"/>', rb'<calcPr calcId="1" fullCalcOnLoad="0"></calcPr>', rb"",
])  # fmt: skip
def test_excel_is_asked_to_calculate_anew(book, before):
    substitute(book, "xl/workbook.xml", rb"<calcPr[^>]*/>", before)
    save(book)
    workbook = read_parts(book)["xl/workbook.xml"]
    assert workbook.count(b'fullCalcOnLoad="1"') == workbook.count(b"<calcPr") == 1
    assert workbook.index(b"</definedNames>") < workbook.index(b"<calcPr")
    assert openpyxl.load_workbook(book).calculation.fullCalcOnLoad


EVENTS = pd.DataFrame({
    "Codice evento": ["E1", "E2"], "Codice sollecito": ["S1", "S1"], "Residuo": [10.5, 20.25],
    "Data e ora": pd.to_datetime(["2026-01-02 10:11:12", "2026-01-02 10:11:13"]),
})  # fmt: skip


def test_first_rows_fill_the_blank_one(book):
    before = read_parts(book)
    save(book, TableUpdate("reminders", append=EVENTS))
    raw = open_book(book).read("reminders")["reminders"]
    assert raw.frame["Codice evento"].tolist() == ["E1", "E2"]
    assert raw.frame["Data e ora"].tolist() == EVENTS["Data e ora"].tolist()
    assert b'ref="A5:E7"' in read_parts(book)["xl/tables/table2.xml"]
    changed = {name for name, data in read_parts(book).items() if data != before[name]}
    assert changed == {REGISTER, "xl/tables/table2.xml", "xl/workbook.xml", "[Content_Types].xml",
                       "xl/_rels/workbook.xml.rels"}  # fmt: skip


def test_appended_rows_follow_one_another(book):
    opened = open_book(book)
    for number in range(3):
        assert opened.save(
            [TableUpdate("reminders", append=EVENTS.assign(**{"Codice evento": f"E{number}"}))]
        )
    raw = opened.read("reminders")["reminders"]
    assert raw.frame["Codice evento"].tolist() == ["E0", "E0", "E1", "E1", "E2", "E2"]
    assert not opened.save([TableUpdate("reminders", append=EVENTS.head(0))])


def test_rows_are_appended_to_a_table_that_no_schema_knows(book):
    change_part(book, "xl/tables/table3.xml", lambda data: data.replace(b"xlc_worklist", b"Mia"))
    substitute(book, "xl/workbook.xml", rb'name="Da fare oggi"', b'name="Altro"')
    save(book, TableUpdate("mia", append=pd.DataFrame({"N.": [99]})))
    assert values(book, "Altro", "B11:C11") == [[99, None]]


def test_blank_rows_at_the_end_are_filled_first(book):
    substitute(book, WORKLIST, rb'<row r="(?:9|10)".*?</row>', b"")
    save(book, TableUpdate("worklist", append=worklist(3)))
    raw = open_book(book).read("worklist")["worklist"]
    assert raw.frame["Codice cliente"].tolist() == ["C000", "C001", "C002", "K1", "K2", "K3"]


def test_appended_rows_take_format_and_formula(book):
    save(book, TableUpdate("reminders", append=EVENTS))
    sheet = openpyxl.load_workbook(book)["Solleciti"]
    assert sheet["C7"].number_format == sheet["C6"].number_format == "dd/mm/yyyy hh:mm"
    assert (
        sheet["E6"].value.lstrip("=")
        == sheet["E7"].value.lstrip("=")
        == "xlc_reminders[[#This Row],[Residuo]]+1"
    )


def test_everything_about_a_growing_table_reaches_its_new_end(book):
    rows = pd.DataFrame(
        {"Numero": ["00099", "00100"], "Totale documento": [1.5, 2.5], "Fascia": ["1-30", None]}
    )
    save(book, TableUpdate("invoices", computed(), append=rows))
    parts = read_parts(book)
    sheet, table = parts[SHEET], parts["xl/tables/table1.xml"]
    assert table.count(b'ref="A5:L19"') == 2
    assert b'<dimension ref="A1:O19"/>' in sheet
    for area in (b'sqref="I6:I19"', b'sqref="F6:F19"', b'sqref="J6:J19"', b"<xm:sqref>F6:F19</xm:sqref>"):
        assert area in sheet
    raw = open_book(book).read("invoices")["invoices"]
    assert raw.frame["Numero"].tolist()[-3:] == ["00012", "00099", "00100"]
    assert raw.frame["Residuo"].tolist()[:12] == computed()["Residuo"].tolist()
    assert raw.uncalculated == {"Doppio": 2}
    styled = openpyxl.load_workbook(book)["Scadenzario"]
    assert styled["F18"].number_format == styled["G19"].number_format == "#,##0.00"
    assert styled["E19"].number_format == "dd/mm/yyyy"


def test_ranges_of_other_columns_and_rows_stay(book):
    substitute(book, SHEET, rb'sqref="I6:I17"', rb'sqref="I6:I17 I6:I16 N6:N17 I17 A1:L17"')
    save(book, TableUpdate("invoices", append=pd.DataFrame({"Numero": ["1"]})))
    assert b'sqref="I6:I18 I6:I16 N6:N17 I17:I18 A1:L17"' in read_parts(book)[SHEET]


def test_rows_are_added_where_the_sheet_already_has_formatted_ones(book):
    substitute(
        book, SHEET, rb"</sheetData>", rb'<row r="18" s="1"><c r="F18" s="2"/></row><row r="19"/></sheetData>'
    )
    save(
        book, TableUpdate("invoices", append=pd.DataFrame({"Numero": ["1", "2"], "Totale documento": [1, 2]}))
    )
    assert values(book, "Scadenzario", "B18:F19") == [["1", None, None, None, 1], ["2", None, None, None, 2]]
    assert openpyxl.load_workbook(book)["Scadenzario"]["F18"].number_format == "#,##0.00"


def test_many_rows_are_added(book, monkeypatch):
    from xlcredit.books import sheet_writer

    monkeypatch.setattr(sheet_writer, "NEW_ROWS", 7)
    frame = pd.DataFrame({"Codice evento": [f"E{number}" for number in range(100)], "Residuo": range(100)})
    save(book, TableUpdate("reminders", append=frame))
    raw = open_book(book).read("reminders")["reminders"]
    assert raw.frame["Codice evento"].tolist() == frame["Codice evento"].tolist()
    assert raw.frame["Residuo"].tolist() == frame["Residuo"].tolist()


def test_table_of_headers_alone_gets_rows(tmp_path):
    path = table_book(tmp_path / "b.xlsx", ["Numero"], [])
    substitute(path, "xl/tables/table1.xml", rb"A1:A2", rb"A1:A1")
    save(path, TableUpdate("invoices", append=pd.DataFrame({"Numero": ["a"]})))
    assert open_book(path).read("invoices")["invoices"].frame["Numero"].tolist() == ["a"]


def worklist(count):
    numbers = range(1, count + 1)
    return pd.DataFrame(
        {"N.": numbers, "Codice cliente": [f"K{number}" for number in numbers], "Da fare": "Scrivere"}
    )


@pytest.mark.parametrize("count", [1, 3, 5, 8])
def test_rebuilt_table_has_the_new_rows_and_no_others(book, count):
    save(book, TableUpdate("worklist", replace=worklist(count)))
    raw = open_book(book).read("worklist")["worklist"]
    assert raw.frame["Codice cliente"].tolist() == worklist(count)["Codice cliente"].tolist()
    assert b'ref="B5:E%d"' % (5 + count) in read_parts(book)["xl/tables/table3.xml"]
    assert [row for row in values(book, "Da fare oggi", f"B{6 + count}:E20") if any(row)] == []
    assert not save(book, TableUpdate("worklist", replace=worklist(count)))


def test_rebuilt_table_keeps_a_blank_row(book):
    save(book, TableUpdate("worklist", replace=worklist(0)))
    raw = open_book(book).read("worklist")["worklist"]
    assert raw.frame[["N.", "Codice cliente", "Da fare"]].isna().all(axis=None)
    assert len(raw.frame) == 1


def test_rows_that_leave_a_table_lose_its_formats_and_keep_the_user_s_own(tmp_path):
    path = ruled_table(tmp_path / "b.xlsx")
    headers = ["Numero", "Note"]
    save(path, TableUpdate("t", replace=pd.DataFrame({"Numero": [1.0, 2.0], "Note": ["a", "b"]})[headers]))
    sheet = openpyxl.load_workbook(path).active
    bottoms = {row: [sheet.cell(row, place).border.bottom.style for place in (1, 2)] for row in range(2, 7)}
    assert bottoms == {2: ["thin"] * 2, 3: ["thin"] * 2, 4: [None] * 2, 5: [None, "thick"], 6: [None] * 2}
    assert [sheet.cell(row, 1).number_format for row in (4, 5, 6)] == ["0.00"] * 3
    assert sheet.cell(5, 2).value is None
    assert sheet.row_dimensions[5].height == 45
    assert [sheet.cell(5, 3).value, sheet.cell(5, 3).border.bottom.style] == ["fuori", "thin"]


def test_rows_that_come_back_are_ruled_again(tmp_path):
    path = ruled_table(tmp_path / "b.xlsx")
    for count in (1, 5):
        rows = pd.DataFrame({"Numero": [float(row) for row in range(count)], "Note": ["n"] * count})
        save(path, TableUpdate("t", replace=rows))
    sheet = openpyxl.load_workbook(path).active
    assert {sheet.cell(row, place).border.bottom.style for row in range(2, 7) for place in (1, 2)} == {"thin"}


def ruled_table(path):
    """Five ruled rows; in the fourth a format of the user's own, a height, and a ruled cell beside the table."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        number, ruled = ({"num_format": "0.00"}, {"bottom": 1})
        plain, lined = workbook.add_format(number), workbook.add_format({**number, **ruled})
        text, own = workbook.add_format(ruled), workbook.add_format({"bottom": 5})
        sheet.set_column(0, 0, 10, plain)
        sheet.add_table(0, 0, 5, 1, {"name": "t", "columns": [{"header": "Numero"}, {"header": "Note"}]})
        for row in range(1, 6):
            sheet.write_number(row, 0, row, lined)
            sheet.write_string(row, 1, "nota", own if row == 4 else text)
        sheet.set_row(4, 45)
        sheet.write_string(4, 2, "fuori", text)
    return path


def test_rebuilt_table_shrinks_and_grows_back(book):
    opened = open_book(book)
    for count in (5, 1, 7, 2, 6):
        opened.save([TableUpdate("worklist", replace=worklist(count))])
        read = opened.read("worklist")["worklist"].frame
        assert read["N."].tolist() == list(range(1, count + 1))


def test_several_tables_are_written_in_one_save(book):
    report = save(
        book,
        TableUpdate("invoices", {"Residuo": computed()["Residuo"]}),
        TableUpdate("invoices", {"Fascia": computed()["Fascia"]}),
        TableUpdate("worklist", replace=worklist(2)),
        TableUpdate("reminders", append=EVENTS.head(1)),
        TableUpdate("reminders", append=EVENTS.tail(1)),
    )
    assert report.changed
    tables = open_book(book).read("invoices", "worklist", "reminders")
    assert tables["invoices"].frame["Residuo"].tolist() == computed()["Residuo"].tolist()
    assert tables["invoices"].frame["Fascia"].tolist() == computed()["Fascia"].tolist()
    assert len(tables["worklist"].frame) == 2
    assert tables["reminders"].frame["Codice evento"].tolist() == ["E1", "E2"]


@pytest.mark.parametrize("form", ["quotes", "comments", "utf-16"])
def test_unusual_xml_is_written_all_the_same(book, form):
    from test_book_reading import UNUSUAL

    change_part(book, SHEET, lambda data: UNUSUAL[form](data.decode()))
    expected = open_book(book).read("invoices")["invoices"].frame
    assert save(book)
    read = open_book(book).read("invoices")["invoices"].frame
    pd.testing.assert_frame_equal(read.drop(columns=HEADERS[6:11]), expected.drop(columns=HEADERS[6:11]))
    assert read["Residuo"].tolist() == computed()["Residuo"].tolist()
    assert not save(book)


def test_sheets_are_written_in_stretches(tmp_path, monkeypatch):
    from xlcredit.books import sheet, zips

    path = table_book(
        tmp_path / "b.xlsx", ["Numero", "Residuo", "Note"], [[f"t{row}", row, "n"] for row in range(400)]
    )
    monkeypatch.setattr(sheet, "STRETCH", 700)
    monkeypatch.setattr(zips, "PIECE", 97)
    update = TableUpdate(
        "invoices", {"Residuo": pd.Series(range(400)) * 2}, append=pd.DataFrame({"Numero": ["z"]})
    )
    save(path, update)
    frame = open_book(path).read("invoices")["invoices"].frame
    assert frame["Residuo"].tolist()[:400] == [row * 2 for row in range(400)]
    assert frame["Numero"].tolist()[-2:] == ["t399", "z"]
    assert frame["Note"].tolist()[:400] == ["n"] * 400
