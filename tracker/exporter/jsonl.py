"""Tables as JSON lines: one object a row under the names of the columns, null for an empty cell."""

from __future__ import annotations

from typing import BinaryIO

from tracker.exporter.table import Holds, Table
from tracker.records.schema import RECORD
from tracker.render.json import JsonValue, dump


def write_json_lines(table: Table, file: BinaryIO, *, named: bool) -> int:
    """Write the rows; how many. Counts are numbers, everything else text; `named` begins each with its `record`."""
    counts = [holds is Holds.COUNT for holds in table.holds]
    written = 0
    for row in table.rows:
        values: dict[str, JsonValue] = {RECORD: table.kind} if named else {}
        for name, text, counted in zip(table.columns, row, counts, strict=True):
            values[name] = None if text == "" else int(text) if counted else text
        file.write((dump(values) + "\n").encode())
        written += 1
    return written
