"""The letters as a reader sees them: LibreOffice makes the pages, their words are measured, pictures are kept.

Millimetres from the top left corner of an A4 page. The pictures stand in `pictures/letters` for somebody to look at.
"""

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from itertools import combinations
from pathlib import Path

import pytest

from letter_examples import CUSTOMER, REMINDED, REMINDED_FORMALLY, contexts, many_rows, row, settings
from xlcredit.build.letter_templates import build_letter_templates
from xlcredit.letters.template import compile_template

pytestmark = pytest.mark.office

PICTURES = Path(__file__).parents[2] / "pictures" / "letters"
POINT = 25.4 / 72
LEFT, RIGHT = 20, 190
WINDOW = {"left": 108, "right": 195, "top": 46, "bottom": 91}
FOOTER = 279

PREVIOUS = [REMINDED, REMINDED_FORMALLY]
SOON = [row("2026/00301", "2026-11-26", 310_000), row("2026/00302", "2026-11-30", 145_050)]
CREDIT = row("2026/N0012", "2026-10-31", -45_000, document_type="credit_note")
CONSUMER = CUSTOMER | {
    "name": "Mario Bianchi",
    "kind": "consumer",
    "vat_number": None,
    "tax_code": "BNCMRA70A01D612X",
}
OFFICE = CUSTOMER | {
    "name": "Comune di Esempio - Settore Lavori Pubblici, Patrimonio e Manutenzioni Straordinarie - Ufficio Ragioneria",
    "kind": "public_body", "office_code": "UFE9Z1", "vat_number": "01112220517", "tax_code": "80001234567",
}  # fmt: skip
BARE = dict.fromkeys(CUSTOMER) | {"customer_id": "C0042", "name": "Alfa S.r.l."}
FOREIGN = CUSTOMER | {
    "name": "Schraubenhandel Musterfirma GmbH & Co. KG", "address": "Beispielstraße 7", "postcode": "80331",
    "city": "München", "province": None, "country": "DE", "language": "en",
}  # fmt: skip
WITH_REFERENCES = [
    row("2026/PA/000123", references="CIG Z1A2B3C4D5, CUP J11B21000000001, ordine 45/2026"),
    row("2026/PA/000124", references="CIG Z1A2B3C4D6", instalment=2, open_amount=100_000),
]
LARGE = [row("2026/00231", amount=1_234_567_890, paid=123_456_789)]

CASES = {
    # name: template, letter, rows, more, pages
    "level_0": ("level_0", {"letter_level": 0, "channel": "email"}, SOON, {}, 1),
    "level_1": ("level_1", {"letter_level": 1, "channel": "email"}, many_rows(5), {}, 1),
    "level_1_credit": ("level_1", {"letter_level": 1}, [row(), *SOON, CREDIT], {}, 1),
    "level_1_bare": (
        "level_1",
        {"letter_level": 1},
        [row()],
        {"customers": [BARE], "settings": settings(company_iban=None)},
        1,
    ),
    "level_2": (
        "level_2",
        {"letter_level": 2, "channel": "letter"},
        many_rows(5),
        {"previous": [REMINDED]},
        1,
    ),
    "level_2_40": ("level_2", {"letter_level": 2}, many_rows(40), {"previous": [REMINDED]}, 2),
    "level_2_consumer": (
        "level_2",
        {"letter_level": 2, "channel": "letter"},
        [row(lump_sum=0)],
        {"customers": [CONSUMER]},
        1,
    ),
    "level_3": ("level_3", {"letter_level": 3}, many_rows(5), {"previous": PREVIOUS}, 2),
    "level_3_public": (
        "level_3",
        {"letter_level": 3},
        WITH_REFERENCES,
        {"customers": [OFFICE], "previous": PREVIOUS},
        2,
    ),
    "level_3_large": ("level_3", {"letter_level": 3}, LARGE, {"previous": PREVIOUS}, 2),
    "level_4": (
        "level_4",
        {"letter_level": 4, "channel": "registered_letter"},
        many_rows(5),
        {"previous": PREVIOUS},
        2,
    ),
    "level_4_40": (
        "level_4",
        {"letter_level": 4},
        many_rows(40),
        {"previous": PREVIOUS, "settings": settings(payment_qr=False)},
        4,
    ),
    "statement": (
        "statement",
        {"kind": "statement", "channel": "email"},
        [*many_rows(5), *SOON, CREDIT],
        {},
        2,
    ),
    "call": (
        "first_invoice_call",
        {"kind": "call", "channel": "call"},
        [row("2026/00288", "2026-11-18")],
        {},
        1,
    ),
    "call_returned": (
        "returned_call",
        {"letter_level": 1, "channel": "call"},
        [row("2026/00288", "2026-11-18", document_type="returned_effect")],
        {},
        1,
    ),
    "level_1_six": (
        "level_1",
        {"letter_level": 1, "channel": "email"},
        [line | {"references": "DDT 559/26"} for line in many_rows(6)],
        {"settings": settings(payment_qr=False)},
        1,
    ),
    "level_1_en": (
        "level_1",
        {"letter_level": 1, "channel": "email"},
        many_rows(5),
        {"customers": [FOREIGN]},
        1,
    ),
    "level_4_en": (
        "level_4",
        {"letter_level": 4},
        many_rows(5),
        {"customers": [FOREIGN], "previous": PREVIOUS},
        2,
    ),
    "statement_en": (
        "statement",
        {"kind": "statement"},
        [*many_rows(5), CREDIT],
        {"customers": [FOREIGN]},
        2,
    ),
    "call_en": (
        "first_invoice_call",
        {"kind": "call"},
        [row("2026/00288", "2026-11-18")],
        {"customers": [FOREIGN]},
        1,
    ),
}
GREETINGS = ("Distinti saluti", "Cordiali saluti", "Yours faithfully", "Kind regards")
WITH_NOTES = [line | {"references": "DDT 559/26"} for line in many_rows(9)]
SWEEP = {
    f"sweep_{level}_{count}": (
        f"level_{level}", {"letter_level": level}, WITH_NOTES[:count],
        {"previous": PREVIOUS, "settings": settings(payment_qr=False)},
    )
    for level in (2, 3, 4) for count in range(1, 10)
}  # fmt: skip
"""The same letters with one row more each, so that the end falls everywhere on the page."""
LETTERS = [name for name in CASES if not name.startswith("call")]


@dataclass(frozen=True)
class Word:
    """A word on a page, in millimetres."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Look:
    """A letter as pages."""

    facts: dict
    pdf: Path
    words: list
    pages: int

    @property
    def text(self):
        return " ".join(word.text for word in self.words).replace("\u00a0", " ")

    def lines(self, page):
        """The text of a page line by line."""
        found = {}
        for word in sorted((word for word in self.words if word.page == page), key=lambda word: word.left):
            found.setdefault(round(word.bottom), []).append(word.text)
        return [" ".join(found[key]) for key in sorted(found)]


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("letters")
    build_letter_templates(folder / "templates")
    cases = {name: case[:4] for name, case in CASES.items()} | SWEEP
    facts = {name: write(folder, name, case) for name, case in cases.items()}
    to_pdf(folder, [folder / f"{name}.docx" for name in cases])
    keep_pictures(folder)
    return {name: look(folder / f"{name}.pdf", facts[name]) for name in cases}


def write(folder, name, case):
    template, letter, rows, more = case
    facts = contexts([letter], rows, **more)[0]
    path = folder / "templates" / facts["letter"]["language"] / f"{template}.docx"
    (folder / f"{name}.docx").write_bytes(compile_template(path).render(facts))
    return facts


def to_pdf(folder, paths):
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *map(str, paths),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


def keep_pictures(folder):
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in CASES:
        subprocess.run(
            ["pdftoppm", "-r", "80", "-png", str(folder / f"{name}.pdf"), str(PICTURES / name)], check=True
        )


def look(pdf, facts):
    boxes = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    words = list(read_words(boxes))
    return Look(facts, pdf, words, max(word.page for word in words))


def read_words(boxes):
    page = 0
    for line in boxes.splitlines():
        page += "<page " in line
        if found := re.search(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*)</word>', line):
            left, top, right, bottom = (float(value) * POINT for value in found.groups()[:4])
            yield Word(unescape(found[5]), page, left, top, right, bottom)


@pytest.fixture(params=CASES)
def any_look(request, looks):
    return looks[request.param]


@pytest.mark.parametrize("name", CASES)
def test_a_letter_has_the_pages_it_needs(looks, name):
    assert looks[name].pages == CASES[name][-1]


def test_no_word_leaves_the_page(any_look):
    outside = [
        word
        for word in any_look.words
        if word.left < LEFT - 1 or word.right > RIGHT + 1 or word.top < 10 or word.bottom > 291
    ]
    assert outside == []


def test_no_word_stands_in_the_footer_that_is_not_its_own(any_look):
    below = {word.text for word in any_look.words if word.bottom > FOOTER}
    own = " ".join(
        [
            any_look.facts["company"]["name"],
            any_look.facts["company"]["address_line"],
            any_look.facts["company"]["tax_line"],
        ]
    )
    known = (
        set(own.replace("\u00a0", " ").split())
        | {"·", "Pagina", "Page", "di", "of"}
        | {str(page) for page in range(1, 10)}
    )
    internal = {
        "Promemoria",
        "interno",
        "per",
        "l'operatore,",
        "da",
        "non",
        "inviare",
        "al",
        "cliente",
        "Internal",
        "note",
        "for",
        "the",
        "operator,",
        "not",
        "to",
        "be",
        "sent",
        "customer",
    }
    assert {part for text in below for part in text.split("\u00a0")} <= known | internal


def test_no_words_overlap(any_look):
    for page in range(1, any_look.pages + 1):
        words = [word for word in any_look.words if word.page == page]
        assert [pair for pair in combinations(words, 2) if overlap(*pair)] == []


def overlap(one, other):
    """Whether two words cover each other, but for the air that a line leaves around its letters."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0.3 and down > 1


def test_fonts_are_embedded_and_one_family(any_look):
    listed = subprocess.run(
        ["pdffonts", str(any_look.pdf)], check=True, capture_output=True, text=True
    ).stdout
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert fonts
    assert {re.sub(r"^[A-Z]{6}\+|-.*", "", font[0]) for font in fonts} == {"Carlito"}
    assert {font[-5] for font in fonts} == {"yes"}


def test_nothing_of_the_documents_is_cut(any_look):
    text = any_look.text
    for line in any_look.facts["rows"]:
        for name in ("number", "document_date", "due_date", "days", "amount", "paid", "open"):
            assert line[name].replace("\u00a0", " ") in text


@pytest.mark.parametrize("name", LETTERS)
def test_every_page_says_how_many_there_are(looks, name):
    it = looks[name]
    for page in range(1, it.pages + 1):
        assert re.search(rf"(Pagina {page} di|Page {page} of) {it.pages}$", it.lines(page)[-1])


@pytest.mark.parametrize("name", LETTERS)
def test_the_address_stands_in_the_window_and_alone(looks, name):
    it = looks[name]
    seen = [
        word for word in it.words
        if word.page == 1 and word.right > WINDOW["left"] and WINDOW["top"] < word.bottom and word.top < WINDOW["bottom"]
    ]  # fmt: skip
    assert min(word.left for word in seen) >= WINDOW["left"]
    assert max(word.right for word in seen) <= WINDOW["right"]
    shown = " ".join(word.text for word in seen)
    customer = it.facts["customer"]
    lines = (customer["name"], customer["address"], customer["city_line"], customer["country"])
    assert all(line in shown for line in lines)
    assert "ollecito" not in shown
    assert "eminder" not in shown


@pytest.mark.parametrize("name", LETTERS)
def test_what_the_letter_is_about_stands_below_the_window(looks, name):
    subject = next(word for word in looks[name].words if word.text in ("Oggetto:", "Subject:"))
    assert subject.page == 1
    assert WINDOW["bottom"] < subject.top < 105


@pytest.mark.parametrize("name", [*LETTERS, *SWEEP])
def test_a_signature_is_never_alone(looks, name):
    """Greeting, company, signatory and the paragraph before them stand on one page."""
    it = looks[name]
    greeting = next(word for word in it.words if word.text in ("Distinti", "Cordiali", "Yours", "Kind"))
    lines = it.lines(greeting.page)
    place = next(i for i, line in enumerate(lines) if line.startswith(GREETINGS))
    assert any(len(line) > 60 for line in lines[max(place - 3, 1) : place])
    assert it.facts["company"]["name"] in lines[place + 1]
    assert it.facts["company"]["signatory"] in " ".join(lines[place + 2 : place + 5])


@pytest.mark.parametrize("name", ["level_2_40", "level_4_40"])
def test_the_heading_of_a_table_is_repeated_on_its_next_page(looks, name):
    for page in (1, 2):
        assert any(line.startswith("Documento Data Scadenza Giorni") for line in looks[name].lines(page))


@pytest.mark.parametrize("name", LETTERS)
def test_amounts_and_days_end_at_one_line(looks, name):
    it = looks[name]
    for column in ("open", "amount", "days"):
        wanted = {line[column] for line in it.facts["rows"]} - {"", "0,00", "0.00"}
        rows = [
            word
            for word in it.words
            if word.text in wanted and (word.page > 1 or word.top > WINDOW["bottom"])
        ]
        edges = sorted(round(word.right, 1) for word in rows)
        best = max((sum(abs(edge - other) < 0.4 for other in edges) for edge in edges), default=0)
        assert best >= len(wanted)


@pytest.mark.parametrize(
    ("name", "has_code"), [("level_1", True), ("level_4_40", False), ("level_1_bare", False)]
)
def test_the_payment_code_is_there_or_leaves_no_trace(looks, name, has_code):
    images = subprocess.run(
        ["pdfimages", "-list", str(looks[name].pdf)], check=True, capture_output=True, text=True
    ).stdout
    assert (len(images.splitlines()) > 2) is has_code
    assert ("app della banca" in looks[name].text) is has_code
