"""What a file hangs on projects and companies by name: tags, aliases, external ids, values of declared fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tracker.errors import Refused, UsageError
from tracker.i18n import _
from tracker.importer.apply.desk import Aside, Desk
from tracker.ledger.labels import canonical, pair
from tracker.models.company import Company
from tracker.models.label import CustomField, Label
from tracker.models.project import Project
from tracker.records.schema import Record
from tracker.text import clean, did_you_mean, fold, shorten

_CATEGORIES = {"tags": "tag", "aliases": "alias", "ids": "external", "fields": "field"}
_VALUED = ("external", "field")


class Hung:
    """The labels of one record beside those of its project or company.

    A file of ours says all there is, so that what it does not name is taken off; anybody else's only adds and changes.
    An empty cell takes all off.
    """

    def __init__(self, desk: Desk, fields: Callable[[], dict[str, CustomField]]) -> None:
        """`fields` are the declared fields by folded name."""
        self._desk = desk
        self._fields = fields

    def read(self, record: Record) -> dict[str, dict[str, tuple[str, str | None]]]:
        """For each field the record gives: the names and values under their folded names, checked."""
        found: dict[str, dict[str, tuple[str, str | None]]] = {}
        for key, category in _CATEGORIES.items():
            if key in record.values:
                self._desk.at = key
                pairs = [self._pair(category, text) for text in record.values[key] or ()]
                found[key] = {fold(name): (name, value) for name, value in pairs if value != ""}
        return found

    def asides(self, record: Record, owner: Project | Company, wanted: dict[str, Any]) -> Iterator[Aside]:
        """What is to be written of `wanted`, a field at a time."""
        for key, names in wanted.items():
            category = _CATEGORIES[key]
            present = {fold(label.name): label for label in self._desk.labels.names(_key(owner), category)}
            whole = self._desk.source.ours or not record.values[key]
            gone = [label for name, label in present.items() if whole and name not in names]
            fresh = [pair for name, pair in names.items() if name not in present]
            moved = [(present[name], value) for name, (_n, value) in names.items() if self._moved(present, name, value)]
            if gone or fresh or moved:
                yield self._aside(key, owner, gone, fresh, moved)

    @staticmethod
    def _moved(present: dict[str, Label], name: str, value: str | None) -> bool:
        return name in present and present[name].value != value

    def _aside(
        self,
        key: str,
        owner: Project | Company,
        gone: list[Label],
        fresh: list[tuple[str, str | None]],
        moved: list[tuple[Label, str | None]],
    ) -> Aside:
        desk, category = self._desk, _CATEGORIES[key]

        def write() -> None:
            for label in gone:
                desk.store.end(label)
                desk.labels.drop(label)
            for label, value in moved:
                desk.labels.put(desk.store.revise(label, value=value))
            for name, value in fresh:
                facts = {f"{_key(owner)[0]}_id": owner.id, "category": category, "name": name, "value": value}
                desk.labels.put(desk.store.add(Label.model_validate(facts)))

        def edited() -> bool:
            if any(desk.past.edited(label, ("value",)) for label, _value in moved):
                return True
            columns = {f"{_key(owner)[0]}_id": owner.id, "category": category}
            return any(desk.past.removed(Label, columns | {"name": name}) for name, _value in fresh)

        old = tuple(_text(label.name, label.value) for label in gone + [label for label, _value in moved])
        new = tuple(_text(name, value) for name, value in fresh + [(label.name, value) for label, value in moved])
        return Aside(key, new or None, old or None, write, edited)

    def _pair(self, category: str, text: str) -> tuple[str, str | None]:
        if category not in _VALUED:
            return clean(text, _("alias") if category == "alias" else _("tag")), None
        if category == "external":
            name, value = pair(text, _("an external id is SCHEME=ID"))
            return clean(name, _("scheme")), value
        name, value = pair(text, _("a field is NAME=VALUE"))
        fields = self._fields()
        field = fields.get(fold(name))
        if field is None:
            hint = did_you_mean(name, [one.name for one in fields.values()])
            raise Refused(
                _(
                    "no field “{name}” is declared{hint}; declare it first: tracker project field NAME --type text"
                ).format(name=shorten(name), hint=hint)
            )
        try:
            return field.name, value and canonical(self._desk.rules.today, field, value)
        except UsageError as error:
            raise Refused(str(error)) from error


def _key(owner: Project | Company) -> tuple[str, int]:
    return ("project" if isinstance(owner, Project) else "company"), owner.id


def _text(name: str, value: str | None) -> str:
    return shorten(name if value is None else f"{name}={value}")
