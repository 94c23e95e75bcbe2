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

from tests.conftest import Run
from tests.recount import STAGES, Recount
from tests.test_report_speed import sixty_projects
from tracker.commands import report_monthly
from tracker.demo import steps as act
from tracker.demo.synthetic import generate
from tracker.reports.grouping import GROUPS

END = date(2023, 6, 30)
STEPS = generate(60, 7)
MONTHS = (END, date(2022, 9, 30))
ENDED = ("terminated", "lost", "closed")
BUILT = {"under_construction": 5, "completed": 7, "in_production": 8}
Sums = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty made-up projects."""
    return sixty_projects(tmp_path_factory).path


class Counted:
    """One month, counted from the steps."""

    def __init__(self, as_of: date) -> None:
        """As known in the end."""
        self.as_of, self.recount = as_of, Recount(STEPS, END)
        self._counted = list(self.recount.counted(as_of))
        self.projects = {row["code"]: row for row in self.recount.table("project") if self._exists(row["code"])}
        self.stages, self.conditions = self.recount.stages(as_of), self.recount.conditions(as_of)
        january = date(as_of.year, 1, 1)
        self.plan = self.sums("plan", january, date(as_of.year, 12, 31))
        self.month = self.sums("completed", as_of.replace(day=1), as_of)
        self.year = self.sums("completed", january, date(as_of.year, 12, 31))
        self.ever = self.sums("completed")
        self.total = self.sums("total")
        self.funds = self.sums("funds_in_place")
        self.shown = [code for code in self.projects if self._shown(code)]

    def _exists(self, code: str) -> bool:
        days = [step.recorded_on for step in STEPS if isinstance(step.act, act.AddProject) and step.act.code == code]
        days += [row["counts"] for row in self.recount.table("stage", code=code)]
        days += [row["counts"] for row in self.entries(code) if row["kind"] not in ("plan", "total")]
        return min(days) <= self.as_of

    def entries(self, code: str) -> list[dict[str, Any]]:
        """The capital entries of a project."""
        return [row for row in self._counted if row["code"] == code]

    def sums(self, kind: str, first: date | None = None, last: date | None = None) -> Sums:
        """By project and currency, entries without amount left out; a project without any entry is not in it."""
        found: Sums = {}
        for code in self.projects:
            for row in self.entries(code):
                inside = (
                    first is None or last is None or (row["first"] and first <= row["first"] <= row["last"] <= last)
                )
                if row["kind"] == kind and row["counts"] <= self.as_of and inside:
                    sums = found.setdefault(code, {})
                    if row["minor"] is not None:
                        sums[row["currency"]] = sums.get(row["currency"], 0) + row["minor"]
        return found

    def _shown(self, code: str) -> bool:
        return self.conditions.get(code) not in ENDED or code in self.plan or code in self.year

    def completion(self, code: str) -> Fraction | None:
        """Completed ÷ plan of one project."""
        if len(self.plan.get(code, {})) != 1 or (code in self.year and not self.year[code]):
            return None
        [(currency, plan)] = self.plan[code].items()
        return Fraction(self.year.get(code, {}).get(currency, 0), plan) if plan > 0 else None

    def together(self, codes: Iterable[str], sums: Sums) -> dict[str, int]:
        """The sum over projects, by currency: a parent with a figure stands for its parts."""
        codes, added = set(codes), defaultdict[str, int](int)
        for code in codes:
            above, covered = self.projects[code]["parent"], False
            while above is not None:
                covered = covered or (above in codes and bool(sums.get(above)))
                above = self.projects[above]["parent"] if above in self.projects else None
            for currency, minor in () if covered else sums.get(code, {}).items():
                added[currency] += minor
        return dict(added)

    def share(self, codes: Iterable[str], part: Sums, whole: Sums, *, both: bool) -> Fraction | None:
        """Part ÷ whole in CNY over the projects with the whole (and, with `both`, the part) in CNY alone."""
        chosen = [code for code in codes if self._in_yuan(code, part, whole, both=both)]
        wholes = self.together(chosen, whole).get("CNY", 0)
        return Fraction(self.together(chosen, part).get("CNY", 0), wholes) if wholes > 0 else None

    def _in_yuan(self, code: str, part: Sums, whole: Sums, *, both: bool) -> bool:
        has = set(whole.get(code, {})) == {"CNY"} and set(part.get(code, {})) <= {"CNY"}
        return has and (not both or bool(part.get(code)))

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
        """Done and cohort of the four."""
        return [
            self.cohort(codes, self.signed(), date(self.as_of.year, 12, 31), None),
            self.cohort_started(codes),
            self.cohort(codes, self.planned("completed"), self.as_of, "completed"),
            self.cohort(codes, self.planned("in_production"), self.as_of, "in_production"),
        ]

    def cohort_started(self, codes: list[str]) -> list[int]:
        """Started of those planned to start."""
        return self.cohort(codes, self.planned("under_construction"), self.as_of, "under_construction")


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
        assert near(row["completion"], counted.share(shown, counted.year, counted.plan, both=False))
        assert near(row["cumulative_completion"], counted.share(shown, counted.ever, counted.total, both=True))
        assert near(row["funds_rate"], counted.share(all_of, counted.funds, counted.total, both=True))
        for name, (done, size) in zip(
            ("started_of_signed", "started_of_planned", "completed_of_planned", "commissioned_of_planned"),
            counted.rates(all_of),
            strict=True,
        ):
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
        (("--month", "2023"), "--month: “2023” is no month: write it like 2023-08"),
        (("--month", "2023-08-01"), "is no month"),
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
    coverage = told(run, db, "--month", "2023-06")["coverage"]
    assert "targets 2023: 平湖 开工率 ≥80%, 平湖 开工率 ≥90% (stretch)" in coverage
    assert not any("产值率" in sentence for sentence in coverage)


def test_the_words_of_the_command_are_those_of_the_report() -> None:
    assert set(report_monthly.GROUPINGS) == {*GROUPS, "none"}


def test_nothing_is_said_of_no_project(run: Run, tmp_path: Path) -> None:
    db = small(run, tmp_path)
    result = run("--db", db, "report", "monthly", "--owner", "nobody", today=END + timedelta(3))
    assert (result.code, result.out) == (0, "")
    assert "no project matches" in result.err
