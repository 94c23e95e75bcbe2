"""`tracker report speed` and `forecast`: how long stages took, and when the next ones are to be expected from that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction

from tracker.analysis.completion import rate
from tracker.analysis.forecast import (
    FEWEST_CASES,
    LEGS,
    Curve,
    Expected,
    Leg,
    Life,
    Outcome,
    Passage,
    Trial,
    expected,
    is_enough,
    kaplan_meier,
    passage,
    same_year,
    score,
)
from tracker.database import Reader
from tracker.dates import Period, add_months, slip
from tracker.errors import UsageError
from tracker.i18n import _, language, ngettext
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.grouping import NONE, group_title, groups
from tracker.reports.portfolio import Portfolio, ProjectState, matches, portfolio
from tracker.reports.report import Cell, Column, Kind, Report, Row
from tracker.reports.words import code_column, heading, name_cells, name_columns, term
from tracker.vocabulary import CONDITIONS, ENDED, STAGES, Term

PROJECT = "project"
# Leased space and bought plants stand already.
NOT_BUILT = ("lease", "acquisition")


@dataclass(frozen=True, slots=True)
class Timed:
    """A project on one leg."""

    state: ProjectState
    passage: Passage


def life(one: ProjectState) -> Life:
    """What happened to a project: the basis of the durations."""
    stages = tuple((event.code, days) for event in one.stages if (days := event.period))
    ended = one.conditions[-1].period if one.condition in ENDED else None
    return Life(stages, ended, one.row.kind not in NOT_BUILT)


def timed(leg: Leg, states: Iterable[ProjectState], as_of: date) -> list[Timed]:
    """Each project on a leg, whatever became of it."""
    return [Timed(one, passage(leg, life(one), as_of)) for one in states]


def leg_term(leg: Leg) -> Term:
    """A leg by its two stages."""
    zh, en = (f"{STAGES[leg.begin].name(lang)} → {STAGES[leg.end].name(lang)}" for lang in ("zh", "en"))
    return Term(leg.code, zh, en)


def speed(reader: Reader, as_of: AsOf, filters: Filters, by: str) -> Report:
    """The durations of the matching projects; `by` is "none", "project" or as in `groups`.

    Raises UsageError for another word.
    """
    found = portfolio(reader, as_of, filters).states
    grouped = groups(reader, as_of, found, by, (NONE, PROJECT))
    per_project = by == PROJECT
    if per_project:
        columns, rows = _project_columns(), [_project_row(one, as_of) for one in found]
    else:
        every = (*grouped, (Term("all", "全部", "all"), found))
        columns = _group_columns(by)
        rows = [(leg_term(leg), label, *_estimate(leg, group, as_of)) for leg in LEGS for label, group in every]
    return Report(
        "speed",
        _("Speed from stage to stage"),
        columns,
        tuple(rows) if found else (),
        as_of.day,
        as_of.known_on,
        coverage=tuple(_speed_coverage(found, as_of)) if found else (),
        notes=tuple(_speed_notes(estimated=not per_project)) if found else (),
        grouped=not per_project,
        empty=_("no project matches"),
    )


# --- a row a group --------------------------------------------------------------------------------------------------


def _group_columns(by: str) -> tuple[Column, ...]:
    return (
        Column("leg", _("From stage to stage"), priority=1),
        Column("group", group_title(by), priority=1),
        Column("cases", _("Cases"), Kind.COUNT, priority=2),
        Column("finished", _("Reached"), Kind.COUNT, priority=2),
        Column("running", _("Open"), Kind.COUNT, priority=4),
        Column("ended", _("Ended"), Kind.COUNT, priority=5),
        Column("quartile_1", _("25% within (days)"), Kind.COUNT, priority=3),
        Column("median", _("Median (days)"), Kind.COUNT, priority=1),
        Column("median_low", _("from (95%)"), Kind.COUNT, priority=6),
        Column("median_high", _("to (95%)"), Kind.COUNT, priority=6),
        Column("quartile_3", _("75% within (days)"), Kind.COUNT, priority=3),
        Column("fastest", _("Fastest"), priority=7),
        Column("fastest_days", _("days"), Kind.COUNT, priority=7),
        Column("slowest", _("Slowest"), priority=8),
        Column("slowest_days", _("days"), Kind.COUNT, priority=8),
        Column("signed", _("Signed"), Kind.COUNT, priority=9, hidden=True),
        Column("same_year", _("Same-year start"), Kind.RATIO, priority=3),
    )


def _estimate(leg: Leg, group: Sequence[ProjectState], as_of: AsOf) -> tuple[Cell, ...]:
    timings = timed(leg, group, as_of.day)
    curve = kaplan_meier(one.passage.case for one in timings if one.passage.case)
    half = curve.quantile_limits(Fraction(1, 2))
    return (
        curve.cases,
        curve.finished,
        _count(timings, Outcome.RUNNING),
        _count(timings, Outcome.ENDED),
        curve.quantile(Fraction(1, 4)),
        curve.quantile(Fraction(1, 2)),
        None if half.low is None else int(half.low),
        None if half.high is None else int(half.high),
        curve.quantile(Fraction(3, 4)),
        *_extremes(timings),
        *(_same_year(group) if leg is LEGS[0] else (None, None)),
    )


def _count(timings: Iterable[Timed], outcome: Outcome) -> int:
    return sum(1 for one in timings if one.passage.outcome is outcome)


def _extremes(timings: Iterable[Timed]) -> tuple[Cell, ...]:
    """Code and days of the fastest and of the slowest project; of equals the one opened first."""
    done = [(one.passage.days or 0, one.state.row.code) for one in timings if one.passage.outcome is Outcome.FINISHED]
    if not done:
        return None, None, None, None
    fastest, slowest = min(done, key=lambda item: item[0]), max(done, key=lambda item: item[0])
    return fastest[1], fastest[0], slowest[1], slowest[0]


def _same_year(group: Iterable[ProjectState]) -> tuple[int, Fraction | None]:
    signed = [one for one in group if one.reached("signed")]
    return len(signed), rate(sum(1 for one in signed if same_year(one.reached("signed"), one.started)), len(signed))


# --- a row a project ------------------------------------------------------------------------------------------------


def _project_columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("stage", _("Stage"), priority=3),
        *(
            Column(leg.code, _("{what} (days)").format(what=heading(leg_term(leg))), Kind.COUNT, priority=1)
            for leg in LEGS
        ),
        Column("running", _("Under way"), priority=4),
        Column("running_days", _("for (days)"), Kind.COUNT, priority=4),
        Column("same_year", _("Same-year start"), priority=6),
    )


def _project_row(one: ProjectState, as_of: AsOf) -> Row:
    passages = [passage(leg, life(one), as_of.day) for leg in LEGS]
    running = ((leg, way) for leg, way in zip(LEGS, passages, strict=True) if way.outcome is Outcome.RUNNING)
    leg, way = next(running, (None, None))
    signed = one.reached("signed")
    return (
        one.row.code,
        *name_cells(one.row),
        term(STAGES, one.stage),
        *(way.days if way.outcome is Outcome.FINISHED else None for way in passages),
        leg_term(leg) if leg else None,
        way.days if way else None,
        same_year(signed, one.started) if signed else None,
    )


# --- sentences ------------------------------------------------------------------------------------------------------


def _speed_coverage(found: Sequence[ProjectState], as_of: AsOf) -> Iterator[str]:
    count = ngettext("{count} project", "{count} projects", len(found)).format(count=len(found))
    for leg in LEGS:
        timings = timed(leg, found, as_of.day)
        cases = sum(1 for one in timings if one.passage.case)
        yield ngettext(
            "{leg}: {cases} case of {count}; left out: {vague} dated more vaguely than a month, {skipped} that skip or"
            " do not record a stage of it, {ahead} that have not come to it",
            "{leg}: {cases} cases of {count}; left out: {vague} dated more vaguely than a month, {skipped} that skip or"
            " do not record a stage of it, {ahead} that have not come to it",
            cases,
        ).format(
            leg=leg_term(leg).name(language()),
            cases=cases,
            count=count,
            vague=_count(timings, Outcome.VAGUE),
            skipped=_count(timings, Outcome.SKIPPED),
            ahead=_count(timings, Outcome.AHEAD),
        )


def _speed_notes(*, estimated: bool) -> Iterator[str]:
    yield _(
        "days: from the last day of the one date to the last day of the other, where both are known to the month or"
        " better; overlapping dates are 0 days; a standstill counts; a stage gone back from counts when reached"
        " again; parents and parts each count"
    )
    yield _(
        "same-year start: signed and started in the same year, of all signed by the day; ended projects stay in it;"
        " --year narrows it to one year's signings"
    )
    if estimated:
        yield _(
            "median and quartiles by Kaplan–Meier: the shortest time within which the share has finished; running"
            " projects are censored on the day asked about, ended ones on the day they ended; “–”: not reached yet;"
            " fastest and slowest are of the finished"
        )
        yield _("finished cases with a vague end are left out while running ones stay, so times look a little longer")
        yield _("limits of the median: 95 %, log-log scale with Greenwood's variance")


BACKTEST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """A project on a leg it has begun and not finished, with the curve of all comparable cases."""

    state: ProjectState
    leg: Leg
    passage: Passage
    curve: Curve
    expected: Expected

    @property
    def planned(self) -> Period | None:
        """When the milestone of the next stage is expected by those who run the project."""
        return next((one.expected for one in self.state.milestones if one.code == self.leg.end), None)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was forecast for a project on an earlier day, and what became of it; no trial without a P80 then."""

    then: Waiting
    now: Passage
    trial: Trial | None


def curves(everything: Portfolio, as_of: date) -> dict[str, Curve]:
    """How long each leg takes in the whole portfolio."""
    timings = {leg.code: timed(leg, everything.states, as_of) for leg in LEGS}
    return {code: kaplan_meier(one.passage.case for one in ways if one.passage.case) for code, ways in timings.items()}


def waiting(everything: Portfolio, filters: Filters, as_of: date) -> list[Waiting]:
    """What the matching projects that have not ended wait for, the soonest first, what nothing is known of last."""
    known = curves(everything, as_of)
    mine = [one for one in everything.states if matches(one, filters)]
    found = [
        Waiting(one.state, leg, one.passage, known[leg.code], _expected(known[leg.code], one.passage))
        for leg in LEGS
        for one in timed(leg, mine, as_of)
        if one.passage.outcome is Outcome.RUNNING
        or (one.passage.outcome is Outcome.VAGUE and one.passage.until is None and one.state.condition not in ENDED)
    ]
    return sorted(found, key=lambda one: (one.expected.p50 or date.max, one.expected.p80 or date.max))


def _expected(curve: Curve, way: Passage) -> Expected:
    if way.since is None or way.days is None:
        return Expected()
    return expected(curve, way.since.last, way.days)


def forecast(reader: Reader, as_of: AsOf, filters: Filters, backtest: date | None) -> Report:
    """P50 and P80 of the next stages, or with the day `backtest` what was forecast then and what came of it.

    Raises UsageError for a back-test that does not look back.
    """
    day = backtest or _a_year_before(as_of.day)
    if backtest and backtest >= as_of.day:
        raise UsageError(
            _("--backtest {day} does not look back from {as_of}: give an earlier day").format(
                day=Period.day(day), as_of=Period.day(as_of.day)
            )
        )
    now = portfolio(reader, as_of)
    tried = _tried(waiting(portfolio(reader, as_of._replace(day=day)), Filters(), day), now, filters, as_of.day)
    found = waiting(now, filters, as_of.day)
    past = backtest is not None
    title = (
        _("Back-test of the forecasts of {day}").format(day=Period.day(day))
        if past
        else _("Forecast of the next stages")
    )
    return Report(
        "forecast",
        title,
        _tried_columns() if past else _columns(),
        tuple(_tried_row(one, as_of.day) for one in tried) if past else tuple(_row(one) for one in found),
        as_of.day,
        as_of.known_on,
        coverage=tuple(_coverage(found, curves(now, as_of.day))) if found and not past else (),
        notes=(*_definitions(), *_backtest(tried, day, as_of.day)),
        empty=_("no matching project waits for its start, completion or production"),
    )


def _a_year_before(day: date) -> date:
    try:
        return add_months(day, -BACKTEST_MONTHS)
    except OverflowError:
        return date.min


# --- a row a project ------------------------------------------------------------------------------------------------


def _columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("next", _("Next"), priority=1),
        Column("condition", _("Condition"), priority=7),
        Column("since", _("Since"), Kind.DATE, priority=6),
        Column("spent", _("Spent (days)"), Kind.COUNT, priority=5),
        Column("p50", _("P50"), Kind.DATE, priority=1),
        Column("p80", _("P80"), Kind.DATE, priority=1),
        Column("planned", _("Planned"), Kind.DATE, priority=2),
        Column("p50_late", _("P50 − planned"), Kind.DAYS, priority=4),
        Column("p80_late", _("P80 − planned"), Kind.DAYS, priority=3),
        Column("finished", _("Finished cases"), Kind.COUNT, priority=8, hidden=True),
        Column("cases", _("Cases"), Kind.COUNT, priority=8, hidden=True),
        Column("why", _("Reason for no forecast"), priority=9),
    )


def _row(one: Waiting) -> Row:
    return (
        *_head(one),
        term(CONDITIONS, one.state.condition) if one.state.condition != "active" else None,
        one.passage.since,
        one.passage.days,
        one.expected.p50,
        one.expected.p80,
        one.planned,
        _late(one.planned, one.expected.p50),
        _late(one.planned, one.expected.p80),
        one.curve.finished,
        one.curve.cases,
        _why(one),
    )


def _head(one: Waiting) -> tuple[Cell, ...]:
    return one.state.row.code, *name_cells(one.state.row), term(STAGES, one.leg.end)


def _late(planned: Period | None, day: date | None) -> int | None:
    return slip(planned, Period.day(day)) if planned and day else None


def _why(one: Waiting) -> str | None:
    """Why P80 is missing."""
    if one.expected.p80:
        return None
    if one.passage.days is None:
        return _("the beginning is dated too vaguely")
    if not is_enough(one.curve):
        return _("too few (n<{least})").format(least=FEWEST_CASES)
    return _("beyond the longest cases")


# --- the back-test --------------------------------------------------------------------------------------------------


def _tried(then: Iterable[Waiting], now: Portfolio, filters: Filters, as_of: date) -> list[Tried]:
    """What became of everything that waited then, of the projects that match now."""
    mine = {one.row.project_id: one for one in now.states if matches(one, filters)}
    found = []
    for one in then:
        if state := mine.get(one.state.row.project_id):
            way = timed(one.leg, [state], as_of)[0].passage
            # There is none without a P80 then, and where the stage was passed without a record of it.
            p80 = None if way.outcome is Outcome.SKIPPED else one.expected.p80
            found.append(Tried(one, way, Trial(p80, way.until, state.condition in ENDED) if p80 else None))
    return found


def _tried_columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("next", _("Next"), priority=1),
        Column("since", _("Since"), Kind.DATE, priority=5),
        Column("spent", _("Spent (days)"), Kind.COUNT, priority=6),
        Column("p50", _("P50"), Kind.DATE, priority=3),
        Column("p80", _("P80"), Kind.DATE, priority=1),
        Column("reached", _("Reached"), Kind.DATE, priority=1),
        Column("late", _("Reached − P80"), Kind.DAYS, priority=2),
        Column("held", _("P80 held"), priority=1),
        Column("remark", _("Remark"), priority=4),
    )


def _tried_row(one: Tried, as_of: date) -> Row:
    return (
        *_head(one.then),
        one.then.passage.since,
        one.then.passage.days,
        one.then.expected.p50,
        one.then.expected.p80,
        one.now.until,
        _missed_by(one.trial) if one.trial else None,
        one.trial.held(as_of) if one.trial else None,
        _remark(one),
    )


def _missed_by(trial: Trial) -> int | None:
    return None if trial.reached is None or trial.unclear else slip(Period.day(trial.p80), trial.reached)


def _remark(one: Tried) -> str | None:
    """Why there was no P80, or why it neither held nor failed by a day."""
    if one.trial is None:
        return _why(one.then) or _("passed without a record")
    if one.trial.unclear:
        return _("dated too vaguely")
    return _("ended") if one.trial.ended and one.now.until is None else None


def _backtest(tried: Sequence[Tried], day: date, as_of: date) -> Iterator[str]:
    for leg in LEGS:
        mine = [one for one in tried if one.then.leg is leg]
        trials = [one.trial for one in mine if one.trial]
        head = _("back-test as of {day}, {leg}").format(day=Period.day(day), leg=leg_term(leg).name(language()))
        scored = score(trials, as_of)
        words = _(
            "of {due} cases whose P80 has gone by it held for {held}{share} ({late} late, {open} open, {ended} ended);"
            " of {finished} finished since, for {finished_held}; {none} had no P80, {unclear} are dated too vaguely"
        )
        share = f" = {float(100 * scored.held / scored.due):.1f}%" if scored.due else ""
        yield f"{head}{_(': ')}{words.format(share=share, none=len(mine) - len(trials), **asdict(scored))}"


# --- sentences ------------------------------------------------------------------------------------------------------


def _coverage(found: Sequence[Waiting], known: Mapping[str, Curve]) -> Iterator[str]:
    yield ngettext(
        "{count} project under way: P50 for {p50}, P80 for {p80}, a planned date for {planned}",
        "{count} projects under way: P50 for {p50}, P80 for {p80}, a planned date for {planned}",
        len(found),
    ).format(
        count=len(found),
        p50=sum(1 for one in found if one.expected.p50),
        p80=sum(1 for one in found if one.expected.p80),
        planned=sum(1 for one in found if one.planned),
    )
    counts = (
        _("{leg} {finished} finished of {cases}").format(
            leg=leg_term(leg).name(language()), finished=known[leg.code].finished, cases=known[leg.code].cases
        )
        for leg in LEGS
    )
    yield _("cases of the whole portfolio behind it: {counts}").format(counts=_(", ").join(counts))


def _definitions() -> tuple[str, ...]:
    return (
        _(
            "P50 and P80: the day by which half, and four in five, of the cases that had come as far were finished, by"
            " Kaplan–Meier over the whole portfolio as of the day, given the time already spent; none from fewer than"
            " {least} finished cases"
        ).format(least=FEWEST_CASES),
        _(
            "days count from the last day of the date the stage began; left out: dates vaguer than a "
            "month, and leased and bought plants, which skip building; planned: the latest planned "
            "day of the stage's milestone; a difference is 0 where the day lies within the planned "
            "range"
        ),
        _(
            "P80 held: reached by the last day of it; the back-test uses the facts up to its day as they are recorded"
            " now, or were by --known-on"
        ),
    )
