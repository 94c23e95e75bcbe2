"""The made-up portfolio: the same for a seed wherever it is made, plausible, and with every turn a ledger must take."""

from __future__ import annotations

import hashlib
import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from tests.synthetic import steps as act
from tests.synthetic.generator import generate
from tests.synthetic.replay import command, opener, replay
from tracker.database import Database
from tracker.dates import Precision
from tracker.ledger.transaction import create
from tracker.models import versioned_tables
from tracker.models.reference import Ledger

END = date(2023, 6, 30)
# Changes only where the generator is changed on purpose; the same on every supported Python.
DIGEST_24_1 = "d50b4b3d9548a163c732fd3b4c8f60dca7e8ca9b20bb34808d4dee87f59b71b2"


def digest(steps: Iterable[act.Step]) -> str:
    """A hash of every word, day and amount of a history."""
    return hashlib.sha256("\n".join(map(repr, steps)).encode()).hexdigest()


def test_the_same_seed_tells_the_same_story_everywhere() -> None:
    assert digest(generate(24, 1)) == DIGEST_24_1


def test_another_seed_tells_another_story() -> None:
    assert digest(generate(24, 1)) != digest(generate(24, 2))


@pytest.mark.parametrize("projects", [-1, 0, 2_001])
def test_only_a_sensible_number_of_projects_is_made_up(projects: int) -> None:
    with pytest.raises(ValueError, match=f"not {projects}"):
        generate(projects, 1)


def _told_of(steps: Iterable[act.Step], code: str) -> list[act.Step]:
    """What is told of one project, apart from the numbers of the steps it refers to."""
    own = [step for step in steps if getattr(step.act, "code", None) == code]
    return [replace(step, act=replace(step.act, note=None)) for step in own if isinstance(step.act, act.Cited)]


def test_one_project_more_changes_no_other() -> None:
    small, large = generate(24, 5), generate(25, 5)
    codes = [step.act.code for step in small if isinstance(step.act, act.AddProject)]
    assert all(_told_of(small, code) == _told_of(large, code) for code in codes)


def _on(step: act.Step) -> date | None:
    period = getattr(step.act, "on", None)
    return period.first if period and not isinstance(step.act, act.PlanMilestone | act.Forecast) else None


@given(st.integers(1, 40), st.integers(-(2**40), 2**40))
@settings(max_examples=40)
def test_a_story_is_told_in_order_and_never_ahead_of_itself(projects: int, seed: int) -> None:
    steps = generate(projects, seed)
    days = [step.recorded_on for step in steps]
    assert days == sorted(days)
    assert date(2020, 1, 1) <= days[0] <= days[-1] <= date(2023, 6, 30)
    assert sum(isinstance(step.act, act.AddProject) for step in steps) == projects
    for number, step in enumerate(steps, start=1):
        if isinstance(step.act, act.Following):
            assert step.act.change < number
        day = getattr(step.act, "day", None) or getattr(step.act, "raised", None) or getattr(step.act, "approved", None)
        assert day is None or day <= step.recorded_on
        first = _on(step)
        plans = isinstance(step.act, act.RecordCapital) and step.act.kind == "plan"
        assert first is None or plans or first <= step.recorded_on


@pytest.fixture(scope="module")
def story() -> list[act.Step]:
    return generate(60, 7)


def test_the_story_ends_on_its_last_day(story: list[act.Step]) -> None:
    assert story[-1].recorded_on == date(2023, 6, 30)
    assert {step.recorded_on.year for step in story} == {2020, 2021, 2022, 2023}


def test_nobody_real_is_in_it(story: list[act.Step]) -> None:
    for step in story:
        if isinstance(step.act, act.AddCompany | act.AddProject):
            assert step.act.name
            assert step.act.name.startswith("示例")
            assert step.act.name_en
            assert step.act.name_en.startswith("Sample ")
        if isinstance(step.act, act.Cited) and step.act.source:
            assert "made up" in step.act.source


def test_names_and_codes_are_each_given_once(story: list[act.Step]) -> None:
    for kind in (act.AddCompany, act.AddProject):
        names = [step.act.name for step in story if isinstance(step.act, kind)]
        assert len(names) == len(set(names))
    codes = [step.act.code for step in story if isinstance(step.act, act.AddProject)]
    assert len(codes) == len(set(codes)) == 60


def test_projects_lie_in_every_chain_site_grid_and_hand(story: list[act.Step]) -> None:
    opened = [step.act for step in story if isinstance(step.act, act.AddProject)]
    counts = {name: len({getattr(one, name) for one in opened} - {None}) for name in ("chain", "site", "grid", "owner")}
    assert counts == {"chain": 6, "site": 4, "grid": 6, "owner": 8}
    countries = {step.act.country for step in story if isinstance(step.act, act.AddCompany)}
    assert countries == {"CN", "JP", "DE", "US", "KR", "FR"}
    assert len({one.kind for one in opened}) == 6
    assert any(one.parent for one in opened)


def test_stages_take_every_turn(story: list[act.Step]) -> None:
    entered = [step.act for step in story if isinstance(step.act, act.EnterStage)]
    conditions = [step.act for step in story if isinstance(step.act, act.SetCondition)]
    assert {one.condition for one in conditions} == {"active", "suspended", "terminated", "lost"}
    assert [one.stage for one in entered if one.why] == ["under_construction"], "one goes back, with a reason"
    assert {"lead", "signed", "site_secured", "completed", "at_capacity"} <= {one.stage for one in entered}
    precise = {one.on.precision for one in entered}
    assert precise == {Precision.DAY, Precision.MONTH, Precision.QUARTER, Precision.YEAR}
    signed = {one.code: one.on.first.year for one in entered if one.stage == "signed"}
    started = {one.code: one.on.first.year for one in entered if one.stage == "under_construction"}
    same = [code for code in started if signed[code] == started[code]]
    assert 0 < len(same) < len(started)


def test_money_comes_in_every_shape(story: list[act.Step]) -> None:
    booked = [step.act for step in story if isinstance(step.act, act.RecordCapital)]
    totals = [one.figure for one in booked if one.kind == "total"]
    assert {figure.money.currency for figure in totals if figure.money} == {"CNY", "USD", "EUR", "JPY"}
    assert {one.figure.availability for one in booked} == {"reported", "estimated", "unknown", "withheld"}
    assert {one.figure.qualifier for one in booked} == {"exact", "about", "nearly", "over", "at_most"}
    assert {one.basis for one in booked} == {"period", "ytd", "cumulative"}
    assert any(one.figure.money and not one.figure.money.minor for one in booked), "zero is a value"
    assert len({one.kind for one in booked}) == 8
    unplanned = {one.code for one in booked if one.kind == "completed"} - {
        one.code for one in booked if one.kind == "plan"
    }
    assert unplanned, "some plans are missing"


def test_offices_report_as_real_ones_do(story: list[act.Step]) -> None:
    booked = [step.act for step in story if isinstance(step.act, act.RecordCapital)]
    completed = [one for one in booked if one.kind == "completed"]
    bases = {code: {one.basis for one in completed if one.code == code} for code in {one.code for one in completed}}
    manners = Counter(frozenset(found) for found in bases.values())
    by_month = [code for code, found in bases.items() if "period" in found]
    assert len(by_month) > len(bases) / 2, "most by month"
    assert manners[frozenset({"ytd"})], "some by the year to date alone"
    assert manners[frozenset({"cumulative"})], "some by all time alone"
    months = {(one.code, one.on) for one in completed if one.basis == "period"}
    years = [(one.code, one.on) for one in completed if one.basis == "ytd"]
    assert sum(one in months for one in years) > 50, "the year to date beside the month"
    assert any(count > 1 for count in Counter(years).values()), "a year to date that is said again"
    assert any(one.figure.availability == "unknown" for one in completed), "an unknown month"
    assert {one.code for one in booked if one.kind == "plan"} - set(bases), "a plan and no figure"
    assert any(one.kind == "plan" and one.from_day for one in booked), "a plan agreed anew during the year"
    assert any(one.further for one in booked)


def test_slips_of_the_pen_are_corrected_withdrawn_and_undone(story: list[act.Step]) -> None:
    corrections = [step for step in story if isinstance(step.act, act.CorrectCapital)]
    reasons = {step.act.why for step in corrections if isinstance(step.act, act.CorrectCapital)}
    assert any("万与亿" in why for why in reasons)
    assert any(isinstance(step.act, act.CorrectCapital) and step.act.withdraw for step in corrections)
    undone = {type(story[step.act.change - 1].act) for step in story if isinstance(step.act, act.Undo)}
    assert undone == {act.RecordCapital, act.CorrectCapital, act.EnterStage}


def test_companies_ask_and_are_heard_sooner_or_later_or_not_at_all(story: list[act.Step]) -> None:
    opened = {n: step.act for n, step in enumerate(story, start=1) if isinstance(step.act, act.OpenRequest)}
    answered = {step.act.change: step.act for step in story if isinstance(step.act, act.AnswerRequest)}
    closed = {step.act.change: step.act for step in story if isinstance(step.act, act.CloseRequest)}
    assert set(closed) < set(answered) < set(opened)
    assert any(one.company and not one.code for one in opened.values())
    assert any(one.code and one.owner is None for one in opened.values()), "the project's owner sees to it"
    assert len({one.owner for one in opened.values()}) > 5
    assert len({one.category for one in opened.values()}) > 4
    late = [number for number, one in opened.items() if one.due and number not in closed and one.due < END]
    assert 0 < len(late) < len(opened) / 2
    assert any((due := opened[number].due) and due < one.day for number, one in closed.items())
    for number, one in answered.items():
        assert opened[number].raised <= one.day <= (closed[number].day if number in closed else END)


def test_every_month_ends_with_a_rate_of_each_currency(story: list[act.Step]) -> None:
    rates = [step.act for step in story if isinstance(step.act, act.SetRate)]
    for currency in ("USD", "EUR", "JPY"):
        days = [one.day for one in rates if one.base == currency]
        assert (days[0], days[-1], len(days)) == (date(2019, 12, 31), END, 43)
        assert {one.counter for one in rates} == {"CNY"}
        values = [Decimal(one.rate) for one in rates if one.base == currency]
        assert max(values) < values[0] * Decimal("1.11")
        assert min(values) > values[0] * Decimal("0.89")
        assert len(set(values)) > 20


def test_some_totals_are_approved_anew(story: list[act.Step]) -> None:
    found = [step for step in story if isinstance(step.act, act.Rebaseline)]
    assert len(found) > 1
    assert any(step.act.approved < step.recorded_on for step in found if isinstance(step.act, act.Rebaseline))


def test_some_facts_are_recorded_at_once_and_some_months_later(story: list[act.Step]) -> None:
    lags = [
        (step.recorded_on - step.act.on.last).days
        for step in story
        if isinstance(step.act, act.EnterStage) and step.act.on.precision is Precision.DAY
    ]
    assert min(lags) <= 2
    assert max(lags) > 60


def test_every_step_has_a_command_line(story: list[act.Step]) -> None:
    entries = dict.fromkeys(range(1, len(story) + 1), 1)
    verbs = {" ".join(command(step.act, entries).split()[:2]) for step in story}
    assert {"capital record", "capital plan", "capital correct", "project stage", "milestone forecast"} <= verbs
    assert {"request open", "request answer", "request close", "rate set", "project rebaseline"} <= verbs


def _shortened(steps: Iterable[act.Step]) -> list[act.Step]:
    """A history without most of its rates and indicators, which are all typed alike."""
    kept: list[act.Step] = []
    numbers: dict[int, int] = {}
    seen: Counter[str] = Counter()
    for number, step in enumerate(steps, start=1):
        kind = type(step.act).__name__
        seen[kind] += 1
        if kind in ("SetRate", "RecordIndicator") and seen[kind] > 8:
            continue
        numbers[number] = len(kept) + 1
        done: Any = step.act
        kept.append(replace(step, act=replace(done, change=numbers[done.change])) if hasattr(done, "change") else step)
    return kept


def test_the_log_typed_again_gives_the_same_rows(run: Run, tmp_path: Path) -> None:
    example, typed = (Database("sqlite", str(tmp_path / name)) for name in ("example.db", "typed.db"))
    steps = _shortened(generate(3, 1))
    create(example, opener(steps[0].recorded_on))
    replay(example, steps)
    assert run("--db", typed.path, "init", today="2020-01-01").code == 0
    for number, day, words in _ask(example, "SELECT id, recorded_on, command FROM change WHERE id > 0 ORDER BY id"):
        # Undoing shows what it would do and asks first.
        confirmed = ["-y"] if words.startswith("undo") else []
        result = run("--db", typed.path, *shlex.split(words), *confirmed, today=day)
        assert result.code == 0, f"change {number}, {words}: {result.err}"
    for model in versioned_tables():
        if model is not Ledger:  # the id of a ledger is its own
            everything = f"SELECT * FROM {model.__tablename__} ORDER BY id, recorded_from"
            assert _ask(typed, everything) == _ask(example, everything), model.__tablename__


def _ask(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.reading() as reader:
        return [tuple(row) for row in reader.tuples(sql)]
