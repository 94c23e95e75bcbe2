"""`tracker schedule list` and `show`: what is sent when and where, the next runs and the last, and what cron has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tracker.database import Reader
from tracker.i18n import _, language, ngettext
from tracker.queries.as_of import AsOf
from tracker.queries.reference import calendar
from tracker.queries.schedules import DeliveryRow, RunRow, ScheduleRow
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.words import bag, term
from tracker.text import command_line, plain_command
from tracker.vocabulary import DAY_KINDS

WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": tuple(f"周{one}" for one in "一二三四五六日"),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time zone and what it is called."""

    zone: tzinfo
    name: str


@dataclass(frozen=True, slots=True)
class ScheduleStatus:
    """A schedule, its next moments (UTC), its last run, and what the crontab has of it.

    `installed` is "yes", "no" or "outdated", None where the crontab cannot be read.
    """

    row: ScheduleRow
    upcoming: tuple[datetime, ...]
    last: RunRow | None
    installed: str | None


def moment_words(moment: datetime, clocks: Sequence[Clock]) -> str:
    """The moment as each clock shows it: "Mon 2023-04-03 08:00 Asia/Shanghai = 00:00 UTC"."""
    times, day = [], None
    for clock in clocks:
        local = moment.astimezone(clock.zone)
        weekday = WEEKDAYS[language()][local.weekday()]
        date = "" if local.date() == day else f"{weekday} {local:%Y-%m-%d} "
        times.append(f"{date}{local:%H:%M} {clock.name}")
        day = local.date()
    return " = ".join(dict.fromkeys(times))


def schedule_list(
    as_of: AsOf, statuses: Sequence[ScheduleStatus], orphans: Sequence[str], unmailed: str | None = None
) -> Report:
    """Every schedule, then the `orphans`: names that the crontab starts and the ledger does not know.

    `unmailed` says whose digests nobody gets.
    """
    columns = (
        Column("name", _("Schedule"), priority=1),
        Column("when", _("When"), priority=1),
        Column("zone", _("Time zone"), priority=6),
        Column("reports", _("Reports"), priority=4),
        Column("to", _("To"), priority=5),
        Column("next", _("Next run"), Kind.MOMENT, priority=2),
        Column("last", _("Last run"), Kind.MOMENT, priority=3),
        Column("result", _("Result"), priority=2),
        Column("installed", _("In the crontab"), priority=3),
        Column("cron", _("Cron"), hidden=True),
        Column("options", _("Options"), hidden=True),
        Column("since", _("Since"), hidden=True),
        Column("lang", _("Language"), hidden=True),
        Column("format", _("Format"), hidden=True),
        Column("error", _("Error"), hidden=True),
    )
    nothing: tuple[Cell, ...] = (None,) * (len(columns) - 2)
    orphaned = ((name, *nothing[:7], _("orphan: not in the ledger"), *nothing[7:-1], None) for name in orphans)
    rows = (*(_cells(one) for one in statuses), *orphaned)
    orphan = (
        _("an orphan leaves the crontab with: {command}").format(command=command_line("schedule install"))
        if orphans
        else None
    )
    # What nobody gets is no definition: it stands below the table whether or not --explain is given.
    coverage = tuple(sentence for sentence in (unmailed, orphan) if sentence)
    return Report(
        "schedules",
        _("Schedules"),
        columns,
        rows,
        as_of.day,
        as_of.known_on,
        coverage=coverage,
        empty=_("no schedule yet; add one: {command}").format(
            command=command_line('schedule add weekly --when "every monday 8:00" --report progress')
        ),
    )


def _cells(one: ScheduleStatus) -> tuple[Cell, ...]:
    row, last = one.row, one.last
    return (
        row.name,
        row.phrase or row.cron,
        row.zone,
        bag(row.report_lines),
        bag(row.target_lines),
        one.upcoming[0] if one.upcoming else None,
        last.started if last else None,
        result_word(last.result) if last else None,
        installed_word(one.installed),
        row.cron,
        row.options,
        row.since,
        row.lang,
        row.format,
        last.error if last else None,
    )


def result_word(result: str) -> str:
    """What came of a run or a delivery."""
    return {
        "delivered": _("delivered"),
        "partial": _("partly delivered"),
        "failed": _("failed"),
        "empty": _("nothing new"),
    }.get(result, result)


def silent_word(silent: str) -> str:
    """When a schedule delivers nothing."""
    return {
        "empty": _("even when there is nothing new"),
        "unchanged": _("where nothing was recorded since the last run"),
        "never": _("never"),
    }[silent]


def installed_word(installed: str | None) -> str | None:
    """Whether cron starts a schedule."""
    if installed is None:
        return None
    return {
        "yes": _("yes"),
        "no": _("no; run: {command}").format(command=plain_command("schedule install")),
        "outdated": _("outdated; run: {command}").format(command=plain_command("schedule install")),
    }[installed]


def schedule_show(
    as_of: AsOf, one: ScheduleStatus, clocks: Sequence[Clock], runs: Sequence[tuple[RunRow, Sequence[DeliveryRow]]]
) -> Report:
    """Everything about one schedule: its words, its next moments on each of the `clocks`, its last `runs`."""
    columns = (
        Column("section", _("Section"), priority=1),
        Column("item", _("What"), priority=1),
        Column("value", _("Value"), Kind.ANY, priority=1),
        Column("detail", _("Detail"), Kind.ANY, priority=2),
    )
    upcoming = (
        (_("Next runs"), str(number), moment, moment_words(moment, clocks))
        for number, moment in enumerate(one.upcoming, start=1)
    )
    rows = (*_facts(one), *upcoming, *_runs(runs))
    return Report("schedule", one.row.name, columns, rows, as_of.day, as_of.known_on, grouped=True)


def _facts(one: ScheduleStatus) -> Iterator[tuple[Cell, ...]]:
    row = one.row
    facts: tuple[tuple[str, Cell], ...] = (
        (_("When"), row.phrase),
        (_("Cron"), row.cron),
        (_("Time zone"), row.zone or _("that of the machine")),
        (_("Reports"), bag(row.report_lines)),
        (_("Options"), row.options),
        (_("Since"), row.since),
        (_("Language"), row.lang),
        (_("To"), bag(row.target_lines) or _("its own output")),
        (_("Format"), row.format),
        (_("Silent"), silent_word(row.silent)),
        (_("Fails on"), row.fail_on),
        (_("In the crontab"), installed_word(one.installed)),
    )
    for item, value in facts:
        if value is not None:
            yield _("Schedule"), item, value, None


def _runs(runs: Sequence[tuple[RunRow, Sequence[DeliveryRow]]]) -> Iterator[tuple[Cell, ...]]:
    for run, deliveries in runs:
        covered = _("changes {first} to {last}").format(first=run.from_change + 1, last=run.until_change)
        window = covered if run.until_change > run.from_change else _("no change")
        yield _("Last runs"), result_word(run.result), run.started, run.error or window
        for one in deliveries:
            yield _("Last runs"), f"→ {one.target}", result_word(one.result), one.error


def calendar_list(reader: Reader, as_of: AsOf, years: tuple[int, ...]) -> Report:
    """Every day of the calendar, or those of some years."""
    rows = [row for row in calendar(reader, as_of) if not years or row.day.year in years]
    kinds = Counter(row.kind for row in rows)
    free, worked = kinds["holiday"], kinds["working"]
    days = (
        ngettext("{count} holiday", "{count} holidays", free).format(count=free),
        ngettext("{count} make-up working day", "{count} make-up working days", worked).format(count=worked),
    )
    return Report(
        "calendar",
        _("Calendar"),
        (
            Column("day", _("Day"), Kind.DATE, priority=1),
            Column("weekday", _("Weekday"), priority=2),
            Column("kind", _("Kind"), priority=1),
            Column("name", _("Name"), priority=1),
        ),
        tuple((row.day, WEEKDAYS[language()][row.day.weekday()], term(DAY_KINDS, row.kind), row.name) for row in rows),
        as_of.day,
        as_of.known_on,
        coverage=(_("{days}; other days are worked Monday to Friday").format(days=_(", ").join(days)),) if rows else (),
        empty=_("the calendar is empty: working days are Monday to Friday; fill it with {command}").format(
            command=command_line("calendar import")
        ),
    )
