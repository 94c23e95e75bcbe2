"""The made-up portfolios as ledgers that tests only read, and sums over the projects of the larger in plain Python."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.ledgers import shared
from tests.recount import Recount
from tests.synthetic.generator import generate
from tests.synthetic.replay import build_synthetic
from tests.synthetic.steps import Step
from tracker.database import locate

END = date(2023, 6, 30)
PROJECTS, SEED = 60, 7
# Where fewer show it too.
SMALL = (24, 1)


def ledger(folders: pytest.TempPathFactory, projects: int = PROJECTS, seed: int = SEED) -> Path:
    """The SQLite file of the portfolio, or of another one, built once for all test processes."""
    return shared(
        folders, f"made-up-{projects}-{seed}.db", lambda path: build_synthetic(locate(str(path)), projects, seed)
    )


@cache
def steps() -> tuple[Step, ...]:
    """The history it was replayed from."""
    return tuple(generate(PROJECTS, SEED))


@cache
def recount(known_on: date = END) -> Recount:
    """What stands after the steps recorded up to a day."""
    return Recount(steps(), known_on)


def sums(known_on: date, as_of: date, codes: Iterable[str] | None = None) -> dict[tuple[str, str], int]:
    """The capital of projects (default: all) by kind and currency; a parent with a figure stands for its parts."""
    return recount(known_on).together(as_of, None, codes)
