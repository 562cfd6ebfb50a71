import re
from pathlib import Path

import pytest

from xlcredit.catalogue import LANGUAGES
from xlcredit.mail.errors import MailTemplateBrokenError, MailTemplateMissingError
from xlcredit.mail.template import NAMES, check_text, read_text, text_path

TEXTS = Path(__file__).parents[2] / "letter_templates"
SHIPPED = sorted(TEXTS.glob("*/mail/*.txt"))
FACTS = {
    "company": dict.fromkeys(NAMES["company"], "") | {"name": "Rossi & Figli"},
    "customer": {"id": "C1", "name": "Alfa", "salutation": "Gentile Cliente,", "contact": ""},
    "letter": {"id": "S1", "date": "30/10/2026", "kind": "Sollecito", "currency": "EUR"},
    "payment": {"holder": "Rossi & Figli", "iban": "", "bank": "", "reference": "S1"},
    "documents": ["1/2026", "2/2026"],
    "copies": [],
}
DEBT = re.compile(r"sollecito|scadut|insolut|debito|mora|overdue|reminder|debt|unpaid", re.IGNORECASE)


def write(folder, content, name="letter"):
    path = folder / "it" / "mail" / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_shipped_text_can_be_used(path):
    check_text(path)
    subject, body = read_text(path).write(FACTS)
    assert "Rossi & Figli" in subject
    assert "{" not in subject + body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_shipped_subject_tells_no_debt(path):
    """What is seen without opening the message is its envelope: nothing on it tells of a debt."""
    assert not DEBT.search(read_text(path).write(FACTS)[0])


def test_both_languages_have_the_same_texts():
    names = {
        language: {path.stem for path in (TEXTS / language / "mail").glob("*")} for language in LANGUAGES
    }
    assert names["it"] == names["en"] >= {"letter", "level_0", "level_1", "level_2", "level_3", "level_4"}


def test_text_of_the_template_comes_before_the_general_one(tmp_path):
    general, own = write(tmp_path, "Oggetto: a\n\nb"), write(tmp_path, "Oggetto: c\n\nd", "level_1")
    assert text_path([tmp_path], "it", "level_1") == own
    assert text_path([tmp_path], "it", "level_9") == general


def test_a_folder_without_texts_leaves_them_to_the_next(tmp_path):
    own = write(tmp_path / "b", "Oggetto: a\n\nb")
    assert text_path([tmp_path / "a", tmp_path / "b"], "it", "level_1") == own
    with pytest.raises(MailTemplateMissingError):
        text_path([tmp_path / "a"], "it", "level_1")


def test_text_written_on_windows_is_read(tmp_path):
    text = read_text(write(tmp_path, "\ufeffOggetto: Perché {{ letter.id }}\r\n\r\nUno\r\nDue\r\n"))
    assert text.write(FACTS) == ("Perché S1", "Uno\nDue\n")


def test_a_line_break_in_a_fact_stays_in_the_subject(tmp_path):
    text = read_text(write(tmp_path, "Oggetto: {{ customer.name }}\n\nCiao"))
    facts = FACTS | {"customer": {"name": "Alfa\r\nBcc: tutti@example.com"}}
    assert text.write(facts)[0] == "Alfa Bcc: tutti@example.com"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 1),
        ("Gentile Cliente,\n\nCiao", 1),
        ("Oggetto:\n\nCiao", 1),
        ("Oggetto: a\n\n\n", 1),
        ("Oggetto: a\n\nCiao {{ letter.id }", 3),
        ("Oggetto: a\n\nCiao\n{% if letter.id %}", 4),
        ("Oggetto: a\n\n{% include '/etc/passwd' %}", 3),
        ("Oggetto: a\n\n{{ letter.__class__ }}", 3),
        ("Oggetto: a\n\n{{ ''.format(1) }}", 3),
        ("Oggetto: a\n\n" + "x" * 70_000, 1),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_its_line(tmp_path, content, line):
    with pytest.raises(MailTemplateBrokenError) as told:
        check_text(write(tmp_path, content))
    assert told.value.facts["line"] == line


@pytest.mark.parametrize("tag", ["{{ letter.total }}", "{{ totael }}", "{% for row in rows %}{% endfor %}"])
def test_a_name_that_does_not_exist_is_told(tmp_path, tag):
    with pytest.raises(MailTemplateBrokenError):
        check_text(write(tmp_path, f"Oggetto: a\n\n{tag}"))
