"""Project packages of OC4IDS 0.9.5: what is published is valid and not invented; what is read says what it left out."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import made_up
from tests.conftest import Run
from tests.isolation import ROOT
from tests.ledgers import once
from tracker.currencies import CODES
from tracker.errors import InputRejected
from tracker.exporter.oc4ids import is_uri, status_of, write_package
from tracker.importer.oc4ids import Package, fitting_code, parse_json, read_package
from tracker.records.schema import KINDS
from tracker.text import show
from tracker.vocabulary import CONDITIONS, OC4IDS_STATUS, STAGES

Json = dict[str, Any]

# Read before any test clears the environment.
STANDARD = Path(os.environ.get("TRACKER_OC4IDS") or ROOT.parent / "shared" / "oc4ids")
needs_standard = pytest.mark.skipif(
    not (STANDARD / "project-schema.json").is_file(),
    reason="the standard's own schema is not here: name its folder in TRACKER_OC4IDS",
)


@pytest.fixture
def db(tmp_path: Path, run: Run) -> Path:
    """An empty ledger."""
    path = tmp_path / "ledger.db"
    once(path, lambda: run("--db", path, "init"))
    return path


@pytest.fixture
def publish(db: Path, run: Run) -> Any:
    """What the ledger says as the one project object of a package, after these commands."""

    def published(*commands: str) -> Json:
        for command in commands:
            result = run("--db", db, *command.split())
            assert result.code == 0, result.err
        whole = run("--db", db, "export", "oc4ids", "--publisher", "Zone")
        found: Json = json.loads(whole.out, parse_float=Decimal)["projects"][0]
        return found

    return published


# --- publishing -----------------------------------------------------------------------------------------------------


@needs_standard
@pytest.mark.parametrize(("lang", "source"), [("en", "pinghu"), ("zh", "synthetic")])
def test_a_package_is_valid_against_the_schema_of_the_standard(
    lang: str, source: str, demo_database: Path, tmp_path_factory: pytest.TempPathFactory, run: Run, today: object
) -> None:
    jsonschema, referencing = pytest.importorskip("jsonschema"), pytest.importorskip("referencing.jsonschema")
    path = demo_database if source == "pinghu" else made_up.ledger(tmp_path_factory, *made_up.SMALL)
    licence = "https://example.org/licence"
    written = json.loads(run("--db", path, "--lang", lang, "export", "oc4ids", "--license", licence).out)
    head, schema = _schemas()
    resources = [(one["id"], referencing.DRAFT4.create_resource(one)) for one in (head, schema)]
    registry = referencing.EMPTY_REGISTRY.with_resources(resources)
    errors = jsonschema.Draft4Validator(head, registry=registry).iter_errors(written)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    assert list(_undeclared(written, head, "")) == []


@needs_standard
def test_every_currency_the_standard_does_not_list_is_written_in_words(publish: Any) -> None:
    missing = sorted(set(CODES) - _codes("currency"))
    assert missing == ["SLE", "VED", "XCG", "ZWG"]
    budget = publish("project add p --name P --total 123.45SLE")["budget"]
    assert budget == {"description": "amount: 123.45 SLE"}


def _schemas() -> tuple[Json, Json]:
    head, schema = (
        json.loads((STANDARD / f"{name}-schema.json").read_bytes()) for name in ("project-package", "project")
    )
    return head, schema


def _undeclared(value: Any, schema: Json, path: str) -> Iterator[str]:
    """Keys that the schema does not declare at their place, empty values, and codes that no closed codelist has."""
    if name := schema.get("$ref"):
        project = _schemas()[1]
        schema = project if name == project["id"] else project["definitions"][name.rpartition("/")[2]]
    if isinstance(value, dict):
        for key, inner in value.items():
            declared = schema.get("properties", {}).get(key)
            if declared is None:
                yield f"{path}/{key}"
            else:
                yield from _undeclared(inner, declared, f"{path}/{key}")
    elif isinstance(value, list):
        listed = {key: schema[key] for key in ("codelist", "openCodelist") if key in schema}
        for place, inner in enumerate(value):
            yield from _undeclared(inner, schema["items"] | listed, f"{path}/{place}")
    elif schema.get("codelist") and not schema["openCodelist"] and value not in _codes(schema["codelist"]):
        yield f"{path}: {value}"
    if value in ("", [], {}):
        yield f"{path} is empty"


def _codes(name: str) -> set[str]:
    lines = (STANDARD / "codelists" / f"{name.removesuffix('.csv')}.csv").read_text(encoding="utf-8").splitlines()
    return {line.partition(",")[0] for line in lines[1:]}


@pytest.mark.parametrize("availability", ["unknown", "withheld"])
def test_what_is_withheld_or_unknown_is_never_a_number(availability: str, publish: Any) -> None:
    found = publish(
        "project add p --name P",
        f"capital record p total {availability}",
        f"capital record p paid {availability} --on 2023-03",
    )
    assert found["budget"] == {"description": f"availability: {availability}"}
    [observation] = found["metrics"][0]["observations"]
    assert observation["notes"] == f"availability: {availability}"
    assert "amount" not in json.dumps(found)


def test_a_qualifier_stands_beside_its_amount_and_zero_is_a_number(publish: Any) -> None:
    found = publish("project add p --name P --total 约25亿元", "capital record p completed 0元 --on 2023-03")
    assert found["budget"] == {
        "description": "qualifier: about",
        "amount": {"amount": 2_500_000_000, "currency": "CNY"},
    }
    assert found["metrics"][0]["observations"][0]["value"] == {"amount": 0, "currency": "CNY"}


def test_running_figures_are_metrics_of_their_own_and_of_their_own_days(publish: Any) -> None:
    found = publish(
        "project add p --name P",
        "capital record p completed 100元 --on 2023-03",
        "capital record p completed 300元 --ytd --on 2023-03",
        "capital record p completed 900元 --cumulative --on 2023-03",
    )
    periods = {one["id"]: one["observations"][0]["period"] for one in found["metrics"]}
    ends = {"endDate": "2023-03-31T23:59:59+00:00"}
    assert periods == {
        "financialProgress": {"startDate": "2023-03-01T00:00:00+00:00"} | ends,
        "financialProgress-ytd": {"startDate": "2023-01-01T00:00:00+00:00"} | ends,
        "financialProgress-cumulative": ends,
    }


def test_the_newest_total_and_plan_are_the_budget(publish: Any) -> None:
    found = publish(
        "project add p --name P",
        "capital record p total 4亿元 --from 2022-01-01",
        "capital record p total 5亿元 --from 2023-02-01",
        "capital plan p 1亿元 --year 2023",
        "capital plan p 1.5亿元 --year 2023 --from 2023-02-01",
    )
    assert found["budget"]["amount"]["amount"] == 500_000_000
    [group] = found["budget"]["budgetBreakdowns"]
    assert [(one["id"], one["amount"]["amount"]) for one in group["budgetBreakdown"]] == [("2023", 150_000_000)]


def test_a_month_is_never_given_a_day(publish: Any) -> None:
    found = publish(
        "project add p --name P --stage completed --on 2023-02",
        "milestone plan p completed 2022Q4",
        "milestone plan p in_production 2023-03-15",
    )
    assert found["completion"] == {"endDateDetails": "2023-02"}
    assert "period" not in found
    completed, production = found["milestones"]
    assert {"dueDate", "dateMet"}.isdisjoint(completed)
    assert "due: 2022Q4" in completed["description"]
    assert production["dueDate"] == "2023-03-15T23:59:59+00:00"
    # The day of publication is the 31st of March.
    assert production["status"] == "notMet"


def test_the_status_is_that_of_the_standard() -> None:
    for stage in STAGES.codes:
        assert {status_of(stage, code) for code in (None, "active", "suspended")} == {OC4IDS_STATUS[stage]}
        assert {status_of(stage, code) for code in ("terminated", "lost")} == {"cancelled"}
    assert status_of("topped_out", "closed") == status_of(None, "closed") == "cancelled"
    assert status_of("completed", "closed") == "completion"
    assert status_of(None, None) is None
    assert set(CONDITIONS.codes) == {"active", "suspended", "terminated", "lost", "closed"}


def test_a_project_published_elsewhere_keeps_its_identifier_there(db: Path, run: Run) -> None:
    run("--db", db, "project", "add", "a", "--name", "A", "--id", "oc4ids=oc4ids-bu3kcz-1", "--id", "备案代码=7")
    run("--db", db, "project", "add", "b", "--name", "B")
    whole = json.loads(run("--db", db, "export", "oc4ids", "--prefix", "oc4ids-qu8r7p").out)
    first, second = whole["projects"]
    assert (first["id"], second["id"]) == ("oc4ids-bu3kcz-1", "oc4ids-qu8r7p-b")
    assert {"scheme": "备案代码", "id": "7"} in first["identifiers"]


@pytest.mark.parametrize(
    "given",
    [
        *(["--prefix", one] for one in ("ocds-abc", "oc4ids-", "oc4ids-a b")),
        *(["--uri", one] for one in ("package.json", "https://", "https://例子.cn/x")),
        *(["--license", one] for one in ("https://example.org/a b", "https://[bad/")),
        ["--publisher", ""],
    ],
)
def test_a_head_that_the_standard_does_not_allow_is_refused(given: list[str], db: Path, run: Run) -> None:
    run("--db", db, "project", "add", "p", "--name", "P")
    assert run("--db", db, "export", "oc4ids", *given).code == 2


def test_no_project_makes_no_package(db: Path, run: Run) -> None:
    refused = run("--db", db, "export", "oc4ids")
    assert (refused.code, refused.out) == (1, "")
    assert "at least one" in refused.err


def test_json_is_written_as_text_that_any_reader_takes() -> None:
    data = {"名": ['a\n"b"', 1, Decimal("0.10"), True, None, {}, []], "e": {"x": Decimal("1E+3")}}
    written = write_package(data)
    assert json.loads(written) == {"名": ['a\n"b"', 1, 0.1, True, None, {}, []], "e": {"x": 1000}}
    assert is_uri("https://example.org/a?b=1#c")
    assert not any(map(is_uri, ("x", "https:///x", "https://a/%zz", "https://a/#b#c")))


# --- reading --------------------------------------------------------------------------------------------------------

PREFIX = "oc4ids-qu8r7p-"
BRIDGE: Json = {
    "id": f"{PREFIX}bridge",
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
    "budget": {"amount": {"amount": 5, "currency": "GBP"}, "budgetBreakdowns": [{"budgetBreakdown": [{"id": "a"}]}]},
    "milestones": [{"id": "1", "dueDate": "2022-01-01"}],
    "relatedProjects": [{"id": "1", "identifier": "x", "relationship": "expansion"}],
    "metrics": [{"id": "physicalProgress", "observations": [{"measure": "5", "period": {"endDate": "2022-01-01"}}]}],
}


def foreign(*projects: Json, version: str = "0.9") -> Json:
    """A package of another publisher; a project without an id gets one."""
    return {
        "version": version,
        "publishedDate": "2023-06-30T00:00:00Z",
        "publisher": {"name": "A road agency"},
        "projects": [{"id": f"{PREFIX}bridge-{number}"} | one for number, one in enumerate(projects, start=1)],
    }


def records(*projects: Json) -> dict[str, list[Json]]:
    """The values of the records of a package by kind, where nothing is wrong with it."""
    package = read_package(parse_json(json.dumps(foreign(*projects)).encode()))
    assert package.problems == []
    return {kind: [one.values for one in package.records if one.kind == kind] for kind in KINDS}


@pytest.mark.parametrize(
    ("identifier", "code"),
    [
        ("oc4ids-bu3kcz-m75-junctions", "m75-junctions"),
        ("oc4ids-bu3kcz-M75 (north)", "M75-north"),
        ("桥/一", "桥/一"),
        ("no prefix", "no-prefix"),
        (f"oc4ids-bu3kcz-{'x' * 60}", f"{'x' * 31}-[0-9a-f]{{8}}"),
        ("oc4ids-bu3kcz-???", "project-[0-9a-f]{8}"),
    ],
)
def test_the_local_part_of_an_identifier_becomes_the_code(identifier: str, code: str) -> None:
    assert re.fullmatch(code, fitting_code(identifier))
    assert fitting_code(identifier) == fitting_code(identifier)


def test_identifiers_that_look_alike_get_codes_of_their_own() -> None:
    found = records({"id": "oc4ids-aaaaaa-x"}, {"id": "oc4ids-bbbbbb-x"}, {"id": "oc4ids-cccccc-X"})
    assert len({one["code"].casefold() for one in found["project"]}) == 3


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("construction", ("bridge-1", "phase_of", "old")),
        ("expansion", ("old", "phase_of", "bridge-1")),
        ("replacement", ("old", "replaces", "bridge-1")),
        ("supports", ("bridge-1", "supports", "old")),
        ("neighbour", None),
    ],
)
def test_a_related_project_of_the_package_is_a_relation_and_any_other_a_note(
    word: str, expected: tuple[str, ...] | None
) -> None:
    related = [{"id": "1", "scheme": "oc4ids", "identifier": f"{PREFIX}old", "relationship": word}]
    found = records({"relatedProjects": related * 2}, {"id": f"{PREFIX}old"})
    relations = [(one["project"], one["relation"], one["target"]) for one in found["relation"]]
    assert relations == ([expected] if expected else [])
    assert ("note" in found["project"][0]) == (expected is None)


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        ({"measure": "50", "unit": {"name": "percent", "id": "P1"}}, {"physical": 5000}),
        ({"measure": 45.5}, {"physical": 4550}),
        ({"measure": 33.335, "notes": "so far"}, {"physical": 3334, "note": "so far\nmeasure: 33.335"}),
        ({"measure": 12, "unit": {"name": "km"}}, {"text": "12 km"}),
    ],
)
def test_physical_progress_is_a_report(observation: Json, expected: Json) -> None:
    period = {"period": {"startDate": "2018-01-01T00:00:00Z", "endDate": "2018-01-31T23:59:59Z"}}
    metric = {"id": "physicalProgress", "observations": [period | observation]}
    [found] = records({"metrics": [metric]})["review"]
    assert found.pop("on").iso() == "2018-01"
    assert found == {"project": "bridge-1"} | expected


def _costing(value: Json) -> Json:
    return foreign({"budget": {"amount": value}})


@pytest.mark.parametrize(
    ("data", "cell"),
    [
        (None, ""),
        ([], ""),
        ({}, ""),
        (foreign(version="1.1"), "/version"),
        (foreign(), "/projects"),
        ({"version": "0.9", "projects": {}}, "/projects"),
        ({"version": "0.9", "projects": [1]}, "/projects/0"),
        ({"projects": [{}]}, "/projects/0/id"),
        (foreign({"id": "x"}, {"id": "x"}), "/projects/1/id"),
        (foreign({"title": ["x"]}), "/projects/0/title"),
        (foreign({"title": "a\u202eb"}), "/projects/0"),
        (foreign({"title": "\ud800"}), "/projects/0"),
        (foreign({"budget": []}), "/projects/0/budget"),
        (foreign({"sector": [1]}), "/projects/0/sector"),
        (_costing({"amount": "12", "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": True, "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": Decimal("inf"), "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": 10**60, "currency": "CNY"}), "/projects/0/budget/amount/amount"),
        (_costing({"amount": 12}), "/projects/0/budget/amount"),
        (_costing({"amount": 12, "currency": "ECU"}), "/projects/0/budget/amount"),
        (_costing({"amount": Decimal("0.001"), "currency": "CNY"}), "/projects/0/budget/amount"),
        (foreign({"milestones": [{"id": "1", "dueDate": "2023-02-30T00:00:00Z"}]}), "/projects/0/milestones/0/dueDate"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(data: Any, cell: str) -> None:
    assert [one.cell for one in read_package(data).problems] == [cell]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe{}", b"[" * 100_000, b"9" * 5000, b'{"a": 1e99999999999999999999}']
)
def test_what_is_no_json_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InputRejected, match="the file"):
        parse_json(data)


_JUNK = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.decimals(), st.text(max_size=6)),
    st.sampled_from(["", "on: x", "9999-99-99", "0000-01", [], {}, [[]], [{}], {"id": []}, "x" * 9000]),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in _places(one, (*path, key)))]


@settings(max_examples=80)
@given(st.data())
def test_whatever_stands_anywhere_in_a_package_it_is_read_without_an_exception(data: st.DataObject) -> None:
    broken = copy.deepcopy(foreign(BRIDGE))
    for _time in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(_places(broken)[1:] or [("projects",)]))
        holder: Any = broken
        for key in path:
            holder = holder[key]
        holder[last] = data.draw(_JUNK)
    package: Package = read_package(broken)
    for record in package.records:
        fields = {field.key: field for field in KINDS[record.kind].fields}
        assert record.values.keys() <= fields.keys()
        undated = {"on"} if record.kind == "condition" else set()
        assert {key for key, field in fields.items() if field.required} - undated <= record.values.keys()
    assert all(show(one.value) == one.value for one in package.problems)
