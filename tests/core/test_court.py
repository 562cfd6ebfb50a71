"""The competent court: limits by day, the announced one only when confirmed."""

import numpy as np
import pytest

from xlcredit.core.court import COURTS, UNKNOWN, UNSURE, competent_courts
from xlcredit.parameters.law import load_law

PEACE, TRIBUNAL = (COURTS.index(name) for name in ("justice_of_the_peace", "tribunal"))
LIMIT = load_law().parameters["court_limit"]


def court(euro, day, *, said=None):
    values = np.array([round(euro * 100)])
    return competent_courts(values, np.array([day], "M8[D]"), LIMIT, is_confirmed=said)[0]


@pytest.mark.parametrize(
    ("euro", "day", "found"),
    [
        (2582.28, "1995-05-01", PEACE),
        (2582.29, "2009-07-03", TRIBUNAL),
        (5000.00, "2009-07-04", PEACE),
        (5000.01, "2023-02-27", TRIBUNAL),
        (10_000.00, "2023-02-28", PEACE),
        (10_000.01, "2026-10-30", TRIBUNAL),
        (10_000.00, "2026-10-31", PEACE),
        (10_000.01, "2026-10-31", UNSURE),
        (30_000.00, "2026-10-31", UNSURE),
        (30_000.01, "2026-10-31", TRIBUNAL),
        (1.00, "1995-04-30", UNKNOWN),
    ],
)
def test_court_by_value_and_day(euro, day, found):
    assert court(euro, day) == found


@pytest.mark.parametrize(("said", "found"), [(True, PEACE), (False, TRIBUNAL)])
def test_what_the_user_says_of_the_announced_limit_decides(said, found):
    assert court(30_000.00, "2026-10-31", said=said) == found
    assert court(30_000.01, "2026-10-31", said=said) == TRIBUNAL
    assert court(10_000.01, "2026-10-30", said=said) == TRIBUNAL
