"""The letters of a plan: the proposal with its legal elements, and the notice of default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.columns import cents, whole
from xlcredit.letters import batch
from xlcredit.letters.context import letter_contexts
from xlcredit.letters.names import letter_path, safe_name
from xlcredit.letters.template import compile_template
from xlcredit.letters.wording import Wording, unbreakable
from xlcredit.operations.letter_files import covered_days, line_segments, listed_lines
from xlcredit.operations.templates import template_path, templates_folder

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.core.assess import Assessment
    from xlcredit.core.columns import Ints
    from xlcredit.operations.opened import Opened

RESPONSE_DAYS = 10
"""Days that the notice of default gives to pay: those of a reminder."""


@dataclass(frozen=True)
class Agreement:
    """A plan as its letters tell it.

    Attributes:
        lines: its rows of the table `plans`, in order of instalment.
        rows: the ledger rows that it covers, by position.
        missed: place of the first missed instalment in `lines`; None while none is.
    """

    lines: pd.DataFrame
    rows: Ints
    missed: int | None = None

    @property
    def plan_id(self) -> str:
        """Its code."""
        return str(self.lines["plan_id"].iloc[0])

    @property
    def is_settlement(self) -> bool:
        """Whether a lower sum settles everything."""
        return str(self.lines["kind"].iloc[0]) == "settlement"


def write_agreement(  # noqa: PLR0913, PLR0917  what a letter needs
    agreement: Agreement, template: str, opened: Opened, assessment: Assessment, out: Path, book: Path
) -> tuple[Path, Path]:
    """Write a letter of the plan under a temporary name.

    Args:
        agreement: the plan.
        template: `plan` or `plan_default`.
        opened: the workbook.
        assessment: of it.
        out: the folder that receives the letter; it is made.
        book: path of the workbook, beside which templates of the team's own may stand.

    Returns:
        The temporary and the final path.

    Raises:
        LetterError, TemplateMissingError: nothing is left.
    """
    facts = _facts(agreement, template, opened, assessment)
    customer = str(agreement.lines["customer_id"].iloc[0])
    name = facts["customer"]["name"] or customer
    final = letter_path(
        out.resolve() / f"{opened.as_of:%Y-%m-%d}" / safe_name(facts["letter"]["kind"]),
        customer,
        name,
        agreement.plan_id,
    )
    temporary = final.with_name(f".{final.name}.tmp")
    folder = templates_folder(book)
    compiled = compile_template(template_path(folder, facts["letter"]["language"], template))
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise batch.as_letter_error(final.parent, error) from error
    temporary.unlink(missing_ok=True)
    batch.write_letters([batch.Job(compiled, facts, temporary)])
    return temporary, final


def _facts(agreement: Agreement, template: str, opened: Opened, assessment: Assessment) -> dict[str, Any]:
    """What the letter says: what every letter does, and the plan."""
    rows = _letter_rows(agreement.rows, assessment)
    lines = listed_lines(rows, opened, assessment)
    letter = _letter(agreement, template, rows, opened)
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


def _letter(agreement: Agreement, template: str, rows: pd.DataFrame, opened: Opened) -> pd.DataFrame:
    """The one letter, as a frame of letters."""
    kind = "settlement" if template == "plan" and agreement.is_settlement else template
    customers = opened.ledger.customers.set_index("customer_id")["name"]
    customer = str(agreement.lines["customer_id"].iloc[0])
    return pd.DataFrame(
        {
            "letter": [0],
            "reminder_id": [agreement.plan_id],
            "customer_id": [customer],
            "customer_name": [customers.get(customer, customer)],
            "currency": [rows["currency"].iloc[0]],
            "letter_level": pd.array([None], dtype="Int64"),
            "kind": [kind],
            "channel": [""],
            "response_days": pd.array([RESPONSE_DAYS if template == "plan_default" else None], dtype="Int64"),
            "shows_interest": ["reserve"],
            "fee": [0],
        }
    )


def _letter_rows(positions: Ints, assessment: Assessment) -> pd.DataFrame:
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
