"""Rows written past the session: their texts for the seal are those of any other row, in order, however many."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.ledger.bulk import COLUMNS
from tracker.ledger.hash_chain import Lines, _canonical, line_writer
from tracker.models.capital import CapitalEntry

texts = st.none() | st.text()
numbers = st.none() | st.integers(-(10**18), 10**18)


@given(
    st.fixed_dictionaries({
        "availability": st.text(), "change_id": st.integers(), "effective_from": st.dates(), "currency": st.text(),
        "first_day": st.none() | st.dates(), "id": st.integers(), "kind": st.text(), "last_day": st.none() | st.dates(),
        "measure": st.text(), "minor": numbers, "note": texts, "project_id": st.integers(), "qualifier": st.text(),
        "quote": texts, "reported_minor": numbers, "source": texts, "void": st.booleans(),
    })
)  # fmt: skip
def test_the_text_of_a_row_written_in_bulk_is_the_one_that_is_checked(facts: dict[str, object]) -> None:
    cells = [
        value.isoformat() if isinstance(value, date) else int(value) if isinstance(value, bool) else value
        for value in (facts[name] for name in COLUMNS)
    ]
    line = line_writer(CapitalEntry, COLUMNS)(cells)
    assert line == _canonical(CapitalEntry, facts)
    assert json.loads(line)[0] == "capital_entry"


def test_the_columns_are_in_the_order_of_the_alphabet() -> None:
    assert list(COLUMNS) == sorted(COLUMNS)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=5)


@settings(max_examples=30)
@given(st.lists(TEXTS, max_size=12), st.integers(1, 7))
def test_texts_come_in_order_whether_they_wait_in_memory_or_in_files(lines: list[str], held: int) -> None:
    kept = Lines(held)
    assert not kept
    for line in lines:
        kept.extend([line])
    assert bool(kept) == bool(lines)
    assert list(kept) == sorted(lines)
    assert list(kept) == sorted(lines)
