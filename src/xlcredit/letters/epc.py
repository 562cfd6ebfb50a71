"""The payment code that a banking app reads: EPC069-12, version 002, one SEPA credit transfer.

Lines joined by LF, UTF-8: service tag, version, character set (1 = UTF-8), identification, BIC (optional
within the EEA), beneficiary, IBAN, amount, purpose, structured reference, remittance text. Only euro, from
0.01 to 999,999,999.99; at most 331 bytes.
"""

from __future__ import annotations

MAX_CENTS = 99_999_999_999
MAX_BYTES = 331
MAX_NAME = 70
MAX_TEXT = 140


def epc_payload(name: str, iban: str, bic: str, amount_cents: int, text: str) -> str:
    """The text of the payment code, or "" where none can be made.

    Args:
        name: the beneficiary; cut at 70 characters, as the standard has it.
        iban: with or without blanks.
        bic: 8 or 11 characters, or "".
        amount_cents: what is to be paid, in euro cents.
        text: what the payer quotes; at most 140 characters.

    Returns:
        "" without beneficiary or IBAN, for an amount outside 0.01..999,999,999.99, or for a text that does
        not fit.

    >>> epc_payload("Alfa S.r.l.", "IT60 X054 2811 1010 0000 0123 456", "", 123456, "12/A").splitlines()[5:8]
    ['Alfa S.r.l.', 'IT60X0542811101000000123456', 'EUR1234.56']
    """
    account = "".join(iban.split()).upper()
    if not name.strip() or not account or not 0 < amount_cents <= MAX_CENTS or len(text) > MAX_TEXT:
        return ""
    amount = f"EUR{amount_cents // 100}.{amount_cents % 100:02}"
    holder = _line(name)[:MAX_NAME]
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        "".join(bic.split()).upper(),
        holder,
        account,
        amount,
        "",
        "",
        _line(text),
    )
    payload = "\n".join(lines).rstrip("\n")
    return payload if len(payload.encode()) <= MAX_BYTES else ""


def _line(text: str) -> str:
    """The text on one line: a break inside would shift what follows."""
    return " ".join(text.split())
