"""What changed between two moments, in sentences: capital, milestones, other subjects, totals before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from tracker.analysis.milestones import Milestone
from tracker.database import Reader
from tracker.dates import Period, slip
from tracker.i18n import _, language, ngettext
from tracker.money import AUTO, Figure, Money, at_least, format_figure
from tracker.money.quantities import Quantity, format_quantity, percent_text
from tracker.queries import capital
from tracker.queries import changes as questions
from tracker.queries import projects as project_queries
from tracker.queries.as_of import FOREVER, AsOf, Filters, last_change_before, newest_change
from tracker.queries.capital import EntryRow, Rest
from tracker.queries.changes import WrittenRow
from tracker.queries.matching import existing
from tracker.reports.change_words import Names, Told, Values, basis_text, holds_from, on_days, tell, tell_turns, word
from tracker.reports.portfolio import Portfolio, ProjectState, matches, portfolio, states_of
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.tally import Tally, group_amounts, sums, tallied
from tracker.reports.words import heading, name_of, term
from tracker.text import fold
from tracker.vocabulary import CAPITAL_KINDS, CONDITIONS, INDICATORS, STAGES, SUBJECT_KINDS, Term, milestone_term

# Another one holds from a day on; the one before keeps the days before.
VALID_FROM = ("total", "plan")


@dataclass(frozen=True, slots=True)
class ValidFrom:
    """The totals and plans of a project, before and after, as rows of the query for entries."""

    was: Sequence[EntryRow]
    now: Sequence[EntryRow]

    def preceding(self, number: int, values: Values, *, after: bool) -> Values | None:
        """The total, or the plan of the same period, that holds until the entry `number` does; None for the first."""
        earlier = [
            row
            for row in (self.now if after else self.was)
            if (row.kind, *_span(asdict(row))) == (values["kind"], *_span(values))
            and (row.effective_from, row.entry_id) < (values["effective_from"], number)
        ]
        last = max(earlier, key=lambda row: (row.effective_from, row.entry_id), default=None)
        return asdict(last) if last else None


def _span(values: Mapping[str, Any]) -> tuple[date | None, date | None]:
    return (values["first_day"], values["last_day"]) if values["kind"] == "plan" else (None, None)


def tell_baselines(
    found: Iterable[WrittenRow], recorded: Sequence[WrittenRow], totals: ValidFrom
) -> tuple[list[Told], list[WrittenRow]]:
    """The versions of one project, each with its total, and what is left to tell of what was `recorded`."""
    told, rest = [], list(recorded)
    for one in found:
        values = one.values
        # The first version is what stood before: nobody approved it.
        if values["approved"] is None and values["version"] == 1:
            continue
        own = [each for each in rest if each.id == values["entry_id"] and (each.was is None or each.now is None)]
        rest = [each for each in rest if each not in own]
        told.append(_baseline(one, own[0] if own else None, totals))
    return told, rest


def _baseline(one: WrittenRow, total: WrittenRow | None, totals: ValidFrom) -> Told:
    values = one.values
    was: Values | None = None
    now: Values | None = None
    text = ""
    if total is not None:
        before = totals.preceding(total.id, total.values, after=one.now is not None)
        was, now = (before, total.values) if one.now is not None else (total.values, before)
        text = _(", total {was} → {now}").format(was=_amount(was), now=_amount(now))
    sentence = _("baseline {version} approved {day}{total}") if one.now else _("baseline {version} taken back{total}")
    why = f" ({values['reason']})" if values["reason"] and one.now else ""
    said = sentence.format(version=values["version"], day=values["approved"], total=text) + why
    return Told("baseline", said, _figures(was), _figures(now), one.change)


def tell_capital(found: Iterable[WrittenRow], totals: ValidFrom) -> Iterator[Told]:
    """What was recorded, corrected and withdrawn; a correction of what was recorded in between is what is recorded."""
    ended = []
    for one in found:
        if one.now is None:
            ended.append(one)
        elif one.was is None:
            yield _recorded(one, totals)
        elif told := _corrected(one):
            yield told
    yield from map(_withdrawn, ended)


def _recorded(one: WrittenRow, totals: ValidFrom) -> Told:
    assert one.now is not None
    before = totals.preceding(one.id, one.now, after=True) if one.now["kind"] in VALID_FROM else None
    kind, on, begins = word(CAPITAL_KINDS, one.now["kind"]), _for(one.now), holds_from(one.now)
    if before:
        said = _("{kind}: {was} → {now}").format(kind=kind + on, was=_amount(before), now=_amount(one.now))
    else:
        said = _("{kind}{on}: {amount} booked").format(kind=kind, on=on, amount=_amount(one.now))
    said += f", {begins}" if begins else ""
    return Told(one.now["kind"], said, _figures(before), _figures(one.now), one.change)


def _corrected(one: WrittenRow) -> Told | None:
    """The sentence of a correction; None where only its source, quotation or note is another."""
    assert one.was is not None
    assert one.now is not None
    was, now = ((_amount(values), _for(values), holds_from(values)) for values in (one.was, one.now))
    if was == now:
        return None
    sentence = _("{kind}{on}: corrected from {was} to {now}")
    if was[0] == now[0]:
        sentence = _("{kind}{on}: {now}, corrected from{was_on}")
    said = sentence.format(
        kind=word(CAPITAL_KINDS, one.now["kind"]),
        on=now[1],
        was=was[0],
        now=now[0],
        was_on=was[1] or f" {was[2]}",
    )
    return Told(one.now["kind"], said, _figures(one.was), _figures(one.now), one.change)


def _withdrawn(one: WrittenRow) -> Told:
    assert one.was is not None
    sentence = _("{kind}{on}: {amount} withdrawn").format(
        kind=word(CAPITAL_KINDS, one.was["kind"]), on=_for(one.was), amount=_amount(one.was)
    )
    return Told(one.was["kind"], sentence, _figures(one.was), None, one.change)


def _figure(values: Values) -> Figure:
    money = None if values["minor"] is None else Money(values["minor"], values["currency"])
    return Figure(money, values["qualifier"], values["availability"])


def _figures(values: Values | None) -> Amounts | None:
    return Amounts((_figure(values),)) if values else None


def _amount(values: Values | None) -> str:
    return format_figure(_figure(values), unit=AUTO, lang=language()) if values else "–"


def _for(values: Values) -> str:
    """The days of a figure and what it is a figure of, with a space before them."""
    days = on_days(values) if values["first_day"] else ""
    return "".join(f" {part}" for part in (days, basis_text(values["basis"])) if part)


SubjectValues = Mapping[str, Any]
# In the order of the sentences about one company.
_OF_COMPANY = ("company", "label", "certification", "request", "indicator_value")


def tell_companies(
    found: Iterable[WrittenRow], names: Names, is_meant: Callable[[int], bool]
) -> Iterator[tuple[Cell, Told]]:
    """The sentences about each company that is meant, under its name; what a project asks for is the project's."""
    by_company: dict[int, dict[str, list[WrittenRow]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        values = one.values
        company = one.id if one.table == "company" else values.get("company_id")
        if one.table in _OF_COMPANY and company is not None and values.get("project_id") is None:
            by_company[company][one.table].append(one)
    for company in sorted(filter(is_meant, by_company)):
        heading = names.get(("company", company), str(company))
        for subject in _OF_COMPANY:
            for one in by_company[company][subject]:
                for told in _tell_indicator(one) if subject == "indicator_value" else tell(one, names):
                    yield heading, told


def tell_indicators(found: Iterable[WrittenRow], is_meant: Callable[[str, str], bool]) -> Iterator[tuple[Cell, Told]]:
    """The values and targets of each zone, site and chain that is meant (by kind and name), under its name."""
    by_subject: dict[tuple[str, str], list[WrittenRow]] = defaultdict(list)
    for one in found:
        values = one.values
        if one.table == "indicator_value" and values["company_id"] is None:
            by_subject[values["subject_kind"], values["subject"]].append(one)
    for (kind, name), own in by_subject.items():
        if is_meant(kind, name):
            word = SUBJECT_KINDS[kind]
            heading = Term(f"{kind}:{name}", f"{word.zh} · {name}", f"{word.en} · {name}")
            for one in own:
                for told in _tell_indicator(one):
                    yield heading, told


def _tell_indicator(one: WrittenRow) -> Iterator[Told]:
    values = one.values
    was, now = (_value(side) if side else None for side in (one.was, one.now))
    if was == now:
        return
    indicator = term(INDICATORS, values["indicator"])
    names = {
        "actual": "{indicator} {period}",
        "floor": _("{indicator} {period}, target"),
        "stretch": _("{indicator} {period}, stretch target"),
    }
    name = names[values["what"]].format(
        indicator=indicator.name(language()) if indicator else "",
        period=on_days(values),
    )
    sentence = _("{name}: {was} → {now}") if was and now else _("{name}: {now} recorded")
    if now is None:
        sentence = _("{name}: {was} taken back")
    what = "indicator" if values["what"] == "actual" else "target"
    yield Told(what, sentence.format(name=name, was=was, now=now), was, now, one.change)


def _value(values: SubjectValues) -> str:
    columns = ("measure", "value", "currency", "unit", "qualifier", "availability")
    text = format_quantity(Quantity(*(values[name] for name in columns)), unit=AUTO, lang=language())
    if values["growth"] is None:
        return text
    return _("{value} ({growth} on the year)").format(value=text, growth=percent_text(values["growth"]))


def tell_rates(found: Iterable[WrittenRow]) -> Iterator[tuple[Cell, Told]]:
    """The exchange rates: one sentence for all the new ones of a pair, one for each that became another."""
    text = _("Exchange rates")
    heading = Term("rates", text, text)
    new: dict[tuple[str, str], list[WrittenRow]] = defaultdict(list)
    for one in found:
        if one.table == "exchange_rate":
            values = one.values
            if one.was is None:
                new[values["base"], values["counter"]].append(one)
            elif one.now is None or one.now["rate"] != one.was["rate"]:
                yield heading, _other_rate(one)
    for own in new.values():
        yield heading, _new_rates(own)


def _other_rate(one: WrittenRow) -> Told:
    values = one.values
    was, now = (side["rate"] if side else None for side in (one.was, one.now))
    sentence = (
        _("{base}/{counter} on {day}: {was} → {now}") if now else _("{base}/{counter} on {day}: {was} taken back")
    )
    said = sentence.format(base=values["base"], counter=values["counter"], day=values["on_day"], was=was, now=now)
    return Told("rate", said, was, now, one.change)


def _new_rates(own: Sequence[WrittenRow]) -> Told:
    rates = sorted((one.now for one in own if one.now), key=lambda values: values["on_day"])
    last = rates[-1]
    sentence = ngettext(
        "{base}/{counter} on {day}: {rate} recorded",
        "{base}/{counter}: {count} rates recorded, from {first} to {day}, the last {rate}",
        len(rates),
    )
    said = sentence.format(
        base=last["base"],
        counter=last["counter"],
        count=len(rates),
        first=rates[0]["on_day"],
        day=last["on_day"],
        rate=last["rate"],
    )
    return Told("rate", said, None, last["rate"], max(one.change for one in own))


Tallies = dict[tuple[int, str], Tally]
# Of more touched projects every project is looked at.
_MOST_TOUCHED = 5_000
_FLOWS = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "total")


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one kind of capital before and after."""

    kind: str
    was: Amounts
    now: Amounts


def totals_of(
    reader: Reader, before: AsOf, after: AsOf, touched: Collection[int], was: Portfolio, now: Portfolio
) -> Iterator[Total]:
    """The sums over the projects of `was` and `now` that are not what they were."""
    ids = {one.row.project_id for one in now.states}
    figures = _tallies(reader, after, ids)
    earlier = {key: tally for key, tally in figures.items() if key[0] not in touched}
    earlier |= _tallies(reader, before, {one.row.project_id for one in was.states} & set(touched))
    for kind in CAPITAL_KINDS:
        sums = (_of_kind(side.tree(), tallies, kind.code) for side, tallies in ((was, earlier), (now, figures)))
        yield from _moved(kind.code, *sums)


def totals_of_all(reader: Reader, before: AsOf, after: AsOf, touched: Collection[int]) -> Iterator[Total] | None:
    """The sums over all projects that are not what they were; None where every project must be looked at for them."""
    if after.known < FOREVER or after.converter is not None:
        return None
    family = set(touched)
    for side in (before, after):
        family |= _families(reader, side, family)
    if len(family) > _MOST_TOUCHED:
        return None
    rest = capital.rest(reader, after, family)
    return _with_rest(reader, before, after, family, rest)


def _with_rest(reader: Reader, before: AsOf, after: AsOf, family: Collection[int], rest: Rest) -> Iterator[Total]:
    sides = []
    for side in (before, after):
        there = existing(reader, side, family)
        tree = [
            (row.project_id, row.parent_id)
            for row in project_queries.projects(reader, side, there)
            if row.project_id in there
        ]
        sides.append((tree, _tallies(reader, side, there)))
    for kind in CAPITAL_KINDS:
        sums = (_added(_of_kind(tree, tallies, kind.code), rest, kind.code) for tree, tallies in sides)
        yield from _moved(kind.code, *sums)


def _families(reader: Reader, as_of: AsOf, projects: Collection[int]) -> set[int]:
    """The projects with all above them, and everything below those."""
    found = set(projects)
    above = set(projects)
    while above:
        rows = project_queries.projects(reader, as_of, above)
        above = {row.parent_id for row in rows if row.project_id in above and row.parent_id is not None} - found
        found |= above
    return found | {part for part, _parent in project_queries.parts_of(reader, as_of, found)}


def _tallies(reader: Reader, as_of: AsOf, projects: Collection[int]) -> Tallies:
    """The total in force of each project, and what it has of the other kinds in the year of the day asked about."""
    if not projects:
        return {}
    year = tallied(reader, as_of, Period.year(as_of.day.year), kinds=_FLOWS, projects=projects)
    return year | tallied(reader, as_of, kinds=("total",), projects=projects)


def _of_kind(tree: list[tuple[int, int | None]], tallies: Tallies, kind: str) -> Amounts:
    return group_amounts(tree, {project: tally for (project, one), tally in tallies.items() if one == kind})


def _added(amounts: Amounts, rest: Rest, kind: str) -> Amounts:
    """What some families come to, and the rest of the projects with them."""
    others = (
        Figure(
            Money(row.minor, row.currency),
            at_least(row.qualifier) if row.state == "partial" else row.qualifier,
            row.availability,
        )
        for row in rest.sums
        if row.kind == kind
    )
    known = (amounts.known or 0) + rest.known.get(kind, 0)
    return replace(
        amounts, figures=sums((*amounts.figures, *others)), known=known, of=(amounts.of or 0) + rest.projects
    )


def _moved(kind: str, was: Amounts, now: Amounts) -> Iterator[Total]:
    before, after = (replace(side, figures=tuple(sorted(side.figures, key=_currency))) for side in (was, now))
    if before.figures != after.figures:
        yield Total(kind, before, after)


def _currency(figure: Figure) -> str:
    return figure.money.currency if figure.money else ""


def tell_milestone(was: Milestone | None, now: Milestone | None, change: int) -> Told | None:
    """The one sentence for a milestone between two states of the ledger, None where nothing is to be said.

    Days are counted between the last days of each; 0 where two ranges overlap.
    """
    milestone = now or was
    if milestone is None:
        return None
    name = milestone_term(milestone.code, milestone.title).name(language())
    before, after = (one.expected if one else None for one in (was, now))
    sentence = _sentence(was, now)
    if sentence is None:
        return None
    told = sentence.format(milestone=name, was=_day_text(before), now=_day_text(after), days=_days(was, now))
    return Told("milestone", told, before, after, change)


def _sentence(was: Milestone | None, now: Milestone | None) -> str | None:
    before, after = (one.expected if one else None for one in (was, now))
    if now is None:
        return _("{milestone}: no longer a milestone")
    if now.actual and not (was and was.actual):
        return _("{milestone}: reached {now}{days}")
    if was and was.actual and not now.actual:
        return _("{milestone}: no longer reached (was {was})")
    if before == after:
        return None if was else _("{milestone}: a milestone without a day")
    if now.actual:
        return _("{milestone}: reached {now}, not {was}")
    if before is None:
        return _("{milestone}: planned for {now}")
    return _("{milestone}: moved from {was} to {now}{days}") if after else _("{milestone}: no longer expected {was}")


def _days(was: Milestone | None, now: Milestone | None) -> str:
    """How many days later or earlier: reached against the baseline, moved against what was expected."""
    if now is None or now.expected is None:
        return ""
    against = now.baseline if now.actual and now.baseline else was.expected if was else None
    if against is None:
        return ""
    days = slip(against, now.expected)
    if not days:
        return _(", on time") if now.actual else ""
    late = ngettext(", {count} day late", ", {count} days late", abs(days))
    early = ngettext(", {count} day early", ", {count} days early", abs(days))
    later = ngettext(", {count} day later", ", {count} days later", abs(days))
    earlier = ngettext(", {count} day earlier", ", {count} days earlier", abs(days))
    words = (late if days > 0 else early) if now.actual else (later if days > 0 else earlier)
    return words.format(count=abs(days))


def _day_text(day: Period | None) -> str:
    return day.display(language()) if day else "–"


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

    before: AsOf
    after: AsOf
    was: Portfolio
    now: Portfolio

    def projects(self) -> dict[int, ProjectState]:
        """By id, as they are now, else as they were."""
        return {one.row.project_id: one for side in (self.was, self.now) for one in side.states}


def changes(reader: Reader, as_of: AsOf, filters: Filters, window: Window) -> Report:
    """What is otherwise at the end of `window` than at its beginning; what was undone inside it is no change.

    Without rows where nothing happened. Facts count up to the day asked about, as known at either end.
    """
    since = window.since
    first = since if isinstance(since, int) else last_change_before(reader, since)
    last = as_of.known if window.until is None else min(as_of.known, last_change_before(reader, window.until))
    found = questions.differences(reader, as_of, min(first, last), last)
    if last >= newest_change(reader):
        # Everything known now: what is derived from it is at hand.
        last = FOREVER
    before, after = replace(as_of, known=min(first, last)), replace(as_of, known=last)
    rows = tuple(_rows(reader, _sides(reader, before, after, filters, found), filters, found)) if found else ()
    return Report(
        "changes",
        _("Changes"),
        _columns(),
        rows,
        as_of.day,
        as_of.known_on,
        notes=_notes() if rows else (),
        grouped=True,
        empty=_("nothing was recorded"),
    )


def _sides(reader: Reader, before: AsOf, after: AsOf, filters: Filters, found: Iterable[WrittenRow]) -> _Sides:
    """Without filters, the projects of which something was recorded; with filters all that match.

    A project that matches before or after is meant on both sides, or its moving in would change the totals.
    """
    if filters == Filters():
        touched = _touched(found)
        sides = (states_of(reader, side, existing(reader, side, touched)) for side in (before, after))
        return _Sides(before, after, *(Portfolio(tuple(one), ()) for one in sides))
    was, now = portfolio(reader, before), portfolio(reader, after)
    meant = {one.row.project_id for side in (was, now) for one in side.states if matches(one, filters)}
    chosen = (
        replace(side, states=tuple(one for one in side.states if one.row.project_id in meant)) for side in (was, now)
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
    names = questions.names_of(reader, found)
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


def _named(one: ProjectState) -> Term:
    text = f"{one.row.code} · {name_of(one.row.name, one.row.name_en)}"
    return Term(one.row.code, text, text)


def _others(
    found: Sequence[WrittenRow],
    names: Mapping[tuple[str, int], str],
    projects: Iterable[ProjectState],
    filters: Filters,
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
        self._was = {one.row.project_id: one for one in sides.was.states}
        self._found: dict[tuple[int, str], list[WrittenRow]] = defaultdict(list)
        for row in found:
            for one in _of_one_project(row):
                self._found[_project_of(one), one.table].append(one)
        self._before, self._after = _by_code(sides.was.states), _by_code(sides.now.states)

    def about(self, project: int) -> Iterator[Told]:
        """What to say of one project; of one that is removed, that alone."""
        opening, *alone = _ALONE
        own = [told for one in self._found[project, opening] for told in tell(one, self._names)]
        yield from own
        if any(one.what == "removed" for one in own):
            return
        state = self._was.get(project)
        stage = state.stage.code if state and state.stage else None
        condition = state.condition if state else "active"
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


def _by_code(found: Iterable[ProjectState]) -> dict[tuple[int, str], Milestone]:
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
        called = name if one.kind == "total" else f"{name} {sides.after.day.year}"
        said = _("{kind}: {was} → {now}").format(
            kind=called, was=_shown(one.was, decimals), now=_shown(one.now, decimals)
        )
        yield (Term("", title, title), said, f"sum:{one.kind}", one.was, one.now, None, None)


def _shown(amounts: Amounts, decimals: int | None) -> str:
    figures = (format_figure(one, unit=AUTO, lang=language(), decimals=decimals) for one in amounts.figures)
    return " + ".join(figures) or "–"
