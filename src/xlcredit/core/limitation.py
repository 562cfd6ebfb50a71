"""When claims become time-barred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from xlcredit.parameters.law import Law

    Days = npt.NDArray[np.datetime64]
    Ints = npt.NDArray[np.int64]


def limitation_years(typed: pd.Series, document_type: pd.Series, as_of: dt.date, law: Law) -> pd.Series:
    """Years of limitation of each row: what a person typed, else by the kind of its document.

    Args:
        typed: Int64, blank where nobody typed any; below 1 counts as blank.
        document_type: `interest_note` takes the term of interest, everything else the ordinary one.
        as_of: day whose terms are in force.
        law: the terms.

    Returns:
        Int64 without blanks, index of `typed`.

    Law: art. 2946 c.c. (ordinary), art. 2948 n. 4 c.c. (interest).
    """
    interest = document_type.eq("interest_note").fillna(value=False).to_numpy(bool)
    ordinary = law.value("limitation_ordinary", as_of)
    default = np.where(interest, law.value("limitation_interest", as_of), ordinary)
    return typed.where(
        (typed >= 1).fillna(value=False), pd.Series(default, typed.index, dtype="Int64")
    ).astype("Int64")


def limitation_dates(
    due_dates: pd.Series, years: pd.Series, interruptions: pd.DataFrame | None = None
) -> pd.Series:
    """The last day on which each claim can still be asked for.

    Args:
        due_dates: datetime64, one a claim; blank: no limitation date.
        years: Int64, one a claim; blank: no limitation date (see `limitation_years`).
        interruptions: one row each: `claim` (position) and `date` of proof: a formal notice received, the
            debt acknowledged, an act of court. Each typed or confirmed by a person. One after the claim was
            lost does not bring it back, nor does one before due shorten the term.

    Returns:
        datetime64[s], index of `due_dates`.

    Law: art. 2935, 2943-2945 c.c. (start, interruption, new term); art. 2963 c.c. (the day of the same
    number, or the last of the month).
    """
    due = due_dates.to_numpy("M8[D]")
    term = years.fillna(0).to_numpy(np.int64)
    last = np.where(term > 0, _years_after(due, term), np.datetime64("NaT"))
    for claim, day in _by_rank(interruptions):
        in_time = day <= last[claim]
        restarted = np.maximum(last[claim], _years_after(day, term[claim]))
        last[claim] = np.where(in_time, restarted, last[claim])
    return pd.Series(last.astype("M8[s]"), index=due_dates.index)


def _by_rank(interruptions: pd.DataFrame | None) -> list[tuple[Ints, Days]]:
    """Claims and days of the first interruption of every claim, of the second ones, and so on."""
    if interruptions is None:
        return []
    known = interruptions[interruptions["date"].notna()].sort_values(["claim", "date"], kind="stable")
    rank = known.groupby("claim").cumcount()
    return [
        (group["claim"].to_numpy(np.int64), group["date"].to_numpy("M8[D]"))
        for _, group in known.groupby(rank, sort=True)
    ]


def _years_after(days: Days, years: Ints) -> Days:
    """The same day some years later; the last of the month where it has no such day (29 February)."""
    month = days.astype("M8[M]")
    later = month + 12 * years
    same = later.astype("M8[D]") + (days - month.astype("M8[D]"))
    last = (later + 1).astype("M8[D]") - 1
    bounded: Days = np.minimum(same, last)
    return bounded
