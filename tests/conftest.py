"""What every test stands on: a clean environment, the program in process, and a ledger on either engine."""

from __future__ import annotations

import io
import itertools
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from tests.isolation import Guard, clean_environment
from tests.postgres import PostgresServer, running_server
from tracker import i18n

TODAY = date(2023, 3, 31)

# An audit hook, because it also sees what SQLAlchemy and C code open; it cannot be removed, nor should it be.
sys.addaudithook(Guard())

# Workers share the processor, which makes any time limit on one example a coin toss.
settings.register_profile("tracker", deadline=None, max_examples=200 if os.environ.get("CI") == "true" else 50)
settings.load_profile("tracker")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--accept`: tests that compare with a file rewrite the file instead."""
    parser.addoption("--accept", action="store_true", help="rewrite expected files instead of comparing with them")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be rewritten (`make accept`)."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One unused folder after another; `mktemp` for each would search all earlier ones every time."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def isolated(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home and a silent environment around every test; yields the home."""
    home = next(_homes)
    wanted = clean_environment(home)
    for name in set(os.environ) - set(wanted):
        monkeypatch.delenv(name)
    for name, text in wanted.items():
        monkeypatch.setenv(name, text)
    time.tzset()
    i18n.choose("en")
    yield home
    i18n.choose("en")


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Stop the calendar at TODAY for the program, and hand that day to the test."""
    monkeypatch.setenv("TRACKER_TODAY", TODAY.isoformat())
    return TODAY


# --- the program ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What one call of the program gave: its exit code and the bytes of both streams."""

    code: int
    out_bytes: bytes
    err_bytes: bytes

    @property
    def out(self) -> str:
        """Standard output as text, line ends as written."""
        return self.out_bytes.decode()

    @property
    def err(self) -> str:
        """Standard error as text, line ends as written."""
        return self.err_bytes.decode()


class Run(Protocol):
    """`run("list", "-f", "csv", today="2023-03-31", env={"COLUMNS": "60"}, input="y\\n")`."""

    def __call__(
        self,
        *argv: str | Path,
        today: date | str | None = None,
        env: Mapping[str, str | None] | None = None,
        input: str | bytes = b"",
        encoding: str | None = None,
        terminal: bool = False,
    ) -> Result:
        """Call the program in this process; in `env`, None removes a variable for this one call.

        On a `terminal` the input is typed ahead, and all that it shows is in `out`.
        """
        ...


def _stream(content: bytes = b"", encoding: str | None = None, errors: str = "strict") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding or "utf-8", errors=errors, newline="")


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


@contextmanager
def _terminal(typed: bytes) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper, list[bytes]]]:
    """A terminal with this typed ahead: what reads from it, what writes to it, and all that it shows until the end."""
    ours, theirs = os.openpty()
    shown: list[bytes] = []

    def watch() -> None:
        # The end of a terminal is an error, once nobody has it open.
        with suppress(OSError):
            while True:
                shown.append(os.read(ours, 65_536))

    # Whoever reads on meets its end.
    os.write(ours, typed + b"\x04")
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        with open(os.dup(theirs), encoding="utf-8") as keys, open(theirs, "w", encoding="utf-8") as screen:
            yield keys, screen, shown
    finally:
        watching.join()
        os.close(ours)


def _call(
    *argv: str | Path,
    today: date | str | None = None,
    env: Mapping[str, str | None] | None = None,
    input: str | bytes = b"",
    encoding: str | None = None,
    terminal: bool = False,
) -> Result:
    from tracker.cli import main

    given = input.encode() if isinstance(input, str) else input
    keys, out, err = _stream(given), _stream(encoding=encoding), _stream(b"", encoding, "backslashreplace")
    wanted = {"TRACKER_TODAY": None if today is None else str(today), "PYTHONIOENCODING": encoding}
    changed = {name: text for name, text in wanted.items() if text is not None} | dict(env or {})
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        if terminal:
            keys, screen, shown = stack.enter_context(_terminal(given))
        for name, text in changed.items():
            if text is None:
                patch.delenv(name, raising=False)
            else:
                patch.setenv(name, text)
        patch.setattr(sys, "stdin", keys)
        patch.setattr(sys, "stdout", screen if terminal else out)
        patch.setattr(sys, "stderr", screen if terminal else err)
        code = main([str(word) for word in argv])
    return Result(code, b"".join(shown) if terminal else _written(out), _written(err))


@pytest.fixture
def run() -> Run:
    """The program in process; its streams are terminals only on demand."""
    return _call


@pytest.fixture(scope="session", autouse=True)
def _migrate_once() -> Iterator[None]:
    """Alembic makes the tables of an empty SQLite file once a process; later ones are made by the statements it ran.

    Everything else that `tracker init` does it does every time; what is not empty and PostgreSQL are always migrated.
    """
    from alembic import command
    from alembic.config import Config

    migrate = command.upgrade
    made: dict[tuple[str, ...], list[str]] = {}

    def upgrade(config: Config, revision: str) -> None:
        connection = config.attributes["connection"]
        folder = Path(str(config.get_main_option("script_location"))) / "versions"
        key = tuple(f"{path} {path.stat().st_mtime_ns}" for path in sorted(folder.glob("*.py")))
        content = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        if connection.dialect.name != "sqlite" or connection.exec_driver_sql(content).fetchall():
            migrate(config, revision)
        elif key in made:
            for statement in made[key]:
                connection.exec_driver_sql(statement)
        else:
            migrate(config, revision)
            [(present,)] = connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchall()
            made[key] = [statement for (statement,) in connection.exec_driver_sql(content)]
            made[key].append(f"INSERT INTO alembic_version VALUES ('{present}')")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "upgrade", upgrade)
        yield


def _program(home: Path, *argv: str) -> None:
    """Run the program with `home` as its home, before or between tests; it must end with 0."""
    done = _call(*argv, env=dict.fromkeys(os.environ) | clean_environment(home))
    assert done.code == 0, f"{' '.join(argv)} ended with {done.code}: {done.err}"


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Pinghu portfolio in a SQLite file that tests only read (built once for all processes)."""
    from tests.ledgers import shared

    home = tmp_path_factory.mktemp("demo")
    return shared(tmp_path_factory, "demo.db", lambda path: _program(home, "--db", str(path), "demo"))


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """The PostgreSQL server of this test process; where none starts tests are skipped, with CI=true they fail."""
    lock = tmp_path_factory.getbasetemp().parent / "postgres.lock"
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_server(lock))
        except Exception as error:
            reason = f"no PostgreSQL server: {error!r}; install the extra `dev`"
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine a test runs on: once on each."""
    return str(request.param)


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a place for a ledger: no file yet (SQLite) or an empty database (PostgreSQL)."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'tracker.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(scope="session")
def _initialised(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The template of an empty ledger by engine (a path or a database's name), made by `tracker init` at first use."""
    made: dict[str, str] = {}

    def template(engine: str) -> str:
        if engine not in made:
            home = tmp_path_factory.mktemp("template")
            server = request.getfixturevalue("postgres") if engine == "postgres" else None
            made[engine] = server.create() if server else str(home / "tracker.db")
            _program(home, "--db", server.url(made[engine]) if server else made[engine], "init")
        return made[engine]

    return template


@pytest.fixture
def ledger_url(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, _initialised: Callable[[str], str]
) -> Iterator[str]:
    """The URL of a ledger that `tracker init` has created and nothing has been written to."""
    template = _initialised(engine)
    if engine == "sqlite":
        # At rest a ledger is this one file, so copying it is safe.
        shutil.copy(template, tmp_path / "tracker.db")
        yield f"sqlite:///{tmp_path / 'tracker.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(template)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path, _initialised: Callable[[str], str]) -> str:
    """Such a ledger in a SQLite file alone: that reports are the same on both engines is in test_queries_engines."""
    shutil.copy(_initialised("sqlite"), tmp_path / "tracker.db")
    return f"sqlite:///{tmp_path / 'tracker.db'}"
