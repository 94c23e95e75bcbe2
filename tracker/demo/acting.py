"""One act, carried out in an open book."""

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
from tracker.ledger.book import Book
from tracker.ledger.cite import Cite
from tracker.ledger.labels import LabelEdits
from tracker.models import CapitalEntry, Chained, Request

# The capital entry or request that each step recorded, by the step's number.
Numbers = dict[int, int]


def carry_out(book: Book, act: Act, number: int, numbers: Numbers) -> None:
    """Do what `act`, the step with this `number`, says. Raises Refused as the ledger does."""
    match act:
        case RecordCapital() | CorrectCapital():
            _capital(book, act, numbers)
            numbers[number] = _last(book, CapitalEntry)
        case Rebaseline():
            new = baselines.NewBaseline(act.total, approved=act.approved)
            baselines.rebaseline(book, act.code, new, act.why, _cite(act))
        case OpenRequest() | AnswerRequest() | CloseRequest():
            _request(book, act, numbers)
            numbers[number] = _last(book, Request)
        case SetRate():
            rates.set_rate(book, rates.NewRate(act.base, act.counter, act.day, act.rate), None, _cite(act))
        case Undo():
            undo.undo(book, act.change)
        case AddCompany() | Certify():
            _company(book, act)
        case PlanMilestone() | Forecast():
            _milestone(book, act)
        case RecordIndicator() | SetTarget():
            _indicator(book, act)
        case _:
            _project(book, act)


def _last(book: Book, model: type[Chained]) -> int:
    [*_before, last] = (row.id for row in book.written if isinstance(row, model) and row.id is not None)
    return last


def _company(book: Book, act: AddCompany | Certify) -> None:
    if isinstance(act, Certify):
        companies.certify(book, act.company, act.certification, act.on, _cite(act))
        return
    facts = companies.CompanyFacts(act.name, act.name_en, act.group_name, act.country, act.role, act.founded)
    companies.add(book, facts, LabelEdits(aliases=act.aliases), _cite(act))


def _project(book: Book, act: AddProject | EditProject | EnterStage | SetCondition | Report | Link) -> None:
    match act:
        case AddProject():
            projects.add(book, _facts(act), projects.Opening(), _labels(act), _cite(act))
        case EditProject():
            projects.edit(book, act.code, _facts(act), _labels(act), _cite(act))
        case EnterStage():
            stages.stage(book, act.code, act.stage, act.on, act.why, _cite(act))
        case SetCondition():
            stages.condition(book, act.code, act.condition, act.on, act.why, _cite(act))
        case Report():
            stages.review(book, act.code, act.on, act.physical, act.text, act.light, _cite(act))
        case Link():
            projects.link(book, act.code, act.relation, act.target, _cite(act))


def _facts(act: ProjectWords) -> projects.ProjectFacts:
    # On an edit the code says which project is meant, not that it is to be renamed.
    given = {name: getattr(act, name) for name in projects.ProjectFacts.__slots__ if name != "code"}
    return projects.ProjectFacts(code=act.code if isinstance(act, AddProject) else None, **given)


def _labels(act: ProjectWords) -> LabelEdits:
    return LabelEdits(tags=act.tags, aliases=act.aliases, externals=act.externals)


def _milestone(book: Book, act: PlanMilestone | Forecast) -> None:
    if isinstance(act, Forecast):
        milestones.forecast(book, act.code, act.milestone, act.on, act.made, _cite(act))
    else:
        milestones.plan(book, act.code, act.milestone, act.on, _cite(act), made=act.made)


def _capital(book: Book, act: RecordCapital | CorrectCapital, numbers: Numbers) -> None:
    if isinstance(act, CorrectCapital):
        correction = capital.Correction(act.why, act.figure, withdraw=act.withdraw)
        capital.correct(book, numbers[act.change], correction, _cite(act))
    else:
        entry = capital.NewEntry(act.kind, act.figure, act.on, act.measure)
        capital.record(book, act.code, entry, _cite(act))


def _request(book: Book, act: OpenRequest | AnswerRequest | CloseRequest, numbers: Numbers) -> None:
    match act:
        case OpenRequest():
            ask = requests.Ask(act.title, act.code, act.company, act.category, act.owner, act.raised, act.due)
            requests.open_request(book, ask, _cite(act))
        case AnswerRequest():
            requests.answer(book, numbers[act.change], act.text, act.day, _cite(act))
        case CloseRequest():
            requests.close(book, numbers[act.change], act.text, act.day, _cite(act))


def _indicator(book: Book, act: RecordIndicator | SetTarget) -> None:
    if isinstance(act, SetTarget):
        goal = indicators.Goal(act.floor, act.stretch)
        indicators.target(book, act.subject, act.indicator, goal, act.on, _cite(act))
    else:
        indicators.record(book, act.subject, act.indicator, act.value, act.on, _cite(act), growth=act.growth)


def _cite(act: Cited) -> Cite:
    return Cite(source=act.citation, note=act.note)
