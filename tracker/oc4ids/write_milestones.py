"""Milestones, with every baseline and forecast as a metric of its own, and the stages a project has reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, tzinfo
from typing import Any

from tracker.dates import Period, Precision
from tracker.oc4ids.days import begin_of, exact, span
from tracker.oc4ids.portfolio import Values
from tracker.oc4ids.publication import Publication
from tracker.oc4ids.remarks import CITED, cells, written
from tracker.oc4ids.terms import MILESTONE_CODES, MILESTONE_METRIC, MILESTONE_TYPES
from tracker.vocabulary import MILESTONES, STAGES

Object = dict[str, Any]

_DATED = ("made", *CITED)


def milestone_objects(publication: Publication, milestones: list[Values], stages: list[Values]) -> list[Object]:
    """Each milestone once; then the stages reached of which the project has no milestone, marked `from: stage`."""
    by_code = _by_code(milestones)
    found = [_milestone(publication, code, own) for code, own in by_code.items()]
    reached = {event["stage"]: event for event in standing(stages)}
    return found + [
        _reached(publication, event) for stage, event in reached.items() if stage in MILESTONES and stage not in by_code
    ]


def standing(stages: list[Values]) -> list[Values]:
    """The events of the stages that the project has reached and not gone back from, in order."""
    found: list[Values] = []
    for event in stages:
        found = [one for one in found if STAGES[one["stage"]].order < STAGES[event["stage"]].order]
        found.append(event)
    return found


def _by_code(milestones: Iterable[Values]) -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = {}
    for one in milestones:
        found.setdefault(one["milestone"], []).append(one)
    return found


def _milestone(publication: Publication, code: str, own: list[Values]) -> Object:
    actual = next((one for one in own if one["what"] == "actual"), None)
    planned = [one for one in own if one["what"] != "actual" and one["on"]]
    due = _due(planned)
    first, zone = own[0], publication.zone
    lines = cells("milestone", first, ("title", "weight"))
    if lines.get("weight") == "1":
        del lines["weight"]
    # What is due in a month is due on no day in particular.
    if due and due.precision is not Precision.DAY:
        lines["due"] = due.iso()
    if actual:
        lines |= cells("milestone", actual, _DATED if actual["on"].precision is Precision.DAY else ("on", *_DATED))
    elif not planned:
        lines |= cells("milestone", first, _DATED)
    named = {"id": code, "title": first["title"] or _name(code, publication.lang)} | _coded(code) | written(lines)
    met = exact("dateMet", actual["on"], zone) if actual else {}
    return named | exact("dueDate", due, zone, end=True) | met | _status(publication, planned, due, actual)


def _due(planned: list[Values]) -> Period | None:
    """What was promised last, else what is expected now."""
    for what in ("baseline", "forecast"):
        found = [one for one in planned if one["what"] == what]
        if found:
            latest: Period = max(found, key=lambda one: one["made"] or date.min)["on"]
            return latest
    return None


def _status(publication: Publication, planned: list[Values], due: Period | None, actual: Values | None) -> Object:
    """Met; not met on the day of publication, where it was due before; else scheduled, as last said."""
    if actual:
        return {"status": "met"}
    today = publication.moment.astimezone(publication.zone).date()
    if due and due.last < today:
        return {"dateModified": begin_of(today, publication.zone), "status": "notMet"}
    said = max((one["made"] for one in planned if one["made"]), default=None)
    return ({"dateModified": begin_of(said, publication.zone)} if said else {}) | {"status": "scheduled"}


def _reached(publication: Publication, event: Values) -> Object:
    stage, on = event["stage"], event["on"]
    lines = {"from": "stage"} | ({"on": on.iso()} if on and on.precision is not Precision.DAY else {})
    named = {"id": stage, "title": _name(stage, publication.lang)} | _coded(stage) | written(lines)
    return named | exact("dateMet", on, publication.zone) | {"status": "met"}


def _name(code: str, lang: str) -> str:
    return STAGES[code].name(lang) if code in STAGES else code


def _coded(code: str) -> Object:
    pairs = {"type": MILESTONE_TYPES.get(code), "code": MILESTONE_CODES.get(code)}
    return {key: value for key, value in pairs.items() if value}


def milestone_metrics(milestones: list[Values], zone: tzinfo) -> list[Object]:
    """A metric a milestone: its baselines and forecasts, each on the day it was made, as the text of a period."""
    found = []
    for code, own in _by_code(milestones).items():
        planned = [one for one in own if one["what"] != "actual" and one["on"]]
        if planned:
            observations = [_observation(number, one, zone) for number, one in enumerate(planned, start=1)]
            found.append({"id": MILESTONE_METRIC + code, "observations": observations})
    return found


def _observation(number: int, one: Values, zone: tzinfo) -> Object:
    made = {"period": span(Period.day(one["made"]), zone)} if one["made"] else {}
    lines = written(cells("milestone", one, CITED), "notes")
    return {"id": f"{one['what']}-{number}"} | made | {"measure": one["on"].iso()} | lines
