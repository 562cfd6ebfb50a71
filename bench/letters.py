"""Letters against docxtpl, against what their bytes alone cost, and PDFs against LibreOffice left to itself.

CPU time of this process and, for PDF, of LibreOffice; the peers run in turns in the same run and the best
turn of each counts. `python -m bench.letters` prints the table.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from xlcredit.letters.archive import Archive
from xlcredit.letters.template import compile_template
from xlcredit.letters.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.data import Row

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "letter_templates" / "it" / "level_2.docx"
ROWS = 5
TURNS = 5
PDF_LETTERS, PDF_FEW = 240, 40
PDF_TURNS = 3
MEMORY_LETTERS = 5000
WORDS = {"flag": False, "list": ["Copia dei documenti"]}
TEXTS = {
    "name": "Ferramenta Valdarno & Figli S.r.l.",
    "address": "Via delle Industrie 12",
    "place": "Montevarchi",
    "city_line": "52025 Montevarchi (AR)",
    "tax_line": "P. IVA e C.F. 01234567890",
    "contact_line": "tel. 055 123456 · credito@example.it",
    "subject": "Sollecito formale",
    "place_and_date": "Montevarchi, 21 novembre 2026",
    "earlier": "sollecito del 01/10/2026; sollecito formale del 22/10/2026",
    "days": "35",
    "level": "2",
    "unit": "€",
    "interest_basis": "previsti dal D.Lgs. 231/2002",
    "reference": "S2026-00012 - fatt. 123",
    "document_date": "31/08/2026",
    "due_date": "30/09/2026",
    "date": "21/11/2026",
    "deadline": "01/12/2026",
    **dict.fromkeys(("instalment", "references", "deducted", "country", "contact", "office_code", "qr"), ""),
}
CHANGING = ("word/document.xml", "word/header", "word/footer", "docProps/core.xml")


def run() -> list[Row]:
    """Every bar of the letters, measured now."""
    with TemporaryDirectory() as folder:
        return [*_letters(Path(folder)), _memory(), *_pdf(Path(folder))]


def context(number: int) -> dict[str, Any]:
    """The values of one letter: every name of the vocabulary, five rows, no payment code, one company for all."""
    values: dict[str, Any] = {
        name: _value(name, node, 0 if name == "company" else number)
        for name, node in load_vocabulary().tree.items()
    }
    values["letter"]["interest"] = "reserve"
    return values


def _value(name: str, node: Any, number: int) -> Any:
    if isinstance(node, dict):
        return {key: _value(key, child, number) for key, child in node.items()}
    if isinstance(node, list):
        return [_value(name, node[0], number * ROWS + line) for line in range(ROWS)]
    return TEXTS.get(name, f"{number:,}.234,56") if node == "text" else WORDS[node]


def _letters(folder: Path) -> list[Row]:
    from bench.data import Row

    template, contexts = compile_template(TEMPLATE), [context(number) for number in range(200)]
    target, shared = folder / "letter.docx", Archive({})
    changing = [_changing(template.render(values)) for values in contexts]
    times = _best(
        {
            "ours": partial(_each, contexts, lambda values: target.write_bytes(template.render(values))),
            "naive": partial(_each, contexts[:8], partial(_naive, target)),
            "limit": partial(_each, changing, lambda parts: target.write_bytes(shared.with_parts(parts))),
        }
    )
    ours, naive, limit = (times[name] * 1000 for name in ("ours", "naive", "limit"))
    to_naive, to_limit = naive / ours, ours / limit
    return [
        Row(
            "letter, against docxtpl", f"{ours:.3f} ms", f"{naive:.1f} ms", to_naive, ">= 60", to_naive >= 60
        ),
        Row(
            "letter, against deflate + write",
            f"{ours:.3f} ms",
            f"{limit:.3f} ms",
            to_limit,
            "<= 4",
            to_limit <= 4,
        ),
    ]


def _naive(target: Path, values: Mapping[str, Any]) -> None:
    from docxtpl import DocxTemplate

    document = DocxTemplate(TEMPLATE)
    document.render(dict(values), autoescape=True)
    document.save(target)


def _changing(letter: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(letter)) as package:
        return {name: package.read(name) for name in package.namelist() if name.startswith(CHANGING)}


def _each(items: list[Any], work: Callable[[Any], object]) -> float:
    """CPU seconds an item."""
    start = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - start) / len(items)


def _best(works: Mapping[str, Callable[[], float]], turns: int = TURNS) -> dict[str, float]:
    taken = [{name: work() for name, work in works.items()} for _ in range(turns)]
    return {name: min(turn[name] for turn in taken) for name in works}


def _memory() -> Row:
    """The peak of a worker that renders few letters, and of one that renders many; it loads nothing else."""
    from bench.data import Row

    few, many = (_worker_peak(letters) for letters in (100, MEMORY_LETTERS))
    name = f"worker of {MEMORY_LETTERS:,} letters, peak memory"
    return Row(name, f"{many:.1f} MB", f"{few:.1f} MB for 100", many / few, "< 60 MB", many < 60)


def _worker_peak(letters: int) -> float:
    command = [sys.executable, "-m", "bench.letters", str(letters)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)


def work(letters: int) -> float:
    """Render letters as a worker does, values made one at a time; the peak in MB."""
    template = compile_template(TEMPLATE)
    for number in range(letters):
        template.render(context(number))
    return _peak_mb()


def _peak_mb() -> float:
    """The peak of this program alone: what `getrusage` says counts the parent it was started from."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _pdf(folder: Path) -> list[Row]:
    """Letters to PDF: ours, one call of LibreOffice with all of them, one call each.

    A letter costs what the longer of two batches takes more than the shorter, so that starting LibreOffice,
    which both pay once, does not hide in the figure.
    """
    from bench.data import Row

    template = compile_template(TEMPLATE)
    paths = [folder / f"{number:04}.docx" for number in range(PDF_LETTERS)]
    for number, path in enumerate(paths):
        path.write_bytes(template.render(context(number)))
    few, more = paths[:PDF_FEW], paths[PDF_FEW:]
    batches = {"few": few, "more": more}
    works = {f"ours {name}": partial(_cpu, partial(_ours, batch)) for name, batch in batches.items()}
    works |= {
        f"once {name}": partial(_cpu, partial(_office, folder, batch)) for name, batch in batches.items()
    }
    times = _best({**works, "each": partial(_cpu, partial(_office, folder, paths[:1]))}, PDF_TURNS)
    letters = (len(more) - len(few)) / 1000
    ours, once = ((times[f"{who} more"] - times[f"{who} few"]) / letters for who in ("ours", "once"))
    peers = {"PDF, against one call for all": once, "PDF, against one call a letter": times["each"] * 1000}
    return [
        Row(name, f"{ours:.0f} ms", f"{peer:.0f} ms", peer / ours, ">= 2", peer / ours >= 2)
        for name, peer in peers.items()
    ]


def _ours(paths: list[Path]) -> None:
    from xlcredit.letters.pdf import to_pdf

    with TemporaryDirectory() as folder:
        to_pdf(paths, [Path(folder) / f"{path.stem}.pdf" for path in paths])


def _office(folder: Path, paths: list[Path]) -> None:
    from xlcredit.letters.office import find_office

    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        str(find_office()),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder / "peer"),
    ]
    subprocess.run([*command, *map(str, paths)], check=True, capture_output=True)


def _cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process and of what it started."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def main() -> None:
    if len(sys.argv) > 1:
        print(work(int(sys.argv[1])))
        return
    for row in run():
        verdict = "ok" if row.ok else "MISSED"
        print(f"{row.name:40} {row.ours:>10} {row.peer:>16} {row.ratio:8.1f}  {row.bar:8} {verdict}")


if __name__ == "__main__":
    main()
