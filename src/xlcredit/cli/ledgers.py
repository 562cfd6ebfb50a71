"""Commands on other people's ledgers: assess, adopt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlcredit.cli.answers import answer_json, exit_with, findings_json, say, show_findings
from xlcredit.cli.app import WORDS, AsOf, Json, Lang, app, words
from xlcredit.errors import XlcreditError
from xlcredit.words import cycle_of

if TYPE_CHECKING:
    from xlcredit.intake.assessed import AssessedLedger
    from xlcredit.intake.ledger_schema import DateOrder


class NotAnOrderError(XlcreditError):
    """An order of day and month that is none."""

    code = "not-an-order"


Map = Annotated[list[str] | None, typer.Option("--map", metavar="CHIAVE=INTESTAZIONE", help=words("map"))]
Sheet = Annotated[str | None, typer.Option("--sheet", help=words("sheet"))]
Kind = Annotated[str | None, typer.Option("--kind", help=words("kind"))]
Cycle = Annotated[str | None, typer.Option("--cycle", parser=cycle_of, metavar="<str>", help=words("cycle"))]
Order = Annotated[str, typer.Option("--dates", metavar="auto|dmy|mdy", help=words("order"))]


@app.command(help=words("assess"))
def assess(  # noqa: PLR0913  one parameter an option
    ledger: Annotated[Path, typer.Argument(help=words("ledger"), show_default=False)],
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=words("assess_out"), show_default=False)
    ] = None,
    mapping: Map = None,
    sheet: Sheet = None,
    kind: Kind = None,
    cycle: Cycle = None,
    policy: Annotated[Path | None, typer.Option("--policy", help=words("policy"))] = None,
    dates: Order = "auto",
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Assess any ledger."""
    from xlcredit.dates import today
    from xlcredit.headers import parse_mapping
    from xlcredit.intake.answer import assessment_to_json
    from xlcredit.intake.assessed import assess_ledger
    from xlcredit.operations.assess import refuse_answer, write_answer
    from xlcredit.parameters.law import load_law
    from xlcredit.parameters.policy import load_policy, policy_from_file

    if out is not None:
        refuse_answer(out)
    done = assess_ledger(
        ledger,
        as_of or today(),
        policy_from_file(policy) if policy else load_policy(),
        load_law(),
        kind=kind,
        cycle=cycle,
        mapping=parse_mapping(mapping or ()),
        sheet=sheet,
        order=date_order(dates),
    )
    if out is not None:
        write_answer(out, done, WORDS)
    if as_json:
        typer.echo(assessment_to_json(done, WORDS))
    else:
        _show_assessed(done, out)
    exit_with(done.findings)


def date_order(text: str) -> DateOrder:
    """`auto`, `dmy` or `mdy`; NotAnOrderError otherwise."""
    if text not in ("auto", "dmy", "mdy"):
        raise NotAnOrderError(found=text)
    return text  # type: ignore[return-value]  # just checked


def _show_assessed(done: AssessedLedger, out: Path | None) -> None:
    from xlcredit.cli.summaries import show_actions, show_buckets, show_totals
    from xlcredit.intake.decisions import word_decision

    for decision in done.intake.decisions:
        typer.echo(f"  {word_decision(decision, WORDS)}")
    typer.echo()
    say("as_of", as_of=done.assessment.as_of)
    show_totals(done.assessment)
    show_buckets(done.assessment)
    show_actions(done.assessment, most=5)
    show_findings(done.findings)
    if out is not None:
        say("assessed", path=str(out))


@app.command(help=words("adopt"))
def adopt(  # noqa: PLR0913  one parameter an option
    theirs: Annotated[Path, typer.Argument(help=words("theirs"), show_default=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help=words("adopt_out"), show_default=False)],
    as_of: AsOf = None,
    mapping: Map = None,
    sheet: Sheet = None,
    kind: Kind = None,
    cycle: Cycle = None,
    dates: Order = "auto",
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Make a workbook from an existing ledger."""
    from xlcredit.headers import parse_mapping
    from xlcredit.intake.decisions import word_decision
    from xlcredit.operations.adopt import How
    from xlcredit.operations.adopt import adopt as adopt_ledger

    how = How(parse_mapping(mapping or ()), sheet, kind, cycle, date_order(dates))
    done = adopt_ledger(theirs, out, lang or WORDS.language, how, as_of)
    told = [word_decision(decision, WORDS) for decision in done.decisions]
    if as_json:
        answer_json({"book": str(out), "decisions": told, "findings": findings_json(done.findings)})
    else:
        for line in told:
            typer.echo(f"  {line}")
        show_findings(done.findings)
        typer.echo()
        say("adopted", path=str(out), original=str(theirs))
    exit_with(done.findings)
