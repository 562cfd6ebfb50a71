"""A refresh writes computed cells and nothing else; the second one writes nothing at all."""

import datetime as dt
import zipfile

import openpyxl
import pandas as pd
import pytest
from companies import (
    AS_OF,
    column,
    copy_book,
    frame,
    invoices,
    make_book,
    settings,
    type_into,
)  # fmt: skip

from xlcredit.books import TableUpdate, open_book
from xlcredit.dates import today
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import refresh

COMPUTED_SHEETS = ("Scadenzario", "Clienti", "Incassi", "Decisioni", "Da fare oggi", "Anomalie")


def entries(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def sheet_parts(path, names):
    """Parts of the sheets called `names`."""
    layout = open_book(path).layout
    return {sheet.part for sheet in layout.sheets if sheet.name in names}


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_second_refresh_writes_nothing(tmp_path, language):
    book = copy_book(tmp_path / "book.xlsm", language)
    assert refresh(book).changed
    before, written = book.read_bytes(), book.stat().st_mtime_ns

    again = refresh(book)

    assert not again.changed
    assert book.read_bytes() == before
    assert book.stat().st_mtime_ns == written


@pytest.mark.parametrize(("language", "bucket"), [("it", "1-30 giorni"), ("en", "1-30 days")])
def test_cells_are_in_the_workbooks_language(tmp_path, language, bucket):
    book = copy_book(tmp_path / "book.xlsm", language)

    refresh(book)

    assert column(book, "invoices", "bucket")[0] == bucket


def test_the_language_of_letters_in_the_settings_does_not_change_the_language_of_cells(tmp_path):
    book = make_book(tmp_path / "book.xlsm", settings=settings(language="en"))

    refresh(book)

    assert column(book, "invoices", "bucket")[0] == "1-30 giorni"


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    book = copy_book(tmp_path_factory.mktemp("refreshed") / "book.xlsm")
    before = entries(book)
    refresh(book)
    return book, before


def test_days_overdue_are_counted_to_the_day_in_the_settings(refreshed):
    assert column(refreshed[0], "invoices", "days_overdue") == [10, 30, 8, 60, -20]


def test_only_sheets_with_computed_tables_change(refreshed):
    book, before = refreshed
    after = entries(book)

    changed = {name for name in after if after[name] != before.get(name)}

    assert before.keys() == after.keys()
    sheets = {name for name in changed if name.startswith("xl/worksheets/")}
    assert sheets <= sheet_parts(book, COMPUTED_SHEETS)
    assert all(name.startswith("xl/tables/") or name == "xl/workbook.xml" for name in changed - sheets)


def test_what_was_typed_over_a_computed_cell_is_computed_again(tmp_path, refreshed):
    book = tmp_path / "book.xlsm"
    book.write_bytes(refreshed[0].read_bytes())
    type_into(book, "invoices", "bucket", {0: "mai", 1: None})

    assert refresh(book).changed
    assert book.read_bytes() == refreshed[0].read_bytes()


def test_input_typed_by_the_user_stays(tmp_path, refreshed):
    book = tmp_path / "book.xlsm"
    book.write_bytes(refreshed[0].read_bytes())
    type_into(book, "invoices", "notes", {2: "=SOMMA(1;2)", 3: "chiamare"})

    refresh(book)

    assert column(book, "invoices", "notes")[2:4] == ["=SOMMA(1;2)", "chiamare"]


def test_formulas_and_sheets_of_the_user_stay(tmp_path):
    book = tmp_path / "theirs.xlsx"
    users_own_workbook(book)
    before = entries(book)

    refresh(book, AS_OF)

    after = entries(book)
    assert after["xl/worksheets/sheet2.xml"] == before["xl/worksheets/sheet2.xml"]
    sheet = openpyxl.load_workbook(book)["Scadenzario"]
    assert [sheet.cell(row, 7).value for row in (2, 3)] == ["=E2*2", "=E3*2"]
    assert [sheet.cell(row, 6).value for row in (2, 3)] == [10, 30]


def users_own_workbook(path, **renamed):
    """An .xlsx made by hand: one table, a column of formulas at its end, a sheet with notes."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Scadenzario"
    sheet.append(
        [
            "Numero",
            "Codice cliente",
            "Data documento",
            "Scadenza",
            "Totale documento",
            "Giorni di ritardo",
            "Doppio",
        ]
    )
    sheet.append(
        ["1/2026", "C001", pd.Timestamp(2026, 9, 20), pd.Timestamp(2026, 10, 20), 1000, None, "=E2*2"]
    )
    sheet.append(["2/2026", "C001", pd.Timestamp(2026, 8, 31), pd.Timestamp(2026, 9, 30), 500, None, "=E3*2"])
    table = openpyxl.worksheet.table.Table(displayName="Tabella1", ref="A1:G3")
    table.tableColumns = []
    sheet.add_table(table)
    workbook.create_sheet("Appunti").append(["non toccare", "=1+1"])
    workbook.save(path)


def test_levels_stay_with_their_rows_when_the_user_sorts_them(tmp_path):
    book = copy_book(tmp_path / "book.xlsm")
    issue(book, Request(tmp_path / "out"))
    before = dict(
        zip(column(book, "invoices", "invoice_id"), column(book, "invoices", "level_sent"), strict=True)
    )
    assert set(before.values()) == {None, 1}
    turn_around(book, "invoices")

    refresh(book)

    numbers = column(book, "invoices", "invoice_id")
    assert numbers[0] == "5/2026"
    assert dict(zip(numbers, column(book, "invoices", "level_sent"), strict=True)) == before


def turn_around(book, table):
    """Sort the input columns of a table the other way round."""
    opened = open_book(book)
    body = opened.read(table)[table].frame[::-1].reset_index(drop=True)
    filled = [header for header in body if body[header].notna().any()]
    opened.save([TableUpdate(table, columns={header: body[header] for header in filled})])


def test_the_day_of_the_argument_goes_before_the_settings(tmp_path):
    book = copy_book(tmp_path / "book.xlsm")

    done = refresh(book, dt.date(2026, 10, 21))

    assert done.assessment.as_of == dt.date(2026, 10, 21)
    assert column(book, "invoices", "days_overdue")[0] == 1


def test_without_argument_and_setting_the_day_is_today(tmp_path):
    book = make_book(tmp_path / "book.xlsm", settings=settings(as_of=None))

    assert refresh(book).assessment.as_of == today()


FAULTY = """
invoice_id customer_id document_date due_date   amount
1/2026     C001        2026-09-20    2026-10-20 100000
2/2026     C099        2026-09-20    2026-09-01  50000
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    book = make_book(tmp_path_factory.mktemp("faulty") / "book.xlsm", invoices=invoices(FAULTY))
    type_into(book, "invoices", "due_date", {0: "31/02/2026"})
    refresh(book)
    return book


def test_a_finding_says_in_which_cell_it_is(faulty):
    places = dict(zip(column(faulty, "findings", "found"), column(faulty, "findings", "place"), strict=True))

    letter = open_book(faulty).read("invoices")["invoices"].columns["Scadenza"]
    first = open_book(faulty).read("invoices")["invoices"].first_row
    assert places["31/02/2026"] == f"Scadenzario!{letter}{first}"


def test_a_row_with_a_finding_keeps_its_input(faulty):
    assert column(faulty, "invoices", "due_date")[0] == "31/02/2026"


def test_a_row_with_a_finding_names_it_beside_the_row(faulty):
    assert "31/02/2026" in column(faulty, "invoices", "finding")[0]


def test_findings_mended_by_the_user_leave_the_table(tmp_path, faulty):
    book = tmp_path / "book.xlsm"
    book.write_bytes(faulty.read_bytes())
    type_into(book, "invoices", "due_date", {0: pd.Timestamp(2026, 10, 20), 1: pd.Timestamp(2026, 10, 20)})
    type_into(book, "invoices", "customer_id", {1: "C002"})

    done = refresh(book)

    found = {
        finding.code for finding in done.findings if finding.table == "invoices" and finding.needs_person
    }
    assert found == set()
    assert "31/02/2026" not in column(book, "findings", "found")


def test_notes_typed_on_rebuilt_sheets_survive(tmp_path):
    book = copy_book(tmp_path / "book.xlsm")
    propose(book)
    type_into(book, "worklist", "notes", {0: "richiamare alle 15"})
    type_into(book, "proposal", "notes", {0: "sentito il commerciale"})
    customer = column(book, "worklist", "customer_id")[0]

    refresh(book, AS_OF + dt.timedelta(days=1))
    propose(book, AS_OF + dt.timedelta(days=1))

    noted = dict(zip(column(book, "worklist", "customer_id"), column(book, "worklist", "notes"), strict=True))
    assert noted[customer] == "richiamare alle 15"
    assert column(book, "proposal", "notes")[0] == "sentito il commerciale"


def test_a_decision_typed_survives(tmp_path):
    old = "invoice_id customer_id document_date due_date amount\n9/2025 C001 2025-12-01 2026-01-15 900000"
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(old))
    refresh(book)
    assert column(book, "decisions", "customer_id")[0] == "C001"
    type_into(book, "decisions", "decided_by", {0: "Direzione"})

    refresh(book)

    assert column(book, "decisions", "decided_by")[0] == "Direzione"


PAID = """
invoice_id customer_id document_date due_date   amount paid_ledger open_ledger
1/2026     C001        2026-09-20    2026-10-20 100000 -           25000
2/2026     C001        2026-08-31    2026-09-30  50000 10000       -
3/2026     C002        2026-09-22    2026-10-22 250000 -           -
"""
ALLOCATED = """
customer_id invoice_id amount kind    allocation_date
C001        1/2026      40000 payment 2026-10-01
"""


@pytest.mark.parametrize(
    ("source", "residues"),
    [("Incassi del file", [600, 500, 2500]), ("Gestionale", [250, 400, 2500])],
)
def test_what_was_paid_comes_from_one_source(tmp_path, source, residues):
    book = make_book(
        tmp_path / "book.xlsm",
        invoices=invoices(PAID),
        allocations=frame("allocations", ALLOCATED),
        settings=settings(payments_source=source),
    )

    refresh(book)

    assert column(book, "invoices", "open_amount") == residues
    assert isinstance(column(book, "invoices", "open_amount")[0], float | int)
