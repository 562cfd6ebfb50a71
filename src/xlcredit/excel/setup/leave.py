"""The last step of removing: the private environment, which the Python that runs in it cannot remove itself.

A batch file outside of it renames the folder as soon as Windows lets go of its files, removes it and then itself:
whoever installs again meanwhile makes a new one that it does not touch. It names no path of its own: paths come in
variables, which may have any sign.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

_LAST_STEP = r"""@echo off
set "GONE=%XLCREDIT_ENVIRONMENT%.removed"
set "TRIES=0"
if exist "%GONE%\" rmdir /s /q "%GONE%" >nul 2>&1
:again
if exist "%XLCREDIT_ENVIRONMENT%\" move "%XLCREDIT_ENVIRONMENT%" "%GONE%" >nul 2>&1
if not exist "%XLCREDIT_ENVIRONMENT%\" goto free
set /a TRIES+=1
ping -n 2 127.0.0.1 >nul
if %TRIES% lss 60 goto again
:free
if exist "%GONE%\" rmdir /s /q "%GONE%" >nul 2>&1
rmdir "%XLCREDIT_DATA%" >nul 2>&1
if not "%XLCREDIT_COMMAND%"=="" del /q "%XLCREDIT_COMMAND%" >nul 2>&1
del "%~f0" & exit
"""
_NO_WINDOW = 0x08000000


def remove_when_done(environment: Path, command: Path | None) -> None:
    """Have the environment removed as soon as this process has ended, then the command and the folder, if empty."""
    handle, name = tempfile.mkstemp(prefix="xlcredit-", suffix=".cmd")
    with os.fdopen(handle, "w", encoding="ascii", newline="\r\n") as script:
        script.write(_LAST_STEP)
    variables = {"XLCREDIT_ENVIRONMENT": str(environment), "XLCREDIT_DATA": str(environment.parent)}
    variables["XLCREDIT_COMMAND"] = str(command or "")
    subprocess.Popen(
        [os.environ.get("COMSPEC", "cmd.exe"), "/d", "/c", name],
        cwd=Path(name).parent,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=_NO_WINDOW,
    )
