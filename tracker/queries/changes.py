"""Questions about the difference between two states of the ledger: what is new, what is gone, what says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.database import Reader
from tracker.queries.asked import Asked

_SOURCED = "note source quote"
_DATED = "first_day last_day"
# For each view: the column of its identity, what its rows say, and the day from which they count, where they have one.
_VIEWS: dict[str, tuple[str, str, str | None]] = {
    "project": (
        "project_id",
        "code name name_en kind company_id group_name chain sector site grid owner lead_source capital_origin "
        f"land jobs parent_id {_SOURCED}",
        None,
    ),
    "label": ("label_id", "project_id company_id category name value", None),
    "relation": ("relation_id", f"project_id relation target_id {_SOURCED}", None),
    "stage": ("stage_event_id", f"project_id stage {_DATED} reason {_SOURCED}", "counts_from"),
    "condition": ("condition_event_id", f"project_id condition {_DATED} reason {_SOURCED}", "counts_from"),
    "milestone": ("milestone_id", "project_id code title weight", None),
    "milestone_date": (
        "milestone_date_id",
        f"project_id milestone_id what {_DATED} counts_from {_SOURCED}",
        "counts_from",
    ),
    "capital": (
        "entry_id",
        f"project_id kind minor currency qualifier availability {_DATED} corrects {_SOURCED}",
        "counts_from",
    ),
    "review": ("review_id", f"project_id {_DATED} physical light text {_SOURCED}", "counts_from"),
    "request": (
        "request_id",
        f"project_id company_id category title owner raised due answered answer closed outcome {_SOURCED}",
        "raised",
    ),
    "baseline": (
        "baseline_id",
        f"project_id version approved entry_id start_first start_last end_first end_last reason {_SOURCED}",
        "counts_from",
    ),
    "company": ("company_id", f"name name_en group_name country role founded {_SOURCED}", None),
    "certification": ("certification_id", f"company_id certification {_DATED} {_SOURCED}", "counts_from"),
    "indicator_value": (
        "indicator_value_id",
        "subject_kind subject company_id indicator what direction measure value currency unit qualifier availability "
        f"growth {_DATED} {_SOURCED}",
        "counts_from",
    ),
    "exchange_rate": ("exchange_rate_id", f"base counter on_day rate {_SOURCED}", "on_day"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not what it was: `was` is None for a new one, `now` for one that is gone.

    `change` is the change that made it what it is now, `subject` the view it is of.
    """

    subject: str
    thing: int
    change: int
    was: Mapping[str, Any] | None
    now: Mapping[str, Any] | None


def last_change(reader: Reader, before: datetime) -> int:
    """The number of the last change recorded before a moment, 0 for none."""
    # The ledger's order counts, not the clock's: one clock may have been set back between two changes.
    sql = "SELECT COALESCE(MAX(id), 0) FROM change WHERE recorded_at < :moment"
    return int(reader.tuples(sql, {"moment": reader.bound_moment(before)})[0][0])


def recorded(reader: Reader, first: int, last: int) -> dict[int, datetime]:
    """When each change after `first`, up to `last`, was recorded."""
    sql = "SELECT id, recorded_at FROM change WHERE id > :first AND id <= :last"
    return {row.id: row.recorded_at for row in reader.rows(_Recorded, sql, {"first": first, "last": last})}


@dataclass(frozen=True, slots=True)
class _Recorded:
    id: int
    recorded_at: datetime


def corrections(reader: Reader) -> dict[int, int]:
    """For each capital entry that corrects another, that one."""
    return dict(reader.tuples("SELECT entry_id, corrects FROM capital_history WHERE corrects IS NOT NULL"))


def differences(reader: Reader, asked: Asked, first: int, last: int) -> list[Difference]:
    """What is otherwise after change `last` than after change `first`, among the facts up to `asked.as_of`.

    What was written and taken back in between is no difference; neither is a row written again with the same words.
    """
    return [one for subject in _VIEWS for one in _differences(reader, asked, subject, first, last)]


def _differences(reader: Reader, asked: Asked, subject: str, first: int, last: int) -> list[Difference]:
    was: dict[int, tuple[int, Mapping[str, Any]]] = {}
    now: dict[int, tuple[int, Mapping[str, Any]]] = {}
    for thing, begun, ended, values in _rows(reader, asked, subject, first, last):
        if begun <= first:
            was[thing] = (ended, values)
        if ended > last:
            now[thing] = (begun, values)
    found = []
    for thing in was.keys() | now.keys():
        before, after = was.get(thing), now.get(thing)
        if (before and before[1]) != (after and after[1]):
            change = after[0] if after else before[0] if before else 0
            found.append(Difference(subject, thing, change, before and before[1], after and after[1]))
    return sorted(found, key=lambda one: (one.change, one.thing))


def _rows(
    reader: Reader, asked: Asked, subject: str, first: int, last: int
) -> list[tuple[int, int, int, Mapping[str, Any]]]:
    """The rows that began or ended between the two changes and stand before or after: thing, begun, ended, values."""
    identity, columns, day = _VIEWS[subject]
    names = columns.split()
    sql = f"""
        SELECT {identity}, known_from, known_to, {", ".join(names)}
        FROM known_{subject}
        WHERE (
            (known_from <= :first AND known_to > :first AND known_to <= :last)
            OR (known_from > :first AND known_from <= :last AND known_to > :last)
        )
    """
    parameters: dict[str, Any] = {"first": first, "last": last}
    if day:
        sql += f" AND {day} <= :as_of"
        parameters["as_of"] = asked.as_of.isoformat()
    return [
        (thing, begun, ended, dict(zip(names, map(_plain, names, values), strict=True)))
        for thing, begun, ended, *values in reader.tuples(sql, parameters)
    ]


def _plain(name: str, value: Any) -> Any:
    """A day as both engines are to return it from a row without types."""
    return date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value


_DAYS = frozenset(
    [
        "first_day",
        "last_day",
        "counts_from",
        "on_day",
        "raised",
        "due",
        "answered",
        "closed",
        "approved",
        "start_first",
        "start_last",
        "end_first",
        "end_last",
    ]
)
