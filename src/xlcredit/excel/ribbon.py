"""A button of the ribbon was pressed: find what it does, do it, and end with one message in plain words.

`press` is what the workbook's macro runs, in the process that also serves the formulas, so that only the first
press waits for Python to start.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from xlcredit.buttons import BUTTONS
from xlcredit.catalogue import Catalogue
from xlcredit.errors import XlcreditError
from xlcredit.excel.desk import Desk, interface_language
from xlcredit.excel.errors import ButtonError, CalledOffError
from xlcredit.excel.face import Answer
from xlcredit.excel.told import refusal
from xlcredit.log import log_fault, log_path, log_refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_DISABLED = 0
"""Excel's number for a cancel key that does nothing."""


def press(key: str, project: Literal["workbook", "addin"] = "workbook") -> None:
    """Do what the button `key` is for; called by the macro `XlcPress`.

    Args:
        key: of the button.
        project: where the macro stands: in the workbook that it hands over, or in the add-in.
    """
    from xlcredit.excel.windows import ExcelFace

    workbook = _workbook()
    excel = workbook.Application
    title = Catalogue(interface_language(excel)).text("presses.title")
    answer_press(key, Desk(ExcelFace(excel, title), excel, workbook, is_addin=project == "addin"))


def _workbook() -> Any:  # noqa: ANN401  a COM object
    """The workbook that the macro hands over: its own, or for the add-in the one in front."""
    import xlwings

    from xlcredit.books.live.com import Patient

    return Patient(xlwings.Book.caller().api)


def answer_press(key: str, desk: Desk) -> None:
    """Do what the button `key` is for and show its answer; whatever goes wrong ends as a message, too."""
    with _undisturbed(desk.application):
        try:
            answer = _outcome(key, desk)
        finally:
            desk.face.show_status(None)
        if answer is not None:
            desk.face.tell(answer)


@contextmanager
def _undisturbed(excel: Any) -> Iterator[None]:  # noqa: ANN401  a COM object
    """While Excel waits for us, it does not complain of waiting, and Esc is ours rather than its macro's."""
    alerts, cancel_key = excel.DisplayAlerts, excel.EnableCancelKey
    excel.DisplayAlerts, excel.EnableCancelKey = False, _DISABLED
    try:
        yield
    finally:
        excel.DisplayAlerts, excel.EnableCancelKey = alerts, cancel_key


def _outcome(key: str, desk: Desk) -> Answer | None:
    from xlcredit.books.live.com import told

    try:
        with told("Excel"):
            if BUTTONS[key].writes:
                desk.need_writable()
            return press_of(key)(desk)
    except CalledOffError:
        return None
    except ButtonError as error:
        log_refusal(key, error)
        return Answer(refusal(error, desk.words), "failed")
    except XlcreditError as error:
        log_refusal(key, error)
        where = desk.say("in_the_log", path=str(log_path()))
        return Answer(f"{refusal(error, desk.words)}\n\n{where}", "failed")
    except Exception as error:  # noqa: BLE001  the edge: a fault of ours, told as such, with its place in the log
        log_fault(key, error)
        return Answer(desk.say("fault", path=str(log_path())), "failed")


def press_of(key: str) -> Callable[[Desk], Answer | None]:
    """The function behind the button `key`: of the same name, in the module of the button's group."""
    function: Callable[[Desk], Answer | None] = getattr(
        import_module(f"xlcredit.excel.presses.{BUTTONS[key].group}"), key
    )
    return function
