"""A plainly fictional creditor with its debtors: frames for `letter_contexts`, of as many letters and rows as asked."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd

from xlcredit.catalogue import Catalogue
from xlcredit.letters.context import letter_contexts
from xlcredit.schema import CUSTOMERS, DTYPES

AS_OF = dt.date(2026, 11, 21)
CATALOGUES = {language: Catalogue(language) for language in ("it", "en")}
POLICY = SimpleNamespace(buckets=(30, 60, 90, 180))
KIND_OF_LEVEL = {0: "courtesy", 1: "reminder", 2: "formal", 3: "final", 4: "formal_notice"}
SHOWS = {
    "courtesy": "no",
    "reminder": "no",
    "formal": "reserve",
    "final": "amounts",
    "formal_notice": "amounts",
}
RESPONSE_DAYS = {"reminder": 10, "formal": 10, "final": 7, "formal_notice": 15}

SETTINGS = {
    "company_name": "Ferramenta Valdarno S.r.l.",
    "company_address": "Via dei Fabbri 12",
    "company_postcode": "52025",
    "company_city": "Montevarchi",
    "company_province": "AR",
    "company_country": "IT",
    "company_vat_number": "01234560517",
    "company_tax_code": "01234560517",
    "company_email": "amministrazione@ferramentavaldarno.example",
    "company_pec": "ferramentavaldarno@pec.example",
    "company_phone": "055 0123456",
    "company_iban": "IT60X0542811101000000123456",
    "company_bank": "Banca dell'Esempio, filiale di Montevarchi",
    "company_bic": "BLOPIT22",
    "signatory": "Dott.ssa Lucia Fantini",
    "signatory_role": "Direzione amministrativa",
    "place": "",
    "language": "it",
    "payment_qr": True,
}
CUSTOMER = {
    "customer_id": "C0042",
    "name": "Rossi & Figli S.n.c. di Rossi Aldo e C.",
    "vat_number": "00998877665",
    "tax_code": "00998877665",
    "address": "Via Aretina 118",
    "postcode": "50136",
    "city": "Firenze",
    "province": "FI",
    "country": "IT",
    "language": "it",
    "email": "contabilita@rossiefigli.example",
    "pec": "rossiefigli@pec.example",
    "phone": "055 7654321",
    "dunning_contact": "Ufficio contabilità fornitori",
    "sales_person": "Marco Bini",
    "kind": "business",
}


def settings(**changes):
    return SimpleNamespace(**(SETTINGS | changes))


def customers_frame(*customers):
    frame = pd.DataFrame([CUSTOMER | customer for customer in customers], columns=CUSTOMERS.by_key)
    for column in CUSTOMERS.columns:
        dtype = pd.CategoricalDtype(column.choices) if column.choices else DTYPES[column.type]
        frame[column.key] = frame[column.key].astype(dtype)
    return frame


def letters_frame(*letters):
    base = {"currency": "EUR", "customer_id": "C0042", "channel": "pec", "cycle": "standard", "template": ""}
    lines = []
    for position, letter in enumerate(letters):
        kind = letter.get("kind", KIND_OF_LEVEL.get(letter.get("letter_level"), "reminder"))
        own = {
            "letter": position,
            "reminder_id": f"S-2026-{57 + position:05}",
            "kind": kind,
            "letter_level": None,
            "response_days": RESPONSE_DAYS.get(kind),
            "shows_interest": SHOWS.get(kind, "no"),
            "interest_covered_to": AS_OF,
        }
        lines.append(base | own | letter)
    frame = pd.DataFrame(lines)
    frame["interest_covered_to"] = pd.to_datetime(frame["interest_covered_to"]).astype("datetime64[s]")
    return frame.astype({"letter_level": "Int64", "response_days": "Int64"})


def row(number="2026/00231", due="2026-08-31", amount=122_000, paid=0, letter=0, **changes):
    due = dt.date.fromisoformat(due)
    days = (AS_OF - due).days
    base = {
        "letter": letter, "invoice_id": number, "instalment": None, "document_type": "invoice",
        "document_date": due - dt.timedelta(days=31), "due_date": due, "amount": amount, "paid_amount": paid,
        "open_amount": amount - paid, "days_overdue": days, "interest": max(days, 0) * (amount - paid) // 3_600,
        "lump_sum": 4_000 if days > 0 else 0, "row_level": 1, "is_proposed": days > 0, "references": None,
    }  # fmt: skip
    return base | changes


def rows_frame(*rows):
    frame = pd.DataFrame(list(rows))
    frame["total_due"] = frame["open_amount"] + frame["interest"] + frame["lump_sum"]
    numbers = (
        "instalment",
        "amount",
        "paid_amount",
        "open_amount",
        "days_overdue",
        "interest",
        "lump_sum",
        "total_due",
        "row_level",
    )
    for column in {"document_date", "due_date", "contract_date"} & set(frame):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame.astype(dict.fromkeys(numbers, "Int64") | {"invoice_id": "str", "references": "str"})


def segments_frame(rows):
    """Two lines a late document, split at the half-year where it falls between."""
    lines = []
    for claim, late in enumerate(rows.itertuples()):
        if late.days_overdue <= 0 or late.interest == 0:
            continue
        lines += _split_at_half_year(claim, late)
    columns = ["claim", "from", "to", "days", "balance", "rate", "interest"]
    frame = pd.DataFrame(lines, columns=columns)
    for column in ("from", "to"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame.astype(dict.fromkeys(("claim", "days", "balance", "rate", "interest"), "Int64"))


def _split_at_half_year(claim, late):
    first, half = (late.due_date + pd.Timedelta(days=1)).date(), dt.date(2026, 7, 1)
    spans = (
        [(first, AS_OF, 1040)]
        if first >= half
        else [(first, half - dt.timedelta(days=1), 1015), (half, AS_OF, 1040)]
    )
    interest = int(late.interest)
    for start, end, rate in spans:
        days = (end - start).days + 1
        part = interest if end == AS_OF else int(late.interest) * days // int(late.days_overdue)
        interest -= part
        yield claim, start, end, days, late.open_amount, rate, part


def previous_frame(*letters):
    columns = ["customer_id", "currency", "reminder_id", "date", "letter_level", "kind", "channel"]
    base = {"customer_id": "C0042", "currency": "EUR", "letter_level": 1, "channel": "email"}
    frame = pd.DataFrame([base | letter for letter in letters], columns=columns)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[s]")
    return frame


REMINDED = {"reminder_id": "S-2026-00012", "date": "2026-10-05", "kind": "reminder", "channel": "email"}
REMINDED_FORMALLY = {"reminder_id": "S-2026-00031", "date": "2026-10-23", "kind": "formal", "channel": "pec"}


def contexts(letters, rows, customers=(CUSTOMER,), **more):
    """The facts of some letters; `more`: previous, settings, segments."""
    rows = rows_frame(*rows)
    segments = more.get("segments")
    found = letter_contexts(
        letters_frame(*letters),
        rows,
        customers_frame(*customers),
        previous_frame(*more.get("previous", ())),
        segments_frame(rows) if segments is None else segments,
        more.get("settings") or settings(),
        POLICY,
        CATALOGUES,
        AS_OF,
    )
    return list(found)


def many_rows(count, seed=7):
    """Documents of every age and size, some paid in part, by due date."""
    draw = np.random.default_rng(seed)
    start = dt.date(2026, 2, 28)
    rows = []
    for number in range(count):
        due = start + dt.timedelta(days=int(draw.integers(0, 250)))
        amount = int(draw.integers(8_000, 2_500_000))
        paid = amount // 3 if number % 4 == 1 else 0
        rows.append(row(f"2026/{100 + number:05}", due.isoformat(), amount, paid))
    return rows


PLAN = {
    "plan": {
        "id": "P26\u201103", "made_on": "20/11/2026", "number": "3", "owed": "1.220,00 €", "interest": "12,40 €",
        "total": "1.232,40 €", "waived": "0,00 €", "first_date": "31/12/2026", "tolerance": "3",
        "missed_number": "1", "missed_date": "31/12/2026", "missed_amount": "410,80 €",
        "missed_is_paid": False,
        "is_settlement": False, "is_single": False, "has_numbers": True, "has_interest": True,
    },
    "instalments": [
        {"number": str(number), "due_date": day, "amount": "410,80"}
        for number, day in ((1, "31/12/2026"), (2, "31/01/2027"), (3, "28/02/2027"))
    ],
}  # fmt: skip
"""What the letters of a plan say besides."""
