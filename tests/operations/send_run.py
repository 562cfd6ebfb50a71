"""Send the letters of a workbook in a process of its own, so that a test can kill it: `send_run.py BOOK OUT`."""

import sys
from pathlib import Path

from xlcredit.operations.outbox import Choice
from xlcredit.operations.send import SendRequest, send


def main():
    choice = Choice(Path(sys.argv[2]))
    done = send(Path(sys.argv[1]), SendRequest(choice, as_pdf=False, any_hour=True, round_seconds=0))
    sys.stdout.write(f"{done.count('sent')} {done.count('ambiguous')} {done.left}")


if __name__ == "__main__":
    main()
