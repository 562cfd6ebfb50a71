"""The ribbon's XML and its drawing: every button, in words, calling the macro; the same bytes at every build."""

import itertools

import pytest
from lxml import etree

from xlcredit.build.ribbon import NAMESPACE, ON_ACTION, ON_LOAD, ON_VISIBLE, ribbon_xml
from xlcredit.build.ribbon_picture import ribbon_picture
from xlcredit.buttons import BUTTONS
from xlcredit.catalogue import LANGUAGES, Catalogue

LONGEST_TIP = 1024
LONGEST_KEY_TIP = 3


def parsed(language="it", *, addin=False):
    return etree.fromstring(ribbon_xml(language, addin=addin))


def found(root, name):
    return root.findall(f".//{{{NAMESPACE}}}{name}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_stands_in_the_ribbon_in_the_order_of_the_list(language):
    buttons = found(parsed(language), "button")
    assert [button.get("id") for button in buttons] == [f"xlc_{key}" for key in BUTTONS]
    assert [button.get("imageMso") for button in buttons] == [button.image for button in BUTTONS.values()]
    assert [button.get("size") for button in buttons] == [button.size for button in BUTTONS.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_says_in_words_what_it_does(language):
    words = Catalogue(language)
    for button in found(parsed(language), "button"):
        section = f"ribbon.buttons.{button.get('id').removeprefix('xlc_')}"
        assert button.get("label") == words.text(f"{section}.label")
        assert button.get("supertip") == words.text(f"{section}.tip")
        assert len(button.get("label")) < len(button.get("supertip")) <= LONGEST_TIP


def test_every_button_calls_the_one_macro():
    assert {button.get("onAction") for button in found(parsed(), "button")} == {ON_ACTION}


def test_a_group_is_one_run_of_buttons():
    groups = [key for key, _ in itertools.groupby(button.group for button in BUTTONS.values())]
    assert len(groups) == len(set(groups))
    assert [group.get("id") for group in found(parsed(), "group")] == [f"xlc_group_{key}" for key in groups]


def test_identifiers_are_unique():
    ids = [node.get("id") for node in parsed().iter() if node.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_tip_is_the_beginning_of_another(language):
    tips = [button.get("keytip") for button in found(parsed(language), "button")]
    assert all(0 < len(tip) <= LONGEST_KEY_TIP for tip in tips)
    assert [pair for pair in itertools.permutations(tips, 2) if pair[1].startswith(pair[0])] == []


def test_only_the_tab_of_the_add_in_asks_whether_to_show():
    own, addin = parsed(), parsed(addin=True)
    assert (own.get("onLoad"), found(own, "tab")[0].get("getVisible")) == (None, None)
    assert (addin.get("onLoad"), found(addin, "tab")[0].get("getVisible")) == (ON_LOAD, ON_VISIBLE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_no_words_for_buttons_that_are_not_there(language):
    section = Catalogue(language).section("ribbon")
    assert set(section["buttons"]) == set(BUTTONS)
    assert set(section["groups"]) == {button.group for button in BUTTONS.values()}


def test_two_builds_give_the_same_bytes():
    assert ribbon_xml("it", addin=True) == ribbon_xml("it", addin=True)
    assert ribbon_picture("it") == ribbon_picture("it")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_shows_every_label(language):
    drawn = " ".join(etree.fromstring(ribbon_picture(language)).itertext())
    labels = [button.get("label") for button in found(parsed(language), "button")]
    assert [label for label in labels if not all(word in drawn for word in label.split())] == []
    assert found(parsed(language), "tab")[0].get("label") in drawn
