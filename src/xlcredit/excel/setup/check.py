"""One line of the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlcredit.catalogue import Catalogue

Status = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at and how it was found.

    Attributes:
        key: what was looked at; its title is `doctor.<key>.title` in the catalogue.
        status: right; worth knowing; to be mended.
        case: how it was found; its words are `doctor.<key>.<case>.says` and, unless it is right, `.remedy`.
        facts: fill the words.
    """

    key: str
    status: Status
    case: str = "ok"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def worded(self, words: Catalogue) -> tuple[str, str]:
        """What was found, and the remedy; no remedy where nothing needs one."""
        key = f"doctor.{self.key}.{self.case}"
        remedy = words.text(f"{key}.remedy", **self.facts) if self.status != "ok" else ""
        return words.text(f"{key}.says", **self.facts), remedy


def right(key: str, case: str = "ok", **facts: Any) -> Check:  # noqa: ANN401  facts are of any type
    """Nothing to do."""
    return Check(key, "ok", case, facts)


def doubtful(key: str, case: str, **facts: Any) -> Check:  # noqa: ANN401  facts are of any type
    """Worth knowing."""
    return Check(key, "warning", case, facts)


def wrong(key: str, case: str, **facts: Any) -> Check:  # noqa: ANN401  facts are of any type
    """To be mended."""
    return Check(key, "fault", case, facts)
