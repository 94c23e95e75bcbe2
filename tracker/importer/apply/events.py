"""Stages and conditions: events of a project, appended in the order of their days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.errors import ValueRefused
from tracker.i18n import _, language
from tracker.importer.apply.desk import Desk
from tracker.importer.apply.parts import days_part, effective_from, parts_of, period_in
from tracker.importer.apply.result import Difference
from tracker.importer.apply.simple import merged
from tracker.ledger import stages
from tracker.ledger.cite import Cite
from tracker.models.progress import ConditionEvent, StageEvent
from tracker.models.project import Project
from tracker.records.schema import KINDS, Record
from tracker.vocabulary import STAGES

_CITED = ("reason", "note", "source", "quote")
Event = StageEvent | ConditionEvent


class Events:
    """Records of one kind of event, "stage" or "condition".

    An event is the same where its word and its day are; in anybody else's file also where the ledger knows the day more
    exactly. A stage without a day was reached by the day of the file, a condition holds since then.
    """

    def __init__(self, desk: Desk, kind: str) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._kind = kind
        self._model: type[Event] = StageEvent if kind == "stage" else ConditionEvent
        self._rows: dict[int, list[Event]] = defaultdict(list)
        self._taken: set[int] = set()
        for row in desk.store.find(self._model):
            self._rows[row.project_id].append(row)

    @staticmethod
    def order(record: Record) -> tuple[Any, ...]:
        """Where a record comes among those of its kind: those without a day last."""
        on: Period | None = record.values.get("on")
        return (0, on.first, on.last) if on else (1,)

    def take(self, record: Record) -> None:
        """Enter one event."""
        desk = self._desk
        project = desk.project(record)
        word = next(parts_of(desk, record, (self._kind,)), None)
        if word is None or not word.columns[self._kind]:
            desk.at = self._kind
            raise ValueRefused(_("{field} is missing").format(field=self._kind))
        code = word.columns[self._kind]
        desk.at = "on"
        on: Period | None = record.values.get("on")
        parts = list(parts_of(desk, record, _CITED))
        found = self._match(record, project, code, on)
        if found is not None:
            self._taken.add(found.id)
            if desk.source.ours:
                parts.append(days_part(desk, record, self._usual(found.last_day)))
            desk.enter(record, found, lambda: found, parts, f"{project.code} {_name(self._kind, code)}")
        elif on is None and not desk.source.ours and self._holds(project, code):
            desk.change(record, ())
        elif on is not None or not self._went_on(record, project, code):
            self._append(record, project, code, on)

    def _usual(self, last: date | None) -> date:
        """The day from which an event counts by itself."""
        return min(last or self._desk.day, self._desk.rules.today)

    def _match(self, record: Record, project: Project, code: str, on: Period | None) -> Event | None:
        rows = [row for row in self._rows[project.id] if getattr(row, self._kind) == code]
        rows = [row for row in rows if row.id not in self._taken]
        if on is None:
            if not self._desk.source.ours:
                return None
            by = effective_from(self._desk, record, self._usual(None))
            return next((row for row in rows if row.first_day is None and row.effective_from == by), None)
        exact = [row for row in rows if period_in(row) == on]
        if not exact and not self._desk.source.ours:
            exact = [row for row in rows if _within(period_in(row), on)]
        return exact[0] if exact else None

    def _holds(self, project: Project, code: str) -> bool:
        events = self._rows[project.id]
        if events:
            return bool(getattr(events[-1], self._kind) == code)
        return code == "active"

    def _went_on(self, record: Record, project: Project, code: str) -> bool:
        """Whether a person took the project beyond what the file says: it is behind, and is not followed."""
        events = self._rows[project.id]
        if self._kind != "stage" or not events or STAGES[code].order >= STAGES[events[-1].stage].order:  # type: ignore[union-attr]
            return False
        last = events[-1]
        difference = Difference(
            *(record.row, "kept", self._kind, project.code, self._kind),
            _name(self._kind, getattr(last, self._kind)),
            _name(self._kind, code),
        )
        return self._desk.past.by_person(last) and self._desk.keep(difference)

    def _append(self, record: Record, project: Project, code: str, on: Period | None) -> None:
        desk, values, store = self._desk, record.values, self._desk.store
        at = "on" if on else self._kind
        desk.at = at
        usual = self._usual(on.last if on else None)
        kept = merged([*parts_of(desk, record, ("note", "source", "quote")), days_part(desk, record, usual)])
        desk.at = at
        why, cite = values.get("reason"), Cite(values.get("source"), values.get("note"))
        row: Event
        if self._kind == "stage":
            stages.require_not_ended(store, project)
            mark = not desk.source.ours
            row = stages.reach(store, project, code, on, why, cite, by=desk.day, kept=kept, mark=mark).event
        else:
            since = on or Period.day(desk.day)
            row = stages.condition(store, project.code, code, since, why, cite, kept=kept).event
        events = [event for event in self._rows[project.id] if event.id != row.id]
        # A day found later takes the place of the stage without one.
        known = len(events) < len(self._rows[project.id])
        self._rows[project.id] = sorted([*events, row], key=lambda event: event.id)
        self._taken.add(row.id)
        told = f"{project.code} {_name(self._kind, code)}"
        if known:
            desk.change(record, [Difference(record.row, "changed", self._kind, told, "on", None, on)])
        else:
            desk.add(record, told, on or Period.by(usual))


def _within(known: Period | None, said: Period) -> bool:
    return known is not None and said.first <= known.first and known.last <= said.last


def _name(kind: str, code: str) -> str:
    words = KINDS[kind].field(kind).words
    return words[code].name(language()) if words else code
