"""What happened before: reminders already sent, as opening events; disputes, as open cases.

A level is given as number or word with the day of the last reminder, or as a column for each level with its
day. A level without a day is dated with the due date, but not before the document nor after the day of the
assessment: so dated it delays no later level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.ledger import typed_frame
from xlcredit.date_texts import parse_dates
from xlcredit.findings import find
from xlcredit.intake.decisions import Decision
from xlcredit.intake.draft import folded, keys_of, words_of
from xlcredit.intake.ledger_schema import LEVEL_DATES
from xlcredit.intake.takeover import Takeover
from xlcredit.schema import DISPUTES, REMINDERS

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from xlcredit.errors import Finding

    Mask = npt.NDArray[np.bool_]
    Moments = npt.NDArray[np.datetime64]

NO_LEVEL, UNREADABLE = -1, -2
_FIRST = 1
_SHORTEST_REASON = 3
"""Letters: `?` and `nd` give no reason for a dispute."""

_NEVER = np.datetime64("NaT", "s")


def opening_events(invoices: pd.DataFrame, extras: pd.DataFrame, as_of: dt.date) -> Takeover:
    """The register's opening events for the levels that a ledger tells of.

    Args:
        invoices: typed rows.
        extras: typed columns of `ledger_schema.EXTRAS`, aligned with `invoices`.
        as_of: no undated level is dated later.
    """
    level, date, decisions, findings = _last_levels(invoices, extras)
    sent = [(level, date)] + [
        _one_level(extras[key], number) for number, key in enumerate(LEVEL_DATES, start=1)
    ]
    events = _distinct(pd.concat([_events(levels, dates) for levels, dates in sent], ignore_index=True))
    undated = events["date"].isna().to_numpy()
    if undated.any():
        rows = np.zeros(len(invoices), dtype=bool)
        rows[events["row"][undated]] = True
        names = invoices["invoice_id"]
        findings += find(
            "level-date-missing", "invoices", "level_sent_date", rows, rows=names, needs_person=False
        )
    events["date"] = events["date"].fillna(
        _believed(invoices, as_of).iloc[events["row"]].set_axis(events.index)
    )
    if len(events):
        decisions.append(Decision("levels-taken-over", {"count": len(events)}))
    return Takeover(_register(events, invoices), decisions, findings)


def read_levels(column: pd.Series) -> npt.NDArray[np.int64]:
    """Levels from numbers and words; NO_LEVEL where none was sent, UNREADABLE where nobody can tell.

    >>> read_levels(pd.Series(["2", "3° sollecito", "mai", "forse"])).tolist()
    [2, 3, -1, -2]
    """
    codes, words = pd.factorize(folded(column))
    return np.array([_level(word) for word in words], dtype=np.int64)[codes]


def _level(word: str) -> int:
    """The level that a folded word means."""
    if word in ("", "0"):
        return NO_LEVEL
    if (said := keys_of("level_words").get(word)) is not None:
        return NO_LEVEL if said == "none" else int(said)
    digits = [char for char in word if char.isdigit()]
    return int(digits[0]) if len(digits) == 1 else UNREADABLE


def open_disputes(invoices: pd.DataFrame, extras: pd.DataFrame) -> Takeover:
    """A case for each disputed row that is not settled; a mark that nobody can read counts as one."""
    said = folded(extras["disputed"])
    yes, no = words_of("disputed_words"), words_of("undisputed_words")
    is_over = invoices["settled_date"].notna() | (invoices["open_ledger"] == 0).fillna(value=False)
    is_open = (~said.isin(no) & (said != "") & ~is_over).to_numpy(dtype=bool)
    reason = extras["disputed"].where(~said.isin(yes))
    unclear = is_open & reason.notna().to_numpy() & (said.str.len() < _SHORTEST_REASON).to_numpy()
    findings = find(
        "disputed-unreadable", "invoices", None, unclear, extras["disputed"], invoices["invoice_id"]
    )
    count = int(is_open.sum())
    decisions = [Decision("disputes-taken-over", {"count": count})] if count else []
    rows = invoices[is_open]
    frame = {key: rows[key].array for key in ("customer_id", "invoice_id", "instalment")}
    frame["document_year"] = rows["document_date"].dt.year.astype("Int64").array
    frame |= {"reason": ["other"] * count, "notes": reason[is_open].array}
    return Takeover(typed_frame(DISPUTES, frame), decisions, findings)


def _last_levels(
    invoices: pd.DataFrame, extras: pd.DataFrame
) -> tuple[npt.NDArray[np.int64], Moments, list[Decision], list[Finding]]:
    """The highest level of each row and its day; a day without a level is the first one's."""
    level = read_levels(extras["level_sent"])
    date = extras["level_sent_date"].to_numpy()
    said, names = extras["level_sent"], invoices["invoice_id"]
    findings = find("level-sent-unreadable", "invoices", "level_sent", level == UNREADABLE, said, names)
    has_levels = extras["level_sent"].notna().any() or extras[list(LEVEL_DATES)].notna().any(axis=None)
    assumed = ~np.isnat(date) & (level == NO_LEVEL) & (not has_levels)
    level = np.where(assumed, _FIRST, level)
    decisions = [Decision("levels-assumed", {"count": int(assumed.sum())})] if assumed.any() else []
    return level, date, decisions, findings


def _one_level(marks: pd.Series, number: int) -> tuple[npt.NDArray[np.int64], Moments]:
    """A column with the day on which one level was sent, or a mark that it was."""
    if marks.isna().all():
        return np.full(len(marks), NO_LEVEL), np.full(len(marks), _NEVER)
    dates = parse_dates(marks)[0].to_numpy()
    said = folded(marks)
    marked = (said != "") & ~said.isin(words_of("undisputed_words"))
    return np.where(~np.isnat(dates) | marked, number, NO_LEVEL), dates


def _events(levels: npt.NDArray[np.int64], dates: Moments) -> pd.DataFrame:
    rows = np.flatnonzero(levels >= 0)
    return pd.DataFrame({"row": rows, "level": levels[rows], "date": dates[rows]})


def _distinct(events: pd.DataFrame) -> pd.DataFrame:
    """One event a row and level, the dated one where there are two, in order of row and level."""
    ordered = events.sort_values(["row", "level", "date"], kind="stable", na_position="last")
    return ordered.drop_duplicates(["row", "level"]).reset_index(drop=True)


def _believed(invoices: pd.DataFrame, as_of: dt.date) -> pd.Series:
    """The day on which an undated level is believed to have been sent."""
    latest, written = np.datetime64(as_of, "s"), invoices["document_date"].to_numpy()
    due = invoices["due_date"].to_numpy()
    believed = np.fmax(due, written)
    return pd.Series(np.where(np.isnat(believed), latest, np.minimum(believed, latest)))


def _register(events: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    rows = invoices.iloc[events["row"]].reset_index(drop=True)
    codes = [f"AP-{number:06}" for number in range(1, len(events) + 1)]
    level = events["level"].astype("Int64").array
    return typed_frame(
        REMINDERS,
        {
            **{
                key: rows[key].array
                for key in ("customer_id", "currency", "invoice_id", "document_type", "instalment", "cycle")
            },
            "document_year": rows["document_date"].dt.year.astype("Int64").array,
            "event_id": codes,
            "reminder_id": codes,
            "event": ["opening"] * len(events),
            "event_time": events["date"].array,
            "row_level": level,
            "letter_level": level,
        },
    )
