"""A project package says what the ledger says, in the words of OC4IDS 0.9.5 and in no others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.isolation import ROOT
from tests.oc4ids_facts import CURRENCIES_MISSING, OBJECTS, mistakes
from tests.oc4ids_records import (
    MARCH,
    NOON,
    PUBLICATION,
    SHANGHAI,
    capital,
    example,
    milestone,
    project,
    record,
    stage,
    yuan,
)
from tracker.currencies import CODES
from tracker.dates import MachineZone, Period
from tracker.errors import Refused, UsageError
from tracker.money import Figure
from tracker.oc4ids import ROOM, Publication, package, write_package
from tracker.oc4ids.terms import status_of
from tracker.records.schema import KINDS, Record
from tracker.vocabulary import CONDITIONS, OC4IDS_STATUS, STAGES

# Read before any test clears the environment.
STANDARD = Path(os.environ.get("TRACKER_OC4IDS") or ROOT.parent / "shared" / "oc4ids")
needs_standard = pytest.mark.skipif(
    not (STANDARD / "project-schema.json").is_file(),
    reason="the standard's own schema is not here: name its folder in TRACKER_OC4IDS",
)
Json = dict[str, Any]


def only(*others: Record, publication: Publication = PUBLICATION) -> Json:
    """The project object of the project p with these records, which breaks no rule."""
    whole = package([project(), *others], publication)
    assert mistakes(whole) == []
    found: Json = whole["projects"][0]
    return found


DAY = Period.day(date(2023, 3, 15))


@pytest.fixture(scope="module")
def portfolios(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Record]]:
    """The records of both example ledgers."""
    folder = tmp_path_factory.mktemp("oc4ids")
    return {"pinghu": example(folder), "synthetic": example(folder, projects=60)}


EXAMPLES = pytest.mark.parametrize("name", ["pinghu", "synthetic"])


# --- the standard ---------------------------------------------------------------------------------------------------


@EXAMPLES
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_example_ledger_breaks_no_rule_of_the_standard(
    name: str, lang: str, portfolios: dict[str, list[Record]]
) -> None:
    publication = Publication(NOON, SHANGHAI, "平湖经开", license="https://example.org/licence", lang=lang)
    assert mistakes(package(portfolios[name], publication)) == []


@needs_standard
@EXAMPLES
def test_an_example_ledger_is_valid_against_the_schema_of_the_standard(
    name: str, portfolios: dict[str, list[Record]]
) -> None:
    jsonschema, referencing = pytest.importorskip("jsonschema"), pytest.importorskip("referencing.jsonschema")
    written = json.loads(write_package(package(portfolios[name], PUBLICATION)))
    head, schema = _schemas()
    resources = [(one["id"], referencing.DRAFT4.create_resource(one)) for one in (head, schema)]
    registry = referencing.EMPTY_REGISTRY.with_resources(resources)
    errors = jsonschema.Draft4Validator(head, registry=registry).iter_errors(written)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    assert list(_undeclared(written, head, "")) == []


@needs_standard
def test_the_facts_of_the_tests_are_those_of_the_standard() -> None:
    head, schema = _schemas()
    places = {"Package": head, "Project": schema, "Publisher": head["properties"]["publisher"]}
    places |= {name: schema["definitions"][name] for name in OBJECTS if name in schema["definitions"]}
    for name, fields in OBJECTS.items():
        if name in places:
            assert fields.keys() <= places[name]["properties"].keys(), name
            required = {field for field, kind in fields.items() if kind.endswith("!")}
            assert required == set(places[name].get("required", ())), name
    assert set(CODES) - set(_codes("currency")) == CURRENCIES_MISSING


def _schemas() -> tuple[Json, Json]:
    head, schema = (
        json.loads((STANDARD / f"{name}-schema.json").read_bytes()) for name in ("project-package", "project")
    )
    return head, schema


def _undeclared(value: Any, schema: Json, path: str) -> Iterator[str]:
    """Keys that the schema does not declare at their place, and codes that are not in a closed codelist."""
    schema = _resolved(schema)
    if isinstance(value, dict):
        for key, inner in value.items():
            declared = schema.get("properties", {}).get(key)
            if declared is None:
                yield f"{path}/{key}"
            else:
                yield from _undeclared(inner, declared, f"{path}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _undeclared(inner, schema["items"] | _codelist(schema), f"{path}/{place}")
    elif schema.get("codelist") and not schema["openCodelist"] and value not in _codes(schema["codelist"]):
        yield f"{path}: {value}"
    if value in ("", [], {}):
        yield f"{path} is empty"


def _codelist(schema: Json) -> Json:
    return {key: schema[key] for key in ("codelist", "openCodelist") if key in schema}


def _resolved(schema: Json) -> Json:
    name = schema.get("$ref")
    if name is None:
        return schema
    project_schema = _schemas()[1]
    return project_schema if name == project_schema["id"] else project_schema["definitions"][name.rpartition("/")[2]]


def _codes(name: str) -> set[str]:
    lines = (STANDARD / "codelists" / f"{name.removesuffix('.csv')}.csv").read_text(encoding="utf-8").splitlines()
    return {line.partition(",")[0] for line in lines[1:]}


# --- the head -------------------------------------------------------------------------------------------------------


def test_the_head_names_the_publisher_the_moment_and_the_version() -> None:
    whole = package([project()], PUBLICATION)
    assert whole["publisher"] == {"name": "平湖经开"}
    assert whole["publishedDate"] == "2023-06-30T04:00:00Z"
    assert whole["version"] == "0.9"


def test_a_package_without_a_uri_is_named_by_its_content_and_moment() -> None:
    first, again = (package([project()], PUBLICATION) for _time in range(2))
    later = package([project()], Publication(NOON + timedelta(1), SHANGHAI, "平湖经开"))
    other = package([project(name="Other")], PUBLICATION)
    assert first == again
    assert first["uri"].startswith("urn:uuid:")
    assert len({whole["uri"] for whole in (first, later, other)}) == 3
    named = Publication(NOON, SHANGHAI, "x", uri="https://example.org/p.json")
    assert package([project()], named)["uri"] == "https://example.org/p.json"


@pytest.mark.parametrize(
    "given",
    [
        {"prefix": "ocds-abc"},
        {"prefix": "oc4ids-"},
        {"prefix": "oc4ids-a b"},
        {"uri": "package.json"},
        {"uri": "https://"},
        {"uri": "https://例子.cn/x"},
        {"license": "https://example.org/a b"},
        {"license": "https://[bad/"},
        {"publisher": ""},
        {"publisher": "a\x1bb"},
    ],
)
def test_a_head_that_the_standard_does_not_allow_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        replace(PUBLICATION, **given)


def test_no_project_makes_no_package() -> None:
    with pytest.raises(Refused, match="at least one"):
        package([], PUBLICATION)


# --- identifiers and names ------------------------------------------------------------------------------------------


def test_a_project_is_called_by_the_prefix_and_its_code() -> None:
    assert only()["id"] == "oc4ids-local-p"
    assert only(publication=Publication(NOON, UTC, "x", prefix="oc4ids-qu8r7p"))["id"] == "oc4ids-qu8r7p-p"
    assert {"id": "p", "scheme": "tracker-code"} in only()["identifiers"]


def test_a_project_published_elsewhere_keeps_its_identifier_there() -> None:
    known = ("备案代码=2022-330482", "oc4ids=oc4ids-bu3kcz-1")
    records = [
        project("a", ids=known),
        project("b", ids=known[1:]),
        record("relation", project="b", relation="supports", target="a"),
    ]
    whole = package(records, PUBLICATION)
    assert mistakes(whole) == []
    first, second = whole["projects"]
    assert (first["id"], second["id"]) == ("oc4ids-bu3kcz-1", "oc4ids-local-b")
    assert {"id": "2022-330482", "scheme": "备案代码"} in first["identifiers"]
    assert second["relatedProjects"][0]["identifier"] == "oc4ids-bu3kcz-1"


def test_the_local_stage_kind_and_condition_are_kept_in_schemes_of_their_own() -> None:
    records = [
        project(kind="lease", chain="机床", tags=("省重点",)),
        stage("signed", Period.year(2022)),
        stage("in_production", Period.month(2022, 9)),
        record("condition", project="p", condition="suspended", on=DAY, reason="no money"),
    ]
    found = package(records, PUBLICATION)["projects"][0]
    pairs = [(one["scheme"], one["id"]) for one in found["additionalClassifications"]]
    assert [code for scheme, code in pairs if scheme == "tracker-stage"] == ["signed", "in_production"]
    assert {("tracker-condition", "suspended"), ("tracker-kind", "lease"), ("tracker-chain", "机床")} <= set(pairs)
    assert ("tracker-tag", "省重点") in pairs
    assert found["status"] == "maintenance"
    # Leased space is neither built nor replaced: the codelist has no word for it.
    assert "type" not in found


def test_the_same_event_twice_is_two_events() -> None:
    stop = record("condition", project="p", condition="suspended", on=Period.year(2022), reason="rain")
    go = record("condition", project="p", condition="active", on=Period.year(2022))
    found = only(stop, go, stop, go)["additionalClassifications"]
    assert [one["id"] for one in found] == ["suspended", "active", "suspended", "active"]


def test_the_country_of_the_investor_is_no_place_of_the_project() -> None:
    found = package([project(country="JP", site="中日产业园")], PUBLICATION)["projects"][0]
    assert found["locations"] == [{"id": "site", "description": "中日产业园"}]


# --- status ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", STAGES.codes)
def test_every_stage_has_a_status(code: str) -> None:
    assert status_of(code, None) == status_of(code, "active") == status_of(code, "suspended") == OC4IDS_STATUS[code]


@pytest.mark.parametrize("condition", ["terminated", "lost"])
def test_what_was_given_up_is_cancelled(condition: str) -> None:
    assert {status_of(code, condition) for code in (*STAGES.codes, None)} == {"cancelled"}


def test_what_was_closed_is_cancelled_unless_it_was_completed() -> None:
    assert status_of("topped_out", "closed") == status_of(None, "closed") == "cancelled"
    assert status_of("completed", "closed") == "completion"
    assert status_of("in_production", "closed") == "maintenance"
    assert set(CONDITIONS.codes) == {"active", "suspended", "terminated", "lost", "closed"}


def test_a_project_without_a_stage_has_no_status() -> None:
    assert "status" not in only()


# --- days -----------------------------------------------------------------------------------------------------------


def test_a_day_is_written_in_the_zone_of_the_ledger() -> None:
    for zone, text in ((SHANGHAI, "2023-03-15T00:00:00+08:00"), (UTC, "2023-03-15T00:00:00+00:00")):
        [found] = only(milestone("actual", DAY), publication=Publication(NOON, zone, "x"))["milestones"]
        assert found["dateMet"] == text
    [machine] = only(milestone("actual", DAY), publication=Publication(NOON, MachineZone(), "x"))["milestones"]
    assert machine["dateMet"] == "2023-03-15T00:00:00+00:00"


def test_a_zone_of_long_ago_with_seconds_gives_a_date_time_all_the_same() -> None:
    [found] = only(milestone("actual", Period.day(date(1900, 5, 1))))["milestones"]
    assert found["dateMet"] == "1900-05-01T00:00:00+00:00"


def test_a_month_is_never_given_a_day() -> None:
    records = [
        milestone("baseline", Period.quarter(2022, 4)),
        milestone("actual", MARCH),
        stage("completed", MARCH),
        record("baseline", project="p", version=2, start=Period.year(2022), end=MARCH),
    ]
    found = only(*records)
    [one] = found["milestones"]
    assert {"dueDate", "dateMet"}.isdisjoint(one)
    assert "on: 2023-03" in one["description"]
    assert "due: 2022Q4" in one["description"]
    assert found["completion"] == {"endDateDetails": "2023-03"}
    assert "period" not in found
    [version] = found["forecasts"][1]["observations"]
    assert "period" not in version
    assert "start: 2022\nend: 2023-03" in version["notes"]


# --- milestones -----------------------------------------------------------------------------------------------------


def test_a_milestone_tells_what_was_promised_expected_and_reached() -> None:
    records = [
        milestone("baseline", Period.day(date(2022, 12, 1)), made=date(2022, 1, 5), title="Handover", weight=3),
        milestone("forecast", MARCH, made=date(2022, 6, 1), title="Handover", weight=3, note="rain"),
        milestone("forecast", Period.month(2023, 5), made=date(2023, 2, 1), title="Handover", weight=3),
        milestone("actual", DAY, title="Handover", weight=3),
    ]
    found = only(*records)
    [one] = found["milestones"]
    assert one["title"] == "Handover"
    assert one["code"] == "completion"
    assert (one["dueDate"], one["dateMet"]) == ("2022-12-01T23:59:59+08:00", "2023-03-15T00:00:00+08:00")
    assert one["status"] == "met"
    [metric] = found["forecasts"]
    assert metric["id"] == "milestone-completed"
    assert [(seen["id"], seen["measure"]) for seen in metric["observations"]] == [
        ("baseline-1", "2022-12-01"),
        ("forecast-2", "2023-03"),
        ("forecast-3", "2023-05"),
    ]
    assert metric["observations"][1]["notes"] == "note: rain"
    assert metric["observations"][2]["period"]["startDate"] == "2023-02-01T00:00:00+08:00"
    assert found["period"] == {"endDate": "2022-12-01T23:59:59+08:00"}


@pytest.mark.parametrize(
    ("due", "status"),
    [
        (Period.month(2023, 5), "notMet"),
        (Period.month(2023, 6), "scheduled"),
        (Period.year(2024), "scheduled"),
        (None, "scheduled"),
    ],
)
def test_an_open_milestone_is_not_met_once_all_of_its_period_is_over(due: Period | None, status: str) -> None:
    [one] = only(milestone("baseline", due))["milestones"]
    assert one["status"] == status


def test_a_stage_without_a_milestone_is_one_and_a_stage_gone_back_from_is_none() -> None:
    records = [
        stage("lead", Period.year(2020)),
        stage("signed", DAY),
        stage("under_construction", DAY),
        stage("topped_out", DAY),
        stage("under_construction", MARCH),
        milestone("baseline", MARCH, code="under_construction"),
    ]
    found = only(*records)
    assert [(one["id"], one["status"]) for one in found["milestones"]] == [
        ("under_construction", "notMet"),
        ("signed", "met"),
    ]


# --- money ----------------------------------------------------------------------------------------------------------


def test_the_total_is_the_budget_and_the_plans_are_its_years() -> None:
    total = yuan(250_000_000_000, qualifier="about")
    records = [
        capital("total", total, source="Report, 2023", quote="约25亿元"),
        capital("plan", yuan(10_000_000_050), Period.year(2023)),
        record("baseline", project="p", version=1, total=yuan(1)),
        record(
            "baseline",
            project="p",
            version=2,
            total=yuan(250_000_000_000, qualifier="about"),
            approved=date(2022, 2, 1),
        ),
        record(
            "baseline",
            project="p",
            version=3,
            total=yuan(250_000_000_000, qualifier="about"),
            approved=date(2022, 9, 1),
        ),
    ]
    budget = only(*records)["budget"]
    assert budget["amount"] == {"amount": 2_500_000_000, "currency": "CNY"}
    assert budget["description"] == "qualifier: about\nsource: Report, 2023\nquote: 约25亿元"
    assert budget["approvalDate"] == "2022-02-01T00:00:00+08:00"
    [group] = budget["budgetBreakdowns"]
    assert group["budgetBreakdown"] == [
        {
            "id": "2023",
            "amount": {"amount": Decimal("100000000.5"), "currency": "CNY"},
            "period": {"startDate": "2023-01-01T00:00:00+08:00", "endDate": "2023-12-31T23:59:59+08:00"},
        }
    ]


@pytest.mark.parametrize("availability", ["unknown", "withheld"])
def test_what_is_withheld_or_unknown_is_never_a_number(availability: str) -> None:
    hidden = Figure(None, availability=availability)
    found = only(capital("total", hidden), capital("paid", hidden, MARCH), capital("plan", hidden, Period.year(2023)))
    assert found["budget"]["description"] == f"availability: {availability}"
    assert '"amount":' not in json.dumps(found)
    assert found["metrics"][0]["observations"][0]["notes"] == f"availability: {availability}"


def test_zero_is_a_number() -> None:
    [metric] = only(capital("completed", yuan(0), MARCH))["metrics"]
    assert metric["id"] == "financialProgress"
    assert metric["observations"][0]["value"] == {"amount": 0, "currency": "CNY"}


def test_each_kind_of_capital_is_a_metric_and_running_figures_are_apart() -> None:
    records = [
        capital("completed", yuan(100), MARCH),
        capital("completed", yuan(200), MARCH),
        capital("completed", yuan(300), MARCH, basis="ytd"),
        capital("total", yuan(400), None),
        capital("total", yuan(500), None, effective_from=date(2023, 3, 1)),
        capital("paid", yuan(-5), MARCH),
    ]
    metrics = only(*records)["metrics"]
    found = {metric["id"]: [one["id"] for one in metric["observations"]] for metric in metrics}
    assert found == {
        "total": ["total"],
        "financialProgress": ["2023-03", "2023-03 (2)"],
        "financialProgress-ytd": ["2023-03"],
        "paid": ["2023-03"],
    }
    assert metrics[0]["observations"][0]["value"]["amount"] == 4
    assert only(*records)["budget"]["amount"]["amount"] == 5


@pytest.mark.parametrize("currency", sorted(CURRENCIES_MISSING))
def test_an_amount_in_a_currency_the_standard_does_not_know_stands_in_the_description(currency: str) -> None:
    budget = only(capital("total", yuan(12_345, currency)))["budget"]
    assert budget == {"description": f"amount: 123.45\ncurrency: {currency}"}


def test_amounts_are_written_digit_by_digit() -> None:
    records = [project(), capital("total", yuan(900_000_000_000_000_000)), capital("paid", yuan(10), MARCH)]
    records += [capital("paid", yuan(899_999_999_999_999_999), MARCH), capital("paid", yuan(1, "KWD"), MARCH)]
    text = write_package(package(records, PUBLICATION)).decode()
    for number in (
        '"amount": 9000000000000000,',
        '"amount": 0.1,',
        '"amount": 8999999999999999.99,',
        '"amount": 0.001,',
    ):
        assert number in text


# --- progress, parties, relations, sources --------------------------------------------------------------------------


def test_physical_progress_is_a_percentage_with_its_unit() -> None:
    report = record("review", project="p", on=MARCH, physical=4550, light="yellow", text="结顶")
    [metric] = only(report, record("review", project="p", on=MARCH, text="only words"))["metrics"]
    assert metric["id"] == "physicalProgress"
    first, second = metric["observations"]
    assert first["measure"] == Decimal("45.5")
    assert first["unit"] == {"name": "percent", "scheme": "UNCEFACT", "id": "P1"}
    assert first["notes"] == "light: yellow\ntext: 结顶"
    assert "measure" not in second


def test_the_company_is_a_party_and_companies_without_a_project_are_left_out() -> None:
    records = [
        record("company", name="甲", ids=("统一社会信用代码=91330482", "LEI=5493"), country="JP", role="chain_leader"),
        record("company", name="乙"),
        record("certification", company="甲", certification="little_giant", on=Period.year(2022)),
        project(company="甲"),
    ]
    whole = package(records, PUBLICATION)
    assert mistakes(whole) == []
    [party] = whole["projects"][0]["parties"]
    assert party["identifier"] == {"scheme": "统一社会信用代码", "id": "91330482"}
    assert party["additionalIdentifiers"] == [{"scheme": "LEI", "id": "5493"}]
    assert party["address"] == {"countryName": "Japan"}
    assert party["roles"] == ["funder"]
    assert ("tracker-certification", "little_giant") in {(one["scheme"], one["id"]) for one in party["classifications"]}


def test_relations_and_the_parent_name_the_other_project() -> None:
    records = [
        project(parent="whole"),
        project("whole"),
        record("relation", project="p", relation="replaces", target="gone"),
    ]
    found = package(records, PUBLICATION)["projects"][0]["relatedProjects"]
    assert [(one["relationship"], one["identifier"], one.get("title")) for one in found] == [
        ("replaces", "oc4ids-local-gone", None),
        ("parent", "oc4ids-local-whole", "Plant"),
    ]


def test_every_source_is_a_document_once() -> None:
    records = [
        capital("total", yuan(1), source="Report, https://example.org/a?b=1."),
        capital("paid", yuan(1), MARCH, source="Report, https://example.org/a?b=1."),
        capital("paid", yuan(2), MARCH, source="https://例子.cn/x"),
    ]
    assert only(*records)["documents"] == [
        {"id": "source-1", "title": "Report, https://example.org/a?b=1.", "url": "https://example.org/a?b=1"},
        {"id": "source-2", "title": "https://例子.cn/x"},
    ]


def test_a_package_has_room_for_these_kinds_only() -> None:
    assert set(KINDS) - set(ROOM) == {"indicator", "request", "rate"}
    noise = record("rate", base="USD", counter="CNY", on=date(2023, 1, 1), rate="7")
    assert package([project(), noise], PUBLICATION) == package([project()], PUBLICATION)
