"""Days late, aging buckets, due dates from terms, limitation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.bucket_words import bucket_words
from xlcredit.core.aging import bucket_codes, bucket_of
from xlcredit.core.limitation import limitation_dates
from xlcredit.dates import serials_from_dates
from xlcredit.formulas.call import NUMBER, VALUE
from xlcredit.terms import first_due_dates

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.core.columns import Days, Ints
    from xlcredit.formulas.call import Call

    Values = npt.NDArray[Any]

LONGEST_LIMITATION = 100
"""Years; more is a slip."""


def days_overdue(call: Call) -> Values:
    """Days from due to as_of; negative before due."""
    late = (call.as_of() - call.days("due")).astype(np.float64)
    return np.where(call.blank, np.nan, late)


def bucket(call: Call) -> Values:
    """The words of each row's bucket, as the workbook's buckets are cut."""
    bounds = call.rules.policy.buckets
    words = [bucket_words(code, call.rules.words) for code in bucket_codes(bounds)]
    return np.array(words, dtype=object)[bucket_of(_late(call), bounds)]


def _late(call: Call) -> Ints:
    """Days overdue as whole numbers, 0 where unknown; noted."""
    late = call.as_of() - call.days("due")
    call.notes["late"] = np.where(np.isnat(late), 0, late.astype(np.int64))
    days: Ints = call.notes["late"]
    return days


def due_date(call: Call) -> Values:
    """The first due date of the terms; holidays are not looked at."""
    as_months = call.rules.policy.settings.terms_days_as_months
    due, bad = first_due_dates(call.column("document_date"), call.column("terms"), days_as_months=as_months)
    call.refuse(bad & ~call.blank, VALUE, "terms-not-understood", "terms")
    return _serials(call, due.to_numpy())


def limitation(call: Call) -> Values:
    """The last day on which the claim can be asked for."""
    ordinary = call.rules.law.value("limitation_ordinary", call.rules.as_of)
    years = call.whole("years", ordinary)
    call.notes["years"] = years
    call.refuse((years < 1) | (years > LONGEST_LIMITATION), NUMBER, "years-out-of-range", "years")
    read, owner = call.list_of("interruptions")
    call.refuse_faults(read.faults, call.function.arguments[2], owner)
    proofs = pd.DataFrame({"claim": owner, "date": read.typed})
    term = pd.Series(np.where(call.fine, years, 1), dtype="Int64")
    return _serials(call, limitation_dates(call.column("due"), term, proofs).to_numpy())


def _serials(call: Call, days: Days) -> Values:
    return serials_from_dates(days, call.rules.epoch)
