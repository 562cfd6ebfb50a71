"""The letters' templates: built alike on any day, editable in Word, complete, and lawful for every kind of customer."""

import re
import zipfile
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from letter_examples import CUSTOMER, PLAN, REMINDED, contexts, many_rows, row
from xlcredit.build.letter_templates import LANGUAGES, TEMPLATES, build_letter_templates, template_bytes
from xlcredit.build.letter_templates.content import load_content
from xlcredit.build.letter_templates.picture import placeholder_png
from xlcredit.letters.check import check_template
from xlcredit.letters.template import compile_template
from xlcredit.operations.templates import KINDS

COMMITTED = Path(__file__).parents[2] / "letter_templates"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
ALL = [(language, name) for language in LANGUAGES for name in TEMPLATES]
CALLS = ("first_invoice_call", "returned_call")
LETTERS = [(language, name) for language, name in ALL if name not in CALLS]
PAID_AT_ONCE = [(language, name) for language, name in LETTERS if name not in {"plan", "plan_reminder"}]
KIND_OF = {f"level_{level}": {"letter_level": level} for level in range(5)} | {
    "statement": {"kind": "statement"}, "first_invoice_call": {"letter_level": 1, "channel": "call"},
    "returned_call": {"letter_level": 1, "channel": "call"}, "plan": {"kind": "plan", "reminder_id": "P26-03"},
    "plan_default": {"kind": "plan_default", "reminder_id": "P26-03", "response_days": 10},
    "plan_reminder": {"kind": "plan_reminder"},
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    build_letter_templates(folder)
    return folder


@lru_cache
def built_once(name, language):
    return template_bytes(name, language)


def parts(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def trees(language, name):
    read = parts(built_once(name, language))
    return {part: etree.fromstring(data) for part, data in read.items() if PARTS.fullmatch(part)}


def rendered_text(path, facts):
    read = parts(compile_template(path).render(facts))
    found = (etree.fromstring(data) for name, data in read.items() if PARTS.fullmatch(name))
    return "\n".join("".join(p.itertext(f"{W}t")) for tree in found for p in tree.iter(f"{W}p"))


@pytest.mark.parametrize(("language", "name"), ALL)
def test_two_builds_are_the_same_bytes(language, name):
    assert template_bytes(name, language) == template_bytes(name, language)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_committed_template_is_the_build(language, name):
    committed = parts((COMMITTED / language / f"{name}.docx").read_bytes())
    assert {part: canonical(data) for part, data in committed.items()} == {
        part: canonical(data) for part, data in parts(built_once(name, language)).items()
    }


def canonical(data):
    """XML without the writer's habits, so that another release of python-docx or zlib is no difference."""
    return etree.tostring(etree.fromstring(data), method="c14n") if data.lstrip()[:1] == b"<" else data


def test_a_second_build_leaves_the_files_alone(tmp_path):
    (first, *_) = build_letter_templates(tmp_path)
    first.chmod(0o400)
    before = first.stat().st_mtime_ns
    build_letter_templates(tmp_path)
    assert first.stat().st_mtime_ns == before


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_package_carries_no_person_and_no_day(language, name):
    core = parts(built_once(name, language))["docProps/core.xml"].decode()
    assert "python-docx" not in core
    assert re.findall(r"\d{4}-\d\d-\d\d", core) == ["2026-01-01", "2026-01-01"]


@pytest.mark.parametrize(("language", "name"), ALL)
def test_checks_find_nothing(built, language, name):
    assert check_template(built / language / f"{name}.docx", KINDS[name]) == []


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_tag_stands_in_one_run(language, name):
    for tree in trees(language, name).values():
        for paragraph in tree.iter(f"{W}p"):
            runs = ["".join(run.itertext(f"{W}t")) for run in paragraph.iter(f"{W}r")]
            for text in runs:
                assert text.count("{{") == text.count("}}"), text
                assert text.count("{%") == text.count("%}"), text


@pytest.mark.parametrize(("language", "name"), ALL)
def test_both_languages_use_the_same_tags(language, name):
    tags = [
        re.findall(r"\{[{%].*?[%}]\}", "".join(tree.itertext())) for tree in trees(language, name).values()
    ]
    other = [re.findall(r"\{[{%].*?[%}]\}", "".join(tree.itertext())) for tree in trees("it", name).values()]
    assert [sorted(set(found)) for found in tags] == [sorted(set(found)) for found in other]


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_style_in_use_is_named(language, name):
    data = parts(built_once(name, language))
    known = {
        style.get(f"{W}styleId") for style in etree.fromstring(data["word/styles.xml"]).iter(f"{W}style")
    }
    for tree in trees(language, name).values():
        used = {
            node.get(f"{W}val") for tag in ("pStyle", "rStyle", "tblStyle") for node in tree.iter(f"{W}{tag}")
        }
        assert used <= known


@pytest.mark.parametrize(("language", "name"), ALL)
def test_paragraphs_take_their_look_from_styles(language, name):
    for tree in trees(language, name).values():
        assert not [
            node
            for tag in ("sz", "rFonts", "color")
            for node in tree.iter(f"{W}{tag}")
            if node.getparent().tag == f"{W}rPr"
        ]


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_only_font_is_on_every_windows(language, name):
    styles = etree.fromstring(parts(built_once(name, language))["word/styles.xml"])
    assert {value for fonts in styles.iter(f"{W}rFonts") for value in fonts.attrib.values()} == {"Calibri"}


@pytest.mark.parametrize(("language", "name"), ALL)
def test_tables_repeat_their_heading_and_split_no_row(language, name):
    document = trees(language, name)["word/document.xml"]
    for table in document.iter(f"{W}tbl"):
        rows = list(table.iter(f"{W}tr"))
        text = "".join(table.itertext())
        if "{%tr for r in rows" in text or "{%tr for s in segments" in text:
            assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        for line in rows:
            tag_row = "{%tr" in "".join(line.itertext())
            assert tag_row or line.find(f"{W}trPr/{W}cantSplit") is not None


@pytest.mark.parametrize(("language", "name"), ALL)
def test_the_page_is_a4(language, name):
    size = trees(language, name)["word/document.xml"].find(f".//{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")


@pytest.mark.parametrize(("language", "name"), PAID_AT_ONCE)
def test_the_payment_code_is_known_by_its_alternative_text(language, name):
    drawings = [
        node for node in trees(language, name)["word/document.xml"].iter() if node.tag.endswith("}docPr")
    ]
    assert [node.get("descr") for node in drawings] == ["xlcredit:qr"]


def test_the_placeholder_is_the_same_picture_everywhere():
    data = placeholder_png().getvalue()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data == placeholder_png().getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_has_its_contents(language):
    assert set(TEMPLATES) <= set(load_content(language))


SITUATIONS = {
    "ordinary": ({}, {"previous": [REMINDED]}),
    "first letter": ({}, {}),
    "consumer": ({}, {"customers": [{"kind": "consumer"}]}),
    "no interest": ({}, {"customers": [{"no_interest": True}]}),
    "bare": ({"channel": None}, {"customers": [dict.fromkeys(set(CUSTOMER) - {"customer_id"})]}),
    "public body": ({}, {"customers": [{"kind": "public_body", "office_code": "UFE9Z1"}]}),
    "dollars": ({"currency": "USD"}, {}),
}


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_letter_can_be_written_in_every_situation(built, language, name, situation):
    letter, more = SITUATIONS[situation]
    customers = [CUSTOMER | {"language": language} | customer for customer in more.get("customers", [{}])]
    rows = [*many_rows(3), row("NC1", amount=-5_000, document_type="credit_note"), row("F9", "2026-12-24")]
    facts = contexts([KIND_OF[name] | letter], rows, **more | {"customers": customers})[0]
    text = rendered_text(built / facts["letter"]["language"] / f"{name}.docx", facts | PLAN)
    assert "{{" not in text
    assert "{%" not in text
    assert "None" not in text
    for line in facts["rows"] if name != "plan_reminder" else PLAN["instalments"]:
        assert line["number"] in text


def letter_text(built, name, *, language="it", rows=None, instalments=None, **more):
    rows = rows or [row(lump_sum=0 if more.get("customers") else 4_000)]
    letter = KIND_OF[name] | more.pop("letter", {})
    customers = [customer | {"language": language} for customer in more.pop("customers", [CUSTOMER])]
    plan = {"plan": PLAN["plan"] | more.pop("plan", {})}
    plan["instalments"] = PLAN["instalments"][:instalments]
    return rendered_text(
        built / language / f"{name}.docx",
        contexts([letter], rows, customers=customers, **more)[0] | PLAN | plan,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in TEMPLATES if name not in CALLS])
@pytest.mark.parametrize("kind", ["consumer", "condominium", None])
def test_consumers_never_read_of_the_law_for_businesses(built, name, kind, language):
    text = letter_text(built, name, language=language, customers=[CUSTOMER | {"kind": kind}])
    assert not re.search(r"231/2002|40,00|40\.00|art\. 6|Article 6", text)


@pytest.mark.parametrize("name", ["level_0", "level_1"])
def test_friendly_letters_do_not_speak_of_interest(built, name):
    assert "interessi" not in letter_text(built, name).lower()


def test_level_2_reserves_interest_and_costs_in_words_only(built):
    text = letter_text(built, "level_2")
    assert "Ci riserviamo di chiedere gli interessi di mora previsti dal D.Lgs. 231/2002" in text
    assert "importo forfettario di 40,00\u00a0€ per ciascuna fattura" in text
    assert "27,78" not in text  # the interest accrued


@pytest.mark.parametrize("name", ["level_3", "level_4"])
def test_levels_3_and_4_show_interest_with_its_lines_and_the_total(built, name):
    text = letter_text(built, name, previous=[REMINDED])
    for words in (
        "27,78",
        "40,00\u00a0€",
        "1.287,78\u00a0€",
        "Calcolo degli interessi di mora",
        "01/09/2026",
        "10,40\u00a0%",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("language", "words"), [("it", "oltre agli interessi successivi"), ("en", "further interest")]
)
def test_charges_say_that_interest_goes_on(built, language, words):
    assert words in letter_text(built, "level_3", language=language)


def test_interest_known_only_in_part_says_so(built):
    text = letter_text(built, "level_3", letter={"interest_covered_to": "2026-10-31"})
    assert (
        "fino al giorno 31/10/2026, ultimo giorno per il quale il tasso è pubblicato, oltre agli interessi successivi"
        in text
    )


def test_the_formal_notice_has_what_the_law_wants(built):
    text = letter_text(built, "level_4", previous=[REMINDED], letter={"channel": "registered_letter"})
    for words in (
        "art. 1219 del codice civile", "art. 2943 del codice civile", "entro 15 giorni", "06/12/2026",
        "decreto ingiuntivo", "Raccomandata A/R", "Allegati", "Dott.ssa Lucia Fantini", "sollecito del 05/10/2026",
        "P.\u00a0IVA e C.F.\u00a001234560517", "P.\u00a0IVA e C.F.\u00a000998877665", "Se ha già provveduto",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("name", ["level_0", "level_1", "level_2", "level_3", "level_4"])
def test_every_letter_says_what_to_do_when_already_paid(built, name):
    assert "Se ha già provveduto al pagamento" in letter_text(built, name)
    assert "If you have already paid" in letter_text(built, name, language="en")


def test_references_of_public_bodies_stand_with_their_document(built):
    rows = [row(references="CIG Z1A2B3C4D5, CUP J11B21000000001")]
    customer = CUSTOMER | {"kind": "public_body", "office_code": "UFE9Z1"}
    text = letter_text(built, "level_1", rows=rows, customers=[customer])
    for words in (
        "CIG Z1A2B3C4D5, CUP J11B21000000001",
        "Codice ufficio",
        "UFE9Z1",
        "Spettabile Amministrazione,",
    ):
        assert words in text


def test_names_with_signs_of_xml_are_written_as_they_are(built):
    assert "Rossi & Figli <S.n.c.>" in letter_text(
        built, "level_1", customers=[CUSTOMER | {"name": "Rossi & Figli <S.n.c.>"}]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_carries_acknowledgement_acceleration_no_novation_and_two_signatures(built, language):
    text = letter_text(built, "plan", language=language)
    for article in ("1988", "1186", "1230", "1341", "2944"):
        assert article in text
    assert text.count("____") >= 4
    assert all(line["due_date"] in text for line in PLAN["instalments"])


def test_a_settlement_waives_the_rest_only_when_the_sum_comes_in_time(built):
    plan = {"is_settlement": True, "total": "800,00 €", "waived": "420,00 €", "number": "1"}
    text = letter_text(built, "plan", plan=plan)
    assert "a saldo e stralcio" in text
    assert "la rinuncia alla differenza di 420,00 €" in text
    assert "anche di una sola rata" not in text


def test_a_default_names_the_missed_instalment(built):
    text = letter_text(built, "plan_default")
    assert "in data 20/11/2026 abbiamo concordato" in text
    assert (
        "La rata n. 1, di 410,80 €, scaduta il giorno 31/12/2026, alla data di oggi non risulta pagata."
        in text
    )
    assert "si è verificata la decadenza dal beneficio del termine" in text


def test_a_default_of_what_was_paid_late_says_so(built):
    text = letter_text(built, "plan_default", plan={"missed_is_paid": True})
    assert (
        "La rata n. 1, di 410,80 €, scaduta il giorno 31/12/2026, è stata pagata oltre la tolleranza concordata."
        in text
    )


def test_the_default_of_a_settlement_speaks_of_the_sum_not_of_an_instalment(built):
    text = letter_text(built, "plan_default", plan=SETTLED)
    assert (
        "La somma concordata, di 410,80 €, scaduta il giorno 31/12/2026, alla data di oggi non risulta pagata."
        in text
    )
    assert "l'accordo è decaduto" in text
    assert "rata n." not in text


SETTLED = {"is_settlement": True, "is_single": True, "has_numbers": False, "has_interest": False}


def test_a_default_says_how_much_to_pay_by_when_and_what_to_quote(built):
    text = letter_text(built, "plan_default")
    for line in (
        "Importo1.220,00\u00a0€",
        "CausaleP26-03 - cliente C0042 - saldo residuo",
        "Entro il01/12/2026",
    ):
        assert line in text


@pytest.mark.parametrize(
    ("language", "plan", "reference"),
    [
        ("it", {}, "Piano P26-03 - cliente C0042 - rata (indicare il numero)"),
        ("it", {"has_numbers": False}, "Piano P26-03 - cliente C0042"),
        ("en", {}, "Plan P26-03 - customer C0042 - instalment (state the number)"),
    ],
)
def test_an_instalment_is_quoted_with_its_number(built, language, plan, reference):
    lines = letter_text(built, "plan", language=language, plan=plan).splitlines()
    (quoted,) = [line for line in lines if line.startswith(("Causale", "Reference"))]
    assert quoted in (f"Causale{reference}", f"Reference{reference}")


def test_a_plan_with_interest_says_how_the_balance_becomes_its_total(built):
    lines = letter_text(built, "plan").splitlines()
    balance = lines.index("Saldo")
    assert lines[balance : balance + 6] == [
        "Saldo", "1.220,00\u00a0€", "Interessi di mora maturati", "12,40 €", "Totale del piano", "1.232,40 €",
    ]  # fmt: skip
    (acknowledged,) = [line for line in lines if "1988 del" in line]
    assert (
        "riconosce il debito di 1.220,00 €, oltre a 12,40 € di interessi di mora maturati, ai" in acknowledged
    )


def test_a_plan_without_interest_has_one_total_and_acknowledges_the_residue(built):
    text = letter_text(built, "plan", plan={"has_interest": False})
    assert "Totale del piano" not in text
    assert "riconosce il debito di 1.220,00 €, ai sensi" in text


def test_an_acceptance_names_the_proposal_and_approves_its_own_clause(built):
    plan, settlement = letter_text(built, "plan"), letter_text(built, "plan", plan=SETTLED)
    assert "Per la proposta P26\u201103 in data 21/11/2026, di 1.232,40 €:" in plan
    assert "si approva specificamente la clausola di decadenza dal beneficio del termine." in plan
    assert "si approva specificamente la clausola di decadenza.\n" in settlement


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acceptance_stands_with_the_signature_in_a_row_that_no_page_splits(language):
    document = trees(language, "plan")["word/document.xml"]
    (ending,) = [row for row in document.iter(f"{W}tr") if "company.signatory }}" in "".join(row.itertext())]
    assert "____" in "".join(ending.itertext())
    assert ending.find(f"{W}trPr/{W}cantSplit") is not None


def test_a_single_instalment_has_no_total(built):
    assert "Totale\n" in letter_text(built, "plan")
    assert "Totale\n" not in letter_text(built, "plan", plan=SETTLED, instalments=1)


def test_only_a_short_plan_is_kept_on_one_page():
    document = trees("it", "plan")["word/document.xml"]
    rows = [row for row in document.iter(f"{W}tr") if "{{ i.number }}" in "".join(row.itertext())]
    assert [row.find(f".//{W}keepNext") is not None for row in rows] == [False, True]


NOTICE = REMINDED | {"kind": "formal_notice", "reminder_id": "S-2026-00009", "date": "2026-09-08"}


@pytest.mark.parametrize(
    ("language", "promise", "instead"),
    [
        ("it", "provvederemo alla costituzione in mora", "tuteleremo il nostro credito nelle sedi opportune"),
        ("en", "we will serve the formal notice", "we will take the appropriate steps to protect our claim"),
    ],
)
def test_a_final_reminder_does_not_promise_a_notice_that_went_before(built, language, promise, instead):
    first = letter_text(built, "level_3", language=language, previous=[REMINDED])
    later = letter_text(built, "level_3", language=language, previous=[REMINDED, NOTICE])
    assert (promise in first, instead in first) == (True, False)
    assert (promise in later, instead in later) == (False, True)
    assert "costituzione in mora" not in later
    assert "formal notice" not in later


@pytest.mark.parametrize(
    ("language", "oversight", "remains"),
    [
        (
            "it",
            "una semplice dimenticanza",
            "Restano fermi gli effetti delle nostre precedenti comunicazioni.",
        ),
        ("en", "a simple oversight", "Our earlier letters remain in force."),
    ],
)
def test_a_first_reminder_thinks_of_an_oversight_only_when_nothing_went_before(
    built, language, oversight, remains
):
    courtesy = REMINDED | {"kind": "courtesy"}
    for sent, said in (([], (True, False)), ([courtesy], (False, False)), ([NOTICE], (False, True))):
        text = letter_text(built, "level_1", language=language, previous=sent)
        assert (oversight in text, remains in text) == said


def test_a_lump_sum_is_right_for_one_invoice_and_for_several(built):
    for count, total in ((1, "40,00"), (3, "120,00")):
        rows = [row(f"F{number}") for number in range(count)]
        numbers = ", ".join(line["invoice_id"] for line in rows)
        text = letter_text(built, "level_3", rows=rows).replace("\u00a0", " ")
        assert "è di 40,00 € per fattura, come indicato in calce" in text
        assert f"(art. 6 D.Lgs. 231/2002): 40,00 € per fattura ({numbers}), in tutto {total} €." in text


def test_two_rates_in_one_letter_are_explained(built):
    rows = [row("F1", contract_date="2011-05-09"), row("F2")]
    words = "Per i contratti conclusi prima del 01/01/2013 si applica la maggiorazione allora vigente."
    assert words in letter_text(built, "level_3", rows=rows)
    assert words not in letter_text(built, "level_3", rows=rows[1:])


def test_the_call_about_a_returned_effect_says_what_to_pay_and_how(built):
    text = letter_text(built, "returned_call", rows=[row(document_type="returned_effect", interest=0)])
    for words in (
        "Insoluto: telefonata a Rossi",
        "solo con bonifico",
        "IT60 X054",
        "Importo1.220,00\u00a0€",
        "Perché",
    ):
        assert words in text


@pytest.mark.parametrize("name", CALLS)
def test_a_call_sheet_has_no_line_for_what_is_not_known(built, name):
    assert "Agente" in letter_text(built, name)
    text = letter_text(built, name, customers=[CUSTOMER | {"sales_person": None, "pec": None}])
    assert "Agente" not in text
    assert "PEC" not in text
