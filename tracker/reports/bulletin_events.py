"""What happened in the month of a bulletin, and what should have and did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tracker.analysis.completion import inside
from tracker.analysis.forecast import moves
from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import language
from tracker.queries.asked import Filters
from tracker.reports.bulletin_projects import Project, Projects
from tracker.reports.bulletin_values import Amount, Day, Spelling, day
from tracker.reports.month import Month
from tracker.reports.portfolio import ENDED, Standing, event_days, family
from tracker.reports.requests import Heard, heard
from tracker.reports.reviews import latest_reviews
from tracker.reports.tally import group_amounts
from tracker.reports.words import milestone_term, term
from tracker.vocabulary import CONDITIONS, LIGHTS

# What a bulletin holds a project to.
PROMISED = ("under_construction", "completed", "in_production")


@dataclass(frozen=True, slots=True)
class Event:
    """A project that came to something on a day; printed, it is the project's name."""

    project: Project
    on: Day

    def __str__(self) -> str:
        return self.project.name


@dataclass(frozen=True, slots=True)
class Events:
    """What surely happened in the month, in the order of days; `unclear` more is dated too vaguely to say.

    `total` is the total investment of these projects.
    """

    every: tuple[Event, ...]
    unclear: int
    total: Amount | None


@dataclass(frozen=True, slots=True)
class Halted:
    """A project that was suspended, terminated or lost, or closed, in the month, and why."""

    project: Project
    on: Day
    condition: str
    condition_name: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Missed:
    """A milestone whose `due` day went by in the month without being reached.

    `by` tells whether the baseline or the latest forecast said so; `forecast` is a later day now expected.
    """

    project: Project
    milestone: str
    name: str
    due: Day
    by: str
    forecast: Day | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A forecast of the month that is later than the word before, by `days`; `slip` is in days against the baseline."""

    project: Project
    milestone: str
    name: str
    before: Day
    after: Day
    days: int
    slip: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is open past its due day, by `days`."""

    number: int
    title: str
    code: str | None
    company: str | None
    owner: str | None
    due: Day
    days: int


@dataclass(frozen=True, slots=True)
class Requests:
    """How many requests are on record, were raised and closed in the month, and are open at its end.

    Those `overdue` come the longest first.
    """

    every: int
    raised: int
    closed: int
    open: int
    overdue: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What the month's last progress report says of a project, and how it judged it (green, yellow, red or None)."""

    project: Project
    text: str
    light: str | None
    light_name: str | None


def signed(facts: Month, projects: Projects) -> Events:
    """The projects first signed in the month."""
    return _events(facts, projects, lambda one: one.reached("signed"))


def started(facts: Month, projects: Projects) -> Events:
    """The projects on whose site work was first seen in the month."""
    return _events(facts, projects, lambda one: one.started)


def reached(facts: Month, projects: Projects, stage: str) -> Events:
    """The projects that first came to a stage in the month."""
    return _events(facts, projects, lambda one: one.reached(stage))


def _events(facts: Month, projects: Projects, when: Callable[[Standing], Period | None]) -> Events:
    days = [(one, on, inside(on, facts.period)) for one in facts.standings if (on := when(one))]
    found = sorted(((on.first, on.last, place), one, on) for place, (one, on, sure) in enumerate(days) if sure)
    totals = {item.line.project_id: item.line.total for item in facts.items}
    tree = family(one for _key, one, _on in found)
    return Events(
        tuple(Event(projects.of(one), day(on)) for _key, one, on in found),
        sum(1 for _one, _on, sure in days if sure is None),
        projects.spelling.amount(group_amounts(tree, totals)),
    )


def halted(facts: Month, projects: Projects) -> Iterator[Halted]:
    """The projects that came to stand still or ended in the month, and still do."""
    for one in facts.standings:
        if one.condition == "active":
            continue
        event = one.conditions[-1]
        on, condition = event_days(event), term(CONDITIONS, one.condition)
        if on and condition and inside(on, facts.period):
            name, reason = condition.name(language()), projects.spelling.label(event.reason)
            yield Halted(projects.of(one), day(on), condition.code, name, reason)


def missed(facts: Month, projects: Projects) -> Iterator[Missed]:
    """The starts, completions and commissionings of running projects that the month was to bring and did not."""
    for one in sorted(facts.standings, key=projects.place):
        for milestone in one.milestones if one.condition not in ENDED else ():
            if not milestone.is_open or milestone.code not in PROMISED:
                continue
            if promise := _promise(milestone, facts.period):
                by, due = promise
                expected = milestone.expected
                later = day(expected) if expected and expected.last > due.last else None
                yield Missed(projects.of(one), milestone.code, _name(milestone, projects), day(due), by, later)


def _promise(milestone: Milestone, month: Period) -> tuple[str, Period] | None:
    """The baseline, else the latest forecast, if it ends in the month."""
    forecast = milestone.forecasts[-1][1] if milestone.forecasts else None
    for by, on in (("baseline", milestone.baseline), ("forecast", forecast)):
        if on and month.contains(on.last):
            return by, on
    return None


def overdue(facts: Month) -> int:
    """How many milestones of running projects are past the day they are expected on at the end of the month."""
    return sum(
        1
        for one in facts.standings
        for milestone in one.milestones
        if one.condition not in ENDED and milestone.overdue(facts.asked.as_of)
    )


def moved(facts: Month, projects: Projects) -> Iterator[Moved]:
    """The forecasts made in the month that put a milestone off, the longest first."""
    found = [
        (days, one, milestone, before.on, move)
        for one in facts.standings
        for milestone in one.milestones
        for before, move in pairwise(moves(milestone))
        if move.what == "forecast" and move.made and facts.period.contains(move.made)
        if (days := move.moved or 0) > 0
    ]
    for days, one, milestone, before, move in sorted(found, key=lambda item: -item[0]):
        name = _name(milestone, projects)
        yield Moved(projects.of(one), milestone.code, name, day(before), day(move.on), days, move.slip)


def _name(milestone: Milestone, projects: Projects) -> str:
    return projects.spelling.words(milestone_term(milestone.code, milestone.title).name(language()))


def requests(reader: Reader, facts: Month, filters: Filters, said: Spelling) -> Requests:
    """The requests of the projects and companies that match, up to the end of the month."""
    every = heard(reader, facts.asked, filters)
    late = [(one.row.overdue(facts.asked.as_of), one) for one in every]
    longest = sorted((pair for pair in late if pair[0]), key=lambda pair: (-pair[0], pair[1].row.request_id))
    return Requests(
        len(every),
        sum(1 for one in every if facts.period.contains(one.row.raised)),
        sum(1 for one in every if one.row.closed and facts.period.contains(one.row.closed)),
        sum(1 for one in every if not one.row.closed),
        tuple(request for days, one in longest if (request := _request(one, days, said))),
    )


def _request(one: Heard, days: int, said: Spelling) -> Request | None:
    row = one.row
    if row.due is None:
        return None
    due, company = day(Period.day(row.due)), said.label(one.company)
    return Request(
        row.request_id, said.words(row.title), said.label(one.code), company, said.label(row.owner), due, days
    )


def problems(reader: Reader, facts: Month, projects: Projects) -> Iterator[Problem]:
    """What the progress reports of the month say last of each project, in the order of the month's table."""
    latest = latest_reviews(reader, facts.asked, facts.period)
    for one in sorted(facts.standings, key=projects.place):
        said = latest.get(one.row.project_id)
        if said and said.text:
            light = term(LIGHTS, said.light)
            name = light.name(language()) if light else None
            yield Problem(projects.of(one), projects.spelling.words(said.text), said.light, name)
