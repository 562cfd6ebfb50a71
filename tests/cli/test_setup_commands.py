"""install, uninstall, doctor, bundle as commands: what they say, their JSON, their exit codes."""

import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "excel"))
from fake_machine import FakeMachine

from xlcredit import __version__
from xlcredit.cli import setup
from xlcredit.excel.setup import machine as machines
from xlcredit.excel.setup.places import places_of


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """The computer that the commands run on: Windows, with Excel."""
    machine = FakeMachine(tmp_path / "C")
    monkeypatch.setattr(machines, "ThisMachine", lambda: machine)
    return machine


@pytest.fixture
def environment_removed(monkeypatch):
    """What a last step was started for."""
    removed = []
    monkeypatch.setattr("xlcredit.excel.setup.leave.remove_when_done", lambda *paths: removed.extend(paths))
    return removed


def test_install_says_what_it_wrote_and_doctor_finds_it_right(machine, xlcredit):
    done = xlcredit("install", "--workbook")
    places = places_of(machine)
    assert (done.code, done.err) == (0, "")
    for path in (places.addin, places.config, places.command, places.workbook):
        assert f"{path} (scritto)" in done.out
    assert "Excel a 64 bit" in done.out
    assert places.addin.read_bytes().startswith(b"PK")
    assert "Per controllare: xlcredit doctor" in done.out
    checked = xlcredit("doctor", places.workbook)
    assert checked.code == 0, checked.out
    assert checked.out.endswith("Tutto a posto.\n")
    assert "OK       Componente" in checked.out


def test_install_without_a_place_for_its_command_names_the_one_that_checks(machine, xlcredit):
    places_of(machine).commands.rmdir()
    done = xlcredit("install")
    assert done.code == 0
    assert "Per controllare: install.cmd /doctor" in done.out


def test_install_answers_programs(machine, xlcredit):
    answer = json.loads(xlcredit("install", "--json", "--lang", "en").out)
    assert (answer["version"], answer["language"], answer["excel_bits"]) == (__version__, "en", 64)
    assert set(answer["states"].values()) == {"written"}
    assert Path(answer["manifest"]).is_file()


def test_install_refuses_in_words(machine, xlcredit):
    machine.running.add("excel.exe")
    done = xlcredit("install")
    assert (done.code, done.out) == (2, "")
    assert "chiudere Excel" in done.err


def test_install_on_a_mac_says_what_there_is(machine, xlcredit, monkeypatch):
    before = machine.files()
    monkeypatch.setattr(setup.sys, "platform", "darwin")
    done = xlcredit("install")
    assert done.code == 0
    assert "solo in Excel per Windows" in done.out
    assert machine.files() == before


def test_doctor_names_the_remedy_and_ends_with_1(machine, xlcredit):
    xlcredit("install")
    places_of(machine).addin.unlink()
    done = xlcredit("doctor")
    assert done.code == 1
    assert "GUASTO   Componente: Il componente aggiuntivo non è al suo posto" in done.out
    assert "→ Chiudere Excel ed eseguire «xlcredit install»." in done.out
    assert "1 guasto: seguire il rimedio" in done.out


def test_doctor_answers_programs(machine, xlcredit):
    done = xlcredit("doctor", "--json")
    answer = json.loads(done.out)
    assert done.code == 1
    assert answer["faults"] == sum(check["status"] == "fault" for check in answer["checks"]) > 0
    assert {"key", "status", "case", "facts", "message", "remedy"} == answer["checks"][0].keys()


def test_uninstall_says_what_is_gone_and_what_stays(machine, xlcredit, environment_removed):
    xlcredit("install", "--workbook")
    places = places_of(machine)
    places.workbook.write_bytes(b"a month of work")
    done = xlcredit("uninstall")
    assert done.code == 0
    gone, _, stays = done.out.partition("Modificato dopo l'installazione")
    assert str(places.addin) in gone
    assert str(places.workbook) in stays
    assert environment_removed == [places.environment, places.command]
    assert f"{places.command}\n" in done.out.partition("Si eliminano da soli")[2]


def test_uninstall_leaves_the_environment_to_its_caller(machine, xlcredit, environment_removed):
    xlcredit("install")
    answer = json.loads(xlcredit("uninstall", "--keep-environment", "--json").out)
    assert answer["environment"] == str(places_of(machine).environment)
    assert (answer["changed"], environment_removed) == ([], [])
    assert xlcredit("uninstall", "--keep-environment").out == "Non c'era più niente da togliere.\n"


def test_bundle_refuses_in_words(xlcredit, tmp_path):
    done = xlcredit("bundle", tmp_path / "offline", "--python", "3.8")
    assert done.code == 2
    assert "«3.8» non è una versione di Python" in done.err
    assert not (tmp_path / "offline").exists()


def test_bundle_says_what_it_made(xlcredit, tmp_path, monkeypatch):
    from small_wheels import write_wheel

    def fetch(pins, folder, _python):
        for pin in pins:
            write_wheel(folder, *pin.split("=="))

    monkeypatch.setattr("xlcredit.excel.setup.bundle.write_own_wheel", write_wheel)
    monkeypatch.setattr("xlcredit.excel.setup.bundle.fetch_with_pip", fetch)
    done = xlcredit("bundle", tmp_path / "offline", "--python", "3.12")
    assert done.code == 0
    assert "8 componenti per Python 3.12" in done.out
    answer = json.loads(xlcredit("bundle", tmp_path / "other", "--python", "3.12", "--json").out)
    assert len(answer["wheels"]) == 8
