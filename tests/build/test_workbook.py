"""The built workbook: the same bytes twice, its tables, formats, lists, and what stands in the cells."""

import datetime as dt
import re

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from xlcredit.books import TableUpdate, open_book
from xlcredit.build.finish import VbaProject, read_parts
from xlcredit.build.layout import BAND_ROW, BODY_ROW, EXPLANATION_ROW, HEADER_ROW, SHEETS, base_width
from xlcredit.build.links import LINK_COLUMNS
from xlcredit.build.package import lint_package
from xlcredit.build.widths import header_width
from xlcredit.build.workbook import build_workbook
from xlcredit.catalogue import LANGUAGES, Catalogue
from xlcredit.core.ledger import typed_frame
from xlcredit.parameters.policy import load_policy
from xlcredit.schema import SETTING_TYPES, TABLES

CENTS_OF_1234_56 = 123456


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("built") / "empty.xlsm"
    build_workbook(path)
    return path


@pytest.fixture(scope="module")
def sheets(empty):
    return openpyxl.load_workbook(empty, keep_vba=False)


def invoices(rows=1):
    return typed_frame(
        TABLES["invoices"],
        {
            "invoice_id": [f"00{number}/A" for number in range(rows)],
            "customer_id": ["0007"] * rows,
            "document_type": ["credit_note"] * rows,
            "document_date": [dt.date(2026, 2, 28)] * rows,
            "due_date": [dt.date(2026, 3, 31)] * rows,
            "amount": [CENTS_OF_1234_56] * rows,
        },
    )


def read_back(path, key):
    return open_book(path).read(key)[key].frame


def test_two_builds_are_the_same_bytes(empty, tmp_path):
    again = tmp_path / "again.xlsm"
    build_workbook(again)
    assert again.read_bytes() == empty.read_bytes()


def test_two_builds_with_rows_are_the_same_bytes(tmp_path):
    paths = [tmp_path / "a.xlsm", tmp_path / "b.xlsm"]
    for path in paths:
        build_workbook(path, frames={"invoices": invoices(3)})
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_passes_the_lint(language, tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, language=language, frames={"invoices": invoices(2)})
    assert lint_package(path) == []


def test_a_build_replaces_the_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "book.xlsm"
    path.write_bytes(b"something else")
    build_workbook(path, frames={"invoices": invoices()})
    assert [found.name for found in tmp_path.iterdir()] == ["book.xlsm"]


def test_it_is_a_macro_workbook_without_macros(empty):
    parts = read_parts(empty.read_bytes())
    assert b"sheet.macroEnabled.main+xml" in parts["[Content_Types].xml"]
    assert "xl/vbaProject.bin" not in parts
    assert b'fullCalcOnLoad="1"' in parts["xl/workbook.xml"]


def test_macros_and_ribbon_have_their_place(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, macros=VbaProject(b"vba", b"<customUI/>"))
    parts = read_parts(path.read_bytes())
    assert parts["xl/vbaProject.bin"] == b"vba"
    assert parts["customUI/customUI14.xml"] == b"<customUI/>"
    assert b"2007/relationships/ui/extensibility" in parts["_rels/.rels"]


def test_sheets_stand_in_their_order(sheets):
    assert sheets.sheetnames == [Catalogue("it").sheet(layout.key) for layout in SHEETS]


def test_every_table_is_an_excel_table_with_one_blank_row(sheets):
    for key, table in TABLES.items():
        worksheet = sheets[Catalogue("it").sheet(key)]
        excel_table = worksheet.tables[f"xlc_{key}"]
        links = [link.header(Catalogue("it")) for link in LINK_COLUMNS.get(key, ())]
        assert [column.name for column in excel_table.tableColumns] == [
            *Catalogue("it").headers(key, [column.key for column in table.columns]),
            *links,
        ]
        rows = {"settings": len(SETTING_TYPES), "levels": levels_in_policy()}.get(key, 1)
        assert excel_table.ref.endswith(str(BODY_ROW + rows))


def levels_in_policy():
    return sum(len(cycle.levels) for cycle in load_policy().cycles.values())


def test_headers_and_first_columns_are_frozen_and_headers_repeat_on_paper(sheets):
    worksheet = sheets["Scadenzario"]
    assert worksheet.freeze_panes == "E5"
    assert worksheet.print_title_rows == "$4:$4"
    assert worksheet.print_title_cols == "$A:$D"
    assert (worksheet.page_setup.orientation, worksheet.page_setup.paperSize) == ("landscape", 9)
    assert worksheet.page_setup.fitToWidth == 3


@pytest.mark.parametrize(
    ("column", "number_format", "horizontal"),
    [
        ("invoice_id", "@", "left"),
        ("amount", "#,##0.00", "right"),
        ("due_date", "dd/mm/yyyy", "right"),
        ("days_overdue", "0", "right"),
        ("document_type", "General", "left"),
    ],
)
def test_cells_below_the_headers_have_the_format_of_their_type(sheets, column, number_format, horizontal):
    worksheet = sheets["Scadenzario"]
    place = [found.key for found in TABLES["invoices"].columns].index(column) + 1
    cell = worksheet.cell(BODY_ROW + 1, place)
    assert (cell.number_format, cell.alignment.horizontal) == (number_format, horizontal)


@pytest.mark.parametrize(
    ("column", "horizontal", "indent"),
    [("invoice_id", "left", 1), ("amount", "right", 2), ("due_date", "right", 2)],
)
def test_headers_stand_over_their_cells_and_clear_of_the_filter_button(sheets, column, horizontal, indent):
    worksheet = sheets["Scadenzario"]
    place = [found.key for found in TABLES["invoices"].columns].index(column) + 1
    header, cell = (worksheet.cell(row + 1, place).alignment for row in (HEADER_ROW, BODY_ROW))
    assert (header.horizontal, header.indent) == (horizontal, indent)
    assert (cell.horizontal, cell.indent) == (horizontal, 1)


def test_a_flag_is_centred_under_its_header(sheets):
    place = [found.key for found in TABLES["customers"].columns].index("first_invoice_default") + 1
    cells = [sheets["Clienti"].cell(row + 1, place) for row in (HEADER_ROW, BODY_ROW)]
    assert [cell.alignment.horizontal for cell in cells] == ["center", "center"]


def test_no_band_hangs_out_of_its_columns(sheets):
    """One column that is computed says so in one word."""
    assert sheets["Incassi"].cell(BAND_ROW + 1, len(TABLES["payments"].columns)).value == "Calcolato"


def test_the_currency_of_the_day_s_list_is_shown(sheets):
    place = [found.key for found in TABLES["worklist"].columns].index("currency")
    assert not sheets["Da fare oggi"].column_dimensions[get_column_letter(place + 1)].hidden


def test_an_empty_proposal_says_what_to_press(sheets):
    formula = sheets["Proposta"].cell(EXPLANATION_ROW + 1, 1).value
    assert formula.startswith("=IF(COUNTIF(xlc_proposal[Codice cliente]")
    assert "premere «Proponi»" in formula


def test_rows_that_leave_a_table_leave_no_ruled_lines(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": invoices(6)})
    own = typed_cells(path, BODY_ROW + 6, "border")
    book = open_book(path)
    kept = book.read("invoices")["invoices"].frame.head(2)
    book.save([TableUpdate("invoices", replace=kept)])
    assert all(border.bottom.style == "thin" for border in typed_cells(path, BODY_ROW + 2, "border"))
    lost = [cell for row in range(3, 7) for cell in typed_cells(path, BODY_ROW + row, "border")]
    assert [border.bottom.style for border in lost] == [None] * 4 * len(own)
    formats = typed_cells(path, BODY_ROW + 6, "number_format")
    assert "dd/mm/yyyy" in formats
    assert "#,##0.00" in formats


def typed_cells(path, row, attribute):
    """What the cells of a row of the ledger look like."""
    (cells,) = openpyxl.load_workbook(path)["Scadenzario"].iter_rows(
        row, row, max_col=len(TABLES["invoices"].columns)
    )
    return [getattr(cell, attribute) for cell in cells]


def test_input_and_computed_headers_differ_in_colour_and_say_so(sheets):
    worksheet = sheets["Scadenzario"]
    keys = [found.key for found in TABLES["invoices"].columns]
    typed, computed = keys.index("invoice_id") + 1, keys.index("paid_amount") + 1
    colours = {worksheet.cell(HEADER_ROW + 1, place).fill.fgColor.rgb for place in (typed, computed)}
    assert len(colours) == 2
    assert worksheet.cell(HEADER_ROW, typed).value == "Da compilare"
    assert worksheet.cell(HEADER_ROW, computed).value == "Calcolato da xlcredit: non scrivere qui"


def test_every_header_explains_itself_when_selected(sheets):
    for key, table in TABLES.items():
        worksheet = sheets[Catalogue("it").sheet(key)]
        explained = {
            str(rule.sqref): rule
            for rule in worksheet.data_validations.dataValidation
            if rule.promptTitle is not None
        }
        assert len(explained) == len(table.columns), key
        assert all(rule.prompt for rule in explained.values())


def test_choices_are_lists_of_words_that_warn_and_do_not_block(sheets):
    rules = sheets["Clienti"].data_validations.dataValidation
    kinds = next(rule for rule in rules if rule.formula1 and "Condominio" in rule.formula1)
    assert kinds.type == "list"
    assert kinds.errorStyle == "warning"
    assert kinds.formula1 == '"Impresa,Professionista,PA,Ente,Condominio,Consumatore"'


def test_no_validation_stops_a_user(sheets):
    for worksheet in sheets:
        for rule in worksheet.data_validations.dataValidation:
            blocks = rule.showErrorMessage and rule.errorStyle in {None, "stop"} and rule.type is not None
            assert not blocks, f"{worksheet.title} {rule.sqref}"


def test_computed_columns_have_no_validation(sheets):
    worksheet = sheets["Scadenzario"]
    keys = [found.key for found in TABLES["invoices"].columns]
    first = keys.index("paid_amount") + 1
    for rule in worksheet.data_validations.dataValidation:
        for area in rule.sqref.ranges:
            assert area.min_row == HEADER_ROW + 1 or area.max_col < first


def test_cells_hold_what_the_frame_says(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": invoices()})
    row = read_back(path, "invoices").iloc[0]
    assert row["Numero"] == "000/A"
    assert row["Codice cliente"] == "0007"
    assert row["Tipo documento"] == "Nota di credito"
    assert row["Scadenza"] == pd.Timestamp(2026, 3, 31)
    assert row["Totale documento"] == 1234.56


def test_every_row_takes_the_formats_of_the_first(tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": invoices(3)})
    worksheet = openpyxl.load_workbook(path)["Scadenzario"]
    place = [found.key for found in TABLES["invoices"].columns].index("open_amount") + 1
    formats = {worksheet.cell(BODY_ROW + 1 + row, place).number_format for row in range(3)}
    assert formats == {"#,##0.00"}


def test_a_text_that_is_no_date_stands_in_its_date_column(tmp_path):
    frame = invoices(2)
    frame["due_date"] = frame["due_date"].astype(object)
    frame.loc[1, "due_date"] = "31/02/2026"
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": frame})
    assert read_back(path, "invoices")["Scadenza"].tolist() == [pd.Timestamp(2026, 3, 31), "31/02/2026"]


def test_a_text_that_is_no_choice_or_amount_stands_as_it_is(tmp_path):
    frame = invoices(2)
    for column, text in (("document_type", "Fatura"), ("amount", "da definire")):
        frame[column] = frame[column].astype(object)
        frame.loc[0, column] = text
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": frame})
    found = read_back(path, "invoices")
    assert found["Tipo documento"].tolist() == ["Fatura", "Nota di credito"]
    assert found["Totale documento"].tolist() == ["da definire", 1234.56]


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    frame = invoices().assign(customer_name="=1+1")
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": frame})
    assert read_back(path, "invoices")["Cliente"].tolist() == ["=1+1"]


def test_own_columns_stand_to_the_right_under_headers_of_their_own(tmp_path):
    own = pd.DataFrame(
        {"Commessa": ["K1", "K2"], "CLIENTE": ["x", "y"], "Data visita": pd.to_datetime(["2026-05-01", None])}
    )
    path = tmp_path / "book.xlsm"
    build_workbook(path, frames={"invoices": invoices(2)}, extra_columns={"invoices": own})
    found = read_back(path, "invoices")
    assert list(found.columns[-3:]) == ["Commessa", "CLIENTE (2)", "Data visita"]
    assert found["Commessa"].tolist() == ["K1", "K2"]
    assert found["Data visita"].iloc[0] == pd.Timestamp(2026, 5, 1)
    assert lint_package(path) == []


def test_cycles_come_from_the_policy_in_words(empty):
    found = read_back(empty, "levels")
    assert len(found) == levels_in_policy()
    notice = found[(found["Ciclo"] == "Ordinario") & (found["Livello"] == 4)].iloc[0]
    assert notice["Tipo"] == "Messa in mora"
    assert notice["Canali"] == "PEC, Raccomandata A/R"
    assert notice["Interrompe la prescrizione"] == "Sì"
    assert notice["Importo minimo"] == 100


def test_cycles_of_the_workbook_are_the_policy_again(empty):
    from xlcredit.values import read_table

    raw = read_back(empty, "levels").rename(
        columns={Catalogue("it").header("levels", c.key): c.key for c in TABLES["levels"].columns}
    )
    policy, findings = load_policy().with_levels(read_table(raw, TABLES["levels"]).frame)
    assert findings == []
    for name, cycle in load_policy().cycles.items():
        days = [
            (level.number, level.days_after_due, level.channels, level.min_amount_cents)
            for level in cycle.levels
        ]
        found = policy.cycles[name].levels
        assert [(lv.number, lv.days_after_due, lv.channels, lv.min_amount_cents) for lv in found] == days


def settings_of(path):
    frame = read_back(path, "settings")
    return dict(zip(frame["Parametro"], frame["Valore"], strict=True))


def test_settings_stand_with_their_defaults(empty):
    found = settings_of(empty)
    assert found["Origine degli incassi"] == "Incassi del file"
    assert found["Scadenze festive al giorno dopo"] == "Sì"
    assert found["Abbuono automatico fino a"] == 1
    assert found["Fasce di ritardo"] == "30, 60, 90, 180"
    assert pd.isna(found["Ragione sociale"])
    assert pd.isna(found["Situazione al"])


@pytest.mark.parametrize(("language", "word"), [("it", "Italiano"), ("en", "English")])
def test_the_letters_language_is_the_workbooks_unless_chosen(language, word, tmp_path):
    path = tmp_path / "book.xlsm"
    build_workbook(path, language=language)
    frame = read_back(path, "settings")
    assert word in frame.iloc[:, 1].tolist()


@pytest.mark.parametrize("name", ["as_of", "Situazione al", "As of"])
@pytest.mark.parametrize("value", [dt.date(2026, 11, 20), "20/11/2026"])
def test_a_setting_may_be_named_by_key_or_words_and_typed_or_text(name, value, tmp_path):
    path = tmp_path / "book.xlsm"
    chosen = pd.DataFrame({"setting": [name, "payments_source"], "value": [value, "ledger"]}, dtype=object)
    build_workbook(path, frames={"settings": chosen})
    found = settings_of(path)
    assert found["Situazione al"] == pd.Timestamp(2026, 11, 20)
    assert found["Origine degli incassi"] == "Gestionale"


def sheet_part(path, key):
    number = [layout.key for layout in SHEETS].index(key) + 1
    return read_parts(path.read_bytes())[f"xl/worksheets/sheet{number}.xml"].decode()


def test_dashboard_formulas_hold_no_value_that_could_be_outdated(empty):
    dashboard = sheet_part(empty, "dashboard")
    assert dashboard.count("<f") > 50
    assert not re.search(r"</f><v>", dashboard)


def test_dashboard_uses_no_function_newer_than_excel_2016(empty):
    formulas = "".join(re.findall(r"<f[^>]*>(.*?)</f>", sheet_part(empty, "dashboard")))
    used = set(re.findall(r"\b([A-Z][A-Z.]+)\(", formulas))
    assert "SUMIFS" in used
    old = "ABS COUNTIF COUNTIFS IF IFERROR INDEX LARGE MATCH MID MIN REPT ROW SMALL SUBSTITUTE SUM SUMIFS TRIM VALUE"
    assert used <= set(old.split())


def test_code_names_are_the_same_in_every_language(tmp_path):
    names = []
    for language in LANGUAGES:
        path = tmp_path / f"{language}.xlsm"
        build_workbook(path, language=language)
        parts = read_parts(path.read_bytes())
        names.append(
            [
                re.findall(rb'codeName="(\w+)"', parts[name])
                for name in sorted(parts)
                if "worksheets/sheet" in name
            ]
        )
    assert names[0] == names[1]
    assert [b"SheetInvoices"] in names[0]


@pytest.mark.parametrize("header", ["Data", "Giorni minimi tra solleciti", "Interrompe la prescrizione", "X"])
def test_a_header_fits_two_lines_beside_its_filter_button(header):
    from xlcredit.build.widths import _wrap

    lines = _wrap(header, int(header_width(header)))
    assert len(lines) <= 2


def test_dates_and_amounts_are_wide_enough_at_any_size():
    for layout in SHEETS:
        for column in TABLES[layout.key].columns if layout.key in TABLES else ():
            least = {"date": 12.5, "money": 14.5, "time": 17.5}.get(column.type, 0)
            assert base_width(layout, column) >= least, f"{layout.key}.{column.key}"
