"""Processes that write together or are killed while they write; started as a program, so that forking is safe.

`python -m tests.crowd writers URL COUNT EACH`, `python -m tests.crowd kills PATH COUNT SEED` and
`python -m tests.crowd upgrades PATH DB_FOLDER COUNT SEED` end with 0, or with a traceback that says what was lost. The
modules are loaded once and every process is a fork, made while no connection is open.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from tests.ledgers import Act, Ledger, booking, correcting, opening, undoing, writer, yuan
from tracker import schema
from tracker.database import Database, locate
from tracker.dates import Period
from tracker.ledger import derived
from tracker.ledger.capital import Corrected, Recorded
from tracker.ledger.transaction import write
from tracker.models.base import OPEN

# A day, because payments of one day add and each can be put right.
DAY = Period.day(date(2023, 1, 5))


def _one_more(minor: int) -> Act:
    """One more payment of the same day."""
    return booking("completed", yuan(minor), DAY, again="further")


def forked(work: Callable[[], None]) -> int:
    """Run `work` in a child process; its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


# --- writing together -----------------------------------------------------------------------------------------------


def writers(url: str, count: int, each: int) -> None:
    """`count` processes record `each` entries at once: every one must be there."""
    ledger = Ledger(locate(url))
    ledger.do(opening("p"))

    def work() -> None:
        for _turn in range(each):
            ledger.do(_one_more(1))

    statuses = [os.waitpid(child, 0)[1] for child in [forked(work) for _number in range(count)]]
    assert statuses == [0] * count
    found = ledger.tuples("SELECT COUNT(*), CAST(SUM(minor) AS BIGINT), MAX(id) FROM capital_entry")
    assert found == [(count * each,) * 3], found
    # The ledger was opened by one change and the project by another.
    assert ledger.count("change") == count * each + 2
    assert ledger.broken() == []


# --- killed while writing -------------------------------------------------------------------------------------------


def _write_forever(database: Database, acknowledge: int, seed: int) -> None:
    """Record, correct and undo, and say the number of every change that was made."""
    chance, last = random.Random(seed), 0
    os.write(acknowledge, b"0\n")
    while True:
        kind = chance.choice(("record", "correct", "undo") if last else ("record",))
        if kind == "record":
            act = _one_more(chance.randrange(1, 99))
        elif kind == "correct":
            act = correcting(last, figure=yuan(chance.randrange(100, 10**12)))
        else:
            act = undoing()
        number, done = write(database, writer(command=kind), act)
        # The entry that was written; after an undo it may be gone.
        last = done.row.id if isinstance(done, Recorded | Corrected) and done.row is not None else 0
        os.write(acknowledge, f"{number}\n".encode())


def _killed(database: Database, chance: random.Random, longest: float) -> list[int]:
    """Start a writer, kill it at most `longest` seconds after it began; the changes it acknowledged."""
    heard, acknowledge = os.pipe()
    seed = chance.randrange(2**32)
    child = forked(lambda: _write_forever(database, acknowledge, seed))
    os.close(acknowledge)
    select.select([heard], [], [], 30)
    time.sleep(chance.uniform(0.005, longest))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(heard) as told:
        # A last line without its end was not acknowledged.
        return [int(line) for line in told if line.endswith("\n")][1:]


def kills(path: str, count: int, seed: int) -> None:
    """Kill `count` writers: what was acknowledged is there, nothing is half there, the next one works."""
    ledger, chance = Ledger(locate(path)), random.Random(seed)
    ledger.do(opening("p"))
    started = time.monotonic()
    ledger.do(_one_more(1))
    # On a busy machine one change takes longer, and the kills are to fall before, in and after some.
    longest, acknowledged = min(0.6, max(0.06, 2 * (time.monotonic() - started))), 0
    for turn in range(count):
        told = _killed(ledger.database, chance, longest)
        acknowledged += len(told)
        _require_whole(ledger, told)
        # A broken hash stays broken, so that it need not be looked for every time.
        assert turn % 10 or ledger.broken() == []
    assert ledger.broken() == []
    print(f"{count} kills, {acknowledged} changes acknowledged")
    assert acknowledged >= 10


def _require_whole(ledger: Ledger, told: list[int]) -> None:
    number, _lines = ledger.do(_one_more(1))
    there = {one for (one,) in ledger.tuples("SELECT id FROM change")}
    assert there == set(range(len(there))), "the numbers of the changes have a gap"
    assert set(told) < there, f"lost: {set(told) - there}"
    assert number == max(there)
    assert ledger.tuples("PRAGMA integrity_check") == [("ok",)]
    half = ledger.tuples(
        "SELECT c.id FROM change AS c WHERE c.command = 'correct'"
        " AND ((SELECT COUNT(*) FROM capital_entry AS e WHERE e.recorded_from = c.id) <> 1"
        " OR (SELECT COUNT(*) FROM capital_entry AS e WHERE e.recorded_to = c.id) <> 1)"
    )
    assert half == [], f"half a correction in change {half}"
    open_twice = ledger.tuples(
        f"SELECT id FROM capital_entry WHERE recorded_to = {OPEN} GROUP BY id HAVING COUNT(*) > 1"
    )
    assert open_twice == []
    (stated,), (derived_sum,) = (
        ledger.tuples(f"SELECT COALESCE(SUM({column}), 0) FROM {table}")
        for column, table in (
            ("minor", f"capital_entry WHERE recorded_to = {OPEN}"),
            ("month_minor", "capital_value WHERE to_day = '9999-12-31'"),
        )
    )
    assert stated == derived_sum


# --- killed while upgrading -----------------------------------------------------------------------------------------


def _upgrade(database: Database, moment: datetime) -> None:
    schema.upgrade(database, moment, derived.rebuild)


def upgrades(path: str, db_folder: str, count: int, seed: int) -> None:
    """Kill `count` upgrades of the ledger at `path` to the schema in `db_folder`: it is the old or the new one."""
    schema.folder = lambda name: Path(db_folder) / name  # type: ignore[assignment]  # another release's files
    schema.expected_revision.cache_clear()
    work, chance, ended = Path(path).with_name("upgrading.db"), random.Random(seed), set()
    for turn in range(count):
        work.unlink(missing_ok=True)
        shutil.copy(path, work)
        moment = datetime(2023, 1, 1, turn // 60, turn % 60, tzinfo=UTC)
        database = locate(str(work))
        child = forked(partial(_upgrade, database, moment))
        time.sleep(chance.uniform(0.0, 0.35))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        ended.add(_require_old_or_new(Ledger(database)))
        schema.upgrade(database, moment.replace(year=2024), derived.rebuild)
        assert _require_old_or_new(Ledger(database)) == schema.expected_revision()
    print(f"{count} upgrades killed, found {sorted(ended)}")


def _require_old_or_new(ledger: Ledger) -> str:
    [(revision,)] = ledger.tuples("SELECT version_num FROM alembic_version")
    columns = {name for _place, name, *_more in ledger.tuples("PRAGMA table_info(project)")}
    assert ("phone" in columns) == (revision == schema.expected_revision())
    assert ledger.tuples("PRAGMA integrity_check") == [("ok",)]
    assert ledger.count("project") == 1
    assert ledger.count("projects") == 1
    assert ledger.count("sqlite_master WHERE type = 'trigger'") > 0
    assert ledger.broken() == []
    return str(revision)


if __name__ == "__main__":
    task, *words = sys.argv[1:]
    tasks: dict[str, Callable[..., None]] = {"writers": writers, "kills": kills, "upgrades": upgrades}
    tasks[task](*(int(word) if word.isdigit() else word for word in words))
