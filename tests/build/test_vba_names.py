"""What Excel's compiler would say of our modules: every name is declared, every call has the arguments it must."""

import dataclasses
import re

import pytest
from pyopenvba.interpreter import _ast as ast
from pyopenvba.interpreter import parse_module

from xlcredit.build.macros import project_modules
from xlcredit.build.xlwings_modules import xlwings_module

OF_EXCEL = {"application", "activeworkbook", "thisworkbook", "me"}
OF_VBA = {
    "array", "ascw", "cdate", "cverr", "date", "empty", "err", "instr", "int", "isarray", "isempty", "iserror", "ismissing", "isobject", "lbound", "left$", "len", "mid$",
    "msgbox", "nothing", "now", "replace", "split", "timeserial", "typename", "ubound", "vartype",
}  # fmt: skip
CALLED_BY_NAME = {"XlcPress", "XlcTabVisible", "XlcRibbonLoaded", "XlcAnswers"}


def parsed_modules(*, addin):
    """Our modules of a project, parsed."""
    return [
        parse_module(module.source.replace(" WithEvents ", " "), name=module.name, kind="standard")
        for module in project_modules("it", addin=addin)
        if module.name != "xlwings" and module.kind != "class"
    ]


@pytest.fixture(scope="module", params=[False, True], ids=["workbook", "add-in"])
def modules(request):
    return parsed_modules(addin=request.param)


def nodes(node):
    """Every part of a parsed thing, itself first."""
    yield node
    if dataclasses.is_dataclass(node):
        parts = [getattr(node, field.name) for field in dataclasses.fields(node)]
    else:
        parts = node if isinstance(node, list | tuple) else []
    for part in parts:
        yield from nodes(part)


def names(node):
    return {found.name.lower() for found in nodes(node) if isinstance(found, ast.Name)}


def declared(node):
    return {decl.name.lower() for found in nodes(node) if isinstance(found, ast.Dim) for decl in found.decls}


def constants(module, scopes):
    return {name.lower() for const in module.constants if const.scope in scopes for name, *_ in const.names}


def own_names(module):
    procedures = {procedure.name.lower() for procedure in module.procedures}
    return declared(module.variables) | constants(module, {"public", "private"}) | procedures


def shared_names(module):
    procedures = {procedure.name.lower() for procedure in module.procedures if procedure.scope != "private"}
    return constants(module, {"public"}) | procedures


def test_every_name_is_declared(modules):
    theirs = re.findall(r"(?m)^(?:Public )?(?:Function|Sub) (\w+)", xlwings_module())
    shared = set().union(*map(shared_names, modules)) | {name.lower() for name in theirs}
    for module in modules:
        for procedure in module.procedures:
            known = own_names(module) | shared | declared(procedure.body) | OF_EXCEL | OF_VBA
            known |= {param.name.lower() for param in procedure.params}
            unknown = {name for name in names(procedure.body) - known if not name.startswith(("vb", "xl"))}
            assert unknown == set(), f"{module.name}.{procedure.name}"


def test_what_is_declared_is_used(modules):
    for module in modules:
        for procedure in module.procedures:
            assert declared(procedure.body) <= names(procedure.body), f"{module.name}.{procedure.name}"
        assert declared(module.variables) <= names(module.procedures), module.name


def test_every_procedure_is_called_in_the_workbook_or_the_add_in():
    modules = [module for addin in (False, True) for module in parsed_modules(addin=addin)]
    procedures = [procedure for module in modules for procedure in module.procedures]
    used = set().union(*(names(procedure.body) - {procedure.name.lower()} for procedure in procedures))
    for module in modules:
        if module.name not in {"XlcFunctions", "XlcWords", "ThisWorkbook"}:
            idle = {procedure.name for procedure in module.procedures if procedure.name.lower() not in used}
            assert idle <= CALLED_BY_NAME, module.name


def test_calls_have_the_arguments_they_must(modules):
    procedures = {procedure.name.lower(): procedure for module in modules for procedure in module.procedures}
    seen = 0
    for module in modules:
        for call in nodes(module.procedures):
            target = getattr(call, "callee", None) or getattr(call, "target", None)
            if not isinstance(call, ast.CallStmt | ast.Index) or not isinstance(target, ast.Name):
                continue
            procedure = procedures.get(target.name.lower())
            if procedure is not None:
                required = sum(not param.optional for param in procedure.params)
                assert required <= len(call.args) <= len(procedure.params), f"{module.name}: {target.name}"
                seen += 1
    assert seen > len(procedures) / 2
