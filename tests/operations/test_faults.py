"""Faults of the outside world, each made for real: one named error, nothing changed, nothing half-done."""

import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from companies import AS_OF, LEDGER_CSV, column, copy_book, frame, issued_in, letters_in, make_book

from xlcredit.books import open_book
from xlcredit.books.errors import BookInUseError, BookIsOpenError, DiskFullError, FolderReadOnlyError
from xlcredit.books.lock import lock_path, locked
from xlcredit.letters.errors import LetterDiskFullError, LetterError, LetterFolderReadOnlyError
from xlcredit.operations.adopt import How, adopt
from xlcredit.operations.cancel import cancel
from xlcredit.operations.check import check_workbook
from xlcredit.operations.issue import Request, issue, preview
from xlcredit.operations.journal import journal_path
from xlcredit.operations.opened import TableMissingError
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import refresh
from xlcredit.operations.templates import TemplateMissingError, package_templates

SRC = Path(__file__).parents[2] / "src"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.fixture
def book(tmp_path):
    return copy_book(tmp_path / "book.xlsm")


def files_below(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def refused(folder, error, act):
    """`act` raises `error` and leaves every file below `folder` as it was, and none besides."""
    before = files_below(folder)
    with pytest.raises(error):
        act()
    assert files_below(folder) == before


# --- the disk

FILL = """
import resource, signal, sys
from pathlib import Path
from xlcredit.errors import XlcreditError
from xlcredit.operations.issue import Request, issue
from xlcredit.operations.refresh import refresh
book, out, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    issue(book, Request(out)) if sys.argv[4] == "issue" else refresh(book)
except XlcreditError as error:
    print(type(error).__name__)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
@pytest.mark.parametrize(
    ("act", "limit", "error"),
    [
        ("issue", 100, DiskFullError.__name__),  # the journal
        ("issue", 4_000, LetterDiskFullError.__name__),  # the letters
        ("run", 20_000, DiskFullError.__name__),  # the workbook
    ],
)
def test_a_full_disk_is_named_and_nothing_changes(book, tmp_path, act, limit, error):
    before = files_below(tmp_path)

    done = subprocess.run(
        [sys.executable, "-c", FILL, str(book), str(tmp_path / "out"), str(limit), act],
        env={**os.environ, "PYTHONPATH": str(SRC)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.strip() == error, done.stderr
    assert files_below(tmp_path) == before
    assert not (tmp_path / "out").exists()


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of a few hundred kilobytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], check=False).returncode == 0 \
        if sys.platform == "linux" and os.geteuid() == 0 else False  # fmt: skip
    yield disk if mounted else None
    if mounted:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_disk_that_fills_up_during_an_issue_is_as_before(tiny_disk):
    if tiny_disk is None:  # without the right to mount, the limit of file sizes above stands for it
        return
    book = copy_book(tiny_disk / "book.xlsm")
    free = os.statvfs(tiny_disk)
    (tiny_disk / "ballast").write_bytes(bytes(free.f_bavail * free.f_bsize - 60_000))

    refused(tiny_disk, (DiskFullError, LetterDiskFullError), lambda: issue(book, Request(tiny_disk / "out")))


@pytest.fixture
def as_nobody():
    """Root may write anywhere: as root, the test goes on as another user."""
    if os.name == "nt" or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def open_to_all(folder):
    for place in (folder, *folder.parents):
        if place != Path("/") and place.owner() == "root":
            place.chmod(place.stat().st_mode | 0o055)


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_read_only_folder_is_named(tmp_path, book, request):
    open_to_all(tmp_path)
    book.chmod(0o666)
    tmp_path.chmod(0o555)
    request.getfixturevalue("as_nobody")

    refused(tmp_path, FolderReadOnlyError, lambda: refresh(book))


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_a_read_only_folder_of_letters_is_named(tmp_path, book, request):
    open_to_all(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o555)
    tmp_path.chmod(0o777)
    book.chmod(0o666)
    request.getfixturevalue("as_nobody")

    refused(tmp_path, LetterFolderReadOnlyError, lambda: issue(book, Request(tmp_path / "out")))
    assert not journal_path(book).exists()


# --- other people


@pytest.mark.parametrize("act", [refresh, propose], ids=["run", "propose"])
def test_a_workbook_open_in_excel_is_refused(tmp_path, book, act):
    (tmp_path / "~$book.xlsm").write_bytes(b"\x05Maria" + b" " * 160)

    refused(tmp_path, BookIsOpenError, lambda: act(book))


def test_a_workbook_open_in_excel_can_be_checked(tmp_path, book):
    (tmp_path / "~$book.xlsm").write_bytes(b"\x05Maria" + b" " * 160)

    assert check_workbook(book)[0] == AS_OF


def test_a_workbook_that_another_run_holds_is_refused(tmp_path, book):
    holder = subprocess.Popen(
        [sys.executable, "-c", ("import sys, time; from xlcredit.books.lock import locked\n"
         "with locked(sys.argv[1]): print('held', flush=True); time.sleep(60)"), str(book)],
        env={**os.environ, "PYTHONPATH": str(SRC)}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout.readline() == "held\n"
        refused(tmp_path, BookInUseError, lambda: issue(book, Request(tmp_path / "out")))
    finally:
        holder.kill()
        holder.communicate()
    with locked(book):  # the killed holder's lock is nobody's
        assert lock_path(book).exists()


def test_two_issues_at_the_same_time_make_one_set_of_letters(tmp_path, book):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from xlcredit.errors import XlcreditError\n"
        "from xlcredit.operations.issue import Request, issue\n"
        "book = Path(sys.argv[1]); start = float(sys.argv[2])\n"
        "time.sleep(max(0, start - time.time()))\n"
        "try: print(len(issue(book, Request(book.parent / 'out')).letters))\n"
        "except XlcreditError as error: print(type(error).__name__)\n"
    )
    start = str(time.time() + 4)
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(book), start], stdout=subprocess.PIPE, text=True,
                         env={**os.environ, "PYTHONPATH": str(SRC)})
        for _ in range(2)
    ]  # fmt: skip
    answers = sorted(process.communicate()[0].strip() for process in both)

    assert answers in (["3", "BookInUseError"], ["0", "3"])
    assert letters_in(tmp_path / "out") == set(issued_in(book))
    assert len(issued_in(book)) == 3


# --- templates


def own_templates(tmp_path):
    """The package's templates, copied to where they can be changed."""
    import shutil

    return Path(shutil.copytree(package_templates(), tmp_path / "modelli"))


def test_a_missing_template_is_named_and_nothing_is_issued(tmp_path, book):
    folder = own_templates(tmp_path)
    (folder / "it" / "level_1.docx").unlink()

    refused(tmp_path, TemplateMissingError, lambda: issue(book, Request(tmp_path / "out", templates=folder)))


@pytest.mark.parametrize(
    "tag", ["{{ ''.__class__.__mro__ }}", "{% include '/etc/passwd' %}", "{{ totael }}", "{% for x in %}"]
)
def test_a_hostile_or_mistyped_template_is_refused_and_nothing_is_issued(tmp_path, book, tag):
    import docx

    folder = own_templates(tmp_path)
    template = docx.Document(folder / "it" / "level_1.docx")
    template.add_paragraph(tag)
    template.save(folder / "it" / "level_1.docx")

    refused(tmp_path, LetterError, lambda: issue(book, Request(tmp_path / "out", templates=folder)))
    assert not (tmp_path / "out").exists()


# --- names


@pytest.mark.parametrize("place", ["con spazi", "l'ufficio & C. (nord)", "perché no è", "100% #1;[x]"])
def test_letters_and_index_go_into_folders_of_any_name(tmp_path, place):
    folder = tmp_path / place
    folder.mkdir()
    book = copy_book(folder / f"{place}.xlsm")

    done = issue(book, Request(folder / "out", limit=1))

    assert done.letters[0].target.is_file()
    assert done.index.is_file()


HOSTILE = {
    "C001": r'a/b\c:d*e?f"g<h>i|j',
    "C002": "Lunghissima " * 25,
    "C003": "CON",
    "C004": "\u202egnp.exe",
}


def test_customers_names_cannot_leave_the_folder_or_make_names_that_windows_refuses(tmp_path):
    ids = list(HOSTILE)
    customers = frame(
        "customers", "customer_id name kind\n" + "\n".join(f"{code} x business" for code in ids)
    )
    customers["name"] = [HOSTILE[code] for code in ids]
    rows = "invoice_id customer_id document_date due_date amount\n" + "\n".join(
        f"{number}/2026 {code} 2026-09-20 2026-10-10 100000" for number, code in enumerate(ids)
    )
    from companies import invoices

    book = make_book(tmp_path / "book.xlsm", customers=customers, invoices=invoices(rows))

    done = issue(book, Request(tmp_path / "out"))

    assert len(done.letters) == 4
    for letter in done.letters:
        assert letter.target.is_file()
        assert letter.target.resolve().is_relative_to((tmp_path / "out").resolve())
        assert not set(letter.target.name) & set('/\\:*?"<>|\u202e')
        assert len(str(letter.target)) <= 240


# --- workbooks that people have changed


def plain_book(path, headers=None, drop=()):
    """An .xlsx with one table, made by hand."""
    rows = {
        "Numero": ["1/2026", "2/2026"], "Codice cliente": ["C001", "C001"],
        "Data documento": [pd.Timestamp(2026, 9, 20)] * 2, "Scadenza": [pd.Timestamp(2026, 10, 20)] * 2,
        "Totale documento": [1000, 500], "Giorni di ritardo": [None, None],
    }  # fmt: skip
    names = {**{name: name for name in rows}, **(headers or {})}
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Scadenzario"
    kept = [name for name in rows if name not in drop]
    sheet.append([names[name] for name in kept])
    for line in zip(*(rows[name] for name in kept), strict=True):
        sheet.append(line)
    table = openpyxl.worksheet.table.Table(displayName="xlc_invoices", ref=f"A1:{'ABCDEF'[len(kept) - 1]}3")
    sheet.add_table(table)
    return workbook, path


def test_a_workbook_with_nothing_but_invoices_is_refreshed(tmp_path):
    workbook, path = plain_book(tmp_path / "solo.xlsx")
    workbook.save(path)

    refresh(path, AS_OF)

    assert column(path, "invoices", "days_overdue") == [10, 10]


def test_a_renamed_header_is_found_through_the_column_map(tmp_path):
    workbook, path = plain_book(tmp_path / "mappa.xlsx", {"Scadenza": "Da pagare entro"})
    sheet = workbook.create_sheet("Mappa colonne")
    sheet.append(["Tabella", "Colonna", "Intestazione nel file"])
    sheet.append(["Scadenzario", "Scadenza", "Da pagare entro"])
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="xlc_column_map", ref="A1:C2"))
    workbook.save(path)

    refresh(path, AS_OF)

    assert column(path, "invoices", "days_overdue") == [10, 10]
    assert open_book(path).headers("invoices")["due_date"] == "Da pagare entro"


def test_a_missing_required_column_is_a_finding(tmp_path):
    workbook, path = plain_book(tmp_path / "senza.xlsx", drop=("Totale documento",))
    workbook.save(path)

    done = refresh(path, AS_OF)

    assert any(finding.column == "amount" for finding in done.findings)


def test_a_workbook_without_invoices_is_refused(tmp_path):
    path = tmp_path / "altro.xlsx"
    openpyxl.Workbook().save(path)

    refused(tmp_path, TableMissingError, lambda: refresh(path))


def test_a_workbook_without_a_register_issues_nothing(tmp_path):
    workbook, path = plain_book(tmp_path / "solo.xlsx")
    workbook.save(path)

    refused(tmp_path, TableMissingError, lambda: issue(path, Request(tmp_path / "out", as_of=AS_OF)))
    refused(tmp_path, TableMissingError, lambda: cancel(path, "S261030-001", "prova"))


def test_a_table_with_a_filter_on_is_refreshed_whole(tmp_path):
    workbook, path = plain_book(tmp_path / "filtro.xlsx")
    table = workbook["Scadenzario"].tables["xlc_invoices"]
    table.autoFilter = openpyxl.worksheet.filters.AutoFilter(ref=table.ref)
    table.autoFilter.add_filter_column(0, ["1/2026"])
    workbook["Scadenzario"].row_dimensions[3].hidden = True
    workbook.save(path)

    refresh(path, AS_OF)

    assert column(path, "invoices", "days_overdue") == [10, 10]
    with zipfile.ZipFile(path) as package:
        assert b"filterColumn" in package.read("xl/tables/table1.xml")


def test_an_adopted_ledger_without_codes_gets_letters(tmp_path):
    theirs = tmp_path / "theirs.csv"
    lines = [line.split(";") for line in LEDGER_CSV.splitlines()]
    theirs.write_text("\n".join(";".join(line[:1] + line[2:]) for line in lines), encoding="utf-8")
    new = tmp_path / "new.xlsm"
    adopt(theirs, new, "it", How(kind="business"), AS_OF)

    done = preview(new, Request(tmp_path / "out", as_of=AS_OF))

    assert {letter.customer_name for letter in done.letters} >= {"Zeta Zincature S.p.A."}
