"""What `templates check` says to a clerk who edited a template in Word."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from docx_files import NAMESPACES, cell, paragraph, picture, row, run, table, write_docx, write_parts

from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.letters import check, errors
from xlcredit.letters.check import check_template
from xlcredit.letters.legal import letter_kinds
from xlcredit.letters.vocabulary import load_vocabulary
from xlcredit.schema import VOCABULARIES

COLUMNS = ("number", "document_date", "due_date", "amount", "paid", "open", "days", "interest", "total")
DOCUMENTS = table(
    row(*("Colonna" for _ in COLUMNS)),
    row("{%tr for r in rows %}", *("" for _ in COLUMNS[1:])),
    row(*(f"{{{{ r.{name} }}}}" for name in COLUMNS)),
    row("{%tr endfor %}", *("" for _ in COLUMNS[1:])),
    columns=len(COLUMNS),
)
LINES = (
    paragraph("{%p for s in segments %}")
    + paragraph("{{ s.from }} {{ s.interest }}")
    + paragraph("{%p endfor %}")
)
NOTICE = [
    "{{ company.name }}, {{ company.tax_line }}, a {{ customer.name }}, {{ letter.sent_by }}, {{ letter.place_and_date }}",
    "Facciamo seguito alle lettere {{ letter.earlier }}.",
    "La costituiamo in mora ai sensi dell'art. 1219 del codice civile e La invitiamo a pagare {{ totals.total }} entro {{ letter.response_days }} giorni, cioè entro il {{ letter.deadline }}.",
    "Importo forfettario ai sensi dell'art. 6 del D.Lgs. 231/2002: {{ letter.lump_sum }}.",
    "IBAN {{ payment.iban }}, causale {{ payment.reference }}.",
    "Trascorso il termine, tuteleremo il nostro credito in sede giudiziale.",
    "La presente interrompe la prescrizione ai sensi dell'art. 2943 del codice civile.",
    "Se ha già provveduto al pagamento, non tenga conto di questa lettera.",
    "{{ company.signatory }}",
    "Allegati: {% for e in enclosures %}{{ e }}{% endfor %}",
]


def letter_body(texts=NOTICE):
    return "".join(map(paragraph, texts)) + DOCUMENTS + LINES


def findings(tmp_path, body, kind="handover", **options):
    return check_template(write_docx(tmp_path / "modello.docx", body, **options), kind)


def codes(tmp_path, body, kind="handover", **options):
    return [finding.code for finding in findings(tmp_path, body, kind, **options)]


def test_a_whole_formal_notice_has_no_findings(tmp_path):
    assert findings(tmp_path, letter_body(), "formal_notice") == []


@pytest.mark.parametrize("kind", ["courtesy", "reminder", "formal", "final", "statement"])
def test_a_formal_notice_has_what_the_milder_letters_need(tmp_path, kind):
    assert codes(tmp_path, letter_body(), kind) == []


def test_every_level_kind_has_its_elements():
    assert set(letter_kinds()) == {
        *VOCABULARIES["level_kind"], "statement", "call_sheet", "plan", "plan_default", "plan_reminder",
    }  # fmt: skip


def test_unknown_kind_is_misuse(tmp_path):
    with pytest.raises(ValueError, match="gentle"):
        findings(tmp_path, paragraph("x"), "gentle")


# Elements

LOST = {
    "template-misses-creditor-tax": (0, "{{ company.tax_line }}"),
    "template-misses-creditor": (0, "{{ company.name }}"),
    "template-misses-debtor": (0, "{{ customer.name }}"),
    "template-misses-proof-channel": (0, "{{ letter.sent_by }}"),
    "template-misses-date": (0, "{{ letter.place_and_date }}"),
    "template-misses-earlier-letters": (1, "{{ letter.earlier }}"),
    "template-misses-art-1219": (2, "1219"),
    "template-misses-fifteen-days": (2, "{{ letter.response_days }}"),
    "template-misses-deadline": (2, "{{ letter.deadline }}"),
    "template-misses-total": (2, "{{ totals.total }}"),
    "template-misses-iban": (4, "{{ payment.iban }}"),
    "template-misses-reference": (4, "{{ payment.reference }}"),
    "template-misses-consequence": (5, "in sede giudiziale"),
    "template-misses-art-2943": (6, "2943"),
    "template-misses-already-paid": (7, "già provveduto"),
    "template-misses-signature": (8, "{{ company.signatory }}"),
    "template-misses-enclosures": (9, "{% for e in enclosures %}{{ e }}{% endfor %}"),
}


@pytest.mark.parametrize("code", LOST)
def test_missing_element_is_found(tmp_path, code):
    number, words = LOST[code]
    texts = list(NOTICE)
    assert words in texts[number]
    texts[number] = texts[number].replace(words, "")
    assert codes(tmp_path, letter_body(texts), "formal_notice") == [code]


@pytest.mark.parametrize(
    ("code", "column"),
    [
        ("template-misses-document", "number"),
        ("template-misses-document-date", "document_date"),
        ("template-misses-due-date", "due_date"),
        ("template-misses-residue", "open"),
    ],
)
def test_missing_column_is_found(tmp_path, code, column):
    body = letter_body().replace(f"{{{{ r.{column} }}}}", "x")
    assert codes(tmp_path, body, "formal_notice") == [code]


def test_missing_lump_sum_and_interest_lines_are_found(tmp_path):
    texts = [text for text in NOTICE if "forfettario" not in text]
    assert codes(tmp_path, letter_body(texts), "formal_notice") == ["template-misses-lump-sum"]
    assert codes(tmp_path, letter_body().replace("{{ s.interest }}", ""), "final") == [
        "template-misses-interest-lines"
    ]
    body = letter_body().replace("{{ r.interest }}", "")
    assert codes(tmp_path, body, "final") == ["template-misses-interest-amount"]


def test_reminder_needs_amount_due_date_iban_and_the_line_for_who_has_paid(tmp_path):
    found = codes(tmp_path, paragraph("Ciao"), "reminder")
    for element in ("amount", "due-date", "iban", "already-paid", "debtor", "creditor"):
        assert f"template-misses-{element}" in found
    assert "template-misses-art-1219" not in found


def test_call_sheet_needs_the_telephone(tmp_path):
    assert codes(tmp_path, paragraph("{{ customer.name }}") + DOCUMENTS, "call_sheet") == [
        "template-misses-phone"
    ]


def test_an_element_in_the_header_counts(tmp_path):
    texts = [text.replace("{{ company.name }}", "") for text in NOTICE]
    assert codes(tmp_path, letter_body(texts), "formal_notice", header=paragraph("{{ company.name }}")) == []


# Names


@pytest.mark.parametrize(
    ("tag", "found", "near"),
    [
        ("{{ customer.nome }}", "customer.nome", "customer.name"),
        ("{{ totals.totael }}", "totals.totael", "totals.total"),
        ("{{ custmer.name }}", "custmer.name", "customer"),
        ("{% for r in rows %}{{ r.numbr }}{% endfor %}", "rows.numbr", "rows.number"),
        ("{% for r in rows|sort %}{{ r.numbr }}{% endfor %}", "rows.numbr", "rows.number"),
        ("{{ rows[0].numbr }}", "rows.numbr", "rows.number"),
        ("{{ rows|first|upper }}{{ (rows|last).numbr }}", "rows.numbr", "rows.number"),
        ('{{ customer["nome"] }}', "customer.nome", "customer.name"),
        ("{% if customer.nome %}x{% endif %}", "customer.nome", "customer.name"),
        ("{{ customer.name if letter.levl else '' }}", "letter.levl", "letter.level"),
    ],
)
def test_misspelt_name_is_found_with_the_right_one(tmp_path, tag, found, near):
    [finding] = findings(tmp_path, paragraph("Prima") + paragraph(f"Ecco {tag}."))
    assert (finding.code, finding.found, finding.facts["near"]) == ("template-name-misspelt", found, near)
    assert finding.facts["paragraph"].startswith("Ecco")
    assert finding.facts["template"] == "modello.docx"


@pytest.mark.parametrize(
    "tag", ["{{ qqq }}", "{{ customer.zzzz }}", "{{ customer.name.first }}", "{{ r.number }}"]
)
def test_unknown_name_is_found(tmp_path, tag):
    assert codes(tmp_path, paragraph(tag)) == ["template-name-unknown"]


@pytest.mark.parametrize(
    "tag",
    [
        "{% for r in rows %}{{ loop.index }}{% if loop.last %}.{% endif %}{{ r.number }}{% endfor %}",
        "{% for e in enclosures %}{{ e }}{% endfor %}",
        "{{ rows|length }}",
        "{{ rows[0].number }}",
        "{{ rows[:3] }}",
        "{% for r in rows if r.is_overdue %}{{ r.open }}{% else %}{{ totals.open }}{% endfor %}",
        '{{ customer["name"]|upper }}',
        "{% if payment.qr is defined %}x{% endif %}",
        "{{ 'a' ~ customer.name }}",
    ],
)
def test_known_names_are_not_found(tmp_path, tag):
    assert codes(tmp_path, paragraph(tag)) == []


def test_a_name_wrong_twice_in_a_paragraph_is_one_finding(tmp_path):
    assert (
        codes(tmp_path, paragraph("{{ qqq }} {{ qqq }}") + paragraph("{{ qqq }}"))
        == ["template-name-unknown"] * 2
    )


def test_names_in_headers_titles_and_footnotes_are_looked_at(tmp_path):
    note = f'<w:footnote w:id="1">{paragraph("{{ qqq }}")}</w:footnote>'
    assert (
        codes(
            tmp_path,
            paragraph("x"),
            header=paragraph("{{ qqq }}"),
            footer=paragraph("{{ qqq }}"),
            title="{{ qqq }}",
            footnotes=note,
        )
        == ["template-name-unknown"] * 4
    )


# Tags


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (paragraph("Gentile {{ customer.name"), "template-tag-open"),
        (paragraph("Gentile {{ customer.name }"), "template-tag-open"),
        (paragraph("{{ customer.name } e {{ customer.id }}"), "template-tag-open"),
        (paragraph("{{ customer.") + paragraph("name }}"), "template-tag-open"),
        (paragraph("Gentile customer.name }}"), "template-tag-stray"),
        (paragraph("{ { customer.name } }"), "template-tag-spaced"),
        (paragraph("{{ «customer.name» }}"), "template-tag-quotes"),
        (paragraph("{% if customer.name == «x» %}a{% endif %}"), "template-tag-quotes"),
        (paragraph("{%– if customer.name %}a{% endif %}"), "template-tag-dash"),
        (paragraph("{% if customer.name –%}a{% endif %}"), "template-tag-dash"),
        (paragraph("{% if customer.name %}a"), "template-block-open"),
        (paragraph("{%p for r in rows %}") + paragraph("a"), "template-block-open"),
        (paragraph("a{% endif %}"), "template-block-stray"),
        (paragraph("{% if rows %}{% endfor %}"), "template-block-stray"),
        (paragraph("{% else %}"), "template-block-stray"),
        (paragraph("{%p if rows %}Testo che si perde") + paragraph("{%p endif %}"), "template-tag-swallows"),
        (
            paragraph("{%p if rows %}") + paragraph("a") + paragraph("fine {%p endif %}"),
            "template-tag-swallows",
        ),
        (paragraph("{%p if rows %}{%p endif %}"), "template-tag-swallows"),
        (
            table(
                row("{%tr for r in rows %}", "perso"),
                row("{{ r.number }}", "x"),
                row("{%tr endfor %}", ""),
                columns=2,
            ),
            "template-tag-swallows",
        ),
        (
            f"<w:p>{run('{%p if rows %}')}{picture('logo')}</w:p>" + paragraph("{%p endif %}"),
            "template-tag-swallows",
        ),
        (paragraph("{{ customer name }}"), "template-tag-broken"),
        (paragraph("{{ }}"), "template-tag-broken"),
        (paragraph("{% altro %}"), "template-tag-broken"),
        (paragraph("{%p if rows %}") + paragraph("testo {% endif %}"), "template-branch-unbalanced"),
        (paragraph("a {% for r in rows %}") + paragraph("b {% endfor %}"), "template-branch-unbalanced"),
    ],
)
def test_broken_tag_is_found_with_its_paragraph(tmp_path, body, code):
    links = [("rId9", "image", "media/image1.png", False)]
    found = findings(tmp_path, paragraph("Prima") + body, links=links, parts={"word/media/image1.png": b"x"})
    assert code in [finding.code for finding in found]
    assert all(finding.facts["paragraph"] not in ("", "Prima") for finding in found)
    assert all(finding.needs_person for finding in found)


@pytest.mark.parametrize(
    "body",
    [
        paragraph("{%p if rows %}") + paragraph("a") + paragraph("{%p endif %}"),
        paragraph("{%p if rows %}")
        + paragraph("a")
        + paragraph("{%p elif previous %}")
        + paragraph("b")
        + paragraph("{%p else %}")
        + paragraph("c")
        + paragraph("{%p endif %}"),
        table(
            row("{%tr for r in rows %}", ""), row("{{ r.number }}", "x"), row("{%tr endfor %}", ""), columns=2
        ),
        table(
            f"<w:tr>{cell('{%tc for r in rows %}')}{cell('{{ r.number }}')}{cell('{%tc endfor %}')}</w:tr>",
            columns=3,
        ),
        paragraph("a ", "{%r if rows %}", "b", "{%r endif %}"),
        paragraph("Prezzo {1} e 50 % } {"),
        paragraph("{# qualunque nota #}"),
        paragraph("{%- if rows -%} a {%- endif %}"),
    ],
)
def test_sound_tags_are_not_found(tmp_path, body):
    assert codes(tmp_path, body) == []


def test_tag_cut_over_runs_by_word_is_sound(tmp_path):
    body = f'<w:p>{run("{")}{run("{ customer")}<w:proofErr w:type="spellStart"/>{run(".name }", "<w:rPr><w:b/></w:rPr>")}{run("}")}</w:p>'
    assert codes(tmp_path, body) == []


def test_broken_tags_are_said_before_what_is_missing(tmp_path):
    texts = [NOTICE[0].replace("{{ customer.name }}", "{{ «customer.name» }}"), *NOTICE[1:-1], "pignoramento"]
    assert codes(tmp_path, letter_body(texts), "formal_notice") == [
        "template-tag-quotes",
        "template-unlawful-enforcement",
    ]


def test_all_that_can_be_told_is_told_at_once(tmp_path):
    body = (
        paragraph("{%p if rows %}perso {{ qqq }} {% set a = 1 %}")
        + paragraph("{%p endif %}")
        + paragraph("pignoramento")
    )
    assert codes(tmp_path, body, "call_sheet") == [
        "template-tag-swallows",
        "template-misses-debtor",
        "template-misses-phone",
        "template-misses-document",
        "template-misses-due-date",
        "template-misses-amount",
        "template-unlawful-enforcement",
    ]


@pytest.mark.parametrize(
    "tag",
    ["{% for r in rows %}" * 30 + "x" + "{% endfor %}" * 30, "{{ " + "(" * 900 + "1" + ")" * 900 + " }}"],
)
def test_tags_nested_too_deep_are_no_traceback(tmp_path, tag):
    found = codes(tmp_path, paragraph(tag))
    assert found in ([], ["template-tag-broken"])


def test_typographic_quotes_are_a_note(tmp_path):
    [finding] = findings(tmp_path, paragraph("{% if letter.interest == “no” %}a{% endif %}"))
    assert (finding.code, finding.needs_person) == ("template-tag-curly", False)


def test_swallowed_text_is_quoted(tmp_path):
    [finding] = findings(tmp_path, paragraph("{%p if rows %}Testo che si perde") + paragraph("{%p endif %}"))
    assert finding.facts["lost"] == "Testo che si perde"
    assert finding.found == "{%p if rows %}"


@pytest.mark.parametrize(
    "tag",
    [
        "{{ customer.__class__ }}",
        "{{ customer.name.upper() }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{{ 2 ** 9 }}",
        "{{ customer.name|attr('x') }}",
        "{% for r in rows recursive %}{% endfor %}",
        "{{ customer.name is callable }}",
        "{{ _x }}",
    ],
)
def test_tag_outside_the_sandbox_is_found(tmp_path, tag):
    assert "template-tag-unsafe" in codes(tmp_path, paragraph(f"Ecco {tag}"))


def test_what_fetches_from_elsewhere_is_found(tmp_path):
    found = findings(
        tmp_path, paragraph("x"), links=[("rId7", "attachedTemplate", "http://a.example/x.dotm", True)]
    )
    assert [(finding.code, finding.found) for finding in found] == [
        ("template-active", "attachedTemplate: http://a.example/x.dotm")
    ]


def test_damaged_file_is_an_error(tmp_path):
    (tmp_path / "t.docx").write_bytes(b"x")
    with pytest.raises(errors.TemplateUnreadableError):
        check_template(tmp_path / "t.docx", "reminder")
    with pytest.raises(errors.TemplateMissingError):
        check_template(tmp_path / "nessuno.docx", "reminder")
    with pytest.raises(errors.TemplateUnreadableError):
        check_template(write_parts(tmp_path / "z.docx", {"a": "b"}), "reminder")
    with pytest.raises(errors.TemplateUnreadableError):
        check_template(write_docx(tmp_path / "y.docx", f"<w:p {NAMESPACES}>"), "reminder")


# Words


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Sporgeremo denuncia alle autorità.", "criminal-complaint"),
        ("Presenteremo querela per insolvenza fraudolenta", "criminal-complaint"),
        ("con ogni conseguenza penale", "criminal-complaint"),
        ("We shall file a criminal complaint", "criminal-complaint"),
        ("Il Suo nome sarà inserito tra i cattivi pagatori", "blacklist"),
        ("La segnaleremo alla Centrale dei Rischi", "blacklist"),
        ("you will be put on our blacklist", "blacklist"),
        ("ne informeremo il Suo datore di lavoro", "publicity"),
        ("informeremo i Suoi familiari", "publicity"),
        ("procederemo al pignoramento dei beni", "enforcement"),
        ("L'UFFICIALE GIUDIZIARIO", "enforcement"),
        ("con esecuzione forzata", "enforcement"),
        ("the bailiff will seize your goods", "enforcement"),
        ("In nome del popolo italiano", "court-paper"),
        ("ATTO GIUDIZIARIO", "court-paper"),
        ("Court notice", "court-paper"),
        ("Siamo a conoscenza della Vostra difficoltà", "crisis"),
        ("dato il Suo stato di insolvenza", "crisis"),
        ("we are aware of your financial difficulties", "crisis"),
        ("in nome e per conto della nostra assistita", "lawyer"),
    ],
)
def test_unlawful_words_are_found(tmp_path, text, topic):
    found = findings(tmp_path, paragraph("Gentile Cliente,") + paragraph(text))
    assert f"template-unlawful-{topic}" in [finding.code for finding in found]
    assert found[0].facts["paragraph"] == text
    assert found[0].found


@pytest.mark.parametrize(
    "text",
    [
        "Se incontra difficoltà a pagare in un'unica soluzione, ci scriva.",
        "tuteleremo il nostro credito in sede giudiziale, anche con ricorso per decreto ingiuntivo, senza ulteriore avviso",
        "Foro competente: Tribunale di Arezzo.",
        "affideremo la pratica al nostro legale",
        "con l'addebito della penale prevista dal contratto",
        "ai sensi dell'art. 1495 c.c. la denuncia dei vizi",
        "We shall take legal action before the competent court without further notice.",
        "La scadenza è vicina: i nostri colleghi sono a disposizione.",
        "interessi di mora ai sensi del D.Lgs. 231/2002",
    ],
)
def test_lawful_words_are_not_found(tmp_path, text):
    assert codes(tmp_path, paragraph(text)) == []


def test_a_lawyers_letterhead_is_found_in_the_header_only(tmp_path):
    assert codes(tmp_path, paragraph("x"), header=paragraph("Studio Legale Avv. Neri")) == [
        "template-unlawful-lawyer"
    ]
    assert codes(tmp_path, paragraph("affideremo la pratica allo studio legale")) == []


def test_words_cut_over_runs_and_spelt_without_accents_are_found(tmp_path):
    body = f"<w:p>{run('procederemo al pigno')}{run('ramento', '<w:rPr><w:b/></w:rPr>')}</w:p>"
    assert codes(tmp_path, body) == ["template-unlawful-enforcement"]


SHIPPED = {
    "level_0": "courtesy",
    "level_1": "reminder",
    "level_2": "formal",
    "level_3": "final",
    "level_4": "formal_notice",
    "statement": "statement",
    "first_invoice_call": "call_sheet",
    "returned_call": "call_sheet",
    "plan": "plan",
    "plan_default": "plan_default",
    "plan_reminder": "plan_reminder",
}
TEMPLATES = sorted((Path(__file__).parents[2] / "letter_templates").rglob("*.docx"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_shipped_template_has_no_findings(path):
    assert check_template(path, SHIPPED[path.stem]) == []


def test_a_gentler_template_in_the_place_of_a_formal_notice_is_found():
    found = check_template(TEMPLATES[0].parent / "level_1.docx", "formal_notice")
    assert {"template-misses-art-1219", "template-misses-art-2943", "template-misses-enclosures"} <= {
        finding.code for finding in found
    }


# Wording


def test_every_code_has_its_words_in_every_language():
    texts = [Catalogue(language).section("findings") for language in LANGUAGES]
    source = "".join(path.read_text("utf-8") for path in Path(check.__file__).parent.glob("*.py"))
    used = set(re.findall(r'"(template-(?:tag|block|branch|name|active)[a-z-]*)"', source))
    folder = files("xlcredit.letters")
    required = yaml.safe_load(folder.joinpath("required.yaml").read_text("utf-8"))
    used |= {f"template-misses-{key}" for key in required["elements"]}
    used |= {
        f"template-unlawful-{key}"
        for key in yaml.safe_load(folder.joinpath("unlawful.yaml").read_text("utf-8"))
    }
    for section in texts:
        assert used == {code for code in section if code.startswith("template-")}
    assert {key for keys in required["kinds"].values() for key in keys} == set(required["elements"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_can_be_said(tmp_path, language):
    texts = [text.replace("{{ company.name }}", "{{ company.nam }} {% set a = 1 %}") for text in NOTICE]
    body = letter_body(texts) + paragraph("{%p if rows %}perso pignoramento {{ «x» }}")
    catalogue = Catalogue(language)
    for finding in findings(tmp_path, body, "formal_notice"):
        message, remedy = catalogue.finding(finding)
        assert "modello.docx" in message
        assert remedy
        assert "{{{" not in message + remedy


def test_every_name_of_the_required_elements_is_in_the_vocabulary():
    text = files("xlcredit.letters").joinpath("required.yaml").read_text("utf-8")
    wanted = {
        name for element in yaml.safe_load(text)["elements"].values() for name in element.get("names", ())
    }
    assert wanted <= load_vocabulary().names()
