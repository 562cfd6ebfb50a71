"""Workbooks as people and ERPs make them."""

import datetime as dt

import pytest

from xlcredit.intake.ledger_file import read_ledger

HEADERS = ["Numero", "Cliente", "Scadenza", "Importo"]
D = dt.date


def rows(*numbers):
    return [[f"{number:03}", "Rossi srl", D(2026, 1, number), 10.5 * number] for number in numbers]


def test_types_of_cells_survive(write_xlsx):
    body = [["007", "Rossi", D(2026, 1, 31), 1.234], [8.0, "Bianchi", "28/02/2026", "1.234"]]
    file = read_ledger(write_xlsx({"Foglio1": [HEADERS, *body]}))
    assert file.raw["invoice_id"].tolist() == ["007", 8.0]
    assert file.raw["amount"].tolist() == [1.234, "1.234"]
    assert [str(cell)[:10] for cell in file.raw["due_date"]] == ["2026-01-31", "28/02/2026"]
    assert file.raw["customer_name"].dtype == "str"


def test_headers_are_found_under_titles(write_xlsx, fact):
    path = write_xlsx(
        {
            "Scadenzario": [
                ["", "", "", ""],
                ["Rossi Ferramenta srl"],
                ["Stampa del 30/06/2026"],
                HEADERS,
                *rows(1, 2),
            ]
        },
        merges=[("Scadenzario", "A1:D1", "SCADENZARIO CLIENTI")],
    )
    file = read_ledger(path)
    assert file.place.header_row == 4
    assert file.rows.tolist() == [5, 6]
    assert fact(file.decisions, "rows-read") == {"count": 2, "sheet": "Scadenzario", "header_row": 4}


def test_sheet_that_reads_most_like_a_ledger_is_taken(write_xlsx, fact):
    path = write_xlsx(
        {
            "Note": [["Cliente", "Importo", "Scadenza"], ["a", 1, D(2026, 1, 1)]],
            "Partite": [[*HEADERS, "Data doc.", "Residuo"], *rows(1)],
        }
    )
    file = read_ledger(path)
    assert file.place.grid.name == "Partite"
    assert fact(file.decisions, "sheets-ignored") == {"sheets": "Note"}
    assert read_ledger(path, sheet="note").place.grid.name == "Note"


def test_longer_of_two_equal_sheets_is_taken_and_a_hidden_one_is_not(write_xlsx):
    path = write_xlsx(
        {"2024": [HEADERS, *rows(1)], "2025": [HEADERS, *rows(1, 2)], "copia": [HEADERS, *rows(1, 2, 3)]},
        hidden=["copia"],
    )
    assert read_ledger(path).place.grid.name == "2025"


def test_excel_table_is_preferred_and_what_stands_below_is_told(write_xlsx, fact):
    body = rows(1, 2)
    path = write_xlsx(
        {
            "Foglio": [
                [],
                [],
                ["", *HEADERS],
                *[["", *row] for row in body],
                [],
                ["", "999", "Fuori", D(2026, 1, 1), 1],
            ]
        },
        tables=[
            ("Foglio", "B3:E5", {"name": "Scadenze", "columns": [{"header": header} for header in HEADERS]})
        ],
    )
    file = read_ledger(path)
    assert (file.place.grid.kind, file.place.grid.name, file.place.header_row) == ("table", "Scadenze", 3)
    assert file.raw["invoice_id"].tolist() == ["001", "002"]
    assert fact(file.decisions, "rows-below-table") == {"count": 1, "sheet": "Scadenze"}


def test_a_small_lookup_table_does_not_win_over_the_ledger_beside_it(write_xlsx):
    sheet = [
        ["Cliente", "Importo", "", *HEADERS, "Residuo", "Data doc.", "Note"],
        *[["x", 1, "", *row] for row in rows(1)],
    ]
    path = write_xlsx(
        {"F": sheet}, tables=[("F", "A1:B2", {"columns": [{"header": "Cliente"}, {"header": "Importo"}]})]
    )
    assert read_ledger(path).place.grid.kind == "sheet"


def test_error_cells_are_not_blanks(write_xlsx):
    body = [["1", "Rossi", ("=NA()", "#N/A"), 5], ["2", "Rossi", D(2026, 1, 1), ("=1/0", "#DIV/0!")]]
    file = read_ledger(write_xlsx({"F": [HEADERS, *body]}))
    assert [str(file.raw["due_date"].iloc[0]), str(file.raw["amount"].iloc[1])] == ["#N/A", "#DIV/0!"]
    assert type(file.raw["amount"].iloc[1]).__name__ == "CellError"
    assert file.raw["amount"].iloc[0] == 5.0


def test_formulas_that_nobody_computed_are_told(tmp_path, codes):
    from openpyxl import Workbook

    book = Workbook()
    for row in ([*HEADERS], ["1", "Rossi", D(2026, 1, 1), "=2+3"], ["2", "Rossi", D(2026, 1, 1), "=2+4"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    file = read_ledger(tmp_path / "a.xlsx")
    assert codes(file.findings) == ["ledger-formulas-empty"]
    assert file.findings[0].count == 2


def test_formula_with_an_empty_text_as_value_is_computed(write_xlsx, rewrite):
    path = write_xlsx({"F": [HEADERS, ["1", ('=""', ""), D(2026, 1, 1), 5]]})
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'<c r="B2">', b'<c r="B2" t="str">'))
    file = read_ledger(path)
    assert file.findings == ()
    assert file.place.grid.facts["formula_columns"] == [1]


def test_merged_cells_hold_for_all_their_rows_but_amounts_count_once(write_xlsx, fact):
    body = [["1", "", D(2026, 1, 1), ""], ["2", "", D(2026, 1, 2), 7], ["3", "Verdi", D(2026, 1, 3), 8]]
    path = write_xlsx({"F": [HEADERS, *body]}, merges=[("F", "B2:B3", "Rossi"), ("F", "D2:D2", 5)][:1])
    file = read_ledger(path)
    assert file.raw["customer_name"].tolist() == ["Rossi", "Rossi", "Verdi"]
    assert fact(file.decisions, "merged-spread") == {"count": 1}


def test_merged_amount_is_not_spread(write_xlsx, codes):
    body = [["1", "Rossi", D(2026, 1, 1), ""], ["2", "Rossi", D(2026, 1, 2), ""]]
    file = read_ledger(write_xlsx({"F": [HEADERS, *body]}, merges=[("F", "D2:D3", "100")]))
    assert file.raw["amount"].isna().tolist() == [False, True]
    assert "merged-spread" not in codes(file.decisions)


def test_columns_without_number_are_found_among_two_hundred(write_xlsx, fact):
    junk = [f"colonna {number}" for number in range(196)]
    file = read_ledger(write_xlsx({"F": [[*junk, *HEADERS], *[[*range(196), *row] for row in rows(1)]]}))
    assert set(file.headers) == {"invoice_id", "customer_name", "due_date", "amount"}
    assert fact(file.decisions, "columns-unknown")["count"] == 196


def test_macro_workbook_and_any_name_are_read_by_content(write_xlsx):
    path = write_xlsx({"F": [HEADERS, *rows(1)]}, name="ledger.dat")
    assert len(read_ledger(path).raw) == 1


@pytest.mark.parametrize("epoch", [False, True])
def test_dates_of_both_date_systems(tmp_path, epoch):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": epoch}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        sheet.write_row(1, 0, ["1", "Rossi"])
        sheet.write_datetime(1, 2, dt.date(2026, 3, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write(1, 3, 5)
    file = read_ledger(tmp_path / "a.xlsx")
    assert str(file.raw["due_date"].iloc[0])[:10] == "2026-03-31"


def test_original_is_untouched(write_xlsx):
    path = write_xlsx({"F": [HEADERS, *rows(1, 2)]})
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    read_ledger(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
