"""The macros at work in an interpreter of VBA: formulas, buttons, settings, versions, and everything that fails."""

import datetime as dt

import pytest
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import EMPTY, MISSING, NULL, VBAErrorValue
from vba_excel import TODAY, Host

from xlcredit.catalogue import Catalogue
from xlcredit.functions import FUNCTIONS

VALUE = 2015
SERVER_GONE = -2147023174
MARK = chr(0xE000)


@pytest.fixture
def host(tmp_path, monkeypatch):
    return Host(tmp_path, monkeypatch)


@pytest.fixture
def addin(tmp_path, monkeypatch):
    return Host(tmp_path, monkeypatch, addin=True)


def said(key, language="it", **facts):
    text = Catalogue(language).text(f"macros.messages.{key}").strip().replace("\n", "\r\n")
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def udf_calls(host):
    return [asked for asked in host.asked if asked[0] == "udf"]


def test_a_formula_asks_python_with_its_workbook_and_cell(host):
    host.stand_in("B2")
    assert host.run("XLC_DAYS_OVERDUE", 46000.0, 46010.0) == 1.5
    ((_, module, name, arguments, book, caller),) = udf_calls(host)
    assert (module, name) == ("xlcredit.excel.udfs", "xlc_days_overdue")
    assert [float(argument) for argument in arguments] == [46000.0, 46010.0]
    assert (book, caller) == ("crediti.xlsm", host.caller)


def test_an_omitted_argument_is_missing(host):
    host.run("XLC_DAYS_OVERDUE", 46000.0)
    ((_, _, _, arguments, _, _),) = udf_calls(host)
    assert arguments[1] is MISSING


def test_the_server_is_started_once(host):
    for _ in range(3):
        host.run("XLC_AMOUNT", "1.234,56 €")
    assert (host.started, len(udf_calls(host))) == (1, 3)


@pytest.mark.parametrize("number", [462, SERVER_GONE, -2147023170, -2147417848])
def test_a_formula_survives_the_death_of_the_server(host, number):
    host.run("XLC_VERSION")
    host.servers[0].faults = [number]
    assert host.run("XLC_VERSION") == 1.5
    assert host.started == 2


def test_a_fault_of_python_is_an_error_value(host):
    host.run("XLC_VERSION")
    host.servers[0].faults = [-2147467259]
    assert is_error(host.run("XLC_VERSION"), VALUE)
    assert (host.started, host.messages()) == (1, [])


def test_a_server_that_dies_at_once_is_not_started_for_ever(host):
    host.run("XLC_VERSION")
    host.servers[0].faults = [462]
    host.faults_at_start = [1000]
    assert is_error(host.run("XLC_VERSION"), VALUE)


def test_a_start_that_failed_is_not_tried_by_every_formula(host):
    host.faults_at_start = [1000] * 5
    for _ in range(4):
        assert is_error(host.run("XLC_VERSION"), VALUE)
    assert len(host.faults_at_start) == 4
    assert host.run("XLC_WHY", "XLC_VERSION") == said("not_started")
    host.excel.freeze_clock(TODAY + dt.timedelta(seconds=31))
    assert is_error(host.run("XLC_VERSION"), VALUE)
    assert len(host.faults_at_start) == 3


def test_a_button_tries_at_once(host):
    host.faults_at_start = [1000]
    assert is_error(host.run("XLC_VERSION"), VALUE)
    host.press("refresh")
    assert (host.started, host.messages()) == (1, [])
    assert host.run("XLC_VERSION") == 1.5


def test_without_python_a_formula_is_an_error_and_why_says_it_in_words(host):
    host.config = {}
    assert is_error(host.run("XLC_RATE", 46000.0), VALUE)
    assert host.run("XLC_WHY", "XLC_RATE", 46000.0) == said("not_installed")
    assert host.messages() == []


def test_the_wizard_shows_no_preview(host):
    host.is_wizard_open = True
    assert host.run("XLC_RATE", 46000.0) == ""
    assert (host.started, host.asked) == (0, [])


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("#N/A", 2042),
        ("#NUM!", 2036),
        ("#DIV/0!", 2007),
        ("#REF!", 2023),
        ("#NAME?", 2029),
        ("#NULL!", 2000),
        ("#VALUE!", 2015),
        ("?", 2015),
    ],
)
def test_a_marked_text_is_an_error_value(host, text, number):
    assert is_error(host.run("XlcResult", MARK + text), number)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("#N/A", "#N/A"),
        ("", ""),
        (MARK, MARK),
        ("è", "è"),
        (-3.5, -3.5),
        (True, True),
        (EMPTY, ""),
        (NULL, ""),
    ],
)
def test_what_is_not_marked_stays_and_a_blank_shows_nothing(host, answer, shown):
    assert host.run("XlcResult", answer) == shown


def test_a_table_has_its_errors_in_their_cells(host):
    host.excel.add_module(TABLES, name="Tables")
    assert host.run("Shown", "table") == "Error 2042;12.5;testo|Error 2036;;Error 2015|"
    assert host.run("Shown", "row") == "1.5;Error 2023;;x;"


TABLES = """
Public Function Shown(ByVal shape As String) As String
    Dim table(0 To 2, 0 To 1) As Variant
    Dim answer As Variant
    Dim place As Long
    Dim across As Long
    table(0, 0) = ChrW(&HE000&) & "#N/A"
    table(1, 0) = 12.5
    table(2, 0) = "testo"
    table(0, 1) = ChrW(&HE000&) & "#NUM!"
    table(2, 1) = ChrW(&HE000&) & "#VALUE!"
    If shape = "row" Then
        answer = XlcResult(Array(1.5, ChrW(&HE000&) & "#REF!", Empty, "x"))
        For place = 0 To 3
            Shown = Shown & CStr(answer(place)) & ";"
        Next place
        Exit Function
    End If
    answer = XlcResult(table)
    For across = 0 To 1
        Shown = Shown & CStr(answer(0, across)) & ";" & CStr(answer(1, across)) & ";" & CStr(answer(2, across)) & "|"
    Next across
End Function
"""


def is_error(value, number):
    return isinstance(value, VBAErrorValue) and value.number == number


def test_every_function_of_the_list_can_be_called(host):
    for function in FUNCTIONS.values():
        host.run(function.name, *[1.0 for argument in function.arguments if argument.is_required])
    assert [call[2] for call in udf_calls(host)] == [function.python_name for function in FUNCTIONS.values()]


def test_a_button_asks_python_for_its_workbook(host):
    host.press("refresh")
    assert host.asked == [
        ("book", "xlwings._xlwindows", "BOOK_CALLER", "crediti.xlsm"),
        ("exec", "import xlcredit.excel.ribbon; xlcredit.excel.ribbon.press('refresh', 'workbook')"),
    ]
    assert host.messages() == []


def test_only_the_first_button_says_that_it_starts(host):
    for _ in range(2):
        host.press("refresh")
    assert [status for status in host.status if status is not False] == [said("starting")]
    assert host.status[-1] is False
    assert host.started == 1


def test_excel_hears_again_when_python_dies_in_the_middle_of_its_work(host, monkeypatch):
    excel = host.excel.application
    calculation = excel.vba_get("Calculation", [])

    def die(server, command):
        host.kept["Interactive"] = False
        for name in ("ScreenUpdating", "EnableEvents", "DisplayAlerts"):
            excel.vba_set(name, False, [])
        excel.vba_set("Calculation", -4135, [])
        raise VBARuntimeError(SERVER_GONE, "the server died")

    monkeypatch.setattr("vba_excel.Server._vba_members", with_exec(die))
    host.press("refresh")
    assert host.kept["Interactive"] is True
    assert all(excel.vba_get(name, []) for name in ("ScreenUpdating", "EnableEvents", "DisplayAlerts"))
    assert excel.vba_get("Calculation", []) == calculation
    assert host.messages() == [said("failed")]


def test_an_error_value_as_argument_is_the_answer_and_a_missing_one_is_none(host):
    assert is_error(host.run("XLC_DAYS_OVERDUE", 46037.0, VBAErrorValue(2042)), 2042)
    assert udf_calls(host) == []
    assert host.run("XLC_DAYS_OVERDUE", 46037.0) == 1.5
    host.answer = "in parole"
    assert host.run("XLC_WHY", "XLC_RATE", VBAErrorValue(2042)) == "in parole"


def test_a_day_alone_is_a_date_and_days_of_a_column_are_numbers(host):
    host.answer = 46112.0
    assert host.run("XLC_DUE_DATE", 46037.0, "60 gg DFFM") == dt.datetime(2026, 3, 31)  # noqa: DTZ001
    host.is_1904 = True
    assert host.run("XLC_DUE_DATE", 44575.0, "60 gg DFFM") == 46112.0
    host.is_1904, host.answer = False, VBAErrorValue(2042)
    assert is_error(host.run("XLC_DUE_DATE", "boh", "60 gg DFFM"), 2042)


def test_a_button_starts_a_dead_server_anew(host):
    host.press("refresh")
    host.servers[0].faults = [SERVER_GONE]
    host.press("check")
    assert (host.started, host.messages()) == (2, [])
    assert host.asked[-1][1].endswith("press('check', 'workbook')")


@pytest.mark.parametrize(
    ("number", "key"),
    [(1000, "not_started"), (53, "no_library"), (48, "no_library"), (1, "no_library"), (13, "failed")],
)
def test_a_button_without_python_says_the_remedy(host, number, key):
    host.faults_at_start = [number]
    host.press("refresh")
    assert host.messages() == [said(key)]
    host.press("refresh")
    assert len(udf_calls(host)) + len(host.messages()) == 1


def test_a_button_where_nothing_is_installed_says_so(tmp_path, monkeypatch):
    host = Host(tmp_path, monkeypatch, language="en")
    host.config = {"INTERPRETER_WIN": "C:\\gone\\pythonw.exe"}
    host.press("refresh")
    assert host.messages() == [said("not_installed", "en")]
    assert host.status[-1] is False


def test_on_a_mac_it_says_what_works_there(host):
    host.system, host.config = "Macintosh (Intel) 10.16", {}
    host.press("refresh")
    assert host.messages() == [said("windows_only")]


def test_the_add_in_without_a_workbook_says_what_to_do(addin, monkeypatch):
    monkeypatch.setattr(addin.excel.application, "active_book", None)
    addin.press("refresh")
    assert (addin.messages(), addin.asked) == ([said("no_book")], [])


def test_a_change_of_settings_is_forgotten_and_calculated(host):
    host.run("XLC_VERSION")
    host.run("XlcSheetChanged", host.sheet("Scadenzario"))
    assert host.recalculated == []
    host.run("XlcSheetChanged", host.sheet("Parametri"))
    assert host.asked[-1] == ("exec", "import xlcredit.excel.udfs; xlcredit.excel.udfs.forget_settings()")
    assert host.recalculated == ["Scadenzario", "Parametri"]


def test_a_change_of_settings_starts_no_server(host):
    host.run("XlcSheetChanged", host.sheet("Parametri"))
    assert (host.started, host.asked) == (0, [])


def test_a_change_made_by_a_button_waits_for_its_end(host, monkeypatch):
    pressed = []

    def press(server, command):
        server._asked("exec", command)
        if command.endswith("press('refresh', 'workbook')"):
            host.run("XlcSheetChanged", host.sheet("Parametri"))
            pressed.append(list(host.recalculated))

    monkeypatch.setattr("vba_excel.Server._vba_members", with_exec(press))
    host.press("refresh")
    assert pressed == [[]]
    assert host.recalculated == ["Scadenzario", "Parametri"]
    assert host.asked[-1][1].endswith("forget_settings()")


def with_exec(press):
    from dataclasses import replace

    from vba_excel import Server

    members = Server._vba_members
    return {**members, "exec": replace(members["exec"], getter=press)}


@pytest.mark.parametrize(
    ("saved", "sheets"),
    [(TODAY - dt.timedelta(hours=3), []), (TODAY - dt.timedelta(days=1), ["Scadenzario", "Parametri"])],
)
def test_a_workbook_saved_on_another_day_is_calculated_again(host, saved, sheets):
    host.last_saved = saved
    host.excel.workbook.saved = True
    host.run("XlcOpened", host.excel.workbook)
    assert host.recalculated == sheets
    assert host.excel.workbook.saved


def test_without_python_saved_values_stay(host):
    host.config = {}
    host.last_saved = TODAY - dt.timedelta(days=1)
    host.run("XlcOpened", host.excel.workbook)
    assert host.recalculated == []


def test_the_day_turns_once(host):
    host.run("XlcOpened", host.excel.workbook)
    assert not host.run("XlcDayHasTurned")
    host.excel.freeze_clock(TODAY + dt.timedelta(days=1))
    assert host.run("XlcDayHasTurned")
    assert not host.run("XlcDayHasTurned")


@pytest.mark.parametrize("installed", ["0.1.0", "0.1.9", None])
def test_a_repair_release_goes_without_a_word(host, installed):
    if installed:
        host.config["XLCREDIT_VERSION"] = installed
    host.run("XlcCheckVersion")
    assert host.messages() == []


@pytest.mark.parametrize("installed", ["0.2.0", "1.1.0", "0.10"])
def test_another_series_is_said_once(host, installed):
    host.config["XLCREDIT_VERSION"] = installed
    host.run("XlcCheckVersion")
    assert host.messages() == [said("other_version", built="0.1.0", installed=installed)]


def test_the_wizard_hears_every_help_once(host):
    for _ in range(2):
        host.run("XlcRegisterFunctions")
    assert [described[0] for described in host.described] == [f"'crediti.xlsm'!{name}" for name in FUNCTIONS]
    words = Catalogue("it")
    assert host.described[0][1] == words.text("functions.XLC_DAYS_OVERDUE.help").strip()
    assert {described[2] for described in host.described} == {"xlcredit"}


def test_a_refused_help_is_silent_and_tried_again(host):
    host.refuses_options = True
    host.run("XlcRegisterFunctions")
    assert (host.described, host.messages()) == ([], [])
    host.refuses_options = False
    host.run("XlcRegisterFunctions")
    assert len(host.described) == len(FUNCTIONS)


@pytest.mark.parametrize(
    ("properties", "has_project", "macros_run", "brings"),
    [
        ({"xlcredit": "0.1.0"}, True, True, True),
        ({"xlcredit": "0.1.0"}, False, True, False),
        ({"xlcredit": "0.1.0"}, True, False, False),
        ({}, True, True, False),
    ],
)
def test_the_add_in_yields_to_a_workbook_whose_macros_of_ours_run(
    addin, properties, has_project, macros_run, brings
):
    addin.properties, addin.has_project, addin.macros_run = properties, has_project, macros_run
    assert addin.run("XlcBringsMacros", addin.excel.workbook) is brings
    addin.excel.add_module(
        "Public Function TabShows() As Boolean\nDim shown\nXlcTabVisible Nothing, shown\nTabShows = shown\nEnd Function\n",
        name="Probe",
    )
    assert addin.run("TabShows") is not brings


def test_a_workbook_of_ours_is_known_by_its_tables(addin):
    assert addin.run("XlcHasTables", addin.excel.workbook)
    addin.sheet("Parametri").tables.clear()
    assert not addin.run("XlcHasTables", addin.excel.workbook)
