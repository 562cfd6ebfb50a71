"""Numbers as people write them: which sign is the decimal mark, which only groups the thousands.

`1.250,50` and `1,250.50` say it themselves. `1.234` and `1,234` do not: the other rows of the column decide
(`decimal_mark`), or nobody does. Spaces and apostrophes always group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.cells import Fault
from xlcredit.texts import strip_apostrophe, tidy_text

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.cells import Faults

Mark = Literal[",", "."]

_MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"))
_UNIT = re.compile(
    r"€|\$|£|\b(?:EUR|EURO|USD|GBP|CHF)\b|(?<=[0-9])(?:EUR|EURO|USD|GBP|CHF)\b|^(?:EUR|USD|GBP|CHF)",
    re.IGNORECASE,
)
_NO_CENTS = re.compile(r"(?<=[0-9])[.,]-{1,2}$")
_SIGNED = re.compile(r"(?P<lead>[+-]?)(?P<digits>[0-9.,' \u2019]*[0-9][0-9.,' \u2019]*)(?P<trail>-?)")
_GROUP_GAPS = re.compile(r"(?<=[0-9])[ '\u2019](?=[0-9]{3}(?![0-9]))")
_FORMS: tuple[tuple[re.Pattern[str], Mark | None, bool], ...] = (
    (re.compile(r"[0-9]+"), None, True),
    (re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*|[0-9]{1,3}(?:\.[0-9]{3}){2,}"), ",", True),
    (re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*|[0-9]{1,3}(?:,[0-9]{3}){2,}"), ".", True),
    (re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}"), None, False),
    (re.compile(r"[0-9]*,[0-9]*"), ",", True),
    (re.compile(r"[0-9]*\.[0-9]*"), ".", True),
)
"""The form, the decimal mark it proves, whether it can be read alone; the first match counts."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A written number.

    Attributes:
        digits: digits with `.` and `,` as written.
        is_negative: whether a sign or brackets make it negative.
        mark: the decimal mark it proves, None when it proves none.
        is_certain: whether it can be read without knowing the column's mark.
    """

    digits: str
    is_negative: bool
    mark: Mark | None
    is_certain: bool

    def value(self, mark: Mark | None) -> Decimal | None:
        """The number, with the column's `mark` where it shows none itself; None when nothing decides.

        >>> read_numeral("1.234").value(","), read_numeral("(1.234,5)").value(None)
        (Decimal('1234'), Decimal('-1234.5'))
        """
        decided = self.mark or mark
        if decided is None and not self.is_certain:
            return None
        group = "." if decided == "," else ","
        number = Decimal(self.digits.replace(group, "").replace(decided or ".", "."))
        return -number if self.is_negative else number


def read_numeral(text: str) -> Numeral | None:
    """`text` as a number, a currency and a sign in any usual place; None when it is none."""
    bare = _bare(text)
    in_brackets = bare.startswith("(") and bare.endswith(")")
    if in_brackets:
        bare = bare[1:-1].strip()
    if bare and not bare.strip("-"):
        return Numeral("0", is_negative=False, mark=None, is_certain=True)
    written = _SIGNED.fullmatch(_NO_CENTS.sub("", bare))
    if written is None or _signs(written, in_brackets=in_brackets) > 1:
        return None
    return _numeral(
        written["digits"].strip(), is_negative=in_brackets or "-" in written["lead"] + written["trail"]
    )


def _bare(text: str) -> str:
    """`text` without currency, forced-text apostrophe and spaces around the sign; every dash is a minus."""
    plain = _UNIT.sub(" ", strip_apostrophe(tidy_text(text)).translate(_MINUS))
    return re.sub(r"(?<=[+(-]) +| +(?=[-)])", "", tidy_text(plain))


def _signs(written: re.Match[str], *, in_brackets: bool) -> int:
    return bool(written["lead"]) + bool(written["trail"]) + in_brackets


def _numeral(written: str, *, is_negative: bool) -> Numeral | None:
    digits = _GROUP_GAPS.sub("", written)
    for form, mark, is_certain in _FORMS:
        if form.fullmatch(digits):
            return Numeral(digits, is_negative, mark, is_certain)
    return None


def read_numerals(texts: pa.Array, *, in_cents: bool) -> tuple[npt.NDArray[np.float64], Faults]:
    """A column of written numbers, each decided by all of them.

    Args:
        texts: tidied texts, null where none stands.
        in_cents: whether to return whole cents, half up, instead of the numbers themselves.

    Returns:
        values (NaN where none) and faults (UNREADABLE, AMBIGUOUS), one each a row.
    """
    encoded = texts.dictionary_encode()
    codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    values, faults = _read_distinct(encoded.dictionary, in_cents=in_cents)
    return np.append(values, np.nan)[codes], np.append(faults, np.uint8(Fault.FINE))[codes]


def _read_distinct(texts: pa.Array, *, in_cents: bool) -> tuple[npt.NDArray[np.float64], Faults]:
    values, marks = _read_plain(texts, in_cents=in_cents)
    rest = np.flatnonzero(np.isnan(values))
    numerals = [read_numeral(text) for text in texts.take(pa.array(rest)).to_pylist()]
    mark = _only(marks | {numeral.mark for numeral in numerals if numeral is not None})
    faults = np.zeros(len(texts), dtype=np.uint8)
    for row, numeral in zip(rest.tolist(), numerals, strict=True):
        number = None if numeral is None else numeral.value(mark)
        if number is None:
            faults[row] = Fault.UNREADABLE if numeral is None else Fault.AMBIGUOUS
        else:
            values[row] = float(round_to_cents(number)) if in_cents else float(number)
    return values, faults


def round_to_cents(amount: Decimal) -> int:
    """`amount` in cents, half up (away from zero)."""
    return int((amount * 100).to_integral_value(ROUND_HALF_UP))


def _only(marks: set[Mark | None]) -> Mark | None:
    """The one decimal mark a column proves; None when it proves none, or both."""
    proven = marks - {None}
    return proven.pop() if len(proven) == 1 else None


_PLAIN: tuple[tuple[str, Mark], ...] = (
    (r"^-?(?:[0-9]{1,11}|[0-9]{1,3}(?:\.[0-9]{3}){1,3}),[0-9]{2}$", ","),
    (r"^-?(?:[0-9]{1,11}|[0-9]{1,3}(?:,[0-9]{3}){1,3})\.[0-9]{2}$", "."),
)


def _read_plain(texts: pa.Array, *, in_cents: bool) -> tuple[npt.NDArray[np.float64], set[Mark | None]]:
    """The commonest spellings without a loop (NaN elsewhere), and the marks they prove."""
    values = np.full(len(texts), np.nan)
    marks: set[Mark | None] = set()
    if pc.any(pc.match_substring(texts, "€")).as_py():
        texts = pc.replace_substring_regex(texts, "^€ ?| ?€$", "")
    for pattern, mark in _PLAIN:
        rows = np.flatnonzero(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False))
        if rows.size:
            digits = pc.replace_substring(pc.replace_substring(texts.take(pa.array(rows)), ".", ""), ",", "")
            values[rows] = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
            marks.add(mark)
    return values if in_cents else values / 100, marks
