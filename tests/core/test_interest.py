"""Interest: the worked cases, the boundaries, and properties against a day-by-day sum."""

import datetime as dt
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from xlcredit.core.accrual import MAX_CENTS, AmountTooLargeError
from xlcredit.core.calculator import calculate_interest
from xlcredit.core.interest import accrue_interest, interest_findings, lump_sums, regime_of
from xlcredit.core.segments import interest_segments
from xlcredit.parameters.errors import RateNotPublished, UnknownRegimeError
from xlcredit.parameters.law import REGIMES, load_law
from xlcredit.schema import VOCABULARIES

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "interest.yaml").read_text("utf-8"))
LAW = load_law()
DAY = dt.timedelta(days=1)


def cents(euro):
    return int(Decimal(str(euro)) * 100)


def asked(case):
    return calculate_interest(
        cents(case["amount"]),
        case["due"],
        case["as_of"],
        [(day, cents(euro)) for day, euro in case.get("payments", [])],
        law=LAW,
        regime=case.get("regime", "b2b"),
        contract_date=case.get("contract_date"),
        contract_rate_bp=cents(case["contract_rate"]) if "contract_rate" in case else None,
        imputation=case.get("imputation", "capital_first"),
    )


@pytest.mark.parametrize(
    "case", [case for case in CASES if "interest" in case], ids=lambda case: case["name"]
)
def test_interest_of_the_case(case):
    done = asked(case)
    assert done.interest_cents == cents(case["interest"])
    assert sum(line.interest_cents for line in done.segments) == done.interest_cents
    assert done.days == sum(line.days for line in done.segments)


@pytest.mark.parametrize(
    "case", [case for case in CASES if "segments" in case], ids=lambda case: case["name"]
)
def test_segments_of_the_case(case):
    lines = [
        [line.from_, line.to, line.days, line.balance_cents, line.rate_bp, line.interest_cents]
        for line in asked(case).segments
    ]
    assert lines == [[*line[:3], *map(cents, line[3:])] for line in case["segments"]]


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case], ids=lambda case: case["name"])
def test_refused_day_of_the_case(case):
    with pytest.raises(RateNotPublished) as refusal:
        asked(case)
    assert refusal.value.facts["day"] == case["refused"]


def test_calculator_adds_residue_interest_and_lump_sum():
    done = calculate_interest(
        100_000, dt.date(2026, 1, 31), dt.date(2026, 2, 20), [(dt.date(2026, 2, 10), 40_000)], law=LAW
    )
    assert (done.open_cents, done.interest_cents, done.lump_sum_cents) == (60_000, 445, 4_000)
    assert done.total_due_cents == 64_445


@pytest.mark.parametrize(
    ("regime", "contract", "expected"),
    [
        ("b2b", dt.date(2013, 1, 1), 4_000),
        ("b2b", dt.date(2012, 12, 31), 0),
        ("agri", dt.date(2020, 1, 1), 4_000),
        ("consumer", dt.date(2020, 1, 1), 0),
        ("contract", dt.date(2020, 1, 1), 0),
        ("none", dt.date(2020, 1, 1), 0),
    ],
)
def test_calculator_lump_sum_by_regime_and_contract(regime, contract, expected):
    done = calculate_interest(
        100_000,
        dt.date(2026, 1, 31),
        dt.date(2026, 2, 1),
        law=LAW,
        regime=regime,
        contract_date=contract,
        contract_rate_bp=500,
    )
    assert done.lump_sum_cents == expected


def test_calculator_asks_no_lump_sum_on_the_due_day():
    assert (
        calculate_interest(100_000, dt.date(2026, 1, 31), dt.date(2026, 1, 31), law=LAW).lump_sum_cents == 0
    )


def test_unknown_regime_is_refused():
    with pytest.raises(UnknownRegimeError, match="usury"):
        calculate_interest(100, dt.date(2026, 1, 31), dt.date(2026, 2, 1), law=LAW, regime="usury")


# -- frames ---------------------------------------------------------------------------------------------------------


def claim_frame(*rows):
    """Rows of principal, due, regime, then any of contract, rate, charged_to, stop."""
    names = ["principal", "due_date", "regime", "contract_date", "contract_rate", "charged_to", "stop_date"]
    filled = [(*row, *[None] * (len(names) - len(row))) for row in rows]
    frame = pd.DataFrame(filled, columns=names)
    for name in ("due_date", "contract_date", "charged_to", "stop_date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    for name in ("principal", "contract_rate"):
        frame[name] = frame[name].astype("Int64")
    frame["regime"] = pd.Categorical(frame["regime"], categories=REGIMES)
    return frame


def payment_frame(*rows):
    frame = pd.DataFrame(rows, columns=["claim", "date", "amount"])
    return frame.assign(
        claim=frame["claim"].astype("int64"),
        date=pd.to_datetime(frame["date"]).astype("datetime64[s]"),
        amount=frame["amount"].astype("int64"),
    )


def accrued(claims, payments=payment_frame(), as_of="2026-03-31", **options):  # noqa: B008  empty and unchanged
    return accrue_interest(claims, payments, dt.date.fromisoformat(as_of), LAW, **options)


def test_many_regimes_in_one_frame():
    claims = claim_frame(
        (100_000, "2025-12-31", "b2b", "2025-01-01"),
        (100_000, "2025-12-31", "b2b", "2012-01-01"),
        (100_000, "2025-12-31", "agri", "2025-01-01"),
        (100_000, "2025-12-31", "consumer"),
        (100_000, "2025-12-31", "contract", None, 900),
        (100_000, "2025-12-31", "contract"),
        (100_000, "2025-12-31", "none"),
        (100_000, "2025-12-31", None),
    )
    assert accrued(claims).interest_cents.tolist() == [2503, 2256, 3489, 395, 2219, 0, 0, 0]


def test_regimes_may_come_as_text_and_in_any_index():
    claims = claim_frame((100_000, "2025-12-31", "b2b"), (100_000, "2025-12-31", "consumer"))
    claims = claims.assign(
        regime=claims["regime"].astype("str"), principal=claims["principal"].astype("int64")
    )
    assert accrued(claims.set_index(pd.Index([7, 3]))).interest_cents.tolist() == [2503, 395]


def test_only_the_columns_needed_are_asked_for():
    claims = claim_frame((100_000, "2025-12-31", "b2b"))[["principal", "due_date", "regime"]]
    assert accrued(claims).interest_cents.tolist() == [2503]


def test_blank_contract_date_takes_the_due_date():
    claims = claim_frame((100_000, "2012-12-31", "b2b"), (100_000, "2013-01-01", "b2b"))
    rates = interest_segments(claims, payment_frame(), dt.date(2013, 1, 2), LAW)["rate"]
    assert rates.tolist() == [775, 875]


def test_no_due_date_no_principal_or_a_credit_bears_nothing():
    claims = claim_frame((100_000, None, "b2b"), (None, "2025-12-31", "b2b"), (-100_000, "2025-12-31", "b2b"))
    done = accrued(claims, as_of="2027-06-30")
    assert done.interest_cents.tolist() == [0, 0, 0]
    assert not done.uncovered.any()
    assert np.isnat(done.covered_to).all()


def test_no_claims_at_all():
    done = accrued(claim_frame())
    assert (len(done.interest_cents), done.stops_on, done.unconfirmed) == (0, None, ())
    assert interest_segments(claim_frame(), payment_frame(), dt.date(2026, 3, 31), LAW).empty


def test_charged_to_starts_again_the_day_after():
    whole, first, rest = (
        claim_frame((100_000, "2025-12-31", "b2b", None, None, charged))
        for charged in (None, None, "2026-02-10")
    )
    charged = accrued(first, as_of="2026-02-10").interest_cents[0]
    assert charged + accrued(rest).interest_cents[0] == accrued(whole).interest_cents[0] == 2503


def test_charged_before_due_changes_nothing():
    assert (
        accrued(claim_frame((100_000, "2025-12-31", "b2b", None, None, "2025-06-30"))).interest_cents[0]
        == 2503
    )


def test_charged_up_to_today_leaves_nothing():
    done = accrued(claim_frame((100_000, "2025-12-31", "b2b", None, None, "2026-03-31")))
    assert done.interest_cents[0] == 0


@pytest.mark.parametrize(
    ("opening", "last_day", "interest"),
    [
        ("2026-01-02", "2026-01-01", 28),
        ("2026-01-01", None, 0),
        ("2025-06-30", None, 0),
        ("2026-09-30", "2026-03-31", 2503),
    ],
)
def test_opening_of_insolvency_is_the_first_day_without_interest(opening, last_day, interest):
    done = accrued(claim_frame((100_000, "2025-12-31", "b2b", None, None, None, opening)))
    assert done.interest_cents[0] == interest
    assert done.covered_to[0] == np.datetime64(last_day, "D") or (
        last_day is None and np.isnat(done.covered_to[0])
    )


def test_what_was_paid_on_an_unknown_day_never_bore_interest():
    done = accrued(claim_frame((100_000, "2025-12-31", "b2b")), payment_frame((0, None, 40_000)))
    assert done.interest_cents[0] == 1502


def test_a_payment_taken_back_brings_the_balance_back():
    payments = payment_frame((0, "2026-01-10", 100_000), (0, "2026-01-20", -100_000))
    lines = interest_segments(
        claim_frame((100_000, "2025-12-31", "b2b")), payments, dt.date(2026, 1, 30), LAW
    )
    assert lines["days"].tolist() == [10, 10]
    assert lines["from"].dt.day.tolist() == [1, 21]


@pytest.mark.parametrize("imputation", ["capital_first", "interest_first"])
def test_too_much_taken_back_never_exceeds_the_principal(imputation):
    claims = claim_frame((10_000, "2025-12-31", "b2b"))
    payments = payment_frame((0, "2025-12-31", 15_000), (0, "2026-01-10", -15_000))
    lines = interest_segments(claims, payments, dt.date(2026, 1, 30), LAW, imputation=imputation)
    assert lines["balance"].tolist() == [10_000]


def test_order_of_payments_and_claims_does_not_matter():
    claims = claim_frame(
        (100_000, "2025-12-31", "b2b"), (50_000, "2026-01-31", "consumer"), (7_000, "2026-02-01", "b2b")
    )
    payments = [(2, "2026-02-10", 1_000), (0, "2026-02-15", 20_000), (0, "2026-01-05", 30_000)]
    for imputation in ("capital_first", "interest_first"):
        straight = accrued(claims, payment_frame(*payments), imputation=imputation).interest_cents
        shuffled = accrued(claims, payment_frame(*payments[::-1]), imputation=imputation).interest_cents
        reversed_ = accrued(
            claims.iloc[::-1].reset_index(drop=True),
            payment_frame(*[(2 - claim, day, amount) for claim, day, amount in payments]),
            imputation=imputation,
        ).interest_cents
        assert straight.tolist() == shuffled.tolist() == reversed_[::-1].tolist()


def test_interest_first_total_is_what_is_owed_in_all():
    claims = claim_frame((100_000, "2025-12-31", "b2b"))
    payments = payment_frame((0, "2026-01-31", 10_000), (0, "2026-02-28", 10_000))
    lines = interest_segments(claims, payments, dt.date(2026, 3, 31), LAW, imputation="interest_first")
    # 862.05 accrued pays 862; 0.05 and the 707.48 of February make 1,569.53 in all, so the second pays 708.
    assert lines["balance"].tolist() == [100_000, 90_862, 81_570]
    assert lines["interest"].sum() == accrued(claims, payments, imputation="interest_first").interest_cents[0]


def test_interest_first_pays_what_an_earlier_payment_left():
    claims = claim_frame((100_000, "2025-12-31", "b2b"))
    payments = payment_frame((0, "2026-01-31", 100), (0, "2026-01-31", 1_000))
    lines = interest_segments(claims, payments, dt.date(2026, 2, 10), LAW, imputation="interest_first")
    assert lines["balance"].tolist() == [100_000, 100_000 - (1_100 - 862)]


# -- rates that are not known -----------------------------------------------------------------------------------------


def test_beyond_the_last_rate_interest_stops_there():
    claims = claim_frame(
        (100_000, "2026-12-21", "b2b"), (100_000, "2027-01-31", "b2b"), (100_000, "2026-12-21", "none")
    )
    done = accrued(claims, as_of="2027-02-28")
    assert done.interest_cents.tolist() == [285, 0, 0]
    assert done.uncovered.tolist() == [True, True, False]
    assert done.covered_to[0] == np.datetime64("2026-12-31")
    assert np.isnat(done.covered_to[1:]).all()
    assert done.stops_on == dt.date(2026, 12, 31)


def test_a_claim_that_begins_later_stops_on_the_last_day_with_a_rate_too():
    assert accrued(claim_frame((100_000, "2027-01-31", "b2b")), as_of="2027-02-28").stops_on == dt.date(
        2026, 12, 31
    )


def test_beyond_the_last_rate_with_payments():
    claims = claim_frame(*[(100_000, "2026-12-21", "b2b")] * 3)
    payments = payment_frame(
        (0, "2027-01-10", 100_000), (1, "2026-12-31", 100_000), (2, "2026-12-31", 40_000)
    )
    done = accrued(claims, payments, as_of="2027-02-28")
    assert done.interest_cents.tolist() == [285, 285, 285]
    assert done.uncovered.tolist() == [True, False, True]
    assert (done.covered_to == np.datetime64("2026-12-31")).all()
    lines = interest_segments(claims, payments, dt.date(2027, 2, 28), LAW)
    assert (lines["to"] == pd.Timestamp("2026-12-31")).all()


def test_findings_name_the_last_covered_day_and_unconfirmed_rates():
    claims = claim_frame((100_000, "2026-06-30", "consumer"), (100_000, "2026-12-21", "b2b"))
    missing, unconfirmed = interest_findings(accrued(claims, as_of="2027-02-28"))
    assert (missing.code, missing.count, missing.position) == ("rate-not-published", 2, 0)
    assert missing.facts == {"last": dt.date(2026, 12, 31)}
    assert (unconfirmed.code, unconfirmed.count, unconfirmed.needs_person) == ("rate-unconfirmed", 1, False)
    assert unconfirmed.facts["rate"] == Decimal("2.40")


def test_no_findings_where_every_rate_is_known_and_confirmed():
    claims = claim_frame((100_000, "2025-12-31", "b2b"), (100_000, "2025-12-31", "consumer"))
    assert interest_findings(accrued(claims, as_of="2026-06-30")) == []


@pytest.mark.parametrize(("as_of", "used"), [("2026-06-30", []), ("2026-07-01", [dt.date(2026, 7, 1)])])
def test_unconfirmed_period_counts_from_its_first_day(as_of, used):
    done = accrued(claim_frame((100_000, "2026-06-29", "b2b")), as_of=as_of)
    assert [period.start for period in done.unconfirmed] == used


def test_unconfirmed_period_after_the_payment_is_not_used():
    claims = claim_frame((100_000, "2026-05-31", "b2b"))
    assert accrued(claims, payment_frame((0, "2026-06-30", 100_000)), as_of="2026-10-31").unconfirmed == ()


def test_a_hole_in_the_rates_is_not_bridged():
    rates = pd.DataFrame(
        {
            "parameter": ["reference_rate"],
            "valid_from": pd.to_datetime(["2027-07-01"]),
            "rate": pd.array([200], "Int64"),
            "source": ["Comunicato MEF"],
            "confirmed": pd.array([True], "boolean"),
        }
    )
    law, findings = LAW.extended(rates)
    claims = claim_frame(
        (100_000, "2026-12-21", "b2b"), (100_000, "2027-06-30", "b2b"), (100_000, "2027-05-31", "b2b")
    )
    done = accrue_interest(claims, payment_frame(), dt.date(2027, 7, 31), law)
    assert findings == []
    assert done.interest_cents.tolist() == [285, 849, 0]
    assert done.uncovered.tolist() == [True, False, True]


def test_an_amount_that_cannot_be_one_is_refused():
    assert accrued(claim_frame((MAX_CENTS, "2025-12-31", "b2b"))).interest_cents[0] > 0
    with pytest.raises(AmountTooLargeError):
        accrued(claim_frame((MAX_CENTS + 1, "2025-12-31", "b2b")))


def test_the_largest_amount_over_a_century_is_exact():
    claims = claim_frame((MAX_CENTS, "1950-01-01", "contract", None, 10_000))
    days = (dt.date(2100, 1, 1) - dt.date(1950, 1, 1)).days
    assert accrued(claims, as_of="2100-01-01").interest_cents[0] == naive_round(MAX_CENTS * days * 10_000)


# -- properties -------------------------------------------------------------------------------------------------------

UNIT = 365 * 10_000


def naive_round(units):
    return int((Decimal(2 * units + UNIT) / (2 * UNIT)).to_integral_value(ROUND_FLOOR))


def naive_interest(case):
    """Day by day, with the law asked for every day's rate."""
    principal, due, as_of, payments, regime, contract, rate = case
    units = 0
    day = due + DAY
    while day <= as_of:
        paid = sum(amount for when, amount in payments if when < day)
        units += max(principal - paid, 0) * LAW.rate_bp(regime, contract, day, rate)
        day += DAY
    return naive_round(units)


days = st.dates(dt.date(2011, 1, 1), dt.date(2026, 12, 31))
regimes = st.sampled_from(REGIMES)
principals = st.integers(1, 10**11)


@st.composite
def claims_with_payments(draw):
    principal, due = draw(principals), draw(days)
    as_of = min(due + draw(st.integers(0, 900)) * DAY, dt.date(2026, 12, 31))
    paid = st.tuples(st.integers(-30, 930), st.integers(-principal, principal))
    payments = [(due + lag * DAY, amount) for lag, amount in draw(st.lists(paid, max_size=4))]
    contract = draw(st.dates(dt.date(2010, 1, 1), dt.date(2026, 1, 1)))
    return principal, due, as_of, payments, draw(regimes), contract, draw(st.integers(0, 2_000))


@given(claims_with_payments())
@settings(max_examples=60, deadline=None)
def test_interest_agrees_with_a_sum_over_days(case):
    principal, due, as_of, payments, regime, contract, rate = case
    claims = claim_frame((principal, due, regime, contract, rate))
    paid = payment_frame(*[(0, day, amount) for day, amount in payments])
    expected = naive_interest(case) if regime != "none" else 0
    assert accrue_interest(claims, paid, as_of, LAW).interest_cents[0] == expected
    lines = interest_segments(claims, paid, as_of, LAW)
    assert lines["interest"].sum() == expected
    assert (lines["interest"] >= 0).all()


@given(
    st.lists(claims_with_payments(), min_size=1, max_size=6),
    st.sampled_from(["capital_first", "interest_first"]),
)
@settings(max_examples=40, deadline=None)
def test_many_claims_at_once_are_the_claims_one_by_one(cases, imputation):
    as_of = min(case[2] for case in cases)
    frames = [claim_frame((case[0], case[1], *case[4:])) for case in cases]
    paid = [payment_frame(*[(0, *payment) for payment in case[3]]) for case in cases]
    alone = [
        accrue_interest(claims, own, as_of, LAW, imputation=imputation).interest_cents[0]
        for claims, own in zip(frames, paid, strict=True)
    ]
    together = pd.concat([own.assign(claim=claim) for claim, own in enumerate(paid)], ignore_index=True)
    claims = pd.concat(frames, ignore_index=True)
    assert (
        accrue_interest(claims, together, as_of, LAW, imputation=imputation).interest_cents.tolist() == alone
    )
    lines = interest_segments(claims, together, as_of, LAW, imputation=imputation)
    assert lines.groupby("claim")["interest"].sum().reindex(range(len(cases)), fill_value=0).tolist() == alone


@given(
    principals, days, st.integers(0, 700), st.integers(0, 700), st.sampled_from(["b2b", "agri", "consumer"])
)
@settings(max_examples=60, deadline=None)
def test_interest_is_additive_over_split_periods_before_rounding(principal, due, first, second, regime):
    middle = min(due + first * DAY, dt.date(2026, 12, 31))
    end = min(middle + second * DAY, dt.date(2026, 12, 31))
    principal *= UNIT  # so that nothing is left to round
    claims = claim_frame(
        (principal % MAX_CENTS, due, regime, due), (principal % MAX_CENTS, due, regime, due, None, middle)
    )
    claims["principal"] = claims["principal"] // UNIT * UNIT
    whole, rest = accrue_interest(claims, payment_frame(), end, LAW).interest_cents
    assert accrue_interest(claims, payment_frame(), middle, LAW).interest_cents[0] + rest == whole


@given(st.tuples(principals, principals), days, st.tuples(st.integers(0, 700), st.integers(0, 700)), regimes)
@settings(max_examples=60, deadline=None)
def test_more_days_or_more_amount_never_bear_less(amounts, due, lags, regime):
    (principal, more), (lag, later) = amounts, lags
    end = min(due + lag * DAY, dt.date(2026, 12, 31))
    claims = claim_frame((principal, due, regime, due, 700), (principal + more, due, regime, due, 700))
    little, much = accrue_interest(claims, payment_frame(), end, LAW).interest_cents
    then = accrue_interest(
        claims, payment_frame(), min(end + later * DAY, dt.date(2026, 12, 31)), LAW
    ).interest_cents
    assert little <= much
    assert (then >= [little, much]).all()


# -- regimes and lump sums ------------------------------------------------------------------------------------------


def regimes_of(kind, sector="ordinary", no_interest=None, contract_rate=None):
    return regime_of(
        pd.Series(pd.Categorical([kind], categories=VOCABULARIES["kind"])),
        pd.Series(pd.Categorical([sector], categories=VOCABULARIES["sector"])),
        pd.Series([no_interest], dtype="boolean"),
        pd.Series([contract_rate], dtype="Int64"),
    ).tolist()[0]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "business"}, "b2b"),
        ({"kind": "professional"}, "b2b"),
        ({"kind": "public_body"}, "b2b"),
        ({"kind": "entity"}, "b2b"),
        ({"kind": "condominium"}, "consumer"),
        ({"kind": "consumer"}, "consumer"),
        ({"kind": None}, "consumer"),
        ({"kind": "business", "sector": "agri"}, "agri"),
        ({"kind": "business", "sector": None}, "b2b"),
        ({"kind": "consumer", "sector": "agri"}, "consumer"),
        ({"kind": "business", "contract_rate": 500}, "contract"),
        ({"kind": "consumer", "contract_rate": 0}, "contract"),
        ({"kind": "business", "contract_rate": 500, "no_interest": True}, "none"),
        ({"kind": "business", "no_interest": False}, "b2b"),
    ],
)
def test_regime_of_a_customer(facts, expected):
    assert regimes_of(**facts) == expected


def test_regimes_keep_the_index_and_are_categories():
    blank = pd.Series([None, None], dtype="str", index=[4, 2])
    regimes = regime_of(
        blank, blank, pd.Series([None, True], dtype="boolean"), pd.Series([None, 5], dtype="Int64")
    )
    assert list(regimes.index) == [4, 2]
    assert regimes.tolist() == ["consumer", "none"]
    assert tuple(regimes.cat.categories) == REGIMES


def lump_frame(text):
    """Lines of invoice, kind, late, charged, contract."""
    rows = [line.split() for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=["invoice", "kind", "is_late", "is_charged", "contract_date"])
    return frame.assign(
        is_late=frame["is_late"].eq("late"),
        is_charged=frame["is_charged"].eq("charged"),
        contract_date=pd.to_datetime(frame["contract_date"].replace("-", None)),
    )


def test_lump_sum_once_per_invoice_on_its_first_late_instalment():
    rows = lump_frame("""
        A business     -    - 2025-01-01
        A business     late - 2025-01-01
        A business     late - 2025-01-01
        B business     late - 2025-01-01
        C consumer     late - 2025-01-01
        D condominium  late - 2025-01-01
        E public_body  late - 2025-01-01
        F business     -    - 2025-01-01
    """)
    assert lump_sums(rows, LAW).tolist() == [0, 4000, 0, 4000, 0, 0, 4000, 0]


def test_lump_sum_is_not_asked_for_twice():
    rows = lump_frame("""
        A business late -       2025-01-01
        A business -    charged 2025-01-01
        B business late -       2025-01-01
    """)
    assert lump_sums(rows, LAW).tolist() == [0, 0, 4000]


def test_lump_sum_only_for_contracts_since_2013():
    rows = lump_frame("""
        A business late - 2012-12-31
        B business late - 2013-01-01
        C business late - -
    """)
    assert lump_sums(rows, LAW).tolist() == [0, 4000, 0]


def test_lump_sum_of_no_rows():
    assert lump_sums(lump_frame("A business late - -").iloc[:0], LAW).tolist() == []
