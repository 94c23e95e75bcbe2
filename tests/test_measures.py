"""Indicators, requests, rates and baselines: recorded, refused, undone and asked for again on both engines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import TODAY
from tests.ledgers import NO_CITE, Act, Ledger, booking, correcting, once, opening, undoing, yuan
from tracker.database import locate
from tracker.dates import Period
from tracker.errors import Refused, TrackerError, UsageError, ValueRefused
from tracker.ledger import baselines, indicators, reference, requests
from tracker.ledger.citation import Citation
from tracker.ledger.indicators import Goal
from tracker.ledger.reference import RatesImported
from tracker.models.base import OPEN
from tracker.money.quantities import parse_quantity
from tracker.queries import capital as baseline_questions
from tracker.queries import companies as indicator_questions
from tracker.queries import reference as rate_questions
from tracker.queries import requests as request_questions
from tracker.queries.as_of import AsOf

ZONE = "zone:示例区"
YEAR = Period.year(2022)
NOW = AsOf(TODAY)


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger with a project, its company and its total investment."""
    ledger = Ledger(locate(ledger_url))

    def make() -> None:
        ledger.do(opening("p", company="示例公司", site="示例园", owner="李"))
        ledger.do(booking("total", yuan(100), None))

    once(ledger_url, make)
    return ledger


def recording(subject: str, indicator: str, text: str, on: Period = YEAR, cite: Citation = NO_CITE, **more: Any) -> Act:
    """Record a value."""
    quantity = parse_quantity(text, measure=None, currency=None)
    return lambda store: indicators.record(store, subject, indicator, quantity, on, cite, **more)


def aiming(subject: str, indicator: str, floor: str | None, stretch: str | None = None, **more: Any) -> Act:
    """Record a target for 2023."""
    both = [None if text is None else parse_quantity(text, measure=None, currency=None) for text in (floor, stretch)]
    goal = Goal(both[0], both[1], **{key: more.pop(key) for key in ("at_most", "made") if key in more})
    return lambda store: indicators.target(store, subject, indicator, goal, Period.year(2023), NO_CITE, **more)


def asking(title: str = "power", **more: Any) -> Act:
    """Open a request, the project's where no company is named."""
    given = ({} if "company" in more else {"project": "p"}) | {"raised": date(2023, 3, 1)} | more
    return lambda store: requests.open_request(store, {"title": title, **given}, NO_CITE)


def answering(number: int, on: date | None = None) -> Act:
    """Answer a request."""
    return lambda store: requests.answer(store, number, "soon", on, NO_CITE)


def closing(number: int, on: date | None = None) -> Act:
    """Close a request."""
    return lambda store: requests.close(store, number, "done", on, NO_CITE)


def rating(rate: str, base: str = "USD", counter: str = "CNY", on: date = TODAY, why: str | None = None) -> Act:
    """Record a rate."""
    return lambda store: reference.set_rate(store, reference.NewRate(base, counter, on, rate), why, NO_CITE)


def rebasing(why: str | None = "grew", **more: Any) -> Act:
    """Give the project a new baseline."""
    return lambda store: baselines.rebaseline(store, "p", baselines.NewBaseline(**more), why, NO_CITE)


def ask(ledger: Ledger, question: Callable[..., list[Any]], as_of: AsOf = NOW) -> list[Any]:
    """The rows of a question."""
    with ledger.database.reading() as reader:
        return question(reader, as_of)


# --- indicators -----------------------------------------------------------------------------------------------------


def test_values_of_a_zone_a_site_a_chain_and_a_company(ledger: Ledger) -> None:
    ledger.do(recording(ZONE, "产值", "突破645亿元", growth=2574, cite=Citation("年报 / 645亿元")))
    ledger.do(recording("示例区", "output", "700亿元", Period.quarter(2023, 1)))
    ledger.do(recording("示例园", "rank", "第1位"))
    ledger.do(recording("chain:汽车", "above_scale_enterprises", "unknown"))
    ledger.do(recording("示例公司", "自有指标", "98.5%"))
    rows = ask(ledger, indicator_questions.indicators)
    assert [(row.subject_kind, row.subject, row.indicator, row.measure, row.value) for row in rows] == [
        ("zone", "示例区", "output", "money", 6_450_000_000_000),
        ("zone", "示例区", "output", "money", 7_000_000_000_000),
        ("site", "示例园", "rank", "rank", 1),
        ("chain", "汽车", "above_scale_enterprises", "count", None),
        ("company", "示例公司", "自有指标", "percent", 9850),
    ]
    first = rows[0]
    assert (first.qualifier, first.growth, first.source, first.quote) == ("over", 2574, "年报", "645亿元")
    assert ledger.broken() == []


def test_a_second_value_of_a_period_needs_a_reason_and_the_first_stays_known(ledger: Ledger) -> None:
    number, _recorded = ledger.do(recording(ZONE, "output", "1元"))
    with pytest.raises(Refused, match="is CNY 1 already; to change it, give a reason"):
        ledger.do(recording(ZONE, "output", "2元"))
    ledger.do(recording(ZONE, "output", "2元", why="final"))
    assert [row.value for row in ask(ledger, indicator_questions.indicators)] == [200]
    assert [row.value for row in ask(ledger, indicator_questions.indicators, AsOf(TODAY, TODAY, number or 0))] == [100]


def test_a_target_of_at_least_loses_no_word_and_effective_from_when_it_was_made(ledger: Ledger) -> None:
    ledger.do(aiming(ZONE, "high_tech_new", "20家以上", made=date(2023, 2, 1)))
    ledger.do(aiming("示例公司", "output", "40亿元", "50亿元"))
    rows = ask(ledger, indicator_questions.indicators)
    assert [(row.what, row.direction, row.qualifier) for row in rows] == [
        ("floor", "at_least", "exact"),
        ("floor", "at_least", "exact"),
        ("stretch", "at_least", "exact"),
    ]
    assert [row.what for row in ask(ledger, indicator_questions.indicators, AsOf(date(2023, 1, 15)))] == [
        "floor",
        "stretch",
    ]


def test_a_rank_is_wanted_low(ledger: Ledger) -> None:
    ledger.do(aiming("示例园", "rank", "第3位", "第1位"))
    assert [row.direction for row in ask(ledger, indicator_questions.indicators)] == ["at_most", "at_most"]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("act", "error", "says"),
    [
        (recording("示例", "output", "1元"), Refused, "did you mean “示例园”"),
        (recording("zone:x", "outputt", "1元"), Refused, "did you mean “output”.*--new"),
        (recording("zone:x", "output", "5家"), Refused, "measured as amount"),
        (recording("zone:x", "rank", "5家"), Refused, "measured as rank"),
        (recording("company:nobody", "output", "1元"), UsageError, "no company"),
        (recording("zone:x", "output", "1元", Period.year(2024)), Refused, "future"),
        (recording("zone:x", "output", "1元", growth=-10_001), ValueRefused, "cannot be"),
        (recording("zone:x\u202e", "output", "1元"), ValueRefused, "cannot be stored"),
        (recording("zone:x", "", "1元"), ValueRefused, "empty"),
        (aiming("zone:x", "output", "50元", "40元"), Refused, "easier"),
        (aiming("zone:x", "output", "40元", "50元", at_most=True), Refused, "easier"),
        (aiming("zone:x", "output", "40元", "50美元"), Refused, "not of one kind"),
        (aiming("zone:x", "output", "超过40元", at_most=True), UsageError, "not both"),
        (aiming("zone:x", "output", None), UsageError, "give the target"),
        (aiming("zone:x", "output", "1元", made=TODAY + timedelta(1)), Refused, "future"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    ledger: Ledger, act: Act, error: type[TrackerError], says: str
) -> None:
    before = ledger.state()
    with pytest.raises(error, match=says):
        ledger.do(act)
    assert ledger.state() == before


def test_a_name_of_its_own_may_be_nearly_a_known_one_where_that_is_said(ledger: Ledger) -> None:
    ledger.do(recording(ZONE, "outputs", "5家", own_name=True))
    ledger.do(recording(ZONE, "Outputs", "6家", Period.year(2021)))
    assert {row.indicator for row in ask(ledger, indicator_questions.indicators)} == {"outputs"}
    with pytest.raises(Refused, match="measured as number"):
        ledger.do(recording(ZONE, "outputs", "6元", Period.year(2020)))


# --- requests -------------------------------------------------------------------------------------------------------


def test_a_request_stands_on_each_day_as_it_stood(ledger: Ledger) -> None:
    ledger.do(asking(due=date(2023, 3, 10), category="用电"))
    ledger.do(answering(1, date(2023, 3, 4)))
    row = ledger.do(closing(1, date(2023, 3, 20)))[1]
    assert (row.id, row.closed, row.outcome) == (1, date(2023, 3, 20), "done")
    seen = {}
    for day in (1, 4, 12, 20, 31):
        as_of = AsOf(date(2023, 3, day))
        [row] = ask(ledger, request_questions.requests, as_of)
        seen[day] = (row.first_response, row.overdue(as_of.day), row.days_open(as_of.day), row.outcome)
    assert seen == {
        1: (None, 0, 0, None),
        4: (3, 0, 3, None),
        12: (3, 2, 11, None),
        20: (3, 0, 19, "done"),
        31: (3, 0, 19, "done"),
    }
    assert ask(ledger, request_questions.requests, AsOf(date(2023, 2, 28))) == []


def test_a_request_closed_without_an_answer_was_answered_by_the_closing(ledger: Ledger) -> None:
    ledger.do(asking(company="示例公司", owner="王"))
    ledger.do(closing(1))
    [row] = ask(ledger, request_questions.requests)
    assert (row.first_response, row.owner, row.project_id) == (30, "王", None)


def test_the_owner_of_a_project_sees_to_what_it_asks(ledger: Ledger) -> None:
    ledger.do(asking())
    [row] = ask(ledger, request_questions.requests)
    assert row.owner == "李"


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("act", "error", "says"),
    [
        (asking(raised=TODAY + timedelta(1)), Refused, "future"),
        (asking(due=date(2023, 2, 1)), Refused, "before"),
        (asking(project="p", company="示例公司"), UsageError, "give who asks"),
        (asking(title=" "), ValueRefused, "empty"),
        (answering(9), UsageError, "no request 9"),
        (answering(10**30), UsageError, "no request"),
        (answering(1, date(2023, 2, 1)), Refused, "when request 1 was raised"),
        (closing(1, TODAY + timedelta(1)), Refused, "future"),
        (answering(2), Refused, "answered on"),
        (closing(2, date(2023, 3, 2)), Refused, "when request 2 was answered"),
        (closing(3), Refused, "closed on"),
    ],
)
def test_a_request_that_cannot_be_is_refused(ledger: Ledger, act: Act, error: type[TrackerError], says: str) -> None:
    for step in (asking(), asking(), asking(), answering(2, date(2023, 3, 3)), closing(3)):
        ledger.do(step)
    before = ledger.state()
    with pytest.raises(error, match=says):
        ledger.do(act)
    assert ledger.state() == before


# --- rates ----------------------------------------------------------------------------------------------------------


def test_a_rate_keeps_every_digit(ledger: Ledger) -> None:
    ledger.do(rating("06.96460"))
    ledger.do(rating("0.0000001234", "JPY"))
    found = [Fraction(row.rate) for row in ask(ledger, rate_questions.rates)]
    assert found == [Fraction("0.0000001234"), Fraction("6.9646")]
    assert ask(ledger, rate_questions.rates, AsOf(TODAY - timedelta(1))) == []


def test_another_rate_of_the_day_needs_a_reason(ledger: Ledger) -> None:
    ledger.do(rating("6.9"))
    with pytest.raises(Refused, match=r"is 6\.9 already"):
        ledger.do(rating("7"))
    ledger.do(rating("7", why="typo"))
    assert [row.rate for row in ask(ledger, rate_questions.rates)] == ["7"]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("act", "error", "says"),
    [
        (rating("0"), ValueRefused, "not a rate"),
        (rating("-1"), ValueRefused, "not a rate"),
        (rating("1e3"), ValueRefused, "not a rate"),
        (rating("7", on=TODAY + timedelta(1)), Refused, "future"),
        (rating("7", counter="USD"), UsageError, "itself"),
        (rating("7", counter="XXX"), ValueRefused, "is not a currency"),
        (rating("6.9", "CNY", "USD", date(2023, 1, 3)), Refused, "not its reverse"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(ledger: Ledger, act: Act, error: type[TrackerError], says: str) -> None:
    ledger.do(rating("6.9", on=date(2023, 1, 3)))
    with pytest.raises(error, match=says):
        ledger.do(act)


class RateNotFoundError(Exception):
    """As the package calls it."""


class Reference:
    """The central bank's file with two days in it, behind the face of the package."""

    currencies = frozenset({"EUR", "USD", "CNY"})
    rates = {  # noqa: RUF012 - it is never changed
        ("USD", date(2022, 12, 29)): Decimal("1.0649"),
        ("CNY", date(2022, 12, 29)): Decimal("7.4151"),
        ("USD", date(2022, 12, 30)): Decimal("1.0666"),
        ("CNY", date(2022, 12, 30)): Decimal("7.3582"),
    }

    def __init__(self, **options: bool) -> None:
        """Exact, and without inventing rates."""
        assert options == {"decimal": True, "fallback_on_missing_rate": False, "fallback_on_wrong_date": False}

    def convert(self, amount: int, currency: str, new_currency: str, date: date) -> Decimal:
        """So many units of one in the other."""
        assert (amount, currency) == (1, "EUR")
        if (new_currency, date) not in self.rates:
            raise RateNotFoundError(date)
        return self.rates[new_currency, date]


def test_only_days_with_a_rate_are_imported_and_none_twice(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "currency_converter", SimpleNamespace(CurrencyConverter=Reference))
    span = date(2022, 12, 28), date(2023, 1, 2)
    ledger.do(rating("7", on=date(2022, 12, 29)))
    found = reference.ecb_rates(["USD", "EUR", "CNY", "USD"], "CNY", *span)
    importing: Act = lambda store: reference.import_rates(store, found, Citation(reference.SOURCE))  # noqa: E731 - one use
    assert ledger.do(importing)[1] == RatesImported(added=3, same=0, differing=1)
    assert [(row.base, row.on_day.day, row.rate) for row in ask(ledger, rate_questions.rates)] == [
        ("EUR", 29, "7.4151"),
        ("EUR", 30, "7.3582"),
        ("USD", 29, "7"),
        ("USD", 30, "6.8987436715"),
    ]
    assert ledger.do(importing) == (None, RatesImported(added=0, same=3, differing=1))
    with pytest.raises(ValueRefused, match="no rate of JPY"):
        reference.ecb_rates(["JPY"], "CNY", *span)


def test_without_the_extra_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "currency_converter", None)
    with pytest.raises(Refused, match=r"investment-tracker\[fx\]"):
        reference.ecb_rates(["USD"], "CNY", TODAY, TODAY)


def test_the_package_gives_what_the_central_bank_published() -> None:
    pytest.importorskip("currency_converter", reason="the extra fx is not installed")
    # European Central Bank, reference rates of 30 December 2022 (a Friday): 1.0666 dollars and 7.3582 yuan a euro.
    found = reference.ecb_rates(["USD"], "CNY", date(2022, 12, 30), date(2023, 1, 1))
    assert [(rate.on, rate.rate) for rate in found] == [(date(2022, 12, 30), "6.8987436715")]


# --- baselines ------------------------------------------------------------------------------------------------------


def spans(row: Any) -> tuple[Any, ...]:
    """What a version says."""
    return row.version, row.minor, row.start_first, row.end_last, row.reason


def test_the_first_version_is_what_stood_before(ledger: Ledger) -> None:
    ledger.do(rebasing(total=yuan(200), end=Period.month(2023, 9), approved=date(2023, 2, 1)))
    ledger.do(rebasing("later", end=Period.month(2023, 12), start=Period.month(2023, 1)))
    rows = ask(ledger, baseline_questions.baselines)
    assert [spans(row) for row in rows] == [
        (1, 100, None, None, None),
        (2, 200, None, date(2023, 9, 30), "grew"),
        (3, 200, date(2023, 1, 1), date(2023, 12, 31), "later"),
    ]
    sql = f"SELECT minor, CAST(effective_from AS text) FROM capital_entry WHERE recorded_to = {OPEN} ORDER BY id"
    assert ledger.tuples(sql) == [(100, "0001-01-01"), (200, "2023-02-01")], "earlier days keep their total"
    assert ledger.broken() == []


def test_a_milestone_keeps_the_baseline_of_every_day(ledger: Ledger) -> None:
    ledger.do(rebasing(end=Period.month(2023, 9), approved=date(2023, 2, 1)))
    ledger.do(rebasing(end=Period.month(2023, 10), approved=date(2023, 3, 1)))
    ledger.do(rebasing(end=Period.month(2023, 11), approved=date(2023, 3, 1)))
    days = f"milestone_date WHERE what = 'baseline' AND recorded_to = {OPEN}"
    found = ledger.tuples(f"SELECT effective_from, last_day FROM {days} ORDER BY 1")
    assert [(str(made), str(last)) for made, last in found] == [
        ("2023-02-01", "2023-09-30"),
        ("2023-03-01", "2023-11-30"),
    ]


def test_a_project_without_a_total_gets_its_first_one(ledger: Ledger) -> None:
    ledger.do(undoing(2))
    ledger.do(rebasing(total=yuan(300)))
    assert [(row.version, row.minor) for row in ask(ledger, baseline_questions.baselines)] == [(1, None), (2, 300)]


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("act", "error", "says"),
    [
        (rebasing(None, total=yuan(300)), Refused, "give a reason"),
        (rebasing(), UsageError, "give what"),
        (rebasing(total=yuan(200)), Refused, "already"),
        (rebasing(end=Period.month(2023, 9)), Refused, "already"),
        (rebasing(start=Period.month(2023, 10)), Refused, "before the start"),
        (rebasing(total=yuan(300), approved=TODAY + timedelta(1)), Refused, "future"),
        (rebasing(total=yuan(300), approved=date(2023, 1, 1)), Refused, "baseline 2 of p"),
        (rebasing(total=yuan(-1)), Refused, "negative"),
    ],
)
def test_a_baseline_that_cannot_be_is_refused(ledger: Ledger, act: Act, error: type[TrackerError], says: str) -> None:
    ledger.do(rebasing(total=yuan(200), end=Period.month(2023, 9), approved=date(2023, 2, 1)))
    before = ledger.state()
    with pytest.raises(error, match=says):
        ledger.do(act)
    assert ledger.state() == before


# --- all of them ----------------------------------------------------------------------------------------------------

CHAIN: tuple[Act, ...] = (
    recording(ZONE, "output", "1元"),
    recording(ZONE, "output", "2元", why="final"),
    aiming("示例公司", "output", "40元", "50元"),
    asking(due=date(2023, 3, 10)),
    answering(1),
    closing(1),
    rating("6.9"),
    rating("7", why="typo"),
    rebasing(total=yuan(200), start=Period.month(2023, 1)),
    rebasing(total=yuan(250), end=Period.month(2023, 9)),
)  # fmt: skip


def test_every_step_can_be_undone_and_that_undone_again(ledger: Ledger) -> None:
    states = [ledger.state()]
    for act in CHAIN:
        ledger.do(act)
        states.append(ledger.state())
    for state in reversed(states[:-1]):
        ledger.do(undoing())
        assert ledger.state() == state
    assert ledger.broken() == []


def test_an_undo_is_undone(ledger: Ledger) -> None:
    for act in CHAIN:
        before = ledger.state()
        number, _result = ledger.do(act)
        after = ledger.state()
        undone, _result = ledger.do(undoing(number))
        assert ledger.state() == before
        ledger.do(undoing(undone))
        assert ledger.state() == after


def test_a_dry_run_says_the_same_and_writes_nothing(ledger: Ledger) -> None:
    for act in CHAIN:
        before = ledger.state()
        number, result = ledger.do(act, dry_run=True)
        assert number is None
        assert ledger.state() == before
        assert repr(ledger.do(act)[1]) == repr(result)


def test_a_later_step_is_named_where_it_builds_on_what_is_undone(ledger: Ledger) -> None:
    opened, _result = ledger.do(asking())
    ledger.do(answering(1))
    with pytest.raises(Refused, match="builds on it"):
        ledger.do(undoing(opened))
    rebased, _result = ledger.do(rebasing(total=yuan(200)))
    entry = max(number for table, number in ledger.state() if table == "capital_entry")
    ledger.do(correcting(entry, figure=yuan(210)))
    with pytest.raises(Refused, match="builds on it"):
        ledger.do(undoing(rebased))
