"""Parameter files, read strictly: what is not certain is refused, by name.

A parameter is dated data:

    description: what it is
    unit: percent | eur | days | years
    values:
      2013-01-01: 8
      2026-07-01: {value: 2.40, reference: the act that set it, confirmed: false}
    reference:
      - {title: the act, href: its official page}
    valid_until: 2026-12-31
    last_checked: 2026-11-21

A value holds from its day, included, to the day before the next one; the last one to `valid_until`, included,
or without end where the key is missing. Percent are kept as integer basis points, euro as integer cents.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from xlcredit.parameters.errors import (
    ParameterEndsTooEarlyError,
    ParameterExpiredError,
    ParameterNotYetError,
    ParameterOrderError,
    ParameterWithoutReferenceError,
)
from xlcredit.parameters.fields import Fields, read_yaml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import numpy.typing as npt

UNITS: Final = {"percent": 100, "eur": 100, "days": 1, "years": 1}
"""Unit -> how many of the integers kept make one."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An act or source: its title, and its official page where one is certain."""

    title: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value from its first day on.

    Attributes:
        start: day of effect, included.
        value: in the smallest unit (basis points, cents, days, years).
        reference: the act that set this value; blank when the parameter's own references do.
        confirmed: False while it rests on one source or awaits its official notice.
    """

    start: dt.date
    value: int
    reference: str = ""
    confirmed: bool = True


@dataclass(frozen=True)
class Parameter:
    """One dated parameter.

    Attributes:
        name: of the file.
        description: what it is.
        unit: percent, eur, days or years; values are kept in basis points, cents, days, years.
        values: by rising day of effect.
        references: at least one.
        last_checked: when a person last compared it with its sources.
        valid_until: last day it may be used for, included; None without end.
    """

    name: str
    description: str
    unit: str
    values: tuple[DatedValue, ...]
    references: tuple[Reference, ...]
    last_checked: dt.date
    valid_until: dt.date | None = None

    def at(self, day: dt.date) -> int:
        """The value in effect on `day`.

        Raises:
            ParameterNotYetError: before the first day of effect.
            ParameterExpiredError: after `valid_until`.
        """
        if self.valid_until is not None and day > self.valid_until:
            raise ParameterExpiredError(parameter=self.name, day=day, last=self.valid_until)
        if day < self.values[0].start:
            raise ParameterNotYetError(parameter=self.name, day=day, first=self.values[0].start)
        return next(dated.value for dated in reversed(self.values) if dated.start <= day)

    def at_each(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The values in effect on many days, counted from 1970-01-01; 0 before the first day of effect."""
        starts, values = self._columns
        return values[np.searchsorted(starts, days, side="right")]

    @cached_property
    def _columns(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        starts = np.array([dated.start for dated in self.values], "M8[D]").astype(np.int64)
        return starts, np.array([0, *(dated.value for dated in self.values)], np.int64)


def load_parameter(source: Traversable) -> Parameter:
    """The parameter in one file.

    Raises:
        ParameterFileError: one subclass for each way in which the file is not certain.
    """
    fields = Fields(source.name, "", read_yaml(source))
    unit = fields.take_choice("unit", tuple(UNITS))
    parameter = Parameter(
        name=source.name.removesuffix(".yaml"),
        description=fields.take("description", str),
        unit=unit,
        values=_dated_values(fields, unit),
        references=_references(fields),
        last_checked=fields.take("last_checked", dt.date),
        valid_until=fields.take("valid_until", dt.date, default=None),
    )
    fields.done()
    last = parameter.values[-1].start
    if parameter.valid_until is not None and parameter.valid_until < last:
        end = parameter.valid_until
        raise ParameterEndsTooEarlyError(file=source.name, where="valid_until", found=end, last=last)
    return parameter


def _dated_values(fields: Fields, unit: str) -> tuple[DatedValue, ...]:
    values = fields.take("values", dict)
    if not values:
        raise fields.wrong(values, "YYYY-MM-DD: value", "values")
    dated = tuple(_dated_value(fields, day, value, UNITS[unit]) for day, value in values.items())
    for earlier, later in pairwise(dated):
        if later.start <= earlier.start:
            where = fields.path("values")
            raise ParameterOrderError(
                file=fields.file, where=where, found=later.start, previous=earlier.start
            )
    return dated


def _dated_value(fields: Fields, day: object, value: object, scale: int) -> DatedValue:
    where = f"values.{day}"
    if type(day) is not dt.date:
        raise fields.wrong(day, "YYYY-MM-DD", "values")
    if isinstance(value, dict):
        entry = Fields(fields.file, where, value)
        number = entry.take_scaled("value", scale)
        dated = DatedValue(
            day, number, entry.take("reference", str, default=""), entry.take("confirmed", bool, default=True)
        )
        entry.done()
        return dated
    if type(value) not in (int, Decimal):
        raise fields.wrong(value, "int | Decimal", where)
    return DatedValue(day, fields.scaled(where, value, scale))  # type: ignore[arg-type]  # checked above


def _references(fields: Fields) -> tuple[Reference, ...]:
    if "reference" not in fields:
        raise ParameterWithoutReferenceError(file=fields.file, where="reference")
    references = tuple(map(_reference, fields.inner_list("reference")))
    if not references:
        raise ParameterWithoutReferenceError(file=fields.file, where="reference")
    return references


def _reference(fields: Fields) -> Reference:
    reference = Reference(fields.take("title", str), fields.take("href", str, default=None))
    fields.done()
    return reference
