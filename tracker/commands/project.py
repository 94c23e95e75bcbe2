"""`tracker project`: open, edit, move on, link and remove. What writes is imported when something is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.commands import complete
from tracker.commands.entity_options import LabelOptions, OpeningOptions, ProjectOptions
from tracker.commands.options import (
    CitationOptions,
    Code,
    DryRun,
    On,
    View,
    Why,
    Yes,
    amount_option,
    choice,
    day_option,
    one_of,
    owner_of,
    parses,
    percent,
    period_option,
    whole,
    word_argument,
    word_option,
)
from tracker.dates import Period
from tracker.errors import Undecided, UsageError
from tracker.i18n import N_, _, language, ngettext
from tracker.ledger.citation import period_of
from tracker.models.fields import FIELDS, GROUPED
from tracker.money import Figure, figure_text
from tracker.text import command_line, fold, shorten
from tracker.vocabulary import noun_of

if TYPE_CHECKING:
    from tracker.ledger.baselines import Rebaselined
    from tracker.ledger.merging import Conflict, Merged
    from tracker.ledger.projects import Added, Edited, Linked, Removed
    from tracker.ledger.requests import Followed
    from tracker.ledger.stages import Reached, Reviewed
    from tracker.models.company import Company

app = typer.Typer()

StageWord = word_argument("STAGE", vocabulary.STAGES, N_("Such as signed, under_construction, 投产."))


@app.command("add")
def add_project(
    ctx: typer.Context,
    options: ProjectOptions,
    labels: LabelOptions,
    opening: OpeningOptions,
    citation: CitationOptions,
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help=N_("A short code of letters, digits and - _ . /; left out: made of the name."),
            show_default=False,
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Open a project, with its first stage, total investment and milestones where they are known.

    tracker project add nidec-flagship --name 旗舰工厂 --total 25亿元 --stage signed --on 2022 --land "72800 m2"
    tracker project add --name 中津精密机床 --owner 李娜
    """
    from tracker.ledger.projects import add

    facts, first = options.facts(code=code), opening.opening()
    ctx.obj.record(lambda store: add(store, facts, first, labels.edits(), citation.cite()), say=_added, dry_run=dry_run)


def _added(added: Added) -> list[str]:
    code = added.project.code
    lines = [_("project {code} added").format(code=code)]
    if added.proposed:
        lines.append(
            _("its code was made of its name; another: {command}").format(
                command=command_line(_("project edit {code} --code CODE"), code=code)
            )
        )
    lines += _company_added(added.company)
    if added.stage:
        lines += stage_lines(added.stage)
    if added.total:
        from tracker.commands.capital import entry_line

        lines.append(entry_line(code, added.total.row))
    if added.milestones:
        lines.append(_("{code}: {count} standard milestones").format(code=code, count=len(vocabulary.MILESTONES)))
        lines += [_reached(code, event.stage, period_of(event)) for event in added.milestones.reached]
    return lines


def _company_added(company: Company | None) -> list[str]:
    return [_("company “{name}” added").format(name=company.name)] if company else []


def stage_lines(reached: Reached) -> list[str]:
    """The sentences for a stage: the stage, and the milestones that are reached with it or no longer are."""
    code, event = reached.project.code, reached.event
    name = vocabulary.STAGES[event.stage].name(language())
    if event.first_day is None:
        line = _("{code}: {stage}, by {day}").format(code=code, stage=name, day=Period.day(event.effective_from))
    else:
        line = _("{code}: {stage}, {on}").format(code=code, stage=name, on=period_of(event))
    return [
        line,
        *(_reached(code, milestone, period_of(event)) for milestone in reached.marked),
        *(
            _("{code} {milestone}: no longer reached").format(
                code=code, milestone=vocabulary.milestone_term(one).name(language())
            )
            for one in reached.unmarked
        ),
    ]


def _reached(code: str, milestone: str, on: Period) -> str:
    name = vocabulary.milestone_term(milestone).name(language())
    return _("{code} {milestone}: reached {on}").format(code=code, milestone=name, on=on)


@app.command("edit")
def edit_project(
    ctx: typer.Context,
    options: ProjectOptions,
    labels: LabelOptions,
    citation: CitationOptions,
    codes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CODE...",
            help=N_("Codes, names or aliases of projects."),
            autocompletion=complete.codes,
            show_default=False,
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="FILTER=VALUE",
            help=N_("Instead of codes the filters of list, such as owner=李娜 or stage=signed; shows them and asks."),
        ),
    ] = None,
    new_code: Annotated[str | None, typer.Option("--code", metavar="CODE", help=N_("A new code."))] = None,
    untag: Annotated[
        list[str] | None, typer.Option("--untag", metavar="TAG", help=N_("Remove a tag."), autocompletion=complete.tags)
    ] = None,
    unalias: Annotated[
        list[str] | None, typer.Option("--unalias", metavar="NAME", help=N_("Remove another name."))
    ] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Change what is recorded of projects; "" clears a fact.

    tracker project edit nidec-flagship --jobs 2500 --owner "" --untag pilot
    tracker project edit bio zhongjin dmg-mori --owner 王芳
    tracker project edit --where owner=李娜 --where stage=signed,filed --owner 王芳
    """
    from tracker.ledger.projects import edit_all

    run: App = ctx.obj
    if (codes is None) == (where is None):
        raise UsageError(_("give the projects: codes, or --where FILTER=VALUE"))
    found = codes or _matching(run, where or ())
    if not found:
        run.say(_("no project matches"))
        return
    if where and not yes and not dry_run:
        run.require_terminal()
    facts, edits = options.facts(code=new_code), labels.edits(untag, unalias)
    question = ngettext("Change {count} project?", "Change {count} projects?", len(found)).format(count=len(found))
    run.record(
        lambda store: edit_all(store, found, facts, edits, citation.cite()),
        say=_edited,
        dry_run=dry_run,
        confirm=question if where and not yes else None,
    )


def _matching(run: App, where: Sequence[str]) -> list[str]:
    """The codes of the projects that match filters, or their plain fields, as they are typed: chain=…, sector=…."""
    from tracker.countries import parse_country
    from tracker.queries.as_of import Filters
    from tracker.reports.portfolio import portfolio

    parsers: dict[str, Callable[[str], str | int]] = {
        "stage": vocabulary.STAGES.parse,
        "condition": vocabulary.CONDITIONS.parse,
        "country": parse_country,
        "owner": lambda text: owner_of(run, text),
        "year": lambda text: int(whole(1900, 2199)(run, text)),
        **{one.option: one.words.parse for one in GROUPED if one.words},
    }
    fields = {one.option: one.key for one in GROUPED if one.option not in Filters._fields}
    chosen: dict[str, tuple[str | int, ...]] = {}
    for text in where:
        name, equals, value = text.partition("=")
        key = one_of((*Filters._fields, *fields))(run, name.strip())
        if not equals or not value.strip():
            raise UsageError(_("“{text}” is not a filter: write FILTER=VALUE").format(text=shorten(text)))
        # As on the command line of list, names may hold a comma.
        parts = value.replace("，", ",").split(",") if key in parsers else [value]
        chosen[key] = (*chosen.get(key, ()), *(parsers.get(key, str)(part.strip()) for part in parts))
    values = {fields[name]: {fold(str(one)) for one in chosen.pop(name)} for name in fields.keys() & chosen.keys()}
    filters = Filters(**chosen)  # type: ignore[arg-type]  # each value was parsed for its own field
    states = run.read(lambda reader, as_of: portfolio(reader, as_of, filters).states)
    return [
        one.row.code
        for one in states
        if all(fold(getattr(one.row, name) or "") in wanted for name, wanted in values.items())
    ]


def _edited(found: Sequence[Edited]) -> list[str]:
    lines = []
    for edited in found:
        code = edited.project.code
        if edited.changed:
            name = f" · {edited.project.name}" if len(found) > 1 else ""
            lines += [_("project {code} changed").format(code=code) + name, *_company_added(edited.company)]
        else:
            lines.append(_("{code} already has these values").format(code=code))
    return lines


@app.command("stage")
def enter_stage(
    ctx: typer.Context,
    code: Code,
    stage: Annotated[str, StageWord],
    citation: CitationOptions,
    on: On = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record that a project reached a stage; a step back needs --why.

    tracker project stage nidec-flagship under_construction --on 2022-10
    """
    from tracker.ledger import stages

    period = on or Period.day(ctx.obj.today)
    ctx.obj.record(
        lambda store: stages.stage(store, code, stage, period, why, citation.cite()), say=stage_lines, dry_run=dry_run
    )


@app.command("condition")
def set_condition(
    ctx: typer.Context,
    code: Code,
    condition: Annotated[
        str, word_argument("CONDITION", vocabulary.CONDITIONS, N_("active, suspended, terminated, lost or closed."))
    ],
    citation: CitationOptions,
    on: On = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record that a project is suspended, terminated, lost, closed, or active again.

    tracker project condition zhongjin suspended --why "waiting for machines"
    """
    from tracker.ledger import stages

    period = on or Period.day(ctx.obj.today)
    ctx.obj.record(
        lambda store: stages.condition(store, code, condition, period, why, citation.cite()),
        say=lambda done: [
            _("{code}: {condition}, {on}").format(
                code=done.project.code,
                condition=vocabulary.CONDITIONS[done.event.condition].name(language()),
                on=period_of(done.event),
            )
        ],
        dry_run=dry_run,
    )


@app.command("review")
def review_project(
    ctx: typer.Context,
    code: Code,
    citation: CitationOptions,
    physical: Annotated[
        int | None,
        typer.Option(
            "--physical", metavar="PERCENT", parser=str, callback=parses(percent), help=N_("Physical progress: 45%.")
        ),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=N_("The report."))] = None,
    light: Annotated[
        str | None,
        word_option("--light", "LIGHT", vocabulary.LIGHTS, N_("The judged light: green, yellow, red or grey.")),
    ] = None,
    on: On = None,
    dry_run: DryRun = False,
) -> None:
    """Record a progress report.

    tracker project review nidec-flagship --physical 45% --text "frame stands" --light yellow --on 2023-02
    """
    from tracker.ledger import stages

    period = on or Period.day(ctx.obj.today)
    ctx.obj.record(
        lambda store: stages.review(store, code, period, physical, text, light, citation.cite()),
        say=_reviewed,
        dry_run=dry_run,
    )


def _reviewed(reviewed: Reviewed) -> list[str]:
    row = reviewed.row
    parts = [f"{row.physical / 100:g}%"] if row.physical is not None else []
    parts += [vocabulary.LIGHTS[row.light].name(language())] if row.light else []
    summary = _(", ").join(parts) or _("text")
    line = _("{code}: progress report for {on} ({summary})")
    return [line.format(code=reviewed.project.code, on=period_of(row), summary=summary)]


@app.command("rebaseline")
def rebaseline_project(
    ctx: typer.Context,
    code: Code,
    citation: CitationOptions,
    total: Annotated[Figure | None, amount_option("--total", N_("The total investment: 30亿元."))] = None,
    start: Annotated[Period | None, period_option("--start", N_("Start of construction."))] = None,
    end: Annotated[Period | None, period_option("--end", N_("Completion."))] = None,
    why: Why = None,
    approved: Annotated[date | None, day_option("--approved", N_("The day it was decided, else today."))] = None,
    dry_run: DryRun = False,
) -> None:
    """Give a project a new baseline to be measured against; the ones before stay, and so does the first comparison.

    tracker project rebaseline nidec-flagship --total 30亿元 --end 2024-06 --why "a second line was added"
    """
    from tracker.ledger.baselines import NewBaseline, rebaseline

    new = NewBaseline(total, start, end, approved)
    ctx.obj.record(
        lambda store: rebaseline(store, code, new, why, citation.cite()), say=baseline_lines, dry_run=dry_run
    )


def baseline_lines(done: Rebaselined) -> list[str]:
    """The sentences for a new baseline: its version and total, then its days."""
    from tracker.commands.capital import entry_figure

    code, row = done.project.code, done.row
    total = _(", total {total}").format(total=figure_text(entry_figure(done.total))) if done.total else ""
    first = _("{code}: baseline {version}, approved {day}{total}").format(
        code=code, version=row.version, day=row.approved and Period.day(row.approved), total=total
    )
    line = _("{code} {milestone}: planned for {on}{was}")
    days = [
        line.format(
            code=code,
            milestone=vocabulary.MILESTONES[day.code].name(language()),
            on=day.on,
            was=_(", was {day}").format(day=day.was) if day.was else "",
        )
        for day in done.days
    ]
    return [first, *days]


@app.command("follow")
def follow_project(
    ctx: typer.Context,
    code: Code,
    citation: CitationOptions,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help=N_("The text: points discussed or agreed."), show_default=False)
    ] = None,
    next_day: Annotated[date | None, day_option("--next", N_("The day of the next step: +14d, 下周五."))] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", metavar="NAME", help=N_("The person who made the contact."), autocompletion=complete.owners
        ),
    ] = None,
    on: Annotated[date | None, day_option("--on", N_("The day, else today."))] = None,
    done: Annotated[bool, typer.Option("--done", help=N_("The next step was taken; no TEXT is given."))] = False,
    dry_run: DryRun = False,
) -> None:
    """Record a contact 跟进: the text, and the day of the next step, which the next contact settles.

    tracker project follow zhongjin "plant visit agreed" --next 2023-04-14 --by 李娜
    tracker project follow zhongjin --done
    """
    from tracker.ledger import requests

    if done != (text is None) or (done and (next_day or by or citation.source or citation.note)):
        raise UsageError(
            _("give the text: {command}; or --done alone").format(
                command=command_line(_('project follow CODE "…" --next DAY'))
            )
        )
    cite = citation.cite()
    ctx.obj.record(
        lambda store: (
            requests.settle(store, code, on)
            if done
            else requests.follow(store, code, text or "", on, next_day, by, cite)
        ),
        say=_followed,
        dry_run=dry_run,
    )


def _followed(followed: Followed) -> list[str]:
    code, row, settled = followed.project.code, followed.row, followed.settled
    if followed.again:
        return [_("{code}: this contact of {day} is recorded already").format(code=code, day=Period.day(row.on_day))]
    if row.done:
        return [
            _("{code}: next step of {day} done {done}").format(
                code=code, day=row.next_day and Period.day(row.next_day), done=Period.day(row.done)
            )
        ]
    ahead = _(", next step {day}").format(day=Period.day(row.next_day)) if row.next_day else ""
    lines = [_("{code}: contact {day}{next}").format(code=code, day=Period.day(row.on_day), next=ahead)]
    if settled and settled.next_day:
        lines.append(_("{code}: settles the next step of {day}").format(code=code, day=Period.day(settled.next_day)))
    return lines


@app.command("link")
def link_projects(
    ctx: typer.Context,
    code: Code,
    relation: Annotated[
        str, word_argument("RELATION", vocabulary.RELATIONS, N_("supports, phase_of, replaces or depends_on."))
    ],
    target: Code,
    citation: CitationOptions,
    dry_run: DryRun = False,
) -> None:
    """Record how one project relates to another.

    tracker project link nidec-read supports nidec-flagship
    """
    from tracker.ledger.projects import link

    ctx.obj.record(
        lambda store: link(store, code, relation, target, citation.cite()),
        say=lambda linked: [
            f"{linked.project.code} {vocabulary.RELATIONS[relation].name(language())} {linked.target.code}"
        ],
        dry_run=dry_run,
    )


@app.command("unlink")
def unlink_projects(
    ctx: typer.Context,
    code: Code,
    second: Annotated[
        str,
        typer.Argument(
            metavar="RELATION|CODE",
            help=N_("The relation to remove; left out: all of them."),
            autocompletion=complete.relations_or_codes,
        ),
    ],
    third: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE", help=N_("The other project."), autocompletion=complete.codes, show_default=False
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Remove how one project relates to another.

    tracker project unlink nidec-read supports nidec-flagship
    tracker project unlink nidec-read nidec-flagship
    """
    from tracker.ledger.projects import unlink

    relation, target = (None, second) if third is None else (vocabulary.RELATIONS.parse(second), third)

    def say(linked: Linked) -> list[str]:
        count = len(linked.relations)
        names = ngettext("{count} relation", "{count} relations", count).format(count=count)
        line = _("{what} from {code} to {other} taken back")
        return [line.format(what=names, code=linked.project.code, other=linked.target.code)]

    ctx.obj.record(lambda store: unlink(store, code, relation, target), say=say, dry_run=dry_run)


@app.command("remove")
def remove_project(ctx: typer.Context, code: Code, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Hide a project and all its entries from later reports; the log keeps them, undo brings them back.

    tracker project remove dmg-mori
    """
    from tracker.ledger.projects import remove

    def say(removed: Removed) -> list[str]:
        lines = [_("project {code} removed").format(code=removed.project.code)]
        if removed.ended:
            what = _(", ").join(f"{count} × {noun_of(table)}" for table, count in removed.ended.items())
            lines.append(_("hidden with it: {what}").format(what=what))
        return lines

    question = None if yes else _("Remove it?")
    ctx.obj.record(lambda store: remove(store, code), say=say, dry_run=dry_run, confirm=question)


@app.command("merge")
def merge_projects(
    ctx: typer.Context,
    into: Code,
    gone: Annotated[
        str,
        typer.Argument(metavar="CODE", help=N_("The project that was recorded twice."), autocompletion=complete.codes),
    ],
    keep: Annotated[
        str | None,
        choice("--keep", ("a", "b", "sum"), N_("The value to keep where they differ: A, B, or the sum of figures.")),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Move everything of the second project to the first; its code finds that from now on.

    tracker project merge zhongjin zhongjin-2
    tracker project merge zhongjin zhongjin-2 --keep sum --dry-run
    """
    from tracker.ledger.merging import Unmerged, merge

    run: App = ctx.obj
    answers: dict[str, str] = {}
    try:
        run.write(lambda store: merge(store, into, gone, answers, keep), dry_run=True)
    except Unmerged as unmerged:
        for conflict in unmerged.conflicts:
            line = _("{what}: A {mine}, B {theirs}").format(
                what=_differs_in(conflict),
                mine=_value_text(conflict, conflict.mine),
                theirs=_value_text(conflict, conflict.theirs),
            )
            if run.has_terminal:
                choices = ("a", "b", "sum") if conflict.adds else ("a", "b")
                answers[conflict.key] = run.choose(Undecided(line, {one: f"--keep {one}" for one in choices}))
            else:
                run.say(line)
        if not run.has_terminal:
            raise
    run.record(lambda store: merge(store, into, gone, answers, keep), say=_merged, dry_run=dry_run)


def _differs_in(conflict: Conflict) -> str:
    """What two projects say differently."""
    name = conflict.what
    if conflict.subject == "capital_entry":
        kind, _blank, basis = name.partition(" ")
        words = {"ytd": _("(year to date)"), "cumulative": _("(cumulative)"), "series": _("(figures that contradict)")}
        name = f"{vocabulary.CAPITAL_KINDS[kind].name(language())} {words.get(basis, '')}".strip()
    elif conflict.subject in ("milestone", "milestone_date", "baseline"):
        name = f"{noun_of(conflict.subject)} {name}"
    elif conflict.subject in ("stage_event", "condition_event"):
        name = noun_of(conflict.subject)
    elif conflict.subject == "project":
        name = next(field.name for field in FIELDS["project"] if field.key == name)
    return f"{name} {conflict.on}" if conflict.on else name


def _value_text(conflict: Conflict, value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(_value_text(conflict, one) for one in value)
    if conflict.subject == "project":
        from tracker.reports.words import field_text

        value = field_text(next(field for field in FIELDS["project"] if field.key == conflict.what), value)
    return figure_text(value) if isinstance(value, Figure) else "–" if value is None else str(value)


def _merged(merged: Merged) -> list[str]:
    code, gone = merged.project.code, merged.gone.code
    lines = [_("{gone} merged into {code}; “{gone}” finds {code} from now on").format(gone=gone, code=code)]
    if merged.moved:
        what = _(", ").join(f"{count} × {noun_of(table)}" for table, count in merged.moved.items())
        lines.append(_("moved: {what}").format(what=what))
    if merged.dropped:
        lines.append(
            ngettext(
                "{count} record was the same in both and is kept once",
                "{count} records were the same in both and are kept once",
                merged.dropped,
            ).format(count=merged.dropped)
        )
    if merged.between:
        relations = _(", ").join(vocabulary.RELATIONS[relation].name(language()) for relation in merged.between)
        lines.append(
            _("no longer recorded, because the two are one project now: {relations}").format(relations=relations)
        )
    for conflict, answer in merged.decided:
        mine, theirs = (_value_text(conflict, value) for value in (conflict.mine, conflict.theirs))
        sentences = {
            "a": _("{what}: {mine} kept, not {theirs}"),
            "b": _("{what}: {theirs} taken, not {mine}"),
            "sum": _("{what}: {mine} + {theirs}"),
        }
        lines.append(sentences[answer].format(what=_differs_in(conflict), mine=mine, theirs=theirs))
    if merged.parts:
        lines.append(_("parts of {code} now: {parts}").format(code=code, parts=_(", ").join(merged.parts)))
    if merged.covered:
        kinds = _(", ").join(vocabulary.CAPITAL_KINDS[kind].name(language()) for kind in merged.covered)
        lines.append(
            _("the figures of {code} itself replace those of its parts: {kinds}").format(code=code, kinds=kinds)
        )
    return lines


@app.command("field")
def declare_field(
    ctx: typer.Context,
    view: View,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=N_("The field; left out: list them."))] = None,
    type: Annotated[
        str | None, word_option("--type", "TYPE", vocabulary.FIELD_TYPES, N_("text, number, amount, date or yes_no."))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Declare a field of your own for projects, or list the fields there are.

    tracker project field 能耗等级 --type text
    tracker project field
    """
    if name is None:
        if type is not None:
            raise UsageError(
                _("name the field: {command}").format(
                    command=command_line(_("project field NAME --type {type}"), type=type)
                )
            )
        from tracker.commands.output import print_report
        from tracker.reports.listing import fields

        print_report(ctx.obj, view, fields)
        return
    if type is None:
        raise UsageError(_("give what the field holds: --type text, number, amount, date or yes_no"))
    from tracker.ledger.labels import declare_field as declare

    ctx.obj.record(
        lambda store: declare(store, name, type),
        say=lambda field: [_("field “{name}” declared").format(name=field.name)],
        dry_run=dry_run,
    )
