"""The last step of removing: the private environment, which the Python that runs in it cannot remove itself.

A batch file outside of it waits until Windows lets go of the files, removes the folder and then itself. It
names no path of its own: paths come in variables, which may have any sign.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

_LAST_STEP = r"""@echo off
for /l %%n in (1,1,60) do (
  if exist "%XLCREDIT_ENVIRONMENT%\" rmdir /s /q "%XLCREDIT_ENVIRONMENT%" >nul 2>&1
  if exist "%XLCREDIT_ENVIRONMENT%\" ping -n 2 127.0.0.1 >nul
)
rmdir "%XLCREDIT_DATA%" >nul 2>&1
del "%~f0" & exit
"""

_NO_WINDOW = 0x08000000


def remove_when_done(environment: Path) -> None:
    """Have the environment and, once empty, the folder above it removed as soon as this process has ended."""
    handle, name = tempfile.mkstemp(prefix="xlcredit-", suffix=".cmd")
    with os.fdopen(handle, "w", encoding="ascii", newline="\r\n") as script:
        script.write(_LAST_STEP)
    variables = {"XLCREDIT_ENVIRONMENT": str(environment), "XLCREDIT_DATA": str(environment.parent)}
    subprocess.Popen(
        [os.environ.get("COMSPEC", "cmd.exe"), "/d", "/c", name],
        cwd=Path(name).parent,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=_NO_WINDOW,
    )
