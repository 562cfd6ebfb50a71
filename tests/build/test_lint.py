"""Each rule of the package lint, proven by breaking a sound workbook in one place."""

import pytest

from xlcredit.build.finish import read_parts, write_parts
from xlcredit.build.layout import SHEETS
from xlcredit.build.package import lint_package
from xlcredit.build.workbook import build_workbook


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("lint") / "sound.xlsm"
    build_workbook(path)
    return path.read_bytes()


@pytest.fixture
def broken(sound, tmp_path):
    """A way to break the workbook: part, what stands there, what shall stand there instead."""

    def break_in(part, old, new, count=1):
        parts = read_parts(sound)
        assert old.encode() in parts[part], f"{old} does not stand in {part}"
        parts[part] = parts[part].replace(old.encode(), new.encode(), count)
        path = tmp_path / "broken.xlsm"
        path.write_bytes(write_parts(parts))
        return lint_package(path)

    return break_in


def test_a_built_workbook_is_sound(sound, tmp_path):
    path = tmp_path / "sound.xlsm"
    path.write_bytes(sound)
    assert lint_package(path) == []


SHEET = "xl/worksheets/sheet4.xml"
DASHBOARD = f"xl/worksheets/sheet{[layout.key for layout in SHEETS].index('dashboard') + 1}.xml"

BREAKS = {
    "not well-formed": ("xl/workbook.xml", "</workbook>", "", "xl/workbook.xml: not well-formed"),
    "content type missing": (
        "[Content_Types].xml", 'PartName="/xl/styles.xml"', 'PartName="/xl/other.xml"', "xl/other.xml does not exist",
    ),
    "no macro type": (
        "[Content_Types].xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "xl/workbook.xml is application/vnd.openxmlformats",
    ),
    "target missing": (
        "xl/_rels/workbook.xml.rels", "worksheets/sheet3.xml", "worksheets/sheet99.xml", "sheet99.xml, no such part",
    ),
    "relationship id twice": (
        "xl/_rels/workbook.xml.rels", 'Id="rId3"', 'Id="rId2"', "relationship id rId2 stands 2 times",
    ),
    "relationship missing": (SHEET, 'r:id="rId1"', 'r:id="rId77"', "rId77 has no relationship"),
    "sheet name twice": ("xl/workbook.xml", 'name="Proposta"', 'name="CLIENTI"', "sheet name clienti stands twice"),
    "sheet name forbidden": ("xl/workbook.xml", 'name="Proposta"', 'name="Pro/posta"', "cannot be a sheet's name"),
    "sheet name of a module": ("xl/workbook.xml", 'name="Piani"', 'name="piani.py"', "cannot be a sheet's name"),
    "code name missing": (SHEET, ' codeName="SheetInvoices"', "", "sheet4.xml: no code name"),
    "code name twice": (SHEET, '"SheetInvoices"', '"SheetCustomers"', "code name SheetCustomers stands twice"),
    "table name twice": (
        "xl/tables/table2.xml", 'displayName="xlc_proposal"', 'displayName="xlc_worklist"', "name xlc_worklist stands twice",
    ),
    "table id twice": ("xl/tables/table2.xml", 'id="2"', 'id="1"', "the id 1 stands twice"),
    "table column twice": (
        "xl/tables/table3.xml", 'name="Rata"', 'name="NUMERO"', "column numero stands twice",
    ),
    "table column id twice": ("xl/tables/table3.xml", 'id="2" name="Rata"', 'id="1" name="Rata"', "column id 1 stands twice"),
    "sheet name too long": (
        "xl/workbook.xml", 'name="Proposta"', f'name="{"Proposta" * 4}"', "cannot be a sheet's name",
    ),
    "header says otherwise": (
        "xl/tables/table3.xml", 'name="Rata"', 'name="Quota"', "is 'Rata', the table says 'Quota'",
    ),
    "table too narrow": ("xl/tables/table3.xml", 'ref="A4:', 'ref="B4:', "does not fit"),
    "filter elsewhere": (
        "xl/tables/table3.xml", '<autoFilter ref="A4:', '<autoFilter ref="B4:', "its filter covers",
    ),
    "name leads to no sheet": (
        "xl/workbook.xml", "Scadenzario!$4:$4", "Scadenze!$4:$4", "no such sheet",
    ),
    "name leads nowhere": ("xl/workbook.xml", "xlc_operators[", "#REF![", "leads nowhere"),
    "name leads to no table": ("xl/workbook.xml", "xlc_operators[", "xlc_people[", "no table xlc_people"),
    "formula names no column": (
        DASHBOARD, "xlc_findings[Codice]", "xlc_findings[Sigla]", "has no column Sigla",
    ),
    "style out of range": (SHEET, '<c r="A5" s="', '<c r="A5" s="9', "uses style 9"),
    "string out of range": (SHEET, 't="s"><v>', 't="s"><v>99', "uses shared string 99"),
    "table style out of range": (
        "xl/styles.xml", 'type="secondRowStripe" dxfId="', 'type="secondRowStripe" dxfId="9', "table style uses format 9",
    ),
    "format out of range": (SHEET, 'dxfId="', 'dxfId="9', "uses format 9"),
    "row out of order": (SHEET, '<row r="3"', '<row r="2"', "stands after row 2"),
    "cell out of order": (SHEET, '<c r="B3"', '<c r="A3"', "cells of row 3 are out of order"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BREAKS)
def test_a_broken_workbook_is_named(broken, fault):
    part, old, new, said = BREAKS[fault]
    faults = broken(part, old, new)
    assert any(said in sentence for sentence in faults), faults


def test_a_part_without_content_type_is_named(sound, tmp_path):
    parts = {**read_parts(sound), "xl/strange.bin": b"?"}
    path = tmp_path / "strange.xlsm"
    path.write_bytes(write_parts(parts))
    assert lint_package(path) == ["[Content_Types].xml: no content type for xl/strange.bin"]


def test_a_file_that_is_no_zip_is_named(tmp_path):
    path = tmp_path / "no.xlsm"
    path.write_bytes(b"PK but no more")
    assert "not a readable zip file" in lint_package(path)[0]
