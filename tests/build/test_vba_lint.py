"""The rules of the package lint about macros, each proven by breaking a sound workbook in one place."""

import pytest

from xlcredit.build.addin import build_addin
from xlcredit.build.finish import read_parts, write_parts
from xlcredit.build.lint_vba import PROJECT
from xlcredit.build.macros import macros_for, project_modules
from xlcredit.build.ovba import Module, write_project
from xlcredit.build.package import lint_package
from xlcredit.build.workbook import build_workbook

EXTRA = 'Attribute VB_Name = "{name}"\nOption Explicit\n'


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("lint") / "sound.xlsm"
    build_workbook(path, macros=macros_for("it"))
    return read_parts(path.read_bytes())


@pytest.fixture
def faults_of(sound, tmp_path):
    """What the lint says of the workbook with some parts replaced; None takes a part away."""

    def lint(changed, suffix=".xlsm"):
        parts = {name: content for name, content in {**sound, **changed}.items() if content is not None}
        path = tmp_path / f"broken{suffix}"
        path.write_bytes(write_parts(parts))
        return lint_package(path)

    return lint


def test_the_workbook_is_sound(faults_of):
    assert faults_of({}) == []


def test_a_ribbon_needs_a_project(faults_of):
    assert f"{RIBBON}: a ribbon without a VBA project" in faults_of({PROJECT: None})


RIBBON = "customUI/customUI14.xml"
TYPES = "[Content_Types].xml"
WORKBOOK_RELATIONS = "xl/_rels/workbook.xml.rels"

TEXT_FAULTS = {
    "a callback that is no macro": (
        RIBBON, 'onAction="XlcPress"', 'onAction="XlcPresses"', "onAction calls XlcPresses, which is no macro",
    ),
    "a private procedure as callback": (
        RIBBON, 'onAction="XlcPress"', 'onAction="ErrorValue"', "onAction calls ErrorValue, which is no macro",
    ),
    "another content type": (
        TYPES, "application/vnd.ms-office.vbaProject", "application/octet-stream", "is application/octet-stream, not",
    ),
    "no relationship": (
        WORKBOOK_RELATIONS, "2006/relationships/vbaProject", "2006/relationships/vba", "no relationship leads to",
    ),
    "a code name without module": (
        "xl/worksheets/sheet4.xml", '"SheetInvoices"', '"SheetOther"', "no module for code name SheetOther",
    ),
    "a module without code name": (
        "xl/worksheets/sheet4.xml", '"SheetInvoices"', '"SheetOther"', "module SheetInvoices is no code name",
    ),
    "code name of the workbook": (
        "xl/workbook.xml", 'codeName="ThisWorkbook"', 'codeName="Cartella"', "no module for code name Cartella",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", TEXT_FAULTS)
def test_a_fault_in_a_part_is_named(sound, faults_of, fault):
    part, old, new, said = TEXT_FAULTS[fault]
    assert old.encode() in sound[part]
    faults = faults_of({part: sound[part].replace(old.encode(), new.encode(), 1)})
    assert any(said in sentence for sentence in faults), faults


PROJECT_FAULTS = {
    "two modules of one name": (Module("xlcerrors", "module", EXTRA.format(name="xlcerrors")), "names out of order"),
    "another name in the source": (Module("Extra", "module", EXTRA.format(name="Other")), "Extra calls itself otherwise"),
    "a procedure named as its module": (
        Module("XlcPress", "module", EXTRA.format(name="XlcPress")), "xlcpress is a module and a procedure",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", PROJECT_FAULTS)
def test_a_fault_in_the_project_is_named(faults_of, fault):
    extra, said = PROJECT_FAULTS[fault]
    faults = faults_of({PROJECT: write_project([*project_modules("it"), extra])})
    assert any(said in sentence for sentence in faults), faults


def test_a_damaged_project_is_named(sound, faults_of):
    (fault,) = faults_of({PROJECT: sound[PROJECT][:-512]})
    assert fault.startswith(f"{PROJECT}: there is no sector")


def test_an_add_in_says_that_it_is_one(faults_of, sound, tmp_path):
    assert any("not application/vnd.ms-excel.addin" in fault for fault in faults_of({}, ".xlam"))
    path = tmp_path / "XLCredit.xlam"
    build_addin(path)
    path.rename(tmp_path / "XLCredit.xlsm")
    assert len(lint_package(tmp_path / "XLCredit.xlsm")) == 1
