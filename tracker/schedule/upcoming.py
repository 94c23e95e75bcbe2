"""When a schedule is due: its moments in its own time zone, on nights when clocks change as Debian's cron has them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.errors import Refused
from tracker.i18n import _
from tracker.schedule.cron import WorkingDays, keeps_to, rule_of
from tracker.text import shorten

SYSTEM_FILE = Path("/etc/localtime")
# No zone turns its clocks back by more.
_LONGEST_REPETITION = timedelta(hours=3)
_SECOND = timedelta(seconds=1)
_NONE: WorkingDays = {}


def zone_named(name: str | None) -> tzinfo:
    """The zone a schedule is meant in, None for the machine's. Raises Refused where the machine knows none such."""
    if name is None:
        return system_zone()
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(
            _(
                "this machine knows no time zone “{zone}”: install its time zone data, on Debian the package tzdata"
            ).format(zone=shorten(name))
        ) from None


def system_zone() -> tzinfo:
    """The zone of the machine itself, which its cron keeps to: a TZ in this session's environment is not in cron's."""
    name = system_zone_name()
    if name is not None:
        return ZoneInfo(name)
    try:
        with SYSTEM_FILE.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return ZoneInfo("UTC")


def system_zone_name() -> str | None:
    """The name of the machine's zone, None where its file is a copy that does not tell it."""
    _folders, found, name = os.path.realpath(SYSTEM_FILE).partition("/zoneinfo/")
    if not found:
        return None
    try:
        return ZoneInfo(name.removeprefix("posix/").removeprefix("right/")).key
    except (KeyError, ValueError, OSError):
        return None


def user_zone_name(setting: str) -> str | None:
    """The zone that typed times are meant in: of the settings, else of this session, else the machine's."""
    if setting:
        return setting
    told = os.environ.get("TZ", "").removeprefix(":")
    try:
        return ZoneInfo(told).key if told and not told.startswith("/") else system_zone_name()
    except (KeyError, ValueError, OSError):
        return system_zone_name()


def moments(expression: str, zone: tzinfo, after: datetime, special: WorkingDays = _NONE) -> Iterator[datetime]:
    """The moments of a schedule later than `after` (aware), in UTC, in their order."""
    from cronsim import CronSim

    last, rule = after, rule_of(expression)
    try:
        for local in CronSim(_five(expression), after.astimezone(zone)):
            if not keeps_to(rule, local.date(), special):
                continue
            moment = local.astimezone(UTC)
            # In an hour that the clock repeats, a wall-clock time before `after` can come up again.
            if moment > last:
                last = moment
                yield moment
    except OverflowError:  # the calendar ends
        return


def _five(expression: str) -> str:
    return " ".join(expression.split()[:5])


def next_moments(
    expression: str, zone: tzinfo, after: datetime, count: int = 5, special: WorkingDays = _NONE
) -> list[datetime]:
    """The next `count` moments later than `after`, in UTC."""
    return list(islice(moments(expression, zone, after, special), count))


def latest_moment(expression: str, zone: tzinfo, until: datetime, special: WorkingDays = _NONE) -> datetime | None:
    """The latest moment of a schedule that is not later than `until` (aware), in UTC; None for none in fifty years."""
    from cronsim import CronSim

    begin = until.astimezone(zone).replace(microsecond=0)
    rule = rule_of(expression)
    backwards = CronSim(_five(expression), begin + _SECOND, reverse=True)
    earlier = next((one for one in backwards if keeps_to(rule, one.date(), special)), None)
    if earlier is None:
        return None
    # Backwards the library does not see the first of two equal wall-clock times: look again, forwards.
    start = min(earlier.astimezone(UTC), until.astimezone(UTC) - _LONGEST_REPETITION) - _SECOND
    latest = None
    for moment in moments(expression, zone, start, special):
        if moment > until:
            break
        latest = moment
    return latest


def due_moment(
    expression: str,
    zone: tzinfo,
    now: datetime,
    *,
    since: datetime,
    last_run: datetime | None,
    special: WorkingDays = _NONE,
) -> datetime | None:
    """The moment for which a run is due at `now`, None where none is.

    `since` is when the schedule was made or changed, `last_run` when its last recorded run began. However many moments
    have passed since then, one run makes up for them. What lies after `now` was written before the clock was set back,
    and says nothing.
    """
    latest = latest_moment(expression, zone, now, special)
    known = [moment for moment in (since, last_run) if moment is not None and moment <= now]
    if latest is None or any(moment >= latest for moment in known):
        return None
    return latest
