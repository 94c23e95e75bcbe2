"""Any history of changes: undo goes back exactly, every past state can be seen again, what is derived stays right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, Result, Run
from tests.ledgers import NO_CITE, Act, State, booking, correcting, open_state, opening, undoing, writer, yuan
from tests.test_ledger_projects import editing, linking
from tests.test_ledger_stages import at, conditioning, forecasting, planning, reaching, staging
from tracker.database import Reader, locate
from tracker.dates import Period
from tracker.engine import make_engine
from tracker.errors import TrackerError
from tracker.ledger import companies, derived, indicators, milestones, projects, reference, requests, stages
from tracker.ledger.baselines import NewBaseline, rebaseline
from tracker.ledger.hash_chain import hashes
from tracker.ledger.labels import LabelEdits, declare_field
from tracker.ledger.transaction import recorded
from tracker.money import Figure
from tracker.money.quantities import Quantity

# The transaction of each example is taken back, so that the ledger underneath may serve all of them.
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)


@dataclass
class Trial:
    """Many changes in one transaction; a refused one is taken back to its savepoint."""

    connection: sa.Connection
    engine: str
    made: int = 0

    def do(self, act: Act) -> tuple[int, Any] | None:
        """One change, its number and what it returned; None where it was refused or changed nothing."""
        savepoint = self.connection.begin_nested()
        try:
            with recorded(self.connection, writer()) as store:
                value = act(store)
        except TrackerError:
            savepoint.rollback()
            return None
        savepoint.commit()
        if not store.has_written:
            return None
        self.made += 1
        assert store.change.id == self.made, "the numbers of the changes have a gap"
        return self.made, value

    def state(self) -> State:
        """Everything that is open."""
        return open_state(self.connection)

    def tuples(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query in this transaction."""
        return [tuple(row) for row in self.connection.exec_driver_sql(sql)]

    def require_whole(self) -> None:
        """Every change has the hash of its rows, and every derived row is what the open rows give."""
        reader = Reader(self.connection.connection.dbapi_connection, self.engine)
        assert [number for number, stored, computed in hashes(reader) if stored != computed] == []
        assert derived.differences(self.connection) == []


@contextmanager
def trial(ledger_url: str) -> Iterator[Trial]:
    """A transaction that is taken back at the end."""
    database = locate(ledger_url)
    with database.translated(), make_engine(database).connect() as connection, connection.begin() as transaction:
        yield Trial(connection, database.engine)
        transaction.rollback()


# --- capital against a plain model ----------------------------------------------------------------------------------

# Kind, basis, minor units (None: unknown) and period.
Said = tuple[str, str, int | None, Period]


@dataclass
class Model:
    """The open entries by their number, and what each change did to them."""

    open: dict[int, Said] = field(default_factory=dict)
    deltas: dict[int, dict[int, tuple[Said | None, Said | None]]] = field(default_factory=dict)
    states: list[dict[int, Said]] = field(default_factory=list)

    def apply(self, change: int, new: dict[int, Said | None]) -> None:
        """Let the entries in `new` be as given (None: ended)."""
        self.deltas[change] = {entry: (self.open.get(entry), facts) for entry, facts in new.items()}
        for entry, facts in new.items():
            if facts is None:
                self.open.pop(entry, None)
            else:
                self.open[entry] = facts
        self.states.append(dict(self.open))

    def undo(self, change: int, undone: int) -> None:
        """Let the entries be what they were before the change `undone`."""
        self.apply(change, {entry: before for entry, (before, _after) in self.deltas[undone].items()})


MONTHS = [Period.month(year, month) for year in (2022, 2023) for month in (1, 2, 3)]
SPANS = [*MONTHS, Period.quarter(2022, 1), Period.year(2022), Period.months(2022, 2, 4), Period.day(date(2023, 1, 9))]
KINDS = st.sampled_from(("completed", "paid"))
MINOR = st.one_of(st.integers(-(10**6), 10**9), st.integers(-(9 * 10**17), 9 * 10**17))
PLACE = st.integers(0, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("record"),
            KINDS,
            st.none() | MINOR,
            st.sampled_from(SPANS),
            st.sampled_from(("ask", "further", "replace")),
        ),
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
    entries, changes = sorted(model.open), sorted(model.deltas)
    if name == "record":
        kind, minor, on, again = details
        figure = yuan(minor) if minor is not None else Figure(None, "exact", "unknown")
        _record(ledger, model, booking(kind, figure, on, again=again), (kind, "period", minor, on))
    elif name == "plan":
        minor, year = details
        on = Period.year(year)
        _record(ledger, model, booking("plan", yuan(minor), on), ("plan", "period", minor, on))
    elif name == "running":
        kind, basis, minor, on = details
        said = Period(date(on.last.year, 1, 1), on.last) if basis == "ytd" else on
        _record(ledger, model, booking(kind, yuan(minor), on, basis), (kind, basis, minor, said))
    elif name == "correct" and entries:
        number, minor = entries[details[0] % len(entries)], details[1]
        kind, basis, _old, on = model.open[number]
        if ledger.do(correcting(number, figure=yuan(minor))):
            model.apply(ledger.made, {number: (kind, basis, minor, on)})
    elif name == "withdraw" and entries:
        number = entries[details[0] % len(entries)]
        if ledger.do(correcting(number, withdraw=True)):
            model.apply(ledger.made, {number: None})
    elif name == "undo" and changes:
        number = changes[-1 - details[0] % len(changes)]
        if ledger.do(undoing(number)):
            model.undo(ledger.made, number)


def _record(ledger: Trial, model: Model, act: Act, said: Said) -> None:
    found = ledger.do(act)
    if found:
        _number, recorded = found
        assert (recorded.outcome == "new") == (recorded.row.id not in model.open)
        model.apply(ledger.made, {recorded.row.id: said})


def compare(ledger: Trial, model: Model) -> None:
    """Every state there was can be seen again, and hashes and derived rows are right."""
    first = min(model.deltas, default=1)
    for number, state in enumerate(model.states, start=first):
        known = ledger.tuples(
            "SELECT id, kind, basis, minor, CAST(first_day AS text), CAST(last_day AS text) FROM capital_entry"
            f" WHERE recorded_from <= {number} AND recorded_to > {number} ORDER BY id"
        )
        assert known == [
            (entry, kind, basis, minor, str(on.first), str(on.last))
            for entry, (kind, basis, minor, on) in sorted(state.items())
        ]
    ledger.require_whole()


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

    @settings(max_examples=25, suppress_health_check=SHARED)
    @given(steps=STEPS)
    def test_capital_is_what_a_plain_model_says(self, ledger_url: str, steps: list[tuple[Any, ...]]) -> None:
        _check_capital(ledger_url, steps)

    @settings(max_examples=12, suppress_health_check=SHARED)
    @given(data=st.data())
    def test_undo_goes_back_step_by_step(self, ledger_url: str, data: st.DataObject) -> None:
        _check_undo(ledger_url, data)


class TestOnPostgres:
    """A few histories, where they are slower."""

    @pytest.fixture
    def engine(self) -> str:
        return "postgres"

    @settings(max_examples=5, suppress_health_check=SHARED)
    @given(steps=STEPS)
    def test_capital_is_what_a_plain_model_says(self, ledger_url: str, steps: list[tuple[Any, ...]]) -> None:
        _check_capital(ledger_url, steps)

    @settings(max_examples=3, suppress_health_check=SHARED)
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
    return lambda store: reference.set_rate(store, reference.NewRate("USD", "CNY", TODAY, str(rate)), why, NO_CITE)


def _indicator(value: int, why: str | None) -> Act:
    quantity = Quantity("count", value)
    return lambda store: indicators.record(store, "zone:平湖", "甲", quantity, Period.year(2022), NO_CITE, why=why)


def _certify(name: str) -> Act:
    return lambda store: companies.certify(store, name, "high_tech", Period.year(2022), NO_CITE)


def _by_code(make: Callable[..., Act], *details: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.builds(make, *details, code=CODES)


ACTS: st.SearchStrategy[Act] = st.one_of(
    st.builds(lambda code, company: opening(code, company=company), CODES, st.sampled_from(("", "甲", "乙"))),
    st.builds(lambda code, parent: opening(code, parent=parent), CODES, CODES),
    st.builds(lambda code, name: editing(code, {"name": name, "land": 5}), CODES, NAMES),
    st.builds(lambda code, parent: editing(code, {"parent": parent}), CODES, st.just("") | CODES),
    st.builds(lambda code, new: editing(code, {"code": new}), CODES, CODES),
    st.builds(
        lambda code, name: editing(code, labels=LabelEdits(tags=(name,), externals=(f"x={name}",))), CODES, NAMES
    ),
    st.builds(lambda code, name: editing(code, labels=LabelEdits(untags=(name,), externals=("x=",))), CODES, NAMES),
    st.builds(lambda code: editing(code, labels=LabelEdits(fields=("F=1",))), CODES),
    st.just(lambda store: declare_field(store, "F", "text")),
    st.builds(lambda code: lambda store: projects.remove(store, code), CODES),
    st.builds(linking, CODES, st.just("supports"), CODES),
    st.builds(lambda a, b: lambda store: projects.unlink(store, a, None, b), CODES, CODES),
    st.builds(
        lambda name: lambda store: companies.certify(store, name, "high_tech", Period.year(2022), NO_CITE), NAMES
    ),
    _by_code(staging, STAGES, DAYS, st.just("back")),
    _by_code(lambda stage, code: lambda store: stages.stage(store, code, stage, None, "back", NO_CITE), STAGES),
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
    st.builds(lambda code: lambda store: requests.open_request(store, {"title": "t", "project": code}, NO_CITE), CODES),
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
        ledger.require_whole()


# Change 1 and 2 open a and b; the change to be undone ended, or replaced, what a later one takes the place of.
AGAIN_BESIDE = {
    "support each other": ("project link a supports b", "project unlink a b", "project link b supports a"),
    "overlap": (
        "capital record a completed 3 --on 2023Q1",
        "capital correct 1 --withdraw --why slip",
        "capital record a completed 4 --on 2023-02..2023-04",
    ),
    "overlap since a correction": (
        "capital record a completed 3 --on 2023Q1",
        "capital correct 1 --on 2023-01 --why slip",
        "capital record a completed 4 --on 2023-02..2023-04",
    ),
    "one period twice": (
        "capital record a completed 3 --on 2023-02",
        "capital correct 1 --withdraw --why slip",
        "capital record a completed 4 --on 2023-02",
    ),
    "one year to date twice": (
        "capital record a completed 3 --on 2023-02 --ytd",
        "capital correct 1 --withdraw --why slip",
        "capital record a completed 4 --on 2023-02 --ytd",
    ),
    "another currency": (
        "capital record a completed 3 --on 2023-02 --ytd",
        "capital correct 1 --withdraw --why slip",
        "capital record a completed USD4 --on 2023-01 --ytd",
    ),
    "two totals": ("capital record a total 3", "capital correct 1 --withdraw --why slip", "capital record a total 4"),
    "two plans of a year": (
        "capital plan a 3 --year 2023",
        "capital correct 1 --withdraw --why slip",
        "capital plan a 4 --year 2023",
    ),
    "two baselines": (
        "milestone plan a completed 2023-06",
        "undo 3",
        "milestone plan a completed 2023-08",
    ),
    "a stage after the end": (
        "project stage a signed --on 2023-01",
        "undo 3",
        "project condition a terminated --why gone --on 2023-02",
    ),
    "an end before a stage": (
        "project condition a terminated --why gone --on 2023-02",
        "project condition a active --why back --on 2023-03",
        "project stage a signed --on 2023-03",
    ),
    "the code of another": ("project remove b --yes", "project add b", None),
    "the reverse of a rate": ("rate set USD CNY 7 --on 2023-02-01", "undo 3", "rate set CNY USD 0.2 --on 2023-02-01"),
    "a circle of parts": (
        "project edit a --parent b",
        "project edit a --parent=",
        "project edit b --parent a",
    ),
}


@pytest.mark.parametrize("steps", AGAIN_BESIDE.values(), ids=AGAIN_BESIDE.keys())
def test_an_undo_breaks_no_rule_that_recording_keeps(run: Run, tmp_path: Path, steps: tuple[str | None, ...]) -> None:
    def tracker(words: str) -> Result:
        return run("--db", tmp_path / "x.db", *words.split(), today="2023-06-30")

    for words in ("init", "project add a", "project add b", *steps):
        if words is not None:
            done = tracker(words)
            assert done.code == 0, done.err
    before = tracker("export all").out
    # Of two steps the first ended what the second took the place of, of three the second did.
    refused = tracker(f"undo {3 if steps[2] is None else 4}")
    assert refused.code == 1, refused.out
    assert tracker("export all").out == before
