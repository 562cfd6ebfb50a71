"""Since when the margin of today's law applies, for letters that charge some contracts by an older one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xlcredit.parameters.law import load_law

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from xlcredit.letters.arrange import Batch
    from xlcredit.letters.wording import Wording

_PARTS = {"b2b": ("margin_b2b",), "agri": ("margin_b2b", "surcharge_agri")}


def margins_since(batch: Batch, wordings: Mapping[str, Wording], as_of: dt.date) -> list[str]:
    """By letter, the first day of today's margin where a row with interest has an older contract; else "".

    Law: art. 3 D.Lgs. 192/2012; art. 2 D.L. 51/2015: the margin is that of the day of the contract.
    """
    since = {regime: _last_change(names, as_of) for regime, names in _PARTS.items()}
    regimes = batch.customers["regime"].tolist()
    limits = np.array([since.get(regime) for regime in regimes], dtype="datetime64[D]")
    rows, letter = batch.rows.columns, batch.rows.letter
    older = (rows["contract_date"] < limits[letter]) & (rows["interest"] > 0)
    wanted = np.bincount(letter[older], minlength=len(batch)) > 0
    told = zip(wanted.tolist(), limits.tolist(), batch.languages.tolist(), strict=True)
    return [wordings[language].day(limit) if is_told else "" for is_told, limit, language in told]


def _last_change(names: tuple[str, ...], as_of: dt.date) -> dt.date:
    law = load_law()
    return max(value.start for name in names for value in law.parameters[name].values if value.start <= as_of)
