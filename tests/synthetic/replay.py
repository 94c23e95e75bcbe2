"""A made-up history, recorded through the ledger: a step is a change, with the command line that would have made it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tests.synthetic.generator import generate
from tests.synthetic.steps import (
    Act,
    AddCompany,
    AddProject,
    AnswerRequest,
    Certify,
    Cited,
    CloseRequest,
    CorrectCapital,
    EditProject,
    EnterStage,
    Forecast,
    Link,
    OpenRequest,
    PlanMilestone,
    ProjectWords,
    Rebaseline,
    RecordCapital,
    RecordIndicator,
    Report,
    SetCondition,
    SetRate,
    SetTarget,
    Step,
    Undo,
)
from tracker.database import Database
from tracker.engine import make_engine
from tracker.ledger import (
    baselines,
    capital,
    companies,
    indicators,
    milestones,
    projects,
    reference,
    requests,
    stages,
    undo,
)
from tracker.ledger.citation import Citation, Facts
from tracker.ledger.labels import LabelEdits
from tracker.ledger.store import Store
from tracker.ledger.transaction import Writer, create, recorded
from tracker.models.fields import CITED, FIELDS
from tracker.models.request import Request
from tracker.money import AUTO, Figure, format_figure
from tracker.money.quantities import Quantity, format_quantity, percent_text
from tracker.schema import require_current_for_writing

# The capital entry or request that each step speaks of, by the step's number.
Numbers = dict[int, int]


def carry_out(store: Store, act: Act, number: int, numbers: Numbers) -> None:
    """Do what `act`, the step with this `number`, says. Raises Refused as the ledger does."""
    match act:
        case RecordCapital() | CorrectCapital():
            numbers[number] = _carry_out_capital(store, act, numbers)
        case Rebaseline():
            new = baselines.NewBaseline(act.total, approved=act.approved)
            baselines.rebaseline(store, act.code, new, act.why, _cite(act))
        case OpenRequest() | AnswerRequest() | CloseRequest():
            numbers[number] = _carry_out_request(store, act, numbers)
        case SetRate():
            reference.set_rate(store, reference.NewRate(act.base, act.counter, act.day, act.rate), None, _cite(act))
        case Undo():
            undo.undo(store, act.change)
        case AddCompany() | Certify():
            _company(store, act)
        case PlanMilestone() | Forecast():
            _milestone(store, act)
        case RecordIndicator() | SetTarget():
            _indicator(store, act)
        case _:
            _project(store, act)


def _company(store: Store, act: AddCompany | Certify) -> None:
    if isinstance(act, Certify):
        companies.certify(store, act.company, act.certification, act.on, _cite(act))
        return
    facts = {one.key: getattr(act, one.key, None) for one in FIELDS["company"] if one.key not in CITED}
    companies.add(store, facts, LabelEdits(aliases=act.aliases), _cite(act))


def _project(store: Store, act: AddProject | EditProject | EnterStage | SetCondition | Report | Link) -> None:
    match act:
        case AddProject():
            projects.add(store, _facts(act), projects.Opening(), _labels(act), _cite(act))
        case EditProject():
            projects.edit(store, act.code, _facts(act), _labels(act), _cite(act))
        case EnterStage():
            stages.stage(store, act.code, act.stage, act.on, act.why, _cite(act))
        case SetCondition():
            stages.condition(store, act.code, act.condition, act.on, act.why, _cite(act))
        case Report():
            stages.review(store, act.code, act.on, act.physical, act.text, act.light, _cite(act))
        case Link():
            projects.link(store, act.code, act.relation, act.target, _cite(act))


def _facts(act: ProjectWords) -> Facts:
    # On an edit the code says which project is meant, not that it is to be renamed.
    given = {one.key: getattr(act, one.key, None) for one in FIELDS["project"] if one.key not in CITED}
    return given | {"code": act.code if isinstance(act, AddProject) else None}


def _labels(act: ProjectWords) -> LabelEdits:
    return LabelEdits(tags=act.tags, aliases=act.aliases, externals=act.externals)


def _milestone(store: Store, act: PlanMilestone | Forecast) -> None:
    if isinstance(act, Forecast):
        milestones.forecast(store, act.code, act.milestone, act.on, act.made, _cite(act))
    else:
        milestones.plan(store, act.code, act.milestone, act.on, _cite(act), made=act.made)


def _carry_out_capital(store: Store, act: RecordCapital | CorrectCapital, numbers: Numbers) -> int:
    """Record or correct a figure; the number of its entry, which it keeps."""
    if isinstance(act, CorrectCapital):
        number = numbers[act.change]
        capital.correct(store, number, capital.Correction(act.why, act.figure, withdraw=act.withdraw), _cite(act))
        return number
    entry = capital.NewEntry(act.kind, act.figure, act.on, act.basis, from_day=act.from_day, cite=_cite(act))
    again = "further" if act.further else "ask"
    return capital.record(store, store.project(act.code), entry, again=again).row.id


def _carry_out_request(store: Store, act: OpenRequest | AnswerRequest | CloseRequest, numbers: Numbers) -> int:
    """Open, answer or close a request; its number."""
    match act:
        case OpenRequest():
            facts = {one.key: getattr(act, one.key, None) for one in FIELDS["request"] if one.key not in CITED}
            requests.open_request(store, facts | {"project": act.code}, _cite(act))
            [row] = (after for model, _before, after in store.written() if model is Request)
            return int(row.id)
        case AnswerRequest():
            requests.answer(store, numbers[act.change], act.text, act.day, _cite(act))
        case CloseRequest():
            requests.close(store, numbers[act.change], act.text, act.day, _cite(act))
    return numbers[act.change]


def _indicator(store: Store, act: RecordIndicator | SetTarget) -> None:
    if isinstance(act, SetTarget):
        goal = indicators.Goal(act.floor, act.stretch)
        indicators.target(store, act.subject, act.indicator, goal, act.on, _cite(act))
    else:
        indicators.record(store, act.subject, act.indicator, act.value, act.on, _cite(act), growth=act.growth)


def _cite(act: Cited) -> Citation:
    return Citation(source=act.citation, note=act.note)


# What is an option, field by field in this order; the other fields are the words before the options.
_OPTIONS = {
    **{
        one.key: f"--{one.option.replace('_', '-')}"
        for every in FIELDS.values()
        for one in every
        if one.key not in ("code", *CITED)
    },
    "tags": "--tag",
    "aliases": "--alias",
    "externals": "--id",
    "figure": "--amount",
    "stretch": "--stretch",
    "category": "--category",
    "due": "--due",
    "raised": "--raised",
    "total": "--total",
    "approved": "--approved",
    "on": "--on",
    "day": "--on",
    "growth": "--grew",
    "from_day": "--from",
    "made": "--made",
    "physical": "--physical",
    "text": "--text",
    "light": "--light",
    "why": "--why",
    "citation": "--source",
    "note": "--note",
}


def command(act: Act, numbers: dict[int, int]) -> str:
    """The words after `tracker`; `numbers` are the capital entries and requests by the step that recorded them."""
    match act:
        case AddCompany():
            words = ["company", "add", act.name, *_options(act, "name")]
        case Certify():
            words = ["company", "certify", act.company, act.certification, *_options(act, "company")]
        case AddProject() | EditProject():
            verb = "add" if isinstance(act, AddProject) else "edit"
            words = ["project", verb, act.code, *_options(act)]
        case EnterStage():
            words = ["project", "stage", act.code, act.stage, *_options(act)]
        case SetCondition():
            words = ["project", "condition", act.code, act.condition, *_options(act)]
        case Report():
            words = ["project", "review", act.code, *_options(act)]
        case Link():
            words = ["project", "link", act.code, act.relation, act.target, *_options(act)]
        case PlanMilestone() | Forecast():
            verb = "plan" if isinstance(act, PlanMilestone) else "forecast"
            words = ["milestone", verb, act.code, act.milestone, str(act.on), *_options(act, "milestone", "on")]
        case RecordCapital() | CorrectCapital():
            words = list(_capital(act, numbers))
        case Rebaseline():
            words = ["project", "rebaseline", act.code, *_options(act)]
        case OpenRequest() | AnswerRequest() | CloseRequest():
            words = ["request", *_request(act, numbers), *_options(act, "title")]
        case SetRate():
            words = ["rate", "set", act.base, act.counter, act.rate, *_options(act)]
        case RecordIndicator():
            words = ["indicator", "record", act.subject, act.indicator, _typed(act.value), *_options(act)]
        case SetTarget():
            floor = [_typed(act.floor)] if act.floor else []
            words = ["indicator", "target", act.subject, act.indicator, *floor, *_options(act)]
        case Undo():
            words = ["undo", str(act.change)]
    return shlex.join(words)


def _request(act: OpenRequest | AnswerRequest | CloseRequest, numbers: dict[int, int]) -> Iterator[str]:
    if isinstance(act, OpenRequest):
        yield from ("open", act.code, act.title) if act.code else ("open", act.title)
    else:
        yield from ("answer" if isinstance(act, AnswerRequest) else "close", str(numbers[act.change]))


def _capital(act: RecordCapital | CorrectCapital, numbers: dict[int, int]) -> Iterator[str]:
    yield "capital"
    if isinstance(act, CorrectCapital):
        yield from ("correct", str(numbers[act.change]))
        yield from ["--withdraw"] if act.withdraw else []
        yield from _options(act)
        return
    amount = f"--{act.figure.availability}" if act.figure.money is None else _typed(act.figure)
    if act.kind == "plan" and act.on is not None:
        yield from ("plan", act.code, amount, "--year", str(act.on))
        yield from _options(act, "figure", "kind", "on")
        return
    yield from ("record", act.code, act.kind, amount)
    yield from [] if act.basis == "period" else [f"--{act.basis}"]
    yield from ["--further"] if act.further else []
    yield from _options(act, "figure", "kind")


def _options(act: Act, *but: str) -> Iterator[str]:
    for field, option in _OPTIONS.items():
        given = None if field in but else getattr(act, field, None)
        for value in given if isinstance(given, tuple) else (given,):
            if value is not None:
                yield from (option, _TYPED.get(field, _typed)(value))


def _typed(value: Any) -> str:
    if isinstance(value, Quantity):
        return format_quantity(value, unit=AUTO, lang="zh") + (value.unit or "")
    return format_figure(value, unit=AUTO, lang="zh") if isinstance(value, Figure) else str(value)


# What is typed in another unit than it is kept in.
_TYPED: dict[str, Callable[[Any], str]] = {
    "land": lambda thousandths: format(Decimal(thousandths) / 1000, "f"),
    "physical": lambda hundredths: f"{format(Decimal(hundredths) / 100, 'f')}%",
    "growth": percent_text,
}


ACTOR = "demo"
# Noon in China: the moment lies in the day it is meant for in every zone west of it down to four hours behind UTC.
NOON = time(4, tzinfo=UTC)


def opener(day: date) -> Writer:
    """Who opens an example ledger, just before its first step is recorded on `day`."""
    return Writer(ACTOR, "init", datetime.combine(day, NOON) - timedelta(seconds=1), day)


def build_synthetic(database: Database, projects: int, seed: int) -> None:
    """Create a ledger at `database` with 1 to 2,000 made-up projects, the same for a `seed`."""
    planned = generate(projects, seed)
    create(database, opener(planned[0].recorded_on))
    replay(database, planned)


def replay(database: Database, steps: Iterable[Step]) -> None:
    """Carry out `steps` in a ledger that was just opened, so that step n is change n; all or none."""
    numbers: Numbers = {}
    moment = datetime.min.replace(tzinfo=UTC)
    with database.translated(), make_engine(database).connect() as connection, connection.begin():
        require_current_for_writing(connection)
        for number, step in enumerate(steps, start=1):
            moment = max(moment + timedelta(seconds=1), datetime.combine(step.recorded_on, NOON))
            writer = Writer(ACTOR, command(step.act, numbers), moment, step.recorded_on)
            with recorded(connection, writer) as store:
                carry_out(store, step.act, number, numbers)
