"""Questions for one line of text each, read as a day, an amount or a word of a list; asked again until understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from xlcredit.date_texts import parse_date
from xlcredit.excel.errors import CalledOffError
from xlcredit.money import parse_amount
from xlcredit.numerals import round_to_cents

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from xlcredit.excel.desk import Desk

_NAME, _ANSWER = 24, 12
"""Characters of a name and of an answer in a question: Excel's input box takes 254, a list of words included."""

Read = TypeVar("Read")
"""What an answer is read as."""


class _Unclear(Exception):  # noqa: N818  no error: the question is asked again
    """An answer that is not what the question asks for."""


def ask(desk: Desk, key: str, about: str = "") -> str:
    """A line of text, which may be empty.

    Args:
        desk: of the press.
        key: of the question in the catalogue, below `presses.questions`.
        about: whom the question is about, where there are several; stands before it.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(desk, _question(desk, key, about), str)


def ask_needed(desk: Desk, key: str, **facts: Any) -> str:  # noqa: ANN401  facts are of any type
    """A line of text that must not be empty; `facts` fill the question.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(desk, desk.say(f"questions.{key}", **facts), _as_needed)


def ask_day(desk: Desk, key: str, about: str = "") -> dt.date:
    """A day, as people write it.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(desk, _question(desk, key, about), _as_day)


def ask_day_or_none(desk: Desk, key: str, about: str = "") -> dt.date | None:
    """A day; None when nothing was written.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(desk, _question(desk, key, about), lambda answer: _as_day(answer) if answer else None)


def ask_cents(desk: Desk, key: str, about: str = "") -> int | None:
    """An amount in cents; None when nothing was written.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(
        desk, _question(desk, key, about), lambda answer: _as_cents(desk, answer) if answer else None
    )


def ask_needed_cents(desk: Desk, key: str) -> int:
    """An amount in cents, which must not be left blank.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(desk, _question(desk, key), lambda answer: _as_cents(desk, _as_needed(answer)))


def ask_count(desk: Desk, key: str) -> int:
    """A whole number above zero.

    Raises:
        CalledOffError: the question was called off.
    """
    return _until_clear(desk, _question(desk, key), _as_count)


def ask_choice(desk: Desk, key: str, words: Mapping[str, str], about: str = "") -> str:
    """One of some words, by its number in the question or by its beginning; its key.

    Raises:
        CalledOffError: the question was called off.
    """
    listed = " · ".join(f"{number} {word}" for number, word in enumerate(words.values(), 1))

    def as_choice(answer: str) -> str:
        asked = answer.casefold()
        exact = [choice for choice, word in words.items() if word.casefold() == asked]
        found = exact or [
            choice
            for number, (choice, word) in enumerate(words.items(), 1)
            if asked and (asked == str(number) or word.casefold().startswith(asked))
        ]
        if len(found) != 1:
            raise _Unclear
        return found[0]

    return _until_clear(desk, f"{_question(desk, key, about)}\n{listed}", as_choice)


def _question(desk: Desk, key: str, about: str = "") -> str:
    question = desk.say(f"questions.{key}")
    return f"{_short(about, _NAME)}: {question}" if about else question


def ask_file_or_none(desk: Desk, key: str) -> Path | None:
    """A file that is there, when a person says that there is one.

    Raises:
        CalledOffError: the choice was called off.
    """
    if not desk.face.agrees(desk.say(f"confirm_{key}")):
        return None
    path = desk.face.ask_file(desk.say(f"which_{key}"), desk.say("proof_kinds"))
    if path is None:
        raise CalledOffError
    return path


def _until_clear(desk: Desk, question: str, read: Callable[[str], Read]) -> Read:
    """The answer to a question as `read` reads it; one that it cannot read is told above the question."""
    asked = question
    while True:
        answer = desk.face.ask_text(asked)
        if answer is None:
            raise CalledOffError
        try:
            return read(answer)
        except _Unclear:
            told = desk.say("unclear", found=_short(answer, _ANSWER)) if answer else desk.say("unanswered")
            asked = f"{told}\n{question}"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _as_needed(answer: str) -> str:
    if not answer:
        raise _Unclear
    return answer


def _as_day(answer: str) -> dt.date:
    day = parse_date(answer)
    if day is None:
        raise _Unclear
    return day


def _as_cents(desk: Desk, answer: str) -> int:
    amount = parse_amount(answer, decimal_mark="," if desk.words.language == "it" else ".")
    if amount is None:
        raise _Unclear
    return round_to_cents(amount)


def _as_count(answer: str) -> int:
    if not answer.isdecimal() or not int(answer):
        raise _Unclear
    return int(answer)
