"""What a project or a company also goes by, and how projects relate to each other."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Sourced, Versioned, open_index, versioned


class Label(Versioned, table=True):
    """A tag, an alias, an external id or the value of a declared field, of a project or a company."""

    __tablename__ = "label"
    __table_args__ = versioned(
        "label",
        open_index("label", "company_id"),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name="subject"),
        sa.CheckConstraint("category IN ('tag', 'alias', 'external', 'field')", name="category"),
        by="project_id",
    )
    unique_by = ("project_id", "company_id", "category", "name")
    project_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="project_identity.id")
    company_id: int | None = Field(default=None, sa_type=BigInt, foreign_key="company_identity.id")
    category: str = Field(max_length=16)
    name: str
    value: str | None = None


class Relation(Versioned, Sourced, table=True):
    """How one project relates to another 关联: it supports, is a phase of, replaces or depends on the target."""

    __tablename__ = "relation"
    __table_args__ = versioned("relation", open_index("relation", "target_id"), by="project_id")
    unique_by = ("project_id", "relation", "target_id")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    relation: str = Field(max_length=32)
    target_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
