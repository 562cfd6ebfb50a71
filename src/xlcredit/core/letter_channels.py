"""How a letter goes: the first of its level's channels for which the customer has an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.core.columns import coded, filled
from xlcredit.email_addresses import can_write_to
from xlcredit.schema import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.core.columns import Ints, Mask
    from xlcredit.parameters.policy import Level

_NEEDS = {
    "email": ("email",),
    "pec": ("pec",),
    "letter": ("address", "city"),
    "registered_letter": ("address", "city"),
    "call": ("phone",),
    "sms": ("phone",),
}
BY_MAIL = ("email", "pec")
"""Channels whose column of addresses bears their name."""

_CHANNELS = VOCABULARIES["channel"]


def channels_of(customers: pd.DataFrame, place: Ints, levels: Sequence[Level]) -> tuple[pd.Series, Mask]:
    """The channel of each letter, and whether the customer can be reached by it.

    Args:
        customers: typed table.
        place: position of each letter's customer, -1 when unknown.
        levels: the level of each letter; of its channels the first possible one, else the first.

    Returns:
        A category of channels, and a mask.
    """
    possible = _possible(customers, place)
    chosen = np.full(len(levels), -1)
    reached = np.zeros(len(levels), dtype=bool)
    for channels in {level.channels for level in levels}:
        rows = np.array([level.channels == channels for level in levels])
        codes = np.array([_CHANNELS.index(channel) for channel in channels] or [-1])
        can = possible[rows][:, codes]
        chosen[rows] = codes[can.argmax(axis=1)]
        reached[rows] = can.any(axis=1)
    return coded(chosen, _CHANNELS), reached


def _possible(customers: pd.DataFrame, place: Ints) -> Mask:
    """By letter and channel, whether the customer's address for it is there and can be used."""
    table = np.zeros((len(customers) + 1, len(_CHANNELS)), dtype=bool)
    for column, channel in enumerate(_CHANNELS):
        if channel in _NEEDS:
            table[:-1, column] = np.all([filled(customers[need]) for need in _NEEDS[channel]], axis=0)
        if channel in BY_MAIL:
            table[:-1, column] &= ~is_bad_address(customers[channel])
    return table[place]


def is_bad_address(cells: pd.Series) -> Mask:
    """Where no message can be sent to what a cell of addresses holds; blanks are not judged."""
    codes, distinct = pd.factorize(cells)
    bad = np.array([*(not can_write_to(str(text)) for text in distinct), False])
    return bad[codes]
