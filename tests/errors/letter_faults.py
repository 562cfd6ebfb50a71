"""Faults of letters and PDFs that no readable file shows, as in `faults`."""

import contextlib
import errno
import re
import zipfile
from pathlib import Path
from unittest import mock

from broken_inputs import command
from broken_templates import write_template
from faults import BOOK, RUN, book, causes, failing

from xlcredit.letters import batch, package
from xlcredit.letters.batch import write_letters
from xlcredit.letters.pdf import to_pdf
from xlcredit.letters.template import compile_template
from xlcredit.operations import journal
from xlcredit.operations.templates import template_path

TEMPLATE = "template: it/level_1\nadd: '{}'\n"


def template(folder, added):
    return write_template(folder, TEMPLATE.format(added))


def letter(folder, added="Gentile {{ nome }}", **values):
    """A letter made of one paragraph."""
    path = Path("modello.docx")
    source = template(folder, "x")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                body = re.compile(rb"(<w:body>).*(<w:sectPr.*)", re.DOTALL)
                data = body.sub(rb"\1" + paragraphs(added) + rb"\2", data)
            if re.match(r"word/(header|footer)", name):
                data = re.sub(rb"\{\{.*?\}\}", b"", data)
            new.writestr(name, data)
    return compile_template(path), values


def paragraphs(text):
    lines = (f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    return "".join(lines).encode()


@causes("letter-template-missing")
def template_gone(folder):
    """The template disappears after the letters were chosen."""
    compile_template(Path("modello.docx"))


@causes("templates-absent")
def templates_left_behind(folder):
    """A folder of templates beside the workbook in which only one was copied."""
    write_template(folder, TEMPLATE.format(""))
    return command("xlcredit templates check .")


@causes("letter-template-unreadable")
def template_is_text(folder):
    """`level_1.docx` is a text file that somebody renamed."""
    (folder / "level_1.docx").write_text("Gentile Cliente,", "utf-8")
    return command("xlcredit templates check .")


@causes("letter-template-too-large")
def template_swollen(folder):
    """A template with more pictures than a letter ever needs."""
    with (
        zipfile.ZipFile(folder / "level_1.docx", "w", zipfile.ZIP_DEFLATED) as docx,
        docx.open("word/a.png", "w") as part,
    ):
        for _ in range(package.MOST_BYTES // 10_000_000 + 1):
            part.write(bytes(10_000_000))
    return command("xlcredit templates check .")


@causes("letter-template-refused")
def template_refused(folder):
    """A letter is to be made from a template that fetches another one from the network."""
    write_template(folder, "template: it/level_1\nlink: http://esempio.it/modello.dotm")
    compile_template(template_path(Path(), "it", "level_1"))


@causes("letter-template-broken")
def template_broken(folder):
    """A letter is to be made from a template with `{{ customer name }}`."""
    template(folder, "Gentile {{ customer name }}")
    compile_template(template_path(Path(), "it", "level_1"))


@causes("letter-template-unsafe")
def template_unsafe(folder):
    """A letter is to be made from a template with `{% set sconto = 1 %}`."""
    template(folder, "{% set sconto = 1 %}")
    compile_template(template_path(Path(), "it", "level_1"))


@causes("letter-variable-missing")
def variable_missing(folder):
    """A letter is to be made from a template with `Gentile {{ nome }}`; no value is called so."""
    made, values = letter(folder)
    made.render(values)


@causes("letter-malformed")
def malformed(folder):
    """`{%p if anticipo %}` is closed by `{% endif %}`, without p, and there is no advance."""
    made, values = letter(folder, "{%p if anticipo %}\nResta da pagare il saldo.{% endif %}", anticipo=False)
    made.render(values)


@causes("letter-too-long")
def too_long(folder):
    """Loops inside loops, over ten thousand rows."""
    added = "{% for a in righe %}{% for b in righe %}{{ a }}{{ b }}{% endfor %}{% endfor %}"
    made, values = letter(folder, added, righe=["x" * 100] * 10_000)
    made.render(values)


def write_one(folder, target):
    made, values = letter(folder, nome="Alfa")
    write_letters([(made, values, Path(target))])


@causes("letter-not-written")
def not_written(folder):
    """The system refuses to open one more file."""
    made, values = letter(folder, nome="Alfa")
    with mock.patch.object(batch.os, "write", failing(errno.EMFILE)):
        write_letters([(made, values, Path("1.docx"))])


@causes("letter-disk-full")
def letter_disk_full(folder):
    """The disk is full when a letter is written."""
    made, values = letter(folder, nome="Alfa")
    with mock.patch.object(batch.os, "write", failing(errno.ENOSPC)):
        write_letters([(made, values, Path("1.docx"))])


@causes("letter-folder-read-only")
def letter_folder_read_only(folder):
    """No file may be written in the folder of the letters."""
    made, values = letter(folder, nome="Alfa")
    with mock.patch.object(batch.os, "open", failing(errno.EACCES)):
        write_letters([(made, values, Path("lettere/1.docx"))])


@causes("letter-folder-missing")
def letter_folder_missing(folder):
    """The network share with the folder of the letters is gone."""
    write_one(folder, "lettere/1.docx")


@causes("letter-exists")
def letter_exists(folder):
    """A file with the letter's name stands in the folder already."""
    (folder / "1.docx").write_text("mio", "utf-8")
    write_one(folder, "1.docx")


@causes("letter-path-too-long")
def letter_path_too_long(folder):
    """Folders inside folders, until the path is longer than Windows opens."""
    with mock.patch("pathlib.Path.absolute", lambda path: Path("C:/Crediti") / path):
        write_one(folder, f"{'lettere/' * 30}1.docx")


@causes("letters-unreachable")
def letters_unreachable(folder):
    """An issue was interrupted after its events were saved; the folder of its letters is gone."""
    text = BOOK + "\nSolleciti\nCodice evento | Codice sollecito | Evento\nE1 | S1 | Emesso\n"
    path = book(folder, text)
    journal.open_journal(path, [journal.Pending("lettere/.1.docx.tmp", "lettere/1.docx", "S1")])
    return command(RUN)


@causes("pdf-office-missing")
def office_missing(folder):
    """LibreOffice is not installed."""
    with office_is(None):
        to_pdf([one_letter(folder)])


@causes("pdf-timeout")
def office_slow(folder):
    """LibreOffice does not end: it waits for an answer on a screen that nobody sees."""
    with office_is(script(folder, "sleep 60")):
        to_pdf([one_letter(folder)], seconds=1)


@causes("pdf-failed")
def office_fails(folder):
    """LibreOffice ends without a PDF."""
    with office_is(script(folder, "echo source file could not be loaded")):
        to_pdf([one_letter(folder)])


def one_letter(folder):
    write_one(folder, "1.docx")
    return Path("1.docx")


def script(folder, line):
    """A program in the place of LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{line}\n", "utf-8")
    program.chmod(0o755)
    return program


@contextlib.contextmanager
def office_is(program):
    with (
        mock.patch("xlcredit.letters.office.shutil.which", return_value=program and str(program)),
        mock.patch("xlcredit.letters.office._USUAL_PLACES", ()),
    ):
        yield
