"""Commands on the installation: install, uninstall, doctor, bundle."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlcredit.cli.answers import answer_json
from xlcredit.cli.app import WORDS, Json, Lang, app

if TYPE_CHECKING:
    from xlcredit.excel.setup.check import Check
    from xlcredit.excel.setup.install import Installed
    from xlcredit.excel.setup.uninstall import Uninstalled

_COLOURS = {"ok": typer.colors.GREEN, "warning": typer.colors.YELLOW, "fault": typer.colors.RED}


def _help(key: str) -> str:
    return WORDS.text(f"setup.help.{key}")


def _say(key: str, **facts: Any) -> None:  # noqa: ANN401  facts are of any type
    typer.echo(WORDS.text(f"setup.{key}", **facts))


@app.command(help=_help("install"))
def install(
    workbook: Annotated[bool, typer.Option("--workbook", help=_help("install_workbook"))] = False,
    beside: Annotated[
        Path | None, typer.Option("--beside", help=_help("install_beside"), show_default=False)
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Put buttons and formulas into Excel."""
    from xlcredit.build.addin import build_addin
    from xlcredit.excel.setup.install import install as install_here
    from xlcredit.excel.setup.machine import ThisMachine
    from xlcredit.operations.new import new_workbook

    if sys.platform == "darwin":
        _say("mac")
        return
    build_workbook = new_workbook if workbook else None
    done = install_here(ThisMachine(), lang or WORDS.language, build_addin, build_workbook, beside=beside)
    if as_json:
        answer_json(_installed_json(done))
    else:
        _show_installed(done)


def _installed_json(done: Installed) -> dict[str, Any]:
    return {
        **done.manifest.as_json(),
        "states": {str(path): state for path, state in done.states.items()},
        "excel": None if done.excel is None else str(done.excel),
        "excel_bits": done.excel_bits,
        "library": str(done.library),
        "environment": None if done.environment is None else str(done.environment),
        "freed": [str(path) for path in done.freed],
        "manifest": str(done.places.manifest),
    }


def _show_installed(done: Installed) -> None:
    _say("installed", version=done.manifest.version)
    for path, state in done.states.items():
        typer.echo(f"  {path} ({WORDS.text(f'setup.states.{state}')})")
    for path in done.freed:
        _say("freed", path=str(path))
    if done.environment is not None:
        _say("environment", path=str(done.environment))
    _say("list", path=str(done.places.manifest))
    _say("library", path=str(done.library))
    if done.excel is None:
        _say("excel_unknown")
    elif done.excel_bits is not None:
        _say("excel", bits=done.excel_bits, path=str(done.excel))
    typer.echo()
    _say("next_step", check=_check_command(done))


def _check_command(done: Installed) -> str:
    """The command that checks: without one of its own on this computer, install.cmd's."""
    has_own = done.environment is None or done.places.command in done.states
    return "xlcredit doctor" if has_own else "install.cmd /doctor"


@app.command(help=_help("uninstall"))
def uninstall(
    keep_environment: Annotated[
        bool, typer.Option("--keep-environment", help=_help("keep_environment"))
    ] = False,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Undo what `install` wrote."""
    from xlcredit.excel.setup.leave import remove_when_done
    from xlcredit.excel.setup.machine import ThisMachine
    from xlcredit.excel.setup.uninstall import uninstall as uninstall_here

    done = uninstall_here(ThisMachine(), leaves_command=not keep_environment)
    if done.environment is not None and not keep_environment:
        remove_when_done(done.environment, done.command)
    if as_json:
        answer_json(_uninstalled_json(done))
    else:
        _show_uninstalled(done, is_going=not keep_environment)


def _uninstalled_json(done: Uninstalled) -> dict[str, Any]:
    return {
        "removed": [str(path) for path in done.removed],
        "changed": [str(path) for path in done.changed],
        "environment": None if done.environment is None else str(done.environment),
        "command": None if done.command is None else str(done.command),
    }


def _show_uninstalled(done: Uninstalled, *, is_going: bool) -> None:
    _say("uninstalled" if done.removed else "uninstalled_nothing")
    for path in done.removed:
        typer.echo(f"  {path}")
    if done.removed:
        _say("passwords")
    if done.changed:
        _say("changed")
    for path in done.changed:
        typer.echo(f"  {path}")
    if done.environment is not None and is_going:
        _say("environment_going")
        for path in filter(None, (done.environment, done.command)):
            typer.echo(f"  {path}")


@app.command(help=_help("doctor"))
def doctor(
    book: Annotated[Path | None, typer.Argument(help=_help("doctor_book"), show_default=False)] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Say what keeps buttons and formulas from working."""
    from xlcredit.excel.setup.doctor import diagnose
    from xlcredit.excel.setup.machine import ThisMachine

    checks = diagnose(ThisMachine(), book)
    faults = sum(check.status == "fault" for check in checks)
    if as_json:
        answer_json({"faults": faults, "checks": [_check_json(check) for check in checks]})
    else:
        for check in checks:
            _show_check(check)
        typer.echo()
        typer.echo(WORDS.text("doctor.summary", count=faults) if faults else WORDS.text("doctor.good"))
    if faults:
        raise typer.Exit(1)


def _check_json(check: Check) -> dict[str, Any]:
    says, remedy = check.worded(WORDS)
    return {
        "key": check.key,
        "status": check.status,
        "case": check.case,
        "facts": dict(check.facts),
        "message": says,
        "remedy": remedy,
    }


def _show_check(check: Check) -> None:
    says, remedy = check.worded(WORDS)
    status = typer.style(WORDS.text(f"doctor.status.{check.status}"), fg=_COLOURS[check.status])
    typer.echo(f"{status}  {WORDS.text(f'doctor.{check.key}.title')}: {says}")
    if remedy:
        typer.echo(f"        → {remedy}")


@app.command(help=_help("bundle"))
def bundle(
    folder: Annotated[Path, typer.Argument(help=_help("bundle_folder"), show_default=False)],
    python: Annotated[
        str | None, typer.Option("--python", metavar="3.12", help=_help("bundle_python"), show_default=False)
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Make a folder to install from without a network."""
    from xlcredit.excel.setup.bundle import make_bundle, parse_python

    version = parse_python(python or f"{sys.version_info[0]}.{sys.version_info[1]}")
    made = make_bundle(folder, version)
    if as_json:
        answer_json({"folder": str(folder), "python": version, "wheels": made.wheels, "bytes": made.size})
        return
    _say(
        "bundled",
        folder=str(folder),
        count=len(made.wheels),
        python=version,
        size=max(1, made.size // 1_000_000),
    )
    _say("bundle_next")
