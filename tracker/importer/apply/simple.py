"""Kinds that are one row each: declared fields, certifications, relations, progress reports, rates, requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, language
from tracker.importer.apply.desk import Desk, Part
from tracker.importer.apply.parts import days_part, part_of, parts_of, past_days, period_in
from tracker.ledger.rates import NewRate, facts_of, require_reciprocal
from tracker.models.certification import Certification
from tracker.models.label import CustomField
from tracker.models.progress import Review
from tracker.models.rate import ExchangeRate
from tracker.models.relation import Relation
from tracker.models.request import Request
from tracker.records.schema import KINDS, Record
from tracker.text import clean, fold, shorten
from tracker.vocabulary import RELATIONS

_CITED = ("note", "source", "quote")


def merged(parts: Iterable[Part]) -> dict[str, Any]:
    """The columns of parts together."""
    return {name: value for part in parts for name, value in part.columns.items()}


class Fields:
    """Declared fields."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self.rows = {fold(row.name): row for row in desk.store.find(CustomField)}

    def take(self, record: Record) -> None:
        """Declare one field."""
        desk = self._desk
        desk.at = "name"
        name = clean(record.values.get("name") or "", _("field"))
        found = self.rows.get(fold(name))
        told = next(parts_of(desk, record, ("type",)), None)
        if told is None or told.columns["type"] is None:
            desk.at = "type"
            raise ValueRefused(_("the type of the field is missing"))
        kind = Part("type", {"field_type": told.columns["type"]}, told.new, lambda row: row.field_type)
        row = desk.enter(
            record, found, lambda: CustomField.model_validate({"name": name, **kind.columns}), [kind], shorten(name)
        )
        if row is not None:
            self.rows[fold(name)] = row


class Certifications:
    """Steps of companies on the innovation ladder."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.company_id, row.certification): row for row in desk.store.find(Certification)}

    def take(self, record: Record) -> None:
        """Enter one certification."""
        desk = self._desk
        company = desk.company(record)
        [step] = parts_of(desk, record, ("certification",))
        desk.at = "on"
        on: Period | None = record.values.get("on")
        if on is None:
            raise ValueRefused(_("say when the company was recognised"))
        days = past_days(desk, record, on)
        keys = {"company_id": company.id, "certification": step.columns["certification"]}
        found = self._rows.get((company.id, step.columns["certification"]))
        parts = [*parts_of(desk, record, ("on", *_CITED)), *_day_parts(desk, record, on, found)]
        row = desk.enter(
            record,
            found,
            lambda: Certification.model_validate(keys | days | merged(parts)),
            parts,
            f"{company.name} {_said(step)}",
            headline=on,
        )
        if row is not None:
            self._rows[company.id, row.certification] = row


def _day_parts(desk: Desk, record: Record, on: Period, found: Certification | Review | None) -> list[Part]:
    """The day it counts from, where the file gives it or it moves with the period."""
    if "effective_from" not in record.values and (found is None or period_in(found) == on):
        return []
    return [days_part(desk, record, min(on.last, desk.rules.today))]


def _said(part: Part) -> str:
    name = getattr(part.new, "name", None)
    return str(name(language()) if name else part.new)


class Relations:
    """How projects relate to each other."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.project_id, row.relation, row.target_id): row for row in desk.store.find(Relation)}

    def take(self, record: Record) -> None:
        """Enter one relation."""
        desk = self._desk
        project, target = desk.project(record), desk.project(record, "target")
        if project.id == target.id:
            raise Refused(_("{code} cannot relate to itself").format(code=project.code))
        [relation] = parts_of(desk, record, ("relation",))
        code = relation.columns["relation"]
        if code not in RELATIONS:
            raise ValueRefused(_("say how the projects relate"))
        keys = {"project_id": project.id, "relation": code, "target_id": target.id}
        parts = list(parts_of(desk, record, _CITED))
        row = desk.enter(
            record,
            self._rows.get((project.id, code, target.id)),
            lambda: Relation.model_validate(keys | merged(parts)),
            parts,
            f"{project.code} {RELATIONS[code].name(language())} {target.code}",
            removed=keys,
        )
        if row is not None:
            self._rows[project.id, code, target.id] = row


class Reviews:
    """Progress reports, of which a project may have several for one period: the n-th is compared with the n-th."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows: dict[int, list[Review]] = defaultdict(list)
        self._taken: set[int] = set()
        for row in desk.store.find(Review):
            self._rows[row.project_id].append(row)

    def take(self, record: Record) -> None:
        """Enter one report; one without a day is the latest, or a new one of today."""
        desk = self._desk
        project = desk.project(record)
        parts = list(parts_of(desk, record, ("physical", "light", "text", *_CITED)))
        self._require_sound(desk, merged(parts))
        on: Period | None = record.values.get("on")
        found = self._match(project.id, on, parts)
        desk.at = "on"
        period = on or (period_in(found) if found else None) or Period.day(desk.day)
        days = past_days(desk, record, period)
        parts += _day_parts(desk, record, period, found)
        facts = {"project_id": project.id} | days | merged(parts)
        row = desk.enter(
            record, found, lambda: Review.model_validate(facts), parts, f"{project.code} {period}", headline=period
        )
        if row is not None:
            if found is None:
                self._rows[project.id].append(row)
            self._taken.add(row.id)

    @staticmethod
    def _require_sound(desk: Desk, columns: dict[str, Any]) -> None:
        if columns.get("physical") is not None and not 0 <= columns["physical"] <= 10_000:
            desk.at = "physical"
            raise ValueRefused(_("progress is 0% to 100%, not {percent:g}%").format(percent=columns["physical"] / 100))
        if all(columns.get(name) is None for name in ("physical", "light", "text")):
            raise Refused(_("a progress report says something: physical progress, a text or a light"))

    def _match(self, project: int, on: Period | None, parts: list[Part]) -> Review | None:
        rows = [row for row in self._rows[project] if row.id not in self._taken]
        if on is None:
            # Which month an undated column speaks of is not known: it is news only where it differs from the last.
            last = max(rows, key=lambda row: (row.last_day, row.id), default=None)
            return last if last and not any(part.differs(last) for part in parts) else None
        rows = [row for row in rows if (row.first_day, row.last_day) == (on.first, on.last)]
        same = [row for row in rows if not any(part.differs(row) for part in parts)]
        return next(iter(same or rows), None)


class Rates:
    """Exchange rates: one a pair and day."""

    def __init__(self, desk: Desk) -> None:
        """Begin with those there are."""
        self._desk = desk
        self._rows = {(row.base, row.counter, row.on_day): row for row in desk.store.find(ExchangeRate)}

    def take(self, record: Record) -> None:
        """Enter one rate."""
        desk, values = self._desk, record.values
        for key in ("base", "counter", "on", "rate"):
            desk.at = key
            if not values.get(key):
                raise ValueRefused(_("{field} is missing").format(field=key))
        new = NewRate(values["base"], values["counter"], values["on"], values["rate"])
        facts = facts_of(new, desk.rules.today)
        if (opposite := self._rows.get((new.counter, new.base, new.on))) is not None:
            require_reciprocal(opposite, new)
        field = KINDS["rate"].field("rate")
        rate = Part("rate", {"rate": facts["rate"]}, str(facts["rate"]), lambda row: row.rate)
        found = self._rows.get((new.base, new.counter, new.on))
        if found is not None and Fraction(found.rate) == Fraction(str(facts["rate"])):
            rate = part_of(field, found.rate)
        cited = list(parts_of(desk, record, _CITED))
        row = desk.enter(
            record,
            found,
            lambda: ExchangeRate.model_validate(facts | merged(cited)),
            [rate, *cited],
            f"{new.pair} {new.on}",
            headline=str(facts["rate"]),
        )
        if row is not None:
            self._rows[new.base, new.counter, new.on] = row


class Requests:
    """What companies ask for, with the answer and the outcome where the file has them."""

    _FIELDS = ("category", "owner", "raised", "due", "answered", "answer", "closed", "outcome", *_CITED)

    def __init__(self, desk: Desk) -> None:
        """Begin with none."""
        self._desk = desk
        self._taken: set[int] = set()

    @cached_property
    def _rows(self) -> dict[tuple[int | None, int | None, str], list[Request]]:
        rows: dict[tuple[int | None, int | None, str], list[Request]] = defaultdict(list)
        for row in self._desk.store.find(Request):
            rows[row.project_id, row.company_id, fold(row.title)].append(row)
        return rows

    def take(self, record: Record) -> None:
        """Enter one request; one without the day it was raised is the last of its title, or a new one of today."""
        desk = self._desk
        desk.at = "title"
        title = clean(record.values.get("title") or "", _("title"))
        project, company = record.values.get("project"), record.values.get("company")
        if bool(project) == bool(company):
            desk.at = "project"
            raise UsageError(_("a request is of a project or of a company, and not of both"))
        subject = desk.project(record) if project else desk.company(record)
        keys = {"project_id": subject.id if project else None, "company_id": None if project else subject.id}
        found = self._match((keys["project_id"], keys["company_id"], fold(title)), record)
        parts = list(parts_of(desk, record, self._FIELDS))
        if found is None and record.values.get("raised") is None:
            parts = [part for part in parts if part.field != "raised"]
            parts.append(part_of(KINDS["request"].field("raised"), desk.rules.today))
        self._require_sound((found.facts() if found else {}) | merged(parts))
        what = f"{getattr(subject, 'code', subject.name)} {shorten(title, 40)}"
        facts = keys | {"title": title} | merged(parts)
        row = desk.enter(
            record,
            found,
            lambda: Request.model_validate(facts),
            parts,
            what,
            headline=facts["raised"] if found is None else None,
        )
        if row is not None:
            if found is None:
                self._rows[row.project_id, row.company_id, fold(title)].append(row)
            self._taken.add(row.id)

    def _match(self, key: tuple[int | None, int | None, str], record: Record) -> Request | None:
        raised = record.values.get("raised")
        rows = [row for row in self._rows[key] if row.id not in self._taken]
        if raised is None:
            return rows[-1] if rows else None
        return next((row for row in rows if row.raised == raised), None)

    def _require_sound(self, facts: dict[str, Any]) -> None:
        days = [("raised", facts.get("raised")), ("answered", facts.get("answered")), ("closed", facts.get("closed"))]
        known = [(name, day) for name, day in days if day is not None]
        if facts.get("raised") is None:
            self._desk.at = "raised"
            raise ValueRefused(_("the day it was raised is missing"))
        for name, day in known:
            self._desk.at = name
            if day > self._desk.rules.today:
                raise Refused(
                    _("{day} lies in the future (today is {today})").format(day=day, today=self._desk.rules.today)
                )
        for (_name, before), (name, day) in pairwise(known):
            self._desk.at = name
            if day < before:
                raise Refused(_("{day} lies before {before}").format(day=day, before=before))
        self._desk.at = "due"
        if facts.get("due") is not None and facts["due"] < facts["raised"]:
            raise Refused(_("{day} lies before {before}").format(day=facts["due"], before=facts["raised"]))
