"""`report speed` says what plain counting makes of the steps of a made-up portfolio."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import exp, log, sqrt
from pathlib import Path
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Result, Run
from tests.recount import STAGES
from tests.synthetic.steps import AddProject
from tracker.database import Database, locate
from tracker.errors import UsageError
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.forecast import speed
from tracker.reports.report import Report

END = date(2023, 6, 30)
LEGS = (("signed", "under_construction"), ("under_construction", "completed"), ("completed", "in_production"))
CODES = ("signed_started", "started_completed", "completed_in_production")
Case = tuple[int, bool, str]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Sixty made-up projects."""
    return locate(str(made_up.ledger(tmp_path_factory)))


class Lives:
    """The stages and ends of all projects as of a day, counted from the steps."""

    def __init__(self, as_of: date) -> None:
        """Tell them from the history of the sixty projects, as known in the end."""
        self.as_of, self.recount = as_of, made_up.recount()
        self.kinds = {step.act.code: step.act.kind for step in made_up.steps() if isinstance(step.act, AddProject)}
        self.chains = {row["code"]: row["chain"] for row in self.recount.table("project")}
        self.conditions = self.recount.conditions(as_of)

    def days(self, code: str) -> dict[str, tuple[date, date]]:
        """The first and last day of each stage that a project has not gone back from."""
        told: list[dict[str, Any]] = []
        for row in self.recount.table("stage", code=code):
            if row["counts"] <= self.as_of:
                told = [one for one in told if STAGES.index(one["stage"]) <= STAGES.index(row["stage"])]
                told.append(row)
        return {row["stage"]: (row["first"], row["last"]) for row in reversed(told)}

    def end(self, code: str) -> tuple[date, date] | None:
        """When a project ended."""
        if self.conditions.get(code) not in ("terminated", "lost", "closed"):
            return None
        last = [row for row in self.recount.table("condition", code=code) if row["counts"] <= self.as_of][-1]
        return last["first"], last["last"]

    def outcome(self, code: str, begin: str, end: str) -> str | Case:
        """What became of a leg: a case, or why there is none."""
        days = self.days(code)
        passed = any(STAGES.index(stage) >= STAGES.index(end) for stage in days)
        if begin not in days:
            return "skipped" if passed else "ahead"
        if end not in days and (passed or self.kinds[code] in ("lease", "acquisition")):
            return "skipped"
        stop = days.get(end) or self.end(code) or (self.as_of, self.as_of)
        if any((last - first).days > 30 for first, last in (days[begin], stop)):
            return "vague"
        return max(0, (stop[1] - days[begin][1]).days), end in days, code

    def cases(self, codes: list[str], begin: str, end: str) -> list[Case]:
        """The cases of a leg."""
        return [one for one in (self.outcome(code, begin, end) for code in codes) if isinstance(one, tuple)]


def remaining(cases: list[Case], upto: int) -> tuple[Fraction, float | None]:
    """The share that takes longer than `upto` days, and Greenwood's sum."""
    share, spread = Fraction(1), 0.0
    for length in sorted({days for days, done, _code in cases if done and days <= upto}):
        at_risk = sum(1 for days, _done, _code in cases if days >= length)
        events = sum(1 for days, done, _code in cases if days == length and done)
        share *= 1 - Fraction(events, at_risk)
        if at_risk == events:
            return share, None
        spread += events / (at_risk * (at_risk - events))
    return share, spread


def quantile(cases: list[Case], left: Fraction) -> int | None:
    """The first length after which no more than `left` remains."""
    lengths = sorted({days for days, done, _code in cases if done})
    return next((days for days in lengths if remaining(cases, days)[0] <= left), None)


def limits(cases: list[Case]) -> tuple[int | None, int | None]:
    """Where the limits of the curve pass one half."""
    low = high = None
    for length in sorted({days for days, done, _code in cases if done}):
        share, spread = remaining(cases, length)
        if spread is not None:
            factor = exp(1.959963984540054 * sqrt(spread) / -log(share))
            low = length if low is None and float(share) ** factor <= 0.5 else low
            high = length if high is None and float(share) ** (1 / factor) <= 0.5 else high
    return low, high


def built(database: Database, as_of: date, by: str, filters: Filters | None = None) -> Report:
    with database.reading() as reader:
        return speed(reader, AsOf(as_of), filters or Filters(), by)


def records(report: Report) -> Iterator[dict[str, Any]]:
    for row in report.rows:
        yield dict(zip([column.key for column in report.columns], row, strict=True))


@pytest.mark.parametrize("as_of", [END, date(2022, 3, 31)])
def test_every_group_is_what_plain_counting_makes_of_it(database: Database, as_of: date) -> None:
    lives = Lives(as_of)
    groups = {chain: [code for code, own in lives.chains.items() if own == chain] for chain in lives.chains.values()}
    # Only projects that had begun by the day are asked about; those without any stage fall to "ahead" either way.
    seen = 0
    for row in records(built(database, as_of, "chain")):
        begin, end = LEGS[CODES.index(row["leg"].code)]
        codes = list(lives.chains) if getattr(row["group"], "code", "") == "all" else groups[row["group"]]
        cases = lives.cases(codes, begin, end)
        done = [case for case in cases if case[1]]
        ended = [case for case in cases if not case[1] and lives.end(case[2])]
        assert (row["cases"], row["finished"], row["ended"]) == (len(cases), len(done), len(ended))
        assert row["running"] == len(cases) - len(done) - len(ended)
        shares = [quantile(cases, Fraction(left, 4)) for left in (3, 2, 1)]
        assert [row[key] for key in ("quartile_1", "median", "quartile_3")] == shares
        assert (row["median_low"], row["median_high"]) == limits(cases)
        assert row["fastest_days"] == min((days for days, _done, _code in done), default=None)
        assert row["slowest_days"] == max((days for days, _done, _code in done), default=None)
        for extreme in ("fastest", "slowest"):
            assert not done or (row[f"{extreme}_days"], True, row[extreme]) in cases
        seen += len(done)
    assert seen > 20


def test_what_is_left_out_is_counted(database: Database) -> None:
    lives = Lives(END)
    report = built(database, END, "none")
    for sentence, (begin, end) in zip(report.coverage, LEGS, strict=True):
        found = [lives.outcome(code, begin, end) for code in lives.chains]
        cases = sum(1 for one in found if isinstance(one, tuple))
        assert f": {cases} cases of 60 projects;" in sentence
        assert f"{found.count('vague')} dated more vaguely" in sentence
        assert f"{found.count('skipped')} that skip" in sentence
        assert f"{found.count('ahead')} that have not come" in sentence
        assert cases + found.count("vague") + found.count("skipped") + found.count("ahead") == 60


def test_same_year_start_is_of_all_signed(database: Database) -> None:
    recount = Lives(END).recount
    signed, same = 0, 0
    for project in recount.table("project"):
        own = [row for row in recount.table("stage", code=project["code"]) if row["counts"] <= END]
        signing = next((row for row in own if row["stage"] == "signed"), None)
        start = next((row for row in own if STAGES.index(row["stage"]) >= STAGES.index("under_construction")), None)
        if signing:
            signed += 1
            years = {day.year for row in (signing, start) if row for day in (row["first"], row["last"])}
            same += start is not None and len(years) == 1
    first, *others = records(built(database, END, "none"))
    assert (first["signed"], first["same_year"]) == (signed, Fraction(same, signed))
    assert all(row["same_year"] is None for row in others)


def test_a_row_a_project_has_its_own_days(database: Database) -> None:
    lives = Lives(END)
    rows = list(records(built(database, END, "project")))
    assert sorted(row["code"] for row in rows) == sorted(lives.chains)
    for row in rows:
        found = [lives.outcome(row["code"], *leg) for leg in LEGS]
        assert [row[code] for code in CODES] == [one[0] if isinstance(one, tuple) and one[1] else None for one in found]
        going = [one[0] for one in found if isinstance(one, tuple) and not one[1] and lives.end(row["code"]) is None]
        assert row["running_days"] == (going[0] if going else None)
        assert (row["running"] is None) == (not going)


def test_an_unknown_grouping_is_refused_with_the_closest(database: Database) -> None:
    with pytest.raises(UsageError, match="did you mean “chain”"):
        built(database, END, "chian")


def test_nothing_matches(database: Database) -> None:
    report = built(database, END, "chain", Filters(owner=("nobody",)))
    assert (report.rows, report.coverage, report.notes, report.empty) == ((), (), (), "no project matches")


def as_of(run: Run, database: Database, *words: str) -> Result:
    return run("--db", database.path, "report", *words, today=END)


def test_the_command_in_every_format_and_language(run: Run, database: Database, tmp_path: Path) -> None:
    page = json.loads(as_of(run, database, "speed", "--by", "none", "-f", "json").out)
    assert [row["leg"] for row in page["rows"]] == list(CODES)
    table = list(csv.DictReader(io.StringIO(as_of(run, database, "speed", "--by", "none", "-f", "csv").out)))
    assert [row["median"] for row in table] == [str(row["median"]) for row in page["rows"]]
    text = run("--db", database.path, "--lang", "zh", "report", "speed", today=END).out
    assert "签约 → 开工" in text
    wrong = as_of(run, database, "speed", "--by", "nothing")
    assert (wrong.code, wrong.out) == (2, "")
    missing = run("--db", tmp_path / "no.db", "report", "speed", today=END)
    assert missing.code == 1


def test_pinghu_is_dated_too_vaguely_to_time(run: Run, demo_database: Path) -> None:
    # The document dates nearly everything to the year: a rate can be told, a duration cannot.
    result = run("--db", demo_database, "report", "speed", "--by", "none", "-f", "json", today="2023-02-28")
    first, *others = json.loads(result.out)["rows"]
    assert (first["cases"], first["median"], first["same_year"], first["signed"]) == (0, None, "0.5", 4)
    assert [row["cases"] for row in others] == [0, 0]


def test_one_case_is_a_case(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "one.db"
    run("--db", db, "init")
    run("--db", db, "project", "add", "bio", "--stage", "signed", "--on", "2023-01")
    assert "1 case of 1 project;" in " ".join(run("--db", db, "report", "speed", "--by", "none").out.split())
