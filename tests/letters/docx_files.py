"""Small Word files written part by part, so that a test says exactly what Word would have left in them."""

import io
import zipfile

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
    "56c7b1c90000000049454e44ae426082"
)


def run(text, properties=""):
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*texts, properties=""):
    return f"<w:p>{properties}{''.join(run(text) for text in texts)}</w:p>"


def cell(text, properties='<w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr>'):
    return f"<w:tc>{properties}{paragraph(text)}</w:tc>"


def row(*texts):
    return f"<w:tr>{''.join(map(cell, texts))}</w:tr>"


def table(*rows, columns):
    grid = "".join('<w:gridCol w:w="1000"/>' for _ in range(columns))
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def picture(name, link="rId9", number=7):
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="{number}" name="{name}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def relationships(*items):
    lines = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"{mode}/>'
        for key, kind, target, mode in items
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def docx_parts(  # noqa: PLR0913  the parts a letter may have
    body, *, header="", footer="", footnotes="", title="", links=(), parts=None
):
    """The parts of a docx; `links` are further relationships of the body as (id, type, target, is_external)."""
    overrides = {
        "word/document.xml": f"{TYPES}.document.main+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    own = [
        (
            key,
            kind if kind.startswith("http") else f"{R}/{kind}",
            target,
            ' TargetMode="External"' if external else "",
        )
        for key, kind, target, external in links
    ]
    section, files = "", {}
    for number, (name, tag, text) in enumerate((("header", "hdr", header), ("footer", "ftr", footer)), 1):
        if text:
            files[f"word/{name}1.xml"] = f"<w:{tag} {NAMESPACES}>{text}</w:{tag}>"
            overrides[f"word/{name}1.xml"] = f"{TYPES}.{name}+xml"
            own.append((f"rId{number}", f"{R}/{name}", f"{name}1.xml", ""))
            section += f'<w:{name}Reference w:type="default" r:id="rId{number}"/>'
    if footnotes:
        files["word/footnotes.xml"] = f"<w:footnotes {NAMESPACES}>{footnotes}</w:footnotes>"
        overrides["word/footnotes.xml"] = f"{TYPES}.footnotes+xml"
        own.append(("rId3", f"{R}/footnotes", "footnotes.xml", ""))
    lines = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{lines}</Types>",
        "_rels/.rels": relationships(
            ("rId1", f"{R}/officeDocument", "word/document.xml", ""),
            (
                "rId2",
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
                "",
            ),
        ),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(*own),
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><cp:lastModifiedBy>PC-ROSSI</cp:lastModifiedBy>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:created></cp:coreProperties>',
        **files,
        **(parts or {}),
    }


def write_docx(path, body, **options):
    return write_parts(path, docx_parts(body, **options))


def write_parts(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return path


def read_parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def canonical(data):
    return etree.tostring(etree.fromstring(data), method="c14n")


def words(data):
    """The text of a letter's body, a paragraph a line."""
    root = etree.fromstring(read_parts(data)["word/document.xml"])
    return ["".join(text.text or "" for text in item.iter(f"{{{W}}}t")) for item in root.iter(f"{{{W}}}p")]
