from __future__ import annotations

import datetime as dt

import pytest

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import SETTING_CHOICES, VOCABULARIES
from xlcredit.words import choice_words, cycle_of, fold, reading_words

ALL = {**SETTING_CHOICES, **VOCABULARIES}


def test_fold_forgets_case_accents_dots_and_spaces():
    assert fold(" Ri. Ba.") == fold("RIBA") == "riba"
    assert fold("SÌ") == fold("si") == "si"
    assert fold("Raccomandata A/R") == "raccomandataar"
    assert fold("€") == ""


@pytest.mark.parametrize("vocabulary", ALL)
@pytest.mark.parametrize("language", LANGUAGES)
def test_word_of_the_workbook_means_its_key(vocabulary, language):
    words = choice_words(vocabulary)
    for key, word in Catalogue(language).choices(vocabulary).items():
        assert words[fold(word)] == key


@pytest.mark.parametrize("language", LANGUAGES)
def test_cycle_of_the_package_has_a_name_that_means_it(language):
    names = Catalogue(language).section("cycle_names")
    assert {cycle_of(name) for name in names.values()} == set(names) == set(load_policy().cycles)


@pytest.mark.parametrize("vocabulary", ALL)
def test_every_word_means_a_key_of_the_schema(vocabulary):
    assert set(choice_words(vocabulary).values()) == set(ALL[vocabulary])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_word_means_two_keys(language):
    for vocabulary, section in Catalogue(language).section("reading.choices").items():
        own = {fold(word): key for key, word in Catalogue(language).choices(vocabulary).items()}
        seen: dict[str, str] = {}
        for key, words in section.items():
            for word in words:
                assert seen.setdefault(fold(str(word)), key) == key, word
                assert own.get(fold(str(word)), key) == key, word


def test_currencies_and_flags():
    assert reading_words("currencies")["€"] == "EUR"
    assert reading_words("flags")[fold("Sì")] == "true"
    assert set(reading_words("months").values()) == {str(month) for month in range(1, 13)}


@pytest.mark.parametrize(("day", "said"), [(11, "fermano all'11/12/2026"), (12, "fermano al 12/12/2026")])
def test_the_article_before_an_eleventh_is_elided(day, said):
    text = Catalogue("it").text("findings.rate-not-published.message", count=1, last=dt.date(2026, 12, day))
    assert said in text


def test_english_keeps_its_words():
    wording = Catalogue("en").text("plans.done.signed", plan="al 11/12/2026", on=dt.date(2026, 12, 11))
    assert "al 11/12/2026" in wording
