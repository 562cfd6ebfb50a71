"""The functions for cells over 100,000 rows: what each costs here, of which how much is the core's own work.

`python -m bench.functions` prints the table: the whole call in Python, from Excel's values to the rows handed back,
and in it the calculation alone. Against a bare xlwings function, through the DLL, they are measured under Wine:
`tests/windows/inside/test_udf_cost.py`, on the same `arguments`.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from typing import TYPE_CHECKING, Any

from xlcredit.formulas.answer import COMPUTED, answer
from xlcredit.formulas.call import call_of
from xlcredit.formulas.rules import Rules, package_rules
from xlcredit.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlcredit.functions import Argument

ROWS = 100_000
AS_OF = dt.date(2026, 11, 20)
TURNS = 5
FIRST_DAY, DAYS = 45_300, 1000

_TEXTS: dict[str, Callable[[random.Random], str]] = {
    "terms": lambda chance: chance.choice(["30 gg DF", "60 gg FM", "30 gg FM+10", "RIBA 60 FM"]),
    "cycle": lambda chance: chance.choice(["standard", "pa"]),
    "rating": lambda chance: chance.choice("ABCDE"),
    "customers": lambda chance: f"C{chance.randrange(2000):05d}",
    "vat_number": lambda chance: f"{chance.randrange(10**11):011d}",
    "iban": lambda chance: f"IT60X0542811101{chance.randrange(10**12):012d}",
    "regime": lambda chance: chance.choice(["imprese", "consumatore"]),
}
_NUMBERS: dict[str, Callable[[random.Random], float]] = {
    "date": lambda chance: float(FIRST_DAY + chance.randrange(DAYS)),
    "amount": lambda chance: chance.randrange(100, 10**6) / 100,
    "int": lambda chance: float(chance.randrange(1, 4)),
    "number": lambda chance: float(chance.randrange(1, 90)),
}


def arguments(name: str, rows: int = ROWS) -> list[Any]:
    """The arguments of a function: ranges of one column, seeded; one that must be a single cell is one."""
    chance = random.Random(1)
    values = [_column(argument, rows, chance) for argument in FUNCTIONS[name].arguments]
    return [1000.0, *values[1:]] if name == "XLC_DSO_COUNTBACK" else values


def _column(argument: Argument, rows: int, chance: random.Random) -> tuple[tuple[Any], ...]:
    of_one: Callable[[random.Random], Any] = _TEXTS.get(argument.name) or _NUMBERS[argument.kind]
    return tuple((of_one(chance),) for _ in range(rows))


def whole_call(name: str, values: list[Any], rules: Rules) -> float:
    """Seconds of a call, from Excel's values to the rows handed back; the best of some turns."""
    return min(_timed(lambda: answer(name, values, rules)) for _ in range(TURNS))


def own_work(name: str, values: list[Any], rules: Rules) -> float:
    """Seconds of the calculation alone, without reading the cells and handing the rows back."""
    calls = [call_of(FUNCTIONS[name], values, rules) for _ in range(TURNS)]
    return min(_timed(lambda call=call: COMPUTED[name](call)) for call in calls)  # type: ignore[misc]  # lambda's default


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    rules = package_rules(AS_OF)
    print(f"| function, {ROWS:,} rows | whole call | of which calculating |")
    print("|---|---|---|")
    for name in COMPUTED:
        values = arguments(name)
        whole, own = whole_call(name, values, rules), own_work(name, values, rules)
        print(f"| {name} | {1000 * whole:.0f} ms | {1000 * own:.0f} ms |")


if __name__ == "__main__":
    main()
