"""What OC4IDS 0.9.5 allows, as far as our packages use it: field names, types, required fields and closed codes.

Facts of the standard written down by hand, so that a machine without its schema checks them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tracker.oc4ids.publication import is_uri

# A field is `name:type`, with ! where it is required; [type] is a list, a capital letter another object.
_OBJECTS = """
    Package uri:uri! version:version! publishedDate:date-time! publisher:Publisher! license:uri projects:[Project]!
    Publisher name:text!
    Project id:text! identifiers:[SimpleIdentifier] title:text description:text status:projectStatus period:Period
        sector:[text] type:projectType additionalClassifications:[Classification] relatedProjects:[RelatedProject]
        locations:[Location] budget:Budget parties:[Organization] milestones:[Milestone] completion:Completion
        forecasts:[Metric] metrics:[Metric] documents:[Document]
    SimpleIdentifier id:text! scheme:text
    Period startDate:date-time endDate:date-time
    Classification scheme:text id:text description:text
    RelatedProject id:text! scheme:text identifier:text relationship:text title:text
    Location id:text! description:text
    Budget description:text amount:Value approvalDate:date-time budgetBreakdowns:[BudgetBreakdowns]
    BudgetBreakdowns id:text! budgetBreakdown:[BudgetBreakdown]
    BudgetBreakdown id:text! description:text amount:Value period:Period
    Value amount:number currency:currency
    Organization id:text name:text identifier:Identifier additionalIdentifiers:[Identifier] address:Address roles:[text]
        classifications:[Classification]
    Identifier scheme:text id:text
    Address countryName:text
    Milestone id:text! title:text type:text code:text description:text dueDate:date-time dateMet:date-time
        dateModified:date-time status:milestoneStatus
    Completion endDate:date-time endDateDetails:text
    Metric id:text! title:text observations:[Observation]
    Observation id:text! period:Period value:Value measure:measure unit:Unit notes:text
    Unit name:text scheme:text id:text
    Document id:text! title:text url:uri
"""
CODES = {
    "projectStatus": "identification preparation implementation completion maintenance decommissioning "
    "decommissioned cancelled",
    "projectType": "construction rehabilitation replacement expansion decommissioning",
    "milestoneStatus": "scheduled met notMet partiallyMet",
}
# Of the closed list of currencies, those that are not in it although the ledger keeps them.
CURRENCIES_MISSING = frozenset({"SLE", "VED", "XCG", "ZWG"})
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")
# Whose ids are of a scheme, and not of the list they stand in.
_NAMED_ELSEWHERE = ("Classification", "Identifier", "SimpleIdentifier")
_TEXTS: dict[str, Callable[[str], object]] = {
    "text": lambda text: text != "",
    "uri": is_uri,
    "date-time": _DATE_TIME.fullmatch,
    "version": re.compile(r"[0-9]+\.[0-9]+").fullmatch,
    "currency": lambda text: re.fullmatch("[A-Z]{3}", text) and text not in CURRENCIES_MISSING,
}


def _parsed() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in re.sub(r"\n {8}", " ", _OBJECTS).strip().splitlines():
        name, *fields = line.split()
        found[name] = {field: kind for field, _colon, kind in (one.partition(":") for one in fields)}
    return found


OBJECTS = _parsed()


def mistakes(package: Any) -> list[str]:
    """Everything in a package that the facts do not allow, empty values among it, each with its place."""
    return list(_object(package, "Package", ""))


def _object(value: Any, name: str, path: str) -> Iterator[str]:
    fields = OBJECTS[name]
    if not isinstance(value, dict) or not value:
        yield f"{path} is no {name}"
        return
    for key in value.keys() - fields.keys():
        yield f"{path}/{key} is an additional field"
    for key, kind in fields.items():
        if key in value:
            yield from _value(value[key], kind.rstrip("!"), f"{path}/{key}")
        elif kind.endswith("!"):
            yield f"{path}/{key} is missing"


def _value(value: Any, kind: str, path: str) -> Iterator[str]:
    if kind.startswith("["):
        yield from _list(value, kind.strip("[]"), path)
    elif kind[0].isupper():
        yield from _object(value, kind, path)
    elif not _fits(value, kind):
        yield f"{path} is no {kind}: {value!r}"


def _fits(value: Any, kind: str) -> bool:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if kind in ("number", "measure") and is_number:
        return True
    if not isinstance(value, str) or kind == "number":
        return False
    if kind in CODES:
        return value in CODES[kind].split()
    return bool(_TEXTS["text" if kind == "measure" else kind](value))


def _list(value: Any, kind: str, path: str) -> Iterator[str]:
    if not isinstance(value, list) or not value:
        yield f"{path} is no list with something in it"
        return
    for place, one in enumerate(value):
        yield from _value(one, kind, f"{path}/{place}")
        if one in value[:place]:
            yield f"{path}/{place} stands there twice"
    if kind[0].isupper() and kind not in _NAMED_ELSEWHERE:
        ids = [one["id"] for one in value if isinstance(one, dict) and "id" in one]
        if len(set(ids)) < len(ids):
            yield f"{path} has an id twice"
