"""The post from the command line: letters with their drafts, sending, receipts, the password."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest
from companies import AS_OF, make_book, settings

from mail_server import Mailbox, free_port, running, trusted
from pec import receipt
from xlcredit.letters.errors import OfficeMissingError

PORT = free_port()
GAMMA, ALFA, BETA = "S261030-001", "S261030-002", "S261030-003"


@pytest.fixture(scope="module")
def book_bytes(tmp_path_factory):
    own = settings(smtp_host="localhost", smtp_port=PORT, mail_pause_seconds=0)
    return make_book(tmp_path_factory.mktemp("book") / "book.xlsm", settings=own).read_bytes()


@pytest.fixture
def book(tmp_path, book_bytes):
    path = tmp_path / "book.xlsm"
    path.write_bytes(book_bytes)
    return path


@pytest.fixture
def out(book, xlcredit):
    """The folder of the letters, issued."""
    folder = book.parent / "out"
    assert xlcredit("letters", book, "--out", folder).code == 0
    return folder


def sends(book, out, *more):
    return "send", book, "--out", out, "--word", "--any-hour", *more


def test_letters_are_sent_and_the_answer_says_so(book, out, xlcredit, tmp_path):
    with running(tmp_path, port=PORT) as (_, mailbox):
        first, again = xlcredit(*sends(book, out)), xlcredit(*sends(book, out))
    assert (first.code, first.out) == (0, "3 lettere spedite.\n")
    assert (again.code, again.out) == (0, "Nessuna lettera da spedire.\n")
    assert len(mailbox.taken) == 3


def test_dry_run_shows_what_would_go(book, out, xlcredit):
    answer = xlcredit(*sends(book, out, "--dry-run"))
    assert answer.code == 0
    assert f"{ALFA}  E-mail  alfa@example.com" in answer.out
    assert "Partirebbero 3 lettere; non è stato spedito niente." in answer.out


def test_answer_as_json(book, out, xlcredit, tmp_path):
    with running(tmp_path, Mailbox(refused={"alfa@example.com"}), port=PORT):
        answer = xlcredit(*sends(book, out, "--json"))
    data = json.loads(answer.out)
    assert [(line["reminder_id"], line["state"]) for line in data["letters"]] == [
        (GAMMA, "sent"),
        (ALFA, "failed"),
        (BETA, "sent"),
    ]
    assert (data["stopped"], data["recorded"], data["findings"]) == (None, True, [])


def test_a_refused_letter_is_told_with_the_servers_words(book, out, xlcredit, tmp_path):
    with running(tmp_path, Mailbox(refused={"alfa@example.com"}), port=PORT):
        answer = xlcredit(*sends(book, out))
    assert "1 lettera rifiutata dal server" in answer.out
    assert f"  {ALFA}  550 5.1.1 casella inesistente" in answer.out
    assert answer.code == 1


def test_a_letter_not_taken_for_now_is_told_with_the_servers_words(book, out, xlcredit, tmp_path):
    busy = {"alfa@example.com": 100}
    with running(tmp_path, Mailbox(busy=busy), port=PORT), mock.patch("xlcredit.operations.send.ROUNDS", 1):
        answer = xlcredit(*sends(book, out))
        again = xlcredit(*sends(book, out, "--json"))
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "2 lettere spedite.",
        "1 lettera non accettata per ora: il server è occupato, o è caduto il collegamento.",
        f"  {ALFA}  451 4.7.1 riprovare fra poco",
        "1 lettera attende ancora: ripetere il comando.",
    ]
    assert [(line["state"], line["words"]) for line in json.loads(again.out)["letters"]] == [
        ("deferred", "451 4.7.1 riprovare fra poco")
    ]


def test_a_refused_letter_that_the_register_forgot_is_no_success(book, out, xlcredit, tmp_path):
    earlier = book.read_bytes()
    with running(tmp_path, Mailbox(refused={"alfa@example.com"}), port=PORT):
        xlcredit(*sends(book, out, "--customer", "C001"))
        book.write_bytes(earlier)
        answer = xlcredit(*sends(book, out, "--customer", "C001"))
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "0 lettere spedite.",
        "1 lettera era già stata rifiutata dal server in precedenza: non è stata rispedita, ed è di nuovo nel registro.",
        f"  {ALFA}  550 5.1.1 casella inesistente",
    ]


def test_a_server_that_is_not_there_ends_in_one_message(book, out, xlcredit):
    answer = xlcredit(*sends(book, out))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"Il server di posta localhost, porta {PORT}, non risponde")


def test_letters_with_drafts_in_one_command(book, xlcredit):
    answer = xlcredit("letters", book, "--out", book.parent / "out", "--email")
    assert answer.code == 0
    assert "3 lettere emesse" in answer.out
    assert "3 messaggi preparati" in answer.out
    assert len(list((book.parent / "out").rglob("*.eml"))) == 3


def test_drafts_in_json_stand_beside_the_letters(book, xlcredit):
    answer = xlcredit("letters", book, "--out", book.parent / "out", "--email", "--json")
    data = json.loads(answer.out)
    assert [Path(path).stem for path in data["drafts"]] == [
        Path(line["file"]).stem for line in data["letters"]
    ]


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_letters_that_were_issued_are_told_though_no_draft_can_be_made(book, xlcredit, more):
    from companies import column, type_into

    names = column(book, "settings", "setting")
    type_into(book, "settings", "value", {names.index("E-mail"): None})
    answer = xlcredit("letters", book, "--out", book.parent / "out", "--email", *more)
    assert answer.code == 1
    if more:
        data = json.loads(answer.out)
        assert (len(data["letters"]), data["stopped"]) == (3, "mail-sender-missing")
    else:
        assert "3 lettere emesse" in answer.out
    assert "Manca l'indirizzo da cui spedire" in answer.err
    assert answer.err.endswith("Le lettere sono emesse e registrate: non vanno emesse di nuovo.\n")
    again = xlcredit("letters", book, "--out", book.parent / "out", "--email")
    assert (again.code, again.out) == (2, "")


def test_letters_that_were_issued_are_told_though_no_pdf_can_be_made(book, xlcredit):
    with mock.patch("xlcredit.letters.pdf.to_pdf", side_effect=OfficeMissingError):
        answer = xlcredit("letters", book, "--out", book.parent / "out", "--pdf")
    assert (answer.code, "3 lettere emesse" in answer.out) == (1, True)
    assert "non vanno emesse di nuovo" in answer.err


def test_drafts_of_letters_issued_before(book, out, xlcredit):
    answer = xlcredit(*sends(book, out, "--drafts", "--customer", "C001"))
    assert (answer.code, "1 messaggio preparato" in answer.out) == (0, True)
    assert "Nessuna lettera da spedire." in xlcredit(*sends(book, out, "--drafts", "--customer", "C001")).out


def test_receipts_of_a_folder(book, out, xlcredit, tmp_path):
    folder = tmp_path / "ricevute"
    folder.mkdir()
    with running(tmp_path, port=PORT) as (_, mailbox):
        xlcredit(*sends(book, out))
    (folder / "1.eml").write_bytes(receipt("accettazione", mailbox.ids[0], day=f"{AS_OF:%d/%m/%Y}"))
    (folder / "2.eml").write_bytes(b"Subject: altro\r\n\r\nciao")
    answer = xlcredit("receipts", book, folder)
    assert answer.code == 0
    assert answer.out.splitlines() == [
        f"  {GAMMA}  Inviato",
        "1 ricevuta registrata.",
        "1 file non è una ricevuta PEC delle lettere di questo registro.",
    ]
    again = json.loads(xlcredit("receipts", book, folder, "--json").out)
    assert (again["recorded"], again["known"], again["others"]) == ([], 1, 1)


def test_receipt_of_one_letter(book, out, xlcredit):
    answer = xlcredit("receipt", book, ALFA, "--received", AS_OF, "--note", "R123", "--by", "Anna")
    assert (answer.code, answer.out) == (0, f"Registrato: {ALFA}, Ricevuta, 30/10/2026.\n")
    again = xlcredit("receipt", book, ALFA, "--received", AS_OF, "--json")
    assert json.loads(again.out) == {
        "reminder_id": ALFA,
        "customer_id": "C001",
        "event": "delivered",
        "new": False,
        "before": None,
    }


def test_password_is_asked_and_kept_by_the_system(book, xlcredit):
    from companies import column, type_into

    names = column(book, "settings", "setting")
    type_into(book, "settings", "value", {names.index("Utente della posta"): "crediti"})
    with (
        mock.patch("keyring.set_password") as kept,
        mock.patch("typer.prompt", return_value="segreta") as asked,
    ):
        answer = xlcredit("password", book)
    kept.assert_called_once_with("xlcredit", "crediti@localhost", "segreta")
    assert asked.call_args.kwargs == {"hide_input": True}
    assert answer.out == "La password di crediti su localhost è affidata al sistema.\n"
    assert "segreta" not in answer.out + answer.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal to send")
def test_ctrl_c_stops_after_the_message_on_its_way(book, out, tmp_path):
    import os

    with running(tmp_path, Mailbox(slow_seconds=0.5), port=PORT) as (_, mailbox):
        process = subprocess.Popen(
            [sys.executable, "-m", "xlcredit", *map(str, sends(book, out))],
            env={**os.environ, **trusted(tmp_path)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        while not mailbox.taken:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        told, fault = process.communicate(timeout=60)
    assert fault == ""
    assert "Fermato su richiesta." in told
    assert process.returncode == 1
    assert 1 <= len(mailbox.taken) <= 2
    assert f"{len(mailbox.taken)} letter" in told
