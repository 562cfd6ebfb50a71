"""The next dunning level, the priority and the ABC class."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xlcredit.core.abc import CLASSES, classify_abc
from xlcredit.core.columns import NO_DAY
from xlcredit.core.dunning import Dunned, stage_rows
from xlcredit.core.priority import (
    COMPONENTS,
    age_component,
    amount_component,
    risk_component,
    score_rows,
)
from xlcredit.core.register import NO_LEVEL
from xlcredit.formulas.call import NUMBER, VALUE
from xlcredit.words import cycle_of, fold

if TYPE_CHECKING:
    import numpy.typing as npt

    from xlcredit.core.columns import Ints
    from xlcredit.formulas.call import Call

    Values = npt.NDArray[Any]

ANY_AMOUNT = 10**12
"""Cents above every minimum: a function for cells is not told the amount, so no minimum applies."""


def level(call: Call) -> Values:
    """The level that may go on as_of, blank where none may yet or none is left."""
    due, as_of, sent_on = call.days("due"), call.as_of(), call.days("last_sent")
    sent = call.whole("last_level", NO_LEVEL)
    call.refuse(call.filled("last_level") & (sent < 0), NUMBER, "level-negative", "last_level")
    call.refuse((sent > 0) & ~call.filled("last_sent"), VALUE, "level-undated", "last_sent")
    call.refuse((sent < 0) & call.filled("last_sent"), VALUE, "level-missing", "last_level")
    late = np.where(np.isnat(due), 0, (as_of - due).astype(np.int64))
    rows = Dunned(
        cycle=_cycle_places(call),
        due=due,
        days_overdue=late,
        amount=np.full(call.size, ANY_AMOUNT),
        level_sent=sent,
        sent_on=sent_on,
        broken_on=np.full(call.size, NO_DAY),
    )
    stages = stage_rows(rows, list(call.rules.policy.cycles.values()))
    call.notes |= {"next": stages.next, "next_date": stages.next_date}
    may_go = (stages.next != NO_LEVEL) & (as_of >= stages.next_date)
    return np.where(may_go, stages.next, np.nan)


def _cycle_places(call: Call) -> Ints:
    """Position of each row's cycle in the policy's; the workbook's default one where none is named."""
    policy = call.rules.policy
    place = {name: position for position, name in enumerate(policy.cycles)}
    default = policy.settings.default_cycle if policy.settings.default_cycle in place else "standard"
    codes, distinct = pd.factorize(call.column("cycle"))
    own = {fold(name): name for name in policy.cycles}
    named = [place.get(own.get(fold(str(name)), cycle_of(str(name))), -1) for name in distinct.tolist()]
    places = np.array([*named, place[default]], dtype=np.int64)[codes]
    call.refuse(places < 0, VALUE, "cycle-unknown", "cycle")
    call.notes["cycle"] = np.array(list(place), dtype=object)[places]
    return np.where(places < 0, place[default], places)


def priority(call: Call) -> Values:
    """The score of what a function for cells can know: amount, age and rating. None for paid and credit rows."""
    policy = call.rules.policy
    amounts, due, as_of = call.whole("open_amount"), call.days("due"), call.as_of()
    late = np.where(np.isnat(due), 0, (as_of - due).astype(np.int64))
    is_overdue = (late > 0) & (amounts > 0) & call.fine
    of_range = int(amounts[is_overdue].sum())
    portfolio = call.whole("total_overdue", of_range)
    nothing = partial(np.zeros, call.size)
    known = {
        "amount": amount_component(np.maximum(amounts, 0), portfolio, is_overdue),
        "age": age_component(late, policy.age_saturation_days),
        "risk": risk_component(call.column("rating")),
    }
    scores = score_rows({name: known.get(name, nothing()) for name in COMPONENTS}, policy.weights)
    call.notes |= {"late": late, "total_overdue": portfolio, "reason": scores.reason}
    return np.where(amounts > 0, scores.score, np.nan)


def abc(call: Call) -> Values:
    """The class of each row's customer, by all rows of the range; none for customers who owe nothing."""
    fine = call.fine
    codes, names = pd.factorize(call.column("customers").where(fine), sort=True)
    amounts = np.where(fine, call.whole("amounts"), 0)
    owed = np.zeros(len(names) + 1, dtype=np.int64)
    np.add.at(owed, codes, amounts)
    shares = [call.rules.policy.abc[name] for name in CLASSES[:-1]]
    place = classify_abc(owed[:-1], shares)
    call.notes |= {"owed": owed[codes], "total": np.full(call.size, owed[:-1].sum())}
    classes: Values = np.array([*CLASSES, None], dtype=object)[np.append(place, -1)[codes]]
    return classes
