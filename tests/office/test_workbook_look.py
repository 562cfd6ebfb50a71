"""The workbook as a user sees it: LibreOffice computes and draws every sheet, pictures are kept to be looked at."""

import re
import subprocess
from pathlib import Path

import pytest

from xlcredit.bucket_words import bucket_words
from xlcredit.build.layout import SHEETS
from xlcredit.build.sample import sample_frames
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.ledger import typed_frame
from xlcredit.operations.propose import propose
from xlcredit.operations.refresh import refresh
from xlcredit.schema import TABLES

pytestmark = pytest.mark.office

PICTURES = Path(__file__).parents[2] / "pictures" / "workbook"
FAULTS = ("###", "Err:", "#NAME", "#NOME", "#REF", "#RIF", "#VALUE", "#VALORE", "#DIV", "#N/A", "#N/D")
ONE_PAGE = (
    "guide",
    "dashboard",
    "decisions",
    "levels",
    "promises",
    "plans",
)
"""Sheets that the sample fills to one page at most."""


def pages_of(path, folder):
    """The text of each page, in the order of the sheets."""
    command = [
        "soffice",
        f"-env:UserInstallation=file://{folder / 'profile'}",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run([*command, "--outdir", folder, path], check=True, capture_output=True, timeout=300)
    command = ["pdftotext", "-layout", folder / f"{path.stem}.pdf", "-"]
    text = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    return text.decode().split("\f")[:-1]


def keep_pictures(pages, pdf):
    """One picture of each sheet's first page, to be looked at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob(f"{pdf.stem}-*.png"):
        old.unlink()
    first = 1
    for key, found in pages.items():
        target = PICTURES / f"{pdf.stem}-{first:02}-{key}"
        command = ["pdftoppm", "-r", "80", "-png", "-singlefile", "-f", str(first), pdf, target]
        subprocess.run(command, check=True, timeout=60)
        first += len(found)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(scope="module")
def sample(language, tmp_path_factory):
    """The sample, refreshed and with its letters proposed, as pages by sheet key."""
    folder = tmp_path_factory.mktemp(f"look_{language}")
    path = folder / f"sample_{language}.xlsm"
    build_workbook(path, language=language, frames=sample_frames(language))
    refreshed = refresh(path)
    propose(path)
    pages = by_sheet(pages_of(path, folder), language)
    keep_pictures(pages, path.with_suffix(".pdf"))
    return pages, refreshed


def by_sheet(pages, language):
    """Sheet key -> its pages; the foot of each page names the sheet."""
    words = Catalogue(language)
    names = {words.sheet(layout.key): layout.key for layout in SHEETS}
    found = {key: [] for key in names.values()}
    for page in pages:
        foot = page.strip().splitlines()[-1]
        name = re.sub(r"\s{2,}(Pagina|Page) \d+ .*$", "", foot.strip().removeprefix("xlcredit")).strip()
        found[names[name]].append(page)
    return found


def test_every_sheet_is_drawn(sample):
    assert [key for key, pages in sample[0].items() if not pages] == []


def test_no_cell_is_too_narrow_or_in_error(sample):
    pages = {key: pages for key, pages in sample[0].items() if key != "formulas"}
    text = "\n".join(page for found in pages.values() for page in found)
    assert [fault for fault in FAULTS if fault in text] == []


def test_formulas_show_the_results_they_were_built_with(sample, language):
    """But those over a range, which LibreOffice computes itself, and cannot without the functions."""
    examples, _, _ = "\n".join(sample[0]["formulas"]).partition(Catalogue(language).text("formulas.range"))
    assert [fault for fault in ("###", "Err:", "#NAME", "#VALUE") if fault in examples] == []
    assert all(result in examples for result in ("25.03", "1,065.03", "10.15%", "31/03/2036"))


@pytest.mark.parametrize("key", ONE_PAGE)
def test_a_short_sheet_is_one_page(sample, key):
    assert len(sample[0][key]) == 1


def test_the_worklist_is_two_pages_wide_to_be_read(sample):
    assert len(sample[0]["worklist"]) == 2


def test_long_sheets_repeat_their_headers(sample, language):
    header = Catalogue(language).header("invoices", "invoice_id").split()[0]
    assert len(sample[0]["invoices"]) > 2
    assert all(header in page for page in sample[0]["invoices"])


def figure(page, label):
    line = next(line for line in page.splitlines() if label in line)
    return re.search(re.escape(label) + r"\s+(-?[\d.,]+)", line).group(1)


def cents(text):
    """LibreOffice without a locale writes 1,234.56."""
    return round(float(text.replace(",", "")) * 100)


def test_the_dashboard_adds_up_to_the_assessment(sample, language):
    pages, refreshed = sample
    rows, words = refreshed.assessment.rows, Catalogue(language)
    own = rows[(rows["row_currency"] == "EUR") & ~rows["is_credit"]]
    late = own[own["days_overdue"].fillna(0) > 0]
    page = pages["dashboard"][0]
    assert cents(figure(page, words.text("build.dashboard.open"))) == own["open_amount"].sum()
    assert cents(figure(page, words.text("build.dashboard.overdue"))) == late["open_amount"].sum()
    buckets = own.groupby(own["bucket"].astype("str"))["open_amount"].sum().drop("nan", errors="ignore")
    assert {code: cents(figure(page, bucket_words(code, words))) for code in buckets.index} == dict(buckets)
    assert buckets.sum() == own["open_amount"].sum()


def test_the_buckets_of_the_dashboard_sum_to_what_is_open_without_due_dates_too(language, tmp_path):
    words, path = Catalogue(language), tmp_path / "undated.xlsm"
    frame = typed_frame(
        TABLES["invoices"],
        {
            "invoice_id": ["1", "2", "3", "4", "5", "6"],
            "document_type": ["invoice"] * 3 + ["credit_note", "invoice", "invoice"],
            "currency": ["EUR", None, "€", "Euro", "USD", "euro"],
            "open_amount": [100_00, 20_00, 3_00, -50_00, 700_00, 0],
            "days_overdue": [None, -5, 31, None, 31, None],
        },
    )
    build_workbook(path, language=language, frames={"invoices": frame})
    page = by_sheet(pages_of(path, tmp_path), language)["dashboard"][0]
    found = {
        code: cents(figure(page, bucket_words(code, words)))
        for code in ("not_due", "1-30", "31-60", "61-90", "91-180", "180+")
    }
    assert found == {"not_due": 120_00, "1-30": 0, "31-60": 3_00, "61-90": 0, "91-180": 0, "180+": 0}
    total = next(
        line for line in page.splitlines() if line.strip().startswith(words.text("build.dashboard.total"))
    )
    assert re.findall(r"[\d.,]+", total)[:2] == ["123.00", "3"]
    shown = {
        key: figure(page, words.text(f"build.dashboard.{key}"))
        for key in ("open", "credits", "other_currencies")
    }
    assert (cents(shown["open"]), cents(shown["credits"]), shown["other_currencies"]) == (123_00, 50_00, "1")


def test_only_letters_that_say_yes_are_counted_as_proposed(language, tmp_path):
    words, path = Catalogue(language), tmp_path / "proposal.xlsm"
    frame = typed_frame(
        TABLES["proposal"], {"customer_id": ["1", "2", "3", "4"], "send": [True, None, False, True]}
    )
    build_workbook(path, language=language, frames={"proposal": frame})
    page = by_sheet(pages_of(path, tmp_path), language)["dashboard"][0]
    assert figure(page, words.text("build.dashboard.proposed")) == "2"


def test_the_dashboard_counts_what_waits(sample, language):
    pages, refreshed = sample
    words, page = Catalogue(language), pages["dashboard"][0]
    waiting = (~refreshed.assessment.decisions["is_decided"]).sum()
    assert int(figure(page, words.text("build.dashboard.decisions"))) == waiting
    assert int(figure(page, words.text("build.dashboard.findings"))) >= len(refreshed.findings)
    assert int(figure(page, words.text("build.dashboard.proposed"))) > 10


def test_the_dashboard_ranks_the_largest_debtors(sample):
    pages, refreshed = sample
    customers = refreshed.assessment.customers.assign(name=refreshed.opened.ledger.customers["name"])
    largest = customers.sort_values("overdue", ascending=False)["name"].head(10)
    places = [pages["dashboard"][0].find(name) for name in largest]
    assert -1 not in places
    assert places == sorted(places)


def test_the_worklist_has_a_number_and_a_word_to_click(sample, language):
    pages, refreshed = sample
    first = refreshed.assessment.worklist.iloc[0]
    # two pages wide: the names stand on both, the links on the second
    line = next(line for line in pages["worklist"][-1].splitlines() if first["customer_name"] in line)
    assert first["phone"] in line
    assert line.rstrip().endswith(Catalogue(language).text("build.links.write_shown"))


def test_the_dispute_charts_name_what_the_table_holds(sample, language):
    page, words = sample[0]["dispute_statistics"][0], Catalogue(language)
    assert words.text("build.dispute_statistics.chart_reason", currency="EUR") in page
    assert words.text("build.dispute_statistics.chart_department", currency="EUR") in page
    reason = words.choice("dispute_reason", "invoice_error").split()
    # in the table and beside its bar, where it may take two lines
    assert min(page.count(word) for word in reason) == 2


def test_the_dispute_charts_add_up_and_keep_equal_amounts_apart(language, tmp_path):
    """Price in two departments, two departments with the same amount, one line without a department."""
    words, path = Catalogue(language), tmp_path / "disputes.xlsm"
    frame = typed_frame(
        TABLES["dispute_statistics"],
        {
            "reason": ["price", "quality", "price", "delivery"],
            "department": ["Alfa", "Beta", "Gamma", None],
            "amount": [300_00, 250_00, 250_00, 111_00],
        },
    )
    build_workbook(path, language=language, frames={"dispute_statistics": frame})
    page = by_sheet(pages_of(path, tmp_path), language)["dispute_statistics"][0]
    for bar, times in (("550", 1), ("300", 1), ("250", 3), ("111", 2)):
        assert len(re.findall(rf"(?<![\d.,]){bar}(?![\d.,])", page)) == times, bar
    assert page.count("Beta") == page.count("Gamma") == 2
    # a name may take two lines beside its bar
    assert all(word in page for word in words.text("build.dispute_statistics.blank").split())


def test_an_empty_workbook_is_drawn_without_errors(language, tmp_path):
    path = tmp_path / "empty.xlsm"
    build_workbook(path, language=language)
    pages = by_sheet(pages_of(path, tmp_path), language)
    text = "\n".join(page for key, found in pages.items() if key != "formulas" for page in found)
    assert [fault for fault in FAULTS if fault in text] == []
