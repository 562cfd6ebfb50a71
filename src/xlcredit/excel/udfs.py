"""The functions for cells as xlwings calls them: `xlc_days_overdue` and its like, made from `FUNCTIONS`.

Excel hands ranges over; their values are read here in one call each, as Excel holds them (`Value2`), without
xlwings' look at every cell. An error value shows in its cell only; whatever else goes wrong is an error value
in every cell, explained by `XLC_WHY` and kept in the log, never a traceback.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import xlwings
from xlwings.conversion import Accessor, Pipeline

from xlcredit.errors import XlcreditError
from xlcredit.excel.in_force import forget_settings, rules_of
from xlcredit.functions import FUNCTIONS, Function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xlcredit.formulas.answers import Rows

__all__ = ["CellsAsTheyAre", "answer_udf", "forget_settings"]

WHY = "XLC_WHY"


class CellsAsTheyAre(Accessor):
    """xlwings' converter of an argument: a range as Excel's own values, a value as it is."""

    @classmethod
    def reader(cls, options: Mapping[str, Any]) -> Pipeline:
        """How xlwings reads an argument."""
        pipeline: Pipeline = Accessor.reader(options)  # type: ignore[no-untyped-call]  # xlwings has no types
        pipeline.append_stage(_read_values)  # type: ignore[no-untyped-call]  # as above
        return pipeline


def _read_values(context: Any) -> None:  # noqa: ANN401  xlwings' conversion context
    if context.range is not None:
        context.value = context.range.api.Value2


def answer_udf(function: Function, values: Sequence[Any], workbook: Any = None) -> Rows:  # noqa: ANN401
    """What a function answers to a formula; whatever happens, rows that Excel can show.

    Args:
        function: which.
        values: its arguments, as Excel hands them over; None for one omitted.
        workbook: in which the formula stands, as COM object; None for none.
    """
    from xlcredit.formulas.answers import all_errors

    try:
        return _answer(function, values, workbook)
    except Exception as fault:  # noqa: BLE001  the edge: Excel shows no traceback
        from xlcredit.log import log_fault

        log_fault(function.name, fault)
        if function.name == WHY:
            return ((_told(fault),),)
        return all_errors("#VALUE!", _shape_of(values))


def _answer(function: Function, values: Sequence[Any], workbook: Any) -> Rows:  # noqa: ANN401
    rules = rules_of(workbook)
    if function.name == WHY:
        from xlcredit.formulas.why import why

        return ((why(values[0], values[1:], rules),),)
    from xlcredit.formulas.answer import answer

    return answer(function.name, values, rules)


def _told(fault: Exception) -> str:
    """What went wrong, in words."""
    from xlcredit.catalogue import Catalogue
    from xlcredit.log import log_path

    words = Catalogue()
    return (
        words.error(fault)
        if isinstance(fault, XlcreditError)
        else words.text("why.unexpected", path=log_path())
    )


def _shape_of(values: Sequence[Any]) -> tuple[int, int]:
    """The shape of the first range among the arguments."""
    from xlcredit.formulas.blocks import ONE_CELL, block_of

    shapes = (block_of(value).shape for value in values)
    return next((shape for shape in shapes if shape != ONE_CELL), ONE_CELL)


def _calling_workbook() -> Any:  # noqa: ANN401  a COM object, or None
    """The workbook that xlwings was told of with the call."""
    return getattr(sys.modules.get("xlwings._xlwindows"), "BOOK_CALLER", None)


def _for_com(rows: Rows) -> list[Sequence[Any]]:
    """Rows as they can leave: of a tuple pywin32 makes several results, and xlwings answers a single row itself."""
    return list(rows) if len(rows) > 1 else [list(rows[0])]


def _udf(function: Function) -> Callable[..., list[Sequence[Any]]]:
    """The Python function behind `function`, with the signature and marks that xlwings asks for."""

    def udf(*values: Any) -> list[Sequence[Any]]:  # noqa: ANN401  whatever Excel hands over
        omitted = (None,) * (len(function.arguments) - len(values))
        return _for_com(answer_udf(function, values + omitted, _calling_workbook()))

    udf.__name__ = udf.__qualname__ = function.python_name
    udf.__doc__ = f"Behind `{function.name}`."
    udf.__annotations__ = {}
    udf.__signature__ = _signature(function)  # type: ignore[attr-defined]
    marked = xlwings.func(udf)
    for argument in function.arguments:
        marked = xlwings.arg(argument.name, convert=CellsAsTheyAre)(marked)
    made: Callable[..., list[Sequence[Any]]] = xlwings.ret(convert="raw")(marked)
    return made


def _signature(function: Function) -> inspect.Signature:
    kind, none = inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.empty
    return inspect.Signature(
        [
            inspect.Parameter(argument.name, kind, default=none if argument.is_required else None)
            for argument in function.arguments
        ]
    )


globals().update({function.python_name: _udf(function) for function in FUNCTIONS.values()})
