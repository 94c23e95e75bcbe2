"""What `tracker check` would find after an import and did not find before it: wrong units above all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from tracker.analysis.siblings import slip_power, slip_words
from tracker.database import Reader
from tracker.i18n import _
from tracker.ledger.store import Store, is_live
from tracker.ledger.entries import SINGLE
from tracker.models.capital import CapitalEntry
from tracker.models.project import Project
from tracker.money import Money
from tracker.queries.asked import FOREVER, Asked, Filters
from tracker.reports.check import check
from tracker.reports.report import Row

# Beyond this the comparison of every figure with its siblings takes longer than the import itself.
_MOST_COMPARISONS = 4_000_000
# So many siblings stand for all.
_SAMPLE = 99
_NEVER_STALE = 10**9
_RULES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Warned:
    """What a rule found of a project."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}" if self.code else self.sentence


def new_findings(store: Store, reader: Reader) -> list[Warned]:
    """Errors and warnings about the ledger with the change of `book` in it that are none about the ledger without."""
    if _comparisons(store) > _MOST_COMPARISONS:
        said = _("only the largest and the smallest figures were compared with their siblings; for all: tracker check")
        return [Warned("", said), *_slips_at_the_ends(store)]
    assert store.change.id is not None
    before = _found(reader, store.today, store.change.id - 1)
    after = _found(reader, store.today, FOREVER)
    return list(after - before)


def _comparisons(store: Store) -> int:
    """How often a figure is compared with another of the same project and kind."""
    groups = select(func.count(col(CapitalEntry.id))).group_by(col(CapitalEntry.project_id), col(CapitalEntry.kind))
    return sum(number**2 for number in store.session.exec(groups))


def _slips_at_the_ends(store: Store) -> Iterator[Warned]:
    """Where the largest or the smallest new figure of a project and kind is in a wrong unit."""
    columns = (
        CapitalEntry.project_id,
        CapitalEntry.kind,
        CapitalEntry.currency,
        CapitalEntry.minor,
        CapitalEntry.change_id,
    )
    query = select(*columns).where(is_live(CapitalEntry), col(CapitalEntry.minor) > 0)  # type: ignore[call-overload]
    groups: dict[tuple[int, str, str], list[tuple[int, bool]]] = defaultdict(list)
    for project, kind, currency, minor, change in store.session.connection().execute(query):
        if kind not in SINGLE:
            groups[project, kind, currency].append((minor, change == store.change.id))
    for (project, kind, currency), figures in groups.items():
        ordered = sorted(minor for minor, _new in figures)
        sample = ordered[:: max(1, len(ordered) // _SAMPLE)]
        new = [minor for minor, is_new in figures if is_new]
        for minor in sorted({min(new), max(new)}) if new else ():
            if power := slip_power(minor, sample):
                yield Warned(
                    store.last(Project, project).code, slip_words(kind, Money(minor, currency), power, 10 ** abs(power))
                )


def _found(reader: Reader, today: date, known: int) -> Counter[Warned]:
    report = check(reader, Asked(today, known=known), Filters(), _NEVER_STALE)
    return Counter(Warned(str(row[1] or ""), str(row[3])) for row in report.rows if _is_grave(row))


def _is_grave(row: Row) -> bool:
    return getattr(row[0], "code", "") in _RULES
