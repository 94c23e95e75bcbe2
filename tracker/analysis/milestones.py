"""Milestones judged: which comes next, how late it is, how often it was forecast again."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from tracker.dates import Period, month_end, slip


class Milestone(NamedTuple):
    """A milestone as known on a day; `forecasts` holds (day made, day expected) in the order made.

    `first` is the first baseline where the milestone was given another one since; `baseline` is the one in force.
    `passed` says that the project has come to the stage of this name or beyond: the milestone is reached, and where
    `actual` is None nobody knows the day, so that it has no slip and is not overdue. `halted` says that the project is
    suspended or ended: no day counts against the milestone. `facts` are its plain fields.
    """

    code: str
    title: str | None
    baseline: Period | None
    forecasts: tuple[tuple[date, Period], ...]
    actual: Period | None
    first: Period | None = None
    passed: bool = False
    halted: bool = False
    facts: tuple[Any, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be reached."""
        return self.actual is None and not self.passed

    def by_first(self) -> "Milestone":
        """The milestone measured against its first baseline; without a forecast the one in force is expected."""
        if self.first is None or self.baseline is None:
            return self._replace(baseline=self.first or self.baseline)
        said = self.forecasts or ((self.baseline.first, self.baseline),)
        return self._replace(baseline=self.first, forecasts=said)

    @property
    def expected(self) -> Period | None:
        """The actual day, else the latest forecast, else the baseline."""
        if self.actual:
            return self.actual
        return self.forecasts[-1][1] if self.forecasts else self.baseline

    @property
    def slip(self) -> int | None:
        """Days by which the actual or latest forecast lies after the baseline; None where either is missing."""
        if self.baseline is None or not (self.actual or (self.is_open and self.forecasts)):
            return None
        expected = self.expected
        assert expected is not None
        return slip(self.baseline, expected)

    def overdue(self, as_of: date) -> int:
        """Days since the expected day went by without the milestone being reached; 0 where it did not."""
        if not self.is_open or self.halted or self.expected is None:
            return 0
        return max(0, (as_of - self.expected.last).days)

    def late(self, as_of: date) -> int | None:
        """Days behind the baseline as things stand: by the forecast, or by today where even that has gone by.

        None where there is no baseline to be behind of, the project is halted, or nobody knows the day it was reached.
        """
        if self.baseline is None or (self.actual is None and (self.passed or self.halted)):
            return None
        behind = self.slip or 0
        return max(behind, (as_of - self.baseline.last).days) if self.overdue(as_of) else behind


def next_milestone(milestones: Iterable[Milestone]) -> Milestone | None:
    """The open milestone expected first; one that nobody has given a day is not next."""
    waiting = [(one.expected.last, one) for one in milestones if one.is_open and one.expected]
    return min(waiting, key=lambda item: item[0], default=(None, None))[1]


STEPS = ("month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def days_of(milestone: Milestone) -> tuple[Period, ...]:
    """Baseline, latest forecast and actual of a milestone, as far as there are any."""
    forecast = milestone.forecasts[-1][1] if milestone.forecasts else None
    return tuple(period for period in (milestone.baseline, forecast, milestone.actual) if period)


def axis_span(periods: Iterable[Period], today: date, step: str = "month") -> Period:
    """The whole months, quarters or years (`step`) that hold every one of `periods` and `today`."""
    found = [*periods, Period.day(today)]
    first, last = min(period.first for period in found), max(period.last for period in found)
    months = _MONTHS[step]
    begin = (first.month - 1) // months * months + 1
    end = ((last.month - 1) // months + 1) * months
    return Period.of(date(first.year, begin, 1), month_end(date(last.year, end, 1)))


def late_days(milestone: Milestone, as_of: date) -> Period | None:
    """The days from the baseline to the later actual or forecast, or to `as_of` where even that has gone by.

    Without a baseline an overdue milestone is late from the day it was expected on. None where nothing is late.
    """
    expected = milestone.expected
    if expected is None:
        return None
    begin = (milestone.baseline or expected).last
    end = expected.last if (milestone.slip or 0) > 0 else begin
    if milestone.overdue(as_of):
        end = max(end, as_of)
    return Period.of(begin, end) if end > begin else None
