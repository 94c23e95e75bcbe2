"""How projects relate to each other 关联."""

from __future__ import annotations

from sqlmodel import Field

from tracker.models.base import BigInt, Sourced, Versioned, open_index, versioned


class Relation(Versioned, Sourced, table=True):
    """How one project relates to another 关联: it supports, is a phase of, replaces or depends on the target."""

    __tablename__ = "relation"
    __table_args__ = versioned("relation", open_index("relation", "target_id"), by="project_id")
    unique_by = ("project_id", "relation", "target_id")
    project_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
    relation: str = Field(max_length=32)
    target_id: int = Field(sa_type=BigInt, foreign_key="project_identity.id")
