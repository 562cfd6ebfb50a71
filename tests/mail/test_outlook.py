import sys
from dataclasses import replace
from pathlib import Path

import pytest
from test_message import MAIL  # the same message

from xlcredit.mail.errors import OutlookMissingError
from xlcredit.mail.outlook import open_outlook, save_draft


class Item:
    """Outlook's item: takes a copy of what is attached, and is in the drafts once it is saved."""

    def __init__(self, drafts):
        self._drafts, self.Attachments, self.files = drafts, self, {}

    def Add(self, path):
        self.files[Path(path).name] = Path(path).read_bytes()

    def Save(self):
        self._drafts.append(self)


class Outlook:
    def __init__(self):
        self.drafts = []

    def CreateItem(self, kind):
        assert kind == 0
        return Item(self.drafts)


def test_a_message_becomes_a_draft_with_its_attachments():
    outlook = Outlook()
    save_draft(replace(MAIL, subject="Sollecito\r\nBcc: tutti@example.com"), outlook)

    (draft,) = outlook.drafts
    assert draft.To == "anna@example.org; conti@example.org"
    assert draft.Subject == "Sollecito Bcc: tutti@example.com"
    assert draft.Body == MAIL.body
    assert list(draft.files.values()) == [attachment.data for attachment in MAIL.attachments]


@pytest.mark.skipif(sys.platform == "win32", reason="there may be an Outlook")
def test_without_outlook_nothing_is_made():
    with pytest.raises(OutlookMissingError):
        open_outlook()
