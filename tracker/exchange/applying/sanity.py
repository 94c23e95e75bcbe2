"""What `tracker check` would find after an import and did not find before it: wrong units above all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from tracker.database import Reader
from tracker.i18n import _
from tracker.ledger.book import Book
from tracker.models import CapitalEntry
from tracker.queries.asked import FOREVER, Asked, Filters
from tracker.reports.check import check
from tracker.reports.report import Row

# Beyond this the comparison of every figure with its siblings takes longer than the import itself.
_MOST_COMPARISONS = 4_000_000
_NEVER_STALE = 10**9
_RULES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Warned:
    """What a rule found of a project."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}" if self.code else self.sentence


def new_findings(book: Book, reader: Reader) -> list[Warned]:
    """Errors and warnings about the ledger with the change of `book` in it that are none about the ledger without."""
    if _comparisons(book) > _MOST_COMPARISONS:
        return [Warned("", _("too many entries to be compared here; look at them afterwards: tracker check"))]
    assert book.change.id is not None
    before = _found(reader, book.today, book.change.id - 1)
    after = _found(reader, book.today, FOREVER)
    return list(after - before)


def _comparisons(book: Book) -> int:
    """How often a figure is compared with another of the same project and kind."""
    groups = select(func.count(col(CapitalEntry.id))).group_by(col(CapitalEntry.project_id), col(CapitalEntry.kind))
    return sum(number**2 for number in book.session.exec(groups))


def _found(reader: Reader, today: date, known: int) -> Counter[Warned]:
    report = check(reader, Asked(today, known=known), Filters(), _NEVER_STALE)
    return Counter(Warned(str(row[1] or ""), str(row[3])) for row in report.rows if _is_grave(row))


def _is_grave(row: Row) -> bool:
    return getattr(row[0], "code", "") in _RULES
