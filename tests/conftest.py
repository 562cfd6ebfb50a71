"""Shared by all tests: where LibreOffice is missing, the office tests say so; in CI a skip is a failure."""

import os
import shutil
import sys

import pytest
from hypothesis import HealthCheck, settings

NO_SKIPS = os.environ.get("XLCREDIT_NO_SKIPS") == "1"

# A busy machine, or Wine, may be slow to draw data or to run an example: that is no fault of the code. In CI the same
# code gets the same examples, so that red tells of the change; chance searches where people work.
settings.register_profile(
    "patient",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=NO_SKIPS or sys.platform == "win32",
)
settings.load_profile("patient")


def pytest_collection_modifyitems(items):
    if shutil.which("soffice") and shutil.which("pdftoppm"):
        return
    for item in items:
        if "tests/office/" in item.nodeid:
            item.add_marker(
                pytest.mark.skip(reason="LibreOffice (soffice) and poppler (pdftoppm) are not installed")
            )


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    allowed = "samples are not beside the project"
    if (
        NO_SKIPS
        and report.skipped
        and not hasattr(report, "wasxfail")
        and allowed not in str(report.longrepr)
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
