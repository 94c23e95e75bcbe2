"""The fields that users declare for projects and companies."""

from __future__ import annotations

from sqlmodel import Field

from tracker.models.base import Versioned, versioned


class CustomField(Versioned, table=True):
    """A field that users declared for projects, with its type."""

    __tablename__ = "custom_field"
    __table_args__ = versioned("custom_field")
    unique_by = ("name",)
    name: str
    field_type: str = Field(max_length=32)
