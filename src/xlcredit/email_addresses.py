"""E-mail addresses as people type them: one or several in a cell, perhaps with a name before.

An address is what mail servers agree on: an ASCII local part without quotes, a host name with a dot. Nothing that
could end a header line gets through, so that no cell can add a recipient or a header to a message.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_NAMED = re.compile(r"[^<>\r\n]*<([^<>]*)>")
_PLAIN = re.compile(rf"{_LOCAL.pattern}@(?:{_LABEL.pattern}\.)+[A-Za-z]+")
"""One short address and nothing besides, as nearly every cell has it: decided at once."""

_LONGEST, _LONGEST_LOCAL, _LONGEST_LABEL = 254, 64, 63


class Addresses(NamedTuple):
    """What a cell holds: addresses that can be written to, and texts that are none."""

    good: tuple[str, ...]
    bad: tuple[str, ...]


def read_addresses(text: str) -> Addresses:
    """The addresses of a cell, separated by commas or semicolons; each once.

    >>> read_addresses("Anna Bo <anna@example.com>; conti@example.com")
    Addresses(good=('anna@example.com', 'conti@example.com'), bad=())
    >>> read_addresses("anna@example")
    Addresses(good=(), bad=('anna@example',))
    """
    parts = [part.strip(" \t") for part in re.split("[;,]", text)]
    named = [match[1] if (match := _NAMED.fullmatch(part)) else part for part in parts if part]
    found = dict.fromkeys(_with_ascii_host(address) for address in named)
    return Addresses(
        tuple(filter(is_address, found)), tuple(address for address in found if not is_address(address))
    )


def can_write_to(text: str) -> bool:
    """Whether a cell holds an address, and nothing that is none.

    >>> can_write_to("anna@example.com"), can_write_to("anna@example.com; bruno"), can_write_to("-")
    (True, False, False)
    """
    if len(text) <= _LONGEST_LOCAL and _PLAIN.fullmatch(text):
        return True
    found = read_addresses(text)
    return bool(found.good) and not found.bad


def is_address(text: str) -> bool:
    r"""Whether a text is one address in ASCII, and nothing besides.

    >>> is_address("a@example.com"), is_address("a@example.com\nBcc: b@example.com")
    (True, False)
    """
    local, _, host = text.rpartition("@")
    labels = host.split(".")
    return (
        len(text) <= _LONGEST
        and len(local) <= _LONGEST_LOCAL
        and bool(_LOCAL.fullmatch(local))
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) and len(label) <= _LONGEST_LABEL for label in labels)
        and not labels[-1].isdigit()
    )


def _with_ascii_host(address: str) -> str:
    """An address whose host has accents, as mail servers write it; others as they are."""
    local, at, host = address.rpartition("@")
    if host.isascii():
        return address
    try:
        return local + at + host.encode("idna").decode("ascii")
    except UnicodeError:
        return address
