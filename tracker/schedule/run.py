"""One run of a schedule: what each target has not received yet is delivered and recorded, one run at a time."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tracker.database import Database
from tracker.errors import Busy, Refused, TrackerError
from tracker.i18n import _
from tracker.queries.schedules import ScheduleRow, Watermark, last_change, since_delivered
from tracker.schedule.deliver import DeliveryContext, deliver
from tracker.schedule.digest import Digest, as_file, as_text
from tracker.settings import user_folder
from tracker.text import show

if TYPE_CHECKING:
    from tracker.ledger.schedules import Delivered

_PRIVATE = 0o600


def lock_folder() -> Path:
    """Where locks lie. Raises Refused for a user without a home folder."""
    path = user_folder("XDG_STATE_HOME")
    if path is None:
        raise Refused(_("there is no home folder to keep a lock in: set HOME or XDG_STATE_HOME"))
    return path / "locks"


@contextmanager
def only_one(folder: Path, database: str, name: str) -> Iterator[None]:
    """Hold the lock of schedule `name` of `database` (its path or URL) while the block runs.

    The lock is on an open descriptor of a file in `folder`, which stays there and means nothing by itself. Raises Busy
    where another process holds it, Refused where the file cannot be opened. It works on one machine, for one user.
    """
    digest = hashlib.sha256(f"{database}\n{name}".encode("utf-8", "surrogateescape")).hexdigest()
    path = folder / f"{digest[:32]}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A planted link is not followed; the descriptor is closed for programs that are started meanwhile.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), _PRIVATE)
    except OSError as error:
        raise Refused(
            _("the lock of “{name}” cannot be taken in {folder}: {reason}").format(
                name=show(name), folder=show(str(folder)), reason=show(error.strerror or str(error))
            )
        ) from error
    try:
        if not _taken(descriptor):
            raise Busy(_("another run of “{name}” is under way; this one leaves it alone").format(name=show(name)))
        yield
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


OUTPUT = "-"  # the target of a schedule that was given none: the run's own output, which cron mails


class WriteOut(Protocol):
    """Writes data to the program's own output; what is no `text` not onto a terminal."""

    def __call__(self, chunks: Iterable[bytes], *, text: bool = False) -> None:
        """Write the chunks."""


# The digest of the changes after the first watermark up to the second.
Make = Callable[[Watermark, Watermark], Digest]


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of one target: `error` says why it was not told, `silent` that there was nothing to tell."""

    target: str
    since: Watermark
    silent: bool = False
    failed: bool = False
    error: str | None = None

    @property
    def result(self) -> str:
        """The word of the record."""
        return "failed" if self.failed or self.error else "empty" if self.silent else "delivered"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run: what every target was told, up to which change; `error` says why there was no digest at all."""

    results: tuple[DeliveryResult, ...]
    until: Watermark
    error: str | None = None

    @property
    def result(self) -> str:
        """The word of the record: delivered, partial, failed or empty."""
        words = {one.result for one in self.results}
        if "failed" not in words:
            return "delivered" if "delivered" in words else "empty"
        return "partial" if "delivered" in words else "failed"

    @property
    def delivered(self) -> tuple[str, ...]:
        """The targets that were told, the run's own output left out."""
        return tuple(one.target for one in self.results if one.result == "delivered" and one.target != OUTPUT)

    @property
    def failures(self) -> tuple[str, ...]:
        """Why targets were not told, a sentence each."""
        if self.error:
            return (self.error,)
        return tuple(
            one.error if one.target == OUTPUT else f"{one.target}: {one.error}" for one in self.results if one.error
        )


def preview(context: DeliveryContext, make: Make) -> tuple[str, ...]:
    """The digests a run would deliver now, as text, one for each beginning its targets are at; nothing moves."""
    windows, until = _windows(context.database, context.schedule)
    beginnings = {since.change: since for _target, since in windows}
    return tuple(as_text(make(since, until), context.options) for since in beginnings.values())


def run(context: DeliveryContext, make: Make, write_out: WriteOut, *, always: bool) -> Outcome:
    """Tell every target what it was not told yet, and record it; a target that fails does not stop the others.

    A digest is delivered at least once: where the program dies between a delivery and its record, the next run tells
    that target the same again.
    """
    begun = time.monotonic()
    windows, until = _windows(context.database, context.schedule)
    try:
        digests = {since.change: make(since, until) for _target, since in windows}
    except TrackerError as error:
        outcome = Outcome(
            tuple(DeliveryResult(target, since, failed=True) for target, since in windows), until, str(error)
        )
    else:
        results = (_tell(context, target, since, digests[since.change], write_out, always) for target, since in windows)
        outcome = Outcome(tuple(results), until)
    _record(context, outcome, timedelta(seconds=time.monotonic() - begun))
    return outcome


def _windows(database: Database, schedule: ScheduleRow) -> tuple[list[tuple[str, Watermark]], Watermark]:
    """Each target with the change up to which it was told, and the change up to which it is told now."""
    with database.reading() as reader:
        until = last_change(reader)
        found = schedule.target_lines or (OUTPUT,)
        return [(target, since_delivered(reader, schedule.schedule_id, target)) for target in found], until


def _tell(
    context: DeliveryContext, target: str, since: Watermark, digest: Digest, write_out: WriteOut, always: bool
) -> DeliveryResult:
    if digest.silent and not always:
        return DeliveryResult(target, since, silent=True)
    if target != OUTPUT:
        return DeliveryResult(target, since, error=deliver(context, digest, target))
    format = context.schedule.format or "table"
    try:
        write_out([as_file(digest, format, context.options, to_file=False)], text=format != "xlsx")
    except TrackerError as error:
        return DeliveryResult(target, since, error=str(error))
    except BrokenPipeError:
        return DeliveryResult(target, since, error=_("the reader closed the output"))
    return DeliveryResult(target, since)


def _record(context: DeliveryContext, outcome: Outcome, took: timedelta) -> None:
    from tracker.ledger.schedules import RunRecord, record_run

    first = min((one.since for one in outcome.results), key=lambda since: since.change)
    started = context.moment.astimezone(UTC)
    record_run(
        context.database,
        RunRecord(
            schedule=context.schedule.schedule_id,
            started=started,
            finished=started + took,
            result=outcome.result,
            from_change=first.change,
            from_at=first.at,
            until_change=outcome.until.change,
            until_at=outcome.until.at or started,
            deliveries=tuple(_deliveries(outcome)),
            error="; ".join(outcome.failures) or None,
        ),
    )


def _deliveries(outcome: Outcome) -> Iterator[Delivered]:
    from tracker.ledger.schedules import Delivered

    for one in outcome.results:
        yield Delivered(one.target, one.result, one.since.change, outcome.until.change, one.error)
