"""Import: readers (file to table), mapping (table to records), apply (records to the ledger)."""
