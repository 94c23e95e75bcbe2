"""What a row says of a project's stages: the days it reached them, the days it is to, and the stage it is at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.dates import Period
from tracker.i18n import _, language
from tracker.importer.mapping.cells import Ending
from tracker.records.schema import Record
from tracker.vocabulary import CONDITIONS, STAGES

_SIGNED = "signed"
# From here on the ledger marks the milestone of a stage together with the stage.
_FIRST_BUILT = STAGES["under_construction"].order
# What was stopped has not been completed, whatever day of completion stands in its row.
_STOPPED = ("suspended", "terminated", "lost")
_COMPLETED = STAGES["completed"].order


@dataclass(slots=True)
class Events:
    """The cells of one row on stages. `undecided` are days whose heading says neither planned nor actual."""

    reached: dict[str, Period] = field(default_factory=dict)
    undecided: dict[str, Period] = field(default_factory=dict)
    planned: list[tuple[str, str, Period]] = field(default_factory=list)
    stage: str | None = None
    condition: str | None = None
    on: Period | None = None

    def take(self, kind: str, select: tuple[str, ...], values: dict[str, Any]) -> None:
        """Take in what one slot of the row says."""
        on = values.get("on")
        if kind == "condition":
            self.condition = values.get("condition") or self.condition
        elif kind == "stage" and not select:
            self._present(values)
        elif on is None:
            return
        elif kind == "stage":
            self.reached[select[0]] = on
        elif len(select) == 2:
            self.planned.append((select[0], select[1], on))
        elif select and select[0] in STAGES:
            self.undecided[select[0]] = on

    def _present(self, values: dict[str, Any]) -> None:
        stage = values.get("stage")
        self.on = values.get("on")
        if isinstance(stage, Ending):
            self.condition = self.condition or str(stage)
        else:
            self.stage = stage


def events_of(events: Events, project: str, row: int, *, horizon: date, today: date) -> list[Record] | str:
    """The records of stages, condition and milestones, in their order; a sentence where the row contradicts itself.

    A day of which nobody says whether it is planned: it is reached where the stage of the row is as far; without a
    stage where it is not after `horizon`; else it is planned.
    """
    _decide(events, horizon, today)
    if sentence := _contradiction(events):
        return sentence
    records = [
        Record("stage", {"project": project, "stage": code, "on": on, "present": code == events.stage}, row)
        for code, on in sorted(events.reached.items(), key=lambda item: (item[1].last, STAGES[item[0]].order))
    ]
    if events.stage and events.stage not in events.reached:
        values: dict[str, Any] = {"project": project, "stage": events.stage}
        records.append(Record("stage", values | ({"on": events.on} if events.on else {}), row))
    if events.condition and (events.condition != "active" or events.stage is None):
        records += _condition(events, project, row)
    return records + _milestones(events, project, row)


def _decide(events: Events, horizon: date, today: date) -> None:
    for code, on in events.undecided.items():
        if code in events.reached:
            continue
        if events.condition in _STOPPED and STAGES[code].order >= _COMPLETED:
            passed = False
        elif events.stage is not None:
            passed = STAGES[code].order <= STAGES[events.stage].order and on.first <= today
        else:
            # Nobody writes down a contract that is yet to be signed.
            passed = (on.first if code == _SIGNED else on.last) <= min(horizon, today)
        if passed:
            events.reached[code] = on
        else:
            events.planned.append((code, "baseline", on))


def _contradiction(events: Events) -> str:
    if events.stage is None:
        return ""
    order = STAGES[events.stage].order
    beyond = [code for code in events.reached if STAGES[code].order > order]
    if not beyond:
        return ""
    return _("the stage is “{stage}”, but the row has the day on which “{other}” was reached").format(
        stage=STAGES[events.stage].name(language()), other=STAGES[beyond[0]].name(language())
    )


def _condition(events: Events, project: str, row: int) -> list[Record]:
    assert events.condition is not None
    values: dict[str, Any] = {"project": project, "condition": events.condition}
    if events.condition != "active":
        # The ledger asks why; the file says no more than the word.
        values["reason"] = CONDITIONS[events.condition].zh
    return [Record("condition", values | ({"on": events.on} if events.on else {}), row)]


def _milestones(events: Events, project: str, row: int) -> list[Record]:
    planned = [
        Record("milestone", {"project": project, "milestone": code, "what": what, "on": on}, row)
        for code, what, on in sorted(events.planned, key=lambda one: (one[1], _place(one[0])))
    ]
    codes = {code for code, _what, _on in events.planned}
    reached = [
        Record("milestone", {"project": project, "milestone": code, "what": "actual", "on": on}, row)
        for code, on in events.reached.items()
        if code in codes and STAGES[code].order < _FIRST_BUILT
    ]
    return planned + reached


def _place(code: str) -> int:
    return STAGES[code].order if code in STAGES else 0
