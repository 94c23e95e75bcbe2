"""The open ledger inside one change: find what is live, add a row, revise it, take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from tracker.errors import Refused
from tracker.i18n import _
from tracker.lookup import pick
from tracker.models import CapitalEntry, Chained, Change, Company, Label, Milestone, Project
from tracker.text import show

M = TypeVar("M", bound=Chained)


@dataclass(frozen=True, slots=True)
class Done:
    """What a change did, one sentence a line, for the person who asked."""

    lines: tuple[str, ...]


@dataclass
class Book:
    """A session in which one change is being written. `today` is the day of recording."""

    session: Session
    change: Change
    today: date
    written: list[Chained] = field(default_factory=list)
    _next_ids: dict[type[Chained], int] = field(default_factory=dict)

    def add(self, row: M) -> M:
        """Write the first row of a new thing. Raises Refused where a live one already has its unique names."""
        self._require_unique(row)
        return self._write(row)

    def revise(self, row: M, **new: Any) -> M:
        """Write a newer row of the thing `row` is the live row of, with the columns `new` changed."""
        data = row.model_dump(exclude={"id", "change_id", "origin", "replaces"})
        newer = type(row).model_validate(data | new | {"change_id": 0})
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
        """The live rows of `model` whose columns equal `where`, in the order they were written."""
        newer = aliased(model)
        query = select(model).where(~col(model.void), ~exists().where(col(newer.replaces) == col(model.id)))
        for name, value in where.items():
            query = query.where(getattr(model, name) == value)
        return list(self.session.exec(query.order_by(col(model.id))))

    def replacer(self, row: M) -> M | None:
        """The row that replaces `row`, if any."""
        model = type(row)
        return self.session.exec(select(model).where(col(model.replaces) == row.id)).first()

    def project(self, code: str) -> Project:
        """The live project with this code, alias or name. Raises UsageError with the closest code."""
        aliases: dict[int, list[str]] = {}
        for label in self.live(Label, category="alias"):
            if label.project_id:
                aliases.setdefault(label.project_id, []).append(label.name)
        named = [((p.code, p.name, p.name_en, *aliases.get(p.thing, ())), p) for p in self.live(Project)]
        return pick(code, named, _("project"))

    def company(self, name: str) -> Company:
        """The live company with this name or alias. Raises UsageError with the closest name."""
        return pick(name, self.companies(), _("company"))

    def companies(self) -> list[tuple[tuple[str | None, ...], Company]]:
        """Every live company with all the names it goes by."""
        aliases: dict[int, list[str]] = {}
        for label in self.live(Label, category="alias"):
            if label.company_id:
                aliases.setdefault(label.company_id, []).append(label.name)
        return [((c.name, c.name_en, *aliases.get(c.thing, ())), c) for c in self.live(Company)]

    def milestone(self, project: Project, code: str) -> Milestone:
        """The live milestone of `project` with this code or title. Raises UsageError with the closest code."""
        named = [((m.code, m.title), m) for m in self.live(Milestone, project_id=project.thing)]
        return pick(code, named, _("milestone of {code}").format(code=project.code))

    def _write(self, row: M) -> M:
        row.id = self._next_id(type(row))
        assert self.change.id is not None
        row.change_id = self.change.id
        self.session.add(row)
        self.session.flush()
        self.written.append(row)
        return row

    def _next_id(self, model: type[Chained]) -> int:
        """The next number of a table: gapless on both engines, because the write lock is held."""
        if model not in self._next_ids:
            self._next_ids[model] = (self.session.exec(select(func.max(model.id))).one() or 0) + 1
        number = self._next_ids[model]
        self._next_ids[model] = number + 1
        return number

    def _require_unique(self, row: Chained, but: int | None = None) -> None:
        if not row.unique_by:
            return
        where = {name: getattr(row, name) for name in row.unique_by}
        for other in self.live(type(row), **where):
            if other.thing != but:
                named = show(str(getattr(row, row.unique_by[-1])))
                raise Refused(
                    _("there is already a {what} “{name}”; nothing was changed").format(what=noun(row), name=named)
                )


def noun(row: Chained) -> str:
    """What a row is called in a sentence."""
    return {
        "company": _("company"),
        "certification": _("certification"),
        "project": _("project"),
        "custom_field": _("field"),
        "label": _("label"),
        "relation": _("relation"),
        "stage_event": _("stage"),
        "condition_event": _("condition"),
        "milestone": _("milestone"),
        "milestone_date": _("milestone date"),
        "capital_entry": _("capital entry"),
        "review": _("progress report"),
    }[str(type(row).__tablename__)]
