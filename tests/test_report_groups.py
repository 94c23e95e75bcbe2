"""Rows of groups and the line of what is counted elsewhere add up to the totals; rates, growth and lights of groups."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.ledgers import NO_CITE, Ledger
from tracker.analysis.rag_status import RULES
from tracker.database import Reader, locate
from tracker.ledger import stages
from tracker.queries.as_of import AsOf, Filters
from tracker.render.widths import cells
from tracker.reports.cluster import by_chain
from tracker.reports.monthly import monthly
from tracker.reports.ranking import ranking
from tracker.reports.report import Amounts, Cell, Kind, Report
from tracker.reports.summary import summary

JUNE = date(2023, 6, 30)
YUAN = 100
Story = Iterable[tuple[str, str]]

FAMILY: Story = (
    ("2022-01-05", "project add par --owner 甲 --chain x --site s --stage signed --on 2022-01-01 --land 100"),
    ("2022-01-05", "project add a --owner 乙 --chain y --site s --parent par --tag 省重点 --tag 外资"),
    ("2022-01-05", "project add b --owner 丙 --chain x --site t --parent par --tag 外资"),
    ("2023-01-05", "capital record par completed 2亿 --on 2022"),
    ("2023-01-05", "capital record par total 10亿"),
    ("2023-01-05", "capital plan par 4亿 --year 2023"),
    ("2023-07-05", "capital record a completed 1亿 --on 2023-06 --ytd"),
    ("2023-07-05", "capital record b completed 1.5亿 --on 2023-06 --ytd"),
)


def told(run: Run, folder: Path, story: Story) -> Path:
    """A ledger in which that was typed, each command on its day."""
    db = folder / "a.db"
    assert run("--db", db, "init", today="2022-01-01").code == 0
    for day, words in story:
        result = run("--db", db, *words.split(" "), today=day)
        assert result.code == 0, (words, result.err)
    return db


def page(run: Run, db: Path, words: str, today: str = "2023-07-15") -> dict[str, Any]:
    result = run("--db", db, *words.split(" "), "-f", "json", today=today)
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def built(db: Path, build: Callable[[Reader, AsOf], Report], as_of: date = JUNE) -> Report:
    with locate(str(db)).reading() as reader:
        return build(reader, AsOf(as_of))


def amount(cell: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Amount in units, currency and qualifier of each figure of a cell."""
    return [(one["amount"].removesuffix(".00"), one["currency"], one["qualifier"]) for one in cell["amounts"]]


def sums(cells: Iterable[Cell]) -> Counter[str]:
    """The minor units of cells by currency; a count is of none."""
    found: Counter[str] = Counter()
    for cell in cells:
        if isinstance(cell, int):
            found[""] += cell
        for figure in cell.figures if isinstance(cell, Amounts) else ():
            if figure.money:
                found[figure.money.currency] += figure.money.minor
    return Counter({key: value for key, value in found.items() if value})


def require_added_up(report: Report, *besides: str) -> int:
    """Rows and the line of what is counted elsewhere are the totals; how many cells that line has."""
    assert report.totals is not None
    elsewhere = report.elsewhere or (None,) * len(report.columns)
    for place, column in enumerate(report.columns):
        if column.kind in (Kind.AMOUNT, Kind.COUNT) and column.key not in besides:
            cells = [row[place] for row in (*report.rows, elsewhere)]
            assert sums(cells) == sums([report.totals[place]]), column.key
    return sum(1 for cell in elsewhere if isinstance(cell, Amounts | int))


GROUPED: dict[str, Callable[[Reader, AsOf], Report]] = {
    "summary": lambda reader, as_of: summary(reader, as_of, Filters(), "owner", "CNY"),
    "summary by site": lambda reader, as_of: summary(reader, as_of, Filters(), "site", "CNY"),
    "summary by tag": lambda reader, as_of: summary(reader, as_of, Filters(), "tag", "CNY"),
    "monthly": lambda reader, as_of: monthly(reader, as_of, Filters(), "owner", RULES["points"], "CNY"),
    "monthly by tag": lambda reader, as_of: monthly(reader, as_of, Filters(), "tag", RULES["points"], "CNY"),
    "monthly of projects": lambda reader, as_of: monthly(reader, as_of, Filters(), "none", RULES["points"], "CNY"),
    "ranking": lambda reader, as_of: ranking(reader, as_of, Filters(), "owner", "completed", "year", "CNY"),
    "chains": lambda reader, as_of: by_chain(reader, as_of, Filters()),
}


@pytest.mark.parametrize("name", GROUPED)
def test_rows_and_what_is_counted_elsewhere_are_the_totals(run: Run, tmp_path: Path, name: str) -> None:
    db = told(run, tmp_path, FAMILY)
    columns = ("per_mu", "rank", "previous_rank", "change")
    assert require_added_up(built(db, GROUPED[name]), *columns) > 0


def test_the_figure_of_a_family_is_that_of_its_parent_in_every_group(run: Run, tmp_path: Path) -> None:
    report = built(told(run, tmp_path, FAMILY), GROUPED["summary"])
    keys = [column.key for column in report.columns]
    year = keys.index("completed_year")
    assert {row[0]: sums([row[year]])["CNY"] for row in report.rows} == {
        "甲": 250_000_000 * YUAN,
        "乙": 100_000_000 * YUAN,
        "丙": 150_000_000 * YUAN,
    }
    assert report.elsewhere
    assert report.totals
    assert sums([report.elsewhere[year]])["CNY"] == -250_000_000 * YUAN
    assert sums([report.totals[year]])["CNY"] == 250_000_000 * YUAN


@pytest.mark.parametrize(
    "words",
    [
        "progress --as-of 2023-06-30",
        "report monthly --month 2023-06",
        "report monthly --month 2023-06 --by owner",
        "summary --by owner --as-of 2023-06-30",
    ],
)
def test_a_plan_of_the_parent_and_the_work_of_its_parts_are_625_percent(run: Run, tmp_path: Path, words: str) -> None:
    found = page(run, told(run, tmp_path, FAMILY), words)
    assert found["totals"]["completion"] == "0.625"
    assert [row["completion"] for row in found["rows"] if row["completion"]] == ["0.625"]


def test_the_family_is_ranked_by_625_percent(run: Run, tmp_path: Path) -> None:
    found = page(run, told(run, tmp_path, FAMILY), "report ranking --by owner --as-of 2023-06-30")
    assert [(row["rank"], row["group"], row["value"]) for row in found["rows"]] == [
        (1, "甲", "0.625"),
        (None, "丙", None),
        (None, "乙", None),
    ]
    assert found["totals"]["value"] == "0.625"


def test_a_parent_of_last_year_and_its_parts_of_this_year_are_4_5(run: Run, tmp_path: Path) -> None:
    db = told(run, tmp_path, FAMILY)
    for words, key in (("progress --as-of 2023-06-30", "cumulative"), ("summary --as-of 2023-06-30", "completed")):
        [(total, currency, _qualifier)] = amount(page(run, db, words)["totals"][key])
        assert (total, currency) == ("450000000", "CNY")
    assert page(run, db, "report cluster --by chain --as-of 2023-06-30")["totals"]["completed"]["amounts"][0][
        "amount"
    ] == ("450000000.00")


# --- existence (rule 13) ---------------------------------------------------------------------------------------------


def test_projects_entered_in_july_are_in_the_report_of_june(run: Run, tmp_path: Path) -> None:
    db = told(
        run,
        tmp_path,
        (
            ("2023-07-05", "project add one"),
            ("2023-07-05", "capital plan one 100m --year 2023"),
            ("2023-07-05", "capital record one completed 60m --on 2023-06 --ytd"),
            ("2023-07-05", "project add two"),
            ("2023-07-05", "capital plan two 100m --year 2023"),
            ("2023-07-05", "milestone plan two under_construction 2023-03 --made 2023-01-10"),
        ),
    )
    found = page(run, db, "report monthly --month 2023-06")
    assert sorted(row["code"] for row in found["rows"]) == ["one", "two"]
    assert amount(found["totals"]["plan"]) == [("200000000", "CNY", "exact")]
    assert found["totals"]["completion"] == "0.3"
    [rates] = [sentence for sentence in found["coverage"] + found["notes"] if sentence.startswith("started of signed")]
    assert "started of planned 0.0% (0/1)" in rates


# --- rates -----------------------------------------------------------------------------------------------------------


RATED: Story = (
    ("2023-01-05", "project add due --owner 甲 --stage signed --on 2023-01-04"),
    ("2023-01-05", "project add early --owner 甲 --stage signed --on 2023-01-04"),
    ("2023-01-05", "project add later --owner 乙 --stage signed --on 2022-03-04"),
    ("2023-01-05", "milestone plan due under_construction 2023-03"),
    ("2023-01-05", "milestone plan early under_construction 2023-10"),
    ("2023-01-05", "milestone plan later under_construction 2023-11"),
    ("2023-05-10", "project stage early under_construction --on 2023-05"),
    ("2023-06-10", "project add dark --owner 乙"),
    ("2023-06-10", "milestone plan dark under_construction 2023-02 --made 2023-01-05"),
    ("2023-06-11", "project stage due under_construction --on 2023-06-02"),
    ("2023-06-12", "project condition later terminated --why 撤资 --on 2023-06-11"),
)


def test_planned_for_the_year_counts_early_starters_and_names_them(run: Run, tmp_path: Path) -> None:
    db = told(run, tmp_path, RATED)
    # A status word of a sheet, without a day.
    Ledger(locate(str(db))).do(
        lambda store: stages.stage(store, "dark", "under_construction", None, None, NO_CITE), today=date(2023, 6, 15)
    )
    found = page(run, db, "report monthly --month 2023-06 --by owner")
    totals = found["totals"]
    assert (totals["started_of_planned_done"], totals["started_of_planned_cohort"]) == (1, 1)
    # Of the three planned for the year one is early; the one that ended stays in the cohort.
    assert (totals["started_of_year_done"], totals["started_of_year_cohort"]) == (2, 3)
    assert totals["started_of_year"] == "0.666667"
    sentences = " ".join(found["coverage"] + found["notes"])
    assert "started of planned 100.0% (1/1), of the whole year 66.7% (2/3), early: early" in sentences
    # A stage on a day not known is in no cohort.
    assert "1 project reached a stage on a day not known and is in no cohort of it" in sentences
    bulletin = page(run, db, "report bulletin --month 2023-06")["rates"]
    assert bulletin["started_of_year"]["rate"]["value"] == "0.666667"
    assert [one["code"] for one in bulletin["started_of_year"]["early"]] == ["early"]
    assert bulletin["undated"] == 1


def test_kept_are_those_of_the_signed_that_started_or_hold(run: Run, tmp_path: Path) -> None:
    story = (*RATED, ("2023-06-13", "project add gone --owner 丙 --stage signed --on 2023-02-01"))
    story = (*story, ("2023-06-14", "project condition gone lost --why 外迁 --on 2023-06-13"))
    totals = page(run, told(run, tmp_path, story), "summary --by owner --as-of 2023-06-30")["totals"]
    # Signed in 2023: due and early started, gone is lost.
    assert totals["kept"] == "0.666667"


FOREIGN: Story = (
    ("2023-01-05", "project add f --owner 甲 --land 100"),
    ("2023-01-05", "project add g --owner 乙"),
    ("2023-01-05", "capital record f total 5000万美元"),
    ("2023-01-05", "capital record f contracted_foreign 2.88亿美元 --on 2022"),
    ("2023-01-05", "capital record f utilised_foreign 2.1亿美元 --on 2022"),
    ("2023-07-05", "capital record g contracted_foreign 1000万美元 --on 2023-06 --ytd"),
    ("2023-07-05", "capital record g utilised_foreign 1200万美元 --on 2023-06 --ytd"),
)


def test_foreign_capital_is_realised_of_the_year_and_since_the_beginning(run: Run, tmp_path: Path) -> None:
    found = page(run, told(run, tmp_path, FOREIGN), "summary --by owner --as-of 2023-06-30")
    rows = {row["group"]: row for row in found["rows"]}
    assert (rows["甲"]["foreign_realised"], rows["甲"]["foreign_realised_year"]) == ("0.729167", None)
    assert rows["乙"]["foreign_realised_year"] == "1.2"
    assert found["totals"]["foreign_realised"] == "0.744966"
    assert [one for one in found["coverage"] if "above 100%" in one] == [
        "Foreign capital realised 2023 is above 100%, check the contracted capital: 乙",
        "Foreign capital realised is above 100%, check the contracted capital: 乙",
    ]
    # 50m US dollars on 100 mu.
    assert amount(rows["甲"]["per_mu"]) == [("500000", "USD", "exact")]


# --- currencies ------------------------------------------------------------------------------------------------------


DOLLARS: Story = (
    ("2023-01-05", "project add u --owner 甲"),
    ("2023-01-05", "capital plan u 40m美元 --year 2023"),
    ("2023-07-05", "capital record u completed 51m美元 --on 2023-06 --ytd"),
    ("2023-07-05", "rate set USD CNY 7.2258 --on 2023-06-28 --source SAFE"),
)


@pytest.mark.parametrize(
    "words",
    ["progress --as-of 2023-06-30", "report monthly --month 2023-06 --by owner", "summary --as-of 2023-06-30"],
)
def test_an_all_dollar_project_stays_at_1275_percent_in_yuan(run: Run, tmp_path: Path, words: str) -> None:
    found = page(run, told(run, tmp_path, DOLLARS), f"{words} --currency CNY")
    assert [row["completion"] for row in found["rows"]] == ["1.275"]
    assert found["totals"]["completion"] == "1.275"
    assert found["coverage"][0] == (
        "converted to CNY at the last rate up to 2023-06-30, ratios of one currency taken in it: "
        "1 USD = 7.2258 CNY on 2023-06-28, 2 days old (SAFE)"
    )


def test_a_group_of_several_currencies_is_measured_at_one_rate(run: Run, tmp_path: Path) -> None:
    story = (
        *DOLLARS,
        ("2023-07-05", "project add c --owner 甲"),
        ("2023-07-05", "capital plan c 1亿 --year 2023"),
        ("2023-07-05", "capital record c completed 5000万 --on 2023-06 --ytd"),
    )
    db = told(run, tmp_path, story)
    rate = Fraction("7.2258")
    expected = (51_000_000 * rate + 50_000_000) / (40_000_000 * rate + 100_000_000)
    for words in ("progress --as-of 2023-06-30", "report ranking --by owner --as-of 2023-06-30"):
        found = page(run, db, f"{words} --currency CNY")
        value = found["totals"].get("completion") or found["totals"]["value"]
        assert Fraction(value) == round(expected, 6)


# --- the year before -------------------------------------------------------------------------------------------------


GROWTH: Story = (
    ("2022-01-05", "project add old --owner 甲 --name-en Old --stage under_construction --on 2021-05"),
    ("2022-07-05", "capital record old completed 1亿 --on 2022-05 --ytd"),
    ("2022-07-05", "capital record old completed 1.3亿 --on 2022-06 --ytd"),
    ("2023-01-05", "capital record old completed 3亿 --on 2022"),
    ("2023-01-05", "capital plan old 2亿 --year 2023"),
    ("2023-02-05", "project add new --owner 甲 --stage signed --on 2023-02-01"),
    ("2023-06-05", "capital record old completed 1.2亿 --on 2023-05 --ytd"),
    ("2023-06-05", "capital record new completed 0.3亿 --on 2023-05 --ytd"),
)


def test_both_years_are_taken_at_the_day_that_this_years_figures_reach(run: Run, tmp_path: Path) -> None:
    db = told(run, tmp_path, GROWTH)
    found = page(run, db, "report monthly --month 2023-06")
    old = next(row for row in found["rows"] if row["code"] == "old")
    # 120m to May against 100m to May, not against the 130m to June.
    assert (old["growth"], amount(old["year_before"])) == ("0.2", [("100000000", "CNY", "exact")])
    # The new one was not signed a year before: that year has nothing of it.
    assert found["totals"]["growth"] == "0.5"
    assert "completed to 2023-05-31, on the year before to 2022-05-31: +50.0%" in found["coverage"] + found["notes"]
    growth = page(run, db, "report bulletin --month 2023-06")["on_year"]
    assert (growth["value"], growth["side"], growth["size"], growth["day"]["last"]) == (
        "0.5",
        "up",
        "50.0%",
        "2023-05-31",
    )
    result = run("--db", db, "--lang", "zh", "report", "bulletin", "--month", "2023-06", today="2023-07-15")
    assert "同比增长50.0%（两年均算至2023年5月31日的同日，上年同期1亿元" in result.out


def test_what_is_not_reported_in_one_of_the_years_is_in_neither(run: Run, tmp_path: Path) -> None:
    story = (
        *GROWTH,
        ("2023-06-06", "project add half --owner 甲 --stage under_construction --on 2021-06"),
        ("2023-06-06", "capital record half completed 9亿 --on 2023-05 --ytd"),
        ("2023-06-06", "project add silent --owner 甲 --stage under_construction --on 2021-06"),
        ("2023-06-06", "capital record silent completed 8亿 --on 2022-05 --ytd"),
    )
    found = page(run, told(run, tmp_path, story), "report monthly --month 2023-06")
    assert found["totals"]["growth"] == "0.5"
    [sentence] = [one for one in found["coverage"] + found["notes"] if "on the year before to" in one]
    assert sentence.endswith("+50.0%; 2 projects not reported to that day in one of the years are in neither")


def test_rates_change_in_points_on_the_year_before(run: Run, tmp_path: Path) -> None:
    db = told(
        run,
        tmp_path,
        (
            ("2022-01-05", "project add a --owner 甲 --stage signed --on 2022-01-04"),
            ("2022-01-05", "project add b --owner 甲 --stage signed --on 2022-01-04"),
            ("2022-03-05", "project stage a under_construction --on 2022-03-01"),
            ("2023-01-05", "project add c --owner 甲 --stage signed --on 2023-01-04"),
            ("2023-03-05", "project stage c under_construction --on 2023-03-01"),
        ),
    )
    found = page(run, db, "report monthly --month 2023-06 --by owner")
    assert (found["totals"]["started_of_signed"], found["totals"]["started_of_signed_change"]) == ("1", "50")
    assert any(
        "started of signed 2023 100.0% (1/1), +50.0 points on the year before (1/2)" in one
        for one in found["coverage"] + found["notes"]
    )


def test_a_ranking_says_the_change_on_the_year_before(run: Run, tmp_path: Path) -> None:
    db = told(run, tmp_path, (*GROWTH, ("2022-01-06", "capital plan old 4亿 --year 2022")))
    found = page(run, db, "report ranking --by owner --measure completed --period year --as-of 2023-06-30")
    [row] = found["rows"]
    assert (amount(row["year_before"]), row["on_year"]) == ([("100000000", "CNY", "exact")], "0.5")
    assert "on year: against 2022-05-31, the day that the figures reach a year before" in found["notes"]
    # 60 % of the plan, a year before 25 %.
    found = page(run, db, "report ranking --by owner --as-of 2023-06-30")
    assert [row["on_year"] for row in found["rows"]] == ["35"]


# --- lights, tags and fields -----------------------------------------------------------------------------------------


LIT: Story = (
    ("2023-01-05", "project field 级别 --type text"),
    ("2023-01-05", "project add a --owner 甲 --tag 省重点 --tag 外资 --field 级别=A"),
    ("2023-01-05", "project add b --owner 甲 --tag 外资 --origin foreign --sector 医药"),
    ("2023-01-05", "project add c --owner 乙"),
    ("2023-01-05", "capital plan a 1亿 --year 2023"),
    ("2023-01-05", "capital plan b 1亿 --year 2023"),
    ("2023-05-31", "capital record a completed 4000万 --on 2023-05 --ytd"),
    ("2023-05-31", "capital record b completed 4000万 --on 2023-05 --ytd"),
    ("2023-06-02", "project review b --light red --on 2023-05"),
    ("2023-06-30", "capital record a completed 6000万 --on 2023-06 --ytd"),
    ("2023-07-01", "capital correct 4 --ytd 1000万 --why 更正"),
)


@pytest.mark.parametrize("words", ["summary --as-of 2023-06-30", "report monthly --month 2023-06"])
def test_lights_are_counted_with_money_and_what_moved_since_last_month(run: Run, tmp_path: Path, words: str) -> None:
    found = page(run, told(run, tmp_path, LIT), f"{words} --by light")
    rows = {row["group"]: row for row in found["rows"]}
    assert {light: (row["projects"], row["before"], row["moved"]) for light, row in rows.items()} == {
        # As it was known at the end of May: the figure corrected in July was 40 % then.
        "green": (1, 2, None),
        "red": (1, 0, ["b from green"]),
        "grey": (1, 1, None),
    }
    assert [column["title"] for column in found["columns"] if column["key"] == "before"] == ["On 2023-05-31"]
    key = "plan_year" if words.startswith("summary") else "plan"
    assert amount(rows["red"][key]) == [("100000000", "CNY", "exact")]
    assert (found["totals"]["projects"], found["totals"]["before"]) == (3, 3)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("judged", {"red": 1, None: 2}),
        ("condition", {"active": 3}),
        ("sector", {"医药": 1, None: 2}),
        ("origin", {"foreign": 1, None: 2}),
        ("kind", {None: 3}),
        ("tag", {"外资": 2, "省重点": 1, None: 1}),
        ("级别", {"A": 1, None: 2}),
    ],
)
@pytest.mark.parametrize("words", ["summary --as-of 2023-06-30", "report monthly --month 2023-06"])
def test_other_groupings_and_fields_of_ones_own(
    run: Run, tmp_path: Path, words: str, by: str, groups: dict[str | None, int]
) -> None:
    found = page(run, told(run, tmp_path, LIT), f"{words} --by {by}")
    assert {row["group"]: row["projects"] for row in found["rows"]} == groups
    assert found["totals"]["projects"] == 3


def test_a_project_with_several_tags_counts_once_in_the_totals(run: Run, tmp_path: Path) -> None:
    report = built(told(run, tmp_path, LIT), GROUPED["summary by tag"])
    assert report.elsewhere
    assert report.elsewhere[:2] == ("counted in several groups, or with the parent", -1)
    require_added_up(report, "per_mu")


def test_a_word_that_is_no_grouping_is_refused_with_the_fields_known(run: Run, tmp_path: Path) -> None:
    result = run("--db", told(run, tmp_path, LIT), "summary", "--by", "lights", today="2023-07-15")
    assert result.code == 2
    assert "cannot group by “lights”; did you mean “light”?" in result.err
    assert "级别" in result.err


# --- the overview ----------------------------------------------------------------------------------------------------


def test_the_overview_is_of_this_year_and_of_projects_that_have_not_ended(run: Run, tmp_path: Path) -> None:
    story = (
        ("2022-01-05", "project add p --stage signed --on 2022-01-04"),
        ("2022-01-05", "project add gone --stage signed --on 2022-01-04"),
        ("2022-01-05", "capital plan p 1亿 --year 2022"),
        ("2023-01-05", "capital plan p 2亿 --year 2023"),
        ("2023-01-05", "capital plan gone 5亿 --year 2023"),
        ("2023-01-05", "capital record p completed 9000万 --on 2022"),
        ("2023-07-05", "capital record p completed 7000万 --on 2023-06 --ytd"),
        ("2023-07-06", "project condition gone terminated --why 撤资 --on 2023-07-05"),
    )
    found = page(run, told(run, tmp_path, story), "overview")
    [year] = [row for row in found["rows"] if row["section"] == "year"]
    assert (amount(year["plan"]), amount(year["completed"])) == (
        [("200000000", "CNY", "exact")],
        [("70000000", "CNY", "exact")],
    )
    assert (year["code"], year["completion"]) == ("CNY", "0.35")
    assert year["item"].startswith("plan 200m · completed 70m · done 35.0% · gap ")


def test_the_overview_says_what_is_red_late_and_not_reported_and_what_changed(run: Run, tmp_path: Path) -> None:
    story = (
        ("2023-01-05", "project add slow --name-en Slow --owner 甲 --stage under_construction --on 2022-06"),
        ("2023-01-05", "project add fine --name-en Fine --owner 乙 --stage under_construction --on 2022-06"),
        ("2023-01-05", "capital plan slow 2亿 --year 2023"),
        ("2023-01-05", "capital plan fine 1000万美元 --year 2023"),
        ("2023-05-05", "capital record slow completed 1000万 --on 2023-04 --ytd"),
        ("2023-06-02", "capital record fine completed 600万美元 --on 2023-05 --ytd"),
        ("2023-06-02", "milestone plan slow completed 2023-05"),
        ("2023-06-16", "milestone plan fine completed 2023-06-30"),
    )
    db = told(run, tmp_path, story)

    def sections(*words: str) -> dict[str, list[dict[str, Any]]]:
        rows = json.loads(run("--db", db, "overview", *words, "-f", "json", today="2023-06-19").out)["rows"]
        return {name: [row for row in rows if row["section"] == name] for name in {row["section"]: 0 for row in rows}}

    found = sections()
    # In this order; 19 June is a Monday, and what was recorded on Friday counts as since the last working day.
    assert list(found) == ["red", "overdue", "due", "not_reported", "changes", "year"]
    assert [(row["code"], row["item"].partition(" · ")[2]) for row in found["red"]] == [("slow", "Slow")]
    assert [(row["code"], row["late"]) for row in found["overdue"]] == [("slow", 19)]
    assert [row["code"] for row in found["due"]] == ["fine"]
    assert [(row["code"], row["item"]) for row in found["not_reported"]] == [("slow", "Slow · figures to 2023-04")]
    assert [(row["code"], row["item"]) for row in found["changes"]] == [("fine", "completed: planned for 2023-06-30")]
    assert [(row["code"], row["completion"]) for row in found["year"]] == [("CNY", "0.05"), ("USD", "0.6")]
    mine = sections("--owner", "乙")
    assert [(name, row["code"]) for name, rows in mine.items() for row in rows] == [
        ("due", "fine"),
        ("changes", "fine"),
        ("year", "USD"),
    ]
    me = run("--db", db, "--owner", "me", today="2023-06-19", env={"TRACKER_OWNER": "乙"})
    assert "Slow" not in me.out
    assert "Fine" in me.out
    unknown = run("--db", db, "--owner", "me", today="2023-06-19")
    assert (unknown.code, "tracker config set owner NAME" in unknown.err) == (2, True)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_overview_has_thirty_lines_at_most(run: Run, tmp_path_factory: pytest.TempPathFactory, lang: str) -> None:
    shown = run("--db", made_up.ledger(tmp_path_factory), "--lang", lang, today=made_up.END, env={"COLUMNS": "80"}).out
    assert len(shown.splitlines()) <= 30
    assert max(map(cells, shown.splitlines())) <= 80
    assert "CNY" in shown.splitlines()[-1] or "CNY" in shown.splitlines()[-2] or "CNY" in shown.splitlines()[-3]


ACROSS: Story = (
    ("2022-11-05", "project add a --stage signed --on 2022-10-01"),
    ("2023-03-05", "capital record a completed 3亿 --on 2022-11..2023-02"),
    ("2023-07-05", "capital record a completed 1亿 --on 2023-06"),
    ("2023-07-05", "capital record a paid 1亿 --on 2022-12..2023-01"),
)


@pytest.mark.parametrize("words", ["progress --as-of 2023-06-30", "report monthly --month 2023-06"])
def test_a_figure_across_the_years_end_is_named_where_it_is_left_out(run: Run, tmp_path: Path, words: str) -> None:
    db = told(run, tmp_path, ACROSS)
    found = page(run, db, words)
    [sentence] = [one for one in found["coverage"] if "across" in one]
    assert sentence == "across the year's end, so in no calendar year: a 2022-11..2023-02 (entry 1)"
    before = page(run, db, words.replace("2023-06-30", "2021-12-31").replace("2023-06", "2021-12"))
    assert not [one for one in before["coverage"] if "across" in one]


def test_what_is_counted_elsewhere_is_as_exact_as_what_it_is_made_of(run: Run, tmp_path: Path) -> None:
    story = [(day, words.replace("completed 1.5亿", "completed 约1.5亿")) for day, words in (*FAMILY,)[:-2]]
    story += [("2023-07-05", "capital record a total 约1亿"), ("2023-07-05", "capital record b total 2亿")]
    db = told(run, tmp_path, story)
    [figure] = page(run, db, "summary --by chain --as-of 2023-06-30")["elsewhere"]["total"]["amounts"]
    assert (figure["amount"], figure["qualifier"]) == ("-100000000.00", "about")


def test_a_warning_names_a_group_without_a_name(run: Run, tmp_path: Path) -> None:
    db = told(
        run,
        tmp_path,
        (
            ("2022-01-05", "project add a --stage signed --on 2022-01-01"),
            ("2023-01-05", "capital record a contracted_foreign 100万美元 --on 2022-02"),
            ("2023-01-05", "capital record a utilised_foreign 200万美元 --on 2022-03"),
        ),
    )
    warning = page(run, db, "summary --by chain --as-of 2023-06-30")["coverage"][-1]
    assert warning.endswith("check the contracted capital: projects without chain")
