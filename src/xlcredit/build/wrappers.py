"""The VBA that is written by the program: the functions for cells, their place in the wizard, the words.

Names, arguments and their order come from `functions.FUNCTIONS`, every text from the catalogue. A function
without help, or with help longer than Excel takes, cannot be built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlcredit import __version__
from xlcredit.functions import FUNCTIONS, Argument, Function

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlcredit.catalogue import Catalogue

DESCRIPTION_LIMIT = 255
"""Characters that Excel takes for the description of a function or argument."""

_PIECE = 200
_HEAD = 'Attribute VB_Name = "{name}"\nOption Explicit\n'
_PRIVATE = "Option Private Module\n"
_FORBIDDEN = frozenset(
    word
    for line in (
        "as boolean byref byte byval call case const currency date declare dim do double each else empty end",
        "enum error event exit false for friend function get global goto if implements in integer is len let",
        "like long loop me mod new next not nothing null object on option optional or private property public",
        "redim rem resume select set single static stop string sub then to true type until variant wend while",
        "with xor",
    )
    for word in line.split()
)
"""Words that VBA keeps for itself and that an argument may therefore not be called."""


class HelpTooLongError(ValueError):
    """A help text that Excel would refuse: a fault of the catalogue, found when building."""

    def __init__(self, key: str, length: int) -> None:
        super().__init__(f"{key}: {length} characters, {DESCRIPTION_LIMIT} at most")


class UnusableNameError(ValueError):
    """A name that an argument cannot have in VBA: a fault of the catalogue, found when building."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__(f"{key}: {name!r} cannot be the name of an argument")


def functions_module(words: Catalogue) -> str:
    """The module `XlcFunctions`: one public function for each of `FUNCTIONS`."""
    bodies = (_wrapper(function, words) for function in FUNCTIONS.values())
    return _HEAD.format(name="XlcFunctions") + "\n" + "\n".join(bodies)


def _wrapper(function: Function, words: Catalogue) -> str:
    names = [argument_name(argument, words) for argument in function.arguments]
    pairs = zip(function.arguments, names, strict=True)
    declared = ", ".join(
        f"{'' if argument.is_required else 'Optional '}{name} As Variant" for argument, name in pairs
    )
    call = f'XlcCall("{function.python_name}", Array({", ".join(names)}))'
    if function.answers == "date":
        call = f"XlcDay({call})"
    return (
        f"Public Function {function.name}({declared}) As Variant\n"
        f"    {function.name} = {call}\nEnd Function\n"
    )


def argument_name(argument: Argument, words: Catalogue) -> str:
    """What the wizard calls an argument: a word of the workbook's language, without accents or spaces."""
    key = f"macros.arguments.{argument.name}"
    name = words.text(key)
    if not (name.isascii() and name.isidentifier()) or name.startswith("_") or name.lower() in _FORBIDDEN:
        raise UnusableNameError(key, name)
    return name


def register_module(words: Catalogue) -> str:
    """The module `XlcRegister`: tells Excel's function wizard about every function, once a session."""
    calls = "".join(_description(function, words) for function in FUNCTIONS.values())
    return (
        f"{_HEAD.format(name='XlcRegister')}{_PRIVATE}\n"
        "Private is_registered As Boolean\n\n"
        "Public Sub XlcRegisterFunctions()\n"
        "    Dim was_saved As Boolean\n"
        "    If is_registered Then Exit Sub\n"
        "    On Error Resume Next\n"
        "    was_saved = ThisWorkbook.Saved\n"
        "    is_registered = True\n"
        f"{calls}"
        "    ThisWorkbook.Saved = was_saved\n"
        "End Sub\n"
    )


def _description(function: Function, words: Catalogue) -> str:
    section = f"functions.{function.name}"
    texts = [
        _help(words, f"{section}.help"),
        *(_help(words, f"{section}.args.{argument.name}") for argument in function.arguments),
    ]
    arguments = "Array( _\n            " + ", _\n            ".join(texts[1:]) + ")" if texts[1:] else "Empty"
    described = ", _\n        ".join([f'"{function.name}"', texts[0], arguments])
    return f"    is_registered = XlcDescribe({described}) And is_registered\n"


def _help(words: Catalogue, key: str) -> str:
    text = " ".join(words.text(key).split())
    if len(text) > DESCRIPTION_LIMIT:
        raise HelpTooLongError(key, len(text))
    return literal(text)


def words_module(words: Catalogue) -> str:
    """The module `XlcWords`: what macros say, in one language, and the version that they belong to."""
    texts = {"BUILT_VERSION": __version__}
    for key in words.section("macros.messages"):
        texts[f"WORDS_{key.upper()}"] = words.text(f"macros.messages.{key}").strip()
    return f"{_HEAD.format(name='XlcWords')}{_PRIVATE}\n" + "\n".join(map(_word, texts.items()))


def _word(item: tuple[str, str]) -> str:
    name, text = item
    return f"Public Function {name}() As String\n    {name} = {literal(text)}\nEnd Function\n"


def literal(text: str) -> str:
    """`text` as an expression of VBA, on lines short enough for its editor."""
    lines = [" & ".join(map(_quoted, _pieces(line))) for line in text.split("\n")]
    return " & vbCrLf & ".join(lines).replace('" & "', '" & _\n        "')


def _pieces(line: str) -> Iterable[str]:
    return (line[start : start + _PIECE] for start in range(0, max(len(line), 1), _PIECE))


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
