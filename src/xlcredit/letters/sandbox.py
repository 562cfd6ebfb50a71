"""The language of templates: show a value, choose, repeat; nothing else.

Jinja in a sandbox, cut down to what a letter needs. A template is a file that anybody may hand in, so what is
allowed is listed (`ALLOWED_NODES`, filters, tests) and everything else is refused when the template is
compiled: calls, assignments, macros, includes, private attributes. Loops are charged before they run
(`MOST_CHARACTERS` a letter), so that no template runs for ever. A misspelt name is an error, never a blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from xlcredit.letters.escaping import clean, put
from xlcredit.letters.filters import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_CHARACTERS = 64_000_000
"""What the loops of one letter may write at most, estimated before they run."""

ALLOWED_NODES: frozenset[type[nodes.Node]] = frozenset((
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Const, nodes.Name,
    nodes.List, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter, nodes.Test, nodes.Keyword,
    nodes.CondExpr, nodes.Tuple, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg,
    nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Mod, nodes.Concat,
))  # fmt: skip
ALLOWED_TESTS = (
    "defined", "undefined", "none", "number", "string", "even", "odd", "eq", "ne", "lt", "le", "gt", "ge",
    "in", "equalto",
)  # fmt: skip

_COUNTED = "xlcredit_counted"
_VALUE_CHARACTERS = 200


class LoopTooLongError(SecurityError):
    """The loops of a letter would write more than `MOST_CHARACTERS`."""


class MissingVariable(StrictUndefined):
    """An undefined value whose error says just the name."""

    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class LetterContext(Context):
    """The values of one letter, with what its loops have been charged so far."""

    characters = 0


@pass_context
def count_loop(context: LetterContext, iterable: Iterable[Any], body_characters: int) -> Sequence[Any]:
    """The rows to repeat, charged to the letter before the first one is written."""
    rows = iterable if isinstance(iterable, (list, tuple)) else list(iterable)
    context.characters += len(rows) * body_characters
    if context.characters > MOST_CHARACTERS:
        raise LoopTooLongError
    return rows


class LetterEnvironment(SandboxedEnvironment):
    """The environment that docxtpl renders with."""

    intercepted_binops = frozenset({"*", "%"})
    context_class = LetterContext

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=MissingVariable, finalize=clean, cache_size=0)
        self.globals.clear()
        self.filters = dict(FILTERS)
        self.tests = {name: test for name, test in self.tests.items() if name in ALLOWED_TESTS}

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401
        """`row.number`: the key of a mapping, never one of its methods."""
        if type(obj) is dict:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Mapping):
            return self.getitem(obj, attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
        """`row["number"]` and `rows[0]`: an item, never an attribute."""
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Multiplication and remainder are for numbers: with a text they would fill the memory."""
        if isinstance(left, (str, list, tuple)) or isinstance(right, (str, list, tuple)):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)

    def parse_any(self, source: str) -> nodes.Template:
        """A template parsed without refusing anything: for `check`, which names all that is refused."""
        return super()._parse(source, None, None)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for refused in find_refused(tree):
            raise RefusedTagError(*refused)
        return tree

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401
        charge_loops(source)
        self.filters[_COUNTED] = count_loop
        return super()._generate(source, *args, **kwargs)


class PuttingGenerator(CodeGenerator):
    """Code in which one call puts a value, instead of one that finalizes and one that escapes."""

    def _output_child_pre(self, *_: Any) -> None:  # noqa: ANN401
        self.write("environment.put(")

    def _output_child_post(self, *_: Any) -> None:  # noqa: ANN401
        self.write(")")


class CompilingEnvironment(LetterEnvironment):
    """The same language, where templates are compiled once and docxtpl does not render."""

    code_generator_class = PuttingGenerator
    put = staticmethod(put)

    def __init__(self) -> None:
        super().__init__()
        self.finalize = None


class RefusedTagError(SecurityError):
    """A tag outside the language of templates: what it is, and its line in the source."""

    def __init__(self, what: str, line: int) -> None:
        self.what = what
        self.lineno = line
        super().__init__(what)


def find_refused(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """What in a parsed template is outside its language, with the line of each."""
    for node in _walk(tree):
        what = _refusal(node)
        if what:
            yield what, node.lineno


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _refusal(node: nodes.Node) -> str:
    """The word by which a node is refused, or a blank."""
    if type(node) not in ALLOWED_NODES:
        return type(node).__name__.lower()
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return node.attr
    if isinstance(node, nodes.Name) and node.name.startswith("_"):
        return node.name
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return f"|{node.name}"
    if isinstance(node, nodes.Test) and node.name not in ALLOWED_TESTS:
        return f"is {node.name}"
    return "recursive" if isinstance(node, nodes.For) and node.recursive else ""


def charge_loops(tree: nodes.Template) -> None:
    """Each loop is to announce how many times it will write how much."""
    for loop in list(tree.find_all(nodes.For)):
        body = nodes.Const(_characters(loop))
        loop.iter = nodes.Filter(loop.iter, _COUNTED, [body], [], None, None, lineno=loop.lineno)


def _characters(loop: nodes.For) -> int:
    """About what one turn of a loop writes, inner loops not counted: they are charged on their own."""
    data = sum(len(part.data) for node in loop.body for part in _own_data(node))
    return data + _VALUE_CHARACTERS


def _own_data(node: nodes.Node) -> Iterator[nodes.TemplateData]:
    if isinstance(node, nodes.TemplateData):
        yield node
    elif not isinstance(node, nodes.For):
        for child in node.iter_child_nodes():
            yield from _own_data(child)
