"""Misuse: exit code 2, one message in plain words on standard error, no traceback."""

import json
import os
import re
import subprocess
import sys

import pytest
from companies import copy_book

from conftest import ROOT

COMMANDS = (
    "new", "demo", "run", "propose", "letters", "cancel", "check", "restore", "assess", "adopt", "interest", "due",
    "build", "templates",
)  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "manca.xlsm"),
        ("run",),
        ("run", "x.xlsm", "--as-of", "31/02/2026"),
        ("run", "x.xlsm", "--lang", "fr"),
        ("corri", "x.xlsm"),
        ("letters", "x.xlsm"),
        ("letters", "x.xlsm", "--out", "out", "--limit", "0"),
        ("interest", "--amount", "mille", "--due", "2026-01-31"),
        ("interest", "--amount", "1000", "--due", "2026-01-31", "--payment", "400"),
        (
            "interest",
            "--amount",
            "1000",
            "--due",
            "2026-01-31",
            "--regime",
            "feudale",
            "--as-of",
            "2026-02-20",
        ),
        ("interest", "--amount", "1000", "--due", "2026-01-31", "--contract-rate", "dieci"),
        ("due", "--document-date", "2026-01-15", "--terms", "quando si può"),
        ("assess", "manca.csv"),
        ("assess", "x.csv", "--map", "scadenza"),
        ("assess", "x.csv", "--out", "y.doc"),
        ("assess", "x.csv", "--policy", "manca.yaml"),
        ("assess", "x.csv", "--kind", "marziano"),
        ("adopt", "manca.csv", "-o", "new.xlsm"),
        ("adopt", "x.csv", "-o", "new.docx"),
        ("new", "senza-estensione"),
        ("templates", "check", "manca"),
        ("restore", "manca.xlsm"),
        ("cancel", "manca.xlsm", "S1", "--reason", "prova"),
        ("build", "--root", "manca"),
    ],
    ids=" ".join,
)
def test_misuse_is_told_in_one_message(xlcredit, tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text(
        "Numero;Codice cliente;Scadenza;Totale\n1;C1;31/08/2026;100\n", encoding="utf-8"
    )
    before = sorted(tmp_path.iterdir())

    answer = xlcredit(*arguments)

    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.strip()
    assert "Traceback" not in answer.err
    assert "Errore interno" not in answer.err
    assert len(answer.err.strip().splitlines()) <= 6
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run",), "Manca book."),
        (("corri",), "Il comando corri non esiste."),
        (("run", "x.xlsm", "--subito"), "L'opzione --subito non esiste."),
        (("run", "Crediti", "2026.xlsm"), "C'è qualcosa di troppo: 2026.xlsm."),
        (("letters", "x.xlsm", "--out", "o", "--limit", "0"), "Il valore di --limit non va bene."),
        (("--lang", "it", "interest"), "--lang"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_line_that_cannot_be_understood_is_told_in_the_users_language(xlcredit, arguments, said):
    answer = xlcredit(*arguments)

    assert answer.code == 2
    assert said in answer.err
    assert "-h" in answer.err


CALL = "contact x --customer C1 --channel call --outcome reached"
CASE = "dispute x --customer C1"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{CALL} --amount 300", "--amount vale solo con --promise / --dispute"),
        (f"{CALL} --promise 2026-11-06 --dispute price --amount 300", "--amount non va insieme a"),
        (f"{CALL} --department Vendite", "--department vale solo con --dispute"),
        (f"{CALL} --owner Rossi", "--owner vale solo con --dispute"),
        ("promise x --customer C1 --withdraw --day 2026-11-06", "--day non va insieme a --withdraw"),
        ("promise x --customer C1 --withdraw --amount 300", "--amount non va insieme a --withdraw"),
        (f"{CASE} --phase discussion --amount 300", "--amount non va insieme a --phase"),
        (f"{CASE} --phase discussion --reason price", "--reason non va insieme a --phase"),
        (f"{CASE} --outcome justified --phase discussion", "--phase non va insieme a --outcome"),
        (f"{CASE} --outcome justified --owner Rossi", "--owner non va insieme a --outcome"),
        (f"{CASE} --outcome justified --deadline 2026-11-06", "--deadline non va insieme a --outcome"),
        (f"{CASE} --reason price --credit-note 300", "--credit-note vale solo con --outcome"),
        (f"{CASE} --reason price --whole-customer --invoice 1", "--invoice non va insieme a --whole-customer"),
        ("allowance x --customer C1 --reason x --undo --amount 3", "--amount non va insieme a --undo"),
        ("set-off x --customer C1 --reason x --undo --amount 3", "--amount non va insieme a --undo"),
    ],
)  # fmt: skip
def test_an_option_that_would_have_no_effect_is_refused(xlcredit, line, said):
    answer = xlcredit(*line.split())

    assert answer.code == 2
    assert said in answer.err


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["dispute", "x", "--customer", "C1", "--phase", "resolved"], "--outcome"),
        (["cancel", "x", "S1", "--reason", " "], "--reason"),
        (["hold", "x", "--customer", "C1", "--until", "2026-11-06", "--reason", ""], "--reason"),
        (["allowance", "x", "--customer", "C1", "--reason", "", "--amount", "3"], "--reason"),
        (["interest", "--amount", "100", "--due", "2026-01-31", "--regime", "contract"], "--contract-rate"),
    ],
    ids=" ".join,
)
def test_what_a_command_cannot_do_without_is_asked_for(xlcredit, arguments, option):
    answer = xlcredit(*arguments)

    assert answer.code == 2
    assert option in answer.err


@pytest.mark.parametrize("text", ["100 USD", "0,005", "12,3456", "cento"])
def test_an_amount_is_never_changed_in_silence(xlcredit, text):
    answer = xlcredit("interest", "--amount", text, "--due", "2026-01-31", "--as-of", "2026-03-31")

    assert answer.code == 2
    assert f"«{text}»" in answer.err


@pytest.mark.parametrize("text", ["1.234,50 €", "EUR 1234.5", "1'234,50 euro"])
def test_an_amount_in_euro_is_read_as_people_write_it(xlcredit, text):
    answer = xlcredit("interest", "--amount", text, "--due", "2025-12-31", "--as-of", "2026-03-31", "--json")

    assert (answer.code, json.loads(answer.out)["open_amount"]) == (0, "1234.50")


def test_a_fault_of_ours_is_told_without_a_traceback_and_kept_in_the_log(xlcredit, tmp_path, monkeypatch):
    from xlcredit.operations import check

    def fail(*_, **__):
        msg = "boom"
        raise RuntimeError(msg)

    monkeypatch.setattr(check, "open_for", fail)

    answer = xlcredit("check", tmp_path / "x.xlsm")

    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert "xlcredit.log" in answer.err


HELP = """
import sys
sys.argv = ["xlcredit", "--lang", sys.argv[1]]
from typer.testing import CliRunner
from xlcredit.cli.app import _load_commands, app
_load_commands()
for command in [[], *([name] for name in sys.argv_commands), ["templates", "check"]]:
    answer = CliRunner().invoke(app, [*command, "--help"])
    assert answer.exit_code == 0, (command, answer.output)
    print(answer.output)
"""


@pytest.mark.parametrize(("language", "said", "not_said"), [
    ("it", "Annulla un sollecito", "Cancel"), ("en", "Cancel a reminder", "Annulla"),
])  # fmt: skip
def test_every_command_explains_itself_in_both_languages(language, said, not_said):
    code = HELP.replace("sys.argv_commands", repr(COMMANDS))
    done = subprocess.run(
        [sys.executable, "-c", code, language], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert not_said not in done.stdout
    assert not re.search(r"cli\.help", done.stdout)


def test_output_in_a_pipe_has_no_colour_and_no_progress_bar(shell, tmp_path):
    book = copy_book(tmp_path / "book.xlsm")

    answer = shell("letters", book, "--out", tmp_path / "out")

    assert answer.code == 0
    assert "\x1b" not in answer.out + answer.err
    assert "━" not in answer.out + answer.err
    assert answer.err == ""


def test_messages_follow_the_language_asked_for_while_cells_keep_the_workbooks(shell, tmp_path):
    from companies import column

    book = copy_book(tmp_path / "book.xlsm")

    answer = shell("run", book, "--lang", "en")

    assert "Situation" in answer.out or "As of" in answer.out
    assert column(book, "invoices", "bucket")[0] == "1-30 giorni"


@pytest.mark.skipif(sys.platform == "win32", reason="the pipe is made by bash")
def test_a_reader_that_leaves_is_no_error():
    interest = "interest --amount 1000000 --due 2005-01-31 --as-of 2026-10-30 --json"
    done = subprocess.run(
        ["bash", "-c", f'"$0" -m xlcredit {interest} | true', sys.executable],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )

    assert done.stderr == ""
