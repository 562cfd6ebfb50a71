"""`python -m xlcredit` is the command `xlcredit`."""

from xlcredit.cli import main

main()
