"""Promises of payment: every state at its boundaries, and what holds for all of them."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from core_ledgers import assessed, codes, plain, policy_with
from hypothesis import given, settings
from hypothesis import strategies as st

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "promises.yaml").read_text("utf-8"))
CUSTOMERS = "customer_id name kind\nA Alfa business\nB Beta business"
INVOICE = "invoice_id customer_id document_date due_date amount\n1 A 2026-01-30 2026-03-02 1000"
HEAD = "customer_id invoice_id promised_amount promised_date made_on withdrawn_on\n"


def paid_by(payments):
    lines = [f"A 1 {'-' if day is None else day} {amount}" for day, amount in payments]
    return "customer_id invoice_id allocation_date amount\n" + "\n".join(lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_case(case):
    promise = f"A 1 {case.get('amount', '-')} {case.get('for', '2026-03-16')} 2026-03-10 {case.get('withdrawn', '-')}"
    found = assessed(
        str(case["as_of"]),
        invoices=INVOICE,
        customers=CUSTOMERS,
        promises=HEAD + promise,
        allocations=paid_by(case.get("paid", [])),
    )
    kept = None if case["kept"] is None else int(Decimal(str(case["kept"])) * 100)
    assert {
        "status": plain(found.promises["status"])[0],
        "kept": plain(found.promises["kept_amount"])[0],
        "holds": plain(found.rows["hold"])[0] == "promise",
        "broken": plain(found.customers["broken_promises"])[0],
    } == {"status": case["status"], "kept": kept, "holds": case["holds"], "broken": case["broken"]}


@settings(deadline=None, max_examples=40)
@given(
    payments=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 120_000)), min_size=1, max_size=4),
    amount=st.integers(1, 120_000),
    as_of=st.integers(9, 31),
)
def test_money_never_breaks_a_promise(payments, amount, as_of):
    """Another payment leaves a promise where it was, or moves it towards kept."""
    order = ["broken", "partly_kept", "open", "kept"]

    def status(lines):
        found = assessed(
            f"2026-03-{as_of:02d}", invoices=INVOICE, customers=CUSTOMERS,
            promises=HEAD + f"A 1 {Decimal(amount) / 100} 2026-03-16 - -",
            allocations=paid_by([(f"2026-03-{1 + day:02d}", Decimal(cents) / 100) for day, cents in lines]),
        )  # fmt: skip
        return order.index(plain(found.promises["status"])[0])

    assert status(payments) >= status(payments[:-1])


def test_what_comes_on_a_row_that_is_paid_already_counts_for_nothing():
    """Too much was paid, and still more after the tolerance: there was nothing left to promise."""
    found = assessed(
        "2026-03-31", invoices=INVOICE, customers=CUSTOMERS, promises=HEAD + "A 1 0.01 2026-03-16 - -",
        allocations=paid_by([("2026-03-01", 1200), ("2026-03-26", "0.01")]),
    )  # fmt: skip
    assert plain(found.promises["status"]) == ["kept"]


def test_a_promise_for_all_instalments_counts_what_comes_on_each():
    invoices = """
        invoice_id instalment customer_id document_date due_date   amount
        1          1          A           2026-01-30    2026-03-02 600
        1          2          A           2026-01-30    2026-03-09 400
    """
    allocations = (
        "customer_id invoice_id instalment allocation_date amount\nA 1 1 2026-03-12 300\nA 1 2 2026-03-13 200"
    )
    found = assessed(
        "2026-03-16", invoices=invoices, customers=CUSTOMERS, allocations=allocations,
        promises=HEAD + "A 1 700 2026-03-16 2026-03-10 -",
    )  # fmt: skip
    assert plain(found.promises["status"]) == ["open"]
    assert plain(found.promises["kept_amount"]) == [50_000]
    assert plain(found.rows["hold"]) == ["promise", "promise"]
    assert plain(found.worklist["amount"]) == [20_000]
    assert plain(found.worklist["deadline"]) == ["2026-03-16"]


def test_a_second_open_promise_on_a_row_is_found():
    promises = HEAD + "A 1 400 2026-03-16 2026-03-10 -\nA 1 600 2026-03-30 2026-03-11 -"
    found = assessed("2026-03-12", invoices=INVOICE, customers=CUSTOMERS, promises=promises)
    assert [(finding.code, finding.position) for finding in found.findings] == [("promise-second-open", 1)]
    after = assessed("2026-03-20", invoices=INVOICE, customers=CUSTOMERS, promises=promises)
    assert plain(after.promises["status"]) == ["broken", "open"]
    assert after.findings == []


@pytest.mark.parametrize(("made", "expected"), [("2026-03-10", []), ("2026-03-11", ["promise-for-paid-row"])])
def test_a_promise_for_what_was_already_paid_is_found(made, expected):
    found = assessed(
        "2026-03-12", invoices=INVOICE, customers=CUSTOMERS, allocations=paid_by([("2026-03-10", 1000)]),
        promises=HEAD + f"A 1 - 2026-03-16 {made} -",
    )  # fmt: skip
    assert codes(found.findings) == expected
    assert plain(found.promises["status"]) == ["kept"]


@pytest.mark.parametrize(("as_of", "status"), [("2026-03-19", "open"), ("2026-03-20", None)])
def test_of_a_promise_that_names_no_row_nobody_can_tell(as_of, status):
    found = assessed(
        as_of,
        invoices=INVOICE,
        customers=CUSTOMERS,
        promises=HEAD + "A 9 - 2026-03-16 2026-03-10 -\n- 1 - 2026-03-16 - -",
    )
    assert plain(found.promises["status"]) == [status, None]


def test_broken_promises_are_counted_by_row_and_customer_and_raise_priority():
    invoices = INVOICE + "\n2 A 2026-01-30 2026-03-02 1000\n3 B 2026-01-30 2026-03-02 1000"
    promises = HEAD + "A 1 - 2026-03-09 2026-03-03 -\nA 1 - 2026-03-16 2026-03-14 -"
    found = assessed("2026-03-20", invoices=invoices, customers=CUSTOMERS, promises=promises)
    assert found.pursuit.agreed.promised.broken.tolist() == [2, 0, 0]
    assert plain(found.customers["broken_promises"]) == [2, 0]
    score = found.rows["priority_score"]
    assert score[0] == score[1] > score[2]
    assert plain(found.worklist["change"])[0] == "promise_broken"


def test_an_erp_that_tells_what_was_paid_without_a_day_keeps_the_promise():
    invoices = (
        "invoice_id customer_id document_date due_date amount open_ledger\n1 A 2026-01-30 2026-03-02 1000 0"
    )
    found = assessed(
        "2026-03-20", invoices=invoices, customers=CUSTOMERS, policy=policy_with(payments_source="ledger"),
        promises=HEAD + "A 1 - 2026-03-16 2026-03-10 -",
    )  # fmt: skip
    assert plain(found.promises["status"]) == ["kept"]


NOTED = "customer_id invoice_id promised_amount promised_date made_on open_when_made\n"
ALLOCATED = "customer_id invoice_id allocation_date amount\n"


def stands(as_of, promise, *, paid="", told=None):
    """The promise on the invoice of 1,000: status, kept, hold, findings; `told`: the residue by the ERP."""
    invoices = INVOICE if told is None else INVOICE.replace("amount", "amount open_ledger") + f" {told}"
    found = assessed(
        as_of, invoices=invoices, customers=CUSTOMERS, promises=NOTED + promise, allocations=ALLOCATED + paid,
        policy=policy_with(payments_source="payments" if told is None else "ledger"),
    )  # fmt: skip
    kept, status = plain(found.promises["kept_amount"])[0], plain(found.promises["status"])[0]
    return (
        status,
        kept,
        plain(found.rows["hold"])[0],
        [code for code in codes(found.findings) if "promise" in code],
    )


EARLIER = "A 1 2026-03-05 600"
NO_DAY = "A 1 400 2026-03-16 - -"


def test_without_its_day_a_promise_is_not_kept_by_what_was_paid_before():
    assert stands("2026-03-12", NO_DAY, paid=EARLIER) == ("open", 0, "promise", ["promise-unclear"])


def test_without_its_day_a_promise_is_not_called_broken_over_what_may_have_come_after_it():
    assert stands("2026-03-20", NO_DAY, paid=EARLIER) == ("partly_kept", 0, None, ["promise-unclear"])


def test_without_its_day_a_promise_is_not_called_broken_either_when_the_rest_comes_late():
    paid = f"{EARLIER}\nA 1 2026-03-20 400"
    assert stands("2026-03-20", NO_DAY, paid=paid) == ("partly_kept", 0, None, [])


def test_without_its_day_a_promise_is_kept_by_what_comes_from_the_promised_day_on():
    paid = f"{EARLIER}\nA 1 2026-03-16 400"
    assert stands("2026-03-16", NO_DAY.replace("400", "-"), paid=paid) == ("kept", 40_000, None, [])


def test_without_its_day_a_promise_is_broken_when_nothing_came_at_all():
    assert stands("2026-03-20", NO_DAY) == ("broken", 0, None, [])


def test_without_its_day_a_promise_on_a_row_paid_before_is_for_nothing():
    assert stands("2026-03-12", NO_DAY, paid="A 1 2026-03-05 1000")[3] == ["promise-for-paid-row"]


@pytest.mark.parametrize(
    ("as_of", "left", "status", "kept"),
    [
        ("2026-03-12", 1000, "open", 0),
        ("2026-03-12", 700, "open", 30_000),
        ("2026-03-12", 600, "kept", 40_000),
        ("2026-03-20", 1000, "broken", 0),
        ("2026-03-20", 700, "partly_kept", 30_000),
        ("2026-03-20", 600, "kept", 40_000),
        ("2026-03-20", 0, "kept", 100_000),
    ],
)
def test_money_without_a_day_counts_as_far_as_the_residue_has_fallen(as_of, left, status, kept):
    found = stands(as_of, "A 1 400 2026-03-16 2026-03-10 1000", told=left)
    assert (*found[:2], found[3]) == (status, kept, [])


def test_what_was_paid_before_the_residue_was_noted_does_not_count():
    assert stands("2026-03-20", "A 1 400 2026-03-16 2026-03-10 400", told=400)[:2] == ("broken", 0)


def test_dated_and_undated_money_are_not_added_up_twice():
    found = stands("2026-03-18", "A 1 700 2026-03-16 2026-03-10 1000", told=400, paid="A 1 2026-03-12 250")
    assert found[:2] == ("open", 60_000)


@pytest.mark.parametrize(
    ("as_of", "left", "expected"),
    [
        ("2026-03-19", 600, ("open", 0, "promise", ["promise-unclear"])),
        ("2026-03-20", 600, ("kept", 40_000, None, ["promise-unclear"])),
        ("2026-03-20", 700, ("partly_kept", 30_000, None, ["promise-unclear"])),
        ("2026-03-20", 1000, ("broken", 0, None, [])),
        ("2026-03-12", 0, ("kept", 100_000, None, [])),
    ],
)
def test_where_no_residue_was_noted_money_without_a_day_counts_once_the_promise_is_over(
    as_of, left, expected
):
    assert stands(as_of, "A 1 400 2026-03-16 2026-03-10 -", told=left) == expected


@pytest.mark.parametrize(("promised", "found"), [("2026-09-06", []), ("2026-09-07", ["promise-far"])])
@pytest.mark.parametrize("made_on", ["2026-03-10", "-"])
def test_a_promise_for_a_day_too_far_ahead_wants_a_look(promised, found, made_on):
    assert stands("2026-03-10", f"A 1 - {promised} {made_on} -")[3] == found
