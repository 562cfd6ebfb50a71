"""Faults of a workbook that is open in Excel, as in `faults`; Excel is the model that the tests of the live book use."""

import contextlib

import pandas as pd
from faults import book, causes

from excel_com import RPC_E_DISCONNECTED, ComError, refused
from excel_model import open_excel
from xlcredit.books import TableUpdate
from xlcredit.books.live import LiveBook, com
from xlcredit.operations.refresh import refresh

UNABLE = "Unable to get the Value2 property of the Range class"


@contextlib.contextmanager
def in_excel(folder, **how):
    """The workbook of the faults, open in Excel."""
    excel = open_excel(book(folder), **how)
    try:
        yield excel, LiveBook(excel.ActiveWorkbook)
    finally:
        excel._busy, excel._before = 0, None
        excel.Quit()


def write(live):
    """What a refresh writes into the column of the residue."""
    live.save([TableUpdate("invoices", {"Residuo": pd.Series([5.0, 6.0])})])


@causes("excel-busy")
def busy(folder):
    """`Aggiorna` is pressed while a cell is being edited, and stays so."""
    pauses, com.PAUSES = com.PAUSES, ()
    try:
        with in_excel(folder) as (excel, live):
            excel._busy = True
            refresh(live)
    finally:
        com.PAUSES = pauses


@causes("excel-gone")
def gone(folder):
    """Excel is closed while it is being worked with."""

    def disconnect(name):
        raise ComError(RPC_E_DISCONNECTED, "The object invoked has disconnected from its clients.")

    with in_excel(folder) as (excel, live):
        excel._before = disconnect
        refresh(live)


@causes("excel-refused")
def excel_refuses(folder):
    """Excel refuses to say what stands on a sheet."""

    def refuse(name):
        if name == "Range.Value2":
            raise refused(UNABLE)

    with in_excel(folder) as (excel, live):
        excel._before = refuse
        refresh(live)


@causes("live-never-saved")
def never_saved(folder):
    """`Aggiorna` in a new workbook that has never been saved."""
    with in_excel(folder, saved_once=False) as (_, live):
        refresh(live)


@causes("live-online")
def online(folder):
    """`Aggiorna` in a workbook that was opened from SharePoint."""
    with in_excel(folder, address="https://azienda.sharepoint.com/crediti") as (_, live):
        refresh(live)


@causes("live-autosave")
def saves_itself(folder):
    """`Aggiorna` in a workbook with AutoSave on."""
    with in_excel(folder) as (excel, live):
        excel.ActiveWorkbook._autosave = True
        refresh(live)


@causes("live-shared")
def shared(folder):
    """`Aggiorna` in a workbook that is shared the old way."""
    with in_excel(folder) as (excel, live):
        excel.ActiveWorkbook._shared = True
        refresh(live)


@causes("live-read-only")
def read_only(folder):
    """`Aggiorna` in a workbook that was opened for reading only."""
    with in_excel(folder, read_only=True) as (_, live):
        refresh(live)


@causes("live-sheets-gone")
def sheet_deleted(folder):
    """`Ripristina` after the sheet `Anomalie` was deleted."""
    with in_excel(folder) as (excel, live):
        write(live)
        workbook = excel.ActiveWorkbook
        workbook._sheets.remove(workbook.Worksheets("Anomalie"))
        live.reopened().restore()


@causes("sheet-protected")
def protected(folder):
    """`Aggiorna` while the sheet `Scadenzario` is protected."""
    with in_excel(folder) as (excel, live):
        excel.ActiveWorkbook.Worksheets("Scadenzario").Protect("segreto")
        write(live)


@causes("table-filtered")
def filtered(folder):
    """`Aggiorna` while the table is filtered by colour."""
    by_colour = 8
    with in_excel(folder) as (excel, live):
        listed = excel.ActiveWorkbook.Worksheets("Scadenzario").ListObjects(1)
        listed.Range.AutoFilter(2, "C1", by_colour)
        write(live)


@causes("cell-not-kept")
def cell_not_kept(folder):
    """Excel makes 9 of a 6 that is written."""
    with in_excel(folder) as (excel, live):
        cells = excel.ActiveWorkbook.Worksheets("Scadenzario")._cells
        put = cells.put
        cells.put = lambda row, column, value: put(row, column, 9.0 if value == 6.0 else value)
        write(live)


@causes("live-not-saved")
def not_saved(folder):
    """The network drive vanishes when the register is to be saved."""
    with in_excel(folder) as (excel, live):
        write(live)
        excel.ActiveWorkbook._refuses_save = True
        live.persist()
