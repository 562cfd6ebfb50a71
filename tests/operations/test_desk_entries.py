"""The desk: each entry is one save with what follows from it, and what cannot be recorded changes nothing."""

import datetime as dt

import pandas as pd
import pytest
from companies import AS_OF, copy_book, frame, invoices, make_book, settings, type_into

from xlcredit.catalogue import Catalogue
from xlcredit.operations.desk import dispute as cases
from xlcredit.operations.desk.approve import approve
from xlcredit.operations.desk.contact import Contact, record_contact
from xlcredit.operations.desk.errors import (
    AmountAboveResidueError,
    AmountCurrenciesError,
    ConfirmationMissingError,
    CustomerNotFoundError,
    DayPassedError,
    DisputeExistsError,
    InvoiceNotFoundError,
    LedgerDecidesError,
    NoDisputeError,
    NoHoldError,
    NoPromiseError,
    NoSuchEntryError,
    NotASupplierError,
    NothingToApproveError,
    PhaseBeforeError,
    PlanEndedError,
    PlanExistsError,
    PlanNotFoundError,
    PlanSignedError,
    PlanToldError,
    PlanTooLongError,
    PromiseExistsError,
    SeveralEntriesError,
    SignatureDayError,
    SignedFileMissingError,
)
from xlcredit.operations.desk.hold import hold, release
from xlcredit.operations.desk.plan import Terms, plan, sign_plan, tell_default, withdraw_plan
from xlcredit.operations.desk.promise import promise, withdraw_promise
from xlcredit.operations.desk.rows import RowName
from xlcredit.operations.desk.settle import settle, take_back
from xlcredit.operations.desk.standing import standing_on
from xlcredit.operations.desk.told import closed_cases, deadline_of, documents_of, money_of
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import refresh

ALFA, ALFA_FIRST = RowName("C001"), RowName("C001", "1/2026")
BETA = RowName("C002", "3/2026")
PASSED = cases.Contested("price", deadline=AS_OF - dt.timedelta(days=1))
FRIDAY = dt.date(2026, 11, 6)


@pytest.fixture
def book(tmp_path):
    path = copy_book(tmp_path / "book.xlsm")
    refresh(path, AS_OF)
    return path


def column(book, table, key):
    """The filled rows of a typed column; None for blanks."""
    frame = open_for(book).frames[table]
    cells = frame[frame["customer_id"].notna()][key].astype(object)
    return [None if pd.isna(cell) else cell for cell in cells]


def test_a_promise_holds_its_rows_and_fills_those_due_first(book):
    done = promise(book, [ALFA], FRIDAY, 600_00, "richiama lui", AS_OF)

    assert column(book, "promises", "invoice_id") == ["2/2026", "1/2026"]
    assert column(book, "promises", "promised_amount") == [500_00, 100_00]
    assert column(book, "promises", "status") == ["open", "open"]
    assert done.amounts.tolist() == [500_00, 100_00]
    assert column(book, "invoices", "hold")[:3] == ["Promessa di pagamento", "Promessa di pagamento", None]


def test_a_promise_without_an_amount_promises_all_that_is_open(book):
    promise(book, [ALFA_FIRST], FRIDAY, as_of=AS_OF)

    assert column(book, "promises", "promised_amount") == [1_000_00]


def test_rows_of_one_document_are_told_by_their_due_date(tmp_path):
    text = "invoice_id customer_id document_date due_date amount instalment\n"
    text += "\n".join(f"10 C001 2026-08-{day} 2026-09-{day} 10000 {day - 9}" for day in range(10, 16))
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(text))
    done = promise(book, [ALFA], FRIDAY, as_of=AS_OF)

    told = documents_of(done.assessment, done.rows, Catalogue("it"))
    assert told.startswith("10 con scadenza 10/09/2026, 10 con scadenza 11/09/2026, ")
    assert told.endswith("10 con scadenza 14/09/2026…")
    assert documents_of(done.assessment, done.rows[:1], Catalogue("en")) == "10 due 10/09/2026"


def test_a_second_promise_on_a_row_is_refused_until_the_first_is_withdrawn(book):
    promise(book, [ALFA_FIRST], FRIDAY, as_of=AS_OF)
    before = book.read_bytes()
    with pytest.raises(PromiseExistsError):
        promise(book, [ALFA_FIRST], FRIDAY, as_of=AS_OF)
    assert book.read_bytes() == before

    withdraw_promise(book, [ALFA_FIRST], as_of=AS_OF)
    promise(book, [ALFA_FIRST], FRIDAY, as_of=AS_OF)

    assert column(book, "promises", "status") == ["withdrawn", "open"]


def test_what_stands_in_the_notes_stays_when_something_is_added(book):
    promise(book, [ALFA_FIRST], FRIDAY, notes="Paga venerdì", as_of=AS_OF)
    withdraw_promise(book, [ALFA_FIRST], notes="Ha cambiato idea", as_of=AS_OF)
    cases.dispute(book, [ALFA_FIRST], cases.Contested("quality", notes="Pezzi fuori misura"), AS_OF)
    cases.resolve_dispute(book, [ALFA_FIRST], "unjustified", notes="Misurati: in regola", as_of=AS_OF)

    assert column(book, "promises", "notes") == ["Paga venerdì · Ha cambiato idea"]
    assert column(book, "disputes", "notes") == ["Pezzi fuori misura · Misurati: in regola"]


def test_a_customer_named_without_a_document_means_what_is_overdue(book):
    done = promise(book, [RowName("C004")], FRIDAY, as_of=AS_OF)

    assert column(book, "promises", "invoice_id") == ["5/2026"]  # nothing overdue: what is open
    assert len(done.rows) == 1


def test_an_entry_leaves_every_typed_cell_as_it_was(book):
    before = {key: column(book, "invoices", key) for key in ("invoice_id", "amount", "due_date", "notes")}

    promise(book, [ALFA], FRIDAY, as_of=AS_OF)
    hold(book, [BETA], FRIDAY, "attesa della bolla", AS_OF)

    assert {key: column(book, "invoices", key) for key in before} == before


def test_a_dispute_holds_the_contested_part_and_goes_through_its_phases(book):
    cases.dispute(book, [BETA], cases.Contested("quality", "Qualità", "Rossi", 1_000_00), AS_OF)
    assert column(book, "disputes", "held_amount") == [1_000_00]
    assert column(book, "disputes", "phase") == ["received"]

    later = AS_OF + dt.timedelta(days=3)
    cases.move_dispute(book, [BETA], "investigation", as_of=later)
    assert column(book, "disputes", "phase") == ["investigation"]

    cases.resolve_dispute(book, [BETA], "partly_justified", 400_00, "reso parziale", later)
    assert column(book, "disputes", "phase") == ["resolved"]
    assert column(book, "disputes", "credit_note_expected") == [400_00]
    assert column(book, "invoices", "hold")[2] is None


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        (400_00, [400_00, None]),
        (600_00, [500_00, 100_00]),
        (1_700_00, [500_00, 1_200_00]),
        (0, [None, None]),
    ],
)
def test_one_credit_note_is_spread_over_the_cases_that_it_closes(book, credit, expected):
    cases.dispute(book, [ALFA], cases.Contested("price"), AS_OF)

    cases.resolve_dispute(book, [ALFA], "justified", credit, as_of=AS_OF)

    assert column(book, "disputes", "invoice_id") == ["2/2026", "1/2026"]
    assert column(book, "disputes", "credit_note_expected") == expected
    held = [min(cents or 0, owed) for cents, owed in zip(expected, (500_00, 1_000_00), strict=True)]
    assert column(book, "disputes", "held_amount") == [cents or None for cents in held]


def test_a_credit_note_stays_within_the_disputed_amounts_until_all_are_full(book):
    cases.dispute(book, [ALFA], cases.Contested("price", amount_cents=600_00), AS_OF)

    cases.resolve_dispute(book, [ALFA], "partly_justified", 550_00, as_of=AS_OF)

    assert column(book, "disputes", "disputed_amount") == [500_00, 100_00]
    assert column(book, "disputes", "credit_note_expected") == [500_00, 50_00]


@pytest.mark.parametrize(
    ("credit", "italian", "english"),
    [
        (
            2_500_00,
            (
                "Contestazione chiusa: 2.500,00 € non si sollecitano in attesa della nota di credito, prevista entro il "
                "13/11/2026."
            ),
            "Dispute closed: 2,500.00 € are not dunned until the credit note has come, expected by 13/11/2026.",
        ),
        (
            400_00,
            (
                "Contestazione chiusa: 400,00 € non si sollecitano in attesa della nota di credito, prevista entro il "
                "13/11/2026. Il resto torna da sollecitare."
            ),
            (
                "Dispute closed: 400.00 € are not dunned until the credit note has come, expected by 13/11/2026. "
                "The rest is dunned again."
            ),
        ),
        (
            None,
            "Contestazione chiusa: la riga torna da sollecitare.",
            "Dispute closed: the row is dunned again.",
        ),
    ],
)
def test_who_closes_a_case_is_told_what_waits_for_the_credit_note(book, credit, italian, english):
    cases.dispute(book, [BETA], cases.Contested("quality"), AS_OF)

    done = cases.resolve_dispute(book, [BETA], "justified", credit, as_of=AS_OF)

    assert [closed_cases(done, Catalogue(language)) for language in ("it", "en")] == [italian, english]


def test_a_case_whose_row_was_paid_meanwhile_goes_on_with_its_deadline(book):
    cases.dispute(book, [BETA], cases.Contested("quality"), AS_OF)
    settle(book, [BETA], "allowance", None, "pagata", "Anna", AS_OF)

    done = cases.move_dispute(book, [BETA], "discussion", as_of=AS_OF)
    assert deadline_of(done) == AS_OF + dt.timedelta(days=14)

    done = cases.resolve_dispute(book, [BETA], "justified", 400_00, as_of=AS_OF)
    assert closed_cases(done, Catalogue()) == "Contestazione chiusa: non c'è più niente da sollecitare."


def test_a_phase_never_begins_before_the_one_that_it_follows(book):
    cases.dispute(book, [BETA], cases.Contested("price"), AS_OF)
    cases.move_dispute(book, [BETA], "discussion", as_of=AS_OF)

    for phase in ("investigation", "discussion", "received"):
        with pytest.raises(PhaseBeforeError):
            cases.move_dispute(book, [BETA], phase, as_of=AS_OF)


def test_a_case_that_moves_on_is_followed_by_another(book):
    cases.dispute(book, [BETA], cases.Contested("price", owner="Rossi", notes="sconto"), AS_OF)
    followed = cases.Followed("Vendite", "Bianchi")

    cases.move_dispute(book, [BETA], "investigation", FRIDAY, followed, AS_OF)

    told = [column(book, "disputes", key)[0] for key in ("department", "owner", "notes")]
    assert told == ["Vendite", "Bianchi", "sconto"]
    assert column(book, "disputes", "deadline") == [pd.Timestamp(FRIDAY)]


def test_a_case_about_the_whole_customer_is_opened_moved_on_and_closed_without_a_document(book):
    done = cases.dispute_customer(book, "C001", cases.Contested("service", "Vendite"), AS_OF)
    assert column(book, "disputes", "invoice_id") == [None]
    assert column(book, "invoices", "hold")[:3] == ["Contestazione", "Contestazione", None]
    assert len(done.rows) == 2

    with pytest.raises(NoDisputeError):
        cases.resolve_dispute(book, [ALFA_FIRST], "unjustified", as_of=AS_OF)
    with pytest.raises(DisputeExistsError, match="C001"):
        cases.dispute_customer(book, "C001", cases.Contested("service"), AS_OF)

    cases.move_dispute(book, [ALFA], "investigation", as_of=AS_OF)
    with pytest.raises(PhaseBeforeError):
        cases.move_dispute(book, [ALFA], "investigation", as_of=AS_OF)
    cases.resolve_dispute(book, [ALFA], "unjustified", as_of=AS_OF)
    assert column(book, "invoices", "hold")[:2] == [None, None]


def test_a_customer_with_cases_on_rows_only_means_those(book):
    cases.dispute(book, [ALFA_FIRST], cases.Contested("price"), AS_OF)

    cases.resolve_dispute(book, [ALFA], "unjustified", as_of=AS_OF)

    assert column(book, "disputes", "phase") == ["resolved"]


def test_a_hold_stands_on_a_row_or_on_a_customer_and_is_released(book):
    hold(book, [BETA], FRIDAY, "attesa della bolla", AS_OF)
    hold(book, [ALFA], FRIDAY, "trattativa", AS_OF)

    assert column(book, "invoices", "hold_reason") == [None, None, "attesa della bolla", None, None]
    assert column(book, "customers", "hold_reason") == ["trattativa", None, None, None]
    assert column(book, "invoices", "hold")[:3] == ["Cliente bloccato", "Cliente bloccato", "Bloccata"]

    release(book, [BETA, ALFA], AS_OF)

    assert column(book, "invoices", "hold")[:3] == [None, None, None]


@pytest.fixture
def unread_holds(book):
    """A row and a customer with a hold whose day nobody can read."""
    type_into(book, "invoices", "hold_until", {2: "fine mese"})
    type_into(book, "customers", "hold_until", {0: "fine mese"})
    refresh(book, AS_OF)
    return book


def unread(done):
    return [(finding.table, finding.found) for finding in done.findings if finding.found == "fine mese"]


@pytest.mark.parametrize(("name", "table", "rows"), [(BETA, "customers", [2]), (ALFA, "invoices", [0, 1])])
def test_a_hold_that_cannot_be_read_is_released(unread_holds, name, table, rows):
    holds = column(unread_holds, "invoices", "hold")
    assert {holds[row] for row in rows} == {"Blocco non leggibile"}
    assert standing_on(unread_holds, [name], AS_OF).is_held

    done = release(unread_holds, [name], AS_OF)

    assert unread(done) == [(table, "fine mese")]  # the other one stays
    holds = column(unread_holds, "invoices", "hold")
    assert {holds[row] for row in rows} == {None}
    with pytest.raises(NoHoldError):
        release(unread_holds, [name], AS_OF)


def test_a_day_takes_the_place_of_one_that_cannot_be_read(unread_holds):
    done = hold(unread_holds, [BETA], FRIDAY, "trattativa", AS_OF)

    assert unread(done) == [("customers", "fine mese")]
    assert column(unread_holds, "invoices", "hold")[2] == "Bloccata"


def test_an_allowance_beyond_the_limit_needs_a_name_and_can_be_taken_back(book):
    with pytest.raises(ConfirmationMissingError):
        settle(book, [BETA], "allowance", 50_00, "sconto", as_of=AS_OF)

    settle(book, [BETA], "allowance", 50_00, "sconto", "Anna", AS_OF)
    assert column(book, "invoices", "open_amount")[2] == 2_450_00

    take_back(book, [BETA], "allowance", "errore", "Anna", AS_OF)
    assert column(book, "invoices", "open_amount")[2] == 2_500_00
    assert column(book, "allocations", "amount") == [50_00, -50_00]
    with pytest.raises(NoSuchEntryError):
        take_back(book, [BETA], "allowance", "errore", "Anna", AS_OF)


def test_of_several_rows_with_an_allowance_one_is_named_to_be_taken_back(book):
    settle(book, [ALFA], "allowance", None, "accordo", "Anna", AS_OF)
    before = book.read_bytes()
    with pytest.raises(SeveralEntriesError) as refused:
        take_back(book, [ALFA], "allowance", "errore", "Anna", AS_OF)
    assert refused.value.facts == {"customer": "C001", "documents": "1/2026, 2/2026"}
    assert book.read_bytes() == before

    done = take_back(book, [ALFA_FIRST], "allowance", "errore", "Anna", AS_OF)
    assert done.rows.tolist() == [0]
    assert column(book, "invoices", "open_amount")[:2] == [1_000_00, 0]

    done = take_back(book, [ALFA], "allowance", "errore", "Anna", AS_OF)  # of one row alone
    assert done.rows.tolist() == [1]
    assert column(book, "invoices", "open_amount")[:2] == [1_000_00, 500_00]


def test_small_allowances_on_one_row_add_up_to_the_limit(book):
    settle(book, [BETA], "allowance", 60, "resto", as_of=AS_OF)
    with pytest.raises(ConfirmationMissingError):
        settle(book, [BETA], "allowance", 41, "resto", as_of=AS_OF)

    settle(book, [BETA], "allowance", 40, "resto", as_of=AS_OF)
    assert column(book, "invoices", "open_amount")[2] == 2_499_00


def test_what_was_closed_by_itself_can_be_opened_again(tmp_path):
    paid = frame("allocations", "customer_id invoice_id amount kind\nC002 3/2026 249950 payment")
    book = make_book(tmp_path / "book.xlsm", allocations=paid)
    refresh(book, AS_OF)
    assert column(book, "invoices", "open_amount")[2] == 0

    done = take_back(book, [BETA], "allowance", "manca mezzo euro", as_of=AS_OF)

    assert column(book, "invoices", "open_amount")[2] == 50
    assert column(book, "allocations", "amount") == [2_499_50, 0]
    assert [finding.code for finding in done.findings if finding.table == "allocations"] == []


def test_who_pays_in_the_erp_is_not_given_an_allowance_here(tmp_path):
    told = invoices().assign(open_ledger=invoices()["amount"])
    book = make_book(tmp_path / "book.xlsm", invoices=told, settings=settings(payments_source="Gestionale"))
    before = book.read_bytes()
    with pytest.raises(LedgerDecidesError):
        settle(book, [BETA], "allowance", 50, "resto", as_of=AS_OF)
    assert book.read_bytes() == before


def test_only_what_we_owe_a_supplier_can_be_set_off(book):
    with pytest.raises(NotASupplierError):
        settle(book, [BETA], "set_off", 50_00, "nostra fattura", "Anna", AS_OF)


def test_a_contact_is_appended_with_the_promise_that_came_of_it(book):
    said = Contact("C001", "call", "promises", ("1/2026",), "paga venerdì", by="AC", promise=(FRIDAY, None))

    done = record_contact(book, said, AS_OF)

    assert column(book, "contacts", "text") == ["paga venerdì"]
    assert column(book, "promises", "promised_date") == [pd.Timestamp(FRIDAY)]
    assert "record_promise" not in done.follow_up


def test_an_outcome_says_what_is_to_be_done_next(book):
    done = record_contact(book, Contact("C001", "call", "invoice_not_received", ("1/2026",)), AS_OF)

    assert done.follow_up[0] == "send_copy"
    assert column(book, "invoices", "delivered")[:2] == [False, None]


def test_a_contact_that_contests_a_part_holds_that_part(book):
    contested = cases.Contested("quality", "Produzione", "Rossi", 300_00)

    record_contact(book, Contact("C002", "call", "disputes", ("3/2026",), "rotto", dispute=contested), AS_OF)

    told = [column(book, "disputes", key)[0] for key in ("held_amount", "department", "owner", "notes")]
    assert told == [300_00, "Produzione", "Rossi", "rotto"]


def test_a_year_without_a_document_holds_the_rows_of_that_year(book):
    hold(book, [RowName("C001", document_year=2026)], FRIDAY, "trattativa", AS_OF)

    assert column(book, "customers", "hold_reason") == [None] * 4
    assert column(book, "invoices", "hold_reason")[:3] == ["trattativa", "trattativa", None]


@pytest.mark.parametrize(
    ("moment", "channel", "objections"),
    [
        ("2026-11-20 10:00", "call", ((), ("second",))),
        ("2026-11-20 22:00", "call", (("hours",), ("hours", "second"))),
        ("2026-11-22 10:00", "call", (("hours",), ("hours", "second"))),
        ("2026-11-20 22:00", "email", ((), ())),
    ],
)
def test_a_call_out_of_order_is_recorded_and_said(book, monkeypatch, moment, channel, objections):
    at = dt.datetime.fromisoformat(moment)
    monkeypatch.setattr("xlcredit.operations.desk.contact.now", lambda: at)

    said = [Contact("C001", channel, outcome) for outcome in ("voicemail", "reached")]
    told = [record_contact(book, each, at.date()).objections for each in said]

    assert tuple(told) == objections
    assert len(column(book, "contacts", "outcome")) == 2


def test_a_plan_is_exact_to_the_cent_and_holds_its_rows(book, tmp_path):
    done = plan(book, [ALFA], Terms(dt.date(2026, 11, 30), 7), tmp_path / "piani", AS_OF)

    assert sum(column(book, "plans", "amount")) == 1_500_00
    assert column(book, "plans", "amount") == [214_29] * 4 + [214_28] * 3
    assert column(book, "invoices", "hold")[0] == "Piano di rientro"
    assert done.letter.is_file()
    assert not list(done.letter.parent.glob("*.tmp"))


def test_a_plan_is_signed_and_withdrawn(book, tmp_path):
    first = plan(book, [ALFA], Terms(dt.date(2026, 11, 30), 2), tmp_path / "piani", AS_OF)
    assert column(book, "plans", "status") == ["proposed", "proposed"]
    with pytest.raises(PlanExistsError):
        plan(book, [ALFA_FIRST], Terms(dt.date(2026, 11, 30)), tmp_path / "piani", AS_OF)

    with pytest.raises(SignedFileMissingError):
        sign_plan(book, first.plan_id, AS_OF, "firmato.pdf", AS_OF)
    (tmp_path / "firmato.pdf").touch()
    sign_plan(book, first.plan_id, AS_OF, "firmato.pdf", AS_OF)
    assert column(book, "plans", "status") == ["regular", "regular"]

    withdraw_plan(book, first.plan_id, AS_OF)
    assert column(book, "invoices", "hold")[0] is None
    with pytest.raises(PlanEndedError):
        sign_plan(book, first.plan_id, AS_OF, as_of=AS_OF)


@pytest.mark.parametrize("on", [AS_OF - dt.timedelta(1), dt.date(2125, 1, 1)])
def test_a_plan_is_signed_between_its_proposal_and_today(book, tmp_path, on):
    made = plan(book, [ALFA], Terms(dt.date(2026, 11, 30)), tmp_path / "piani", AS_OF)
    with pytest.raises(SignatureDayError):
        sign_plan(book, made.plan_id, on, as_of=AS_OF)


def test_a_signature_is_replaced_only_by_a_correction(book, tmp_path):
    made = plan(book, [ALFA], Terms(dt.date(2026, 11, 30)), tmp_path / "piani", AS_OF)
    sign_plan(book, made.plan_id, AS_OF, as_of=AS_OF)
    later = AS_OF + dt.timedelta(1)
    with pytest.raises(PlanSignedError):
        sign_plan(book, made.plan_id, later, as_of=later)

    sign_plan(book, made.plan_id, later, as_of=later, corrects=True)
    assert column(book, "plans", "signed_on") == [pd.Timestamp(later)]


def test_a_long_plan_is_confirmed_by_somebody(book, tmp_path):
    far = AS_OF + dt.timedelta(731)
    with pytest.raises(PlanTooLongError):
        plan(book, [ALFA], Terms(far), tmp_path / "piani", AS_OF)

    plan(book, [ALFA], Terms(far, confirmed_by="Anna Conti"), tmp_path / "piani", AS_OF)
    assert column(book, "plans", "notes") == ["Durata confermata da Anna Conti."]


def test_a_default_is_told_once_and_gives_the_days_that_its_letter_names(book, tmp_path):
    made = plan(book, [ALFA], Terms(dt.date(2026, 11, 2)), tmp_path / "piani", AS_OF)
    sign_plan(book, made.plan_id, AS_OF, as_of=AS_OF)
    told = dt.date(2026, 11, 6)
    tell_default(book, made.plan_id, tmp_path / "piani", told)
    assert column(book, "invoices", "hold")[0] == "Piano di rientro"

    later = told + dt.timedelta(11)
    with pytest.raises(PlanToldError):
        tell_default(book, made.plan_id, tmp_path / "piani", later)
    refresh(book, later)
    assert column(book, "plans", "default_told_on") == [pd.Timestamp(told)]
    assert column(book, "invoices", "hold")[0] is None


def test_a_plan_whose_letter_cannot_be_written_leaves_the_workbook_as_it_was(book, tmp_path):
    (tmp_path / "piani").write_text("a file where the folder should be", "utf-8")
    before = book.read_bytes()

    with pytest.raises(Exception, match="piani"):
        plan(book, [ALFA], Terms(dt.date(2026, 11, 30), 2), tmp_path / "piani", AS_OF)

    assert book.read_bytes() == before


CURRENCIES = """
invoice_id customer_id document_date due_date   amount currency
1/2026     C001        2026-09-20    2026-10-20 100000 USD
2/2026     C001        2026-08-31    2026-09-30  50000 EUR
"""


@pytest.fixture
def two_currencies(tmp_path):
    return make_book(tmp_path / "book.xlsm", invoices=invoices(CURRENCIES))


@pytest.mark.parametrize(
    "entry",
    [
        lambda book: promise(book, [ALFA], FRIDAY, 600_00, as_of=AS_OF),
        lambda book: cases.dispute(book, [ALFA], cases.Contested("price", amount_cents=600_00), AS_OF),
        lambda book: cases.dispute_customer(book, "C001", cases.Contested("price", amount_cents=60), AS_OF),
        lambda book: settle(book, [ALFA], "allowance", 60, "resto", as_of=AS_OF),
    ],
)
def test_one_amount_is_not_shared_among_currencies(two_currencies, entry):
    before = two_currencies.read_bytes()

    with pytest.raises(AmountCurrenciesError) as refused:
        entry(two_currencies)

    assert refused.value.facts["currencies"] == "EUR, USD"
    assert two_currencies.read_bytes() == before


def test_one_credit_note_is_not_shared_among_currencies(two_currencies):
    cases.dispute(two_currencies, [ALFA], cases.Contested("price"), AS_OF)
    before = two_currencies.read_bytes()

    with pytest.raises(AmountCurrenciesError):
        cases.resolve_dispute(two_currencies, [ALFA], "justified", 600_00, as_of=AS_OF)

    assert two_currencies.read_bytes() == before


def test_all_that_is_open_is_promised_in_its_own_currency(two_currencies):
    done = promise(two_currencies, [ALFA], FRIDAY, as_of=AS_OF)

    assert column(two_currencies, "promises", "promised_amount") == [500_00, 1_000_00]
    assert money_of(done, done.amounts, Catalogue("it")) == "500,00 € + 1.000,00 USD"


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        (lambda book: promise(book, [RowName("C999")], FRIDAY, as_of=AS_OF), CustomerNotFoundError),
        (lambda book: promise(book, [RowName("C001", "9/2026")], FRIDAY, as_of=AS_OF), InvoiceNotFoundError),
        (lambda book: promise(book, [ALFA], AS_OF - dt.timedelta(1), as_of=AS_OF), DayPassedError),
        (lambda book: promise(book, [ALFA], FRIDAY, 1_500_01, as_of=AS_OF), AmountAboveResidueError),
        (lambda book: promise(book, [ALFA], FRIDAY, 0, as_of=AS_OF), AmountAboveResidueError),
        (lambda book: withdraw_promise(book, [ALFA], as_of=AS_OF), NoPromiseError),
        (lambda book: cases.move_dispute(book, [ALFA], "investigation", as_of=AS_OF), NoDisputeError),
        (lambda book: cases.dispute(book, [BETA], PASSED, AS_OF), DayPassedError),
        (lambda book: cases.dispute_customer(book, "C001", PASSED, AS_OF), DayPassedError),
        (lambda book: cases.dispute_customer(book, "C999", PASSED, AS_OF), CustomerNotFoundError),
        (lambda book: hold(book, [ALFA], AS_OF - dt.timedelta(1), "x", AS_OF), DayPassedError),
        (lambda book: record_contact(book, Contact("C999", "call", "reached"), AS_OF), CustomerNotFoundError),
        (lambda book: sign_plan(book, "P26-01", AS_OF, as_of=AS_OF), PlanNotFoundError),
        (lambda book: approve(book, "Anna", as_of=AS_OF), NothingToApproveError),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(book, entry, error):
    before = book.read_bytes()

    with pytest.raises(error):
        entry(book)

    assert book.read_bytes() == before


def test_a_row_contested_already_gets_no_second_case(book):
    cases.dispute(book, [BETA], cases.Contested("price"), AS_OF)
    with pytest.raises(DisputeExistsError):
        cases.dispute(book, [BETA], cases.Contested("quality"), AS_OF)


def test_the_last_day_of_a_hold_is_included(book):
    hold(book, [BETA], FRIDAY, "trattativa", AS_OF)

    refresh(book, FRIDAY)
    assert column(book, "invoices", "hold")[2] == "Bloccata"
    refresh(book, FRIDAY + dt.timedelta(days=1))
    assert column(book, "invoices", "hold")[2] is None
