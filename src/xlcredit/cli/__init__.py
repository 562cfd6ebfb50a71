"""The command line: one command a verb, the same operations that the ribbon calls."""

from xlcredit.cli.app import main

__all__ = ["main"]
