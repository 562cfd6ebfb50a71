"""Opens a workbook in LibreOffice with its macros enabled; run by the Python that has LibreOffice's `uno`.

Reads a JSON request from standard input: `path`, `profile` (a folder), `scripts` (macros to run, each a list of
name and arguments), `cells` (addresses on the first sheet to read after everything has been computed again).
Answers in JSON: `modules` by library, `scripts` (what each returned), `cells` (value, text and error of each),
`seconds` that the computing took.
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
    request = json.load(sys.stdin)
    pipe = f"xlcredit{time.time_ns()}"
    command = [
        "soffice", "--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;",
        f"-env:UserInstallation={Path(request['profile']).as_uri()}",
    ]  # fmt: skip
    office = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        desktop = connect(pipe)
        json.dump(answers(desktop, request), sys.stdout)
        desktop.terminate()
        office.wait(30)
    finally:
        office.kill()


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.25)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise TimeoutError("LibreOffice did not start")


def answers(desktop, request):
    options = (option("MacroExecutionMode", ALWAYS_EXECUTE), option("Hidden", True))
    book = desktop.loadComponentFromURL(Path(request["path"]).as_uri(), "_blank", 0, options)
    libraries = book.BasicLibraries
    modules = {name: list(libraries.getByName(name).ElementNames) for name in libraries.ElementNames}
    returned = [run(book, *script) for script in request.get("scripts", ())]
    started = time.perf_counter()
    book.calculateAll()
    seconds = time.perf_counter() - started
    sheet = book.Sheets.getByIndex(0)
    cells = [cell_content(sheet.getCellRangeByName(address)) for address in request.get("cells", ())]
    book.close(False)
    return {"modules": modules, "scripts": returned, "cells": cells, "seconds": seconds}


def option(name, value):
    setting = PropertyValue()
    setting.Name, setting.Value = name, value
    return setting


def run(book, name, *arguments):
    address = f"vnd.sun.star.script:{LIBRARY}.{name}?language=Basic&location=document"
    returned, _, _ = book.getScriptProvider().getScript(address).invoke(tuple(arguments), (), ())
    return returned if isinstance(returned, (str, int, float, bool, type(None))) else repr(returned)


def cell_content(cell):
    return {"value": cell.Value, "text": cell.String, "error": cell.getError()}


main()
