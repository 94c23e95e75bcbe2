"""Records that are one row each: rates, relations, reviews, indicators, requests, contacts and the like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache, partial
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, language
from tracker.importer.headings import GOALS
from tracker.importer.matching import (
    CITED,
    FieldDiff,
    Matcher,
    days_part,
    merged,
    part_of,
    parts_of,
    period_in,
)
from tracker.ledger import stages
from tracker.ledger.citation import long_text, period_columns, require_past
from tracker.ledger.indicators import (
    direction_of,
    indicator_name,
    indicator_of,
    quantity_columns,
    quantity_of,
    require_growth,
    require_measure,
    subject_of,
)
from tracker.ledger.projects import require_relation
from tracker.ledger.reference import LONGEST_MAP, NewRate, facts_of, require_month, require_over, require_reciprocal
from tracker.ledger.requests import require_next_after
from tracker.models.base import Versioned
from tracker.models.company import Certification
from tracker.models.condition import Review
from tracker.models.fields import FIELDS
from tracker.models.indicator import IndicatorValue
from tracker.models.label import Relation
from tracker.models.reference import CalendarDay, CustomField, ExchangeRate, ImportMap, MonthClose
from tracker.models.request import FollowUp, Request
from tracker.money import AUTO
from tracker.money.quantities import Quantity, format_quantity
from tracker.records.schema import KINDS, Record
from tracker.reports.report import Amounts, Cell
from tracker.text import clean, clean_code, fold, not_one_of, shorten
from tracker.vocabulary import FIELD_TYPES, RELATIONS


class Single:
    """Records of a kind that are one row each: found by the columns that tell them apart, else new."""

    model: type[Versioned]
    # The fields that may not be empty, and those whose columns are compared as they are.
    needed: tuple[str, ...] = ()
    fields: tuple[str, ...] = CITED
    # The field that is the most important of a new row.
    shown = ""
    # Where a record is not found by its columns alone, each row meets one record of a file.
    several = False

    def __init__(self, matcher: Matcher) -> None:
        """Begin with those there are."""
        self._matcher = matcher
        self._rows: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        self._taken: set[int] = set()
        for row in matcher.store.find(self.model):
            self._rows[self._key(row.facts())].append(row)

    @property
    def by(self) -> tuple[str, ...]:
        """The columns that tell the rows apart; case and width of texts do not."""
        return self.model.unique_by

    def _key(self, facts: dict[str, Any]) -> tuple[Any, ...]:
        values = (facts[name] for name in self.by)
        return tuple(fold(value) if isinstance(value, str) else value for value in values)

    def take(self, record: Record) -> None:
        """Enter one record."""
        matcher = self._matcher
        for matcher.at in self.needed:
            if not record.values.get(matcher.at):
                raise ValueRefused(_("{field} is missing").format(field=matcher.at))
        columns, what = self._columns(record)
        rows = self._rows[self._key(columns)]
        row = self._pick([one for one in rows if one.id not in self._taken], record)
        parts = [*parts_of(matcher, record, self.fields), *self._more(record, columns, row)]
        facts = columns | merged(parts)
        whole = (row.facts() if row else {}) | facts
        self._require(whole)
        entered = matcher.enter(
            record,
            row,
            lambda: self.model.model_validate(facts),
            parts,
            what,
            headline=self._headline(record, whole),
            removed=None if self.several else {name: columns[name] for name in self.by},
        )
        if entered is not None:
            rows[:] = [*(one for one in rows if one.id != entered.id), entered]
            if self.several:
                self._taken.add(entered.id)

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        """The columns that tell a row apart, and further ones of a new row; what the record is called."""
        raise NotImplementedError

    def _pick(self, rows: list[Any], record: Record) -> Any:
        """The row that a record means, of those with its columns."""
        return next(iter(rows), None)

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        """What is compared beyond the plain fields."""
        return ()

    def _require(self, facts: dict[str, Any]) -> None:
        """Raise Refused where the row as a whole cannot be."""

    def _headline(self, record: Record, facts: dict[str, Any]) -> Cell:
        """The most important of a new row."""
        value = facts.get(self.shown, record.values.get(self.shown))
        return shorten(value, 40) if isinstance(value, str) else value

    def _days(self, record: Record, on: Period, row: Any) -> Iterator[FieldDiff]:
        """When it happened, of a new row or one that moves; since when it counts, also where the file says so."""
        matcher = self._matcher
        matcher.at = "on"
        require_past(on, matcher.rules.today)
        moves = row is None or period_in(row) != on
        if moves:
            yield part_of(KINDS[record.kind].field("on"), on)
        if moves or "effective_from" in record.values:
            yield days_part(matcher, record, min(on.last, matcher.rules.today))


class Fields(Single):
    """Declared fields."""

    model, needed, fields = CustomField, ("name", "type"), ()

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        self._matcher.at = "name"
        name = clean(record.values["name"], _("field"))
        return {"name": name}, shorten(name)

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        [told] = parts_of(self._matcher, record, ("type",))
        return [FieldDiff("type", {"field_type": told.columns["type"]}, lambda row: FIELD_TYPES[row.field_type])]


class Certifications(Single):
    """Steps of companies on the innovation ladder."""

    model, needed = Certification, ("certification", "on")
    shown = "on"

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        company = self._matcher.company(record)
        [step] = parts_of(self._matcher, record, ("certification",))
        name = getattr(step.new, "name", None)
        what = f"{company.name} {name(language()) if name else step.new}"
        return {"company_id": company.id} | step.columns, what

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        return self._days(record, record.values["on"], row)


class Relations(Single):
    """How projects relate to each other."""

    model = Relation

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        matcher = self._matcher
        project, target = matcher.project(record), matcher.project(record, "target")
        [relation] = parts_of(matcher, record, ("relation",))
        code = relation.columns["relation"]
        if code not in RELATIONS:
            raise ValueRefused(_("give how the projects relate"))
        matcher.at = "target"
        require_relation(matcher.store, project, code, target)
        what = f"{project.code} {RELATIONS[code].name(language())} {target.code}"
        return {"project_id": project.id, "relation": code, "target_id": target.id}, what


class Reviews(Single):
    """Progress reports, of which a project may have several for one period: the n-th is compared with the n-th."""

    model, fields, by, several = Review, ("physical", "light", "text", *CITED), ("project_id",), True

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        project = self._matcher.project(record)
        return {"project_id": project.id}, f"{project.code} {record.values.get('on') or Period.day(self._matcher.day)}"

    def _pick(self, rows: list[Any], record: Record) -> Any:
        parts = list(parts_of(self._matcher, record, self.fields))
        on: Period | None = record.values.get("on")
        if on is None:
            # Which month an undated column speaks of is not known.
            last = max(rows, key=lambda row: (row.last_day, row.id), default=None)
            return last if last and not any(part.differs(last) for part in parts) else None
        rows = [row for row in rows if (row.first_day, row.last_day) == (on.first, on.last)]
        return next((row for row in rows if not any(part.differs(row) for part in parts)), next(iter(rows), None))

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        on = record.values.get("on") or (period_in(row) if row else None) or Period.day(self._matcher.day)
        return self._days(record, on, row)

    def _require(self, facts: dict[str, Any]) -> None:
        self._matcher.at = "physical"
        stages.require_review(*(facts.get(name) for name in ("physical", "text", "light")))

    def _headline(self, record: Record, facts: dict[str, Any]) -> Cell:
        return Period.of(facts["first_day"], facts["last_day"], facts["period_text"])


class Rates(Single):
    """Exchange rates: one a pair and day."""

    model, needed = ExchangeRate, ("base", "counter", "on", "rate")
    shown = "rate"

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        new = NewRate(*(record.values[name] for name in self.needed))
        facts = facts_of(new, self._matcher.rules.today)
        for opposite in self._rows.get(self._key(facts | {"base": new.counter, "counter": new.base}), ()):
            require_reciprocal(opposite, new)
        return facts, f"{new.pair} {new.on}"

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        rate = str(columns["rate"])
        rate = row.rate if row and Fraction(row.rate) == Fraction(rate) else rate
        return [FieldDiff("rate", {"rate": rate}, lambda row: row.rate)]


class Maps(Single):
    """Maps of files, by name."""

    model, needed, fields = ImportMap, ("name", "headings", "text"), ()

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        name = clean_code(record.values["name"], _("the name"))
        return {"name": name}, name

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        headings = "\n".join(record.values["headings"])
        text = clean(record.values["text"], _("the map"), longest=LONGEST_MAP, lines=True)
        yield FieldDiff("headings", {"headings": headings}, lambda row: shorten(row.headings))
        yield FieldDiff("text", {"text": text}, lambda row: shorten(row.text))


class CalendarDays(Single):
    """Holidays and make-up working days, one a date."""

    model, needed, fields = CalendarDay, ("day", "kind"), ("kind", "name")
    shown = "day"

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        return {"day": record.values["day"]}, str(record.values["day"])


class MonthCloses(Single):
    """Closes of months, by month."""

    model, needed, fields = MonthClose, ("on",), ("note",)

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        month: Period = record.values["on"]
        require_month(month)
        require_over(month, self._matcher.rules.today)
        return {"last_day": month.last}, str(month)


class Requests(Single):
    """What companies ask for, with the answer and the outcome where the file has them."""

    model, needed, by, several = Request, ("title",), ("project_id", "company_id", "title"), True
    shown = "raised"
    fields = tuple(one.key for one in FIELDS["request"] if one.key != "title" and not one.refers)

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        matcher = self._matcher
        matcher.at = "title"
        title = clean(record.values["title"], _("title"))
        matcher.at = "project"
        if bool(record.values.get("project")) == bool(record.values.get("company")):
            raise UsageError(_("a request is of a project or of a company, and not of both"))
        project = matcher.project(record) if record.values.get("project") else None
        company = None if project else matcher.company(record)
        keys = {"project_id": project and project.id, "company_id": company and company.id, "title": title}
        asker = project.code if project else company.name if company else ""
        return keys, f"{asker} {shorten(title, 40)}"

    def _pick(self, rows: list[Any], record: Record) -> Any:
        raised = record.values.get("raised")
        return next((row for row in reversed(rows) if raised in (None, row.raised)), None)

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        if row is None and record.values.get("raised") is None:
            yield part_of(KINDS["request"].field("raised"), self._matcher.rules.today)

    def _require(self, facts: dict[str, Any]) -> None:
        self._matcher.at = "raised"
        if facts["raised"] is None:
            raise ValueRefused(_("the day it was raised is missing"))
        before = facts["raised"]
        for self._matcher.at in ("raised", "answered", "closed", "due"):
            if (day := facts.get(self._matcher.at)) is None:
                continue
            if self._matcher.at == "due":
                before = facts["raised"]
            else:
                require_past(day, self._matcher.rules.today)
            require_next_after(before, day)
            before = day


class FollowUps(Single):
    """Contacts about projects; one is told from another by its day and what was said."""

    model, needed, by = FollowUp, ("text", "on"), ("project_id", "on_day", "text")
    shown = "text"
    fields = ("next_day", "person", "done", *CITED)

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        matcher = self._matcher
        project, day = matcher.project(record), record.values["on"]
        matcher.at = "text"
        text = long_text(record.values["text"], _("the text of the contact"))
        matcher.at = "on"
        require_past(day, matcher.rules.today)
        what = f"{project.code} {day} {shorten(text or '', 40)}"
        return {"project_id": project.id, "on_day": day, "text": text}, what

    def _require(self, facts: dict[str, Any]) -> None:
        for self._matcher.at in ("next_day", "done"):
            require_next_after(facts["on_day"], facts.get(self._matcher.at))
        if facts.get("done") and not facts.get("next_day"):
            raise Refused(_("without a next step nothing is done"))


class Indicators(Single):
    """Values and targets of indicators."""

    model, needed = IndicatorValue, ("on", "value")

    def __init__(self, matcher: Matcher) -> None:
        """Begin with those there are."""
        super().__init__(matcher)
        # A file repeats its words: each is looked up once, and what a known one is measured in.
        self._subject_of = cache(partial(subject_of, matcher.store))
        # A file that lists an indicator means it, however close it is to another one.
        self._indicator_of = cache(partial(indicator_of, matcher.store, own_name=True))
        self._measures: dict[tuple[Any, ...], str] = {}

    def _columns(self, record: Record) -> tuple[dict[str, Any], str]:
        matcher, values = self._matcher, record.values
        matcher.at = "subject"
        subject = self._subject_of(values.get("subject") or "")
        matcher.at = "indicator"
        name = self._indicator_of(values.get("indicator") or "")
        matcher.at = "what"
        if (what := values.get("what") or "actual") not in GOALS:
            raise ValueRefused(not_one_of(what, GOALS))
        matcher.at = "value"
        known = (*subject.columns().values(), name)
        if self._measures.get(known) != values["value"].measure:
            require_measure(matcher.store, subject, name, values["value"])
            self._measures[known] = values["value"].measure
        matcher.at = "on"
        if what == "actual":
            require_past(values["on"], matcher.rules.today)
        called = f"{subject.called} {indicator_name(name)} {what} {values['on']}"
        return subject.columns() | {"indicator": name, "what": what} | period_columns(values["on"]), called

    def _more(self, record: Record, columns: dict[str, Any], row: Any) -> Iterable[FieldDiff]:
        matcher, values = self._matcher, record.values
        value: Quantity = values["value"]
        yield FieldDiff("value", quantity_columns(value), lambda row: _shown(quantity_of(row)))
        if "growth" in values:
            matcher.at = "growth"
            require_growth(values["growth"])
            yield part_of(KINDS["indicator"].field("growth"), values["growth"])
        matcher.at = "direction"
        if (told := values.get("direction")) not in (None, "at_least", "at_most"):
            raise ValueRefused(_("“{word}” is neither at_least nor at_most").format(word=told))
        actual = columns["what"] == "actual"
        if not actual and (told or row is None):
            way = told or direction_of(value, at_most=False)
            yield FieldDiff("direction", {"direction": way}, lambda row: row.direction)
        if row is None or "effective_from" in values:
            on: Period = values["on"]
            yield days_part(matcher, record, min(on.last, matcher.rules.today) if actual else on.first)

    def _headline(self, record: Record, facts: dict[str, Any]) -> Cell:
        return _shown(record.values["value"])


def _shown(value: Quantity) -> Cell:
    if value.measure == "money":
        return Amounts((value.figure,))
    text = format_quantity(value, unit=AUTO, lang="en")
    return f"{text} {value.unit}" if value.unit else text


TAKERS: dict[str, type[Single]] = {
    "field": Fields,
    "certification": Certifications,
    "relation": Relations,
    "review": Reviews,
    "indicator": Indicators,
    "request": Requests,
    "follow_up": FollowUps,
    "rate": Rates,
    "calendar_day": CalendarDays,
    "map": Maps,
    "month_close": MonthCloses,
}
