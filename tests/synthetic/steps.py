"""What a history is made of: one act a step, with the day it was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.dates import Period
from tracker.money import Figure
from tracker.money.quantities import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What every act may carry: where it comes from, the words quoted, and the recorder's own remark."""

    source: str | None = None
    quote: str | None = None
    note: str | None = None

    @property
    def citation(self) -> str | None:
        """Source and quotation as they are typed: "document / quotation"."""
        return f"{self.source} / {self.quote}" if self.source and self.quote else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCompany(Cited):
    """A company is recorded; `role` and `country` are codes."""

    name: str
    name_en: str | None = None
    group_name: str | None = None
    country: str | None = None
    role: str | None = None
    founded: int | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certify(Cited):
    """A company is recognised on the innovation ladder."""

    company: str
    certification: str
    on: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectWords(Cited):
    """What is recorded of a project; None: not given. `land` is in thousandths of a 亩.

    `registered` is when the statistics bureau took the project into its register.
    """

    code: str
    name: str | None = None
    name_en: str | None = None
    kind: str | None = None
    company: str | None = None
    group_name: str | None = None
    chain: str | None = None
    sector: str | None = None
    site: str | None = None
    grid: str | None = None
    owner: str | None = None
    lead_source: str | None = None
    capital_origin: str | None = None
    country: str | None = None
    land: int | None = None
    jobs: int | None = None
    parent: str | None = None
    registered: Period | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    externals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProject(ProjectWords):
    """A project is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditProject(ProjectWords):
    """What is given of a project is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterStage(Cited):
    """A project reached a stage."""

    code: str
    stage: str
    on: Period
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCondition(Cited):
    """A project's condition changed."""

    code: str
    condition: str
    on: Period
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Cited):
    """The progress report of a month; `physical` is in hundredths of a percent."""

    code: str
    on: Period
    physical: int | None = None
    text: str | None = None
    light: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Cited):
    """One project relates to another."""

    code: str
    relation: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCapital(Cited):
    """A capital figure is recorded as it was said; `basis` is "period", "ytd" or "cumulative".

    `from_day` is the day from which a total or plan holds; `further` says that the period has one more amount.
    """

    code: str
    kind: str
    figure: Figure
    on: Period | None = None
    basis: str = "period"
    from_day: date | None = None
    further: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectCapital(Cited):
    """The entry that the step numbered `change` recorded is put right under its number, or withdrawn."""

    change: int
    why: str
    figure: Figure | None = None
    withdraw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebaseline(Cited):
    """A project is measured against another total from the day it was approved."""

    code: str
    total: Figure
    why: str
    approved: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMilestone(Cited):
    """A milestone is given its baseline, approved on the day `made`."""

    code: str
    milestone: str
    on: Period
    made: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Cited):
    """A milestone is expected at another time, as was said on the day `made`."""

    code: str
    milestone: str
    on: Period
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordIndicator(Cited):
    """An indicator of a zone, site, chain or company had a value; `growth` is in hundredths of a percent."""

    subject: str
    indicator: str
    value: Quantity
    on: Period
    growth: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTarget(Cited):
    """An indicator is to have a value: a floor, and a stretch beyond it."""

    subject: str
    indicator: str
    on: Period
    floor: Quantity | None = None
    stretch: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest(Cited):
    """A project (`code`) or a company asks for something; without an owner it is the project's."""

    title: str
    code: str | None = None
    company: str | None = None
    category: str | None = None
    due: date | None = None
    owner: str | None = None
    raised: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest(Cited):
    """The request that the step numbered `change` opened gets its first answer."""

    change: int
    text: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRequest(Cited):
    """The request that the step numbered `change` opened is settled."""

    change: int
    text: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRate(Cited):
    """One unit of `base` was `rate` units of `counter` on a day; `rate` is an exact decimal text."""

    base: str
    counter: str
    rate: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The step numbered `change` is reverted."""

    change: int


Act = (
    AddCompany
    | Certify
    | AddProject
    | EditProject
    | EnterStage
    | SetCondition
    | Report
    | Link
    | RecordCapital
    | CorrectCapital
    | Rebaseline
    | PlanMilestone
    | Forecast
    | RecordIndicator
    | SetTarget
    | OpenRequest
    | AnswerRequest
    | CloseRequest
    | SetRate
    | Undo
)
# What speaks of an earlier step, by its number.
Following = CorrectCapital | AnswerRequest | CloseRequest | Undo


@dataclass(frozen=True, slots=True)
class Step:
    """One act and the day it was recorded; steps are numbered from 1, and step n becomes change n of a new ledger."""

    recorded_on: date
    act: Act
