"""What changed, in sentences: one for each record, with what was and what is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.dates import ALWAYS, Period
from tracker.i18n import _, language
from tracker.models.fields import CITED, FIELDS, Field, Type
from tracker.queries.changes import WrittenRow
from tracker.reports.report import Cell
from tracker.reports.words import field_text, name_of, term
from tracker.vocabulary import (
    CERTIFICATIONS,
    LIGHTS,
    RELATIONS,
    STAGES,
    Vocabulary,
)

Values = Mapping[str, Any]
Names = Mapping[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence about a record; `what` is a stable word for scripts, `change` the latest change behind it."""

    what: str
    sentence: str
    was: Cell
    now: Cell
    change: int


def tell(one: WrittenRow, names: Names) -> Iterator[Told]:
    """The sentences for a record that is no capital, baseline or milestone: those depend on each other."""
    yield from _TELLERS[one.table](one, names)


# --- projects and companies ----------------------------------------------------------------------------------------


def _facts(one: WrittenRow, names: Names) -> Iterator[Told]:
    if one.was is None and one.now is not None:
        name = name_of(one.now["name"], one.now["name_en"])
        yield Told("opened", _("opened: {name}").format(name=name), None, one.now["name"], one.change)
    elif one.now is None and one.was is not None:
        yield Told("removed", _("removed"), one.was["name"], None, one.change)
    elif one.was is not None and one.now is not None:
        yield from (_field(one, field, names) for field in changed_fields(one) if field.key not in CITED)


def changed_fields(one: WrittenRow) -> Iterator[Field]:
    """The fields of a project or company that say something else than before."""
    was, now = one.was or {}, one.now or {}
    for field in FIELDS[one.table]:
        if any(was[column] != now[column] for column in field.columns):
            yield field


def _field(one: WrittenRow, field: Field, names: Names) -> Told:
    was, now = (fact_text(field, side or {}, names) for side in (one.was, one.now))
    sentence = _("{field}: {was} → {now}").format(field=field.name, was=was or "–", now=now or "–")
    return Told(field.key, sentence, was, now, one.change)


def fact_text(field: Field, values: Values, names: Names) -> str | None:
    """What the columns of a project or company say of a field."""
    value = values[field.columns[0]]
    if value is not None and field.refers:
        return names.get((field.refers, value), str(value))
    if value is not None and field.type is Type.PERIOD:
        return Period.of(value, values[field.columns[1]]).display(language())
    return field_text(field, value)


def _label(one: WrittenRow, _names: Names) -> Iterator[Told]:
    values = one.values
    was, now = (_label_text(side) for side in (one.was, one.now))
    sentence = _("{what} {name} added") if one.now else _("{what} {name} taken off")
    if values["value"] is not None:
        sentence = _("{what} {name}: {was} → {now}")
    what = label_word(values["category"])
    told = sentence.format(what=what, name=values["name"], was=was or "–", now=now or "–")
    yield Told(values["category"], told, was, now, one.change)


def _label_text(values: Values | None) -> str | None:
    return None if values is None else values["value"] or values["name"]


def label_word(category: str) -> str:
    return {"tag": _("tag"), "alias": _("alias"), "external": _("id"), "field": _("field")}.get(category, category)


def _relation(one: WrittenRow, names: Names) -> Iterator[Told]:
    values = one.values
    said = f"{word(RELATIONS, values['relation'])} {names.get(('project', values['target_id']), '')}"
    sentence = _("now: {relation}") if one.now else _("no longer: {relation}")
    if one.was is None or one.now is None:
        was, now = (said if side else None for side in (one.was, one.now))
        yield Told("relation", sentence.format(relation=said), was, now, one.change)


# --- what happened to them -----------------------------------------------------------------------------------------


def tell_turns(found: Iterable[WrittenRow], before: str | None, words: Vocabulary) -> Iterator[Told]:
    """The stage moves (or conditions) of one project in order; `before` is the code it began with."""
    column = "stage" if words is STAGES else "condition"
    for one in found:
        if one.now is None:
            assert one.was is not None
            gone = term(words, one.was[column])
            sentence = _("“{name}” of {on} taken back").format(name=word(words, one.was[column]), on=on_days(one.was))
            yield Told(column, sentence, gone, None, one.change)
            continue
        after = one.now[column]
        if one.was is not None and one.was[column] == after:
            was_on, now_on = on_days(one.was), on_days(one.now)
            if was_on != now_on:
                sentence = _("“{name}”: {was} → {now}").format(name=word(words, after), was=was_on, now=now_on)
                yield Told(column, sentence, was_on, now_on, one.change)
            continue
        was = term(words, before)
        sentence = _("{was} → {now}, {on}") if before else _("{now}, {on}")
        why = f" ({one.now['reason']})" if one.now["reason"] else ""
        told = sentence.format(was=word(words, before or ""), now=word(words, after), on=on_days(one.now)) + why
        yield Told(column, told, was, term(words, after), one.change)
        before = after


def _review(one: WrittenRow, _names: Names) -> Iterator[Told]:
    values = one.values
    physical = None if values["physical"] is None else f"{values['physical'] / 100:g}%"
    said = [physical, word(LIGHTS, values["light"]) if values["light"] else None, values["text"]]
    words = _(", ").join(word for word in said if word)
    sentence = _("progress report for {on}: {words}") if one.now else _("progress report for {on} taken back: {words}")
    was, now = (words if side else None for side in (one.was, one.now))
    yield Told("review", sentence.format(on=on_days(values), words=words), was, now, one.change)


def _request(one: WrittenRow, _names: Names) -> Iterator[Told]:
    title = one.values["title"]
    if one.now is None:
        yield Told("request", _("request “{title}” taken back").format(title=title), title, None, one.change)
        return
    was = one.was or {}
    if not one.was:
        due = _(", due {day}").format(day=one.now["due"]) if one.now["due"] else ""
        yield Told("request", _("request “{title}” opened{due}").format(title=title, due=due), None, title, one.change)
    for step, sentence in (
        ("answered", _("request “{title}” answered {day}")),
        ("closed", _("request “{title}” closed {day}")),
    ):
        if one.now[step] and one.now[step] != was.get(step):
            said = sentence.format(title=title, day=one.now[step])
            yield Told("request", said, was.get(step), one.now[step], one.change)


def _follow_up(one: WrittenRow, _names: Names) -> Iterator[Told]:
    values, was = one.values, one.was or {}
    next_day = _(", next step {day}").format(day=values["next_day"]) if values["next_day"] else ""
    text = f"{values['text']}{next_day}"
    if one.now is None:
        yield Told(
            "follow_up",
            _("contact {day} taken back: {text}").format(day=values["on_day"], text=text),
            text,
            None,
            one.change,
        )
    elif {**was, "done": None} != {**one.now, "done": None}:
        yield Told(
            "follow_up", _("contact {day}: {text}").format(day=values["on_day"], text=text), None, text, one.change
        )
    if one.now and one.now["done"] != was.get("done"):
        sentence = _("next step of {day} done {done}") if one.now["done"] else _("next step of {day} open again")
        told = sentence.format(day=values["next_day"], done=one.now["done"])
        yield Told("follow_up", told, was.get("done"), one.now["done"], one.change)


def _certification(one: WrittenRow, _names: Names) -> Iterator[Told]:
    values = one.values
    was, now = (term(CERTIFICATIONS, side["certification"]) if side else None for side in (one.was, one.now))
    sentence = _("recognised as {step}, {on}") if one.now else _("no longer recognised as {step}, {on}")
    step = word(CERTIFICATIONS, values["certification"])
    yield Told("certification", sentence.format(step=step, on=on_days(values)), was, now, one.change)


_TELLERS: dict[str, Callable[[WrittenRow, Names], Iterator[Told]]] = {
    "project": _facts,
    "company": _facts,
    "certification": _certification,
    "label": _label,
    "relation": _relation,
    "review": _review,
    "request": _request,
    "follow_up": _follow_up,
}


def on_days(values: Values) -> str:
    """The days that a record is about; of a stage or condition whose day is not known, the day by which it was."""
    if values["first_day"] is None:
        return Period.by(values["effective_from"]).display(language())
    return Period.of(values["first_day"], values["last_day"], values["period_text"]).display(language())


def basis_text(basis: str) -> str:
    """What a capital figure is a figure of, in parentheses; nothing where that is its period."""
    words = {"ytd": _("(year to date)"), "cumulative": _("(cumulative)")}
    return words.get(basis, "")


def holds_from(values: Values) -> str:
    """From which day a total or plan holds, where that is not its first day or always; else nothing."""
    begins = values["effective_from"]
    if values["kind"] not in ("total", "plan") or begins in (ALWAYS, values["first_day"]):
        return ""
    return _("from {day}").format(day=begins.isoformat())


def word(words: Vocabulary, code: str) -> str:
    """The name of a stored code."""
    found = term(words, code)
    return found.name(language()) if found else code
