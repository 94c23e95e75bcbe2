"""Files of rows as people have them, opened: found out what they are, where the headings stand, what is data."""

from tracker.exchange.files.opening import open_table
from tracker.exchange.files.table import Heading, LeftOut, Row, Table, Value

__all__ = ["Heading", "LeftOut", "Row", "Table", "Value", "open_table"]
