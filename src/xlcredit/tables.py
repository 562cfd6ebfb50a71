"""What a table and a column of the workbook are; which there are stands in `schema`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xlcredit.vocabularies import VOCABULARIES

Type = Literal["text", "id", "choice", "money", "rate", "int", "number", "date", "time", "flag"]
Role = Literal["input", "computed"]

DTYPES: dict[str, str] = {
    "text": "str",
    "id": "str",
    "choice": "category",
    "money": "Int64",
    "rate": "Int64",
    "int": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "time": "datetime64[s]",
    "flag": "boolean",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        key: its name in code and in `--json`.
        type: see the module's table.
        role: `input` columns belong to the user and are never written; `computed` ones always are.
        required: a row without it gets a finding.
        choices: English keys of a choice column; their words are `choices.<vocabulary>.<key>`.
        vocabulary: the catalogue section of the choices.
    """

    key: str
    type: Type
    role: Role = "input"
    required: bool = False
    choices: tuple[str, ...] = ()
    vocabulary: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One Excel Table, alone on its sheet.

    Attributes:
        key: its name in code.
        columns: in the order of the shipped workbook.
        keep: how refresh treats the rows: `typed` ones belong to the user (only computed columns are
            written), `events` are appended and never changed, `rebuilt` ones are replaced.
        matched_by: in a `rebuilt` table, the columns by which typed input is carried over to the new rows.
    """

    key: str
    columns: tuple[Column, ...]
    keep: Literal["typed", "events", "rebuilt"] = "typed"
    matched_by: tuple[str, ...] = ()

    def __getitem__(self, key: str) -> Column:
        """The column named `key`; KeyError when there is none."""
        return self.by_key[key]

    @property
    def by_key(self) -> dict[str, Column]:
        """Columns by key."""
        return {column.key: column for column in self.columns}

    @property
    def computed(self) -> tuple[Column, ...]:
        """The columns that refresh writes."""
        return tuple(column for column in self.columns if column.role == "computed")

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that belong to the user."""
        return tuple(column for column in self.columns if column.role == "input")


def column_of(spec: str) -> Column:
    """A column from `key type [!] [=] [:vocabulary]`: ! required, = computed."""
    key, type_, *marks = spec.split()
    vocabulary = next((mark[1:] for mark in marks if mark.startswith(":")), "")
    return Column(
        key,
        type_,  # type: ignore[arg-type]  # checked by the schema's tests
        role="computed" if "=" in marks else "input",
        required="!" in marks,
        choices=VOCABULARIES[vocabulary] if vocabulary else (),
        vocabulary=vocabulary,
    )


def table_of(key: str, specs: str, **options: object) -> Table:
    """A table from one line a column."""
    columns = tuple(column_of(line) for line in specs.strip().splitlines())
    return Table(key, columns, **options)  # type: ignore[arg-type]
