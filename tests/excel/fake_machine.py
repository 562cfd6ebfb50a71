"""A computer with Windows and Excel for tests of set-up, made of a folder: nothing of the real one is asked."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

from xlcredit import __version__
from xlcredit.build.xlwings_modules import XLWINGS_VERSION
from xlcredit.excel.setup.start import Start

APP_PATH = r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
X86, X64 = 0x014C, 0x8664


@dataclass
class FakeMachine:
    """Everything is right on it, until a test spoils something."""

    root: Path
    system: str = "win32"
    code_page: str = "cp1252"
    python_bits: int = 64
    python_version: tuple = (3, 12)
    keys: dict = field(default_factory=dict)
    running: set = field(default_factory=set)
    unimportable: set = field(default_factory=set)
    versions: dict = field(default_factory=lambda: {"xlwings": XLWINGS_VERSION, "pywin32": "312"})
    start: Start = field(default_factory=lambda: Start(2.4, __version__))
    started: list = field(default_factory=list)
    short_names: dict = field(default_factory=dict)
    python: Path = None
    base_python: Path = None
    environment: dict = None

    def __post_init__(self):
        home = self.root / "Users" / "lucia"
        local, roaming = home / "AppData/Local", home / "AppData/Roaming"
        self.environment = {
            "USERPROFILE": str(home), "LOCALAPPDATA": str(local), "APPDATA": str(roaming),
        }  # fmt: skip
        self.python = local / "xlcredit/env/Scripts/python.exe"
        self.base_python = self.root / "Python312"
        for folder in (self.python.parent, local / "Microsoft/WindowsApps", home / "Documents", roaming):
            folder.mkdir(parents=True)
        for name in ("python.exe", "pythonw.exe"):
            self.python.with_name(name).touch()
        for bits in (32, 64):
            (local / "xlcredit/env" / f"xlwings{bits}-{XLWINGS_VERSION}.dll").touch()
        self.put_excel(X64)

    def put_excel(self, made_for):
        program = self.root / "Program Files/EXCEL.EXE"
        program.parent.mkdir(exist_ok=True)
        header = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
        program.write_bytes(header.ljust(0x80, b"\0") + struct.pack("<4sH", b"PE\0\0", made_for))
        self.keys[APP_PATH] = {"": str(program)}

    def registry(self, key):
        known = {name.lower(): values for name, values in self.keys.items()}
        return known.get(key.lower(), {})

    def programs(self):
        return frozenset(self.running)

    def short_path(self, path):
        return self.short_names.get(path, path)

    def can_import(self, module):
        return module not in self.unimportable

    def version_of(self, package):
        return self.versions.get(package)

    def start_server(self, library, interpreter):
        self.started.append((library, interpreter))
        return self.start

    def files(self):
        """Everything in the profile, by path."""
        return {path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def folders(self):
        return {path for path in self.root.rglob("*") if path.is_dir()}


def build_addin(path, language="it"):
    """Stands in for the builder of the add-in."""
    path.write_bytes(f"add-in in {language}".encode())


def build_workbook(path, language):
    path.write_bytes(f"workbook in {language}".encode())
