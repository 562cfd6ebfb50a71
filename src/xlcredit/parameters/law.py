"""The law in force: dated parameters with their acts, and the rates of interest they make together.

A rate is a sum of sourced parts, never the total:

| regime | base | margin, by the date of the contract |
|---|---|---|
| b2b | reference rate of the half-year | `margin_b2b` |
| agri | reference rate of the half-year | `margin_b2b` + `surcharge_agri` |
| consumer | legal rate of the year | none |
| contract | none | the agreed rate |
| none | none | none: no interest |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from xlcredit.parameters.errors import RateNotPublished, UnknownRegimeError
from xlcredit.parameters.loader import Parameter, load_parameter
from xlcredit.parameters.rates import RatePeriod, RateSeries, Span, published_series
from xlcredit.parameters.user_rates import user_periods
from xlcredit.schema import VOCABULARIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    import pandas as pd

    from xlcredit.errors import Finding

__all__ = ["BASE_OF", "REGIMES", "Law", "RateNotPublished", "load_law"]

REGIMES: Final = VOCABULARIES["regime"]
BASE_OF: Final[Mapping[str, str]] = {
    "b2b": "reference_rate",
    "agri": "reference_rate",
    "consumer": "legal_rate",
}
"""Regime -> the published series it stands on; the others stand on none."""

_SPANS: Final[Mapping[str, Span]] = {"reference_rate": "half-year", "legal_rate": "year"}


@dataclass(frozen=True)
class Law:
    """Everything the rules take from the law.

    Attributes:
        parameters: by name, as in `data/law/*.yaml`.
        series: `reference_rate` and `legal_rate` by period, with the user's own rates where added.
    """

    parameters: Mapping[str, Parameter]
    series: Mapping[str, RateSeries]

    def value(self, name: str, day: dt.date) -> int:
        """The parameter `name` on `day`, in its smallest unit (cents, basis points, days, years)."""
        return self.parameters[name].at(day)

    def series_of(self, regime: str) -> RateSeries | None:
        """The published series under `regime`; None for an agreed rate or no interest.

        Raises:
            UnknownRegimeError: no such regime.
        """
        if regime not in REGIMES:
            raise UnknownRegimeError(found=regime, known=", ".join(REGIMES))
        return self.series[BASE_OF[regime]] if regime in BASE_OF else None

    def margin_bp(self, regime: str, contract_date: dt.date, contract_rate_bp: int = 0) -> int:
        """Basis points on top of the published rate.

        Law: art. 5 D.Lgs. 231/2002; art. 4 D.Lgs. 198/2021 (agri-food).
        """
        if regime == "contract":
            return contract_rate_bp
        margin = self.value("margin_b2b", contract_date) if regime in ("b2b", "agri") else 0
        return margin + (self.value("surcharge_agri", contract_date) if regime == "agri" else 0)

    def rate_bp(self, regime: str, contract_date: dt.date, day: dt.date, contract_rate_bp: int = 0) -> int:
        """Basis points a year that a debt bears on `day`.

        >>> import datetime as dt
        >>> load_law().rate_bp("b2b", dt.date(2025, 3, 1), dt.date(2025, 12, 31))
        1015

        Raises:
            RateNotPublished: no rate is known for that day.
            UnknownRegimeError: no such regime.
        """
        series = self.series_of(regime)
        margin = self.margin_bp(regime, contract_date, contract_rate_bp)
        if series is None:
            return margin
        period = series.period_at(day)
        if period is None:
            raise series.not_published(day)
        return period.rate_bp + margin

    def first_covered_day(self, regime: str) -> dt.date | None:
        """The first day with a known rate; None when the regime needs no published one."""
        series = self.series_of(regime)
        return series.periods[0].start if series else None

    def last_covered_day(self, regime: str) -> dt.date | None:
        """The last day with a known rate; None when the regime needs no published one."""
        series = self.series_of(regime)
        return series.last_day if series else None

    def extended(self, rates: pd.DataFrame) -> tuple[Law, list[Finding]]:
        """This law with the user's own rates added or corrected.

        Args:
            rates: the table `Tassi`, one row a half-year (`reference_rate`) or year (`legal_rate`):
                parameter, valid_from (its first day), rate (basis points), source, confirmed.

        Returns:
            The law in force in that workbook, and findings: rows that are not used, values that differ from
            the published ones. Days that no row covers stay refused.
        """
        periods, findings = user_periods(rates, self.series)
        series = {name: one.replaced(periods.get(name, ())) for name, one in self.series.items()}
        return replace(self, series=series), findings

    def unconfirmed_periods(self, name: str) -> tuple[RatePeriod, ...]:
        """The periods of a series whose rate rests on one source or awaits its official notice."""
        return tuple(period for period in self.series[name].periods if not period.confirmed)


def law_from(folder: Traversable) -> Law:
    """The law in the files of one folder.

    Raises:
        ParameterFileError: one of them is not certain.
    """
    sources = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name
    )
    parameters = {parameter.name: parameter for parameter in map(load_parameter, sources)}
    return Law(parameters, {name: published_series(parameters[name], span) for name, span in _SPANS.items()})


@lru_cache(maxsize=1)
def load_law() -> Law:
    """The package's own law."""
    return law_from(files("xlcredit.parameters") / "data" / "law")
