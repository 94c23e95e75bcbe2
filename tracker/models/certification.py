"""What companies were certified as."""

from __future__ import annotations

from sqlmodel import Field

from tracker.models.base import BigInt, Dated, Sourced, Versioned, days_in_order, versioned


class Certification(Versioned, Sourced, Dated, table=True):
    """A step of a company on the innovation ladder 梯度培育, with the period it was recognised in."""

    __tablename__ = "certification"
    __table_args__ = versioned("certification", days_in_order(), by="company_id")
    unique_by = ("company_id", "certification")
    company_id: int = Field(sa_type=BigInt, foreign_key="company_identity.id")
    certification: str = Field(max_length=32)
