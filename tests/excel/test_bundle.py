"""The folder to install from without a network: complete for Windows, or not made at all."""

import base64
import csv
import hashlib
import io
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from small_wheels import write_wheel

from xlcredit.excel.setup import errors
from xlcredit.excel.setup.bundle import (
    check_bundle,
    fetch_with_pip,
    make_bundle,
    parse_python,
    read_pins,
    shipped,
)
from xlcredit.excel.setup.own_wheel import last_line, pack_installed
from xlcredit.excel.setup.wheels import fits, missing_from, needed_on_windows, requirements_of

ROOT = Path(__file__).parents[2]
COMPLETE = ["colorama", "numpy", "pandas", "pywin32", "typer", "tzdata", "xlcredit", "xlwings"]


@pytest.fixture
def asked():
    return []


@pytest.fixture
def fetch(asked):
    """Brings wheels as the index would, and keeps what it was asked for."""

    def bring(pins, folder, python):
        asked.append(list(pins))
        for pin in pins:
            write_wheel(folder, *pin.split("=="))

    return bring


def names(folder):
    return sorted(path.name.partition("-")[0] for path in folder.glob("*.whl"))


def test_bundle_holds_all_that_windows_needs_in_the_versions_of_the_lock(tmp_path, fetch, asked):
    made = make_bundle(tmp_path / "offline", "3.12", write_wheel=write_wheel, fetch=fetch)
    assert names(tmp_path / "offline" / "wheels") == COMPLETE
    assert len(made.wheels) == len(COMPLETE)
    pins = read_pins(ROOT / "requirements.lock")
    assert asked == [
        [f"{name}=={pins[name]}" for name in ("pandas", "typer", "xlwings")],
        [f"{name}=={pins[name]}" for name in ("colorama", "numpy", "pywin32", "tzdata")],
    ]


def test_bundle_brings_installer_pages_and_sums(tmp_path, fetch):
    folder = tmp_path / "l'ufficio & C. (2)"
    make_bundle(folder, "3.12", write_wheel=write_wheel, fetch=fetch)
    assert sorted(path.name for path in folder.iterdir()) == [
        "LEGGIMI.txt", "README.txt", "install.cmd", "python.txt", "wheels",
    ]  # fmt: skip
    assert (folder / "install.cmd").read_bytes() == (ROOT / "install.cmd").read_bytes()
    assert (folder / "python.txt").read_bytes() == b"3.12\r\n"
    page = (folder / "LEGGIMI.txt").read_bytes()
    assert page.startswith("\ufeffXLCREDIT".encode())
    assert b"\n" not in page.replace(b"\r\n", b"")
    sums = (folder / "wheels/SHA256SUMS").read_text("utf-8").splitlines()
    assert len(sums) == len(COMPLETE)
    for line in sums:
        digest, _, name = line.partition(" *")
        assert hashlib.sha256((folder / "wheels" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", COMPLETE)
def test_a_wheel_taken_away_is_noticed(tmp_path, fetch, name):
    make_bundle(tmp_path / "offline", "3.12", write_wheel=write_wheel, fetch=fetch)
    check_bundle(tmp_path / "offline", "3.12")
    next((tmp_path / "offline/wheels").glob(f"{name}-*")).unlink()
    with pytest.raises(errors.BundleIncompleteError, match=name):
        check_bundle(tmp_path / "offline", "3.12")


def test_a_wheel_of_a_version_that_does_not_do_is_noticed(tmp_path):
    own, older = write_wheel(tmp_path, requires=["numpy>=2"]), write_wheel(tmp_path, "numpy", "1.26")
    assert [str(one) for one in missing_from([own, older], "3.12")] == ["numpy>=2"]


@pytest.mark.parametrize(
    ("tag", "usable"),
    [
        ("py3-none-any", True),
        ("cp312-cp312-win_amd64", True),
        ("cp39-abi3-win_amd64", True),
        ("cp311-cp311-win_amd64", False),
        ("cp312-cp312-win32", False),
        ("cp312-cp312-manylinux_2_28_x86_64", False),
    ],
)
def test_wheels_for_other_computers_do_not_count(tmp_path, tag, usable):
    assert fits(write_wheel(tmp_path, "numpy", "2.4", tag), "3.12") == usable


def test_requirements_are_judged_as_on_windows(tmp_path):
    wheel = write_wheel(tmp_path, "xlwings", "0.37.8")
    assert [one.name for one in requirements_of(wheel, "3.12")] == ["pywin32"]


def test_bundle_fails_as_a_whole(tmp_path):
    def fetch(_pins, _folder, python):
        raise errors.DownloadFailedError(reason="no network", python=python)

    with pytest.raises(errors.DownloadFailedError):
        make_bundle(tmp_path / "offline", "3.12", write_wheel=write_wheel, fetch=fetch)
    assert list(tmp_path.iterdir()) == []


def test_package_without_a_pin_is_refused(tmp_path, fetch):
    def write(folder):
        return write_wheel(folder, requires=["unheard-of>=1"])

    with pytest.raises(errors.PinMissingError, match="unheard-of"):
        make_bundle(tmp_path / "offline", "3.12", write_wheel=write, fetch=fetch)
    assert list(tmp_path.iterdir()) == []


def test_folder_in_use_is_left_alone(tmp_path, fetch):
    (tmp_path / "letter.txt").write_text("theirs")
    with pytest.raises(errors.FolderNotEmptyError):
        make_bundle(tmp_path, "3.12", write_wheel=write_wheel, fetch=fetch)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_empty_folder_is_filled(tmp_path, fetch):
    (tmp_path / "offline").mkdir()
    make_bundle(tmp_path / "offline", "3.12", write_wheel=write_wheel, fetch=fetch)
    assert (tmp_path / "offline" / "install.cmd").exists()


@pytest.mark.parametrize("text", ["3.10", "2.7", "3", "3.12.1", "tre", "", "3.12 64"])
def test_what_is_no_usable_version_of_python_is_refused(text):
    with pytest.raises(errors.NotAPythonError):
        parse_python(text)
    assert parse_python(" 3.13 ") == "3.13"


def test_pip_that_finds_nothing_is_told_in_its_own_words(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        errors.DownloadFailedError, match=r"No matching distribution found for numpy==2\.4\.6"
    ):
        fetch_with_pip(["numpy==2.4.6"], tmp_path, "3.12")


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            "ERROR: No matching distribution found\n\n[notice] A new release of pip is available\n",
            "No matching distribution found",
        ),
        ("ERROR: build failed\nnote: not a problem with pip\n", "build failed"),
        ("No module named pip\n", "No module named pip"),
        ("", "pip"),
    ],
)
def test_the_line_where_pip_says_why_is_found(told, line):
    assert last_line(told) == line


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_lock_names_everything_that_windows_needs(python):
    """Followed through what is installed here; what Windows alone has is named, and requires nothing more."""
    pins = read_pins(ROOT / "requirements.lock")
    lines = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    seen, unpinned = set(), set()
    while lines:
        names = {canonicalize_name(one.name) for one in needed_on_windows(lines, python)} - seen
        seen |= names
        unpinned |= names - pins.keys()
        lines = [line for name in names for line in required_here(name)]
    assert {"pywin32", "tzdata", "colorama"} <= seen
    assert unpinned == set()
    assert pins["xlwings"] == "0.37.8"


def required_here(name):
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def test_the_package_brings_along_what_a_bundle_is_made_of():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    brought = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for name in ("install.cmd", "requirements.lock"):
        assert brought[name] == f"xlcredit/{name}"
        assert shipped(name).read_bytes() == (ROOT / name).read_bytes()
    with pytest.raises(errors.LockMissingError):
        shipped("no such file")


def test_installed_package_is_packed_into_the_wheel_it_came_from(tmp_path, monkeypatch):
    site = tmp_path / "site"
    files = {
        "xlcredit/__init__.py": "__version__ = '9.9'\n",
        "xlcredit/install.cmd": "@echo off\r\n",
        "xlcredit-9.9.dist-info/METADATA": "Metadata-Version: 2.1\nName: xlcredit\nVersion: 9.9\n",
        "xlcredit-9.9.dist-info/WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n",
    }
    by_pip = [
        "xlcredit-9.9.dist-info/INSTALLER",
        "xlcredit/__pycache__/__init__.cpython-312.pyc",
        "../Scripts/x.exe",
    ]
    for name, text in {**files, **dict.fromkeys(by_pip, "...")}.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(text.encode())
    record = "".join(f"{name},,\n" for name in [*files, *by_pip, "xlcredit-9.9.dist-info/RECORD"])
    (site / "xlcredit-9.9.dist-info/RECORD").write_text(record)
    monkeypatch.setattr("sys.path", [str(site), *sys.path])
    with zipfile.ZipFile(pack_installed(tmp_path)) as wheel:
        packed = {name: wheel.read(name) for name in wheel.namelist()}
    listed = packed.pop("xlcredit-9.9.dist-info/RECORD").decode()
    assert packed == {name: text.encode() for name, text in files.items()}
    for name, digest, size in csv.reader(io.StringIO(listed)):
        if digest:
            expected = base64.urlsafe_b64encode(hashlib.sha256(packed[name]).digest()).decode().rstrip("=")
            assert (digest, int(size)) == (f"sha256={expected}", len(packed[name]))


def test_installer_is_plain_text_of_windows():
    content = (ROOT / "install.cmd").read_bytes()
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
