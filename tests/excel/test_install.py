"""Installing and removing on a made-up Windows profile: what is written, what is refused, what is undone."""

import json

import pytest
from fake_machine import X86, FakeMachine, build_addin, build_workbook

from xlcredit import __version__
from xlcredit.excel.setup import errors
from xlcredit.excel.setup.blocking import is_blocked
from xlcredit.excel.setup.configuration import read_configuration
from xlcredit.excel.setup.install import COMMAND, install
from xlcredit.excel.setup.places import places_of
from xlcredit.excel.setup.uninstall import uninstall


@pytest.fixture
def machine(tmp_path):
    return FakeMachine(tmp_path / "C")


@pytest.fixture
def places(machine):
    return places_of(machine)


def installed(machine, workbook=None):
    return install(machine, "it", build_addin, workbook)


def test_install_puts_the_addin_where_excel_opens_it(machine, places):
    done = installed(machine)
    assert places.addin.read_bytes() == b"add-in in it"
    assert places.addin.parts[-4:] == ("Microsoft", "Excel", "XLSTART", "XLCredit.xlam")
    assert done.states[places.addin] == "written"
    assert (done.excel_bits, done.library.name) == (64, "xlwings64-0.37.8.dll")


def test_install_writes_the_lines_that_the_macros_read(machine, places):
    installed(machine)
    assert places.config.read_bytes().decode("cp1252").splitlines() == [
        f'"INTERPRETER_WIN","{machine.python.with_name("pythonw.exe")}"',
        '"USE UDF SERVER","True"',
        '"UDF MODULES","xlcredit.excel.udfs"',
        f'"XLCREDIT_VERSION","{__version__}"',
    ]
    assert places.config.read_bytes().count(b"\r\n") == 4


def test_install_makes_the_command_only_for_the_private_environment(machine, places):
    installed(machine)
    assert places.command.read_bytes() == COMMAND
    uninstall(machine)
    machine.python = machine.root / "Python312/python.exe"
    machine.python.parent.mkdir()
    machine.python.with_name("pythonw.exe").touch()
    machine.python.with_name("xlwings64-0.37.8.dll").touch()
    installed(machine)
    assert not places.command.exists()


def test_install_again_changes_nothing(machine):
    installed(machine)
    before = machine.files()
    done = installed(machine)
    assert set(done.states.values()) == {"same"}
    assert machine.files() == before


def test_install_repairs_what_was_lost_or_changed_or_blocked(machine, places):
    installed(machine)
    right = machine.files()
    places.addin.write_bytes(b"something else")
    places.config.unlink()
    mark = places.command.with_name("xlcredit.cmd:Zone.Identifier")
    mark.write_text("[ZoneTransfer]\nZoneId=3\n")
    assert is_blocked(places.command)
    done = installed(machine)
    assert [done.states[path] for path in (places.addin, places.config, places.command)] == [
        "replaced", "written", "same",
    ]  # fmt: skip
    assert machine.files() == right


def test_install_lists_everything_it_wrote(machine, places):
    before = set(machine.files())
    installed(machine, build_workbook)
    listed = json.loads(places.manifest.read_text("utf-8"))
    written = set(machine.files()) - before - {places.manifest}
    assert {entry["path"] for entry in listed["files"]} == {str(path) for path in written}
    assert listed["version"] == __version__


def test_install_puts_a_workbook_into_the_documents_that_windows_names(machine):
    folder = machine.root / "Users/lucia/OneDrive - Rossi/Documenti"
    folder.mkdir(parents=True)
    machine.environment["OneDriveCommercial"] = str(folder.parent)
    machine.keys[r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"] = {
        "Personal": "%OneDriveCommercial%/Documenti"
    }
    installed(machine, build_workbook)
    assert (folder / "CreditControl.xlsm").read_bytes() == b"workbook in it"


def test_install_never_replaces_a_workbook(machine, places):
    places.workbook.write_bytes(b"my work")
    done = installed(machine, build_workbook)
    assert done.states[places.workbook] == "kept"
    uninstall(machine)
    assert places.workbook.read_bytes() == b"my work"


def test_path_outside_the_code_page_is_written_by_its_short_name(tmp_path):
    machine = FakeMachine(tmp_path)
    move_python(machine, tmp_path / "Питон")
    short = tmp_path / "C11F~1" / "pythonw.exe"
    machine.short_names[machine.python.with_name("pythonw.exe")] = short
    installed(machine)
    assert read_configuration(places_of(machine).config, machine)["INTERPRETER_WIN"] == str(short)


def move_python(machine, folder):
    """Another Python than the one in the profile."""
    folder.mkdir()
    for name in ("python.exe", "pythonw.exe", "xlwings64-0.37.8.dll"):
        (folder / name).touch()
    machine.python = folder / "python.exe"


def test_a_profile_outside_the_code_page_is_refused_with_nothing_written(tmp_path):
    machine = FakeMachine(tmp_path / "Лючия")
    before = machine.files()
    with pytest.raises(errors.ProfileUnreadableError) as told:
        installed(machine)
    assert told.value.facts["path"] == machine.environment["USERPROFILE"]
    assert machine.files() == before


def test_workbooks_that_came_with_the_program_are_freed(machine, tmp_path):
    (tmp_path / "workbook").mkdir()
    books = [tmp_path / "mine.xlsm", tmp_path / "workbook" / "CreditControl.xlsm"]
    for book in (*books, tmp_path / "workbook" / "other.xlsm"):
        book.touch()
    for book in books:
        book.with_name(f"{book.name}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    done = install(machine, "it", build_addin, beside=tmp_path)
    assert done.freed == tuple(books)
    assert not any(is_blocked(book) for book in books)


def test_uninstall_takes_away_letters_that_were_only_looked_at(machine, places):
    installed(machine)
    (places.previews / "abc").mkdir(parents=True)
    (places.previews / "abc" / "letter.docx").touch()
    assert places.previews in uninstall(machine).removed
    assert not places.previews.exists()


def test_accents_in_the_path_stand_in_the_code_page(tmp_path):
    machine = FakeMachine(tmp_path / "Società & C. (Forlì)")
    installed(machine)
    found = read_configuration(places_of(machine).config, machine)["INTERPRETER_WIN"]
    assert found == str(machine.python.with_name("pythonw.exe"))


def spoil_excel(machine):
    machine.running.add("excel.exe")


def spoil_store(machine):
    machine.base_python = machine.root / "Program Files/WindowsApps/PythonSoftwareFoundation.Python.3.12"


def spoil_pythonw(machine):
    machine.python.with_name("pythonw.exe").unlink()


def spoil_library(machine):
    next(machine.python.parent.parent.glob("xlwings64*")).unlink()


def spoil_profile(machine):
    del machine.environment["APPDATA"]


def spoil_system(machine):
    machine.system = "linux"


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (spoil_system, errors.NotWindowsError),
        (spoil_excel, errors.ExcelRunsError),
        (spoil_store, errors.StorePythonError),
        (spoil_pythonw, errors.PythonwMissingError),
        (spoil_library, errors.LibraryMissingError),
        (spoil_profile, errors.ProfileIncompleteError),
    ],
)
def test_install_refuses_before_anything_is_changed(machine, spoil, error):
    spoil(machine)
    before = machine.files(), machine.folders()
    with pytest.raises(error):
        installed(machine)
    assert (machine.files(), machine.folders()) == before


def test_a_damaged_list_is_made_anew_and_uninstall_goes_by_it(machine, places):
    installed(machine)
    places.manifest.write_text("{")

    with pytest.raises(errors.ManifestUnreadableError):
        uninstall(machine)
    assert set(installed(machine).states.values()) == {"same"}

    assert set(uninstall(machine).removed) >= {places.addin, places.config}
    assert not places.manifest.exists()


def test_path_that_no_short_name_helps_is_refused(tmp_path):
    machine = FakeMachine(tmp_path)
    move_python(machine, tmp_path / "Питон")
    before = machine.files(), machine.folders()
    with pytest.raises(errors.PathUnreadableError):
        installed(machine)
    assert (machine.files(), machine.folders()) == before


def test_library_is_looked_for_by_the_bits_of_excel(machine):
    machine.put_excel(X86)
    next(machine.python.parent.parent.glob("xlwings64*")).unlink()
    assert installed(machine).library.name == "xlwings32-0.37.8.dll"


def test_install_that_cannot_write_says_where_and_can_be_undone(machine, places):
    places.addin.parent.mkdir(parents=True)
    places.addin.mkdir()
    (places.addin / "in the way").touch()
    before = machine.files()
    with pytest.raises(errors.SetupWriteError):
        installed(machine)
    uninstall(machine)
    assert machine.files() == before


def test_uninstall_leaves_the_profile_as_it_was(machine):
    before = machine.files(), machine.folders()
    installed(machine, build_workbook)
    (machine.python.parents[2] / "xlcredit.log").write_text("...")
    (machine.python.parents[2] / "xlcredit.log.1").write_text("...")
    done = uninstall(machine)
    assert (machine.files(), machine.folders()) == before
    assert done.changed == ()
    assert done.environment == machine.python.parent.parent


def test_uninstall_leaves_what_others_put_beside(machine, places):
    installed(machine)
    other = places.addin.with_name("xlwings.xlam")
    other.write_bytes(b"theirs")
    uninstall(machine)
    assert other.read_bytes() == b"theirs"
    assert not places.addin.exists()


def test_uninstall_keeps_what_the_user_changed_and_says_so(machine, places):
    installed(machine, build_workbook)
    places.workbook.write_bytes(b"a month of work")
    done = uninstall(machine)
    assert done.changed == (places.workbook,)
    assert places.workbook.read_bytes() == b"a month of work"
    assert not places.manifest.exists()


def test_uninstall_after_install_twice_still_knows_the_folders(machine):
    before = machine.folders()
    installed(machine)
    installed(machine)
    uninstall(machine)
    assert machine.folders() == before


def test_uninstall_refuses_while_excel_runs(machine):
    installed(machine)
    before = machine.files()
    spoil_excel(machine)
    with pytest.raises(errors.ExcelRunsError):
        uninstall(machine)
    assert machine.files() == before


def test_uninstall_without_an_installation_says_so(machine):
    machine.python = machine.root / "Python312/python.exe"
    with pytest.raises(errors.NotInstalledError):
        uninstall(machine)
