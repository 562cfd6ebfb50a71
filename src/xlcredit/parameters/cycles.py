"""Dunning cycles: ordered levels, each with its day, its intervals and its letter."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from xlcredit.parameters.errors import ParameterOrderError, PolicyValueError
from xlcredit.schema import VOCABULARIES
from xlcredit.words import choice_words, fold

if TYPE_CHECKING:
    from xlcredit.parameters.fields import Fields

CENTS: Final = 100
"""Cents of a euro."""

TEMPLATES: Final = {
    "courtesy": "level_0",
    "reminder": "level_1",
    "formal": "level_2",
    "final": "level_3",
    "formal_notice": "level_4",
    "handover": "",
}
"""The letter of each kind of level that names none."""

CHANNELS: Final = {
    "courtesy": ("email",),
    "reminder": ("email",),
    "formal": ("email",),
    "final": ("pec", "registered_letter"),
    "formal_notice": ("pec", "registered_letter"),
    "handover": (),
}
"""The channels of each kind of level that names none: with proof where the letter needs it."""

_MARKS: Final = ("sales_person_first", "transfer_only", "traces_address")


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a cycle. It holds from its day, included.

    Attributes:
        number: rises within the cycle; 0 exists only before due.
        name_key: what it is called, a key of `level_names` in the catalogue.
        name: what the team calls it, in the place of `name_key`; blank in the package's own cycles.
        kind: courtesy, reminder, formal, final, formal_notice or handover (a decision, no letter).
        days_after_due: negative: before due.
        min_days_between: days since the last letter on the row.
        response_days: the deadline the letter gives.
        channels: in the order to be tried.
        template: stem of the letter's file; blank for a decision.
        fee_cents: cost asked for with the letter.
        min_amount_cents: below it the level is not sent.
        needs_approval: somebody else signs it off.
        interrupts_limitation: once its receipt is proved (art. 2943 c.c.).
        shows_interest: no, reserve (in words) or amounts.
    """

    number: int
    kind: str
    days_after_due: int
    name_key: str = ""
    name: str = ""
    min_days_between: int = 0
    response_days: int = 0
    channels: tuple[str, ...] = ("email",)
    template: str = ""
    fee_cents: int = 0
    min_amount_cents: int = 0
    needs_approval: bool = False
    interrupts_limitation: bool = False
    shows_interest: str = "no"

    @property
    def is_letter(self) -> bool:
        """Whether something is sent; a handover is a decision."""
        return self.kind != "handover"


@dataclass(frozen=True, slots=True)
class Cycle:
    """An ordered list of levels; none at all means that nobody is dunned.

    Attributes:
        name: how rows and customers name it.
        levels: by rising number and day.
        sales_person_first: the sales person is asked before a letter goes.
        transfer_only: letters ask for a bank transfer, no other means.
        traces_address: a returned letter starts a search for the new address.
    """

    name: str
    levels: tuple[Level, ...]
    sales_person_first: bool = False
    transfer_only: bool = False
    traces_address: bool = False


def read_cycles(fields: Fields) -> dict[str, Cycle]:
    """The cycles under `cycles` of a policy file, by name.

    Raises:
        ParameterFileError: one subclass for each way in which they are not certain.
    """
    cycles = fields.inner("cycles")
    return {name: _read_cycle(cycles.inner(name), name) for name in cycles.names()}


def _read_cycle(fields: Fields, name: str) -> Cycle:
    levels = tuple(map(_read_level, fields.inner_list("levels")))
    for earlier, later in pairwise(levels):
        _check_order(fields, earlier.number, later.number)
        _check_order(fields, earlier.days_after_due, later.days_after_due)
    marks = {mark: fields.take(mark, bool, default=False) for mark in _MARKS}
    fields.done()
    return Cycle(name, levels, **marks)


def _check_order(fields: Fields, previous: int, found: int) -> None:
    if found <= previous:
        raise ParameterOrderError(
            file=fields.file, where=fields.path("levels"), found=found, previous=previous
        )


def _read_level(fields: Fields) -> Level:
    number, kind = fields.take("number", int), fields.take_choice("kind", VOCABULARIES["level_kind"])
    level = Level(
        number=number,
        kind=kind,
        days_after_due=fields.take("days_after_due", int),
        name_key=fields.take("name_key", str, default=kind),
        name=fields.take("name", str, default=""),
        min_days_between=fields.take("min_days_between", int, default=0),
        response_days=fields.take("response_days", int, default=0),
        channels=_read_channels(fields, kind),
        template=fields.take("template", str, default=TEMPLATES[kind]),
        fee_cents=fields.take_scaled("fee", CENTS, default=0),
        min_amount_cents=fields.take_scaled("min_amount", CENTS, default=0),
        needs_approval=fields.take("needs_approval", bool, default=False),
        interrupts_limitation=fields.take("interrupts_limitation", bool, default=kind == "formal_notice"),
        shows_interest=fields.take_choice("shows_interest", VOCABULARIES["shows_interest"], default="no"),
    )
    fields.done()
    if is_misplaced(number, level.days_after_due):
        where = fields.path("days_after_due")
        raise PolicyValueError(
            file=fields.file, where=where, found=level.days_after_due, expected=PLACES[number == 0]
        )
    return level


def is_misplaced(number: int, days_after_due: int) -> bool:
    """Whether a level stands on the wrong side of the due day: level 0 before it, the others from it on."""
    return (number == 0) != (days_after_due < 0)


PLACES: Final = {True: "< 0", False: ">= 0"}
"""Where level 0, and where every other level, has its day."""


def _read_channels(fields: Fields, kind: str) -> tuple[str, ...]:
    """Channels by key, or by their words in either language."""
    words = fields.take("channels", list, default=list(CHANNELS[kind]))
    keys: list[str] = [word if word in VOCABULARIES["channel"] else _channel(word) for word in words]
    if not all(keys):
        raise fields.wrong(words, " | ".join(VOCABULARIES["channel"]), "channels")
    return tuple(keys)


def _channel(word: object) -> str:
    """The key of a channel; blank where it is none."""
    return choice_words("channel").get(fold(str(word)), "")
