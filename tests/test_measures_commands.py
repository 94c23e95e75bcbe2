"""The commands around indicators, requests, rates and baselines, as a person types them."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once

TODAY = "2023-03-31"


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """A ledger with two projects of two companies."""
    path = tmp_path / "a.db"

    def make() -> None:
        for words in (
            "init",
            "project add p --company 甲公司 --owner 李 --site 东园 --total 10亿元",
            "project add q --company 东方机械 --owner 王 --total 1亿元",
            "capital record p completed 2亿元 --on 2023-01",
        ):
            done(run("--db", path, *words.split(), today=TODAY))

    once(path, make)
    return path


def done(result: Result) -> Result:
    """The result of a call that has to succeed."""
    assert result.code == 0, result.err
    return result


def rows(result: Result) -> list[dict[str, str]]:
    """The rows of CSV output."""
    return list(csv.DictReader(io.StringIO(done(result).out)))


def test_requests_from_asking_to_closing(run: Run, db: Path) -> None:
    def request(*words: str, today: str = TODAY) -> Result:
        return run("--db", db, "request", *words, today=today)

    done(request("open", "p", "power", "--category", "用电", "--due", "2023-03-10", "--raised", "2023-03-01"))
    done(request("open", "--company", "东方机械", "housing", "--owner", "赵"))
    done(request("open", "q", "road", "--due", "2023-03-20", "--raised", "2023-03-02"))
    said = done(request("answer", "1", "--text", "soon", "--on", "2023-03-04"))
    assert "request 1 answered 2023-03-04, 3 days after it was raised" in said.err
    assert "undo: tracker --db " in said.err
    done(request("close", "3", "--on", "2023-03-12"))
    found = rows(request("list", "-f", "csv"))
    assert [(row["id"], row["overdue"], row["days_open"], row["first_response"], row["closed"]) for row in found] == [
        ("1", "21", "30", "3", ""),
        ("2", "", "0", "", ""),
        ("3", "", "10", "10", "2023-03-12"),
    ]
    assert [row["id"] for row in rows(request("list", "--open", "-f", "csv"))] == ["1", "2"]
    assert [row["id"] for row in rows(request("list", "--overdue", "-f", "csv"))] == ["1"]
    assert [row["id"] for row in rows(request("list", "--owner", "赵", "-f", "csv"))] == ["2"]
    assert [row["id"] for row in rows(request("list", "--site", "东园", "-f", "csv"))] == ["1"]
    table = done(request("list")).out
    assert "3 requests: 2 open, 1 of them overdue" in table
    assert "first response after 6.5 days at the median of 2 that had one" in table
    page = json.loads(done(run("--db", db, "overview", "-f", "json", today=TODAY)).out)
    [late] = [row for row in page["rows"] if row["section"] == "requests"]
    assert (late["code"], late["days"], late["item"]) == ("p", 21, "#1 power · 甲公司")
    done(run("--db", db, "project", "remove", "p", "-y", today=TODAY))
    assert [row["id"] for row in rows(request("list", "-f", "csv"))] == ["2", "3"]
    assert "there is no request 1" in request("answer", "1").err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("request", "open", "p"), 2, "give who asks and what"),
        (("request", "answer", "7"), 2, "there is no request 7"),
        (("indicator", "record", "zone:z", "output", "1元"), 2, "--on 2022"),
        (("indicator", "record", "zone:z", "output", "1元", "--on", "2022", "--grew", "25"), 2, "--grew: “25” is not"),
        (("indicator", "record", "zone:z", "output", "5家", "--on", "2022"), 2, "cannot read “5家”"),
        (("indicator", "target", "zone:z", "output", "--on", "2022"), 2, "give the target"),
        (("rate", "set", "USD", "CNY", "6.9"), 2, "give the day of the rate"),
        (("rate", "set", "XX", "CNY", "6.9", "--on", "2023-01-01"), 2, "CURRENCY"),
        (("rate", "import", "USD"), 2, "--ecb"),
        (("rate", "import", "USD", "--ecb", "--since", "2024-01-01"), 2, "lies after"),
        (("project", "rebaseline", "p", "--why", "x"), 2, "give what the new baseline is"),
        (("project", "rebaseline", "p", "--total", "20亿元"), 1, "give a reason with --why"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_change(
    run: Run, db: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    before = db.read_bytes()
    result = run("--db", db, *words, today=TODAY)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
    assert len(result.err.splitlines()) <= 2
    assert db.read_bytes() == before


def test_rates_are_listed_with_every_digit(run: Run, db: Path) -> None:
    done(
        run("--db", db, "rate", "set", "美元", "人民币", "6.96460", "--on", "2022-12-30", "--source", "S", today=TODAY)
    )
    [row] = rows(run("--db", db, "rate", "list", "usd", "-f", "csv", today=TODAY))
    assert row == {
        "base": "USD", "counter": "CNY", "rate": "6.9646", "on": "2022-12-30", "source": "S", "quote": "", "note": "",
    }  # fmt: skip
    assert rows(run("--db", db, "rate", "list", "JPY", "-f", "csv", today=TODAY)) == []


def test_without_the_extra_nothing_is_imported(run: Run, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "currency_converter", None)
    result = run("--db", db, "rate", "import", "USD", "--ecb", today=TODAY)
    assert result.code == 1
    assert "investment-tracker[fx]" in result.err


def test_completion_is_told_against_the_current_and_the_first_baseline(run: Run, db: Path) -> None:
    def progress(*words: str) -> dict[str, str]:
        return rows(run("--db", db, "progress", "-f", "csv", *words, today=TODAY))[0]

    assert (progress()["cumulative_completion"], progress()["first_completion"]) == ("0.2", "")
    done(
        run(
            "--db", db, "project", "rebaseline", "p", "--total", "20亿元", "--end", "2024-06", "--why", "a second line",
            "--approved", "2023-03-15", today=TODAY,
        )
    )  # fmt: skip
    now, then = progress(), progress("--as-of", "2023-03-14")
    assert (now["cumulative_completion"], now["first_completion"], now["total"]) == ("0.1", "0.2", "2000000000.00")
    assert (then["cumulative_completion"], then["first_completion"], then["total"]) == ("0.2", "", "1000000000.00")
    shown = rows(run("--db", db, "show", "p", "-f", "csv", today=TODAY))
    assert [(row["item"], row["value"], row["on"]) for row in shown if row["section"] == "Baselines"] == [
        ("Version 1", "1000000000.00 CNY", ""),
        ("Version 2", "2000000000.00 CNY", "2023-03-15"),
    ]
    assert ("Cumulative, of the first total", "0.2") in [(row["item"], row["value"]) for row in shown]


def test_the_log_tells_each_of_them_and_undo_takes_it_back(run: Run, db: Path) -> None:
    steps = (
        ("indicator", "record", "zone:区", "output", "5元", "--on", "2022", "--grew", "-3%"),
        ("indicator", "record", "区", "output", "6元", "--on", "2022", "--why", "final"),
        ("indicator", "target", "区", "output", "7元", "--stretch", "8元", "--on", "2023"),
        ("request", "open", "p", "power"),
        ("request", "close", "1", "--text", "done"),
        ("rate", "set", "USD", "CNY", "6.9", "--on", "2022-12-30"),
        ("project", "rebaseline", "p", "--total", "20亿元", "--why", "grew"),
    )
    for words in steps:
        done(run("--db", db, *words, today=TODAY))
    log = rows(run("--db", db, "log", "-f", "csv", today=TODAY))
    told = [(row["subject"], row["what"], row["was"], row["now"]) for row in log]
    for line in (
        ("区", "indicator value", "", "output 2022 CNY 5"),
        ("区", "indicator value: value", "CNY 5", "CNY 6"),
        ("区", "indicator value: growth", "-3%", ""),
        ("区", "indicator value", "", "output 2023 stretch target CNY 8"),
        ("p", "request 1", "", "power"),
        ("p", "request 1: outcome", "", "done"),
        ("", "exchange rate", "", "USD/CNY 2022-12-30 6.9"),
        ("p", "baseline", "", "2 2023-03-31 grew"),
    ):
        assert tuple(part.replace("'", "") for part in line) in [
            tuple(cell.replace("'", "") for cell in one) for one in told
        ]
    for _step in steps:
        done(run("--db", db, "undo", "-y", today=TODAY))
    for listing in (("indicator", "list"), ("request", "list"), ("rate", "list")):
        assert rows(run("--db", db, *listing, "-f", "csv", today=TODAY)) == []
    done(run("--db", db, "database", "check", today=TODAY))


def test_a_dry_run_records_nothing(run: Run, db: Path) -> None:
    before = db.read_bytes()
    for words in (
        ("indicator", "record", "zone:区", "output", "5元", "--on", "2022", "-n"),
        ("request", "open", "p", "power", "-n"),
        ("rate", "set", "USD", "CNY", "6.9", "--on", "2022-12-30", "-n"),
        ("project", "rebaseline", "p", "--total", "20亿元", "--why", "grew", "-n"),
    ):
        assert "dry run: nothing was recorded" in done(run("--db", db, *words, today=TODAY)).err
    assert db.read_bytes() == before
