"""Milestones: planned once, forecast again where the forecast is another one, reached once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from tracker.dates import ALWAYS, Period
from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.importer.apply.desk import Desk, Part
from tracker.importer.apply.parts import effective_from, part_of, parts_of, period_in
from tracker.importer.apply.result import Difference
from tracker.importer.apply.simple import merged
from tracker.ledger.milestones import HEAVIEST, code_of, reached_already
from tracker.ledger.stages import dates_of, mark_standing
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.records.schema import KINDS, Record

_WHATS = ("baseline", "forecast", "actual")
_CITED = ("note", "source", "quote")


class Milestones:
    """Records of the days of milestones.

    A baseline that differs is refused in anybody else's file: what changes later is a forecast, or a new baseline that
    somebody decides. In a file of ours the day it was made tells which baseline or forecast is meant.
    """

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.project_id, row.code): row for row in desk.store.find(Milestone)}
        self._days: dict[int, dict[str, list[MilestoneDate]]] = defaultdict(lambda: defaultdict(list))
        self._taken: set[int] = set()
        for row in desk.store.find(MilestoneDate):
            self._days[row.milestone_id][row.what].append(row)

    @staticmethod
    def order(record: Record) -> tuple[Any, ...]:
        """Where a record comes among those of its kind: plans, then forecasts in the order made, then what happened."""
        what = record.values.get("what") or ""
        place = _WHATS.index(what) if what in _WHATS else len(_WHATS)
        return (place, record.values.get("made") or date.max)

    def take(self, record: Record) -> None:
        """Enter one day of a milestone, or a milestone without one."""
        desk, values = self._desk, record.values
        project = desk.project(record)
        desk.at = "milestone"
        code = code_of(values.get("milestone") or "")
        what = values.get("what") or "baseline"
        if what not in _WHATS:
            desk.at = "what"
            raise ValueRefused(_("“{what}” is none of baseline, forecast, actual").format(what=what))
        desk.at = "on"
        on: Period | None = values.get("on")
        if on is None and what != "baseline":
            raise ValueRefused(_("say the day"))
        told = f"{project.code} {code} {what}"
        if self._stays_removed(record, project, code):
            return None
        milestone, fresh = self._milestone(record, project, code)
        if on is None:
            return desk.add(record, told) if fresh else desk.change(record, ())
        parts, found = self._parts(record, what, on), self._match(record, milestone, what, on)
        if found is None:
            self._require_open(project, milestone, what, on)
        keys = {"project_id": project.id, "milestone_id": milestone.id, "what": what}
        facts = keys | {"effective_from": self._made(record, what, on)} | merged(parts)
        row = desk.enter(record, found, lambda: MilestoneDate.model_validate(facts), parts, told, headline=on)
        self._keep(milestone, what, found, row)
        if what == "baseline" and found is None and not desk.source.ours:
            self._mark(project, milestone)
        return None

    def _stays_removed(self, record: Record, project: Project, code: str) -> bool:
        keys = {"project_id": project.id, "code": code}
        what = f"{project.code} {code}"
        return (
            (project.id, code) not in self._rows
            and self._desk.past.removed(Milestone, keys)
            and self._desk.keep(Difference(record.row, "kept", record.kind, what, old=_("removed")))
        )

    def _keep(self, milestone: Milestone, what: str, found: MilestoneDate | None, row: MilestoneDate | None) -> None:
        if row is None:
            return
        days = self._days[milestone.id][what]
        if found is not None:
            days[next(place for place, one in enumerate(days) if one.id == row.id)] = row
        else:
            days.append(row)
        self._taken.add(row.id)

    def _milestone(self, record: Record, project: Project, code: str) -> tuple[Milestone, bool]:
        """The milestone, and whether it is new; its title and weight are as the file says."""
        desk = self._desk
        found = self._rows.get((project.id, code))
        given = [part for part in parts_of(desk, record, ("title", "weight")) if found or part.new is not None]
        parts = [part_of(KINDS["milestone"].field("weight"), 1) if _no_weight(part) else part for part in given]
        desk.at = "weight"
        weight = merged(parts).get("weight")
        if weight is not None and not 0 <= weight <= HEAVIEST:
            raise ValueRefused(
                _("a weight is a number from 0 to {most}, not {weight}").format(most=HEAVIEST, weight=weight)
            )
        if found is None:
            facts = {"project_id": project.id, "code": code} | merged(parts)
            row = desk.store.add(Milestone.model_validate(facts))
        else:
            row = found
            for part in parts:
                if part.differs(row):
                    row = desk.amend(record, row, part, f"{project.code} {code}")
        self._rows[project.id, code] = row
        return row, found is None

    def _parts(self, record: Record, what: str, on: Period) -> list[Part]:
        desk = self._desk
        parts = list(parts_of(desk, record, ("on", *_CITED)))
        if what == "actual" and on.first > desk.rules.today:
            desk.at = "on"
            raise Refused(_("{period} lies in the future (today is {today})").format(period=on, today=desk.rules.today))
        if what == "actual" or (desk.source.ours and "made" in record.values):
            made = self._made(record, what, on)
            parts.append(Part("made", {"effective_from": made}, made, lambda row: row.effective_from))
        return parts

    def _made(self, record: Record, what: str, on: Period) -> date:
        today = self._desk.rules.today
        usual = {"baseline": ALWAYS, "forecast": today, "actual": min(on.last, today)}[what]
        self._desk.at = "made"
        made: date | None = record.values.get("made")
        if made is not None and made > today:
            raise Refused(_("{made} lies in the future: nobody has said it yet").format(made=made))
        return effective_from(self._desk, record, usual, "made")

    def _match(self, record: Record, milestone: Milestone, what: str, on: Period) -> MilestoneDate | None:
        """The day of the ledger that a record speaks of."""
        days = [row for row in self._days[milestone.id][what] if row.id not in self._taken]
        if what == "actual":
            return self._days[milestone.id][what][0] if self._days[milestone.id][what] else None
        if record.values.get("made") or self._desk.source.ours:
            made = self._made(record, what, on)
            days = [row for row in days if row.effective_from == made]
            return next(iter([row for row in days if period_in(row) == on] or days), None)
        return self._match_undated(self._days[milestone.id][what], what, on)

    @staticmethod
    def _match_undated(days: list[MilestoneDate], what: str, on: Period) -> MilestoneDate | None:
        """Of a file that does not say when it was made: any baseline that is the same, the last forecast if it is."""
        ordered = sorted(days, key=lambda row: (row.effective_from, row.id))
        asked = ordered if what == "baseline" else ordered[-1:]
        return next((row for row in asked if period_in(row) == on), None)

    def _require_open(self, project: Project, milestone: Milestone, what: str, on: Period) -> None:
        """Raise Refused where the ledger does not take another day of this sort."""
        days = self._days[milestone.id]
        self._desk.at = "on"
        if what == "forecast" and days["actual"] and not self._desk.source.ours:
            raise reached_already(project, milestone)
        if what == "baseline" and days["baseline"] and not self._desk.source.ours:
            raise Refused(
                _(
                    "{code} {milestone} is planned for {was} and not for {on}: a new expectation is a forecast "
                    "(tracker milestone forecast), a new plan a baseline (tracker project rebaseline)"
                ).format(code=project.code, milestone=milestone.code, was=period_in(days["baseline"][-1]), on=on)
            )

    def _mark(self, project: Project, milestone: Milestone) -> None:
        """Where the stage was reached before the milestone was planned, the milestone is reached."""
        mark_standing(self._desk.store, project, milestone)
        self._days[milestone.id]["actual"] = dates_of(self._desk.store, milestone, "actual")


def _no_weight(part: Part) -> bool:
    return part.field == "weight" and part.new is None
