"""Files of rows as people have them, opened: found out what they are, where the headings stand, what is data."""

from tracker.importer.readers.source_file import Value
from tracker.importer.readers.table import Heading, LeftOut, Row, Table, open_table

__all__ = ["Heading", "LeftOut", "Row", "Table", "Value", "open_table"]
