"""What is in force in a workbook: its settings and cycles in the place of the package's, its rates beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcredit.catalogue import Catalogue
from xlcredit.operations.settings import read_settings
from xlcredit.parameters.errors import SettingValueError
from xlcredit.parameters.law import Law, load_law
from xlcredit.parameters.policy import Policy, load_policy
from xlcredit.schema import TABLES
from xlcredit.values import read_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import pandas as pd

    from xlcredit.books.book import Book, RawTable
    from xlcredit.errors import Finding


@dataclass(frozen=True)
class InForce:
    """The rules of one workbook.

    Attributes:
        policy: cycles, buckets, weights and settings.
        law: dated parameters, extended by the workbook's rates.
        as_of: the day that its settings name, None when they name none.
    """

    policy: Policy
    law: Law
    as_of: dt.date | None


def read_in_force(book: Book) -> InForce:
    """The rules of a workbook, from those of its tables `settings`, `levels` and `rates` that it has.

    Raises:
        SettingValueError: a setting that cannot be used.
    """
    raw = book.read("settings", "levels", "rates")
    settings, _ = settings_of(book, raw)
    policy, _ = policy_of(_typed(book, raw, "levels"), settings, book.language)
    rates = _typed(book, raw, "rates")
    law = load_law() if rates is None else load_law().extended(rates)[0]
    return InForce(policy, law, settings.get("as_of"))


def settings_of(book: Book, raw: Mapping[str, RawTable]) -> tuple[dict[str, Any], list[Finding]]:
    """The settings of the workbook; none when it lacks the sheet or one of its columns."""
    headers = book.headers("settings")
    if "settings" not in raw or not {"setting", "value"} <= headers.keys():
        return {}, []
    frame = raw["settings"].frame
    return read_settings(frame[headers["setting"]], frame[headers["value"]])


def policy_of(
    levels: pd.DataFrame | None, settings: Mapping[str, Any], language: str
) -> tuple[Policy, list[Finding]]:
    """The package's policy with the workbook's cycles and settings in its place.

    Raises:
        SettingValueError: a setting that cannot be used, under its name in the workbook's language.
    """
    try:
        policy = load_policy().with_settings(settings)
    except SettingValueError as error:
        name = Catalogue(language).section(f"settings.{error.facts['setting']}.name")
        raise SettingValueError(**{**error.facts, "setting": name}) from error
    if levels is None or levels["cycle"].isna().all():
        return policy, []
    return policy.with_levels(levels)


def _typed(book: Book, raw: Mapping[str, RawTable], key: str) -> pd.DataFrame | None:
    if key not in raw:
        return None
    keys = {header: column for column, header in book.headers(key).items()}
    return read_table(raw[key].frame.rename(columns=keys), TABLES[key]).frame
