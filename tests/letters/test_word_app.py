"""PDF through Word: one Word for the batch, ended whatever happens, letters opened to be read only."""

from pathlib import Path

import pytest

from xlcredit.letters import pdf
from xlcredit.letters.errors import PdfFailedError


class Word:
    """Word, as far as it is asked: opens a document, exports it, closes it, quits."""

    def __init__(self, broken=()):
        self.broken, self.open, self.quits = set(broken), 0, 0
        self.Documents = self

    def Open(self, path, confirm, read_only, recent):
        assert (confirm, read_only, recent) == (False, True, False)
        if Path(path).name in self.broken:
            message = "the file is corrupt"
            raise OSError(message)
        self.open += 1
        return Document(self, Path(path))

    def Quit(self, saves):
        assert saves == 0
        self.quits += 1


class Document:
    def __init__(self, word, path):
        self.word, self.path = word, path

    def ExportAsFixedFormat(self, target, kind):
        assert kind == 17
        Path(target).write_bytes(b"%PDF-" + self.path.name.encode())

    def Close(self, saves):
        assert saves == 0
        self.word.open -= 1


@pytest.fixture
def letters(tmp_path):
    paths = [tmp_path / f"{number}.docx" for number in range(3)]
    for path in paths:
        path.write_bytes(b"PK")
    return paths


def test_word_makes_the_pdf_of_each_letter_where_there_is_one(letters, monkeypatch):
    word = Word()
    monkeypatch.setattr(pdf, "start_word", lambda: word)

    made = pdf.to_pdf(letters)

    assert [path.read_bytes() for path in made] == [b"%PDF-0.docx", b"%PDF-1.docx", b"%PDF-2.docx"]
    assert (word.open, word.quits) == (0, 1)


def test_a_letter_that_word_cannot_open_leaves_no_pdf_and_no_word(letters, monkeypatch):
    word = Word(broken={"1.docx"})
    monkeypatch.setattr(pdf, "start_word", lambda: word)

    with pytest.raises(PdfFailedError) as failed:
        pdf.to_pdf(letters)

    assert "1.docx" in str(failed.value)
    assert [path.with_suffix(".pdf").exists() for path in letters] == [False] * 3
    assert (word.open, word.quits) == (0, 1)
