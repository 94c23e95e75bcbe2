"""One act, carried out in the open ledger of one change."""

from __future__ import annotations

from tracker.demo.steps import (
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
    Undo,
)
from tracker.ledger import (
    baselines,
    capital,
    companies,
    indicators,
    milestones,
    projects,
    rates,
    requests,
    stages,
    undo,
)
from tracker.ledger.cite import Cite
from tracker.ledger.labels import LabelEdits
from tracker.ledger.store import Store
from tracker.models.request import Request

# The capital entry or request that each step speaks of, by the step's number.
Numbers = dict[int, int]


def carry_out(store: Store, act: Act, number: int, numbers: Numbers) -> None:
    """Do what `act`, the step with this `number`, says. Raises Refused as the ledger does."""
    match act:
        case RecordCapital() | CorrectCapital():
            numbers[number] = _capital(store, act, numbers)
        case Rebaseline():
            new = baselines.NewBaseline(act.total, approved=act.approved)
            baselines.rebaseline(store, act.code, new, act.why, _cite(act))
        case OpenRequest() | AnswerRequest() | CloseRequest():
            numbers[number] = _request(store, act, numbers)
        case SetRate():
            rates.set_rate(store, rates.NewRate(act.base, act.counter, act.day, act.rate), None, _cite(act))
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
    facts = companies.CompanyFacts(act.name, act.name_en, act.group_name, act.country, act.role, act.founded)
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


def _facts(act: ProjectWords) -> projects.ProjectFacts:
    # On an edit the code says which project is meant, not that it is to be renamed.
    given = {name: getattr(act, name) for name in projects.ProjectFacts.__slots__ if name != "code"}
    return projects.ProjectFacts(code=act.code if isinstance(act, AddProject) else None, **given)


def _labels(act: ProjectWords) -> LabelEdits:
    return LabelEdits(tags=act.tags, aliases=act.aliases, externals=act.externals)


def _milestone(store: Store, act: PlanMilestone | Forecast) -> None:
    if isinstance(act, Forecast):
        milestones.forecast(store, act.code, act.milestone, act.on, act.made, _cite(act))
    else:
        milestones.plan(store, act.code, act.milestone, act.on, _cite(act), made=act.made)


def _capital(store: Store, act: RecordCapital | CorrectCapital, numbers: Numbers) -> int:
    """Record or correct a figure; the number of its entry, which it keeps."""
    if isinstance(act, CorrectCapital):
        number = numbers[act.change]
        capital.correct(store, number, capital.Correction(act.why, act.figure, withdraw=act.withdraw), _cite(act))
        return number
    entry = capital.NewEntry(act.kind, act.figure, act.on, act.basis, from_day=act.from_day, cite=_cite(act))
    again = "further" if act.further else "ask"
    return capital.record(store, store.project(act.code), entry, again=again).row.id


def _request(store: Store, act: OpenRequest | AnswerRequest | CloseRequest, numbers: Numbers) -> int:
    """Open, answer or close a request; its number."""
    match act:
        case OpenRequest():
            ask = requests.Ask(act.title, act.code, act.company, act.category, act.owner, act.raised, act.due)
            requests.open_request(store, ask, _cite(act))
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


def _cite(act: Cited) -> Cite:
    return Cite(source=act.citation, note=act.note)
