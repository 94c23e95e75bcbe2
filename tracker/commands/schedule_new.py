"""The schedule that `tracker schedule add` is given, checked, and when it will run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.app import App
from tracker.commands.options import Which
from tracker.commands.root import invoke
from tracker.commands.schedule_lines import filter_words, pairs, report_words, stored_line, takes
from tracker.errors import TrackerError, UsageError
from tracker.i18n import _
from tracker.ledger.schedules import Added, NewSchedule
from tracker.queries.schedules import last_change
from tracker.reports.schedules import Clock, moment_words
from tracker.schedule import delivery_config
from tracker.schedule.chat import require_apprise
from tracker.schedule.cron_phrases import parse_when
from tracker.schedule.digest import Gathering
from tracker.schedule.targets import Target, file_path, read_target, require_below
from tracker.schedule.upcoming import next_moments, system_zone, system_zone_name, user_zone_name, zone_named
from tracker.text import clean, shorten


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the command line; one of `cron` (checked) and `when` is given."""

    name: str
    cron: str | None
    when: str | None
    reports: tuple[str, ...]
    since: str
    lang: str | None
    to: tuple[str, ...]
    format: str | None


def new_schedule(
    app: App,
    asked: Asked,
    which: Which,
    shared: Mapping[str, str | None],
    silent: str,
    fail_on: str | None,
) -> NewSchedule:
    """The schedule that the words make. Raises UsageError for the first of them that cannot be."""
    options = [*filter_words(which), *(word for name, value in shared.items() if value for word in (name, value))]
    reports = tuple(stored_line(app, line, asked.since) for line in asked.reports)
    _require_taken(app, reports, options)
    for line in reports:
        _require_answered(app, line, report_words(app, line, options, asked.since))
    return NewSchedule(
        name=asked.name,
        cron=asked.cron or parse_when(asked.when or ""),
        reports=reports,
        lang=asked.lang or app.settings.lang,
        since=asked.since,
        said=clean(asked.when, _("the time")) if asked.when else None,
        zone=user_zone_name(app.settings.timezone),
        options=shlex.join(options) or None,
        targets=tuple(dict.fromkeys(target.text for target in _targets(app, asked))),
        format=asked.format,
        silent=silent,
        fail_on=fail_on,
    )


def added_lines(added: Added) -> list[str]:
    """The sentence for a schedule that was added, changed, or is as it was."""
    sentences = {
        "new": _("schedule {name} added: {when}"),
        "changed": _("schedule {name} changed: {when}"),
        "same": _("schedule {name} already has these values"),
    }
    row = added.row
    return [sentences[added.outcome].format(name=row.name, when=row.said or row.cron)]


def say_upcoming(app: App, cron: str, zone: str | None) -> None:
    """Say the next five runs in the schedule's zone and in the machine's."""
    for number, moment in enumerate(next_moments(cron, zone_named(zone), app.now), start=1):
        app.say(_("run {number}: {moment}").format(number=number, moment=moment_words(moment, clocks(zone))))


def clocks(zone: str | None) -> tuple[Clock, ...]:
    """The clock of a schedule, and that of the machine where it is another."""
    machine = Clock(system_zone(), system_zone_name() or _("machine time"))
    return (machine,) if zone in (None, machine.name) else (Clock(zone_named(zone), str(zone)), machine)


def folder_now() -> Path | None:
    """The folder the program was started in, None where it is gone."""
    try:
        return Path.cwd()
    except OSError:
        return None


def _require_answered(app: App, line: str, words: Sequence[str]) -> None:
    """Raise UsageError for a grouping, column, order or name that the report itself would not take: it is made once."""
    trial = App(flags=app.flags, moment=app.now)
    with trial.database.reading() as reader:
        latest = last_change(reader).change
    trial.gathering = Gathering(latest, latest)
    try:
        invoke(trial, words)
    except UsageError as error:
        raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=error)) from None
    except TrackerError:
        # What is missing today, such as a rate, may be there when the schedule runs.
        return


def _require_taken(app: App, reports: tuple[str, ...], options: list[str]) -> None:
    """Raise UsageError for an option that no report knows: it would silently mean nothing."""
    for option, _value in pairs(options):
        if not any(takes(app, line, option) for line in reports):
            raise UsageError(
                _("none of the reports takes {option}: {reports}").format(option=option, reports=", ".join(reports))
            )


def _targets(app: App, asked: Asked) -> list[Target]:
    folder, names = app.settings.deliver_folder, delivery_config.entry_names() if asked.to else []
    found = [read_target(text, names, folder=folder, format=asked.format) for text in asked.to]
    for target in found:
        match target.kind:
            case "mail":
                delivery_config.mail_server()
            case "entry":
                delivery_config.entry(target.place)
                require_apprise()
            case _:
                require_below(file_path(target, asked.name, app.now.astimezone(app.zone)), folder)
    return found
