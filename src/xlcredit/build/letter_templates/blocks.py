"""The ready parts of a letter: tables, totals, payment, signature, interest lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docx.shared import Mm

from xlcredit.build.letter_templates.page import add_optional
from xlcredit.build.letter_templates.picture import placeholder_png
from xlcredit.build.letter_templates.styles import SHADE
from xlcredit.build.letter_templates.word import (
    WIDTH,
    add_heading_row,
    add_paragraph,
    add_row,
    add_table,
    add_tag,
    add_tag_row,
    align_right,
    fill_cell,
    shade,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from docx.document import Document
    from docx.table import Table, _Cell

Words = dict[str, Any]

DOCUMENT_COLUMNS = ("document", "document_date", "due_date", "days_short", "amount", "paid", "open")
DOCUMENT_WIDTHS = (49, 21, 21, 13, 23, 20, 23)
CHARGED_WIDTHS = (35, 20, 20, 12, 22, 19, 22, 20)
DOCUMENT_VALUES = ("document_date", "due_date", "days", "amount", "paid", "open")
INTEREST_COLUMNS = ("document", "from", "to", "interest_days", "balance_due", "rate", "interest")
INTEREST_WIDTHS = (49, 21, 21, 14, 24, 19, 22)
LINES_WHEN_LATE = {
    "overdue": 'letter.interest == "amounts" or letter.has_credits or letter.has_fee',
    "credits": "letter.has_credits",
    "interest": 'letter.interest == "amounts" and letter.has_interest',
    "lump_sum": 'letter.interest == "amounts" and letter.has_lump_sum',
    "fee": "letter.has_fee",
}
LINES_BEFORE_DUE = {
    "overdue": "letter.has_overdue",
    "not_due": "letter.has_not_due and (letter.has_overdue or letter.has_credits)",
    "credits": "letter.has_credits",
}
"""The lines above the total, each with what makes it worth a line."""

KEPT_TOGETHER = 12
"""Instalments that still stand on one page; a longer table would leave half a page empty before it."""

QR_SIZE = 30
QR_MARK = "xlcredit:qr"
"""The picture's alternative text: by it the engine finds what to replace or remove."""


def add_documents(document: Document, words: Words) -> None:
    """The documents listed, and the total asked for."""
    add_document_table(document, words, DOCUMENT_WIDTHS)
    _add_totals(document, words, LINES_WHEN_LATE)


def add_documents_before_due(document: Document, words: Words) -> None:
    """The same for documents that fall due: days late stand there only if some are late already."""
    heading = f"{{% if letter.has_overdue %}}{words['days_short']}{{% endif %}}"
    add_document_table(document, words | {"days_short": heading}, DOCUMENT_WIDTHS)
    _add_totals(document, words, LINES_BEFORE_DUE)


def add_documents_with_charges(document: Document, words: Words) -> None:
    """The same with each document's interest, where the letter shows any."""
    add_tag(document, 'if letter.interest == "amounts"')
    add_document_table(document, words, CHARGED_WIDTHS, ("interest",))
    add_tag(document, "else")
    add_document_table(document, words, DOCUMENT_WIDTHS)
    add_tag(document, "endif")
    _add_totals(document, words, LINES_WHEN_LATE)


def add_documents_to_balance(document: Document, words: Words) -> None:
    """The open documents and the balance."""
    _add_documents_and_balance(document, words)
    add_paragraph(document, "", "Gap")


def add_documents_of_plan(document: Document, words: Words) -> None:
    """The same; with interest in the plan, how the balance becomes the sum of the instalments."""
    table = _add_documents_and_balance(document, words)
    with_interest = "plan.has_interest"
    _add_total(table, words["plan_interest"], "{{ plan.interest }}", with_interest)
    _add_total(table, words["plan_total"], "{{ plan.total }}", with_interest, bold=True)
    add_paragraph(document, "", "Gap")


def _add_documents_and_balance(document: Document, words: Words) -> Table:
    add_document_table(document, words, DOCUMENT_WIDTHS)
    table = _totals_table(document)
    _add_total(table, words["balance"], "{{ totals.open }}", bold=True)
    return table


def add_document_table(
    document: Document, words: Words, widths: tuple[int, ...], more: tuple[str, ...] = ()
) -> None:
    """The documents, one a row, with what belongs to one of them in small print below its number.

    Args:
        document: where it is added.
        words: the labels.
        widths: of the columns, millimetres.
        more: columns after the residue.
    """
    table = add_table(document, widths, "Letter Table")
    numbers = len(widths) - 1
    headings = [words[column] for column in (*DOCUMENT_COLUMNS, *more)]
    add_heading_row(table, headings, ["Table Heading", *["Table Heading Number"] * numbers])
    add_tag_row(table, "for r in rows")
    values = [f"{{{{ r.{name} }}}}" for name in (*DOCUMENT_VALUES, *more)]
    texts = ["{{ r.document_type }} {{ r.number }}", *values]
    row = add_row(table, texts, ["Table Text", *["Table Number"] * numbers])
    add_optional(row.cells[0], "r.instalment", words["instalment"], "Table Note")
    add_optional(row.cells[0], "r.deductions", words["deductions"], "Table Note")
    add_optional(row.cells[0], "r.references", "{{ r.references }}", "Table Note")
    add_tag_row(table, "endfor")


def _add_totals(document: Document, words: Words, lines: dict[str, str]) -> None:
    """What the total is made of, where it is more than one thing, and the total."""
    table = _totals_table(document)
    for name, condition in lines.items():
        _add_total(table, words[f"total_{name}"], f"{{{{ totals.{name} }}}}", condition)
    _add_total(table, words["to_pay"], "{{ totals.total }}", bold=True)
    add_paragraph(document, "", "Gap")


def _totals_table(document: Document) -> Table:
    table = add_table(document, (72, 34), "Letter Totals")
    align_right(table)
    return table


def _add_total(table: Table, label: str, value: str, condition: str = "", *, bold: bool = False) -> None:
    if condition:
        add_tag_row(table, f"if {condition}")
    texts = [f"**{text}**" if bold else text for text in (label, value)]
    row = add_row(table, texts, ["Total", "Total Number"])
    if bold:
        shade(row, SHADE)
    if condition:
        add_tag_row(table, "endif")


def add_notes(document: Document, words: Words) -> None:
    """What explains the table: documents not due yet, credits."""
    add_optional(document, "letter.has_not_due", words["shared_not_due"], "Body Text")
    add_optional(document, "letter.has_credits", words["shared_credits"], "Body Text")


def add_interest_note(document: Document, words: Words) -> None:
    """On what the charges rest, and that interest goes on."""
    add_optional(document, 'letter.interest == "amounts"', words["shared_interest"], "Body Text")


def add_payment(document: Document, words: Words) -> None:
    """Account, reference and payment code, where the company has an account."""
    add_tag(document, "if payment.iban and letter.has_total")
    table = add_table(document, (WIDTH - QR_SIZE - 16, QR_SIZE + 16), "Letter Box")
    left, right = add_row(table, ["", ""], ["Table Text", "Table Text"]).cells
    _add_payment_lines(left, words)
    _add_code(right, words)
    add_tag(document, "endif")
    add_paragraph(document, "", "Gap")


def _add_payment_lines(cell: _Cell, words: Words) -> None:
    _add_account_lines(cell, words["payment"], words)
    _line(cell, words["pay_amount"], "**{{ totals.total }}**")
    _line(cell, words["pay_reference"], "**{{ payment.reference }}**")
    add_optional(cell, "letter.deadline", f"{words['pay_by']}\t**{{{{ letter.deadline }}}}**", "Payment")


def _add_account_lines(cell: _Cell, heading: str, words: Words) -> None:
    fill_cell(cell, f"**{heading}**", "Payment")
    _line(cell, words["holder"], "{{ payment.holder }}")
    _line(cell, words["iban"], "**{{ payment.iban }}**")
    for variable in ("bank", "bic"):
        text = f"{words[variable]}\t{{{{ payment.{variable} }}}}"
        add_optional(cell, f"payment.{variable}", text, "Payment")


def _line(cell: _Cell, label: str, value: str) -> None:
    add_paragraph(cell, f"{label}\t{value}", "Payment")


def _add_code(cell: _Cell, words: Words) -> None:
    """The place of the payment code; the engine swaps the picture or takes it away."""
    paragraph = fill_cell(cell, "", "Payment Code")
    picture: Any = paragraph.add_run().add_picture(placeholder_png(), width=Mm(QR_SIZE))
    picture._inline.docPr.set("name", "QR")  # noqa: SLF001
    picture._inline.docPr.set("descr", QR_MARK)  # noqa: SLF001
    add_optional(cell, "payment.qr", words["qr"], "Payment Caption")
    add_paragraph(cell, "", "Gap")


def add_closing(cell: _Cell, words: Words) -> None:
    """Greeting and signature, with room to sign."""
    _add_signature(cell, words["shared_closing"])
    add_paragraph(cell, "{{ company.signatory }}", "Signatory")
    add_optional(cell, "company.signatory_role", "{{ company.signatory_role }}", "Signature")


def add_warm_closing(cell: _Cell, words: Words) -> None:
    """The same in friendlier words and fewer lines, for letters that nobody signs by hand."""
    _add_signature(cell, words["shared_warm_closing"])
    role = "{% if company.signatory_role %}, {{ company.signatory_role }}{% endif %}"
    add_paragraph(cell, f"{{{{ company.signatory }}}}{role}", "Signature")


def _add_signature(cell: _Cell, greeting: str) -> None:
    add_paragraph(cell, greeting, "Closing")
    add_paragraph(cell, "{{ company.name }}", "Signature")


def add_enclosures(document: Document, words: Words) -> None:
    """What goes with the letter, numbered."""
    add_tag(document, "if enclosures")
    add_paragraph(document, words["enclosures"], "heading 1")
    add_tag(document, "for e in enclosures")
    add_paragraph(document, "{{ loop.index }}. {{ e }}", "Enclosure")
    add_tag(document, "endfor")
    add_paragraph(document, "", "Gap")
    add_tag(document, "endif")


def add_interest_lines(document: Document, words: Words) -> None:
    """How the charges were calculated, line by line."""
    add_tag(document, 'if letter.interest == "amounts" and segments')
    add_paragraph(document, words["interest_lines"], "heading 1")
    add_paragraph(document, words["shared_calculation"], "Body Text", keep=True)
    table = add_table(document, INTEREST_WIDTHS, "Letter Table")
    headings = [words[column] for column in INTEREST_COLUMNS]
    add_heading_row(table, headings, ["Table Heading", *["Table Heading Number"] * 6])
    add_tag_row(table, "for s in segments")
    values = [f"{{{{ s.{name} }}}}" for name in ("from", "to", "days", "balance", "rate", "interest")]
    values[4] += "\u00a0%" if words["percent_blank"] else "%"
    add_row(table, ["{{ s.number }}", *values], ["Table Text", *["Table Number"] * 6])
    add_tag_row(table, "endfor")
    total = [f"**{words['total_row']}**", *[""] * 5, "**{{ totals.interest }}**"]
    add_row(table, total, ["Table Text", *["Table Number"] * 6])
    add_paragraph(document, "", "Gap")
    add_tag(document, "endif")
    add_optional(document, "letter.has_lump_sum", words["shared_lump_sum_lines"], "Body Text")


def add_aging(document: Document, words: Words) -> None:
    """The balance by age."""
    add_paragraph(document, "", "Gap")
    table = add_table(document, (70, 34), "Letter Table")
    add_heading_row(table, [words["aging"], words["aging_amount"]], ["Table Heading", "Table Heading Number"])
    add_tag_row(table, "for a in aging")
    add_row(table, ["{{ a.label }}", "{{ a.amount }}"], ["Table Text", "Table Number"], keep=True)
    add_tag_row(table, "endfor")
    add_paragraph(document, "", "Gap")


def add_instalments(document: Document, words: Words) -> None:
    """What is to be paid when."""
    table = add_table(document, (20, 34, 40), "Letter Table")
    headings = [words[name] for name in ("instalment_number", "due_date", "instalment_amount")]
    add_heading_row(table, headings, ["Table Heading", *["Table Heading Number"] * 2])
    add_tag_row(table, "for i in instalments")
    values = ["{{ i.number }}", "{{ i.due_date }}", "{{ i.amount }}"]
    styles = ["Table Text", *["Table Number"] * 2]
    add_tag_row(table, f"if instalments | length > {KEPT_TOGETHER}")
    add_row(table, values, styles)
    add_tag_row(table, "else")
    add_row(table, values, styles, keep=True)
    add_tag_row(table, "endif")
    add_tag_row(table, "endfor")
    add_tag_row(table, "if not plan.is_single")
    add_row(table, [f"**{words['total_row']}**", "", "**{{ plan.total }}**"], styles)
    add_tag_row(table, "endif")
    add_paragraph(document, "", "Gap")


def add_account(document: Document, words: Words) -> None:
    """Where to pay the instalments, and what to write on the transfer."""
    add_tag(document, "if payment.iban")
    cell = _add_account_box(document, words["payment"], words)
    _line(cell, words["pay_reference"], words["plan_reference"])
    add_tag(document, "endif")
    add_paragraph(document, "", "Gap")


def add_transfer(document: Document, heading: str, words: Words) -> None:
    """What a caller says of the transfer: where to, how much, what to write on it."""
    add_tag(document, "if payment.iban")
    cell = _add_account_box(document, heading, words)
    _line(cell, words["pay_amount"], "**{{ totals.total }}**")
    _line(cell, words["pay_reference"], "**{{ payment.reference }}**")
    add_tag(document, "endif")
    add_paragraph(document, "", "Gap")


def _add_account_box(document: Document, heading: str, words: Words) -> _Cell:
    table = add_table(document, (WIDTH,), "Letter Box")
    cell = add_row(table, [""], ["Table Text"]).cells[0]
    _add_account_lines(cell, heading, words)
    return cell


def add_acceptance(cell: _Cell, words: Words) -> None:
    """Where the customer accepts, acknowledges the debt, and approves the clause apart."""
    add_paragraph(cell, words["acceptance_of"], "Acceptance")
    for text in words["acceptance"]:
        add_paragraph(cell, text, "Body Text")
        add_paragraph(cell, words["signature_line"], "Signature Line")


BLOCKS: dict[str, Callable[[Any, Words], None]] = {
    "documents": add_documents,
    "documents_before_due": add_documents_before_due,
    "documents_with_charges": add_documents_with_charges,
    "documents_to_balance": add_documents_to_balance,
    "documents_of_plan": add_documents_of_plan,
    "notes": add_notes,
    "interest_note": add_interest_note,
    "payment": add_payment,
    "closing": add_closing,
    "warm_closing": add_warm_closing,
    "enclosures": add_enclosures,
    "interest_lines": add_interest_lines,
    "aging": add_aging,
    "instalments": add_instalments,
    "account": add_account,
    "acceptance": add_acceptance,
}
"""Parts of the page by the name the contents use."""
