"""Undo: a change that puts back, thing by thing, what an earlier one found; refused where later changes build on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlmodel import SQLModel, col, select

from tracker.errors import Refused, UsageError
from tracker.i18n import _, ngettext
from tracker.ledger.book import Book, Done, noun
from tracker.ledger.projects import require_no_circle
from tracker.ledger.running import running_over
from tracker.models import (
    CHAINED,
    Baseline,
    CapitalEntry,
    Chained,
    Change,
    ConditionEvent,
    CustomField,
    Label,
    Project,
    StageEvent,
)


def find(book: Book, number: int | None) -> Change:
    """The change to revert: `number`, or the latest one that is neither an undo nor undone.

    Raises UsageError where there is none, Refused where it was undone already.
    """
    changes = _changes(book)
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


def undo(book: Book, number: int | None) -> Done:
    """Revert one change. Raises Refused, naming them, where later changes build on what it wrote."""
    change = find(book, number)
    assert change.id is not None
    chains = _chains(book, change.id)
    builders = {found for chain in chains for found in _builders(book, chain, change.id)}
    _require_none(change.id, sorted(builders - _spent_after(book, change.id)))
    book.change.undoes = change.id
    counts: dict[tuple[str, str], int] = {}
    # What was written last goes first, so that a restored name is free again.
    for chain in reversed(chains):
        verb = _revert(book, chain)
        counts[verb, noun(chain[-1])] = counts.get((verb, noun(chain[-1])), 0) + 1
    if not book.written:
        raise Refused(_("change {number} left nothing that could be undone").format(number=change.id))
    what = ", ".join(f"{verb}: {count} × {name}" for (verb, name), count in counts.items())
    line = _("change {number} ({command}) is undone").format(number=change.id, command=change.command)
    return Done((line, what))


def _changes(book: Book) -> list[Change]:
    return list(book.session.exec(select(Change).order_by(col(Change.id))))


def _undone(changes: Sequence[Change]) -> dict[int, int]:
    """For every change that stands undone, the change that undid it: an undone undo does not count."""
    standing: dict[int, int] = {}
    for one in reversed(changes):
        if one.undoes is not None and one.id is not None and one.id not in standing:
            standing[one.undoes] = one.id
    return standing


def _spent_after(book: Book, change: int) -> set[int]:
    """The changes after `change` that were undone, and the undos of these: together they left nothing to build on."""
    pairs = _undone(_changes(book)).items()
    return {one for undone, by in pairs if undone > change for one in (undone, by)}


def _require_none(change: int, builders: Sequence[int]) -> None:
    if builders:
        raise Refused(
            ngettext(
                "change {number} cannot be undone: change {later} builds on it; undo that first",
                "change {number} cannot be undone: changes {later} build on it; undo those first",
                len(builders),
            ).format(number=change, later=", ".join(str(one) for one in builders))
        )


def _chains(book: Book, change: int) -> list[list[Chained]]:
    """The rows that `change` wrote, by thing, in the order of table and row."""
    chains: dict[tuple[type[Chained], int], list[Chained]] = {}
    for model in CHAINED:
        for row in book.session.exec(select(model).where(col(model.change_id) == change).order_by(col(model.id))):
            chains.setdefault((model, row.thing), []).append(row)
    return list(chains.values())


def _revert(book: Book, chain: Sequence[Chained]) -> str:
    """Bring one thing back to what it was before the rows in `chain`; what that is called."""
    last, before = book.last(type(chain[0]), chain[0].thing), _before(book, chain)
    if before is None or before.void:
        if not last.void:
            book.void(last)
        return _("taken back")
    _require_sound(book, book.revise(last, **before.facts(), void=False))
    return _("restored")


def _before(book: Book, chain: Sequence[Chained]) -> Chained | None:
    return book.session.get(type(chain[0]), chain[0].replaces) if chain[0].replaces else None


def _require_sound(book: Book, row: Chained) -> None:
    """What the ledger asks of a row that is recorded, asked again of one that is restored."""
    if isinstance(row, Project):
        require_no_circle(book, row, row.parent_id)
    if isinstance(row, Label) and row.category == "field" and not book.live(CustomField, name=row.name):
        raise Refused(_("the field “{name}” is no longer declared; declare it first").format(name=row.name))


def _builders(book: Book, chain: Sequence[Chained], change: int) -> Iterator[int]:
    """The changes after `change` that rest on what it made of one thing."""
    model, thing, before = type(chain[0]), chain[0].thing, _before(book, chain)
    yield from _later(_rows(book, model, thing), change)
    if before is None or before.void:
        for table, column, target in _links():
            if target is model:
                yield from _later(_rows_of_live(book, table, **{column: thing}), change)
    if isinstance(chain[0], StageEvent | ConditionEvent | Baseline):
        yield from _later(_rows_of_live(book, model, project_id=chain[0].project_id), change)
    if isinstance(chain[0], CustomField):
        yield from _later(_rows_of_live(book, Label, category="field", name=chain[0].name), change)
    if isinstance(chain[0], CapitalEntry):
        for one in running_over(book, chain[0]):
            yield from _later(_rows(book, CapitalEntry, one.thing), change)
    for row in (chain[-1], before):
        yield from _removals(book, row, change)


def _later(rows: Iterable[Chained], change: int) -> Iterator[int]:
    return (row.change_id for row in rows if row.change_id > change)


def _rows(book: Book, model: type[Chained], thing: int) -> list[Chained]:
    chain = select(model).where((col(model.id) == thing) | (col(model.origin) == thing))
    return list(book.session.exec(chain.order_by(col(model.id))))


def _rows_of_live(book: Book, model: type[Chained], **where: Any) -> Iterator[Chained]:
    """Every row with these columns, old ones too, of the things that are live with them."""
    for live in book.live(model, **where):
        for row in _rows(book, model, live.thing):
            if all(getattr(row, name) == value for name, value in where.items()):
                yield row


@cache
def _links() -> tuple[tuple[type[Chained], str, type[Chained]], ...]:
    """Every column that refers to another thing: its table, its name, the table it refers to."""
    models = {str(model.__tablename__): model for model in CHAINED}
    return tuple(
        (model, key.parent.name, models[key.column.table.name])
        for name, model in models.items()
        for key in SQLModel.metadata.tables[name].foreign_keys
        if key.column.table.name in models and key.parent.name not in ("origin", "replaces", "corrects")
    )


def _removals(book: Book, row: Chained | None, change: int) -> Iterator[int]:
    """The later changes that removed something which `row` refers to."""
    for table, column, target in _links():
        if row is not None and isinstance(row, table) and (thing := getattr(row, column)) is not None:
            found = _rows(book, target, thing)
            if found[-1].void:
                yield from _later(found, change)
