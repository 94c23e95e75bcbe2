"""When the machine's own scheduler has to start a schedule: its moments in the machine's zone, or a net around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from tracker.schedule.cron import Fields, fields_of, plain_line, ranges

# The rules of a zone repeat every year.
_LOOKED_AT = timedelta(days=400)
_HOUR = timedelta(hours=1)
_DAY_MINUTES = 24 * 60
# Clocks are changed before this hour.
_NIGHT_ENDS = 4


@dataclass(frozen=True, slots=True)
class Trigger:
    """Five fields in numbers for the machine's cron; where not `exact`, the run itself asks whether it is due."""

    line: str
    exact: bool


def trigger(expression: str, zone: tzinfo, machine: tzinfo, now: datetime) -> Trigger:
    """The line that starts a schedule meant in `zone` on a machine in `machine`.

    Where both clocks differ by the same time all year, the moments are translated. Where they do not, it starts every
    hour: so it is in time on every night on which one of them changes.
    """
    fields = fields_of(expression)
    shift = _shift(zone, machine, now)
    if shift is None or (shift and _follows_the_clock(expression, fields) and _changes(machine, now)):
        return _hourly(fields, _shifts(zone, machine, now))
    if shift == 0 and fields.plain:
        return Trigger(plain_line(expression), exact=True)
    return _translated(expression, fields, shift)


def hourly(expression: str, zone: tzinfo, machine: tzinfo, now: datetime) -> Trigger:
    """The line for a machine whose cron may keep to another zone: every hour, and the run asks whether it is due."""
    return _hourly(fields_of(expression), _shifts(zone, machine, now))


def _follows_the_clock(expression: str, fields: Fields) -> bool:
    """Whether cron counts its hours on by the clock through a night of change, for a star, and not all of them."""
    return any(text.startswith("*") for text in expression.split()[:2]) and len(fields.hours) < 24


def _changes(machine: tzinfo, now: datetime) -> bool:
    return len(_shifts(UTC, machine, now)) > 1


def _shift(zone: tzinfo, machine: tzinfo, now: datetime) -> int | None:
    """Minutes from the schedule's clock to the machine's, None where they change."""
    shifts = _shifts(zone, machine, now)
    return next(iter(shifts)) if len(shifts) == 1 else None


def _shifts(zone: tzinfo, machine: tzinfo, now: datetime) -> frozenset[int]:
    return _all_shifts(zone, machine, now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


@cache
def _all_shifts(zone: tzinfo, machine: tzinfo, start: datetime) -> frozenset[int]:
    """Every difference of the two clocks in the year to come, in minutes."""
    if zone == machine:
        return frozenset((0,))
    return frozenset(_differences(zone, machine, start))


def _differences(zone: tzinfo, machine: tzinfo, start: datetime) -> Iterator[int]:
    moment = start
    while moment < start + _LOOKED_AT:
        here, there = (moment.astimezone(one).utcoffset() or timedelta() for one in (zone, machine))
        yield (there - here) // timedelta(minutes=1)
        moment += _HOUR


def _hourly(fields: Fields, shifts: frozenset[int]) -> Trigger:
    # A time in an hour that is skipped comes when that hour would be over.
    wanted = {*fields.minutes, 0} if fields.hours[0] < _NIGHT_ENDS else set(fields.minutes)
    minutes = {(minute + shift) % 60 for minute in wanted for shift in shifts}
    return Trigger(f"{ranges(minutes)} * * * *", exact=False)


def _translated(expression: str, fields: Fields, shift: int) -> Trigger:
    """The moments moved by `shift` minutes; a net of whole days where their days cannot be moved."""
    times = [hour * 60 + minute + shift for hour in fields.hours for minute in fields.minutes]
    minutes = {time % 60 for time in times}
    hours = {time % _DAY_MINUTES // 60 for time in times}
    days = {time // _DAY_MINUTES for time in times}
    product = len({time % _DAY_MINUTES for time in times}) == len(minutes) * len(hours)
    when = f"{_field(minutes, 60)} {_field(hours, 24)}"
    if product and (moved := _moved_days(expression, fields, days)):
        return Trigger(f"{when} {moved}", exact=True)
    return Trigger(f"{when} {_net(fields) if days == {0} else '* * *'}", exact=False)


def _field(values: set[int], whole: int) -> str:
    return "*" if len(values) == whole else ranges(values)


def _moved_days(expression: str, fields: Fields, days: set[int]) -> str | None:
    """The day fields moved by whole days, None where no expression says so."""
    if fields.every_day:
        return "* * *"
    if not fields.plain or len(days) > 1:
        return None
    if days == {0}:
        return " ".join(plain_line(expression).split()[2:])
    [step] = days
    only_weekdays = fields.both and len(fields.days) == 31 and len(fields.months) == 12
    return f"* * {ranges((day + step) % 7 for day in fields.weekdays)}" if only_weekdays else None


def _net(fields: Fields) -> str:
    """Day fields that leave out no day of an expression with L or #, and not many more."""
    if len(fields.weekdays) == 7 and not fields.days and fields.both:
        return "26-31 * *" if fields.last_working_day else "28-31 * *"
    if fields.both and len(fields.days) == 31 and fields.nth:
        return f"* * {ranges({*fields.weekdays, *(day for day, _nth in fields.nth)})}"
    return "* * *"
