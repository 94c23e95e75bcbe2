"""Files of ours: tables of records as CSV, JSON lines, workbooks, and folders with a manifest; rows stream through."""
