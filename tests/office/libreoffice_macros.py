"""Opens a workbook in LibreOffice with its macros enabled; run by the Python that has LibreOffice's `uno`.

Reads a JSON request from standard input: `path`, `profile` (a folder), `scripts` (macros to run, each a list of
name and arguments), `cells` (addresses on the first sheet to read after everything has been computed again),
`repeats` (how often to compute).

Answers in JSON: `modules` with their sources by name, `scripts` (what each returned), `cells` (the text of each
as shown), `seconds` of each computing.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

ALWAYS_EXECUTE = 4
LIBRARY = "VBAProject"


def main():
    """Answer one request."""
    request = json.load(sys.stdin)
    pipe = f"xlcredit{time.time_ns()}"
    command = [
        "soffice",
        "--headless",
        "--norestore",
        "--nologo",
        f"--accept=pipe,name={pipe};urp;",
        f"-env:UserInstallation={Path(request['profile']).as_uri()}",
    ]
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        desktop = connect(pipe)
        json.dump(answers(desktop, request), sys.stdout)
        desktop.terminate()
        office.wait(30)
    finally:
        office.kill()


def connect(pipe):
    """LibreOffice's desktop, as soon as it is there."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(480):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise TimeoutError(pipe)


def answers(desktop, request):
    """What the request asks for, of the workbook opened with its macros."""
    options = (
        option("MacroExecutionMode", ALWAYS_EXECUTE),
        option("Hidden", True),
        option("FilterName", "Calc MS Excel 2007 VBA XML"),  # an add-in is not recognised by its name
    )
    book = desktop.loadComponentFromURL(Path(request["path"]).as_uri(), "_blank", 0, options)
    library = book.BasicLibraries.getByName(LIBRARY)
    modules = {name: library.getByName(name) for name in library.ElementNames}
    returned = [run(book, *script) for script in request.get("scripts", ())]
    seconds = [computed(book) for _ in range(request.get("repeats", 1))]
    sheet = book.Sheets.getByIndex(0)
    cells = {address: sheet.getCellRangeByName(address).String for address in request.get("cells", ())}
    book.close(False)
    return {"modules": modules, "scripts": returned, "cells": cells, "seconds": seconds}


def computed(book):
    """Seconds that computing every formula takes."""
    started = time.perf_counter()
    book.calculateAll()
    return time.perf_counter() - started


def option(name, value):
    """One setting of how a document is opened."""
    setting = PropertyValue()
    setting.Name, setting.Value = name, value
    return setting


def run(book, name, *arguments):
    """What a macro returns, when it is a text or a number."""
    address = f"vnd.sun.star.script:{LIBRARY}.{name}?language=Basic&location=document"
    returned, _, _ = book.getScriptProvider().getScript(address).invoke(tuple(arguments), (), ())
    return returned if isinstance(returned, str | int | float | bool | None) else repr(returned)


if __name__ == "__main__":
    main()
