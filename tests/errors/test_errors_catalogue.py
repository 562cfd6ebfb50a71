"""Every error and finding has a broken input that causes it and nothing else, and docs/errors.md shows them all."""

import fnmatch
import string
import sys

import error_catalogue
import pytest
from error_catalogue import BASES, PAGE, UNRAISED, WORDS, cases, error_classes, page

CASES = cases()
ERRORS = {case.code for case in CASES if not case.is_finding}
FINDINGS = {case.code for case in CASES if case.is_finding}


def test_every_error_of_the_package_has_its_input_and_no_other():
    classes = {kind.code for kind in error_classes()}
    assert classes - BASES - UNRAISED == ERRORS
    assert {kind.code for kind in error_classes() if kind.__subclasses__()} >= BASES - {"error"}


@pytest.mark.parametrize("language", WORDS)
def test_every_wording_has_its_input(language):
    assert set(WORDS[language].section("errors")) - BASES == ERRORS
    assert set(WORDS[language].section("findings")) == FINDINGS


def test_no_input_stands_there_twice():
    assert len({(case.is_finding, case.code) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_input_causes_its_code(case):
    if case.code in {"pdf-failed", "pdf-timeout"} and sys.platform == "win32":
        pytest.skip("the stand-in for LibreOffice is a shell script")
    outcome = case.run_now()
    others = outcome.codes - {case.code}
    assert case.code in outcome.codes
    assert (outcome.error is None) == case.is_finding
    assert {code for code in others if not any(fnmatch.fnmatch(code, also) for also in case.also)} == set()
    needs_person = any(finding.needs_person for finding in outcome.findings)
    assert outcome.exit_code == (2 if outcome.error else int(needs_person))


@pytest.mark.parametrize("section", ["errors", "findings"])
def test_both_languages_tell_the_same_facts(section):
    italian, english = (facts_of(WORDS[language].section(section)) for language in ("it", "en"))
    assert italian == english


def facts_of(wording):
    """The facts that a wording, or a tree of wordings, names: by place."""
    if isinstance(wording, dict) and set(wording) == {"one", "other"}:
        return facts_of(wording["one"]) | facts_of(wording["other"])
    if isinstance(wording, dict):
        return {key: facts_of(value) for key, value in wording.items()}
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name}


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for LibreOffice is a shell script")
def test_the_page_is_what_the_inputs_give():
    assert PAGE.read_text("utf-8") == page(), f"run: python {error_catalogue.__file__}"


def test_nothing_of_this_machine_is_on_the_page():
    text = PAGE.read_text("utf-8")
    assert [word for word in ("/tmp", "/home", "Traceback") if word in text] == []
