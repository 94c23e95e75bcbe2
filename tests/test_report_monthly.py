"""`report monthly` says what plain counting makes of the steps of a made-up portfolio, and says it again later."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.recount import STAGES
from tests.synthetic import steps as act
from tracker.dates import month_end

END = date(2023, 6, 30)
STEPS = made_up.steps()
MONTHS = (END, date(2022, 9, 30))
GROUPS = ("owner", "site", "grid", "chain")
ENDED = ("terminated", "lost", "closed")
RATES = (
    *("started_of_signed", "started_of_planned", "started_of_year", "completed_of_planned", "completed_of_year"),
    *("commissioned_of_planned", "commissioned_of_year"),
)
BUILT = {"under_construction": 5, "completed": 7, "in_production": 8}
Sums = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty made-up projects."""
    return made_up.ledger(tmp_path_factory)


class Counted:
    """One month, counted from the steps."""

    def __init__(self, as_of: date) -> None:
        """As known in the end."""
        self.as_of, self.recount = as_of, made_up.recount()
        rows = self.recount.table("project")
        self.projects = {row["code"]: row for row in rows if self.recount.exists_from(row["code"]) <= as_of}
        self.stages, self.conditions = self.recount.stages(as_of), self.recount.conditions(as_of)
        self.plan, self.own_plan = self.sums("plan", as_of.year), self.own("plan", as_of.year)
        self.year, self.own_year = self.sums("completed", as_of.year), self.own("completed", as_of.year)
        self.month = self.family({code: self.of_month(code, as_of) for code in self.projects})
        self.own_ever, self.own_total, self.own_funds = map(self.own, ("completed", "total", "funds_in_place"))
        self.ever, self.total, self.funds = map(self.sums, ("completed", "total", "funds_in_place"))
        self.shown = [code for code in self.projects if self._shown(code)]

    def own(self, kind: str, year: int | None = None) -> Sums:
        """By project and currency what a project has itself; a project without a known figure is not in it."""
        found: Sums = {}
        for (code, one, currency), minor in self.recount.capital(self.as_of, year).items():
            if one == kind and code in self.projects:
                found.setdefault(code, {})[currency] = minor
        return found

    def sums(self, kind: str, year: int | None = None) -> Sums:
        """The same, with what parts have where the parent has nothing itself, or since the parent's last figure."""
        own = self.own(kind, year)
        found = self.recount.family(self.as_of, year, self.projects)
        return self.family({code: found[code, kind] for code in own})

    def of_month(self, code: str, day: date, first: date | None = None) -> dict[str, int]:
        """What a project itself completed in the month of a day, or from `first` to the end of that month."""
        found = {}
        for currency in {row["currency"] for row in self.recount.table("capital", code=code, kind="completed")}:
            answer = self.recount.series(code, "completed", currency, self.as_of).span(
                first or day.replace(day=1), month_end(day)
            )
            if answer.counts and answer.minor is not None:
                found[currency] = answer.minor
        return found

    def family(self, own: Sums) -> Sums:
        """The figure of each family: the parent's own, else what its parts have."""

        def of(code: str) -> dict[str, int]:
            if own.get(code):
                return own[code]
            sums: dict[str, int] = defaultdict(int)
            for part in self.parts(code):
                for currency, minor in of(part).items():
                    sums[currency] += minor
            return dict(sums)

        return {code: sums for code in self.projects if (sums := of(code))}

    def parts(self, code: str) -> list[str]:
        """The projects right below one."""
        return [one for one, row in self.projects.items() if row["parent"] == code]

    def entries(self, code: str) -> list[dict[str, Any]]:
        """The capital entries of a project."""
        return [row for row in self.recount.counted(self.as_of) if row["code"] == code]

    def is_lacking(self, code: str) -> bool:
        """Whether the figure of the year is unknown or withheld and not known in any currency, of a family too."""
        answers = self.recount.figures(self.as_of, self.as_of.year)
        own = [one.year for (one_code, kind, _c), one in answers.items() if (one_code, kind) == (code, "completed")]
        if code in self.year:
            return False
        return any(one.state in ("lacking", "withheld") for one in own) or any(map(self.is_lacking, self.parts(code)))

    def _shown(self, code: str) -> bool:
        spoken = code in self.plan or code in self.year or self.is_lacking(code)
        return self.conditions.get(code) not in ENDED or spoken

    def pair(self, code: str, part: Sums, own_part: Sums, own_whole: Sums) -> tuple[dict[str, int], dict[str, int]]:
        """What was done of which whole: where that is of the parts, done is that of those parts that have one."""

        def with_whole(one: str) -> list[str]:
            if own_whole.get(one) or not self.parts(one):
                return [one]
            return [deeper for below in self.parts(one) for deeper in with_whole(below) if own_whole.get(deeper)]

        members, whole = with_whole(code), self.family(own_whole).get(code, {})
        if own_part.get(code) or members == [code] or not members:
            return part.get(code, {}), whole
        sums: dict[str, int] = defaultdict(int)
        for one in members:
            for currency, minor in part.get(one, {}).items():
                sums[currency] += minor
        return dict(sums), whole

    def completion(self, code: str) -> Fraction | None:
        """Completed ÷ plan of one project."""
        done, plan = self.pair(code, self.year, self.own_year, self.own_plan)
        if len(plan) != 1 or set(done) != set(plan):
            return None
        [(currency, planned)] = plan.items()
        return Fraction(done[currency], planned) if planned > 0 else None

    def above(self, code: str) -> list[str]:
        """The projects that one is a part of, the nearest first."""
        found = []
        while (parent := self.projects[code]["parent"]) in self.projects:
            found.append(parent)
            code = parent
        return found

    def together(self, codes: Iterable[str], sums: Sums) -> dict[str, int]:
        """The sum over projects, by currency: a parent with a figure stands for its parts."""
        codes, added = set(codes), defaultdict[str, int](int)
        for code in codes:
            if not any(one in codes and sums.get(one) for one in self.above(code)):
                for currency, minor in sums.get(code, {}).items():
                    added[currency] += minor
        return dict(added)

    def families(
        self, codes: Iterable[str], part: Sums, own_part: Sums, own_whole: Sums, *, both: bool
    ) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
        """What families did of which whole, with the whole (and, with `both`, the part) in CNY alone."""
        pairs = {code: self.pair(code, part, own_part, own_whole) for code in codes}
        chosen = {
            code: (done, whole)
            for code, (done, whole) in pairs.items()
            if set(whole) == {"CNY"} and set(done) <= {"CNY"} and (done or not both)
        }
        return {code: pair for code, pair in chosen.items() if not any(one in chosen for one in self.above(code))}

    def share(
        self, codes: Iterable[str], part: Sums, own_part: Sums, own_whole: Sums, *, both: bool
    ) -> Fraction | None:
        """Part ÷ whole of these families together."""
        found = self.families(codes, part, own_part, own_whole, both=both)
        counted = [pair for code, pair in found.items() if both or not self.is_silent(code)]
        wholes = sum(whole["CNY"] for _done, whole in counted)
        done = [done["CNY"] for done, _whole in counted if done]
        return Fraction(sum(done), wholes) if done and wholes > 0 else None

    def is_silent(self, code: str) -> bool:
        """Whether what was completed of the plan is unknown or withheld."""
        done, _plan = self.pair(code, self.year, self.own_year, self.own_plan)
        return not done and self.is_lacking(code)

    # --- rates ---

    def cohort(
        self, codes: Iterable[str], days: dict[str, tuple[date, date]], until: date, at: str | None
    ) -> list[int]:
        """How many have done it, and of how many whose day surely lies between January and `until`."""
        inside = [code for code in codes if code in days and self._within(days[code], until)]
        order = -1 if at is None else BUILT[at]
        now = [STAGES.index(self.stages[code]) if code in self.stages else -1 for code in inside]
        begun = [
            any(STAGES.index(stage) >= BUILT["under_construction"] for stage in self.passed(code)) for code in inside
        ]
        done = begun if at is None else [place >= order for place in now]
        return [sum(done), len(inside)]

    def _within(self, days: tuple[date, date], until: date) -> bool:
        return date(self.as_of.year, 1, 1) <= days[0] and days[1] <= until

    def passed(self, code: str) -> list[str]:
        """The stages a project was ever at."""
        return [row["stage"] for row in self.recount.table("stage", code=code) if row["counts"] <= self.as_of]

    def signed(self) -> dict[str, tuple[date, date]]:
        """When each project was first signed."""
        found: dict[str, tuple[date, date]] = {}
        for row in self.recount.table("stage", stage="signed"):
            if row["counts"] <= self.as_of and row["code"] not in found:
                found[row["code"]] = row["first"], row["last"]
        return found

    def planned(self, milestone: str) -> dict[str, tuple[date, date]]:
        """The baseline of a milestone, by project."""
        days = self.recount.milestones(self.as_of)
        return {
            code: found["baseline"] for (code, name), found in days.items() if name == milestone and "baseline" in found
        }

    def rates(self, codes: list[str]) -> list[list[int]]:
        """Done and cohort of the four, of planned so far and of planned for the year."""
        year_end = date(self.as_of.year, 12, 31)
        found = [self.cohort(codes, self.signed(), year_end, None)]
        for stage in BUILT:
            found += [self.cohort(codes, self.planned(stage), until, stage) for until in (self.as_of, year_end)]
        return found


@cache
def counted_on(as_of: date) -> Counted:
    """Everything of a day, counted once."""
    return Counted(as_of)


def amounts(cell: dict[str, Any]) -> dict[str, int]:
    """The minor units of a cell by currency."""
    digits = {"JPY": 1}
    return {
        one["currency"]: int(Fraction(one["amount"]) * digits.get(one["currency"], 100))
        for one in cell["amounts"]
        if one["amount"] is not None
    }


def near(text: str | None, value: Fraction | None, places: int = 6) -> bool:
    """Whether a number of a file is `value`, rounded as files are."""
    return (text is None) == (value is None) and (value is None or Fraction(str(text)) == round(value, places))


def told(run: Run, db: Path, *words: str) -> dict[str, Any]:
    result = run("--db", db, "report", "monthly", *words, "-f", "json", today="2023-07-15")
    assert result.code == 0, result.err
    page: dict[str, Any] = json.loads(result.out)
    return page


def elapsed(as_of: date) -> Fraction:
    return Fraction(as_of.month, 12)


@pytest.mark.parametrize("as_of", MONTHS, ids=str)
def test_every_project_is_as_plain_python_counts(run: Run, db: Path, as_of: date) -> None:
    page, counted = told(run, db, "--month", f"{as_of:%Y-%m}"), counted_on(as_of)
    assert page["as_of"] == str(as_of)
    assert sorted(row["code"] for row in page["rows"]) == sorted(counted.shown)
    for row in page["rows"]:
        code = row["code"]
        for key, sums in (("plan", counted.plan), ("month", counted.month), ("year_to_date", counted.year)):
            assert amounts(row[key]) == sums.get(code, {}), (code, key)
        completion = counted.completion(code)
        assert near(row["completion"], completion)
        assert near(row["gap"], None if completion is None else 100 * (completion - elapsed(as_of)), 4)
        assert amounts(row["cumulative"]) == counted.ever.get(code, {})
    gaps = [Fraction(row["gap"]) for row in page["rows"] if row["gap"] is not None]
    assert gaps == sorted(gaps)
    assert [row["gap"] for row in page["rows"][len(gaps) :]] == [None] * (len(page["rows"]) - len(gaps))


@pytest.mark.parametrize("as_of", MONTHS, ids=str)
@pytest.mark.parametrize("by", GROUPS)
def test_every_group_and_the_total_are_as_plain_python_adds(run: Run, db: Path, as_of: date, by: str) -> None:
    page, counted = told(run, db, "--month", f"{as_of:%Y-%m}", "--by", by), counted_on(as_of)
    groups = {row[by] for row in counted.projects.values()}
    assert {row["group"] for row in page["rows"]} == groups
    for row, label in [*((row, row["group"]) for row in page["rows"]), (page["totals"], "")]:
        all_of = [code for code, project in counted.projects.items() if label == "" or project[by] == label]
        shown = [code for code in all_of if code in counted.shown]
        assert row["projects"] == len(shown)
        for key, sums in (("plan", counted.plan), ("month", counted.month), ("year_to_date", counted.year)):
            assert amounts(row[key]) == counted.together(shown, sums), (label, key)
        assert near(
            row["completion"], counted.share(shown, counted.year, counted.own_year, counted.own_plan, both=False)
        )
        assert near(
            row["cumulative_completion"],
            counted.share(shown, counted.ever, counted.own_ever, counted.own_total, both=True),
        )
        assert near(
            row["funds_rate"], counted.share(all_of, counted.funds, counted.own_funds, counted.own_total, both=True)
        )
        for name, (done, size) in zip(RATES, counted.rates(all_of), strict=True):
            assert [row[f"{name}_done"], row[f"{name}_cohort"]] == [done, size], (label, name)
            assert near(row[name], Fraction(done, size) if size else None)


def test_the_latest_review_says_how_far_a_project_is(run: Run, db: Path) -> None:
    said: dict[str, tuple[date, int]] = {}
    for step in STEPS:
        report = step.act
        if isinstance(report, act.Report) and report.physical is not None:
            day, _physical = said.get(report.code, (date.min, 0))
            if report.on.last >= day:
                said[report.code] = report.on.last, report.physical
    for row in told(run, db, "--month", "2023-06")["rows"]:
        assert near(row["physical"], Fraction(said[row["code"]][1], 10_000) if row["code"] in said else None)


def test_the_usual_words_of_a_monthly_report(run: Run, tmp_path: Path) -> None:
    # The form of every Chinese report on key projects: of a year's plan of 12亿元 7亿元 were done by the end of June,
    # 58.3 %, 8.3 points ahead of time progress (超时序进度8.3个百分点).
    db = small(run, tmp_path)
    table = run("--db", db, "report", "monthly", "--month", "2023-06", today="2023-07-03").out
    assert "58.3%" in table
    assert "+8.3" in table
    assert "suspended: 资金" in table
    zh = run("--db", db, "--lang", "zh", "report", "monthly", "--month", "2023-06", today="2023-07-03").out
    assert "停缓建" in zh
    assert "7亿元" in zh


def small(run: Run, folder: Path) -> Path:
    """One project with a plan of 12亿元, and 7亿元 done by June."""
    db = folder / "a.db"
    run("--db", db, "init")
    for day, words in (
        ("2023-01-05", "project add a --name 甲 --owner 张三 --total 30亿元 --stage signed --on 2023-01-04"),
        ("2023-01-05", "capital plan a 12亿元 --year 2023"),
        ("2023-05-02", "capital record a completed 5亿元 --on 2023-04"),
        ("2023-07-01", "capital record a completed 2亿元 --on 2023-06"),
        ("2023-07-01", "project condition a suspended --why 资金 --on 2023-06-30"),
    ):
        assert run("--db", db, *words.split(" "), today=day).code == 0
    return db


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
@pytest.mark.parametrize("by", ["none", "owner"])
def test_an_earlier_report_comes_back_byte_for_byte(run: Run, tmp_path: Path, form: str, by: str) -> None:
    db = small(run, tmp_path)

    def printed(today: str, *more: str) -> bytes:
        words = ("report", "monthly", "--month", "2023-06", "--by", by, "-f", form)
        result = run("--db", db, *words, *more, today=today, env={"COLUMNS": "100"})
        assert (result.code, result.err) == (0, "")
        return result.out_bytes

    then, plain = printed("2023-07-03", "--known-on", "2023-07-03"), printed("2023-07-03")
    for words in (
        "capital correct 4 --amount 9亿元 --why 更正",
        "project edit a --owner 李四",
        "capital record a completed 1亿元 --on 2023-05",
        "project review a --physical 40% --text 后补 --on 2023-06",
    ):
        assert run("--db", db, *words.split(" "), today="2023-07-20").code == 0
    assert printed("2023-08-01", "--known-on", "2023-07-03") == then
    if form in ("csv", "jsonl"):
        assert then == plain
    assert printed("2023-08-01") != plain


def test_the_month_is_the_last_one_that_is_over(run: Run, tmp_path: Path) -> None:
    db = small(run, tmp_path)

    def as_of(today: str, *more: str) -> str:
        return str(json.loads(run("--db", db, "report", "monthly", *more, "-f", "json", today=today).out)["as_of"])

    assert as_of("2023-07-31") == "2023-06-30"
    assert as_of("2023-08-01") == "2023-07-31"
    assert as_of("2023-08-20", "--as-of", "2023-06-30") == "2023-06-30"
    assert as_of("2023-08-20", "--as-of", "2023-06-29") == "2023-05-31"
    assert as_of("2023-08-20", "--month", "2023-02") == "2023-02-28"
    assert as_of("2023-08-20", "--month", "2023年2月", "--as-of", "2023-02-28") == "2023-02-28"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--month", "2023"), "--month: “2023” is not a month: write it like 2023-08"),
        (("--month", "2023-08-01"), "is not a month"),
        (("--month", "2023-06", "--as-of", "2023-06-15"), "leave out --as-of"),
        (("--by", "owners"), "cannot group by “owners”; did you mean “owner”?"),
        (("--lights", "slipp"), "there is no rule set “slipp”; did you mean “slip”?"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, tmp_path: Path, words: tuple[str, ...], part: str) -> None:
    result = run("--db", small(run, tmp_path), "report", "monthly", *words, today="2023-07-03")
    assert result.code == 2
    assert part in result.err


def test_the_month_is_drawn_on_a_terminal_alone(run: Run, tmp_path: Path) -> None:
    db = small(run, tmp_path)
    words = ("--db", db, "report", "monthly", "--month", "2023-06")
    assert "█" in run(*words, env={"COLUMNS": "200"}).out
    assert "█" not in run(*words).out
    rows = list(csv.DictReader(io.StringIO(run(*words, "-f", "csv").out)))
    assert "months" not in rows[0]


def test_own_lights_judge_the_month(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tracker.toml").write_text('[lights.strict]\nbase = "slip"\n')
    monkeypatch.chdir(tmp_path)
    db = small(run, tmp_path)
    run("--db", db, "milestone", "plan", "a", "completed", "2023-05", "--made", "2023-01-05", today="2023-01-05")
    page = told(run, db, "--month", "2023-06", "--lights", "strict")
    assert page["rows"][0]["light"] == "yellow"
    assert "completed is 30 days late" in page["rows"][0]["light_reason"]
    assert any("“strict”: yellow beyond 0 days late" in note for note in page["notes"])


def test_targets_of_the_rates_stand_beside_them(run: Run, tmp_path: Path) -> None:
    db = small(run, tmp_path)
    for words in ("开工率 80% --stretch 90%", "产值率 70%"):
        given = f"indicator target zone:平湖 {words} --on 2023 --new".split(" ")
        assert run("--db", db, *given, today="2023-01-05").code == 0
    notes = told(run, db, "--month", "2023-06")["notes"]
    assert "targets 2023: 平湖 开工率 ≥80%, 平湖 开工率 ≥90% (stretch)" in notes
    assert not any("产值率" in sentence for sentence in notes)


def test_nothing_is_said_of_no_project(run: Run, tmp_path: Path) -> None:
    db = small(run, tmp_path)
    result = run("--db", db, "report", "monthly", "--owner", "nobody", today=END + timedelta(3))
    assert (result.code, result.out) == (0, "")
    assert "no project matches" in result.err


def test_the_days_between_which_a_stage_is_planned_are_both_chinese(run: Run, tmp_path: Path) -> None:
    words = ["--lang", "zh", "report", "monthly", "--month", "2023-06", "--explain"]
    printed = run("--db", small(run, tmp_path), *words, today="2023-07-05", env={"COLUMNS": "300"}).out
    assert "基线日期在2023年1月1日至2023年6月30日之间" in printed


def test_without_a_share_no_bar_and_a_grey_light_by_its_name(run: Run, tmp_path: Path) -> None:
    """A first cumulative figure says nothing of the year."""
    db = tmp_path / "a.db"
    for words in (
        "init",
        "project add a --name 甲 --stage under_construction --on 2022-01",
        "capital plan a 8亿 --year 2023",
        "capital record a completed 5亿 --on 2023-06 --cumulative",
        "milestone plan a completed 2023-05",
        "project condition a suspended --why 资金 --on 2023-06",
    ):
        assert run("--db", db, *words.split(), today="2023-07-01").code == 0
    for command in (["progress"], ["report", "monthly"]):
        for lang, name in (("en", "grey"), ("zh", "灰灯")):
            page = run("--db", db, "--lang", lang, *command, today="2023-07-01", env={"COLUMNS": "120"}).out
            [row] = [line for line in page.splitlines() if line.startswith("a ")]
            assert name in row
            assert " " * 20 not in row
    assert "behind the baseline" not in run("--db", db, "show", "a", today="2023-09-01").out
