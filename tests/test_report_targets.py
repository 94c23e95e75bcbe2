"""The report on targets: the zone's year, and every figure of it worked out again from what was recorded."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once

REPORT_DAY = "2023-02-28"


def told(run: Run, db: Path, *words: str, today: str = REPORT_DAY) -> list[dict[str, str]]:
    """The rows of `report targets` as a file holds them."""
    return list(csv.DictReader(io.StringIO(asked(run, db, *words, "-f", "csv", today=today).out)))


def asked(run: Run, db: Path, *words: str, today: str = REPORT_DAY) -> Result:
    """What `report targets` says."""
    result = run("--db", db, "report", "targets", *words, today=today, env={"COLUMNS": "200"})
    assert (result.code, result.err) == (0, ""), result.err
    return result


def by_indicator(rows: Sequence[dict[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """The rows by indicator and period."""
    return {(row["indicator"], row["period"]): row for row in rows if not row["subject"].startswith("日本电产")}


def record(run: Run, db: Path, *words: str, today: str = "2023-12-31") -> None:
    """One command that has to succeed."""
    result = run("--db", db, *words, today=today)
    assert result.code == 0, result.err


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """An empty ledger."""
    once(tmp_path / "a.db", lambda: run("--db", tmp_path / "a.db", "init"))
    return tmp_path / "a.db"


# --- the demo -------------------------------------------------------------------------------------------------------


def test_the_zones_year_is_what_the_report_states(run: Run, demo_database: Path) -> None:
    rows = by_indicator(told(run, demo_database))
    figures = {key: row["actual"] or f"target {row['floor']}" for key, row in rows.items()}
    assert figures == {
        ("approved_projects", "2022"): "62",
        ("contracted_foreign", "2022"): "288000000.00 USD",
        ("utilised_foreign", "2022"): "210000000.00 USD",
        ("utilised_domestic", "2022"): "1200000000.00 CNY",
        ("large_projects", "2022"): "5",
        ("filed_projects", "2022"): "17",
        ("output", "2022"): "64500000000.00 CNY",
        ("output_increment", "2023"): "target 10000000000.00 CNY",
        ("rd_spending", "2022"): "over 1400000000.00 CNY",
        ("above_scale_enterprises", "2022"): "254",
        ("little_giants_new", "2022"): "4",
        ("high_tech_new", "2022"): "34",
        ("high_tech_new", "2023"): "target 20",
        ("high_tech", "2023-02"): "158",
        ("tech_sme_new", "2022"): "63",
        ("tech_sme", "2023-02"): "338",
        ("internet_platforms", "2022"): "5",
        ("five_ten_billions", "2023"): "target 5",
        ("生物分离纯化介质", "2023-02"): ">100",
    }
    assert all(row["source"] and row["quote"] for row in rows.values())
    assert "names four" in rows["five_ten_billions", "2023"]["note"]
    assert rows["high_tech_new", "2023"]["base"] == "34"


def test_the_motor_maker_has_a_floor_a_stretch_and_the_base_its_growth_implies(run: Run, demo_database: Path) -> None:
    was, to_be = told(run, demo_database, "--company", "日本电产汽车马达(浙江)有限公司")
    assert (was["actual"], was["growth"]) == ("nearly 3400000000.00 CNY", "0.2574")
    assert (was["base"], was["base_from"]) == ("about 2704000000.00 CNY", "implied")
    assert (to_be["floor"], to_be["stretch"]) == ("4000000000.00 CNY", "5000000000.00 CNY")
    assert (to_be["actual"], to_be["attained"], to_be["needed"], to_be["met"]) == ("", "", "", "")
    assert (to_be["base"], to_be["base_from"]) == ("nearly 3400000000.00 CNY", "recorded")


def test_the_park_was_first_two_years_running(run: Run, demo_database: Path) -> None:
    rows = told(run, demo_database, "--site", "中日(平湖)产业园", "--on", "2020-01-01..2021-12-31")
    assert [(row["period"], row["actual"], row["measure"]) for row in rows] == [
        ("2020", "1", "rank"),
        ("2021", "1", "rank"),
    ]


def test_a_table_says_dash_where_there_is_no_actual_and_prints_the_definitions(run: Run, demo_database: Path) -> None:
    out = asked(run, demo_database, "--on", "2023", "--explain").out
    [line] = [line for line in out.splitlines() if "output increment" in line]
    assert "–" in line
    for words in ("attained = actual ÷ target", "needed a month", "0 of 4 targets have an actual value"):
        assert words in " ".join(out.split())
    assert "nearly" in asked(run, demo_database).out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_format_carries_the_same_rows(run: Run, demo_database: Path, lang: str) -> None:
    out = {
        form: run("--db", demo_database, "--lang", lang, "report", "targets", "-f", form, today=REPORT_DAY).out
        for form in ("csv", "json", "jsonl", "table")
    }
    page = json.loads(out["json"])
    assert page["rows"] == [json.loads(line) for line in out["jsonl"].splitlines()]
    assert len(list(csv.DictReader(io.StringIO(out["csv"])))) == len(page["rows"]) == 21
    assert page["rows"][0]["actual"] == 62
    assert "\x1b" not in out["table"]


# --- arithmetic -----------------------------------------------------------------------------------------------------


def test_every_figure_of_a_year_of_months_is_worked_out_again(run: Run, db: Path) -> None:
    dice = random.Random(7)
    booked: dict[tuple[int, int], int] = {}
    for year in (2022, 2023):
        for month in range(1, 13 if year == 2022 else 9):
            booked[year, month] = dice.randint(1, 10**9)
            fen = booked[year, month]
            amount = f"{fen // 100}.{fen % 100:02d}元"
            record(run, db, "indicator", "record", "zone:区", "output", amount, "--on", f"{year}-{month:02d}")
    record(run, db, "indicator", "target", "区", "output", "60000000元", "--stretch", "9000万元", "--on", "2023")
    for as_of, known, left in (
        (date(2023, 8, 31), 8, Fraction(4)),
        (date(2023, 8, 30), 7, 4 + Fraction(1, 31)),
        (date(2023, 2, 14), 1, 10 + Fraction(14, 28)),
    ):
        [row] = told(run, db, "--as-of", str(as_of), "--on", "2023", today="2023-12-31")
        done = sum(booked[2023, month] for month in range(1, known + 1))
        before = sum(booked[2022, month] for month in range(1, known + 1))
        assert fen_of(row["actual"]) == done
        assert fen_of(row["base"]) == before
        assert row["growth"] == decimals(Fraction(done, before) - 1)
        for goal, suffix in ((60_000_000_00, ""), (90_000_000_00, "_stretch")):
            attained = row["attained" if not suffix else "attained_stretch"]
            assert attained == decimals(Fraction(done, goal))
            assert fen_of(row[f"gap{suffix}"]) == done - goal
            assert fen_of(row[f"needed{suffix}"]) == round(max(Fraction(0), (goal - done) / left))
        assert row["met"] == ("true" if done >= 60_000_000_00 else "false")


def fen_of(text: str) -> int:
    """`1250.50 CNY` in minor units."""
    amount, currency = text.split()
    assert currency == "CNY"
    return int(amount.replace(".", ""))


def decimals(share: Fraction) -> str:
    """A ratio as files hold it."""
    text = f"{round(share * 10**6):+07d}"
    sign, digits = text[0].replace("+", ""), text[1:]
    return f"{sign}{digits[:-6] or '0'}.{digits[-6:]}".rstrip("0").rstrip(".")


def test_a_state_is_not_added_up_and_a_flow_in_two_currencies_is_not_either(run: Run, db: Path) -> None:
    for month, count in (("2023-01", "150家"), ("2023-05", "158家")):
        record(run, db, "indicator", "record", "zone:区", "high_tech", count, "--on", month)
    record(run, db, "indicator", "target", "区", "high_tech", "160家", "--on", "2023")
    record(run, db, "indicator", "record", "区", "utilised_foreign", "1万美元", "--on", "2023-01")
    record(run, db, "indicator", "record", "区", "utilised_foreign", "1万元", "--on", "2023-02")
    record(run, db, "indicator", "target", "区", "utilised_foreign", "5万元", "--on", "2023")
    money, state = told(run, db, "--on", "2023", today="2023-12-31")
    assert (state["actual"], state["actual_of"], state["attained"]) == ("158", "2023-05", "0.9875")
    assert (money["actual"], money["attained"]) == ("", "")


def test_a_target_of_at_most_and_a_rank(run: Run, db: Path) -> None:
    record(run, db, "indicator", "record", "zone:区", "用能强度", "97.5%", "--on", "2023")
    record(run, db, "indicator", "target", "区", "用能强度", "98%", "--at-most", "--on", "2023")
    record(run, db, "indicator", "record", "区", "rank", "4", "--on", "2023")
    record(run, db, "indicator", "target", "区", "rank", "3", "--stretch", "1", "--on", "2023")
    rank, energy = told(run, db, "--on", "2023", today="2023-12-31")
    assert (energy["met"], energy["direction"], energy["gap"]) == ("true", "at_most", "-0.005")
    assert (rank["met"], rank["attained"], rank["gap"], rank["gap_stretch"]) == ("false", "", "1", "3")


def test_an_unknown_actual_is_told_and_compared_with_nothing(run: Run, db: Path) -> None:
    record(run, db, "indicator", "record", "zone:区", "output", "unknown", "--on", "2023")
    record(run, db, "indicator", "target", "区", "output", "1元", "--on", "2023")
    [row] = told(run, db, "--on", "2023", today="2023-12-31")
    assert (row["actual"].strip(), row["attained"], row["met"]) == ("unknown", "", "")
    assert "0 of 1 target has an actual value" in asked(run, db, "--on", "2023", today="2023-12-31").out


def test_a_correction_changes_no_report_of_an_earlier_day_of_knowledge(run: Run, db: Path) -> None:
    record(run, db, "indicator", "record", "zone:区", "output", "5元", "--on", "2023-01", today="2023-02-01")
    words = ("--as-of", "2023-02-28", "--known-on", "2023-02-28")
    before = asked(run, db, *words, today="2023-03-31").out_bytes
    record(run, db, "indicator", "record", "区", "output", "6元", "--on", "2023-01", "--why", "x", today="2023-03-31")
    assert asked(run, db, *words, today="2023-03-31").out_bytes == before
    assert asked(run, db, "--as-of", "2023-02-28", today="2023-03-31").out_bytes != before


def test_filters_choose_the_subjects_of_their_projects(run: Run, db: Path) -> None:
    record(
        run, db, "project", "add", "a", "--company", "甲公司", "--site", "东园", "--chain", "汽车", "--stage", "signed"
    )
    record(run, db, "project", "add", "b", "--company", "东方机械", "--site", "西园", "--chain", "机床")
    for subject in ("zone:区", "甲公司", "东方机械", "东园", "西园", "汽车", "机床"):
        record(run, db, "indicator", "record", subject, "output", "5元", "--on", "2022")

    def subjects(*words: str) -> list[str]:
        return [row["subject"] for row in told(run, db, "--on", "2022", *words, today="2023-12-31")]

    assert set(subjects()) == {"区", "甲公司", "东方机械", "东园", "西园", "汽车", "机床"}
    assert set(subjects("--stage", "signed")) == {"甲公司", "东园", "汽车"}
    assert set(subjects("--site", "西园")) == {"东方机械", "西园", "机床"}
    nothing = run("--db", db, "report", "targets", "--site", "nowhere", today="2023-12-31")
    assert (nothing.code, nothing.out) == (0, "")
    assert "no indicator of these periods" in nothing.err


def test_a_target_is_measured_in_one_currency_at_one_rate_and_as_exactly_as_it_is_known(
    run: Run, tmp_path: Path
) -> None:
    def tracker(words: str) -> Result:
        done = run("--db", tmp_path / "x.db", *words.split(), today="2023-12-31")
        assert done.code == 0, done.err
        return done

    for words in (
        "init",
        "rate set USD CNY 7 --on 2023-06-30",
        "rate set USD CNY 8 --on 2023-12-20",
        "indicator record zone:Z utilised_foreign US$100m --on 2023H1",
        "indicator target zone:Z utilised_foreign US$200m --on 2023",
        "indicator record zone:Z rd_spending 超14亿元 --on 2023",
        "indicator target zone:Z rd_spending 15亿元 --on 2023",
    ):
        tracker(words)
    converted = tracker("report targets --currency CNY").out
    assert all(text in converted for text in ("CNY 800m", "CNY 1.6bn", "50.0%", "1 USD = 8 CNY on 2023-12-20, 11 days"))
    assert "CNY 700m" in tracker("report targets --currency CNY --rate-date 2023-06-30").out
    assert "CNY 800m" in tracker("indicator list --currency CNY").out
    rows = {row["indicator"]: row for row in json.loads(tracker("report targets -f json").out)["rows"]}
    spending = rows["rd_spending"]
    # More than 14 may be more than 15.
    assert (spending["met"], spending["attained_qualifier"]) == (None, "over")
    assert spending["gap"]["amounts"][0]["qualifier"] == "over"
