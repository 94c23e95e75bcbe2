"""What hangs on a project or company by name: tags, aliases, external ids and the values of declared fields."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tracker.dates import parse_period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _
from tracker.ledger.book import Book, Done
from tracker.lookup import pick
from tracker.models import Company, CustomField, Label, Project
from tracker.money import parse_figure, plain
from tracker.text import clean, shorten


@dataclass(frozen=True, slots=True)
class LabelEdits:
    """Names to hang on (`tags`, `aliases`) and to take off; `externals` and `fields` are "name=value", "name=" clears."""

    tags: tuple[str, ...] = ()
    untags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    unaliases: tuple[str, ...] = ()
    externals: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def declare_field(book: Book, name: str, field_type: str) -> Done:
    """Declare a field that projects may carry; `field_type` is a code of FIELD_TYPES."""
    field = book.add(CustomField.model_validate({"name": clean(name, _("field")), "field_type": field_type}))
    return Done((_("field “{name}” declared").format(name=field.name),))


def edit_labels(book: Book, subject: Project | Company, edits: LabelEdits) -> int:
    """Carry out `edits` on `subject`; how many labels changed. Raises UsageError for an undeclared field."""
    before = len(book.written)
    for category, names in (("tag", edits.tags), ("alias", edits.aliases)):
        for name in names:
            _set(book, subject, category, clean(name, category), None)
    for category, names in (("tag", edits.untags), ("alias", edits.unaliases)):
        for name in names:
            _take_off(book, subject, category, name)
    for text in edits.externals:
        name, value = _pair(text, _("an external id is SCHEME=ID"))
        _set(book, subject, "external", clean(name, _("scheme")), value)
    for text in edits.fields:
        name, value = _pair(text, _("a field is NAME=VALUE"))
        field = _declared(book, name)
        _set(book, subject, "field", field.name, value and _canonical(field, value))
    return len(book.written) - before


def _pair(text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(_("“{text}” cannot be read: {form}").format(text=shorten(text), form=form))
    return name.strip(), clean(value, name.strip()) if value.strip() else ""


def _of(book: Book, subject: Project | Company, category: str) -> list[Label]:
    key = "project_id" if isinstance(subject, Project) else "company_id"
    return book.live(Label, **{key: subject.thing, "category": category})


def _set(book: Book, subject: Project | Company, category: str, name: str, value: str | None) -> None:
    """Hang on or change one label; an empty value takes a valued label off."""
    for label in _of(book, subject, category):
        if label.name == name:
            if value == "":
                book.void(label)
            elif label.value != value:
                book.revise(label, value=value)
            return
    if value == "":
        return
    key = "project_id" if isinstance(subject, Project) else "company_id"
    book.add(Label.model_validate({key: subject.thing, "category": category, "name": name, "value": value}))


def _take_off(book: Book, subject: Project | Company, category: str, name: str) -> None:
    book.void(pick(name, [((label.name,), label) for label in _of(book, subject, category)], category))


def _declared(book: Book, name: str) -> CustomField:
    fields = book.live(CustomField)
    if not fields:
        raise Refused(
            _("no field “{name}” is declared; declare it first: tracker project field {name} --type text").format(
                name=shorten(name)
            )
        )
    return pick(name, [((field.name,), field) for field in fields], _("declared field"))


def _canonical(field: CustomField, value: str) -> str:
    """`value` in the one form its type is kept in. Raises ValueRefused where it is not of the type."""
    if field.field_type == "date":
        from datetime import date

        return parse_period(value, today=date.min).iso()
    if field.field_type == "amount":
        figure = parse_figure(value, currency=None)
        return value if figure.money is None else f"{plain(figure.money)} {figure.money.currency}"
    if field.field_type == "number":
        return _number(field.name, value)
    if field.field_type == "yes_no":
        return _yes_no(field.name, value)
    return value


def _number(name: str, value: str) -> str:
    try:
        number = Decimal(value.replace(",", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueRefused(
            _("“{value}” is no number, and the field “{name}” holds numbers").format(value=value, name=name)
        )
    return format(number, "f")


def _yes_no(name: str, value: str) -> str:
    words = {"yes": "yes", "y": "yes", "true": "yes", "是": "yes", "no": "no", "n": "no", "false": "no", "否": "no"}
    if value.casefold() not in words:
        raise ValueRefused(_("the field “{name}” is yes or no, not “{value}”").format(value=value, name=name))
    return words[value.casefold()]
