"""Letters to disk: all or none, named errors, flat memory."""

import errno
import hashlib
import os
import sys
from pathlib import Path

import pytest
from docx_files import paragraph, write_docx

from xlcredit.letters import batch, errors
from xlcredit.letters.batch import Job, as_letter_error, write_letters
from xlcredit.letters.errors import LetterError
from xlcredit.letters.template import compile_template


@pytest.fixture
def template(tmp_path):
    return compile_template(write_docx(tmp_path / "t.docx", paragraph("{{ name }}")))


def jobs(template, folder, count, name="Rossi"):
    return [
        Job(template, {"name": f"{name} {number}"}, folder / f"{number}.docx.tmp") for number in range(count)
    ]


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_letters_are_written_with_their_hash_and_size(template, out, count):
    progress = []
    written = write_letters(jobs(template, out, count), on_progress=progress.append)
    assert [letter.path.name for letter in written] == [f"{number}.docx.tmp" for number in range(count)]
    for letter in written:
        data = letter.path.read_bytes()
        assert (letter.sha256, letter.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert progress == list(range(1, count + 1))
    assert len(list(out.iterdir())) == count


def test_plain_tuples_and_generators_are_jobs(template, out):
    assert len(write_letters((template, {"name": "x"}, out / f"{n}.docx") for n in range(3))) == 3


def test_same_jobs_give_the_same_hashes(template, out, tmp_path):
    again = tmp_path / "again"
    again.mkdir()
    first, second = (write_letters(jobs(template, folder, 5)) for folder in (out, again))
    assert [letter.sha256 for letter in first] == [letter.sha256 for letter in second]


def test_jobs_are_taken_one_at_a_time(template, out):
    taken = []

    def stream():
        for job in jobs(template, out, 5):
            taken.append(len(list(out.iterdir())))
            yield job

    write_letters(stream())
    assert taken == [0, 1, 2, 3, 4]


def test_nothing_is_left_when_a_letter_cannot_be_rendered(template, out):
    wanted = jobs(template, out, 100)
    wanted[70] = Job(template, {}, out / "70.docx.tmp")
    with pytest.raises(errors.LetterVariableMissingError):
        write_letters(wanted)
    assert list(out.iterdir()) == []


def test_nothing_is_left_when_interrupted(template, out):
    def stop(count):
        if count == 66:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_letters(jobs(template, out, 100), on_progress=stop)
    assert list(out.iterdir()) == []


def test_an_existing_file_is_never_overwritten_nor_removed(template, out):
    (out / "3.docx.tmp").write_text("mio")
    with pytest.raises(errors.LetterExistsError):
        write_letters(jobs(template, out, 5))
    assert [path.name for path in out.iterdir()] == ["3.docx.tmp"]
    assert (out / "3.docx.tmp").read_text() == "mio"


def test_missing_folder_is_named(template, out):
    with pytest.raises(errors.LetterFolderMissingError) as caught:
        write_letters(jobs(template, out / "nessuna", 1))
    assert caught.value.facts["folder"] == str(out / "nessuna")


def test_a_file_in_place_of_the_folder_is_named(template, out):
    (out / "f").write_text("x")
    with pytest.raises(errors.LetterFolderMissingError):
        write_letters(jobs(template, out / "f", 1))


@pytest.mark.skipif(sys.platform == "win32", reason="modes of folders are a matter of Unix")
def test_read_only_folder_is_named(template, out, monkeypatch):
    out.chmod(0o500)
    if os.geteuid() == 0:
        monkeypatch.setattr(batch.os, "open", failing(errno.EACCES, batch.os.open))
    with pytest.raises(errors.LetterFolderReadOnlyError):
        write_letters(jobs(template, out, 1))


def failing(number, real=None, after=0):
    calls = []

    def fail(*arguments, **options):
        calls.append(arguments)
        if len(calls) > after:
            raise OSError(number, os.strerror(number))
        return real(*arguments, **options)

    return fail


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_full_disk_leaves_nothing(template, out, monkeypatch, call):
    monkeypatch.setattr(batch.os, call, failing(errno.ENOSPC, getattr(os, call), after=70))
    with pytest.raises(errors.LetterDiskFullError) as caught:
        write_letters(jobs(template, out, 100))
    monkeypatch.undo()
    assert caught.value.facts["path"].endswith(".docx.tmp")
    assert list(out.iterdir()) == []


def test_full_disk_for_real(template, monkeypatch):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    monkeypatch.setattr(batch, "_FLAGS", os.O_WRONLY)
    monkeypatch.setattr("pathlib.Path.unlink", lambda *_, **__: None)
    with pytest.raises(errors.LetterDiskFullError):
        write_letters([(template, {"name": "x"}, Path("/dev/full"))])


def test_a_short_write_is_completed(template, out, monkeypatch):
    real = os.write
    monkeypatch.setattr(batch.os, "write", lambda descriptor, data: real(descriptor, data[:100]))
    [letter] = write_letters(jobs(template, out, 1))
    monkeypatch.undo()
    assert hashlib.sha256(letter.path.read_bytes()).hexdigest() == letter.sha256


def test_path_too_long_is_named_before_anything_is_written(template, out):
    with pytest.raises(errors.LetterPathTooLongError):
        write_letters([(template, {"name": "x"}, out / ("x" * 240 + ".docx"))])
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.LetterDiskFullError),
        (errno.EDQUOT, errors.LetterDiskFullError),
        (errno.EROFS, errors.LetterFolderReadOnlyError),
        (errno.EPERM, errors.LetterFolderReadOnlyError),
        (errno.ESTALE, errors.LetterFolderMissingError),
        (errno.EIO, errors.LetterFolderMissingError),
        (errno.ENAMETOOLONG, errors.LetterPathTooLongError),
        (errno.EEXIST, errors.LetterExistsError),
        (errno.EMFILE, errors.LetterWriteError),
    ],
)
def test_what_the_system_says_has_a_name(tmp_path, number, kind):
    error = as_letter_error(tmp_path / "a.docx", OSError(number, os.strerror(number)))
    assert type(error) is kind
    assert isinstance(error, LetterError)
    assert str(tmp_path) in str(error)


def open_files():
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if sys.platform == "linux" else None


def test_no_file_stays_open(template, out):
    before = open_files()
    write_letters(jobs(template, out, 130))
    with pytest.raises(errors.LetterExistsError):
        write_letters(jobs(template, out, 130))
    assert before is None or open_files() == before
