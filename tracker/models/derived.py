"""Derived tables: computed from the open rows of the ledger in the transaction of every change, never typed into.

Each row of the first two holds from `from_day` until the day before `to_day`, so that the row of a day is found by one
comparison. Nothing here depends on today, a setting or a rate. `tracker database upgrade` and `restore` compute them
anew.
"""

from __future__ import annotations

import zlib
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from tracker.models.base import BigInt
from tracker.vocabulary import STAGES

# A program with another number does not write. Its first digit is raised whenever what is computed changes; the others
# follow from the stages, as each has a bit of `reached`.
FORMULA = 4 * 10**8 + zlib.crc32(" ".join(STAGES.codes).encode()) % 10**8


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, BigInt, primary_key=key, autoincrement=False, nullable=not key)


def _day(name: str, *, key: bool = False, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), primary_key=key, nullable=null and not key)


def _word(name: str, *, key: bool = False, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=key, nullable=null)


def _value(name: str) -> list[sa.Column[Any]]:
    """The columns of one figure: its state, its minor units, how exact it is, the last day it reaches."""
    return [
        _word(f"{name}_state"),
        sa.Column(f"{name}_minor", sa.BigInteger(), nullable=True),
        _word(f"{name}_qualifier"),
        _word(f"{name}_availability"),
        _day(f"{name}_to"),
    ]


# The one row says with which formulas the derived tables were computed.
FORMULA_OF = sa.Table(
    "derived_formula",
    SQLModel.metadata,
    sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
)
# One row is how far a project has come from a day on; its first row begins on the day from which it exists. `reached`
# and `undated` have a bit a stage in the order of the field: reached at any time, and reached on no day that is known.
# A first day is NULL where its last one is not: reached, or planned to be, on that day or before.
PROJECT_STATE = sa.Table(
    "project_state",
    SQLModel.metadata,
    _number("project_id", key=True),
    _day("from_day", key=True),
    _day("to_day", null=False),
    _word("stage", null=True),
    *(_day(name) for name in ("stage_first", "stage_last")),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in ("reached", "undated")),
    _word("condition"),
    *(
        _day(f"{what}_{end}")
        for what in ("signed", "started", "completed", "in_production")
        for end in ("first", "last")
    ),
    _number("next_milestone_id"),
    *(_day(name) for name in ("next_first", "next_last")),
    *(_day(f"{what}_planned_{end}") for what in ("started", "completed", "in_production") for end in ("first", "last")),
    # On a day few rows have ended and few are still to come: what ends after the day is what holds on it. What all
    # projects are counted by, and the most overdue are found by, is read from the index alone.
    sa.Index("ix_project_state_to_day", "to_day", "from_day", "condition", "next_last", "project_id"),
)
# One row is the figures of a project, kind and currency from a day on, in minor units. `year_` is the year to date of
# the year of `from_day` and holds in no later one, `cumulative_` all time, `month_` the month of `from_day`; a total is
# in `cumulative_`, the plan of the year of `from_day` in `year_`.
# States: known, partial, lacking, not_reported, withheld. `_to` is the last day that a figure reaches.
CAPITAL_VALUE = sa.Table(
    "capital_value",
    SQLModel.metadata,
    _number("project_id", key=True),
    _word("kind", key=True),
    _word("currency", key=True),
    _day("from_day", key=True),
    _day("to_day", null=False),
    *_value("year"),
    *_value("cumulative"),
    *_value("month"),
    # What a project has of a kind on a day is one step away, and whether it is in two currencies in the index alone.
    sa.Index("ix_capital_value_to_day", "kind", "project_id", "to_day", "from_day", "currency"),
)
# One row is a name by which a project or company is found: code (rank 0), name, English name, alias (3); of a Chinese
# name also its pinyin (4) and its initials (5), where the extra zh was there when the name was written.
LOOKUP_NAME = sa.Table(
    "lookup_name",
    SQLModel.metadata,
    _word("subject", key=True),
    _word("folded", key=True),
    sa.Column("rank", sa.Integer(), primary_key=True, autoincrement=False),
    _number("subject_id", key=True),
    _word("name"),
    sa.Index("ix_lookup_name_subject", "subject", "subject_id"),
)
