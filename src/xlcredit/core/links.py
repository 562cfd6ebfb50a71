"""A telephone number and an e-mail address as links that a computer can follow (`tel:`, `mailto:`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

HOME = "IT"
_ITALY = "+39"


def call_links(phone: pd.Series, country: pd.Series) -> pd.Series:
    """The numbers as `tel:` links, with their prefix; several in a cell: the first.

    A number without a prefix is Italian where its country is Italy or blank, and keeps its leading zero; one
    of another country stays as it is.

    >>> import pandas as pd
    >>> call_links(pd.Series(["02 1234567", "0044 20-123", "x"]), pd.Series([None, "GB", None])).tolist()
    ['tel:+39021234567', 'tel:+4420123', nan]
    """
    first = phone.str.replace(r"[;,].*", "", regex=True)
    number = first.str.replace(r"[^\d+]", "", regex=True).str.replace(r"^00", "+", regex=True)
    number = number.where(number.str.contains(r"\d", regex=True, na=False))
    is_home = country.isna() | (country.str.upper() == HOME).fillna(value=False)
    prefixed = _ITALY + number
    return "tel:" + number.where(number.str.startswith("+", na=False) | ~is_home, prefixed)


def mail_links(email: pd.Series) -> pd.Series:
    """The addresses as `mailto:` links; several in a cell: the first; blank for what is no address.

    >>> import pandas as pd
    >>> mail_links(pd.Series(["a@b.it; c@d.it", "chiedere"])).tolist()
    ['mailto:a@b.it', nan]
    """
    found = email.str.extract(r"([^\s;,<>]+@[^\s;,<>]+\.[^\s;,<>]+)", expand=False)
    return "mailto:" + found
