"""`install.cmd` from a folder of wheels, `doctor` and `uninstall`, in a profile of a user who has nothing yet."""

import json
import os
import subprocess
import threading

import pytest

BUNDLE = os.environ.get("XLCREDIT_BUNDLE")
SECONDS, LAST_WORDS = 900, 3

pytestmark = pytest.mark.skipif(not BUNDLE, reason="no folder to install from was given")


class User:
    """A user: a profile of his own, and the prompt."""

    def __init__(self, home):
        self.home, self.local, self.roaming = home, home / "AppData/Local", home / "AppData/Roaming"
        for folder in (self.local / "Microsoft/WindowsApps", self.roaming, home / "Documents"):
            folder.mkdir(parents=True)
        own = {"USERPROFILE": home, "LOCALAPPDATA": self.local, "APPDATA": self.roaming}
        left_out = {"PYTHONPATH", "PYTHONUTF8", "XDG_STATE_HOME"}
        self.variables = {name: value for name, value in os.environ.items() if name not in left_out}
        self.variables |= {name: str(folder) for name, folder in own.items()}
        self.variables["PATH"] += f";{self.local / 'Microsoft/WindowsApps'}"  # as every Windows 10 has it
        # Byte code is made as it is needed: all of it takes minutes here.
        self.variables["PIP_NO_COMPILE"] = "1"
        self.processes = []

    def run(self, *command):
        """Exit code, and what was said.

        The output ends with the command, not with its pipe: what Wine starts meanwhile for its own use keeps that.
        """
        process = subprocess.Popen(
            ["cmd.exe", "/d", "/c", *command],
            cwd=BUNDLE,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.processes.append(process)  # an abandoned pipe would be an unclosed file
        said = []
        reader = threading.Thread(target=lambda: said.extend(process.stdout), daemon=True)
        reader.start()
        code = process.wait(SECONDS)
        reader.join(LAST_WORDS)
        if not reader.is_alive():
            process.stdout.close()
        return code, b"".join(said).decode("utf-8", "replace")

    def files(self):
        """What stands in the profile, without the private Python and what Windows itself keeps there."""
        found = (path.relative_to(self.home).as_posix() for path in self.home.rglob("*") if path.is_file())
        return sorted(name for name in found if "/xlcredit/env/" not in name)


@pytest.fixture(scope="module")
def user(tmp_path_factory):
    """A user who has run install.cmd."""
    user = User(tmp_path_factory.mktemp("Profilo di Niccolò & co (prova)"))
    code, told = user.run("install.cmd", "/quiet", "/workbook")
    assert code == 0, told
    return user


def test_everything_is_in_its_place(user):
    assert user.files() == [
        ".xlcredit/xlcredit.conf",
        "AppData/Local/Microsoft/WindowsApps/xlcredit.cmd",
        "AppData/Local/xlcredit/install.json",
        "AppData/Roaming/Microsoft/Excel/XLSTART/XLCredit.xlam",
        "Documents/CreditControl.xlsm",
    ]


def test_the_macros_are_told_which_python_to_start(user):
    text = (user.home / ".xlcredit/xlcredit.conf").read_text("mbcs")
    assert str(user.local / r"xlcredit\env\Scripts\pythonw.exe") in text
    assert '"USE UDF SERVER","True"' in text


def test_doctor_finds_nothing_but_the_missing_excel(user):
    code, told = user.run("xlcredit", "doctor", "--json")
    checks = json.loads(told)["checks"]
    assert {check["key"] for check in checks if check["status"] == "fault"} <= {"excel"}, told
    assert code in {0, 1}
    assert {"start", "library", "pywin32", "addin"} <= {
        check["key"] for check in checks if check["status"] == "ok"
    }


def test_doctor_names_a_missing_add_in_and_installing_again_mends_it(user):
    addin = user.roaming / "Microsoft/Excel/XLSTART/XLCredit.xlam"
    addin.unlink()
    code, told = user.run("install.cmd", "/doctor", "/quiet")
    assert code == 1
    assert "XLCredit.xlam" in told
    assert user.run("xlcredit", "install")[0] == 0
    assert addin.is_file()


def test_uninstalling_leaves_only_what_the_user_has_changed(user):
    workbook = user.home / "Documents/CreditControl.xlsm"
    workbook.write_bytes(workbook.read_bytes() + b" ")
    code, told = user.run("install.cmd", "/uninstall", "/quiet")
    assert code == 0, told
    assert user.files() == ["Documents/CreditControl.xlsm"]
    assert not (user.local / "xlcredit").exists()
