"""A workbook that is open in Excel, as the same named frames as a closed file."""

from __future__ import annotations

from xlcredit.books.live.book import LiveBook

__all__ = ["LiveBook"]
