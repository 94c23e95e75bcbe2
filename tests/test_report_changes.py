"""`tracker changes`: what was recorded between two moments, against plain Python."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.ledgers import once
from tracker.database import locate
from tracker.queries import changes as questions
from tracker.queries.as_of import AsOf, last_change_before
from tracker.reports.changes import totals_of, totals_of_all
from tracker.reports.portfolio import portfolio

BEFORE, AFTER = "2023-02-01", "2023-02-20"


def _do(run: Run, db: str | Path, day: str, *commands: str) -> None:
    for command in commands:
        result = run("--db", db, *command.split(" "), today=day)
        assert result.code == 0, result.err


def _told(run: Run, db: str | Path, *words: str, today: str = AFTER) -> dict[str, list[str]]:
    """The sentences by project; the totals stand under ""."""
    result = run("--db", db, "changes", *words, "-f", "json", today=today)
    assert result.code == 0, result.err
    found: dict[str, list[str]] = defaultdict(list)
    for row in json.loads(result.out)["rows"]:
        found[row["code"]].append(row["sentence"])
    return dict(found)


@pytest.fixture
def office(run: Run, sqlite_url: str) -> str:
    """A ledger of two projects, a milestone and a booked month, all recorded on BEFORE."""
    steps = (
        "project add alpha --name-en Alpha --chain x --total 25亿元 --stage signed --on 2022",
        "project add beta --name-en Beta --chain y --total 8亿元",
        "milestone plan alpha completed 2023-06",
        "capital record alpha completed 1200万元 --on 2023-01",
    )
    once(sqlite_url, lambda: _do(run, sqlite_url, BEFORE, *steps))
    return sqlite_url


def test_each_thing_is_one_sentence(run: Run, office: str) -> None:
    _do(
        run,
        office,
        AFTER,
        "project stage alpha under_construction --on 2023-02-10",
        "capital record alpha paid 300万元 --on 2023-01",
        "capital correct 3 --amount 1300万元 --why 单位",
        "milestone forecast alpha completed 2023-08-15",
        "milestone forecast alpha completed 2023-08-30",
        "milestone plan alpha in_production 2023-12",
        "project condition beta suspended --why 资金",
        "project edit beta --owner 张三 --tag 省重点",
        "project link beta supports alpha",
        "project review alpha --physical 20% --text ok --light yellow",
    )
    assert _told(run, office, "--since", "2023-02-15") == {
        "alpha": [
            "signed → under construction, 2023-02-10",
            "paid 2023-01: CNY 3m booked",
            "completed investment 2023-01: corrected from CNY 12m to CNY 13m",
            "completed: moved from 2023-06 to 2023-08-30, 61 days later",
            "in production: planned for 2023-12",
            "progress report for 2023-02-20: 20%, yellow, ok",
        ],
        "beta": [
            "owner: – → 张三",
            "active → suspended, 2023-02-20 (资金)",
            "tag 省重点 added",
            "now: supports alpha",
        ],
        "": ["Completed investment 2023: CNY 12m → CNY 13m", "Paid 2023: – → CNY 3m"],
    }


def test_the_slip_of_a_published_delay(run: Run, sqlite_url: str) -> None:
    # Berlin Brandenburg Airport: on 25 June 2010 the opening was put off from 30 October 2011 to 3 June 2012 (Berliner
    # Zeitung, chronicle of 29 November 2019, li.2331; the same dates in AWP/cash.ch, October 2020), and it opened on
    # 31 October 2020. The second one's address counts 3,289 days between the first date and that; the 217 are ours.
    _do(run, sqlite_url, "2010-01-04", "project add ber", "milestone plan ber opening 2011-10-30")
    _do(run, sqlite_url, "2010-06-25", "milestone forecast ber opening 2012-06-03")
    assert _told(run, sqlite_url, "--since", "2010-06-01", today="2010-06-25") == {
        "ber": ["opening: moved from 2011-10-30 to 2012-06-03, 217 days later"]
    }
    _do(run, sqlite_url, "2020-10-31", "milestone reach ber opening 2020-10-31")
    assert _told(run, sqlite_url, "--since", "2020-10-31", today="2020-10-31") == {
        "ber": ["opening: reached 2020-10-31, 3289 days late"]
    }


def test_what_was_undone_in_between_is_no_change(run: Run, office: str) -> None:
    _do(run, office, AFTER, "capital record alpha paid 300万元 --on 2023-01", "undo", "project remove beta -y", "undo")
    for form in ("table", "jsonl"):
        result = run("--db", office, "changes", "--since", "2023-02-15", "-f", form, today=AFTER)
        assert (result.code, result.out) == (0, ""), result.out
    assert "nothing was recorded" in result.err


def test_what_was_booked_and_corrected_in_between_is_booked(run: Run, office: str) -> None:
    _do(
        run,
        office,
        AFTER,
        "capital record alpha paid 300万元 --on 2023-01",
        "capital correct 4 --amount 310万元 --why a",
        "capital correct 3 --amount 1300万元 --why a",
        "capital correct 3 --amount 1400万元 --why b",
    )
    told = _told(run, office, "--since", "2023-02-15")["alpha"]
    assert told == [
        "paid 2023-01: CNY 3.1m booked",
        "completed investment 2023-01: corrected from CNY 12m to CNY 14m",
    ]


def test_taking_back_is_told_as_such(run: Run, office: str) -> None:
    _do(run, office, "2023-02-10", "project stage alpha completed --on 2023-02-08")
    _do(
        run,
        office,
        AFTER,
        "project stage alpha under_construction --on 2023-02-18 --why 返工",
        "capital correct 3 --withdraw --why 重复",
        "project remove beta -y",
    )
    assert _told(run, office, "--since", "2023-02-15") == {
        "alpha": [
            "completed → under construction, 2023-02-18 (返工)",
            "completed investment 2023-01: CNY 12m withdrawn",
            "completed: no longer reached (was 2023-02-08)",
        ],
        "beta": ["removed"],
        "": ["Total investment: CNY 3.3bn → CNY 2.5bn", "Completed investment 2023: CNY 12m → –"],
    }


def test_an_undo_of_an_earlier_change_is_a_change(run: Run, office: str) -> None:
    _do(run, office, "2023-02-10", "project stage alpha filed --on 2023-02-08", "project edit beta --owner 李四")
    _do(run, office, AFTER, "undo 5", "undo 6")
    assert _told(run, office, "--since", "2023-02-15") == {
        "alpha": ["“filed” of 2023-02-08 taken back"],
        "beta": ["owner: 李四 → –"],
    }


def test_the_window_is_of_days_or_moments(run: Run, office: str) -> None:
    for moment, owner in (("2023-02-20T01:00:00+00:00", "甲"), ("2023-02-20T03:00:00+00:00", "乙")):
        _do(run, office, moment, f"project edit beta --owner {owner}")
    first, both = ["owner: – → 甲"], ["owner: – → 乙"]
    for words, expected in (
        (("--since", "2023-02-20"), both),
        (("--since", "-1d"), both),
        (("--since", "2023-02", "--until", "2023-02-19"), None),
        (("--since", "2023-02-20", "--until", "2023-02-20"), both),
        (("--since", "2023-02-20T00:30:00Z", "--until", "2023-02-20T02:00:00Z"), first),
        (("--since", "2023-02-20T02:00:00+00:00"), ["owner: 甲 → 乙"]),
        (("--since", "2023-02-20T05:00:00+04:00", "--until", "2023-02-20T07:00+05:00"), first),
    ):
        found = _told(run, office, *words).get("beta")
        if words[1] == "2023-02":
            assert found is not None
            assert found[0] == "opened: Beta"
        else:
            assert found == expected, words


def test_a_window_that_ends_before_it_begins_holds_nothing(run: Run, office: str) -> None:
    assert _told(run, office, "--since", "2023-02-20", "--until", "2023-01-01") == {}


@pytest.mark.parametrize("word", ["yesteryear", "2023-02-20T25:00", ""])
def test_what_is_no_moment_is_refused(run: Run, tmp_path: Path, word: str) -> None:
    result = run("--db", tmp_path / "a.db", "changes", "--since", word, today=AFTER)
    assert result.code == 2
    assert "--since" in result.err


def test_filters_choose_the_projects_and_their_totals(run: Run, office: str) -> None:
    _do(run, office, AFTER, "capital record alpha paid 300万元 --on 2023-01", "project edit beta --owner 张三")
    assert list(_told(run, office, "--since", "2023-02-15", "--chain", "y")) == ["beta"]
    # A project that matched before or matches now is told of.
    assert list(_told(run, office, "--since", "2023-02-15", "--owner", "张三")) == ["beta"]


def test_rows_say_what_was_and_is_and_which_change(run: Run, office: str) -> None:
    _do(run, office, AFTER, "project stage alpha under_construction --on 2023-02-10")
    result = run("--db", office, "changes", "--since", "2023-02-15", "-f", "json", today=AFTER)
    [row] = json.loads(result.out)["rows"]
    assert {key: row[key] for key in ("code", "what", "was", "now", "change")} == {
        "code": "alpha",
        "what": "stage",
        "was": "signed",
        "now": "under_construction",
        "change": 5,
    }
    assert row["when"].startswith("2023-02-20T")


def test_what_was_known_then_bounds_the_window(run: Run, office: str) -> None:
    _do(run, office, "2023-02-16", "project edit beta --owner 甲")
    _do(run, office, AFTER, "project edit beta --owner 乙")
    assert _told(run, office, "--since", "2023-02-15", "--known-on", "2023-02-17") == {"beta": ["owner: – → 甲"]}


# --- what stands under no project -----------------------------------------------------------------------------------


def test_companies_zones_and_rates_are_told_after_the_projects(run: Run, office: str) -> None:
    _do(run, office, BEFORE, "company add 示例公司", "rate set USD CNY 6.9 --on 2023-01-31")
    _do(
        run,
        office,
        AFTER,
        "project edit beta --owner 张三",
        "company edit 示例公司 --country JP --alias Sample",
        "company certify 示例公司 high_tech --on 2022",
        "indicator record zone:Z output 645亿元 --on 2022",
        "indicator target zone:Z output 700亿元 --stretch 750亿元 --on 2023",
        "indicator record 示例公司 output <34亿元 --grew 25.74% --on 2022",
        "request open --company 示例公司 power --due 2023-03-01",
        "rate set USD CNY 7 --on 2023-01-31 --why typo",
        "rate set EUR CNY 7.3 --on 2023-01-31",
        "rate set EUR CNY 7.4 --on 2023-02-17",
    )
    told = _told(run, office, "--since", "2023-02-15")
    assert list(told) == ["beta", "示例公司", "zone:Z", "rates"]
    assert told["示例公司"] == [
        "country: – → Japan",
        "alias Sample added",
        "recognised as national high-tech enterprise, 2022",
        "request “power” opened, due 2023-03-01",
        "output 2022: ≤CNY 3.4bn (25.74% on the year) recorded",
    ]
    assert told["zone:Z"] == [
        "output 2022: CNY 64.5bn recorded",
        "output 2023, target: CNY 70bn recorded",
        "output 2023, stretch target: CNY 75bn recorded",
    ]
    assert told["rates"] == [
        "USD/CNY on 2023-01-31: 6.9 → 7",
        "EUR/CNY: 2 rates recorded, from 2023-01-31 to 2023-02-17, the last 7.4",
    ]


def test_what_is_taken_back_of_them_is_told_as_well(run: Run, office: str) -> None:
    _do(
        run,
        office,
        BEFORE,
        "company add 示例公司",
        "company certify 示例公司 high_tech --on 2022",
        "indicator record zone:Z output 645亿元 --on 2022",
        "rate set USD CNY 6.9 --on 2023-01-31",
        "project edit beta --id 备案代码=1 --tag a",
    )
    _do(run, office, AFTER, "indicator record zone:Z output 650亿元 --on 2022 --why final", "undo 6", "undo 8")
    _do(run, office, AFTER, "project edit beta --id 备案代码=2 --id 另=3 --untag a", "project edit beta --group G")
    assert _told(run, office, "--since", "2023-02-15") == {
        "beta": ["group: – → G", "tag a taken off", "id 备案代码: 1 → 2", "id 另: – → 3"],
        "示例公司": ["no longer recognised as national high-tech enterprise, 2022"],
        "zone:Z": ["output 2022: CNY 64.5bn → CNY 65bn"],
        "rates": ["USD/CNY on 2023-01-31: 6.9 taken back"],
    }


def test_filters_leave_the_companies_of_their_projects_and_the_chains_named(run: Run, office: str) -> None:
    _do(run, office, BEFORE, "company add A", "company add B", "project edit alpha --company A")
    _do(
        run,
        office,
        AFTER,
        *(f"company certify {name} high_tech --on 2022" for name in "AB"),
        *(f"indicator record {name} output 1亿元 --on 2022" for name in ("zone:Z", "chain:x", "chain:y")),
        "rate set USD CNY 6.9 --on 2023-01-31",
    )
    assert list(_told(run, office, "--since", "2023-02-15", "--chain", "x")) == ["A", "chain:x"]
    assert list(_told(run, office, "--since", "2023-02-15")) == ["A", "B", "zone:Z", "chain:x", "chain:y", "rates"]


def test_a_new_baseline_is_one_sentence_with_its_total(run: Run, office: str) -> None:
    _do(run, office, AFTER, "project rebaseline alpha --total 30亿元 --approved 2023-02-18 --why 扩建")
    assert _told(run, office, "--since", "2023-02-15") == {
        "alpha": ["baseline 2 approved 2023-02-18, total CNY 2.5bn → CNY 3bn (扩建)"],
        "": ["Total investment: CNY 3.3bn → CNY 3.8bn"],
    }
    assert _told(run, office, "--since", "2023-02-15", "--as-of", "2023-02-17") == {}
    # Corrected since, it is still the total of that baseline.
    _do(
        run, office, AFTER, "capital correct 4 --amount 31亿元 --why 笔误", "project rebaseline beta --end 2024 --why b"
    )
    assert _told(run, office, "--since", "2023-02-15") == {
        "alpha": ["baseline 2 approved 2023-02-18, total CNY 2.5bn → CNY 3.1bn (扩建)"],
        "beta": ["baseline 2 approved 2023-02-20 (b)", "completed: planned for 2024"],
        "": ["Total investment: CNY 3.3bn → CNY 3.9bn"],
    }
    _do(run, office, "2023-03-01", "undo 6", "undo 5")
    assert _told(run, office, "--since", "2023-03-01", today="2023-03-01") == {
        "alpha": ["baseline 2 taken back, total CNY 3.1bn → CNY 2.5bn"],
        "": ["Total investment: CNY 3.9bn → CNY 3.3bn"],
    }


def test_sums_that_look_alike_are_written_in_full(run: Run, office: str) -> None:
    _do(run, office, AFTER, "capital record beta completed 100元 --on 2023-01")
    assert _told(run, office, "--since", "2023-02-15")[""] == ["Completed investment 2023: CNY 12m → CNY 12,000.1k"]


# --- against plain Python -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "until"), [(date(2022, 1, 10), date(2022, 6, 30)), (date(2023, 3, 15), made_up.END)])
def test_totals_and_moves_are_what_plain_python_counts(
    run: Run, tmp_path_factory: pytest.TempPathFactory, since: date, until: date
) -> None:
    db = made_up.ledger(tmp_path_factory)
    words = ("--since", str(since), "--until", str(until), "--as-of", str(until), "-f", "json")
    rows = json.loads(run("--db", db, "changes", *words, today=made_up.END).out)["rows"]
    eve = date.fromordinal(since.toordinal() - 1)
    _require_same_totals(rows, _sums(eve, until), _sums(until, until))
    told = Counter((row["code"], row["now"]) for row in rows if row["what"] == "stage" and row["now"])
    assert told == _stages(until, until) - _stages(eve, until)
    assert len(told) > 5
    corrected = sum(1 for row in rows if "corrected from" in row["sentence"])
    assert corrected > 0


@pytest.mark.parametrize("since", [date(2022, 3, 1), date(2023, 3, 15), made_up.END])
@pytest.mark.parametrize("as_of", [date(2022, 12, 31), date(2023, 4, 15), made_up.END])
def test_the_totals_of_touched_families_and_the_rest_are_those_of_all_projects(
    tmp_path_factory: pytest.TempPathFactory, since: date, as_of: date
) -> None:
    with locate(str(made_up.ledger(tmp_path_factory))).reading() as reader:
        first = last_change_before(reader, datetime.combine(since, time(), UTC))
        before, after = AsOf(as_of, known=first), AsOf(as_of)
        found = questions.differences(reader, after, first, after.known)
        touched = {row.id if row.table == "project" else row.values.get("project_id") or 0 for row in found} - {0}
        sides = portfolio(reader, before), portfolio(reader, after)
        every = totals_of_all(reader, before, after, touched)
        assert every is not None
        assert list(every) == list(totals_of(reader, before, after, touched, *sides))


def _sums(known_on: date, as_of: date) -> dict[tuple[str, str], int]:
    """The totals in force, and of the other kinds what there is of the year."""
    told = made_up.recount(known_on)
    ever, year = told.together(as_of), told.together(as_of, as_of.year)
    return {key: minor for key, minor in ever.items() if key[0] == "total"} | {
        key: minor for key, minor in year.items() if key[0] != "total"
    }


def _stages(known_on: date, as_of: date) -> Counter[tuple[str, str]]:
    events = made_up.recount(known_on).table("stage")
    return Counter((row["code"], row["stage"]) for row in events if row["counts"] <= as_of)


def _require_same_totals(
    rows: list[dict[str, Any]], was: dict[tuple[str, str], int], now: dict[tuple[str, str], int]
) -> None:
    told = [row for row in rows if row["what"].startswith("sum:")]
    assert {row["what"].removeprefix("sum:") for row in told} == {
        kind for kind, currency in was.keys() | now.keys() if was.get((kind, currency)) != now.get((kind, currency))
    }
    for row in told:
        for side, expected in (("was", was), ("now", now)):
            found = {one["currency"]: int(one["amount"].replace(".", "")) for one in row[side]["amounts"]}
            assert found == {
                currency: minor for (kind, currency), minor in expected.items() if f"sum:{kind}" == row["what"]
            }


def test_scripts_read_the_same_in_every_language_but_for_the_sentence(run: Run, sqlite_url: str) -> None:
    for words in (
        "project add zm --name 主 --stage signed --on 2025-01 --land 109.2 --owner 李",
        "project add b --name 配 --stage signed --on 2025-03",
    ):
        assert run("--db", sqlite_url, *words.split(), today="2026-11-02").code == 0
    for words in (
        "project edit zm --land 80.5 --kind expansion --country DE --tag 重点",
        "project stage b under_construction --on 2026-10",
        "project link b supports zm",
        "project review zm --on 2026-10 --physical 45.5 --light yellow --text 正常",
        "project follow zm 电话 --next 2026-11-27",
        "project condition b suspended --why 资金 --on 2026-11",
        "milestone plan zm completed 2027-06",
        "capital record zm completed 3亿 --on 2026-10 --ytd",
        "rate set USD CNY 7.1 --on 2026-11-01",
        "request open zm 增容 --category power --due 2026-12-01",
        "indicator record zone:平湖 output 近34亿元 --on 2025",
        "indicator target zone:平湖 high_tech_new 20 --stretch 25 --on 2026",
    ):
        assert run("--db", sqlite_url, *words.split(), today="2026-11-10").code == 0, words

    def rows(lang: str) -> list[dict[str, Any]]:
        words = ("--db", sqlite_url, "--lang", lang, "changes", "--since", "2026-11-10", "-f", "json")
        return [row | {"sentence": ""} for row in json.loads(run(*words, today="2026-11-10").out)["rows"]]

    assert rows("zh") == rows("en")
    assert len(rows("en")) > 15
    # Days in what is printed for people follow the language.
    for command in (["log"], ["changes", "--since", "2026-11-10"]):
        printed = run("--db", sqlite_url, "--lang", "zh", *command, today="2026-11-10").out
        assert "2026年11月27日" in printed
        assert "2026-11-27" not in printed
        assert "USD/CNY 2026年11月1日" in printed
