"""The labels of projects and companies: tags, aliases, external ids and the values of declared fields."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.dates import parse_period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _
from tracker.ledger.store import Store
from tracker.models.company import Company
from tracker.models.label import Label
from tracker.models.project import Project
from tracker.money import parse_figure, plain
from tracker.text import clean, command_line, fold, pick, shorten

if TYPE_CHECKING:
    from tracker.models.reference import CustomField

# As many digits as an amount may have; with or without commas at every third.
_NUMBER = r"[+-]?(?:[0-9]{1,20}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.[0-9]{1,10})?"
_YES_NO = {"yes": "yes", "y": "yes", "true": "yes", "是": "yes", "no": "no", "n": "no", "false": "no", "否": "no"}


@dataclass(frozen=True, slots=True)
class LabelEdits:
    """Labels to add and to remove; `externals` and `fields` are "name=value", and "name=" removes the label."""

    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    unaliases: tuple[str, ...] = ()
    externals: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def declare_field(store: Store, name: str, field_type: str) -> CustomField:
    """Declare a field that projects may carry; `field_type` is a code of FIELD_TYPES."""
    from tracker.models.reference import CustomField

    return store.add(CustomField.model_validate({"name": clean(name, _("field")), "field_type": field_type}))


def edit_labels(store: Store, subject: Project | Company, edits: LabelEdits) -> int:
    """Carry out `edits` on `subject`; how many labels changed. Raises UsageError for an undeclared field."""
    changed = 0
    named = (("tag", _("tag"), edits.tags, edits.untags), ("alias", _("alias"), edits.aliases, edits.unaliases))
    for category, what, names, unwanted in named:
        for name in names:
            changed += _set(store, subject, category, clean(name, what), None)
        for name in unwanted:
            labels = [((label.name,), label) for label in _of(store, subject, category)]
            store.end(pick(name, labels, what))
            changed += 1
    for text in edits.externals:
        name, value = pair(text, _("an external id is SCHEME=ID"))
        changed += _set(store, subject, "external", clean(name, _("scheme")), value)
    for text in edits.fields:
        name, value = pair(text, _("a field is NAME=VALUE"))
        from tracker.models.reference import CustomField

        declared = store.find(CustomField)
        if not declared:
            raise Refused(
                _("no field “{name}” is declared; declare it first: {command}").format(
                    name=shorten(name), command=command_line("project field {name} --type text", name=name)
                )
            )
        field = pick(name, [((one.name,), one) for one in declared], _("declared field"))
        changed += _set(store, subject, "field", field.name, value and canonical(store, field, value))
    return changed


def pair(text: str, form: str) -> tuple[str, str]:
    """Name and value of "name=value", the value "" where there is none. Raises UsageError, saying the `form` wanted."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(_("“{text}” cannot be read: {form}").format(text=shorten(text), form=form))
    return name.strip(), clean(value, name.strip()) if value.strip() else ""


def _of(store: Store, subject: Project | Company, category: str) -> list[Label]:
    key = "project_id" if isinstance(subject, Project) else "company_id"
    return store.find(Label, **{key: subject.id, "category": category})


def _set(store: Store, subject: Project | Company, category: str, name: str, value: str | None) -> int:
    """Add or change one label; an empty value removes it. Returns how many labels changed."""
    for label in _of(store, subject, category):
        if fold(label.name) == fold(name):
            if value == "":
                store.end(label)
            elif label.value != value:
                store.revise(label, value=value)
            else:
                return 0
            return 1
    if value == "":
        return 0
    key = "project_id" if isinstance(subject, Project) else "company_id"
    store.add(Label.model_validate({key: subject.id, "category": category, "name": name, "value": value}))
    return 1


def canonical(store: Store, field: CustomField, value: str) -> str:
    """`value` in the one form its type is kept in. Raises ValueRefused where it is not of the type."""
    if field.field_type == "date":
        return parse_period(value, today=store.today, fiscal_year_start=store.fiscal_year_start).iso()
    if field.field_type == "amount":
        figure = parse_figure(value, currency=None)
        return value if figure.money is None else f"{plain(figure.money)} {figure.money.currency}"
    if field.field_type == "number":
        typed = unicodedata.normalize("NFKC", value)
        if not re.fullmatch(_NUMBER, typed):
            sentence = _("“{value}” is not a number, and the field “{name}” holds numbers")
            raise ValueRefused(sentence.format(value=shorten(value), name=field.name))
        return typed.replace(",", "").removeprefix("+")
    if field.field_type == "yes_no":
        if value.casefold() not in _YES_NO:
            sentence = _("the field “{name}” is yes or no, not “{value}”")
            raise ValueRefused(sentence.format(value=shorten(value), name=field.name))
        return _YES_NO[value.casefold()]
    return value
