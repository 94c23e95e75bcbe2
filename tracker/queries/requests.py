"""Requests of companies and projects, and follow-ups on leads."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from tracker.database import Reader
from tracker.models.fields import COLUMNS, RequestFields
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, bound, of_project

# What happens to a request, and the columns that say more of it.
_LATER = {"answered": ("answered", "answer"), "closed": ("closed", "outcome")}


@dataclass(frozen=True, slots=True)
class RequestRow(RequestFields):
    """A request as it stood on the day asked about: what happened later is not in it."""

    request_id: int

    def days_open(self, as_of: date) -> int:
        """Days from the day it was raised to the day it was closed, or to `as_of`."""
        return ((self.closed or as_of) - self.raised).days

    @property
    def first_response(self) -> int | None:
        """Days to the answer, or to the closing where that came without one; None where neither has come."""
        responded = self.answered or self.closed
        return (responded - self.raised).days if responded else None

    def overdue(self, as_of: date) -> int:
        """Days since the due day passed without the request being closed; 0 where it did not."""
        if self.closed or self.due is None:
            return 0
        return max(timedelta(0), as_of - self.due).days


def requests(reader: Reader, as_of: AsOf) -> list[RequestRow]:
    """Every request raised by the day asked about, in the order recorded; an answer after that day is not given."""
    later = {name: f"CASE WHEN {day} <= :as_of THEN {name} END" for day, names in _LATER.items() for name in names}
    sql = f"""
        SELECT {", ".join(later.get(name, name) for name in COLUMNS["request"])}, id
        FROM request
        WHERE {as_of.known_in()} AND raised <= :as_of
        ORDER BY id
    """
    return reader.rows(RequestRow, sql, bound(as_of))


class FollowUpRow(NamedTuple):
    """A contact as it stood on the day asked about; `last` says that no later one of its project is known."""

    follow_id: int
    project_id: int
    on: date
    text: str
    next_day: date | None
    person: str | None
    done: date | None
    note: str | None
    source: str | None
    quote: str | None
    last: bool

    @property
    def open_until(self) -> date | None:
        """The day of its next step where that is still to be taken."""
        return self.next_day if self.last and self.done is None else None


def follow_ups(reader: Reader, as_of: AsOf, project: Projects = None, *, last: bool = False) -> list[FollowUpRow]:
    """The contacts of one project or all by the day asked about, oldest first; with `last`, the latest of each."""
    later = (
        f"EXISTS (SELECT 1 FROM follow_up AS x WHERE {as_of.known_in('x')} AND x.project_id = f.project_id"
        " AND x.on_day <= :as_of AND (x.on_day > f.on_day OR (x.on_day = f.on_day AND x.id > f.id)))"
    )
    only = of_project(project, "f.") + (f" AND NOT {later}" if last else "")
    sql = f"""
        SELECT f.id, f.project_id, f.on_day, f.text, f.next_day, f.person,
               CASE WHEN f.done <= :as_of THEN f.done END, f.note, f.source, f.quote, NOT {later}
        FROM follow_up AS f
        WHERE {as_of.known_in("f")} AND f.on_day <= :as_of{only}
        ORDER BY f.on_day, f.id
    """
    return reader.rows(FollowUpRow, sql, bound(as_of, project))
