"""`report earned-value` says what plain arithmetic makes of the steps of a made-up portfolio."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.recount import STAGES
from tests.test_report_monthly import ENDED, Counted, amounts, counted_on, near

DAYS = (date(2023, 6, 30), date(2022, 8, 17))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty made-up projects."""
    return made_up.ledger(tmp_path_factory)


def told(run: Run, db: Path, *words: str) -> dict[str, Any]:
    result = run("--db", db, "report", "earned-value", *words, "-f", "json", today="2023-07-15")
    assert result.code == 0, result.err
    page: dict[str, Any] = json.loads(result.out)
    return page


def gone(day: date) -> Fraction:
    """The months of its year gone by: whole ones at a month's end, else by days."""
    days = [date(day.year, month, 1) for month in range(1, 13)] + [date(day.year + 1, 1, 1)]
    for month in range(12):
        if (days[month + 1] - day).days == 1:
            return Fraction(month + 1)
    return Fraction(12 * ((day - days[0]).days + 1), (days[12] - days[0]).days)


class Earned:
    """Planned, earned and paid of one project with its parts, from the rows of the recount."""

    def __init__(self, counted: Counted, code: str) -> None:
        """Everything in minor units of the project's own currency."""
        self.counted, self.code, self.as_of = counted, code, counted.as_of
        self.members = [code, *(one for one in counted.projects if code in counted.above(one))]
        years = {row["first"].year for row in self.of("plan")}
        plans = {year: sums for year in sorted(years) if (sums := counted.sums("plan", year).get(code))}
        kinds = (counted.total, counted.ever, counted.sums("paid"))
        self.said = bac, ev, ac = tuple(sums.get(code, {}) for sums in kinds)
        currency = next((next(iter(sums)) for sums in (bac, ev, *plans.values()) if len(sums) == 1), "")
        self.bac, self.ev, self.ac = (sums.get(currency) if len(sums) == 1 else None for sums in (bac, ev, ac))
        self.plans: dict[int, int] = {year: sums[currency] for year, sums in plans.items() if set(sums) == {currency}}
        self.planned = bool(plans) and len(self.plans) == len(plans) and self.worked() <= set(self.plans)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a kind, those of the parts too."""
        return [row for code in self.members for row in self.counted.entries(code) if row["kind"] == kind]

    def worked(self) -> set[int]:
        """The years from the first in which something was completed to the last: of the parts, where nothing itself."""
        rows = [row for row in self.of("completed") if row["code"] == self.code] or self.of("completed")
        years = {row[end].year for row in rows for end in ("first", "last")}
        for row in rows:
            if row["basis"] == "cumulative":
                begun = self.counted.recount.begun(row["code"])
                # Without a beginning it is not known which years had to be planned.
                years.add(begun.year if begun else 0)
        return set(range(min(years), max(years) + 1)) if years else set()

    def months(self) -> Iterator[Fraction]:
        """The planned value at the end of each month from the first plan year on, beginning with nothing."""
        value = Fraction(0)
        yield value
        for year in range(min(self.plans), max(self.plans) + 1):
            for _month in range(12):
                value += Fraction(self.plans.get(year, 0), 12)
                yield value

    @property
    def pv(self) -> Fraction | None:
        """Past years whole, this one by the time gone by."""
        if not self.planned:
            return None
        past = sum(plan for year, plan in self.plans.items() if year < self.as_of.year)
        return past + self.plans.get(self.as_of.year, 0) * gone(self.as_of) / 12

    @property
    def es(self) -> Fraction | None:
        """The month whose planned value is earned, and the part of the next."""
        if not self.planned or self.ev is None:
            return None
        points = list(self.months())
        if self.ev > points[-1] or not points[-1]:
            return None
        if self.ev == points[-1]:
            return Fraction(min(month for month, value in enumerate(points) if value == points[-1]))
        whole = max(month for month, value in enumerate(points) if value <= self.ev)
        return whole + (self.ev - points[whole]) / (points[whole + 1] - points[whole])

    @property
    def at(self) -> Fraction | None:
        """Months since the first plan year began, to completion, end or today."""
        if not self.planned:
            return None
        day = max(self.stop(), date(min(self.plans), 1, 1))
        months: Fraction = 12 * (day.year - min(self.plans)) + gone(day)
        return months

    def stop(self) -> date:
        """The last day on which the project's time counts."""
        stages = self.happened("stage")
        built = [row for row in stages if row["stage"] in ("completed", "in_production", "at_capacity")]
        last: date = self.as_of
        if stages and STAGES.index(stages[-1]["stage"]) >= STAGES.index("completed"):
            # The first time it was at the earliest of these stages.
            last = min(built, key=lambda row: STAGES.index(row["stage"]))["last"]
        elif self.counted.conditions.get(self.code) in ENDED:
            last = self.happened("condition")[-1]["last"]
        return min(self.as_of, last)

    def happened(self, table: str) -> list[dict[str, Any]]:
        """The stages or conditions so far."""
        return [row for row in self.counted.recount.table(table, code=self.code) if row["counts"] <= self.as_of]


def over(one: Any, other: Any) -> Fraction | None:
    return None if one is None or other is None or other <= 0 else Fraction(one) / other


def less(one: Any, other: Any) -> Fraction | None:
    return None if one is None or other is None else Fraction(one - other)


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_every_project_is_as_plain_python_works_it_out(run: Run, db: Path, as_of: date) -> None:
    page, counted = told(run, db, "--as-of", str(as_of)), counted_on(as_of)
    expected = {code: Earned(counted, code) for code in counted.projects}
    shown = {code for code, one in expected.items() if one.planned or one.said[1] or one.said[2]}
    assert {row["code"] for row in page["rows"]} == shown
    for row in page["rows"]:
        one = expected[row["code"]]
        cpi = over(one.ev, one.ac)
        eac = over(one.bac, cpi)
        assert tuple(amounts(row[name]) for name in ("bac", "ev", "ac")) == one.said, row["code"]
        money = {"pv": one.pv, "sv": less(one.ev, one.pv), "cv": less(one.ev, one.ac)}
        money |= {"eac": eac, "etc": less(eac, one.ac), "vac": less(one.bac, eac)}
        for name, amount in money.items():
            assert list(amounts(row[name]).values()) == ([] if amount is None else [round(amount)]), (row["code"], name)
        plain = {"spi": over(one.ev, one.pv), "cpi": cpi, "tcpi": over(less(one.bac, one.ev), less(one.bac, one.ac))}
        plain |= {"es": one.es, "at": one.at, "sv_t": less(one.es, one.at), "spi_t": over(one.es, one.at)}
        for name, number in plain.items():
            assert near(row[name], number), (row["code"], name)


def test_the_total_adds_only_what_may_be_added(run: Run, db: Path) -> None:
    page, counted = told(run, db, "--as-of", str(DAYS[0])), counted_on(DAYS[0])
    codes = [row["code"] for row in page["rows"]]
    for name in ("bac", "pv", "ev", "ac"):
        sums = {row["code"]: amounts(row[name]) for row in page["rows"] if amounts(row[name])}
        assert amounts(page["totals"][name]) == counted.together(codes, sums), name
    # Several currencies: neither a difference nor an index of all.
    assert page["totals"]["spi"] is None
    assert page["totals"]["sv"]["amounts"] == []


def test_one_currency_gives_the_index_of_all(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path)
    run("--db", db, "project", "add", "b", "--total", "1000元", today="2022-12-01")
    run("--db", db, "capital", "record", "b", "completed", "700元", "--on", "2023-03", today="2023-04-01")
    page = told(run, db, "--as-of", "2023-09-30")
    assert amounts(page["totals"]["ev"]) == {"CNY": 320_000}
    # The one without a plan and payments is in neither index.
    assert near(page["totals"]["spi"], Fraction(2500, 3000))
    assert near(page["totals"]["cpi"], Fraction(2500, 2800))
    assert amounts(page["totals"]["sv"]) == {"CNY": -50_000}


def fence(run: Run, folder: Path, paid: str = "2800", completed: str = "2023-12") -> Path:
    """Mulcahy's fence (PMP Exam Prep) as a year of four quarters: at the end of the third PV 3000, EV 2500, AC 2800."""
    db = folder / "a.db"
    run("--db", db, "init")
    words = ["project add a --total 4000元", "capital plan a 4000元 --year 2023"]
    words += [
        f"milestone plan a completed {completed} --made 2022-12-01",
        "capital record a completed 2500元 --on 2023H1",
    ]
    # Nothing was completed before it was signed.
    words += ["project stage a signed --on 2023-01-01"]
    words += [f"capital record a paid {paid}元 --on 2023H1"] if paid else []
    for word, day in zip(words, ["2022-12-01"] * 3 + ["2023-07-03"] * 3, strict=False):
        assert run("--db", db, *word.split(" "), today=day).code == 0
    return db


def test_the_fence_of_mulcahy_in_a_ledger(run: Run, tmp_path: Path) -> None:
    [row] = told(run, fence(run, tmp_path), "--as-of", "2023-09-30")["rows"]
    money = {name: amounts(row[name])["CNY"] // 100 for name in ("pv", "ev", "ac", "sv", "cv", "eac", "etc", "vac")}
    assert money == {
        "pv": 3000,
        "ev": 2500,
        "ac": 2800,
        "sv": -500,
        "cv": -300,
        "eac": 4480,
        "etc": 1680,
        "vac": -480,
    }
    assert (row["spi"], row["cpi"], row["tcpi"]) == ("0.833333", "0.892857", "1.25")
    # 2,500 was due after seven and a half of the nine months; twelve months at that pace are 14.4.
    assert (row["es"], row["at"], row["sv_t"], row["spi_t"]) == ("7.5", "9", "-1.5", "0.833333")
    assert row["forecast_end"] == "2024-03-13"


def test_a_day_gone_by_is_no_forecast_of_what_is_not_completed(run: Run, tmp_path: Path) -> None:
    # Six months at 0.83 are 7.2: early in August, and at the end of September it is not completed.
    september = told(run, fence(run, tmp_path, completed="2023-06"), "--as-of", "2023-09-30")
    assert september["rows"][0]["spi_t"] == "0.833333"
    assert september["rows"][0]["forecast_end"] is None
    reason = "1 project without a forecast end: not completed, and the day by its schedule so far has gone by"
    assert reason in september["coverage"]


def test_without_payments_there_is_no_cost_index(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path, paid="")
    [row] = told(run, db, "--as-of", "2023-09-30")["rows"]
    assert [row[name] for name in ("cpi", "tcpi")] == [None, None]
    assert [row[name]["amounts"] for name in ("ac", "cv", "eac", "etc", "vac")] == [[]] * 5
    table = run(
        "--db", db, "report", "earned-value", "--as-of", "2023-09-30", "--columns", "+cpi", today="2023-10-01"
    ).out
    assert "1.00" not in table


def test_one_project_month_by_month_ends_in_the_same_figures(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path)
    page = told(run, db, "a", "--as-of", "2023-09-15")
    days = [row["day"] for row in page["rows"]]
    assert (days[0], days[-2:], len(days)) == ("2023-01-31", ["2023-08-31", "2023-09-15"], 9)
    [row] = told(run, db, "--as-of", "2023-09-15")["rows"]
    last = {key: value for key, value in page["rows"][-1].items() if key != "day"}
    assert last == {key: row[key] for key in last}
    for earlier in page["rows"][:-1]:
        [then] = told(run, db, "--as-of", earlier["day"])["rows"]
        assert earlier["spi"] == then["spi"]
        assert earlier["ev"] == then["ev"]


def test_months_of_the_made_up_projects_are_those_of_the_report_of_that_day(run: Run, db: Path) -> None:
    day = "2022-12-31"
    then = {row["code"]: row for row in told(run, db, "--as-of", day)["rows"]}
    checked = 0
    for code in list(then)[::6]:
        rows = {row["day"]: row for row in told(run, db, code, "--as-of", "2023-06-30")["rows"]}
        if day in rows:
            checked += 1
            for key in ("bac", "pv", "ev", "ac", "spi", "es", "at"):
                assert rows[day][key] == then[code][key], (code, key)
    assert checked > 1


def test_the_curve_is_drawn_on_a_terminal_alone(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path)
    words = ("--db", db, "report", "earned-value", "a", "--as-of", "2023-09-30")
    for width in (60, 80, 160):
        drawn = run(*words, env={"COLUMNS": str(width)}).out
        assert "● completed  ○ forecast  · plan" in drawn
        assert max(len(line) for line in drawn.splitlines()) <= width
        assert "2023-01" in drawn
    assert "●" not in run(*words).out
    assert "●" not in run(*words, "-f", "csv", env={"COLUMNS": "100"}).out


def test_a_plan_and_no_figure_earn_nothing_known_and_a_reported_zero_earns_zero(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path)
    for words in ("project add silent", "capital plan silent 1000元 --year 2023", "project add nought"):
        assert run("--db", db, *words.split(" "), today="2023-01-05").code == 0
    run("--db", db, "capital", "plan", "nought", "1000元", "--year", "2023", today="2023-01-05")
    run("--db", db, "capital", "record", "nought", "completed", "0元", "--on", "2023-09", "--ytd", today="2023-10-05")
    rows = {row["code"]: row for row in told(run, db, "--as-of", "2023-09-30")["rows"]}
    silent, nought = rows["silent"], rows["nought"]
    assert amounts(silent["pv"]) == {"CNY": 75_000}
    assert silent["ev"]["amounts"] == silent["sv"]["amounts"] == []
    assert [silent[name] for name in ("spi", "es", "sv_t", "spi_t", "forecast_end")] == [None] * 5
    assert (amounts(nought["ev"]), nought["spi"]) == ({"CNY": 0}, "0")


def test_what_is_at_least_stays_that_in_the_total(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path)
    for words in (
        "project add b --stage under_construction --on 2022-03",
        "capital plan b 1000元 --year 2023",
        "capital record b completed 600元 --on 2023-09 --ytd",
    ):
        assert run("--db", db, *words.split(" "), today="2023-10-05").code == 0
    page = told(run, db, "--as-of", "2023-09-30")
    [row] = [row for row in page["rows"] if row["code"] == "b"]
    assert (row["sv"]["state"], page["totals"]["sv"]["state"]) == ("partial", "partial")


def test_a_cumulative_figure_is_not_measured_by_the_plan_of_one_year(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    run("--db", db, "init", today="2023-01-01")
    for words in (
        "project add a --stage under_construction --on 2021-03",
        "capital plan a 2亿 --year 2023",
        "project add b",
        "capital plan b 2亿 --year 2023",
    ):
        assert run("--db", db, *words.split(" "), today="2023-01-05").code == 0
    for code in "ab":
        figure = ("capital", "record", code, "completed", "5亿", "--on", "2023-06", "--cumulative")
        assert run("--db", db, *figure, today="2023-07-05").code == 0
    for row in told(run, db, "--as-of", "2023-06-30")["rows"]:
        assert amounts(row["ev"]) == {"CNY": 50_000_000_000}
        assert (row["pv"]["amounts"], row["spi"], row["spi_t"]) == ([], None, None)


def test_earned_value_is_measured_in_its_own_currency(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "u.db"
    run("--db", db, "init", today="2023-01-01")
    for day, words in (
        ("2023-01-05", "project add u"),
        ("2023-01-05", "capital plan u 40m美元 --year 2023"),
        ("2023-07-05", "capital record u completed 25.5m美元 --on 2023-06 --ytd"),
        ("2023-07-05", "rate set USD CNY 7.2258 --on 2023-06-28"),
    ):
        assert run("--db", db, *words.split(" "), today=day).code == 0
    page = told(run, db, "--as-of", "2023-06-30", "--currency", "CNY")
    assert [row["spi"] for row in (*page["rows"], page["totals"])] == ["1.275", "1.275"]
    assert amounts(page["totals"]["pv"]) == {"CNY": 20_000_000 * 72258 // 100}


def test_an_unknown_project_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("--db", fence(run, tmp_path), "report", "earned-value", "aa")
    assert result.code == 2
    assert "aa" in result.err


def test_a_project_without_figures_has_none(run: Run, tmp_path: Path) -> None:
    db = fence(run, tmp_path)
    run("--db", db, "project", "add", "bare", today="2023-01-01")
    result = run("--db", db, "report", "earned-value", "bare", today="2023-10-01")
    assert (result.code, result.out) == (0, "")
    assert "bare has no plan, completed capital or payments" in result.err
