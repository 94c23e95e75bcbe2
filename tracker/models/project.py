"""Projects."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Sourced, Versioned, identity, open_index, versioned

PROJECT_IDENTITY = identity("project")


class Project(Versioned, Sourced, table=True):
    """A project. `land` is in thousandths of a 亩 (1 亩 = 10000/15 m²).

    `registered_first` and `registered_last` are the days in which the statistics bureau took it into its register 入库.
    """

    __tablename__ = "project"
    __table_args__ = versioned(
        "project",
        sa.ForeignKeyConstraint(["id"], ["project_identity.id"]),
        sa.CheckConstraint(
            "(registered_first IS NULL) = (registered_last IS NULL) AND NOT registered_first > registered_last",
            name="registered",
        ),
        open_index("project", "code"),
        open_index("project", "parent_id"),
        open_index("project", "company_id"),
    )
    unique_by = ("code",)
    code: str = Field(max_length=40)
    name: str
    name_en: str | None = None
    kind: str | None = Field(default=None, max_length=32)
    company_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="company_identity.id")
    group_name: str | None = None
    chain: str | None = None
    sector: str | None = None
    site: str | None = None
    grid: str | None = None
    owner: str | None = None
    lead_source: str | None = Field(default=None, max_length=32)
    capital_origin: str | None = Field(default=None, max_length=32)
    country: str | None = Field(default=None, max_length=2)
    land: int | None = Field(default=None, sa_type=BigInt)
    jobs: int | None = None
    parent_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="project_identity.id")
    registered_first: date | None = None
    registered_last: date | None = None
