"""`tracker changes`: what was recorded between two moments, in sentences, and the totals before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.i18n import _, language
from tracker.money import AUTO, format_figure
from tracker.queries import capital, history
from tracker.queries import changes as questions
from tracker.queries.asked import Asked, Filters
from tracker.queries.changes import Difference
from tracker.reports.change_capital import tell_baselines, tell_capital
from tracker.reports.change_subjects import tell_companies, tell_indicators, tell_rates
from tracker.reports.change_words import Told, tell, tell_turns
from tracker.reports.milestone_words import tell_milestone
from tracker.reports.portfolio import Portfolio, Standing, matches, portfolio, project_milestones
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.tally import group_amounts, tallied
from tracker.reports.words import heading, name_of
from tracker.text import fold
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, STAGES, Term

# In the order of the sentences about one project; what is told together has no place of its own.
_ALONE = ("project", "label", "relation", "review", "request")


@dataclass(frozen=True, slots=True)
class Window:
    """Everything recorded from the moment `since` on, or after the change of that number, and before `until`."""

    since: datetime | int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Sides:
    """The ledger before and after: the questions, and the projects that match in either."""

    before: Asked
    after: Asked
    was: Portfolio
    now: Portfolio

    def projects(self) -> dict[int, Standing]:
        """By id, as they are now, else as they were."""
        return {one.row.project_id: one for side in (self.was, self.now) for one in side.standings}


def changes(reader: Reader, asked: Asked, filters: Filters, window: Window) -> Report:
    """What is otherwise at the end of `window` than at its beginning; what was undone inside it is no change.

    Without rows where nothing happened. Facts count up to the day asked about, as known at either end.
    """
    since = window.since
    first = since if isinstance(since, int) else questions.last_change(reader, since)
    last = asked.known if window.until is None else min(asked.known, questions.last_change(reader, window.until))
    before, after = replace(asked, known=min(first, last)), replace(asked, known=last)
    sides = _sides(reader, before, after, filters)
    rows = tuple(_rows(reader, sides, filters))
    return Report(
        "changes",
        _("Changes"),
        _columns(),
        rows,
        asked.as_of,
        asked.known_on,
        notes=_notes() if rows else (),
        grouped=True,
        empty=_("nothing was recorded"),
    )


def _sides(reader: Reader, before: Asked, after: Asked, filters: Filters) -> _Sides:
    """A project that matches before or after is meant on both sides, or its moving in would change the totals."""
    was, now = portfolio(reader, before), portfolio(reader, after)
    meant = {one.row.project_id for side in (was, now) for one in side.standings if matches(one, filters)}
    chosen = (
        replace(side, standings=tuple(one for one in side.standings if one.row.project_id in meant))
        for side in (was, now)
    )
    return _Sides(before, after, *chosen)


def _columns() -> tuple[Column, ...]:
    return (
        Column("code", _("Code"), priority=1),
        Column("sentence", _("What happened"), priority=1),
        Column("what", _("What"), hidden=True),
        Column("was", _("Was"), Kind.ANY, hidden=True),
        Column("now", _("Now"), Kind.ANY, hidden=True),
        Column("change", _("Change"), Kind.COUNT, priority=3),
        Column("when", _("Recorded"), Kind.MOMENT, priority=2),
    )


def _notes() -> tuple[str, ...]:
    return (
        _("facts up to the day named above, as known before and after; what was undone in between is left out"),
        _("days of a milestone are counted between last days: 0 where two ranges overlap"),
    )


def _rows(reader: Reader, sides: _Sides, filters: Filters) -> Iterator[tuple[Cell, ...]]:
    first, last = sides.before.known, sides.after.known
    found = questions.differences(reader, sides.after, first, last)
    moments = questions.recorded(reader, first, last)
    names = history.names(reader)
    teller = _Teller(reader, sides, names, found)
    projects = sides.projects()
    told: list[tuple[Cell, Told]] = [
        (_named(projects[project]), one) for project in sorted(projects) for one in teller.about(project)
    ]
    told += _others(found, names, projects.values(), filters)
    for under, one in told:
        yield (under, one.sentence, one.what, one.was, one.now, one.change, moments.get(one.change))
    yield from _totals(reader, sides)


def _named(one: Standing) -> Term:
    text = f"{one.row.code} · {name_of(one.row.name, one.row.name_en)}"
    return Term(one.row.code, text, text)


def _others(
    found: Sequence[Difference], names: Mapping[tuple[str, int], str], projects: Iterable[Standing], filters: Filters
) -> Iterator[tuple[Cell, Told]]:
    """What stands under no project: with filters, the companies of the projects, and the sites and chains named."""
    plain = filters == Filters()
    companies = {one.row.company_id for one in projects}
    named = {"site": {fold(name) for name in filters.site}, "chain": {fold(name) for name in filters.chain}}
    yield from tell_companies(found, names, lambda company: plain or company in companies)
    yield from tell_indicators(found, lambda kind, name: plain or fold(name) in named.get(kind, ()))
    if plain:
        yield from tell_rates(found)


class _Teller:
    """The sentences about each project, from all that is otherwise."""

    def __init__(
        self, reader: Reader, sides: _Sides, names: Mapping[tuple[str, int], str], found: Iterable[Difference]
    ) -> None:
        self._names = names
        self._was = {one.row.project_id: one for one in sides.was.standings}
        self._found: dict[tuple[int, str], list[Difference]] = defaultdict(list)
        for one in found:
            self._found[_project_of(one), one.subject].append(one)
        self._corrects = questions.corrections(reader)
        # As of a day before the approval of a new total, the entries that stand are not those in force.
        for project in capital.later_totals(reader, sides.after):
            booked = [one for one in self._found[project, "capital"] if (one.now or one.was or {})["kind"] != "total"]
            self._found[project, "capital"] = [*booked, *_totals_in_force(reader, sides, project)]
        self._before = _by_code(project_milestones(reader, sides.before))
        self._after = _by_code(project_milestones(reader, sides.after))

    def about(self, project: int) -> Iterator[Told]:
        """What to say of one project; of one that is removed, that alone."""
        opening, *alone = _ALONE
        own = [told for one in self._found[project, opening] for told in tell(one, self._names)]
        yield from own
        if any(one.what == "removed" for one in own):
            return
        standing = self._was.get(project)
        stage = standing.stage.code if standing and standing.stage else None
        condition = standing.condition if standing else "active"
        yield from tell_turns(self._found[project, "stage"], stage, STAGES)
        yield from tell_turns(self._found[project, "condition"], condition, CONDITIONS)
        baselines, booked = tell_baselines(
            self._found[project, "baseline"], self._found[project, "capital"], self._corrects
        )
        yield from baselines
        yield from tell_capital(booked, self._corrects)
        yield from self._milestones(project)
        for subject in alone:
            for one in self._found[project, subject]:
                yield from tell(one, self._names)

    def _milestones(self, project: int) -> Iterator[Told]:
        latest: dict[str, int] = {}
        for subject, key in (("milestone_date", "milestone_id"), ("milestone", None)):
            for one in self._found[project, subject]:
                thing = (one.now or one.was or {})[key] if key else one.thing
                code = self._names[("milestone", thing)]
                latest[code] = max(latest.get(code, 0), one.change)
        for code, change in latest.items():
            told = tell_milestone(self._before.get((project, code)), self._after.get((project, code)), change)
            if told:
                yield told


def _totals_in_force(reader: Reader, sides: _Sides, project: int) -> Iterator[Difference]:
    """The total that was in force before and the one that is after, where they are two."""
    was, now = (
        next((row for row in capital.entries(reader, side, project=project) if row.kind == "total"), None)
        for side in (sides.before, sides.after)
    )
    if was and (now is None or was.entry_id != now.entry_id):
        yield Difference("capital", was.entry_id, was.change_id, asdict(was), None)
    if now and (was is None or was.entry_id != now.entry_id):
        yield Difference("capital", now.entry_id, now.change_id, None, asdict(now))


def _project_of(one: Difference) -> int:
    return one.thing if one.subject == "project" else (one.now or one.was or {}).get("project_id") or 0


def _by_code(found: Mapping[int, Iterable[Milestone]]) -> dict[tuple[int, str], Milestone]:
    return {(project, one.code): one for project, milestones in found.items() for one in milestones}


def _totals(reader: Reader, sides: _Sides) -> Iterator[tuple[Cell, ...]]:
    """A row for each kind of capital whose sum over the projects is another one than before."""
    was, now = _sums(reader, sides.before, sides.was), _sums(reader, sides.after, sides.now)
    title = _("Totals")
    for kind in CAPITAL_KINDS:
        if was[kind.code].figures != now[kind.code].figures:
            before, after = was[kind.code], now[kind.code]
            # Two sums that look alike when rounded are written in full.
            decimals = 2 if _shown(before, 2) != _shown(after, 2) else None
            sentence = _("{kind}: {was} → {now}").format(
                kind=heading(kind), was=_shown(before, decimals), now=_shown(after, decimals)
            )
            yield (Term("", title, title), sentence, f"sum:{kind.code}", before, after, None, None)


def _sums(reader: Reader, asked: Asked, found: Portfolio) -> dict[str, Amounts]:
    sums = tallied(reader, asked, projects={one.row.project_id for one in found.standings})
    return {
        kind.code: group_amounts(found.tree(), {project: t for (project, one), t in sums.items() if one == kind.code})
        for kind in CAPITAL_KINDS
    }


def _shown(amounts: Amounts, decimals: int | None) -> str:
    figures = (format_figure(one, unit=AUTO, lang=language(), decimals=decimals) for one in amounts.figures)
    return " + ".join(figures) or "–"
