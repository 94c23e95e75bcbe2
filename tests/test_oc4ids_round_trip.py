"""A package of ours, read again, is the records it was made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oc4ids_facts import mistakes
from tests.oc4ids_records import PUBLICATION, example, project, record
from tracker.currencies import CODES
from tracker.dates import Period, month_end
from tracker.money import LIMIT, Figure, Money
from tracker.oc4ids import package, parse_json, read_package, write_package
from tracker.records.schema import KINDS, Record, Type
from tracker.vocabulary import QUALIFIERS

LONG = ("note", "quote", "reason", "text", "source")


_MARKS = [*"ab:|\\'\"+-@,;<>#&%2é投資😀", "on: ", "note: x", "https://a.b/c"]


def _texts(*more: str) -> st.SearchStrategy[str]:
    """Texts of awkward marks, and of `more` that no text begins or ends with."""
    edge = st.sampled_from(_MARKS).map(str.strip)
    between = st.lists(st.sampled_from([*_MARKS, " ", "  ", *more]), max_size=5).map("".join)
    return st.one_of(edge, st.builds("{}{}{}".format, edge, between, edge))


# A scheme or field name ends at the first =.
NAMES = _texts()
TEXTS = _texts("=", "=1+1")
LINES = _texts("=", "\n", "\n\n", "\n  ")
PAIRS = st.builds("{}={}".format, NAMES, TEXTS)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
PERIODS = st.one_of(
    DAYS.map(Period.day),
    DAYS.map(lambda day: Period.of(day.replace(day=1), month_end(day))),
    DAYS.map(lambda day: Period.year(day.year)),
    st.tuples(DAYS, DAYS).map(lambda pair: Period.of(min(pair), max(pair))),
)
MONEY = st.builds(Money, st.integers(-LIMIT, LIMIT), st.sampled_from(CODES))
FIGURES = st.one_of(
    st.builds(Figure, MONEY, st.sampled_from(QUALIFIERS.codes), st.sampled_from(["reported", "estimated"])),
    st.sampled_from(["unknown", "withheld"]).map(lambda word: Figure(None, availability=word)),
)
RATES = st.integers(0, 10**12).map(str)
BY_TYPE: dict[Type, st.SearchStrategy[Any]] = {
    Type.COUNT: st.integers(0, 10**6),
    Type.LAND: st.integers(0, 10**9),
    Type.PERCENT: st.integers(0, 10_000),
    Type.FIGURE: FIGURES,
    Type.PERIOD: PERIODS,
    Type.DAY: DAYS,
    Type.COUNTRY: st.sampled_from(["JP", "CN", "DE", "CI", "KP"]),
    Type.RATE: RATES,
}


def values_of(kind: str, /, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The values of a record with any of its fields; `known` are given."""
    strategies = {}
    for field in KINDS[kind].fields:
        if field.key in known:
            strategies[field.key] = known[field.key]
            continue
        if field.words is not None:
            one: st.SearchStrategy[Any] = st.sampled_from(field.words.codes)
        else:
            one = BY_TYPE.get(field.type, LINES if field.key in LONG else TEXTS)
        strategies[field.key] = one if field.required else st.none() | one
    return st.fixed_dictionaries(strategies)


NOTHING = st.none()
SEVERAL = st.none() | st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple)
SEVERAL_PAIRS = st.none() | st.lists(PAIRS, min_size=1, max_size=3, unique=True).map(tuple)
SEVERAL_FIELDS = st.none() | st.lists(NAMES, min_size=1, max_size=3, unique=True).map(
    lambda names: tuple(f"{name}=1=2" for name in names)
)


CODES_OF_PROJECTS = st.from_regex("[aB9项][aB9项_.-]{0,4}(/[aB9项][aB9项_.-]{0,3})?", fullmatch=True)


@st.composite
def portfolios(draw: st.DrawFn) -> list[Record]:
    """The records of one project and everything of it, in the order in which an export gives them."""
    code, company = draw(CODES_OF_PROJECTS), draw(TEXTS)
    own, other = st.just(code), draw(CODES_OF_PROJECTS)
    found = draw(
        values_of(
            "project",
            code=own,
            company=st.just(company),
            parent=st.sampled_from([None, other, code]),
            tags=SEVERAL,
            aliases=SEVERAL,
            ids=SEVERAL_PAIRS,
            fields=SEVERAL_FIELDS,
        )
    )
    names = [text.partition("=")[0] for text in found["fields"] or ()]
    party = draw(values_of("company", name=st.just(company), aliases=SEVERAL, ids=SEVERAL_PAIRS))
    records = [record("field", name=name, type=draw(st.sampled_from(["text", "amount", "yes_no"]))) for name in names]
    records += [Record("company", party), Record("project", found)]
    for kind in ("relation", "stage", "condition", "capital", "baseline", "review"):
        given_: dict[str, st.SearchStrategy[Any]] = {"project": own}
        if kind == "relation":
            given_["target"] = st.just(other)
        if kind == "capital":
            given_ |= {"entry": NOTHING, "on": PERIODS, "basis": st.just("period")}
        several = draw(st.lists(values_of(kind, **given_), max_size=2, unique_by=_key(kind)))
        records += [Record(kind, values) for values in _sound(kind, several)]
    return records + _milestones(draw, code) + _running(draw, code)


def _key(kind: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    return lambda values: tuple(values[key] for key in KINDS[kind].key)


def _sound(kind: str, several: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As the ledger would have it: one total and no period for it, one plan a year, no version twice."""
    if kind != "capital":
        return several
    totals = [values | {"on": None} for values in several if values["kind"] == "total"][:1]
    others = [values for values in several if values["kind"] not in ("total", "plan")]
    plans = [values | {"on": Period.year(values["on"].first.year)} for values in several if values["kind"] == "plan"]
    return totals + plans + others


def _running(draw: st.DrawFn, code: str) -> list[Record]:
    kept = {"project": st.just(code), "entry": NOTHING, "on": PERIODS, "kind": st.sampled_from(["completed", "paid"])}
    running = st.sampled_from(["ytd", "cumulative"])
    return [Record("capital", one) for one in draw(st.lists(values_of("capital", basis=running, **kept), max_size=2))]


def _milestones(draw: st.DrawFn, code: str) -> list[Record]:
    found = []
    for name in draw(st.lists(st.sampled_from(["signed", "completed", "own-1", "自定"]), max_size=2, unique=True)):
        thing = {"title": draw(st.none() | TEXTS), "weight": draw(st.integers(0, 9))}
        whats = draw(st.lists(st.sampled_from(["baseline", "forecast", "actual"]), max_size=3, unique=True))
        for what in sorted(whats, key=["baseline", "forecast", "actual"].index):
            known = {"project": code, "milestone": name, "what": what} | thing
            constants = {key: st.just(value) for key, value in known.items()}
            found.append(Record("milestone", draw(values_of("milestone", on=PERIODS, **constants))))
        if not whats:
            found.append(record("milestone", project=code, milestone=name, what="baseline", **thing))
    return found


def told(records: list[Any], kinds: set[str] | None = None) -> Counter[str]:
    """What records say, without the numbers of entries and the rows of a file."""
    return Counter(
        repr((one.kind, {key: value for key, value in sorted(one.values.items()) if key != "entry"}))
        for one in records
        if kinds is None or one.kind in kinds
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(portfolios())
def test_any_project_comes_back_as_it_was(records: list[Record]) -> None:
    whole = package(records, PUBLICATION)
    assert mistakes(whole) == []
    assert told(read_package(parse_json(write_package(whole)))) == told(records)


@pytest.mark.parametrize("projects", [0, 12], ids=["pinghu", "synthetic"])
def test_an_example_ledger_comes_back_but_for_companies_without_a_project(projects: int, tmp_path: Path) -> None:
    records = example(tmp_path, projects=projects)
    companies = {one.values["company"] for one in records if one.kind == "project"}
    named = {"company": "name", "certification": "company"}
    expected = [one for one in records if one.kind not in named or one.values[named[one.kind]] in companies]
    assert len(expected) > 20
    assert told(read_package(parse_json(write_package(package(records, PUBLICATION))))) == told(expected)


def test_stages_and_conditions_come_back_in_their_order() -> None:
    stages = [record("stage", project="p", stage=code, on=Period.year(2022)) for code in ("signed", "lead", "filed")]
    read = read_package(package([project(), *stages], PUBLICATION))
    assert [one.values["stage"] for one in read if isinstance(one, Record) and one.kind == "stage"] == [
        "signed",
        "lead",
        "filed",
    ]


def test_a_company_of_several_projects_is_one_record() -> None:
    records = [record("company", name="甲", founded=1999), project("a", company="甲"), project("b", company="甲")]
    assert told(read_package(package(records, PUBLICATION))) == told(records)
