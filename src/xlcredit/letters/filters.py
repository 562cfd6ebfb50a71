"""What a tag may do to a value besides showing it: Jinja's own filters that neither call nor grow.

Amounts, dates and rates reach the templates already written in the letter's language, so that no template
needs to know how an amount is formatted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2.filters import FILTERS as JINJA_FILTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ALLOWED = (
    "abs", "capitalize", "count", "d", "default", "e", "escape", "first", "join", "last", "length", "lower",
    "reverse", "round", "sort", "string", "title", "trim", "unique", "upper",
)  # fmt: skip

FILTERS: Mapping[str, Callable[..., Any]] = {name: JINJA_FILTERS[name] for name in _ALLOWED}
"""Filters by the name a template uses."""
