"""The columns to click in the worklist: a number to call, an address to write to.

Refresh writes links as text (`tel:...`, `mailto:...`), since a closed file's cells hold values. These columns
stand beside the schema's: Excel computes them row by row, in the rows that a refresh adds too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlcredit.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class LinkColumn:
    """A calculated column that opens what another one holds.

    Attributes:
        word: its header is `build.links.<word>`.
        link: key of the column with the link.
        shown: key of the column whose text is shown, as plain text where there is no link; without it a row
            that has a link shows `build.links.<word>_shown`.
    """

    word: str
    link: str
    shown: str = ""

    def header(self, words: Catalogue) -> str:
        """What stands above the column."""
        return words.text(f"build.links.{self.word}")

    def formula(self, table: str, words: Catalogue) -> str:
        """The formula of every row; a blank link shows as an empty text, never as 0."""
        link = _this_row(words, table, self.link)
        if not self.shown:
            return f'=IF({link}="","",HYPERLINK({link},"{words.text(f"build.links.{self.word}_shown")}"))'
        shown = _this_row(words, table, self.shown)
        return f'=IF({link}="",{shown}&"",HYPERLINK({link},{shown}))'


def _this_row(words: Catalogue, table: str, column: str) -> str:
    return f"xlc_{table}[[#This Row],[{words.header(table, column)}]]"


LINK_COLUMNS: dict[str, tuple[LinkColumn, ...]] = {
    "worklist": (LinkColumn("call", "call_link", "phone"), LinkColumn("write", "mail_link"))
}
"""By table, in their order; they follow the schema's columns and the user's own."""
