"""Every change made to the ledger, by subject: one function is one recorded change, inside one transaction."""
