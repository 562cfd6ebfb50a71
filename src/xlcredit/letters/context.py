"""What each letter says: the facts of a batch of letters as the templates name them.

Columns are written out once for a few hundred letters at a time (amounts, dates, in each language that
occurs); a letter is then a slice of finished texts. So the cost is that of the columns, and the memory does
not grow with the batch. The names are those of `vocabulary`; every value is a text ("" where there is none)
but the lists and the flags `is_...`, `has_...`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcredit.letters.arrange import arrange
from xlcredit.letters.earlier import earlier_facts, earlier_lines
from xlcredit.letters.figures import add_up
from xlcredit.letters.heading import Headings
from xlcredit.letters.lines import aging_lines, document_lines, interest_lines, total_lines
from xlcredit.letters.parties import company_facts, customer_facts, text_of
from xlcredit.letters.payment import Account, payment_facts, plan_reference, reference_of
from xlcredit.letters.wording import Wording
from xlcredit.parameters.law import load_law

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from xlcredit.catalogue import Catalogue
    from xlcredit.letters.arrange import Batch
    from xlcredit.parameters.policy import Policy

CHUNK = 500
"""Letters written out at a time: enough to spread the cost of a column, little enough to keep memory flat."""

Facts = dict[str, Any]


@dataclass(frozen=True)
class Writer:
    """What all letters of a batch share."""

    wordings: Mapping[str, Wording]
    companies: Mapping[str, dict[str, str]]
    headings: Headings
    account: Account
    home: str
    buckets: tuple[int, ...]


def letter_contexts(  # noqa: PLR0913, PLR0917  the tables a letter draws on
    letters: pd.DataFrame,
    rows: pd.DataFrame,
    customers: pd.DataFrame,
    previous: pd.DataFrame,
    segments: pd.DataFrame,
    settings: Any,  # noqa: ANN401  the policy's settings
    policy: Policy,
    catalogue_by_language: Mapping[str, Catalogue],
    as_of: dt.date,
) -> Iterator[Facts]:
    """The facts of each letter, in the order of `letters`.

    Args:
        letters: one row a letter: `letter` (int, unique), `reminder_id`, `customer_id`, `currency`,
            `letter_level`, `kind` (a level's kind, or `statement`, `call`), `channel`, `response_days`,
            `shows_interest`, `interest_covered_to` (last day that the interest covers, inclusive; blank:
            `as_of`), `fee` (cents) and
            `customer_name` (for a customer who is not in the table) may be missing.
        rows: one row a listed document: `letter`, `invoice_id`, `instalment` (blank, or 1 in every row:
            documents have one only), `document_type`, `document_date`, `due_date`, `amount`, `paid_amount`,
            `open_amount`, `days_overdue`, `interest`, `lump_sum`, `total_due` (cents), `row_level`,
            `is_proposed`, `references`; may be missing: `contract_date`, `arrange.DEDUCTIONS` (cents). Credits
            may come with either sign.
        customers: the typed table; a customer's language is its letters'.
        previous: letters issued before that named one of the rows: `customer_id`, `currency`, `reminder_id`,
            `date`, `kind`, `channel`.
        segments: interest lines: `claim` (position in `rows`), `from`, `to` (inclusive), `days`, `balance`,
            `rate` (basis points), `interest`.
        settings: company, account, signatory, `payment_qr`, and the language where a customer has none.
        policy: its aging `buckets`.
        catalogue_by_language: one for each language that a customer may have.
        as_of: the letters' date.

    Yields:
        A mapping a letter; its names are those of `vocabulary`.
    """
    wordings = {language: Wording.of(catalogue) for language, catalogue in catalogue_by_language.items()}
    writer = _writer(wordings, settings, policy, as_of)
    batch = arrange(
        letters, rows, customers, previous, segments, list(wordings), text_of(settings, "language")
    )
    for first in range(0, len(letters), CHUNK):
        yield from _write(batch.of(first, first + CHUNK), writer)


def _writer(wordings: Mapping[str, Wording], settings: Any, policy: Policy, as_of: dt.date) -> Writer:  # noqa: ANN401
    companies = {language: company_facts(settings, wording) for language, wording in wordings.items()}
    places = {language: company["place"] for language, company in companies.items()}
    return Writer(
        wordings,
        companies,
        Headings(wordings, places, as_of, load_law().value("lump_sum", as_of)),
        Account.of(settings),
        text_of(settings, "company_country"),
        tuple(policy.buckets),
    )


def _write(batch: Batch, writer: Writer) -> Iterator[Facts]:
    """The facts of a run of letters."""
    figures, wordings = add_up(batch, writer.buckets), writer.wordings
    parts = {
        "letter": writer.headings.of(batch, figures),
        "customer": customer_facts(batch.customers, wordings, writer.home),
        "rows": document_lines(batch, wordings),
        "segments": interest_lines(batch, wordings),
        "previous": earlier_lines(batch, wordings),
        "aging": aging_lines(batch, figures, writer.buckets, wordings),
        "totals": total_lines(batch, figures, wordings),
    }
    asked = zip(
        figures.total.tolist(),
        batch.letters["kind"].tolist(),
        batch.letters["reminder_id"].tolist(),
        earlier_facts(batch, wordings),
        zip(*parts.values(), strict=True),
        strict=True,
    )
    for cents, kind, reminder, earlier, values in asked:
        facts = dict(zip(parts, values, strict=True))
        facts["letter"] |= earlier
        yield _completed(facts, kind, reminder, cents, writer)


def _completed(facts: Facts, kind: str, reminder: str, cents: int, writer: Writer) -> Facts:
    """A letter's facts with what needs several of its parts."""
    letter, rows = facts["letter"], facts["rows"]
    wording = writer.wordings[letter["language"]]
    letter["lump_sum_documents"] = ", ".join(row["number"] for row in rows if row["has_lump_sum"])
    documents = list(dict.fromkeys(row["number"] for row in rows if not row["is_credit"]))
    customer = facts["customer"]["id"]
    reference = plan_reference(kind, reminder, customer, wording) or reference_of(
        reminder, customer, documents, wording
    )
    facts["company"] = writer.companies[letter["language"]]
    facts["payment"] = payment_facts(writer.account, reference, cents, letter["currency"])
    facts["enclosures"] = _enclosures(facts, wording) if kind == "formal_notice" else []
    return facts


def _enclosures(facts: Facts, wording: Wording) -> list[str]:
    """What goes with a formal notice."""
    has_interest = facts["letter"]["interest"] == "amounts" and bool(facts["segments"])
    wanted = {"interest": has_interest, "invoices": True, "earlier": bool(facts["previous"])}
    return [wording.words["enclosures"][key] for key, is_wanted in wanted.items() if is_wanted]
