"""The records of the ledger as files carry them: their fields, their cells as text, and all of them as they are now."""
