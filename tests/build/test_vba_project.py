"""The VBA project of the workbook and of the add-in: what others read in it is what the sources say."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator
from pyopenvba import ExcelFile, check_file
from pyopenvba.interpreter import parse_module

from xlcredit import __version__
from xlcredit.build.addin import build_addin
from xlcredit.build.compound import write_compound
from xlcredit.build.compound_reader import read_compound
from xlcredit.build.finish import read_parts
from xlcredit.build.layout import SHEETS
from xlcredit.build.macros import ADDIN_SHEET, macros_for, project_modules
from xlcredit.build.ovba import PROJECT_ID, encoded_source, protect
from xlcredit.build.ovba_reader import ProjectFaultError, read_project
from xlcredit.build.package import lint_package
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import LANGUAGES

SOURCES = Path(__file__).parents[2] / "src" / "xlcredit" / "build" / "vba"
FILES = sorted(SOURCES.rglob("*.[bc][al]s"))
READ_BY_OLEVBA = """
import json, sys, warnings
warnings.simplefilter("ignore")
from oletools.olevba import VBA_Parser
modules = [macro[2:] for macro in VBA_Parser(sys.argv[1]).extract_macros()]
print(json.dumps({name.rpartition(".")[0]: code for name, code in modules}))
"""


@pytest.fixture(scope="module", params=["workbook", "add-in"])
def kind(request):
    return request.param


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def modules(kind, language):
    return project_modules(language, addin=kind == "add-in")


@pytest.fixture(scope="module")
def built(kind, language, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vba")
    if kind == "add-in":
        path = folder / "XLCredit.xlam"
        build_addin(path, language)
    else:
        path = folder / "CreditControl.xlsm"
        build_workbook(path, language=language, macros=macros_for(language))
    return path


def test_olevba_reads_the_sources_back(built, modules):
    if importlib.util.find_spec("oletools") is None:
        pytest.skip("oletools is not installed")
    command = [sys.executable, "-c", READ_BY_OLEVBA, built]
    answer = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    found = {name: code.replace("\r\n", "\n") for name, code in json.loads(answer).items()}
    assert found == {module.name: module.source for module in modules}


def test_pyopenvba_reads_the_sources_back_and_finds_nothing_wrong(built, modules):
    book = ExcelFile(built)
    assert {name: book.get_module(name) for name in book.module_names()} == {
        module.name: encoded_source(module).decode("cp1252") for module in modules
    }
    assert book.validate() == []
    report = check_file(built)
    assert (report.complete, report.issues) == (True, ())


def test_every_module_parses(modules):
    """All but xlwings' own, whose directives the parser does not know; it does not know WithEvents either."""
    for module in modules:
        if module.name != "xlwings":
            kind = "standard" if module.kind == "module" else "class"
            parsed = parse_module(module.source.replace(" WithEvents ", " "), name=module.name, kind=kind)
            assert parsed.name == module.name


def test_openxml_audit_finds_no_error(built):
    assert [error.description for error in OpenXmlValidator().validate(built).errors] == []


def test_the_lint_finds_nothing(built):
    assert lint_package(built) == []


def test_two_builds_are_the_same_bytes(tmp_path):
    paths = [tmp_path / "a.xlam", tmp_path / "b.xlam"]
    for path in paths:
        macros_for.cache_clear()
        build_addin(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_every_module_text_is_in_the_project(kind, modules):
    sources = {module.name: module.source for module in modules}
    for path in SOURCES.glob("*.bas"):
        assert sources[path.stem] == path.read_text("utf-8")
    file = SOURCES / ("addin/ThisWorkbook.cls" if kind == "add-in" else "ThisWorkbook.cls")
    assert sources["ThisWorkbook"].endswith(file.read_text("utf-8").partition("Option Explicit")[2])


def test_documents_are_the_code_names(kind, modules):
    documents = [module.name for module in modules if module.kind == "document"]
    sheets = [ADDIN_SHEET] if kind == "add-in" else [layout.code_name for layout in SHEETS]
    assert documents == ["ThisWorkbook", *sheets]


def test_no_compiler_has_left_anything(built):
    streams = read_compound(read_parts(built.read_bytes())["xl/vbaProject.bin"])
    assert streams["VBA/_VBA_PROJECT"] == bytes.fromhex("CC61FFFF000000")
    assert [name for name in streams if "SRP" in name] == []


def test_the_project_is_neither_protected_nor_hidden(built):
    streams = read_compound(read_parts(built.read_bytes())["xl/vbaProject.bin"])
    found = dict(re.findall(r'^(CMG|DPB|GC)="([0-9A-F]+)"', streams["PROJECT"].decode(), re.MULTILINE))
    assert {key: revealed(text, PROJECT_ID) for key, text in found.items()} == {
        "CMG": bytes(4),
        "DPB": bytes(1),
        "GC": b"\xff",
    }


def test_what_excel_wrote_is_revealed_the_same_way():
    """A project written by Excel: the reading below is not merely ours turned round."""
    written = "{5CF9CDAB-B77B-4FE4-BD7E-D29900070E1B}"
    assert revealed("8D8FA61394EA98EA98EA98EA98", written) == bytes(4)
    assert revealed("8D8FA61394EF95EF9510", written) == b"\xff"


@pytest.mark.parametrize("seed", range(0, 256, 15))
def test_any_seed_reveals_the_same(seed):
    assert revealed(protect(b"xlc", seed), PROJECT_ID) == b"xlc"


def revealed(digits, project_id):
    """[MS-OVBA] section 2.4.3.3."""
    encrypted = bytes.fromhex(digits)
    seed, version, key = encrypted[0], encrypted[0] ^ encrypted[1], encrypted[0] ^ encrypted[2]
    assert (version, key) == (2, sum(project_id.encode()) & 0xFF)
    plain, last = bytearray(), key
    for place in range(3, len(encrypted)):
        last = encrypted[place] ^ (encrypted[place - 2] + last) & 0xFF
        plain.append(last)
    ignored = (seed & 6) // 2
    assert int.from_bytes(plain[ignored : ignored + 4], "little") == len(plain) - ignored - 4
    return bytes(plain[ignored + 4 :])


def test_the_workbook_says_which_version_built_it(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, macros=macros_for("it"))
    custom = read_parts(path.read_bytes())["docProps/custom.xml"].decode()
    assert re.search(rf'name="xlcredit"><vt:lpwstr>{re.escape(__version__)}<', custom)
    build_workbook(path)
    assert "docProps/custom.xml" not in read_parts(path.read_bytes())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_sources_are_plain_and_declare_everything(path):
    text = path.read_text("utf-8")
    assert text.isascii()
    assert "\nOption Explicit\n" in text
    assert f'Attribute VB_Name = "{path.stem}"\n' in text
    assert max(map(len, text.splitlines())) <= 130


def test_only_what_users_call_is_in_their_lists(modules):
    """A public module's procedures show among the macros and functions of every user."""
    shown = {
        module.name
        for module in modules
        if module.kind == "module" and "\nOption Private Module\n" not in module.source
    }
    assert shown == {"XlcFunctions", "XlcRibbon"}


STREAM_FAULTS = {
    "PROJECT": (b"Module=XlcErrors\r\n", b"", "disagree about XlcErrors"),
    "PROJECT ": (b"Module=XlcErrors", b"Class=XlcErrors", "disagree about XlcErrors"),
    "PROJECT  ": (b"Module=XlcErrors", b"Module=More\r\nModule=XlcErrors", "PROJECT lists More"),
    "VBA/XlcErrors": (b"\x01", b"\x02", "no signature"),
}


@pytest.mark.parametrize("name", STREAM_FAULTS)
def test_a_project_with_a_broken_stream_is_refused(name):
    old, new, said = STREAM_FAULTS[name]
    streams = read_compound(macros_for("it").project)
    streams[name.strip()] = streams[name.strip()].replace(old, new, 1)
    with pytest.raises(ProjectFaultError, match=said):
        read_project(write_compound(streams))
