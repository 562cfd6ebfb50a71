"""YAML read strictly: no key twice, decimals exact, every key taken by type, nothing left over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

import yaml

from xlcredit.parameters.errors import (
    ParameterDuplicateError,
    ParameterMissingKeyError,
    ParameterTypeError,
    ParameterUnknownKeyError,
    ParameterUnreadableError,
)

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

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


_EXAMPLES: Final[Mapping[type, str]] = {
    str: "text", int: "30", Decimal: "2.5", bool: "true | false", list: "[30, 60]", dict: "key: value",
    dt.date: "2026-01-31",
}  # fmt: skip
"""How a value of each type is written, for whoever wrote another one."""


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
            raise self.wrong(value, " | ".join(_EXAMPLES[kind] for kind in types), key)
        return value

    def __contains__(self, key: str) -> bool:
        self._known.append(key)
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
            known = ", ".join(dict.fromkeys(self._known))
            raise ParameterUnknownKeyError(file=self.file, where=self.path(key), known=known)
