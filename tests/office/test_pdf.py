"""Letters to PDF through the real LibreOffice: joined and cut they look as they do one by one."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from pypdf import PdfReader

from xlcredit.letters.office import find_office
from xlcredit.letters.pdf import to_pdf
from xlcredit.letters.template import compile_template
from xlcredit.letters.vocabulary import load_vocabulary

TEMPLATES = Path(__file__).parents[2] / "letter_templates"
pytestmark = pytest.mark.office


def context(number, rows):
    """Values of one letter: every name of the vocabulary, a few rows or pages of them, a payment code."""
    values = {name: build(node, number, rows) for name, node in load_vocabulary().tree.items()}
    values["customer"]["name"] = f"Cliente {number:03} S.r.l."
    values["letter"] |= {"interest": "amounts", "id": f"S2026-{number:05}"}
    values["payment"]["qr"] = (
        f"BCD\n002\n1\nSCT\n\nFerramenta\nIT60X0542811101000000123456\nEUR12.34\n\n\nS{number}"
    )
    return values


def build(node, number, rows):
    if isinstance(node, dict):
        return {key: build(child, number, rows) for key, child in node.items()}
    if isinstance(node, list):
        return [build(node[0], number, rows) for _ in range(rows)]
    return {"text": f"v{number:03}", "flag": True, "list": ["Copia"]}[node]


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    """Letters of two templates, one page and several, with and without a payment code."""
    folder = tmp_path_factory.mktemp("letters")
    paths = []
    for number in range(8):
        template = compile_template(TEMPLATES / "it" / ("level_2.docx" if number % 4 else "level_4.docx"))
        values = context(number, 40 if number == 5 else 3)
        if number == 2:
            values["payment"]["qr"] = ""
        paths.append(folder / f"{number}.docx")
        paths[-1].write_bytes(template.render(values))
    return paths


@pytest.fixture(scope="module")
def alone(letters, tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(find_office()), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, letters)], check=True, capture_output=True, timeout=300)
    return [folder / f"{path.stem}.pdf" for path in letters]


@pytest.fixture(scope="module")
def joined(letters, tmp_path_factory):
    folder = tmp_path_factory.mktemp("joined")
    return to_pdf(letters, [folder / f"{path.stem}.pdf" for path in letters])


def texts(path):
    return [" ".join(page.extract_text().split()) for page in PdfReader(path, strict=True).pages]


def test_each_letter_has_the_pages_and_words_it_has_alone(alone, joined):
    assert [texts(path) for path in joined] == [texts(path) for path in alone]
    assert len(PdfReader(joined[5]).pages) > 2


def test_page_counts_are_the_letters_own(joined):
    for path in joined:
        pages = texts(path)
        for number, text in enumerate(pages, 1):
            assert f"Pagina {number} di {len(pages)}" in text


def test_each_page_looks_as_it_does_alone(alone, joined):
    for ours, theirs in zip(joined, alone, strict=True):
        first, second = pictures(ours), pictures(theirs)
        assert first.shape == second.shape
        unlike = np.abs(first - second)
        assert unlike.max(initial=0) <= 64  # a rule drawn a fraction of a pixel lower
        assert np.count_nonzero(unlike) <= 20


def pictures(path):
    made = subprocess.run(
        ["pdftoppm", "-r", "40", "-gray", str(path)], check=True, capture_output=True, timeout=120
    )
    return np.frombuffer(made.stdout, dtype=np.uint8).astype(int)


def test_nothing_of_another_letter_is_in_a_pdf(joined):
    for number, path in enumerate(joined):
        data = path.read_bytes()
        reader = PdfReader(io.BytesIO(data), strict=True)
        images = [image for page in reader.pages for image in page.images]
        assert len(images) == (0 if number == 2 else 1)
        assert data.count(b"/Subtype/Image") == len(images)
        words = " ".join(texts(path))
        assert f"Cliente {number:03}" in words
        for other in range(len(joined)):
            assert other == number or f"Cliente {other:03}" not in words
        assert all(page["/Parent"] == reader.root_object["/Pages"] for page in reader.pages)
