"""Text files as grids."""

import pytest

from xlcredit.intake.ledger_file import read_ledger


def test_leading_zeros_stay(read):
    file = read("""
        invoiceNumber,customerID,DueDate,InvoiceAmount
        0000611365,0379-NEVHP,2/1/2013,55.94
    """)
    assert file.raw["invoice_id"].tolist() == ["0000611365"]


def test_rows_are_numbered_as_in_the_file(read):
    file = read("""
        Scadenzario clienti al 30/06/2026

        Numero;Scadenza;Importo
        1;31/01/2026;10

        2;31/01/2026;"dieci
        e due"
        3;31/01/2026;12
    """)
    assert file.place.header_row == 3
    assert file.raw["invoice_id"].tolist() == ["1", "2", "3"]
    assert file.rows.tolist() == [4, 6, 7]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(tmp_path, newline):
    path = tmp_path / "a.csv"
    path.write_bytes(
        newline.join(["Titolo", "Numero;Scadenza;Importo", "1;31/01/2026;10", "2;31/01/2026;20"]).encode()
    )
    assert read_ledger(path).raw["amount"].tolist() == ["10", "20"]


def test_short_rows_end_in_blanks_and_long_ones_keep_all(read, codes):
    file = read("""
        Numero;Scadenza;Importo;Note
        1;31/01/2026;10
        2;31/01/2026;20;a;b;c
    """)
    assert file.raw["notes"].tolist()[1] == "a"
    assert file.raw["notes"].isna().tolist() == [True, False]
    assert file.extra.iloc[1].tolist() == ["b", "c"]
    assert codes(file.findings) == ["ledger-rows-longer"]
    assert (file.findings[0].position, file.findings[0].found, file.findings[0].count) == (1, "b", 1)


def test_separators_at_the_end_of_every_line_make_no_column(read):
    file = read("""
        Numero;Scadenza;Importo;;
        1;31/01/2026;10;;
    """)
    assert list(file.extra.columns) == []


def test_a_quotation_mark_that_nobody_closed_swallows_nothing(write_csv):
    lines = "\n".join(
        f'{number};31/01/2026;10;"tubo da 12' if number == 3 else f"{number};31/01/2026;10;x"
        for number in range(1, 41)
    )
    file = read_ledger(write_csv(f"Numero;Scadenza;Importo;Note\n{lines}\n"))
    assert len(file.raw) == 40
    assert file.raw["notes"].iloc[2] == '"tubo da 12'


def test_text_like_na_stays_text(read):
    file = read("""
        Numero;Scadenza;Importo;Cliente
        NA;31/01/2026;10;null
    """)
    assert file.raw["invoice_id"].tolist() == ["NA"]
    assert file.raw["customer_name"].tolist() == ["null"]


def test_hostile_cells_are_only_text(write_csv):
    long = "x" * 200_000
    text = f"Numero;Scadenza;Importo;Note\n=cmd|' /C calc'!A0;31/01/2026;10;{long}\n+1;31/01/2026;5;a\x00b\x07c\n"
    file = read_ledger(write_csv(text))
    assert file.raw["invoice_id"].tolist() == ["=cmd|' /C calc'!A0", "+1"]
    assert file.raw["notes"].tolist() == [long, "a\x00b\x07c"]


def test_a_very_long_cell_in_an_uneven_file_is_read(write_csv):
    long = "x" * 200_000
    file = read_ledger(write_csv(f"Numero;Scadenza;Importo;Note\n1;31/01/2026;10\n2;31/01/2026;10;{long}\n"))
    assert file.raw["notes"].iloc[1] == long
