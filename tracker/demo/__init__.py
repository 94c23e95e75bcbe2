"""Example ledgers: the Pinghu portfolio with its quotations, and made-up portfolios of any size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

# Loading this package costs nothing: the ledger and its models are imported when something is built.
if TYPE_CHECKING:
    from tracker.database import Database
    from tracker.demo.steps import Step


def build_pinghu(database: Database) -> None:
    """Create a ledger at `database` and record the Pinghu portfolio in it, as on 2023-02-28.

    Raises Refused where anything is there already; leaves no file behind when it fails.
    """
    from tracker.demo.pinghu import steps

    _build(database, steps)


def build_synthetic(database: Database, projects: int, seed: int) -> None:
    """Create a ledger at `database` and record `projects` (1 to 2,000) made-up projects in it, the same for a `seed`.

    Raises ValueError for another number, Refused where anything is there already; leaves no file behind when it fails.
    """
    from tracker.demo.synthetic import generate

    _build(database, lambda: generate(projects, seed))


def _build(database: Database, steps: Callable[[], Iterable[Step]]) -> None:
    from tracker.demo.replay import opener, replay
    from tracker.ledger.opening import create

    # Worked out before anything is created, so that a mistake in them leaves nothing behind.
    planned = list(steps())
    create(database, opener(planned[0].recorded_on))
    try:
        replay(database, planned)
    except BaseException:
        if database.engine == "sqlite":
            database.path.unlink(missing_ok=True)
        raise
