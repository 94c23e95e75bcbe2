"""Records compared with the ledger and written as one change: `run.carry_out` does it, `tracker.exchange.preview` tells."""
