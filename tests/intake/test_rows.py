"""Which rows are rows of the ledger."""

HEADERS = "Numero;Cliente;Data doc.;Scadenza;Importo"


def numbers(file):
    return file.raw["invoice_id"].tolist()


def test_totals_by_label_are_left_out_and_told(read, fact):
    file = read("""
        Numero;Cliente;Data doc.;Scadenza;Importo
        1;Rossi;01/01/2026;31/01/2026;10,00
        2;Rossi;01/01/2026;31/01/2026;20,00
        ;TOTALE CLIENTE Rossi;;;30,00
        3;Bianchi;01/01/2026;31/01/2026;5,00
        ;Totale cliente;;;5,00
        Totale generale:;;;;35,00
    """)
    assert numbers(file) == ["1", "2", "3"]
    assert fact(file.decisions, "totals-left-out") == {"count": 3, "rows": "4, 6, 7"}


def test_customer_called_total_is_no_totals_row(read):
    file = read("""
        Numero;Cliente;Data doc.;Scadenza;Importo
        1;Totalgaz spa;01/01/2026;31/01/2026;10,00
        2;Total Energies;01/01/2026;31/01/2026;20,00
        TOT-3;Somma & Figli;01/01/2026;31/01/2026;20,00
    """)
    assert numbers(file) == ["1", "2", "TOT-3"]


def test_sum_without_label_is_left_out(read, fact):
    file = read("""
        Numero;Cliente;Data doc.;Scadenza;Importo
        1;Rossi;01/01/2026;31/01/2026;10,00
        2;Rossi;01/01/2026;31/01/2026;20,50
        ;;;;30,50
        3;Bianchi;01/01/2026;31/01/2026;5,00
        ;;;;5,00
        ;;;;35,50
    """)
    assert numbers(file) == ["1", "2", "3"]
    assert fact(file.decisions, "totals-left-out")["rows"] == "4, 6, 7"


def test_amount_without_a_name_that_sums_nothing_stays(read):
    file = read("""
        Numero;Cliente;Data doc.;Scadenza;Importo
        1;Rossi;01/01/2026;31/01/2026;10,00
        ;;;;7,77
        2;Rossi;01/01/2026;31/01/2026;20,00
    """)
    assert len(file.raw) == 3


def test_repeated_headers_and_page_feet_are_left_out(read, fact):
    file = read("""
        Numero;Cliente;Data doc.;Scadenza;Importo
        1;Rossi;01/01/2026;31/01/2026;10,00
        Pagina 1 di 2;;;;
        Numero;Cliente;Data doc.;Scadenza;Importo
        2;Rossi;01/01/2026;31/01/2026;20,00
        ;Stampato da Ufficio;;;
    """)
    assert numbers(file) == ["1", "2"]
    assert fact(file.decisions, "headers-repeated") == {"count": 1, "rows": "4"}
    assert fact(file.decisions, "notes-left-out") == {
        "count": 2, "rows": "3, 6", "texts": "Pagina 1 di 2 / Stampato da Ufficio",
    }  # fmt: skip


def test_blank_rows_are_nothing(read, codes):
    file = read("""
        Numero;Cliente;Data doc.;Scadenza;Importo
        1;Rossi;01/01/2026;31/01/2026;10,00
        ;;;;
        ; ; ;;
        2;Rossi;01/01/2026;31/01/2026;20,00
    """)
    assert numbers(file) == ["1", "2"]
    assert not {"notes-left-out", "totals-left-out"} & set(codes(file.decisions))


def test_customer_at_the_head_of_a_group_holds_for_its_rows(read, fact):
    file = read("""
        Numero;Data doc.;Scadenza;Importo
        Cliente: 00123 - Rossi srl;;;
        1;01/01/2026;31/01/2026;10,00
        2;01/01/2026;31/01/2026;20,00
        Totale cliente;;;30,00
        Cliente: 00456 - Bianchi & C. snc;;;
        3;01/01/2026;31/01/2026;5,00
    """)
    assert numbers(file) == ["1", "2", "3"]
    assert file.raw["customer_id"].tolist() == ["00123", "00123", "00456"]
    assert file.raw["customer_name"].tolist() == ["Rossi srl", "Rossi srl", "Bianchi & C. snc"]
    assert fact(file.decisions, "groups-spread") == {"count": 2, "rows": "2, 6"}


def test_customer_column_filled_on_the_first_line_only(read):
    file = read("""
        Cliente;Numero;Data doc.;Scadenza;Importo
        Rossi srl;;;;
        ;1;01/01/2026;31/01/2026;10,00
        ;2;01/01/2026;31/01/2026;20,00
        Bianchi snc;;;;
        ;3;01/01/2026;31/01/2026;5,00
    """)
    assert file.raw["customer_name"].tolist() == ["Rossi srl", "Rossi srl", "Bianchi snc"]


def test_rows_with_a_customer_are_never_given_another(read):
    file = read("""
        Cliente;Numero;Data doc.;Scadenza;Importo
        Nota interna;;;;
        Rossi;1;01/01/2026;31/01/2026;10,00
        ;2;01/01/2026;31/01/2026;20,00
    """)
    assert file.raw["customer_name"].isna().tolist() == [False, True]
