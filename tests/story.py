"""A story played: each day's cells typed and commands run, with what they answer.

`story_dunning.md` is a day a heading (`## 2026-01-26 ...`); below it, blocks of typed rows (```typed: a sheet's name, its
headers, its rows between `|`), of commands (```console: lines with `$`, each followed by its answer; `| tail -2` keeps the
last two lines of it), and of what then stands in the workbook (```shows: a sheet's name, headers, rows). The clock stands
at half past nine in the morning of that day. `python tests/story.py` writes the answers anew.
"""

import contextlib
import datetime as dt
import io
import os
import re
import shlex
import sys
import tempfile
import types
from pathlib import Path
from unittest import mock

import pandas as pd

sys.path.append(str(Path(__file__).parent / "errors"))

from broken_books import KEYS, NUMBER, read_sheets

from xlcredit.books import TableUpdate, open_book
from xlcredit.cli import main
from xlcredit.schema import TABLES

STORY = Path(__file__).with_name("story_dunning.md")
BOOK = "Crediti.xlsm"
DAY = re.compile(r"^## (\d{4}-\d\d-\d\d)")
DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


def play(text):
    """The story with the answers that its commands give now."""
    played, day, block, lines = [], None, None, []
    for line in text.splitlines():
        if block and line == "```":
            played += {"console": _run, "typed": _type, "shows": _show}[block](lines, day)
            block = None
        elif block:
            lines.append(line)
            continue
        elif line.startswith("```"):
            block, lines = line.removeprefix("```"), []
        elif found := DAY.match(line):
            day = dt.date.fromisoformat(found[1])
        played.append(line)
    return "\n".join(played) + "\n"


def _run(lines, day):
    """The commands of a block, each with its answer."""
    answers = []
    for line in lines:
        if line.startswith("$ "):
            command, _, last = line.removeprefix("$ ").partition(" | tail -")
            answer = _answer(shlex.split(command)[1:], day)
            answers += [line, *(answer[-int(last) :] if last else answer)]
    return answers


def _answer(arguments, day):
    told = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["xlcredit", *arguments]),
        contextlib.redirect_stdout(told),
        contextlib.redirect_stderr(told),
        clock_at(day),
        contextlib.suppress(SystemExit),
    ):
        main()
    text = told.getvalue().replace(os.sep, "/")
    for folder in (Path.cwd(), Path.cwd().resolve()):
        text = text.replace(f"{folder.as_posix()}/", "")
    return [line.rstrip() for line in text.splitlines() if line.strip()]


@contextlib.contextmanager
def clock_at(day):
    """The package's only clock stands at nine of `day`."""

    class Stopped(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(day.year, day.month, day.day, 9, 30, tzinfo=tz)

    with mock.patch("xlcredit.dates.dt", types.SimpleNamespace(**{**vars(dt), "datetime": Stopped})):
        yield


def _type(lines, _day):
    """Rows typed by hand at the end of their tables; the block stays as it is."""
    for sheet, (headers, *rows) in read_sheets("\n".join(lines)).items():
        book, key = open_book(Path(BOOK)), KEYS[sheet]
        keys = {header: column for column, header in book.headers(key).items()}
        columns = {
            header: [_cell(row[place], TABLES[key][keys[header]].type) for row in rows]
            for place, header in enumerate(headers)
        }
        if key == "settings":
            _set(book, dict(rows))
        else:
            book.save([TableUpdate(key, append=pd.DataFrame(columns, dtype=object))])
    return lines


def _show(lines, _day):
    """The rows of a table as they stand in the workbook, in some of its columns."""
    sheet, headers = lines[0], lines[1].split(" | ")
    key = KEYS[sheet.partition(" (")[0]]
    book = open_book(Path(BOOK))
    keys = {header: TABLES[key][column].type for column, header in book.headers(key).items()}
    frame = book.read(key)[key].frame[headers].dropna(how="all")
    money = [keys[header] == "money" for header in headers]
    rows = [" | ".join(map(_shown, row, money)) for row in frame.itertuples(index=False)]
    return [sheet, lines[1], *rows]


def _shown(cell, is_money):
    if pd.isna(cell):
        return "-"
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        amount = f"{cell:,.2f}".translate(str.maketrans(",.", ".,"))
        return amount if is_money else f"{cell:g}"
    return str(cell)


def _set(book, values):
    """Settings take their value in the row that they have."""
    names, cells = (book.headers("settings")[key] for key in ("setting", "value"))
    shown = book.read("settings")["settings"].frame[names]
    typed = {int(shown[shown == name].index[0]): value for name, value in values.items()}
    book.save([TableUpdate("settings", cells={cells: pd.Series(typed, dtype=object)})])


def _cell(text, kind):
    if kind in {"date", "time"} and (found := DATE.fullmatch(text)):
        return dt.datetime(int(found[3]), int(found[2]), int(found[1]))  # noqa: DTZ001  a cell has no zone
    if kind in {"money", "int", "rate", "number"} and NUMBER.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    return text or None


def play_in_a_folder(text):
    """The story played in an empty folder."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return play(text)


if __name__ == "__main__":
    STORY.write_text(play_in_a_folder(STORY.read_text("utf-8")), "utf-8")
