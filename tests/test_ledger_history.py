"""Any history of changes: the sums stay right, undo goes back exactly, and every past state can be seen again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from tests.conftest import TODAY
from tests.ledgers import (
    NO_CITE,
    Act,
    State,
    booking,
    correcting,
    live_state,
    opening,
    undoing,
    writer,
    yuan,
)
from tests.test_ledger_projects import editing, linking
from tests.test_ledger_stages import at, conditioning, forecasting, planning, reaching, staging
from tracker.database import locate
from tracker.dates import Period
from tracker.engine import make_engine
from tracker.errors import TrackerError
from tracker.ledger import companies, indicators, milestones, projects, rates, requests, stages
from tracker.ledger.baselines import NewBaseline, rebaseline
from tracker.ledger.store import Store
from tracker.ledger.labels import LabelEdits, declare_field
from tracker.ledger.projects import ProjectFacts
from tracker.ledger.requests import Ask
from tracker.ledger.hash_chain import broken_seals
from tracker.ledger.transaction import recorded
from tracker.models.capital import CapitalEntry
from tracker.money.quantities import Quantity

# The transaction of each example is taken back, so that the ledger underneath may serve all of them.
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


@dataclass
class Trial:
    """Many changes in one transaction; a refused one is taken back to its savepoint."""

    session: Session
    made: int = 0

    def do(self, act: Act) -> tuple[Store, tuple[str, ...]] | None:
        """One change, or None where it was refused or changed nothing."""
        savepoint = self.session.begin_nested()
        try:
            with recorded(self.session, writer()) as store:
                lines = act(store).lines
            self.session.flush()
        except TrackerError:
            savepoint.rollback()
            return None
        savepoint.commit()
        if not store.written:
            return None
        self.made += 1
        assert store.change.id == self.made, "the numbers of the changes have a gap"
        return store, lines

    def state(self) -> State:
        """Everything that is live."""
        return live_state(Store(self.session, None, TODAY))  # type: ignore[arg-type]  # it only looks

    def tuples(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query in this transaction."""
        self.session.flush()
        return [tuple(row) for row in self.session.connection().exec_driver_sql(sql)]


@contextmanager
def trial(ledger_url: str) -> Iterator[Trial]:
    """A transaction that is taken back at the end."""
    database = locate(ledger_url)
    with database.translated(), Session(make_engine(database), expire_on_commit=False) as session:
        session.begin()
        yield Trial(session)


# --- capital against a plain model ----------------------------------------------------------------------------------


@dataclass
class Model:
    """The entries that stand, by their number, and what each change did to them."""

    live: dict[int, tuple[str, int | None, Period | None]] = field(default_factory=dict)
    deltas: dict[int, dict[int, tuple[Any, Any]]] = field(default_factory=dict)
    states: list[dict[int, Any]] = field(default_factory=list)

    def apply(self, change: int, new: dict[int, Any]) -> None:
        """Let the entries in `new` be as given (None: taken back)."""
        self.deltas[change] = {entry: (self.live.get(entry), facts) for entry, facts in new.items()}
        for entry, facts in new.items():
            if facts is None:
                self.live.pop(entry, None)
            else:
                self.live[entry] = facts
        self.states.append(deepcopy(self.live))

    def undo(self, change: int, undone: int) -> None:
        """Let the entries be what they were before the change `undone`."""
        self.apply(change, {entry: before for entry, (before, _after) in self.deltas[undone].items()})

    def running(self, kind: str, year: int | None, end: Period) -> int:
        """What is booked of `kind` up to `end`, in `year` or ever."""
        return sum(
            minor or 0
            for each, minor, on in self.live.values()
            if each == kind and on and on.last <= end.last and year in (None, on.first.year)
        )


MONTHS = [Period.month(year, month) for year in (2022, 2023) for month in (1, 2, 3)]
KINDS = st.sampled_from(("completed", "paid"))
MINOR = st.one_of(st.integers(-(10**6), 10**9), st.integers(-(9 * 10**17), 9 * 10**17))
PLACE = st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), KINDS, st.none() | MINOR, st.sampled_from(MONTHS)),
        st.tuples(st.just("plan"), st.integers(0, 10**9), st.sampled_from((2022, 2023))),
        st.tuples(st.just("running"), KINDS, st.sampled_from(("ytd", "cumulative")), MINOR, st.sampled_from(MONTHS)),
        st.tuples(st.just("correct"), PLACE, MINOR),
        st.tuples(st.just("withdraw"), PLACE),
        st.tuples(st.just("undo"), PLACE),
        st.tuples(st.just("undo"), PLACE),
    ),
    min_size=1,
    max_size=14,
)


def play(ledger: Trial, model: Model, step: tuple[Any, ...]) -> None:
    """Do one step in the ledger, and in the model what it then must have done."""
    name, *details = step
    entries, changes = sorted(model.live), sorted(model.deltas)
    if name == "record":
        kind, minor, on = details
        figure = yuan(minor) if minor is not None else type(yuan(0))(None, "exact", "unknown")
        _apply_new(ledger, model, booking(kind, figure, on), (kind, minor, on))
    elif name == "plan":
        minor, year = details
        _apply_new(ledger, model, booking("plan", yuan(minor), Period.year(year)), ("plan", minor, Period.year(year)))
    elif name == "running":
        kind, measure, minor, on = details
        before = model.running(kind, on.first.year if measure == "ytd" else None, on)
        found = ledger.do(booking(kind, yuan(minor), on, measure))
        if found:
            [row] = found[0].written
            assert isinstance(row, CapitalEntry)
            assert row.minor == minor - before
            assert row.first_day is not None
            model.apply(ledger.made, {row.id: (kind, row.minor, Period.of(row.first_day, on.last))})
    elif name == "correct" and entries:
        number, minor = entries[details[0] % len(entries)], details[1]
        kind, _old, on = model.live[number]
        found = ledger.do(correcting(number, figure=yuan(minor)))
        if found:
            assert len(found[0].written) == 2
            model.apply(ledger.made, {number: None, found[0].written[1].id: (kind, minor, on)})
    elif name == "withdraw" and entries:
        number = entries[details[0] % len(entries)]
        if ledger.do(correcting(number, withdraw=True)):
            model.apply(ledger.made, {number: None})
    elif name == "undo" and changes:
        number = changes[-1 - details[0] % len(changes)]
        if ledger.do(undoing(number)):
            model.undo(ledger.made, number)


def _apply_new(ledger: Trial, model: Model, act: Act, facts: tuple[Any, ...]) -> None:
    found = ledger.do(act)
    if found:
        model.apply(ledger.made, {found[0].written[0].id: facts})


def compare(ledger: Trial, model: Model) -> None:
    """The raw sum, the live entries, every earlier state and every seal are right."""
    first = min(model.deltas, default=1)
    for number, state in enumerate(model.states, start=first):
        known = ledger.tuples(
            "SELECT entry_id, kind, minor FROM known_capital"
            f" WHERE known_from <= {number} AND known_to > {number} ORDER BY entry_id"
        )
        assert known == [(entry, kind, minor) for entry, (kind, minor, _on) in sorted(state.items())]
    for kind in ("completed", "paid", "plan"):
        rows = ledger.tuples(f"SELECT minor FROM capital_ledger WHERE kind = '{kind}' AND minor IS NOT NULL")
        assert sum(minor for (minor,) in rows) == sum(m or 0 for k, m, _on in model.live.values() if k == kind)
    assert list(broken_seals(ledger.session)) == []


def _check_capital(ledger_url: str, steps: list[tuple[Any, ...]]) -> None:
    with trial(ledger_url) as ledger:
        ledger.do(opening("p"))
        model = Model()
        for step in steps:
            before = ledger.made
            play(ledger, model, step)
            assert ledger.made - before == len(model.states) - (before - 1)
        compare(ledger, model)


class TestOnSqlite:
    """Many histories, where they are cheap."""

    @pytest.fixture
    def engine(self) -> str:
        return "sqlite"

    @settings(max_examples=50, suppress_health_check=SHARED)
    @given(steps=STEPS)
    def test_capital_is_what_a_plain_model_says(self, ledger_url: str, steps: list[tuple[Any, ...]]) -> None:
        _check_capital(ledger_url, steps)

    @settings(max_examples=25, suppress_health_check=SHARED)
    @given(data=st.data())
    def test_undo_goes_back_step_by_step(self, ledger_url: str, data: st.DataObject) -> None:
        _check_undo(ledger_url, data)


class TestOnPostgres:
    """A few histories, where they are slower."""

    @pytest.fixture
    def engine(self) -> str:
        return "postgres"

    @settings(max_examples=8, suppress_health_check=SHARED)
    @given(steps=STEPS)
    def test_capital_is_what_a_plain_model_says(self, ledger_url: str, steps: list[tuple[Any, ...]]) -> None:
        _check_capital(ledger_url, steps)

    @settings(max_examples=5, suppress_health_check=SHARED)
    @given(data=st.data())
    def test_undo_goes_back_step_by_step(self, ledger_url: str, data: st.DataObject) -> None:
        _check_undo(ledger_url, data)


# --- undo of every kind of change -----------------------------------------------------------------------------------

CODES = st.sampled_from(("p", "q", "r"))
DAYS = st.sampled_from(("2022", "2022-06", "2022-10-01", "2023-02"))
STAGES = st.sampled_from(("signed", "under_construction", "topped_out", "completed"))
NAMES = st.sampled_from(("甲", "乙", "甲 "))


def _rebaseline(code: str, minor: int, start: str) -> Act:
    new = NewBaseline(total=yuan(minor), start=at(start))
    return lambda store: rebaseline(store, code, new, "why", NO_CITE)


def _rate(rate: int, why: str | None) -> Act:
    return lambda store: rates.set_rate(store, rates.NewRate("USD", "CNY", TODAY, str(rate)), why, NO_CITE)


def _indicator(value: int, why: str | None) -> Act:
    quantity = Quantity("count", value)
    return lambda store: indicators.record(store, "zone:平湖", "甲", quantity, Period.year(2022), NO_CITE, why=why)


def _by_code(make: Callable[..., Act], *details: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.builds(make, *details, code=CODES)


ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(lambda code, company: opening(code, company=company), CODES, st.sampled_from(("", "甲", "乙"))),
    st.builds(lambda code, parent: opening(code, parent=parent), CODES, CODES),
    st.builds(lambda code, name: editing(code, ProjectFacts(name=name, land=5)), CODES, NAMES),
    st.builds(lambda code, parent: editing(code, ProjectFacts(parent=parent)), CODES, st.just("") | CODES),
    st.builds(lambda code, new: editing(code, ProjectFacts(code=new)), CODES, CODES),
    st.builds(
        lambda code, name: editing(code, labels=LabelEdits(tags=(name,), externals=(f"x={name}",))), CODES, NAMES
    ),
    st.builds(lambda code, name: editing(code, labels=LabelEdits(untags=(name,), externals=("x=",))), CODES, NAMES),
    st.builds(lambda code: editing(code, labels=LabelEdits(fields=("F=1",))), CODES),
    st.just(lambda store: declare_field(store, "F", "text")),
    st.builds(lambda code: lambda store: projects.remove(store, code), CODES),
    st.builds(linking, CODES, st.just("supports"), CODES),
    st.builds(lambda a, b: lambda store: projects.unlink(store, a, None, b), CODES, CODES),
    st.builds(lambda name: lambda store: companies.certify(store, name, "high_tech", Period.year(2022), NO_CITE), NAMES),
    _by_code(staging, STAGES, DAYS, st.just("back")),
    _by_code(conditioning, st.sampled_from(("active", "suspended", "lost")), DAYS),
    st.builds(lambda code: lambda store: stages.review(store, code, Period.year(2022), 5, None, None, NO_CITE), CODES),
    st.builds(lambda code: lambda store: milestones.add_standard(store, store.project(code)), CODES),
    st.builds(planning, STAGES, DAYS),
    st.builds(forecasting, STAGES, DAYS),
    st.builds(reaching, STAGES, DAYS, st.none() | st.just("why")),
    st.builds(lambda code: lambda store: milestones.remove(store, "p", code), STAGES),
    st.builds(lambda minor, code: booking("total", yuan(minor), None, code=code), st.integers(1, 9), CODES),
    st.builds(
        lambda minor, on, code: booking("paid", yuan(minor), on, "ytd", code=code),
        st.integers(1, 9),
        st.sampled_from(MONTHS),
        CODES,
    ),
    st.builds(lambda entry, minor: correcting(entry, figure=yuan(minor)), st.integers(1, 9), st.integers(1, 9)),
    st.builds(lambda entry: correcting(entry, withdraw=True), st.integers(1, 9)),
    st.builds(_rebaseline, CODES, st.integers(1, 9), DAYS),
    st.builds(lambda code: lambda store: requests.open_request(store, Ask("t", project=code), NO_CITE), CODES),
    st.builds(lambda number: lambda store: requests.answer(store, number, "yes", None, NO_CITE), st.integers(1, 3)),
    st.builds(lambda number: lambda store: requests.close(store, number, "done", None, NO_CITE), st.integers(1, 3)),
    st.builds(_rate, st.integers(1, 9), st.none() | st.just("why")),
    st.builds(_indicator, st.integers(1, 9), st.none() | st.just("why")),
    st.builds(undoing, st.none() | st.integers(1, 20)),
    st.builds(undoing, st.none() | st.integers(1, 20)),
)


def _check_undo(ledger_url: str, data: st.DataObject) -> None:
    """Changes, then the undo of each from the last to the first: each goes back to what was before it."""
    with trial(ledger_url) as ledger:
        ledger.do(opening("p", company="甲"))
        states = [{}, ledger.state()]
        for _turn in range(data.draw(st.integers(1, 16), label="changes")):
            if ledger.do(data.draw(ACTS, label="act")):
                states.append(ledger.state())
        for number in range(ledger.made, 0, -1):
            assert ledger.do(undoing(number)), f"change {number} cannot be undone though nothing came after it"
            assert ledger.state() == states[number - 1]
        assert list(broken_seals(ledger.session)) == []
