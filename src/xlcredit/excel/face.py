"""The face that a button turns to its user: boxes, questions, file dialogs and the status bar, as one protocol.

Excel's own stands in `windows`; tests have one that records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from pathlib import Path

Tone = Literal["done", "look", "failed"]
"""How a message is meant: work done, something a person has to look at, nothing done."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a button says at its end.

    Attributes:
        text: in the workbook's language.
        tone: how it is meant.
    """

    text: str
    tone: Tone = "done"


class Face(Protocol):
    """What a button can show and ask."""

    def tell(self, answer: Answer) -> None:
        """Show a message until it is read."""

    def agrees(self, question: str) -> bool:
        """Ask a question answered by yes or no."""

    def ask_text(self, question: str) -> str | None:
        """Ask for a line of text; None when the question is called off."""

    def ask_file(self, title: str, kinds: str) -> Path | None:
        """Ask for an existing file.

        Args:
            title: of the dialog.
            kinds: a name and patterns, as Excel takes them: `Tabelle (*.xlsx;*.csv),*.xlsx;*.csv`.

        Returns:
            The file; None when the dialog is called off.
        """

    def ask_folder(self, title: str) -> Path | None:
        """Ask for an existing folder; None when the dialog is called off."""

    def show_status(self, text: str | None) -> None:
        """Show a line in the status bar; None gives the bar back to Excel."""

    def wants_to_stop(self) -> bool:
        """Whether Esc was pressed since the last time this was asked."""

    def open(self, path: Path) -> bool:
        """Open a file or folder with its own program; False when it has none."""
