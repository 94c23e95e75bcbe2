"""Records as the tests of project packages make them, and those of the example ledgers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracker.database import Database
from tracker.dates import Period
from tracker.demo import build_pinghu, build_synthetic
from tracker.money import Figure, Money
from tracker.oc4ids import Publication, records
from tracker.queries.asked import Asked
from tracker.records.schema import KINDS, Record
from tracker.records.snapshot import EVERY_DAY

NOON = datetime(2023, 6, 30, 4, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PUBLICATION = Publication(NOON, SHANGHAI, "平湖经开")
MARCH = Period.month(2023, 3)


def record(kind: str, /, **values: Any) -> Record:
    """A record with every field of its kind, None where not given."""
    return Record(kind, {field.key: None for field in KINDS[kind].fields} | values)


def project(code: str = "p", **values: Any) -> Record:
    """A project."""
    return record("project", **({"code": code, "name": "Plant"} | values))


def capital(kind: str, figure: Figure, on: Period | None = None, **values: Any) -> Record:
    """A capital entry of the project p."""
    return record("capital", **({"project": "p", "kind": kind, "figure": figure, "on": on, "basis": "period"} | values))


def milestone(what: str, on: Period | None, /, code: str = "completed", **values: Any) -> Record:
    """A date of a milestone of the project p."""
    return record("milestone", **({"project": "p", "milestone": code, "what": what, "on": on, "weight": 1} | values))


def stage(code: str, on: Period) -> Record:
    """A stage of the project p."""
    return record("stage", project="p", stage=code, on=on)


def yuan(minor: int, currency: str = "CNY", qualifier: str = "exact", availability: str = "reported") -> Figure:
    """A figure in minor units."""
    return Figure(Money(minor, currency), qualifier, availability)


def example(folder: Path, *, projects: int = 0) -> list[Record]:
    """The records of the Pinghu portfolio, or of a made-up one of so many projects."""
    database = Database("sqlite", str(folder / f"example-{projects}.db"))
    if projects:
        build_synthetic(database, projects, 1)
    else:
        build_pinghu(database)
    with database.reading() as reader:
        return list(records(reader, Asked(EVERY_DAY)))
