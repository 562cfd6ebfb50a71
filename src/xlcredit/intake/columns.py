"""What the values of a column say about it, where its header says too little or something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.intake.decisions import Decision
from xlcredit.intake.draft import (
    HALF,
    MOSTLY,
    are_amounts,
    are_dates,
    are_numbers,
    are_words,
    folded,
    keys_of,
)
from xlcredit.schema import INVOICES
from xlcredit.words import choice_words

if TYPE_CHECKING:
    import pandas as pd

    from xlcredit.intake.draft import Draft, Fits, Mask

_CODES_A_NAME = 1.2
_FLAG_WORDS = ("settled_words", "open_words")


def settle_columns(draft: Draft) -> None:
    """Let the values have the last word on what the columns are."""
    _decline_weak(draft)
    _settle_customer(draft)
    _settle_paid(draft)
    _settle_levels(draft)
    _settle_document_type(draft)


def settle_amounts(draft: Draft) -> None:
    """Where there is no document total, take what comes nearest."""
    for key in ("net_payable", "open_ledger"):
        if "amount" not in draft and key in draft:
            draft.raw["amount"] = draft.raw[key]
            draft.decisions.append(Decision("amount-from", {"column": key}))


def _decline_weak(draft: Draft) -> None:
    """A vague header (`Data`, `Tipo`) is believed only when half of its cells fit."""
    for key in sorted(draft.weak & set(draft.raw.columns)):
        column = INVOICES.by_key.get(key)
        if column is None or not draft.filled(key).any():
            continue
        by_type: dict[str, Fits] = {"date": are_dates, "money": are_amounts}
        fits = _are_choices(key, column.vocabulary) if column.vocabulary else by_type.get(column.type)
        if fits is not None and draft.share(key, fits) < HALF:
            draft.decline(key)


def _are_choices(key: str, vocabulary: str) -> Fits:
    """Cells that are a word of the vocabulary."""
    known = {*choice_words(vocabulary), *(keys_of("document_words") if key == "document_type" else ())}
    return lambda column: folded(column).isin(known).to_numpy()


def _settle_customer(draft: Draft) -> None:
    """`Cliente` may be the name or the code: a code has figures and no space, and is one a name."""
    if "customer_id" in draft.weak and {"customer_id", "customer_name"} <= set(draft.raw.columns):
        pairs = draft.raw[["customer_name", "customer_id"]].dropna().astype(str).drop_duplicates()
        if len(pairs) > _CODES_A_NAME * pairs["customer_name"].nunique():
            draft.decline("customer_id")
    if (
        "customer_name" in draft
        and "customer_id" not in draft
        and draft.share("customer_name", _are_codes) >= MOSTLY
    ):
        draft.move("customer_name", "customer_id")
    elif (
        "customer_id" in draft
        and "customer_name" not in draft
        and draft.share("customer_id", _are_names) >= MOSTLY
    ):
        draft.move("customer_id", "customer_name")


def _are_codes(column: pd.Series) -> Mask:
    return column.astype(str).str.fullmatch(r"\s*(?=\S*\d)[\w./-]+\s*").to_numpy(dtype=bool)


def _are_names(column: pd.Series) -> Mask:
    return column.astype(str).str.contains(r"[^\W\d_]{2,}.*\s.*[^\W\d_]{2,}").to_numpy(dtype=bool)


def _settle_paid(draft: Draft) -> None:
    """`Pagato` may be an amount, a yes or a date; so may `Pagata`."""
    if "paid_ledger" in draft and draft.share("paid_ledger", are_amounts) < HALF:
        if draft.share("paid_ledger", are_dates) >= HALF and "settled_date" not in draft:
            draft.move("paid_ledger", "settled_date")
        elif draft.share("paid_ledger", are_words(*_FLAG_WORDS)) >= HALF and "is_settled" not in draft:
            draft.move("paid_ledger", "is_settled")
    is_free = "settled_date" in draft and "is_settled" not in draft
    if is_free and draft.share("settled_date", are_words(*_FLAG_WORDS)) >= HALF:
        draft.move("settled_date", "is_settled")
    if draft.filled("is_settled").any():
        if draft.share("is_settled", are_dates) >= HALF and "settled_date" not in draft:
            draft.move("is_settled", "settled_date")
        elif draft.share("is_settled", are_words(*_FLAG_WORDS)) < HALF:
            draft.decline("is_settled")


def _settle_levels(draft: Draft) -> None:
    """`Sollecito` may be a level or a date, and so may `Ultimo sollecito`."""
    if (
        "level_sent" in draft
        and "level_sent_date" not in draft
        and draft.share("level_sent", are_dates) >= HALF
    ):
        draft.move("level_sent", "level_sent_date")
    elif "level_sent_date" in draft and draft.share("level_sent_date", are_dates) < HALF:
        levels = draft.share("level_sent_date", are_numbers) + draft.share(
            "level_sent_date", _are_level_words
        )
        if levels >= HALF and "level_sent" not in draft:
            draft.move("level_sent_date", "level_sent")


def _are_level_words(column: pd.Series) -> Mask:
    return folded(column).isin(keys_of("level_words").keys()).to_numpy() & ~are_numbers(column)


def _settle_document_type(draft: Draft) -> None:
    """Abbreviations of ERPs for kinds of document, as the word that every reader knows."""
    if "document_type" not in draft:
        return
    known, usual = keys_of("document_words"), choice_words("document_type")
    said = folded(draft.raw["document_type"])
    better = said.map({word: key for word, key in known.items() if word not in usual})
    if better.notna().any():
        draft.raw["document_type"] = draft.raw["document_type"].astype(object).where(better.isna(), better)
