"""Mutated workbooks: a named error or a result, never a traceback of another kind, never a hang."""

import os
import random
import re
import zipfile

import pandas as pd
import pytest
from book_samples import read_parts, rich_book, with_extra_parts, write_parts

from xlcredit.books import TableUpdate, open_book
from xlcredit.errors import XlcreditError

MUTATIONS = int(os.environ.get("XLCREDIT_MUTATIONS", "300"))
WORDS = [b"<c ", b"</c>", b"<v>", b"</v>", b"<row ", b"</row>", b'r="', b"</sheetData>", b"<sheetData>", b"<!--", b"-->",
         b"&", b"<", b">", b'"', b"'", b"\xff\xfe", b"\x00", b' t="s"', b' t="inlineStr"', b' t="d"', b' t="e"',
         b"<f>", b"</f>", b"99999999999", b"-1", b"1e400", b"A1", b"XFD1048576", b"XFE1", b"<is>", b"<t>", b"/>", b" "]  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return read_parts(with_extra_parts(rich_book(tmp_path_factory.mktemp("fuzz") / "b.xlsx")))


def mutate(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        start = chance.randrange(len(data) + 1)
        length = chance.choice([0, 1, 2, 8, 40])
        kind = chance.randrange(5)
        if kind == 0:
            data = data[:start] + data[start + length :]
        elif kind == 1:
            data = data[:start] + chance.choice(WORDS) + data[start:]
        elif kind == 2:
            data = data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
        elif kind == 3:
            data = data[:start] + data[start : start + length] * 3 + data[start + length :]
        else:
            data = re.sub(
                rb"\d+", lambda match: chance.choice([match[0]] * 30 + [b"", b"7", b"4294967296"]), data
            )
    return data


INTERESTING = re.compile(
    r"sheet[123]\.xml$|table\d\.xml$|workbook\.xml|sharedStrings|styles|rels$|Content_Types"
)


def use(path):
    book = open_book(path)
    for raw in book.read("invoices", "reminders", "worklist").values():
        assert len(raw.frame.columns) == len(raw.headers)
    updates = []
    if book.has("invoices"):
        frame = book.read("invoices")["invoices"].frame
        updates.append(TableUpdate("invoices", {frame.columns[-1]: pd.Series([1.5] * len(frame))}))
    if book.has("worklist"):
        header = book.read("worklist")["worklist"].headers[0]
        updates.append(TableUpdate("worklist", replace=pd.DataFrame({header: range(9)})))
    book.save(updates)
    open_book(path).read("invoices", "worklist")


def outcome(path):
    try:
        use(path)
    except XlcreditError as error:
        return str(error)
    return "used"


@pytest.mark.parametrize("seed", range(10))
def test_mutated_parts_give_named_errors_or_results(tmp_path, parts, seed):
    chance = random.Random(seed)
    for number in range(MUTATIONS // 10):
        path = tmp_path / f"{number}.xlsx"
        name = chance.choice([name for name in parts if INTERESTING.search(name)])
        write_parts(path, parts | {name: mutate(parts[name], chance)})
        assert outcome(path)


@pytest.mark.parametrize("seed", range(2))
def test_mutated_containers_give_named_errors_or_results(tmp_path, parts, seed):
    chance = random.Random(100 + seed)
    path = tmp_path / "b.xlsx"
    write_parts(path, parts)
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        edges = [info.header_offset for info in archive.infolist()] + [archive.start_dir, len(content) - 22]
    for _ in range(MUTATIONS // 5):
        changed = bytearray(content)
        for _ in range(chance.choice([1, 2, 10])):
            place = min(chance.choice(edges) + chance.randrange(40), len(changed) - 1)
            changed[place] = chance.randrange(256)
        path.write_bytes(changed)
        assert outcome(path)
