"""The picture of a payment code, as PNG, the same bytes for the same text.

A code costs as much as thirty letters: each is drawn once, and only where a template has a place for it.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

_PIXELS_A_MODULE = 4
_QUIET_MODULES = 4


@lru_cache(maxsize=1024)
def payment_code_png(payload: str) -> bytes:
    """The QR code of a payment (`letters.epc.epc_payload`), error correction M as EPC069-12 prescribes.

    Raises:
        segno.DataOverflowError: a payload longer than a code holds; `epc_payload` never gives one.
    """
    import segno  # noqa: PLC0415  it brings the network along, and most letters have no code

    code = segno.make(
        payload, error="m", boost_error=False, micro=False, mode="byte", encoding="utf-8", eci=False
    )
    picture = BytesIO()
    code.save(picture, kind="png", scale=_PIXELS_A_MODULE, border=_QUIET_MODULES)
    return picture.getvalue()
