"""The formulas of the dashboard: plain Excel over the tables, without dynamic arrays.

They work in Excel 2016 and later and in LibreOffice. Amounts are in the base currency: rows in another
currency are counted apart, since currencies are never added up without a rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlcredit.words import reading_words

if TYPE_CHECKING:
    from xlcredit.catalogue import Catalogue

EURO = "EUR"
ENDLESS = 99999
"""Days that no row reaches: the open end of the first and the last bucket."""


@dataclass(frozen=True)
class Formulas:
    """Formulas over the tables of a workbook in one language.

    Attributes:
        words: the workbook's language.
        base: the cell that holds the base currency, absolute (`$C$3`).
    """

    words: Catalogue
    base: str

    def ref(self, table: str, column: str) -> str:
        """A table's column as Excel names it: `xlc_invoices[Residuo]`."""
        header = self.words.header(table, column)
        for special in "'#[]":
            header = header.replace(special, f"'{special}")
        return f"xlc_{table}[{header}]"

    def setting(self, key: str) -> str:
        """The value of a setting, looked up by its name; an empty text when it is blank."""
        name = self.words.text(f"settings.{key}.name")
        place = f'MATCH("{name}",{self.ref("settings", "setting")},0)'
        return f'IFERROR(INDEX({self.ref("settings", "value")},{place})&"","")'

    def as_of(self) -> str:
        """The day in the settings, else words that say which day counts."""
        name = self.words.text("settings.as_of.name")
        place = f'MATCH("{name}",{self.ref("settings", "setting")},0)'
        cell = f"INDEX({self.ref('settings', 'value')},{place})"
        return f'=IFERROR(IF({cell}="","{self.words.text("build.dashboard.last_refresh")}",{cell}),"")'

    def base_currency(self) -> str:
        """The base currency of the settings, else EUR."""
        return f"={self.base_currency_value()}"

    def base_currency_value(self) -> str:
        """The same, to stand within a formula."""
        return f'IF({self.setting("base_currency")}="","{EURO}",{self.setting("base_currency")})'

    def chart_title(self, key: str) -> tuple[str, str]:
        """A chart's title (`build.<key>`) with the currency of its amounts: as a formula, and in euro."""
        formula, shown = (
            self.words.text(f"build.{key}", currency=unit) for unit in (f'"&{self.base}&"', EURO)
        )
        return f'="{formula}"', shown

    def invoices(self, column: str, *conditions: str) -> str:
        """The sum of `column` over rows in the base currency that meet `conditions`."""
        return self._in_base(f"SUMIFS({self.ref('invoices', column)},", conditions)

    def invoice_count(self, *conditions: str) -> str:
        """How many rows in the base currency meet `conditions`."""
        return self._in_base("COUNTIFS(", conditions)

    def positive(self, column: str) -> str:
        """The condition that `column` is above zero: with the residue, open claims, whatever their type is called."""
        return f'{self.ref("invoices", column)},">0"'

    def credits(self) -> str:
        """What credit notes still hold, as a positive amount, in the base currency."""
        below = f'{self.ref("invoices", "open_amount")},"<0"'
        return f"ABS({self.invoices('open_amount', below)})"

    def other_currencies(self) -> str:
        """Open rows in a currency that is neither the base nor blank."""
        return f"=COUNTIFS({self._in_another()},{self.positive('open_amount')})"

    def late(self, lower: str, upper: str = "") -> tuple[str, ...]:
        """Conditions on days overdue, both ends included."""
        days = self.ref("invoices", "days_overdue")
        return (f'{days},">="&{lower}', f'{days},"<="&{upper or ENDLESS}')

    def counted(self, table: str, column: str, vocabulary: str, key: str) -> str:
        """How many rows of `table` have that choice in `column`."""
        return f'=COUNTIFS({self.ref(table, column)},"{self.words.choice(vocabulary, key)}")'

    def filled(self, table: str, column: str) -> str:
        """How many rows of `table` have a text in `column`."""
        return f'=COUNTIFS({self.ref(table, column)},"?*")'

    def running_disputes(self) -> str:
        """Conditions for disputes that are not resolved."""
        resolved = self.words.choice("dispute_phase", "resolved")
        return f'{self.ref("disputes", "phase")},"<>{resolved}",{self.ref("disputes", "customer_id")},"?*"'

    def waiting_decisions(self) -> str:
        """How many customers wait for a decision."""
        customers = f'{self.ref("decisions", "customer_id")},"?*",{self.ref("decisions", "rows")},">0"'
        return f'=COUNTIFS({customers})-COUNTIFS({customers},{self.ref("decisions", "decision")},"?*")'

    def letters_to_issue(self) -> str:
        """How many proposed letters go: those that say so, a blank does not."""
        yes = self.words.choice("flag", "true")
        return f'=COUNTIFS({self.ref("proposal", "customer_id")},"?*",{self.ref("proposal", "send")},"{yes}")'

    def bound(self, number: int) -> str:
        """The last day of bucket `number` (1-based) in the setting `30, 60, 90, 180`; endless beyond."""
        text = f'SUBSTITUTE({self.setting("buckets")},";",",")'
        piece = f'TRIM(MID(SUBSTITUTE({text},",",REPT(" ",50)),{(number - 1) * 50 + 1},50))'
        return f"=IFERROR(VALUE({piece}),{ENDLESS})"

    def bucket_label(self, lower: str, upper: str) -> str:
        """The words that the ledger has for a bucket; empty for a bucket that the setting does not have."""
        between = self.words.text("bucket_words.between", first=f'"&{lower}&"', last=f'"&{upper}&"')
        over = self.words.text("bucket_words.over", first=f'"&({lower}-1)&"')
        over = over[0].upper() + over[1:]
        return f'=IF({lower}>{ENDLESS},"",IF({upper}={ENDLESS},"{over}","{between}"))'

    def ranked_amount(self, rank: str) -> str:
        """The amount at a rank among customers' overdue; empty past the last one above zero."""
        amounts = self.ref("customers", "overdue")
        return f'=IFERROR(IF(LARGE({amounts},{rank})>0,LARGE({amounts},{rank}),""),"")'

    def ranked_name(self, amount: str, above: str, column: str) -> str:
        """Array formula: the customer's `column` for `amount`; equal amounts take their customers in turn.

        Args:
            amount: the cell with the amount.
            above: the amounts from the first rank to this one, as a range.
            column: key of the customers' column.
        """
        overdue, wanted = self.ref("customers", "overdue"), self.ref("customers", column)
        first = f"MIN(ROW({overdue}))"
        place = f"SMALL(IF({overdue}={amount},ROW({overdue})-{first}+1),COUNTIF({above},{amount}))"
        return f'=IF({amount}="","",IFERROR(INDEX({wanted},{place})&"",""))'

    def _in_base(self, opening: str, conditions: tuple[str, ...]) -> str:
        """A function over the rows that meet `conditions`, less those in another currency than the base."""
        kept = ",".join(conditions)
        return f"({opening}{kept})-{opening}{kept},{self._in_another()}))"

    def _in_another(self) -> str:
        """Conditions for rows in a currency that is neither blank nor the base; the euro has several spellings."""
        currency = self.ref("invoices", "currency")
        conditions = [f'{currency},"?*"', f'{currency},"<>"&{self.base}']
        conditions += [f'{currency},"<>"&IF({self.base}="{EURO}","{word}",{self.base})' for word in _euros()]
        return ",".join(conditions)


def _euros() -> list[str]:
    """What people write for the euro besides its code, in any language."""
    codes = reading_words("currencies")
    return sorted(word for word, code in codes.items() if code == EURO and word.upper() != EURO)
