"""What a tag may do to a value besides showing it: Jinja's own filters that neither call nor grow.

Amounts, dates and rates reach the templates already written in the letter's language, so that no template
needs to know how an amount is formatted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2.nodes import EvalContext

_ALLOWED = (
    "abs", "capitalize", "count", "d", "default", "e", "escape", "first", "last", "length", "lower",
    "reverse", "round", "sort", "string", "title", "trim", "unique", "upper",
)  # fmt: skip
_MOST_JOINED = 1_000_000


@pass_eval_context
def join(context: EvalContext, rows: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
    """Jinja's own, for what a letter can hold: a join between joins would fill the memory.

    Raises:
        SecurityError: what stands between would be written too often.
    """
    listed = list(rows)
    if len(listed) * len(str(between)) > _MOST_JOINED:
        raise SecurityError(join.__name__)
    joined: str = JINJA_FILTERS["join"](context, listed, between, attribute)
    return joined


FILTERS: Mapping[str, Callable[..., Any]] = {name: JINJA_FILTERS[name] for name in _ALLOWED} | {"join": join}
"""Filters by the name a template uses."""
