"""Many records written at once: their texts for the hash are those of any other row, in order, however many."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledgers import Ledger, booking, opening, yuan
from tests.test_ledger_stages import at
from tracker.database import locate
from tracker.ledger import derived
from tracker.ledger.hash_chain import Texts, text_of, text_writer
from tracker.ledger.store import Store
from tracker.models.capital import CapitalEntry

COLUMNS = tuple(sorted(name for name in CapitalEntry.model_fields if name != "recorded_to"))
texts = st.none() | st.text()
days = st.none() | st.dates()
numbers = st.none() | st.integers(-(10**18), 10**18)
CELLS: dict[str, st.SearchStrategy[object]] = {
    "effective_from": st.dates(),
    "first_day": days,
    "last_day": days,
    "id": st.integers(),
    "recorded_from": st.integers(),
    "project_id": st.integers(),
    "minor": numbers,
}


@given(st.fixed_dictionaries({name: CELLS.get(name, texts) for name in COLUMNS}))
def test_the_text_of_a_row_written_in_bulk_is_the_one_that_is_checked(facts: dict[str, object]) -> None:
    cells = [value.isoformat() if isinstance(value, date) else value for value in (facts[name] for name in COLUMNS)]
    line = text_writer("capital_entry", COLUMNS)(cells)
    assert line == text_of("capital_entry", facts.items())
    assert json.loads(line)[0] == "capital_entry"


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=5)


@settings(max_examples=30)
@given(st.lists(TEXTS, max_size=12), st.integers(1, 7))
def test_texts_come_in_order_whether_they_wait_in_memory_or_in_files(lines: list[str], held: int) -> None:
    kept = Texts(held)
    for line in lines:
        kept.extend([line])
    assert list(kept) == sorted(lines)
    assert list(kept) == sorted(lines)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    ledger = Ledger(locate(ledger_url))
    for code in ("p", "q"):
        ledger.do(opening(code))
    return ledger


def test_records_written_at_once_are_like_any_other(ledger: Ledger) -> None:
    columns = ("project_id", "kind", "basis", "minor", "currency", "qualifier", "availability", "first_day", "last_day")

    def act(store: Store) -> int:
        rows = [
            (1 + number % 2, "paid", "period", number, "CNY", "exact", "reported", day, day, day)
            for number, day in ((number, f"2023-01-{number % 28 + 1:02}") for number in range(6000))
        ]
        return store.insert_many(CapitalEntry, (*columns, "effective_from"), rows)

    number, written = ledger.do(act)
    assert (number, written) == (3, 6000)
    assert ledger.tuples("SELECT COUNT(*), MIN(id), MAX(id), MIN(recorded_from) FROM capital_entry") == [
        (6000, 1, 6000, 3)
    ]
    assert ledger.do(booking("paid", yuan(1), at("2023-02")))[1].row.id == 6001
    assert ledger.broken() == []
    with ledger.connection() as connection:
        assert derived.differences(connection) == []


def test_a_record_after_those_written_at_once_has_the_next_number(ledger: Ledger) -> None:
    def act(store: Store) -> int:
        day = "2023-01-31"
        columns = ("project_id", "kind", "minor", "currency", "first_day", "last_day", "effective_from", "basis")
        row = (1, "paid", 5, "CNY", day, day, day, "period", "exact", "reported")
        store.insert_many(CapitalEntry, (*columns, "qualifier", "availability"), [row])
        found: int = booking("paid", yuan(7), at("2023-02"))(store).row.id
        return found

    assert ledger.do(act)[1] == 2
    assert ledger.broken() == []
