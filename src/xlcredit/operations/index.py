"""The index workbook of an issue: one line a letter, with a link to its file."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING

import xlsxwriter

from xlcredit.letters.batch import as_letter_error

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.catalogue import Catalogue
    from xlcredit.operations.letter_files import Letter

COLUMNS = {
    "reminder": ("text", 18),
    "customer_id": ("text", 17),
    "customer": ("text", 42),
    "level": ("text", 26),
    "rows": ("count", 11),
    "currency": ("text", 11),
    "open": ("amount", 16),
    "total": ("amount", 18),
    "channel": ("text", 18),
    "file": ("link", 62),
}
"""By key, what its cells hold and their width."""

RIGHT = frozenset({"count", "amount"})


def write_index(path: Path, letters: Sequence[Letter], words: Catalogue) -> None:
    """Write the index of `letters` to `path`.

    Args:
        path: a new .xlsx.
        letters: in the order of their ids; their files stand in folders beside the index.
        words: the workbook's language.

    Raises:
        LetterError: it cannot be written.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        _Index(book, book.add_worksheet(words.text("index.sheet")), words).write(letters)
    try:
        path.write_bytes(content.getvalue())
    except OSError as error:
        raise as_letter_error(path, error) from error


class _Index:
    """Writes the index: a table of the letters, and below it a total by currency."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, words: Catalogue) -> None:
        self._sheet, self._words = sheet, words
        left, right = {"indent": 1, "valign": "vcenter"}, {"align": "right", "indent": 1, "valign": "vcenter"}
        looks = {
            "text": {**left, "num_format": "@"},
            "count": {**right, "num_format": "0"},
            "amount": {**right, "num_format": "#,##0.00"},
            "link": {**left, "font_color": "#1F4E79", "underline": 1},
        }
        totals = {f"total_{kind}": {**look, "bold": True, "top": 1} for kind, look in looks.items()}
        heads = {
            "head_left": {**left, "bold": True, "text_wrap": True},
            "head_right": {**right, "bold": True, "text_wrap": True, "indent": 2},
        }
        self._looks = {name: book.add_format(look) for name, look in {**looks, **totals, **heads}.items()}

    def write(self, letters: Sequence[Letter]) -> None:
        """The whole sheet."""
        for row, letter in enumerate(letters, start=1):
            self._write_letter(row, letter)
        self._sheet.add_table(
            0, 0, len(letters), len(COLUMNS) - 1,
            {
                "name": "xlc_index",
                "style": "Table Style Light 1",
                "columns": [
                    {"header": self._words.text(f"index.{key}"), "header_format": self._head(kind)}
                    for key, (kind, _) in COLUMNS.items()
                ],
            },
        )  # fmt: skip
        self._write_totals(len(letters) + 2, letters)
        self._set_page()

    def _head(self, kind: str) -> Format:
        return self._looks["head_right" if kind in RIGHT else "head_left"]

    def _write_letter(self, row: int, letter: Letter) -> None:
        cells = {
            "reminder": letter.reminder_id,
            "customer_id": letter.customer_id,
            "customer": letter.customer_name,
            "level": letter.level_name,
            "rows": letter.rows,
            "currency": letter.currency,
            "open": Decimal(letter.open_cents) / 100,
            "total": Decimal(letter.total_cents) / 100,
            "channel": letter.channel_name,
        }
        for place, (key, cell) in enumerate(cells.items()):
            self._sheet.write(row, place, cell, self._looks[COLUMNS[key][0]])
        relative = letter.target.relative_to(letter.target.parent.parent).as_posix()
        self._sheet.write_url(
            row, len(cells), f"external:{relative}", self._looks["link"], letter.target.name
        )

    def _write_totals(self, first: int, letters: Sequence[Letter]) -> None:
        """A row a currency, below the table: amounts of different currencies are never added up."""
        by_currency: dict[str, list[Letter]] = {}
        for letter in letters:
            by_currency.setdefault(letter.currency, []).append(letter)
        for row, (currency, own) in enumerate(by_currency.items(), start=first):
            cells = {
                "reminder": self._words.text("index.totals"),
                "customer": self._words.text("index.letters", count=len(own)),
                "rows": sum(letter.rows for letter in own),
                "currency": currency,
                "open": Decimal(sum(letter.open_cents for letter in own)) / 100,
                "total": Decimal(sum(letter.total_cents for letter in own)) / 100,
            }
            for place, (key, (kind, _)) in enumerate(COLUMNS.items()):
                self._sheet.write(row, place, cells.get(key), self._looks[f"total_{kind}"])

    def _set_page(self) -> None:
        for place, (_, width) in enumerate(COLUMNS.values()):
            self._sheet.set_column(place, place, width)
        self._sheet.set_row(0, 22)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.set_footer(self._words.text("build.footer"))
