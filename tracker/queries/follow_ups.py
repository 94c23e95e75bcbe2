"""Questions about follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.database import Reader
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects, bound, of_project


@dataclass(frozen=True, slots=True)
class FollowUpRow:
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
