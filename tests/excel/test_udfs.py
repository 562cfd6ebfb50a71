"""The functions as xlwings finds and calls them: their signatures, their manners when something goes wrong."""

import inspect
import subprocess
import sys

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from excel_model import open_excel
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import Catalogue
from xlcredit.excel import in_force, udfs
from xlcredit.formulas.answers import MARK
from xlcredit.functions import FUNCTIONS
from xlcredit.log import log_path
from xlcredit.parameters.errors import SettingValueError

DUE = 46022.0
DAYS_TO_1904 = 1462


@pytest.fixture(autouse=True)
def own_log(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    udfs.forget_settings()


class Unreadable:
    """A workbook that cannot be read."""

    def __init__(self, error):
        self.error = error

    @property
    def FullName(self):  # noqa: N802  Excel's name
        raise self.error


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_has_its_python_function(name):
    parameters = inspect.signature(getattr(udfs, FUNCTIONS[name].python_name)).parameters.values()
    assert [(one.name, one.default is one.empty) for one in parameters] == [
        (argument.name, argument.is_required) for argument in FUNCTIONS[name].arguments
    ]


def test_single_cells_and_ranges():
    assert udfs.xlc_interest(1000.0, DUE, 46112.0) == [[25.03]]
    assert udfs.xlc_days_overdue(((DUE,), (None,)), 46112.0) == [(90.0,), ("",)]
    assert udfs.xlc_days_overdue(((DUE, None),), 46112.0) == [[90.0, ""]]
    assert udfs.xlc_version() == [["0.1.0"]]


def test_why_explains_a_call():
    ((said,),) = udfs.xlc_why("XLC_DAYS_OVERDUE", "domani", 46112.0)
    assert "«domani» (scadenza) non è una data" in said


@pytest.mark.parametrize(
    "error", [RuntimeError("Rossi S.r.l."), SettingValueError(setting="buckets", found="x", expected="30")]
)
def test_what_goes_wrong_is_an_error_value_in_every_cell_and_stands_in_the_log(error):
    workbook, days = Unreadable(error), ((DUE,), (DUE,))
    assert (
        udfs.answer_udf(FUNCTIONS["XLC_DAYS_OVERDUE"], [days, None], workbook) == ((MARK + "#VALUE!",),) * 2
    )
    logged = log_path().read_text("utf-8")
    assert "XLC_DAYS_OVERDUE\n" in logged
    assert type(error).__name__ in logged
    assert "Rossi" not in logged


def test_why_tells_what_went_wrong():
    refused = SettingValueError(setting="buckets", found="x", expected="30")
    ((said,),) = udfs.answer_udf(FUNCTIONS["XLC_WHY"], ["XLC_BUCKET", DUE, *[None] * 4], Unreadable(refused))
    assert said == Catalogue("it").error(refused)
    ((said,),) = udfs.answer_udf(
        FUNCTIONS["XLC_WHY"], ["XLC_BUCKET", DUE, *[None] * 4], Unreadable(KeyError("x"))
    )
    assert str(log_path()) in said


class Range:
    """A range as xlwings hands it to a converter: its values are asked for once, as Excel holds them."""

    class Api:
        Value2 = ((1.0,), (None,))

    api = Api


class Context:
    """A conversion of xlwings'."""

    def __init__(self, range_=None, value=None):
        self.range, self.value = range_, value


@pytest.mark.parametrize(
    ("context", "value"), [(Context(Range), ((1.0,), (None,))), (Context(value="x"), "x")]
)
def test_cells_are_read_as_excel_holds_them(context, value):
    udfs.CellsAsTheyAre.reader({})(context)
    assert context.value == value


def test_the_module_is_light_to_load():
    loaded = "import sys, xlwings; before = set(sys.modules); import xlcredit.excel.udfs; print(*(set(sys.modules) - before))"
    added = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {name for name in added if not name.startswith("xlcredit")} == set()
    assert {name.split(".")[1] for name in added if "." in name} == {"errors", "excel", "functions"}


def test_the_workbooks_tables_are_read_once_for_many_formulas(monkeypatch):
    asked = []
    monkeypatch.setattr(
        in_force, "_read_rules", lambda workbook: asked.append(workbook) or in_force._package_rules()
    )

    class Workbook:
        FullName = "C:\\Crediti.xlsm"

    for _ in range(3):
        in_force.rules_of(Workbook)
    assert len(asked) == 1
    in_force.forget_settings()
    in_force.rules_of(Workbook)
    assert len(asked) == 2
    monkeypatch.setattr(in_force, "KEPT_SECONDS", -1.0)
    in_force.rules_of(Workbook)
    assert len(asked) == 3


@pytest.fixture
def in_excel(tmp_path):
    """A workbook of ours, open in the model of Excel, with settings of its own."""

    def in_excel(**settings):
        path = tmp_path / "Crediti.xlsm"
        chosen = pd.DataFrame({"setting": list(settings), "value": list(settings.values())})
        build_workbook(path, language="en", frames={"settings": chosen})
        return open_excel(path).ActiveWorkbook

    return in_excel


def answer(workbook, name, *values):
    omitted = (None,) * (len(FUNCTIONS[name].arguments) - len(values))
    ((cell,),) = udfs.answer_udf(FUNCTIONS[name], values + omitted, workbook)
    return cell


def test_a_formula_follows_the_workbook_it_stands_in(in_excel):
    workbook = in_excel(as_of="31/03/2026", buckets="15, 45")
    assert answer(workbook, "XLC_DAYS_OVERDUE", DUE) == 90
    assert answer(workbook, "XLC_BUCKET", DUE) == "Over 45 days"
    assert answer(workbook, "XLC_WHY", "XLC_BUCKET", "x").startswith("“x” (due date) is no date.")


def test_a_workbook_without_our_tables_gets_the_packages_rules(tmp_path):
    path = tmp_path / "Cartel1.xlsx"
    openpyxl.Workbook().save(path)
    assert answer(open_excel(path).ActiveWorkbook, "XLC_BUCKET", DUE, DUE + 200) == "Oltre 180 giorni"


def test_days_of_a_workbook_from_1904(tmp_path):
    path, book = tmp_path / "Mac.xlsx", openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.save(path)
    workbook, due = open_excel(path).ActiveWorkbook, DUE - DAYS_TO_1904
    assert answer(workbook, "XLC_DUE_DATE", due, "Net 30") == due + 30


def test_a_setting_that_cannot_be_used_is_told(in_excel):
    workbook = in_excel(buckets="trenta")
    assert answer(workbook, "XLC_BUCKET", DUE) == MARK + "#VALUE!"
    assert "trenta" in answer(workbook, "XLC_WHY", "XLC_BUCKET", DUE)
