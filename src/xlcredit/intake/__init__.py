"""Other people's files taken in: ledgers of any make, for `assess` and `adopt`; originals are only read."""
