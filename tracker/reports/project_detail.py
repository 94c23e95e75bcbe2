"""`tracker show`: everything known of one project, and the projects around it as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from tracker.analysis.completion import points_in_words
from tracker.analysis.rag_status import RuleSet
from tracker.database import Reader
from tracker.dates import Period, elapsed_share
from tracker.i18n import _, language
from tracker.models.fields import CITED, FIELDS, NAMES, Field, Type
from tracker.queries import capital
from tracker.queries import milestones as milestone_queries
from tracker.queries import projects as project_queries
from tracker.queries import requests as follow_up_queries
from tracker.queries.as_of import FOREVER, AsOf
from tracker.queries.milestones import MilestoneDateRow
from tracker.queries.projects import EventRow, parts_of
from tracker.reports.capital_sums import NOTHING, CapitalSum, convert, tallied, with_parts
from tracker.reports.entries import basis_term, entry_period, figure_of, holds_from
from tracker.reports.portfolio import Portfolio, ProjectState, cited, surroundings
from tracker.reports.progress import Line, baseline_rows, baseline_versions, lines, since_beginning
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.restated import closes_before
from tracker.reports.words import bag, fact_rows, field_cell, field_text, heading, name_of, project_title, term
from tracker.vocabulary import (
    CAPITAL_KINDS,
    CONDITIONS,
    LIGHTS,
    RELATIONS,
    STAGES,
    VALID_FROM,
    Vocabulary,
    milestone_term,
)

Cells = tuple[Cell, ...]


def family_tree(reader: Reader, as_of: AsOf, one: ProjectState, everything: Portfolio) -> Iterator[Cells]:
    """Rows of `show` for the projects that support this one, at every depth, then its other relations and its parts."""
    ids = {other.row.project_id for other in everything.states}
    tree = _Tree(everything, tallied(reader, as_of, kinds=("total",), projects=ids)["total"])
    yield from tree.supporters(one.row.project_id, "", {one.row.project_id})
    yield from tree.others(one.row.project_id)
    for part in everything.states:
        if part.row.parent_id == one.row.project_id:
            yield tree.row(_("Parts"), part, "", None)


class _Tree:
    def __init__(self, everything: Portfolio, totals: dict[int, CapitalSum]) -> None:
        self._by_id = {one.row.project_id: one for one in everything.states}
        self._relations = everything.relations
        self._totals = totals

    def row(self, section: str, one: ProjectState, branch: str, source: str | None) -> Cells:
        """One project: its branch of the tree, its total or else its stage, since when."""
        total = self._totals.get(one.row.project_id, NOTHING)
        stage = term(STAGES, one.stage)
        on = one.stage_on
        item = f"{branch}{one.row.code} {name_of(one.row.name, one.row.name_en)}"
        value: Cell = Amounts(total.figures) if total.figures else stage
        words = stage.name(language()) if stage and total.figures else ""
        return section, item, value, on, " ".join(word for word in (words, source or "") if word) or None

    def supporters(self, project: int, indent: str, seen: set[int]) -> Iterator[Cells]:
        """Everything that supports `project`; a circle is drawn once."""
        own = [one for one in self._relations if one.target_id == project and one.relation == "supports"]
        for place, relation in enumerate(own):
            last = place == len(own) - 1
            one = self._by_id[relation.project_id]
            branch = f"{indent}{'└─ ' if last else '├─ '}"
            yield self.row(_("Supported by"), one, branch, cited(relation.source, relation.quote))
            if relation.project_id not in seen:
                deeper = indent + ("   " if last else "│  ")
                yield from self.supporters(relation.project_id, deeper, seen | {relation.project_id})

    def others(self, project: int) -> Iterator[Cells]:
        """What `project` relates to, and what relates to it otherwise than by support."""
        for one in self._relations:
            name = term(RELATIONS, one.relation)
            words = name.name(language()) if name else one.relation
            source = cited(one.source, one.quote)
            if one.project_id == project:
                yield self.row(_("Relations"), self._by_id[one.target_id], f"{words} → ", source)
            elif one.target_id == project and one.relation != "supports":
                yield self.row(_("Relations"), self._by_id[one.project_id], f"← {words}: ", source)


FLOWS = tuple(kind.code for kind in CAPITAL_KINDS if kind.code not in VALID_FROM)


def project_detail(reader: Reader, as_of: AsOf, code: str, rules: RuleSet | str, *, explain: bool = False) -> Report:
    """Everything known of the project `code`; with `explain`, every derived figure with the entries it comes from.

    Raises UsageError, with the closest code, where there is no such project.
    """
    one, everything = surroundings(reader, as_of, code)
    number = one.row.project_id
    # Computed from the entries, as what is derived does not hold which they are.
    computed = as_of._replace(known=min(as_of.known, FOREVER - 1))
    [line] = lines(reader, computed, [one], rules)
    rows = (
        *_facts(one, everything),
        *_events(_("Stages"), one.stages, STAGES),
        *_events(_("Conditions"), one.conditions, CONDITIONS),
        *_progress(line, _derived(reader, computed, one), as_of, explain=explain),
        *baseline_rows(baseline_versions(reader, as_of, number).get(number, ()), as_of),
        *_capital(reader, as_of, one),
        *_milestones(reader, as_of, one),
        *_reviews(reader, as_of, one),
        *_follow_ups(reader, as_of, one),
        *family_tree(reader, as_of, one, everything),
    )
    columns = (
        Column("section", _("Section"), priority=1),
        Column("item", _("What"), priority=1),
        Column("value", _("Value"), Kind.ANY, priority=1),
        Column("on", _("On"), Kind.ANY, priority=2),
        Column("source", _("Source and notes"), Kind.ANY, priority=3),
        Column("entries", _("From entries"), hidden=True),
    )
    rows = tuple((*row, None)[: len(columns)] for row in rows)
    return Report("show", project_title(one.row), columns, rows, as_of.day, as_of.known_on, grouped=True, exact=True)


def _facts(one: ProjectState, everything: Portfolio) -> Iterator[Cells]:
    row = one.row
    parent = next((other.row.code for other in everything.states if other.row.project_id == row.parent_id), None)
    facts = (
        (_("Name"), row.name),
        (_("English name"), row.name_en),
        (_("Aliases"), bag(one.names("alias"))),
        *(
            (field.heading, _fact(one, field, parent))
            for field in FIELDS["project"]
            if field.key not in (*NAMES, *CITED)
        ),
        (_("Tags"), bag(one.names("tag"))),
        *((label.name, label.value) for label in one.labels if label.category in ("external", "field")),
    )
    return fact_rows(_("Project"), facts, cited(row.source, row.quote, row.note))


def _fact(one: ProjectState, field: Field, parent: str | None) -> Cell:
    """What a field of a project says."""
    row = one.row
    if field.refers:
        return parent if field.refers == "project" else name_of(row.company, row.company_en) if row.company else None
    if field.type is Type.PERIOD:
        return row.registered
    value = getattr(row, field.key)
    return field_text(field, value) if field.type is Type.LAND else field_cell(field, value)


def _events(section: str, events: Sequence[EventRow], words: Vocabulary) -> Iterator[Cells]:
    for event in events:
        name = term(words, event.code)
        # Of a stage whose day is not known, the day by which it was reached.
        on = event.period or Period.by(event.effective_from)
        yield (
            section,
            heading(name) if name else None,
            event.reason,
            on,
            cited(event.source, event.quote, event.note),
        )


Derived = Mapping[tuple[str, str], CapitalSum]


def _derived(reader: Reader, as_of: AsOf, one: ProjectState) -> Derived:
    """The month, the year and what there is since the beginning, of every kind that adds up, by span and kind."""
    number = one.row.project_id
    tree = [(number, None), *parts_of(reader, as_of, [number])]
    projects = [project for project, _parent in tree]
    day = as_of.day
    spans = {"month": Period.month(day.year, day.month), "year": Period.year(day.year)}
    found: dict[tuple[str, str], CapitalSum] = {}
    for span, period in spans.items():
        own = tallied(reader, as_of, period, kinds=FLOWS, projects=projects)
        found |= {(span, kind): with_parts(tree, own[kind])[number] for kind in FLOWS}
    for kind, capital_sums in since_beginning(reader, as_of, tree, FLOWS).items():
        found["cumulative", kind] = convert(with_parts(tree, capital_sums)[number], as_of)
    return found


def _progress(line: Line, derived: Derived, as_of: AsOf, *, explain: bool) -> Iterator[Cells]:
    section = _("Progress {year}").format(year=as_of.day.year)
    names = {
        "month": _("{kind} {month}"),
        "year": _("{kind} this year"),
        "cumulative": _("{kind} in all"),
    }
    if line.plan.state != "not_reported":
        yield section, _("Plan"), line.plan.cell(), None, _made_of(line.plan, explain=explain), _entries(line.plan)
    month = Period.month(as_of.day.year, as_of.day.month).display(language())
    for (span, kind), capital_sum in sorted(derived.items(), key=lambda one: FLOWS.index(one[0][1])):
        # Of other kinds than completed investment the entries themselves say as much in most ledgers.
        if capital_sum.state != "not_reported" and (
            explain or (kind == "completed" and (span != "month" or capital_sum.known))
        ):
            name = names[span].format(kind=heading(CAPITAL_KINDS[kind]), month=month)
            yield section, name, capital_sum.cell(), None, _made_of(capital_sum, explain=explain), _entries(capital_sum)
    if line.completion is not None:
        elapsed = elapsed_share(as_of.day, as_of.day.year)
        gap = line.gap
        yield (
            section,
            _("Completion"),
            line.completion,
            None,
            _("{gap} points against time progress of {time}%").format(
                gap=points_in_words(gap) if gap is not None else "", time=f"{float(100 * elapsed):.1f}"
            ),
        )
    of_total, of_first = line.shares
    if of_total is not None:
        yield section, _("Cumulative, of total"), of_total, None, None
    if of_first is not None and of_first != of_total:
        yield section, _("Cumulative, of the first total"), of_first, None, None
    light = term(LIGHTS, line.light.colour)
    yield section, _("Light"), light, None, line.light.reason


def _made_of(capital_sum: CapitalSum, *, explain: bool) -> str | None:
    """The months that a figure lacks and, where that is to be explained, the entries it comes from."""
    words = []
    if capital_sum.missing:
        runs: list[Period] = []
        for month in sorted(capital_sum.missing, key=lambda month: month.first):
            if runs and month.first <= runs[-1].last + timedelta(days=1):
                month = Period.of(runs.pop().first, month.last)
            runs.append(month)
        months = _(", ").join(run.display(language()) for run in runs)
        words.append(_("not reported: {months}").format(months=months))
    if explain and capital_sum.entries:
        words.append(
            _("from entries {entries}").format(entries=_(", ").join(f"#{entry}" for entry in capital_sum.entries))
        )
    return _("; ").join(words) or None


def _entries(capital_sum: CapitalSum) -> tuple[str, ...] | None:
    return tuple(map(str, capital_sum.entries)) or None


def _capital(reader: Reader, as_of: AsOf, one: ProjectState) -> Iterator[Cells]:
    order = {kind.code: kind.order for kind in CAPITAL_KINDS}
    mine = capital.entries(reader, as_of, project=one.row.project_id)
    after_close = closes_before(reader)
    for row in sorted(mine, key=lambda row: (order[row.kind], row.first_day or as_of.day, row.entry_id)):
        item = f"{heading(CAPITAL_KINDS[row.kind])} #{row.entry_id}"
        begins = holds_from({"kind": row.kind, "first_day": row.first_day, "effective_from": row.effective_from})
        month = after_close(row.last_day, row.recorded_from)
        late = _("after the close of {month}").format(month=month.display(language())) if month else None
        words = filter(None, (basis_term(row.basis), begins, late, cited(row.source, row.quote, row.note)))
        yield _("Capital"), item, Amounts((figure_of(row, as_of),)), entry_period(row), _("; ").join(words) or None


def _milestones(reader: Reader, as_of: AsOf, one: ProjectState) -> Iterator[Cells]:
    names = {
        row.milestone_id: milestone_term(row.code, row.title)
        for row in milestone_queries.milestones(reader, as_of, one.row.project_id)
    }
    days: dict[int, list[MilestoneDateRow]] = {key: [] for key in names}
    for day in milestone_queries.milestone_dates(reader, as_of, one.row.project_id):
        if day.milestone_id in days:
            days[day.milestone_id].append(day)
    what = {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}
    slips = {milestone_term(m.code, m.title): m for m in one.milestones}
    for key, name in names.items():
        for day in days[key]:
            source = cited(day.source, day.quote, day.note)
            if day.what == "forecast":
                made = _("made {day}").format(day=Period.day(day.effective_from))
                source = f"{made} {source}" if source else made
            yield _("Milestones"), heading(name), what[day.what], day.period, source
        if late := slips[name].late(as_of.day):
            words = _("{days} days behind the baseline") if late > 0 else _("{days} days before the baseline")
            yield _("Milestones"), heading(name), words.format(days=abs(late)), None, None
    waiting = tuple(name.name(language()) for key, name in names.items() if not days[key])
    if waiting:
        yield _("Milestones"), _("No day yet"), waiting, None, None


def _reviews(reader: Reader, as_of: AsOf, one: ProjectState) -> Iterator[Cells]:
    for row in project_queries.reviews(reader, as_of, one.row.project_id):
        physical = f"{row.physical / 100:g}%" if row.physical is not None else ""
        light = term(LIGHTS, row.light)
        value = " ".join(word for word in (physical, light.name(language()) if light else "") if word)
        cite = cited(row.source, row.quote)
        yield _("Progress reports"), row.text or _("report"), value or None, row.period, cite


def _follow_ups(reader: Reader, as_of: AsOf, one: ProjectState) -> Iterator[Cells]:
    for row in follow_up_queries.follow_ups(reader, as_of, one.row.project_id):
        words = [_("next step {day}").format(day=Period.day(row.next_day))] if row.next_day else []
        words += [_("done {day}").format(day=Period.day(row.done))] if row.done else []
        source = _("; ").join(word for word in (*words, cited(row.source, row.quote, row.note)) if word)
        yield _("Follow-ups"), row.person or _("contact"), row.text, Period.day(row.on), source or None
