"""The Pinghu portfolio of db/demo, read as the steps of a history."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from tracker.dates import parse_period
from tracker.demo.steps import (
    Act,
    AddCompany,
    AddProject,
    Certify,
    EditProject,
    EnterStage,
    Link,
    PlanMilestone,
    RecordCapital,
    RecordIndicator,
    SetTarget,
    Step,
)
from tracker.money import parse_figure
from tracker.money.quantities import Quantity, parse_quantity
from tracker.schema import folder

A = TypeVar("A")

# The day the portfolio speaks of: its report appeared in that month.
DAY = date(2023, 2, 28)


def steps() -> list[Step]:
    """Every row of db/demo as a step, what others refer to first."""
    return [Step(DAY, act) for act in _acts()]


def _acts() -> Iterator[Act]:
    yield from _rows("companies", AddCompany)
    yield from _rows("certifications", Certify)
    yield from _rows("projects", AddProject)
    # A project has one source, the report it is taken from: what other sources add is told in its note.
    for edit in _rows("edits", EditProject):
        yield replace(edit, note=f"{edit.note} [{edit.source}]", source=None)
    yield from _rows("relations", Link)
    # Before the stages, so that a stage marks its milestone as reached with the words of its own source.
    yield from _rows("milestones", PlanMilestone)
    yield from _rows("stages", EnterStage)
    yield from _rows("capital", RecordCapital)
    yield from _rows("indicators", RecordIndicator)
    yield from _rows("targets", SetTarget)


def _rows(name: str, act: Callable[..., A]) -> Iterator[A]:
    """The rows of a file: its columns are the fields of `act`, and an empty cell is not given."""
    with (folder("demo") / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield act(**{column: _READ.get(column, str)(text) for column, text in row.items() if text})


def _thousandths(text: str) -> int:
    return int(Decimal(text.removesuffix("亩")) * 1000)


def _quantity(text: str) -> Quantity:
    return parse_quantity(text, measure=None, currency=None)


_READ: dict[str, Callable[[str], Any]] = {
    "on": lambda text: parse_period(text, today=DAY),
    "made": date.fromisoformat,
    "figure": lambda text: parse_figure(text, currency=None),
    "value": _quantity,
    "floor": _quantity,
    "stretch": _quantity,
    "growth": lambda text: int(Decimal(text.removesuffix("%")) * 100),
    "land": _thousandths,
    "jobs": int,
    "founded": int,
    "aliases": lambda text: tuple(text.split("|")),
}
