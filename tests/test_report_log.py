"""`tracker log`: what each change did to records, read only as far as it is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run
from tests.ledgers import Ledger, once, opening
from tracker.database import Reader, locate
from tracker.ledger.store import Store
from tracker.models import table_names, versioned_tables
from tracker.models.label import Label
from tracker.queries import changes

DAY = "2023-02-20"


@pytest.fixture
def ledger(run: Run, sqlite_url: str) -> str:
    """A ledger with one project."""
    step = "project add alpha --name-en Alpha --alias first --total 25亿元 --stage signed --on 2022"
    once(sqlite_url, lambda: _do(run, sqlite_url, step))
    return sqlite_url


def _do(run: Run, db: str, *commands: str) -> None:
    for command in commands:
        result = run("--db", db, *command.split(" "), today=DAY)
        assert result.code == 0, result.err


def _rows(run: Run, db: str, *words: str) -> list[dict[str, Any]]:
    result = run("--db", db, "log", *words, "-f", "json", today=DAY)
    assert result.code == 0, result.err
    rows: list[dict[str, Any]] = json.loads(result.out)["rows"]
    return rows


def _told(rows: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str | None]]:
    return [(row["subject"], row["what"], row["was"], row["now"]) for row in rows]


def test_a_correction_is_one_line_with_its_reason(run: Run, ledger: str) -> None:
    _do(
        run,
        ledger,
        "capital record alpha completed 1200万元 --on 2023-01",
        "capital correct 2 --amount 1300万元 --why 单位",
    )
    [row] = _rows(run, ledger, "--limit", "1")
    assert _told([row]) == [
        (
            "alpha",
            "entry 2 corrected",
            "completed investment CNY 12m 2023-01",
            "completed investment CNY 13m 2023-01",
        )
    ]
    assert (row["reason"], row["origin"], row["change"]) == ("单位", "typed", 3)


def test_a_running_figure_and_a_total_that_holds_from_a_day_say_so(run: Run, ledger: str) -> None:
    _do(
        run,
        ledger,
        "capital record alpha completed 1200万元 --on 2023-01 --ytd",
        "project rebaseline alpha --total 30亿元 --approved 2023-02-10 --why 扩建",
    )
    entries = [row["now"] for row in _rows(run, ledger, "--limit", "2") if row["what"].startswith("entry")]
    assert entries == [
        "total investment CNY 3bn from 2023-02-10",
        "completed investment CNY 12m 2023-01 (year to date)",
    ]


def test_an_undo_says_what_it_ended_and_restored(run: Run, ledger: str) -> None:
    _do(run, ledger, "project edit alpha --owner 张三 --tag 重点", "undo", "project remove alpha -y", "undo")
    rows = _rows(run, ledger)
    undone = [row for row in rows if row["change"] == 3]
    assert _told(undone) == [
        ("alpha", "project: owner", "张三", None),
        ("alpha", "label ended", "tag 重点", None),
    ]
    assert {(row["undoes"], row["origin"]) for row in undone} == {(2, "undo")}
    restored = [row for row in rows if row["change"] == 5]
    assert ("alpha", "entry 1 restored", None, "total investment CNY 2.5bn 2022") in _told(restored)


def test_many_records_of_a_table_are_one_line_and_are_opened_on_request(
    run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(locate(sqlite_url))
    ledger.do(opening("alpha"))

    def many(store: Store) -> None:
        rows = ((1, "tag", f"t{number:04}") for number in range(1_300))
        store.insert_many(Label, ("project_id", "category", "name"), rows)

    ledger.do(many)
    read = 0
    tuples = Reader.tuples

    def counting(self: Reader, *asked: Any) -> Any:
        nonlocal read
        found = tuples(self, *asked)
        read += len(found)
        return found

    monkeypatch.setattr(Reader, "tuples", counting)
    [row] = _rows(run, sqlite_url, "--limit", "1")
    assert (row["what"], row["was"], row["now"]) == ("1,300 labels", None, None)
    assert read < 100, "what is not shown is not read"
    for words in (("--change", "2"), ("--all-rows", "--limit", "1"), ("alpha", "--all-rows", "--limit", "1")):
        assert len(_rows(run, sqlite_url, *words)) == 1_300

    def fewer(store: Store) -> None:
        for number, label in enumerate(store.find(Label, project_id=1)):
            if number < 20:
                store.end(label)
            elif number < 50:
                store.revise(label, value="x")

    ledger.do(fewer)
    [row] = _rows(run, sqlite_url, "--limit", "1")
    assert (row["what"], row["now"]) == ("50 labels", "30 changed, 20 ended")


def test_the_log_of_a_project_is_found_by_each_of_its_names_also_when_it_is_gone(run: Run, ledger: str) -> None:
    _do(run, ledger, "project add beta", "project link beta supports alpha", "project edit alpha --owner 张三")
    for name in ("alpha", "FIRST", "Alpha"):
        assert {row["change"] for row in _rows(run, ledger, name)} == {4, 3, 1}
    _do(run, ledger, "project remove beta -y")
    assert {row["change"] for row in _rows(run, ledger, "beta")} == {5, 3, 2}
    assert {row["change"] for row in _rows(run, ledger, "alpha")} == {5, 4, 3, 1}
    assert {row["change"] for row in _rows(run, ledger, "beta", "--limit", "1")} == {5}
    refused = run("--db", ledger, "log", "alpho", today=DAY)
    assert (refused.code, "there is no project “alpho”; did you mean" in refused.err) == (2, True)
    refused = run("--db", ledger, "log", "--change", "77", today=DAY)
    assert (refused.code, "there is no change 77" in refused.err) == (2, True)


def test_the_names_of_tables_are_known_without_loading_them() -> None:
    assert table_names() == [model.__tablename__ for model in versioned_tables()]


def test_the_log_knows_every_column_of_every_table() -> None:
    for model in versioned_tables():
        table = str(model.__tablename__)
        columns = set(model.model_fields) - {"id", "recorded_from", "recorded_to"}
        if table != "ledger":
            assert set(changes.TABLES[table]) == columns, table


def test_the_log_speaks_the_language_of_its_reader(run: Run, ledger: str) -> None:
    for words in (
        ("project", "add", "p1", "--alias", "老名", "--owner", "李娜"),
        ("project", "add", "p2"),
        ("project", "link", "p1", "supports", "p2"),
        ("project", "edit", "p1", "--owner", "王芳"),
        ("milestone", "plan", "p1", "completed", "2023-09"),
        ("calendar", "add", "2023-10-01"),
        ("calendar", "add", "2023-10-01", "--working"),
    ):
        assert run("--db", ledger, *words, today="2023-04-03").code == 0
    printed = run("--db", ledger, "--lang", "zh", "log", "-f", "csv", today="2023-04-03").out
    for said in ("别名 老名", "项目：责任人,李娜,王芳", "竣工 基线 2023年9月", "放假,调休上班"):
        assert said in printed
    merged = run("--db", ledger, "--lang", "zh", "project", "merge", "p1", "p2", "--keep", "a", today="2023-04-03")
    assert "两者已是同一个项目，彼此的关联不再保留：配套" in merged.err
