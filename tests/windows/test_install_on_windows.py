"""What a user without a network does: install.cmd from a folder made by `xlcredit bundle`, in a new profile."""

import shutil
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version
from wine import run_pytest, windows_path

from xlcredit.excel.setup.bundle import make_bundle

HERE = Path(__file__).parent


@pytest.fixture
def bundle(stage, tmp_path):
    """A folder to install from, made of the wheels of the stage."""

    wheels = {parse_wheel_filename(path.name)[:2]: path for path in (stage / "wheels").glob("*.whl")}

    def fetch(pins, folder, _python):
        for pin in pins:
            name, _, version = pin.partition("==")
            shutil.copy(wheels[canonicalize_name(name), Version(version)], folder)

    folder = tmp_path / "xlcredit (prova) & co è"
    make_bundle(folder, "3.11", fetch=fetch)
    return folder


def test_install_doctor_and_uninstall(stage, bundle):
    done = run_pytest(
        stage, HERE / "inside/test_install_in_profile.py", extra={"XLCREDIT_BUNDLE": windows_path(bundle)}
    )
    assert done.returncode == 0, done.stdout[-10_000:]
    assert " skipped" not in done.stdout
