"""A project that we wrote: everything comes back as it was, from fields, classifications and remarks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker.oc4ids.codes import Codes
from tracker.oc4ids.found import Place, joined
from tracker.oc4ids.remarks import read_remarks
from tracker.oc4ids.terms import (
    BASELINE_METRIC,
    CERTIFICATION,
    CLASSIFIED,
    COMPANY,
    COMPANY_ROLE,
    CONDITION,
    FIELD,
    METRICS,
    MILESTONE_METRIC,
    OWN_CODE,
    PARENT,
    PHYSICAL,
    PLAN,
    PROJECT,
    RELATION,
    RUNNING,
    STAGE,
    TAG,
)

Cells = dict[str, str]

_KINDS_OF_METRICS = {metric: kind for kind, metric in METRICS.items()}


def own_code(project: Place) -> str:
    """The code that we published a project under, "" for a project of anybody else."""
    found = project.value.get("identifiers")
    for one in found if isinstance(found, list) else ():
        code = one.get("id") if isinstance(one, dict) and one.get("scheme") == OWN_CODE else None
        if isinstance(code, str) and code.strip():
            return code
    return ""


def read_own(project: Place, codes: Codes) -> None:
    """Add the records of a project that has an identifier of ours."""
    code = own_code(project)
    schemes: dict[str, list[Place]] = {}
    for one in project.each("additionalClassifications"):
        schemes.setdefault(one.text("scheme"), []).append(one)
    company = _company(project)
    related = [
        (one.text("relationship"), codes.code(one.text("identifier"))) for one in project.each("relatedProjects")
    ]
    parents = [target for relation, target in related if relation == PARENT]
    _project(project, code, schemes, {"company": company, "parent": parents[0] if parents else ""})
    _relations(project, code, related, schemes.get(RELATION, []))
    for kind, scheme in (("stage", STAGE), ("condition", CONDITION)):
        for event in schemes.get(scheme, ()):
            given = {"project": code, kind: event.text("id")}
            _add(event, kind, read_remarks(event.text("description")) | given)
    _milestones(project, code)
    _money(project, code)


def _add(place: Place, kind: str, cells: Cells) -> None:
    place.findings.add(kind, cells, place.path, whole=True)


# --- the project and its company -----------------------------------------------------------------------------------


def _project(project: Place, code: str, schemes: dict[str, list[Place]], refers: Cells) -> None:
    cells: Cells = {}
    for carrier in schemes.get(PROJECT, ()):
        cells |= read_remarks(carrier.text("description"))
    for key, scheme in CLASSIFIED.items():
        cells[key] = next((one.text("id") for one in schemes.get(scheme, ())), "")
    fields = []
    for one in project.each("additionalClassifications"):
        scheme = one.text("scheme")
        if scheme.startswith(FIELD):
            fields.append(f"{one.text('id')}={one.text('description')}")
            _add(one, "field", {"name": one.text("id"), "type": scheme.removeprefix(FIELD)})
    ids = [_pair(one) for one in project.each("identifiers")]
    ids.remove(f"{OWN_CODE}={code}")
    cells |= {
        "code": code,
        "name": project.text("title"),
        "note": project.text("description"),
        "sector": next(iter(project.texts("sector")), ""),
        "site": next((one.text("description") for one in project.each("locations")), ""),
        "tags": joined(tuple(one.text("id") for one in schemes.get(TAG, ()))),
        "ids": joined(tuple(ids)),
        "fields": joined(tuple(fields)),
    }
    _add(project, "project", cells | refers)


def _pair(identifier: Place) -> str:
    return f"{identifier.text('scheme')}={identifier.text('id')}"


def _company(project: Place) -> str:
    """Add the company of the project, where it is given whole; its name."""
    for party in project.each("parties"):
        name = party.text("name")
        identifiers = [party.child("identifier"), *party.each("additionalIdentifiers")]
        ids = joined(tuple(_pair(one) for one in identifiers if one.value))
        cells = {"name": name, "country": party.child("address").text("countryName"), "ids": ids}
        ours = False
        for one in party.each("classifications"):
            lines = read_remarks(one.text("description"))
            match one.text("scheme"):
                case scheme if scheme == COMPANY:
                    ours, cells = True, lines | cells
                case scheme if scheme == COMPANY_ROLE:
                    cells["role"] = one.text("id")
                case scheme if scheme == CERTIFICATION:
                    _add(one, "certification", lines | {"company": name, "certification": one.text("id")})
        if ours:
            _add(party, "company", cells)
        return name
    return ""


def _relations(project: Place, code: str, related: list[tuple[str, str]], cited: list[Place]) -> None:
    remarks = {one.text("id"): read_remarks(one.text("description")) for one in cited}
    for relation, target in related:
        if relation != PARENT:
            told = remarks.get(f"{relation} {target}", {})
            _add(project, "relation", told | {"project": code, "relation": relation, "target": target})


# --- milestones ----------------------------------------------------------------------------------------------------


def _milestones(project: Place, code: str) -> None:
    planned = {
        metric.text("id").removeprefix(MILESTONE_METRIC): metric
        for metric in project.each("forecasts")
        if metric.text("id").startswith(MILESTONE_METRIC)
    }
    for milestone in project.each("milestones"):
        lines = read_remarks(milestone.text("description"))
        if lines.get("from") == "stage":
            continue
        name = milestone.text("id")
        thing = {
            "project": code,
            "milestone": name,
            "weight": lines.pop("weight", "1"),
            "title": lines.pop("title", ""),
        }
        dates = list(planned[name].each("observations")) if name in planned else []
        for one in dates:
            _add(one, "milestone", _planned(one) | thing)
        met = milestone.day("dateMet")
        if met:
            lines["on"] = met.isoformat()
        if lines.get("on"):
            _add(milestone, "milestone", lines | thing | {"what": "actual"})
        elif not dates:
            _add(milestone, "milestone", lines | thing | {"what": "baseline"})


def _planned(observation: Place) -> Cells:
    made = observation.child("period").day("startDate")
    return read_remarks(observation.text("notes")) | {
        "what": observation.text("id").partition("-")[0],
        "on": observation.text("measure"),
        "made": made.isoformat() if made else "",
    }


# --- money and progress --------------------------------------------------------------------------------------------


def _money(project: Place, code: str) -> None:
    budget = project.child("budget")
    if budget.value.keys() - {"budgetBreakdowns"}:
        _entry(budget, code, "total", read_remarks(budget.text("description")), budget.child("amount"))
    for group in budget.each("budgetBreakdowns"):
        for one in group.each("budgetBreakdown"):
            lines = _on(one) | read_remarks(one.text("description"))
            _entry(one, code, PLAN, lines, one.child("amount"))
    for metric in project.each("metrics"):
        name = metric.text("id")
        for one in metric.each("observations"):
            lines = _on(one) | read_remarks(one.text("notes"))
            if name == PHYSICAL:
                _add(one, "review", lines | {"project": code} | _measured(one))
            else:
                _entry(one, code, _kind(name), lines, one.child("value"))
    for metric in project.each("forecasts"):
        if metric.text("id") == BASELINE_METRIC:
            for one in metric.each("observations"):
                _version(one, code)


def _kind(metric: str) -> str:
    name = metric
    for running in RUNNING:
        name = name.removesuffix(f"-{running}")
    return _KINDS_OF_METRICS.get(name, name)


def _entry(place: Place, code: str, kind: str, lines: Cells, value: Place) -> None:
    given = {"project": code, "kind": kind} | dict(_valued(value, "amount", "currency"))
    _add(place, "capital", {"basis": "period"} | lines | given)


def _valued(value: Place, amount: str, currency: str) -> Iterator[tuple[str, str]]:
    if value.value:
        yield amount, value.number("amount")
        yield currency, value.text("currency")


def _on(place: Place) -> Cells:
    """The days that the period of a figure or report covers."""
    period = place.child("period")
    first, last = period.day("startDate"), period.day("endDate")
    return {"on": f"{first}..{last}"} if first and last else {}


def _measured(observation: Place) -> dict[str, Any]:
    return {"physical": observation.number("measure")} if "measure" in observation.value else {}


def _version(one: Place, code: str) -> None:
    lines = read_remarks(one.text("notes"))
    given = {"project": code, "version": one.text("id")} | dict(_valued(one.child("value"), "total", "total_currency"))
    _add(one, "baseline", lines | given)
