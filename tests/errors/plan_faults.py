"""Plans that nobody can agree, as in `faults`."""

from broken_inputs import AS_OF
from faults import book, causes

from xlcredit.core.plan_proposal import PlanTerms, propose_plan
from xlcredit.operations.opened import open_for
from xlcredit.operations.refresh import compute

BOOK = """
Scadenzario
Numero | Codice cliente | Data documento | Scadenza | Totale documento | Residuo
1/2026 | C1 | 02/02/2026 | 04/03/2026 | 1.000,00 | 1,00
2/2026 | C2 | 02/02/2026 | 04/03/2026 | 500,00 | 1,00

Clienti
Codice cliente | Ragione sociale | Tipo cliente
C1 | Alfa S.r.l. | Impresa
C2 | Beta S.r.l. | Impresa
"""


def plan(folder, rows, **terms):
    assessment, _ = compute(open_for(book(folder, BOOK), AS_OF, to_write=False))
    return propose_plan(assessment, rows, PlanTerms("P26-01", AS_OF, AS_OF, **terms))


@causes("plan-nothing-open")
def nothing_open(folder):
    """An instalment plan for no row at all."""
    plan(folder, [])


@causes("plan-several-customers")
def several_customers(folder):
    """An instalment plan over an invoice of Alfa and one of Beta."""
    plan(folder, [0, 1])


@causes("plan-terms")
def impossible_terms(folder):
    """An instalment plan of no instalment."""
    plan(folder, [0], number=0)
