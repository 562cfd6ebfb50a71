"""Commands on workbooks: new, demo, run, check, restore, build."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlcredit.cli.answers import answer_json, exit_with, findings_json, say, show_findings
from xlcredit.cli.app import WORDS, AsOf, Book, Json, Lang, app, words
from xlcredit.cli.summaries import refresh_json, show_actions, show_buckets, show_totals


@app.command(help=words("new"))
def new(
    file: Annotated[Path, typer.Argument(help=words("new_file"), show_default=False)], lang: Lang = None
) -> None:
    """Make an empty workbook."""
    from xlcredit.operations.new import new_workbook

    new_workbook(file, lang or WORDS.language)
    say("new_done", path=str(file))


@app.command(help=words("demo"))
def demo(
    folder: Annotated[Path, typer.Argument(help=words("demo_folder"))] = Path("xlcredit-demo"),
    lang: Lang = None,
) -> None:
    """The whole tour on the sample company."""
    from xlcredit.operations.demo import run_demo

    tour = run_demo(folder, lang or WORDS.language)
    say("as_of", as_of=tour.as_of)
    show_totals(tour.refreshed.assessment)
    show_buckets(tour.refreshed.assessment)
    show_actions(tour.refreshed.assessment, most=5)
    say("letters_done", count=len(tour.issued.letters), folder=str(tour.letters))
    shown = [finding for finding in tour.refreshed.findings if finding.needs_person]
    say("findings", count=len(shown))
    typer.echo()
    say("demo_done", book=str(tour.book), letters=str(tour.letters), folder=str(tour.folder))


@app.command(help=words("run"))
def run(book: Book, as_of: AsOf = None, lang: Lang = None, as_json: Json = False) -> None:
    """Refresh a workbook."""
    from xlcredit.operations.refresh import refresh

    done = refresh(book, as_of)
    if as_json:
        answer_json(refresh_json(done))
    else:
        say("as_of", as_of=done.assessment.as_of)
        show_totals(done.assessment)
        show_buckets(done.assessment)
        show_actions(done.assessment, most=5)
        show_findings(done.findings)
        say("run_changed" if done.changed else "run_unchanged", path=str(book))
    exit_with(done.findings)


@app.command(help=words("check"))
def check(book: Book, as_of: AsOf = None, lang: Lang = None, as_json: Json = False) -> None:
    """List what is wrong with the data; nothing is written."""
    from xlcredit.operations.check import check_workbook

    as_of_used, findings = check_workbook(book, as_of)
    if as_json:
        answer_json({"as_of": as_of_used, "findings": findings_json(findings)})
    elif any(finding.needs_person for finding in findings):
        show_findings(findings, most=len(findings))
    else:
        say("check_clean", path=str(book))
    exit_with(findings)


@app.command(help=words("restore"))
def restore(book: Book, lang: Lang = None) -> None:
    """Put back the copy kept before the last change."""
    from xlcredit.operations.restore import letters_forgotten, restore_workbook

    forgotten = letters_forgotten(book)
    made = restore_workbook(book)
    say("restored", path=str(book), made=f"{made:%d/%m/%Y %H:%M}")
    if forgotten:
        say("restore_forgets", count=len(forgotten), names=", ".join(forgotten))


@app.command(help=words("build"))
def build(
    check_only: Annotated[bool, typer.Option("--check", help=words("build_check"))] = False,
    root: Annotated[Path, typer.Option("--root", help=words("build_root"))] = Path(),
    lang: Lang = None,
) -> None:
    """Build the committed files from their sources."""
    from xlcredit.operations.build import build_project

    built, differing = build_project(root, check_only=check_only)
    for path in differing:
        say("build_differs" if check_only else "build_written", path=str(path))
    if check_only and differing:
        raise typer.Exit(1)
    say("build_done", count=len(built))
