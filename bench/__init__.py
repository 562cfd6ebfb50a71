"""Benchmarks against the real peers."""
