"""The group of help: the guide, the settings, the diagnosis of the installation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlcredit.excel.face import Answer

if TYPE_CHECKING:
    from xlcredit.excel.desk import Desk
    from xlcredit.excel.setup.check import Check


def guide(desk: Desk) -> None:
    """Go to the guide: the sheet is the answer."""
    desk.go_to("guide")


def settings(desk: Desk) -> None:
    """Go to the settings: the sheet is the answer."""
    desk.go_to("settings")


def doctor(desk: Desk) -> Answer:
    """Look at the installation, and at the workbook when it is on this computer, line by line."""
    from xlcredit.excel.links import repair_links
    from xlcredit.excel.setup.doctor import diagnose
    from xlcredit.excel.setup.machine import ThisMachine

    desk.show("diagnosing", 10)
    checks = diagnose(ThisMachine(), _on_disk(desk))
    faults = sum(check.status == "fault" for check in checks)
    repaired = repair_links(desk)
    head = desk.say("doctor_faults", count=faults) if faults else desk.words.text("doctor.good")
    lines = [head, *([desk.say("links_repaired")] if repaired else []), ""]
    return Answer(
        "\n".join([*lines, *(_line(check, desk) for check in checks)]), "look" if faults else "done"
    )


def _on_disk(desk: Desk) -> Path | None:
    """The workbook's file; None when it is not on this computer."""
    path = Path("" if desk.workbook is None else str(desk.workbook.FullName))
    return path if path.is_file() else None


def _line(check: Check, desk: Desk) -> str:
    """One check: a sign and a word, what was looked at; unless it is right, how it was found and what to do."""
    title = desk.words.text(f"doctor.{check.key}.title")
    sign = desk.say(f"doctor_status.{check.status}")
    if check.status == "ok":
        return f"{sign} {title}"
    says, remedy = check.worded(desk.words)
    return f"{sign} {title}: {says}{f' → {remedy}' if remedy else ''}"
