"""The group of files: take a ledger over, check the data, go back to the version before the last change."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from xlcredit.excel.errors import LedgerUnsavedError
from xlcredit.excel.face import Answer
from xlcredit.excel.told import finding_lines
from xlcredit.operations.wording import listed

if TYPE_CHECKING:
    from pathlib import Path

    from xlcredit.excel.desk import Desk

_DECISIONS_SHOWN = 30


def adopt(desk: Desk) -> Answer | None:
    """Make a workbook from a ledger that the user points at, beside it, and open it."""
    from xlcredit.intake.decisions import word_decision
    from xlcredit.operations.adopt import How
    from xlcredit.operations.adopt import adopt as adopt_ledger

    theirs = desk.face.ask_file(desk.say("which_ledger"), desk.say("ledger_kinds"))
    if theirs is None:
        return None
    _refuse_unsaved(theirs, desk)
    new = _beside(theirs, desk.say("adopted_name", name=theirs.stem))
    desk.step("reading", 10)
    done = adopt_ledger(theirs, new, desk.words.language, How())
    desk.application.Workbooks.Open(str(new))
    told = [f"· {word_decision(decision, desk.words)}" for decision in done.decisions[:_DECISIONS_SHOWN]]
    asking = [finding for finding in done.findings if finding.needs_person]
    more = [desk.say("rows_need_you", count=len(asking))] if asking else []
    lines = [*told, "", *more, desk.say("adopted", path=new.name, original=theirs.name)]
    return Answer("\n".join(lines), "look" if asking else "done")


def _refuse_unsaved(theirs: Path, desk: Desk) -> None:
    """Refuse the workbook in front when the file on disk is older than what is seen."""
    workbook = desk.workbook
    is_in_front = workbook is not None and str(workbook.FullName).casefold() == str(theirs).casefold()
    if is_in_front and not workbook.Saved:
        raise LedgerUnsavedError(path=theirs.name)


def _beside(theirs: Path, name: str) -> Path:
    """The first free name beside a ledger."""
    first = theirs.with_name(f"{name}.xlsm")
    candidates = (first if number == 1 else first.with_stem(f"{name} {number}") for number in count(1))
    return next(path for path in candidates if not path.exists())


def check(desk: Desk) -> Answer:
    """What is wrong with the data; nothing is written."""
    from xlcredit.operations.check import check_workbook

    as_of, findings = check_workbook(desk.book)
    asking = [finding for finding in findings if finding.needs_person]
    head = desk.say("as_of", as_of=as_of)
    if not asking:
        return Answer(f"{head}\n{desk.say('no_findings')}")
    return Answer("\n".join([head, *finding_lines(asking, desk)]), "look")


def restore(desk: Desk) -> Answer | None:
    """Put the version before the last change back, after a question."""
    from xlcredit.operations.restore import letters_forgotten, restore_workbook

    name, forgotten = desk.book.path.name, letters_forgotten(desk.book)
    question = desk.say("confirm_restore", path=name)
    if forgotten:
        question += desk.say("confirm_forget", count=len(forgotten), names=listed(forgotten))
    if not desk.face.agrees(question):
        return None
    made = restore_workbook(desk.book)
    return Answer(desk.say("restored", path=name, day=made.date(), time=f"{made:%H:%M}"))
