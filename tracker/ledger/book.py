"""The open ledger inside one change: find what is live, add a row, revise it, take it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from tracker.errors import Refused
from tracker.i18n import _
from tracker.ledger.seal import Lines
from tracker.lookup import pick
from tracker.models import CapitalEntry, Chained, Change, Company, Label, Milestone, Project
from tracker.nouns import noun_of
from tracker.text import fold, show

M = TypeVar("M", bound=Chained)


@dataclass(frozen=True, slots=True)
class Done:
    """What a change did, one sentence a line, for the person who asked."""

    lines: tuple[str, ...]


@dataclass
class Book:
    """A session in which one change is being written. `today` is the day of recording.

    `lines` are the texts, for the seal, of rows that were written past the session.
    """

    session: Session
    change: Change
    today: date
    written: list[Chained] = field(default_factory=list)
    lines: Lines = field(default_factory=Lines)
    _next_ids: dict[type[Chained], int] = field(default_factory=dict)
    _unflushed: set[str] = field(default_factory=set)

    def add(self, row: M) -> M:
        """Write the first row of a new thing. Raises Refused where a live one already has its unique names."""
        self._require_unique(row)
        return self.append(row)

    def append(self, row: M) -> M:
        """Write the first row of a thing that the caller knows to be new."""
        return self._write(row)

    def begin(self) -> int:
        """The number of the change, whose row stands before the first of its rows does."""
        assert self.change.id is not None
        if not self.has_written:
            # Only now, because a change cannot be altered once it is written, and one without rows is none.
            self.session.add(self.change)
            self.session.flush()
        return self.change.id

    @property
    def has_written(self) -> bool:
        """Whether the change has any row."""
        return bool(self.written or self.lines)

    def revise(self, row: M, **new: Any) -> M:
        """Write a newer row of the thing `row` is the last row of, with the columns `new` changed."""
        newer = type(row).model_validate(row.facts() | {"void": row.void} | new)
        newer.origin, newer.replaces = row.thing, row.id
        if not newer.void:
            self._require_unique(newer, but=row.thing)
        return self._write(newer)

    def void(self, row: M, **new: Any) -> M:
        """Write the row that takes `row` back; a capital entry's amount is negated, so that the sum stays right."""
        if isinstance(row, CapitalEntry) and row.minor is not None:
            new["minor"] = -row.minor
        return self.revise(row, void=True, **new)

    def live(self, model: type[M], **where: Any) -> list[M]:
        """The live rows of `model` whose columns equal `where` (a tuple: one of it), in the order first written."""
        query = select(model).where(is_live(model), *_equal(model, where))
        return list(self.session.exec(query.order_by(thing_of(model))))

    def replacer(self, row: M) -> M | None:
        """The row that replaces `row`, if any."""
        model = type(row)
        return self.session.exec(select(model).where(col(model.replaces) == row.id)).first()

    def last(self, model: type[M], thing: int) -> M:
        """The last row of a thing, live or void."""
        chain = select(model).where(thing_of(model) == thing).order_by(col(model.id).desc())
        return self.session.exec(chain.limit(1)).one()

    def project(self, code: str) -> Project:
        """The live project with this code, alias or name. Raises UsageError with the closest code."""
        # Nearly every word is a code as it was typed before, and that has an index.
        for exact in self.live(Project, code=code):
            return exact
        aliases = self._aliases("project_id")
        named = [((p.code, p.name, p.name_en, *aliases.get(p.thing, ())), p) for p in self.live(Project)]
        return pick(code, named, _("project"))

    def company(self, name: str) -> Company:
        """The live company with this name or alias. Raises UsageError with the closest name."""
        for exact in self.live(Company, name=name):
            return exact
        return pick(name, self.companies(), _("company"))

    def companies(self) -> list[tuple[tuple[str | None, ...], Company]]:
        """Every live company with all the names it goes by."""
        aliases = self._aliases("company_id")
        return [((c.name, c.name_en, *aliases.get(c.thing, ())), c) for c in self.live(Company)]

    def milestone(self, project: Project, code: str) -> Milestone:
        """The live milestone of `project` with this code or title. Raises UsageError with the closest code."""
        named = [((m.code, m.title), m) for m in self.live(Milestone, project_id=project.thing)]
        return pick(code, named, _("milestone of {code}").format(code=project.code))

    def _aliases(self, subject: str) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for label in self.live(Label, category="alias"):
            found.setdefault(getattr(label, subject), []).append(label.name)
        return found

    def _write(self, row: M) -> M:
        row.change_id, row.id = self.begin(), self.next_id(type(row))
        # Not flushed one by one: the next query does it, and thousands of entries then go in together. Within one flush
        # the tables come in any order, so what the row refers to goes first.
        if _refers_to(type(row)) & self._unflushed:
            self.session.flush()
            self._unflushed.clear()
        self._unflushed.add(str(row.__tablename__))
        self.session.add(row)
        self.written.append(row)
        return row

    def next_id(self, model: type[Chained]) -> int:
        """The next number of a table: gapless on both engines, because the write lock is held."""
        if model not in self._next_ids:
            self._next_ids[model] = (self.session.exec(select(func.max(model.id))).one() or 0) + 1
        number = self._next_ids[model]
        self._next_ids[model] = number + 1
        return number

    def _require_unique(self, row: Chained, but: int | None = None) -> None:
        """Names that differ by case or width alone are one name."""
        if not row.single_by():
            return
        *scope, last = row.single_by()
        wanted = _folded(getattr(row, last))
        for thing, taken in self._taken(type(row), last, {name: getattr(row, name) for name in scope}):
            if thing != but and _folded(taken) == wanted:
                raise Refused(
                    _("there is already a {what} “{name}”; nothing was changed").format(
                        what=noun(row), name=show(str(taken))
                    )
                )

    def _taken(self, model: type[Chained], name: str, scope: dict[str, Any]) -> Iterator[tuple[int, Any]]:
        found = select(thing_of(model), getattr(model, name)).where(is_live(model), *_equal(model, scope))
        yield from self.session.exec(found)


# Building an alias costs more than most queries.
@cache
def is_live(model: type[Chained]) -> ColumnElement[bool]:
    """The condition that a row is the live one of its thing."""
    newer = aliased(model)
    return ~col(model.void) & ~exists().where(col(newer.replaces) == col(model.id))


@cache
def _refers_to(model: type[Chained]) -> frozenset[str]:
    """The other tables that rows of a model refer to."""
    keys = SQLModel.metadata.tables[str(model.__tablename__)].foreign_keys
    return frozenset(key.column.table.name for key in keys) - {model.__tablename__}


def _equal(model: type[Chained], where: dict[str, Any]) -> Iterator[ColumnElement[bool]]:
    for name, value in where.items():
        column = getattr(model, name)
        yield column.in_(value) if isinstance(value, tuple) else column == value


@cache
def thing_of(model: type[Chained]) -> ColumnElement[int]:
    """The column of what other tables refer to."""
    return func.coalesce(col(model.origin), col(model.id))


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def noun(row: Chained) -> str:
    """What a row is called in a sentence."""
    return noun_of(str(type(row).__tablename__))
