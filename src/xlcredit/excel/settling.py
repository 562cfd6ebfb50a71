"""Allowances and set-offs by a button, and what was settled last taken back; beyond a limit somebody confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer
from xlcredit.excel.questions import ask_cents, ask_needed
from xlcredit.operations.desk.errors import ConfirmationMissingError
from xlcredit.operations.desk.settle import settle, take_back
from xlcredit.operations.desk.told import documents_of, money_of, residue_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.excel.desk import Desk
    from xlcredit.operations.desk.rows import RowName


def settle_rows(desk: Desk, names: Sequence[RowName], kind: str) -> Answer:
    """Give up a part of what rows owe (`allowance`), or set it off (`set_off`)."""
    cents, reason = ask_cents(desk, f"{kind}_amount"), ask_needed(desk, f"{kind}_reason")
    try:
        done = settle(desk.book, names, kind, cents, reason)
    except ConfirmationMissingError:
        done = settle(desk.book, names, kind, cents, reason, ask_needed(desk, "allowance_confirmed"))
    amount, left = money_of(done, done.amounts, desk.words), money_of(done, residue_of(done), desk.words)
    return Answer(desk.words.text("desk.done.settled", count=len(done.rows), amount=amount, left=left))


def undo(desk: Desk, names: Sequence[RowName], kind: str) -> Answer:
    """Take back what was settled on rows."""
    done = take_back(desk.book, names, kind, ask_needed(desk, "undo_reason"), desk.user())
    documents = documents_of(done.assessment, done.rows, desk.words)
    left = money_of(done, residue_of(done), desk.words)
    return Answer(desk.words.text("desk.done.undone", count=len(done.rows), documents=documents, left=left))
