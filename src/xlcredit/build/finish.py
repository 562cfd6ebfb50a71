"""The last touches that XlsxWriter has no option for, made on the finished package.

Content type of a workbook with macros (Excel refuses an .xlsm without it), our own table style, and the place
of the VBA project and the ribbon. The zip is written anew with fixed dates, so that two builds are equal.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
BAND_COLOUR = "FFF4F7FA"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class VbaProject:
    """The macros of a workbook.

    Attributes:
        project: the bytes of vbaProject.bin.
        ribbon: customUI14.xml, or None for a workbook without a tab of its own.
    """

    project: bytes
    ribbon: bytes | None = None


def finish_package(package: bytes, macros: VbaProject | None = None) -> bytes:
    """XlsxWriter's `package` as a macro workbook with our table style and the ribbon."""
    parts = read_parts(package)
    _replace(parts, "[Content_Types].xml", PLAIN_TYPE, MACRO_TYPE)
    _add_table_style(parts)
    _leave_formulas_uncomputed(parts)
    if macros and macros.ribbon:
        _add_ribbon(parts, macros.ribbon)
    return write_parts(parts)


def finish_addin(package: bytes, macros: VbaProject) -> bytes:
    """XlsxWriter's `package` with `macros` as an add-in with its ribbon."""
    parts = read_parts(package)
    _replace(parts, "[Content_Types].xml", MACRO_TYPE, ADDIN_TYPE)
    if macros.ribbon:
        _add_ribbon(parts, macros.ribbon)
    return write_parts(parts)


def read_parts(package: bytes) -> dict[str, bytes]:
    """The parts of a package by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return {name: source.read(name) for name in source.namelist()}


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts: same parts, same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return buffer.getvalue()


def _replace(parts: dict[str, bytes], name: str, old: str, new: str) -> None:
    parts[name] = parts[name].replace(old.encode(), new.encode())


def _add_table_style(parts: dict[str, bytes]) -> None:
    """A table style `xlcredit` that shades every second row lightly and leaves the headers alone."""
    styles = parts["xl/styles.xml"].decode()
    colours = f'<fgColor rgb="{BAND_COLOUR}"/><bgColor rgb="{BAND_COLOUR}"/>'
    dxf = f'<dxf><fill><patternFill patternType="solid">{colours}</patternFill></fill></dxf>'
    count = styles.count("<dxf>")
    opening = f'<dxfs count="{count}"'
    if count:
        styles = styles.replace("</dxfs>", f"{dxf}</dxfs>").replace(opening, f'<dxfs count="{count + 1}"')
    else:
        styles = styles.replace('<dxfs count="0"/>', f'<dxfs count="1">{dxf}</dxfs>')
    style = (
        '<tableStyle name="xlcredit" pivot="0" count="1">'
        f'<tableStyleElement type="secondRowStripe" dxfId="{count}"/></tableStyle>'
    )
    head, _, tail = styles.partition('<tableStyles count="0" ')
    attributes, _, rest = tail.partition("/>")
    parts["xl/styles.xml"] = f'{head}<tableStyles count="1" {attributes}>{style}</tableStyles>{rest}'.encode()


def _leave_formulas_uncomputed(parts: dict[str, bytes]) -> None:
    """Formula cells without a value: Excel and LibreOffice compute them on opening, none can be outdated."""
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            _replace(parts, name, "</f><v>0</v>", "</f>")


def _add_ribbon(parts: dict[str, bytes], ribbon: bytes) -> None:
    parts[RIBBON_PART] = ribbon
    relation = (
        f'<Relationship Id="rIdRibbon" Type="{RIBBON_RELATION}" Target="{RIBBON_PART}"/></Relationships>'
    )
    _replace(parts, "_rels/.rels", "</Relationships>", relation)
