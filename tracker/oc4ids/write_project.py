"""One project as an object of the standard."""

from __future__ import annotations

import re
from typing import Any

from tracker.dates import Period
from tracker.oc4ids.days import exact
from tracker.oc4ids.portfolio import Portfolio, Values, split_id
from tracker.oc4ids.publication import is_uri
from tracker.oc4ids.remarks import CITED, cells, written
from tracker.oc4ids.terms import (
    CLASSIFIED,
    CONDITION,
    FIELD,
    OC4IDS,
    OWN_CODE,
    PARENT,
    PROJECT,
    RELATION,
    STAGE,
    TAG,
    TYPES,
    status_of,
)
from tracker.oc4ids.write_milestones import milestone_metrics, milestone_objects, standing
from tracker.oc4ids.write_money import baseline_metric, budget, capital_metrics, physical_metric
from tracker.oc4ids.write_parties import party
from tracker.records.schema import KINDS

Object = dict[str, Any]

# What has a place of its own; every other field of a project is a remark.
_PLACED = frozenset(
    {"code", "name", "company", "sector", "site", "parent", "tags", "ids", "fields", "note", *CLASSIFIED}
)
_REMARKED = frozenset(field.key for field in KINDS["project"].fields) - _PLACED
_EVENT = ("on", "effective_from", "reason", *CITED)
_KINDS_OF_EVENTS = ("relation", "stage", "condition", "milestone", "capital", "baseline", "review")
_URL = re.compile(r"https?://[!-~]+")


def project_object(portfolio: Portfolio, code: str) -> Object:
    """The project of this code; what is unknown or empty has no key."""
    values, zone = portfolio.projects[code], portfolio.publication.zone
    stages, conditions = portfolio.own(code, "stage"), portfolio.own(code, "condition")
    capital = portfolio.own(code, "capital")
    milestones = portfolio.own(code, "milestone")
    everything: Object = {
        "id": portfolio.identifier(code),
        "identifiers": _identifiers(code, values),
        "title": values.get("name"),
        "description": values.get("note"),
        "status": status_of(_last(stages, "stage"), _last(conditions, "condition")),
        "period": _planned(portfolio, milestones),
        "sector": [values["sector"]] if values.get("sector") else None,
        "type": TYPES.get(values.get("kind") or ""),
        "additionalClassifications": _classifications(portfolio, code, values),
        "relatedProjects": _related(portfolio, code, values),
        "locations": [{"id": "site", "description": values["site"]}] if values.get("site") else None,
        "budget": budget(capital, portfolio.own(code, "baseline"), zone),
        "parties": [party(portfolio, values["company"])] if values.get("company") else None,
        "milestones": milestone_objects(portfolio.publication, milestones, stages),
        "completion": _completion(portfolio, stages),
        "forecasts": [*milestone_metrics(milestones, zone), *baseline_metric(portfolio.own(code, "baseline"), zone)],
        "metrics": [
            *physical_metric(portfolio.own(code, "review"), zone),
            *capital_metrics(capital, zone, portfolio.publication.lang),
        ],
        "documents": _documents(portfolio, code, values),
    }
    return {key: value for key, value in everything.items() if value}


def _last(events: list[Values], key: str) -> str | None:
    return events[-1][key] if events else None


def _identifiers(code: str, values: Values) -> list[Object]:
    pairs = [(OWN_CODE, code), *map(split_id, values.get("ids") or ())]
    return [{"id": known, "scheme": scheme} for scheme, known in dict.fromkeys(pairs)]


# --- classifications -----------------------------------------------------------------------------------------------


def _classifications(portfolio: Portfolio, code: str, values: Values) -> list[Object]:
    lang = portfolio.publication.lang
    found: list[Object] = []
    for kind, scheme in (("stage", STAGE), ("condition", CONDITION)):
        for event in portfolio.own(code, kind):
            found.append(_classification(scheme, event[kind], cells(kind, event, _EVENT)))
    for key, scheme in CLASSIFIED.items():
        if values.get(key):
            words = KINDS["project"].field(key).words
            described = {"description": words[values[key]].name(lang)} if words else {}
            found.append({"scheme": scheme, "id": values[key]} | described)
    found += [{"scheme": TAG, "id": tag} for tag in values.get("tags") or ()]
    for text in values.get("fields") or ():
        name, value = split_id(text)
        field_type = portfolio.field_types.get(name, "text")
        found.append({"scheme": FIELD + field_type, "id": name, "description": value})
    for relation in portfolio.own(code, "relation"):
        cited = cells("relation", relation, CITED)
        if cited:
            found.append(_classification(RELATION, f"{relation['relation']} {relation['target']}", cited))
    rest = cells("project", values, _REMARKED)
    if rest:
        found.append(_classification(PROJECT, code, rest))
    return _distinct(found)


def _classification(scheme: str, code: str, lines: dict[str, str]) -> Object:
    return {"scheme": scheme, "id": code} | written(lines)


def _distinct(found: list[Object]) -> list[Object]:
    """The objects, with a remark where one says again what another says: the standard wants each only once."""
    seen: list[tuple[str, ...]] = []
    for one in found:
        key = tuple(one.values())
        if key in seen:
            again = f"again: {seen.count(key) + 1}"
            one["description"] = f"{one['description']}\n{again}" if "description" in one else again
        seen.append(key)
    return found


# --- relations, days, documents ------------------------------------------------------------------------------------


def _related(portfolio: Portfolio, code: str, values: Values) -> list[Object]:
    pairs = [(one["relation"], one["target"]) for one in portfolio.own(code, "relation")]
    if values.get("parent"):
        pairs.append((PARENT, values["parent"]))
    return [
        {
            "id": str(number),
            "scheme": OC4IDS,
            "identifier": portfolio.identifier(target),
            "relationship": relation,
        }
        | ({"title": portfolio.projects[target]["name"]} if target in portfolio.projects else {})
        for number, (relation, target) in enumerate(pairs, start=1)
    ]


def _planned(portfolio: Portfolio, milestones: list[Values]) -> Object:
    """From the planned start of construction to the planned completion, as first promised, where these are days."""
    zone = portfolio.publication.zone
    return exact("startDate", _promised(milestones, "under_construction"), zone) | exact(
        "endDate", _promised(milestones, "completed"), zone, end=True
    )


def _promised(milestones: list[Values], code: str) -> Period | None:
    days = (one["on"] for one in milestones if one["milestone"] == code and one["what"] == "baseline")
    return next((day for day in days if day is not None), None)


def _completion(portfolio: Portfolio, stages: list[Values]) -> Object:
    for event in standing(stages):
        if event["stage"] == "completed" and event["on"]:
            day = exact("endDate", event["on"], portfolio.publication.zone)
            return day or {"endDateDetails": event["on"].iso()}
    return {}


def _documents(portfolio: Portfolio, code: str, values: Values) -> list[Object]:
    """The sources that anything of the project names, each once."""
    told = [values, *(one for kind in _KINDS_OF_EVENTS for one in portfolio.own(code, kind))]
    sources = dict.fromkeys(one["source"] for one in told if one.get("source"))
    return [
        {"id": f"source-{number}", "title": source} | _url(source) for number, source in enumerate(sources, start=1)
    ]


def _url(source: str) -> Object:
    found = _URL.search(source)
    url = found[0].rstrip(".,;:)>\"'") if found else ""
    return {"url": url} if url and is_uri(url) else {}
