"""The generated modules: every function with its arguments and help in Excel's limits, every text as VBA."""

import re

import pytest

from xlcredit.build import wrappers
from xlcredit.build.wrappers import (
    DESCRIPTION_LIMIT,
    HelpTooLongError,
    UnusableNameError,
    argument_name,
    functions_module,
    literal,
    register_module,
    words_module,
)
from xlcredit.catalogue import LANGUAGES, Catalogue, UnknownWordingError
from xlcredit.functions import FUNCTIONS

EDITOR_LINE = 1023
CONTINUATIONS = 24


@pytest.fixture(params=LANGUAGES)
def words(request):
    return Catalogue(request.param)


@pytest.fixture(params=[functions_module, register_module, words_module])
def module(request, words):
    return request.param(words)


def test_every_function_calls_its_python_with_its_arguments(words):
    source = functions_module(words)
    for function in FUNCTIONS.values():
        names = [argument_name(argument, words) for argument in function.arguments]
        call = f'XlcCall("{function.python_name}", Array({", ".join(names)}))'
        assert (f"= XlcDay({call})" if function.answers == "date" else f"= {call}") in source
        required = sum(argument.is_required for argument in function.arguments)
        declared = re.search(rf"Function {function.name}\((.*)\) As Variant", source).group(1)
        assert declared.count("Optional ") == len(names) - required


def test_a_range_goes_to_python_as_it_is():
    assert (
        "Public Function XLC_DUE_DATE(document_date As Variant, terms As Variant) As Variant\n"
        '    XLC_DUE_DATE = XlcDay(XlcCall("xlc_due_date", Array(document_date, terms)))\n'
        "End Function\n"
    ) in functions_module(Catalogue("en"))


def test_arguments_of_a_function_have_different_names(words):
    for function in FUNCTIONS.values():
        names = {argument_name(argument, words).lower() for argument in function.arguments}
        assert len(names) == len(function.arguments)


def test_the_wizard_hears_of_every_function_and_argument(words):
    source = register_module(words)
    for function in FUNCTIONS.values():
        assert source.count(f'XlcDescribe("{function.name}"') == 1
        for argument in function.arguments:
            text = words.text(f"functions.{function.name}.args.{argument.name}")
            assert literal(" ".join(text.split())) in source


def test_lines_are_short_enough_for_the_editor(module):
    assert max(map(len, module.splitlines())) <= EDITOR_LINE
    logical = re.split(r"(?<! _)\n", module)
    assert max(statement.count(" _\n") for statement in logical) <= CONTINUATIONS


def test_modules_fit_the_code_page(module):
    assert module.encode("cp1252").decode("cp1252") == module


class Wordings(Catalogue):
    """A catalogue in which some texts are others."""

    def __init__(self, **other):
        super().__init__("it")
        self.other = {key.replace("__", "."): text for key, text in other.items()}

    def text(self, key, **facts):
        if self.other.get(key, "") is None:
            raise UnknownWordingError(key)
        return self.other.get(key) or super().text(key, **facts)


def test_a_function_without_help_cannot_be_built():
    with pytest.raises(UnknownWordingError, match=r"functions\.XLC_RATE\.help"):
        register_module(Wordings(functions__XLC_RATE__help=None))


def test_the_longest_help_is_what_excel_takes():
    register_module(Wordings(functions__XLC_RATE__help="a" * DESCRIPTION_LIMIT))
    with pytest.raises(HelpTooLongError, match=r"functions\.XLC_RATE\.help: 256 characters"):
        register_module(Wordings(functions__XLC_RATE__help="a" * (DESCRIPTION_LIMIT + 1)))


@pytest.mark.parametrize("name", ["date", "Function", "età", "due parole", "_scadenza", "1a"])
def test_a_name_that_vba_does_not_take_cannot_be_built(name):
    with pytest.raises(UnusableNameError, match=r"macros\.arguments\.due"):
        functions_module(Wordings(macros__arguments__due=name))


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ('detto "fatto"', '"detto ""fatto"""'),
        ("una\ndue", '"una" & vbCrLf & "due"'),
        ("", '""'),
        ("x" * 201, '"' + "x" * 200 + '" & _\n        "x"'),
    ],
)
def test_a_text_becomes_an_expression(text, expression):
    assert literal(text) == expression


def test_the_words_know_the_version(words, monkeypatch):
    monkeypatch.setattr(wrappers, "__version__", "3.1.4")
    assert '    BUILT_VERSION = "3.1.4"\n' in words_module(words)


def test_no_name_is_kept_for_an_argument_that_is_gone(words):
    used = {argument.name for function in FUNCTIONS.values() for argument in function.arguments}
    assert set(words.section("macros.arguments")) == used
