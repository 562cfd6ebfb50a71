"""Buttons on what was said, promised, contested and agreed: asked in few questions, recorded on the selected rows."""

import datetime as dt

import pytest
from companies import copy_book, invoices, make_book

from excel_model import open_excel
from recording_face import RecordingFace
from xlcredit.books.live import LiveBook
from xlcredit.excel.desk import Desk
from xlcredit.excel.ribbon import answer_press
from xlcredit.operations.desk.plan import Terms, plan
from xlcredit.operations.desk.rows import RowName

ALL_THAT_IS_OPEN = ""


@pytest.fixture(scope="module")
def refreshed_bytes(tmp_path_factory):
    path = copy_book(tmp_path_factory.mktemp("refreshed") / "Crediti.xlsm")
    excel = open_excel(path)
    answer_press("refresh", Desk(RecordingFace(), excel, excel.ActiveWorkbook))
    excel.ActiveWorkbook.Save()
    return path.read_bytes()


@pytest.fixture
def desk(make_desk, tmp_path, refreshed_bytes):
    """A desk whose workbook is up to date: rows 1/2026 and 2/2026 of C001, 3/2026 of C002 ..."""
    path = tmp_path / "Crediti.xlsm"
    path.write_bytes(refreshed_bytes)
    return make_desk(path)


def body(desk, sheet):
    return desk.workbook.Worksheets.Item(sheet).ListObjects.Item(1).DataBodyRange


def select(desk, sheet, *places):
    """Select rows of a table by their places in it."""
    first = body(desk, sheet).Row
    desk.workbook.Worksheets.Item(sheet).Activate()
    desk.application.Range(",".join(f"C{first + place}" for place in places)).Select()


def cells(desk, table, key):
    """A column of the open workbook, blanks left out."""
    book = LiveBook(desk.workbook)
    return book.read(table)[table].frame[book.headers(table)[key]].dropna().tolist()


def test_a_promise_is_recorded_on_the_selected_rows(desk, press):
    select(desk, "Scadenzario", 0, 1)
    desk.face.texts = ["6/11/2026", "600"]
    told = press("promise", desk)
    assert told.text == "Promessa registrata su 2 righe (2/2026, 1/2026), per il 06/11/2026: 600,00 €."
    assert cells(desk, "promises", "invoice_id") == ["2/2026", "1/2026"]
    assert cells(desk, "promises", "promised_amount") == [500.0, 100.0]


def test_a_promise_of_a_whole_customer_says_on_which_documents_it_was_put(desk, press):
    select(desk, "Clienti", 0)
    desk.face.texts = ["6/11/2026", ALL_THAT_IS_OPEN]
    told = press("promise", desk)
    assert told.text == "Promessa registrata su 2 righe (2/2026, 1/2026), per il 06/11/2026: 1.500,00 €."


def test_a_promise_without_an_amount_is_of_all_that_is_open(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["6 novembre 2026", ALL_THAT_IS_OPEN]
    told = press("promise", desk)
    assert told.text == "Promessa registrata su una riga (3/2026), per il 06/11/2026: 2.500,00 €."


def test_a_second_promise_is_refused_in_words(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["6/11/2026", ""] * 2
    press("promise", desk)
    told = press("promise", desk)
    assert told.tone == "failed"
    assert "ha già una promessa aperta" in told.text


def test_a_dispute_is_recorded_with_its_reason_by_number_or_word(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["prez", "Vendite", "Ing. Lima", "1.000,00"]
    told = press("dispute", desk)
    assert desk.face.questions[0].startswith("Che cosa contesta?")
    assert "3 Prezzo" in desk.face.questions[0]
    assert told.text == "Contestazione aperta su una riga: 1.000,00 € non si sollecitano."
    assert cells(desk, "disputes", "reason") == ["Prezzo"]
    assert cells(desk, "disputes", "department") == ["Vendite"]
    assert cells(desk, "disputes", "owner") == ["Ing. Lima"]


@pytest.mark.parametrize("unclear", ["9999", "q", "boh"])
def test_an_answer_that_is_no_word_of_the_list_is_told_and_asked_again(desk, press, unclear):
    select(desk, "Scadenzario", 2)
    desk.face.texts = [unclear, "prez", "", "", ""]
    told = press("dispute", desk)
    assert told.tone == "done"
    assert desk.face.questions[1] == f"Non si capisce «{unclear}».\n{desk.face.questions[0]}"
    assert cells(desk, "disputes", "reason") == ["Prezzo"]


def test_a_needed_answer_that_is_blank_is_asked_again(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["", "prez", "", "", ""]
    press("dispute", desk)
    assert desk.face.questions[1] == f"Serve una risposta.\n{desk.face.questions[0]}"


@pytest.mark.parametrize("texts", [["domani", "6/11/2026", ""], ["6/11/2026", "tanto", ""]])
def test_an_answer_of_another_kind_is_asked_again(desk, press, texts):
    select(desk, "Scadenzario", 2)
    desk.face.texts = texts
    assert press("promise", desk).tone == "done"
    assert len(desk.face.questions) == 3
    assert cells(desk, "promises", "invoice_id") == ["3/2026"]


def test_after_an_answer_that_is_none_the_question_can_be_called_off(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["domani", None]
    assert press("promise", desk) is None
    assert cells(desk, "promises", "invoice_id") == []


@pytest.mark.parametrize("key", ["promise", "dispute", "plan", "hold", "allowance", "contact"])
def test_a_question_called_off_ends_without_a_message(desk, press, key):
    select(desk, "Scadenzario", 2)
    desk.face.texts = [None]
    assert press(key, desk) is None


@pytest.mark.parametrize("key", ["promise", "dispute", "plan", "hold", "allowance", "contact"])
def test_without_selected_rows_the_sheets_are_named(desk, press, key):
    desk.workbook.Worksheets.Item("Guida").Activate()
    assert "Scadenzario, Clienti, Da fare oggi" in press(key, desk).text


def test_a_plan_is_proposed_and_the_folder_of_its_letter_opened(desk, press, tmp_path):
    select(desk, "Scadenzario", 0, 1)
    desk.face.texts = ["1", "3", "30/11/2026"]
    told = press("plan", desk)
    assert told.text.startswith("Piano P26-01 proposto, in 3 rate")
    (folder,) = desk.face.opened
    assert [path.suffix for path in folder.iterdir()] == [".docx"]
    assert (tmp_path / "piani") in folder.parents


@pytest.mark.parametrize("number", ["0", "tre", "-1"])
def test_a_plan_needs_a_number_of_instalments(desk, press, number):
    select(desk, "Scadenzario", 0)
    desk.face.texts = ["1", number, "2", "30/11/2026"]
    assert "Piano P26-01 proposto, in 2 rate" in press("plan", desk).text


def test_a_long_plan_asks_who_confirms_it(desk, press):
    select(desk, "Scadenzario", 0)
    desk.face.texts = ["1", "30", "30/11/2026", "Anna Conti"]
    assert "Piano P26-01 proposto, in 30 rate" in press("plan", desk).text
    assert "30/04/2029" in desk.face.questions[-1]
    assert all("Anna Conti" in note for note in cells(desk, "plans", "notes"))


def test_the_instalments_that_fall_due_soon_are_reminded_of(desk, press):
    """Of one plan where it stands, of all from any other row; each once."""
    answered(desk, press, "plan", "1", "2", "2/11/2026")
    desk.face.agreements = [False]
    answered(desk, press, "plan", "1", "30/10/2026")
    told = answered(desk, press, "plan", "prom")
    assert told.text.startswith("Un promemoria scritto in ")
    assert told.text.endswith(desk.face.opened[-1].name + ".")
    select(desk, "Scadenzario", 0)
    desk.face.texts = ["prom"]
    assert press("plan", desk).text == "Nessuna rata da ricordare."


def test_a_plan_on_a_whole_customer_names_the_rows_that_stay_out(make_desk, press, tmp_path):
    factored = invoices().assign(factor=["Factor S.p.A.", None, None, None, None])
    desk = make_desk(make_book(tmp_path / "Crediti.xlsm", invoices=factored))
    select(desk, "Clienti", 0)
    desk.face.texts = ["1", "2", "2/11/2026"]
    told = press("plan", desk)
    assert told.tone == "look"
    assert told.text.splitlines()[-1] == "Esclusa dal piano: 1/2026 (credito ceduto)."


def test_a_plan_whose_rows_are_on_hold_is_named_instead_of_reminded_of(desk, press):
    answered(desk, press, "plan", "1", "2", "2/11/2026")
    desk.face.agreements = [False]
    answered(desk, press, "plan", "1", "30/10/2026")
    answered(desk, press, "hold", "30/11/2026", "verifica interna")
    told = answered(desk, press, "plan", "prom")
    assert told.tone == "look"
    first, second = told.text.splitlines()
    assert first == "Nessuna rata da ricordare."
    assert second.startswith("Nessun promemoria per il piano P26-01: le sue righe sono ferme anche per altro")


def test_a_hold_stops_the_dunning_of_the_selected_rows(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["30/11/2026", "verifica interna"]
    assert press("hold", desk).text == "Solleciti bloccati fino al 30/11/2026 compreso, su una riga."
    assert cells(desk, "invoices", "hold_reason") == ["verifica interna"]


def test_a_hold_from_the_sheet_of_customers_is_of_the_whole_customer(desk, press):
    select(desk, "Clienti", 0)
    desk.face.texts = ["30/11/2026", "verifica interna"]
    assert press("hold", desk).text == "Solleciti bloccati fino al 30/11/2026 compreso, per tutto il cliente."
    assert cells(desk, "customers", "hold_reason") == ["verifica interna"]


def test_a_hold_needs_a_reason(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["30/11/2026", "", "verifica interna"]
    press("hold", desk)
    assert cells(desk, "invoices", "hold_reason") == ["verifica interna"]


def test_an_allowance_within_the_limit_needs_nobody(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["abb", "0,50", "arrotondamento"]
    assert press("allowance", desk).text == "Registrato su una riga: 0,50 €. Residuo: 2.499,50 €."


def test_an_allowance_beyond_the_limit_asks_who_confirms(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["1", "1.500", "accordo", "Direzione"]
    told = press("allowance", desk)
    assert desk.face.questions[-1].startswith("L'importo supera il limite")
    assert told.text == "Registrato su una riga: 1.500,00 €. Residuo: 1.000,00 €."
    assert cells(desk, "allocations", "confirmed_by") == ["Direzione"]


# --- what stands already


def answered(desk, press, key, *texts):
    """Press a button on the third row of the ledger."""
    select(desk, "Scadenzario", 2)
    desk.face.texts = list(texts)
    return press(key, desk)


def test_the_whole_life_of_a_case_goes_by_one_button(desk, press):
    answered(desk, press, "dispute", "prez", "Vendite", "Rossi", "1.000,00")
    told = answered(desk, press, "dispute", "1", "15/11/2026", "Bianchi")
    assert told.text == "Contestazione (documento 3/2026): ora è «In verifica»."
    assert "documento 3/2026" in desk.face.questions[-3]
    assert cells(desk, "disputes", "owner") == ["Bianchi"]
    told = answered(desk, press, "dispute", "si chiude", "fondata", "400,00", "sconto")
    assert told.text == (
        "Contestazione chiusa: 400,00 € non si sollecitano in attesa della nota di credito, prevista entro il "
        "15/11/2026. Il resto torna da sollecitare."
    )
    assert cells(desk, "disputes", "credit_note_expected") == [400.0]
    assert cells(desk, "disputes", "notes") == ["sconto"]


def test_a_case_closed_against_the_customer_asks_for_no_credit_note(desk, press):
    answered(desk, press, "dispute", "prez", "", "", "")
    answered(desk, press, "dispute", "3", "infondata", "")
    assert cells(desk, "disputes", "outcome") == ["Infondata"]


def test_a_case_about_the_whole_customer_is_followed_from_one_of_its_rows(desk, press):
    from xlcredit.operations.desk.dispute import Contested, dispute_customer

    dispute_customer(desk.book, "C002", Contested("service"))
    told = answered(desk, press, "dispute", "3", "infondata", "")
    assert "tutto il cliente C002" in desk.face.questions[0]
    assert told.text.startswith("Contestazion")


def test_a_plan_is_signed_by_the_button_that_proposed_it(desk, press):
    answered(desk, press, "plan", "1", "3", "30/11/2026")
    signed = desk.book.path.parent / "piani" / "firmato.pdf"
    signed.parent.mkdir(exist_ok=True)
    signed.touch()
    desk.face.agreements, desk.face.files = [True], [signed]
    told = answered(desk, press, "plan", "firmato", "2/11/2026")
    assert told.text == (
        "Piano P26-01 firmato il 02/11/2026: i solleciti delle sue righe restano fermi finché le rate arrivano."
    )
    assert cells(desk, "plans", "file") == ["piani/firmato.pdf"] * 3


@pytest.fixture
def lapsed(make_desk, tmp_path, refreshed_bytes):
    """A desk on a row whose plan was not signed before its first instalment, which did not come."""
    path = tmp_path / "Crediti.xlsm"
    path.write_bytes(refreshed_bytes)
    terms = Terms(dt.date(2026, 10, 12), 2)
    plan(path, [RowName("C002", "3/2026")], terms, tmp_path / "piani", dt.date(2026, 10, 1))
    return make_desk(path)


def test_the_signed_copy_of_a_lapsed_plan_is_recorded_by_the_button(lapsed, press):
    lapsed.face.agreements = [False]
    told = answered(lapsed, press, "plan", "firmato", "5/10/2026")
    assert told.text.startswith("Piano P26-01 firmato il 05/10/2026, ma una rata non è arrivata in tempo")
    assert told.tone == "look"
    assert cells(lapsed, "plans", "status") == ["Decaduto", "Decaduto"]


def test_after_a_plan_that_lapsed_another_is_proposed(lapsed, press):
    told = answered(lapsed, press, "plan", "prop", "1", "3", "30/11/2026")
    assert "P26-01" in lapsed.face.questions[0]
    assert told.text.startswith("Piano P26-02 proposto, in 3 rate")


def test_a_plan_is_withdrawn_by_the_button_that_proposed_it(desk, press):
    answered(desk, press, "plan", "1", "3", "30/11/2026")
    assert answered(desk, press, "plan", "ritir").text.startswith("Piano P26-01 ritirato")
    assert len(cells(desk, "plans", "withdrawn_on")) == 3


def test_a_settlement_is_proposed_as_a_lower_sum(desk, press):
    answered(desk, press, "plan", "saldo", "", "1.800,00", "30/11/2026")
    assert cells(desk, "plans", "amount") == [1800.0]
    assert cells(desk, "plans", "kind") == ["Saldo e stralcio"]


def test_the_default_of_a_plan_is_told_by_a_letter(desk, press, monkeypatch):
    from xlcredit.excel import plans
    from xlcredit.operations.desk.plan import Planned

    monkeypatch.setattr(plans, "tell_default", lambda *given: Planned(None, given[1], None))
    monkeypatch.setattr(
        "xlcredit.operations.desk.standing.standing_on",
        lambda *_: type("Standing", (), {"plans": {"P26-01": "default"}}),
    )
    assert answered(desk, press, "plan", "com").text.startswith("Piano P26-01: decadenza registrata.")


def test_a_hold_is_released_where_all_rows_have_one(desk, press):
    answered(desk, press, "hold", "30/11/2026", "verifica")
    desk.face.agreements = [True]
    assert answered(desk, press, "hold").text == "Blocco tolto."
    assert cells(desk, "invoices", "hold_reason") == []


def test_a_hold_that_is_not_released_stays(desk, press):
    select(desk, "Clienti", 0)
    desk.face.texts, desk.face.agreements = ["30/11/2026", "verifica"], [False]
    press("hold", desk)
    assert press("hold", desk) is None
    assert cells(desk, "customers", "hold_reason") == ["verifica"]


def test_an_allowance_is_taken_back_by_the_button_that_recorded_it(desk, press):
    answered(desk, press, "allowance", "1", "0,50", "arrotondamento")
    told = answered(desk, press, "allowance", "annulla", "errore")
    assert told.text == "Annullato su una riga (3/2026): il residuo è di nuovo 2.500,00 €."
    assert "annulla" not in answered_questions(desk, press)


def test_the_allowances_of_a_whole_customer_are_not_taken_back_at_once(desk, press):
    select(desk, "Scadenzario", 0, 1)
    desk.face.texts = ["1", ALL_THAT_IS_OPEN, "accordo", "Anna"]
    press("allowance", desk)
    select(desk, "Clienti", 0)
    desk.face.texts = ["annulla", "errore"]
    told = press("allowance", desk)
    assert told.text.startswith(
        "Il cliente C001 ha registrazioni da annullare su più righe (1/2026, 2/2026)."
    )
    assert "Scegliere nel foglio Scadenzario le righe" in told.text
    assert cells(desk, "allocations", "amount") == [500.0, 1000.0]


def answered_questions(desk, press):
    """What the button asks of rows on which nothing stands any more."""
    answered(desk, press, "allowance", None)
    return desk.face.questions[-1]


def test_a_set_off_is_refused_against_somebody_whom_we_owe_nothing(desk, press):
    assert (
        "non è segnato come fornitore"
        in answered(desk, press, "allowance", "comp", "10", "nostra fattura", "Anna").text
    )


# --- contacts


def type_into_line(desk, place, **typed):
    """Type into a line of the list of the day."""
    headers = LiveBook(desk.workbook).headers("worklist")
    sheet = desk.workbook.Worksheets.Item("Da fare oggi")
    shown = list(sheet.ListObjects.Item(1).HeaderRowRange.Value2[0])
    for key, value in typed.items():
        sheet.Cells(body(desk, "Da fare oggi").Row + place, 1 + shown.index(headers[key])).Value2 = value


def test_two_cells_and_one_button_record_a_call_of_the_list_of_the_day(desk, press):
    customer = cells(desk, "worklist", "customer_id")[0]
    type_into_line(desk, 0, outcome="Parlato", notes="richiama lunedì")
    select(desk, "Da fare oggi", 0)
    told = press("contact", desk)
    assert told.text.startswith("Contatto registrato.")
    assert desk.face.questions == []
    assert cells(desk, "contacts", "customer_id") == [customer]
    assert cells(desk, "contacts", "channel") == ["Telefonata"]
    assert cells(desk, "contacts", "outcome") == ["Parlato"]
    assert cells(desk, "contacts", "text") == ["richiama lunedì"]
    assert cells(desk, "contacts", "by") == ["Anna"]


def test_what_was_recorded_leaves_the_list_of_the_day(desk, press):
    type_into_line(desk, 0, outcome="Parlato", notes="richiama lunedì")
    type_into_line(desk, 1, notes="chiedere di Bruni")
    select(desk, "Da fare oggi", 0)
    press("contact", desk)
    assert cells(desk, "worklist", "outcome") == []
    assert cells(desk, "worklist", "notes") == ["chiedere di Bruni"]


def test_several_lines_of_the_list_of_the_day_are_recorded_at_once(desk, press):
    for place in (0, 1):
        type_into_line(desk, place, outcome="Segreteria", notes="-")
    select(desk, "Da fare oggi", 0, 1)
    assert press("contact", desk).text.startswith("2 contatti registrati.")
    assert len(cells(desk, "contacts", "customer_id")) == 2


def test_a_line_without_an_outcome_asks_for_it(desk, press):
    select(desk, "Da fare oggi", 0)
    desk.face.texts = ["segr", "nessuno risponde", "", ""]
    press("contact", desk)
    assert cells(desk, "contacts", "outcome") == ["Segreteria"]


def test_a_contact_about_ledger_rows_names_them(desk, press):
    select(desk, "Scadenzario", 0, 1)
    desk.face.texts = ["E-mail", "parlato", "pagano a fine mese", "Richiamare", "5/11/2026"]
    press("contact", desk)
    assert cells(desk, "contacts", "invoice_id") == ["1/2026", "2/2026"]
    assert cells(desk, "contacts", "channel") == ["E-mail", "E-mail"]
    assert cells(desk, "contacts", "next_action") == ["Richiamare", "Richiamare"]
    assert len(cells(desk, "contacts", "next_date")) == 2


def test_a_promise_made_on_the_telephone_is_recorded_with_the_call(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["telef", "promette", "venerdì", "6/11/2026", "", "", ""]
    press("contact", desk)
    assert cells(desk, "promises", "invoice_id") == ["3/2026"]


def test_a_dispute_on_the_telephone_is_recorded_with_the_call(desk, press):
    select(desk, "Scadenzario", 2)
    desk.face.texts = ["telef", "contesta", "merce rotta", "qual", "Produzione", "Ing. Lima", "300", "", ""]
    press("contact", desk)
    assert cells(desk, "disputes", "reason") == ["Qualità"]
    assert cells(desk, "disputes", "department") == ["Produzione"]
    assert cells(desk, "disputes", "disputed_amount") == [300.0]


def test_a_contact_is_with_one_customer(desk, press):
    select(desk, "Scadenzario", 0, 2)
    assert "Le righe scelte sono di 2 clienti diversi." in press("contact", desk).text


def test_what_was_recorded_before_a_refusal_is_told_with_it(desk, press):
    for place in (0, 1):
        type_into_line(desk, place, outcome="Promette", notes="-")
    select(desk, "Da fare oggi", 0, 1)
    desk.face.texts = ["6/11/2026", "", "6/11/2026", "999.999,00"]
    told = press("contact", desk)
    assert told.tone == "look"
    assert told.text.startswith("Contatto registrato.")
    assert "supera il residuo" in told.text
