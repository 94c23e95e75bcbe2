"""`tracker changes`: what was recorded between two moments, in sentences, and the totals before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.i18n import _, language
from tracker.money import AUTO, format_figure
from tracker.queries import capital, history
from tracker.queries import changes as questions
from tracker.queries.asked import FOREVER, Asked, Filters
from tracker.queries.history import WrittenRow
from tracker.queries.matching import existing
from tracker.reports.change_capital import VALID_FROM, ValidFrom, tell_baselines, tell_capital
from tracker.reports.change_subjects import tell_companies, tell_indicators, tell_rates
from tracker.reports.change_totals import totals_of, totals_of_all
from tracker.reports.change_words import Told, tell, tell_turns
from tracker.reports.milestone_words import tell_milestone
from tracker.reports.portfolio import Portfolio, Standing, matches, portfolio, standings_of
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.words import heading, name_of
from tracker.text import fold
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, STAGES, Term

# In the order of the sentences about one project; capital and milestones are told together.
_ALONE = ("project", "label", "relation", "review", "request", "follow_up")
# Where none of these changed, no sum over the projects did.
_MOVE_TOTALS = frozenset(
    ("project", "capital_entry", "baseline", "stage_event", "condition_event", "milestone_date", "review")
)


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
    found = questions.differences(reader, asked, min(first, last), last)
    if last >= questions.newest(reader):
        # Everything known now: what is derived from it is at hand.
        last = FOREVER
    before, after = replace(asked, known=min(first, last)), replace(asked, known=last)
    rows = tuple(_rows(reader, _sides(reader, before, after, filters, found), filters, found)) if found else ()
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


def _sides(reader: Reader, before: Asked, after: Asked, filters: Filters, found: Iterable[WrittenRow]) -> _Sides:
    """Without filters, the projects of which something was recorded; with filters all that match.

    A project that matches before or after is meant on both sides, or its moving in would change the totals.
    """
    if filters == Filters():
        touched = _touched(found)
        sides = (standings_of(reader, side, existing(reader, side, touched)) for side in (before, after))
        return _Sides(before, after, *(Portfolio(tuple(one), ()) for one in sides))
    was, now = portfolio(reader, before), portfolio(reader, after)
    meant = {one.row.project_id for side in (was, now) for one in side.standings if matches(one, filters)}
    chosen = (
        replace(side, standings=tuple(one for one in side.standings if one.row.project_id in meant))
        for side in (was, now)
    )
    return _Sides(before, after, *chosen)


def _touched(found: Iterable[WrittenRow]) -> set[int]:
    """The projects of which something was recorded."""
    return {_project_of(one) for row in found for one in _of_one_project(row)} - {0}


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


def _rows(reader: Reader, sides: _Sides, filters: Filters, found: Sequence[WrittenRow]) -> Iterator[tuple[Cell, ...]]:
    moments = questions.recorded(reader, sides.before.known, sides.after.known)
    names = history.names_of(reader, found)
    teller = _Teller(reader, sides, names, found)
    projects = sides.projects()
    told: list[tuple[Cell, Told]] = [
        (_named(projects[project]), one) for project in sorted(projects) for one in teller.about(project)
    ]
    told += _others(found, names, projects.values(), filters)
    for under, one in told:
        yield (under, one.sentence, one.what, one.was, one.now, one.change, moments.get(one.change))
    if _MOVE_TOTALS & {one.table for one in found}:
        yield from _totals(reader, sides, _touched(found), filters)


def _named(one: Standing) -> Term:
    text = f"{one.row.code} · {name_of(one.row.name, one.row.name_en)}"
    return Term(one.row.code, text, text)


def _others(
    found: Sequence[WrittenRow], names: Mapping[tuple[str, int], str], projects: Iterable[Standing], filters: Filters
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
        self, reader: Reader, sides: _Sides, names: Mapping[tuple[str, int], str], found: Iterable[WrittenRow]
    ) -> None:
        self._reader = reader
        self._sides = sides
        self._names = names
        self._was = {one.row.project_id: one for one in sides.was.standings}
        self._found: dict[tuple[int, str], list[WrittenRow]] = defaultdict(list)
        for row in found:
            for one in _of_one_project(row):
                self._found[_project_of(one), one.table].append(one)
        self._before, self._after = _by_code(sides.was.standings), _by_code(sides.now.standings)

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
        yield from tell_turns(self._found[project, "stage_event"], stage, STAGES)
        yield from tell_turns(self._found[project, "condition_event"], condition, CONDITIONS)
        recorded = self._found[project, "capital_entry"]
        totals = self._valid_from(project, recorded)
        baselines, recorded = tell_baselines(self._found[project, "baseline"], recorded, totals)
        yield from baselines
        yield from tell_capital(recorded, totals)
        yield from self._milestones(project)
        for subject in alone:
            for one in self._found[project, subject]:
                yield from tell(one, self._names)

    def _valid_from(self, project: int, recorded: Iterable[WrittenRow]) -> ValidFrom:
        """The totals and plans of a project, asked for where one of them is another."""
        if not any(one.values["kind"] in VALID_FROM for one in recorded):
            return ValidFrom((), ())
        was, now = (
            capital.entries(self._reader, side, project=project, kinds=VALID_FROM)
            for side in (self._sides.before, self._sides.after)
        )
        return ValidFrom(was, now)

    def _milestones(self, project: int) -> Iterator[Told]:
        latest: dict[str, int] = {}
        for subject, key in (("milestone_date", "milestone_id"), ("milestone", None)):
            for one in self._found[project, subject]:
                code = self._names["milestone", one.values[key] if key else one.id]
                latest[code] = max(latest.get(code, 0), one.change)
        for code, change in latest.items():
            told = tell_milestone(self._before.get((project, code)), self._after.get((project, code)), change)
            if told:
                yield told


def _of_one_project(row: WrittenRow) -> Iterator[WrittenRow]:
    """A record that was moved from one project to another is gone from the one, and new in the other."""
    if row.was and row.now and row.was.get("project_id") != row.now.get("project_id"):
        yield replace(row, now=None)
        yield replace(row, was=None)
    else:
        yield row


def _project_of(one: WrittenRow) -> int:
    return one.id if one.table == "project" else one.values.get("project_id") or 0


def _by_code(found: Iterable[Standing]) -> dict[tuple[int, str], Milestone]:
    return {(one.row.project_id, milestone.code): milestone for one in found for milestone in one.milestones}


def _totals(reader: Reader, sides: _Sides, touched: Collection[int], filters: Filters) -> Iterator[tuple[Cell, ...]]:
    """A row for each kind of capital whose sum over the projects is another one than before."""
    found = totals_of_all(reader, sides.before, sides.after, touched) if filters == Filters() else None
    if found is None:
        was, now = sides.was, sides.now
        if filters == Filters():
            was, now = portfolio(reader, sides.before), portfolio(reader, sides.after)
        found = totals_of(reader, sides.before, sides.after, touched, was, now)
    title = _("Totals")
    for one in found:
        # Two sums that look alike when rounded are written in full.
        decimals = 2 if _shown(one.was, 2) != _shown(one.now, 2) else None
        name = heading(CAPITAL_KINDS[one.kind])
        called = name if one.kind == "total" else f"{name} {sides.after.as_of.year}"
        said = _("{kind}: {was} → {now}").format(
            kind=called, was=_shown(one.was, decimals), now=_shown(one.now, decimals)
        )
        yield (Term("", title, title), said, f"sum:{one.kind}", one.was, one.now, None, None)


def _shown(amounts: Amounts, decimals: int | None) -> str:
    figures = (format_figure(one, unit=AUTO, lang=language(), decimals=decimals) for one in amounts.figures)
    return " + ".join(figures) or "–"
