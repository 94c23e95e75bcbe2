"""Anybody's project package gives what the ledger has room for, and a broken one gives problems, never an exception."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oc4ids_records import MARCH, PUBLICATION, capital, milestone, project, record, stage, yuan
from tracker.dates import Period
from tracker.errors import InputRejected
from tracker.money import Figure, Money
from tracker.oc4ids import PackageSource, is_package, package, parse_json, read_package, write_package
from tracker.records.schema import KINDS, Problem, Record
from tracker.text import show
from tracker.vocabulary import STAGES

Json = dict[str, Any]

PREFIX = "oc4ids-qu8r7p-"


def foreign(*projects: Json, version: str = "0.9") -> Json:
    """A package of another publisher; a project without an id gets one."""
    return {
        "version": version,
        "uri": "https://example.org/p.json",
        "publishedDate": "2023-06-30T00:00:00Z",
        "publisher": {"name": "A road agency"},
        "projects": [{"id": f"{PREFIX}bridge-{number}"} | one for number, one in enumerate(projects, start=1)],
    }


def read(**fields: Any) -> dict[str, list[dict[str, Any]]]:
    """The values of the records of one foreign project by kind, where nothing is wrong with it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in read_package(foreign(fields)):
        assert isinstance(one, Record), one
        found.setdefault(one.kind, []).append(one.values)
    return found


def _costing(value: Json) -> Json:
    return foreign({"budget": {"amount": value}})


def _progress(observation: Json) -> Json:
    return {"id": "physicalProgress", "observations": [{"id": "1"} | observation]}


def _year(name: str, year: int, amount: int) -> Json:
    period = {"startDate": f"{year}-01-01T00:00:00Z", "endDate": f"{year}-12-31T00:00:00Z"}
    return {"id": name, "amount": {"amount": amount, "currency": "GBP"}, "period": period}


def problems(data: object) -> list[Problem]:
    """What is wrong with a package."""
    return [one for one in read_package(data) if isinstance(one, Problem)]


# --- the project ----------------------------------------------------------------------------------------------------


def test_a_project_keeps_its_identifier_beside_a_code() -> None:
    [one] = read(title="Bridge", identifiers=[{"id": "B/1", "scheme": "internal"}, {"id": "7"}])["project"]
    assert one["code"] == "bridge-1"
    assert one["name"] == "Bridge"
    assert one["ids"] == (f"oc4ids={PREFIX}bridge-1", "internal=B/1", "id=7")


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("oc4ids-bu3kcz-m75-junctions", "m75-junctions"),
        ("oc4ids-bu3kcz-M75 (north)", "M75-north"),
        ("桥/一", "桥/一"),
        ("no prefix", "no-prefix"),
    ],
)
def test_the_local_part_of_an_identifier_becomes_the_code(identifier: str, code: str) -> None:
    [one] = read(id=identifier)["project"]
    assert one["code"] == code
    assert one["name"] == identifier


@pytest.mark.parametrize(("local", "begin"), [("x" * 60, "x" * 31), ("???", "project")])
def test_an_identifier_that_makes_no_code_ends_in_a_hash_of_it(local: str, begin: str) -> None:
    first, again, other = (
        read(id=f"oc4ids-bu3kcz-{text}")["project"][0]["code"] for text in (local, local, local + "?")
    )
    assert first == again != other
    assert re.fullmatch(f"{begin}-[0-9a-f]{{8}}", first)


def test_identifiers_that_look_alike_get_codes_of_their_own() -> None:
    ids = ["oc4ids-aaaaaa-x", "oc4ids-bbbbbb-x", "oc4ids-cccccc-X"]
    codes = [
        one.values["code"] for one in read_package(foreign(*({"id": name} for name in ids))) if isinstance(one, Record)
    ]
    assert codes[0] == "x"
    assert len({code.casefold() for code in codes}) == 3


def test_what_has_no_field_is_kept_in_the_note() -> None:
    [one] = read(description="A bridge.", type="rehabilitation", purpose="To cross\nthe river")["project"]
    assert "kind" not in one
    assert one["note"] == "A bridge.\ntype: rehabilitation\npurpose: To cross\n  the river"


@pytest.mark.parametrize(("code", "kind"), [("construction", "new"), ("expansion", "expansion")])
def test_a_type_the_ledger_knows_is_a_kind(code: str, kind: str) -> None:
    [one] = read(type=code)["project"]
    assert one["kind"] == kind
    assert "note" not in one


def test_sector_and_site_are_the_most_exact_ones() -> None:
    [one] = read(
        sector=["transport", "transport.road", "health"],
        locations=[{"id": "1"}, {"id": "2", "address": {"locality": "Patcham", "countryName": "UK"}}],
    )["project"]
    assert one["sector"] == "transport.road, health"
    assert one["site"] == "Patcham"
    # Where a project stands says nothing of where its money comes from.
    assert "country" not in one


def test_a_field_that_is_not_given_is_not_emptied() -> None:
    [one] = read(title="Bridge")["project"]
    assert set(one) == {"code", "name", "ids"}


# --- parties --------------------------------------------------------------------------------------------------------


def test_every_party_is_a_company_and_the_public_authority_has_the_project() -> None:
    known = {"scheme": "GB", "id": "9", "legalName": "Roads Ltd"}
    found = read(
        parties=[
            {"id": "1", "name": "Builder", "roles": ["supplier"], "address": {"countryName": "Japan"}},
            {"id": "2", "name": "Roads", "roles": ["buyer", "publicAuthority"], "identifier": known},
            {"id": "3", "roles": ["tenderer"]},
        ]
    )
    assert found["company"] == [
        {"name": "Builder", "country": "JP"},
        {"name": "Roads", "ids": ("GB=9",), "aliases": ("Roads Ltd",)},
    ]
    assert found["project"][0]["company"] == "Roads"


def test_the_authority_named_by_the_project_comes_first_also_without_a_party() -> None:
    found = read(
        publicAuthority={"id": "7", "name": "City"}, parties=[{"id": "1", "name": "Roads", "roles": ["buyer"]}]
    )
    assert found["project"][0]["company"] == "City"
    assert [one["name"] for one in found["company"]] == ["Roads", "City"]


def test_a_country_nobody_knows_is_a_note() -> None:
    [one] = read(parties=[{"id": "1", "name": "Roads", "address": {"countryName": "Ruritania"}}])["company"]
    assert one == {"name": "Roads", "note": "countryName: Ruritania"}


def test_a_company_of_two_projects_is_one_with_what_both_say() -> None:
    roads = {"id": "1", "name": "Roads"}
    data = foreign({"parties": [roads]}, {"parties": [roads | {"identifier": {"scheme": "GB", "id": "9"}}]})
    companies = [one.values for one in read_package(data) if isinstance(one, Record) and one.kind == "company"]
    assert companies == [{"name": "Roads", "ids": ("GB=9",)}]


# --- where it stands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "stage_", "condition"),
    [
        ("identification", "lead", None),
        ("preparation", "signed", None),
        ("implementation", "under_construction", None),
        ("completion", "completed", None),
        ("maintenance", "in_production", None),
        ("decommissioning", "in_production", None),
        ("decommissioned", "in_production", "closed"),
        ("cancelled", None, "terminated"),
        ("unheard of", None, None),
    ],
)
def test_a_status_is_the_first_stage_it_certainly_includes(
    status: str, stage_: str | None, condition: str | None
) -> None:
    found = read(status=status)
    assert [one["stage"] for one in found.get("stage", [])] == ([stage_] if stage_ else [])
    assert [one["condition"] for one in found.get("condition", [])] == ([condition] if condition else [])
    # Since when is not said.
    assert all("on" not in one for one in found.get("stage", []))


def test_a_completed_project_was_completed_on_its_day() -> None:
    found = read(
        status="completion", completion={"endDate": "2018-12-10T00:00:00Z"}, period={"endDate": "2018-10-01T00:00:00Z"}
    )
    assert found["stage"] == [{"project": "bridge-1", "stage": "completed", "on": Period.day(date(2018, 12, 10))}]
    assert [(one["what"], one["on"].iso()) for one in found["milestone"]] == [
        ("baseline", "2018-10-01"),
        ("actual", "2018-12-10"),
    ]


def test_milestones_have_the_code_of_a_stage_where_they_mean_one() -> None:
    found = read(
        milestones=[
            {"id": "1", "dueDate": "2016-01-01T00:00:00Z", "dateMet": "2016-02-01", "description": "First"},
            {"id": "2", "code": "commencement", "dueDate": "2016-05-01T00:00:00Z"},
            {"id": "3", "code": "commencement"},
            {"id": "3"},
        ]
    )
    assert [(one["milestone"], one["what"], one.get("on")) for one in found["milestone"]] == [
        ("1", "baseline", Period.day(date(2016, 1, 1))),
        ("1", "actual", Period.day(date(2016, 2, 1))),
        ("under_construction", "baseline", Period.day(date(2016, 5, 1))),
        ("3", "baseline", None),
        ("3-2", "baseline", None),
    ]
    assert found["milestone"][0]["note"] == "First"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("construction", ("bridge-1", "phase_of", "old")),
        ("expansion", ("old", "phase_of", "bridge-1")),
        ("rehabilitation", ("old", "phase_of", "bridge-1")),
        ("replacement", ("old", "replaces", "bridge-1")),
        ("supports", ("bridge-1", "supports", "old")),
        ("neighbour", None),
    ],
)
def test_a_related_project_of_the_package_is_a_relation(word: str, expected: tuple[str, ...] | None) -> None:
    related = [{"id": "1", "scheme": "oc4ids", "identifier": f"{PREFIX}old", "relationship": word}]
    data = foreign({"relatedProjects": related * 2}, {"id": f"{PREFIX}old"})
    found = [one.values for one in read_package(data) if isinstance(one, Record) and one.kind == "relation"]
    assert [(one["project"], one["relation"], one["target"]) for one in found] == ([expected] if expected else [])


def test_a_related_project_elsewhere_is_a_note() -> None:
    related = {"id": "1", "scheme": "oc4ids", "identifier": f"{PREFIX}old", "relationship": "construction"}
    found = read(
        description="New.", relatedProjects=[related | {"title": "The old one"}, {"id": "2", "identifier": "x"}]
    )
    assert "relation" not in found
    assert found["project"][0]["note"] == f"New.\nrelatedProjects: construction {PREFIX}old The old one; x"


def test_a_project_does_not_relate_to_itself() -> None:
    related = [{"id": "1", "identifier": f"{PREFIX}bridge-1", "relationship": "expansion"}]
    assert "relation" not in read(relatedProjects=related)


# --- money and progress ---------------------------------------------------------------------------------------------


def test_the_budget_is_the_total_and_its_years_are_plans() -> None:
    found = read(
        budget={
            "description": "Approved.",
            "amount": {"amount": Decimal("40000000.5"), "currency": "GBP"},
            "budgetBreakdowns": [
                {"id": "1", "budgetBreakdown": [_year("a", 2016, 30), _year("b", 2016, 10)]},
                {"id": "2", "budgetBreakdown": [_year("c", 2016, 40), _year("d", 2017, 50)]},
            ],
        }
    )
    total, *plans = found["capital"]
    assert total["figure"] == Figure(Money(4_000_000_050, "GBP"))
    assert total["note"] == "Approved."
    # The first group has two sources in a year: neither is the plan of that year.
    assert [(one["kind"], one["on"].iso(), one["figure"].money.minor) for one in plans] == [
        ("plan", "2016", 4000),
        ("plan", "2017", 5000),
    ]


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        (1, 100),
        (0.1, 10),
        (Decimal("0.10000000"), 10),
        (Decimal("9E+3"), 900_000),
        (Decimal("8999999999999999.99"), 899_999_999_999_999_999),
    ],
)
def test_a_number_is_read_exactly_however_it_is_written(amount: float | Decimal, minor: int) -> None:
    [one] = read(budget={"amount": {"amount": amount, "currency": "CNY"}})["capital"]
    assert one["figure"].money == Money(minor, "CNY")


def test_a_budget_without_an_amount_is_none() -> None:
    assert "capital" not in read(budget={"description": "To be decided", "amount": {"currency": "GBP"}})


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        ({"measure": "50", "unit": {"name": "percent", "id": "P1"}}, {"physical": 5000}),
        ({"measure": 45.5}, {"physical": 4550}),
        ({"measure": "60%"}, {"physical": 6000}),
        ({"measure": Decimal("33.335"), "notes": "so far"}, {"physical": 3334, "note": "so far\nmeasure: 33.335"}),
        ({"measure": "piers done"}, {"text": "piers done"}),
        ({"measure": 12, "unit": {"name": "km"}}, {"text": "12 km"}),
    ],
)
def test_physical_progress_is_a_report(observation: Json, expected: dict[str, Any]) -> None:
    period = {"startDate": "2018-01-01T00:00:00Z", "endDate": "2018-01-31T23:59:59Z"}
    found = read(metrics=[_progress({"period": period} | observation)])
    assert found["review"] == [{"project": "bridge-1", "on": Period.month(2018, 1)} | expected]


def test_other_metrics_are_left_alone() -> None:
    assert "capital" not in read(metrics=[{"id": "financialProgress", "observations": [{"id": "1", "measure": "40"}]}])


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "cell"),
    [
        (None, ""),
        ([], ""),
        ("x", ""),
        ({}, "/version"),
        (foreign(version="1.1"), "/version"),
        (foreign(), "/projects"),
        ({"version": "0.9", "projects": {}}, "/projects"),
        ({"version": "0.9", "projects": [1]}, "/projects/0"),
        ({"version": "0.9", "projects": [{}]}, "/projects/0/id"),
        (foreign({"id": "x"}, {"id": "x"}), "/projects/1/id"),
        (foreign({"title": ["x"]}), "/projects/0/title"),
        (foreign({"title": "a\u202eb"}), "/projects/0"),
        (foreign({"title": "x" * 5000}), "/projects/0"),
        (foreign({"title": "\ud800"}), "/projects/0"),
        (foreign({"budget": []}), "/projects/0/budget"),
        (_costing({"amount": "12", "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": True, "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": float("inf"), "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": 10**60, "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": 12}), "/projects/0/budget/amount"),
        (_costing({"amount": 12, "currency": "ECU"}), "/projects/0/budget/amount"),
        (_costing({"amount": 0.001, "currency": "CNY"}), "/projects/0/budget/amount"),
        (foreign({"milestones": [{"id": "1", "dueDate": "2023-02-30T00:00:00Z"}]}), "/projects/0/milestones/0/dueDate"),
        (foreign({"milestones": [{"id": "1", "dueDate": "soon"}]}), "/projects/0/milestones/0/dueDate"),
        (foreign({"milestones": [{"id": "1", "dueDate": "0001-01-01"}]}), "/projects/0/milestones/0"),
        (foreign({"metrics": [_progress({"measure": 5})]}), "/projects/0/metrics/0/observations/0"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data: object, cell: str) -> None:
    [one] = problems(data)
    assert one.cell == cell
    assert one.problem
    assert show(one.value) == one.value


def test_a_project_with_a_mistake_keeps_its_other_records_and_every_mistake_is_told() -> None:
    data = foreign({"title": 1.5, "status": ["x"], "sector": "energy", "milestones": [7]}, {"title": "Sound"})
    assert {one.row for one in problems(data)} == {1}
    assert len(problems(data)) == 4
    assert [one.row for one in read_package(data) if isinstance(one, Record)] == [1, 2]


def test_only_an_object_with_projects_means_to_be_a_package() -> None:
    assert is_package(foreign())
    assert is_package({"projects": 3})
    assert not any(map(is_package, ([], None, "projects", {"rows": []})))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"[" * 100_000,
        b"9" * 5000,
        b'{"a": 1e99999999999999999999}',
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InputRejected, match="the file"):
        parse_json(data)


def test_json_is_read_with_and_without_a_byte_order_mark_and_exactly() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 0.1, "b": 12345678901234567890.123}') == {
        "a": Decimal("0.1"),
        "b": Decimal("12345678901234567890.123"),
    }


def test_json_is_written_as_text_that_any_reader_takes() -> None:
    data = {"名": ['a\n"b"', 1, Decimal("0.10"), True, None, {}, []], "e": {"x": Decimal("1E+3")}, "lone": "\ud800"}
    written = write_package(data)
    assert json.loads(written) == {"名": ['a\n"b"', 1, 0.1, True, None, {}, []], "e": {"x": 1000}, "lone": "\ud800"}
    assert "名" in written.decode()


YEAR = _year("a", 2016, 1)
OURS = package(
    [
        record("field", name="面积", type="number"),
        record("company", name="甲", country="JP", ids=("a=b",)),
        record("certification", company="甲", certification="high_tech", on=Period.year(2022)),
        project(company="甲", fields=("面积=3",), tags=("x",), sector="y", site="z", land=5, parent="q"),
        record("relation", project="p", relation="supports", target="r", note="n"),
        stage("signed", MARCH),
        record("condition", project="p", condition="suspended", on=MARCH, reason="w"),
        milestone("baseline", MARCH, made=date(2022, 1, 1)),
        milestone("actual", MARCH, note="late"),
        capital("total", yuan(5, qualifier="over")),
        capital("plan", yuan(5), Period.year(2023)),
        capital("completed", yuan(5), MARCH),
        record("baseline", project="p", version=1, total=yuan(5), start=MARCH),
        record("review", project="p", on=MARCH, physical=5, text="t"),
    ],
    PUBLICATION,
)
THEIRS = foreign(
    {
        "title": "Bridge",
        "type": "expansion",
        "status": "completion",
        "sector": ["transport"],
        "identifiers": [{"id": "1", "scheme": "s"}],
        "publicAuthority": {"id": "1", "name": "City"},
        "parties": [{"id": "1", "name": "City", "roles": ["buyer"], "identifier": {"id": "1"}, "address": {}}],
        "locations": [{"id": "1", "description": "Here"}],
        "period": {"endDate": "2022-01-01T00:00:00Z"},
        "completion": {"endDate": "2022-02-01T00:00:00Z"},
        "budget": {"amount": {"amount": 5, "currency": "GBP"}, "budgetBreakdowns": [{"budgetBreakdown": [YEAR]}]},
        "milestones": [{"id": "1", "dueDate": "2022-01-01"}],
        "relatedProjects": [{"id": "1", "identifier": "x", "relationship": "expansion"}],
        "metrics": [_progress({"measure": "5", "period": {"endDate": "2022-01-01"}})],
    }
)
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=6),
    st.sampled_from(["", "on: x\nversion: y", "9999-99-99", 10**5000, [], {}, [[]], [{}], {"id": []}, "x" * 9000]),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))][:2000]


@settings(max_examples=300)
@given(st.sampled_from([OURS, THEIRS]), st.data())
def test_whatever_stands_anywhere_in_a_package_it_is_read_without_an_exception(
    whole: Json, data: st.DataObject
) -> None:
    broken = copy.deepcopy(whole)
    for _time in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(_places(broken)[1:] or [("projects",)]))
        holder: Any = broken
        for key in path:
            holder = holder[key]
        holder[last] = data.draw(_JUNK)
    for one in read_package(broken):
        assert isinstance(one, Record | Problem)
        if isinstance(one, Record):
            fields = {field.key for field in KINDS[one.kind].fields}
            assert one.values.keys() <= fields
            undated = {"on"} if one.kind in ("stage", "condition") else set()
            required = {field.key for field in KINDS[one.kind].fields if field.required} - undated
            assert all(one.values.get(key) is not None for key in required)
        else:
            assert show(one.value) == one.value


def test_every_stage_of_the_ledger_survives_where_only_the_status_would_be_coarse() -> None:
    for code in STAGES.codes:
        read_again = read_package(package([project(), stage(code, MARCH)], PUBLICATION))
        assert [one.values["stage"] for one in read_again if isinstance(one, Record) and one.kind == "stage"] == [code]


def test_a_package_is_a_source_of_records_with_their_places() -> None:
    source = PackageSource("p.json", OURS)
    assert source.ours
    first = next(one for one in source.records() if isinstance(one, Record) and one.kind == "review")
    assert source.place(first, "physical") == ("/projects/0/metrics/0/observations/0", "physical")
    assert source.place(first, "entry") == ("", "entry")
    mixed = OURS | {"projects": [*OURS["projects"], *THEIRS["projects"]]}
    others: list[Any] = [THEIRS, mixed, {"projects": []}, None]
    assert not any(PackageSource("p.json", data).ours for data in others)
