"""What is recorded of projects, companies, milestones and requests, column by column: the one list of each.

Options of `add` and `edit`, SELECTs and their rows, lists, `show`, groupings, the log, exports and imports read these
lists. A column that is no more than a value (a text, a word, a number, a country) is one line here, one in the table
beside this module and one in a migration, with its label in Chinese in the catalogue; nothing else names it.

The lists are not in the tables themselves because who only reads must not load SQLModel, which takes several times as
long as most reports. A test holds the tables equal to the lists.
"""

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from tracker.i18n import N_, _
from tracker.vocabulary import COMPANY_ROLES, LEAD_SOURCES, ORIGINS, PROJECT_KINDS, Vocabulary


class Type(StrEnum):
    """What a field holds, and the Python type of its value."""

    TEXT = "text"  # str
    NAMES = "names"  # tuple[str, ...], written a|b
    WORD = "word"  # str, a code of the field's vocabulary
    COUNT = "count"  # int
    YEAR = "year"  # int
    LAND = "land"  # int, thousandths of a 亩
    PERCENT = "percent"  # int, hundredths of a percent
    FIGURE = "figure"  # money.Figure: amount, qualifier and availability in one
    QUANTITY = "quantity"  # money.quantities.Quantity
    PERIOD = "period"  # dates.Period
    DAY = "day"  # date
    COUNTRY = "country"  # str, ISO 3166 code
    RATE = "rate"  # str, an exact decimal


class Field(NamedTuple):
    """One field of a kind of record. `required`: a new record cannot do without it.

    `label` is its name in English, as it stands within a sentence; `option` its name on the command line and in
    reports, `help` what its option says, `least` and `most` the limits of a number. `refers` is the table whose record
    a column names by its number. `columns` are those of the table: a period has two.
    """

    key: str
    type: Type = Type.TEXT
    words: Vocabulary | None = None
    required: bool = False
    label: str = ""
    option: str = ""
    help: str = ""
    least: int = 0
    most: int = 10_000_000
    refers: str = ""
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called in the chosen language, within a sentence."""
        return _(self.label)

    @property
    def heading(self) -> str:
        """What it is called at the head of a column or line."""
        return self.name[:1].upper() + self.name[1:]


def _field(label: str, type: Type = Type.TEXT, key: str = "", **more: Any) -> dict[str, Field]:
    """What a column means, as its metadata; `key` where the field is not called as its column."""
    return {"field": Field(key, Type.WORD if "words" in more else type, label=label, **more)}


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class ProjectFields:
    """What is recorded of a project; nobody makes one, the rows of queries begin with these columns.

    `land` is in thousandths of a 亩 (1 亩 = 10000/15 m²), at most as large as the country; `registered_first` and
    `registered_last` are the days in which the statistics bureau took it into its register 入库.
    """

    code: str = field(metadata=_field(N_("code"), required=True))
    name: str = field(metadata=_field(N_("name"), required=True))
    name_en: str | None = field(metadata=_field(N_("English name")))
    kind: str | None = field(
        metadata=_field(
            N_("kind"), words=PROJECT_KINDS, help=N_("new, expansion, capital_increase, relocation, lease …")
        )
    )
    company_id: int | None = field(
        metadata=_field(N_("company"), key="company", refers="company", help=N_("The investing company."))
    )
    group_name: str | None = field(metadata=_field(N_("group"), option="group", help=N_("Its group.")))
    chain: str | None = field(metadata=_field(N_("chain"), help=N_("Industry chain.")))
    sector: str | None = field(metadata=_field(N_("sector")))
    site: str | None = field(metadata=_field(N_("site"), help=N_("Site or park.")))
    grid: str | None = field(metadata=_field(N_("grid")))
    owner: str | None = field(metadata=_field(N_("owner"), help=N_("The owner who looks after it.")))
    lead_source: str | None = field(
        metadata=_field(N_("lead"), words=LEAD_SOURCES, help=N_("How it was found, such as 以商引商."))
    )
    capital_origin: str | None = field(
        metadata=_field(
            N_("origin of the capital"),
            words=ORIGINS,
            option="origin",
            help=N_("Its capital: foreign, domestic, mixed."),
        )
    )
    country: str | None = field(metadata=_field(N_("country"), Type.COUNTRY, help=N_("JP, Japan or 日本.")))
    land: int | None = field(
        metadata=_field(N_("land"), Type.LAND, most=14_400_000_000_000, help=N_("109.2 (in 亩) or 72800 m2."))
    )
    jobs: int | None = field(metadata=_field(N_("jobs"), Type.COUNT, help=N_("Jobs planned.")))
    registered_first: date | None = field(
        metadata=_field(
            N_("registered on"),
            Type.PERIOD,
            key="registered",
            help=N_("The day the statistics bureau registered it 入库."),
        )
    )
    registered_last: date | None
    parent_id: int | None = field(
        metadata=_field(N_("parent"), key="parent", refers="project", help=N_("The project it is a part of."))
    )
    note: str | None = field(metadata=_field(N_("note")))
    source: str | None = field(metadata=_field(N_("source")))
    quote: str | None = field(metadata=_field(N_("quotation")))


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class CompanyFields:
    """What is recorded of a company; output and the like are values of indicators."""

    name: str = field(metadata=_field(N_("name"), required=True))
    name_en: str | None = field(metadata=_field(N_("English name")))
    group_name: str | None = field(metadata=_field(N_("group"), option="group"))
    country: str | None = field(metadata=_field(N_("country"), Type.COUNTRY, help=N_("JP, Japan or 日本.")))
    role: str | None = field(
        metadata=_field(N_("role"), words=COMPANY_ROLES, help=N_("chain_leader, leading or supporting."))
    )
    founded: int | None = field(
        metadata=_field(N_("founded"), Type.YEAR, least=1, most=2_199, help=N_("Year of its foundation."))
    )
    note: str | None = field(metadata=_field(N_("note")))
    source: str | None = field(metadata=_field(N_("source")))
    quote: str | None = field(metadata=_field(N_("quotation")))


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class MilestoneFields:
    """What is recorded of a milestone; its days are records of their own."""

    project_id: int = field(metadata=_field(N_("project"), key="project", refers="project", required=True))
    code: str = field(metadata=_field(N_("milestone"), key="milestone", required=True))
    title: str | None = field(metadata=_field(N_("title"), help=N_("Its name.")))
    weight: int = field(
        metadata=_field(N_("weight"), Type.COUNT, most=1_000_000, help=N_("How much it counts [default: 1]."))
    )


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)
class RequestFields:
    """What a project or a company asks for; the answer and the outcome come later."""

    title: str = field(metadata=_field(N_("title"), required=True))
    project_id: int | None = field(metadata=_field(N_("project"), key="project", refers="project"))
    company_id: int | None = field(metadata=_field(N_("company"), key="company", refers="company"))
    category: str | None = field(metadata=_field(N_("category"), help=N_("Such as land, power, staff, 用电.")))
    owner: str | None = field(metadata=_field(N_("owner"), help=N_("The owner of the request, else the project's.")))
    raised: date = field(metadata=_field(N_("raised"), Type.DAY, help=N_("The day, else today.")))
    due: date | None = field(metadata=_field(N_("due"), Type.DAY, help=N_("The day to settle it by.")))
    answered: date | None = field(metadata=_field(N_("answered on"), Type.DAY))
    answer: str | None = field(metadata=_field(N_("answer")))
    closed: date | None = field(metadata=_field(N_("closed on"), Type.DAY))
    outcome: str | None = field(metadata=_field(N_("outcome")))
    note: str | None = field(metadata=_field(N_("note")))
    source: str | None = field(metadata=_field(N_("source")))
    quote: str | None = field(metadata=_field(N_("quotation")))


Listed = ProjectFields | CompanyFields | MilestoneFields | RequestFields


def _listed(row: type[Listed]) -> tuple[Field, ...]:
    """The fields of a record; a column that says nothing of itself is the last day of the period before it."""
    found: list[Field] = []
    for column in fields(row):
        if "field" in column.metadata:
            own: Field = column.metadata["field"]
            key = own.key or column.name
            option = own.option or key
            found.append(own._replace(key=key, option=option, columns=(column.name,)))
        else:
            found[-1] = found[-1]._replace(columns=(*found[-1].columns, column.name))
    return tuple(found)


# The fields of each record by its table, in the order of exports.
FIELDS = {
    "project": _listed(ProjectFields),
    "company": _listed(CompanyFields),
    "milestone": _listed(MilestoneFields),
    "request": _listed(RequestFields),
}
# Their columns, in the order of the fields.
COLUMNS = {table: tuple(name for one in every for name in one.columns) for table, every in FIELDS.items()}
# Texts of several lines; every other text is a name or a word of one line.
LONG_TEXTS = frozenset(("note", "source", "quote", "reason", "text", "answer", "outcome"))
CITED = ("note", "source", "quote")
# What a record is called by.
NAMES = ("code", "name", "name_en", "milestone", "title")


def project_column(name: str) -> str:
    """A column of a project `p` as SQL; what it takes over from its company `c` where it has none itself."""
    return f"COALESCE(p.{name}, c.{name})" if name in ("group_name", "country") else f"p.{name}"


# Those that are no more than a value, and those of them by which projects are put together.
PLAIN = {
    table: tuple(one for one in every if one.key not in (*NAMES, *CITED) and not one.refers and len(one.columns) == 1)
    for table, every in FIELDS.items()
}
GROUPED = tuple(one for one in PLAIN["project"] if one.type in (Type.TEXT, Type.WORD, Type.COUNTRY))
