"""Maps of files 导入映射: what the columns of a layout mean, as somebody said it once."""

from __future__ import annotations

from sqlmodel import Field

from tracker.models.base import Versioned, versioned


class ImportMap(Versioned, table=True):
    """What was said of files with these `headings`, one a line: `text` is a map in TOML."""

    __tablename__ = "import_map"
    __table_args__ = versioned("import_map")
    unique_by = ("name",)
    name: str = Field(max_length=40)
    headings: str
    text: str
