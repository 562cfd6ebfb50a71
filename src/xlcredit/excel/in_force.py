"""The rules in force in the workbook a formula stands in, read from its tables and kept for a moment.

A column of formulas is many calls in one calculation: the tables are read once for all of them. A change in
`Parametri`, `Cicli` or `Tassi` shows at the next calculation, at the latest `KEPT_SECONDS` later.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlcredit.books.book import Book
    from xlcredit.dates import Epoch
    from xlcredit.formulas.rules import Rules

KEPT_SECONDS = 10.0

TABLES_READ = ("settings", "levels", "rates")

_kept: dict[str, tuple[float, Rules]] = {}


def forget_settings() -> None:
    """Read every workbook's tables again at its next formula."""
    _kept.clear()


def rules_of(workbook: Any) -> Rules:  # noqa: ANN401  a COM object, or None
    """The rules in force in a workbook; the package's where it has no tables, or where there is none.

    Raises:
        XlcreditError: a setting of the workbook cannot be used.
    """
    if workbook is None:
        return _package_rules()
    name, now = str(workbook.FullName), time.monotonic()
    if name not in _kept or now - _kept[name][0] > KEPT_SECONDS:
        _kept[name] = now, _read_rules(workbook)
    return _kept[name][1]


def _package_rules(language: str = "it", epoch: Epoch = 1900) -> Rules:
    from xlcredit.dates import today
    from xlcredit.formulas.rules import package_rules

    return package_rules(today(), language, epoch)


def _read_rules(workbook: Any) -> Rules:  # noqa: ANN401  a COM object
    from xlcredit.books.live import LiveBook

    book: Book = LiveBook(workbook)
    epoch: Epoch = 1904 if workbook.Date1904 else 1900
    if not any(map(book.has, TABLES_READ)):
        return _package_rules(book.language, epoch)
    from xlcredit.catalogue import Catalogue
    from xlcredit.dates import today
    from xlcredit.formulas.rules import Rules
    from xlcredit.operations.in_force import read_in_force

    found = read_in_force(book)
    return Rules(found.policy, found.law, found.as_of or today(), Catalogue(book.language), epoch)
