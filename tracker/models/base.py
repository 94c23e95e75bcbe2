"""What the tables share: versions of a row, the days a fact is about, where a figure comes from."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any, ClassVar, Self

import sqlalchemy as sa
from sqlalchemy.orm import configure_mappers
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
# `recorded_to` of a version that has not ended.
OPEN = 2**63 - 1
_OPEN = sa.text(f"recorded_to = {OPEN}")


def identity(name: str) -> sa.Table:
    """The numbers of the records of a table, which other tables point at; a number never goes."""
    return sa.Table(
        f"{name}_identity", SQLModel.metadata, sa.Column("id", BigInt, primary_key=True, autoincrement=False)
    )


class Versioned(SQLModel):
    """One version of a record: known from the change `recorded_from` until the change `recorded_to` ended it.

    The database permits one update, of `recorded_to` from OPEN to the newest change, and no deletion.
    """

    # What checks the values of a row is built when a row is first made: a command makes rows of few tables.
    model_config = {"defer_build": True}
    # The columns whose values no two open rows may share; text is compared without case and width.
    unique_by: ClassVar[tuple[str, ...]] = ()
    id: int = Field(default=0, primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    recorded_from: int = Field(
        default=-1, primary_key=True, sa_type=BigInt, foreign_key="change.id", sa_column_kwargs={"autoincrement": False}
    )
    recorded_to: int = Field(default=OPEN, sa_type=BigInt)

    def unique_key(self) -> tuple[str, ...]:
        """The columns that no two open rows may share, of this row; empty: any number of such rows may be open."""
        return self.unique_by

    def facts(self) -> dict[str, Any]:
        """What the row says, without its place among the versions."""
        cells = self.__dict__
        return {name: cells[name] for name in _fact_names(type(self))}

    @classmethod
    def model_validate(cls, obj: Any, **_options: Any) -> Self:
        """A row of checked values; SQLModel sets each of them once more, which takes twenty times as long."""
        _configure(cls)
        row = object.__new__(cls)
        cls.__pydantic_validator__.validate_python(obj, self_instance=row)
        return row

    def __setattr__(self, name: str, value: Any) -> None:
        """Set what was checked: no row is ever in a session, which would have to be informed."""
        self.__dict__[name] = value


@cache
def _configure(_model: type[Versioned]) -> None:
    # The attributes of a table that was just imported answer only after this.
    configure_mappers()


@cache
def _fact_names(model: type[Versioned]) -> tuple[str, ...]:
    return tuple(name for name in model.model_fields if name not in Versioned.model_fields)


class Sourced(SQLModel):
    """Where a figure comes from: a document, page or URL, and the words quoted from it."""

    note: str | None = None
    source: str | None = None
    quote: str | None = None


class Dated(SQLModel):
    """The days a fact is about, and the day from which a report counts it.

    `period_text` keeps how the days were typed where they do not say so themselves (FY2026, by 2023-06-30).
    `effective_from` is the last day, or the day the first version was recorded where that came first.
    """

    first_day: date | None = None
    last_day: date | None = None
    period_text: str | None = None
    effective_from: date


def versioned(table: str, *more: sa.schema.SchemaItem, by: str | None = None) -> tuple[sa.schema.SchemaItem, ...]:
    """The constraints and indexes of a table of versions, then `more`; `by` is the column its rows are read by."""
    read = [open_index(table, by), sa.Index(f"ix_{table}_{by}", by, "recorded_from")] if by else []
    return (
        sa.CheckConstraint("recorded_from < recorded_to", name="versions"),
        sa.Index(f"uq_{table}_open", "id", unique=True, sqlite_where=_OPEN),
        sa.Index(f"ix_{table}_recorded_from", "recorded_from"),
        sa.Index(f"ix_{table}_ended", "recorded_to", sqlite_where=sa.text(f"recorded_to < {OPEN}")),
        *read,
        *more,
    )


def open_index(table: str, *columns: str) -> sa.Index:
    """An index over the open rows of a table."""
    return sa.Index(f"ix_{table}_open_{'_'.join(columns)}", *columns, sqlite_where=_OPEN)


def days_in_order() -> sa.CheckConstraint:
    """A first and a last day are both there, in their order, or neither is."""
    return sa.CheckConstraint(
        "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day", name="days_in_order"
    )


def one_of(column: str, words: vocabulary.Vocabulary) -> sa.CheckConstraint:
    """A column holds a code of a list that does not grow."""
    codes = ", ".join(f"'{code}'" for code in words.codes)
    return sa.CheckConstraint(f"{column} IN ({codes})", name=column)


def amount_where_reported(column: str) -> sa.CheckConstraint:
    """There is an amount exactly where it is reported or estimated."""
    return sa.CheckConstraint(f"({column} IS NULL) = (availability IN ('unknown', 'withheld'))", name="available")


def within_limit(column: str) -> sa.CheckConstraint:
    """The largest amount kept: 64 bits hold sums of some entries of it."""
    return sa.CheckConstraint(f"{column} BETWEEN -900000000000000000 AND 900000000000000000", name="limit")
