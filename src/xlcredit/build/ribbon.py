"""The ribbon's XML, from the list of buttons and the catalogue's words."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from lxml import etree

from xlcredit.buttons import BUTTONS, Button
from xlcredit.catalogue import Catalogue

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
"""Of ribbons for Excel 2010 and later, in the part `customUI/customUI14.xml`."""

ON_ACTION = "XlcPress"
"""The macro that every button calls; it knows the button by its id."""

ON_VISIBLE = "XlcTabVisible"
"""The macro that says whether the add-in's tab shows: not beside a workbook that brings its own."""

ON_LOAD = "XlcRibbonLoaded"
"""The macro of the add-in that is handed the ribbon, to ask again when another workbook comes to the front."""


def ribbon_xml(language: str, *, addin: bool) -> bytes:
    """The part `customUI/customUI14.xml`, the same bytes at every call.

    Args:
        language: of labels and tips.
        addin: for the add-in, whose tab asks a macro whether to show.
    """
    words = Catalogue(language)
    namespaces: dict[Any, str] = {None: NAMESPACE}
    root = etree.Element(_name("customUI"), nsmap=namespaces)
    tab = _below(
        _below(_below(root, "ribbon"), "tabs"),
        "tab",
        id="xlc_tab",
        label=words.text("ribbon.tab.label"),
        keytip=words.text("ribbon.tab.keytip"),
        insertAfterMso="TabHome",
    )
    if addin:
        root.set("onLoad", ON_LOAD)
        tab.set("getVisible", ON_VISIBLE)
    for group, buttons in groupby(BUTTONS.values(), key=lambda button: button.group):
        node = _below(tab, "group", id=f"xlc_group_{group}", label=words.text(f"ribbon.groups.{group}"))
        for button in buttons:
            _below(node, "button", **_attributes(button, words))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def button_id(button: Button) -> str:
    """What the button is called in the XML: `xlc_refresh`."""
    return f"xlc_{button.key}"


def _attributes(button: Button, words: Catalogue) -> dict[str, str]:
    section = f"ribbon.buttons.{button.key}"
    return {
        "id": button_id(button),
        "label": words.text(f"{section}.label"),
        "screentip": words.text(f"{section}.label"),
        "supertip": words.text(f"{section}.tip"),
        "keytip": words.text(f"{section}.keytip"),
        "imageMso": button.image,
        "size": button.size,
        "onAction": ON_ACTION,
    }


def _below(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _name(name), attributes)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
