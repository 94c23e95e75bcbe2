"""The values of a bulletin by name, for programs that write their own sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal

from tracker.reports.bulletin import Bulletin

Json = str | int | None | list["Json"] | dict[str, "Json"]


def as_json(bulletin: Bulletin, seal: Mapping[str, str | int]) -> str:
    """Every value under the name that templates know it by: its text beside its number, numbers as exact decimals."""
    values = {field.name: _plain(getattr(bulletin, field.name)) for field in fields(bulletin)}
    return json.dumps({**values, "seal": dict(seal)}, ensure_ascii=False, indent=2) + "\n"


def _plain(value: object) -> Json:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    assert isinstance(value, Decimal)
    return format(value, "f")
