"""What became otherwise, in sentences: one for each thing, with what was and what is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.countries import country_name
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.queries.changes import Difference
from tracker.reports.listing import land_text
from tracker.reports.report import Cell
from tracker.reports.words import name_of, term
from tracker.vocabulary import (
    CERTIFICATIONS,
    COMPANY_ROLES,
    LEAD_SOURCES,
    LIGHTS,
    ORIGINS,
    PROJECT_KINDS,
    RELATIONS,
    STAGES,
    Vocabulary,
)

Values = Mapping[str, Any]
Names = Mapping[tuple[str, int], str]
_QUIET = ("note", "source", "quote")
_FIELDS: dict[str, Vocabulary] = {
    "kind": PROJECT_KINDS,
    "lead_source": LEAD_SOURCES,
    "capital_origin": ORIGINS,
    "role": COMPANY_ROLES,
}
_REFERS = {"company_id": "company", "parent_id": "project"}


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence about a thing; `what` is a stable word for scripts, `change` the latest change behind it."""

    what: str
    sentence: str
    was: Cell
    now: Cell
    change: int


def tell(one: Difference, names: Names) -> Iterator[Told]:
    """The sentences for a difference that stands by itself; capital and milestones are told together."""
    yield from _TELLERS[one.subject](one, names)


# --- projects and companies ----------------------------------------------------------------------------------------


def _facts(one: Difference, names: Names) -> Iterator[Told]:
    if one.was is None and one.now is not None:
        name = name_of(one.now["name"], one.now["name_en"])
        yield Told("opened", _("opened: {name}").format(name=name), None, one.now["name"], one.change)
    elif one.now is None and one.was is not None:
        yield Told("removed", _("removed"), one.was["name"], None, one.change)
    elif one.was is not None and one.now is not None:
        for field, now in one.now.items():
            if now != one.was[field] and field not in _QUIET:
                yield _field(one, field, names)


def _field(one: Difference, field: str, names: Names) -> Told:
    assert one.was is not None
    assert one.now is not None
    was, now = _fact(field, one.was[field], names), _fact(field, one.now[field], names)
    what = field.removesuffix("_id")
    sentence = _("{field}: {was} → {now}").format(field=what.replace("_", " "), was=was or "–", now=now or "–")
    return Told(what, sentence, was, now, one.change)


def _fact(field: str, value: Any, names: Names) -> str | None:
    if value is None:
        return None
    if field in _REFERS:
        return names.get((_REFERS[field], value), str(value))
    if field in _FIELDS:
        return word(_FIELDS[field], value)
    if field == "country":
        return country_name(value, language())
    return land_text(value) if field == "land" else str(value)


def _label(one: Difference, _names: Names) -> Iterator[Told]:
    values = one.now or one.was or {}
    was, now = (_label_text(side) for side in (one.was, one.now))
    sentence = _("{what} {name} added") if one.now else _("{what} {name} taken off")
    if values["value"] is not None:
        sentence = _("{what} {name}: {was} → {now}")
    what = _label_noun(values["category"])
    told = sentence.format(what=what, name=values["name"], was=was or "–", now=now or "–")
    yield Told(values["category"], told, was, now, one.change)


def _label_text(values: Values | None) -> str | None:
    return None if values is None else values["value"] or values["name"]


def _label_noun(category: str) -> str:
    return {"tag": _("tag"), "alias": _("alias"), "external": _("id"), "field": _("field")}.get(category, category)


def _relation(one: Difference, names: Names) -> Iterator[Told]:
    values = one.now or one.was or {}
    said = f"{word(RELATIONS, values['relation'])} {names.get(('project', values['target_id']), '')}"
    sentence = _("now: {relation}") if one.now else _("no longer: {relation}")
    if one.was is None or one.now is None:
        was, now = (said if side else None for side in (one.was, one.now))
        yield Told("relation", sentence.format(relation=said), was, now, one.change)


# --- what happened to them -----------------------------------------------------------------------------------------


def tell_turns(found: Iterable[Difference], before: str | None, words: Vocabulary) -> Iterator[Told]:
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
        was = term(words, before)
        sentence = _("{was} → {now}, {on}") if before else _("{now}, {on}")
        why = f" ({one.now['reason']})" if one.now["reason"] else ""
        told = sentence.format(was=word(words, before or ""), now=word(words, after), on=on_days(one.now)) + why
        yield Told(column, told, was, term(words, after), one.change)
        before = after


def _review(one: Difference, _names: Names) -> Iterator[Told]:
    values = one.now or one.was or {}
    physical = None if values["physical"] is None else f"{values['physical'] / 100:g}%"
    said = [physical, word(LIGHTS, values["light"]) if values["light"] else None, values["text"]]
    words = ", ".join(word for word in said if word)
    sentence = _("progress report for {on}: {words}") if one.now else _("progress report for {on} taken back: {words}")
    was, now = (words if side else None for side in (one.was, one.now))
    yield Told("review", sentence.format(on=on_days(values), words=words), was, now, one.change)


def _request(one: Difference, _names: Names) -> Iterator[Told]:
    title = (one.now or one.was or {})["title"]
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


def _certification(one: Difference, _names: Names) -> Iterator[Told]:
    values = one.now or one.was or {}
    was, now = (term(CERTIFICATIONS, side["certification"]) if side else None for side in (one.was, one.now))
    sentence = _("recognised as {step}, {on}") if one.now else _("no longer recognised as {step}, {on}")
    step = word(CERTIFICATIONS, values["certification"])
    yield Told("certification", sentence.format(step=step, on=on_days(values)), was, now, one.change)


_TELLERS: dict[str, Callable[[Difference, Names], Iterator[Told]]] = {
    "project": _facts,
    "company": _facts,
    "certification": _certification,
    "label": _label,
    "relation": _relation,
    "review": _review,
    "request": _request,
}


def on_days(values: Values) -> str:
    """The days that a row speaks of."""
    return Period.of(values["first_day"], values["last_day"]).display(language())


def word(words: Vocabulary, code: str) -> str:
    """The name of a stored code."""
    found = term(words, code)
    return found.name(language()) if found else code
