"""What `tracker check` would find after an import and did not find before it: wrong units above all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.analysis.siblings import slip_power, slip_words
from tracker.database import Reader
from tracker.i18n import _
from tracker.ledger import derived
from tracker.ledger.capital import VALID_FROM
from tracker.ledger.store import Store
from tracker.models.base import OPEN
from tracker.money import Money
from tracker.queries.asked import FOREVER, Asked
from tracker.reports.check import check
from tracker.reports.report import Row
from tracker.settings import Thresholds

# Beyond this the comparison of every figure with its siblings takes longer than the import itself.
_MOST_COMPARISONS = 4_000_000
# So many siblings stand for all.
_SAMPLE = 99
# Nothing is stale or silent because of an import.
_LIMITS = Thresholds(stale_days=10**6, silent_months=10**5)
_GRAVE = ("error", "warning")
# The preview names these itself.
_NAMED = ("restated", "fall", "overlap")


@dataclass(frozen=True, slots=True)
class Warned:
    """What a rule found of a project."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}" if self.code else self.sentence


def new_findings(store: Store) -> list[Warned]:
    """Errors and warnings about the ledger with the change of `store` that it does not have without it.

    Nothing can be written to the change after this.
    """
    store.flush()
    if _comparisons(store) > _MOST_COMPARISONS:
        said = _("only the largest and the smallest figures were compared with their siblings; for all: tracker check")
        return [Warned("", said), *_slips_at_the_ends(store)]
    derived.refresh(store)
    connection = store.connection
    engine = "postgres" if connection.dialect.name == "postgresql" else "sqlite"
    reader = Reader(connection.connection.dbapi_connection, engine)
    before = _found(reader, store, store.change.id - 1)
    after = _found(reader, store, FOREVER)
    return list(after - before)


def _comparisons(store: Store) -> int:
    """How often a figure is compared with another of the same project and kind."""
    counts = sa.text(f"SELECT COUNT(*) FROM capital_entry WHERE recorded_to = {OPEN} GROUP BY project_id, kind")
    return sum(number**2 for number in store.connection.execute(counts).scalars())


def _slips_at_the_ends(store: Store) -> Iterator[Warned]:
    """Where the largest or the smallest new figure of a project and kind is in a wrong unit."""
    query = sa.text(
        "SELECT e.project_id, p.code, e.kind, e.currency, e.minor, e.recorded_from FROM capital_entry AS e "
        f"JOIN project AS p ON p.id = e.project_id AND p.recorded_to = {OPEN} "
        f"WHERE e.recorded_to = {OPEN} AND e.minor > 0"
    )
    groups: dict[tuple[int, str, str, str], list[tuple[int, bool]]] = defaultdict(list)
    for project, code, kind, currency, minor, change in store.connection.execute(query):
        if kind not in VALID_FROM:
            groups[project, code, kind, currency].append((minor, change == store.change.id))
    for (_project, code, kind, currency), figures in groups.items():
        ordered = sorted(minor for minor, _new in figures)
        sample = ordered[:: max(1, len(ordered) // _SAMPLE)]
        new = [minor for minor, is_new in figures if is_new]
        for minor in sorted({min(new), max(new)}) if new else ():
            if power := slip_power(minor, sample):
                yield Warned(code, slip_words(kind, Money(minor, currency), power, 10 ** abs(power)))


def _found(reader: Reader, store: Store, known: int) -> Counter[Warned]:
    report = check(reader, Asked(store.today, known=known), limits=_LIMITS, projects=store.touched)
    return Counter(Warned(str(row[1] or ""), str(row[3])) for row in report.rows if _is_grave(row))


def _is_grave(row: Row) -> bool:
    return getattr(row[0], "code", "") in _GRAVE and row[2] not in _NAMED
