"""Every question asked of the ledger, by subject: one function is one SELECT, one frozen dataclass is one row."""
