"""The rates a team types in `Tassi`: periods not yet in the package, corrections, official notices seen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pandas as pd

from xlcredit.errors import Finding
from xlcredit.parameters.rates import RatePeriod, RateSeries, period_end, period_start

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

HIGHEST_RATE_BP: Final = 5000
"""Above it a rate is a slip (240 for 2.40), not a rate."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table, with every cell of it filled."""

    position: int
    name: str
    start: dt.date
    rate_bp: int
    source: str
    confirmed: bool

    def finding(
        self, code: str, column: str, found: str, *, needs_person: bool = True, **facts: object
    ) -> Finding:
        row = f"{self.start:%d/%m/%Y}"
        return Finding(code, "rates", column, self.position, row, found, facts, needs_person=needs_person)


def user_periods(
    rates: pd.DataFrame, series: Mapping[str, RateSeries]
) -> tuple[dict[str, list[RatePeriod]], list[Finding]]:
    """The periods that the rows of `Tassi` add to each series or put in the place of its own.

    Args:
        rates: the typed table (schema `rates`).
        series: the series as published.

    Returns:
        Series -> periods, and findings. A row without parameter, day or rate is left to the reader's own
        finding; one without source, off the first day of its period, beyond belief, or in conflict with
        another row is not used. A value that differs from the published one is used, and named.
    """
    rows, findings = _complete_rows(rates)
    periods: dict[str, list[RatePeriod]] = {}
    for row in rows:
        objections = _objections(row, rows, series[row.name])
        findings += objections
        if not objections:
            one = series[row.name]
            findings += _override(row, one)
            period = RatePeriod(
                row.start, period_end(row.start, one.span), row.rate_bp, row.source, row.confirmed
            )
            periods.setdefault(row.name, []).append(period)
    return periods, findings


def _complete_rows(rates: pd.DataFrame) -> tuple[list[_Row], list[Finding]]:
    filled = rates[["parameter", "valid_from", "rate"]].notna().all(axis=1)
    rows = []
    findings = []
    for position, cells in rates[filled].iterrows():
        confirmed = True if pd.isna(cells["confirmed"]) else bool(cells["confirmed"])
        source = "" if pd.isna(cells["source"]) else str(cells["source"]).strip()
        day = cells["valid_from"].date()
        row = _Row(int(str(position)), str(cells["parameter"]), day, int(cells["rate"]), source, confirmed)
        rows.append(row)
        if not source:
            findings.append(row.finding("rate-without-source", "source", ""))
    return [row for row in rows if row.source], findings


def _objections(row: _Row, rows: list[_Row], series: RateSeries) -> list[Finding]:
    """Why a row is not used, if anything."""
    findings = []
    start = period_start(row.start, series.span)
    if row.start != start:
        findings.append(
            row.finding("rate-not-at-period-start", "valid_from", f"{row.start:%d/%m/%Y}", expected=start)
        )
    if not 0 <= row.rate_bp <= HIGHEST_RATE_BP:
        findings.append(
            row.finding(
                "rate-implausible",
                "rate",
                _percent(row.rate_bp),
                rate=Decimal(row.rate_bp) / 100,
                highest=HIGHEST_RATE_BP // 100,
            )
        )
    if any(
        other.rate_bp != row.rate_bp for other in rows if (other.name, other.start) == (row.name, row.start)
    ):
        findings.append(row.finding("rate-repeated", "rate", _percent(row.rate_bp)))
    return findings


def _override(row: _Row, series: RateSeries) -> list[Finding]:
    """A finding when the row says something else than what is published."""
    published = series.period_at(row.start)
    if published is None or published.rate_bp == row.rate_bp:
        return []
    facts = {
        "rate": Decimal(row.rate_bp) / 100,
        "published": Decimal(published.rate_bp) / 100,
        "source": row.source,
    }
    found = _percent(row.rate_bp)
    return [row.finding("rate-overrides-published", "rate", found, needs_person=published.confirmed, **facts)]


def _percent(rate_bp: int) -> str:
    return f"{Decimal(rate_bp) / 100:.2f}"
