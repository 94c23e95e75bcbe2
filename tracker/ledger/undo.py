"""Undo: a change that ends what an earlier one wrote and puts back what it ended; refused where changes build on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from tracker.errors import Refused, UsageError
from tracker.i18n import _, ngettext
from tracker.ledger.capital import clashing
from tracker.ledger.store import Store, table_of
from tracker.models import table_names, versioned_table, versioned_tables
from tracker.models.base import OPEN, Versioned
from tracker.models.ledger import Change
from tracker.text import command_line
from tracker.vocabulary import ENDED

_IDENTITY_TABLES = {"project_identity": "project", "company_identity": "company", "milestone_identity": "milestone"}


class Undone(NamedTuple):
    """A change that was reverted: its number, its command, and how many records of each table ended or came back."""

    number: int
    command: str
    ended: dict[str, int]
    restored: dict[str, int]


class _Effect(NamedTuple):
    """What a change did to one record: the version it wrote, the version it ended; None: it did not."""

    model: type[Versioned]
    id: int
    wrote: dict[str, Any] | None
    before: dict[str, Any] | None


def _find(store: Store, number: int | None) -> Change:
    """The change to revert: `number`, or the latest one that is neither an undo nor undone.

    Raises UsageError where there is none, Refused where it was undone already.
    """
    undone = _undone(store)
    listed: list[sa.ColumnClause[Any]] = [sa.column(name) for name in Change.model_fields]
    columns: sa.Select[Any] = sa.select(*listed).select_from(sa.table("change"))
    if number is None:
        latest = columns.where(sa.column("undoes").is_(None), sa.column("id") > 0).order_by(sa.column("id").desc())
        for row in store.connection.execute(latest).mappings():
            if row["id"] not in undone:
                return Change(**row)
        raise Refused(_("there is nothing to undo"))
    found = store.connection.execute(columns.where(sa.column("id") == number, sa.column("id") > 0)).mappings().first()
    if found is None:
        raise UsageError(
            _("there is no change {number}; see them with: {command}").format(
                number=number, command=command_line("log")
            )
        )
    if number in undone:
        raise Refused(_("change {number} was undone already, by change {by}").format(number=number, by=undone[number]))
    return Change(**found)


def undo(store: Store, number: int | None) -> Undone:
    """Revert one change. Raises Refused, naming them, where later changes build on what it wrote."""
    change = _find(store, number)
    effects = _effects(store, change.id)
    builders = {found for effect in effects for found in _builders(store, effect, change.id)}
    spent = {one for pair in _undone(store).items() for one in pair if min(pair) > change.id}
    if later := sorted(builders - spent):
        raise Refused(
            ngettext(
                "change {number} cannot be undone: change {later} builds on it; undo that first",
                "change {number} cannot be undone: changes {later} build on it; undo those first",
                len(later),
            ).format(number=change.id, later=_(", ").join(str(one) for one in later))
        )
    ended: dict[str, int] = {}
    restored: dict[str, int] = {}
    # What was written last ends first: a name is free again before an earlier record takes it back.
    for effect in [*reversed([e for e in effects if e.before is None]), *reversed([e for e in effects if e.before])]:
        table = str(effect.model.__tablename__)
        if effect.before is None:
            row = store.get(effect.model, effect.id)
            if row is not None:
                store.end(row)
                ended[table] = ended.get(table, 0) + 1
        else:
            _require_sound(store, store.put_back(effect.model, effect.id, effect.before))
            restored[table] = restored.get(table, 0) + 1
    if not store.has_written:
        raise Refused(_("change {number} left nothing that could be undone").format(number=change.id))
    store.change.undoes, store.change.origin = change.id, "undo"
    return Undone(change.id, change.command, ended, restored)


def _undone(store: Store) -> dict[int, int]:
    """For every change that stands undone, the change that undid it: an undone undo does not count."""
    query = sa.text("SELECT id, undoes FROM change WHERE undoes IS NOT NULL ORDER BY id DESC")
    standing: dict[int, int] = {}
    for number, undoes in store.connection.execute(query):
        if number not in standing:
            standing[undoes] = number
    return standing


def _effects(store: Store, change: int) -> list[_Effect]:
    """What the change did to every record it touched, in the order of table and number."""
    found = []
    for model in _touched(store, change):
        wrote, before = (
            {row["id"]: _facts(row) for row in store.versions(model, f"{column} = ?", (change,))}
            for column in ("recorded_from", "recorded_to")
        )
        found += [_Effect(model, one, wrote.get(one), before.get(one)) for one in sorted({*wrote, *before})]
    return found


def _touched(store: Store, change: int) -> list[type[Versioned]]:
    """The tables of which the change wrote or ended a version: the others need not be loaded."""
    names = table_names()
    query = " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {name} WHERE recorded_from = :change)"
        f" OR EXISTS (SELECT 1 FROM {name} WHERE recorded_to = :change)"
        for place, name in enumerate(names)
    )
    places = sorted(place for (place,) in store.connection.execute(sa.text(query), {"change": change}))
    return [versioned_table(names[place]) for place in places]


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name not in Versioned.model_fields}


def _builders(store: Store, effect: _Effect, change: int) -> Iterator[int]:
    """The changes after `change` that build on what it made of one record."""
    number, table = effect.id, str(effect.model.__tablename__)
    yield from _later(store, table, change, id=number)
    if effect.before is None:
        # The record would be gone: what refers to it since?
        for other, column in _referring(table):
            yield from _open_later(store, other, change, **{column: number})
    if effect.before is not None:
        for rival in _rivals(store, effect.model, number, effect.before, is_back=effect.wrote is None):
            yield from _later(store, str(rival.__tablename__), change, id=rival.id)
    if table == "condition_event":
        values = effect.before or effect.wrote or {}
        yield from _stages_of_ended(store, values["project_id"], change, {number: effect.before})
    values = effect.wrote or effect.before or {}
    if table in ("stage_event", "condition_event", "baseline"):
        yield from _open_later(store, table, change, project_id=values["project_id"])
    if table == "custom_field":
        yield from _open_later(store, "label", change, category="field", name=values["name"])
    # What either version refers to may have ended since.
    for column, target in _references(effect.model):
        for facts in (effect.wrote, effect.before):
            if facts and facts[column] is not None and store.get(versioned_table(target), facts[column]) is None:
                yield from _later(store, target, change, id=facts[column])


def _rivals(
    store: Store, model: type[Versioned], number: int, facts: dict[str, Any], *, is_back: bool
) -> Iterator[Versioned]:
    """The open records that may not stand beside one with these facts.

    `is_back` says that there is no such record now, so that others may have been recorded in its place.
    """
    row: Any = model.model_validate(facts | {"id": number, "recorded_from": 0})
    # By its name, so that an undo loads no table that it does not touch.
    match model.__tablename__:
        case "relation":
            mirrored = {"project_id": row.target_id, "target_id": row.project_id, "relation": row.relation}
            yield from store.find(model, **mirrored)
        case "capital_entry":
            yield from clashing(store, row)
        case "milestone_date" if is_back and row.what != "forecast":
            others = {"baseline": ("baseline",), "actual": ("actual", "forecast")}[row.what]
            yield from store.find(model, milestone_id=row.milestone_id, what=others)
        case "stage_event" if is_back:
            events: list[Any] = store.find(versioned_table("condition_event"), project_id=row.project_id)
            yield from (event for event in events if event.condition in ENDED)
        case "exchange_rate":
            yield from store.find(model, base=row.counter, counter=row.base, on_day=row.on_day)
        case "indicator_value":
            subject = {name: getattr(row, name) for name in ("subject_kind", "subject", "company_id", "indicator")}
            values: list[Any] = store.find(model, **subject)
            yield from (other for other in values if other.measure != row.measure)


def _stages_of_ended(
    store: Store, project: int, change: int, undone: Mapping[int, dict[str, Any] | None]
) -> Iterator[int]:
    """The changes after `change` that recorded a stage, where the project will have ended before."""
    rows: list[Any] = store.find(versioned_table("condition_event"), project_id=project)
    events = {event.id: event.condition for event in rows}
    events |= {number: facts["condition"] for number, facts in undone.items() if facts}
    standing = [events[number] for number in sorted(events) if number not in undone or undone[number]]
    if standing and standing[-1] in ENDED:
        yield from _open_later(store, "stage_event", change, project_id=project)


def _later(store: Store, table: str, change: int, **where: Any) -> Iterator[int]:
    """The changes after `change` that wrote or ended a version with these columns."""
    yield from _changes(store, f"FROM {table} WHERE {_equal(where)}", change, where)


def _open_later(store: Store, table: str, change: int, **where: Any) -> Iterator[int]:
    """The changes after `change` that wrote any version of a record that is open with these columns."""
    opened = f"SELECT id FROM {table} WHERE {_equal(where)} AND recorded_to = {OPEN}"
    yield from _changes(store, f"FROM {table} WHERE id IN ({opened})", change, where)


def _equal(where: Mapping[str, Any]) -> str:
    return " AND ".join(f"{name} = :{name}" for name in where)


def _changes(store: Store, versions: str, change: int, where: Mapping[str, Any]) -> Iterator[int]:
    query = f"SELECT recorded_from, recorded_to {versions} AND (recorded_from > :change OR recorded_to > :change)"
    for row in store.connection.execute(sa.text(query), {"change": change, **where}):
        yield from (one for one in row if change < one < OPEN)


@cache
def _references(model: type[Versioned]) -> tuple[tuple[str, str], ...]:
    """Every column of a table that refers to another record, and the name of the table it refers to."""
    # By name: the table that is referred to may not be loaded yet.
    keys = ((key.parent.name, key.target_fullname.partition(".")[0]) for key in table_of(model).foreign_keys)
    named = [
        (column, _IDENTITY_TABLES[table]) for column, table in keys if table in _IDENTITY_TABLES and column != "id"
    ]
    return (*named, ("entry_id", "capital_entry")) if model.__tablename__ == "baseline" else tuple(named)


def _referring(table: str) -> list[tuple[str, str]]:
    """Every table that refers to the records of another, and the column it does by."""
    if table == "capital_entry":
        return [("baseline", "entry_id")]
    if table not in _IDENTITY_TABLES.values():
        return []
    return [
        (str(model.__tablename__), column)
        for model in versioned_tables()
        for column, target in _references(model)
        if target == table
    ]


def _require_sound(store: Store, row: Any) -> None:
    """What the ledger asks of a record that is written, asked again of one that is put back."""
    if row.__tablename__ == "project":
        from tracker.ledger.projects import require_no_circle

        require_no_circle(store, row, row.parent_id)
    if row.__tablename__ == "label" and row.category == "field":
        from tracker.ledger.labels import canonical
        from tracker.models.reference import CustomField

        field = store.first(CustomField, name=row.name)
        if field is None:
            raise Refused(_("the field “{name}” is no longer declared; declare it first").format(name=row.name))
        # It may have been declared anew, with other values.
        canonical(store, field, row.value or "")
