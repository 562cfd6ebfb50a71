"""The model of Excel and what stands beside these tests are found by them, and by the server that they start."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
BESIDE = [str(HERE), *(str(HERE.parents[1] / name) for name in (".", "operations", "excel"))]
os.environ["PYTHONPATH"] = os.pathsep.join([os.environ.get("PYTHONPATH", ""), *BESIDE])
sys.path[:0] = [path for path in BESIDE if path not in sys.path]


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory):
    """A workbook with nothing of ours in it, open in the model of Excel."""
    import openpyxl

    from excel_model import open_excel

    path = tmp_path_factory.mktemp("cartella di prova & co (è)") / "Crediti.xlsx"
    openpyxl.Workbook().save(path)
    return open_excel(path).ActiveWorkbook
