"""A project of any publisher: what the ledger has room for, and no more than it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.dates import Period
from tracker.i18n import _
from tracker.oc4ids.codes import Codes, fitting
from tracker.oc4ids.found import Place, first_of
from tracker.oc4ids.read_any_parties import companies
from tracker.oc4ids.read_any_progress import reviews
from tracker.oc4ids.remarks import written
from tracker.oc4ids.terms import (
    CONDITIONS_OF_STATUS,
    KINDS_OF_TYPE,
    OC4IDS,
    PLAN,
    RELATIONS_OF,
    STAGES_OF_MILESTONE,
    STAGES_OF_STATUS,
)
from tracker.text import fold
from tracker.vocabulary import RELATIONS

Cells = dict[str, str]

_COMPLETED = "completed"


def read_any(project: Place, codes: Codes) -> None:
    """Add the records of a project of any publisher."""
    identifier = project.text("id")
    if not identifier:
        project.findings.refuse(f"{project.path}/id", "code", "", _("the project has no id"))
        return
    code = codes.code(identifier)
    _project(project, identifier, codes, companies(project))
    _relations(project, code, codes)
    _status(project, code)
    _milestones(project, code)
    _budget(project, code)
    reviews(project, code)


def _add(place: Place, kind: str, cells: Cells) -> None:
    place.findings.add(kind, cells, place.path)


# --- the project ---------------------------------------------------------------------------------------------------


def _project(project: Place, identifier: str, codes: Codes, company: str) -> None:
    project_type = project.text("type")
    kind = KINDS_OF_TYPE.get(project_type, "")
    unsaid = {
        "type": "" if kind else project_type,
        "purpose": project.text("purpose"),
        "relatedProjects": _elsewhere(project, codes),
    }
    note = "\n".join(text for text in (project.text("description"), *written(unsaid).values()) if text)
    cells = {
        "code": codes.code(identifier),
        "name": first_of(project.text("title"), identifier),
        "kind": kind,
        "company": company,
        "sector": ", ".join(_sectors(project.texts("sector"))),
        "site": next(filter(None, map(_site, project.each("locations"))), ""),
        "note": note,
    }
    project.findings.add("project", cells, project.path, names={"ids": tuple(_ids(project, identifier))})


def _ids(project: Place, identifier: str) -> Iterator[str]:
    yield f"{OC4IDS}={identifier}"
    for one in project.each("identifiers"):
        known, scheme = one.text("id"), one.text("scheme")
        if known.strip() and known != identifier:
            yield f"{scheme.replace('=', '-') or 'id'}={known}"


def _sectors(sectors: tuple[str, ...]) -> list[str]:
    """The sectors without those that a subsector in the list names already: transport beside transport.road."""
    return [one for one in sectors if not any(other.startswith(f"{one}.") for other in sectors)]


def _site(location: Place) -> str:
    address = location.child("address")
    return first_of(location.text("description"), address.text("locality"), address.text("region"))


def _relations(project: Place, code: str, codes: Codes) -> None:
    for one in project.each("relatedProjects"):
        word, identifier = one.text("relationship"), one.text("identifier")
        relation, reverse = RELATIONS_OF.get(word, (word, False))
        other = codes.known.get(identifier, code)
        if relation in RELATIONS and fold(other) != fold(code):
            source, target = (other, code) if reverse else (code, other)
            _add(one, "relation", {"project": source, "relation": relation, "target": target})


def _elsewhere(project: Place, codes: Codes) -> str:
    """The related projects that are not in the package: the ledger may have none of them to relate to."""
    found = (
        (one.text("relationship"), one.text("identifier"), one.text("title")) for one in project.each("relatedProjects")
    )
    named = (" ".join(filter(None, texts)) for texts in found if texts[1] not in codes.known)
    return "; ".join(filter(None, named))


# --- where it stands -----------------------------------------------------------------------------------------------


def _status(project: Place, code: str) -> None:
    """The stage and condition that the status certainly includes; the day is that of completion, else not known."""
    status = project.text("status")
    stage, condition = STAGES_OF_STATUS.get(status), CONDITIONS_OF_STATUS.get(status)
    if stage:
        day = project.child("completion").day("endDate") if stage == _COMPLETED else None
        _add(project, "stage", {"project": code, "stage": stage} | _on(day))
    if condition:
        _add(project, "condition", {"project": code, "condition": condition, "reason": f"status: {status}"})


def _on(day: date | None) -> Cells:
    return {"on": day.isoformat()} if day else {}


def _milestones(project: Place, code: str) -> None:
    taken: set[str] = set()
    for one in project.each("milestones"):
        name = _milestone_code(one, taken)
        taken.add(name)
        due, met = one.day("dueDate"), one.day("dateMet")
        thing = {"project": code, "milestone": name, "title": one.text("title"), "note": one.text("description")}
        if due or not met:
            _add(one, "milestone", thing | {"what": "baseline"} | _on(due))
        if met:
            _add(one, "milestone", thing | {"what": "actual"} | _on(met))
    if _COMPLETED not in taken:
        _completion(project, {"project": code, "milestone": _COMPLETED})


def _milestone_code(milestone: Place, taken: set[str]) -> str:
    name = STAGES_OF_MILESTONE.get(milestone.text("code"), "")
    if not name or name in taken:
        name = fitting(first_of(milestone.text("id"), milestone.text("title"), "milestone"))
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = fitting(f"{name}-{number}")
    return unique


def _completion(project: Place, thing: Cells) -> None:
    """The planned and the actual end of a project that has no milestone for them."""
    planned, actual = project.child("period").day("endDate"), project.child("completion").day("endDate")
    for what, day in (("baseline", planned), ("actual", actual)):
        if day:
            _add(project, "milestone", thing | {"what": what} | _on(day))


# --- money ---------------------------------------------------------------------------------------------------------


def _budget(project: Place, code: str) -> None:
    budget = project.child("budget")
    _entry(budget, {"project": code, "kind": "total", "basis": "period", "note": budget.text("description")})
    for group in budget.each("budgetBreakdowns"):
        years = [(one, _year(one)) for one in group.each("budgetBreakdown")]
        named = [year for _one, year in years if year]
        # A group by year is the plan of each year; one by source or stage is none, and its years repeat.
        if named and len(set(named)) == len(years):
            for one, year in years:
                given = {"project": code, "kind": PLAN, "basis": "period", "on": year}
                _entry(one, given | {"note": one.text("description")})
            return


def _year(entry: Place) -> str:
    """The calendar year that the period of a budget entry is, "" for any other."""
    period = entry.child("period")
    first, last = period.day("startDate"), period.day("endDate")
    whole = first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31))
    return Period.year(first.year).iso() if first and whole else ""


def _entry(place: Place, cells: Cells) -> None:
    value = place.child("amount")
    amount, currency = value.number("amount"), value.text("currency")
    if amount:
        value.findings.add("capital", cells | {"amount": amount, "currency": currency}, value.path)
