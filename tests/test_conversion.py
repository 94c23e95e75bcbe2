"""Sums in one currency: exact, at stated rates, or not at all."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.ledgers import once
from tracker.errors import Refused
from tracker.reports.conversion import Converter, Rate

TODAY = "2023-02-28"
# The central parity the State Administration of Foreign Exchange published for 2022-12-30: 1 USD = 6.9646 CNY.
PARITY = Rate("USD", "CNY", date(2022, 12, 30), Fraction("6.9646"), "SAFE")


def test_the_zones_contracted_capital_at_the_parity_of_the_years_end() -> None:
    converter = Converter("CNY", [PARITY])
    assert converter.convert(288_000_000_00, "USD", date(2022, 12, 31)) == 2_005_804_800_00
    assert list(converter.used.values()) == [PARITY]


def test_a_rate_is_turned_round_and_minor_units_are_minded() -> None:
    yen = Rate("JPY", "CNY", date(2022, 12, 30), Fraction("0.052358"), None)
    assert Converter("CNY", [yen]).convert(1_000_000, "JPY", date(2022, 12, 30)) == 52_358_00
    assert Converter("JPY", [yen]).convert(52_358_00, "CNY", date(2022, 12, 30)) == 1_000_000
    assert Converter("CNY", []).convert(5, "CNY", date(2022, 12, 30)) == 5


@pytest.mark.parametrize("day", [date(2022, 12, 29), date(2023, 1, 31)])
def test_no_rate_of_the_month_before_is_no_rate(day: date) -> None:
    with pytest.raises(Refused, match=r"no rate of USD to CNY .* tracker rate set USD CNY RATE"):
        Converter("CNY", [PARITY]).convert(1, "USD", day)
    assert Converter("CNY", [PARITY], date(2022, 12, 30)).convert(100, "USD", day) == Fraction("696.46")


@pytest.fixture
def mixed(run: Run, tmp_path: Path) -> Path:
    db = tmp_path / "a.db"

    def make() -> None:
        run("--db", db, "init")
        run("--db", db, "project", "add", "a", "--chain", "x", "--total", "1亿元", today=TODAY)
        run("--db", db, "project", "add", "b", "--chain", "x", "--total", "近2.88亿美元", "--on", "2022", today=TODAY)

    once(db, make)
    return db


def test_a_report_converts_and_names_its_rates(run: Run, mixed: Path) -> None:
    told = run(
        "--db", mixed, "rate", "set", "USD", "CNY", "6.9646", "--on", "2022-12-30", "--source", "SAFE", today=TODAY
    )
    assert told.code == 0, told.err
    summary = ("--db", mixed, "summary", "--by", "chain", "--currency", "CNY", "-f", "json")
    # The last rate is too old for the day asked about.
    assert "no rate of USD to CNY" in run(*summary, today=TODAY).err
    page = json.loads(run(*summary, "--rate-date", "2022-12-31", today=TODAY).out)
    [total] = page["rows"][0]["total"]["amounts"]
    assert (total["amount"], total["currency"], total["qualifier"]) == ("2105804800.00", "CNY", "nearly")
    assert page["currency"] == "CNY"
    assert page["coverage"][0] == (
        "converted to CNY at the last rate up to 2022-12-31, ratios of one currency taken in it: "
        "1 USD = 6.9646 CNY on 2022-12-30, 1 day old (SAFE)"
    )
    told = run("--db", mixed, "rate", "set", "USD", "CNY", "6.9519", "--on", "2023-02-28", today=TODAY)
    page = json.loads(run(*summary, today=TODAY).out)
    # At the rate of the day asked about, whatever day an entry is of.
    assert page["rows"][0]["total"]["amounts"][0]["amount"] == "2102147200.00"
    assert page["coverage"][0].endswith(": 1 USD = 6.9519 CNY on 2023-02-28")
    words = ("capital", "list", "--currency", "人民币", "--rate-date", "2022-12-30", "-f", "json")
    entries = json.loads(run("--db", mixed, *words, today=TODAY).out)
    amounts = [row["amount"]["amounts"][0]["amount"] for row in entries["rows"]]
    assert amounts == ["100000000.00", "2005804800.00"]


def test_a_missing_rate_refuses_the_whole_report(run: Run, mixed: Path) -> None:
    told = run("--db", mixed, "list", "--currency", "CNY", today=TODAY)
    assert (told.code, told.out) == (1, "")
    assert "no rate of USD to CNY" in told.err
