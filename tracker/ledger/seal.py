"""The seal of a change: a hash over its rows and the seal before it, so that tampering and bit rot show.

A chain of hashes as in a certificate log: sha256(previous seal, the change, its rows in the order of table and id).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator

from sqlmodel import Session, SQLModel, col, select

from tracker.models import CHAINED, Chained, Change, Seal


def seal(session: Session, change: Change, rows: Iterable[Chained]) -> None:
    """Write the seal of `change`, whose rows are `rows`."""
    previous = session.exec(select(Seal).order_by(col(Seal.change_id).desc()).limit(1)).first()
    assert change.id is not None
    session.add(Seal(change_id=change.id, digest=_digest(previous.digest if previous else "", change, rows)))
    session.flush()


def broken_seals(session: Session) -> Iterator[int]:
    """The numbers of the changes whose rows are no longer what was sealed, in order."""
    rows: dict[int, list[Chained]] = defaultdict(list)
    for model in CHAINED:
        for row in session.exec(select(model)):
            rows[row.change_id].append(row)
    seals = {one.change_id: one.digest for one in session.exec(select(Seal))}
    previous = ""
    for change in session.exec(select(Change).order_by(col(Change.id))):
        assert change.id is not None
        found = seals.pop(change.id, "")
        if found != _digest(previous, change, rows.pop(change.id, [])):
            yield change.id
        previous = found
    yield from sorted(seals.keys() | rows.keys())


def _digest(previous: str, change: Change, rows: Iterable[Chained]) -> str:
    ordered = sorted(rows, key=lambda row: (str(type(row).__tablename__), row.id or 0))
    lines = [previous, _canonical(change), *(_canonical(row) for row in ordered)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _canonical(row: SQLModel) -> str:
    # Empty columns are left out, so that a column added by a later version does not change an old seal.
    facts = {name: value for name, value in row.model_dump().items() if value is not None}
    return json.dumps([str(type(row).__tablename__), facts], default=str, ensure_ascii=False, sort_keys=True)
