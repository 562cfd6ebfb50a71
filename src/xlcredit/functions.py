"""The functions for cells, each described once: name, arguments and what they take.

Their help, in every language, stands in the catalogue under `functions.<NAME>`: `help`, and `args.<argument>`
for each argument. The VBA wrappers, their registration in Excel's function wizard, the sheet `Formule` and the
Python side are made from, or checked against, this list.

An argument is one cell or a range; ranges of one call have one shape, and a single cell goes with every cell
of the range. The answer has the shape of the ranges, unless `answer` says otherwise. An argument that is a list
has a shape of its own: all its cells go with the single cell of the others, or one row of them with each row.

Python reads a range by its `Value2` (days as Excel's numbers, errors as their codes), so the VBA wrapper hands
the range itself over. The answer of one row reaches VBA as an array of one dimension.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["amount", "date", "text", "choice", "int", "number", "flag"]
Answer = Literal["cells", "one"]


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument.

    Attributes:
        name: as the catalogue and Python have it; lower case, English.
        kind: what each of its cells holds.
        is_required: whether it must be given; the others are blank when omitted.
        is_list: whether it has a shape of its own.
    """

    name: str
    kind: Kind
    is_required: bool = True
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function for cells.

    Attributes:
        name: in Excel, the same in every language.
        arguments: in their order, the required ones first.
        answer: `cells`, one value for each cell of its ranges; `one`, one value for the whole.
        answers: what a cell of the answer holds.
    """

    name: str
    arguments: tuple[Argument, ...]
    answers: Kind
    answer: Answer = "cells"

    @property
    def python_name(self) -> str:
        """Of the Python function behind it: `xlc_days_overdue`."""
        return self.name.lower()


def _function(name: str, arguments: str, answers: Kind, answer: Answer = "cells") -> Function:
    """`due:date [as_of:date] [interruptions:date*]`: one in brackets may be omitted, a star marks a list."""
    return Function(name, tuple(map(_argument, arguments.split())), answers, answer)


def _argument(text: str) -> Argument:
    name, _, kind = text.strip("[]").partition(":")
    is_required, is_list = not text.startswith("["), kind.endswith("*")
    return Argument(name, kind.rstrip("*"), is_required, is_list)  # type: ignore[arg-type]  # a Kind, by the list below


FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (
        _function("XLC_DAYS_OVERDUE", "due:date [as_of:date]", "int"),
        _function("XLC_BUCKET", "due:date [as_of:date]", "text"),
        _function("XLC_DUE_DATE", "document_date:date terms:text", "date"),
        _function("XLC_RATE", "date:date [regime:choice]", "number"),
        _function("XLC_INTEREST", "amount:amount due:date [as_of:date] [regime:choice]", "amount"),
        _function("XLC_TOTAL_DUE", "amount:amount due:date [as_of:date] [regime:choice]", "amount"),
        _function("XLC_LEVEL", "due:date [last_level:int] [last_sent:date] [cycle:text] [as_of:date]", "int"),
        _function(
            "XLC_PRIORITY",
            "open_amount:amount due:date [rating:text] [as_of:date] [total_overdue:amount]",
            "number",
        ),
        _function("XLC_ABC", "customers:text amounts:amount", "text"),
        _function("XLC_LIMITATION", "due:date [years:int] [interruptions:date*]", "date"),
        _function("XLC_DSO", "receivables:amount sales:amount days:number", "number"),
        _function("XLC_DSO_COUNTBACK", "receivables:amount monthly_sales:amount*", "number", "one"),
        _function(
            "XLC_CEI",
            "begin:amount sales:amount end_total:amount end_current:amount [months:number]",
            "number",
        ),
        _function("XLC_AMOUNT", "text:amount", "amount"),
        _function("XLC_VAT_OK", "vat_number:text", "flag"),
        _function("XLC_IBAN_OK", "iban:text", "flag"),
        _function("XLC_COURT", "amount:amount [date:date]", "text"),
        _function("XLC_WHY", "function:text [a:text] [b:text] [c:text] [d:text] [e:text]", "text", "one"),
        _function("XLC_VERSION", "", "text", "one"),
    )
}
"""Functions by name, in the order of the sheet `Formule`."""
