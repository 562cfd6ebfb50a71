"""Buttons of the collector's desk, when things do not go straight: pressed twice, called off, filtered, paid."""

import pytest
from companies import copy_book

from excel_model import open_excel
from recording_face import RecordingFace
from xlcredit.books.live import LiveBook
from xlcredit.excel.desk import Desk
from xlcredit.excel.errors import CalledOffError
from xlcredit.excel.questions import ask_choice
from xlcredit.excel.ribbon import answer_press

ALL_THAT_IS_OPEN = ""
CALLED_OFF = None

ENTRIES = {
    "promise": ("6/11/2026", ALL_THAT_IS_OPEN),
    "dispute": ("Prezzo", "Vendite", "Rossi", ALL_THAT_IS_OPEN),
    "plan": ("1", "3", "30/11/2026"),
    "hold": ("30/11/2026", "verifica interna"),
    "allowance": ("1", "0,50", "arrotondamento"),
}
"""What each button is answered, by its key."""

RECORDED = ("contacts", "promises", "disputes", "plans", "allocations")


@pytest.fixture(scope="module")
def refreshed_bytes(tmp_path_factory):
    path = copy_book(tmp_path_factory.mktemp("refreshed") / "Crediti.xlsm")
    excel = open_excel(path)
    answer_press("refresh", Desk(RecordingFace(), excel, excel.ActiveWorkbook))
    excel.ActiveWorkbook.Save()
    return path.read_bytes()


@pytest.fixture
def desk(make_desk, tmp_path, refreshed_bytes):
    """Rows 1/2026 and 2/2026 of C001, 3/2026 of C002; the list of the day begins with C003."""
    path = tmp_path / "Crediti.xlsm"
    path.write_bytes(refreshed_bytes)
    return make_desk(path)


def first_row(desk, sheet):
    return desk.workbook.Worksheets.Item(sheet).ListObjects.Item(1).DataBodyRange.Row


def select(desk, sheet, *places):
    """Select rows of a table by their places in it."""
    first = first_row(desk, sheet)
    desk.workbook.Worksheets.Item(sheet).Activate()
    desk.application.Range(",".join(f"C{first + place}" for place in places)).Select()


def column(desk, table, key):
    """A column of the open workbook, blanks left out."""
    book = LiveBook(desk.workbook)
    return book.read(table)[table].frame[book.headers(table)[key]].dropna().tolist()


def recorded(desk):
    """How many rows each table of the desk holds."""
    return {table: len(column(desk, table, "customer_id")) for table in RECORDED}


def type_into_line(desk, place, **typed):
    """Type into a line of the list of the day."""
    headers = LiveBook(desk.workbook).headers("worklist")
    sheet = desk.workbook.Worksheets.Item("Da fare oggi")
    shown = list(sheet.ListObjects.Item(1).HeaderRowRange.Value2[0])
    for key, value in typed.items():
        sheet.Cells(first_row(desk, "Da fare oggi") + place, 1 + shown.index(headers[key])).Value2 = value


# --- which rows


def test_rows_that_a_filter_hides_are_not_promised(desk, press):
    first = first_row(desk, "Scadenzario")
    sheet = desk.workbook.Worksheets.Item("Scadenzario")
    sheet._hide_rows(first + 1)
    sheet.Activate()
    desk.application.Range(f"A{first}:C{first + 2}").Select()
    desk.face.texts = list(ENTRIES["promise"])
    press("promise", desk)
    assert column(desk, "promises", "invoice_id") == ["1/2026", "3/2026"]


@pytest.mark.parametrize(("sheet", "table"), [("Clienti", "customers"), ("Da fare oggi", "worklist")])
def test_a_line_of_a_customer_means_what_he_owes(desk, press, sheet, table):
    place = column(desk, table, "customer_id").index("C001")
    select(desk, sheet, place)
    desk.face.texts = list(ENTRIES["promise"])
    press("promise", desk)
    assert column(desk, "promises", "invoice_id") == ["2/2026", "1/2026"]


def test_a_plan_is_with_one_customer(desk, press):
    select(desk, "Scadenzario", 0, 2)
    desk.face.texts = list(ENTRIES["plan"])
    assert "scegliere le righe di un cliente" in press("plan", desk).text
    assert recorded(desk)["plans"] == 0


def test_a_paid_row_is_not_promised(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["1", ALL_THAT_IS_OPEN, "transazione", "Direzione", *ENTRIES["promise"]]
    press("allowance", desk)
    told = press("promise", desk)
    assert told.tone == "failed"
    assert "è già tutto pagato" in told.text


# --- pressed twice


def test_a_promise_pressed_twice_is_refused_the_second_time(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = list(ENTRIES["promise"] * 2)
    press("promise", desk)
    once = recorded(desk)
    told = press("promise", desk)
    assert told.tone == "failed"
    assert recorded(desk) == once
    assert once["promises"] == 1


@pytest.mark.parametrize(("key", "count"), [("dispute", 1), ("plan", 3)])
def test_what_is_pressed_twice_is_not_recorded_twice(desk, press, key, count):
    select(desk, "Scadenzario", 2)
    desk.face.texts = [*ENTRIES[key], CALLED_OFF]
    press(key, desk)
    assert press(key, desk) is None
    assert recorded(desk)[f"{key}s"] == count


def test_a_call_of_the_list_is_not_recorded_again_by_a_second_press(desk, press):
    type_into_line(desk, 0, outcome="Parlato", notes="richiama lunedì")
    select(desk, "Da fare oggi", 0)
    press("contact", desk)
    desk.face.texts = [CALLED_OFF]
    press("contact", desk)
    assert "Com'è andata?" in desk.face.questions[-1]
    assert column(desk, "contacts", "customer_id") == ["C003"]


# --- the next line


def line_in_front(desk):
    """The customer of the line that is selected, and its selected column."""
    raw, headers = (
        LiveBook(desk.workbook).read("worklist")["worklist"],
        LiveBook(desk.workbook).headers("worklist"),
    )
    cell = desk.application.ActiveCell
    shown = next(header for header, letters in raw.columns.items() if f"${letters}$" in cell.Address)
    key = next(key for key, header in headers.items() if header == shown)
    return raw.frame[headers["customer_id"]].iloc[cell.Row - raw.first_row], key


def test_after_a_call_the_next_line_waits_for_its_outcome(desk, press):
    following = column(desk, "worklist", "customer_id")[1]
    type_into_line(desk, 0, outcome="Parlato", notes="-")
    select(desk, "Da fare oggi", 0)
    told = press("contact", desk)
    assert line_in_front(desk) == (following, "outcome")
    assert told.text.endswith("Ora tocca a Alfa Arredi S.r.l.")


def test_after_the_last_line_no_other_is_named(desk, press):
    last = len(column(desk, "worklist", "customer_id")) - 1
    type_into_line(desk, last, outcome="Parlato", notes="-")
    select(desk, "Da fare oggi", last)
    assert "Ora tocca" not in press("contact", desk).text


def test_each_recorded_call_is_named_with_its_outcome(desk, press):
    type_into_line(desk, 0, outcome="Promette", notes="-")
    type_into_line(desk, 1, outcome="Segreteria", notes="-")
    select(desk, "Da fare oggi", 0, 1)
    desk.face.texts = ["6/11/2026", ALL_THAT_IS_OPEN]
    told = press("contact", desk)
    assert told.text.splitlines()[:2] == [
        "2 contatti registrati.",
        "· Gamma Trading Ltd: Promette, per il 06/11/2026",
    ]


def test_what_is_asked_of_a_line_names_its_customer(desk, press):
    for place in (0, 1):
        type_into_line(desk, place, outcome="Promette", notes="-")
    select(desk, "Da fare oggi", 0, 1)
    desk.face.texts = ["6/11/2026", ALL_THAT_IS_OPEN, "9/11/2026", ALL_THAT_IS_OPEN]
    press("contact", desk)
    names = [question.partition(": ")[0] for question in desk.face.questions]
    assert names == ["Gamma Trading Ltd"] * 2 + ["Alfa Arredi S.r.l."] * 2


def second_instalment(desk, place):
    """Make a row of the ledger the second instalment of the document above it."""
    headers = LiveBook(desk.workbook).headers("invoices")
    sheet = desk.workbook.Worksheets.Item("Scadenzario")
    shown = list(sheet.ListObjects.Item(1).HeaderRowRange.Value2[0])
    for key, value in (("invoice_id", "1/2026"), ("instalment", 2)):
        sheet.Cells(first_row(desk, "Scadenzario") + place, 1 + shown.index(headers[key])).Value2 = value


def test_a_promise_about_one_instalment_leaves_the_others(desk, press):
    second_instalment(desk, 1)
    select(desk, "Scadenzario", 0)
    desk.face.texts = ["telef", "promette", "-", "6/11/2026", ALL_THAT_IS_OPEN, "", ""]
    press("contact", desk)
    assert column(desk, "promises", "promised_amount") == [1000.0]


def test_a_contact_about_two_instalments_names_both(desk, press):
    second_instalment(desk, 1)
    select(desk, "Scadenzario", 0, 1)
    desk.face.texts = ["telef", "parlato", "-", "", ""]
    press("contact", desk)
    assert column(desk, "contacts", "invoice_id") == ["1/2026", "1/2026"]
    assert column(desk, "contacts", "instalment")[-1] == 2


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(("key", "vocabulary"), [
    ("contact_channel", "channel"), ("contact_outcome", "contact_outcome"), ("dispute_reason", "dispute_reason"),
])  # fmt: skip
def test_the_longest_question_fits_into_the_input_box(make_desk, language, key, vocabulary):
    desk = make_desk(language=language)
    desk.face.texts = ["?" * 60, CALLED_OFF]
    with pytest.raises(CalledOffError):
        ask_choice(desk, key, desk.words.choices(vocabulary), "Cooperativa Agricola Valle Superiore")
    assert len(desk.face.questions[-1]) <= 254


# --- called off, or refused on the way


@pytest.mark.parametrize(("key", "answered"), [
    (key, answered) for key, answers in ENTRIES.items() for answered in range(len(answers))
])  # fmt: skip
def test_called_off_at_any_question_nothing_has_changed(desk, press, key, answered):
    select(desk, "Scadenzario", 2)
    before = desk.book.path.read_bytes()
    desk.face.texts = [*ENTRIES[key][:answered], CALLED_OFF]
    press(key, desk)
    assert desk.face.texts == []
    assert desk.book.path.read_bytes() == before
    assert not any(recorded(desk).values())
    assert column(desk, "invoices", "hold_reason") == []


def test_called_off_at_the_second_of_two_lines_neither_is_recorded(desk, press):
    for place in (0, 1):
        type_into_line(desk, place, outcome="Promette", notes="-")
    select(desk, "Da fare oggi", 0, 1)
    desk.face.texts = ["6/11/2026", ALL_THAT_IS_OPEN, CALLED_OFF]
    press("contact", desk)
    assert not any(recorded(desk).values())
    assert column(desk, "worklist", "outcome") == ["Promette", "Promette"]


def test_what_was_typed_into_a_refused_line_stays(desk, press):
    for place in (0, 1):
        type_into_line(desk, place, outcome="Promette", notes=f"detto {place}")
    select(desk, "Da fare oggi", 0, 1)
    desk.face.texts = ["6/11/2026", ALL_THAT_IS_OPEN, "1/1/2026", ALL_THAT_IS_OPEN]
    told = press("contact", desk)
    assert "Il 01/01/2026 è già passato" in told.text
    assert column(desk, "contacts", "customer_id") == ["C003"]
    assert column(desk, "worklist", "notes") == ["detto 1"]


def test_an_outcome_that_is_no_word_of_the_list_is_asked(desk, press):
    type_into_line(desk, 0, outcome="Boh", notes="-")
    select(desk, "Da fare oggi", 0)
    desk.face.texts = ["segreteria", "", ""]
    press("contact", desk)
    assert column(desk, "contacts", "outcome") == ["Segreteria"]


@pytest.mark.parametrize("amount", ["0", "-5", "2.500,01"])
def test_an_amount_that_the_rows_do_not_owe_is_refused(desk, press, amount):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["6/11/2026", amount]
    assert press("promise", desk).tone == "failed"
    assert recorded(desk)["promises"] == 0


def test_in_an_english_workbook_the_desk_speaks_english(make_desk, press):
    desk = make_desk(language="en")
    select(desk, "Invoices", 2)
    desk.face.texts = ["6/11/2026", ALL_THAT_IS_OPEN]
    told = press("promise", desk)
    assert desk.face.questions[0].startswith("On what day")
    assert told.text.startswith("Promise recorded on one row (3/2026), for 06/11/2026: ")
