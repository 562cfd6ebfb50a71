"""Questions for one line of text each, read as a day, an amount or a word of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.date_texts import parse_date
from xlcredit.excel.errors import AnswerUnclearError, CalledOffError
from xlcredit.money import parse_amount
from xlcredit.numerals import round_to_cents

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from xlcredit.excel.desk import Desk


def ask(desk: Desk, key: str) -> str:
    """A line of text, which may be empty.

    Args:
        desk: of the press.
        key: of the question in the catalogue, below `presses.questions`.

    Raises:
        CalledOffError: the question was called off.
    """
    answer = desk.face.ask_text(desk.say(f"questions.{key}"))
    if answer is None:
        raise CalledOffError
    return answer


def ask_needed(desk: Desk, key: str) -> str:
    """A line of text that must not be empty.

    Raises:
        CalledOffError: the question was called off.
        AnswerUnclearError: nothing was written.
    """
    answer = ask(desk, key)
    if not answer:
        raise AnswerUnclearError(found="", wanted=desk.say("wanted.text"))
    return answer


def ask_day(desk: Desk, key: str) -> dt.date:
    """A day, as people write it.

    Raises:
        CalledOffError: the question was called off.
        AnswerUnclearError: the answer is no day.
    """
    answer = ask(desk, key)
    day = parse_date(answer)
    if day is None:
        raise AnswerUnclearError(found=answer, wanted=desk.say("wanted.day"))
    return day


def ask_cents(desk: Desk, key: str) -> int | None:
    """An amount in cents; None when nothing was written.

    Raises:
        CalledOffError: the question was called off.
        AnswerUnclearError: the answer is no amount.
    """
    answer = ask(desk, key)
    if not answer:
        return None
    amount = parse_amount(answer, decimal_mark="," if desk.words.language == "it" else ".")
    if amount is None:
        raise AnswerUnclearError(found=answer, wanted=desk.say("wanted.amount"))
    return round_to_cents(amount)


def ask_count(desk: Desk, key: str) -> int:
    """A whole number above zero.

    Raises:
        CalledOffError: the question was called off.
        AnswerUnclearError: the answer is none.
    """
    answer = ask(desk, key)
    if not answer.isdecimal() or not int(answer):
        raise AnswerUnclearError(found=answer, wanted=desk.say("wanted.count"))
    return int(answer)


def ask_choice(desk: Desk, key: str, words: Mapping[str, str]) -> str:
    """One of some words, by its number in the question or by its beginning; its key.

    Raises:
        CalledOffError: the question was called off.
        AnswerUnclearError: no word, or more than one, answers to it.
    """
    listed = " · ".join(f"{number} {word}" for number, word in enumerate(words.values(), 1))
    answer = desk.face.ask_text(f"{desk.say(f'questions.{key}')}\n{listed}")
    if answer is None:
        raise CalledOffError
    asked = answer.casefold()
    found = [
        choice
        for number, (choice, word) in enumerate(words.items(), 1)
        if asked and (asked == str(number) or word.casefold().startswith(asked))
    ]
    if len(found) != 1:
        raise AnswerUnclearError(found=answer, wanted=desk.say("wanted.choice"))
    return found[0]
