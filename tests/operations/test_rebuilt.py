"""What is typed on the lines of rebuilt tables stays when the line drops out, and is there when it comes back."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from companies import AS_OF, column, copy_book, frame, invoices, make_book, type_into
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.table import TableColumn

from xlcredit.books import open_book
from xlcredit.operations.desk.hold import hold, release
from xlcredit.operations.desk.rows import RowName
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import refresh

NEXT_DAY = AS_OF + dt.timedelta(days=1)
OLD = "invoice_id customer_id document_date due_date amount\n9/2025 C001 2025-12-01 2026-01-15 900000"
ALFA = RowName("C001")


def lines(book, table, *keys):
    """The lines of a rebuilt table that name a customer: the cells of some columns, None for blanks."""
    cells = zip(*(column(book, table, key) for key in ("customer_id", *keys)), strict=True)
    return [tuple(None if pd.isna(cell) else cell for cell in line) for line in cells if not pd.isna(line[0])]


@pytest.fixture
def decided(tmp_path):
    """A book in which the customer's decision is typed, and whose rows are then held."""
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(OLD))
    refresh(book, AS_OF)
    type_into(book, "decisions", "decision", {0: "Legale"})
    type_into(book, "decisions", "decided_by", {0: "Direttore"})
    type_into(book, "decisions", "decided_on", {0: pd.Timestamp(AS_OF)})
    hold(book, [ALFA], NEXT_DAY, "verifica", as_of=AS_OF)
    return book


SHOWN = ("customer_name", "currency", "rows", "reason", "decision", "decided_by")


def test_a_decision_stays_while_its_rows_are_held(decided):
    assert lines(decided, "decisions", *SHOWN) == [
        ("C001", "Alfa Arredi S.r.l.", "EUR", None, "Per ora non serve decidere", "Legale", "Direttore")
    ]


def test_a_table_with_a_line_that_only_stays_is_not_written_twice(decided):
    before = decided.read_bytes()
    assert not refresh(decided, AS_OF).changed
    assert decided.read_bytes() == before


def test_a_decision_is_there_when_its_line_comes_back(decided):
    release(decided, [ALFA], as_of=NEXT_DAY)
    assert lines(decided, "decisions", "rows", "reason", "decision", "decided_by") == [
        ("C001", 1, "Ritardo oltre il termine stabilito", "Legale", "Direttore")
    ]


def test_a_line_leaves_when_its_customer_owes_nothing(decided):
    type_into(decided, "invoices", "amount", {0: 0.0})
    refresh(decided, AS_OF)
    assert lines(decided, "decisions") == []


@pytest.mark.parametrize(("currency", "stays"), [(None, True), ("eur", True), ("USD", False)])
def test_a_line_typed_by_hand_stays_while_the_customer_owes_something_in_its_currency(
    tmp_path, currency, stays
):
    typed = frame("decisions", "customer_id decision decided_by\nC001 insist Capo").assign(currency=currency)
    book = make_book(tmp_path / "book.xlsm", decisions=typed)
    refresh(book, AS_OF)
    kept = [("C001", "Insistere", "Capo")] if stays else []
    assert lines(book, "decisions", "decision", "decided_by") == kept


def test_a_line_for_a_code_that_nobody_knows_stays(tmp_path):
    typed = frame("decisions", "customer_id currency decision\nC0l EUR lawyer\nC0l EUR insist")
    book = make_book(tmp_path / "book.xlsm", decisions=typed)
    refresh(book, AS_OF)
    assert lines(book, "decisions", "decision") == [("C0l", "Legale"), ("C0l", "Insistere")]


def test_a_note_on_the_list_of_the_day_stays_after_the_lines_of_the_day(tmp_path):
    book = copy_book(tmp_path / "book.xlsm")
    refresh(book, AS_OF)
    first, *others = [name for (name,) in lines(book, "worklist")]
    type_into(book, "worklist", "notes", {0: "richiamare alle 15"})
    hold(book, [RowName(first)], NEXT_DAY, "verifica", as_of=AS_OF)

    assert [name for (name,) in lines(book, "worklist")] == [*others, first]
    last = lines(book, "worklist", "position", "action", "overdue", "notes")[-1]
    assert last == (first, None, "Niente per oggi", None, "richiamare alle 15")


@pytest.fixture
def refused(tmp_path):
    """A book in which a person does not want Alfa's letter to go, and holds its rows for a day."""
    book = copy_book(tmp_path / "book.xlsm")
    propose(book, AS_OF)
    place = column(book, "proposal", "customer_id").index("C001")
    type_into(book, "proposal", "send", {place: "No"})
    type_into(book, "proposal", "notes", {place: "accordo a voce"})
    hold(book, [ALFA], AS_OF, "verifica", as_of=AS_OF)
    propose(book, AS_OF)
    return book


def test_a_letter_that_is_not_to_go_stays_refused_while_it_is_not_due(refused):
    shown = lines(refused, "proposal", "send", "level_name", "open_amount", "warnings", "notes")
    assert shown[-1] == ("C001", "No", "Sollecito", None, "Per ora non va mandata", "accordo a voce")


def test_a_letter_that_is_not_to_go_is_still_refused_when_it_is_due_again(refused):
    release(refused, [ALFA], as_of=AS_OF)
    propose(refused, AS_OF)
    shown = {name: rest for name, *rest in lines(refused, "proposal", "send", "notes")}
    assert shown["C001"] == ["No", "accordo a voce"]


def test_a_refused_letter_does_not_go_when_nothing_else_is_on_the_sheet(refused, tmp_path):
    issue(refused, Request(tmp_path / "letters", AS_OF))
    assert lines(refused, "proposal", "send") == [("C001", "No")]
    release(refused, [ALFA], as_of=AS_OF)

    issued = issue(refused, Request(tmp_path / "letters", AS_OF))

    assert issued.letters == []
    assert issued.selection.unticked["customer_id"].tolist() == ["C001"]


def test_a_ticked_letter_with_a_note_leaves_when_it_is_issued(tmp_path):
    book = copy_book(tmp_path / "book.xlsm")
    propose(book, AS_OF)
    type_into(book, "proposal", "notes", {0: "sentito il commerciale"})
    issue(book, Request(tmp_path / "letters", AS_OF))
    assert lines(book, "proposal") == []


def test_the_list_of_the_day_says_the_next_step_and_the_last_outcome_in_words(tmp_path):
    contacts = frame(
        "contacts",
        "contact_time customer_id channel outcome next_action next_date\n"
        "2026-10-28T10:00 C001 call reached Portare_la_risposta 2026-10-30\n"
        "2026-10-28T10:00 C002 call voicemail - -",
    )
    book = make_book(tmp_path / "book.xlsm", contacts=contacts)
    refresh(book, AS_OF)
    told = {name: rest for name, *rest in lines(book, "worklist", "action", "last_contact")}
    assert told["C001"] == ["Portare la risposta", "28/10/2026 Parlato"]
    assert told["C002"][1] == "28/10/2026 Segreteria"


def with_own_column(book, sheet, texts):
    """A column of the clerk's own at the right of a table, one text a customer."""
    workbook = openpyxl.load_workbook(book, keep_vba=True)
    (table,) = workbook[sheet].tables.values()
    left, top, right, bottom = range_boundaries(table.ref)
    codes = next(cell.column for cell in workbook[sheet][top] if cell.value == "Codice cliente")
    workbook[sheet].cell(top, right + 1, "Miei appunti")
    for row in range(top + 1, bottom + 1):
        workbook[sheet].cell(row, right + 1, texts.get(workbook[sheet].cell(row, codes).value))
    table.tableColumns.append(TableColumn(id=900, name="Miei appunti"))
    table.ref = f"{get_column_letter(left)}{top}:{get_column_letter(right + 1)}{bottom}"
    table.autoFilter.ref = table.ref
    workbook.save(book)


def own_notes(book, table):
    raw = open_book(book).read(table)[table].frame[["Codice cliente", "Miei appunti"]].dropna()
    return dict(raw.itertuples(index=False, name=None))


@pytest.mark.parametrize(("table", "sheet"), [("worklist", "Da fare oggi"), ("proposal", "Proposta")])
def test_a_clerks_own_column_follows_its_lines(tmp_path, table, sheet):
    book = copy_book(tmp_path / "book.xlsm")
    propose(book, AS_OF)
    names = [name for (name,) in lines(book, table)]
    notes = {name: f"appunto {name}" for name in names}
    with_own_column(book, sheet, notes)
    hold(book, [RowName(names[0])], NEXT_DAY, "verifica", as_of=AS_OF)
    propose(book, AS_OF)

    assert [name for (name,) in lines(book, table)] == [*names[1:], names[0]]
    assert own_notes(book, table) == notes
    before = book.read_bytes()
    propose(book, AS_OF)
    assert book.read_bytes() == before

    release(book, [RowName(names[0])], as_of=AS_OF)
    propose(book, AS_OF)
    assert own_notes(book, table) == notes


def test_what_cannot_be_read_stays_as_it_was_written(decided):
    release(decided, [ALFA], as_of=AS_OF)
    type_into(decided, "decisions", "decided_on", {0: "ieri"})
    type_into(decided, "decisions", "decision", {0: "Stralcio totale"})
    first = refresh(decided, AS_OF)
    before = decided.read_bytes()
    second = refresh(decided, AS_OF)

    assert lines(decided, "decisions", "decision", "decided_on", "decided_by") == [
        ("C001", "Stralcio totale", "ieri", "Direttore")
    ]
    assert decided.read_bytes() == before
    assert [finding.code for finding in first.findings] == [finding.code for finding in second.findings]
    hold(decided, [ALFA], NEXT_DAY, "verifica", as_of=AS_OF)
    assert lines(decided, "decisions", "decision", "decided_on") == [("C001", "Stralcio totale", "ieri")]
