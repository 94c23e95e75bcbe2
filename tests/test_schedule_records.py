"""Schedules in the ledger, their runs beside it, and from where the next run counts: on either engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.ledgers import Ledger, opening, undoing
from tracker.database import locate
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.ledger.schedules import Delivered, NewSchedule, RunRecord, add, record_run, remove, schedule_name
from tracker.queries import schedules as questions
from tracker.queries.as_of import AsOf
from tracker.queries.schedules import Watermark

NEW = NewSchedule("weekly", "0 8 * * MON", ("progress", "changes"), "zh", phrase="每周一 8点", zone="Asia/Shanghai")
ASKED = AsOf(date(2023, 3, 31))
AT = datetime(2023, 3, 31, 12, tzinfo=UTC)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger whose change 1 opened a project and whose change 2 made the schedule."""
    found = Ledger(locate(ledger_url))
    found.do(opening("p"))
    found.do(lambda book: add(book, NEW))
    return found


def recorded(ledger: Ledger, result: str, first: int, last: int, *deliveries: Delivered, at: datetime = AT) -> int:
    """Record a run that covered the changes after `first` up to `last`."""
    return record_run(ledger.database, RunRecord(1, at, at, result, first, at, last, at, deliveries))


def test_a_schedule_is_read_as_it_was_written(ledger: Ledger) -> None:
    with ledger.database.reading() as reader:
        row = questions.named(questions.schedules(reader, ASKED), "WEEKLY")
        before = questions.schedules(reader, ASKED._replace(known=1))
    assert (row.name, row.cron, row.zone, row.lang) == ("weekly", "0 8 * * MON", "Asia/Shanghai", "zh")
    assert row.report_lines == ("progress", "changes")
    assert row.target_lines == ()
    assert (row.row_change, row.row_at) == (2, AT)
    assert before == []


def test_a_schedule_is_replaced_removed_and_put_back(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="give all of it again with --replace"):
        ledger.do(lambda book: add(book, replace(NEW, name="ＷEEKLY")))
    later = replace(NEW, cron="0 9 * * MON", targets=("/srv/a.csv", "team"))
    number, added = ledger.do(lambda book: add(book, NEW, replace=True))
    assert (number, added.outcome) == (None, "same")
    assert ledger.do(lambda book: add(book, later, replace=True))[0] == 3
    with pytest.raises(UsageError, match="did you mean “weekly”"):
        ledger.do(lambda book: remove(book, "weekli"))
    ledger.do(lambda book: remove(book, "weekly"))
    with ledger.database.reading() as reader:
        assert questions.schedules(reader, ASKED) == []
    ledger.do(undoing(4))
    ledger.do(undoing(3))
    with ledger.database.reading() as reader:
        [row] = questions.schedules(reader, ASKED)
    assert (row.schedule_id, row.cron, row.targets) == (1, "0 8 * * MON", None)
    assert ledger.broken() == []


@pytest.mark.parametrize("name", ["a/b", "", "-n", "a b", "a\nb", "x" * 41, "$(id)"])
def test_a_name_that_could_be_anything_else_is_refused(name: str) -> None:
    with pytest.raises(ValueRefused):
        schedule_name(name)


def test_a_run_is_no_change_and_stays_as_it_was_written(ledger: Ledger) -> None:
    before = ledger.count("change")
    number = recorded(ledger, "partial", 1, 2, Delivered("a", "delivered", 1, 2), Delivered("b", "failed", 1, 2, "no"))
    assert ledger.count("change") == before
    with ledger.database.reading() as reader:
        [run] = questions.runs(reader, 1)
        assert questions.last_runs(reader) == {1: run}
        assert [(one.target, one.result, one.error) for one in questions.deliveries(reader, number)] == [
            ("a", "delivered", None),
            ("b", "failed", "no"),
        ]
    assert (run.started, run.from_change, run.until_change, run.until_at) == (AT, 1, 2, AT)
    for statement in ("UPDATE schedule_run SET result = 'delivered'", "DELETE FROM schedule_delivery"):
        with pytest.raises(Refused, match="the ledger keeps what was recorded"):
            ledger.run_raw(statement)
    assert ledger.count("schedule_run") == 1


def test_the_next_run_counts_from_what_came_through(ledger: Ledger) -> None:
    for code in ("q", "r", "s"):
        ledger.do(opening(code))
    with ledger.database.reading() as reader:
        assert questions.since_last_run(reader, 1).change == 0
        assert questions.last_change(reader) == Watermark(5, AT)
    recorded(ledger, "delivered", 2, 3)
    # A clock set back by then does not matter: the order of the ledger counts.
    recorded(ledger, "failed", 3, 5, at=datetime(2023, 3, 30, 12, tzinfo=UTC))
    with ledger.database.reading() as reader:
        assert questions.since_last_run(reader, 1).change == 3
    recorded(ledger, "empty", 3, 4)
    with ledger.database.reading() as reader:
        assert questions.since_last_run(reader, 1).change == 4


def test_every_target_is_told_from_where_it_was_told_last(ledger: Ledger) -> None:
    for code in ("q", "r", "s"):
        ledger.do(opening(code))
    recorded(ledger, "partial", 2, 3, Delivered("a", "delivered", 2, 3), Delivered("b", "failed", 2, 3))
    recorded(ledger, "partial", 2, 4, Delivered("a", "delivered", 3, 4), Delivered("b", "failed", 2, 4))
    with ledger.database.reading() as reader:
        assert [questions.since_delivered(reader, 1, target).change for target in "ab"] == [4, 2]
    recorded(ledger, "delivered", 2, 5, Delivered("a", "empty", 4, 5), Delivered("b", "delivered", 2, 5))
    with ledger.database.reading() as reader:
        assert [questions.since_delivered(reader, 1, target).change for target in "abc"] == [5, 5, 5]
