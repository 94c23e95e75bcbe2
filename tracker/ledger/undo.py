"""Undo: a change that puts back, row by row, what an earlier change found; refused where later changes build on it."""

from __future__ import annotations

from sqlmodel import col, select

from tracker.errors import Refused, UsageError
from tracker.i18n import _, ngettext
from tracker.ledger.book import Book, Done, noun
from tracker.models import CHAINED, CapitalEntry, Chained, Change, Project, StageEvent


def find(book: Book, number: int | None) -> Change:
    """The change to revert: `number`, or the latest one that is neither an undo nor undone.

    Raises UsageError where there is none, Refused where it was undone already.
    """
    changes = list(book.session.exec(select(Change).where(col(Change.id) != book.change.id).order_by(col(Change.id))))
    undone = _undone(changes)
    if number is None:
        open_ones = [one for one in changes if one.undoes is None and one.id not in undone]
        if not open_ones:
            raise Refused(_("there is nothing to undo"))
        return open_ones[-1]
    for one in changes:
        if one.id == number:
            if number in undone:
                raise Refused(
                    _("change {number} was undone already, by change {by}").format(number=number, by=undone[number])
                )
            return one
    raise UsageError(_("there is no change {number}; see them with: tracker log").format(number=number))


def _undone(changes: list[Change]) -> dict[int, int]:
    """For every change that stands undone, the change that undid it: an undone undo does not count."""
    standing: dict[int, int] = {}
    for one in reversed(changes):
        if one.undoes is not None and one.id is not None and one.id not in standing:
            standing[one.undoes] = one.id
    return standing


def undo(book: Book, number: int | None) -> Done:
    """Revert one change. Raises Refused, naming them, where later changes build on what it wrote."""
    change = find(book, number)
    assert change.id is not None
    rows = [row for model in CHAINED for row in _rows_of(book, model, change.id)]
    builders = sorted({found for row in rows for found in _builders(book, row, change.id)})
    if builders:
        named = ", ".join(str(one) for one in builders)
        raise Refused(
            ngettext(
                "change {number} cannot be undone: change {later} builds on it; undo that first",
                "change {number} cannot be undone: changes {later} build on it; undo those first",
                len(builders),
            ).format(number=change.id, later=named)
        )
    book.change.undoes = change.id
    chains: dict[tuple[type[Chained], int], list[Chained]] = {}
    for row in rows:
        chains.setdefault((type(row), row.thing), []).append(row)
    counts: dict[tuple[str, str], int] = {}
    # What was written last goes first, so that a restored name is free again.
    for chain in reversed(chains.values()):
        verb = _revert(book, chain)
        counts[verb, noun(chain[-1])] = counts.get((verb, noun(chain[-1])), 0) + 1
    what = ", ".join(f"{verb}: {count} × {name}" for (verb, name), count in counts.items())
    line = _("change {number} ({command}) is undone").format(number=change.id, command=change.command)
    return Done((line, what))


def _rows_of(book: Book, model: type[Chained], change: int) -> list[Chained]:
    return list(book.session.exec(select(model).where(col(model.change_id) == change).order_by(col(model.id))))


def _revert(book: Book, chain: list[Chained]) -> str:
    """Bring one thing back to what it was before the rows in `chain`; what that is called."""
    tip, before = chain[-1], _before(book, chain[0])
    if isinstance(tip, CapitalEntry) and not tip.void:
        tip = book.void(tip)
    if before is None or before.void:
        if not tip.void:
            book.void(tip)
        return _("taken back")
    kept = before.model_dump(exclude={"id", "change_id", "origin", "replaces"})
    book.revise(tip, **kept)
    return _("restored")


def _before(book: Book, first: Chained) -> Chained | None:
    return book.session.get(type(first), first.replaces) if first.replaces else None


def _builders(book: Book, row: Chained, change: int) -> set[int]:
    """The changes after `change` that rest on `row`."""
    found: set[int] = set()
    newer = book.replacer(row)
    if newer is not None and newer.change_id != change:
        return {newer.change_id}
    if row.origin is None and not row.void:
        found |= {one.change_id for one in _references(book, row) if one.change_id > change}
    if isinstance(row, StageEvent):
        found |= {one.change_id for one in book.live(StageEvent, project_id=row.project_id) if one.change_id > change}
    if isinstance(row, CapitalEntry):
        found |= {one.change_id for one in _running(book, row) if one.change_id > change}
    project = getattr(row, "project_id", None)
    if project is not None:
        found |= _removal(book, project, change)
    return found


def _references(book: Book, row: Chained) -> list[Chained]:
    """The live rows of any table that refer to the thing `row` began."""
    table = str(type(row).__tablename__)
    rows: list[Chained] = []
    for model in CHAINED:
        for column in model.metadata.tables[str(model.__tablename__)].columns:
            targets = {key.column.table.name for key in column.foreign_keys}
            if table in targets and column.name not in ("origin", "replaces"):
                rows += book.live(model, **{column.name: row.thing})
    return rows


def _running(book: Book, row: CapitalEntry) -> list[CapitalEntry]:
    """The entries worked out of a year-to-date or cumulative figure that counted `row`."""
    same = book.live(CapitalEntry, project_id=row.project_id, kind=row.kind, currency=row.currency)
    return [
        one
        for one in same
        if one.measure != "flow" and one.last_day and row.last_day and one.last_day >= row.last_day and one.id != row.id
    ]


def _removal(book: Book, project: int, change: int) -> set[int]:
    rows = book.session.exec(select(Project).where((col(Project.id) == project) | (col(Project.origin) == project)))
    last = max(rows, key=lambda one: one.id or 0)
    return {last.change_id} if last.void and last.change_id > change else set()
