"""What every command is handed: the settings, the one clock, the database to read, the ledger to write, two streams."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from tracker import settings
from tracker.database import Database, Reader, locate
from tracker.dates import MachineZone
from tracker.errors import Refused, Undecided, UsageError
from tracker.i18n import _
from tracker.text import command_line, mask, shorten, show

if TYPE_CHECKING:
    from tracker.ledger.store import Store
    from tracker.ledger.transaction import Writer
    from tracker.queries.as_of import AsOf
    from tracker.render import Options
    from tracker.schedule.digest import Gathering

T = TypeVar("T")

_NOON = time(12, tzinfo=UTC)
# A day, or a moment with its distance to UTC; the standard library alone would read more than is meant.
_CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2}))?"
_YES = ("y", "yes", "是", "好")


@dataclass
class App:
    """One run of the program.

    `words` is the command line from the command on, without the options before it; `flags` are those options, None
    where not given. `unsure` becomes true when a change may have reached the database. Where `gathering` is set, a
    report goes there. The clock is that of the machine, unless `moment` (aware) stops it.
    """

    flags: Mapping[str, str | None] = field(default_factory=dict)
    words: Sequence[str] = ()
    debug: bool = False
    unsure: bool = False
    gathering: Gathering | None = None
    moment: datetime | None = None
    _said: set[str] = field(default_factory=set)

    # --- settings and the clock ---

    @cached_property
    def chosen(self) -> settings.Chosen:
        """The settings in force and where each comes from."""
        folder = None
        with suppress(OSError):  # the folder the program was started in may be gone
            folder = Path.cwd()
        return settings.load(self.flags, os.environ, folder)

    @property
    def settings(self) -> settings.Settings:
        """The settings in force."""
        return self.chosen.settings

    @cached_property
    def zone(self) -> tzinfo:
        """The zone that days begin and end in."""
        if not self.settings.timezone:
            return MachineZone()
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.settings.timezone)

    @cached_property
    def _clock(self) -> tuple[date, datetime]:
        """The day and the moment, read once: TRACKER_TODAY, where it is set, stops the clock."""
        typed = None if self.moment else os.environ.get("TRACKER_TODAY")
        if not typed:
            now = self.moment or datetime.now(UTC)
            return now.astimezone(self.zone).date(), now
        found = re.fullmatch(_CLOCK, typed)
        if found is None:
            _refuse_clock(typed)
        try:
            if found[1] is None:
                day = date.fromisoformat(typed)
                return day, datetime.combine(day, _NOON)
            moment = datetime.fromisoformat(typed).astimezone(UTC)
            return moment.astimezone(self.zone).date(), moment
        except (ValueError, OverflowError):
            _refuse_clock(typed)

    @property
    def today(self) -> date:
        """The day, in the settings' zone."""
        return self._clock[0]

    @property
    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._clock[1]

    @property
    def stamp(self) -> str:
        """The moment as it stands in the name of a file: 20230228T120000Z."""
        return self.now.strftime("%Y%m%dT%H%M%SZ")

    # --- reading and writing ---

    @cached_property
    def database(self) -> Database:
        """The ledger in use, not opened yet."""
        if not self.settings.db:
            raise Refused(_("there is no home folder to look for a database in: name one with --db PATH or TRACKER_DB"))
        return locate(self.settings.db)

    def read(self, build: Callable[[Reader, AsOf], T], *, as_of: date | None = None, known_on: date | None = None) -> T:
        """What `build` makes of one snapshot of the ledger, on `as_of` (default: today), as known on `known_on`.

        Raises Refused where there is no ledger, or its schema is not the one this program reads.
        """
        from tracker.queries.as_of import ask, newest_change
        from tracker.schema import require_current

        with self.database.reading() as reader:
            require_current(self.database, reader)
            state = ask(reader, as_of or self.today, known_on, self.zone)
            if self.gathering:
                known = min(state.known, self.gathering.known)
                # Up to the newest change is all that is known: derived rows answer that at once.
                state = state if known >= newest_change(reader) else state._replace(known=known)
            return build(reader, state)

    def record(
        self,
        act: Callable[[Store], T],
        *,
        say: Callable[[T], Sequence[str]],
        dry_run: bool = False,
        confirm: str | Callable[[T], str | None] | None = None,
        decide: Callable[[str], Callable[[Store], T]] | None = None,
    ) -> None:
        """Make one change and print the sentences that `say` makes of what `act` returned.

        With `confirm`, a question or what makes one of the result, a terminal first shows what the change would do and
        asks. Where `act` raises Undecided, a terminal asks that question and runs what `decide` makes of the answer.
        Without a terminal nobody is asked: whatever is recorded can be undone.
        """
        shown: Sequence[str] = ()
        if confirm is not None and not dry_run and self.has_terminal:
            act, _number, result = self._write_decided(act, decide, dry_run=True)
            if question := confirm if isinstance(confirm, str) else confirm(result):
                shown = say(result)
                self._say_all(shown)
                self.confirm(question)
        act, number, result = self._write_decided(act, decide, dry_run=dry_run)
        if (sentences := say(result)) != shown:
            self._say_all(sentences)
        if dry_run:
            self.say(_("dry run: nothing was recorded"))
        elif number is not None:
            self.say(
                _("change {number} recorded; undo: {command}").format(
                    number=number, command=command_line("undo {number}", number=number)
                )
            )

    def _write_decided(
        self, act: Callable[[Store], T], decide: Callable[[str], Callable[[Store], T]] | None, *, dry_run: bool
    ) -> tuple[Callable[[Store], T], int | None, T]:
        """What `write` gives, and the act as it was decided on."""
        try:
            return act, *self.write(act, dry_run=dry_run)
        except Undecided as undecided:
            if decide is None or not self.has_terminal:
                raise
            act = decide(self.choose(undecided))
            return act, *self.write(act, dry_run=dry_run)

    def write(
        self,
        act: Callable[[Store], T],
        *,
        dry_run: bool = False,
        origin: str = "typed",
        reason: str | None = None,
        apart: bool = False,
    ) -> tuple[int | None, T]:
        """Run `act` as one change; its number (None where nothing was recorded) and what `act` returned.

        With `apart` a dry run keeps nobody from writing, whatever the copy of the ledger costs that it needs; without,
        it does so where that costs next to nothing.
        """
        from tracker.ledger.transaction import is_light, rehearse, write

        stores: list[Store] = []

        def act_and_mark(store: Store) -> T:
            stores.append(store)
            result = act(store)
            # From here on the commit may have begun when an interruption arrives.
            self.unsure = not dry_run
            return result

        writer = self.writer(origin, reason)
        if dry_run and (apart or (origin == "import" and is_light(self.database))):
            done: tuple[int | None, T] = None, rehearse(self.database, writer, act_and_mark)
        else:
            done = write(self.database, writer, act_and_mark, dry_run=dry_run)
        if stores[-1].closed:
            from tracker.reports.restated import door_sentences

            self._say_once(door_sentences(stores[-1].closed))
        return done

    def writer(self, origin: str = "typed", reason: str | None = None) -> Writer:
        """Who writes, with which words and when; `origin` is one of the words of the table of changes."""
        import shlex

        from tracker.ledger.transaction import Writer

        words = show(shlex.join(map(mask, self.words)))
        start = self.settings.fiscal_year_start
        return Writer(self.actor, words, self.now, self.today, origin, reason, start)

    @property
    def actor(self) -> str:
        """Who writes: the setting, else the login name."""
        if self.settings.actor:
            return self.settings.actor
        import getpass

        try:
            return show(getpass.getuser())
        except (KeyError, OSError):  # a container's user without a name
            return f"uid {os.getuid()}"

    # --- the screen ---

    def render_options(self, unit: str | None = None, *, explain: bool | None = None) -> Options:
        """How a table on stdout is printed, with its definitions where somebody asked to `explain` them."""
        from tracker.money import parse_unit
        from tracker.render import Options

        return Options(
            lang=self.settings.lang,
            unit=parse_unit(unit or self.settings.unit),
            width=_width(),
            color=self._color(),
            ascii=not (sys.stdout.encoding or "").lower().startswith("utf"),
            explain=explain,
            zone=self.zone,
            zone_name=self.settings.zone_name,
        )

    def _color(self) -> bool:
        if self.settings.color != "auto":
            return self.settings.color == "always"
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    def fitted(self, text: str) -> list[str]:
        """A sentence in lines that fit the screen; one line where there is none."""
        from tracker.render.widths import wrapped

        width = _width()
        return [text] if width is None else [line.rstrip() for line in wrapped(text, width)]

    def print(self, text: str) -> None:
        """Write data to stdout. Raises Refused where it cannot, BrokenPipeError where the reader closed the output."""
        with _written_out():
            sys.stdout.write(text)
            sys.stdout.flush()

    def print_bytes(self, chunks: Iterable[bytes], *, text: bool = False) -> None:
        """Write data to stdout as it stands, as `print` does.

        Raises UsageError on a terminal, unless it is `text` in an encoding of its own.
        """
        if not text and sys.stdout.isatty():
            raise UsageError(_("this cannot be shown on a terminal: write it to a file with -o FILE"))
        with _written_out():
            sys.stdout.flush()
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()

    def say(self, sentence: str) -> None:
        """Write one line to stderr; a closed stderr does not undo the command."""
        with suppress(OSError):
            print(mask(show(sentence)), file=sys.stderr, flush=True)

    def _say_once(self, sentences: Iterable[str]) -> None:
        """Print the sentences that this run has not printed yet: its rehearsal may have printed them."""
        for sentence in sentences:
            if sentence not in self._said:
                self._said.add(sentence)
                self.say(sentence)

    def _say_all(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            self.say(sentence)

    @property
    def has_terminal(self) -> bool:
        """Whether there is somebody to ask."""
        return bool(sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())

    def require_terminal(self) -> None:
        """Raise UsageError where there is nobody to ask."""
        if not self.has_terminal:
            raise UsageError(_("this asks before it changes anything, and there is no terminal: add -y to go ahead"))

    def confirm(self, question: str) -> None:
        """Ask, and raise Refused unless the answer is yes."""
        print(mask(show(question)), "[y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().casefold() not in _YES:
            raise Refused(_("not confirmed; nothing was changed"))

    def choose(self, undecided: Undecided) -> str:
        """Ask for one of the choices, also by its first letters; raise Refused for any other answer."""
        print(show(undecided.question), f"[{'/'.join(undecided.choices)}] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline().strip().casefold()
        found = [choice for choice in undecided.choices if answer and choice.startswith(answer)]
        if len(found) != 1:
            raise Refused(_("not decided; nothing was changed"))
        return found[0]

    def ask(self, question: str) -> str:
        """Ask for a line of text."""
        print(show(question), end=" ", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip()


@contextmanager
def _written_out() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Refused(
            _("the output could not be written: {reason}").format(reason=show(error.strerror or str(error)))
        ) from error


def _width() -> int | None:
    """The width of the screen in cells, None where the output may be as wide as it needs."""
    typed = os.environ.get("COLUMNS", "")
    if not sys.stdout.isatty() and not (typed.isdecimal() and int(typed)):
        return None
    import shutil

    return shutil.get_terminal_size().columns


def _refuse_clock(typed: str) -> NoReturn:
    raise UsageError(
        _(
            "TRACKER_TODAY “{text}” is not a day: write 2023-02-28, or a moment such as 2023-02-28T16:00:00+08:00"
        ).format(text=shorten(typed))
    )
