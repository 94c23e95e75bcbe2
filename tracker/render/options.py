"""How a table is printed: language, unit of amounts, width, colour, marks and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from tracker.money import AUTO, Unit


@dataclass(frozen=True, slots=True)
class Options:
    """The choices a table for people depends on; files of data depend on none of them.

    `width` is that of the terminal in cells, None where the output is not a terminal and may be as wide as it needs.
    `decimals` are those of the unit an amount is printed in, None for every digit. `ascii` asks for marks any encoding
    can carry; names stay as they are. `explain` asks for every sentence below a table instead of two lines; where it is
    False the table says how to ask for them, where it is None nobody could. `zone_name` is who issues pages and
    documents, "" where nobody is named.
    """

    lang: str = "en"
    unit: Unit = AUTO
    decimals: int | None = 2
    width: int | None = None
    color: bool = False
    ascii: bool = False
    explain: bool | None = None
    zone: tzinfo = UTC
    zone_name: str = ""
