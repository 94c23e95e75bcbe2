"""The command line that would have done what an act does, as the log of changes shows it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tracker.demo.steps import (
    Act,
    AddCompany,
    AddProject,
    AnswerRequest,
    Certify,
    CloseRequest,
    CorrectCapital,
    EditProject,
    EnterStage,
    Forecast,
    Link,
    OpenRequest,
    PlanMilestone,
    Rebaseline,
    RecordCapital,
    RecordIndicator,
    Report,
    SetCondition,
    SetRate,
    SetTarget,
    Undo,
)
from tracker.money import AUTO, Figure, format_figure
from tracker.money.quantities import Quantity, format_quantity, percent_text

# What is an option, field by field in this order; the other fields are the words before the options.
_OPTIONS = {
    "name": "--name",
    "name_en": "--name-en",
    "kind": "--kind",
    "company": "--company",
    "group_name": "--group",
    "chain": "--chain",
    "sector": "--sector",
    "site": "--site",
    "grid": "--grid",
    "owner": "--owner",
    "lead_source": "--lead-source",
    "capital_origin": "--origin",
    "country": "--country",
    "role": "--role",
    "founded": "--founded",
    "land": "--land",
    "jobs": "--jobs",
    "parent": "--parent",
    "registered": "--registered",
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
            words = ["milestone", verb, act.code, act.milestone, str(act.on), *_options(act, "on")]
        case RecordCapital() | CorrectCapital():
            words = list(_capital(act, numbers))
        case Rebaseline():
            words = ["project", "rebaseline", act.code, *_options(act)]
        case OpenRequest() | AnswerRequest() | CloseRequest():
            words = ["request", *_request(act, numbers), *_options(act)]
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
