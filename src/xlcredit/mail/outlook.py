"""Messages as drafts in Outlook's own folder, through the Outlook that is installed (Windows).

A draft there is looked at and sent by hand like any other; Outlook gives it an id of its own when it goes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from xlcredit.letters.names import safe_name
from xlcredit.mail.errors import OutlookMissingError
from xlcredit.mail.message import one_line

if TYPE_CHECKING:
    from xlcredit.mail.message import Mail

_MAIL_ITEM = 0


def open_outlook() -> Any:  # noqa: ANN401  a COM object
    """The Outlook of this computer.

    Raises:
        OutlookMissingError: there is none.
    """
    if sys.platform != "win32":
        raise OutlookMissingError
    import pywintypes  # noqa: PLC0415  only there
    import win32com.client  # noqa: PLC0415  only there

    try:
        return win32com.client.Dispatch("Outlook.Application")
    except pywintypes.com_error as error:
        raise OutlookMissingError from error


def save_draft(mail: Mail, outlook: Any) -> None:  # noqa: ANN401  a COM object
    """Save a message in Outlook's drafts; its attachments pass through files, which Outlook copies."""
    item = outlook.CreateItem(_MAIL_ITEM)
    item.To = "; ".join(mail.to)
    item.Subject = one_line(mail.subject)
    item.Body = mail.body
    with TemporaryDirectory(prefix="xlcredit_mail_") as folder:
        for attachment in mail.attachments:
            file = Path(folder) / safe_name(attachment.name)
            file.write_bytes(attachment.data)
            item.Attachments.Add(str(file))
        item.Save()
