"""A workbook of ours that lost a sheet or a header is refused whole; a team's own has what it has."""

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from companies import AS_OF, copy_book

from xlcredit.books import TableUpdate, open_book
from xlcredit.operations.check import check_workbook
from xlcredit.operations.intact import NEEDED, ColumnsLostError, SheetsLostError, renamed_columns
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.opened import READ, open_for
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import NothingToWriteError, refresh
from xlcredit.schema import TABLES

WRITING = [refresh, propose, lambda book: issue(book, Request(book.parent / "out"))]


@pytest.fixture
def path(tmp_path):
    return copy_book(tmp_path / "Crediti.xlsm")


def edited(path, edit):
    """The workbook as somebody saved it after `edit`."""
    workbook = openpyxl.load_workbook(path, keep_vba=True)
    edit(workbook)
    workbook.save(path)
    return path.read_bytes()


def rename(sheet, header, now):
    def edit(workbook):
        (table,) = workbook[sheet].tables.values()
        row = workbook[sheet][table.ref.split(":")[0]].row
        cell = next(cell for cell in workbook[sheet][row] if cell.value == header)
        cell.value = now
        next(column for column in table.tableColumns if column.name == header).name = now

    return edit


@pytest.mark.parametrize("act", WRITING, ids=["refresh", "propose", "issue"])
@pytest.mark.parametrize("sheet", ["Promesse", "Parametri", "Solleciti", "Proposta", "Clienti", "Decisioni"])
def test_a_deleted_sheet_is_named_and_nothing_changes(path, act, sheet):
    before = edited(path, lambda workbook: workbook.remove(workbook[sheet]))
    with pytest.raises(SheetsLostError) as told:
        act(path)
    assert told.value.facts["sheets"] == sheet
    assert path.read_bytes() == before
    assert not (path.parent / "out").exists()


@pytest.mark.parametrize("act", WRITING, ids=["refresh", "propose", "issue"])
@pytest.mark.parametrize(
    ("sheet", "header"),
    [("Scadenzario", "Scadenza"), ("Scadenzario", "Numero"), ("Parametri", "Valore"), ("Proposta", "Inviare"),
     ("Clienti", "Blocco fino al"), ("Proposta", "Codice cliente")],
)  # fmt: skip
def test_a_renamed_header_is_named_and_nothing_changes(path, act, sheet, header):
    before = edited(path, rename(sheet, header, "Altro nome"))
    with pytest.raises(ColumnsLostError) as told:
        act(path)
    assert (told.value.facts["sheet"], told.value.facts["columns"]) == (sheet, header)
    assert path.read_bytes() == before


def test_a_renamed_header_that_the_column_map_names_is_read(path):
    refresh(path, AS_OF)
    expected = open_book(path).read("invoices")["invoices"].frame["Giorni di ritardo"].tolist()
    edited(path, rename("Scadenzario", "Scadenza", "Data scad."))
    line = pd.DataFrame(
        {"Tabella": ["Scadenzario"], "Colonna": ["Scadenza"], "Intestazione nel file": ["data  scad. "]}
    )
    open_book(path).save([TableUpdate("column_map", replace=line)])
    refresh(path, AS_OF)
    assert open_book(path).read("invoices")["invoices"].frame["Giorni di ritardo"].tolist() == expected


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("Scadenziario", "Scadenza", "Scadenza"), "map-table-unknown"),
        (("Scadenzario", "Scadensa", "Scadenza"), "map-column-unknown"),
        (("Scadenzario", "Scadenza", "Data scad."), "map-header-unknown"),
    ],
)
def test_a_line_of_the_column_map_that_names_nothing_is_a_finding(path, line, code):
    frame = pd.DataFrame([line], columns=["Tabella", "Colonna", "Intestazione nel file"])
    open_book(path).save([TableUpdate("column_map", replace=frame)])
    _, findings = check_workbook(path)
    (finding,) = [finding for finding in findings if finding.table == "column_map"]
    assert (finding.code, finding.position) == (code, 0)


def test_a_column_of_remarks_may_go(path):
    edited(path, rename("Scadenzario", "Note", "Appunti"))
    refresh(path, AS_OF)


def test_a_ledger_without_a_column_to_compute_is_refused(tmp_path):
    path = tmp_path / "loro.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Scadenzario"
    sheet.append(["Numero", "Codice cliente", "Data documento", "Totale documento"])
    sheet.append(["1", "C1", AS_OF, 100])
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="Loro", ref="A1:D2"))
    workbook.save(path)
    before = path.read_bytes()
    with pytest.raises(NothingToWriteError):
        refresh(path, AS_OF)
    assert path.read_bytes() == before


def test_every_needed_table_has_input_columns():
    from xlcredit.schema import TABLES

    assert all(TABLES[key].inputs or TABLES[key].keep == "events" for key in NEEDED)


# --- computed columns


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    return open_for(copy_book(tmp_path_factory.mktemp("computed") / "book.xlsm"))


class Known:
    """A book that knows every header of `opened` but one."""

    def __init__(self, opened, table, column):
        self.known = {key: header for key, header in opened.book.headers(table).items() if key != column}

    def headers(self, _table):
        return self.known


COMPUTED = [
    (key, column.key)
    for key in READ
    for column in TABLES[key].columns[1:]
    if column.role == "computed"
]  # fmt: skip


def without(opened, key, column, instead):
    """What is said of a table in which a column's header is `instead`, or nothing at all."""
    table, header = opened.raw[key], opened.book.headers(key)[column]
    headers = [name for name in (instead if name == header else name for name in table.headers) if name]
    return renamed_columns(Known(opened, key, column), {key: replace(table, headers=headers)})


@pytest.mark.parametrize(("key", "column"), COMPUTED)
def test_a_renamed_computed_column_is_told(opened, key, column):
    [finding] = without(opened, key, column, "Altro nome")
    assert (finding.code, finding.table, finding.column) == ("column-renamed", key, column)
    assert finding.facts == {"sheet": opened.raw[key].sheet, "header": "Altro nome"}


@pytest.mark.parametrize(
    ("key", "column"), [("invoices", "bucket"), ("customers", "overdue"), ("plans", "paid_amount")]
)
def test_a_computed_column_that_was_taken_out_is_not(opened, key, column):
    assert not without(opened, key, column, None)


def test_a_column_of_ones_own_is_not(path):
    opened = open_for(path)
    table = opened.raw["invoices"]
    own = [*table.headers[:30], "Mia", *table.headers[30:]]
    assert not renamed_columns(opened.book, {"invoices": replace(table, headers=own)})


def test_the_refresh_says_so_and_writes_the_rest(path):
    edited(path, rename("Scadenzario", "Fascia", "Fascie"))
    said = [finding for finding in refresh(path, AS_OF).findings if finding.code == "column-renamed"]
    assert [(finding.column, finding.facts["header"]) for finding in said] == [("bucket", "Fascie")]
