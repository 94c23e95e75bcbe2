"""`tracker capital`: record, plan, correct and list figures. The ledger is imported when something is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import (
    Amount,
    CitationOptions,
    Code,
    DryRun,
    On,
    SomeCode,
    Unknown,
    View,
    Which,
    Withheld,
    Yes,
    availability_of,
    day_option,
    known_figure,
    number_argument,
    period_option,
    read_year,
    word_argument,
    word_option,
)
from tracker.dates import Period, month_end
from tracker.errors import Undecided, UsageError
from tracker.i18n import N_, _, language
from tracker.money import Figure, Money, figure_text, parse_figure
from tracker.text import command_line
from tracker.vocabulary import VALID_FROM

if TYPE_CHECKING:
    from tracker.analysis.running import Fall, Restatement
    from tracker.ledger.baselines import Rebaselined
    from tracker.ledger.capital import Corrected, Doubts, NewEntry, Recorded
    from tracker.ledger.store import Store
    from tracker.models.capital import CapitalEntry

app = typer.Typer()

From = Annotated[date | None, day_option("--from", N_("The day from which a total or plan holds."))]


@app.command("record")
def record_figure(
    ctx: typer.Context,
    code: Code,
    kind: Annotated[
        str,
        word_argument(
            "KIND",
            vocabulary.CAPITAL_KINDS,
            N_("total, plan, completed, registered, contracted_foreign, utilised_foreign, funds_in_place, paid …"),
        ),
    ],
    citation: CitationOptions,
    amount: Amount = None,
    on: On = None,
    ytd: Annotated[bool, typer.Option("--ytd", help=N_("The amount is the year to the end of --on."))] = False,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help=N_("The amount is everything since the beginning, to the end of --on."))
    ] = False,
    at_year_start: Annotated[
        str | None,
        typer.Option(
            "--at-year-start", metavar="AMOUNT", help=N_("With --cumulative: that figure at the end of last year.")
        ),
    ] = None,
    further: Annotated[bool, typer.Option("--further", help=N_("One more amount for a period that has one."))] = False,
    replace: Annotated[bool, typer.Option("--replace", help=N_("The right amount for a period that has one."))] = False,
    begins: From = None,
    unknown: Unknown = False,
    withheld: Withheld = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Record a capital figure for its period, as it was reported.

    tracker capital record nidec-flagship completed 1.2亿元 --on 2023-03
    tracker capital record nidec-flagship completed 3.5亿元 --on 2023-03 --ytd
    tracker capital record nidec-flagship completed 5亿元 --on 2023-06 --cumulative --at-year-start 4.2亿元
    tracker capital record nidec-flagship total 30亿元 --from 2023-09-01
    """
    from tracker.ledger.capital import NewEntry

    if ytd and cumulative:
        raise UsageError(_("an amount is year-to-date or cumulative, not both"))
    if further and replace:
        raise UsageError(_("an amount is a further one or replaces the other, not both"))
    if kind in VALID_FROM and (further or replace):
        raise UsageError(
            _(
                "another total or plan holds from its day on, and --further and --replace do not go with it; to "
                "replace a wrong one: {command}"
            ).format(command=command_line("capital correct ENTRY --amount AMOUNT --why TEXT"))
        )
    if further and (ytd or cumulative):
        raise UsageError(_("a running figure holds all that came before it: --further does not go with it"))
    if at_year_start is not None and not cumulative:
        raise UsageError(_("--at-year-start goes with --cumulative"))
    if begins is not None and kind not in VALID_FROM:
        raise UsageError(_("--from goes with a total or a plan"))
    run: App = ctx.obj
    figure = _required(known_figure(amount, availability_of(unknown=unknown, withheld=withheld), "AMOUNT"))
    basis = "ytd" if ytd else "cumulative" if cumulative else "period"
    entry = NewEntry(kind, figure, on, basis, run.settings.currency, begins, citation.cite())
    start = None
    if at_year_start is not None:
        start = parse_figure(at_year_start, currency=figure.money.currency if figure.money else entry.currency)
    again = "further" if further else "replace" if replace else "ask"
    _record(run, code, entry, start, again=again, yes=yes, dry_run=dry_run)


def _required(figure: Figure | None) -> Figure:
    if figure is None:
        raise UsageError(_("give an amount, such as 1.2亿元, or --unknown or --withheld"))
    return figure


class _Outcome(NamedTuple):
    """What was recorded: the figure, perhaps that of the start of the year before it, or the new baseline instead."""

    recorded: tuple[Recorded, ...] = ()
    doubts: Doubts | None = None
    baseline: Rebaselined | None = None
    may_be_baseline: bool = False


def _record(
    run: App, code: str, entry: NewEntry, start: Figure | None, *, again: str, yes: bool, dry_run: bool
) -> None:
    """Record a figure; a terminal asks what only a person can decide, and whether what is unlikely is right."""

    def decide(choice: str) -> Callable[[Store], _Outcome]:
        if choice == "rebaseline":
            from tracker.ledger.baselines import NewBaseline, rebaseline

            why = run.ask(_("the reason, kept with the baseline:"))
            new = NewBaseline(entry.figure, approved=entry.from_day)
            return lambda store: _Outcome(baseline=rebaseline(store, code, new, why, entry.cite))

        def act(store: Store) -> _Outcome:
            if choice == "value" or yes:
                return _take(store, code, entry, start, again, yes=yes)
            return _ask_baseline(run, entry, _take(store, code, entry, start, choice, yes=yes))

        return act

    run.record(
        decide(again),
        decide=decide,
        say=_outcome_lines,
        dry_run=dry_run,
        confirm=None if yes else lambda one: _("record it?") if one.doubts and one.doubts.any else None,
    )


def _take(store: Store, code: str, entry: NewEntry, start: Figure | None, again: str, *, yes: bool) -> _Outcome:
    from tracker.ledger.capital import at_year_start, doubts_about, record

    project = store.project(code)
    recorded = []
    if start is not None:
        recorded.append(record(store, project, at_year_start(entry, start), other_currency=yes))
    recorded.append(record(store, project, entry, again=again, other_currency=yes))
    last = recorded[-1]
    if start is not None and last.outcome == "corrected":
        # What the first of the two did to a figure that the second corrects never was so.
        recorded[0] = recorded[0]._replace(
            disagreements=tuple(
                one for one in recorded[0].disagreements if last.row.id not in (*one.entries, *one.against)
            ),
            falls=tuple(one for one in recorded[0].falls if last.row.id not in (*one.entries, *one.before)),
        )
    return _Outcome(tuple(recorded), doubts_about(store, last))


def _ask_baseline(run: App, entry: NewEntry, outcome: _Outcome) -> _Outcome:
    """The outcome; raises Undecided on a terminal where another total was in force, elsewhere that is noted."""
    recorded = outcome.recorded[-1]
    if entry.kind != "total" or recorded.was is None:
        return outcome
    if not run.has_terminal:
        return _Outcome(outcome.recorded, outcome.doubts, may_be_baseline=True)
    raise Undecided(
        _("{code} has a total of {was} in force: is {new} a re-baseline, or just a new value?").format(
            code=recorded.project.code, was=figure_text(recorded.was), new=figure_text(entry.figure)
        ),
        {"rebaseline": command_line("project rebaseline"), "value": "--yes"},
    )


def _outcome_lines(outcome: _Outcome) -> list[str]:
    if outcome.baseline is not None:
        from tracker.commands.project import baseline_lines

        return baseline_lines(outcome.baseline)
    recorded = outcome.recorded[-1]
    lines = [line for one in outcome.recorded for line in recorded_lines(one)]
    if outcome.may_be_baseline:
        line = command_line(_("project rebaseline {code} --total AMOUNT --why TEXT"), code=recorded.project.code)
        lines.append(_("if it is a re-baseline, record it with: {command}").format(command=line))
    return [*lines, *_doubts(recorded, outcome.doubts)] if outcome.doubts else lines


def entry_line(code: str, row: CapitalEntry) -> str:
    """The sentence for a capital entry of the project `code`."""
    period = entry_period(row)
    return _("entry {id}: {code} {kind} {amount}{on}").format(
        id=row.id,
        code=code,
        kind=vocabulary.CAPITAL_KINDS[row.kind].name(language()),
        amount=figure_text(entry_figure(row)),
        on=period and _(", {period}").format(period=period),
    )


def entry_figure(row: CapitalEntry) -> Figure:
    """The figure of an entry."""
    return Figure(None if row.minor is None else Money(row.minor, row.currency), row.qualifier, row.availability)


def entry_period(row: CapitalEntry) -> str:
    """What an entry is a figure of: its period, the year or everything to a day; "" for a total without a period."""
    if row.first_day is None or row.last_day is None:
        return ""
    if row.basis == "period":
        return f"{Period.of(row.first_day, row.last_day, row.period_text)}"
    sentence = _("year to {end}") if row.basis == "ytd" else _("cumulative to {end}")
    return sentence.format(end=day_end(row.last_day))


def day_end(day: date) -> Period:
    """The month that ends on a day, else the day."""
    return Period.month(day.year, day.month) if day == month_end(day) else Period.day(day)


def recorded_lines(recorded: Recorded) -> Iterator[str]:
    """The sentences for a figure: what was written, and what it changes in its series."""
    row = recorded.row
    if recorded.outcome == "same":
        yield _("entry {id} already has this figure; nothing to change").format(id=row.id)
        return
    if recorded.outcome == "cited":
        yield _("entry {id} already has this figure; its source was updated").format(id=row.id)
        return
    line = entry_line(recorded.project.code, row)
    if row.kind in ("total", "plan") and recorded.was is not None:
        line += _(", from {day}").format(day=Period.day(row.effective_from))
    if recorded.was is not None:
        line = _("{what} (was {was})").format(what=line, was=figure_text(recorded.was))
    yield line
    yield from _series_lines(row.currency, recorded.disagreements, recorded.falls)


def _series_lines(currency: str, restatements: Sequence[Restatement], falls: Sequence[Fall]) -> Iterator[str]:
    for one in restatements:
        if one.first is None:
            period = _("the cumulative figure to {end}").format(end=day_end(one.last))
        elif (one.first.month, one.first.day) == (1, 1):
            period = _("the year to {end}").format(end=day_end(one.last))
        else:
            period = str(Period.of(one.first, one.last))
        yield _("{period} restated by {amount} (entry {entries})").format(
            period=period,
            amount=figure_text(Figure(Money(one.by, currency), one.qualifier)),
            entries=_numbers(one.entries),
        )
    for fall in falls:
        yield _("{period} comes to {amount}: the running figure is less than the one before (entry {entries})").format(
            period=Period.of(fall.first, fall.last),
            amount=figure_text(Figure(Money(fall.minor, currency), fall.qualifier)),
            entries=_numbers(fall.before),
        )


def _numbers(entries: Sequence[int]) -> str:
    return _(", ").join(map(str, entries))


def _doubts(recorded: Recorded, doubts: Doubts) -> Iterator[str]:
    """The warnings about a figure that was recorded all the same, and what to give next."""
    row, code = recorded.row, recorded.project.code
    if doubts.other_currency:
        yield _("warning: the other figures of {code} are in {other}, this one is in {currency}").format(
            code=code, other=doubts.other_currency, currency=row.currency
        )
    if doubts.total:
        # What there is in all where that is more than the figure.
        figures = [one for one in (entry_figure(row), doubts.in_all) if one is not None and one.money is not None]
        largest = max(figures, key=lambda one: one.money.minor if one.money else 0, default=entry_figure(row))
        yield _("warning: {amount} is more than the total of {code}, {total}").format(
            amount=figure_text(largest), code=code, total=figure_text(doubts.total)
        )
    if doubts.twin:
        yield _("warning: entry {id} has the same figure for the same period").format(id=doubts.twin)
    if doubts.lacks_year and row.last_day:
        yield _(
            "the year {year} is not known from this figure: give the cumulative figure at its start with "
            "--at-year-start AMOUNT"
        ).format(year=row.last_day.year)


@app.command("plan")
def plan_year(
    ctx: typer.Context,
    code: Code,
    citation: CitationOptions,
    amount: Amount = None,
    year: Annotated[
        Period | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            parser=str,
            callback=read_year,
            help=N_("The year planned for, 2026 or FY2026 [default: this year]."),
        ),
    ] = None,
    on: Annotated[Period | None, period_option("--on", N_("Another period: 2023Q3, FY2024."))] = None,
    begins: From = None,
    unknown: Unknown = False,
    withheld: Withheld = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Record the investment planned for a year; a later plan leaves earlier as-of days as they were.

    tracker capital plan nidec-flagship 3亿元 --year 2023
    tracker capital plan nidec-flagship 2.5亿元 --year 2023 --from 2023-09-01
    """
    from tracker.ledger.capital import NewEntry

    if year is not None and on is not None:
        raise UsageError(_("give --year or --on, not both"))
    run: App = ctx.obj
    figure = _required(known_figure(amount, availability_of(unknown=unknown, withheld=withheld), "AMOUNT"))
    period = on or year or Period.year(run.today.year)
    entry = NewEntry("plan", figure, period, "period", run.settings.currency, begins, citation.cite())
    _record(run, code, entry, None, again="ask", yes=yes, dry_run=dry_run)


@app.command("correct")
def correct_entry(
    ctx: typer.Context,
    entry: Annotated[
        int, number_argument("ENTRY", N_("The number of the entry, from tracker capital list."), complete.entries)
    ],
    citation: CitationOptions,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help=N_("The right amount, such as 1.2亿元."))
    ] = None,
    ytd: Annotated[
        str | None, typer.Option("--ytd", metavar="AMOUNT", help=N_("The right amount, which is the year to date."))
    ] = None,
    cumulative: Annotated[
        str | None, typer.Option("--cumulative", metavar="AMOUNT", help=N_("The right amount, which is cumulative."))
    ] = None,
    on: On = None,
    project: Annotated[
        str | None,
        typer.Option("--project", metavar="CODE", help=N_("The right project."), autocompletion=complete.codes),
    ] = None,
    unknown: Unknown = False,
    withheld: Withheld = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help=N_("Put nothing in its place."))] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help=N_("The reason for the correction; it is kept."))
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """Correct an entry under its number, or withdraw it; the log keeps what it was.

    tracker capital correct 12 --amount 1.2亿元 --why "unit was 万元"
    tracker capital correct 12 --ytd 6800万元 --why "it was the year to date"
    tracker capital correct 12 --project bestchrom-2 --why "wrong project"
    tracker capital correct 12 --withdraw --why "recorded twice"
    """
    given = {"--amount": amount, "--ytd": ytd, "--cumulative": cumulative}
    named = [(name, text) for name, text in given.items() if text is not None]
    if len(named) > 1:
        raise UsageError(_("give one of --amount, --ytd and --cumulative"))
    availability = availability_of(unknown=unknown, withheld=withheld)
    if withdraw and (named or availability or on or project):
        raise UsageError(_("--withdraw puts nothing in the entry's place: leave out the amount, --on and --project"))
    name, text = named[0] if named else ("--amount", None)
    if text is not None and availability:
        raise UsageError(_("{name} was given, so the figure is not {word}").format(name=name, word=availability))
    basis = {"--ytd": "ytd", "--cumulative": "cumulative"}.get(name)

    def act(store: Store) -> tuple[str, Corrected]:
        from tracker.ledger.capital import Correction, correct, open_entry
        from tracker.models.project import Project

        old = open_entry(store, entry)
        owner = store.get(Project, old.project_id)
        # An amount that names no currency is in that of the entry.
        figure = Figure(availability=availability) if availability else None
        if text is not None:
            figure = parse_figure(text, currency=old.currency)
        correction = Correction(why, figure, on, basis, project, withdraw)
        return owner.code if owner else "", correct(store, entry, correction, citation.cite())

    ctx.obj.record(act, say=_corrected, dry_run=dry_run)


def _corrected(done: tuple[str, Corrected]) -> list[str]:
    """The sentences for a correction, made of the code of the project before it and what it did."""
    owner, corrected = done
    was, row, code = corrected.was, corrected.row, corrected.project.code
    left = [
        _("baseline {version} of {code} has no total now").format(version=n, code=owner) for n in corrected.baselines
    ]
    if row is None:
        amount = figure_text(entry_figure(was))
        return [_("entry {id} of {code} ({was}) withdrawn").format(id=was.id, code=code, was=amount), *left]
    pairs = (
        (owner, code),
        (figure_text(entry_figure(was)), figure_text(entry_figure(row))),
        (entry_period(was), entry_period(row)),
    )
    before = _(", ").join(old for old, new in pairs if old != new)
    line = entry_line(code, row)
    lines = [_("{what} (was {was})").format(what=line, was=before) if before else line]
    if was.quote and not row.quote:
        lines.append(_("its quotation was removed: it is of another figure"))
    return [*lines, *left, *_series_lines(row.currency, corrected.disagreements, corrected.falls)]


@app.command("list")
def list_entries(
    ctx: typer.Context,
    which: Which,
    view: View,
    code: SomeCode = None,
    kind: Annotated[
        str | None, word_option("--kind", "KIND", vocabulary.CAPITAL_KINDS, N_("Only of this kind."))
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=N_("Withdrawn ones too."))] = False,
) -> None:
    """List the capital entries, in the order they were recorded.

    tracker capital list nidec-flagship --kind completed
    """
    from tracker.commands.output import print_report
    from tracker.reports.entries import capital_entries

    print_report(
        ctx.obj,
        view,
        lambda reader, as_of: capital_entries(reader, as_of, which.filters(), code, kind, everything),
    )
