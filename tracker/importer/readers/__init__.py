"""Files of rows as people have them, opened: found out what they are, where the headings stand, what is data."""

from tracker.importer.readers.open import open_table
from tracker.importer.readers.table import Heading, LeftOut, Row, Table, Value

__all__ = ["Heading", "LeftOut", "Row", "Table", "Value", "open_table"]
