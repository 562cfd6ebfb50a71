"""Parquet files."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
from pyarrow import parquet

from xlcredit.intake.ledger_file import read_ledger


def test_columns_of_every_type_are_read(tmp_path):
    table = pa.table(
        {
            "Numero": pa.array(["001", None]),
            "customerID": pa.array([17, 18], pa.int32()),
            "DueDate": pa.array([dt.date(2026, 1, 31), None], pa.date32()),
            "Invoice date": pa.array(
                [dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)] * 2, pa.timestamp("us", "UTC")
            ),
            "Importo": pa.array([Decimal("12.34"), Decimal("-1.00")], pa.decimal128(12, 2)),
            "Valuta": pa.array(["EUR", "USD"]).dictionary_encode(),
            "Disputed": pa.array([True, False]),
        }
    )
    parquet.write_table(table, tmp_path / "a.parquet")
    file = read_ledger(tmp_path / "a.parquet")
    assert file.raw["amount"].tolist() == [12.34, -1.0]
    assert file.raw["currency"].tolist() == ["EUR", "USD"]
    assert file.raw["due_date"].dtype == "datetime64[s]"
    assert file.raw["disputed"].tolist() == [True, False]
    assert file.decisions[0].code == "rows-read-columns"
