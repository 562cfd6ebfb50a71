"""What a user does, one module a verb: the command line and the ribbon call the same functions."""
