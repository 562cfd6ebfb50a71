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

    from xlcredit.catalogue import Catalogue
    from xlcredit.operations.letter_files import Letter

COLUMNS = (
    "reminder",
    "customer_id",
    "customer",
    "level",
    "rows",
    "currency",
    "open",
    "total",
    "channel",
    "file",
)
WIDTHS = (16, 14, 38, 24, 8, 9, 14, 14, 18, 52)


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
        sheet = book.add_worksheet(words.text("index.sheet"))
        amount = book.add_format({"num_format": "#,##0.00", "align": "right"})
        text = book.add_format({"num_format": "@"})
        link = book.add_format({"font_color": "#1F4E79", "underline": 1})
        for row, letter in enumerate(letters, start=1):
            sheet.write_row(row, 0, [letter.reminder_id, letter.customer_id, letter.customer_name], text)
            sheet.write_row(row, 3, [letter.level_name, letter.rows, letter.currency])
            sheet.write_row(
                row, 6, [Decimal(letter.open_cents) / 100, Decimal(letter.total_cents) / 100], amount
            )
            sheet.write(row, 8, letter.channel_name)
            relative = letter.target.relative_to(letter.target.parent.parent).as_posix()
            sheet.write_url(row, 9, f"external:{relative}", link, letter.target.name)
        sheet.add_table(
            0, 0, len(letters), len(COLUMNS) - 1,
            {
                "name": "xlc_index",
                "style": "Table Style Light 1",
                "columns": [{"header": words.text(f"index.{column}")} for column in COLUMNS],
            },
        )  # fmt: skip
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    try:
        path.write_bytes(content.getvalue())
    except OSError as error:
        raise as_letter_error(path, error) from error
