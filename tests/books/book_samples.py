"""Workbooks that the tests of `books` work on, made here and nowhere else."""

import io
import re
import zipfile
from pathlib import Path

import xlsxwriter

HEADERS = [
    "Mio codice", "Numero", "Codice cliente", "Cliente", "Scadenza", "Totale documento", "Incassato", "Residuo",
    "Giorni di ritardo", "Fascia", "Anomalie", "Doppio",
]  # fmt: skip
COMPUTED = HEADERS[6:11]
FIRST_ROW = 6
"""Excel's number of the first body row of the sample's tables."""

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005"
    "0001ff89993d1d0000000049454e44ae426082"
)


def rich_book(path: Path, rows: int = 12, *, from_1904: bool = False) -> Path:
    """A workbook with something of everything that must survive a save."""
    workbook = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy", "date_1904": from_1904})
    _ledger(workbook, rows)
    _register(workbook)
    _worklist(workbook)
    _notes(workbook, rows)
    workbook.define_name("Totale_generale", "=SUM(xlc_invoices[Totale documento])")
    workbook.close()
    return path


def _ledger(workbook, rows):
    sheet = workbook.add_worksheet("Scadenzario")
    money = workbook.add_format({"num_format": "#,##0.00"})
    date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    grey = workbook.add_format({"bg_color": "#EEEEEE"})
    sheet.write(0, 0, "Scadenzario di prova", workbook.add_format({"bold": True, "font_size": 16}))
    sheet.write(1, 14, "una nota a destra")
    last = FIRST_ROW - 1 + rows - 1
    for row in range(rows):
        line = FIRST_ROW - 1 + row
        sheet.write_string(line, 0, f"x{row}")
        sheet.write_string(line, 1, f"{row + 1:05d}")
        sheet.write_string(line, 2, f"C{row % 3:03d}")
        sheet.write_string(line, 3, f"Rossi & Figli <{row}>")
        sheet.write_number(line, 4, 46000 + row, date)
        sheet.write_number(line, 5, 100.1 * (row + 1), money)
        sheet.write_blank(line, 6, None, money)
        sheet.write_number(line, 7, 1, money)
        sheet.write_blank(line, 10, None, grey)
        sheet.write(line, 14, f"fuori tabella {row}")
    columns = [{"header": header} for header in HEADERS]
    columns[11] = {
        "header": "Doppio",
        "formula": "=xlc_invoices[[#This Row],[Totale documento]]*2",
        "format": money,
    }
    sheet.add_table(
        FIRST_ROW - 2,
        0,
        last,
        len(HEADERS) - 1,
        {"name": "xlc_invoices", "columns": columns, "autofilter": True},
    )
    sheet.conditional_format(
        FIRST_ROW - 1, 8, last, 8, {"type": "cell", "criteria": ">", "value": 30, "format": money}
    )
    sheet.conditional_format(
        FIRST_ROW - 1, 5, last, 5, {"type": "data_bar", "data_bar_2010": True, "bar_solid": True}
    )
    sheet.data_validation(FIRST_ROW - 1, 9, last, 9, {"validate": "list", "source": ["1-30", "31-60"]})
    sheet.write_comment(FIRST_ROW - 1, 3, "Cliente importante")
    sheet.insert_image(1, 16, "p.png", {"image_data": io.BytesIO(PIXEL)})
    sheet.freeze_panes(FIRST_ROW - 1, 2)
    sheet.set_column(5, 7, 14, money)


def _register(workbook):
    sheet = workbook.add_worksheet("Solleciti")
    stamp = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    columns = [
        {"header": header} for header in ("Codice evento", "Codice sollecito", "Data e ora", "Residuo")
    ]
    sheet.add_table(FIRST_ROW - 2, 0, FIRST_ROW - 1, 4, {
        "name": "xlc_reminders",
        "columns": [*columns, {"header": "Mia somma", "formula": "=xlc_reminders[[#This Row],[Residuo]]+1"}],
    })  # fmt: skip
    sheet.write_blank(FIRST_ROW - 1, 2, None, stamp)


def _worklist(workbook):
    sheet = workbook.add_worksheet("Da fare oggi")
    columns = [{"header": header} for header in ("N.", "Codice cliente", "Da fare", "Note")]
    sheet.add_table(FIRST_ROW - 2, 1, FIRST_ROW + 3, 4, {"name": "xlc_worklist", "columns": columns})
    for row in range(5):
        sheet.write_row(FIRST_ROW - 1 + row, 1, [row + 1, f"C{row:03d}", "Chiamare", "mia nota"])


def _notes(workbook, rows):
    sheet = workbook.add_worksheet("Note e grafici")
    bold = workbook.add_format({"bold": True})
    sheet.write_rich_string(0, 0, "testo ", bold, "in grassetto", " e no")
    sheet.write_formula(1, 0, "=SUM(Scadenzario!F6:F17)", None, 42)
    sheet.write_array_formula(2, 0, 4, 0, "{=ROW(1:3)}", None, 1)
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": f"=Scadenzario!$F${FIRST_ROW}:$F${FIRST_ROW + rows - 1}"})
    sheet.insert_chart(5, 2, chart)
    sheet.protect("segreto")
    workbook.add_worksheet("Vuoto").hide()


EXTRA_PARTS = {
    "customXml/item1.xml": b"<mio>dato</mio>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
    "customUI/customUI14.xml": b"<customUI/>",
    "xl/vbaProject.bin": bytes(range(256)) * 8,
    "xl/calcChain.xml": b'<?xml version="1.0"?><calcChain><c r="L6" i="1"/></calcChain>',
}


def with_extra_parts(path: Path) -> Path:
    """The workbook with parts that libraries drop, and a chain of formulas."""
    parts = read_parts(path)
    links = b'<Relationship Id="rId99" Type="http://schemas/relationships/calcChain" Target="calcChain.xml"/>'
    override = b'<Override PartName="/xl/calcChain.xml" ContentType="x"/>'
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(b"</R", links + b"</R")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types", override + b"</Types")
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    write_parts(path, parts | EXTRA_PARTS)
    return path


def read_parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (2024, 5, 6, 7, 8, 10))
            info.external_attr = 0o640 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)


def change_part(path: Path, name: str, change) -> None:
    parts = read_parts(path)
    parts[name] = change(parts[name])
    write_parts(path, parts)


def substitute(path: Path, name: str, pattern: bytes, replacement: bytes) -> None:
    def change(data):
        changed, count = re.subn(pattern, replacement, data)
        assert count, f"{pattern!r} is not in {name}"
        return changed

    change_part(path, name, change)


def raw_entries(path: Path) -> dict[str, bytes]:
    """Each entry's local header and compressed bytes, as they stand in the file."""
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
        ends = [info.header_offset for info in infos[1:]] + [archive.start_dir]
    return {info.filename: data[info.header_offset : end] for info, end in zip(infos, ends, strict=True)}


def table_book(  # noqa: PLR0913  a table has this many properties
    path: Path, headers, rows, *, sheet="Scadenzario", name="xlc_invoices", dates=(), height=None
) -> Path:
    """A workbook with one table of the given cells; `dates` are columns whose numbers show as dates."""
    workbook = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False,
                                          "strings_to_urls": False})  # fmt: skip
    worksheet = workbook.add_worksheet(sheet)
    date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    worksheet.add_table(
        0, 0, max(height or len(rows), 1), len(headers) - 1,
        {"name": name, "columns": [{"header": header} for header in headers]},
    )  # fmt: skip
    for line, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            _write(worksheet, line, column, cell, date if column in dates else None)
    workbook.close()
    return path


def _write(worksheet, line, column, cell, style):
    if isinstance(cell, str) and cell.startswith("#"):
        worksheet.write_formula(line, column, "=NA()", style, cell)
    elif isinstance(cell, bool):
        worksheet.write_boolean(line, column, cell, style)
    elif isinstance(cell, str):
        worksheet.write_string(line, column, cell, style)
    elif cell is not None:
        worksheet.write_number(line, column, cell, style)
