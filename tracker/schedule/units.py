"""Schedules as units of systemd, agents of launchd and tasks of Windows: files to look at and to install."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from tracker.errors import Refused
from tracker.i18n import _
from tracker.schedule.cron import DAYS, Fields, fields_of
from tracker.schedule.jobs import Job

_NAMES = tuple(name.capitalize() for name in DAYS)
_MOST_ENTRIES = 500


@dataclass(frozen=True, slots=True)
class Unit:
    """One file: where it belongs, and its content. `remark` makes a comment of the format."""

    place: str
    content: str
    remark: Callable[[str], str]


def units(kind: str, job: Job) -> list[Unit]:
    """The files that start `job` with one of KINDS. Raises Refused where it cannot say those times."""
    return KINDS[kind](job)


# --- systemd -------------------------------------------------------------------------------------------------------


def _systemd(job: Job) -> list[Unit]:
    name = f"tracker-{_escaped(job.name)}"
    folder = "~/.config/systemd/user"
    environment = "".join(f"Environment={_systemd_word(f'{key}={value}')}\n" for key, value in job.environment)
    working = f"WorkingDirectory={_percent(job.folder)}\n" if job.folder else ""
    # The timer keeps to the schedule's own zone: nothing is left to ask. The program itself may not be quoted, so env.
    words = " ".join(_systemd_word(word).replace("$", "$$") for word in job.words if word != "--if-due")
    title = _percent(job.name)
    service = (
        f"[Unit]\nDescription=tracker schedule {title}\n\n"
        f"[Service]\nType=oneshot\n{environment}{working}ExecStart=/usr/bin/env {words}\n"
    )
    calendar = "".join(f"OnCalendar={one}\n" for one in on_calendar(job.expression, job.zone))
    timer = (
        f"[Unit]\nDescription=tracker schedule {title}\n\n"
        f"[Timer]\n{calendar}Persistent=true\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n"
    )
    remark = "# {}\n".format
    return [Unit(f"{folder}/{name}.service", service, remark), Unit(f"{folder}/{name}.timer", timer, remark)]


def on_calendar(expression: str, zone: str | None) -> list[str]:
    """The expression as events of systemd.time, in the time zone `zone` (None: the machine's)."""
    fields = fields_of(expression)
    months = _some(fields.months, 12)
    clock = f"{_some(fields.hours, 24)}:{_some(fields.minutes, 60)}:00"
    tail = f" {clock}{f' {zone}' if zone else ''}"
    return [f"{weekdays}*-{months}{day}{tail}" for weekdays, day in _systemd_days(fields)]


def _systemd_days(fields: Fields) -> Iterator[tuple[str, str]]:
    """Pairs of days of the week and days of the month; an event on any of them is one."""
    any_day, any_weekday = len(fields.days) == 31, len(fields.weekdays) == 7
    by_month = _month_days(fields)
    by_week = _week_days(fields)
    if fields.both and any_weekday:
        yield from (("", day) if not weekday else (weekday, day) for weekday, day in by_month)
    elif fields.both and any_day:
        yield from by_week
    elif fields.both:
        days = f"-{_some(fields.days, 31)}"
        yield _listed(fields.weekdays), days
    else:
        yield from (*by_month, *by_week)


def _month_days(fields: Fields) -> list[tuple[str, str]]:
    found = [("", f"-{_some(fields.days, 31)}")] if fields.days else []
    if fields.last_day:
        found.append(("", "~01"))
    if fields.last_working_day:
        # The last day, or the Friday of a weekend that ends the month.
        found += [("Mon..Fri ", "~01"), ("Fri ", "~03/1")]
    return found


def _week_days(fields: Fields) -> list[tuple[str, str]]:
    found = [(_listed(fields.weekdays), "-*")] if fields.weekdays else []
    for day, nth in fields.nth:
        days = f"-{nth * 7 - 6:02}..{min(nth * 7, 31):02}" if nth else "~07/1"
        found.append((f"{_NAMES[day]} ", days))
    return found


def _listed(weekdays: tuple[int, ...]) -> str:
    return ",".join(_NAMES[day] for day in weekdays) + " " if len(weekdays) < 7 else ""


def _some(values: tuple[int, ...], whole: int) -> str:
    return "*" if len(values) == whole else ",".join(f"{value:02}" for value in values)


def _escaped(name: str) -> str:
    """The name inside the name of a unit."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    return "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in name.encode())


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _systemd_word(text: str) -> str:
    return '"' + _percent(text.replace("\\", "\\\\").replace('"', '\\"')) + '"'


# --- launchd -------------------------------------------------------------------------------------------------------


def _launchd(job: Job) -> list[Unit]:
    import plistlib

    label = f"tracker.{job.name}"
    content: dict[str, object] = {
        "Label": label,
        "ProgramArguments": list(job.words),
        "EnvironmentVariables": dict(job.environment),
        "StartCalendarInterval": _intervals(job),
    }
    if job.folder:
        content["WorkingDirectory"] = job.folder
    text = plistlib.dumps(content, sort_keys=False).decode()
    return [Unit(f"~/Library/LaunchAgents/{label}.plist", text, _xml_remark)]


def _intervals(job: Job) -> list[dict[str, int]]:
    fields = fields_of(job.when.line)
    clock = {"Minute": _given(fields.minutes, 60), "Hour": _given(fields.hours, 24)}
    month = {"Month": _given(fields.months, 12)}
    days, weekdays = {"Day": _given(fields.days, 31)}, {"Weekday": _given(fields.weekdays, 7)}
    _require_one_kind_of_day(job)
    parts = (days | weekdays,) if fields.both else (days, weekdays)
    found = [one for part in parts for one in _products(clock | month | part)]
    if len(found) > _MOST_ENTRIES:
        raise _too_much(job)
    return found


def _require_one_kind_of_day(job: Job) -> None:
    """Raise Refused where a day must match both: launchd takes either, and Windows knows no such day."""
    fields = fields_of(job.when.line)
    if fields.both and len(fields.days) < 31 and len(fields.weekdays) < 7:
        raise _too_much(job)


def _given(values: tuple[int, ...], whole: int) -> tuple[int, ...]:
    return () if len(values) == whole else values


def _products(keys: dict[str, tuple[int, ...]]) -> Iterator[dict[str, int]]:
    given = {key: values for key, values in keys.items() if values}
    for values in product(*given.values()):
        yield dict(zip(given, values, strict=True))


def _too_much(job: Job) -> Refused:
    return Refused(
        _("“{cron}” of {name} is more than this scheduler can be told: choose fewer times of day").format(
            cron=job.expression, name=job.name
        )
    )


def _xml_remark(text: str) -> str:
    return f"<!-- {text.replace('--', '- -')} -->\n"


# --- Windows -------------------------------------------------------------------------------------------------------


def _windows(job: Job) -> list[Unit]:
    from tracker.schedule.windows_task import MOST_TRIGGERS, task

    _require_one_kind_of_day(job)
    text, count = task(job)
    if count > MOST_TRIGGERS:
        raise _too_much(job)
    return [Unit(f"tracker-{job.name}.xml", text, _xml_remark)]


KINDS: dict[str, Callable[[Job], list[Unit]]] = {"systemd": _systemd, "launchd": _launchd, "windows": _windows}
