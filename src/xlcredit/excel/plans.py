"""Plans by buttons: proposed on selected rows, signed, reminded of, told that they are in default, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer
from xlcredit.excel.questions import (
    ask_choice,
    ask_count,
    ask_day,
    ask_file_or_none,
    ask_needed,
    ask_needed_cents,
)
from xlcredit.operations.desk.errors import PlanTooLongError
from xlcredit.operations.desk.plan import (
    Terms,
    plan,
    remind_instalments,
    sign_plan,
    tell_default,
    withdraw_plan,
)
from xlcredit.operations.record_receipt import beside
from xlcredit.operations.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlcredit.excel.desk import Desk
    from xlcredit.operations.desk.plan import Planned
    from xlcredit.operations.desk.rows import RowName

_STEPS = {
    "proposed": ("sign", "withdraw"),
    "regular": ("sign", "remind", "withdraw"),
    "default": ("default", "withdraw"),
    "lapsed": ("sign", "renew"),
}
"""What may come next of a plan, by its status."""


def propose(desk: Desk, names: Sequence[RowName]) -> Answer:
    """Ask what is offered, instalments or a lower sum, and propose it with its letter; or remind of all plans."""
    kind = ask_choice(desk, "plan_kind", desk.words.section("presses.plan_kinds"))
    if kind == "remind":
        return _remind(desk)
    if kind == "settlement":
        cents, first = ask_needed_cents(desk, "plan_settlement"), ask_day(desk, "plan_settlement_day")
        terms = Terms(first, settlement_cents=cents)
    else:
        number, first = ask_count(desk, "plan_number"), ask_day(desk, "plan_first")
        terms = Terms(first, number)
    try:
        done = plan(desk.book, names, terms, _folder(desk))
    except PlanTooLongError as error:
        name = ask_needed(desk, "plan_confirmed", last=error.facts["last"], most=error.facts["most"])
        done = plan(desk.book, names, replace(terms, confirmed_by=name), _folder(desk))
    told = desk.say("planned", count=len(done.lines), plan=done.plan_id, path=_shown(desk, done))
    if not done.left_out:
        return Answer(told)
    rows = "; ".join(done.left_out)
    return Answer(
        f"{told}\n{desk.words.text('plans.done.left_out', count=len(done.left_out), rows=rows)}", "look"
    )


def follow_plan(desk: Desk, names: Sequence[RowName], plan_id: str, status: str) -> Answer:
    """Ask what comes next of a plan on the rows `names`, and record it."""
    words = desk.words.section("presses.plan_steps")
    step = ask_choice(desk, "plan_step", {key: words[key] for key in _STEPS[status]}, plan_id)
    if step == "renew":
        return propose(desk, names)
    following = {"sign": _sign, "remind": _remind, "default": _tell_default, "withdraw": _withdraw}
    return following[step](desk, plan_id)


def _sign(desk: Desk, plan_id: str) -> Answer:
    on, copy = ask_day(desk, "plan_signed_on"), ask_file_or_none(desk, "signed_copy")
    done = sign_plan(desk.book, plan_id, on, beside(desk.book.path, copy) if copy else None)
    key = "signed_late" if done.is_default else "signed"
    told = desk.words.text(f"plans.done.{key}", plan=plan_id, on=on)
    return Answer(told, "look" if done.is_default else "done")


def _remind(desk: Desk, plan_id: str | None = None) -> Answer:
    """The reminders of the instalments that fall due soon, of one plan or of all."""
    done = remind_instalments(desk.book, _folder(desk), plan_id)
    silenced = {"count": len(done.silenced), "plans": listed(done.silenced)}
    told = [desk.words.text("plans.done.silenced", **silenced)] if done.silenced else []
    if not done.letters:
        told.insert(0, desk.words.text("plans.done.nothing_to_remind"))
        return Answer("\n".join(told), "look" if done.silenced else "done")
    folder = done.letters[0].target.parent
    desk.face.open(folder)
    told.insert(0, desk.words.text("plans.done.reminded", count=len(done.letters), folder=str(folder)))
    return Answer("\n".join(told), "look" if done.silenced else "done")


def _tell_default(desk: Desk, plan_id: str) -> Answer:
    done = tell_default(desk.book, plan_id, _folder(desk))
    return Answer(desk.say("plan_default_told", plan=plan_id, path=_shown(desk, done)))


def _withdraw(desk: Desk, plan_id: str) -> Answer:
    withdraw_plan(desk.book, plan_id)
    return Answer(desk.say("plan_withdrawn", plan=plan_id))


def _folder(desk: Desk) -> Path:
    return desk.book.path.parent / desk.say("plans_folder")


def _shown(desk: Desk, done: Planned) -> str:
    """The letter of a plan, whose folder is opened."""
    if done.letter is None:
        return ""
    desk.face.open(done.letter.parent)
    return str(done.letter)
