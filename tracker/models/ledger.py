"""The changes of the ledger, and the hash over each of them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from tracker.models.base import BigInt

ORIGINS = ("typed", "import", "schedule", "undo", "upgrade", "consolidation")


class Change(SQLModel, table=True):
    """One writing command: who, when, with which words, where the values came from; change 0 opened the ledger.

    `undoes` names the change it reverts, `reason` says why where the change as a whole has a reason.
    """

    __tablename__ = "change"
    __table_args__ = (
        sa.CheckConstraint(f"origin IN ({', '.join(map(repr, ORIGINS))})", name="origin"),
        sa.Index("ix_change_undoes", "undoes", sqlite_where=sa.text("undoes IS NOT NULL")),
    )
    id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    recorded_at: datetime = Field(index=True)
    recorded_on: date
    actor: str
    command: str
    origin: str = Field(default="typed", max_length=16)
    reason: str | None = None
    undoes: int | None = Field(default=None, sa_type=BigInt, foreign_key="change.id")


# The hash of a change, over its rows, the versions it ended and the hash before: an altered row shows.
SEAL = sa.Table(
    "seal",
    SQLModel.metadata,
    sa.Column("change_id", BigInt, sa.ForeignKey("change.id"), primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
