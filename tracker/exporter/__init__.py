"""Files of ours: tables as CSV, JSON lines and workbooks, folders with a manifest; rows stream through."""
