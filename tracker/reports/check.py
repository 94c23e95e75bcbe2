"""`tracker check`: what is inconsistent, missing or stale, each with the command that mends it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from tracker.analysis.findings import SEVERITIES, Entry, Finding, Subject, of_project
from tracker.analysis.missing import missing
from tracker.analysis.siblings import of_all
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.money import Money
from tracker.queries import capital
from tracker.queries.activity import last_entries
from tracker.queries.asked import Asked, Filters
from tracker.queries.capital import EntryRow
from tracker.reports.portfolio import ENDED, Standing, event_days, portfolio
from tracker.reports.report import Cell, Column, Report
from tracker.vocabulary import STAGES, Term


def check(reader: Reader, asked: Asked, filters: Filters, stale_days: int) -> Report:
    """Every finding about the projects that match, the gravest first, then by project; none for a sound ledger."""
    found = portfolio(reader, asked, filters).standings
    subjects = _subjects(reader, asked, found)
    findings = list(of_all(subjects))
    for subject in subjects:
        findings += [*of_project(subject, asked.as_of, stale_days), *missing(subject, asked.as_of)]
    place = {one.code: number for number, one in enumerate(subjects)}
    findings.sort(key=lambda one: (SEVERITIES.index(one.severity), place.get(one.code or "", 0)))
    return Report(
        "check",
        _("Check"),
        _columns(),
        tuple(_row(one) for one in findings),
        asked.as_of,
        asked.known_on,
        coverage=(_coverage(findings, len(found)),) if findings else (),
        notes=_notes(stale_days) if findings else (),
        empty=_("nothing is inconsistent, missing or stale in {count} projects").format(count=len(found)),
    )


def counted(report: Report, severity: str) -> int:
    """How many findings of `report` are as grave as `severity` or graver."""
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return sum(1 for row in report.rows if isinstance(row[0], Term) and row[0].code in grave)


def _columns() -> tuple[Column, ...]:
    return (
        Column("severity", _("Severity"), priority=1),
        Column("code", _("Code"), priority=1),
        Column("rule", _("Rule"), hidden=True),
        Column("finding", _("Finding"), priority=1),
        Column("mend", _("Mend it with"), priority=1),
    )


def _row(one: Finding) -> tuple[Cell, ...]:
    return (_severities()[one.severity], one.code, one.rule, one.sentence, one.command)


def _severities() -> dict[str, Term]:
    names = {"error": ("错误", "error"), "warning": ("警告", "warning"), "note": ("提示", "note")}
    return {code: Term(code, *names[code], order=place) for place, code in enumerate(SEVERITIES)}


def _coverage(findings: Sequence[Finding], projects: int) -> str:
    words = (
        f"{sum(1 for one in findings if one.severity == code)} {name.name(language())}"
        for code, name in _severities().items()
    )
    return _("projects checked: {projects}; findings: {counts}").format(projects=projects, counts=", ".join(words))


def _notes(stale_days: int) -> tuple[str, ...]:
    return (
        _("errors cannot be true, warnings are hardly right, notes say what is missing or worth a look"),
        _(
            "unit: 10³, 10⁴ or 10⁸ off the median of at least 4 siblings, within half an order of magnitude; dominant: "
            "more than half of a sum over 5 projects or more; duplicate: same company and site, 80% of the letters "
            "alike; stale: {days} days or more without an entry about the project itself: a fact, tag or relation, a "
            "stage or condition, a milestone, capital, a baseline, a progress report or a request"
        ).format(days=stale_days),
        _("a month, quarter or year is a range: dates that may be in order are in order"),
    )


# --- the projects as the rules see them ----------------------------------------------------------------------------


def _subjects(reader: Reader, asked: Asked, found: Iterable[Standing]) -> list[Subject]:
    entries: dict[int, list[EntryRow]] = defaultdict(list)
    for row in capital.entries(reader, asked):
        entries[row.project_id].append(row)
    last = last_entries(reader, asked)
    return [_subject(one, entries[one.row.project_id], last.get(one.row.project_id), asked) for one in found]


def _subject(one: Standing, entries: Sequence[EntryRow], last: date | None, asked: Asked) -> Subject:
    row = one.row
    return Subject(
        row.project_id,
        row.code,
        row.name,
        kind=row.kind,
        company=row.company,
        site=row.site,
        parent_id=row.parent_id,
        ended=one.condition in ENDED,
        resting=one.condition == "suspended",
        stages=tuple((event.code, days) for event in one.stages if (days := event_days(event))),
        milestones=one.milestones,
        entries=tuple(_entry(entry) for entry in entries if entry.minor is not None),
        known=frozenset(_known(one, entries, asked)),
        last_entry=last,
    )


def _entry(row: EntryRow) -> Entry:
    on = Period.of(row.first_day, row.last_day) if row.first_day and row.last_day else None
    return Entry(row.entry_id, row.kind, Money(row.minor or 0, row.currency), row.qualifier, on)


def _known(one: Standing, entries: Iterable[EntryRow], asked: Asked) -> Iterable[str]:
    """The facts that the next stage may ask for, as far as they are recorded: unknown and withheld are recorded too."""
    row = one.row
    for name in ("company", "chain", "site", "land", "owner"):
        if getattr(row, name) is not None:
            yield name
    for entry in entries:
        if entry.kind == "total":
            yield "total"
        if entry.kind == "plan" and entry.first_day and entry.first_day.year == asked.as_of.year:
            yield "plan"
    order = STAGES[one.stage.code].order if one.stage else 0
    ahead = {term.code for term in STAGES if term.order > order}
    if any(milestone.code in ahead and milestone.expected for milestone in one.milestones):
        yield "milestone"
