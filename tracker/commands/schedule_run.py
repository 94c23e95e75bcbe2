"""What `tracker schedule run` does: the digests of schedules, made by the commands that a person would type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from tracker import i18n
from tracker.app import App
from tracker.commands.schedule_lines import LAST_RUN, report_words
from tracker.dates import end_of_day
from tracker.errors import Busy, Findings, Refused, TrackerError
from tracker.i18n import _, ngettext
from tracker.queries import schedules as questions
from tracker.queries import upkeep
from tracker.queries.schedules import ScheduleRow, Watermark
from tracker.reports.integrity import seal_line
from tracker.schedule.deliver import DeliveryContext
from tracker.schedule.digest import Digest, Gathering, Part, as_text
from tracker.schedule.lock import lock_folder, only_one
from tracker.schedule.run import Make, Outcome, preview, run

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
    _run(app, row, if_due=if_due, dry_run=dry_run, always=always)


def run_due(app: App, *, dry_run: bool, always: bool) -> None:
    """Run every schedule that is due; one that fails does not stop the others. Raises what the gravest one raised."""
    failures: list[TrackerError] = []
    for row in app.read(questions.schedules):
        try:
            _run(app, row, if_due=True, dry_run=dry_run, always=always)
        except TrackerError as error:
            app.say(f"{row.name}: {error}")
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
        app.print(as_text(digest, inner.look()))


def _run(app: App, row: ScheduleRow, *, if_due: bool, dry_run: bool, always: bool) -> None:
    with _speaking(row.lang, app):
        inner = _inner(app, row)
        context = DeliveryContext(
            app.database, row, app.now.astimezone(inner.zone), inner.look(), app.settings.deliver_folder
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
        _tell(app, row, outcome)
        _fail_on_findings(inner, row, outcome.until)


def _show(app: App, texts: Sequence[str]) -> None:
    for text in texts:
        app.print(text)
    app.say(_("dry run: nothing was delivered or recorded"))


def _is_due(app: App, row: ScheduleRow) -> bool:
    from tracker.schedule.upcoming import due_moment, zone_named

    with app.database.reading() as reader:
        last = questions.last_runs(reader).get(row.schedule_id)
    started = last.started if last else None
    return due_moment(row.cron, zone_named(row.zone), app.now, since=row.row_at, last_run=started) is not None


def _tell(app: App, row: ScheduleRow, outcome: Outcome) -> None:
    """Say to a person what became of it; to cron, which mails every word, only what went wrong."""
    if app.has_terminal:
        for target in outcome.delivered:
            app.say(_("{name}: delivered to {target}").format(name=row.name, target=target))
        if outcome.result == "empty":
            app.say(_("{name}: nothing to tell").format(name=row.name))
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
            seal = seal_line(upkeep.seal(reader, until.change))
        return Digest(row.name, app.today, since, until, parts, seal, unchanged)

    return make


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
