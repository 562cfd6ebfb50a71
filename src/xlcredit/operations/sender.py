"""Who writes: a letter without creditor, address, IBAN or signature asks for money that nobody can pay or prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit.errors import Finding, XlcreditError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlcredit.core.proposal import Proposal
    from xlcredit.operations.opened import Opened

NEEDED = ("company_name", "company_address", "company_iban", "signatory")
"""Settings that every letter prints."""


class SenderIncompleteError(XlcreditError):
    """A formal notice that does not say who writes, where to pay, or who signs."""

    code = "sender-incomplete"


def sender_findings(opened: Opened, proposal: Proposal) -> list[Finding]:
    """One finding that names the settings about the sender that are blank, where letters wait to go."""
    missing = _missing(opened)
    if not missing or not len(proposal.letters):
        return []
    return [Finding("sender-incomplete", "settings", "value", facts={"settings": missing})]


def refuse_without_sender(opened: Opened, kinds: Iterable[str]) -> None:
    """A formal notice does not go while the sender is incomplete.

    Args:
        opened: the workbook.
        kinds: of the letters to issue.

    Law: art. 1219 c.c.: the notice is the creditor's own written demand.

    Raises:
        SenderIncompleteError
    """
    missing = _missing(opened)
    if missing and "formal_notice" in set(kinds):
        raise SenderIncompleteError(path=str(opened.book.path), settings=missing)


def _missing(opened: Opened) -> str:
    """Names of the blank settings, in the workbook's language."""
    settings = opened.policy.settings
    blank = [key for key in NEEDED if not str(getattr(settings, key) or "").strip()]
    return ", ".join(opened.catalogue.text(f"settings.{key}.name") for key in blank)
