"""Letters to PDF without LibreOffice: what is joined, what is cut, what is said when it goes wrong."""

import io
import stat
import sys
import textwrap
import time
import zlib
from pathlib import Path

import pytest
from docx_files import R, W, paragraph, read_parts, relationships, row, run, table, write_docx
from lxml import etree
from pypdf import PdfReader

from xlcredit.letters import errors, office, pdf
from xlcredit.letters.joinable import group_key
from xlcredit.letters.office import find_office
from xlcredit.letters.pages import UnknownPdfError, cut, read_joined
from xlcredit.letters.pdf import to_pdf
from xlcredit.letters.sections import join_letters, start_mark
from xlcredit.letters.template import compile_template

posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for LibreOffice is a shell script")


def field(instruction):
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> {instruction} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def letters(tmp_path, body, count=3, **options):
    template = compile_template(write_docx(tmp_path / "t.docx", body, **options))
    return [read_parts(template.render({"name": f"Cliente {number}"})) for number in range(count)]


NUMBERING = (
    f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
STYLES = f'<w:styles xmlns:w="{W}"><w:style w:styleId="ListNumber"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'


def listed(tmp_path, properties):
    [letter] = letters(
        tmp_path, f"<w:p><w:pPr>{properties}</w:pPr>{run('{{ name }}')}</w:p>", 1, header=paragraph("x")
    )
    return {**letter, "word/numbering.xml": NUMBERING.encode(), "word/styles.xml": STYLES.encode()}


# Which letters can be joined


def test_letters_of_one_template_share_a_key_and_others_do_not(tmp_path):
    first = letters(tmp_path, paragraph("{{ name }}"), header=paragraph("{{ name }}"))
    assert len({group_key(letter) for letter in first}) == 1
    other = dict(first[0])
    other["word/styles.xml"] = b"<x/>"
    assert group_key(other) not in ("", group_key(first[0]))


@pytest.mark.parametrize(
    ("properties", "is_alone"),
    [
        ('<w:numPr><w:numId w:val="1"/></w:numPr>', True),
        ('<w:numPr><w:numId w:val="2"/></w:numPr>', False),
        ('<w:pStyle w:val="ListNumber"/>', True),
        ('<w:pStyle w:val="Normal"/>', False),
    ],
)
def test_letters_that_count_paragraphs_stay_alone(tmp_path, properties, is_alone):
    assert (group_key(listed(tmp_path, properties)) == "") is is_alone


@pytest.mark.parametrize(
    ("body", "is_alone"),
    [
        (field("PAGE"), False),
        (field("NUMPAGES"), False),
        (field('HYPERLINK "https://example.it"'), False),
        (field("PAGEREF x"), True),
        (field("SEQ Tabella"), True),
        (field("REF x"), True),
        ('<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>', True),
        (f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('x')}</w:txbxContent></w:pict></w:r></w:p>", True),
    ],
)
def test_letters_whose_fields_or_notes_would_meet_stay_alone(tmp_path, body, is_alone):
    [letter] = letters(tmp_path, body + paragraph("{{ name }}"), 1, header=paragraph("x"))
    assert (group_key(letter) == "") is is_alone


# How they are joined


def test_joined_letters_keep_their_words_headers_and_page_numbers(tmp_path):
    footer = paragraph("Lettera a {{ name }}") + field("PAGE") + field("NUMPAGES")
    parts = read_parts(
        join_letters(letters(tmp_path, paragraph("Gentile {{ name }}") + field("NUMPAGES"), footer=footer))
    )
    root = etree.fromstring(parts["word/document.xml"])
    body = root[0]
    assert ["".join(p.itertext(f"{{{W}}}t")) for p in body.iter(f"{{{W}}}p")][::2] == [
        f"Gentile Cliente {n}" for n in range(3)
    ]
    starts = [mark.get(f"{{{W}}}name") for mark in body.iter(f"{{{W}}}bookmarkStart")]
    assert starts == ["xlcs00000", "xlce00000", "xlcs00001", "xlce00001", "xlcs00002", "xlce00002"]
    sections = list(body.iter(f"{{{W}}}sectPr"))
    assert len(sections) == 3
    assert body[-1] is sections[-1]
    for number, section in enumerate(sections):
        assert section.find(f"{{{W}}}pgNumType").get(f"{{{W}}}start") == "1"
        assert section.find(f"{{{W}}}type").get(f"{{{W}}}val") == "nextPage"
        assert [child.tag.split("}")[1] for child in section] == ["footerReference", "type", "pgNumType"]
        own = parts[f"word/footer1_{number}.xml"]
        assert f"Lettera a Cliente {number}".encode() in own
        assert f"PAGEREF xlce0000{number}".encode() in own
        assert b"NUMPAGES" not in own
    assert b"NUMPAGES" not in parts["word/document.xml"]
    for number in range(3):
        assert f'PartName="/word/footer1_{number}.xml"'.encode() in parts["[Content_Types].xml"]


def test_letter_that_ends_with_a_table_gets_a_paragraph_for_its_section(tmp_path):
    body = paragraph("{{ name }}") + table(row("a"), columns=1)
    parts = read_parts(join_letters(letters(tmp_path, body, 2, header=paragraph("x"))))
    body = etree.fromstring(parts["word/document.xml"])[0]
    assert [child.tag.split("}")[1] for child in body] == ["p", "tbl", "p", "p", "tbl", "sectPr"]


def test_pictures_of_each_letter_stay_its_own(tmp_path):
    first, second = letters(
        tmp_path,
        paragraph("{{ name }}"),
        2,
        header=paragraph("x"),
        links=[("rId9", "image", "media/image1.png", False)],
        parts={"word/media/image1.png": b"uno"},
    )
    second["word/media/image1.png"] = b"due"
    first["word/document.xml"] = second["word/document.xml"] = first["word/document.xml"].replace(
        b"</w:body>", b'<w:pict r:id="rId9"/></w:body>'
    )
    parts = read_parts(join_letters([first, second]))
    assert (parts["word/media/image1_0.png"], parts["word/media/image1_1.png"]) == (b"uno", b"due")
    for number in (0, 1):
        assert f'r:id="rId9x{number}"'.encode() in parts["word/document.xml"]


def pictured_footers(tmp_path, *pictures):
    """Letters whose footer, the same for all, shows one picture: a logo, or the payment code of each."""
    made = letters(
        tmp_path,
        paragraph("{{ name }}"),
        len(pictures),
        footer=paragraph("x"),
        parts={
            "word/_rels/footer1.xml.rels": relationships(("rId1", f"{R}/image", "media/image1.png", "")),
            "word/media/image1.png": b"",
        },
    )
    return [
        {**letter, "word/media/image1.png": picture} for letter, picture in zip(made, pictures, strict=True)
    ]


def test_payment_code_in_a_footer_is_its_letters(tmp_path):
    parts = read_parts(join_letters(pictured_footers(tmp_path, b"uno", b"due", b"due")))
    shown = {number: parts[f"word/_rels/footer1_{number}.xml.rels"] for number in (0, 1)}
    assert b'"media/image1.png"' in shown[0]
    assert b'"/word/media/image1_1.png"' in shown[1]
    assert (parts["word/media/image1.png"], parts["word/media/image1_1.png"]) == (b"uno", b"due")
    assert "word/footer1_2.xml" not in parts  # the third shows what the second does


def sections_of(joined):
    body = etree.fromstring(read_parts(joined)["word/document.xml"])
    return [[child.tag.split("}")[1] for child in section] for section in body.iter(f"{{{W}}}sectPr")]


def test_header_that_repeats_the_last_letters_is_that_sections(tmp_path):
    made = letters(
        tmp_path, paragraph("{{ name }}"), 3, header=paragraph("Azienda"), footer=field("NUMPAGES")
    )
    made[2]["word/header1.xml"] = made[2]["word/header1.xml"].replace(b"Azienda", b"Altra")
    joined = join_letters(made)
    assert sections_of(joined) == [
        ["headerReference", "footerReference", "type", "pgNumType"],
        ["footerReference", "type", "pgNumType"],
        ["headerReference", "footerReference", "type", "pgNumType"],
    ]
    assert [f"word/header1_{n}.xml" in read_parts(joined) for n in range(3)] == [True, False, True]


def test_letters_of_several_sections_keep_all_their_headers(tmp_path):
    [letter] = letters(tmp_path, paragraph("{{ name }}"), 1, header=paragraph("Azienda"))
    letter["word/document.xml"] = letter["word/document.xml"].replace(
        b"<w:sectPr>", b"<w:p><w:pPr><w:sectPr/></w:pPr></w:p><w:sectPr>"
    )
    joined = sections_of(join_letters([letter, letter]))
    assert [("headerReference" in section) for section in joined] == [False, True, False, True]


# How the PDF is cut


def made_pdf(letters, *, shared=b"", tail=b""):
    """A PDF as LibreOffice writes it: two pages for the first letter, one for the others, a picture each."""
    pages = [number for number in range(letters) for _ in range(2 if number == 0 else 1)]
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R\n/Dests 3 0 R\n/Lang(it-IT)>>",
        4: b"<</Producer<FEFF0041>/CreationDate(D:20261121)>>",
    }
    kids = [100 + 10 * place for place in range(len(pages))]
    objects[2] = b"<</Type/Pages\n/Kids[ %s ]\n/Count %d>>" % (
        b" ".join(b"%d 0 R" % kid for kid in kids),
        len(kids),
    )
    firsts = [kids[pages.index(number)] for number in range(letters)]
    objects[3] = (
        b"<<"
        + b"\n".join(b"/%s[%d 0 R/XYZ 1 2 0]" % (start_mark(n).encode(), kid) for n, kid in enumerate(firsts))
        + b">>"
    )
    objects[5] = b"<</Font<</F1 6 0 R>>\n/XObject<<%s>>%s>>" % (
        b"".join(b"/Im%d %d 0 R" % (n, 50 + n) for n in range(letters)),
        shared,
    )
    objects[6] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    for number in range(letters):
        objects[50 + number] = (
            b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 7 0 R>>\nstream\n%c\nendstream"
            % number
        )
    objects[7] = b"1"
    for number, kid in zip(pages, kids, strict=True):
        content = zlib.compress(b"BT /F1 12 Tf (Cliente %d) Tj ET /Im%d Do" % (number, number))
        objects[kid] = (
            b"<</Type/Page/Parent 2 0 R/Resources 5 0 R/MediaBox[0 0 595 842]/Annots[\n%d 0 R %d 0 R ]\n/Tabs(S)\n/Contents %d 0 R>>"
            % (kid + 2, kid + 3, kid + 1)
        )
        objects[kid + 1] = b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (
            len(content),
            content,
        )
        objects[kid + 2] = b"<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/Dest[%d 0 R/XYZ 1 2 0]>>" % kids[0]
        objects[kid + 3] = (
            b"<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/A<</Type/Action/S/URI/URI(https://example.it/%d)>>>>"
            % number
        )
    return write_pdf(objects) + tail


def write_pdf(objects):
    data, offsets = b"%PDF-1.6\n", {}
    for number, text in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n\n" % (number, text)
    table_at, size = len(data), max(objects) + 1
    lines = b"".join(
        b"%010d 00000 n \n" % offsets[n] if n in offsets else b"0000000000 65535 f \n" for n in range(size)
    )
    return data + b"xref\n0 %d\n%strailer\n<</Size %d/Root 1 0 R\n/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        lines,
        size,
        table_at,
    )


def test_each_letter_gets_its_pages_words_and_picture_and_nothing_else():
    joined = read_joined(made_pdf(3))
    assert joined.marks == {"xlcs00000": 0, "xlcs00001": 2, "xlcs00002": 3}
    for number, (first, last) in enumerate(((0, 2), (2, 3), (3, 4))):
        data = cut(joined, first, last, f"Sollecito a Città {number}")
        reader = PdfReader(io.BytesIO(data), strict=True)
        assert len(reader.pages) == last - first
        assert reader.metadata.title == f"Sollecito a Città {number}"
        assert reader.metadata.producer == "A"
        assert reader.root_object["/Lang"] == "it-IT"
        assert all(page["/Parent"] == reader.root_object["/Pages"] for page in reader.pages)
        for page in reader.pages:
            assert page.extract_text().strip() == f"Cliente {number}"
            assert list(page["/Resources"]["/XObject"]) == [f"/Im{number}"]
            assert [link.get_object()["/A"]["/URI"] for link in page["/Annots"]] == [
                f"https://example.it/{number}"
            ]
        assert data.count(b"/Subtype/Image") == 1
        assert f"example.it/{(number + 1) % 3}".encode() not in data


def test_cutting_is_deterministic():
    first, second = (cut(read_joined(made_pdf(2)), 0, 2, "t") for _ in range(2))
    assert first == second


def test_pictures_that_are_no_pictures_are_refused():
    data = made_pdf(2).replace(b"/Subtype/Image", b"/Subtype/Form ")
    with pytest.raises(UnknownPdfError):
        cut(read_joined(data), 0, 2, "t")


def test_resources_that_lead_to_other_pages_are_refused():
    with pytest.raises(UnknownPdfError):
        cut(read_joined(made_pdf(2, shared=b"/Properties<</P 110 0 R>>")), 0, 2, "t")


@pytest.mark.parametrize(
    "change",
    [
        (b"startxref", b"startxxxx"),
        (b"xref\n0", b"xref\n9"),
        (b"/Root", b"/Rood"),
        (b"/Dests", b"/Dexts"),
        (b"/Kids", b"/Kyds"),
        (b"/FlateDecode", b"/LZWDecodee "),
        (b"/Contents", b"/Contains"),
        (b"/Resources 5", b"/Resources 9"),
        (b"100 0 obj", b"101 0 obj"),
        (b"/Type/Page/", b"/Type/Pagy/"),
    ],
)
def test_pdf_that_is_not_as_expected_is_left_uncut(change):
    data = made_pdf(2).replace(*change)
    assert pdf._split(data, ["a", "b"]) is None


@pytest.mark.parametrize("data", [b"", b"%PDF-1.6\n%%EOF", b"startxref\n0\n%%EOF", b"startxref\nx"])
def test_no_pdf_is_left_uncut(data):
    assert pdf._split(data, ["a"]) is None


def test_bookmarks_that_are_missing_or_out_of_order_are_left_uncut():
    assert pdf._split(made_pdf(2), ["a", "b", "c"]) is None
    swapped = (
        made_pdf(2)
        .replace(b"xlcs00000", b"xlcs0000X")
        .replace(b"xlcs00001", b"xlcs00000")
        .replace(b"xlcs0000X", b"xlcs00001")
    )
    assert pdf._split(swapped, ["a", "b"]) is None
    assert len(pdf._split(made_pdf(2), ["a", "b"])) == 2


# LibreOffice and what can go wrong with it


def stand_in(tmp_path, script):
    """A program in the place of LibreOffice: the script sees `out` and `files`."""
    program = tmp_path / "soffice"
    program.write_text(
        textwrap.dedent(f"""\
        #!{sys.executable}
        import pathlib, sys, time
        arguments = sys.argv[1:]
        out = pathlib.Path(arguments[arguments.index("--outdir") + 1])
        files = [pathlib.Path(item) for item in arguments if item.endswith(".docx")]
        is_joined = "ExportBookmarksToPDFDestination" in arguments[arguments.index("--convert-to") + 1]
        out.mkdir(parents=True, exist_ok=True)
        """)
        + textwrap.dedent(script)
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def written(tmp_path, count, **options):
    template = compile_template(
        write_docx(tmp_path / "t.docx", paragraph("{{ name }}"), header=paragraph("x"), **options)
    )
    folder = tmp_path / "letters"
    folder.mkdir()
    paths = [folder / f"{number}.docx" for number in range(count)]
    for path in paths:
        path.write_bytes(template.render({"name": path.stem}))
    return paths


ONE_BY_ONE = """
for file in files:
    if not is_joined:
        (out / f"{file.stem}.pdf").write_bytes(b"pdf of " + str(len(file.read_bytes())).encode())
"""


@posix
def test_letters_that_come_back_without_a_joined_pdf_are_made_one_by_one(tmp_path):
    paths, seen = written(tmp_path, 3), []
    made = to_pdf(paths, office=stand_in(tmp_path, ONE_BY_ONE), on_progress=seen.append)
    assert made == [path.with_suffix(".pdf") for path in paths]
    for path, target in zip(paths, made, strict=True):
        assert target.read_bytes() == f"pdf of {path.stat().st_size}".encode()
    assert seen == [1, 2, 3]


@posix
def test_joined_pdf_is_cut_for_each_letter(tmp_path):
    paths = written(tmp_path, 3)
    (tmp_path / "joined.pdf").write_bytes(made_pdf(3))
    script = f"assert is_joined and len(files) == 1\n(out / '00000.pdf').write_bytes(pathlib.Path({str(tmp_path / 'joined.pdf')!r}).read_bytes())"
    targets = [tmp_path / f"out{number}.pdf" for number in range(3)]
    to_pdf(paths, targets, office=stand_in(tmp_path, script))
    assert [len(PdfReader(target).pages) for target in targets] == [2, 1, 1]


@posix
def test_a_single_letter_is_not_joined(tmp_path):
    [target] = to_pdf(written(tmp_path, 1), office=stand_in(tmp_path, ONE_BY_ONE))
    assert target.read_bytes().startswith(b"pdf of")


@posix
def test_no_letters_need_no_office(tmp_path):
    assert to_pdf([], office=tmp_path / "nessuno") == []


@posix
def test_missing_pdf_names_the_letter_and_leaves_none(tmp_path):
    script = "for file in files[:1]:\n    if not is_joined:\n        (out / f'{file.stem}.pdf').write_bytes(b'x')\nprint('source file could not be loaded')"
    paths = written(tmp_path, 2)
    with pytest.raises(errors.PdfFailedError) as caught:
        to_pdf(paths, office=stand_in(tmp_path, script))
    assert caught.value.facts["path"] == str(paths[1])
    assert "could not be loaded" in caught.value.facts["reason"]
    assert sorted(path.suffix for path in paths[0].parent.iterdir()) == [".docx", ".docx"]


@posix
def test_office_that_takes_too_long_is_stopped_with_what_it_started(tmp_path):
    mark = tmp_path / "child"
    script = f"""
    import subprocess
    child = subprocess.Popen(["sleep", "60"])
    pathlib.Path({str(mark)!r}).write_text(str(child.pid))
    time.sleep(60)
    """
    start = time.monotonic()
    with pytest.raises(errors.PdfTimeoutError) as caught:
        to_pdf(written(tmp_path, 2), office=stand_in(tmp_path, script), seconds=2)
    assert time.monotonic() - start < 20
    assert caught.value.facts == {"letters": 2, "seconds": 2}
    for _ in range(50):
        if not is_running(int(mark.read_text())):
            break
        time.sleep(0.1)
    assert not is_running(int(mark.read_text()))


def is_running(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_missing_office_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    monkeypatch.setattr(office, "_USUAL_PLACES", (str(tmp_path / "nessuno"),))
    with pytest.raises(errors.OfficeMissingError) as caught:
        find_office()
    assert "LibreOffice" in str(caught.value)
    with pytest.raises(errors.OfficeMissingError):
        to_pdf(written(tmp_path, 1), office=tmp_path / "nessuno")


def test_office_is_found_where_installers_put_it(tmp_path, monkeypatch):
    place = tmp_path / "soffice.exe"
    place.write_text("x")
    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    monkeypatch.setattr(office, "_USUAL_PLACES", (str(tmp_path / "nessuno"), str(place)))
    assert find_office() == place


@posix
def test_existing_pdf_is_never_overwritten(tmp_path):
    paths = written(tmp_path, 2)
    paths[1].with_suffix(".pdf").write_text("mio")
    with pytest.raises(errors.LetterExistsError):
        to_pdf(paths, office=stand_in(tmp_path, ONE_BY_ONE))
    assert paths[1].with_suffix(".pdf").read_text() == "mio"
    assert not paths[0].with_suffix(".pdf").exists()


@posix
def test_letter_that_is_no_docx_is_named(tmp_path):
    (tmp_path / "x.docx").write_bytes(b"x")
    with pytest.raises(errors.TemplateUnreadableError):
        to_pdf([tmp_path / "x.docx"], office=stand_in(tmp_path, ONE_BY_ONE))


@posix
def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    to_pdf(written(tmp_path, 2), office=stand_in(tmp_path, ONE_BY_ONE))
    assert list(temporary.iterdir()) == []
