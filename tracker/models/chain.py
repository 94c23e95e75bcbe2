"""What the tables share: naming, keys, and the columns and constraints of a chain of rows."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from tracker import vocabulary

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SQLITE_OPTIONS = {"sqlite_autoincrement": True}  # the id of a lost row is never used again


def one_of(column: str, words: vocabulary.Vocabulary) -> sa.CheckConstraint:
    codes = ", ".join(f"'{code}'" for code in words.codes)
    return sa.CheckConstraint(f"{column} IN ({codes})", name=column)


def chain(table: str, *more: Any) -> tuple[Any, ...]:
    """The constraints every chained table has, then `more`, then the table's options."""
    # A constraint belongs to one table.
    parts = (sa.CheckConstraint(_PERIOD, name="period") if part is PERIOD else part for part in more)
    return (
        sa.ForeignKeyConstraint(["change_id"], ["change.id"]),
        sa.ForeignKeyConstraint(["origin"], [f"{table}.id"]),
        sa.ForeignKeyConstraint(["replaces"], [f"{table}.id"]),
        sa.UniqueConstraint("replaces"),
        sa.Index(None, "change_id"),
        *parts,
        SQLITE_OPTIONS,
    )


def refers(*columns: str, **other: str) -> list[sa.ForeignKeyConstraint]:
    """Foreign keys `project_id` → project.id and so on; `other` names the target of a column called otherwise."""
    targets = {column: f"{column.removesuffix('_id')}.id" for column in columns} | other
    return [sa.ForeignKeyConstraint([column], [target]) for column, target in targets.items()]


def indexed(*columns: str) -> list[sa.Index]:
    return [sa.Index(None, column) for column in columns]


# Stands for the constraint that a first and a last day are both there, in their order, or neither is.
PERIOD = object()
_PERIOD = "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day"


class Chained(SQLModel):
    """The columns every chained table begins with."""

    # What `single_by` says, where it is the same for every row.
    unique_by: ClassVar[tuple[str, ...]] = ()
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    change_id: int = Field(default=0, sa_type=BigInt)
    origin: int | None = Field(default=None, sa_type=BigInt)
    replaces: int | None = Field(default=None, sa_type=BigInt)
    void: bool = False

    @property
    def thing(self) -> int:
        """What other tables refer to: the id of the first row of the chain."""
        found = self.origin or self.id
        assert found is not None, "the row has not been written yet"
        return found

    def single_by(self) -> tuple[str, ...]:
        """The columns that no two live rows may share; empty: any number of such rows may live."""
        return self.unique_by

    def facts(self) -> dict[str, Any]:
        """What the row says, without its place in the chain."""
        return self.model_dump(exclude=set(Chained.model_fields))


class Sourced(SQLModel):
    """Where a figure comes from: a document, page or URL, and the words quoted from it."""

    note: str | None = None
    source: str | None = None
    quote: str | None = None


class Dated(SQLModel):
    """The days a fact speaks of, and the day from which a report may count it.

    `counts_from` is the last day of the period, or the day it was recorded where that came first: nobody can have
    recorded in March what happened in April.
    """

    first_day: date | None = None
    last_day: date | None = None
    counts_from: date
