"""Faults of set-up, as in `faults`: on a made-up Windows profile (`C`) in the folder."""

import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from unittest import mock

from broken_inputs import command
from faults import causes

sys.path.append(str(Path(__file__).parents[1] / "excel"))
from fake_machine import FakeMachine, build_addin
from small_wheels import write_wheel

from xlcredit.excel.setup.bundle import check_bundle, fetch_with_pip, make_bundle, shipped
from xlcredit.excel.setup.install import install
from xlcredit.excel.setup.library import library_name
from xlcredit.excel.setup.own_wheel import pack_installed
from xlcredit.excel.setup.places import places_of
from xlcredit.excel.setup.uninstall import uninstall


def set_up(folder, spoil=lambda _machine: None, **how):
    machine = FakeMachine(folder / "C", **how)
    spoil(machine)
    install(machine, "it", build_addin)
    return machine


@causes("not-windows")
def another_system(folder):
    """`xlcredit install` on Linux."""
    set_up(folder, system="linux")


@causes("profile-incomplete")
def no_appdata(folder):
    """`xlcredit install` by a user whose variable APPDATA is not set."""
    set_up(folder, lambda machine: machine.environment.pop("APPDATA"))


@causes("excel-runs")
def excel_open(folder):
    """`xlcredit install` or `uninstall` while Excel is open."""
    machine = set_up(folder)
    machine.running.add("excel.exe")
    uninstall(machine)


@causes("store-python")
def store(folder):
    """`xlcredit install` with the Python of Microsoft's Store."""
    set_up(
        folder,
        lambda machine: setattr(machine, "base_python", Path("C:/Program Files/WindowsApps/Python.3.12")),
    )


@causes("pythonw-missing")
def no_pythonw(folder):
    """`xlcredit install` where an antivirus has taken pythonw.exe away."""
    set_up(folder, lambda machine: machine.python.with_name("pythonw.exe").unlink())


@causes("library-missing")
def no_library(folder):
    """`xlcredit install` where an antivirus has taken xlwings' library away."""
    set_up(folder, lambda machine: next(machine.python.parents[1].glob("xlwings64*")).unlink())


@causes("profile-unreadable")
def foreign_profile(folder):
    """`xlcredit install` for a user with a Russian name on an Italian Windows."""
    set_up(folder / "Лючия")


@causes("path-unreadable")
def foreign_folder(folder):
    """`xlcredit install` with a Python in a folder with a Russian name, on an Italian Windows without short names."""

    def move(machine):
        machine.python = folder / "Питон" / "python.exe"
        machine.python.parent.mkdir()
        for name in ("python.exe", "pythonw.exe", library_name(64)):
            machine.python.with_name(name).touch()

    set_up(folder, move)


@causes("setup-write")
def folder_in_the_way(folder):
    """`xlcredit install` where a folder has the name of the add-in."""

    def take_name(machine):
        (places_of(machine).addin / "folder").mkdir(parents=True)

    set_up(folder, take_name)


@causes("not-installed")
def never_installed(folder):
    """`xlcredit uninstall` where it was never installed."""
    machine = FakeMachine(folder / "C")
    machine.python = machine.base_python / "python.exe"
    uninstall(machine)


@causes("manifest-unreadable")
def list_damaged(folder):
    """`xlcredit uninstall` with a list of what was written that was cut off."""
    machine = set_up(folder)
    manifest = places_of(machine).manifest
    manifest.write_bytes(manifest.read_bytes()[:100])
    uninstall(machine)


@causes("not-a-python")
def no_such_python(folder):
    """`xlcredit bundle offline --python 3.9`."""
    return command("xlcredit bundle offline --python 3.9")


@causes("folder-not-empty")
def folder_taken(folder):
    """`xlcredit bundle offline`, and offline is there and holds a letter."""
    (folder / "offline").mkdir()
    (folder / "offline/letter.txt").touch()
    return command("xlcredit bundle offline")


@causes("lock-missing")
def no_lock(folder):
    """`xlcredit bundle offline` of a package that was copied without a file of its own."""
    with mock.patch("xlcredit.excel.setup.bundle.files", return_value=Path("site-packages/xlcredit")):
        shipped("other.lock")


@causes("pin-missing")
def no_pin(folder):
    """`xlcredit bundle offline` when a new version of a package needs another one."""
    make_bundle(
        folder / "offline",
        "3.12",
        write_wheel=lambda place: write_wheel(place, requires=["a-package-nobody-pinned>=0.2"]),
    )


@causes("download-failed")
def no_network(folder):
    """`xlcredit bundle offline` without a network."""
    with mock.patch.dict("os.environ", {"PIP_NO_INDEX": "1"}):
        fetch_with_pip(["numpy==2.4.6"], folder, "3.12")


@causes("wheel-failed")
def copied(folder):
    """`xlcredit bundle offline` of a package that was copied into place rather than installed."""
    with mock.patch(
        "xlcredit.excel.setup.own_wheel.metadata.distribution", side_effect=PackageNotFoundError("xlcredit")
    ):
        pack_installed(folder)


@causes("bundle-incomplete")
def wheel_lost(folder):
    """A folder that a wheel was taken from, when it is checked."""
    (folder / "wheels").mkdir()
    write_wheel(folder / "wheels")
    check_bundle(folder, "3.12")
