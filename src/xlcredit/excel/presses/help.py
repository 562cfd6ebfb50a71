"""The group of help: the guide, the settings, the diagnosis of the installation."""

from __future__ import annotations

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
    from pathlib import Path

    from xlcredit.excel.setup.doctor import diagnose
    from xlcredit.excel.setup.machine import ThisMachine

    name = "" if desk.workbook is None else str(desk.workbook.FullName)
    book = Path(name) if name and Path(name).is_file() else None
    checks = diagnose(ThisMachine(), book)
    faults = sum(check.status == "fault" for check in checks)
    head = desk.say("doctor_faults", count=faults) if faults else desk.words.text("doctor.good")
    return Answer(
        "\n".join([head, "", *(_line(check, desk) for check in checks)]), "look" if faults else "done"
    )


def _line(check: Check, desk: Desk) -> str:
    """One check: a sign and a word, what was looked at; unless it is right, how it was found and what to do."""
    title = desk.words.text(f"doctor.{check.key}.title")
    sign = desk.say(f"doctor_status.{check.status}")
    if check.status == "ok":
        return f"{sign} {title}"
    case = f"doctor.{check.key}.{check.case}"
    says, remedy = (desk.words.text(f"{case}.{part}", **check.facts) for part in ("says", "remedy"))
    return f"{sign} {title}: {says} {remedy}"
