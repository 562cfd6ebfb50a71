"""Credit control for people who live in Excel."""

__version__ = "0.1.0"
