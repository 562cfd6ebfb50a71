"""What a user without a network does: install.cmd from a folder made by `xlcredit bundle`, in a new profile."""

import shutil
from pathlib import Path

import pytest
from wine import run_pytest, windows_path

from xlcredit.excel.setup.bundle import make_bundle

HERE = Path(__file__).parent


@pytest.fixture
def bundle(stage, tmp_path):
    """A folder to install from, made of the wheels of the stage."""

    def fetch(pins, folder, _python):
        for pin in pins:
            name, _, version = pin.replace("-", "_").partition("==")
            (wheel,) = (
                path
                for path in (stage / "wheels").glob("*.whl")
                if path.name.lower().startswith(f"{name}-{version}-")
            )
            shutil.copy(wheel, folder)

    folder = tmp_path / "xlcredit (prova) & co è"
    make_bundle(folder, "3.11", fetch=fetch)
    return folder


def test_install_doctor_and_uninstall(stage, bundle):
    done = run_pytest(
        stage, HERE / "inside/test_install_in_profile.py", extra={"XLCREDIT_BUNDLE": windows_path(bundle)}
    )
    assert done.returncode == 0, done.stdout[-10_000:]
    assert " skipped" not in done.stdout
