"""What `tracker schedule` does: stores schedules, installs them in cron or systemd, shows them, runs what is due."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tracker import i18n
from tracker.app import App
from tracker.commands.options import View, Which
from tracker.commands.output import output
from tracker.commands.root import invoke
from tracker.commands.schedule import LAST_RUN, filter_words, pairs, report_words, stored_line, takes
from tracker.database import Reader
from tracker.dates import end_of_day
from tracker.errors import Busy, Findings, Refused, TrackerError, UsageError
from tracker.i18n import _, ngettext
from tracker.ledger.schedules import Added, NewSchedule
from tracker.queries import database_info
from tracker.queries import schedules as questions
from tracker.queries.as_of import AsOf
from tracker.queries.reference import working_days
from tracker.queries.schedules import ScheduleRow, Watermark, last_change
from tracker.reports.integrity import seal_line
from tracker.reports.report import Report
from tracker.reports.schedules import Clock, ScheduleStatus, moment_words, schedule_list, schedule_show
from tracker.schedule import crontab, delivery_config
from tracker.schedule.cron import (
    next_moments,
    parse_when,
    rule_of,
    system_zone,
    system_zone_name,
    user_zone_name,
    zone_named,
)
from tracker.schedule.crontab import Job, Program, jobs, place_of, program, require_standing_alone, units
from tracker.schedule.deliver import DeliveryContext, Target, file_path, read_target, require_apprise, require_below
from tracker.schedule.digest import Digest, Gathering, Part, as_text
from tracker.schedule.run import OUTPUT, Make, Outcome, lock_folder, only_one, preview, run
from tracker.settings import project_file
from tracker.text import clean, fold, shorten


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of the command line; one of `cron` (checked) and `when` is given."""

    name: str
    cron: str | None
    when: str | None
    reports: tuple[str, ...]
    since: str
    begins: date | None
    to: tuple[str, ...]
    format: str | None


def new_schedule(
    app: App,
    wanted: Wanted,
    which: Which,
    shared: Mapping[str, str | None],
    silent: str,
    fail_on: str | None,
) -> NewSchedule:
    """The schedule that the words make. Raises UsageError for the first of them that cannot be."""
    options = [*filter_words(which), *(word for name, value in shared.items() if value for word in (name, value))]
    reports = tuple(stored_line(app, line, wanted.since) for line in wanted.reports)
    _require_taken(app, reports, options)
    for line in reports:
        _require_answered(app, line, report_words(app, line, options, wanted.since))
    return NewSchedule(
        name=wanted.name,
        cron=wanted.cron or parse_when(wanted.when or "", app.now.astimezone(app.zone).date()),
        reports=reports,
        lang=app.settings.lang,
        since=wanted.since,
        begins=wanted.begins,
        said=clean(wanted.when, _("the time")) if wanted.when else None,
        zone=user_zone_name(app.settings.timezone),
        options=shlex.join(options) or None,
        targets=tuple(dict.fromkeys(target.text for target in _targets(app, wanted))),
        format=wanted.format,
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
    special = app.read(working_days)
    found = next_moments(cron, zone_named(zone), app.now, special=special)
    for number, moment in enumerate(found, start=1):
        app.say(_("run {number}: {moment}").format(number=number, moment=moment_words(moment, clocks(zone))))
    years = {moment.year for moment in found} - {day.year for day in special}
    if years and "WD" in (rule_of(cron) or ""):
        app.say(
            _("no holidays of {years} are in the calendar, so working days are Monday to Friday; {command}").format(
                years=_(", ").join(map(str, sorted(years))), command="tracker calendar import"
            )
        )


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
                _("{option} does not apply to any of the reports: {reports}").format(
                    option=option, reports=_(", ").join(reports)
                )
            )


def _targets(app: App, wanted: Wanted) -> list[Target]:
    folder, names = app.settings.deliver_folder, delivery_config.entry_names() if wanted.to else []
    found = [read_target(text, names, folder=folder, format=wanted.format) for text in wanted.to]
    for target in found:
        match target.kind:
            case "mail":
                if not delivery_config.has_mail_server():
                    for line in delivery_config.MAIL_LINES:
                        app.say(line)
                delivery_config.mail_server()
            case "entry":
                delivery_config.entry(target.place)
                require_apprise()
            case _:
                require_below(file_path(target, wanted.name, app.now.astimezone(app.zone)), folder)
    return found


def install(app: App, *, only_print: bool) -> None:
    """Write the block of this database into the user's crontab, or print its lines."""
    start = _program(app)
    rows = _rows(app)
    if only_print:
        found = _jobs(app, rows, start, b"")
        app.print("".join(os.fsdecode(crontab.line(job)) + "\n" for job in found))
        if not found:
            app.say(_("there is no schedule to install"))
        return
    if rows:
        require_standing_alone(start)
    before = crontab.read_crontab()
    found = _jobs(app, rows, start, before)
    after = crontab.with_block(before, start.place, found)
    if after != before:
        crontab.write_crontab(after)
    app.say(_said(len(found), changed=after != before))
    for job in found:
        if not job.when.exact:
            app.say(
                _("{name}: cron starts it at {line}, and it runs only when it is due").format(
                    name=job.name, line=job.when.line
                )
            )
    if (reason := crontab.unmailed(after, start.place)) and (printing := [row.name for row in rows if not row.targets]):
        app.say(f"{_(', ').join(printing)}{_(': ')}{reason}")


def uninstall(app: App) -> None:
    """Take the block of this database out of the user's crontab."""
    place = place_of(app.database)
    before = crontab.read_crontab()
    after = crontab.without_block(before, place)
    if after == before:
        app.say(_("your crontab has no schedule of this database"))
        return
    crontab.write_crontab(after)
    app.say(_("the schedules of this database are out of your crontab; they stay in the ledger"))


def print_units(app: App, name: str | None) -> None:
    """Print the files that start every schedule, or that of `name`, with systemd."""
    found = [unit for job in _jobs(app, _rows(app, name), _program(app), b"") for unit in units(job)]
    app.print("\n".join(f"# {unit.place}\n{unit.content}" for unit in found))
    if not found:
        app.say(_("there is no schedule to install"))


def describe(app: App, rows: Sequence[ScheduleRow]) -> tuple[dict[str, bytes], dict[str, bytes], str | None]:
    """The lines the crontab has of this database by schedule, those install would write, and why none is mailed."""
    before = crontab.read_crontab()
    block = crontab.find_block(before, place_of(app.database))
    if block is None:
        return {}, {}, None
    wanted = {job.name: crontab.line(job) for job in _jobs(app, rows, _program(app), before)}
    return crontab.scheduled_names(block), wanted, crontab.unmailed(before, place_of(app.database))


def _rows(app: App, name: str | None = None) -> list[ScheduleRow]:
    rows = app.read(questions.schedules)
    return rows if name is None else [questions.named(rows, name)]


def _program(app: App) -> Program:
    folder = folder_now()
    file = project_file(folder) if folder else None
    return program(app.database, os.environ, file.parent if file else None)


def _jobs(app: App, rows: Sequence[ScheduleRow], start: Program, table: bytes) -> list[Job]:
    return jobs(rows, start, system_zone(), app.now, doubt=crontab.names_zone(table))


def _said(count: int, *, changed: bool) -> str:
    if not changed:
        return _("your crontab is up to date; nothing was written")
    if not count:
        return _("there is no schedule left: the block of this database is out of your crontab")
    return ngettext(
        "{count} schedule is in your crontab; take it out with: tracker schedule uninstall",
        "{count} schedules are in your crontab; take them out with: tracker schedule uninstall",
        count,
    ).format(count=count)


@dataclass(frozen=True, slots=True)
class Known:
    """What the crontab starts: names and their lines, the lines it should have, and why nobody is mailed."""

    lines: dict[str, bytes]
    wanted: dict[str, bytes]
    unmailed: str | None

    def of(self, row: ScheduleRow) -> str:
        """Whether the crontab has the schedule, and as it is."""
        if row.name not in self.lines:
            return "no"
        return "yes" if self.lines[row.name] == self.wanted.get(row.name) else "outdated"


def list_report(app: App, view: View) -> None:
    """Print every schedule."""

    def build(reader: Reader, as_of: AsOf) -> Report:
        rows = questions.schedules(reader, as_of)
        last = questions.last_runs(reader)
        known = _known(app, questions.schedules(reader, AsOf(as_of.day)))
        statuses = [_status(app, row, last.get(row.schedule_id), known, 1) for row in rows]
        live = {fold(row.name) for row in rows}
        orphans = [name for name in known.lines if fold(name) not in live] if known else []
        printing = [row.name for row in rows if known and row.name in known.lines and not row.targets]
        lost = f"{_(', ').join(printing)}{_(': ')}{known.unmailed}" if known and known.unmailed and printing else None
        return schedule_list(as_of, statuses, orphans, lost)

    output(app, view, app.read(build, as_of=view.as_of, known_on=view.known_on))


def show_report(app: App, view: View, name: str) -> None:
    """Print one schedule."""

    def build(reader: Reader, as_of: AsOf) -> Report:
        row = questions.named(questions.schedules(reader, as_of), name)
        runs = [(run, questions.deliveries(reader, run.run_id)) for run in questions.runs(reader, row.schedule_id)]
        known = _known(app, questions.schedules(reader, AsOf(as_of.day)))
        status = _status(app, row, runs[0][0] if runs else None, known, 5)
        return schedule_show(as_of, status, clocks(row.zone), runs)

    output(app, view, app.read(build, as_of=view.as_of, known_on=view.known_on))


def say_still_installed(app: App, name: str) -> None:
    """Say that the crontab still starts a schedule that was removed."""
    known = _known(app, (), quietly=True)
    if known and any(fold(one) == fold(name) for one in known.lines):
        app.say(_("your crontab still starts it; take it out with: tracker schedule install"))


def _status(
    app: App, row: ScheduleRow, last: questions.RunRow | None, known: Known | None, count: int
) -> ScheduleStatus:
    upcoming = tuple(next_moments(row.cron, zone_named(row.zone), app.now, count, app.read(working_days)))
    return ScheduleStatus(row, upcoming, last, known.of(row) if known else None)


def _known(app: App, rows: Iterable[ScheduleRow], *, quietly: bool = False) -> Known | None:
    """What the crontab has; where it cannot be read, that is said and None returned."""
    try:
        return Known(*describe(app, list(rows)))
    except Refused as error:
        if not quietly:
            app.say(_("whether the crontab has them is not known: {reason}").format(reason=error))
        return None


_ALL = 10**9


def run_named(app: App, name: str, definition: str | None, *, if_due: bool, dry_run: bool, always: bool) -> None:
    """Run one schedule; with `if_due`, only where its moment has come since its last run.

    Raises Busy where another run of it is under way, Refused where a target was not told or the schedule is no longer
    the one of this `definition`, Findings where the schedule asks for that.
    """
    row = questions.named(app.read(questions.schedules), name)
    if definition not in (None, row.definition):
        raise Refused(
            _(
                "{name} was changed since it was installed here, and is not run: look at it with"
                " tracker schedule show {name}, and accept it with tracker schedule install"
            ).format(name=row.name)
        )
    # Only a job names the definition.
    _run(app, row, if_due=if_due, dry_run=dry_run, always=always, quietly=definition is not None)


def run_due(app: App, *, dry_run: bool, always: bool) -> None:
    """Run every schedule that is due; one that fails does not stop the others. Raises what the gravest one raised."""
    failures: list[TrackerError] = []
    for row in app.read(questions.schedules):
        try:
            _run(app, row, if_due=True, dry_run=dry_run, always=always)
        except TrackerError as error:
            app.say(f"{row.name}{_(': ')}{error}")
            failures.append(error)
    if failures:
        # One that was not delivered counts for more than one with findings, and that for more than one that runs.
        gravest = min(failures, key=lambda error: (isinstance(error, Busy), isinstance(error, Findings)))
        count = len(failures)
        raise type(gravest)(
            ngettext("{count} schedule needs a look", "{count} schedules need a look", count).format(count=count)
        )


def print_again(app: App, name: str, day: date) -> None:
    """Print the digest of the last run by the end of `day` again, as it was. Raises Refused where there was none."""
    row = questions.named(app.read(questions.schedules, known_on=day), name)
    end = end_of_day(day, app.zone)
    with app.database.reading() as reader:
        past = next((one for one in questions.runs(reader, row.schedule_id, _ALL) if one.started < end), None)
    if past is None:
        raise Refused(_("{name} had not run by {day}").format(name=row.name, day=day))
    # The schedule too as that run knew it.
    knowing = App(flags=app.flags, gathering=Gathering(past.from_change, past.until_change))
    row = next(one for one in knowing.read(questions.schedules) if one.schedule_id == past.schedule_id)
    with _speaking(row.lang, app):
        inner = _inner(app, row, past.started)
        make = _maker(inner, row)
        digest = make(Watermark(past.from_change, past.from_at), Watermark(past.until_change, past.until_at))
        app.print(as_text(digest, inner.render_options()))


def _run(app: App, row: ScheduleRow, *, if_due: bool, dry_run: bool, always: bool, quietly: bool = False) -> None:
    with _speaking(row.lang, app):
        inner = _inner(app, row)
        context = DeliveryContext(
            app.database, row, app.now.astimezone(inner.zone), inner.render_options(), app.settings.deliver_folder
        )
        if dry_run:
            if not if_due or _is_due(app, row):
                _show(app, preview(context, _maker(inner, row)))
            return
        with only_one(lock_folder(), str(app.database), row.name):
            # Asked under the lock: the run that held it before may have been the one that was due.
            if if_due and not _is_due(app, row):
                return
            outcome = run(context, _maker(inner, row), app.print_bytes, always=always or row.always)
        _tell(app, row, outcome, quietly=quietly or if_due)
        _fail_on_findings(inner, row, outcome.until)


def _show(app: App, texts: Sequence[str]) -> None:
    for text in texts:
        app.print(text)
    app.say(_("dry run: nothing was delivered or recorded"))


def _is_due(app: App, row: ScheduleRow) -> bool:
    from tracker.schedule.cron import due_moment, zone_named

    with app.database.reading() as reader:
        last = questions.last_runs(reader).get(row.schedule_id)
    special, started = app.read(working_days), last.started if last else None
    due = due_moment(row.cron, zone_named(row.zone), app.now, since=row.row_at, last_run=started, special=special)
    return due is not None


def _tell(app: App, row: ScheduleRow, outcome: Outcome, *, quietly: bool) -> None:
    """Say what went where; to cron, which mails every word, only what went wrong."""
    if app.has_terminal or not quietly:
        reports = ", ".join(row.report_lines)
        for one in outcome.results:
            printed = one.target == OUTPUT
            where = _("printed") if printed else one.target
            if one.result == "delivered":
                first, last = one.since.change + 1, outcome.until.change
                span = _(", changes {first} to {last}").format(first=first, last=last) if last >= first else ""
                app.say(
                    _("{name}: {reports} → {where}{span}").format(
                        name=row.name, reports=reports, where=where, span=span
                    )
                )
            elif one.result == "empty":
                line = _("{name}: nothing new") if printed else _("{name}: nothing new for {target}")
                app.say(line.format(name=row.name, target=where))
    if outcome.failures:
        raise Refused(
            _("{name} did not reach every target, the next run makes up for it: {reasons}").format(
                name=row.name, reasons="; ".join(outcome.failures)
            )
        )


def _fail_on_findings(app: App, row: ScheduleRow, until: Watermark) -> None:
    if row.fail_on is None:
        return
    now = (until, until)
    if row.fail_on == "overdue":
        listed = [*_parts(app, row, "milestone list", *now), *_parts(app, row, "request list --overdue", *now)]
        listed += _parts(app, row, "report follow-ups --due", *now)
        found = sum(_overdue(part) for part in listed)
        sentence = ngettext("{name}: {count} is overdue", "{name}: {count} are overdue", found)
    else:
        from tracker.reports.check import counted

        reports = [part.report for part in _parts(app, row, "check", *now) if part.report]
        found = sum(counted(report, row.fail_on) for report in reports)
        sentence = ngettext("{name}: {count} finding", "{name}: {count} findings", found)
    if found:
        raise Findings(sentence.format(name=row.name, count=found))


def _overdue(part: Part) -> int:
    if part.report is None:
        return 0
    place = [column.key for column in part.report.columns].index("overdue")
    return sum(1 for row in part.report.rows if row[place])


# --- what a digest is made of ------------------------------------------------------------------------------------


def _inner(app: App, row: ScheduleRow, moment: datetime | None = None) -> App:
    """The program as the schedule wants it: its language and zone, and the clock of this run, or of `moment`."""
    flags = {**app.flags, "lang": row.lang}
    return App(flags=flags | {"timezone": row.zone} if row.zone else flags, debug=app.debug, moment=moment or app.now)


def _maker(app: App, row: ScheduleRow) -> Make:
    def make(since: Watermark, until: Watermark) -> Digest:
        parts = tuple(part for line in row.report_lines for part in _parts(app, row, line, since, until))
        unchanged = row.only_if_changed and all(
            part.empty for part in _parts(app, row, "changes", since, until, begin=LAST_RUN)
        )
        with app.database.reading() as reader:
            seal = seal_line(database_info.seal(reader, until.change))
            period = _period(app, row, reader, since, until)
        return Digest(row.name, app.today, since, until, parts, seal, unchanged, period)

    return make


def _period(app: App, row: ScheduleRow, reader: Reader, since: Watermark, until: Watermark) -> str:
    """From when to when a digest tells what changed; nothing where none of its reports does."""
    if row.since != LAST_RUN or not any(line.split()[0] == "changes" for line in row.report_lines):
        return ""

    def shown(mark: Watermark) -> str:
        return f"{mark.at.astimezone(app.zone):%Y-%m-%d %H:%M}" if mark.at else "–"

    first, begins = questions.beginning(reader, row.schedule_id), shown(since)
    sentence = _("Changes recorded from {since} to {until}")
    if row.begins and since.change == first.change:
        begins = row.begins.isoformat()
    elif since.change == 0:
        sentence = _("Changes recorded from the beginning of the ledger, {since}, to {until}")
    return sentence.format(since=begins, until=shown(until))


def _parts(
    app: App, row: ScheduleRow, line: str, since: Watermark, until: Watermark, *, begin: str | None = None
) -> list[Part]:
    """The reports of one command line, as the ledger stood after the change `until`; changes from `begin` on."""
    from tracker.commands.root import invoke

    words = report_words(app, line, shlex.split(row.options or ""), begin or row.since)
    app.gathering = Gathering(since.change, until.change)
    invoke(app, words)
    return app.gathering.parts


@contextmanager
def _speaking(lang: str, app: App) -> Iterator[None]:
    i18n.choose(lang)
    try:
        yield
    finally:
        i18n.choose(app.settings.lang)
