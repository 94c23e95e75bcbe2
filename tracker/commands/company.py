"""`tracker company`: add, edit, certify, list and show. The ledger is imported when something is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tracker import vocabulary
from tracker.commands.entity_options import AliasOptions, CompanyOptions
from tracker.commands.options import CitationOptions, CompanyName, DryRun, On, View, word_argument
from tracker.commands.output import print_report
from tracker.dates import Period
from tracker.i18n import N_, _, language

if TYPE_CHECKING:
    from tracker.ledger.companies import Edited

app = typer.Typer()


@app.command("add")
def add_company(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("The company's full name."))],
    options: CompanyOptions,
    aliases: AliasOptions,
    citation: CitationOptions,
    dry_run: DryRun = False,
) -> None:
    """Record a company.

    tracker company add 博格隆 --name-en Bogelong --country 中国 --founded 2013 --alias Bestchrom
    """
    from tracker.ledger.companies import add

    ctx.obj.record(
        lambda store: add(store, options.facts(name=name), aliases.edits(), citation.cite()),
        say=lambda company: [_("company “{name}” added").format(name=company.name)],
        dry_run=dry_run,
    )


@app.command("edit")
def edit_company(
    ctx: typer.Context,
    name: CompanyName,
    options: CompanyOptions,
    aliases: AliasOptions,
    citation: CitationOptions,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=N_("A new name."))] = None,
    unalias: Annotated[
        list[str] | None, typer.Option("--unalias", metavar="NAME", help=N_("Remove another name."))
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Change what is recorded of a company; "" clears a fact.

    tracker company edit 博格隆 --role leading --unalias Bestchrom
    """
    from tracker.ledger.companies import edit

    facts, edits = options.facts(name=new_name), aliases.edits(unalias)

    def say(edited: Edited) -> list[str]:
        sentence = _("company “{name}” changed") if edited.changed else _("“{name}” already has these values")
        return [sentence.format(name=edited.company.name)]

    ctx.obj.record(lambda store: edit(store, name, facts, edits, citation.cite()), say=say, dry_run=dry_run)


@app.command("certify")
def certify_company(
    ctx: typer.Context,
    name: CompanyName,
    certification: Annotated[
        str,
        word_argument(
            "CERTIFICATION",
            vocabulary.CERTIFICATIONS,
            N_("tech_sme, high_tech, specialised_sme, little_giant or single_champion."),
        ),
    ],
    citation: CitationOptions,
    on: On = None,
    dry_run: DryRun = False,
) -> None:
    """Record a step of the innovation ladder that a company took.

    tracker company certify 博格隆 little_giant --on 2022
    """
    from tracker.ledger.companies import certify

    period = on or Period.day(ctx.obj.today)
    step = vocabulary.CERTIFICATIONS[certification].name(language())
    ctx.obj.record(
        lambda store: certify(store, name, certification, period, citation.cite()),
        say=lambda certified: [
            _("“{name}” is certified: {step} {on}").format(name=certified.company.name, step=step, on=period)
        ],
        dry_run=dry_run,
    )


@app.command("list")
def list_companies(ctx: typer.Context, view: View) -> None:
    """List the companies with their projects and certifications.

    tracker company list --sort -projects
    """
    from tracker.reports.companies import companies

    print_report(ctx.obj, view, companies)


@app.command("show")
def show_company(ctx: typer.Context, name: CompanyName, view: View) -> None:
    """Show everything known of one company.

    tracker company show 博格隆
    """
    from tracker.reports.companies import company

    print_report(ctx.obj, view, lambda reader, as_of: company(reader, as_of, name))
