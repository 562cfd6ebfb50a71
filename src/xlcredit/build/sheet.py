"""What the writers of one table's sheet share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

    from xlcredit.build.formats import Formats
    from xlcredit.build.layout import SheetLayout
    from xlcredit.build.links import LinkColumn
    from xlcredit.catalogue import Catalogue
    from xlcredit.schema import Column, Table


@dataclass(frozen=True)
class Sheet:
    """One table and the sheet it is written to.

    Attributes:
        worksheet: where they write.
        layout: how the sheet is laid out.
        table: the table on it.
        headers: of the schema's columns, then of the user's own; those of the links follow.
        cells: the body as it will stand in the cells, one column a header.
        rows: body rows to lay out; the others are added with the values.
        links: the columns to click.
        formats: of the workbook.
        words: the workbook's language.
    """

    worksheet: Worksheet
    layout: SheetLayout
    table: Table
    headers: list[str]
    cells: pd.DataFrame
    formats: Formats
    words: Catalogue
    rows: int = 1
    links: tuple[LinkColumn, ...] = ()

    @property
    def columns(self) -> list[tuple[int, Column]]:
        """The schema's columns with their place."""
        return list(enumerate(self.table.columns))

    @property
    def own(self) -> list[int]:
        """Places of the user's own columns."""
        return list(range(len(self.table.columns), len(self.headers)))

    @property
    def linked(self) -> list[tuple[int, LinkColumn]]:
        """The columns to click with their place."""
        return list(enumerate(self.links, start=len(self.headers)))

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(self.headers) + len(self.links)
