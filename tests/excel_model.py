"""A model of Excel in pure Python: the part of its object model that the live book and the ribbon use.

`open_excel(path)` starts an Excel with the workbook at `path` open and gives its `Application`. The objects are the
ones that Excel's COM interface has, under Excel's names, one Python class each:

| object | members |
|---|---|
| Application | ActiveCell ActiveProtectedViewWindow ActiveSheet ActiveWorkbook AutomationSecurity AutoCorrect Calculate Calculation Caption DisplayAlerts EnableCancelKey EnableEvents GetOpenFilename Goto Hwnd InputBox Interactive Intersect LanguageSettings Name ProtectedViewWindows Quit Range Ready ScreenUpdating Selection StatusBar Union UserName Version Visible Workbooks |
| Workbooks | Count Item Open, callable, iterable |
| Workbook | Activate ActiveSheet Application AutoSaveOn ChangeLink Close Date1904 FullName IsAddin LinkSources MultiUserEditing Name Path ReadOnly Save SaveCopyAs Saved Sheets Worksheets |
| Worksheets | Count Item, callable, iterable |
| Worksheet | Activate Application Cells FilterMode Index ListObjects Name Parent Protect ProtectContents ProtectionMode Range Unprotect UsedRange Visible |
| ListObject | AutoFilter DataBodyRange DisplayName HeaderRowRange ListColumns ListRows Name Parent Range Resize ShowAutoFilter ShowHeaders ShowTotals |
| AutoFilter | ApplyFilter FilterMode Filters Range ShowAllData |
| Range | see `excel_sheet` |

Properties are Python properties; members with arguments are methods (`sheet.Range("A1:B2")`, `rows.Item(1)`), and a
collection can be called. Values are what pywin32 gives: floats, texts, booleans, None for a blank, an int for an error
value, tuples of tuples for more than one cell. Everything public counts as one call (`application._calls`); a member
that does not exist raises AttributeError, what Excel refuses a `ComError` shaped as `pywintypes.com_error`.

Names that begin with an underscore are not Excel's. Tests use them to see and to set what a person would do:
`_calls` (a Counter by member), `_busy` (how many calls are rejected next, True for all), `_before(name)` (called before
each call; raises to inject a fault), `_type(sheet, "B5", value)`, `_hide_rows`, `_answers` (for InputBox and
GetOpenFilename), `_language` (of the interface). A workbook opened for writing has Excel's owner file beside it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from excel_com import RPC_E_CALL_REJECTED, Collection, ComError, ComObject, refused, setting
from excel_file import Parts, read_cells, write_workbook
from excel_sheet import Range, box, common
from excel_tables import ListObject

if TYPE_CHECKING:
    from collections.abc import Callable

AUTOMATIC, MANUAL = -4105, -4135
VISIBLE = -1


def open_excel(path: Path | str, **how: Any) -> Application:
    """An Excel with the workbook at `path` open (see `Workbook` for `how`)."""
    excel = Application()
    excel._open(Path(path), **how)
    return excel


def calls_of(excel: Application) -> Counter[str]:
    """The calls made so far, by member."""
    return excel._calls


class Application(ComObject):
    """Excel."""

    Calculation = setting("Calculation")
    ScreenUpdating = setting("ScreenUpdating")
    EnableEvents = setting("EnableEvents")
    DisplayAlerts = setting("DisplayAlerts")
    Interactive = setting("Interactive")
    StatusBar = setting("StatusBar")
    EnableCancelKey = setting("EnableCancelKey")
    AutomationSecurity = setting("AutomationSecurity")
    Visible = setting("Visible")
    Caption = setting("Caption")
    UserName = setting("UserName")

    def __init__(self) -> None:
        self._excel = self
        self._calls: Counter[str] = Counter()
        self._busy: int | bool = 0
        self._before: Callable[[str], None] | None = None
        self._books: list[Workbook] = []
        self._active: Workbook | None = None
        self._selected: Any = None
        self._protected_views: list[str] = []
        self._answers: list[Any] = []
        self._language = 1040
        self._Calculation, self._ScreenUpdating, self._EnableEvents = AUTOMATIC, True, True
        self._DisplayAlerts, self._Interactive, self._StatusBar = True, True, False
        self._EnableCancelKey, self._AutomationSecurity, self._Visible = 1, 1, True
        self._Caption, self._UserName = "Excel", "Anna"
        self._autocorrect = AutoCorrect(self)

    @property
    def Name(self) -> str:
        return "Microsoft Excel"

    @property
    def Version(self) -> str:
        return "16.0"

    @property
    def Hwnd(self) -> int:
        return 4711

    @property
    def Ready(self) -> bool:
        return True

    @property
    def Application(self) -> Any:
        return self

    @property
    def AutoCorrect(self) -> Any:
        return self._autocorrect

    @property
    def LanguageSettings(self) -> Any:
        return LanguageSettings(self)

    @property
    def Workbooks(self) -> Any:
        return Workbooks(self)

    @property
    def ProtectedViewWindows(self) -> Any:
        return Collection(self, lambda: self._protected_views)

    @property
    def ActiveProtectedViewWindow(self) -> Any:
        return self._protected_views[-1] if self._protected_views else None

    @property
    def ActiveWorkbook(self) -> Any:
        return self._active

    @property
    def ActiveSheet(self) -> Any:
        return self._active_sheet()

    @property
    def ActiveCell(self) -> Any:
        top, left = self._selected._box[:2]
        return Range(self._selected._sheet, [(top, left, top, left)])

    @property
    def Selection(self) -> Any:
        return self._selected

    def Range(self, address: str) -> Any:
        return Range(self._active_sheet(), [box(part) for part in address.split(",")])

    def Intersect(self, one: Any, other: Any) -> Any:
        if one._sheet is not other._sheet:
            raise refused("Method 'Intersect' of object '_Application' failed")
        found = [both for a in one._boxes for b in other._boxes if (both := common(a, b))]
        return Range(one._sheet, found) if found else None

    def Union(self, one: Any, other: Any) -> Any:
        return Range(one._sheet, [*one._boxes, *other._boxes])

    def Goto(self, Reference: Any, Scroll: bool = False) -> None:
        Reference._sheet._activate()
        self._select(Reference)

    def Calculate(self) -> None:
        return None

    def InputBox(self, Prompt: str, Title: str = "") -> Any:
        return self._answers.pop(0)

    def GetOpenFilename(self, FileFilter: str = "", FilterIndex: int = 1, Title: str = "") -> Any:
        return self._answers.pop(0)

    def Quit(self) -> None:
        for book in list(self._books):
            book._close()

    # Behind the scenes

    def _entered(self, name: str) -> None:
        self._calls[name] += 1
        if self._busy:
            if self._busy is not True:
                self._busy -= 1
            raise ComError(RPC_E_CALL_REJECTED, "Call was rejected by callee.")
        if self._before is not None:
            self._before(name)

    def _open(self, path: Path, **how: Any) -> Workbook:
        book = Workbook(self, path, **how)
        self._books.append(book)
        book._sheets[0]._activate()
        return book

    def _active_sheet(self) -> Any:
        return self._active._active if self._active else None

    def _select(self, found: Any) -> None:
        self._selected = found


class AutoCorrect(ComObject):
    """Excel's corrections while typing."""

    AutoFillFormulasInLists = setting("AutoFillFormulasInLists")

    def __init__(self, excel: Any) -> None:
        self._excel, self._AutoFillFormulasInLists = excel, True


class LanguageSettings(ComObject):
    """Languages of the installation."""

    def __init__(self, excel: Any) -> None:
        self._excel = excel

    def LanguageID(self, which: int) -> int:
        return self._excel._language


class Workbooks(Collection):
    """The open workbooks."""

    def __init__(self, excel: Any) -> None:
        super().__init__(excel, lambda: excel._books)

    def Open(self, Filename: str, UpdateLinks: int = 3, ReadOnly: bool = False) -> Any:
        path = Path(Filename)
        if not path.is_file():
            raise refused(f"Sorry, we couldn't find {Filename}.")
        if any(book._name.casefold() == path.name.casefold() for book in self._excel._books):
            raise refused("Sorry, Excel can't open two workbooks with the same name at the same time.")
        return self._excel._open(path, read_only=ReadOnly)


class Workbook(ComObject):
    """An open workbook.

    Args of the model: `read_only`; `address`, where it stands when not on a disk (`https://...`); `saved_once`, False
    for one that has never been saved.
    """

    Saved = setting("saved")
    IsAddin = setting("IsAddin")

    def __init__(
        self,
        excel: Any,
        path: Path,
        *,
        read_only: bool = False,
        address: str | None = None,
        saved_once: bool = True,
    ) -> None:
        self._excel, self._file = excel, path.resolve()
        self._name = path.name if saved_once else path.stem
        self._folder = (address or str(self._file.parent)) if saved_once else ""
        self._read_only, self._shared, self._autosave = read_only, False, False
        self._saved, self._IsAddin, self._refuses_save = True, False, False
        self._links: list[str] = []
        self._parts = Parts(self._file)
        self._sheets = [Worksheet(self, name, part) for name, part in self._parts.sheets()]
        self._active = self._sheets[0]
        self._owner = self._file.with_name(f"~${path.name}")
        if not read_only:
            self._owner.write_bytes(b"\x04Anna".ljust(55) + b"\x04\x00A\x00n\x00n\x00a\x00".ljust(110))

    @property
    def Application(self) -> Any:
        return self._excel

    @property
    def Name(self) -> str:
        return self._name

    @property
    def Path(self) -> str:
        return self._folder

    @property
    def FullName(self) -> str:
        if not self._folder:
            return self._name
        return f"{self._folder}/{self._name}" if "://" in self._folder else str(self._file)

    @property
    def ReadOnly(self) -> bool:
        return self._read_only

    @property
    def MultiUserEditing(self) -> bool:
        return self._shared

    @property
    def AutoSaveOn(self) -> bool:
        return self._autosave

    @property
    def Date1904(self) -> bool:
        return self._parts.from_1904

    @property
    def Worksheets(self) -> Any:
        return Collection(self._excel, lambda: self._sheets)

    @property
    def Sheets(self) -> Any:
        return Collection(self._excel, lambda: self._sheets)

    @property
    def ActiveSheet(self) -> Any:
        return self._active

    def Activate(self) -> None:
        self._active._activate()

    def Save(self) -> None:
        if self._read_only or not self._folder or self._refuses_save:
            raise refused("Document not saved.")
        write_workbook(self._parts, self._sheets, self._file)
        self._saved = True

    def SaveCopyAs(self, Filename: str) -> None:
        target = Path(Filename)
        if not target.parent.is_dir():
            raise refused("Microsoft Excel cannot access the file.")
        write_workbook(self._parts, self._sheets, target)

    def LinkSources(self, Type: int = 1) -> Any:
        return tuple(self._links) or None

    def ChangeLink(self, Name: str, NewName: str, Type: int = 1) -> None:
        if Name not in self._links:
            raise refused("ChangeLink method of Workbook class failed")
        self._links.remove(Name)
        if NewName != str(self._file):
            self._links.append(NewName)
        self._saved = False

    def Close(self, SaveChanges: bool = False) -> None:
        if SaveChanges:
            self.Save()
        self._close()

    # Behind the scenes

    def _close(self) -> None:
        self._excel._books.remove(self)
        self._excel._active = self._excel._books[-1] if self._excel._books else None
        if not self._read_only:
            self._owner.unlink(missing_ok=True)

    def _number_format(self, style: int) -> str:
        return self._parts.formats[style]

    def _style_with(self, code: str, like: int) -> int:
        return self._parts.style_with(code, like)


class Worksheet(ComObject):
    """A sheet."""

    Visible = setting("Visible")

    def __init__(self, book: Workbook, name: str, part: str) -> None:
        self._excel, self._workbook, self._name, self._part = book._excel, book, name, part
        self._cells, facts = read_cells(book._parts, part)
        self._hidden, self._merged = facts["hidden"], facts["merged"]
        self._protected, self._macros_may, self._unlocked = facts["protected"], False, facts["unlocked"]
        self._tables = [ListObject(self, target, root) for target, root in book._parts.tables(part)]
        self._Visible = VISIBLE

    @property
    def Application(self) -> Any:
        return self._excel

    @property
    def Parent(self) -> Any:
        return self._workbook

    @property
    def Name(self) -> str:
        return self._name

    @Name.setter
    def Name(self, name: str) -> None:
        self._name = name

    @property
    def Index(self) -> int:
        return self._workbook._sheets.index(self) + 1

    @property
    def ListObjects(self) -> Any:
        return Collection(self._excel, lambda: self._tables)

    @property
    def ProtectContents(self) -> bool:
        return self._protected

    @property
    def ProtectionMode(self) -> bool:
        return self._protected and self._macros_may

    @property
    def FilterMode(self) -> bool:
        return any(table._criteria for table in self._tables)

    @property
    def UsedRange(self) -> Any:
        return Range(self, [self._used()])

    def Range(self, first: Any, last: Any = None) -> Any:
        if not isinstance(first, str):
            (top, left, *_), (*_, bottom, right) = first._box, last._box
            return Range(self, [(top, left, bottom, right)])
        named = next((table for table in self._tables if table._name.casefold() == first.casefold()), None)
        return Range(self, [box(part) for part in first.split(",")] if named is None else [named._body()])

    def Cells(self, row: int, column: int) -> Any:
        return Range(self, [(row, column, row, column)])

    def Activate(self) -> None:
        if self._Visible != VISIBLE:
            raise refused("Activate method of Worksheet class failed")
        self._activate()

    def Protect(self, Password: str = "", UserInterfaceOnly: bool = False) -> None:
        self._protected, self._macros_may = True, UserInterfaceOnly

    def Unprotect(self, Password: str = "") -> None:
        self._protected = False

    # Behind the scenes

    def _activate(self) -> None:
        self._workbook._active, self._excel._active = self, self._workbook
        self._excel._select(Range(self, [(1, 1, 1, 1)]))

    def _type(self, address: str, value: Any) -> None:
        """A person types into a cell (texts are texts, numbers numbers, `=...` a formula)."""
        top, left, _, _ = box(address)
        if isinstance(value, str) and value.startswith("="):
            self._cells.formulas.pop((top, left), None)
            self._cells.put_formula(top, left, value, 0.0)
        else:
            self._cells.formulas.pop((top, left), None)
            self._cells.put(top, left, value)
        self._cells.dirty.add((top, left))
        self._workbook._saved = False

    def _hide_rows(self, *rows: int) -> None:
        self._hidden |= set(rows)

    def _hidden_by_filter(self, top: int, bottom: int) -> bool:
        return self.__dict__["_tables"] != [] and any(
            table._criteria and any(row in self._hidden for row in range(top, bottom + 1))
            for table in self._tables
        )

    def _visible_runs(self, area: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
        top, left, bottom, right = area
        runs: list[tuple[int, int, int, int]] = []
        for row in range(top, bottom + 1):
            if row in self._hidden:
                continue
            if runs and runs[-1][2] == row - 1:
                runs[-1] = (runs[-1][0], left, row, right)
            else:
                runs.append((row, left, row, right))
        return runs

    def _used(self) -> tuple[int, int, int, int]:
        places = [
            (row, column)
            for column, cells in self._cells.values.items()
            for row, value in enumerate(cells)
            if value is not None
        ]
        return (
            1,
            1,
            max((row for row, _ in places), default=1),
            max((column for _, column in places), default=1),
        )

    def _rows(self, top: int, left: int, bottom: int, right: int) -> tuple[tuple[Any, ...], ...]:
        columns = []
        for column in range(left, right + 1):
            cells = self._cells.values.get(column, [])[top : bottom + 1]
            columns.append(cells + [None] * (bottom - top + 1 - len(cells)))
        return tuple(zip(*columns, strict=True))
