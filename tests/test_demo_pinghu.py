"""The Pinghu portfolio: what the report states, each figure with its words, and nothing more."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tracker import schema
from tracker.commands.init import build
from tracker.database import Database, locate
from tracker.errors import Refused
from tracker.ledger.hash_chain import hashes
from tracker.models.base import OPEN

FILES = sorted((schema.folder("demo") / "pinghu").glob("*.csv"))
REPORT = "《平湖经开：创新奋进开新局 勇毅前行谱新篇》, 2023"
PRESS = ("automation-news.jp, ", "zhichepai.com after Nikkei Asia, ")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def pinghu(request: pytest.FixtureRequest, demo_database: Path) -> Database:
    """The portfolio on either engine; tests only read it."""
    if request.param == "sqlite":
        return locate(str(demo_database))
    server = request.getfixturevalue("postgres")
    database = locate(server.url(server.create()))
    build(database, "pinghu")
    return database


def _ask(database: Database, sql: str) -> Sequence[tuple[Any, ...]]:
    with database.reading() as reader:
        return reader.tuples(sql)


# --- the files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_plain_text_that_any_tool_reads(path: Path) -> None:
    content = path.read_bytes()
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    header, *lines = csv.reader(content.decode().splitlines(), strict=True)
    assert {len(line) for line in lines} == {len(header)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_row_says_where_it_comes_from(path: Path) -> None:
    for row in _rows(path):
        if row["source"] == REPORT:
            assert row["quote"], f"{path.name} {row} quotes nothing"
        else:
            assert row["source"].startswith(PRESS)
            assert not row["quote"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_quotation_stands_whole_and_unmarked(path: Path) -> None:
    for row in _rows(path):
        assert row["quote"] == row["quote"].strip()
        assert "…" not in row["quote"]
        assert "\n" not in row["quote"]


def test_a_person_can_check_each_cell_against_its_quotation() -> None:
    quotes = {(path.stem, row.get("project"), row.get("stage")): row["quote"] for path in FILES for row in _rows(path)}
    assert "总投资25亿元" in quotes["capital", "nidec-flagship", None]
    assert "当年签约、当年开工" in quotes["stages", "nidec-flagship", "under_construction"]
    assert "去年9月租赁" in quotes["stages", "nidec-machine-tool", "in_production"]
    assert "二厂也在建设过程中" in quotes["stages", "bestchrom-2", "under_construction"]
    assert "今年4月" in quotes["milestones", "zhongjin", None]


# --- the ledger -----------------------------------------------------------------------------------------------------


def test_every_project_company_and_relation_is_there_once(pinghu: Database) -> None:
    codes = [code for (code,) in _ask(pinghu, "SELECT code FROM projects")]
    assert sorted(codes) == [
        "bestchrom-2",
        "chuandian-increase",
        "dmg-mori",
        "nidec-flagship",
        "nidec-machine-tool",
        "nidec-read",
        "zhongjin",
    ]
    companies = dict(_ask(pinghu, "SELECT name, founded FROM companies"))
    assert len(companies) == 13
    assert companies["博格隆(浙江)生物技术有限公司"] == 2013
    assert sorted(_ask(pinghu, "SELECT code, relation, target FROM relations")) == [
        ("chuandian-increase", "supports", "nidec-flagship"),
        ("nidec-read", "supports", "nidec-flagship"),
    ]


def test_certifications_are_those_the_report_names(pinghu: Database) -> None:
    found = _ask(
        pinghu,
        "SELECT k.certification, c.name, k.first_day, k.last_day FROM certification AS k "
        f"JOIN company AS c ON c.id = k.company_id AND c.recorded_to = {OPEN} WHERE k.recorded_to = {OPEN}",
    )
    assert {(str(first), str(last)) for _step, _name, first, last in found} == {("2022-01-01", "2022-12-31")}
    assert sorted((step, name) for step, name, _first, _last in found) == [
        ("high_tech", "增家电子"),
        ("high_tech", "菲斯曼"),
        ("high_tech", "诺博汽车"),
        ("little_giant", "博格隆(浙江)生物技术有限公司"),
        ("tech_sme", "勒威半导体"),
        ("tech_sme", "津上精密机床(浙江)有限公司"),
        ("tech_sme", "纳铁福"),
        ("tech_sme", "赫芯"),
    ]


def test_stages_are_as_exact_as_the_report(pinghu: Database) -> None:
    found = _ask(pinghu, "SELECT code, stage, first_day, last_day FROM stages")
    assert sorted((code, stage, f"{first}..{last}") for code, stage, first, last in found) == [
        ("bestchrom-2", "under_construction", "2013-01-01..2023-02-28"),
        ("chuandian-increase", "signed", "2022-01-01..2022-12-31"),
        ("nidec-flagship", "signed", "2022-01-01..2022-12-31"),
        ("nidec-flagship", "under_construction", "2022-01-01..2022-12-31"),
        ("nidec-machine-tool", "in_production", "2022-09-01..2022-09-30"),
        ("nidec-machine-tool", "signed", "2022-01-01..2022-12-31"),
        ("nidec-read", "signed", "2022-01-01..2022-12-31"),
    ]


def test_one_amount_is_known_and_none_is_made_up(pinghu: Database) -> None:
    found = _ask(pinghu, "SELECT code, kind, minor, currency, qualifier, availability, source FROM capital")
    assert list(found) == [("nidec-flagship", "total", 250_000_000_000, "CNY", "exact", "reported", REPORT)]


def test_what_the_trade_press_adds_keeps_its_own_source(pinghu: Database) -> None:
    sql = f"SELECT land, jobs, source, quote, note FROM project WHERE code = 'nidec-flagship' AND recorded_to = {OPEN}"
    [(land, jobs, source, quote, note)] = _ask(pinghu, sql)
    # 1 亩 = 10000/15 m²
    assert land * 10_000 == 72_800 * 15 * 1_000
    assert jobs == 2_500
    assert source == REPORT
    assert "海外单笔最大投资" in quote
    assert all(said in note for said in (*PRESS, "72,800 m²", "109,600 m²", "1,000,000", "about 2,500", "2022-05-23"))


def test_the_flagship_met_its_planned_start_within_the_year(pinghu: Database) -> None:
    found = _ask(pinghu, "SELECT code, milestone, what, first_day, last_day, effective_from, source FROM milestones")
    days = {(code, milestone, what): tuple(map(str, rest)) for code, milestone, what, *rest in found}
    assert days.pop(("zhongjin", "under_construction", "baseline"))[:2] == ("2023-04-01", "2023-04-30")
    begun = days.pop(("nidec-flagship", "under_construction", "actual"))
    assert begun == ("2022-01-01", "2022-12-31", "2022-12-31", REPORT)
    assert {key: rest[:3] for key, rest in days.items()} == {
        ("nidec-flagship", "under_construction", "baseline"): ("2022-10-01", "2022-10-31", "2022-05-23"),
        ("nidec-flagship", "in_production", "baseline"): ("2023-10-01", "2023-10-31", "2022-05-23"),
    }
    assert all(rest[3].startswith(PRESS) for rest in days.values())


def test_it_is_one_sealed_change_of_the_day(pinghu: Database) -> None:
    changes = _ask(pinghu, "SELECT actor, recorded_on, recorded_at, command, origin FROM change WHERE id > 0")
    [(actor, on, at, command, origin)] = changes
    assert (actor, str(on), command, origin) == ("demo", "2023-02-28", "import pinghu", "import")
    moment = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    assert (moment.astimezone(UTC) if moment.tzinfo else moment).date() == date(2023, 2, 28)
    with pinghu.reading() as reader:
        assert [number for number, stored, computed in hashes(reader) if stored != computed] == []


def test_the_files_are_an_export_of_the_ledger(pinghu: Database, run: Run, tmp_path: Path) -> None:
    run("--db", pinghu.target, "export", "all", "-o", tmp_path / "export", today="2023-02-28")
    for path in FILES:
        exported = _rows(tmp_path / "export" / path.name)
        kept = [{name: row[name] for name in _rows(path)[0]} for row in exported]
        written = [row | ({"amount": "2500000000.00"} if path.stem == "capital" else {}) for row in _rows(path)]
        assert sorted(map(repr, kept)) == sorted(map(repr, written)), path.name


# --- building -------------------------------------------------------------------------------------------------------


def test_it_is_never_built_over_anything(tmp_path: Path) -> None:
    database = Database("sqlite", str(tmp_path / "taken.db"))
    database.path.write_text("a letter")
    with pytest.raises(Refused):
        build(database, "pinghu")
    assert database.path.read_text() == "a letter"


def test_a_building_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tracker.importer.apply.attempt", fail)
    with pytest.raises(KeyboardInterrupt):
        build(Database("sqlite", str(tmp_path / "demo.db")), "pinghu")
    assert list(tmp_path.iterdir()) == []
