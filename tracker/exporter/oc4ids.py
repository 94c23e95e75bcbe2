"""The projects of the ledger as a package of the Open Contracting for Infrastructure Data Standard 0.9.5, to publish.

It says what the standard has a field for and nothing else: nothing is rounded, summed or worked out, a day known only
to the month is no date-time, and an amount that is unknown or withheld is no number. The whole ledger is
`export all`. https://standard.open-contracting.org/infrastructure/0.9.5/en/reference/schema/
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from tracker.countries import country_name
from tracker.database import Reader
from tracker.dates import Period, Precision, moment_text
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.money import Figure, plain
from tracker.queries.as_of import AsOf
from tracker.records import snapshot
from tracker.records.schema import KINDS
from tracker.records.serialize import decimal_of
from tracker.text import clean, shorten
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, MILESTONES, OC4IDS_STATUS, STAGES

# Prefixes are given out by the standard's help desk; this one only marks that none was.
DEFAULT_PREFIX = "oc4ids-local"
# The kinds of records a package has room for.
_PUBLISHED = ("company", "project", "relation", "stage", "condition", "milestone", "capital", "review")

_PREFIX = re.compile("oc4ids-[a-z0-9]{1,20}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2}|#(?!.*#))+")
_URL = re.compile(r"https?://[!-~]+")

# The codelist has no word for the other kinds of project.
_TYPES = {"new": "construction", "expansion": "expansion"}
# Commissioning is testing before operation, which no stage of ours is.
_MILESTONE_CODES = {"filed": "projectApproval", "under_construction": "commencement", "completed": "completion"}
# Newer than the codelist of 0.9.5, which is closed: amounts in these stand in a description.
_UNLISTED_CURRENCIES = frozenset({"SLE", "VED", "XCG", "ZWG"})
_ENDED = ("terminated", "lost")

Values = dict[str, Any]
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """What the head of a package says, and the language of the titles that are not of the ledger itself.

    Days are written as of `zone`. The identifier of a project is the `prefix`, a hyphen and its code. Without `uri` the
    package is named by a UUID of its content and moment. Raises UsageError for an invalid prefix, URI or licence.
    """

    moment: datetime
    zone: tzinfo
    publisher: str
    prefix: str = DEFAULT_PREFIX
    uri: str | None = None
    license: str | None = None
    lang: str = "en"

    def __post_init__(self) -> None:
        clean(self.publisher, _("publisher"))
        if not _PREFIX.fullmatch(self.prefix):
            raise UsageError(
                _("“{prefix}” is not an OC4IDS prefix: write the one you were given, like oc4ids-qu8r7p").format(
                    prefix=shorten(self.prefix)
                )
            )
        for uri in (self.uri, self.license):
            if uri is not None and not is_uri(uri):
                raise UsageError(
                    _("“{uri}” is not a URI: write it whole, like https://example.org/package.json").format(
                        uri=shorten(uri)
                    )
                )


def is_uri(text: str) -> bool:
    """Whether the text is an absolute URI in plain ASCII, as RFC 3986 writes it."""
    try:
        parts = urlsplit(text)
        _port = parts.port
    except ValueError:
        return False
    return bool(_URI.fullmatch(text)) and bool(parts.netloc or parts.scheme not in ("http", "https"))


def package(reader: Reader, as_of: AsOf, projects: Collection[int], publication: Publication) -> Object:
    """The package of the projects with these ids, its amounts exact: ints and Decimals, never floats.

    Raises Refused without any project.
    """
    portfolio = _Portfolio(publication)
    for kind in _PUBLISHED:
        for record in snapshot.records(reader, as_of, kind, projects):
            portfolio.add(kind, record.values)
    objects = [portfolio.project(code) for code in portfolio.projects]
    if not objects:
        raise Refused(_("there is no project to write: a project package needs at least one"))
    moment = moment_text(publication.moment)
    digest = sha256(write_package({"publishedDate": moment, "projects": objects})).hexdigest()
    return {
        "uri": publication.uri or uuid5(NAMESPACE_URL, digest).urn,
        "version": "0.9",
        "publishedDate": moment,
        "publisher": {"name": publication.publisher},
        **({"license": publication.license} if publication.license else {}),
        "projects": objects,
    }


def write_package(package: Object) -> bytes:
    """The package as indented UTF-8 text, its Decimals digit by digit."""
    # The library writes no Decimal: each goes through it as a text behind a private character, which no text of the
    # ledger holds, and loses its quotation marks.
    text = json.dumps(package, ensure_ascii=False, indent=2, default=lambda number: f"\ue000{number:f}")
    return (re.sub('"\ue000([^"]*)"', r"\1", text) + "\n").encode()


class _Portfolio:
    """The records by what they are of, and the objects of the standard made of them."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.projects: dict[str, Values] = {}
        self._companies: dict[str, Values] = {}
        self._own: dict[tuple[str, str], list[Values]] = defaultdict(list)
        self._published: dict[str, str] = {}

    def add(self, kind: str, values: Values) -> None:
        if kind == "project":
            self.projects[values["code"]] = values
            self._published |= _published_elsewhere(values, self._published.values())
        elif kind == "company":
            self._companies[values["name"]] = values
        elif values.get("project"):
            self._own[values["project"], kind].append(values)

    def project(self, code: str) -> Object:
        """The project of this code; what is unknown or empty has no key."""
        values = self.projects[code]
        stages, milestones = self._own[code, "stage"], self._own[code, "milestone"]
        reached = _reached(stages)
        condition = self._own[code, "condition"][-1]["condition"] if self._own[code, "condition"] else None
        return _filled(
            id=self._identifier(code),
            identifiers=_identifiers(values.get("ids")),
            title=values["name"],
            description=values.get("note"),
            status=status_of(stages[-1]["stage"] if stages else None, condition),
            period=self._period(milestones),
            sector=[values["sector"]] if values.get("sector") else None,
            type=_TYPES.get(values.get("kind") or ""),
            additionalClassifications=self._classifications(values, stages, condition),
            relatedProjects=self._related(code, values),
            locations=[{"id": "site", "description": values["site"]}] if values.get("site") else None,
            budget=self._budget(self._own[code, "capital"]),
            parties=[self._party(values["company"])] if values.get("company") else None,
            milestones=self._milestones(milestones, reached),
            completion=self._completion(reached),
            metrics=[*self._physical(self._own[code, "review"]), *self._progress(self._own[code, "capital"])],
            documents=self._documents(code, values),
        )

    # --- names ---

    def _identifier(self, code: str) -> str:
        return self._published.get(code) or f"{self.publication.prefix}-{code}"

    def _classifications(self, values: Values, stages: list[Values], condition: str | None) -> list[Object]:
        """What the standard has a coarser word for or none: the stage, condition, kind and industry chain."""
        words = {
            "stage": (STAGES, stages[-1]["stage"] if stages else None),
            "condition": (CONDITIONS, condition),
            "kind": (KINDS["project"].field("kind").words, values.get("kind")),
            "chain": (None, values.get("chain")),
        }
        return [
            _filled(
                scheme=f"tracker-{name}",
                id=code,
                description=known[code].name(self.publication.lang) if known and code in known.codes else None,
            )
            for name, (known, code) in words.items()
            if code
        ]

    def _related(self, code: str, values: Values) -> list[Object]:
        pairs = [(one["relation"], one["target"]) for one in self._own[code, "relation"]]
        pairs += [("parent", values["parent"])] if values.get("parent") else []
        return [
            _filled(
                id=str(number),
                scheme="oc4ids",
                identifier=self._identifier(target),
                relationship=relation,
                title=self.projects.get(target, {}).get("name"),
            )
            for number, (relation, target) in enumerate(pairs, start=1)
        ]

    def _party(self, name: str) -> Object:
        """The company that pays for the project."""
        values = self._companies.get(name, {})
        identifiers = _identifiers(values.get("ids"))
        country = values.get("country")
        return _filled(
            id=name,
            name=name,
            identifier=identifiers[0] if identifiers else None,
            additionalIdentifiers=identifiers[1:],
            address={"countryName": country_name(country, self.publication.lang)} if country else None,
            roles=["funder"],
        )

    def _documents(self, code: str, values: Values) -> list[Object]:
        """The sources that anything published of the project names, each once."""
        cited = [values, *(one for kind in _PUBLISHED for one in self._own[code, kind])]
        sources = dict.fromkeys(one["source"] for one in cited if one.get("source"))
        return [_filled(id=f"source-{n}", title=text, url=_url(text)) for n, text in enumerate(sources, start=1)]

    # --- days ---

    def _moment(self, day: date, clock: time = time.min) -> str:
        moment = datetime.combine(day, clock, self.publication.zone)
        # A zone's local mean time has seconds, which the format has no room for.
        whole = (moment.utcoffset() or timedelta()) % timedelta(minutes=1) == timedelta()
        return (moment if whole else moment.replace(tzinfo=UTC)).isoformat()

    def _end(self, day: date) -> str:
        return self._moment(day, time(23, 59, 59))

    def _exact(self, on: Period | None, *, end: bool = False) -> str | None:
        """The date-time of one known day; None for a month, a year, a latest day."""
        if on is None or on.precision is not Precision.DAY:
            return None
        return self._end(on.first) if end else self._moment(on.first)

    def _span(self, on: Period) -> Object:
        """All the days of a figure or report: exactly these of a month."""
        return {"startDate": self._moment(on.first), "endDate": self._end(on.last)}

    def _period(self, milestones: list[Values]) -> Object:
        """From the planned start of construction to the planned completion, as first promised."""
        first: dict[str, Period] = {}
        for one in milestones:
            if one["what"] == "baseline" and one["on"]:
                first.setdefault(one["milestone"], one["on"])
        return _filled(
            startDate=self._exact(first.get("under_construction")),
            endDate=self._exact(first.get("completed"), end=True),
        )

    def _completion(self, reached: dict[str, Period | None]) -> Object:
        on = reached.get("completed")
        if on is None:
            return {}
        day = self._exact(on)
        return {"endDate": day} if day else {"endDateDetails": on.iso()}

    def _milestones(self, milestones: list[Values], reached: dict[str, Period | None]) -> list[Object]:
        """Each milestone once, then the stages reached of which the project has no milestone."""
        by_code: dict[str, list[Values]] = defaultdict(list)
        for one in milestones:
            by_code[one["milestone"]].append(one)
        found = [self._milestone(code, own) for code, own in by_code.items()]
        bare = {"what": "actual", "title": None, "made": None}
        return found + [
            self._milestone(stage, [bare | {"on": on}])
            for stage, on in reached.items()
            if stage in MILESTONES and stage not in by_code
        ]

    def _milestone(self, code: str, own: list[Values]) -> Object:
        """The day promised last, else the one expected now; the day it was met. A vague day stands in words."""
        newest = {one["what"]: one for one in sorted(own, key=lambda one: one["made"] or date.min) if one["on"]}
        due = (newest.get("baseline") or newest.get("forecast") or {}).get("on")
        met = any(one["what"] == "actual" for one in own)
        met_on = newest["actual"]["on"] if "actual" in newest else None
        forecast = newest["forecast"]["on"] if "forecast" in newest and not met else None
        words = {
            "due": None if self._exact(due) else due,
            "met": None if self._exact(met_on) else met_on,
            "forecast": None if forecast == due else forecast,
        }
        today = self.publication.moment.astimezone(self.publication.zone).date()
        over = bool(due and due.last < today) and not met
        return _filled(
            id=code,
            title=own[0]["title"] or (STAGES[code].name(self.publication.lang) if code in STAGES.codes else code),
            code=_MILESTONE_CODES.get(code),
            description="\n".join(f"{word}: {on.iso()}" for word, on in words.items() if on),
            dueDate=self._exact(due, end=True),
            dateMet=self._exact(met_on),
            dateModified=self._moment(today) if over else None,
            status="met" if met else "notMet" if over else "scheduled",
        )

    # --- money and progress ---

    def _budget(self, capital: list[Values]) -> Object:
        """The total investment that holds now, and the plan of each year as its breakdown."""
        newest: dict[str, Values] = {}
        for one in sorted(capital, key=lambda one: one["effective_from"] or date.min):
            if one["kind"] in ("total", "plan"):
                newest["total" if one["kind"] == "total" else one["on"].iso()] = one
        total = newest.pop("total", None)
        years = [
            _filled(id=name, **_valued("amount", one["figure"]), period=self._span(one["on"]))
            for name, one in sorted(newest.items())
        ]
        return _filled(
            **(_valued("amount", total["figure"]) if total else {}),
            budgetBreakdowns=[{"id": "plan", "budgetBreakdown": years}] if years else None,
        )

    def _progress(self, capital: list[Values]) -> Iterator[Object]:
        """The figures of each other kind as they were reported; running figures are metrics of their own.

        Work done in money terms is what the standard calls financial progress.
        """
        metrics: dict[tuple[str, str], list[Object]] = defaultdict(list)
        for one in capital:
            if one["kind"] not in ("total", "plan") and one["on"]:
                span, basis = self._span(one["on"]), one["basis"]
                period = {"endDate": span["endDate"]} if basis == "cumulative" else span
                value = _valued("value", one["figure"], "notes")
                own = metrics[one["kind"], basis]
                own.append(_filled(id=str(len(own) + 1), period=period, **value))
        for (kind, basis), observations in metrics.items():
            name = "financialProgress" if kind == "completed" else kind
            yield {
                "id": name if basis == "period" else f"{name}-{basis}",
                "title": CAPITAL_KINDS[kind].name(self.publication.lang),
                "observations": observations,
            }

    def _physical(self, reviews: list[Values]) -> Iterator[Object]:
        percent = {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}
        observations = [
            _filled(
                id=str(number),
                period=self._span(one["on"]),
                measure=_number(decimal_of(one["physical"], 2)),
                unit=percent,
                notes=one["text"],
            )
            for number, one in enumerate(reviews, start=1)
            if one["physical"] is not None
        ]
        if observations:
            yield {"id": "physicalProgress", "observations": observations}


def status_of(stage: str | None, condition: str | None) -> str | None:
    """The projectStatus of a project at `stage` in `condition`; None where no stage is known.

    What was terminated or lost is cancelled; what was closed is cancelled too unless it was completed before.
    """
    completed = stage is not None and STAGES[stage].order >= STAGES["completed"].order
    if condition in _ENDED or (condition == "closed" and not completed):
        return "cancelled"
    return OC4IDS_STATUS.get(stage or "")


def _reached(stages: list[Values]) -> dict[str, Period | None]:
    """The stages that the project has reached and not gone back from, with their days."""
    found: dict[str, Period | None] = {}
    for event in stages:
        order = STAGES[event["stage"]].order
        found = {stage: on for stage, on in found.items() if STAGES[stage].order < order}
        found[event["stage"]] = event["on"]
    return found


def _published_elsewhere(values: Values, taken: Collection[str]) -> dict[str, str]:
    """The identifier that a project was published under before, where it has one that no other project has."""
    for text in values.get("ids") or ():
        scheme, _equals, known = text.partition("=")
        if scheme.casefold() == "oc4ids" and known.startswith("oc4ids-") and known not in taken:
            return {values["code"]: known}
    return {}


def _identifiers(ids: Iterable[str] | None) -> list[Object]:
    pairs = dict.fromkeys(text.partition("=") for text in ids or ())
    return [{"scheme": scheme, "id": known} for scheme, _equals, known in pairs]


def _valued(key: str, figure: Figure, words: str = "description") -> Object:
    """The Value of a figure under `key`; what a Value cannot say, its qualifier above all, under `words`.

    An unknown or withheld figure is never a number.
    """
    lines = [] if figure.qualifier == "exact" else [f"qualifier: {figure.qualifier}"]
    lines += [] if figure.availability == "reported" else [f"availability: {figure.availability}"]
    value = None
    if figure.money is not None:
        if figure.money.currency in _UNLISTED_CURRENCIES:
            lines.append(f"{key}: {plain(figure.money)} {figure.money.currency}")
        else:
            value = {"amount": _number(plain(figure.money)), "currency": figure.money.currency}
    return _filled(**{words: "\n".join(lines), key: value})


def _number(text: str) -> int | Decimal:
    """A plain decimal as the shortest exact number: 2500000000 for "2500000000.00"."""
    number = Decimal(text)
    whole = int(number)
    return whole if whole == number else Decimal(text.rstrip("0"))


def _url(source: str) -> str | None:
    found = _URL.search(source)
    url = found[0].rstrip(".,;:)>\"'") if found else ""
    return url if is_uri(url) else None


def _filled(**values: Any) -> Object:
    """An object of the standard without its empty fields; 0 is not empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
