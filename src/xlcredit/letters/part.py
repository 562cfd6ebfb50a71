"""One part of a template that differs from letter to letter: compiled, with what could be proved of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docxtpl.template import DocxTemplate
from jinja2 import nodes
from lxml import etree

from xlcredit.letters.breaks import finish, is_flat
from xlcredit.letters.structure import has_fixed_columns, outline

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import Template as JinjaTemplate

    from xlcredit.letters.preparation import PartSource
    from xlcredit.letters.sandbox import LetterContext

_DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"


@dataclass(frozen=True)
class Part:
    """A part that differs from letter to letter.

    Attributes:
        source: where it comes from.
        jinja: its compiled form.
        is_balanced: proved well-formed for every letter.
        has_fixed_columns: proved that docxtpl would leave its tables alone.
        is_flat: no paragraph stands in another.
    """

    source: PartSource
    jinja: JinjaTemplate
    is_balanced: bool
    has_fixed_columns: bool
    is_flat: bool

    def render(self, context: LetterContext) -> bytes:
        """The part for one letter.

        Raises:
            etree.XMLSyntaxError: what was rendered is not well-formed.
        """
        xml = finish("".join(self.jinja.root_render_func(context)), is_flat=self.is_flat)
        if not self.has_fixed_columns:
            xml = _mend_tables(self.source, xml)
        data = f"{_DECLARATION}{self.source.head}{xml}{self.source.tail}".encode()
        if not self.is_balanced:
            etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        return data


def compile_part(source: PartSource, environment: Environment) -> tuple[Part, bool]:
    """A part compiled, and whether it carries any tags at all.

    Raises:
        TemplateSyntaxError, RefusedTagError: its tags.
    """
    tree = environment.parse(source.compiled)
    root = outline(tree, source.head, source.tail)
    part = Part(
        source=source,
        jinja=environment.from_string(source.compiled),
        is_balanced=root is not None,
        has_fixed_columns=not source.is_body or (root is not None and has_fixed_columns(root)),
        is_flat=is_flat(source.compiled),
    )
    return part, _has_tags(tree)


def _has_tags(tree: nodes.Template) -> bool:
    return any(
        not isinstance(node, nodes.TemplateData | nodes.Output) for node in tree.iter_child_nodes()
    ) or any(
        not isinstance(child, nodes.TemplateData)
        for node in tree.find_all(nodes.Output)
        for child in node.nodes
    )


def _mend_tables(source: PartSource, xml: str) -> str:
    """What docxtpl does to tables whose number of columns changed with the letter."""
    declarations = source.head[source.head.index("<w:document") + len("<w:document") :].partition(">")[0]
    body = xml.replace("<w:body", f"<w:body{declarations}", 1)
    etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    return str(etree.tostring(_MENDER.fix_tables(body), encoding="unicode"))


_MENDER = DocxTemplate.__new__(DocxTemplate)
"""Only its method is used; it needs no document."""
