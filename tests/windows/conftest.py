"""The Windows tests need Wine and mingw; where these are missing they say so."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
collect_ignore = [] if sys.platform == "win32" else ["inside"]

if sys.platform != "win32":
    import stage as windows_stage
    from wine import running_wine

    def pytest_collection_modifyitems(items):
        if not windows_stage.missing_tools():
            return
        reason = f"no Wine and mingw here: apt install {' '.join(windows_stage.DEBIAN_PACKAGES)}"
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))

    @pytest.fixture(scope="session")
    def stage():
        """The folder of the stage, built when its inputs changed, with Wine running in it."""
        folder = windows_stage.ready_stage()
        with running_wine(folder):
            yield folder
