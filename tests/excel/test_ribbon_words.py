"""The words of buttons: in both languages alike, and never a hint at the command line."""

import string

import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue

WORDS = {language: Catalogue(language).section("presses") for language in LANGUAGES}


def wordings(node, place=""):
    """Every wording with its place; the forms for one and for several are one wording."""
    if not isinstance(node, dict):
        yield place, str(node)
    elif set(node) == {"one", "other"}:
        yield place, f"{node['one']} {node['other']}"
    else:
        for key, child in node.items():
            yield from wordings(child, f"{place}.{key}")


def facts_of(wording):
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name}


def test_both_languages_say_the_same_things_with_the_same_facts():
    italian, english = (
        {place: facts_of(text) for place, text in wordings(WORDS[language])} for language in ("it", "en")
    )
    assert italian == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_button_speaks_of_commands(language):
    assert [place for place, text in wordings(WORDS[language]) if "--" in text or "xlcredit " in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("own", "usual"), [("errors", "errors"), ("remedies", "findings")])
def test_what_is_said_otherwise_at_a_button_is_said_elsewhere_too(language, own, usual):
    known = Catalogue(language).section(usual)
    assert WORDS[language][own].keys() - known.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_told_with_no_other_facts_than_it_has(language):
    usual = Catalogue(language).section("errors")
    for code, text in WORDS[language]["errors"].items():
        assert facts_of(text) <= facts_of(usual[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_fit_into_excels_input_box(language):
    asked = dict(wordings(WORDS[language]["questions"]))
    vocabularies = Catalogue(language)
    lists = {
        ".contact_channel": vocabularies.choices("channel"),
        ".contact_outcome": vocabularies.choices("contact_outcome"),
        ".dispute_reason": vocabularies.choices("dispute_reason"),
        ".receipt_fate": {**vocabularies.section("fates"), "": WORDS[language]["receipts_from_folder"]},
        ".dispute_step": {"about": "x" * 26, **WORDS[language]["dispute_steps"]},
        ".dispute_outcome": vocabularies.choices("dispute_outcome"),
        ".plan_kind": WORDS[language]["plan_kinds"],
        ".plan_step": {"about": "x" * 26, **WORDS[language]["plan_steps"]},
        ".settlement": WORDS[language]["settlements"],
    }
    for place, text in asked.items():
        listed = " · ".join(
            f"{number} {word}" for number, word in enumerate(lists.get(place, {}).values(), 1)
        )
        assert len(f"{text}\n{listed}") <= 254, place
