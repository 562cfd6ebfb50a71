"""Tables that take over the looks of their style: which, what, and that nothing else changes."""

import pytest
from docx_files import W, paragraph
from lxml import etree

from xlcredit.letters.plain_tables import TableStyles

BORDERS = '<w:tblBorders><w:top w:val="single" w:sz="6"/><w:insideH w:val="single" w:sz="4"/></w:tblBorders>'
MARGINS = '<w:tblCellMar><w:left w:w="57" w:type="dxa"/></w:tblCellMar>'
FIRST = (
    '<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="F2F4F7"/></w:tcPr></w:tblStylePr>'
)
LOOK = '<w:tblLook w:val="04A0"/>'


def style(name, inner, base=""):
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return f'<w:style w:type="table" w:styleId="{name}"><w:name w:val="{name}"/>{based}{inner}</w:style>'


BASE = style("Base", f"<w:tblPr>{MARGINS}</w:tblPr>")
LINES = style("Lines", f"<w:tblPr>{BORDERS}</w:tblPr>{FIRST}", "Base")


def table(properties, rows=2, cell="<w:tcPr><w:tcW w:w='9'/></w:tcPr>"):
    line = f"<w:tr><w:tc>{cell}{paragraph('x')}</w:tc></w:tr>"
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid/>{line * rows}</w:tbl>"


def styled(name, look=LOOK):
    return table(f'<w:tblStyle w:val="{name}"/><w:tblW w:w="9638"/>{look}')


def made_plain(body, *styles):
    root = etree.fromstring(f'<w:body xmlns:w="{W}">{body}</w:body>')
    sheet = f'<w:styles xmlns:w="{W}">{"".join(styles)}</w:styles>' if styles else ""
    TableStyles(sheet.encode()).make_plain(root)
    return root


def names(element):
    return [child.tag.split("}")[1] for child in element]


def is_unchanged(body, *styles):
    written = etree.tostring(made_plain(body, *styles))
    return written == etree.tostring(etree.fromstring(f'<w:body xmlns:w="{W}">{body}</w:body>'))


def test_table_says_what_its_style_and_that_ones_base_said():
    [found] = made_plain(styled("Lines"), BASE, LINES)
    assert names(found[0]) == ["tblW", "tblBorders", "tblCellMar", "tblLook"]
    assert names(found[0][1]) == ["top", "insideH"]
    first, second = found.iter(f"{{{W}}}tcPr")
    assert names(first) == ["tcW", "shd"]
    assert names(second) == ["tcW"]


def test_what_a_table_says_itself_stays():
    own = '<w:tblBorders><w:top w:val="none"/></w:tblBorders>'
    [found] = made_plain(styled("Lines").replace("<w:tblLook", f"{own}<w:tblLook"), BASE, LINES)
    borders = found.find(f".//{{{W}}}tblBorders")
    assert [(child.tag.split("}")[1], child.get(f"{{{W}}}val")) for child in borders] == [
        ("top", "none"),
        ("insideH", "single"),
    ]


def test_side_of_a_style_hides_that_of_its_base():
    thick = style("Thick", BORDERS.replace('"6"', '"24"').join(("<w:tblPr>", "</w:tblPr>")), "Lines")
    [found] = made_plain(styled("Thick"), BASE, LINES, thick)
    assert found.find(f".//{{{W}}}top").get(f"{{{W}}}sz") == "24"
    assert names(found.find(f".//{{{W}}}tcPr")) == ["tcW", "shd"]


@pytest.mark.parametrize(
    ("look", "has_first_row"),
    [
        ('<w:tblLook w:val="0020"/>', True),
        ('<w:tblLook w:val="0480"/>', False),
        ('<w:tblLook w:val="0480" w:firstRow="1"/>', True),
        ('<w:tblLook w:val="04A0" w:firstRow="0"/>', False),
        ("", False),
    ],
)
def test_first_row_has_its_look_where_the_table_asks_for_it(look, has_first_row):
    [found] = made_plain(styled("Lines", look), BASE, LINES)
    assert (found.find(f".//{{{W}}}shd") is not None) is has_first_row


def test_cell_without_properties_gets_them():
    body = styled("Lines").replace("<w:tcPr><w:tcW w:w='9'/></w:tcPr>", "")
    [found] = made_plain(body, BASE, LINES)
    assert names(found.find(f".//{{{W}}}tc")) == ["tcPr", "p"]


@pytest.mark.parametrize(
    "inner",
    [
        "<w:rPr><w:b/></w:rPr>",
        "<w:pPr><w:spacing w:after='0'/></w:pPr>",
        "<w:tblPr><w:jc w:val='center'/></w:tblPr>",
        FIRST.replace("firstRow", "lastRow"),
        FIRST.replace("<w:tcPr>", "<w:rPr><w:b/></w:rPr><w:tcPr>"),
        FIRST.replace("<w:shd", "<w:noWrap/><w:shd"),
        FIRST.replace("<w:shd", '<w:tcBorders><w:left w:val="single"/></w:tcBorders><w:shd'),
        "<w:unknown/>",
    ],
)
def test_table_whose_style_says_more_keeps_it(inner):
    assert is_unchanged(styled("More"), style("More", inner))
    assert is_unchanged(styled("Child"), style("More", inner), style("Child", "", "More"))


def test_table_with_a_style_that_is_not_there_or_runs_in_circles_keeps_it():
    assert is_unchanged(styled("Lines"))
    assert is_unchanged(styled("Lines"), LINES)
    assert is_unchanged(styled("A"), style("A", "", "B"), style("B", "", "A"))
    assert is_unchanged(table(LOOK), BASE)


def test_tables_that_follow_each_other_stay_as_many_as_they_were():
    other = LINES.replace('"Lines"', '"Other"')
    apart = made_plain(styled("Lines") + styled("Other"), BASE, LINES, other)
    assert [found.find(f".//{{{W}}}tblStyle") is None for found in apart] == [True, False]
    assert is_unchanged(styled("Lines") * 2, BASE, LINES)
    assert is_unchanged(styled("Lines") + table(LOOK), BASE, LINES)
    between = made_plain(styled("Lines") + paragraph("x") + styled("Lines"), BASE, LINES)
    assert between.find(f".//{{{W}}}tblStyle") is None


@pytest.mark.parametrize("wrapped", ["<w:tr>", "<w:tc>"])
def test_table_with_wrapped_rows_or_cells_keeps_its_style(wrapped):
    assert is_unchanged(styled("Lines").replace(wrapped, f"<w:sdt/>{wrapped}", 1), BASE, LINES)


def test_table_without_rows_keeps_its_style():
    assert is_unchanged(table(f'<w:tblStyle w:val="Lines"/>{LOOK}', rows=0), BASE, LINES)
