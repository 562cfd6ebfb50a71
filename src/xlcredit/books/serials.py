"""Excel's dates: days since the end of 1899 (or since 1904), the time of day as a fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

SECONDS_A_DAY = 86_400
LAST_SERIAL = 2_958_465
"""31 December 9999 where serials count from 1900."""

_EPOCH_1900 = np.datetime64("1899-12-30", "s")
_EPOCH_1904 = np.datetime64("1904-01-01", "s")
_FICTITIOUS_LEAP_DAY = 60
"""Excel's 29 February 1900; below it the days stand one further on."""


def to_dates(serials: npt.NDArray[np.float64], *, from_1904: bool) -> npt.NDArray[np.datetime64]:
    """Serials as datetime64[s], to the nearest second; NaT where no date corresponds.

    >>> to_dates(np.array([46000.5, 1.0, -1.0]), from_1904=False).astype(str).tolist()
    ['2025-12-09T12:00:00', '1900-01-01T00:00:00', 'NaT']
    """
    with np.errstate(invalid="ignore"):
        fits = (serials >= 0) & (serials < LAST_SERIAL + 1 - (1462 if from_1904 else 0))
    seconds = np.rint(np.where(fits, serials, 0.0) * SECONDS_A_DAY).astype("timedelta64[s]")
    if not from_1904:
        early = fits & (serials < _FICTITIOUS_LEAP_DAY)
        seconds[early] += np.timedelta64(1, "D")
    dates = (_EPOCH_1904 if from_1904 else _EPOCH_1900) + seconds
    return np.where(fits, dates, np.datetime64("NaT", "s"))


def to_serials(dates: npt.NDArray[np.datetime64], *, from_1904: bool) -> npt.NDArray[np.float64]:
    """datetime64[s] as serials; NaN where blank or before the first day that Excel knows.

    >>> to_serials(np.array(["2025-12-09T12:00", "NaT"], dtype="datetime64[s]"), from_1904=False)
    array([46000.5,     nan])
    """
    seconds = (dates.astype("datetime64[s]") - (_EPOCH_1904 if from_1904 else _EPOCH_1900)).astype(np.float64)
    seconds[np.isnat(dates)] = np.nan
    serials = seconds / SECONDS_A_DAY
    if not from_1904:
        serials = np.where(serials <= _FICTITIOUS_LEAP_DAY, serials - 1, serials)
    with np.errstate(invalid="ignore"):
        return np.where(serials >= 0, serials, np.nan)
