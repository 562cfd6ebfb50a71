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
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import yaml

from xlcredit.parameters.errors import (
    ParameterDuplicateError,
    ParameterEndsTooEarlyError,
    ParameterExpiredError,
    ParameterMissingKeyError,
    ParameterNotYetError,
    ParameterOrderError,
    ParameterTypeError,
    ParameterUnknownKeyError,
    ParameterUnreadableError,
    ParameterWithoutReferenceError,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import numpy.typing as npt

UNITS: Final = {"percent": 100, "eur": 100, "days": 1, "years": 1}
"""Unit -> how many of the integers kept make one."""

REQUIRED: Final = object()
"""The default of a key that has none."""

_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_SafeLoader):  # type: ignore[misc, valid-type]  # the C loader has no stubs
    """YAML without its traps: no key twice, decimals exact, `no` is a word."""

    def construct_mapping(  # the base class fixes the signature
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[Hashable, Any]:
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise _RepeatedKeyError(key_node.value, key_node.start_mark.line + 1)
            seen.add(key_node.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


class _RepeatedKeyError(Exception):
    """Key and line, on their way to the file's name."""


def _decimal(text: str) -> Decimal | str:
    """The exact number; what YAML takes for one and is none (`.inf`, `1:30.0`) stays text."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


_BOOL = "tag:yaml.org,2002:bool"
_StrictLoader.add_constructor("tag:yaml.org,2002:float", lambda _, node: _decimal(node.value))
_StrictLoader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOL]
    for sign, resolvers in _SafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver(_BOOL, re.compile("^(?:true|false)$"), ["t", "f"])


def read_yaml(source: Traversable) -> Any:  # noqa: ANN401  whatever the file holds
    """What a YAML file holds; numbers with a decimal point are Decimal.

    Raises:
        ParameterUnreadableError: no such file, not UTF-8, not YAML.
        ParameterDuplicateError: a key stands twice in one mapping.
    """
    try:
        return yaml.load(source.read_text("utf-8"), Loader=_StrictLoader)  # noqa: S506  a safe loader
    except _RepeatedKeyError as error:
        key, line = error.args
        raise ParameterDuplicateError(file=source.name, where="", found=key, line=line) from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        detail = " ".join(str(error).split())
        raise ParameterUnreadableError(file=source.name, where="", detail=detail) from error


class Fields:
    """One mapping of a parameter file; each key is taken once, by type, and what is left over is refused.

    Attributes:
        file: name of the file, for messages.
        where: dotted path of the mapping inside the file.
    """

    def __init__(self, file: str, where: str, data: object) -> None:
        self.file = file
        self.where = where
        if not isinstance(data, Mapping):
            raise self.wrong(data, "key: value")
        self._data = dict(data)
        self._known: list[str] = []

    def path(self, key: object) -> str:
        """Dotted path of `key`."""
        return ".".join(str(part) for part in (self.where, key) if str(part))

    def wrong(self, found: object, expected: str, key: object = "") -> ParameterTypeError:
        """The error for a value of another kind than asked for."""
        return ParameterTypeError(file=self.file, where=self.path(key), found=str(found), expected=expected)

    def take(self, key: str, *types: type, default: Any = REQUIRED) -> Any:  # noqa: ANN401  of one of `types`
        """The value at `key`, of exactly one of `types`; `default` when the key is missing.

        Raises:
            ParameterMissingKeyError: missing, and no default.
            ParameterTypeError: of another type (true is not a number, 1 is not a text).
        """
        self._known.append(key)
        if key not in self._data:
            if default is REQUIRED:
                raise ParameterMissingKeyError(file=self.file, where=self.path(key))
            return default
        value = self._data.pop(key)
        if type(value) not in types:
            raise self.wrong(value, " | ".join(kind.__name__ for kind in types), key)
        return value

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def names(self) -> tuple[str, ...]:
        """The keys not yet taken, as texts."""
        for key in self._data:
            if type(key) is not str:
                raise self.wrong(key, "str", key)
        return tuple(self._data)

    def inner(self, key: str) -> Fields:
        """The mapping at `key`."""
        return Fields(self.file, self.path(key), self.take(key, dict))

    def inner_list(self, key: str) -> list[Fields]:
        """The mappings in the list at `key`."""
        entries = enumerate(self.take(key, list), 1)
        return [Fields(self.file, self.path(f"{key}.{number}"), entry) for number, entry in entries]

    def take_choice(self, key: str, choices: tuple[str, ...], default: Any = REQUIRED) -> str:  # noqa: ANN401
        """The text at `key`, one of `choices`."""
        value = self.take(key, str, default=default)
        if value not in choices:
            raise self.wrong(value, " | ".join(choices), key)
        return str(value)

    def take_scaled(self, key: str, scale: int, default: Any = REQUIRED) -> int:  # noqa: ANN401
        """The number at `key` in its smallest unit: `scale` of them make one."""
        return self.scaled(key, self.take(key, int, Decimal, default=default), scale)

    def scaled(self, key: object, value: int | Decimal, scale: int) -> int:
        """`value` in its smallest unit; more digits than that are refused."""
        whole = Decimal(value) * scale
        if whole != int(whole):
            raise self.wrong(value, f"1/{scale}", key)
        return int(whole)

    def done(self) -> None:
        """Refuse what nobody took."""
        for key in self._data:
            known = ", ".join(self._known)
            raise ParameterUnknownKeyError(file=self.file, where=self.path(key), known=known)


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
