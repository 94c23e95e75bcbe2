"""Earned value and earned schedule: how much of the plan has been done, at what cost, and how late that is.

PV planned value, EV earned value, AC actual cost, BAC budget at completion, as in PMI's standard for earned value
management; earned schedule after Lipke, "Schedule is Different" (2003). Amounts are exact numbers in one currency and
one unit; what cannot be worked out for want of an input is None and never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tracker.dates import add_months, elapsed_share

MONTHS = 12
# A forecast beyond is no forecast.
MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Curve:
    """The planned value: what is planned for each year from `first_year` on, spread evenly over its months."""

    first_year: int
    years: tuple[Fraction, ...]

    @property
    def months(self) -> int:
        """How many months the plan covers."""
        return MONTHS * len(self.years)

    def planned(self, months: Fraction | int) -> Fraction:
        """The planned value after so many months; that of the last year stays."""
        whole, part = divmod(Fraction(min(max(months, 0), self.months)), MONTHS)
        begun = self.years[whole] * part / MONTHS if part else Fraction(0)
        return sum(self.years[:whole], Fraction(0)) + begun

    def elapsed(self, day: date) -> Fraction:
        """AT: the months from the beginning of the first year to the end of `day`."""
        return MONTHS * (day.year - self.first_year + elapsed_share(day, day.year))

    def day(self, months: Fraction) -> date:
        """The day on which so many months (more than none) have gone by."""
        whole, part = divmod(months, 1)
        begin = add_months(date(self.first_year, 1, 1), int(whole))
        days = (add_months(begin, 1) - begin).days
        return begin + timedelta(-(-part.numerator * days // part.denominator) - 1)

    def earned_schedule(self, earned: Fraction) -> Fraction | None:
        """ES = C + (EV − PV_C) ÷ (PV_{C+1} − PV_C), where C is the last month whose planned value has been earned.

        None where more has been earned than was ever planned, or nothing is planned.
        """
        points = [self.planned(month) for month in range(self.months + 1)]
        if not points[-1] or earned > points[-1]:
            return None
        done = max((month for month, planned in enumerate(points) if planned <= earned), default=0)
        if done == self.months:
            # All is earned: that was due when the plan first reached its end.
            return Fraction(points.index(points[-1]))
        return done + (earned - points[done]) / (points[done + 1] - points[done])


def curve(plans: Mapping[int, Fraction], worked: range) -> Curve | None:
    """The planned value of `plans` by year; None where there is no plan, or a year of `worked` has none.

    A year between two plans in which nothing was done was planned to be idle.
    """
    if not plans or any(year not in plans for year in worked):
        return None
    first, last = min(plans), max(plans)
    return Curve(first, tuple(plans.get(year, Fraction(0)) for year in range(first, last + 1)))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known of a project on a day: amounts in one currency, ES and AT in months."""

    bac: Fraction | None = None
    pv: Fraction | None = None
    ev: Fraction | None = None
    ac: Fraction | None = None
    es: Fraction | None = None
    at: Fraction | None = None

    @property
    def sv(self) -> Fraction | None:
        """SV = EV − PV."""
        return _minus(self.ev, self.pv)

    @property
    def cv(self) -> Fraction | None:
        """CV = EV − AC."""
        return _minus(self.ev, self.ac)

    @property
    def spi(self) -> Fraction | None:
        """SPI = EV ÷ PV."""
        return _over(self.ev, self.pv)

    @property
    def cpi(self) -> Fraction | None:
        """CPI = EV ÷ AC."""
        return _over(self.ev, self.ac)

    @property
    def eac(self) -> Fraction | None:
        """EAC = BAC ÷ CPI."""
        return _over(self.bac, self.cpi)

    @property
    def etc(self) -> Fraction | None:
        """ETC = EAC − AC."""
        return _minus(self.eac, self.ac)

    @property
    def vac(self) -> Fraction | None:
        """VAC = BAC − EAC."""
        return _minus(self.bac, self.eac)

    @property
    def tcpi(self) -> Fraction | None:
        """TCPI = (BAC − EV) ÷ (BAC − AC); None where the budget has been spent."""
        return _over(_minus(self.bac, self.ev), _minus(self.bac, self.ac))

    @property
    def sv_t(self) -> Fraction | None:
        """SV(t) = ES − AT, in months."""
        return _minus(self.es, self.at)

    @property
    def spi_t(self) -> Fraction | None:
        """SPI(t) = ES ÷ AT."""
        return _over(self.es, self.at)


def _minus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one - other


def _over(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None or other <= 0 else one / other


def forecast_months(planned: Fraction | None, spi_t: Fraction | None, at: Fraction) -> Fraction | None:
    """How many months it will take: planned duration ÷ SPI(t), and not less than have gone by.

    None where an input is missing, nothing has been earned, or it would take a century.
    """
    expected = _over(planned, spi_t)
    return None if expected is None or expected > MOST_MONTHS else max(expected, at)
