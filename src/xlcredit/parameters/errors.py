"""What a parameter file, a policy file or a day can be refused for, one class each."""

from __future__ import annotations

from xlcredit.errors import XlcreditError


class ParameterFileError(XlcreditError):
    """A file of parameters that is not used, because it is not certain what it means.

    Facts: `file` (its name), `where` (dotted path inside it), and those of the subclass.
    """

    code = "parameter-file"


class ParameterUnreadableError(ParameterFileError):
    """The file is not there, is not text or is not YAML: `detail` says why."""

    code = "parameter-unreadable"


class ParameterDuplicateError(ParameterFileError):
    """The same key or the same day of effect stands there twice: `found`, `line`."""

    code = "parameter-duplicate"


class ParameterUnknownKeyError(ParameterFileError):
    """A key that nobody reads: `where`; `known` ones."""

    code = "parameter-unknown-key"


class ParameterMissingKeyError(ParameterFileError):
    """A key that must be there is not: `where`."""

    code = "parameter-missing-key"


class ParameterTypeError(ParameterFileError):
    """A value of another kind than the key asks for: `found`, `expected`."""

    code = "parameter-type"


class ParameterOrderError(ParameterFileError):
    """Days of effect, levels or limits that do not rise, so that two of them overlap: `found`, `previous`."""

    code = "parameter-order"


class ParameterWithoutReferenceError(ParameterFileError):
    """No act or source is named for the values."""

    code = "parameter-without-reference"


class ParameterEndsTooEarlyError(ParameterFileError):
    """`valid_until` lies before the last day of effect, `last`."""

    code = "parameter-ends-too-early"


class RateGapError(ParameterFileError):
    """A period of published rates has no value of its own: `period`; the one before may not run on."""

    code = "rate-gap"


class ParameterExpiredError(XlcreditError):
    """A value is asked for a day after the parameter's `valid_until`: `parameter`, `day`, `last`."""

    code = "parameter-expired"


class ParameterNotYetError(XlcreditError):
    """A value is asked for a day before the first day of effect: `parameter`, `day`, `first`."""

    code = "parameter-not-yet"


class RateNotPublished(XlcreditError):  # noqa: N818  the name the rules and the documentation give it
    """No rate is known for a day that bears interest: `day`, `first` and `last` (days with a rate)."""

    code = "rate-not-published"


class UnknownRegimeError(XlcreditError):
    """An interest regime that does not exist: `found`, `known`."""

    code = "regime-unknown"


class UnknownSettingError(XlcreditError):
    """A setting that does not exist: `setting`, `known`."""

    code = "policy-setting-unknown"


class SettingValueError(XlcreditError):
    """A setting with a value that it cannot have: `setting`, `found`, `expected`."""

    code = "policy-setting-value"


class PolicyValueError(ParameterFileError):
    """A policy that would dun wrongly: `found`, `expected`."""

    code = "policy-value"
