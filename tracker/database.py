"""The only module that opens connections: a database URL or path becomes a checked DB-API connection.

Reads go through `Database.reading()`: one snapshot, plain SQL with `:name` parameters, rows as frozen dataclasses.
Writes borrow `Database.connect()` for their engine, so both sides share the same checks and settings.
"""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from tracker import sqlite_file
from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.text import command_line, mask, show, typed_path

R = TypeVar("R")
T = TypeVar("T")

Parameters = Mapping[str, Any]


def batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """As many values at a time as a statement can name, or memory can hold what is read of them."""
    return (values[begin : begin + size] for begin in range(0, len(values), size))


# Five seconds still showed lock errors with fifty writers; thirty showed none.
BUSY_SECONDS = 30
# A few milliseconds of a statement: after so many steps of SQLite's machine it looks whether a signal has come.
_STEPS = 20_000
_LONGEST_PAUSE = 0.05
# Four megabytes of a copy.
_PAGES = 1024
_NAMED = r"(?<!:):([a-z_][a-z0-9_]*)"


class Database(NamedTuple):
    """One place where a ledger lives. `target` is a file path (SQLite) or a URL (PostgreSQL)."""

    engine: str
    target: str

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.target)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files it lies in, which no output may be written over."""
        return (self.path,) if self.engine == "sqlite" else ()

    def __str__(self) -> str:
        """The place as people may see it: a password in a URL is masked."""
        return mask(show(self.target))

    def connect(self, *, reading: bool = False) -> Any:
        """Open a DB-API connection in autocommit mode (the caller sends BEGIN), after every check of the file.

        Raises Refused when the database is missing, empty, foreign, newer, cut or cannot be reached.
        """
        with self.translated():
            return self._sqlite(reading) if self.engine == "sqlite" else self._postgres(reading)

    def _sqlite(self, reading: bool) -> sqlite3.Connection:
        sqlite_file.examine(self.path)
        frozen = reading and sqlite_file.read_only(self.path)
        uri = f"{self.path.absolute().as_uri()}?mode={'ro' if frozen else 'rw'}"
        connection = sqlite3.connect(
            uri, uri=True, factory=_Connection, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in sqlite_file.PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if reading:
                # mode=ro could not roll back the journal that a crashed writer left.
                connection.execute("PRAGMA query_only=ON")
            sqlite_file.require_whole(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _postgres(self, reading: bool) -> Any:
        try:
            import psycopg
        except ImportError:
            raise Refused(
                _("a postgresql:// database needs the extra: pip install 'investment-tracker[postgres]'")
            ) from None
        connection = psycopg.connect(self.target, autocommit=True, connect_timeout=10)
        # Moments come back in UTC, days as texts in one form, whatever the server's configuration says.
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute("SET datestyle TO ISO")
        if reading:
            connection.execute("SET default_transaction_read_only = on")
        return connection

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A snapshot to ask questions of: everything read inside it belongs to one state of the ledger."""
        with self.translated():
            connection = self.connect(reading=True)
            try:
                begin = "BEGIN" if self.engine == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ"
                connection.execute(begin)
                yield Reader(connection, self.engine)
            finally:
                connection.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn a driver's error into one sentence that names the place and hides the SQL.

        A statement that a signal has ended raises KeyboardInterrupt.
        """
        try:
            yield
        except Exception as error:
            # SQLAlchemy wraps what the driver raised.
            cause = getattr(error, "orig", None) or error
            if isinstance(cause, sqlite3.Error):
                if _is(cause, sqlite3.SQLITE_INTERRUPT):
                    raise KeyboardInterrupt from None
                raise _sqlite_refusal(self, cause) from error
            if type(cause).__module__.partition(".")[0] == "psycopg":
                raise _postgres_refusal(self, cause) from error
            raise


class _Connection(sqlite3.Connection):
    """A connection on which signals are noticed: Python handles none before a call into SQLite comes back.

    SQLite calls into Python within a long statement, and the waits for other programs' locks are ours, not SQLite's.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.set_progress_handler(_notice, _STEPS)

    def cursor(self, factory: Any = None) -> Any:
        """A cursor that waits for locks."""
        return super().cursor(factory or _Cursor)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        """Run one statement with a cursor of its own; the one of sqlite3 knows nothing of `cursor`."""
        return self.cursor().execute(sql, parameters)

    def commit(self) -> None:
        """End the transaction, once nobody reads the old state any more; until then it stays open."""
        _patiently(super().commit)

    def backup(self, target: sqlite3.Connection, **_options: Any) -> None:
        """Copy the whole database in one snapshot; the target is as it was where this raises."""
        deadline, least = time.monotonic() + BUSY_SECONDS, -1

        def advance(_status: int, remaining: int, _total: int) -> None:
            nonlocal deadline, least
            if remaining != least:
                deadline, least = time.monotonic() + BUSY_SECONDS, remaining
            elif time.monotonic() > deadline:
                raise _busy()

        with self._snapshot():
            super().backup(target, pages=_PAGES, progress=advance, sleep=_LONGEST_PAUSE)

    @contextmanager
    def _snapshot(self) -> Iterator[None]:
        """One state for several steps: without it, every write of another program begins the copy anew."""
        if self.in_transaction:
            yield
            return
        self.execute("BEGIN")
        try:
            self.execute("PRAGMA schema_version").fetchone()
            yield
        finally:
            self.rollback()


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        """Run one statement, once the locks it needs are free; raises KeyboardInterrupt where a signal ended it.

        Trying again is safe: whoever writes took the lock by BEGIN IMMEDIATE, and everything else only reads.
        """
        run = super().execute
        try:
            return run(sql, parameters)
        except sqlite3.OperationalError as error:
            if _is(error, sqlite3.SQLITE_INTERRUPT):
                raise KeyboardInterrupt from None
            if not _is(error, sqlite3.SQLITE_BUSY):
                raise
        return _patiently(lambda: run(sql, parameters))


def _notice() -> None:
    """Do nothing: Python handles a signal when it begins to run this, and what that raises ends the statement."""


def _patiently(attempt: Callable[[], T]) -> T:
    """What `attempt` returns once no other program is in its way; signals are noticed meanwhile.

    The pauses do not grow with the time waited, as SQLite's own do: who waits longest asks as often as who has just
    come.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    pause = 0.001
    while True:
        try:
            return attempt()
        except sqlite3.OperationalError as error:
            if not _is(error, sqlite3.SQLITE_BUSY) or time.monotonic() > deadline:
                raise
        time.sleep(random.uniform(pause / 2, pause))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _is(error: sqlite3.Error, code: int) -> bool:
    """Whether the error is of this primary code; the ones of Python itself have none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == code


def _busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"
    return error


class Reader:
    """A connection inside one snapshot."""

    def __init__(self, connection: Any, engine: str) -> None:
        """`connection` is a DB-API connection with a transaction begun, `engine` "sqlite" or "postgres"."""
        self._connection = connection
        self._engine = engine
        self._streams = 0

    def tuples(self, sql: str, parameters: Parameters | None = None) -> Sequence[tuple[Any, ...]]:
        """Every row of `sql`, its `:name` parameters bound from `parameters`."""
        if self._engine == "postgres":
            sql = re.sub(_NAMED, r"%(\1)s", sql.replace("%", "%%"))
        rows: Sequence[tuple[Any, ...]] = self._connection.execute(sql, dict(parameters or {})).fetchall()
        return rows

    def columns(self, table: str) -> list[str]:
        """The columns of a table, none where it is not there."""
        sql = "SELECT name FROM pragma_table_info(:name)"
        if self._engine == "postgres":
            sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attnum > 0"
        return [str(name) for (name,) in self.tuples(sql, {"name": table})]

    def stream(
        self, sql: str, parameters: Parameters | None = None, *, damaged: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql` one after the other, never all of them in memory.

        With `damaged`, text that is no UTF-8 passes escaped.
        """
        if self._engine == "postgres":
            sql = re.sub(_NAMED, r"%(\1)s", sql.replace("%", "%%"))
            self._streams += 1
            with self._connection.cursor(name=f"stream_{self._streams}") as cursor:
                cursor.itersize = 2_000
                yield from cursor.execute(sql, dict(parameters or {}))
            return
        if not damaged:
            yield from self._connection.execute(sql, dict(parameters or {}))
            return
        # A flipped bit may have left text that is no UTF-8.
        self._connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        try:
            yield from self._connection.execute(sql, dict(parameters or {}))
        finally:
            self._connection.text_factory = str

    def bound_moment(self, moment: datetime) -> datetime | str:
        """`moment` (aware) in the form the engine compares it in."""
        utc = moment.astimezone(UTC)
        return utc if self._engine == "postgres" else utc.strftime("%Y-%m-%d %H:%M:%S.%f")

    def rows(self, shape: Callable[..., R], sql: str, parameters: Parameters | None = None) -> list[R]:
        """Every row of `sql` as a `shape`, whose fields are the selected columns in their order."""
        readers = _readers(shape) if self._engine == "sqlite" else ()
        if not readers:
            return [shape(*row) for row in self.tuples(sql, parameters)]
        found = []
        for row in self.tuples(sql, parameters):
            cells = [*row]
            for place, read in readers:
                if cells[place] is not None:
                    cells[place] = read(cells[place])
            found.append(shape(*cells))
        return found


def _readers(shape: Any) -> list[tuple[int, Any]]:
    """The places of the fields that SQLite keeps as text or numbers, with what turns those into the field's type."""
    kinds = {"date": date.fromisoformat, "datetime": _sqlite_moment, "bool": bool}
    # A row of fields that several kinds of row share is a dataclass, every other one a named tuple.
    types = shape.__annotations__.values() if issubclass(shape, tuple) else (field.type for field in fields(shape))
    named = (kinds.get(_type_name(one)) for one in types)
    return [(place, read) for place, read in enumerate(named) if read is not None]


def _type_name(annotation: Any) -> str:
    """`date` for an annotation of a day or none, be it an object, a text, or what a named tuple makes of a text."""
    text = annotation.__name__ if isinstance(annotation, type) else getattr(annotation, "__forward_arg__", annotation)
    return str(text).partition(" |")[0].rpartition(".")[2]


def _sqlite_moment(text: str) -> datetime:
    """A moment as SQLite keeps it: "2023-03-31 04:00:00.000000", in UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def locate(text: str) -> Database:
    """The database a user named: a path, `sqlite:///path`, or `postgresql://…` (also `postgres://…`)."""
    if text.startswith("sqlite:"):
        path = re.sub(r"^sqlite:(///)?", "", text)
        return Database("sqlite", path or _refuse_url(text))
    if "://" in text and re.match(r"(?i)postgres(ql)?(\+psycopg)?://", text):
        _require_readable(text)
        return Database("postgres", re.sub(r"^[^:]+", "postgresql", text, count=1))
    if not text.strip() or "\0" in text or ("://" in text and re.match("(?i)[a-z][a-z0-9+.-]+://", text)):
        _refuse_url(text)
    return Database("sqlite", str(typed_path(text)))


def _refuse_url(text: str) -> str:
    raise UsageError(
        _("“{place}” is not a database: give a file path, sqlite:///PATH or postgresql://USER@HOST/NAME").format(
            place=mask(show(text))
        )
    )


def _require_readable(url: str) -> None:
    """Raise UsageError for a URL that the driver would read otherwise than it was meant, and name pieces of it."""
    users = url.partition("://")[2].rpartition("@")[0]
    if re.search("[@/?#]", users) or re.search(r"\s|%(?!(?!00)[0-9A-Fa-f]{2})", url):
        raise UsageError(
            _("the URL of the database cannot be read: write @ / ? # % and blanks within it as %40 %2F %3F %23 %25 %20")
        )


_SQLITE_SENTENCES = {
    "SQLITE_BUSY": _("{place} is in use by another program for longer than {seconds} s; try again"),
    "SQLITE_FULL": _("the disk that holds {place} is full; nothing was changed"),
    "SQLITE_READONLY": _("{place} is read-only; nothing was changed"),
    "SQLITE_CANTOPEN": _(
        "{place} cannot be opened, or its folder does not let a journal be written; nothing was changed"
    ),
    "SQLITE_IOERR": _("the disk refused to read or write {place}; nothing was changed"),
    "SQLITE_CORRUPT": _("{place} is damaged; restore a backup with: {command}"),
    "SQLITE_NOTADB": _("{place} is not a tracker database"),
    "SQLITE_PERM": _("{place} may not be opened by this user"),
    "SQLITE_CONSTRAINT": _("{place} refused the change, because it breaks a rule of the ledger: {reason}"),
}


def _sqlite_refusal(database: Database, error: sqlite3.Error) -> Refused:
    name = getattr(error, "sqlite_errorname", None) or ""
    family = "_".join(name.split("_")[:2])
    sentence, hint = _SQLITE_SENTENCES.get(family, ""), _("database restore FILE")
    if not sentence:
        # A missing table or column: the file is ours, its schema is not the one this version reads.
        sentence = _("{place} cannot be read as a ledger ({reason}); look at it with: {command}")
        hint = "database check"
    refusal = sqlite_file.Damaged if family == "SQLITE_CORRUPT" else Refused
    return refusal(
        _(sentence).format(place=database, seconds=BUSY_SECONDS, reason=show(str(error)), command=command_line(hint))
    )


def _postgres_refusal(database: Database, error: Exception) -> Refused:
    reason = mask(show((str(error).strip().splitlines() or [type(error).__name__])[0]))
    return Refused(_("{place} could not be used: {reason}").format(place=database, reason=reason))
