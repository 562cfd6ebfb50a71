"""In words, in the workbook's language: why a function answers an error, or how its value came about.

One text a call: about the first cell with an error, else about the first cell calculated.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from xlcredit.core.calculator import calculate_interest
from xlcredit.core.register import NO_LEVEL
from xlcredit.formulas.answer import COMPUTED
from xlcredit.formulas.call import Call, ShapesDifferError, call_of
from xlcredit.formulas.costs import DEFAULT_REGIME
from xlcredit.functions import FUNCTIONS
from xlcredit.parameters.law import BASE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlcredit.catalogue import Catalogue
    from xlcredit.formulas.call import Trouble
    from xlcredit.formulas.rules import Rules

MONEY: Final = frozenset({"amount", "amounts", "begin", "end_current", "end_total", "interest", "lump_sum"}) | {
    "open_amount", "owed", "receivables", "sales", "total", "total_overdue",
}  # fmt: skip
"""Facts in cents."""

PERCENT: Final = frozenset({"XLC_RATE", "XLC_CEI"})
"""Functions that answer a fraction of one."""

DAYS_WITH_RATES: Final = {
    "XLC_RATE": ("date", "date"),
    "XLC_INTEREST": ("due", "as_of"),
    "XLC_TOTAL_DUE": ("due", "as_of"),
}
"""Function -> the arguments between whose days it uses rates."""

_CENTS, _HUNDRED = 100, 100


def why(asked: Any, values: Sequence[Any], rules: Rules) -> str:  # noqa: ANN401  whatever Excel hands over
    """What `XLC_WHY` says of the call of a function.

    Args:
        asked: the function's name.
        values: the arguments of the call; those after the function's own are not looked at.
        rules: in force in the workbook.
    """
    words, name = rules.words, _name_of(asked)
    if name not in COMPUTED:
        found = "" if asked is None else str(asked)
        return words.text("why.function-unknown", found=found, known=", ".join(COMPUTED))
    function = FUNCTIONS[name]
    try:
        call = call_of(function, values[: len(function.arguments)], rules)
        return _explained(call, pd.Series(COMPUTED[name](call)))
    except ShapesDifferError as differ:
        return words.text("why.shapes-differ", first=_shape(differ.shape), other=_shape(differ.other))


def _name_of(asked: Any) -> str:  # noqa: ANN401  as above
    name = str(asked).strip().upper()
    return name if name.startswith("XLC_") else f"XLC_{name}"


def _shape(shape: tuple[int, int]) -> str:
    return f"{shape[0]} x {shape[1]}"


def _explained(call: Call, values: pd.Series[Any]) -> str:
    in_trouble = np.flatnonzero(call.trouble_of >= 0)
    if in_trouble.size:
        cell = int(in_trouble[0])
        text = _located(call, cell, _trouble_words(call, call.troubles[call.trouble_of[cell]], cell))
        return call.rules.words.text("why.more", text=text, count=in_trouble.size) if call.size > 1 else text
    calculated = np.flatnonzero(~call.blank)
    if not calculated.size:
        return _nothing_words(call)
    cell = int(calculated[0])
    return _located(call, cell, _how(call, cell, values.iloc[cell]))


def _located(call: Call, cell: int, text: str) -> str:
    """Which cell of the range is meant; nothing for a single one."""
    row, column = divmod(cell, call.shape[1])
    if call.size == 1:
        return text
    key = "why.at_row" if call.shape[1] == 1 else "why.at_cell"
    return call.rules.words.text(key, row=row + 1, column=column + 1, text=text)


def _trouble_words(call: Call, trouble: Trouble, cell: int) -> str:
    words, argument = call.rules.words, trouble.argument or ""
    facts = {
        "argument": words.text(f"why.labels.{argument}"),
        "found": _as_excel_says(call.found(argument, cell), words),
        "known": ", ".join(map(words.cycle, call.rules.policy.cycles)),
        "first": call.rules.law.first_covered_day(_regime(call, cell)),
        "last": call.rules.law.last_covered_day(_regime(call, cell)),
        "setting": words.text("settings.court_limit_confirmed.name"),
    }
    return words.text(f"why.{trouble.code}", **facts)


def _regime(call: Call, cell: int) -> str:
    """The regime of a cell; the default one of a function that asks for none."""
    return str(call.notes["regime"].iloc[cell]) if "regime" in call.notes else DEFAULT_REGIME


def _as_excel_says(text: str, words: Catalogue) -> str:
    """An error value as Excel of the workbook's language writes it; any other text as it is."""
    names: dict[str, str] = words.section("why.errors")
    return names.get(text.lstrip("#"), text)


def _nothing_words(call: Call) -> str:
    words = call.rules.words
    for argument in call.function.arguments:
        if argument.is_required and not call.filled(argument.name).all():
            return words.text("why.blank", argument=words.text(f"why.labels.{argument.name}"))
    return words.text("why.nothing")


def _how(call: Call, cell: int, value: Any) -> str:  # noqa: ANN401  of the function's kind
    """How the value of one cell came about."""
    words, name = call.rules.words, call.function.name
    facts = {fact: _fact(fact, values, cell, words) for fact, values in call.notes.items()}
    facts["value"] = _value_words(call, value)
    if name in _MORE:
        facts |= _MORE[name](call, cell, value)
    return words.text(f"functions.{name}.how", **facts) + _unconfirmed(call, cell)


def _unconfirmed(call: Call, cell: int) -> str:
    """A warning where a rate that was used rests on one source or awaits its official notice; blank elsewhere."""
    if call.function.name not in DAYS_WITH_RATES:
        return ""
    first, last = (_day(call.notes[name], cell) for name in DAYS_WITH_RATES[call.function.name])
    name = BASE_OF.get(_regime(call, cell), "")
    periods = call.rules.law.unconfirmed_periods(name) if name else ()
    used = [period for period in periods if period.start <= last and first <= period.end]
    return "".join(
        " " + call.rules.words.text("why.unconfirmed", start=period.start, end=period.end) for period in used
    )


def _day(days: Any, cell: int) -> dt.date:  # noqa: ANN401  a column or an array of days
    return pd.Timestamp(pd.Series(days).iloc[cell]).date()


def _fact(name: str, values: Any, cell: int, words: Catalogue) -> Any:  # noqa: ANN401  a fact is anything
    value = pd.Series(values).iloc[cell]
    if pd.isna(value):
        return ""
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        return pd.Timestamp(value).date()
    if name == "regime":
        return words.choice("regime", str(value))
    if name in MONEY:
        return words.money(int(value))
    return (
        int(value) if isinstance(value, (int, float, np.number)) and float(value).is_integer() else str(value)
    )


def _value_words(call: Call, value: Any) -> str:  # noqa: ANN401  of the function's kind
    words, kind = call.rules.words, call.function.answers
    if pd.isna(value):
        return words.text("why.value_blank")
    if kind == "date":
        day_zero = dt.date(1899, 12, 30) if call.rules.epoch != 1904 else dt.date(1904, 1, 1)  # noqa: PLR2004
        return str(words.format(day_zero + dt.timedelta(days=int(value))))
    if kind == "amount":
        return words.money(round(value * _CENTS))
    if call.function.name in PERCENT:
        return f"{words.format(Decimal(str(round(value * _HUNDRED, 2))))} %"
    return str(words.format(Decimal(str(value)))) if kind == "number" else str(words.format(_plain(value)))


def _plain(value: Any) -> Any:  # noqa: ANN401  a number or a text
    return int(value) if isinstance(value, (float, np.number)) else value


def _lines(call: Call, cell: int, _value: object) -> dict[str, Any]:
    """The lines of interest, one sentence each."""
    words, notes = call.rules.words, call.notes
    amount, regime = notes["amount"].iloc[cell], notes["regime"].iloc[cell]
    due, as_of = _day(notes["due"], cell), _day(notes["as_of"], cell)
    calculated = calculate_interest(int(amount), due, as_of, law=call.rules.law, regime=str(regime))
    lines = [
        words.text(
            "why.line",
            since=line.from_,
            until=line.to,
            days=line.days,
            rate=f"{words.format(Decimal(line.rate_bp) / 100)} %",
            interest=words.money(line.interest_cents),
        )
        for line in calculated.segments
    ]
    return {"lines": " ".join(lines)}


def _verdict(call: Call, _cell: int, value: object) -> dict[str, Any]:
    return {"verdict": call.rules.words.text("why.right" if value else "why.wrong")}


def _next_level(call: Call, cell: int, value: float) -> dict[str, Any]:
    """When the next level may go."""
    words, following = call.rules.words, int(call.notes["next"][cell])
    if following == NO_LEVEL:
        return {"next": words.text("why.level-none")}
    key = "why.level-later" if pd.isna(value) else "why.level-now"
    return {"next": words.text(key, level=following, day=_day(call.notes["next_date"], cell))}


_MORE: Final[dict[str, Callable[[Call, int, Any], dict[str, Any]]]] = {
    "XLC_INTEREST": _lines,
    "XLC_VAT_OK": _verdict,
    "XLC_IBAN_OK": _verdict,
    "XLC_LEVEL": _next_level,
}
"""Further facts for the wording of some functions."""
