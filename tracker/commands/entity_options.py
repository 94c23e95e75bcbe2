"""What is recorded of projects, companies, milestones and requests, as options.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

from dataclasses import fields, make_dataclass
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeAlias

import typer

from tracker import vocabulary
from tracker.commands import complete
from tracker.commands.options import (
    On,
    amount_option,
    availability_of,
    exactly,
    known_figure,
    parses,
    read_country_or_nothing,
    read_day,
    read_period_or_nothing,
    whole,
    word_of,
    word_option,
)
from tracker.commands.options import land as area
from tracker.i18n import N_
from tracker.models.fields import CITED, FIELDS, Field, Type
from tracker.money import Figure

if TYPE_CHECKING:
    from tracker.ledger.labels import LabelEdits
    from tracker.ledger.projects import Opening

STANDARD = "standard"
_Words = list[str] | None


def _names(name: str, metavar: str, help: str, autocompletion: complete.Completion | None = None) -> Any:
    return typer.Option(name, metavar=metavar, help=help, autocompletion=autocompletion)


class Facts:
    """The facts of a record; "" clears one."""

    def facts(self, **named: str | None) -> dict[str, Any]:
        """The facts as the ledger takes them, with what names the record, None where that stays."""
        return named | {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]  # made below


def _option(field: Field, clears: str | None) -> Any:
    """The option of a field; one that only has a name is explained by it. An empty text is `clears`, else refused."""
    name, help = f"--{field.option.replace('_', '-')}", field.help or field.label
    match field.type:
        case Type.WORD if field.words is not None:
            read, words = parses(word_of(field.words), clears=clears), complete.words_of(field.words)
            return typer.Option(name, metavar="WORD", help=help, callback=read, autocompletion=words)
        case Type.COUNTRY:
            return typer.Option(name, metavar="COUNTRY", help=help, callback=read_country_or_nothing)
        case Type.COUNT | Type.YEAR:
            read = parses(whole(field.least, field.most), clears=clears)
            metavar = "YEAR" if field.type is Type.YEAR else "N"
            return typer.Option(name, metavar=metavar, parser=str, help=help, callback=read)
        case Type.LAND:
            return typer.Option(name, metavar="AREA", parser=str, help=help, callback=parses(area, clears=""))
        case Type.DAY:
            return typer.Option(name, metavar="DAY", parser=str, help=help, callback=read_day)
        case Type.PERIOD:
            return typer.Option(name, metavar="DATE", parser=str, help=help, callback=read_period_or_nothing)
    return typer.Option(name, metavar="TEXT", help=help, autocompletion=complete.values_of(field))


def _options(table: str, *besides: str, clears: str | None = None) -> type[Facts]:
    """A class of options, one for each field of a record but what it is cited by and those `besides`."""
    own = [field for field in FIELDS[table] if field.key not in (*CITED, *besides)]
    options = [(field.key, Annotated[str | None, _option(field, clears)], None) for field in own]
    return make_dataclass(f"{table.title()}Options", options, bases=(Facts,), frozen=True)


if TYPE_CHECKING:
    ProjectOptions: TypeAlias = Facts
    CompanyOptions: TypeAlias = Facts
    MilestoneOptions: TypeAlias = Facts
    RequestOptions: TypeAlias = Facts
else:
    ProjectOptions = _options("project", "code", clears="")
    CompanyOptions = _options("company", "name", clears="")
    MilestoneOptions = _options("milestone", "project", "milestone")
    RequestOptions = _options("request", "title", "project", "company", "answered", "answer", "closed", "outcome")


_Alias = Annotated[_Words, _names("--alias", "NAME", N_("Add another name (repeatable)."))]


class LabelOptions(NamedTuple):
    """The labels of a project."""

    tag: Annotated[_Words, _names("--tag", "TAG", N_("Add a tag (repeatable)."), complete.tags)] = None
    alias: _Alias = None
    id: Annotated[_Words, _names("--id", "SCHEME=ID", N_("An id elsewhere: 备案代码=…; SCHEME= clears."))] = None
    field: Annotated[
        _Words, _names("--field", "NAME=VALUE", N_("A declared field; NAME= clears."), complete.declared_fields)
    ] = None

    def edits(self, untag: _Words = None, unalias: _Words = None) -> "LabelEdits":
        """The edits as the ledger takes them."""
        from tracker.ledger.labels import LabelEdits

        return LabelEdits(
            tags=tuple(self.tag or ()),
            untags=tuple(untag or ()),
            aliases=tuple(self.alias or ()),
            unaliases=tuple(unalias or ()),
            externals=tuple(self.id or ()),
            fields=tuple(self.field or ()),
        )


class OpeningOptions(NamedTuple):
    """What is known of a project on the day it is opened."""

    total: Annotated[Figure | None, amount_option("--total", N_("Total investment, such as 25亿元."))] = None
    total_unknown: Annotated[bool, typer.Option("--total-unknown", help=N_("The total is unknown."))] = False
    total_withheld: Annotated[bool, typer.Option("--total-withheld", help=N_("The total is withheld."))] = False
    stage: Annotated[str | None, word_option("--stage", "STAGE", vocabulary.STAGES, N_("The stage it is at."))] = None
    on: On = None
    milestones: Annotated[
        str | None,
        typer.Option(
            "--milestones",
            metavar=STANDARD,
            help=N_("Add the standard milestones."),
            callback=parses(exactly((STANDARD,), N_("there is no set of milestones “{word}”"))),
            autocompletion=complete.plain_words((STANDARD,)),
        ),
    ] = None

    def opening(self) -> "Opening":
        """The opening as the ledger takes it. Raises UsageError for a total that is also unknown or withheld."""
        from tracker.ledger.projects import Opening

        availability = availability_of(unknown=self.total_unknown, withheld=self.total_withheld)
        total = known_figure(self.total, availability, "--total")
        return Opening(self.stage, self.on, total, self.milestones is not None)


class AliasOptions(NamedTuple):
    """The other names of a company."""

    alias: _Alias = None

    def edits(self, unalias: _Words = None) -> "LabelEdits":
        """The aliases as the ledger takes them."""
        from tracker.ledger.labels import LabelEdits

        return LabelEdits(aliases=tuple(self.alias or ()), unaliases=tuple(unalias or ()))
