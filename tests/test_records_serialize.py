"""The fields of records as cells of our own files: whatever is written is read back as it was."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.currencies import CODES
from tracker.dates import Period, parse_period
from tracker.errors import ValueRefused
from tracker.models.fields import Field, Type
from tracker.money import AVAILABILITIES, LIMIT, QUALIFIERS, WITHOUT_AMOUNT, Figure, Money
from tracker.money.quantities import MEASURES, Quantity
from tracker.records import serialize
from tracker.records.schema import KINDS, Record
from tracker.render.data import guarded

AMOUNTS = st.integers(-LIMIT, LIMIT)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.strip()))
NAMES = TEXTS.map(str.strip)
FIGURES = st.one_of(
    st.builds(
        Figure,
        st.builds(Money, AMOUNTS, st.sampled_from(CODES)),
        st.sampled_from(QUALIFIERS),
        st.sampled_from([word for word in AVAILABILITIES if word not in WITHOUT_AMOUNT]),
    ),
    st.builds(Figure, st.none(), st.just("exact"), st.sampled_from(WITHOUT_AMOUNT)),
)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    year = draw(st.integers(1900, 2199))
    first, last = sorted((draw(DAYS), draw(DAYS)))
    calendar = (
        Period.year(year),
        Period.half(year, draw(st.integers(1, 2))),
        Period.quarter(year, draw(st.integers(1, 4))),
        Period.month(year, draw(st.integers(1, 12))),
        Period(first, last),
    )
    return draw(st.sampled_from(calendar))


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    measure, word = draw(st.sampled_from(MEASURES)), draw(st.sampled_from(AVAILABILITIES))
    currency = draw(st.sampled_from(CODES)) if measure == "money" else None
    unit = draw(st.sampled_from(["家", "companies"]) | st.none()) if measure == "count" else None
    if word in WITHOUT_AMOUNT:
        return Quantity(measure, None, None, unit, "exact", word)
    return Quantity(measure, draw(AMOUNTS), currency, unit, draw(st.sampled_from(QUALIFIERS)), word)


def valued(field: Field) -> st.SearchStrategy[Any]:
    """Every value a field may have."""
    if field.words:
        return st.sampled_from(field.words.codes)
    return {
        Type.TEXT: TEXTS,
        Type.NAMES: st.lists(NAMES, min_size=1).map(tuple),
        Type.COUNT: st.integers(0, LIMIT),
        Type.YEAR: st.integers(1, 2_199),
        Type.LAND: st.integers(0, LIMIT),
        Type.PERCENT: st.integers(-LIMIT, LIMIT),
        Type.FIGURE: FIGURES,
        Type.QUANTITY: quantities(),
        Type.PERIOD: periods(),
        Type.DAY: st.dates(),
        Type.COUNTRY: st.sampled_from(["CN", "JP", "DE"]),
        Type.RATE: st.sampled_from(["0.1", "6.9646", "7", "-2500000000.5"]),
    }[field.type]


@st.composite
def records(draw: st.DrawFn) -> Record:
    kind = draw(st.sampled_from(list(KINDS.values())))
    return Record(kind.code, {field.key: draw(st.none() | valued(field)) for field in kind.fields})


@given(records())
def test_what_is_written_reads_back(record: Record) -> None:
    row = dict(zip(serialize.columns(record.kind), serialize.cells(record.kind, record), strict=True))
    assert serialize.values(record.kind, row) == record.values
    texts = serialize.text_columns(record.kind)
    safe = {name: guarded(text) if name in texts else text for name, text in row.items()}
    assert serialize.values(record.kind, safe, guarded=True) == record.values


@pytest.mark.parametrize("kind", KINDS)
def test_no_column_is_there_twice(kind: str) -> None:
    columns = serialize.columns(kind)
    assert len(set(columns)) == len(columns)
    assert serialize.text_columns(kind) <= set(columns)


def test_a_figure_is_four_columns_and_another_one_carries_its_own_name() -> None:
    assert serialize.columns("capital")[3:7] == ("amount", "currency", "qualifier", "availability")
    assert serialize.columns("baseline")[2:6] == ("total", "total_currency", "total_qualifier", "total_availability")


@given(periods())
def test_every_period_is_read_from_its_iso_text(period: Period) -> None:
    assert parse_period(period.iso(), today=date(2000, 1, 1)) == period


def test_a_field_without_a_column_is_not_given_and_an_empty_one_is_cleared() -> None:
    assert serialize.values("company", {"name": "a", "role": "", "aliases": " "}) == {
        "name": "a",
        "role": None,
        "aliases": None,
    }
    assert serialize.values("capital", {"amount": "", "currency": ""}) == {"figure": None}


def test_cells_of_a_workbook_are_what_they_show() -> None:
    assert serialize.values(
        "capital",
        {"amount": 2500000000.5, "currency": "CNY", "on": datetime(2023, 4, 5), "entry": 7.0, "effective_from": None},
    ) == {
        "figure": Figure(Money(250000000050, "CNY")),
        "on": Period.day(date(2023, 4, 5)),
        "entry": 7,
        "effective_from": None,
    }
    assert serialize.values("project", {"land": 109.2, "jobs": 12}) == {"land": 109200, "jobs": 12}
    assert serialize.values("rate", {"rate": 0.1, "on": date(2023, 1, 2)}) == {"rate": "0.1", "on": date(2023, 1, 2)}


def test_people_may_type_the_words_of_the_field() -> None:
    assert serialize.values("stage", {"stage": "开工", "on": "2023年4月"}) == {
        "stage": "under_construction",
        "on": Period.month(2023, 4),
    }
    assert serialize.values("project", {"country": "日本", "kind": "增资"}) == {
        "country": "JP",
        "kind": "capital_increase",
    }


@pytest.mark.parametrize(
    ("kind", "row", "sentence"),
    [
        ("capital", {"amount": "5", "currency": ""}, "the currency is missing"),
        ("capital", {"amount": "", "currency": "CNY"}, "the amount is missing"),
        ("capital", {"amount": "1,5", "currency": "CNY"}, "cannot read “1,5”"),
        ("capital", {"amount": "5", "currency": "CNJ"}, "“CNJ” is not a known currency"),
        ("capital", {"amount": "5", "currency": "CNY", "availability": "maybe"}, "“maybe” is not a known availability"),
        ("capital", {"on": "tomorrow"}, "“tomorrow” is not a date with its year"),
        ("capital", {"effective_from": "2023-02-30"}, "there is no day 2023-02-30"),
        ("project", {"jobs": "2.5"}, "“2.5” is not a whole number"),
        ("project", {"land": "1.2345"}, "more than 3 decimals"),
        ("project", {"jobs": "9" * 20}, "too large"),
        ("indicator", {"value": "5", "availability": "unknown", "measure": "count"}, "give a value, or unknown"),
        ("indicator", {"value": "x", "measure": "count"}, "“x” is not a number"),
        ("stage", {"stage": "begun"}, "there is no stage “begun”"),
        ("rate", {"rate": "1/3"}, "“1/3” is not a number"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused(kind: str, row: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueRefused, match=sentence):
        serialize.values(kind, row)
