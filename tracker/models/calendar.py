"""The calendar 工作日历: days that are worked on or not, whatever day of the week they are."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from tracker import vocabulary
from tracker.models.base import Versioned, one_of, versioned


class CalendarDay(Versioned, table=True):
    """A holiday, or a day that is worked on in place of one 调休; of other days Monday to Friday are working days."""

    __tablename__ = "calendar_day"
    __table_args__ = versioned("calendar_day", one_of("kind", vocabulary.DAY_KINDS))
    unique_by = ("day",)
    day: date
    kind: str = Field(max_length=16)
    name: str | None = None
