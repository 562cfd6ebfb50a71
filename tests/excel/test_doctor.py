"""The diagnosis on a made-up Windows profile: everything right, and each thing that goes wrong, alone."""

import zipfile

import pytest
from fake_machine import X86, FakeMachine, build_addin

from xlcredit import __version__
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.excel.setup import doctor
from xlcredit.excel.setup.doctor import diagnose
from xlcredit.excel.setup.files_checks import check_templates
from xlcredit.excel.setup.install import install
from xlcredit.excel.setup.office import POLICIES, SETTINGS
from xlcredit.excel.setup.places import places_of
from xlcredit.excel.setup.start import Start

NO_VBA = r"HKLM\Software\Policies\Microsoft\Office\16.0\Common"


@pytest.fixture(scope="session")
def templates():
    """The line on letter templates, made once: it is the same on every machine."""
    return check_templates()


@pytest.fixture
def machine(tmp_path, monkeypatch, templates):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(doctor, "check_templates", lambda: templates)
    machine = FakeMachine(tmp_path / "C")
    install(machine, "it", build_addin)
    return machine


def found(machine, book=None):
    """What is not right, as key and case; its words exist in every language."""
    checks = diagnose(machine, book)
    for words in map(Catalogue, LANGUAGES):
        for check in checks:
            says, remedy = check.worded(words)
            assert says
            assert bool(remedy) == (check.status != "ok")
            assert words.text(f"doctor.{check.key}.title")
    return {(check.key, check.case): check.status for check in checks if check.status != "ok"}


def test_everything_is_right_after_an_installation(machine):
    assert found(machine) == {}
    assert [check.key for check in diagnose(machine)] == [
        "python", "long_paths", "installation", "configuration", "library", "pywin32", "xlwings", "start", "excel",
        "addin", "macros", "disabled", "neighbours", "templates", "log",
    ]  # fmt: skip


def test_nothing_is_changed_by_looking(machine):
    before = machine.files(), machine.folders()
    diagnose(machine)
    assert (machine.files(), machine.folders()) == before


def test_the_server_is_started_as_the_configuration_says(machine):
    diagnose(machine)
    environment = machine.python.parent.parent
    assert machine.started == [
        (environment / "xlwings64-0.37.8.dll", environment / "Scripts" / "pythonw.exe")
    ]


def spoil(name):
    """Register what spoils one thing, under the key and case that the diagnosis shall name."""

    def register(function):
        SPOILED.append(pytest.param(function, name, id=name))
        return function

    return register


SPOILED = []


@spoil("python.store")
def _(machine, places):
    machine.base_python = machine.root / "WindowsApps/PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0"


@spoil("python.too_old")
def _(machine, places):
    machine.python_version = (3, 10)


@spoil("python.bits")
def _(machine, places):
    machine.python_bits = 32


@spoil("installation.missing")
def _(machine, places):
    places.manifest.unlink()


@spoil("installation.other_version")
def _(machine, places):
    text = places.manifest.read_text("utf-8")
    places.manifest.write_text(text.replace(f'"version": "{__version__}"', '"version": "0.0.9"'), "utf-8")


@spoil("configuration.unreadable")
def _(machine, places):
    machine.environment["USERPROFILE"] = str(machine.root / "Лючия")


@spoil("configuration.missing")
def _(machine, places):
    places.config.unlink()


@spoil("configuration.other_interpreter")
def _(machine, places):
    other = machine.root / "Anaconda3" / "Scripts" / "pythonw.exe"
    other.parent.mkdir(parents=True)
    other.touch()
    (other.parents[1] / "xlwings64-0.37.8.dll").touch()
    _replace(places.config, str(machine.python.with_name("pythonw.exe")), str(other))


@spoil("configuration.other_version")
def _(machine, places):
    _replace(places.config, f'"{__version__}"', '"0.0.9"')


@spoil("xlwings.missing")
def _(machine, places):
    del machine.versions["xlwings"]


@spoil("xlwings.other_version")
def _(machine, places):
    machine.versions["xlwings"] = "0.30.0"


@spoil("pywin32.broken")
def _(machine, places):
    machine.unimportable.add("pythoncom")


@spoil("start.failed")
def _(machine, places):
    machine.start = Start(1.0, reason="Could not create Python process")


@spoil("start.too_slow")
def _(machine, places):
    machine.start = Start(90.0, reason="timeout")


@spoil("start.slow")
def _(machine, places):
    machine.start = Start(31.0, __version__)


@spoil("start.other_version")
def _(machine, places):
    machine.start = Start(1.0, "0.0.9")


@spoil("excel.not_found")
def _(machine, places):
    machine.keys.clear()


@spoil("excel.unreadable")
def _(machine, places):
    machine.put_excel(0x0EBC)


@spoil("addin.missing")
def _(machine, places):
    places.addin.unlink()


@spoil("addin.changed")
def _(machine, places):
    places.addin.write_bytes(b"the add-in of last year")


@spoil("addin.blocked")
def _(machine, places):
    _mark(places.addin)


@spoil("addin.twice")
def _(machine, places):
    machine.keys[rf"{SETTINGS}\Options"] = {
        "OPEN": r'/R "C:\Users\lucia\AppData\Roaming\Microsoft\AddIns\XLCredit.xlam"'
    }


@spoil("macros.workbooks_off")
def _(machine, places):
    machine.keys[rf"{SETTINGS}\Security"] = {"VBAWarnings": 4}


@spoil("macros.all_off")
def _(machine, places):
    machine.keys[rf"{POLICIES}\Security"] = {"VBAWarnings": 4}
    machine.keys[rf"{POLICIES}\Security\Trusted Locations"] = {"AllLocationsDisabled": 1}


@spoil("macros.no_vba")
def _(machine, places):
    machine.keys[NO_VBA] = {"VBAOff": 1}


@spoil("disabled.disabled")
def _(machine, places):
    item = b"\x01\x00\x00\x00" + r"c:\users\lucia\...\xlstart\xlcredit.xlam".encode("utf-16-le")
    machine.keys[rf"{SETTINGS}\Resiliency\DisabledItems"] = {"3A": item}


@spoil("neighbours.present")
def _(machine, places):
    places.addin.with_name("xlwings.xlam").touch()


@spoil("long_paths.long")
def _(machine, places):
    deep = machine.python.parents[1].rename(machine.root / ("d" * 120))
    machine.python = deep / "Scripts" / "python.exe"
    install(machine, "it", build_addin)


WARNINGS = {
    "excel.not_found", "excel.unreadable", "macros.workbooks_off", "neighbours.present", "start.slow",
    "long_paths.long",
}  # fmt: skip


@pytest.mark.parametrize(("spoiled", "name"), SPOILED)
def test_each_fault_is_named_and_nothing_else(machine, spoiled, name):
    spoiled(machine, places_of(machine))
    assert found(machine) == {tuple(name.split(".")): "warning" if name in WARNINGS else "fault"}


def test_python_that_is_gone_is_named_with_what_follows_from_it(machine):
    environment = str(machine.python.parents[1])
    _replace(places_of(machine).config, environment, f"{environment}-old")
    assert list(found(machine)) == [
        ("configuration", "interpreter_gone"), ("library", "missing"), ("start", "impossible"),
    ]  # fmt: skip


def test_library_that_an_antivirus_took_is_named(machine):
    next(machine.python.parents[1].glob("xlwings64*")).unlink()
    assert list(found(machine)) == [("library", "missing"), ("start", "impossible")]


def test_excel_of_32_bits_and_python_of_64_work_together(machine):
    machine.put_excel(X86)
    assert found(machine) == {}
    assert {check.key: check.case for check in diagnose(machine)}["excel"] == "mixed"


def test_damaged_list_is_told_once_and_does_not_stop_the_rest(machine):
    places_of(machine).manifest.write_text("[]")
    assert found(machine) == {("installation", "unreadable"): "fault"}
    assert len({check.key for check in diagnose(machine)}) == len(diagnose(machine))


def test_check_that_cannot_be_made_is_a_fault_and_does_not_stop_the_rest(machine, monkeypatch):
    def refused(_module):
        raise PermissionError(13, "Access denied")

    monkeypatch.setattr(machine, "can_import", refused)
    assert set(found(machine)) == {("unseen", "failed")}
    assert [check.key for check in diagnose(machine)][-2:] == ["templates", "log"]


def test_templates_that_are_gone_or_faulty_are_named(monkeypatch):
    letters = "xlcredit.operations.templates.check_templates"
    for answer, case in (((0, []), "missing"), ((26, ["finding"]), "faulty")):
        monkeypatch.setattr(letters, lambda _folder, answer=answer: answer)
        check = check_templates()
        assert (check.status, check.case) == ("fault", case)
        assert all(all(check.worded(Catalogue(language))) for language in LANGUAGES)


def test_log_that_cannot_be_written_is_named(machine, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    assert found(machine) == {("log", "read_only"): "fault"}


def test_profile_without_its_variables_is_one_line(machine):
    del machine.environment["LOCALAPPDATA"]
    assert list(found(machine)) == [("profile", "incomplete")]


@pytest.mark.parametrize("system", ["darwin", "linux"])
def test_other_systems_are_told_what_they_have(machine, system):
    machine.system = system
    assert found(machine) == {}
    assert [check.key for check in diagnose(machine)] == ["system", "templates", "log"]


def test_workbook_that_goes_with_the_program_is_right(machine, tmp_path):
    book = write_book(tmp_path / "Crediti.xlsm", built=__version__, link=places_of(machine).addin)
    assert found(machine, book) == {}


@pytest.mark.parametrize("drive", ["", "file:///C:", "C:"])
def test_links_to_the_addin_of_this_computer_are_right(machine, tmp_path, drive):
    addin = places_of(machine).addin
    addin = str(addin).removeprefix(addin.drive).replace(" ", "%20")
    assert found(machine, write_book(tmp_path / "Crediti.xlsm", link=f"{drive}{addin}")) == {}


def test_link_to_the_start_up_folder_is_right_on_every_computer(machine, tmp_path):
    book = write_book(tmp_path / "Crediti.xlsm", link="XLCredit.xlam", kind="xlExternalLinkPath/xlStartup")
    assert found(machine, book) == {}


def test_workbook_of_a_repair_release_is_right(machine, tmp_path):
    assert found(machine, write_book(tmp_path / "Crediti.xlsm", built=f"{__version__}.post1")) == {}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"built": "9.1.0"}, ("book", "other_version")),
        ({"link": r"file:///C:\Users\mario\AppData\Roaming\Microsoft\Excel\XLSTART\XLCredit.xlam"},
         ("book_links", "elsewhere")),
        ({"link": "XLCredit.xlam"}, ("book_links", "elsewhere")),
        ({"link": "/Users/mario/AppData/Roaming/Microsoft/AddIns/XLCredit.xlam"}, ("book_links", "elsewhere")),
    ],
)  # fmt: skip
def test_workbook_that_does_not_go_with_it_is_named(machine, tmp_path, parts, expected):
    assert found(machine, write_book(tmp_path / "Crediti.xlsm", **parts)) == {expected: "fault"}


def test_workbook_from_the_internet_is_named(machine, tmp_path):
    book = write_book(tmp_path / "Crediti.xlsm")
    _mark(book)
    assert found(machine, book) == {("book_blocked", "blocked"): "fault"}


def test_workbook_in_a_synchronised_folder_is_noted(machine, tmp_path):
    machine.environment["OneDrive"] = str(tmp_path / "OneDrive")
    (tmp_path / "OneDrive").mkdir()
    book = write_book(tmp_path / "OneDrive" / "Crediti.xlsm")
    assert found(machine, book) == {("book_cloud", "synchronised"): "warning"}


def test_workbook_that_is_none_is_one_line(machine, tmp_path):
    (tmp_path / "Crediti.xlsm").write_bytes(b"PK\x03\x04 and no more")
    assert found(machine, tmp_path / "Crediti.xlsm") == {("book", "unreadable"): "fault"}
    assert found(machine, tmp_path / "no.xlsm") == {("book", "missing"): "fault"}


def write_book(path, built=None, link=None, kind="externalLinkPath"):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        if built:
            package.writestr(
                "docProps/custom.xml",
                f'<Properties><property fmtid="{{D5CDD505}}" pid="2" name="xlcredit"><vt:lpwstr>{built}</vt:lpwstr>'
                "</property></Properties>",
            )
        if link:
            package.writestr(
                "xl/externalLinks/_rels/externalLink1.xml.rels",
                f'<Relationships><Relationship Id="rId1" Type="http://schemas.microsoft.com/{kind}" Target="{link}" '
                'TargetMode="External"/></Relationships>',
            )
    return path


def _replace(path, old, new):
    text = path.read_text("cp1252")
    assert old in text
    path.write_text(text.replace(old, new), "cp1252")


def _mark(path):
    path.with_name(f"{path.name}:Zone.Identifier").write_text("[ZoneTransfer]\r\nZoneId=3\r\n")
