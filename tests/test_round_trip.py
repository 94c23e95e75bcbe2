"""Everything exported, taken into an empty ledger, and exported again: the files are the same, byte for byte."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import made_up
from tests.full_ledger import fill
from tests.ledgers import Ledger, create, writer
from tracker.database import locate
from tracker.dates import Period
from tracker.exporter.files import Wanted, manifest, tables, write_folder
from tracker.importer.apply import carry_out
from tracker.importer.matching import Outcome, Rules
from tracker.ledger.transaction import write
from tracker.models.fields import Type
from tracker.money import Figure, Money
from tracker.money.quantities import Quantity
from tracker.queries.as_of import AsOf
from tracker.records import serialize, snapshot
from tracker.records.origin import NAME, Manifest, State
from tracker.records.schema import KINDS, Record
from tracker.text import fold

DAY = date(2023, 12, 31)


@dataclass
class OneFile:
    """One file of an exported folder, read with nothing but `csv` and the fields."""

    path: Path
    kind: str
    name: str = "file.csv"
    ours: bool = True
    day: date | None = None
    state: State | None = None

    def records(self) -> Iterator[Record]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                yield Record(self.kind, serialize.values(self.kind, row, guarded=True), number)

    def place(self, record: Record, field: str) -> tuple[str, str]:
        return (str(record.row), field)

    def require_unchanged(self) -> None:
        pass


@dataclass
class Given:
    """Records made by hand."""

    found: tuple[Record, ...]
    name: str = "given"
    ours: bool = True
    day: date | None = None
    state: State | None = None
    kind: str = ""

    def records(self) -> Iterator[Record]:
        return iter(self.found)

    def place(self, record: Record, field: str) -> tuple[str, str]:
        return (str(record.row), field)

    def require_unchanged(self) -> None:
        pass


def exported(ledger: Ledger, folder: Path) -> Manifest:
    wanted = Wanted("all")
    with ledger.database.reading() as reader:
        as_of = AsOf(snapshot.EVERY_DAY)
        told = manifest(reader, as_of, wanted, "utf-8")
        return write_folder(folder, tables(reader, as_of, wanted), told, "utf-8-sig")


def imported(ledger: Ledger, *sources: OneFile | Given) -> Outcome:
    rules = Rules(DAY, "CNY")
    return write(ledger.database, writer(DAY), lambda store: carry_out(store, sources, rules))[1]


def again(ledger: Ledger, other: Ledger, folder: Path) -> None:
    """Assert that `other`, empty, is the same as `ledger` once it has taken in what that exports."""
    first = exported(ledger, folder / "first")
    sources = [OneFile(folder / "first" / one.file, one.kind) for one in first.files]
    outcome = imported(other, *sources)
    assert [f"{one.cell} {one.column} {one.value}: {one.problem}" for one in outcome.problems] == []
    second = exported(other, folder / "second")
    for one in first.files:
        texts = [(folder / name / one.file).read_text(encoding="utf-8") for name in ("first", "second")]
        assert texts[0] == texts[1], one.file
    assert [one.sha256 for one in first.files] == [one.sha256 for one in second.files]
    assert other.broken() == []
    outcome = imported(other, *sources)
    assert not outcome.writes, outcome.differences


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    create(locate(str(path)))
    return path


def copy(empty: Path, path: Path) -> Ledger:
    shutil.copy(empty, path)
    return Ledger(locate(str(path)))


def test_a_ledger_with_every_kind_of_record(empty: Path, tmp_path: Path) -> None:
    ledger = copy(empty, tmp_path / "a.db")
    fill(ledger)
    again(ledger, copy(empty, tmp_path / "b.db"), tmp_path)
    assert (tmp_path / "first" / NAME).exists()


def test_the_pinghu_portfolio(empty: Path, demo_database: Path, tmp_path: Path) -> None:
    again(Ledger(locate(str(demo_database))), copy(empty, tmp_path / "b.db"), tmp_path)


def test_the_made_up_portfolio(empty: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again(Ledger(locate(str(made_up.ledger(tmp_path_factory)))), copy(empty, tmp_path / "b.db"), tmp_path)


# --- portfolios nobody would make --------------------------------------------------------------------------------

_SPICE = st.sampled_from(
    ["=", "'", "|", "\\", "\\|", '"', ",", ";", "-", "@", "＝", "🏭", "项目", " ", "<b>", "a", "1"]
)
TEXTS = st.lists(_SPICE, min_size=1, max_size=6).map("".join).filter(lambda text: bool(text.strip()))
NAMES = TEXTS.map(str.strip)
NOTES = st.lists(NAMES, min_size=1, max_size=3).map("\n".join)
PERIODS = st.one_of(
    st.builds(Period.month, st.integers(2020, 2023), st.integers(1, 12)),
    st.builds(Period.year, st.integers(2020, 2022)),
    st.builds(Period.day, st.dates(date(2020, 1, 1), DAY)),
)
FIGURES = st.one_of(
    st.builds(
        Figure,
        st.builds(Money, st.integers(0, 10**16), st.sampled_from(["CNY", "USD", "JPY", "KWD"])),
        st.sampled_from(["exact", "about", "over"]),
        st.sampled_from(["reported", "estimated"]),
    ),
    st.sampled_from([Figure(availability="unknown"), Figure(availability="withheld")]),
)
CITED = st.fixed_dictionaries({"note": st.none() | NOTES, "source": st.none() | NAMES, "quote": st.none() | NOTES})


def record(kind: str, draw: st.DrawFn, **given: object) -> Record:
    """A record with these values, drawn citations, and nothing else."""
    values = dict.fromkeys(field.key for field in KINDS[kind].fields) | given
    if "source" in values:
        values |= draw(CITED)
    for field in KINDS[kind].fields:
        if field.type is Type.NAMES and values[field.key] == ():
            values[field.key] = None
    return Record(kind, values)


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[Record, ...]:
    found = []
    companies = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=fold))
    for name in companies:
        found.append(record("company", draw, name=name, group_name=draw(st.none() | NAMES), founded=1999))
    codes = draw(st.lists(st.text("ab项1", min_size=1, max_size=3), min_size=1, max_size=3, unique_by=fold))
    for place, code in enumerate(codes):
        found.append(
            record(
                "project",
                draw,
                code=code,
                name=draw(NAMES),
                owner=draw(st.none() | NAMES),
                company=draw(st.none() | st.sampled_from(companies)),
                parent=codes[0] if place else None,
                land=draw(st.none() | st.integers(0, 10**6)),
                tags=tuple(draw(st.lists(NAMES, max_size=3, unique_by=fold))),
            )
        )
    for code in codes:
        found += draw(st.lists(st.builds(_entry, st.just(code), FIGURES, PERIODS, CITED), max_size=4))
        for on in draw(st.lists(PERIODS, max_size=2)):
            found.append(record("review", draw, project=code, on=on, physical=draw(st.integers(0, 10_000))))
    subject = draw(st.sampled_from(["zone", "site", "chain"])) + ":" + draw(NAMES)
    value = Quantity("count", draw(st.integers(0, 10**6)), None, None, draw(st.sampled_from(["exact", "over"])))
    found.append(
        record(
            "indicator", draw, subject=subject, indicator="employees", what="actual", on=Period.year(2021), value=value
        )
    )
    found.append(record("request", draw, title=draw(NAMES), project=codes[0], raised=date(2023, 1, 2)))
    return tuple(found)


def _entry(code: str, figure: Figure, on: Period, cited: dict[str, str | None]) -> Record:
    values = dict.fromkeys(field.key for field in KINDS["capital"].fields)
    return Record(
        "capital", values | {"project": code, "kind": "paid", "figure": figure, "on": on, "basis": "period"} | cited
    )


@given(portfolios())
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_portfolios_full_of_hostile_text(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, found: tuple[Record, ...]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    ledger = copy(empty, folder / "a.db")
    outcome = imported(ledger, Given(found))
    assert outcome.problems == []
    again(ledger, copy(empty, folder / "b.db"), folder)
    shutil.rmtree(folder)
