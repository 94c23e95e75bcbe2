"""Any project package of OC4IDS 0.9 as records: what it says and the ledger has room for, and what was left out.

https://standard.open-contracting.org/infrastructure/0.9.5/en/reference/schema/. Nothing in a package is trusted to be
of its type: what is wrong is a problem with its place as a JSON pointer, and reading never raises.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from typing import Any

from tracker.countries import parse_country
from tracker.dates import Period, Precision, parse_period
from tracker.errors import InputRejected, ValueRefused
from tracker.i18n import _
from tracker.ledger.citation import LONGEST_TEXT
from tracker.records.schema import KINDS, Problem, Record
from tracker.records.serialize import read, spread, write
from tracker.text import LONGEST_CODE, clean, clean_code, fold, shorten
from tracker.vocabulary import RELATIONS

# The first stage that a status certainly includes, and the condition it is.
_STAGES = {
    "identification": "lead",
    "preparation": "signed",
    "implementation": "under_construction",
    "completion": "completed",
    "maintenance": "in_production",
    "decommissioning": "in_production",
    "decommissioned": "in_production",
}
_CONDITIONS = {"cancelled": "terminated", "decommissioned": "closed"}
_KINDS = {"construction": "new", "expansion": "expansion"}
_MILESTONES = {
    "projectApproval": "filed",
    "commencement": "under_construction",
    "completion": "completed",
}
# Whose project it is: the first of these roles that a party has.
_OWNERS = ("publicAuthority", "procuringEntity", "buyer", "funder", "administrativeEntity")
# (relation, whether the other project is the one that relates to this one)
_RELATIONS = {
    "construction": ("phase_of", False),
    "expansion": ("phase_of", True),
    "rehabilitation": ("phase_of", True),
    "replacement": ("replaces", True),
}
_ONCE = ("company", "relation")

_VERSION = re.compile(r"0\.9(\.[0-9]+)?")
_PREFIX = re.compile("oc4ids-[A-Za-z0-9]+-")
_DAYS = re.compile(r"([0-9]{4}(?:-[0-9]{2}){0,2})(?:[Tt ][0-9:.]{5,}(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?")
_MEASURE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,30})?) ?%?")
_PERCENT = ("", "percent", "percentage", "per cent", "%", "p1")

# No amount anywhere has more digits, and a few letters of JSON can hold a million.
_MOST_DIGITS = 40


def parse_json(data: bytes) -> Any:
    """What a JSON file says, fractions as Decimal. Raises InputRejected where it is no JSON."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=Decimal)
    except UnicodeDecodeError:
        raise InputRejected(_("the file is not UTF-8 text: save it as UTF-8")) from None
    except json.JSONDecodeError as error:
        reason = {"reason": error.msg, "line": error.lineno, "column": error.colno}
        raise InputRejected(
            _("the file is not JSON: {reason} in line {line}, column {column}").format(**reason)
        ) from None
    except (ValueError, ArithmeticError):
        raise InputRejected(_("the file holds a number of thousands of digits")) from None
    except RecursionError:
        raise InputRejected(_("the file is nested too deeply to be a project package")) from None


@dataclass(slots=True)
class Package:
    """The records of a package in the order of KINDS (`row` is the number of the project) and what is wrong with it.

    `day` is that of its publication. `left_out` counts the projects of which something under a path was not read.
    """

    publisher: str = ""
    day: date | None = None
    projects: int = 0
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def is_package(data: object) -> bool:
    """Whether a JSON value means to be a project package, sound or not."""
    return isinstance(data, dict) and "projects" in data


def read_package(data: object) -> Package:
    """Read a package, as `parse_json` gave it. A record that a problem is found in is left out."""
    found = Package()
    head = _Place(data if isinstance(data, dict) else {}, "", found)
    version = head.text("version")
    if not is_package(data):
        head.refuse("", "projects", data, _("this is not a project package: it must be an object with projects"))
    elif version and not _VERSION.fullmatch(version):
        problem = _("version “{version}” cannot be read, only 0.9").format(version=shorten(version))
        head.refuse("/version", "version", version, problem, _("convert it to OC4IDS 0.9 first"))
    else:
        found.publisher = head.child("publisher").text("name")
        published = head.period("publishedDate")
        found.day = published.last if published else None
        _projects(head, found)
    order = list(KINDS)
    found.records.sort(key=lambda record: order.index(record.kind))
    found.problems = list(dict.fromkeys(found.problems))
    return found


def _projects(head: _Place, found: Package) -> None:
    codes: dict[str, str] = {}
    sound: list[_Place] = []
    for found.projects, place in enumerate(head.each("projects"), start=1):
        project = _Place(place.value, place.path, found, found.projects, set())
        identifier = project.text("id")
        if not identifier or identifier in codes:
            problem = _("another project of the package has the same id") if identifier else _("the project has no id")
            project.refuse(f"{project.path}/id", "code", identifier, problem)
            continue
        code = fitting_code(identifier)
        codes[identifier] = _hashed(code, identifier) if fold(code) in map(fold, codes.values()) else code
        sound.append(project)
    if not found.projects and not found.problems:
        head.refuse("/projects", "projects", "", _("the package has no projects"))
    for project in sound:
        _project(project, codes)
        found.left_out.update(_left_out(project))
    found.records = _each_once(found.records)


def _each_once(records: list[Record]) -> list[Record]:
    """The records; a company or relation once, with all that the projects it stands in say of it."""
    seen: dict[tuple[Any, ...], Record] = {}
    for number, record in enumerate(records):
        key = (record.kind, *(record.values.get(name) for name in KINDS[record.kind].key))
        first = seen.setdefault(key if record.kind in _ONCE else (number,), record)
        first.values |= {name: value for name, value in record.values.items() if name not in first.values}
    return list(seen.values())


def fitting_code(identifier: str) -> str:
    """The local part of an identifier as a code: other signs become hyphens, a long one ends in a hash of the whole."""
    local = _PREFIX.sub("", identifier, count=1) if _PREFIX.match(identifier) else identifier
    with suppress(ValueRefused):
        return clean_code(local, "")
    code = re.sub("-{2,}", "-", re.sub(r"[^\w.-]|_(?=\W)", "-", local)).strip("-_.")
    try:
        return clean_code(code, "")
    except ValueRefused:
        return _hashed(code if code.isascii() else "", identifier)


def _hashed(code: str, identifier: str) -> str:
    digest = sha256(identifier.encode(errors="surrogatepass")).hexdigest()[:8]
    head = code[: LONGEST_CODE - len(digest) - 1].rstrip("-_.") or "project"
    return f"{head}-{digest}"


# --- one project ---------------------------------------------------------------------------------------------------


def _project(project: _Place, codes: Mapping[str, str]) -> None:
    identifier, project_type, status = project.text("id"), project.text("type"), project.text("status")
    code = codes[identifier]
    site, *other_sites = [*filter(None, map(_site, project.each("locations")))] or [""]
    words = {
        "type": "" if project_type in _KINDS else project_type,
        "status": "" if status in _STAGES or status in _CONDITIONS else status,
        "purpose": project.text("purpose"),
        "locations": "; ".join(other_sites),
        "relatedProjects": "; ".join(_relations(project, code, codes)),
    }
    sectors = project.texts("sector")
    cells = {
        "code": code,
        "name": _first(project.text("title"), identifier),
        "kind": _KINDS.get(project_type, ""),
        "company": _companies(project),
        # transport says nothing beside transport.road
        "sector": ", ".join(s for s in sectors if not any(other.startswith(f"{s}.") for other in sectors)),
        "site": site,
        "note": _note(project.text("description"), words),
    }
    project.add("project", cells, ids=(f"oc4ids={identifier}", *_ids(project.each("identifiers"), identifier)))
    completed = project.child("completion").period("endDate")
    if stage := _STAGES.get(status):
        on = completed if stage == "completed" else None
        project.add("stage", {"project": code, "stage": stage, "on": _iso(on)})
    if condition := _CONDITIONS.get(status):
        project.add("condition", {"project": code, "condition": condition, "reason": f"status: {status}"})
    _milestones(project, code, completed)
    _budget(project.child("budget"), code)
    for metric in project.each("metrics"):
        if metric.value.get("id") == "physicalProgress":
            for observation in metric.each("observations"):
                observation.add("review", {"project": code} | _physical(observation))


def _note(text: str, words: Mapping[str, str]) -> str:
    lines = (f"{word}: {said}".replace("\n", "\n  ") for word, said in words.items() if said.strip())
    return "\n".join((*([text] if text.strip() else []), *lines))


def _ids(places: Iterator[_Place], *others: str) -> Iterator[str]:
    for one in places:
        known, scheme = one.text("id"), one.text("scheme")
        if known.strip() and known not in others:
            yield f"{scheme.replace('=', '-') or 'id'}={known}"


def _site(location: _Place) -> str:
    address = location.child("address")
    return _first(location.text("description"), address.text("locality"), address.text("region"))


def _relations(project: _Place, code: str, codes: Mapping[str, str]) -> Iterator[str]:
    """Add the relations to projects of the package; those to others, and of other kinds, in words."""
    for one in project.each("relatedProjects"):
        word, identifier, title = one.text("relationship"), one.text("identifier"), one.text("title")
        relation, reverse = _RELATIONS.get(word, (word, False))
        other = codes.get(identifier, "")
        if relation not in RELATIONS or not other:
            yield " ".join(filter(None, (word, identifier, title)))
        elif other != code:
            source, target = (other, code) if reverse else (code, other)
            one.add("relation", {"project": source, "relation": relation, "target": target})


def _companies(project: _Place) -> str:
    """Add every party with a name as a company; the name of the one whose project it is, "" where nobody is named."""
    roles: dict[str, list[str]] = {}
    for party in project.each("parties"):
        identifier = party.child("identifier")
        name, legal = party.text("name").strip(), identifier.text("legalName").strip()
        if name or legal:
            roles[name or legal] = roles.get(name or legal, []) + party.texts("roles")
            country, unknown = party.child("address").text("countryName"), ""
            try:
                country = parse_country(country) if country.strip() else ""
            except ValueRefused:
                country, unknown = "", country
            cells = {"name": name or legal, "country": country, "note": _note("", {"countryName": unknown})}
            ids = tuple(dict.fromkeys(_ids(iter((identifier, *party.each("additionalIdentifiers"))))))
            party.add("company", cells, ids=ids, aliases=(legal,) if name and legal not in ("", name) else ())
    authority = project.child("publicAuthority").text("name").strip()
    if authority and authority not in roles:
        project.child("publicAuthority").add("company", {"name": authority})
    owners = (name for role in _OWNERS for name, own in roles.items() if role in own)
    return authority or next(owners, next(iter(roles), ""))


def _milestones(project: _Place, code: str, completed: Period | None) -> None:
    """Baselines (`dueDate`) and actual days (`dateMet`); the end planned and reached, where no milestone is that."""
    taken: set[str] = set()
    for one in project.each("milestones"):
        word = one.text("code")
        name = _MILESTONES.get(word, "")
        if not name or name in taken:
            name = fitting_code(_first(one.text("id"), one.text("title"), "milestone"))
        unique = _hashed(name, one.path) if name in taken else name
        taken.add(unique)
        due, met, status = one.period("dueDate"), one.period("dateMet"), one.text("status")
        plain = status == "scheduled" or (status == "met" and met)
        words = {"code": "" if word in _MILESTONES else word, "status": "" if plain else status}
        note = _note(one.text("description"), words)
        named = {"project": code, "milestone": unique, "title": one.text("title"), "note": note}
        if due or not met:
            one.add("milestone", named | {"what": "baseline", "on": _iso(due)})
        if met:
            one.add("milestone", named | {"what": "actual", "on": _iso(met)})
    planned = None if "completed" in taken else project.child("period").period("endDate")
    for what, day in (("baseline", planned), ("actual", None if "completed" in taken else completed)):
        if day:
            project.add("milestone", {"project": code, "milestone": "completed", "what": what, "on": _iso(day)})


def _budget(budget: _Place, code: str) -> None:
    """The total investment; a breakdown by calendar year, one entry each, is the plans."""
    _amount(budget, {"project": code, "kind": "total"})
    for group in budget.each("budgetBreakdowns"):
        entries = list(group.each("budgetBreakdown"))
        years = [_span(one.child("period")) for one in entries]
        # A group by year is the plan of each year; one by source or stage is none, and its years repeat.
        if all(year and year.precision is Precision.YEAR for year in years) and len(set(years)) == len(years):
            for one, year in zip(entries, years, strict=True):
                _amount(one, {"project": code, "kind": "plan", "on": _iso(year)})
            return


def _span(period: _Place) -> Period | None:
    """The days of a period; where only one end is given, that day."""
    ends = [day for day in (period.period("startDate"), period.period("endDate")) if day]
    return Period(ends[0].first, ends[-1].last) if ends and ends[0].first <= ends[-1].last else None


def _amount(place: _Place, cells: dict[str, str]) -> None:
    value = place.child("amount")
    amount, currency = value.number("amount"), value.text("currency")
    if amount:
        said = {"basis": "period", "amount": amount, "currency": currency, "note": place.text("description")}
        value.add("capital", cells | said)


def _physical(observation: _Place) -> dict[str, str]:
    """The days and the percentage, to two decimals (then the note has all digits); any other measure as text."""
    on = _iso(_span(observation.child("period")))
    is_text = isinstance(observation.value.get("measure"), str)
    measure = observation.text("measure") if is_text else observation.number("measure")
    unit, notes = observation.child("unit"), observation.text("notes")
    name = _first(unit.text("id"), unit.text("name")).strip()
    number = _MEASURE.fullmatch(measure.strip())
    if number is None or name.casefold() not in _PERCENT:
        return {"on": on, "text": f"{measure} {name}".strip(), "note": notes}
    rounded = Decimal(number[1]).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    digits = "" if rounded == Decimal(number[1]) else measure
    return {"on": on, "physical": str(rounded), "note": _note(notes, {"measure": digits})}


def _days(text: str) -> Period | None:
    """The day a date or date-time names, as it is written there, or the month or year; None for any other text."""
    found = _DAYS.fullmatch(text)
    with suppress(ValueRefused):
        return parse_period(found[1], today=date.min) if found else None
    return None


def _iso(period: Period | None) -> str:
    return period.iso() if period else ""


def _first(*texts: str) -> str:
    """The first text that is not blank."""
    return next((text for text in texts if text.strip()), "")


# --- what stands in a package --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """An object of the package and its path as a JSON pointer.

    What is not of the type asked for is noted as a problem and is otherwise as if it were not there. `read` holds the
    paths that were used so far; it is shared by all places of a project, and None outside of one.
    """

    value: Mapping[str, Any]
    path: str
    found: Package
    row: int = 0
    read: set[str] | None = None

    def text(self, key: str) -> str:
        """A text, "" where there is none; a whole number counts as one, for many identifiers are written so."""
        return str(self._typed(key, (str, int), _("a text"), ""))

    def texts(self, key: str) -> list[str]:
        """The texts of a list."""
        found = self._typed(key, (list,), _("a list of texts"), [])
        for one in found:
            if not isinstance(one, str):
                self.refuse(f"{self.path}/{key}", key, one, _("this is not a text"))
        return [one for one in found if isinstance(one, str)]

    def number(self, key: str) -> str:
        """A number in plain digits without zeros at the end, "" where there is none."""
        number = self._typed(key, (int, Decimal), _("a number"), None)
        if number is None:
            return ""
        number = Decimal(number)
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            self.refuse(f"{self.path}/{key}", key, str(number), _("this number is too long or no number at all"))
            return ""
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def period(self, key: str) -> Period | None:
        """The day of a date-time, or the month or year that is given in its stead."""
        text = self.text(key)
        found = _days(text)
        if text and found is None:
            problem = _("“{text}” is not a date-time: write it like 2023-04-05T00:00:00Z").format(text=shorten(text))
            self.refuse(f"{self.path}/{key}", key, text, problem)
        return found

    def child(self, key: str) -> _Place:
        """The object under `key`, an empty one where there is none."""
        return self._inner(self._typed(key, (dict,), _("an object"), {}), f"{self.path}/{key}")

    def each(self, key: str) -> Iterator[_Place]:
        """The objects of a list."""
        for number, one in enumerate(self._typed(key, (list,), _("a list"), [])):
            path = f"{self.path}/{key}/{number}"
            if isinstance(one, dict):
                yield self._inner(one, path)
            else:
                self.refuse(path, key, one, _("this is not an object"))

    def _typed(self, key: str, types: tuple[type, ...], wanted: str, default: Any) -> Any:
        if self.read is not None:
            self.read.add(f"{self.path}/{key}")
        value = self.value.get(key)
        if isinstance(value, types) and not isinstance(value, bool):
            return value
        if value is not None:
            problem = _("{key} is {value} and must be {wanted}").format(key=key, value=_short(value), wanted=wanted)
            self.refuse(f"{self.path}/{key}", key, value, problem)
        return default

    def _inner(self, value: Mapping[str, Any], path: str) -> _Place:
        return _Place(value, path, self.found, self.row, self.read)

    def add(self, kind: str, cells: Mapping[str, str], **names: tuple[str, ...]) -> None:
        """Add the record that the cells of its columns make, or what is wrong with them; `names` are fields of names.

        A field that is empty is not said.
        """
        values: dict[str, Any] = {}
        sound = True
        for one in KINDS[kind].fields:
            texts = tuple(cells.get(name, "") for name in spread(one))
            texts = write(one, names[one.key] or None) if one.key in names else texts
            try:
                value = read(one, tuple(map(_cleaned, texts)))
            except ValueRefused as reason:
                self.refuse(self.path, one.key, " ".join(texts), str(reason))
                sound = False
                continue
            if value is None and one.required and (kind, one.key) != ("condition", "on"):
                self.refuse(self.path, one.key, "", _("{what} is missing").format(what=one.key))
                sound = False
            if value is not None:
                values[one.key] = value
        if sound:
            self.found.records.append(Record(kind, values, self.row, dict.fromkeys(values, self.path)))

    def refuse(self, path: str, column: str, value: object, problem: str, hint: str = "") -> None:
        """Note what is wrong at `path`."""
        self.found.problems.append(Problem(self.row, path, column, _short(value), problem, hint))


def _left_out(project: _Place) -> set[str]:
    """The fields of a project of which something was not read, as paths of at most two keys."""
    found = set()
    for key, value in project.value.items():
        unread = set(_unread(value, f"{project.path}/{key}", key, project.read or set()))
        in_part = any(path.startswith(f"{project.path}/{key}/") for path in project.read or ())
        found |= {"/".join(path.split("/")[:2]) if in_part else key for path in unread}
    return found


def _unread(value: Any, path: str, name: str, read: set[str]) -> Iterator[str]:
    """The names (keys without numbers, a metric by its id) of all that says something and was not used."""
    if isinstance(value, dict):
        for key, inner in value.items():
            # The ids of objects inside a project say nothing but which one it is.
            if key not in ("id", "scheme"):
                yield from _unread(inner, f"{path}/{key}", f"{name}/{key}", read)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value):
            is_metric = name in ("metrics", "forecasts") and isinstance(inner, dict)
            named = f"{name}/{inner.get('id')}" if is_metric else name
            yield from _unread(inner, f"{path}/{number}", named, read)
    elif value not in (None, "", []) and path not in read:
        yield name


def _cleaned(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return clean(plain, _("the text"), longest=LONGEST_TEXT, lines=True) if plain.strip() else ""


def _short(value: object) -> str:
    return shorten(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
