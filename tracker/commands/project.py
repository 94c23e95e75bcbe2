"""`tracker project`: open, edit, move on, link and remove. The ledger is imported when something is written."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker import vocabulary
from tracker.commands import complete
from tracker.commands.baseline import rebaseline_project
from tracker.commands.facts import LabelOptions, OpeningOptions, ProjectOptions
from tracker.commands.marks import N_
from tracker.commands.measures import percent
from tracker.commands.options import Citation, Code, DryRun, On, View, Why, Yes
from tracker.commands.reads import reads, word_of
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _

app = typer.Typer()

StageWord = typer.Argument(
    metavar="STAGE",
    help=N_("Such as signed, under_construction, 投产."),
    callback=reads(word_of(vocabulary.STAGES)),
    autocompletion=complete.words_of(vocabulary.STAGES),
)


@app.command("add")
def add_project(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help=N_("A short code of letters, digits and - _ . /"))],
    options: ProjectOptions,
    labels: LabelOptions,
    opening: OpeningOptions,
    citation: Citation,
    dry_run: DryRun = False,
) -> None:
    """Open a project, with its first stage, total investment and milestones where they are known.

    tracker project add nidec-flagship --name 旗舰工厂 --total 25亿元 --stage signed --on 2022 --land "72800 m2"
    """
    from tracker.ledger.projects import add

    facts, first = options.facts(code), opening.opening()
    ctx.obj.record(lambda book: add(book, facts, first, labels.edits(), citation.cite()), dry_run=dry_run)


@app.command("edit")
def edit_project(
    ctx: typer.Context,
    code: Code,
    options: ProjectOptions,
    labels: LabelOptions,
    citation: Citation,
    new_code: Annotated[str | None, typer.Option("--code", metavar="CODE", help=N_("A new code."))] = None,
    untag: Annotated[
        list[str] | None,
        typer.Option("--untag", metavar="TAG", help=N_("Take a tag off."), autocompletion=complete.tags),
    ] = None,
    unalias: Annotated[
        list[str] | None, typer.Option("--unalias", metavar="NAME", help=N_("Take another name off."))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Change what is recorded of a project; "" clears a fact.

    tracker project edit nidec-flagship --jobs 2500 --owner "" --untag pilot
    """
    from tracker.ledger.projects import edit

    facts, edits = options.facts(new_code), labels.edits(untag, unalias)
    ctx.obj.record(lambda book: edit(book, code, facts, edits, citation.cite()), dry_run=dry_run)


@app.command("stage")
def enter_stage(
    ctx: typer.Context,
    code: Code,
    stage: Annotated[str, StageWord],
    citation: Citation,
    on: On = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record that a project reached a stage; a step back needs --why.

    tracker project stage nidec-flagship under_construction --on 2022-10
    """
    from tracker.ledger import stages

    period = on or Period.day(ctx.obj.today)
    ctx.obj.record(lambda book: stages.stage(book, code, stage, period, why, citation.cite()), dry_run=dry_run)


@app.command("condition")
def set_condition(
    ctx: typer.Context,
    code: Code,
    condition: Annotated[
        str,
        typer.Argument(
            metavar="CONDITION",
            help=N_("active, suspended, terminated, lost or closed."),
            callback=reads(word_of(vocabulary.CONDITIONS)),
            autocompletion=complete.words_of(vocabulary.CONDITIONS),
        ),
    ],
    citation: Citation,
    on: On = None,
    why: Why = None,
    dry_run: DryRun = False,
) -> None:
    """Record that a project is suspended, terminated, lost, closed, or active again.

    tracker project condition zhongjin suspended --why "waiting for machines"
    """
    from tracker.ledger import stages

    period = on or Period.day(ctx.obj.today)
    ctx.obj.record(lambda book: stages.condition(book, code, condition, period, why, citation.cite()), dry_run=dry_run)


@app.command("review")
def review_project(
    ctx: typer.Context,
    code: Code,
    citation: Citation,
    physical: Annotated[
        int | None,
        typer.Option(
            "--physical", metavar="PERCENT", parser=str, callback=reads(percent), help=N_("Physical progress: 45%.")
        ),
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help=N_("What there is to say."))] = None,
    light: Annotated[
        str | None,
        typer.Option(
            "--light",
            metavar="LIGHT",
            help=N_("The judged light: green, yellow, red or grey."),
            callback=reads(word_of(vocabulary.LIGHTS)),
            autocompletion=complete.words_of(vocabulary.LIGHTS),
        ),
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
        lambda book: stages.review(book, code, period, physical, text, light, citation.cite()), dry_run=dry_run
    )


# Its options alone fill a page.
app.command("rebaseline")(rebaseline_project)


@app.command("link")
def link_projects(
    ctx: typer.Context,
    code: Code,
    relation: Annotated[
        str,
        typer.Argument(
            metavar="RELATION",
            help=N_("supports, phase_of, replaces or depends_on."),
            callback=reads(word_of(vocabulary.RELATIONS)),
            autocompletion=complete.words_of(vocabulary.RELATIONS),
        ),
    ],
    target: Code,
    citation: Citation,
    dry_run: DryRun = False,
) -> None:
    """Record how one project relates to another.

    tracker project link nidec-read supports nidec-flagship
    """
    from tracker.ledger.projects import link

    ctx.obj.record(lambda book: link(book, code, relation, target, citation.cite()), dry_run=dry_run)


@app.command("unlink")
def unlink_projects(
    ctx: typer.Context,
    code: Code,
    second: Annotated[
        str,
        typer.Argument(
            metavar="RELATION|CODE",
            help=N_("The relation to take back; left out: all of them."),
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
    """Take back how one project relates to another.

    tracker project unlink nidec-read supports nidec-flagship
    tracker project unlink nidec-read nidec-flagship
    """
    from tracker.ledger.projects import unlink

    relation, target = (None, second) if third is None else (vocabulary.RELATIONS.parse(second), third)
    ctx.obj.record(lambda book: unlink(book, code, relation, target), dry_run=dry_run)


@app.command("remove")
def remove_project(ctx: typer.Context, code: Code, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Hide a project and all its entries from later reports; the log keeps them, undo brings them back.

    tracker project remove dmg-mori
    """
    from tracker.ledger.projects import remove

    question = None if yes else _("remove it?")
    ctx.obj.record(lambda book: remove(book, code), dry_run=dry_run, confirm=question)


@app.command("field")
def declare_field(
    ctx: typer.Context,
    view: View,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help=N_("The field; left out: list them."))] = None,
    type: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help=N_("text, number, amount, date or yes_no."),
            callback=reads(word_of(vocabulary.FIELD_TYPES)),
            autocompletion=complete.words_of(vocabulary.FIELD_TYPES),
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Declare a field of your own for projects, or list the fields there are.

    tracker project field 能耗等级 --type text
    tracker project field
    """
    if name is None:
        _list_fields(ctx, view, type)
        return
    if type is None:
        raise UsageError(_("say what the field holds: --type text, number, amount, date or yes_no"))
    from tracker.ledger.labels import declare_field as declare

    ctx.obj.record(lambda book: declare(book, name, type), dry_run=dry_run)


def _list_fields(ctx: typer.Context, view: View, type: str | None) -> None:
    from tracker.commands.answer import answer
    from tracker.reports.fields import fields

    if type is not None:
        raise UsageError(_("name the field: tracker project field NAME --type {type}").format(type=type))
    answer(ctx.obj, view, fields)
