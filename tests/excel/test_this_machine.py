"""The real computer behind set-up, as far as every system has it; Windows' part is tried on Windows."""

import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from xlcredit import __version__
from xlcredit.build.xlwings_modules import xlwings_module
from xlcredit.excel.setup.leave import remove_when_done
from xlcredit.excel.setup.library import library_name
from xlcredit.excel.setup.machine import ThisMachine
from xlcredit.excel.setup.start import Start, server_command, start_apart


def test_this_machine_knows_its_python():
    machine = ThisMachine()
    assert machine.python == Path(sys.executable)
    assert machine.python_version == sys.version_info[:2]
    assert machine.can_import("json")
    assert not machine.can_import("no_such_module")
    assert machine.version_of("xlwings") == "0.37.8"
    assert machine.version_of("no-such-package") is None
    assert machine.registry(r"HKCU\Software\xlcredit\No such key") == {}


def test_a_start_that_fails_says_why(tmp_path):
    start = ThisMachine().start_server(tmp_path / library_name(64), tmp_path / "pythonw.exe")
    assert start.version is None
    assert start.reason


def test_a_start_without_python_says_why(tmp_path):
    start = start_apart(tmp_path / "python.exe", tmp_path / "x.dll", tmp_path / "pythonw.exe")
    assert start.version is None
    assert start.reason


@pytest.mark.parametrize(
    ("code", "told", "expected"),
    [
        (0, f"{__version__}\r\n", (__version__, "")),
        (1, "noise\nno server", (None, "no server")),
        (3, "", (None, "3")),
    ],
)
def test_the_answer_of_the_process_apart_is_its_last_line(monkeypatch, code, told, expected):
    answer = subprocess.CompletedProcess([], code, stdout=told.encode(), stderr=b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    start = start_apart(Path("python.exe"), Path("x.dll"), Path("pythonw.exe"))
    assert (start.version, start.reason) == expected


def test_a_start_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "run", mock.Mock(side_effect=subprocess.TimeoutExpired("python", 90)))
    assert start_apart(tmp_path, tmp_path, tmp_path) == Start(90, reason="timeout")


def test_the_server_is_started_as_the_macros_start_it():
    command = server_command(Path("C:/Programmi (x86) & co/pythonw.exe"))
    head, _, program = command.partition(" -B -P -c ")
    assert head.replace("/Programmi", "\\Programmi").startswith('cmd.exe  /K ""C:')
    assert command.count('"') - command.count('\\"') == 6
    assert program.endswith("xlwings.serve('$(CLSID)')\"\"")
    for piece in ('" -B -P -c ""import sys, os;"', "prepare_sys_path(", "xlwings.serve('$(CLSID)')"):
        assert piece in xlwings_module()


def test_the_last_step_names_no_path_in_its_file(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    environment = Path("C:/Users/Niccolò & C. (2)/AppData/Local/xlcredit/env")
    with mock.patch("subprocess.Popen") as started:
        remove_when_done(environment, environment.parents[1] / "Microsoft/WindowsApps/xlcredit.cmd")
    (script,) = tmp_path.glob("xlcredit-*.cmd")
    assert started.call_args.args[0][1:] == ["/d", "/c", str(script)]
    variables = started.call_args.kwargs["env"]
    assert variables["XLCREDIT_ENVIRONMENT"] == str(environment)
    assert variables["XLCREDIT_DATA"] == str(environment.parent)
    assert variables["XLCREDIT_COMMAND"].endswith("xlcredit.cmd")
    content = script.read_bytes()
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"Users" not in content
