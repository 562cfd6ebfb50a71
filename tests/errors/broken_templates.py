"""Letter templates changed as a clerk might change them in Word: words replaced, a paragraph added.

`template.yaml`: `template` (a shipped one, `it/level_1`), `replace` (text -> text, in every part of the file), `add` (a
paragraph, or several, at the end of the letter), `link` (a template attached from elsewhere).
"""

import zipfile
from xml.sax.saxutils import escape

import yaml

from xlcredit.operations.templates import package_templates

ATTACHED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"


def write_template(folder, text):
    """The template that `text` describes, below `folder`."""
    change = yaml.safe_load(text)
    source = package_templates() / f"{change['template']}.docx"
    target = folder / f"{change['template']}.docx"
    target.parent.mkdir(parents=True)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        for name, data in _changed(parts, change).items():
            new.writestr(name, data)
    return target


def _changed(parts, change):
    for before, after in change.get("replace", {}).items():
        found = [name for name, data in parts.items() if escape(before).encode() in data]
        assert found, f"{before} is not in {change['template']}"
        for name in found:
            parts[name] = parts[name].replace(escape(before).encode(), escape(after or "").encode())
    for paragraph in _listed(change.get("add")):
        added = f"<w:p><w:r><w:t>{escape(paragraph)}</w:t></w:r></w:p>".encode()
        start, end = _before_last_section(parts["word/document.xml"])
        parts["word/document.xml"] = start + added + end
    if "link" in change:
        link = f'<Relationship Id="rId99" Type="{ATTACHED}" Target="{change["link"]}" TargetMode="External"/>'
        rels = "word/_rels/document.xml.rels"
        parts[rels] = parts[rels].replace(b"</Relationships>", f"{link}</Relationships>".encode())
    return parts


def _listed(paragraphs):
    return paragraphs if isinstance(paragraphs, list) else [paragraphs] if paragraphs else []


def _before_last_section(document):
    place = document.rindex(b"<w:sectPr")
    return document[:place], document[place:]
