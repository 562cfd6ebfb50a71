"""An assessed ledger as JSON: English keys, amounts as decimal strings, rates in percent, dates ISO."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from xlcredit.money import cents_to_decimal_text
from xlcredit.schema import INVOICES

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlcredit.catalogue import Catalogue
    from xlcredit.errors import Finding
    from xlcredit.intake.assessed import AssessedLedger

_AMOUNTS = {"amount", "open_amount", "overdue_amount"}


def assessment_to_json(assessed: AssessedLedger, catalogue: Catalogue) -> str:
    """The whole answer.

    Args:
        assessed: the ledger.
        catalogue: the language of messages; keys and codes are English in every language.

    Returns:
        `{"as_of", "rows", "totals", "findings"}`: a key of a row that is blank is null.
    """
    rows = plain_rows(assessed.rows).to_json(orient="records", force_ascii=False, double_precision=10)
    numbers = assessed.intake.file.rows
    parts = {
        "as_of": json.dumps(assessed.assessment.as_of.isoformat()),
        "rows": rows,
        "totals": _dump(plain_totals(assessed.totals)),
        "findings": _dump([plain_finding(finding, numbers, catalogue) for finding in assessed.findings]),
    }
    return "{" + ",\n".join(f'"{key}": {text}' for key, text in parts.items()) + "}"


def plain_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Assessed rows with every value as JSON and csv write it: texts, whole numbers, numbers, booleans."""
    return pd.DataFrame({key: _plain(rows[key], key) for key in rows.columns})


def decimal_texts(values: pd.Series) -> pd.Series:
    """Integers in hundredths (cents, basis points) as decimal texts; blank ones stay blank.

    >>> decimal_texts(pd.Series([123456, -5, None], dtype="Int64")).tolist()
    ['1234.56', '-0.05', nan]
    """
    numbers = pa.array(values, from_pandas=True).cast(pa.int64())
    size = pc.abs(numbers)
    whole = pc.divide(size, 100)
    rest = pc.subtract(size, pc.multiply(whole, 100))
    sign = pc.if_else(pc.less(numbers, 0), "-", "")
    cents = pc.utf8_lpad(rest.cast(pa.string()), width=2, padding="0")
    texts = pc.binary_join_element_wise(
        pc.binary_join_element_wise(sign, whole.cast(pa.string()), ""), cents, "."
    )
    return pd.Series(texts.to_pandas().to_numpy(dtype=object), index=values.index, dtype="str")


def plain_totals(totals: Any) -> Any:  # noqa: ANN401  a nested mapping
    """Totals with amounts as decimal strings."""
    return {
        key: plain_totals(value)
        if isinstance(value, dict)
        else cents_to_decimal_text(value)
        if key in _AMOUNTS and value is not None
        else value
        for key, value in totals.items()
    }


def plain_finding(finding: Finding, rows: np.ndarray, catalogue: Catalogue) -> dict[str, Any]:
    """A finding with its words and the row of the file that it names."""
    message, remedy = catalogue.finding(finding)
    is_row = finding.position is not None and finding.table == "invoices"
    return {
        "code": finding.code,
        "table": finding.table or None,
        "column": finding.column,
        "position": finding.position,
        "file_row": int(rows[finding.position]) if is_row else None,
        "row": finding.row,
        "found": finding.found,
        "count": finding.count,
        "needs_person": finding.needs_person,
        "message": message,
        "remedy": remedy,
    }


def _plain(column: pd.Series, key: str) -> pd.Series:
    if column.isna().all():
        return pd.Series(None, index=column.index, dtype=object)
    type_ = INVOICES[key].type if key in INVOICES.by_key else ""
    by_type: dict[str, Callable[[pd.Series], pd.Series]] = {"money": decimal_texts, "rate": decimal_texts}
    if type_ in by_type:
        return by_type[type_](column)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("str")
    if column.dtype.kind == "M":
        codes, days = pd.factorize(column.to_numpy().astype("datetime64[D]"))
        texts = np.append(np.datetime_as_string(days), "").astype(object)[codes]
        return pd.Series(texts, index=column.index, dtype="str").where(column.notna())
    return column


def _dump(value: Any) -> str:  # noqa: ANN401  any JSON-able structure
    return json.dumps(value, ensure_ascii=False)
