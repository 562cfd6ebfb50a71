"""Reminder letters: contexts, templates compiled once, checks, batches, PDF."""
