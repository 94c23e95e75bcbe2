"""`report forecast` says what plain counting makes of the steps of a made-up portfolio, and so does its back-test."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from tests import made_up
from tests.conftest import Run
from tests.test_report_speed import END, LEGS, Case, Lives, quantile, records, remaining
from tracker.database import Database, locate
from tracker.errors import UsageError
from tracker.queries.as_of import AsOf, Filters
from tracker.reports.forecast import forecast
from tracker.reports.report import Report

EARLIER = date(2022, 6, 30)
Days = tuple[date | None, date | None]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Sixty made-up projects."""
    return locate(str(made_up.ledger(tmp_path_factory)))


def built(
    database: Database, as_of: date = END, backtest: date | None = None, filters: Filters | None = None
) -> Report:
    with database.reading() as reader:
        return forecast(reader, AsOf(as_of), filters or Filters(), backtest)


def p50_and_p80(cases: list[Case], begun: date, spent: int) -> Days:
    """When half and four in five of what takes longer than `spent` days is done; nothing from fewer than five."""
    if sum(1 for _days, done, _code in cases if done) < 5:
        return None, None
    left = remaining(cases, spent)[0]
    lengths = [quantile(cases, left * (1 - share)) if left else None for share in (Fraction(1, 2), Fraction(4, 5))]
    p50, p80 = (None if days is None else begun + timedelta(days) for days in lengths)
    return p50, p80


def waiting(lives: Lives) -> dict[tuple[str, str], Days]:
    """What every project under way waits for, with its two days; None for what began nobody knows quite when."""
    found: dict[tuple[str, str], Days] = {}
    for begin, end in LEGS:
        cases = lives.cases(list(lives.chains), begin, end)
        for code in lives.chains:
            days, outcome = lives.days(code), lives.outcome(code, begin, end)
            if lives.end(code) or end in days or outcome in ("skipped", "ahead"):
                continue
            spent = outcome[0] if isinstance(outcome, tuple) else None
            found[code, end] = (None, None) if spent is None else p50_and_p80(cases, days[begin][1], spent)
    return found


@pytest.mark.parametrize("as_of", [END, EARLIER])
def test_every_forecast_is_what_plain_counting_makes_of_it(database: Database, as_of: date) -> None:
    lives = Lives(as_of)
    rows = list(records(built(database, as_of)))
    assert {(row["code"], row["next"].code): (row["p50"], row["p80"]) for row in rows} == waiting(lives)
    assert sum(1 for row in rows if row["p80"]) > 3
    for row in rows:
        assert (row["why"] is None) == (row["p80"] is not None)
        assert not row["p50"] or as_of < row["p50"] <= (row["p80"] or date.max)
    known = [row["p50"] for row in rows if row["p50"]]
    assert known == sorted(known)


def test_the_planned_date_is_the_latest_word_on_the_milestone(database: Database) -> None:
    told = Lives(END).recount.milestones(END)
    compared = 0
    for row in records(built(database)):
        said = told.get((row["code"], row["next"].code), {})
        planned = said.get("forecast", said.get("baseline"))
        assert row["planned"] == planned or (row["planned"].first, row["planned"].last) == planned
        if planned is None or row["p80"] is None:
            assert row["p80_late"] is None
            continue
        inside = planned[0] <= row["p80"] <= planned[1]
        assert row["p80_late"] == (0 if inside else (row["p80"] - planned[1]).days)
        compared += 1
    assert compared > 5


def trials(then: dict[tuple[str, str], Days], now: Lives) -> list[tuple[str, date, tuple[date, date] | None, str]]:
    """Code and next stage with the P80 of the earlier day, and when the stage was reached."""
    return [
        (code, p80, now.days(code).get(end), end)
        for (code, end), (_p50, p80) in then.items()
        if p80 is not None and now.outcome(code, *next(leg for leg in LEGS if leg[1] == end)) != "skipped"
    ]


def test_the_back_test_counts_what_became_of_earlier_forecasts(database: Database) -> None:
    now = Lives(END)
    told = trials(waiting(Lives(EARLIER)), now)
    sentences = [note for note in built(database).notes if note.startswith("back-test as of 2022-06-30")]
    judged = 0
    for sentence, (_begin, stage) in zip(sentences, LEGS, strict=True):
        mine = [(code, p80, reached) for code, p80, reached, end in told if end == stage]
        clear = [one for one in mine if not (one[2] and one[2][0] <= one[1] < one[2][1])]
        due = [one for one in clear if one[1] <= END]
        held = [one for one in due if one[2] and one[2][1] <= one[1]]
        late = [one for one in due if one[2] and one[2][1] > one[1]]
        ended = [one for one in due if one[2] is None and now.end(one[0])]
        finished = [one for one in clear if one[2]]
        kept = [one for one in finished if one[2] and one[2][1] <= one[1]]
        share = f" = {100 * len(held) / len(due):.1f}%" if due else ""
        still = len(due) - len(held) - len(late) - len(ended)
        assert sentence.split(": ", 1)[1].startswith(
            f"of {len(due)} cases whose P80 has gone by it held for {len(held)}{share}"
            f" ({len(late)} late, {still} open, {len(ended)} ended);"
            f" of {len(finished)} finished since, for {len(kept)};"
        )
        assert sentence.endswith(f", {len(mine) - len(clear)} are dated too vaguely")
        judged += len(due)
    assert judged > 3


def test_the_back_test_lists_its_cases(database: Database) -> None:
    then, now = waiting(Lives(EARLIER)), Lives(END)
    rows = list(records(built(database, END, EARLIER)))
    assert {(row["code"], row["next"].code): (row["p50"], row["p80"]) for row in rows} == then
    verdicts = {True: 0, False: 0, None: 0}
    for row in rows:
        reached, p80 = now.days(row["code"]).get(row["next"].code), row["p80"]
        assert reached == (None if row["reached"] is None else (row["reached"].first, row["reached"].last))
        verdicts[row["held"]] += 1
        if p80 is None or row["remark"] == "passed without a record":
            assert row["held"] is None
        elif reached is None:
            assert row["held"] is (False if p80 <= END else None)
        elif reached[1] <= p80:
            assert row["held"] is True
        else:
            assert row["held"] is (False if reached[0] > p80 else None)
    assert min(verdicts.values()) > 0


def test_filters_choose_the_rows_and_not_the_cases(database: Database) -> None:
    everything = {(row["code"], row["next"].code): row for row in records(built(database))}
    chain = next(iter(Lives(END).chains.values()))
    some = list(records(built(database, filters=Filters(chain=(chain,)))))
    assert 0 < len(some) < len(everything)
    assert all(row == everything[row["code"], row["next"].code] for row in some)


def test_a_back_test_looks_back(database: Database) -> None:
    with pytest.raises(UsageError, match="does not look back from 2023-06-30"):
        built(database, END, END)
    assert built(database, date(1, 1, 1)).rows == ()


def test_a_young_portfolio_says_too_few(run: Run, demo_database: Any, tmp_path: Any) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    for number in range(6):
        run("--db", db, "project", "add", f"p{number}", "--stage", "signed", "--on", "2023-01-10", today="2023-03-01")
    for number in range(5):
        if number == 4:
            page = json.loads(run("--db", db, "report", "forecast", "-f", "json", today="2023-03-01").out)
            assert [(row["p80"], row["why"]) for row in page["rows"]] == [(None, "too few (n<5)")] * 6
        day = f"2023-02-{10 + number}"
        run("--db", db, "project", "stage", f"p{number}", "under_construction", "--on", day, today="2023-03-01")
    # Five took 31 to 35 days; the sixth, at 31 days, is one of four.
    page = json.loads(run("--db", db, "report", "forecast", "--as-of", "2023-02-10", "-f", "json").out)
    assert {row["why"] for row in page["rows"]} == {"too few (n<5)"}
    page = json.loads(run("--db", db, "report", "forecast", "--text", "p5", "-f", "json", today="2023-02-20").out)
    assert [(row["p50"], row["why"]) for row in page["rows"]] == [(None, "beyond the longest cases")]
    run("--db", db, "project", "add", "p6", "--stage", "signed", "--on", "2023-02-20", today="2023-03-01")
    run("--db", db, "milestone", "plan", "p6", "under_construction", "2023-03-20", today="2023-03-01")
    page = json.loads(run("--db", db, "report", "forecast", "--text", "p6", "-f", "json", today="2023-03-01").out)
    [row] = page["rows"]
    assert (row["since"], row["spent"], row["planned"]) == ("2023-02-20", 9, "2023-03-20")
    # Seven cases, five of them done after 31 to 35 days, two still under way (9 and 50 days).
    assert (row["p50"], row["p80"]) == ("2023-03-25", "2023-03-27")
    assert (row["p50_late"], row["p80_late"]) == (5, 7)
    result = run("--db", demo_database, "report", "forecast", today="2023-02-28")
    assert "the beginning is dated too vaguely" in result.out


def test_as_known_on_an_earlier_day(run: Run, database: Database) -> None:
    words = ("--db", database.path, "report", "forecast", "--known-on", "2022-06-30", "--as-of", "2022-06-30")
    then = run(*words, "-f", "csv", today="2022-06-30")
    later = run(*words, "-f", "csv", today=END)
    assert (then.code, then.out) == (0, later.out)
    assert then.out.count("\n") > 5
