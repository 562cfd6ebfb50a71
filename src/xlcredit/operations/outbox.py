"""The letters that are to go by e-mail or certified e-mail now, and those that stay with the reason.

A letter goes when the register has it as issued, by such a channel, not cancelled, not sent yet; when it is only
some days old (its deadline runs from its date); when what it asks for is still owed as it says; when the
customer has an address and the file is the one that was issued.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.rows import match_rows
from xlcredit.errors import Finding, XlcreditError
from xlcredit.mail.account import CHANNELS
from xlcredit.operations.letter_files import letter_languages
from xlcredit.operations.outgoing import Directory, LetterStaysError, Outgoing
from xlcredit.operations.refresh import compute

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from xlcredit.operations.opened import Opened

_SETTLED = ("sent", "delivered", "cancelled")
_NO_REASON_TO_STAY = frozenset({"below_minimum", "ambiguous", ""})
"""Holds that do not keep an issued letter back: the first is looked at before issue, the second is its own."""

DRAFT_SUFFIX = ".eml"


class ReminderNotSendableError(XlcreditError):
    """A reminder named by the person that cannot go: not issued, cancelled, by another channel, gone already."""

    code = "reminder-not-sendable"


@dataclass(frozen=True)
class Choice:
    """Which letters a person wants to go.

    Attributes:
        out: the folder that was given when they were issued.
        customers: codes to limit to; empty means all.
        only_level: the only letter level.
        limit: at most so many.
        again: reminders to send although an attempt failed, is in doubt, or a draft was made.
    """

    out: Path
    customers: frozenset[str] = frozenset()
    only_level: int | None = None
    limit: int | None = None
    again: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Outbox:
    """What is to go, and why the rest stays."""

    letters: list[Outgoing]
    findings: list[Finding]


def open_outbox(opened: Opened, choice: Choice) -> Outbox:
    """Choose the letters to go now.

    Raises:
        ReminderNotSendableError: one of `choice.again` cannot go.
    """
    reminders = opened.ledger.reminders
    waiting = _waiting(reminders, opened, choice)
    _refuse_unsendable(waiting, reminders, choice.again)
    findings = _left_alone(waiting, opened)
    going = waiting[waiting["stays"] == ""].reset_index(drop=True)
    ids = set(going["reminder_id"].astype("str"))
    changed, directory = _changed_letters(opened, ids), Directory.of(opened, ids, choice.out)
    letters: list[Outgoing] = []
    for line, language in zip(going.itertuples(), letter_languages(opened, going), strict=True):
        if choice.limit is not None and len(letters) >= choice.limit:
            break
        reminder = str(line.reminder_id)
        if reminder in changed:
            findings.append(_outdated(reminder, changed[reminder]))
            continue
        try:
            letters.append(directory.outgoing(line, language))
        except LetterStaysError as reason:
            findings.append(reason.finding)
    return Outbox(letters, findings)


def _outdated(reminder: str, document: str) -> Finding:
    return Finding("mail-letter-outdated", "reminders", "reminder_id", None, reminder, document)


def _waiting(reminders: pd.DataFrame, opened: Opened, choice: Choice) -> pd.DataFrame:
    """Letters by mail that have not gone: their first event, `stays` ("", draft, doubt, failed, old), attempts."""
    ids = reminders["reminder_id"].astype("str")
    order = reminders["event_time"].to_numpy().argsort(kind="stable")
    newest = reminders.iloc[order].groupby(ids.iloc[order]).tail(1).set_index("reminder_id")
    first = reminders[(reminders["event"] == "issued") & reminders["file"].notna()]
    first = first.drop_duplicates("reminder_id")
    first = first[first["channel"].isin(CHANNELS)]
    state = newest["event"].astype("str").reindex(first["reminder_id"]).to_numpy()
    gone = reminders.loc[reminders["event"].isin(_SETTLED), "reminder_id"]
    attempts = ids[reminders["event_id"].astype("str").str.contains(r"-M\d+$")].value_counts()
    letters = first.assign(
        state=state,
        attempt=attempts.reindex(first["reminder_id"].astype("str")).fillna(0).to_numpy(dtype="int64") + 1,
    )
    letters = letters[~letters["reminder_id"].isin(gone) & _is_asked(letters, choice)]
    return letters.assign(stays=_stays(letters, opened, choice)).reset_index(drop=True)


def _is_asked(letters: pd.DataFrame, choice: Choice) -> pd.Series:
    asked = pd.Series(data=True, index=letters.index)
    if choice.again:
        asked &= letters["reminder_id"].isin(choice.again)
    if choice.customers:
        asked &= letters["customer_id"].isin(choice.customers)
    if choice.only_level is not None:
        asked &= (letters["letter_level"] == choice.only_level).fillna(value=False).astype(bool)
    return asked


def _stays(letters: pd.DataFrame, opened: Opened, choice: Choice) -> np.ndarray:
    """Why a letter does not go by itself; "" when it does, or when a person says so."""
    oldest = pd.Timestamp(opened.as_of) - pd.Timedelta(days=opened.policy.settings.mail_days)
    reasons = letters["state"].map({"ambiguous": "doubt", "failed": "failed", "prepared": "draft"}).fillna("")
    reasons = reasons.mask((reasons == "") & (letters["event_time"] < oldest), "old")
    return reasons.mask(letters["reminder_id"].isin(choice.again), "").to_numpy(dtype=object)


def _refuse_unsendable(waiting: pd.DataFrame, reminders: pd.DataFrame, again: Iterable[str]) -> None:
    for reminder in sorted(set(again) - set(waiting["reminder_id"].astype("str"))):
        raise ReminderNotSendableError(reminder=reminder)
    for reminder in again:
        if newer := _reissued(reminders, reminder):
            raise ReminderNotSendableError(reminder=f"{reminder} ({newer})")


def _reissued(reminders: pd.DataFrame, reminder: str) -> str:
    """A newer letter that counts on one of its rows: a failed letter is issued anew; "" when there is none."""
    rows = ["customer_id", "invoice_id", "document_type", "document_year", "instalment"]
    issued = reminders[(reminders["event"] == "issued") & reminders["row_level"].notna()]
    void = reminders.loc[reminders["event"].isin(["cancelled", "failed"]), "reminder_id"]
    own = issued[issued["reminder_id"] == reminder]
    others = issued[(issued["reminder_id"] > reminder) & ~issued["reminder_id"].isin(void)]
    both = others.merge(own[rows], on=rows)
    return str(both["reminder_id"].iloc[0]) if len(both) else ""


def _left_alone(waiting: pd.DataFrame, opened: Opened) -> list[Finding]:
    """What a person has to decide (in doubt), or should know (failed, drafted, old)."""
    findings = []
    for reason, code, needs_person in (
        ("doubt", "mail-in-doubt", True),
        ("failed", "mail-refused", True),
        ("draft", "mail-drafted", False),
        ("old", "mail-letter-old", False),
    ):
        found = waiting.loc[waiting["stays"] == reason, "reminder_id"].astype("str").tolist()
        if found:
            facts = {"days": opened.policy.settings.mail_days}
            findings.append(
                Finding(
                    code,
                    "reminders",
                    "reminder_id",
                    None,
                    found[0],
                    found[0],
                    facts,
                    len(found),
                    needs_person,
                )
            )
    return findings


def _changed_letters(opened: Opened, going: set[str]) -> dict[str, str]:
    """Letter -> document of which less may be asked for than it says, or that has been held since.

    The rows of a plan's letter are held by the plan: only what they owe counts.
    """
    events = opened.ledger.reminders
    speaks = events["row_level"].notna() | events["letter_kind"].notna()
    events = events[events["reminder_id"].isin(going) & (events["event"] == "issued") & speaks]
    events = events.reset_index(drop=True)
    if events.empty:
        return {}
    assessment = compute(opened)[0]
    pursuit = assessment.pursuit
    owed = np.zeros(len(assessment.rows), dtype="int64")
    owed[pursuit.rows] = pursuit.amount
    matches = match_rows(events, opened.ledger.invoices)
    then = events.iloc[matches.reference].reset_index(drop=True)
    holds = assessment.rows["hold"].iloc[matches.invoice].astype(object).fillna("")
    held = [bool(set(text.split("+")) - _NO_REASON_TO_STAY) for text in holds]
    less = owed[matches.invoice] < then["open_amount"].to_numpy(dtype="int64", na_value=0)
    found = then[less | (np.array(held, dtype=bool) & then["letter_kind"].isna().to_numpy())]
    return dict(zip(found["reminder_id"].astype("str"), found["invoice_id"].astype("str"), strict=True))
