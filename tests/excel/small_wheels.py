"""Wheels with metadata and nothing else: what installing xlcredit requires, in small."""

import zipfile

REQUIRED = {
    "xlcredit": ["xlwings==0.37.8", "pandas>=3.0", "typer>=0.15", 'pytest>=8; extra == "test"'],
    "xlwings": ['pywin32>=224; platform_system == "Windows"', 'psutil; sys_platform == "darwin"'],
    "pandas": ["numpy>=1.26", 'tzdata; sys_platform == "win32" or sys_platform == "emscripten"'],
    "typer": ['colorama; platform_system == "Windows"', 'tomli>=2; python_version < "3.11"'],
}


def write_wheel(folder, name="xlcredit", version="0.1.0", tag="py3-none-any", requires=None):
    wheel = folder / f"{name}-{version}-{tag}.whl"
    lines = [f"Requires-Dist: {one}" for one in (REQUIRED.get(name, []) if requires is None else requires)]
    with zipfile.ZipFile(wheel, "w") as archive:
        head = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join([*head, *lines, ""]))
    return wheel
