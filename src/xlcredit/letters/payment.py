"""How a letter is to be paid: account, reference to quote, payment code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcredit.letters.epc import epc_payload
from xlcredit.letters.parties import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlcredit.letters.wording import Wording

LONGEST_REFERENCE = 60
"""A reference is typed by hand into a bank's form: a longer one names the customer, not the documents."""


@dataclass(frozen=True)
class Account:
    """Where money is to arrive.

    Attributes:
        holder, iban, bank, bic: "" where not filled in; the IBAN in groups of four.
        code: whether letters carry a payment code.
    """

    holder: str
    iban: str
    bank: str
    bic: str
    code: bool

    @classmethod
    def of(cls, settings: Any) -> Account:  # noqa: ANN401  the policy's settings
        """The account of the workbook's settings."""
        holder, iban, bank, bic = (
            text_of(settings, f"company_{key}") for key in ("name", "iban", "bank", "bic")
        )
        return cls(holder, grouped("".join(iban.split()).upper()), bank, bic, settings.payment_qr is True)


def payment_facts(account: Account, reference: str, cents: int, currency: str) -> dict[str, str]:
    """The part `payment` of a letter's facts, without the amount in words of its language."""
    has_code = account.code and currency == "EUR"
    return {
        "holder": account.holder,
        "iban": account.iban,
        "bank": account.bank,
        "bic": account.bic,
        "reference": reference,
        "qr": epc_payload(account.holder, account.iban, account.bic, cents, reference) if has_code else "",
    }


def grouped(iban: str) -> str:
    """An IBAN in groups of four: `IT60 X054 2811 1010 0000 0123 456`."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def reference_of(reminder: str, customer: str, documents: Sequence[str], wording: Wording) -> str:
    """What the payer is to quote: the letter and its documents, or its customer where those are many."""
    full = str(wording.words["reference_with_documents"].format(id=reminder, documents=", ".join(documents)))
    if documents and len(full) <= LONGEST_REFERENCE:
        return full
    return str(wording.words["reference"].format(id=reminder, customer=customer))


def plan_reference(kind: str, plan: str, customer: str, wording: Wording) -> str:
    """What the payer of a plan is to quote, by the kind of its letter; "" for other letters."""
    return str(wording.words["plan_references"].get(kind, "")).format(id=plan, customer=customer)
