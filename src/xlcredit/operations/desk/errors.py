"""What cannot be recorded at the desk, and why."""

from __future__ import annotations

from xlcredit.errors import XlcreditError


class CustomerNotFoundError(XlcreditError):
    """A customer code that is neither in the customers nor in the ledger."""

    code = "customer-not-found"


class CustomerNotListedError(XlcreditError):
    """A customer of the ledger without a row of its own, where something is to be written beside it."""

    code = "customer-not-listed"


class NoHoldError(XlcreditError):
    """None of the rows and customers meant is on hold."""

    code = "no-hold"


class InvoiceNotFoundError(XlcreditError):
    """A document that the customer does not have in the ledger."""

    code = "invoice-not-found"


class NothingOpenError(XlcreditError):
    """The rows meant owe nothing."""

    code = "nothing-open"


class DayPassedError(XlcreditError):
    """A promise, an instalment, a hold or a deadline for a day that has passed."""

    code = "day-passed"


class PromiseExistsError(XlcreditError):
    """A row with an open promise gets no second one."""

    code = "promise-exists"


class NoPromiseError(XlcreditError):
    """None of the rows meant has an open promise."""

    code = "no-promise"


class AmountAboveResidueError(XlcreditError):
    """More than the rows owe."""

    code = "amount-above-residue"


class AmountCurrenciesError(XlcreditError):
    """One amount over rows of several currencies."""

    code = "amount-several-currencies"


class DisputeExistsError(XlcreditError):
    """A row with an open dispute gets no second one."""

    code = "dispute-exists"


class NoDisputeError(XlcreditError):
    """None of the rows meant has an open dispute."""

    code = "no-dispute"


class PhaseBeforeError(XlcreditError):
    """A phase that begins before the one that it follows."""

    code = "phase-before"


class PlanExistsError(XlcreditError):
    """A row under a live plan gets no second one."""

    code = "plan-exists"


class PlanNotFoundError(XlcreditError):
    """A plan that the workbook does not have."""

    code = "plan-not-found"


class PlanEndedError(XlcreditError):
    """A plan that is no longer live can neither be signed nor withdrawn."""

    code = "plan-ended"


class PlanTooLongError(XlcreditError):
    """A plan that lasts longer than the settings let it needs the name of who confirms it."""

    code = "plan-too-long"


class PlanSignedError(XlcreditError):
    """A plan is signed once."""

    code = "plan-signed"


class SignatureDayError(XlcreditError):
    """A signature before the plan was proposed, or on a day that has not come."""

    code = "signature-day"


class SignedFileMissingError(XlcreditError):
    """The signed copy is not where it is said to be."""

    code = "signed-file-missing"


class PlanRowsError(XlcreditError):
    """Rows that are paid otherwise, to somebody else, or not at all are no rows of a plan."""

    code = "plan-rows"


class PlanHeldError(XlcreditError):
    """Nothing may be written about rows of a plan."""

    code = "plan-held"


class PlanToldError(XlcreditError):
    """The default of a plan is told once."""

    code = "plan-told"


class ConfirmationMissingError(XlcreditError):
    """What is given up or set off beyond the limit needs the name of who confirms it."""

    code = "confirmation-missing"


class LedgerDecidesError(XlcreditError):
    """Where the ERP's residue is the truth, an allowance or a set-off is booked there."""

    code = "ledger-decides"


class NotASupplierError(XlcreditError):
    """Only what we owe a customer who is our supplier too can be set off."""

    code = "not-a-supplier"


class NoSuchEntryError(XlcreditError):
    """There is no allowance or set-off on the rows meant to be taken back."""

    code = "no-such-entry"


class SeveralEntriesError(XlcreditError):
    """Several rows of a customer have an allowance or a set-off, and none is named."""

    code = "several-entries"


class NotEntitledError(XlcreditError):
    """A person who is not among those who may approve."""

    code = "not-entitled"


class NothingToApproveError(XlcreditError):
    """No proposed letter of that customer waits for an approval."""

    code = "nothing-to-approve"
