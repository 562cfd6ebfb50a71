"""The house rules that a test can hold: imports go one way, one clock, sizes, no forbidden packages."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "xlcredit"
MODULES = sorted(SRC.rglob("*.py"))

LAYERS = [
    {"catalogue", *(path.stem for path in SRC.glob("[a-z]*.py"))},
    {"parameters"},
    {"core"},
    {"books", "formulas", "intake", "letters", "mail"},
    {"build"},
    {"operations"},
    {"cli", "excel", "__main__"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def layer_of(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imported(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_module_imports_only_from_its_layer_or_below(path):
    layer = layer_of(path)
    if layer == "__init__":
        return
    for name in imported(ast.parse(path.read_text("utf-8"))):
        if name.startswith("xlcredit.") and (other := name.split(".")[1]) in RANK:
            assert RANK[other] <= RANK[layer], f"{layer} imports {name}"


def test_every_package_belongs_to_a_layer():
    assert {path.parent.name for path in SRC.glob("*/__init__.py")} <= set(RANK)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_module_has_at_most_500_lines(path):
    assert path.read_text("utf-8").count("\n") <= 500


def bodies():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                yield path, node.name, body[-1].end_lineno - body[0].lineno + 1


def test_functions_are_short():
    sizes = sorted(size for _, _, size in bodies())
    assert sizes[len(sizes) // 2] <= 8
    assert [(path.name, name, size) for path, name, size in bodies() if size > 50] == []


def test_the_clock_is_read_in_one_place():
    readers = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.endswith((".today", ".now", ".utcnow")) and path.name != "dates.py":
                readers.append(f"{path.relative_to(SRC)}: {called}")
    assert readers == []


def test_the_core_knows_no_files_excel_or_wording():
    forbidden = {
        "os",
        "pathlib",
        "xlwings",
        "openpyxl",
        "lxml",
        "fastexcel",
        "xlsxwriter",
        "xlcredit.catalogue",
    }
    for path in (SRC / "core").rglob("*.py"):
        assert not forbidden & set(imported(ast.parse(path.read_text("utf-8")))), path


def test_nothing_uses_what_is_not_free():
    for path in MODULES:
        assert not any("xlwings.pro" in name for name in imported(ast.parse(path.read_text("utf-8"))))
