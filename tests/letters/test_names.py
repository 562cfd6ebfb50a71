"""File names from what strangers typed."""

import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlcredit.letters.errors import LetterPathTooLongError
from xlcredit.letters.names import LONGEST_NAME, LONGEST_PATH, letter_name, letter_path, safe_name

DEVICES = ("CON", "prn", "Aux", "NUL", "COM1", "com9", "LPT1", "lpt¹", "COM²", "CONIN$", "clock$")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rossi & Figli S.r.l.", "Rossi_&_Figli_S.r.l"),
        ("../../etc/passwd", "etc_passwd"),
        ("..\\..\\windows", "windows"),
        ("C:\\Windows\\x", "C_Windows_x"),
        ("/", "_"),
        ("", "_"),
        ("   ", "_"),
        ("...", "_"),
        (". .", "_"),
        ("a. . .", "a"),
        (".nascosto", "nascosto"),
        ("coda...", "coda"),
        ('a:b*c?d"e<f>g|h', "a_b_c_d_e_f_g_h"),
        ("a\x00b\x1fc\nd\te", "abc_d_e"),
        ("Rossi\u202egpj.exe", "Rossigpj.exe"),
        ("a\u200bb\ufeff", "ab"),
        ("Citta\u0300", "Città"),
        ("Società Agricola", "Società_Agricola"),
        ("\ud800x", "x"),
        ("con", "_con"),
        ("Con.txt", "_Con.txt"),
        ("nul.a.b", "_nul.a.b"),
        ("Contini", "Contini"),
        ("COM10", "COM10"),
    ],
)
def test_safe_name(text, name):
    assert safe_name(text) == name


@given(st.text(max_size=300))
def test_any_text_is_one_element_of_a_path(text):
    name = safe_name(text)
    assert 1 <= len(name) <= LONGEST_NAME
    assert PurePosixPath(name).parts == (name,)
    assert PureWindowsPath(name).parts == (name,)
    assert not PureWindowsPath(name).is_reserved()
    assert name == name.rstrip(". ")
    assert name.isprintable()
    assert unicodedata.is_normalized("NFC", name)
    assert safe_name(name) == name


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=80))
def test_a_letter_never_leaves_its_folder(customer, name, reminder):
    folder = Path("/out/2026-11-21/1")
    path = letter_path(folder, customer, name, reminder)
    assert path.parent == folder
    assert len(str(path)) <= LONGEST_PATH
    assert path.suffix == ".docx"
    assert not PureWindowsPath(path.name).is_reserved()


@pytest.mark.parametrize("device", DEVICES)
def test_device_names_are_never_a_letters_name(device):
    for name in (
        safe_name(device),
        safe_name(f"{device}.docx"),
        letter_name(device, "x", "S1"),
        letter_name("C1", device, "S1"),
    ):
        assert name.split(".")[0].lower() != device.lower()


def test_letter_name_has_customer_name_and_reminder():
    assert letter_name("C001", "Rossi S.p.A.", "S-0012") == "C001_Rossi_S.p.A_S-0012.docx"
    assert letter_name("C001", "Rossi", "S-0012", ".pdf") == "C001_Rossi_S-0012.pdf"


def test_long_name_is_cut_where_the_folder_is_deep_and_the_ids_stay_whole():
    folder = Path("/" + "x" * 180)
    path = letter_path(folder, "C001", "Nome lunghissimo " * 10, "S-0012")
    assert len(str(path)) <= LONGEST_PATH
    assert path.name.startswith("C001_Nome")
    assert path.name.endswith("_S-0012.docx")


def test_folder_too_deep_for_any_name_is_an_error():
    with pytest.raises(LetterPathTooLongError) as caught:
        letter_path(Path("/" + "x" * 230), "C001", "Rossi", "S-0012")
    assert caught.value.facts["limit"] < LONGEST_PATH


@pytest.mark.parametrize("depth", [200, 205, 209, 210, 211, 212, 215])
def test_at_the_limit_a_path_fits_or_is_refused(depth):
    folder = Path("/" + "x" * depth)
    try:
        assert len(str(letter_path(folder, "C001", "Rossi Mario e Figli", "S-0012"))) <= LONGEST_PATH
    except LetterPathTooLongError:
        assert depth > 208
