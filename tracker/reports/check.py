"""`tracker check`: what is inconsistent, missing or stale, each with the command that fixes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.analysis.findings import (
    CREDIT_SCHEMES,
    OPEN,
    PLATFORM_SCHEMES,
    SEVERITIES,
    Entry,
    Finding,
    Member,
    Named,
    Sibling,
    Subject,
    Sums,
    duplicates,
    families,
    is_well_formed,
    lacking,
    member,
    missing,
    of_project,
    total_of,
    total_slips,
    unit_slips,
)
from tracker.analysis.findings import counted as missing_counted
from tracker.analysis.milestones import Milestone
from tracker.analysis.values import Entry as Reported
from tracker.analysis.values import Value
from tracker.database import Reader, batches
from tracker.dates import ALWAYS, Period
from tracker.i18n import _, language, ngettext
from tracker.queries import capital, database_info
from tracker.queries import check as queries
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.check import CheckedProject, last_entries
from tracker.queries.projects import MOST_LISTED, first_facts
from tracker.reports.portfolio import matching_ids
from tracker.reports.report import Column, Report
from tracker.settings import CHECK_RULES, THRESHOLDS, Thresholds
from tracker.text import plain_command
from tracker.vocabulary import CAPITAL_KINDS, RELATIONS, STAGES, Term, noun_of

# So many totals stand for all where only some projects are checked.
_SAMPLE = 999
# Projects whose facts are held together.
_TOGETHER = 250
_KINDS = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "plan")


def check(
    reader: Reader,
    as_of: AsOf,
    filters: Filters | None = None,
    limits: Thresholds = THRESHOLDS,
    *,
    projects: Collection[int] | None = None,
    rules: Collection[str] = (),
    list_missing: bool = False,
    explain: bool = False,
) -> Report:
    """Every finding about the projects that match, the gravest first, then by project; none for a sound ledger.

    Only about `projects`, where they are given, and by `rules`, where they are. What is missing is a line a fact with
    the number of projects, unless it is to be listed. With `explain` the notes say what each rule found is about.
    """
    found = _Found()
    wanted = projects
    if filters is not None and any(filters):
        matching = matching_ids(reader, as_of, filters)
        wanted = matching if projects is None else matching & set(projects)
    for one in _findings(reader, as_of, limits, wanted, found, list_missing=list_missing):
        if not rules or one.rule in rules:
            found.findings.append(one)
    findings = found.findings
    findings.sort(key=lambda one: (SEVERITIES.index(one.severity), found.places.get(one.code or "", -1)))
    return Report(
        "check",
        _("Check"),
        (
            Column("severity", _("Severity"), priority=1),
            Column("code", _("Code"), priority=1),
            Column("rule", _("Rule"), hidden=True),
            Column("finding", _("Finding"), priority=1),
            Column("fix", _("Fix"), priority=1),
        ),
        tuple((_severities()[one.severity], one.code, one.rule, one.sentence, one.command) for one in findings),
        as_of.day,
        as_of.known_on,
        coverage=(_coverage(findings, found.projects),) if findings else (),
        notes=tuple(definitions(limits, {one.rule for one in findings})) if findings and explain else (),
        empty=ngettext(
            "nothing is inconsistent, missing or stale in {count} project",
            "nothing is inconsistent, missing or stale in {count} projects",
            found.projects,
        ).format(count=f"{found.projects:,}"),
    )


def counted(report: Report, severity: str) -> int:
    """How many findings of `report` are as grave as `severity` or graver."""
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return sum(1 for row in report.rows if isinstance(row[0], Term) and row[0].code in grave)


def _severities() -> dict[str, Term]:
    names = {"error": ("错误", "error"), "warning": ("警告", "warning"), "note": ("提示", "note")}
    return {code: Term(code, *names[code], order=place) for place, code in enumerate(SEVERITIES)}


def _coverage(findings: Sequence[Finding], projects: int) -> str:
    counts = Counter(one.severity for one in findings)
    words = (
        ngettext("{count} error (a contradiction)", "{count} errors (contradictions)", counts["error"]),
        ngettext("{count} warning (unlikely)", "{count} warnings (unlikely)", counts["warning"]),
        ngettext("{count} note", "{count} notes", counts["note"]),
    )
    listed = _(", ").join(
        text.format(count=f"{counts[severity]:,}") for text, severity in zip(words, SEVERITIES, strict=True)
    )
    sentence = ngettext(
        "{projects} project checked: {counts}; the rules: --explain",
        "{projects} projects checked: {counts}; the rules: --explain",
        projects,
    )
    return sentence.format(projects=f"{projects:,}", counts=listed)


# --- the rules -------------------------------------------------------------------------------------------------------


def definitions(limits: Thresholds, rules: Collection[str] = CHECK_RULES) -> Iterator[str]:
    """What each of some rules finds, with the thresholds in force."""
    sentences = {
        "future": _("something has happened on days that have not come"),
        "order": _("a milestone lies after one that follows it; ranges of days that may be in order are in order"),
        "negative": _("a figure to date is below zero (of the year alone: a warning)"),
        "mutual": _("two projects relate to each other in the same way"),
        "reference": _("a record refers to one that was removed"),
        "above_total": _(
            "completed, registered, paid or in place is more than {total_percent}% of the total investment"
        ),
        "plans": _("a plan, or all plans together, are more than {total_percent}% of the total investment"),
        "above_contracted": _("utilised foreign capital is more than {contracted_percent}% of the contracted"),
        "part": _("a part, or all parts together, have more than {parent_percent}% of their parent's figure"),
        "both": _("the same days are recorded on a parent and on its part"),
        "overlap": _("two periods overlap in part; the one recorded later is left out"),
        "restated": _("entries differ by more than {restated_percent}% from what the others make of the same days"),
        "fall": _("a running figure falls by more than {fall_percent}%"),
        "before_signing": _("work done or paid more than {before_signing_days} days before the project was signed"),
        "after_end": _("work done or paid more than {after_end_days} days after the project was given up"),
        "physical": _(
            "physical progress is more than {physical_points} points ahead of completed as a share of the total"
        ),
        "physical_fall": _("physical progress falls by more than {physical_fall_points} points"),
        "unit": _(
            "10³, 10⁴, 10⁶ or 10⁸ times the median of at least {unit_siblings} others, or a part of it, within half "
            "an order of magnitude; among fewer, the same digits"
        ),
        "currency": _("another currency than the other figures of the kind, or than the total"),
        "duplicate": _("the same name, the same company and total, or {alike_percent}% of the letters of the name"),
        "identifier": _(
            "a social credit code or platform code is not written as such, or its check character is wrong"
        ),
        "stage": _("a stage and its milestone contradict each other"),
        "forecast": _("a forecast was past by more than {forecast_days} days when it was made"),
        "silent": _("signed, not in production, and no dated fact for {silent_months} months"),
        "year_end": _("an entry across the year's end counts in no calendar year"),
        "dominant": _("more than {dominant_percent}% of a sum over at least {dominant_projects} projects"),
        "stale": _("nothing recorded about a running project for {stale_days} days"),
        "missing": _("what the next stage needs is not recorded"),
    }
    values = {name: getattr(limits, name) for name in limits._fields}
    for rule in CHECK_RULES:
        if rule in rules:
            yield f"{rule}: {sentences[rule].format(**values)}"


# --- the findings ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """The findings, and the projects checked: how many, and in which order."""

    findings: list[Finding] = field(default_factory=list)
    projects: int = 0
    places: dict[str, int] = field(default_factory=dict)


def _findings(
    reader: Reader,
    as_of: AsOf,
    limits: Thresholds,
    wanted: Collection[int] | None,
    found: _Found,
    *,
    list_missing: bool,
) -> Iterator[Finding]:
    """The findings in any order: project by project, then those that come of comparing projects."""
    beside = _Beside(reader, as_of, wanted)
    first_lacking: dict[str, Subject] = {}
    by_fact: dict[str, list[str]] = defaultdict(list)
    last = last_entries(reader, as_of) if wanted is None or len(wanted) > MOST_LISTED else {}
    facts = _Facts(reader, as_of, last)
    for ids in batches(sorted(queries.project_ids(reader, as_of) if wanted is None else wanted), _TOGETHER):
        for one in facts.subjects(ids):
            found.places[one.code] = found.projects
            found.projects += 1
            yield from of_project(one, as_of.day, limits)
            yield from unit_slips(one, limits)
            beside.add(one)
            lacks = lacking(one)
            for fact in lacks:
                by_fact[fact].append(one.code)
                first_lacking.setdefault(fact, one)
            if list_missing:
                yield from missing(one, lacks, as_of.day)
    if not list_missing:
        yield from _missing(by_fact, first_lacking, as_of.day)
    yield from beside.findings(facts, limits)
    for pair in queries.mutual(reader, as_of):
        if wanted is None or pair.project_id in wanted:
            yield _mutual(pair)
    for number in queries.register_ids(reader, as_of, CREDIT_SCHEMES + PLATFORM_SCHEMES):
        here = wanted is None or number.project_id is None or number.project_id in wanted
        if here and not is_well_formed(number.scheme, number.number):
            yield _malformed(number)
    if wanted is None and as_of.known >= FOREVER:
        yield from _references(reader)


def _missing(
    by_fact: Mapping[str, Sequence[str]], first_lacking: Mapping[str, Subject], as_of: date
) -> Iterator[Finding]:
    """A line for each fact that several projects lack; what one project alone lacks is listed with its command."""
    alone: dict[int, list[str]] = defaultdict(list)
    for fact, codes in by_fact.items():
        if len(codes) == 1:
            alone[first_lacking[fact].project_id].append(fact)
    for facts in alone.values():
        yield from missing(first_lacking[facts[0]], facts, as_of)
    yield from missing_counted({fact: codes for fact, codes in by_fact.items() if len(codes) > 1})


def _mutual(pair: queries.Mutual) -> Finding:
    relation = RELATIONS[pair.relation].name(language())
    sentence = _("{code} {relation} {other}, and {other} {relation} {code}").format(
        code=pair.code, relation=relation, other=pair.target
    )
    return Finding(
        "error", "mutual", pair.code, sentence, plain_command("project unlink", pair.code, pair.relation, pair.target)
    )


def _malformed(number: queries.RegisterId) -> Finding:
    sentence = _("{number} is not written as a {scheme} is, or its check character is wrong").format(
        number=number.number, scheme=number.scheme
    )
    if number.project is None:
        # The numbers of companies come from files.
        return Finding(
            "warning",
            "identifier",
            None,
            f"{number.company}{_(': ')}{sentence}",
            plain_command("company show", number.company or ""),
        )
    fix = plain_command("project edit", number.project, "--id", f"{number.scheme}={OPEN}")
    return Finding("warning", "identifier", number.project, sentence, fix)


def _references(reader: Reader) -> Iterator[Finding]:
    """References to removed records: undoing the change that removed the record brings it back."""
    for one in database_info.unresolved_references(reader):
        sentence = _("{record} {id} refers to {target} {number}, which was removed")
        text = sentence.format(record=noun_of(one.table), id=one.id, target=noun_of(one.target), number=one.target_id)
        if isinstance(one.target_id, str):
            fix = plain_command("project field", one.target_id, "--type", OPEN)
        else:
            change = queries.ended_by(reader, one.target, one.target_id)
            fix = plain_command("database check") if change is None else plain_command("undo", change)
        yield Finding("error", "reference", None, text, fix)


class _Beside:
    """What is kept of every project to compare it with others, and the others where only some are checked."""

    def __init__(self, reader: Reader, as_of: AsOf, wanted: Collection[int] | None) -> None:
        self._reader, self._as_of, self._wanted = reader, as_of, wanted
        # Of a few projects the relatives are looked for later.
        is_few = wanted is not None and len(wanted) <= MOST_LISTED
        self._families = set(wanted or ()) if is_few else queries.families(reader, as_of)
        self._sums = Sums()
        self._members: dict[int, Member] = {}
        self._named: list[Named] = []
        self._totals: list[Sibling] = []

    def add(self, one: Subject) -> None:
        """Keep what is compared of a project."""
        self._sums.add(one)
        if one.project_id in self._families:
            self._members[one.project_id] = member(one)
        self._named.append(_named(one))
        if total := total_of(one):
            self._totals.append(total)

    def findings(self, facts: _Facts, limits: Thresholds) -> Iterator[Finding]:
        """What comes of comparing."""
        of = None if self._wanted is None else set(self._wanted)
        codes = None if of is None else {one.code for one in self._named}
        if of is not None:
            self._add_others(facts)
        yield from total_slips(self._totals, limits, codes)
        yield from families(self._members, limits, of)
        linked = queries.linked(self._reader, self._as_of)
        yield from duplicates(self._named, linked, limits, of)
        if of is None:
            yield from self._sums.dominant(limits)

    def _add_others(self, facts: _Facts) -> None:
        """The families of the projects, those with the same company or name, and some totals."""
        own = {one.project_id for one in self._named}
        near, alike = set[int](), set[int]()
        for ids in batches(sorted(own), _TOGETHER):
            near |= queries.relatives(self._reader, self._as_of, ids) - own
            alike |= queries.alike(self._reader, self._as_of, queries.projects(self._reader, self._as_of, ids)) - own
        for ids in batches(sorted(near | alike), _TOGETHER):
            for one in facts.subjects(ids):
                if one.project_id in near:
                    self._members[one.project_id] = member(one)
                self._named.append(_named(one))
        self._named.sort(key=lambda one: one.project_id)
        if self._totals:
            for row in queries.some_totals(self._reader, self._as_of, _SAMPLE):
                if row.project_id not in own:
                    entry = Entry(
                        "total",
                        row.currency,
                        Reported(row.entry_id, "period", ALWAYS, ALWAYS, row.minor, "exact", "reported", 0, ALWAYS),
                    )
                    self._totals.append(Sibling(row.minor, entry, row.code))


def _named(one: Subject) -> Named:
    total = one.total.money if one.total else None
    return Named(one.project_id, one.code, one.name, one.company, one.parent_id, total, one.ended)


# --- the projects as the rules see them ------------------------------------------------------------------------------


class _Facts:
    """Reads the facts of some projects at a time."""

    def __init__(self, reader: Reader, as_of: AsOf, recorded: dict[int, date]) -> None:
        self._reader, self._as_of, self._recorded = reader, as_of, recorded
        self._begun: dict[int, date] | None = None

    def subjects(self, ids: Sequence[int]) -> list[Subject]:
        """The projects with these ids that exist on the day asked about."""
        reader, as_of = self._reader, self._as_of
        stages = _events(queries.stages(reader, as_of, ids))
        conditions = _events(queries.conditions(reader, as_of, ids))
        reviews: dict[int, list[tuple[Period, int | None]]] = defaultdict(list)
        for review in queries.reviews(reader, as_of, ids):
            reviews[review.project_id].append((Period.of(review.first_day, review.last_day), review.physical))
        milestones = self._milestones(ids)
        entries = capital.series_entries(reader, as_of, (), ids, every_day=True)
        figures: dict[int, dict[tuple[str, str], Value]] = defaultdict(dict)
        for figure in capital.cumulative(reader, as_of, _KINDS, ids):
            figures[figure.project_id][figure.kind, figure.currency] = figure.value
        found = []
        for row in queries.projects(reader, as_of, ids):
            number = row.project_id
            if not self._exists(row):
                continue
            own = tuple(
                Entry(kind, currency, row)
                for kind, currency, row in entries.get(number, ())
                if row.effective_from <= as_of.day or (kind == "plan" and row.effective_from == row.first)
            )
            reached, planned = tuple(stages.get(number, ())), tuple(milestones.get(number, ()))
            found.append(
                Subject(
                    number,
                    row.code,
                    row.name,
                    kind=row.kind,
                    company=row.company,
                    parent_id=row.parent_id,
                    stages=reached,
                    conditions=tuple(conditions.get(number, ())),
                    milestones=planned,
                    reviews=tuple(reviews.get(number, ())),
                    entries=own,
                    cumulative=figures.get(number, {}),
                    known=frozenset(_known(row, reached, planned, own, as_of.day)),
                    recorded=self._recorded.get(number),
                )
            )
        return found

    def _exists(self, row: CheckedProject) -> bool:
        """Whether the project was recorded by the day asked about, or has a fact of that day or an earlier one."""
        if row.recorded_on <= self._as_of.day:
            return True
        if self._begun is None:
            self._begun = first_facts(self._reader, self._as_of)
        return self._begun.get(row.project_id, date.max) <= self._as_of.day

    def _milestones(self, ids: Sequence[int]) -> dict[int, list[Milestone]]:
        by_milestone: dict[int, list[queries.CheckedDay]] = defaultdict(list)
        for day in queries.milestone_days(self._reader, self._as_of, ids):
            by_milestone[day.milestone_id].append(day)
        found: dict[int, list[Milestone]] = defaultdict(list)
        for row in queries.milestones(self._reader, self._as_of, ids):
            own = by_milestone.get(row.milestone_id, ())
            found[row.project_id].append(
                Milestone(
                    row.code,
                    row.title,
                    _last(own, "baseline"),
                    tuple((day.effective_from, _period(day)) for day in own if day.what == "forecast"),
                    _last(own, "actual"),
                )
            )
        return found


def _events(rows: Iterable[queries.CheckedEvent]) -> dict[int, list[tuple[str, Period | None]]]:
    found: dict[int, list[tuple[str, Period | None]]] = defaultdict(list)
    for row in rows:
        on = Period.of(row.first_day, row.last_day) if row.first_day and row.last_day else None
        found[row.project_id].append((row.code, on))
    return found


def _period(day: queries.CheckedDay) -> Period:
    return Period.of(day.first_day, day.last_day)


def _last(days: Iterable[queries.CheckedDay], what: str) -> Period | None:
    found = [_period(day) for day in days if day.what == what]
    return found[-1] if found else None


def _known(
    row: CheckedProject,
    stages: Sequence[tuple[str, Period | None]],
    milestones: Iterable[Milestone],
    entries: Iterable[Entry],
    as_of: date,
) -> Iterator[str]:
    """The facts that the next stage may ask for, as far as they are recorded: unknown and withheld are recorded too."""
    for name in ("company", "chain", "site", "land", "owner"):
        if getattr(row, name) is not None:
            yield name
    for entry in entries:
        if entry.kind == "total" or (entry.kind == "plan" and entry.reported.first.year == as_of.year):
            yield entry.kind
    stage = STAGES.get(stages[-1][0]) if stages else None
    ahead = {term.code for term in STAGES if term.order > (stage.order if stage else 0)}
    if any(milestone.code in ahead and milestone.expected for milestone in milestones):
        yield "milestone"
