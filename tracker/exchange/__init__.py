"""Spreadsheets and standards in and out: read a file, understand it, compare it with the ledger, write one."""
