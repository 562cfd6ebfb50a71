"""A compiled template writes what docxtpl writes, and refuses what a letter's template has no business with."""

import io
import os
import random
import time
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx_files import (
    PIXEL,
    TYPES,
    R,
    W,
    canonical,
    cell,
    docx_parts,
    paragraph,
    picture,
    read_parts,
    relationships,
    row,
    run,
    table,
    words,
    write_docx,
    write_parts,
)
from docxtpl import DocxTemplate, InlineImage, Listing, RichText
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from xlcredit.letters import errors
from xlcredit.letters.errors import LetterError
from xlcredit.letters.sandbox import LetterEnvironment
from xlcredit.letters.template import compile_template
from xlcredit.letters.vocabulary import load_vocabulary

HEADER_ROW = row("Numero", "Scadenza", "Residuo")
ROWS = (
    row("{%tr for r in rows %}", "", ""),
    row("{{ r.number }}", "{{ r.due }}", "{{ r.open }}"),
    row("{%tr endfor %}", "", ""),
)
LETTER = (
    paragraph("Spett.le {{ customer.name }}")
    + "<w:p><w:r><w:t>{{</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t> customer.</w:t></w:r><w:r><w:t>address }}</w:t></w:r></w:p>"
    + paragraph("{%p if previous %}")
    + paragraph(
        "Seguito delle lettere: {% for p in previous %}{{ p }}{% if not loop.last %}; {% endif %}{% endfor %}."
    )
    + paragraph("{%p else %}")
    + paragraph("Prima lettera.")
    + paragraph("{%p endif %}")
    + table(HEADER_ROW, *ROWS, columns=3)
    + paragraph(
        "Totale {{ total|upper }}, grazie ", "{%r if customer.vip %}", "di cuore", "{%r endif %}", "."
    )
    + f'<w:p><w:pPr><w:jc w:val="right"/></w:pPr>{run("{{ signatory }}", "<w:rPr><w:i/></w:rPr>")}</w:p>'
)


def context(**changes):
    values = {
        "customer": {"name": "Rossi & Figli <S.r.l.>", "address": "Via Roma 1\n50100 Firenze", "vip": True},
        "previous": ["01/10/2026", "11/10/2026"],
        "rows": [{"number": f"{i}/A", "due": "30/09/2026", "open": f"{i}.234,56"} for i in range(5)],
        "total": "1.234,56\u00a0€",
        "signatory": "L. D'Àmico",
    }
    return values | changes


def with_docxtpl(path, values):
    document, stream = DocxTemplate(path), io.BytesIO()
    document.render(values, LetterEnvironment())
    document.save(stream)
    return read_parts(stream.getvalue())


def assert_same_as_docxtpl(path, values):
    ours, theirs = read_parts(compile_template(path).render(values)), with_docxtpl(path, values)
    assert set(ours) == set(theirs)
    for name in set(ours) - {"docProps/core.xml"}:
        if name.endswith((".xml", ".rels")):
            assert canonical(ours[name]) == canonical(theirs[name]), name
        else:
            assert ours[name] == theirs[name], name
    return ours


@pytest.fixture
def letter(tmp_path):
    return write_docx(
        tmp_path / "lettera.docx",
        LETTER,
        header=paragraph("{{ signatory }} - {{ customer.name }}"),
        footer=paragraph("Lettera a {{ customer.name }}"),
        title="Sollecito a {{ customer.name }}",
    )


@pytest.fixture(scope="module")
def shared_letter(tmp_path_factory):
    path = tmp_path_factory.mktemp("letter") / "lettera.docx"
    return write_docx(
        path, LETTER, header=paragraph("{{ customer.name }}"), footer=paragraph("{{ customer.address }}")
    )


# What docxtpl writes

ANY_TEXT = st.text(max_size=40) | st.text(
    alphabet="&<>\"'{}_%#\n\r\t\x00\x07\x0c\x1b\x7f\ufffe\ue000 aà€", max_size=12
)


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "customer": st.fixed_dictionaries({"name": ANY_TEXT, "address": ANY_TEXT, "vip": st.booleans()}),
            "previous": st.lists(ANY_TEXT, max_size=3),
            "rows": st.lists(
                st.fixed_dictionaries({"number": ANY_TEXT, "due": ANY_TEXT, "open": ANY_TEXT}), max_size=3
            ),
            "total": ANY_TEXT,
            "signatory": ANY_TEXT,
        }
    )
)
def test_letter_equals_docxtpl_for_any_values(shared_letter, values):
    assert_same_as_docxtpl(shared_letter, values)


def test_letter_equals_docxtpl_for_very_long_values_and_many_rows(letter):
    rows = [{"number": "9" * 500, "due": "x " * 300, "open": "&" * 200} for _ in range(300)]
    assert_same_as_docxtpl(letter, context(rows=rows, total="è" * 20_000))


@pytest.mark.parametrize("name", ["bool", "int", "float", "none", "date"])
def test_letter_equals_docxtpl_for_values_that_are_no_text(letter, name):
    value = {"bool": True, "int": 12, "float": 1.5, "none": None, "date": date(2026, 11, 21)}[name]
    assert_same_as_docxtpl(letter, context(total="x", signatory=value))


FEATURES = {
    "quotes made typographic": paragraph(
        "{% if total == “x” or signatory == ‘L. D’ %}sì{% else %}no{% endif %}"
    ),
    "comparison escaped by Word": paragraph("{% if rows|length &gt; 2 %}molte{% else %}poche{% endif %}"),
    "merged with the paragraph before": paragraph("Prima")
    + paragraph("{%- if previous %} dopo{% endif -%}")
    + paragraph(" e poi"),
    "comment": paragraph("{# nota per chi modifica #}Testo") + paragraph("{#p tutto il paragrafo #}"),
    "cells repeated": table(row("{%tc for p in previous %}", "{{ p }}", "{%tc endfor %}"), columns=3),
    "columns span": table(
        f"<w:tr>{cell('{% colspan 2 %}{{ total }}')}{cell('b')}</w:tr>", row("1", "2", "3"), columns=3
    ),
    "cell background": table(f"<w:tr>{cell('{% cellbg signatory %}{{ total }}')}</w:tr>", columns=1),
    "vertical merge": table(
        row("a", "b", "c"), ROWS[0], row("{% vm %}{{ r.number }}", "{{ r.due }}", "x"), ROWS[2], columns=3
    ),
    "horizontal merge": table(
        "<w:tr>"
        + cell("{%tc for p in previous %}")
        + cell("{% hm %}{{ p }}")
        + cell("{%tc endfor %}")
        + "</w:tr>",
        columns=2,
    ),
    "rows without a header": table(*ROWS, columns=3),
    "header shorter than the grid": table(row("a"), *ROWS, columns=3),
    "table in a cell": table(
        f"<w:tr>{cell('a')}<w:tc>{table(row('b'), columns=1)}{paragraph('')}</w:tc></w:tr>", columns=2
    ),
    "table only if": paragraph("{%p if previous %}")
    + table(row("a", "b"), columns=2)
    + paragraph("{%p endif %}"),
    "escaped braces": paragraph("{_{ non un segnaposto }_} {_% nemmeno %_}{{ total }}"),
    "attribute from a value": f'<w:p><w:pPr><w:jc w:val="{{% if previous %}}right{{% else %}}left{{% endif %}}"/></w:pPr>{run("{{ total }}")}</w:p>',
    "drawings numbered": f"<w:p>{picture('logo', number=7)}</w:p>{paragraph('{%p for r in rows %}')}<w:p>{picture('logo', number=7)}</w:p>{paragraph('{%p endfor %}')}",
    "text box": f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('{{ customer.address }}')}</w:txbxContent></w:pict></w:r>{run('{{ total }}')}</w:p>",
    "tab and line end in the text": paragraph("a\tb\nc {{ customer.address }}"),
    "nested loops": paragraph("{%p for r in rows %}")
    + paragraph("{% for p in previous %}{{ r.number }}{{ p }}{% endfor %}")
    + paragraph("{%p endfor %}"),
    "raw": paragraph("{% raw %}{{ non un valore }}{% endraw %}"),
    "no tags": paragraph("Nessun segnaposto"),
    "paragraph that closes itself": '<w:p w:rsidR="00AA"/>' + paragraph("{{ customer.address }}"),
}


@pytest.mark.parametrize("name", FEATURES)
@pytest.mark.parametrize(
    "changes",
    [{}, {"rows": [], "previous": []}, {"previous": ["a\tb\nc"], "total": "x\ny"}],
    ids=["full", "empty", "breaks"],
)
def test_feature_equals_docxtpl(tmp_path, name, changes):
    links = [("rId9", "image", "media/image1.png", False)]
    path = write_docx(
        tmp_path / "t.docx",
        FEATURES[name] + paragraph("fine"),
        links=links,
        parts={"word/media/image1.png": PIXEL},
    )
    assert_same_as_docxtpl(path, context(**changes))


@pytest.mark.parametrize(
    "value",
    [
        Listing("prima riga\nseconda\a nuovo paragrafo\fnuova pagina\tdopo il tab & < \x01"),
        RichText("grassetto & corsivo", bold=True, italic=True),
    ],
)
def test_docxtpl_values_equal_docxtpl(tmp_path, value):
    body = paragraph("{{ text }}") if isinstance(value, Listing) else paragraph("{{r text }}")
    assert_same_as_docxtpl(write_docx(tmp_path / "t.docx", body + paragraph("fine")), {"text": value})


def test_footnotes_equal_docxtpl(tmp_path):
    path = write_docx(
        tmp_path / "t.docx",
        paragraph("{{ total }}"),
        footnotes=f'<w:footnote w:id="1">{paragraph("{{ customer.name }}")}</w:footnote>',
    )
    ours = assert_same_as_docxtpl(path, context())
    assert b"Rossi &amp; Figli" in ours["word/footnotes.xml"]


def test_footnote_values_are_not_rendered_again_in_a_second_section(tmp_path):
    body = f"<w:p><w:pPr><w:sectPr/></w:pPr>{run('{{ total }}')}</w:p>" + paragraph("fine")
    path = write_docx(
        tmp_path / "t.docx",
        body,
        footnotes=f'<w:footnote w:id="1">{paragraph("{{ customer.name }}")}</w:footnote>',
    )
    name = "{{ total }}"
    parts = read_parts(compile_template(path).render(context(customer={"name": name})))
    assert name.encode() in parts["word/footnotes.xml"]


def test_inline_image_goes_through_docxtpl(tmp_path):
    path = write_docx(tmp_path / "t.docx", paragraph("{{ logo }}{{ total }}"))
    document = DocxTemplate(path)
    parts = read_parts(
        compile_template(path).render({"logo": InlineImage(document, io.BytesIO(PIXEL)), "total": "12 & 3"})
    )
    assert parts["word/media/image1.png"] == PIXEL
    assert b"12 &amp; 3" in parts["word/document.xml"]


TEMPLATES = sorted((Path(__file__).parents[2] / "letter_templates").rglob("*.docx"))
HARD = ["Rossi & Figli", "a\nb", "", "<b>", "1.234,56\u00a0€", "x" * 400, "{{ x }}", "\x01\t'\"", "città"]


def any_values(node, chance):
    if isinstance(node, dict):
        return {key: any_values(child, chance) for key, child in node.items()}
    if isinstance(node, list):
        return [any_values(node[0], chance) for _ in range(chance.choice([0, 1, 5]))]
    values = {"text": HARD, "flag": [True, False], "list": [[], ["Copia & c."], ["a", "b\nc"]]}
    return chance.choice(values[node])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_shipped_template_is_compiled_without_reserve_and_equals_docxtpl(path):
    template, chance = compile_template(path), random.Random(path.stem)
    for part in template._parts:
        assert (part.is_balanced, part.has_fixed_columns, part.is_flat) == (True, True, True)
    for _ in range(6):
        values = {name: any_values(node, chance) for name, node in load_vocabulary().tree.items()}
        values["payment"]["qr"] = "BCD\n002\n1\nSCT\n\nx\nIT60X0542811101000000123456\nEUR1.00\n\n\nx"
        values["letter"]["interest"] = chance.choice(["no", "reserve", "amounts"])
        ours, theirs = read_parts(template.render(values)), with_docxtpl(path, values)
        for name in set(ours) - {"docProps/core.xml", "word/_rels/document.xml.rels"}:
            if name.endswith((".xml", ".rels")):
                assert canonical(ours[name]) == canonical(theirs[name]), name


# Values


def test_ampersand_and_quotes_reach_the_letter(letter):
    text = words(compile_template(letter).render(context()))
    assert text[0] == "Spett.le Rossi & Figli <S.r.l.>"
    assert text[-1] == "L. D'Àmico"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\x00b\x08c\x1fd", "abcd"),
        ("\ufffea\uffff", "a"),
        ("\ud800a", "a"),
        ("a\x7fb", "ab"),
        ("a\x0cb\x07c", "abc"),
        ("“à” €\u00a01\u202f2", "“à” €\u00a01\u202f2"),
        ("\U0001f600", "\U0001f600"),
        ("{{ total }}", "{{ total }}"),
    ],
)
def test_characters_that_xml_cannot_hold_are_dropped(letter, value, shown):
    assert words(compile_template(letter).render(context(signatory=value)))[-1] == shown


@pytest.mark.parametrize(
    ("value", "breaks"), [("a\nb", 1), ("a\r\nb", 1), ("a\rb", 1), ("a\n\nb", 2), ("a", 0)]
)
def test_line_ends_become_line_breaks(letter, value, breaks):
    body = etree.fromstring(
        read_parts(compile_template(letter).render(context(signatory=value)))["word/document.xml"]
    )
    last = body.findall(f".//{{{W}}}p")[-1]
    assert len(last.findall(f".//{{{W}}}br")) == breaks


def test_missing_name_says_which_and_where(tmp_path):
    template = compile_template(
        write_docx(tmp_path / "t.docx", paragraph("Ciao") + paragraph("Pagare {{ totals.totael }} subito"))
    )
    with pytest.raises(errors.LetterVariableMissingError) as caught:
        template.render({"totals": {"total": "1"}})
    assert caught.value.facts["variable"] == "totael"
    assert caught.value.facts["paragraph"] == "Pagare {{ totals.totael }} subito"
    assert "totael" in str(caught.value)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ rows.number }}",
        "{{ rows[7].number }}",
        '{{ customer["nome"] }}',
        "{{ customer.name.nome }}",
        "{{ nessuno.a.b }}",
    ],
)
def test_no_missing_name_prints_a_blank(tmp_path, tag):
    template = compile_template(write_docx(tmp_path / "t.docx", paragraph(tag)))
    with pytest.raises(errors.LetterVariableMissingError):
        template.render(context())


# Package


def test_same_values_give_the_same_bytes(letter):
    first = compile_template(letter).render(context())
    assert compile_template(letter).render(context()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"


def test_properties_are_of_the_letter_and_name_no_machine(letter):
    template = compile_template(letter)
    core = read_parts(template.render(context(letter={"created": date(2026, 11, 21)})))["docProps/core.xml"]
    assert b"Sollecito a Rossi &amp; Figli &lt;S.r.l.&gt;" in core
    assert b"2026-11-21T00:00:00Z" in core
    assert b"2020-01-01" not in core
    assert b"PC-ROSSI" not in core
    assert b"2020-01-01T00:00:00Z" in read_parts(template.render(context()))["docProps/core.xml"]


def test_template_without_properties_gets_none_of_today(tmp_path):
    parts = docx_parts(paragraph("{{ total }}"))
    del parts["docProps/core.xml"]
    parts["_rels/.rels"] = (
        parts["_rels/.rels"]
        .replace('Target="docProps/core.xml"', 'Target="word/document.xml"')
        .replace(
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "urn:x"
        )
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("/docProps/core.xml", "/x.xml")
    core = read_parts(compile_template(write_parts(tmp_path / "t.docx", parts)).render(context()))[
        "docProps/core.xml"
    ]
    assert b"1980-01-01T00:00:00Z" in core
    assert b"python-docx" not in core


def test_a_changed_file_is_compiled_again(tmp_path):
    path = write_docx(tmp_path / "t.docx", paragraph("uno {{ total }}"))
    first = compile_template(path)
    assert compile_template(path) is first
    write_docx(path, paragraph("due {{ total }}"))
    os.utime(path, ns=(1, 1))
    assert words(compile_template(path).render(context()))[0] == "due 1.234,56\u00a0€"


def test_variables_are_the_top_names(letter):
    assert compile_template(letter).variables == {"customer", "previous", "rows", "total", "signatory"}


def test_memory_stays_flat(letter):
    template = compile_template(letter)
    template.render(context())
    tracemalloc.start()
    for number in range(500):
        template.render(context(total=str(number)))
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 200_000


# Payment code

CODE = "BCD\n002\n1\nSCT\n\nFerramenta\nIT60X0542811101000000123456\nEUR12.30\n\n\nS1"


def template_with_code(path, mark='name="xlcredit:qr"', body=""):
    drawing = picture("segnaposto").replace('name="segnaposto"', mark, 1)
    links = [("rId9", "image", "media/image1.png", False), ("rId8", "image", "media/image2.png", False)]
    content = (
        f"{body}<w:p>{run('Paghi con')}{drawing}{run('grazie')}</w:p><w:p>{picture('logo', 'rId8', 8)}</w:p>"
    )
    parts = {"word/media/image1.png": PIXEL, "word/media/image2.png": PIXEL + b"logo"}
    return write_docx(path, content, links=links, parts=parts)


@pytest.mark.parametrize(
    "mark",
    ['name="xlcredit:qr"', 'name="Immagine 1" descr="xlcredit:qr"', 'title="xlcredit:qr" name="Immagine 1"'],
)
def test_payment_code_takes_the_place_of_the_marked_picture(tmp_path, mark):
    path = template_with_code(tmp_path / "t.docx", mark)
    parts = read_parts(compile_template(path).render(context(payment={"qr": CODE})))
    expected = with_docxtpl(path, context())
    assert parts["word/media/image1.png"] != PIXEL
    assert parts["word/media/image1.png"].startswith(b"\x89PNG")
    assert parts["word/media/image2.png"] == PIXEL + b"logo"
    for name in ("word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"):
        assert canonical(parts[name]) == canonical(expected[name])


@pytest.mark.parametrize("payment", [{"qr": ""}, {"qr": None}, {}, None])
def test_without_payment_code_nothing_of_its_picture_is_left(tmp_path, payment):
    template = compile_template(template_with_code(tmp_path / "t.docx"))
    values = context() if payment is None else context(payment=payment)
    parts = read_parts(template.render(values))
    assert "word/media/image1.png" not in parts
    assert b"rId9" not in parts["word/_rels/document.xml.rels"]
    body = parts["word/document.xml"]
    assert b"rId9" not in body
    assert b"xlcredit" not in body
    assert body.count(b"<w:drawing>") == 1
    assert b'<wp:docPr id="1001"' in body
    assert words(template.render(values))[0] == "Paghi congrazie"


def test_payment_code_left_out_by_a_condition_leaves_nothing(tmp_path):
    links = [("rId9", "image", "media/image1.png", False)]
    body = (
        paragraph("{%p if total %}")
        + f"<w:p>{picture('xlcredit:qr')}</w:p>"
        + paragraph("{%p endif %}")
        + paragraph("fine")
    )
    template = compile_template(
        write_docx(tmp_path / "t.docx", body, links=links, parts={"word/media/image1.png": PIXEL})
    )
    parts = read_parts(template.render(context(total="", payment={"qr": CODE})))
    assert "word/media/image1.png" not in parts
    assert b"rId9" not in parts["word/_rels/document.xml.rels"]
    assert "word/media/image1.png" in read_parts(template.render(context(payment={"qr": CODE})))


def test_payment_code_within_a_condition(tmp_path):
    path = template_with_code(tmp_path / "t.docx", body=paragraph("{% if payment.qr %}codice{% endif %}"))
    template = compile_template(path)
    assert words(template.render(context(payment={"qr": CODE})))[0] == "codice"
    assert words(template.render(context(payment={"qr": ""})))[0] == ""


# Structure


def test_branches_that_only_fit_together_are_checked_letter_by_letter(tmp_path):
    body = f"<w:p>{run('a {% if open %}')}</w:p><w:p>{run('b {% endif %}')}</w:p>{paragraph('fine')}"
    template = compile_template(write_docx(tmp_path / "t.docx", body))
    assert words(template.render({"open": True})) == ["a ", "b ", "fine"]
    assert words(template.render({"open": False})) == ["a ", "fine"]


def test_branch_that_leaves_a_paragraph_open_is_an_error_not_a_letter(tmp_path):
    body = paragraph("{%p if open %}") + f"<w:p>{run('b {% endif %}')}</w:p>"
    template = compile_template(write_docx(tmp_path / "t.docx", body))
    with pytest.raises(errors.LetterMalformedError) as caught:
        template.render({"open": False})
    assert caught.value.facts["part"] == "word/document.xml"


def test_attribute_cut_by_a_branch_is_checked_letter_by_letter(tmp_path):
    body = f'<w:p><w:pPr><w:jc w:val="left{{% if open %}}&quot; w:x=&quot;{{% endif %}}"/></w:pPr>{run("{{ total }}")}</w:p>'
    template = compile_template(write_docx(tmp_path / "t.docx", body))
    for is_open in (True, False):
        etree.fromstring(read_parts(template.render({"open": is_open, "total": "x"}))["word/document.xml"])


class Broken:
    def __html__(self):
        return "</w:t></w:r>"


def test_markup_that_closes_what_it_did_not_open_is_refused(letter):
    with pytest.raises(errors.TemplateUnsafeError):
        compile_template(letter).render(context(signatory=Broken()))


# Hostile templates

PAYLOADS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    '{{ ""["__class__"] }}',
    "{{ customer|attr('__class__') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].system('id') }}",
    "{{ range(999999999)|list }}",
    "{{ customer.name.format(customer) }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ customer.items() }}",
    "{{ rows.append(1) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'x' import y %}",
    "{% extends '/etc/passwd' %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% set a = 'x' * 1000000000 %}",
    "{% for a in rows recursive %}{{ loop(rows) }}{% endfor %}",
    "{{ 'x' * 1000000000000 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ [1] * 1000000000000 }}",
    "{{ 9 ** 9 ** 9 ** 9 }}",
    "{{ 'x'|center(1000000000) }}",
    "{{ many|join(many|join(many|join(many|join('x' ~ total)))) }}",
    "{% for r in rows %}" * 30 + "x" + "{% endfor %}" * 30,
    "{{ " + "(" * 900 + "1" + ")" * 900 + " }}",
    "{{ " + "x" * 3000 + " }}",
    "{{ customer|tojson|safe }}",
    "{{ namespace(a=1).a }}",
    "{% filter upper %}x{% endfilter %}",
    "{% call rows() %}{% endcall %}",
    "{% do rows.pop() %}",
    "{% block x %}{% endblock %}",
    "{{ _private }}",
    "{{ xlcredit_created|xlcredit_counted(1) }}",
    "{{ dict }}",
    "{{ joiner }}",
    "{{ customer.__class__ is defined }}",
]


@pytest.mark.parametrize("tag", PAYLOADS)
@pytest.mark.parametrize("place", ["body", "header", "title", "footnote"])
def test_hostile_tag_is_refused_wherever_it_stands(tmp_path, tag, place):
    where = {
        "body": {"body": paragraph(tag)},
        "header": {"body": paragraph("x"), "header": paragraph(tag)},
        "title": {"body": paragraph("x"), "title": tag},
        "footnote": {
            "body": paragraph("x"),
            "footnotes": f'<w:footnote w:id="1">{paragraph(tag)}</w:footnote>',
        },
    }[place]
    path = write_docx(tmp_path / "t.docx", **where)
    with pytest.raises(LetterError) as caught:
        compile_template(path).render(context(many=["x" * 50] * 200))
    assert isinstance(
        caught.value,
        errors.TemplateUnsafeError | errors.TemplateBrokenError | errors.LetterVariableMissingError,
    )


def test_docxtpl_fallback_is_in_the_same_sandbox(tmp_path):
    path = write_docx(tmp_path / "t.docx", paragraph("{{ logo }}{{ customer.name }}"))
    document = DocxTemplate(write_docx(tmp_path / "evil.docx", paragraph("{{ ''.__class__ }}")))
    with pytest.raises(LetterError):
        compile_template(path).render(context(logo=InlineImage(document, io.BytesIO(PIXEL))))


@pytest.mark.parametrize(
    "text",
    [
        "{{ " * 100_000,
        "}}" * 1000 + "{{ " * 100_000,
        "{% colspan " + " " * 1_000_000 + "x",
        "{{ a }}" + "{% " * 50_000,
        "{{ {{ a }}",
        "{% if {{ a }} %}",
    ],
)
def test_open_tags_are_refused_before_they_keep_anybody_busy(tmp_path, text):
    path, start = write_docx(tmp_path / "t.docx", paragraph("Prima") + paragraph(text)), time.monotonic()
    with pytest.raises(errors.TemplateBrokenError):
        compile_template(path)
    assert time.monotonic() - start < 20


def test_a_function_among_the_values_is_not_shown(letter):
    with pytest.raises(errors.TemplateUnsafeError):
        compile_template(letter).render(context(signatory=os.getcwd))


def test_loops_within_loops_are_stopped_before_they_run(tmp_path):
    depth = 6
    body = paragraph("{% for a in rows %}" * depth + "x" + "{% endfor %}" * depth)
    template = compile_template(write_docx(tmp_path / "t.docx", body))
    with pytest.raises(errors.LetterTooLongError):
        template.render({"rows": list(range(1000))})


def test_a_statement_of_five_thousand_rows_is_no_endless_loop(letter):
    rows = [{"number": "1", "due": "2", "open": "3"}] * 5000
    assert len(words(compile_template(letter).render(context(rows=rows)))) > 15_000


def external(kind, target):
    return {"links": [("rId7", kind, target, True)]}


@pytest.mark.parametrize(
    "options",
    [
        external("attachedTemplate", "http://evil.example/x.dotm"),
        external("attachedTemplate", "file://server/share/x.dotm"),
        external("attachedTemplate", "\\\\server\\share\\x.dotm"),
        external("image", "http://evil.example/track.png"),
        external("image", "file://server/share/x.png"),
        external("oleObject", "file:///C:/x.xlsx"),
        external("hyperlink", "file:///C:/windows/system32/calc.exe"),
        external("frame", "http://evil.example"),
        {"links": [("rId7", "aFChunk", "chunk.html", False)]},
        {"parts": {"word/vbaProject.bin": b"x"}},
        {"parts": {"word/embeddings/oleObject1.bin": b"x"}},
        {"parts": {"word/activeX/activeX1.xml": b"<x/>"}},
    ],
    ids=str,
)
def test_template_that_fetches_or_runs_something_is_refused(tmp_path, options):
    with pytest.raises(errors.TemplateRefusedError):
        compile_template(write_docx(tmp_path / "t.docx", paragraph("x"), **options))


@pytest.mark.parametrize(
    "target", ["file:///C:\\Users\\anna.rossi\\Modelli\\Carta.dotx", "C:/Modelli/Carta.dotx"]
)
def test_the_template_on_a_clerks_own_disk_is_forgotten(tmp_path, target):
    settings = f'<w:settings xmlns:w="{W}" xmlns:r="{R}"><w:zoom w:percent="100"/><w:attachedTemplate r:id="rId1"/></w:settings>'
    parts = docx_parts(
        paragraph("{{ total }}"),
        links=[("rId5", "settings", "settings.xml", False)],
        parts={
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": relationships(
                ("rId1", f"{R}/attachedTemplate", target, ' TargetMode="External"')
            ),
        },
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/word/settings.xml" ContentType="{TYPES}.settings+xml"/></Types>'
    )
    letter = read_parts(compile_template(write_parts(tmp_path / "t.docx", parts)).render(context()))
    assert b"zoom" in letter["word/settings.xml"]
    assert not any(b"attachedTemplate" in data or b"Carta.dotx" in data for data in letter.values())


@pytest.mark.parametrize("link", ["https://www.example.it", "mailto:a@example.it"])
def test_plain_hyperlinks_are_welcome(tmp_path, link):
    compile_template(write_docx(tmp_path / "t.docx", paragraph("x"), **external("hyperlink", link)))


def field(*pieces):
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


@pytest.mark.parametrize(
    "body",
    [
        field(' INCLUDETEXT "c:\\\\passwd" '),
        field(" INCLUDE", "PICTURE http://x "),
        field(" DDEAUTO c:\\\\cmd.exe "),
        field(" dde x y "),
        field(" LINK Excel.Sheet x "),
        f'<w:p><w:fldSimple w:instr=" INCLUDETEXT x ">{run("a")}</w:fldSimple></w:p>',
        field(" PAGE ") + field(" IMPORT x "),
    ],
)
def test_fields_that_include_other_files_are_refused(tmp_path, body):
    with pytest.raises(errors.TemplateRefusedError):
        compile_template(write_docx(tmp_path / "t.docx", body))


def test_page_fields_are_welcome(tmp_path):
    compile_template(write_docx(tmp_path / "t.docx", field(" PAGE ") + field(" NUMPAGES ") + field(" DATE ")))


# Damaged files


def test_missing_template(tmp_path):
    with pytest.raises(errors.TemplateMissingError):
        compile_template(tmp_path / "nessuno.docx")


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"{\\rtf1 ciao}", b"\xd0\xcf\x11\xe0 doc"])
def test_file_that_is_no_docx(tmp_path, data):
    (tmp_path / "t.docx").write_bytes(data)
    with pytest.raises(errors.TemplateUnreadableError):
        compile_template(tmp_path / "t.docx")


def test_zip_that_is_no_word_document(tmp_path):
    with pytest.raises(errors.TemplateUnreadableError):
        compile_template(write_parts(tmp_path / "t.docx", {"a.txt": "x"}))


def test_folder_in_place_of_a_template(tmp_path):
    with pytest.raises(errors.TemplateUnreadableError):
        compile_template(tmp_path)


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = write_docx(
        tmp_path / "t.docx", paragraph("x"), parts={"word/media/image1.png": bytes(80 * 1024 * 1024)}
    )
    assert path.stat().st_size < 200_000
    with pytest.raises(errors.TemplateTooLargeError):
        compile_template(path)


def test_zip_that_understates_its_size_is_refused(tmp_path):
    path = write_docx(tmp_path / "t.docx", paragraph("x"), parts={"word/media/image1.png": bytes(1_000_000)})
    real, false = (1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(real, false))
    with pytest.raises(LetterError):
        compile_template(path)


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE x [<!ENTITY a "b">]>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">']
)
def test_document_types_are_refused(tmp_path, text):
    parts = docx_parts(paragraph("x"))
    parts["word/document.xml"] = text + parts["word/document.xml"]
    with pytest.raises(errors.TemplateRefusedError):
        compile_template(write_parts(tmp_path / "t.docx", parts))


@pytest.mark.parametrize(
    "tag",
    [
        "{% if a %}",
        "{% endfor %}",
        "{{ a b }}",
        "{{ «a» }}",
        "{%– if a %}",
        "{% sé a %}",
        "{{ a",
        "{{ a|nessuno }}",
    ],
)
def test_broken_tag_is_a_named_error_with_its_paragraph(tmp_path, tag):
    with pytest.raises(LetterError) as caught:
        compile_template(
            write_docx(tmp_path / "t.docx", paragraph("Prima") + paragraph(f"Ecco {tag}") + paragraph("Dopo"))
        )
    assert caught.value.code in ("letter-template-broken", "letter-template-unsafe")


def test_mutated_templates_give_letters_or_named_errors(tmp_path, letter):
    original, chance = letter.read_bytes(), random.Random(7)
    path, said = tmp_path / "mutated.docx", set()
    for _ in range(300):
        data = bytearray(original)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(len(data))] if chance.random() < 0.2 else data)
        try:
            compile_template(path).render(context())
        except LetterError as error:
            said.add(str(error))
    assert len(said) > 1


def test_mutated_parts_give_letters_or_named_errors(tmp_path):
    chance, path, said = random.Random(11), tmp_path / "mutated.docx", set()
    clean = docx_parts(LETTER, header=paragraph("{{ customer.name }}"))
    for _ in range(300):
        parts = dict(clean)
        name = chance.choice(list(parts))
        text = list(parts[name])
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text))
            text[place : place + chance.randint(0, 9)] = chance.choice(
                ["", "<", ">", "&", "{{", "%}", "w:p", '"', "\x00", "é"]
            )
        parts[name] = "".join(text)
        try:
            compile_template(write_parts(path, parts)).render(context())
        except LetterError as error:
            said.add(str(error))
    assert len(said) > 1
