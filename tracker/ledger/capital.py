"""Capital entries: recorded as reported, corrected under their number, withdrawn; the rules of each of them.

Rule numbers are those of the reported figures in the guide (docs/figures.md): what was reported is kept, and a year to
date is never turned into another figure at the door.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.analysis.running import Fall, Restatement, Series
from tracker.analysis.values import Entry
from tracker.dates import ALWAYS, Period, month_end
from tracker.errors import Refused, Undecided, UsageError
from tracker.i18n import _, language
from tracker.ledger.citation import Citation, long_text, period_columns, period_of, require_currency, require_past
from tracker.ledger.store import Store
from tracker.models.capital import CapitalEntry
from tracker.models.project import Project
from tracker.models.stage import StageEvent
from tracker.money import LIMIT, Figure, Money, figure_text
from tracker.text import command_line
from tracker.vocabulary import CAPITAL_KINDS, STAGES, VALID_FROM

NO_CITE = Citation()
_LARGEST_ID = 2**63 - 1


class NewEntry(NamedTuple):
    """A capital figure as it was reported: `kind` is a code of CAPITAL_KINDS, `on` the period it is about.

    `basis` "ytd" is the year to the end of `on`, "cumulative" all time to it. `currency` is that of a figure that is
    unknown or withheld. `from_day` is the day from which a total or plan holds (None: always, or the plan's first day);
    for an earlier total or plan of the same period the new one counts from that day (None: today).
    """

    kind: str
    figure: Figure
    on: Period | None
    basis: str = "period"
    currency: str = "CNY"
    from_day: date | None = None
    cite: Citation = NO_CITE


class Recorded(NamedTuple):
    """What became of a figure: `outcome` is "new", "corrected" (`was` the figure before), "cited" or "same".

    `disagreements` are those that this figure brought into its series (rule 4), `falls` the spans that are negative
    since.
    """

    project: Project
    row: CapitalEntry
    outcome: str
    was: Figure | None = None
    disagreements: tuple[Restatement, ...] = ()
    falls: tuple[Fall, ...] = ()


def record(
    store: Store,
    project: Project,
    new: NewEntry,
    *,
    again: str = "ask",
    other_currency: bool = False,
) -> Recorded:
    """Record a figure of a project.

    `again` says what another amount for a period that has one is: "further" (one more instalment), "replace" (a
    correction), or "ask". Raises Undecided where that must be asked, Refused for the future, for a period that partly
    overlaps another, for a running figure in another currency than the last one (unless `other_currency`), and for
    amounts that cannot be; UsageError for a wrong period.
    """
    require_period(new.kind, new.on, new.basis)
    require_basis(new.kind, new.basis)
    require_amount(new.kind, new.figure, new.currency)
    if new.kind in VALID_FROM:
        return _record_valid_from(store, project, new)
    assert new.on is not None
    require_recordable(new.on, store.today)
    if new.figure.money is None:
        # A figure that is not given is unknown in the currency of the other.
        kin = [one for one in store.find(CapitalEntry, project_id=project.id) if one.kind == new.kind]
        new = new._replace(currency=kin[-1].currency if kin else new.currency)
    assert new.on is not None
    row = _row(project, new, effective_from=min(new.on.last, store.today))
    before = _series_rows(store, row)
    if not other_currency:
        _require_currency(store, project, row)
    twins = [old for old in before if _same_span(old, row)]
    same = next((old for old in twins if figure_of(old) == new.figure), None)
    if same is not None and again != "further":
        return _cite_again(store, project, same, new.cite)
    if twins and new.basis != "period":
        return _replace(store, project, twins[-1], row, before)
    if twins and again == "replace":
        return _replace(store, project, twins[-1], row, before)
    if twins and again == "ask" and not _instalment(row):
        question = _(
            "{code} has {kind} {amount} for {period} already (entry {id}): is {new} a further amount, or the right one?"
        ).format(
            code=project.code,
            kind=CAPITAL_KINDS[new.kind].name(language()),
            amount=figure_text(figure_of(twins[-1])),
            period=new.on,
            id=twins[-1].id,
            new=figure_text(new.figure),
        )
        raise Undecided(question, {"further": "--further", "replace": "--replace"})
    found = _effects(store, project, row, before)
    row = store.add(row)
    if any(found):
        # What they name has its number only now.
        found = _effects(store, project, row, before)
    return Recorded(project, row, "new", None, *found)


def _row(project: Project, new: NewEntry, effective_from: date) -> CapitalEntry:
    on = new.on
    if on is not None and new.basis == "ytd":
        on = Period.of(date(on.last.year, 1, 1), on.last)
    return CapitalEntry.model_validate(
        {
            "project_id": project.id,
            "kind": new.kind,
            "basis": new.basis,
            "effective_from": effective_from,
        }
        | figure_columns(new.figure, new.currency)
        | period_columns(on)
        | {"period_text": new.on and new.on.text}
        | new.cite.columns()
    )


# --- the rules at the door -------------------------------------------------------------------------------------------


def require_period(kind: str, on: Period | None, basis: str) -> None:
    """Raise UsageError for a figure without the period that its kind needs, or whose period has no first day."""
    if on is None and kind != "total":
        raise UsageError(_("give the period of the figure, such as 2023-03"))
    if on is not None and on.is_bound and basis == "period" and kind != "total":
        raise UsageError(
            _(
                "“{period}” does not say from when: give the first and the last day, or a running figure to that day"
            ).format(period=on)
        )


def require_basis(kind: str, basis: str) -> None:
    """Raise UsageError for a running total or plan."""
    if basis != "period" and kind in VALID_FROM:
        raise UsageError(
            _("{kind} is neither year-to-date nor cumulative").format(kind=CAPITAL_KINDS[kind].name(language()))
        )


def require_amount(kind: str, figure: Figure, currency: str) -> None:
    """Raise ValueRefused or Refused for a figure that no entry of the kind can have."""
    require_currency(figure.money.currency if figure.money else currency)
    minor = figure.money.minor if figure.money else 0
    if abs(minor) > LIMIT:
        raise Refused(
            _("{amount} is beyond the largest amount kept; nothing was changed").format(amount=figure_text(figure))
        )
    if minor < 0 and kind in VALID_FROM:
        raise Refused(
            _("{kind} cannot be negative ({amount}); nothing was changed").format(
                kind=CAPITAL_KINDS[kind].name(language()), amount=figure_text(figure)
            )
        )


def require_recordable(on: Period, today: date) -> None:
    """Rule 9: a flow ends no later than the month it is recorded in."""
    if on.last > month_end(today) or on.first > today:
        raise Refused(
            _(
                "{period} lies in the future (today is {today}): record a plan ({command}) or a forecast; "
                "nothing was changed"
            ).format(period=on, today=Period.day(today), command=command_line("capital plan"))
        )


def _require_currency(store: Store, project: Project, row: CapitalEntry) -> None:
    """Rule 16."""
    if row.basis == "period" or row.minor is None:
        return
    latest = last_running(old for old in store.find(CapitalEntry, project_id=project.id) if old.kind == row.kind)
    if latest is not None and latest.currency != row.currency:
        raise Refused(
            _(
                "the last running figure of {code} is in {other} (entry {id}), this one in {currency}: add -y if it is"
            ).format(code=project.code, other=latest.currency, id=latest.id, currency=row.currency)
        )


def last_running(rows: Iterable[Any]) -> Any:
    """The last known running figure of a kind, whose currency the next one has; None where there is none."""
    running = (row for row in rows if row.basis != "period" and row.minor is not None)
    return max(running, key=lambda row: (row.last_day, row.id), default=None)


def _effects(
    store: Store, project: Project, row: CapitalEntry, before: Sequence[CapitalEntry]
) -> tuple[tuple[Restatement, ...], tuple[Fall, ...]]:
    """What a figure, not written yet, does to its series (rule 4). Raises Refused for a partial overlap (rule 6)."""
    begun = first_signed(store, project.id)
    entries = entries_of(before)
    old = Series(entries, begun)
    new = Series([*(one for one in entries if one.id != row.id), entry_of(row, recorded=store.change.id)], begun)
    for overlap in new.overlaps():
        if row.id in (overlap.kept, overlap.left_out) and overlap not in old.overlaps():
            number = overlap.kept if overlap.kept != row.id else overlap.left_out
            other = next(one for one in before if one.id == number)
            raise Refused(
                _(
                    "{period} overlaps {other} (entry {id}) in part: "
                    "give periods that contain each other or do not overlap"
                ).format(period=period_of(row), other=period_of(other), id=number)
            )
    known = {_named(one) for one in old.disagreements()}
    # One change of a total shows in every figure that leads to it: the latest of them names it.
    latest = {one.by: one for one in new.disagreements() if _named(one) not in known}
    falls = set(old.falls())
    return tuple(latest.values()), tuple(one for one in new.falls() if one not in falls)


def _named(one: Restatement) -> tuple[Any, ...]:
    return one.first, one.last, one.stated, one.by, one.entries


def clashing(store: Store, row: CapitalEntry) -> list[CapitalEntry]:
    """The other open entries of the kind that the door would not have let stand beside `row`."""
    kin = [
        one for one in store.find(CapitalEntry, project_id=row.project_id) if one.kind == row.kind and one.id != row.id
    ]
    if row.kind in VALID_FROM:
        return [one for one in kin if one.effective_from == row.effective_from and _same_span(one, row)]
    series = [one for one in kin if one.currency == row.currency]
    found = [one for one in series if _same_span(one, row) and not _instalment(row)]
    both = {row.id: row} | {one.id: one for one in series}
    for overlap in Series(entries_of(both.values())).overlaps():
        if row.id in (overlap.kept, overlap.left_out):
            found.append(both[overlap.kept + overlap.left_out - row.id])
    if row.basis != "period" and row.minor is not None:
        found += [one for one in kin if one.basis != "period" and one.currency != row.currency]
    return found


# --- figures reported again -------------------------------------------------------------------------------------------


def _same_span(old: CapitalEntry, row: CapitalEntry) -> bool:
    """Rule 8: the same basis and period; a cumulative figure is one of its last day."""
    if (old.basis, old.last_day) != (row.basis, row.last_day):
        return False
    return old.basis == "cumulative" or old.first_day == row.first_day


def _instalment(row: CapitalEntry) -> bool:
    """Rule 7: payments of one day add."""
    return row.basis == "period" and row.first_day == row.last_day


def _cite_again(store: Store, project: Project, row: CapitalEntry, cite: Citation) -> Recorded:
    given = {name: text for name, text in cite.given().items() if getattr(row, name) != text}
    if not given:
        return Recorded(project, row, "same")
    return Recorded(project, store.revise(row, **given), "cited")


def _replace(
    store: Store, project: Project, old: CapitalEntry, row: CapitalEntry, before: Sequence[CapitalEntry]
) -> Recorded:
    """The figure of `row` under the number of `old`, with its document; the quotation of another number goes."""
    kept = {"source": row.source or old.source, "note": row.note or old.note, "quote": row.quote}
    row.id = old.id
    found = _effects(store, project, row, before)
    newer = store.revise(old, **row.facts() | kept | {"effective_from": old.effective_from})
    return Recorded(project, newer, "corrected", figure_of(old), *found)


# --- totals and plans ------------------------------------------------------------------------------------------------


def _record_valid_from(store: Store, project: Project, new: NewEntry) -> Recorded:
    """Rule 11: another total or plan is a new value that holds from the day it was agreed; earlier days keep theirs."""
    span = (new.on.first, new.on.last) if new.on else (None, None)
    before = [
        old
        for old in store.find(CapitalEntry, project_id=project.id)
        if old.kind == new.kind and (new.kind == "total" or (old.first_day, old.last_day) == span)
    ]
    if new.from_day is not None:
        require_past(new.from_day, store.today)
    if before:
        begins = new.from_day or store.today
        if new.kind == "plan" and new.on:
            begins = max(begins, new.on.first)
    elif new.kind == "plan" and new.on:
        begins = new.from_day or new.on.first
    else:
        begins = new.from_day or ALWAYS
    row = _row(project, new, effective_from=begins)
    held = in_force(before, begins)
    was = figure_of(held) if held else None
    if held is not None and was == new.figure and (new.from_day is None or held.effective_from == begins):
        return _cite_again(store, project, held, new.cite)
    if held is not None and held.effective_from == begins:
        kept = {"source": row.source or held.source, "note": row.note or held.note, "quote": row.quote}
        return Recorded(project, store.revise(held, **row.facts() | kept), "corrected", was)
    return Recorded(project, store.add(row), "new", was)


def in_force(rows: Iterable[CapitalEntry], day: date) -> CapitalEntry | None:
    """The total, or the plan of one period, that holds on a day: the last agreed by then."""
    return max(
        (row for row in rows if row.effective_from <= day), key=lambda row: (row.effective_from, row.id), default=None
    )


# --- corrections -----------------------------------------------------------------------------------------------------


class Correction(NamedTuple):
    """What is right instead; None: as it was. `project` moves the figure, `withdraw` ends it."""

    why: str
    figure: Figure | None = None
    on: Period | None = None
    basis: str | None = None
    project: str | None = None
    withdraw: bool = False


class Corrected(NamedTuple):
    """What a correction did: the entry before and after (None: withdrawn), and what that does to its series.

    `baselines` are the versions of those that had this total and have none now.
    """

    project: Project
    was: CapitalEntry
    row: CapitalEntry | None
    disagreements: tuple[Restatement, ...] = ()
    falls: tuple[Fall, ...] = ()
    baselines: tuple[int, ...] = ()


def correct(store: Store, number: int, correction: Correction, cite: Citation) -> Corrected:
    """Put an entry right under its number, or withdraw it.

    The quotation goes unless a new one is given: no document may prove another number. Raises Refused where the entry
    was withdrawn or nothing would change; UsageError where there is no such entry.
    """
    old = open_entry(store, number)
    project = store.get(Project, old.project_id)
    assert project is not None, "the entries of a project end with it"
    why = long_text(correction.why, _("reason"))
    if why is None:
        raise UsageError(_("give a reason with --why"))
    store.change.reason = why
    if correction.withdraw:
        store.end(old)
        return Corrected(project, old, None, baselines=_without_total(store, old))
    target = store.project(correction.project) if correction.project else project
    on = correction.on or (period_of(old) if old.last_day else None)
    new = NewEntry(
        old.kind, correction.figure or figure_of(old), on, correction.basis or old.basis, old.currency, None, cite
    )
    require_period(new.kind, new.on, new.basis)
    require_basis(new.kind, new.basis)
    require_amount(new.kind, new.figure, new.currency)
    same_days = correction.on is None and new.basis == old.basis
    if old.kind not in VALID_FROM and on is not None:
        require_recordable(on, store.today)
    effective = old.effective_from
    if not same_days and on is not None:
        # Rule 9: the last day, or the day the first version was recorded where that came first.
        recorded = sa.text(
            "SELECT MIN(c.recorded_on) FROM capital_entry AS e JOIN change AS c ON c.id = e.recorded_from"
            " WHERE e.id = :id"
        )
        first = store.connection.execute(recorded, {"id": old.id}).scalar() or store.today
        effective = min(on.last, first if isinstance(first, date) else date.fromisoformat(first))
    row = _row(target, new, effective)
    values = {
        name: value for name, value in row.facts().items() if name not in ("source", "quote", "note", "period_text")
    }
    same = all(getattr(old, name) == value for name, value in values.items())
    cited = {
        "source": row.source or old.source,
        "note": row.note or old.note,
        "quote": row.quote or (old.quote if same else None),
    }
    if same and all(getattr(old, name) == text for name, text in cited.items()):
        raise Refused(_("entry {id} already has this figure").format(id=old.id))
    if old.kind in VALID_FROM:
        left = _without_total(store, old) if target.id != project.id else ()
        return Corrected(target, old, store.revise(old, **row.facts() | cited), baselines=left)
    before = [one for one in _series_rows(store, row) if one.id != old.id]
    moved = any(getattr(old, name) != getattr(row, name) for name in ("project_id", "basis", "first_day", "last_day"))
    if moved and any(_same_span(one, row) and not _instalment(row) for one in before):
        twin = next(one for one in before if _same_span(one, row))
        raise Refused(
            _("entry {id} is already of {period} of {code}").format(id=twin.id, period=period_of(row), code=target.code)
        )
    row.id = old.id
    found = _effects(store, target, row, [*before, old] if target.id == project.id else before)
    return Corrected(target, old, store.revise(old, **row.facts() | cited), *found)


def _without_total(store: Store, entry: CapitalEntry) -> tuple[int, ...]:
    """Take the total from the baselines of a project that no longer has the entry; their versions."""
    if entry.kind != "total":
        return ()
    from tracker.models.baseline import Baseline

    rows = store.find(Baseline, project_id=entry.project_id, entry_id=entry.id)
    return tuple(store.revise(row, entry_id=None).version for row in rows)


def open_entry(store: Store, number: int) -> CapitalEntry:
    """The open entry of this number. Raises UsageError where there never was one, Refused where it was withdrawn."""
    row = store.get(CapitalEntry, number) if 0 < number <= _LARGEST_ID else None
    if row is not None:
        return row
    last = sa.text("SELECT MAX(recorded_to) FROM capital_entry WHERE id = :id")
    change = store.connection.execute(last, {"id": number}).scalar() if 0 < number <= _LARGEST_ID else None
    if change is None:
        raise UsageError(
            _("there is no capital entry {id}; see them with: {command}").format(
                id=number, command=command_line("capital list")
            )
        )
    raise Refused(_("entry {id} was withdrawn in change {change}").format(id=number, change=change))


# --- series ----------------------------------------------------------------------------------------------------------


def _series_rows(store: Store, row: CapitalEntry) -> list[CapitalEntry]:
    """The open entries of the same project, kind and currency; of no currency of their own where nothing is known."""
    return [
        one
        for one in store.find(CapitalEntry, project_id=row.project_id)
        if one.kind == row.kind and one.currency == row.currency
    ]


def entry_of(row: CapitalEntry, recorded: int | None = None) -> Entry:
    """A row as the running figures take it."""
    assert row.first_day is not None
    assert row.last_day is not None
    return Entry(
        row.id,
        row.basis,
        row.first_day,
        row.last_day,
        row.minor,
        row.qualifier,
        row.availability,
        row.recorded_from if recorded is None else recorded,
        row.effective_from,
    )


def entries_of(rows: Iterable[CapitalEntry]) -> list[Entry]:
    """Rows as the running figures take them."""
    return [entry_of(row) for row in rows]


def first_signed(store: Store, project: int) -> date | None:
    """The first day of the first dated stage from `signed` on: before it nothing was completed (rule 1)."""
    days = [
        event.first_day
        for event in store.find(StageEvent, project_id=project)
        if event.first_day and event.stage in STAGES and STAGES[event.stage].order >= STAGES["signed"].order
    ]
    return min(days, default=None)


def figure_of(row: Any) -> Figure:
    """The figure of an entry."""
    money = None if row.minor is None else Money(row.minor, row.currency)
    return Figure(money, row.qualifier, row.availability)


def figure_columns(figure: Figure, currency: str) -> dict[str, Any]:
    """The columns of a figure; `currency` is that of one without an amount."""
    return {
        "minor": figure.money.minor if figure.money else None,
        "currency": figure.money.currency if figure.money else currency,
        "qualifier": figure.qualifier,
        "availability": figure.availability,
    }


def at_year_start(new: NewEntry, figure: Figure) -> NewEntry:
    """The cumulative figure at the end of last year, for a cumulative figure of this one."""
    assert new.on is not None
    eve = Period.day(date(new.on.last.year - 1, 12, 31))
    return new._replace(figure=figure, on=eve)


class Doubts(NamedTuple):
    """What is unlikely about a figure.

    `other_currency` is that of the project's other figures of the kind, else of its total. `total` is the total in
    force that the figure exceeds, or what there is `in_all` with it. `twin` is the number of an entry that has the same
    figure for the same period. `lacks_year` says that a cumulative figure leaves the year to date unknown until the
    figure at the start of the year is given.
    """

    other_currency: str | None = None
    total: Figure | None = None
    in_all: Figure | None = None
    twin: int | None = None
    lacks_year: bool = False

    @property
    def any(self) -> bool:
        """Whether a person should confirm the figure."""
        return bool(self.other_currency or self.total or self.twin)


def doubts_about(store: Store, recorded: Recorded) -> Doubts:
    """What is unlikely about a figure that was just recorded."""
    row = recorded.row
    if recorded.outcome not in ("new", "corrected") or row.minor is None:
        return Doubts()
    every = store.find(CapitalEntry, project_id=recorded.project.id)
    kin = [one for one in every if one.kind == row.kind and one.id != row.id]
    total = in_force((one for one in every if one.kind == "total" and one.id != row.id), row.effective_from)
    known = [one.currency for one in kin if one.minor is not None]
    if not known and total is not None and total.minor is not None and not row.kind.endswith("_foreign"):
        known = [total.currency]
    # What the entries of the kind and currency come to by the days of the figure, where they are known.
    in_all, lacks_year = None, False
    if row.kind not in VALID_FROM and row.last_day is not None:
        entries = entries_of(one for one in (*kin, row) if one.currency == row.currency)
        series = Series(entries, first_signed(store, row.project_id))
        value = series.cumulative(row.last_day)
        if value.minor is not None and value.state in ("known", "partial"):
            in_all = Figure(Money(value.minor, row.currency), value.qualifier, value.availability)
        lacks_year = row.basis == "cumulative" and series.year(row.last_day).state == "lacking"
    most = max(row.minor, in_all.money.minor if in_all and in_all.money else row.minor)
    exceeds = (
        total is not None
        and row.kind != "total"
        and (total.minor is not None and total.currency == row.currency)
        and (most > total.minor and total.qualifier != "over")
    )
    same = (row.basis, row.first_day, row.last_day, row.minor, row.currency)
    twins = (one.id for one in kin if (one.basis, one.first_day, one.last_day, one.minor, one.currency) == same)
    return Doubts(
        known[-1] if known and row.currency not in known else None,
        figure_of(total) if exceeds and total else None,
        in_all if exceeds else None,
        next(twins, None) if row.basis == "period" and row.kind not in VALID_FROM else None,
        lacks_year,
    )
