"""Each button on an open workbook: what it does there, and the one message that it ends with."""

import datetime as dt

import pytest
from companies import AS_OF, LEDGER_CSV, copy_book, make_book, settings, type_into

from excel_model import open_excel
from recording_face import RecordingFace
from xlcredit.books.live import LiveBook
from xlcredit.buttons import BUTTONS
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.dates import today
from xlcredit.excel.desk import Desk
from xlcredit.excel.presses import reminders
from xlcredit.excel.ribbon import answer_press, press_of
from xlcredit.excel.setup import check


def sheet_in_front(desk):
    return desk.workbook.ActiveSheet.Name


def select(desk, sheet, *rows):
    """Select whole rows of a sheet, as a click on their numbers does."""
    desk.workbook.Worksheets.Item(sheet).Activate()
    desk.application.Range(",".join(f"A{row}:B{row}" for row in rows)).Select()


def cells(desk, table, key):
    """A column of the open workbook, blanks left out."""
    book = LiveBook(desk.workbook)
    return book.read(table)[table].frame[book.headers(table)[key]].dropna().tolist()


def first_row(desk, sheet):
    return desk.workbook.Worksheets.Item(sheet).ListObjects.Item(1).DataBodyRange.Row


def bytes_after(folder, *keys):
    """The company's workbook after some buttons, each answered with yes."""
    path = copy_book(folder / "Crediti.xlsm")
    excel = open_excel(path)
    for key in keys:
        answer_press(key, Desk(RecordingFace(agreements=[True]), excel, excel.ActiveWorkbook))
    excel.ActiveWorkbook.Save()
    return path.read_bytes()


@pytest.fixture(scope="module")
def proposed_bytes(tmp_path_factory):
    return bytes_after(tmp_path_factory.mktemp("proposed"), "propose")


@pytest.fixture(scope="module")
def issued_bytes(tmp_path_factory):
    return bytes_after(tmp_path_factory.mktemp("issued"), "propose", "issue")


@pytest.fixture
def desk_of(make_desk, tmp_path):
    def make(content):
        path = tmp_path / "Crediti.xlsm"
        path.write_bytes(content)
        return make_desk(path)

    return make


@pytest.fixture
def proposed(desk_of, proposed_bytes):
    """A desk whose workbook has the proposal on its sheet: C003, C001, C002 in this order."""
    return desk_of(proposed_bytes)


@pytest.fixture
def issued(desk_of, issued_bytes):
    """A desk whose workbook has three letters issued, S261030-001 to -003 in the same order."""
    return desk_of(issued_bytes)


@pytest.mark.parametrize("key", BUTTONS)
def test_every_button_has_a_function_that_says_what_it_does(key):
    assert press_of(key).__doc__


# --- analysis


def test_refresh_says_the_day_what_is_open_and_what_is_overdue(desk, press):
    told = press("refresh", desk)
    assert told.text.splitlines()[:2] == [
        "Situazione al 30/10/2026",
        "5 aperte per 6.000,00 €, 4 scadute per 5.200,00 €.",
    ]
    assert told.tone == "done"


def test_refresh_writes_the_open_workbook(desk, press):
    press("refresh", desk)
    body = desk.workbook.Worksheets.Item("Scadenzario").ListObjects.Item(1)
    assert any(10.0 in row for row in body.DataBodyRange.Value2)


def test_a_second_refresh_says_that_nothing_has_changed(desk, press):
    press("refresh", desk)
    assert "Era già aggiornato" in press("refresh", desk).text


def test_refresh_shows_how_far_it_is(desk, press):
    press("refresh", desk)
    shown = [text.partition(",")[0] for text in desk.face.statuses if text]
    assert shown[:3] == [f"Gestione crediti: {step}" for step in ("lettura dei dati", "calcolo", "scrittura")]


def test_refresh_counts_what_is_new_among_the_findings(make_desk, press, tmp_path):
    path = make_book(tmp_path / "Crediti.xlsm")
    type_into(path, "invoices", "due_date", {0: "31/02/2026", 1: "boh"})
    desk = make_desk(path)
    first = press("refresh", desk)
    assert "2 anomalie nuove: sono nel foglio Anomalie." in first.text
    assert first.tone == "look"
    assert "2 anomalie, nessuna nuova" in press("refresh", desk).text


def test_english_workbooks_are_answered_in_english(make_desk, press):
    told = press("refresh", make_desk(language="en"))
    assert "5 open for 6,000.00 €, 4 overdue for 5,200.00 €." in told.text


def test_the_list_of_the_day_comes_to_the_front_with_its_first_line(desk, press):
    press("refresh", desk)
    told = press("worklist", desk)
    assert sheet_in_front(desk) == "Da fare oggi"
    assert told.text.splitlines() == [
        "3 clienti da seguire.",
        "Il primo: Gamma Trading Ltd, scaduto 1.200,00 €.",
        "Da fare: Scrivere.",
        "Perché: Importo, rischio del cliente.",
    ]


def test_a_first_line_without_a_reason_says_none(desk, press):
    press("refresh", desk)
    sheet = desk.workbook.Worksheets.Item("Da fare oggi")
    headers = sheet.ListObjects.Item(1).HeaderRowRange.Value2[0]
    sheet.Cells(first_row(desk, "Da fare oggi"), 1 + headers.index("Motivo")).Value2 = None
    assert press("worklist", desk).text.endswith("Da fare: Scrivere.")


def test_an_empty_list_of_the_day_says_how_to_make_it(desk, press):
    assert "«Aggiorna»" in press("worklist", desk).text


@pytest.mark.parametrize(
    ("key", "sheet"), [("dashboard", "dashboard"), ("guide", "guide"), ("settings", "settings")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_comes_to_the_front(make_desk, press, key, sheet, language):
    desk = make_desk(language=language)
    assert press(key, desk) is None
    assert sheet_in_front(desk) == Catalogue(language).sheet(sheet)


def test_a_hidden_sheet_is_shown(desk, press):
    desk.workbook.Worksheets.Item("Guida").Visible = 0
    press("guide", desk)
    assert sheet_in_front(desk) == "Guida"


def test_a_sheet_that_was_renamed_is_named(desk, press):
    desk.workbook.Worksheets.Item("Guida").Name = "Altro"
    told = press("guide", desk)
    assert told.tone == "failed"
    assert "«Guida»" in told.text


# --- files


def test_check_lists_the_findings_and_writes_nothing(make_desk, press, tmp_path):
    path = make_book(tmp_path / "Crediti.xlsm")
    type_into(path, "invoices", "due_date", {0: "31/02/2026"})
    desk = make_desk(path)
    told = press("check", desk)
    assert "1 anomalia da vedere:" in told.text
    assert "31/02/2026" in told.text
    assert desk.workbook.Saved


def test_check_says_when_all_is_well(desk, press):
    assert press("check", desk).text == "Situazione al 30/10/2026\nNessuna anomalia."


def test_a_ledger_is_taken_over_into_a_workbook_beside_it(desk, press, tmp_path):
    ledger = tmp_path / "scadenze.csv"
    ledger.write_text(LEDGER_CSV, "utf-8")
    desk.face.files = [ledger, ledger]
    told = press("adopt", desk)
    new = tmp_path / "scadenze - gestione crediti.xlsm"
    assert new.is_file()
    assert desk.application.ActiveWorkbook.Name == new.name
    assert "«Scadenza» è letta come Scadenza." in told.text
    assert f"Creato e aperto {new.name}" in told.text
    assert ledger.read_text("utf-8") == LEDGER_CSV


def test_a_ledger_taken_over_twice_gets_a_number(desk, press, tmp_path):
    ledger = tmp_path / "scadenze.csv"
    ledger.write_text(LEDGER_CSV, "utf-8")
    desk.face.files = [ledger, ledger]
    press("adopt", desk)
    press("adopt", desk)
    assert (tmp_path / "scadenze - gestione crediti 2.xlsm").is_file()


def test_no_ledger_chosen_is_no_message(desk, press):
    desk.face.files = [None]
    assert press("adopt", desk) is None


def test_a_ledger_open_with_unsaved_changes_is_refused(desk, press):
    desk.workbook.Worksheets.Item("Scadenzario")._type("B5", "C009")
    desk.face.files = [desk.book.path]
    assert "modifiche non salvate" in press("adopt", desk).text


def test_restore_asks_first(desk, press):
    desk.face.agreements = [False]
    assert press("restore", desk) is None


def test_restore_puts_the_version_before_back(desk, press):
    before = cells(desk, "invoices", "open_amount")
    press("refresh", desk)
    assert cells(desk, "invoices", "open_amount") != before
    desk.face.agreements = [True]
    told = press("restore", desk)
    assert told.text.startswith("Ripristinato Crediti.xlsm com'era il ")
    assert cells(desk, "invoices", "open_amount") == before


# --- reminders


def test_propose_goes_to_its_sheet_and_says_how_many_for_how_much(desk, press):
    told = press("propose", desk)
    assert "3 lettere proposte, per un residuo di 5.200,00 €." in told.text
    assert sheet_in_front(desk) == "Proposta"


def test_preview_opens_the_first_letter_and_changes_nothing(proposed, press):
    proposed.workbook.Save()
    select(proposed, "Scadenzario", 1)
    assert press("preview", proposed) is None
    (letter,) = proposed.face.opened
    assert letter.is_file()
    assert "C003" in letter.name
    assert proposed.workbook.Saved


def test_preview_opens_the_letter_of_the_selected_line(proposed, press):
    select(proposed, "Proposta", first_row(proposed, "Proposta") + 1)
    press("preview", proposed)
    assert "C001" in proposed.face.opened[0].name


def test_a_letter_that_is_no_longer_due_has_no_preview(proposed, press):
    row = first_row(proposed, "Proposta")
    sheet = proposed.workbook.Worksheets.Item("Proposta")
    headers = sheet.ListObjects.Item(1).HeaderRowRange.Value2[0]
    sheet.Cells(row, 1 + headers.index("Codice cliente")).Value2 = "C004"
    select(proposed, "Proposta", row)
    told = press("preview", proposed)
    assert told.tone == "failed"
    assert told.text.startswith("La lettera per il cliente C004 non è dovuta al 30/10/2026")


def test_issue_asks_with_the_number_and_the_sum(proposed, press):
    proposed.face.agreements = [False]
    assert press("issue", proposed) is None
    assert proposed.face.questions == ["Emettere 3 lettere, per un residuo di 5.200,00 €?"]
    assert not (proposed.book.path.parent / "lettere").exists()


def test_issue_writes_letters_beside_the_workbook_and_opens_their_folder(proposed, press):
    proposed.face.agreements = [True]
    told = press("issue", proposed)
    folder = proposed.book.path.parent / "lettere" / f"{AS_OF:%Y-%m-%d}"
    assert len(list(folder.rglob("*.docx"))) == 3
    assert proposed.face.opened == [folder]
    assert told.text.startswith(f"3 lettere emesse in {folder}")


def test_issue_saves_the_workbook_with_its_register(proposed, press):
    proposed.face.agreements = [True]
    press("issue", proposed)
    assert proposed.workbook.Saved
    assert len(cells(proposed, "reminders", "event_id")) == 4


def test_issue_notes_who_sits_before_excel(issued):
    assert set(cells(issued, "reminders", "by")) == {"Anna"}


def test_issue_again_finds_nothing_new(issued, press):
    issued.face.agreements = []
    assert press("issue", issued).text == "Niente di nuovo da emettere."


def test_a_letter_that_was_unticked_stays_and_is_named(proposed, press):
    sheet = proposed.workbook.Worksheets.Item("Proposta")
    sheet.Cells(first_row(proposed, "Proposta"), 1).Value2 = "No"
    proposed.face.agreements = [True]
    told = press("issue", proposed)
    assert proposed.face.questions == ["Emettere 2 lettere, per un residuo di 4.000,00 €?"]
    assert "1 lettera tolta dalla proposta non è partita: Gamma Trading Ltd" in told.text
    assert told.tone == "look"


def test_levels_that_need_an_approval_ask_for_a_name(proposed, press, monkeypatch):
    issued = []
    planned = _planned_with_one_unapproved(proposed, monkeypatch, issued)
    proposed.face.texts, proposed.face.agreements = ["Direzione"], [True]
    press("issue", proposed)
    assert proposed.face.questions[0].startswith("1 lettera richiede un'approvazione.")
    assert proposed.face.questions[0].endswith("Gamma Trading Ltd")
    assert proposed.face.questions[1] == "Emettere 3 lettere, per un residuo di 5.200,00 €?"
    assert issued[0].approved_by == "Direzione"
    assert len(planned.selection.letters) == 2


def test_without_a_name_such_letters_do_not_go(proposed, press, monkeypatch):
    issued = []
    _planned_with_one_unapproved(proposed, monkeypatch, issued)
    proposed.face.texts, proposed.face.agreements = [None], [True]
    press("issue", proposed)
    assert proposed.face.questions[1] == "Emettere 2 lettere, per un residuo di 4.000,00 €?"
    assert issued[0].approved_by is None


def test_who_may_not_approve_is_refused(desk_of, press, monkeypatch, tmp_path):
    path = make_book(tmp_path / "Crediti.xlsm", settings=settings(approvers="Direzione; Anna Conti"))
    desk, issued = desk_of(path.read_bytes()), []
    _planned_with_one_unapproved(desk, monkeypatch, issued)
    desk.face.texts = ["Bruno"]
    assert "Bruno non è fra chi può approvare" in press("issue", desk).text
    assert issued == []


def test_a_formal_notice_without_a_sender_is_refused_before_the_last_question(
    desk_of, press, monkeypatch, tmp_path
):
    path = make_book(tmp_path / "Crediti.xlsm", settings=settings(company_iban=None))
    desk, issued = desk_of(path.read_bytes()), []
    _planned_with_one_unapproved(desk, monkeypatch, issued, kind="formal_notice")
    desk.face.texts = ["Direzione"]
    told = press("issue", desk)
    assert told.text.startswith("Una messa in mora non parte senza dire chi scrive")
    assert (issued, len(desk.face.questions)) == ([], 1)


def test_without_its_approval_it_does_not_keep_the_others_back(desk_of, press, monkeypatch, tmp_path):
    path = make_book(tmp_path / "Crediti.xlsm", settings=settings(company_iban=None))
    desk, issued = desk_of(path.read_bytes()), []
    _planned_with_one_unapproved(desk, monkeypatch, issued, kind="formal_notice")
    desk.face.texts, desk.face.agreements = [None], [True]
    press("issue", desk)
    assert len(issued) == 1


def _planned_with_one_unapproved(desk, monkeypatch, issued, kind="reminder"):
    """The plan of the issue, with its first letter, of a kind, waiting for an approval; `issued` receives the request."""
    from dataclasses import replace

    from xlcredit.operations import issue

    planned = issue.preview(desk.book, issue.Request(reminders.letters_folder(desk)))
    chosen = planned.selection.letters
    selection = replace(
        planned.selection, letters=chosen.iloc[1:], unapproved=chosen.iloc[:1].assign(kind=kind)
    )
    planned = replace(planned, letters=planned.letters[1:], selection=selection)
    monkeypatch.setattr(issue, "preview", lambda place, request: planned)
    monkeypatch.setattr(issue, "issue", lambda place, request, progress: (issued.append(request), planned)[1])
    return planned


def test_cancel_takes_the_reminders_of_the_selected_rows_of_the_register(issued, press):
    select(issued, "Solleciti", first_row(issued, "Solleciti"))
    issued.face.texts = ["spedito per errore"]
    told = press("cancel", issued)
    assert issued.face.questions[-1] == "Per quale motivo annullare il sollecito S261030-001?"
    assert told.text == "Annullato il sollecito S261030-001: al livello di prima 1 riga."
    assert "Annullato" in cells(issued, "reminders", "event")


def test_cancel_takes_the_newest_reminder_of_the_selected_rows_of_the_ledger(issued, press):
    first = first_row(issued, "Scadenzario")
    select(issued, "Scadenzario", first, first + 2)
    issued.face.texts = ["contestate"]
    told = press("cancel", issued)
    assert told.text == "Annullati 2 solleciti (S261030-003, S261030-002): al livello di prima 3 righe."


def test_rows_that_a_filter_hides_are_not_selected(issued, press):
    first = first_row(issued, "Solleciti")
    sheet = issued.workbook.Worksheets.Item("Solleciti")
    sheet._hide_rows(first, first + 2, first + 3)
    sheet.Activate()
    issued.application.Range(f"A{first}:C{first + 3}").Select()
    issued.face.texts = ["spedito per errore"]
    assert "S261030-002" in press("cancel", issued).text
    assert issued.face.questions[-1] == "Per quale motivo annullare il sollecito S261030-002?"


@pytest.mark.parametrize("sheet", ["Clienti", "Guida"])
def test_cancel_says_so_when_no_row_of_its_sheets_is_selected(issued, press, sheet):
    issued.workbook.Worksheets.Item(sheet).Activate()
    told = press("cancel", issued)
    assert told.text.startswith("Nessuna riga scelta.")
    assert "Solleciti, Scadenzario" in told.text


def test_cancel_says_so_when_the_selected_rows_were_never_reminded(issued, press):
    select(issued, "Scadenzario", first_row(issued, "Scadenzario") + 4)
    assert "non hanno solleciti" in press("cancel", issued).text


def test_cancel_without_a_reason_does_nothing(issued, press):
    select(issued, "Solleciti", first_row(issued, "Solleciti"))
    issued.face.texts = [None]
    assert press("cancel", issued) is None
    assert "Annullato" not in cells(issued, "reminders", "event")


def test_what_was_cancelled_before_a_refusal_is_told_with_it(issued, press):
    first = first_row(issued, "Solleciti")
    select(issued, "Solleciti", first)
    issued.face.texts = ["errore", "ancora"]
    press("cancel", issued)
    select(issued, "Solleciti", first, first + 1)
    told = press("cancel", issued)
    assert told.tone == "look"
    assert "Annullato il sollecito S261030-002" in told.text
    assert "è già annullato" in told.text


def test_a_date_in_the_future_is_refused_with_where_to_correct_it(make_desk, press, tmp_path):
    future = today() + dt.timedelta(days=30)
    path = make_book(tmp_path / "Crediti.xlsm", settings=settings(as_of=f"{future:%d/%m/%Y}"))
    desk = make_desk(path)
    told = press("issue", desk)
    assert "correggere «Situazione al» nel foglio Parametri" in told.text
    assert desk.face.questions == []


# --- help


@pytest.fixture
def checks(monkeypatch):
    """What the diagnosis finds."""
    from xlcredit.excel.setup import doctor

    found = [check.right("templates")]
    monkeypatch.setattr(doctor, "diagnose", lambda machine, book: found)
    return found


def test_the_diagnosis_says_when_all_is_well(desk, press, checks):
    assert press("doctor", desk).text == "Tutto a posto.\n\n✓ Modelli"


def test_the_diagnosis_says_each_fault_with_its_remedy(desk, press, checks):
    checks.append(check.wrong("book_links", "elsewhere", found="D:/XLCredit.xlam", name="XLCredit.xlam"))
    told = press("doctor", desk)
    assert told.text.startswith("1 voce da sistemare.\n\n✓ Modelli\n✗ DA SISTEMARE · File, formule: ")
    assert "D:/XLCredit.xlam" in told.text
    assert " → " in told.text
    assert told.tone == "look"


def test_the_diagnosis_looks_at_the_workbook_on_this_computer(desk, press, monkeypatch):
    from xlcredit.excel.setup import doctor

    looked = []
    monkeypatch.setattr(doctor, "diagnose", lambda machine, book: looked.append(book) or [])
    press("doctor", desk)
    assert looked == [desk.book.path]


def test_formulas_that_name_the_add_in_of_another_computer_are_led_here(desk, press, checks):
    desk.workbook._links = [r"C:\Users\altro\XLCredit.xlam", r"D:\listini.xlsx"]
    desk.face.agreements = [True]
    assert "Le formule ora puntano al componente di questo computer" in press("doctor", desk).text
    assert desk.workbook.LinkSources(1) == (r"D:\listini.xlsx",)


def test_links_stay_when_the_question_is_declined(desk, press, checks):
    desk.workbook._links = [r"C:\Users\altro\XLCredit.xlam"]
    desk.face.agreements = [False]
    press("doctor", desk)
    assert desk.workbook.LinkSources(1) == (r"C:\Users\altro\XLCredit.xlam",)


def test_a_letter_that_no_program_opens_is_named(proposed, press):
    proposed.face.opens = False
    told = press("preview", proposed)
    assert "nessun programma la apre" in told.text
    assert ".docx" in told.text


def test_a_picture_that_is_selected_is_no_row(issued, press, monkeypatch):
    issued.workbook.Worksheets.Item("Solleciti").Activate()
    monkeypatch.setattr(issued.application, "_selected", issued.application._selected)
    monkeypatch.setattr(type(issued.application), "Selection", property(lambda self: object()))
    assert press("cancel", issued).text.startswith("Nessuna riga scelta.")
