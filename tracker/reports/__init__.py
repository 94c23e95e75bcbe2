"""Answers as values: each report turns rows of the ledger into one `Report` that any format can write."""
