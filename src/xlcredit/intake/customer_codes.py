"""Customer codes where a ledger gives names only: invented once, in order of name, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from xlcredit.intake.decisions import Decision, listed
from xlcredit.words import fold

if TYPE_CHECKING:
    from xlcredit.intake.draft import Draft

_DIGITS = 4


def give_codes(draft: Draft) -> None:
    """Fill `customer_id` where only the name stands.

    A name that elsewhere in the ledger bears a code gets that code; the others are numbered `C0001`, `C0002`,
    ... in order of the folded name (case, accents, dots and spaces do not make another customer).
    """
    lacking = draft.filled("customer_name") & ~draft.filled("customer_id")
    if not lacking.any():
        return
    names = draft.raw["customer_name"]
    keys = fold_names(names)
    given = (
        draft.raw["customer_id"].astype(object)
        if "customer_id" in draft
        else pd.Series(None, keys.index, object)
    )
    coded = draft.filled("customer_id")
    known = dict(zip(keys[coded], given[coded], strict=True))
    strangers = sorted({key for key in keys[lacking] if key not in known})
    codes = _codes(strangers, {str(code) for code in known.values()})
    draft.raw["customer_id"] = given.where(~lacking, keys.map({**codes, **known})).astype(
        "str" if not known else object
    )
    if codes:
        first, last = codes[strangers[0]], codes[strangers[-1]]
        draft.decisions.append(
            Decision("customers-invented", {"count": len(codes), "first": first, "last": last})
        )
    _tell_spellings(draft, keys[lacking], names[lacking])


def fold_names(names: pd.Series) -> pd.Series:
    """Names as compared: letters and figures only, `&` as `e`."""
    codes, distinct = pd.factorize(names)
    words = [fold(str(name).replace("&", " e ")) or str(name) for name in distinct.tolist()]
    return pd.Series(np.array([*words, ""], dtype=object)[codes], index=names.index, dtype="str")


def _codes(keys: list[str], taken: set[str]) -> dict[str, str]:
    """A free code for each key, in order."""
    digits = max(_DIGITS, len(str(len(keys))))
    free = (f"C{number:0{digits}}" for number in range(1, len(keys) + len(taken) + 1))
    unused = (code for code in free if code not in taken)
    return dict(zip(keys, unused, strict=False))


def _tell_spellings(draft: Draft, keys: pd.Series, names: pd.Series) -> None:
    spellings = names.groupby(keys).unique()
    several = spellings[spellings.map(len) > 1]
    if len(several):
        texts = [" = ".join(map(str, each)) for each in several]
        draft.decisions.append(Decision("customers-same-name", {"count": len(texts), "names": listed(texts)}))
