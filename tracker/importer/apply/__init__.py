"""Records compared with the ledger and written as one change: `attempt` does it all."""
