"""Companies 企业."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Field

from tracker.models.base import BigInt, Dated, Sourced, Versioned, days_in_order, identity, versioned

COMPANY_IDENTITY = identity("company")


class Company(Versioned, Sourced, table=True):
    """A company; output and the like are values of indicators."""

    __tablename__ = "company"
    __table_args__ = versioned("company", sa.ForeignKeyConstraint(["id"], ["company_identity.id"]))
    unique_by = ("name",)
    name: str
    name_en: str | None = None
    group_name: str | None = None
    country: str | None = Field(default=None, max_length=2)
    role: str | None = Field(default=None, max_length=32)
    founded: int | None = None


class Certification(Versioned, Sourced, Dated, table=True):
    """A step of a company on the innovation ladder 梯度培育, with the period it was recognised in."""

    __tablename__ = "certification"
    __table_args__ = versioned("certification", days_in_order(), by="company_id")
    unique_by = ("company_id", "certification")
    company_id: int = Field(sa_type=BigInt, foreign_key="company_identity.id")
    certification: str = Field(max_length=32)
