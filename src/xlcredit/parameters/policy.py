"""How a team works: dunning cycles, aging buckets, priority weights, settings. Theirs to change: no law."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from xlcredit.parameters.cycles import Cycle, Level, read_cycles
from xlcredit.parameters.desk import Desk, read_desk
from xlcredit.parameters.errors import ParameterOrderError, PolicyValueError, SettingValueError
from xlcredit.parameters.fields import Fields, read_yaml
from xlcredit.parameters.levels_table import cycles_from_table
from xlcredit.parameters.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    import pandas as pd

    from xlcredit.errors import Finding

__all__ = ["Cycle", "Desk", "Level", "Policy", "Settings", "load_policy", "policy_from_file"]

COMPONENTS: Final = ("amount", "age", "risk", "behaviour", "urgency", "silence")
"""What priority is made of."""

ACTIONS: Final = (
    "call", "write", "promise", "dispute", "decision", "lawyer", "plan_default", "instalment", "write_off",
    "sign_plan", "trace", "record_promise", "record_dispute", "find_payment", "send_copy", "follow_up",
)  # fmt: skip
"""Kinds of line of the worklist."""

WHOLE: Final = 100
"""Weights are points of it, shares percent of it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a team may decide for itself.

    Attributes:
        cycles: by name; `none` dunns nobody.
        buckets: last day of each aging bucket, rising; what is later falls in a bucket of its own.
        weights: points of each component of priority; they add up to 100.
        abc: percent of the overdue, cumulative, up to which a customer is `A` or `B`; the rest is C.
        cadence: days within which a customer of each class should be heard.
        age_saturation_days: days overdue from which age counts in full.
        limitation_alert_days: days before the limitation date on which to warn, falling.
        short_limitation_alert_days: the same for terms of two years or less.
        minutes: work of each kind of line of the worklist.
        minutes_per_day: of an operator with no number of their own.
        call_after_level: a call is due between this level and the next.
        desk: phases of disputes, tasks after a contact, hours for calls.
        settings: what the workbook's settings say, or the package's values.
    """

    cycles: Mapping[str, Cycle]
    buckets: tuple[int, ...]
    weights: Mapping[str, int]
    abc: Mapping[str, int]
    cadence: Mapping[str, int]
    age_saturation_days: int
    limitation_alert_days: tuple[int, ...]
    short_limitation_alert_days: tuple[int, ...]
    minutes: Mapping[str, int]
    minutes_per_day: int
    call_after_level: int
    desk: Desk
    settings: Settings

    def with_settings(self, values: Mapping[str, Any]) -> Policy:
        """This policy with a workbook's settings; `buckets` among them also changes the buckets.

        Args:
            values: by key, typed; None or missing keeps the package's value.

        Raises:
            UnknownSettingError: a key that is no setting.
            SettingValueError: a value that the setting cannot have.
        """
        settings = self.settings.with_values(values)
        buckets = self.buckets if values.get("buckets") is None else parse_buckets(settings.buckets)
        return replace(self, settings=settings, buckets=buckets)

    def with_levels(self, levels: pd.DataFrame) -> tuple[Policy, list[Finding]]:
        """This policy with the cycles of the workbook's table `Cicli` in the place of the package's.

        The package's `standard` and `none` stay where the table has none of that name, so that there is
        always a default. An empty table changes nothing.

        Args:
            levels: the typed table (schema `levels`).

        Returns:
            The policy, and findings. Half a cycle is never used: one with a bad row stays as the package has
            it, or, where the package has none of that name, has no levels at all.
        """
        cycles, findings = cycles_from_table(levels, self.cycles)
        kept = {name: self.cycles[name] for name in ("standard", "none") if name in self.cycles}
        return (replace(self, cycles={**kept, **cycles}) if cycles else self), findings


def parse_buckets(text: str) -> tuple[int, ...]:
    """The last day of each bucket, from `30, 60, 90`.

    >>> parse_buckets("30; 60;90")
    (30, 60, 90)

    Raises:
        SettingValueError: not whole numbers, or not rising.
    """
    days = tuple(
        int(part) if part.isdecimal() else 0 for part in text.replace(";", ",").replace(",", " ").split()
    )
    if not days or any(later <= earlier for earlier, later in pairwise((0, *days))):
        raise SettingValueError(setting="buckets", found=text, expected="30, 60, 90, 180")
    return days


@lru_cache(maxsize=1)
def load_policy() -> Policy:
    """The package's own policy.

    Raises:
        ParameterFileError: one of its files is not certain.
    """
    folder = files("xlcredit.parameters") / "data" / "policy"
    cycles, priority, desk, settings = (
        _open(folder / f"{name}.yaml") for name in ("cycles", "priority", "desk", "settings")
    )
    parts = {key: read(priority, key) for key, read in _PRIORITY.items()}
    policy = Policy(
        cycles=read_cycles(cycles),
        desk=read_desk(desk),
        settings=read_settings(settings.inner("settings")),
        **parts,
    )
    for fields in (cycles, priority, desk, settings):
        fields.done()
    return policy


def policy_from_file(path: Path) -> Policy:
    """The package's policy with what a file says in its place.

    Args:
        path: YAML. Keys, all optional: `description`, `cycles` (those it names replace the package's),
            `buckets`, `weights`, `abc`, `cadence` and the other keys of `data/policy/priority.yaml`; `desk`,
            with all the keys of `data/policy/desk.yaml`.

    Raises:
        ParameterFileError: the file is not certain.
    """
    fields = _open(path)
    policy = load_policy()
    given: dict[str, Any] = {key: read(fields, key) for key, read in _PRIORITY.items() if key in fields}
    if "cycles" in fields:
        given["cycles"] = {**policy.cycles, **read_cycles(fields)}
    if "desk" in fields:
        given["desk"] = read_desk(fields.inner("desk"))
    fields.done()
    settings = policy.settings
    if "buckets" in given:
        settings = settings.with_values({"buckets": ", ".join(map(str, given["buckets"]))})
    return replace(policy, **given, settings=settings)


def _open(source: Traversable) -> Fields:
    fields = Fields(source.name, "", read_yaml(source))
    fields.take("description", str, default="")
    return fields


def _count(fields: Fields, key: str) -> int:
    """A whole number, not negative."""
    value: int = fields.take(key, int)
    if value < 0:
        raise PolicyValueError(file=fields.file, where=fields.path(key), found=value, expected=">= 0")
    return value


def _counts(keys: tuple[str, ...]) -> Callable[[Fields, str], dict[str, int]]:
    """A reader of one whole number for each of `keys`."""

    def read(fields: Fields, key: str) -> dict[str, int]:
        inner = fields.inner(key)
        counts = {name: _count(inner, name) for name in keys}
        inner.done()
        return counts

    return read


def _weights(fields: Fields, key: str) -> dict[str, int]:
    weights = _counts(COMPONENTS)(fields, key)
    if sum(weights.values()) != WHOLE:
        where = fields.path(key)
        raise PolicyValueError(
            file=fields.file, where=where, found=sum(weights.values()), expected=str(WHOLE)
        )
    return weights


def _shares(fields: Fields, key: str) -> dict[str, int]:
    shares = _counts(("A", "B"))(fields, key)
    _check_rising(fields, key, (0, shares["A"], shares["B"], WHOLE + 1))
    return shares


def _rising_days(fields: Fields, key: str) -> tuple[int, ...]:
    days = _days(fields, key)
    _check_rising(fields, key, (0, *days))
    return days


def _falling_days(fields: Fields, key: str) -> tuple[int, ...]:
    days = _days(fields, key)
    _check_rising(fields, key, (0, *reversed(days)))
    return days


def _days(fields: Fields, key: str) -> tuple[int, ...]:
    days = fields.take(key, list)
    if not days or any(type(day) is not int for day in days):
        raise fields.wrong(days, "[30, 60, 90]", key)
    return tuple(days)


def _check_rising(fields: Fields, key: str, numbers: tuple[int, ...]) -> None:
    for previous, found in pairwise(numbers):
        if found <= previous:
            raise ParameterOrderError(
                file=fields.file, where=fields.path(key), found=found, previous=previous
            )


_PRIORITY: Final[Mapping[str, Callable[[Fields, str], Any]]] = {
    "buckets": _rising_days,
    "weights": _weights,
    "abc": _shares,
    "cadence": _counts(("A", "B", "C")),
    "age_saturation_days": _count,
    "limitation_alert_days": _falling_days,
    "short_limitation_alert_days": _falling_days,
    "minutes": _counts(ACTIONS),
    "minutes_per_day": _count,
    "call_after_level": _count,
}
"""The keys of `data/policy/priority.yaml`, each with its reader."""
