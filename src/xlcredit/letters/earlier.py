"""What a letter says of the letters that went before it about its documents."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from xlcredit.letters.lines import Lines, lists_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlcredit.letters.arrange import Batch
    from xlcredit.letters.wording import Wording

Facts = dict[str, Any]

KINDS = ("courtesy", "reminder", "formal", "final", "formal_notice")
"""Each goes further than the one before."""


def earlier_lines(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[list[Facts]]:
    """The earlier letters of each letter, oldest first."""
    lines = Lines.of(batch.previous, batch, wordings)
    columns = {
        "id": batch.previous.columns["reminder_id"],
        "date": lines.days("date", "date"),
        "level_name": lines.words("kind", "name"),
        "channel": lines.words("channel", "channel"),
    }
    return lists_of(columns, batch.previous, len(batch))


def earlier_facts(batch: Batch, wordings: Mapping[str, Wording]) -> Iterator[Facts]:
    """The sum of them by letter: how a sentence quotes them, and how far they went."""
    kinds = batch.previous.columns["kind"].tolist()
    own = zip(batch.letters["kind"].tolist(), batch.languages.tolist(), strict=True)
    parts = batch.previous.slices(len(batch))
    for (kind, language), part, lines in zip(own, parts, earlier_lines(batch, wordings), strict=True):
        yield {
            "earlier": _quoted(lines, [*kinds[part], kind], wordings[language]) if lines else "",
            "has_reminders": any(sent != "courtesy" for sent in kinds[part]),
            "has_notice": "formal_notice" in kinds[part],
        }


def _quoted(lines: Sequence[Facts], kinds: Sequence[str], wording: Wording) -> str:
    """The letters by name and date; by date alone where their names would not read as one course.

    A letter may list documents that are further than those it asks for: `costituzione in mora` would then
    stand before `ultimo sollecito`.
    """
    if _is_one_course(kinds):
        form = wording.words["earlier"]
        return "; ".join(form.format(name=line["level_name"], date=line["date"]) for line in lines)
    dates = wording.listed(list(dict.fromkeys(line["date"] for line in lines)))
    return str(wording.words["earlier_dates"]).format(dates=dates)


def _is_one_course(kinds: Sequence[str]) -> bool:
    """Whether each letter, up to this one, went further than the one before."""
    return all(
        KINDS.index(before) < KINDS.index(after)
        for before, after in pairwise(kinds)
        if before in KINDS and after in KINDS
    )
