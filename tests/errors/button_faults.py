"""Faults at a button of the ribbon, as in `faults`: what only happens inside Excel, in the model of it."""

import sys
from pathlib import Path

from faults import BOOK, book, causes

from xlcredit.excel.desk import Desk
from xlcredit.excel.ribbon import press_of
from xlcredit.operations.letter_preview import Wanted, preview_letter

sys.path.append(str(Path(__file__).parents[1]))

from excel_model import Application, open_excel
from recording_face import RecordingFace


def press(key, excel, **answers):
    """What a button does, without the message in which its error ends."""
    return press_of(key)(Desk(RecordingFace(**answers), excel, excel.ActiveWorkbook))


def opened(folder, text=BOOK):
    return open_excel(book(folder, text))


@causes("no-workbook")
def nothing_open(folder):
    """*Aggiorna* of the add-in is pressed while no workbook is open."""
    return press("refresh", Application())


@causes("protected-view")
def in_protected_view(folder):
    """*Aggiorna* of the add-in is pressed while a workbook that came by e-mail is shown in Protected View."""
    excel = Application()
    excel._protected_views.append("Crediti.xlsm")
    return press("refresh", excel)


@causes("stopped")
def stopped_by_esc(folder):
    """Esc is pressed while *Aggiorna* reads."""
    return press("refresh", opened(folder), stops_at="")


@causes("no-rows-selected")
def none_selected(folder):
    """*Annulla* is pressed while a cell outside the tables is selected."""
    excel = opened(folder)
    excel.ActiveSheet.Cells(40, 20).Select()
    return press("cancel", excel)


@causes("not-reminded")
def never_reminded(folder):
    """*Annulla* is pressed while an invoice is selected that was never reminded."""
    excel = opened(folder)
    excel.ActiveSheet.ListObjects.Item(1).DataBodyRange.Select()
    return press("cancel", excel)


@causes("sheet-missing")
def guide_removed(folder):
    """*Guida* is pressed in a workbook whose sheet Guida was removed."""
    return press("guide", opened(folder))


@causes("ledger-unsaved")
def ledger_unsaved(folder):
    """*Usa il mio file* is given the workbook that is open, with changes that were not saved."""
    excel = opened(folder)
    excel.ActiveSheet._type("A2", "9/2026")
    return press("adopt", excel, files=[Path(excel.ActiveWorkbook.FullName)])


@causes("letter-not-due")
def letter_not_due(folder):
    """*Anteprima* of a level that the customer has not reached yet."""
    return preview_letter(book(folder), folder, Wanted("C1", "EUR", 4))


@causes("several-customers")
def two_customers(folder):
    """*Registra contatto* is pressed while rows of two customers are selected."""
    excel = opened(folder)
    excel.ActiveSheet.ListObjects.Item(1).DataBodyRange.Select()
    return press("contact", excel)
