"""What `add` and `edit` record of projects and companies, as options.

Annotations here are objects and not text: typer evaluates every one of them at start-up.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.commands import complete
from tracker.commands.figures import availability_of, known_figure
from tracker.commands.measures import land as area
from tracker.commands.measures import whole
from tracker.commands.options import CountryOrNothing, On
from tracker.commands.reads import read_figure, read_period_or_nothing, reads, word_of
from tracker.dates import Period
from tracker.errors import ValueRefused
from tracker.i18n import N_, _
from tracker.money import Figure
from tracker.text import shorten

if TYPE_CHECKING:
    from tracker.ledger.companies import CompanyFacts
    from tracker.ledger.labels import LabelEdits
    from tracker.ledger.projects import Opening, ProjectFacts

STANDARD = "standard"
_Words = list[str] | None


def _only_standard(_app: App, text: str) -> str:
    if text == STANDARD:
        return text
    raise ValueRefused(_("there is no set of milestones “{word}”; known: standard").format(word=shorten(text)))


def _text(name: str, help: str, autocompletion: complete.Completion | None = None) -> Any:
    return typer.Option(name, metavar="TEXT", help=help, autocompletion=autocompletion)


def _word(name: str, words: vocabulary.Vocabulary, help: str) -> Any:
    read = reads(word_of(words), clears="")
    return typer.Option(name, metavar="WORD", help=help, callback=read, autocompletion=complete.words_of(words))


def _names(name: str, metavar: str, help: str, autocompletion: complete.Completion | None = None) -> Any:
    return typer.Option(name, metavar=metavar, help=help, autocompletion=autocompletion)


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """The facts of a project; "" clears one."""

    name: Annotated[str | None, _text("--name", N_("Name."))] = None
    name_en: Annotated[str | None, _text("--name-en", N_("English name."))] = None
    kind: Annotated[
        str | None,
        _word("--kind", vocabulary.PROJECT_KINDS, N_("new, expansion, capital_increase, relocation, lease …")),
    ] = None
    company: Annotated[str | None, _text("--company", N_("The investing company."), complete.companies)] = None
    group: Annotated[str | None, _text("--group", N_("Its group."), complete.groups)] = None
    chain: Annotated[str | None, _text("--chain", N_("Industry chain."), complete.chains)] = None
    sector: Annotated[str | None, _text("--sector", N_("Sector."), complete.sectors)] = None
    site: Annotated[str | None, _text("--site", N_("Site or park."), complete.sites)] = None
    grid: Annotated[str | None, _text("--grid", N_("Grid."), complete.grids)] = None
    owner: Annotated[str | None, _text("--owner", N_("Who looks after it."), complete.owners)] = None
    lead_source: Annotated[
        str | None, _word("--lead-source", vocabulary.LEAD_SOURCES, N_("How it was found, such as 以商引商."))
    ] = None
    origin: Annotated[
        str | None, _word("--origin", vocabulary.ORIGINS, N_("Its capital: foreign, domestic, mixed."))
    ] = None
    country: CountryOrNothing = None
    land: Annotated[
        int | None,
        typer.Option(
            "--land", metavar="AREA", parser=str, callback=reads(area, clears=-1), help=N_("109.2 (in 亩) or 72800 m2.")
        ),
    ] = None
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", metavar="N", parser=str, callback=reads(whole(0, 10**15), clears=-1), help=N_("Jobs planned.")
        ),
    ] = None
    parent: Annotated[str | None, _text("--parent", N_("The project it is a part of."), complete.codes)] = None
    registered: Annotated[
        Period | None,
        typer.Option(
            "--registered",
            metavar="DATE",
            parser=str,
            callback=read_period_or_nothing,
            help=N_("When the statistics bureau registered it 入库."),
        ),
    ] = None

    def facts(self, code: str | None) -> "ProjectFacts":
        """The facts as the ledger takes them; `code` is the new code, None where it stays."""
        from tracker.ledger.projects import ProjectFacts

        other = {"group": "group_name", "origin": "capital_origin"}
        return ProjectFacts(code, **{other.get(name, name): getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """The labels of a project."""

    tag: Annotated[_Words, _names("--tag", "TAG", N_("Add a tag (repeatable)."), complete.tags)] = None
    alias: Annotated[_Words, _names("--alias", "NAME", N_("Add another name (repeatable)."))] = None
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


@dataclass(frozen=True, slots=True)
class OpeningOptions:
    """What is known of a project on the day it is opened."""

    total: Annotated[
        Figure | None,
        typer.Option(
            "--total", metavar="AMOUNT", parser=str, callback=read_figure, help=N_("Total investment, such as 25亿元.")
        ),
    ] = None
    total_unknown: Annotated[bool, typer.Option("--total-unknown", help=N_("The total is unknown."))] = False
    total_withheld: Annotated[bool, typer.Option("--total-withheld", help=N_("The total is withheld."))] = False
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage",
            metavar="STAGE",
            help=N_("The stage it is at."),
            callback=reads(word_of(vocabulary.STAGES)),
            autocompletion=complete.words_of(vocabulary.STAGES),
        ),
    ] = None
    on: On = None
    milestones: Annotated[
        str | None,
        typer.Option(
            "--milestones",
            metavar=STANDARD,
            help=N_("Add the standard milestones."),
            callback=reads(_only_standard),
            autocompletion=complete.plain_words((STANDARD,)),
        ),
    ] = None

    def opening(self) -> "Opening":
        """The opening as the ledger takes it. Raises UsageError for a total that is also unknown or withheld."""
        from tracker.ledger.projects import Opening

        availability = availability_of(unknown=self.total_unknown, withheld=self.total_withheld)
        total = known_figure(self.total, availability, "--total")
        return Opening(self.stage, self.on, total, self.milestones is not None)


@dataclass(frozen=True, slots=True)
class CompanyOptions:
    """The facts of a company; "" clears one."""

    name_en: Annotated[str | None, _text("--name-en", N_("English name."))] = None
    group: Annotated[str | None, _text("--group", N_("Group."), complete.groups)] = None
    country: CountryOrNothing = None
    role: Annotated[
        str | None, _word("--role", vocabulary.COMPANY_ROLES, N_("chain_leader, leading or supporting."))
    ] = None
    founded: Annotated[
        int | None,
        typer.Option(
            "--founded",
            metavar="YEAR",
            parser=str,
            callback=reads(whole(1000, 2199), clears=0),
            help=N_("Year of its foundation."),
        ),
    ] = None
    alias: Annotated[_Words, _names("--alias", "NAME", N_("Add another name (repeatable)."))] = None

    def facts(self, name: str | None) -> "CompanyFacts":
        """The facts as the ledger takes them; `name` is the new name, None where it stays."""
        from tracker.ledger.companies import CompanyFacts

        return CompanyFacts(name, self.name_en, self.group, self.country, self.role, self.founded)

    def edits(self, unalias: _Words = None) -> "LabelEdits":
        """The aliases as the ledger takes them."""
        from tracker.ledger.labels import LabelEdits

        return LabelEdits(aliases=tuple(self.alias or ()), unaliases=tuple(unalias or ()))
