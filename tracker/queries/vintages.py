"""Questions about every version of figures, for what was known of them when."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from tracker.analysis.revisions import Begun, Version
from tracker.analysis.running import Entry
from tracker.database import Reader
from tracker.queries.asked import Asked
from tracker.queries.capital import SIGNED
from tracker.queries.projects import Projects, given, of_project


def completed_versions(reader: Reader, asked: Asked, projects: Projects = None) -> dict[tuple[int, str], list[Version]]:
    """Every version of the completed figures of projects that count by the day asked about, by project and currency."""
    sql = f"""
        SELECT project_id, currency, id, basis, first_day, last_day, minor, qualifier, availability, recorded_from,
               effective_from, recorded_to
        FROM capital_entry
        WHERE kind = 'completed' AND effective_from <= :as_of AND recorded_from <= :known{of_project(projects)}
        ORDER BY id, recorded_from
    """
    found: dict[tuple[int, str], list[Version]] = defaultdict(list)
    parameters = {"known": asked.known, "as_of": asked.as_of.isoformat()} | given(projects)
    for project, currency, number, basis, first, last, minor, how, available, since, effective, until in reader.tuples(
        sql, parameters
    ):
        days = (_day(first), _day(last))
        entry = Entry(number, basis, *days, minor, how, available, since, _day(effective))
        found[project, currency].append(Version(entry, since, until))
    return found


def begun_versions(reader: Reader, asked: Asked, projects: Projects = None) -> dict[int, list[Begun]]:
    """Every version of the dated stages from signed on, before the first of which nothing was completed."""
    listed = ", ".join(f"'{code}'" for code in SIGNED)
    sql = f"""
        SELECT project_id, first_day, recorded_from, recorded_to
        FROM stage_event
        WHERE first_day IS NOT NULL AND stage IN ({listed}) AND recorded_from <= :known{of_project(projects)}
    """
    found: dict[int, list[Begun]] = defaultdict(list)
    for project, day, since, until in reader.tuples(sql, {"known": asked.known} | given(projects)):
        found[project].append(Begun(_day(day), since, until))
    return found


def _day(value: Any) -> date:
    return date.fromisoformat(str(value))
