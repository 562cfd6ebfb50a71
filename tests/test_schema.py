"""The schema and the catalogue belong together: every column, choice and setting has its words in both languages."""

import string

import pytest

from xlcredit.build.layout import SHEETS
from xlcredit.build.validation import LIST_LIMIT, MESSAGE_LIMIT, TITLE_LIMIT, column_help
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.schema import DTYPES, SETTING_CHOICES, SETTING_TYPES, SETTING_VALUES, TABLES, VOCABULARIES

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]
NAMES = [f"{table.key}.{column.key}" for table, column in COLUMNS]
READERS_OWN = ("reading", "abbreviations", "synonyms", "header_noise")
"""Sections of what people write: each language has its own words, as many as it needs."""

OWN_WAY = ("letters.units.", "letters.date", "letters.short_date")
"""How a language writes units and dates: it needs the facts it needs."""

MAY_BE_BLANK = ("letters.title.", "letters.sent_by.", "letters.interest_basis.")
"""What a letter adds to a name or a sentence only in some cases."""


def leaves(node, path=()):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, str(key)))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from leaves(value, (*path, str(place)))
    else:
        yield ".".join(path), node


def words_of(language):
    sections = Catalogue(language)._words
    shared = {key: section for key, section in sections.items() if not key.startswith(READERS_OWN)}
    return dict(leaves(shared))


def placeholders(wording):
    return {name for _, name, _, _ in string.Formatter().parse(str(wording)) if name}


def test_both_languages_have_the_same_keys():
    italian, english = (
        {key for key in words_of(language) if not key.startswith(OWN_WAY)} for language in ("it", "en")
    )
    assert sorted(italian - english) == []
    assert sorted(english - italian) == []


def test_both_languages_have_the_same_placeholders():
    italian, english = words_of("it"), words_of("en")
    both = [key for key in italian.keys() & english.keys() if not key.startswith(OWN_WAY)]
    assert [key for key in both if placeholders(italian[key]) != placeholders(english[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_is_blank(language):
    blank = [key for key, wording in words_of(language).items() if not str(wording).strip()]
    assert [key for key in blank if not key.startswith(MAY_BE_BLANK)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_column_has_a_header_and_a_help_that_excel_can_show(table, column, language):
    words = Catalogue(language)
    assert 0 < len(words.header(table.key, column.key)) <= TITLE_LIMIT + 8
    help_text = column_help(table.key, column, words)
    assert len(f"{help_text} {words.text('build.required')}") <= MESSAGE_LIMIT
    assert help_text[-1] == "."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_headers_of_a_table_differ_whatever_the_case(table, language):
    headers = Catalogue(language).headers(table.key, [column.key for column in table.columns])
    assert len({header.casefold() for header in headers}) == len(headers)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_vocabulary_is_complete_distinct_and_short_enough_for_a_list(vocabulary, language):
    words = Catalogue(language).choices(vocabulary)
    assert set(words) == set(VOCABULARIES[vocabulary])
    assert len({word.casefold() for word in words.values()}) == len(words)
    assert len(",".join(words.values())) <= LIST_LIMIT
    assert not any("," in word for word in words.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_have_distinct_names_and_explanations(language):
    settings = Catalogue(language).section("settings")
    assert set(settings) == set(SETTING_TYPES)
    assert all(set(entry) == {"name", "help"} for entry in settings.values())
    assert len({entry["name"].casefold() for entry in settings.values()}) == len(settings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_setting_choices_have_their_words(language):
    words = Catalogue(language)
    for key, choices in SETTING_CHOICES.items():
        assert set(words.choices(key)) == set(choices)


def test_every_setting_is_a_column_of_the_settings_row():
    assert [column.key for column in SETTING_VALUES.columns] == list(SETTING_TYPES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheet_names_differ_and_fit(language):
    names = [Catalogue(language).sheet(layout.key) for layout in SHEETS]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_every_table_has_its_sheet():
    assert {layout.key for layout in SHEETS} == {*TABLES, "guide", "dashboard", "formulas"}


def test_help_names_no_column_that_does_not_exist():
    helps = Catalogue("it").section("help")
    unknown = [
        f"{table}.{key}"
        for table, texts in helps.items()
        if table != "common"
        for key in texts
        if key not in TABLES[table].by_key
    ]
    every = {column.key for _, column in COLUMNS}
    assert unknown == []
    assert set(helps["common"]) <= every


def test_types_and_choices_of_columns_are_known():
    for table, column in COLUMNS:
        assert column.type in DTYPES, f"{table.key}.{column.key}"
        assert (column.type == "choice") == bool(column.choices), f"{table.key}.{column.key}"
