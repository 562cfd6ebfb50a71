"""What the letters of a plan say: the proposal with its legal elements, the reminder, the notice of default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.columns import cents, whole
from xlcredit.core.letter_channels import channels_of
from xlcredit.letters.context import letter_contexts
from xlcredit.letters.wording import Wording, unbreakable
from xlcredit.operations.letter_files import covered_days, line_segments, listed_lines
from xlcredit.parameters.cycles import Level

if TYPE_CHECKING:
    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints
    from xlcredit.operations.opened import Opened


CHANNELS = {
    "plan": ("email", "pec", "letter"),
    "plan_reminder": ("email", "pec", "letter"),
    "plan_default": ("pec", "registered_letter", "email"),
}
"""How each letter goes, the first that is possible: a default is told in a way that can be proved."""


@dataclass(frozen=True)
class Agreement:
    """A plan as its letters tell it.

    Attributes:
        lines: its rows of the table `plans` that the letter tells of, in order of instalment.
        rows: the ledger rows that it covers, by position.
        missed: place of the first missed instalment in `lines`; None while none is.
        is_paid_late: that one was paid after its tolerance.
    """

    lines: pd.DataFrame
    rows: Ints
    missed: int | None = None
    is_paid_late: bool = False

    @property
    def plan_id(self) -> str:
        """Its code."""
        return str(self.lines["plan_id"].iloc[0])

    @property
    def customer_id(self) -> str:
        """Whose it is."""
        return str(self.lines["customer_id"].iloc[0])

    @property
    def is_settlement(self) -> bool:
        """Whether a lower sum settles everything."""
        return str(self.lines["kind"].iloc[0]) == "settlement"


def kind_of(agreement: Agreement, template: str) -> str:
    """What a letter of the plan is (vocabulary `letter_kind`)."""
    return "settlement" if template == "plan" and agreement.is_settlement else template


def agreement_channel(agreement: Agreement, template: str, opened: Opened) -> str:
    """How a letter of the plan goes: the first channel for which the customer has an address; "" without one."""
    customers = opened.ledger.customers
    place = pd.Index(customers["customer_id"]).get_indexer_for([agreement.customer_id])[:1]
    channel, is_reachable = channels_of(
        customers, place, [Level(0, template, 0, channels=CHANNELS[template])]
    )
    return str(channel[0]) if is_reachable[0] else ""


def agreement_facts(
    agreement: Agreement, template: str, channel: str, opened: Opened, assessment: Assessment
) -> dict[str, Any]:
    """What a letter of the plan says: what every letter does, and the plan.

    Args:
        agreement: the plan.
        template: `plan`, `plan_default` or `plan_reminder`.
        channel: how it goes; "" when nobody knows.
        opened: the workbook.
        assessment: of it.
    """
    rows = letter_rows(agreement.rows, assessment)
    lines = listed_lines(rows, opened, assessment)
    letter = _letter(agreement, template, channel, rows, opened)
    letter["interest_covered_to"] = covered_days(rows, assessment, opened).to_numpy()
    (facts,) = letter_contexts(
        letter,
        lines,
        opened.ledger.customers,
        _no_earlier(),
        line_segments(rows, opened, assessment),
        opened.policy.settings,
        opened.policy,
        {language: Catalogue(language) for language in LANGUAGES},
        opened.as_of,
    )
    wording = Wording.of(Catalogue(facts["letter"]["language"]))
    return facts | _plan_facts(agreement, rows, wording, facts["letter"]["currency"], opened)


def _letter(
    agreement: Agreement, template: str, channel: str, rows: pd.DataFrame, opened: Opened
) -> pd.DataFrame:
    """The one letter, as a frame of letters."""
    customers = opened.ledger.customers.drop_duplicates("customer_id").set_index("customer_id")["name"]
    days = opened.policy.settings.plan_default_response_days if template == "plan_default" else None
    return pd.DataFrame(
        {
            "letter": [0],
            "reminder_id": [agreement.plan_id],
            "customer_id": [agreement.customer_id],
            "customer_name": [customers.get(agreement.customer_id, agreement.customer_id)],
            "currency": [rows["currency"].iloc[0]],
            "letter_level": pd.array([None], dtype="Int64"),
            "kind": [kind_of(agreement, template)],
            "channel": [channel],
            "response_days": pd.array([days], dtype="Int64"),
            "shows_interest": ["reserve"],
            "fee": [0],
        }
    )


def letter_rows(positions: Ints, assessment: Assessment) -> pd.DataFrame:
    """The rows of the plan as a letter lists them."""
    listed = assessment.rows.iloc[positions].reset_index(drop=True)
    amount, interest, lump_sum = (cents(listed[name]) for name in ("open_amount", "interest", "lump_sum"))
    return listed[["customer_id", "invoice_id", "days_overdue"]].assign(
        letter=0,
        position=positions,
        row_level=pd.array([None] * len(positions), dtype="Int64"),
        is_proposed=True,
        currency=listed["row_currency"].astype("str"),
        document_type=listed["row_document_type"],
        instalment=listed["row_instalment"],
        due_date=listed["effective_due_date"],
        open_amount=whole(amount),
        interest=whole(interest),
        lump_sum=whole(lump_sum),
        total_due=whole(amount + interest + lump_sum),
    )


def _no_earlier() -> pd.DataFrame:
    """A plan's letter does not list the reminders that came before it."""
    texts = dict.fromkeys(
        ("customer_id", "currency", "reminder_id", "kind", "channel"), pd.Series(dtype="str")
    )
    return pd.DataFrame(
        {**texts, "date": pd.Series(dtype="datetime64[s]"), "letter_level": pd.Series(dtype="Int64")}
    )


def _plan_facts(
    agreement: Agreement, rows: pd.DataFrame, wording: Wording, currency: str, opened: Opened
) -> dict[str, Any]:
    lines = agreement.lines
    amounts = cents(lines["amount"])
    dates = lines["due_date"].to_numpy().astype("datetime64[D]")
    days = wording.days(dates, "date").tolist()
    owed, total = int(cents(rows["open_amount"]).sum()), int(amounts.sum())
    interest = 0 if agreement.is_settlement else max(total - owed, 0)
    texts = wording.money(np.array([owed, total, interest, max(owed - total, 0)]), currency).tolist()
    made_on, is_single = lines["made_on"].iloc[0], len(lines) == 1
    plan = {
        "id": unbreakable(agreement.plan_id),
        "made_on": "" if pd.isna(made_on) else wording.day(made_on.date()),
        "number": str(len(lines)),
        **dict(zip(("owed", "total", "interest", "waived"), texts, strict=True)),
        "first_date": days[0],
        "tolerance": str(opened.policy.settings.plan_tolerance_days),
        "is_settlement": agreement.is_settlement,
        "is_single": is_single,
        "has_numbers": not (agreement.is_settlement or is_single),
        "has_interest": interest > 0,
        "missed_is_paid": agreement.is_paid_late,
        **_missed(agreement, wording.money(amounts, currency).tolist(), days),
    }
    numbers = lines["instalment"].astype("Int64").astype("str").tolist()
    told = zip(numbers, wording.days(dates).tolist(), wording.amounts(amounts).tolist(), strict=True)
    return {
        "plan": plan,
        "instalments": [{"number": number, "due_date": day, "amount": text} for number, day, text in told],
    }


def _missed(agreement: Agreement, amounts: list[str], days: list[str]) -> dict[str, str]:
    """The first missed instalment; blank while none is."""
    at = agreement.missed
    if at is None:
        return {"missed_number": "", "missed_date": "", "missed_amount": ""}
    number = str(agreement.lines["instalment"].iloc[at])
    return {"missed_number": number, "missed_date": days[at], "missed_amount": amounts[at]}
