"""Proposing and issuing: what goes out is what a person looked at and is still due; the register says the same."""

import datetime as dt
import hashlib

import docx
import pandas as pd
import pytest
from companies import (
    AS_OF,
    SETTINGS,
    column,
    copy_book,
    frame,
    invoices,
    issued_in,
    letters_in,
    make_book,
    register,
    settings,
    type_into,
)  # fmt: skip

from xlcredit.dates import today
from xlcredit.operations.desk.approve import approve
from xlcredit.operations.desk.errors import NotEntitledError, NothingToApproveError
from xlcredit.operations.issue import (
    IssueInTheFutureError,
    IssueInThePastError,
    Request,
    issue,
    preview,
)
from xlcredit.operations.journal import LetterExistsError
from xlcredit.operations.opened import DayUnreadableError
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import refresh


@pytest.fixture(scope="module")
def proposed_bytes(tmp_path_factory):
    book = copy_book(tmp_path_factory.mktemp("proposed") / "book.xlsm")
    propose(book)
    return book.read_bytes()


@pytest.fixture
def proposed(tmp_path, proposed_bytes):
    """The company's workbook with its proposal on the sheet: C003, C001, C002 in this order."""
    book = tmp_path / "book.xlsm"
    book.write_bytes(proposed_bytes)
    return book


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """The company's workbook after an issue; the folder and what it answered."""
    folder = tmp_path_factory.mktemp("issued")
    book = copy_book(folder / "book.xlsm")
    return book, folder / "out", issue(book, Request(folder / "out", by="Anna"))


def ids(done):
    return [letter.customer_id for letter in done.letters]


def named(frame):
    return frame["customer_id"].tolist()


def tick(book, customer, value):
    type_into(book, "proposal", "send", {column(book, "proposal", "customer_id").index(customer): value})


# --- proposing


def test_a_proposal_has_one_line_a_customer_ticked(proposed):
    assert column(proposed, "proposal", "customer_id") == ["C003", "C001", "C002"]
    assert column(proposed, "proposal", "send") == ["Sì", "Sì", "Sì"]
    assert column(proposed, "proposal", "rows") == [1, 2, 1]


def test_a_proposal_changes_no_level(proposed):
    assert column(proposed, "invoices", "level_sent") == [None] * 5
    assert register(proposed).empty


@pytest.mark.parametrize("typed", ["No", None])
def test_a_tick_that_was_removed_stays_so_while_the_letter_is_proposed_again(proposed, typed):
    tick(proposed, "C001", typed)

    propose(proposed)

    assert column(proposed, "proposal", "send") == ["Sì", "No", "Sì"]


# --- what goes out


def test_each_customer_gets_one_letter(issued):
    assert ids(issued[2]) == ["C003", "C001", "C002"]


@pytest.mark.parametrize("typed", ["No", None])
def test_a_letter_without_its_tick_does_not_go(proposed, tmp_path, typed):
    tick(proposed, "C001", typed)

    done = issue(proposed, Request(tmp_path / "out"))

    assert ids(done) == ["C003", "C002"]
    assert named(done.selection.unticked) == ["C001"]


def test_a_letter_paid_meanwhile_is_dropped_and_named(proposed, tmp_path):
    type_into(proposed, "invoices", "amount", {2: 1})

    done = issue(proposed, Request(tmp_path / "out"))

    assert ids(done) == ["C003", "C001"]
    assert named(done.selection.dropped) == ["C002"]


def test_a_letter_held_meanwhile_is_dropped_and_named(proposed, tmp_path):
    type_into(proposed, "invoices", "hold_until", {2: pd.Timestamp(2026, 12, 31)})

    assert named(issue(proposed, Request(tmp_path / "out")).selection.dropped) == ["C002"]


def test_a_letter_whose_residue_changed_is_dropped_and_named(proposed, tmp_path):
    type_into(proposed, "invoices", "amount", {1: 499.99})

    done = issue(proposed, Request(tmp_path / "out"))

    assert named(done.selection.dropped) == ["C001"]
    assert "C001" not in ids(done)


def test_a_letter_that_nobody_has_looked_at_is_named_and_waits(proposed, tmp_path):
    type_into(proposed, "invoices", "due_date", {4: pd.Timestamp(2026, 10, 1)})

    done = issue(proposed, Request(tmp_path / "out"))

    assert "C004" not in ids(done)
    assert named(done.selection.unseen) == ["C004"]


def test_a_letter_that_nobody_has_looked_at_does_not_go_at_the_second_press_either(proposed, tmp_path):
    type_into(proposed, "invoices", "due_date", {4: pd.Timestamp(2026, 10, 1)})
    issue(proposed, Request(tmp_path / "out"))

    assert issue(proposed, Request(tmp_path / "out")).letters == []


def test_a_customer_asked_for_who_is_not_on_the_sheet_waits_too(proposed, tmp_path):
    type_into(proposed, "invoices", "due_date", {4: pd.Timestamp(2026, 10, 1)})

    done = preview(proposed, Request(tmp_path / "out", customers=frozenset({"C004"})))

    assert ids(done) == []
    assert named(done.selection.unseen) == ["C004"]


def test_only_the_customers_asked_for_get_a_letter(proposed, tmp_path):
    done = preview(proposed, Request(tmp_path / "out", customers=frozenset({"C002", "C003"})))

    assert ids(done) == ["C003", "C002"]


def test_a_limit_takes_the_most_important(proposed, tmp_path):
    assert ids(preview(proposed, Request(tmp_path / "out", limit=2))) == ["C003", "C001"]


def test_only_the_level_asked_for_goes(proposed, tmp_path):
    assert ids(preview(proposed, Request(tmp_path / "out", only_level=2))) == []
    assert len(preview(proposed, Request(tmp_path / "out", only_level=1)).letters) == 3


def test_a_preview_writes_nothing(proposed, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    assert preview(proposed, Request(tmp_path / "out")).letters

    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


# --- afterwards


def test_pressed_again_there_is_nothing_new(issued):
    book, out, _ = issued
    before, files = book.read_bytes(), sorted(out.rglob("*"))

    assert issue(book, Request(out)).letters == []
    assert book.read_bytes() == before
    assert sorted(out.rglob("*")) == files


def test_letters_issued_leave_the_sheet_of_proposals(issued):
    assert [value for value in column(issued[0], "proposal", "customer_id") if value] == []


def test_each_letter_has_its_events_and_the_reverse(issued):
    book, out, _ = issued
    assert letters_in(out) == set(issued_in(book))


def test_an_event_says_row_amount_and_level(issued):
    events = register(issued[0]).sort_values("invoice_id")

    assert events["invoice_id"].tolist() == ["1/2026", "2/2026", "3/2026", "4/2026"]
    assert events["open_amount"].tolist() == [100000, 50000, 250000, 120000]
    assert events["row_level"].tolist() == [1, 1, 1, 1]
    assert set(events["by"]) == {"Anna"}
    assert set(events["event_time"].dt.date) == {AS_OF}


def test_the_register_has_the_fingerprint_of_each_file(issued):
    book, out, _ = issued
    for file, fingerprint in register(book)[["file", "file_hash"]].drop_duplicates().itertuples(index=False):
        assert hashlib.sha256((out / file).read_bytes()).hexdigest() == fingerprint


def test_levels_after_an_issue_are_those_of_a_later_refresh(issued):
    assert column(issued[0], "invoices", "level_sent") == [1, 1, 1, 1, None]
    assert not refresh(issued[0]).changed


def test_the_index_names_every_letter(issued):
    import openpyxl

    sheet = openpyxl.load_workbook(issued[2].index).active
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == ["S261030-001", "S261030-002", "S261030-003"]


def test_ids_go_on_within_the_day(proposed, tmp_path):
    issue(proposed, Request(tmp_path / "out", limit=1))

    done = issue(proposed, Request(tmp_path / "out"))

    assert [letter.reminder_id for letter in done.letters] == ["S261030-002", "S261030-003"]
    assert len(letters_in(tmp_path / "out")) == 3


# --- refusals


def test_a_day_that_has_not_come_is_refused(proposed, tmp_path):
    before = proposed.read_bytes()

    with pytest.raises(IssueInTheFutureError):
        issue(proposed, Request(tmp_path / "out", as_of=today() + dt.timedelta(days=1)))

    assert proposed.read_bytes() == before
    assert not (tmp_path / "out").exists()


def test_a_day_before_the_newest_letter_is_refused(issued):
    book, out, _ = issued
    before = book.read_bytes()

    with pytest.raises(IssueInThePastError):
        issue(book, Request(out, as_of=AS_OF - dt.timedelta(days=1)))

    assert book.read_bytes() == before


@pytest.mark.parametrize("name", ["Situazione al", "As of"])
@pytest.mark.parametrize("operation", ["issue", "propose"])
def test_a_day_in_the_settings_that_is_no_date_is_refused_unless_another_is_named(
    proposed, tmp_path, operation, name
):
    book = proposed
    place = column(book, "settings", "setting").index("Situazione al")
    type_into(book, "settings", "setting", {place: name})
    type_into(book, "settings", "value", {place: "31/02/2026"})
    before = book.read_bytes()
    out = tmp_path / "out"

    def work(day):
        return propose(book, day) if operation == "propose" else issue(book, Request(out, as_of=day))

    with pytest.raises(DayUnreadableError):
        work(None)

    assert book.read_bytes() == before
    assert not out.exists()
    work(AS_OF)


def test_a_letters_name_taken_by_another_file_is_refused_before_anything_is_written(proposed, tmp_path):
    taken = preview(proposed, Request(tmp_path / "out")).letters[1].target
    taken.parent.mkdir(parents=True)
    taken.write_text("altro")
    before = proposed.read_bytes()

    with pytest.raises(LetterExistsError):
        issue(proposed, Request(tmp_path / "out"))

    assert proposed.read_bytes() == before
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == [taken]
    assert taken.read_text() == "altro"


OLD = """
invoice_id customer_id document_date due_date   amount
1/2026     C001        2026-01-20    2026-02-20 100000
"""
SENT = """
event_id reminder_id event   event_time customer_id invoice_id document_type document_year instalment row_level letter_level
E1       S0          opening 2026-06-01 C001        1/2026     invoice       2026          1          3         3
"""


@pytest.fixture
def notice_due(tmp_path):
    """A formal notice is due: the level that needs approval."""
    return make_book(tmp_path / "book.xlsm", invoices=invoices(OLD), reminders=frame("reminders", SENT))


def test_a_level_that_needs_approval_waits_for_it(notice_due, tmp_path):
    done = issue(notice_due, Request(tmp_path / "out"))

    assert ids(done) == []
    assert named(done.selection.unapproved) == ["C001"]


def test_an_approval_is_written_into_the_register(notice_due, tmp_path):
    done = issue(notice_due, Request(tmp_path / "out", approved_by="Direzione"))

    assert [letter.level for letter in done.letters] == [4]
    assert "Direzione" in register(notice_due)["reason"].iloc[-1]


def test_nobody_else_than_those_named_can_let_a_letter_go(tmp_path):
    book = make_book(
        tmp_path / "book.xlsm",
        invoices=invoices(OLD),
        reminders=frame("reminders", SENT),
        settings=settings(approvers="Anna Conti; Direzione"),
    )
    before = book.read_bytes()

    with pytest.raises(NotEntitledError):
        issue(book, Request(tmp_path / "out", approved_by="Pinco Pallo"))

    assert book.read_bytes() == before
    done = issue(book, Request(tmp_path / "out", approved_by="anna conti"))
    assert [letter.level for letter in done.letters] == [4]


def approved_on_sheet(folder, by, on):
    """A formal notice is due, beside which somebody typed an approval; only two may approve."""
    book = make_book(
        folder / "book.xlsm",
        invoices=invoices(OLD),
        reminders=frame("reminders", SENT),
        settings=settings(approvers="Anna Conti; Direzione"),
    )
    propose(book)
    type_into(book, "proposal", "approved_by", {0: by})
    type_into(book, "proposal", "approved_on", {0: on and dt.datetime.combine(on, dt.time())})
    return book


@pytest.mark.parametrize(
    ("by", "on"),
    [
        pytest.param("Pinco Pallo", AS_OF, id="not entitled"),
        pytest.param("Direzione", None, id="without a day"),
        pytest.param("Direzione", AS_OF + dt.timedelta(days=1), id="of a later day"),
    ],
)
def test_an_approval_that_does_not_count_gives_way_to_one_that_does(tmp_path, by, on):
    book = approved_on_sheet(tmp_path, by, on)

    assert approve(book, "Anna Conti")[1] == 1

    assert column(book, "proposal", "approved_by") == ["Anna Conti"]
    assert issue(book, Request(tmp_path / "out")).selection.unapproved.empty


def test_an_approval_that_counts_is_not_replaced(tmp_path):
    book = approved_on_sheet(tmp_path, "Direzione", AS_OF)

    with pytest.raises(NothingToApproveError):
        approve(book, "Anna Conti")


ONE_TO_COME = """
invoice_id customer_id document_date due_date   amount
1/2026     C001        2026-09-20    2026-10-20 100000
2/2026     C001        2026-10-05    2026-11-03 200000
"""


def test_a_blank_name_approves_nothing(notice_due, tmp_path):
    done = issue(notice_due, Request(tmp_path / "out", approved_by="  "))

    assert (done.letters, named(done.selection.unapproved)) == ([], ["C001"])


def test_a_letter_about_what_is_overdue_names_nothing_still_to_fall_due(tmp_path):
    """2/2026 is in its courtesy days: a claim of the first must not take it along."""
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(ONE_TO_COME))

    (letter,) = issue(book, Request(tmp_path / "out")).letters

    assert letter.level == 1
    assert "2/2026" not in text_of(letter.target)
    assert register(book)["invoice_id"].tolist() == ["1/2026"]


def test_an_approval_of_less_does_not_let_more_go(notice_due, tmp_path):
    propose(notice_due)
    approve(notice_due, "Direzione")
    type_into(notice_due, "invoices", "amount", {0: 9_000})

    told = propose(notice_due)

    assert "approval-outgrown" in [finding.code for finding in told.findings]
    assert column(notice_due, "proposal", "approved_by") == [None]
    assert named(issue(notice_due, Request(tmp_path / "out")).selection.unapproved) == ["C001"]


# --- the letters before


ACROSS = """
invoice_id customer_id document_date due_date   amount
1/2026     C001        2026-06-20    2026-07-20 100000
2/2026     C001        2026-08-28    2026-09-27  50000
"""
ACROSS_SENT = """
event_id reminder_id event  event_time customer_id currency invoice_id document_type document_year instalment row_level letter_level cycle    channel
E1       S1          issued 2026-09-08 C001        EUR      1/2026     invoice       2026          1          4         4            standard pec
E2       S2          issued 2026-10-05 C001        EUR      1/2026     invoice       2026          1          -         2            standard email
E3       S2          issued 2026-10-05 C001        EUR      2/2026     invoice       2026          1          1         2            standard email
E4       S2          issued 2026-10-05 C001        EUR      9/2026     invoice       2026          1          2         2            standard email
E5       S3          issued 2026-10-12 C001        EUR      9/2026     invoice       2026          1          3         3            standard pec
"""


def earlier_in(text):
    return next(line for line in text.splitlines() if line.startswith("Le abbiamo"))


def test_an_earlier_letter_counts_by_what_it_said_of_the_rows_that_this_one_lists(tmp_path):
    """S1 was a notice for the first row, S2 a first reminder for the second; S3 was about neither."""
    from companies import frame

    book = make_book(
        tmp_path / "book.xlsm", invoices=invoices(ACROSS), reminders=frame("reminders", ACROSS_SENT)
    )

    (letter,) = issue(book, Request(tmp_path / "out", approved_by="Direzione")).letters

    text = text_of(letter.target)
    assert letter.level == 2
    assert earlier_in(text).startswith("Le abbiamo già scritto (in data 08/09/2026 e 05/10/2026), ma")
    assert "Restano fermi gli effetti delle nostre precedenti comunicazioni." in text


def test_a_level_of_the_letter_is_not_that_of_the_row(tmp_path):
    from companies import frame

    second = "\n".join([ACROSS.strip().splitlines()[0], ACROSS.strip().splitlines()[2]])
    book = make_book(
        tmp_path / "book.xlsm", invoices=invoices(second), reminders=frame("reminders", ACROSS_SENT)
    )

    (letter,) = issue(book, Request(tmp_path / "out")).letters

    assert earlier_in(text_of(letter.target)).startswith(
        "Le abbiamo già scritto (sollecito del 05/10/2026), ma"
    )


def test_a_first_reminder_that_lists_a_row_of_an_earlier_letter_speaks_of_it(tmp_path):
    from companies import frame

    both = ACROSS.replace("2026-08-28    2026-09-27", "2026-09-20    2026-10-20")
    sent = "\n".join(ACROSS_SENT.strip().splitlines()[:2])
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(both), reminders=frame("reminders", sent))

    (letter,) = issue(book, Request(tmp_path / "out")).letters

    text = text_of(letter.target)
    assert letter.level == 1
    assert "dimenticanza" not in text
    assert "Restano fermi gli effetti delle nostre precedenti comunicazioni." in text


def test_a_call_is_not_a_letter(tmp_path):
    from companies import frame

    sent = "\n".join(
        [*ACROSS_SENT.strip().splitlines()[:1], ACROSS_SENT.strip().splitlines()[1].replace("pec", "call")]
    ).replace("4         4 ", "1         1 ")
    first = "\n".join(ACROSS.strip().splitlines()[:2])
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(first), reminders=frame("reminders", sent))

    (letter,) = issue(book, Request(tmp_path / "out")).letters

    assert letter.level == 2
    assert "Le abbiamo già scritto" not in text_of(letter.target)


# --- the letter


def text_of(path):
    document = docx.Document(path)
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return (
        "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
        .replace("\u00a0", " ")
        .replace("\u2011", "-")
    )


@pytest.mark.parametrize(
    ("customer", "said"),
    [
        ("C001", ["1/2026", "2/2026", "1.000,00", "500,00", "1.500,00", "Alfa Arredi S.r.l.", "09/11/2026"]),
        ("C002", ["3/2026", "2.500,00", "Beta Bulloni S.p.A."]),
        ("C003", ["4/2026", "1,200.00", "Gamma Trading Ltd", "9 November 2026", "Dear"]),
    ],
)
def test_a_letter_says_what_is_owed_by_when_and_where_to_pay(issued, customer, said):
    letter = next(letter for letter in issued[2].letters if letter.customer_id == customer)
    text = text_of(letter.target)

    assert [words for words in said if words not in text] == []
    assert SETTINGS["company_iban"] in text.replace(" ", "")
    assert letter.reminder_id in text


def test_customers_without_a_language_get_the_one_in_the_settings(tmp_path):
    plain = "customer_id name kind email\nC001 Alfa business alfa@example.com"
    book = make_book(
        tmp_path / "book.xlsm", customers=frame("customers", plain), settings=settings(language="en")
    )

    done = issue(book, Request(tmp_path / "out", customers=frozenset({"C001"})))

    assert "Dear" in text_of(done.letters[0].target)
    assert column(book, "reminders", "event")[0] == "Emesso"


def test_an_english_workbook_keeps_an_english_register(tmp_path):
    book = copy_book(tmp_path / "book.xlsm", "en")

    done = issue(book, Request(tmp_path / "out", limit=1))

    assert pd.Series(column(book, "reminders", "event")).dropna().tolist() == ["Issued"]
    assert done.letters[0].target.parent.name == "1_Reminder"
