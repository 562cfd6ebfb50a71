"""The rules of the package lint that read the VBA project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlcredit.build.lint import CUSTOM_UI, code_names_of, content_type_of
from xlcredit.build.ovba_reader import ProjectFaultError, read_project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlcredit.build.ovba import Module
    from xlcredit.build.package import Package

PROJECT = "xl/vbaProject.bin"
PROJECT_TYPE = "application/vnd.ms-office.vbaProject"

_CALLBACKS = re.compile(r"^(on|get)[A-Z]|^loadImage$")
_PROCEDURE = re.compile(r"^(?:Public )?(?:Sub|Function) (\w+)", re.MULTILINE)
_NAME = re.compile(r'^Attribute VB_Name = "(\w+)"$', re.MULTILINE)


def macros_sound(package: Package) -> Iterator[str]:
    """The VBA project is where Excel looks for it, is sound, and has a module for every code name."""
    if PROJECT not in package.parts:
        if CUSTOM_UI in package.parts:
            yield f"{CUSTOM_UI}: a ribbon without a VBA project"
        return
    if content_type_of(package, PROJECT) != PROJECT_TYPE:
        yield f"[Content_Types].xml: {PROJECT} is {content_type_of(package, PROJECT)}, not {PROJECT_TYPE}"
    if PROJECT not in package.targets("xl/workbook.xml", "vbaProject"):
        yield f"xl/workbook.xml: no relationship leads to {PROJECT}"
    try:
        modules = read_project(package.parts[PROJECT])
    except ProjectFaultError as error:
        yield f"{PROJECT}: {error}"
        return
    yield from _modules_named(package, modules)
    yield from _callbacks_exist(package, modules)


def public_procedures(module: Module) -> list[str]:
    """Names of the procedures of a module that other modules and the ribbon can call."""
    return _PROCEDURE.findall(module.source) if module.kind == "module" else []


def _modules_named(package: Package, modules: list[Module]) -> Iterator[str]:
    """Modules are called as their source says, document modules as the code names, no procedure as a module."""
    for module in modules:
        if _NAME.findall(module.source)[:1] != [module.name]:
            yield f"{PROJECT}: module {module.name} calls itself otherwise"
    documents = {module.name for module in modules if module.kind == "document"}
    code_names = set(code_names_of(package).values()) - {""}
    yield from (f"{PROJECT}: no module for code name {name}" for name in sorted(code_names - documents))
    yield from (f"{PROJECT}: module {name} is no code name" for name in sorted(documents - code_names))
    procedures = {name.casefold() for module in modules for name in public_procedures(module)}
    names = {module.name.casefold() for module in modules}
    yield from (f"{PROJECT}: {name} is a module and a procedure" for name in sorted(procedures & names))


def _callbacks_exist(package: Package, modules: list[Module]) -> Iterator[str]:
    """Every callback of the ribbon is a public procedure."""
    if CUSTOM_UI not in package.parts:
        return
    procedures = {name for module in modules for name in public_procedures(module)}
    for node in package.tree(CUSTOM_UI).iter():
        calls = ((str(attribute), str(value)) for attribute, value in node.attrib.items())
        for attribute, value in calls:
            if _CALLBACKS.match(attribute) and value not in procedures:
                yield f"{CUSTOM_UI}: {attribute} calls {value}, which is no macro"
