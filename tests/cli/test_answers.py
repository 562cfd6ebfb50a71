"""`--json`: the keys that programs rely on, amounts as decimal strings, dates ISO."""

import json
import re

import pandas as pd
import pytest
from companies import LEDGER_CSV, copy_book, invoices, make_book

DECIMAL = re.compile(r"-?\d+\.\d\d")
DAY = "2026-10-30"


@pytest.fixture(scope="module")
def bytes_of_book(tmp_path_factory):
    return copy_book(tmp_path_factory.mktemp("book") / "book.xlsm").read_bytes()


@pytest.fixture
def book(tmp_path, bytes_of_book):
    path = tmp_path / "book.xlsm"
    path.write_bytes(bytes_of_book)
    return path


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "scadenzario.csv"
    path.write_text(LEDGER_CSV, encoding="utf-8")
    return path


def test_run_answers_day_totals_and_findings(xlcredit, book):
    answer = xlcredit("run", book, "--json")

    data = json.loads(answer.out)
    assert data.keys() == {"as_of", "changed", "totals", "findings"}
    assert data["as_of"] == DAY
    assert data["totals"][0].keys() == {"bucket", "currency", "open_amount", "rows"}
    assert all(DECIMAL.fullmatch(line["open_amount"]) for line in data["totals"])
    assert sum(float(line["open_amount"]) for line in data["totals"]) == 6000
    assert answer.err == ""


def test_propose_answers_one_entry_a_letter(xlcredit, book):
    data = json.loads(xlcredit("propose", book, "--json").out)

    assert data.keys() == {"as_of", "letters", "preflight", "findings"}
    assert data["letters"][0].keys() == {
        "customer_id", "currency", "letter_level", "rows", "open_amount", "total_due", "channel", "warnings",
    }  # fmt: skip
    assert [letter["customer_id"] for letter in data["letters"]] == ["C003", "C001", "C002"]
    assert [letter["open_amount"] for letter in data["letters"]] == ["1200.00", "1500.00", "2500.00"]


def test_letters_answers_what_was_issued_and_what_was_left_out(xlcredit, book, tmp_path):
    data = json.loads(xlcredit("letters", book, "--out", tmp_path / "out", "--json").out)

    assert data.keys() == {"as_of", "letters", "index", "pdf", "left_out", "stopped", "findings"}
    assert data["letters"][0].keys() == {
        "reminder_id", "customer_id", "currency", "letter_level", "rows", "open_amount", "total_due", "channel",
        "file",
    }  # fmt: skip
    assert data["left_out"] == {"dropped": [], "unseen": [], "unticked": [], "unapproved": []}


FINDING = {
    "code",
    "table",
    "column",
    "row",
    "position",
    "found",
    "count",
    "needs_person",
    "message",
    "remedy",
}


def test_check_answers_findings(xlcredit, tmp_path):
    unknown = "invoice_id customer_id document_date due_date amount\n1/2026 C099 2026-09-20 2026-10-20 100000"
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(unknown))
    before = book.read_bytes()

    answer = xlcredit("check", book, "--json")

    data = json.loads(answer.out)
    assert data.keys() == {"as_of", "findings"}
    assert data["findings"][0].keys() == FINDING
    assert answer.code == 1
    assert book.read_bytes() == before


def test_a_workbook_without_findings_is_answered_by_0(xlcredit, book):
    assert xlcredit("check", book).code == 0


@pytest.mark.parametrize("command", [("run",), ("propose",), ("letters", "--out")])
def test_findings_that_need_a_person_are_answered_by_1(xlcredit, tmp_path, command):
    unknown = "invoice_id customer_id document_date due_date amount\n1/2026 C099 2026-09-20 2026-10-20 100000"
    book = make_book(tmp_path / "book.xlsm", invoices=invoices(unknown))
    name, *out = command

    assert xlcredit(name, book, *out, *([tmp_path / "out"] if out else [])).code == 1


def test_assess_answers_rows_totals_and_findings(xlcredit, ledger):
    data = json.loads(xlcredit("assess", ledger, "--as-of", DAY, "--kind", "business", "--json").out)

    assert data.keys() == {"as_of", "rows", "totals", "findings"}
    row = data["rows"][0]
    assert row["invoice_id"] == "11/2026"
    assert row["open_amount"] == "1000.00"
    assert row["due_date"] == "2026-08-31"
    assert (row["days_overdue"], row["level_sent"], row["bucket"]) == (60, 1, "31-60")
    assert len(data["rows"]) == 3


def test_interest_answers_its_segments(xlcredit):
    answer = xlcredit(
        "interest", "--amount", "1000", "--due", "2026-01-31", "--as-of", "2026-02-20", "--payment",
        "2026-02-10:400", "--json",
    )  # fmt: skip

    data = json.loads(answer.out)
    assert data.keys() == {"interest", "days", "open_amount", "lump_sum", "total_due", "segments"}
    assert [set(segment) for segment in data["segments"]] == [
        {"from", "to", "days", "balance", "rate", "interest"}
    ] * 2
    assert [(segment["from"], segment["to"], segment["balance"]) for segment in data["segments"]] == [
        ("2026-02-01", "2026-02-10", "1000.00"),
        ("2026-02-11", "2026-02-20", "600.00"),
    ]
    assert {segment["rate"] for segment in data["segments"]} == {"10.15"}
    assert (data["interest"], data["open_amount"], data["lump_sum"], data["total_due"]) == (
        "4.45", "600.00", "40.00", "644.45",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "due", "as_of", "interest"),
    [
        ("1.000,00", "2025-12-31", "2026-03-31", "25.03"),
        ("1000", "2026-06-20", "2026-07-10", "5.63"),
        ("10000", "2014-12-11", "2015-12-11", "805.55"),
        ("1000", "2026-06-20", "2026-06-20", "0.00"),
    ],
)
def test_interest_of_the_worked_examples(xlcredit, amount, due, as_of, interest):
    answer = xlcredit("interest", "--amount", amount, "--due", due, "--as-of", as_of, "--json")

    assert json.loads(answer.out)["interest"] == interest


def test_interest_past_the_last_published_rate_is_refused(xlcredit):
    answer = xlcredit(
        "interest", "--amount", "1000", "--due", "2026-06-20", "--as-of", "2027-01-01", "--json"
    )

    assert answer.code == 2
    assert answer.out == ""


@pytest.mark.parametrize(
    ("document", "terms", "days"),
    [
        ("2026-01-15", "60 gg DFFM", ["2026-03-31"]),
        ("2026-01-15", "30 gg FM+10", ["2026-03-10"]),
        ("2026-01-31", "30 gg FM", ["2026-02-28"]),
        ("2026-01-31", "30 gg DF", ["2026-03-02"]),
    ],
)
def test_due_dates_of_the_worked_examples(xlcredit, document, terms, days):
    data = json.loads(xlcredit("due", "--document-date", document, "--terms", terms, "--json").out)

    assert data.keys() == {"due_date", "instalments"}
    assert data["due_date"] == days[0]
    assert [instalment["due_date"] for instalment in data["instalments"]] == days


def test_shares_of_instalments_add_up(xlcredit):
    from decimal import Decimal

    data = json.loads(
        xlcredit("due", "--document-date", "2026-01-15", "--terms", "30/60/90 DFFM", "--json").out
    )

    assert len(data["instalments"]) == 3
    assert abs(sum(Decimal(line["share"]) for line in data["instalments"]) - 1) < Decimal("0.001")


# --- assess: files and options


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_assessed_rows_are_written_as_the_extension_says(xlcredit, ledger, tmp_path, suffix):
    out = tmp_path / f"valutate{suffix}"

    xlcredit("assess", ledger, "--as-of", DAY, "--kind", "business", "--out", out)

    read = {
        ".csv": lambda: pd.read_csv(out)["days_overdue"],
        ".xlsx": lambda: pd.read_excel(out, engine="openpyxl")["Giorni di ritardo"],
        ".parquet": lambda: pd.read_parquet(out)["days_overdue"],
        ".json": lambda: pd.Series(
            [row["days_overdue"] for row in json.loads(out.read_text("utf-8"))["rows"]]
        ),
    }[suffix]
    assert read().tolist() == [60, 30, 10]


def test_assess_does_not_overwrite(xlcredit, ledger):
    answer = xlcredit("assess", ledger, "--out", ledger)

    assert answer.code == 2
    assert ledger.read_text("utf-8") == LEDGER_CSV


def test_a_header_can_be_named(xlcredit, tmp_path):
    path = tmp_path / "strano.csv"
    path.write_text(LEDGER_CSV.replace("Scadenza", "Entro quando"), encoding="utf-8")

    answer = xlcredit(
        "assess", path, "--as-of", DAY, "--map", "due_date=Entro quando", "--kind", "business", "--json"
    )

    assert [row["days_overdue"] for row in json.loads(answer.out)["rows"]] == [60, 30, 10]


def test_the_kind_of_customers_decides_their_interest(xlcredit, ledger):
    def interest(kind):
        answer = xlcredit("assess", ledger, "--as-of", DAY, "--kind", kind, "--json")
        return float(json.loads(answer.out)["rows"][0]["interest"])

    assert interest("business") > interest("consumer") > 0


def test_the_cycle_decides_the_level(xlcredit, ledger):
    answer = xlcredit("assess", ledger, "--as-of", DAY, "--kind", "business", "--cycle", "none", "--json")

    assert {row["level_next"] for row in json.loads(answer.out)["rows"]} == {None}


def test_a_policy_of_ones_own_replaces_buckets(xlcredit, ledger, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("buckets: [15, 45]\n", encoding="utf-8")

    answer = xlcredit("assess", ledger, "--as-of", DAY, "--kind", "business", "--policy", policy, "--json")

    assert [row["bucket"] for row in json.loads(answer.out)["rows"]] == ["45+", "16-45", "1-15"]


def test_what_does_not_fit_into_the_day_is_told():
    import pandas as pd

    from xlcredit.catalogue import Catalogue
    from xlcredit.operations.wording import left_over_lines

    left = pd.DataFrame({"operator": ["anna", None], "lines": [2, 1], "minutes": [25, 10]})

    assert left_over_lines(left, Catalogue("it")) == [
        "2 clienti non entrano nella giornata di anna (25 minuti): restano per domani.",
        "Un cliente senza operatore non entra nella giornata (10 minuti): resta per domani.",
    ]


@pytest.mark.parametrize("day", ["2026-01-15", "15/01/2026", "15/1/26", "15 gennaio 2026"])
def test_a_day_may_be_written_as_in_a_cell(xlcredit, day):
    answer = xlcredit("due", "--document-date", day, "--terms", "30 gg FM")
    assert answer.out.startswith("Rata 1: 28/02/2026")


def test_a_payment_may_bear_its_day_as_in_a_cell(xlcredit):
    told = [
        xlcredit("interest", "--amount", "1.000,00", "--due", "15/01/2026", "--as-of", "30/06/2026", "--payment", f"{day}:400")
        for day in ("2026-02-10", "10/02/2026")
    ]  # fmt: skip
    assert told[0].out == told[1].out != ""
