"""Projects: opened, edited, linked and removed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError
from tracker.i18n import _, language
from tracker.ledger import capital, stages
from tracker.ledger.capital import NewEntry
from tracker.ledger.citation import Citation, Facts, require_past, value_of
from tracker.ledger.companies import find_or_add
from tracker.ledger.labels import LabelEdits, edit_labels
from tracker.ledger.milestones import Standard, add_standard
from tracker.ledger.store import Store
from tracker.models import versioned_tables
from tracker.models.company import Company
from tracker.models.fields import FIELDS, NAMES, Type
from tracker.models.label import Relation
from tracker.models.project import Project
from tracker.money import Figure
from tracker.text import CHINESE, PINYIN_EXTRA, clean_code, fold, readings
from tracker.vocabulary import RELATIONS

_LONGEST_PROPOSED = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """What may be recorded together with a new project."""

    stage: str | None = None
    on: Period | None = None
    total: Figure | None = None
    standard_milestones: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """A new project; `company` is the company that had to be added, the others what was recorded with the project.

    `proposed`: nobody gave its code.
    """

    project: Project
    company: Company | None = None
    stage: stages.Reached | None = None
    total: capital.Recorded | None = None
    milestones: Standard | None = None
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """A project after an edit, whether anything changed, and the company that had to be added."""

    project: Project
    changed: bool
    company: Company | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A project that was removed, and how many records of each table ended with it."""

    project: Project
    ended: dict[str, int]


@dataclass(frozen=True, slots=True)
class Linked:
    """A project, the project it relates to, and the relations that were added or ended."""

    project: Project
    target: Project
    relations: tuple[Relation, ...]


def add(store: Store, facts: Facts, opening: Opening, labels: LabelEdits, cite: Citation) -> Added:
    """Open a project, with its total investment, first stage and milestones where given.

    Raises Refused where the code is taken or the company's name is nearly that of another.
    """
    proposed = facts.get("code") is None
    code = _proposed(store, facts) if proposed else clean_code(facts.get("code") or "", _("code"))
    columns, company = _columns(store, facts)
    columns |= {"code": code, "name": columns.get("name") or columns.get("name_en") or code}
    project = store.add(Project.model_validate(columns | cite.columns()))
    edit_labels(store, project, labels)
    stage = total = standard = None
    if opening.stage:
        on = opening.on or Period.day(store.today)
        stage = stages.reach(store, project, opening.stage, on, None, cite)
    if opening.total is not None:
        entry = NewEntry("total", opening.total, opening.on, cite=Citation(source=cite.source))
        total = capital.record(store, project, entry)
    if opening.standard_milestones:
        standard = add_standard(store, project)
    return Added(project, company, stage, total, standard, proposed)


def _proposed(store: Store, facts: Facts) -> str:
    """A code made of the name: the initials of its pinyin, or its first words; with a number where that is taken.

    Raises UsageError where there is no name, and for a Chinese one without the extra `zh`.
    """
    name = facts.get("name") or facts.get("name_en") or ""
    if not name.strip():
        raise UsageError(_("give a CODE, or a --name to make one of"))
    read = readings(name)
    if read is None and re.search(CHINESE, name):
        name = facts.get("name_en") or ""
        if not name.strip():
            raise UsageError(_("give a CODE; to make one of a Chinese name: {install}").format(install=PINYIN_EXTRA))
    plain = read[1] if read else "-".join(re.findall("[a-z0-9]+", fold(name)))
    if len(plain) > _LONGEST_PROPOSED:
        plain = plain[:_LONGEST_PROPOSED] if read else plain[: _LONGEST_PROPOSED + 1].rpartition("-")[0]
    plain = plain or fold(name)[:_LONGEST_PROPOSED]
    code = clean_code(plain, _("code"))
    number = 1
    while store.named(Project, code):
        number += 1
        code = clean_code(f"{plain}-{number}", _("code"))
    return code


def edit(store: Store, word: str, facts: Facts, labels: LabelEdits, cite: Citation) -> Edited:
    """Change what is recorded of a project. Raises Refused where a new code is taken or the parent is its own part."""
    project = store.project(word)
    columns, company = _columns(store, facts)
    if (code := facts.get("code")) is not None:
        columns["code"] = clean_code(code, _("code"))
        if fold(columns["code"]) != fold(project.code):
            # The old code still finds the project.
            labels = replace(labels, aliases=(*labels.aliases, project.code))
    require_no_circle(store, project, columns.get("parent_id"))
    changed = {key: value for key, value in (columns | cite.given()).items() if getattr(project, key) != value}
    if changed:
        project = store.revise(project, **changed)
    relabelled = edit_labels(store, project, labels)
    return Edited(project, bool(changed or relabelled), company)


def edit_all(store: Store, words: Sequence[str], facts: Facts, labels: LabelEdits, cite: Citation) -> list[Edited]:
    """Change what is recorded of several projects alike, one after the other.

    Raises UsageError for a fact that only one project can have, and where one of them is not there.
    """
    own = (*map(facts.get, NAMES), *labels.aliases, *labels.unaliases, *labels.externals)
    if len(words) > 1 and any(one is not None for one in own):
        raise UsageError(_("a code, a name, an alias and an id belong to one project: give one CODE"))
    codes = dict.fromkeys(store.project(word).code for word in words)
    return [edit(store, code, facts, labels, cite) for code in codes]


def _columns(store: Store, facts: Facts) -> tuple[dict[str, Any], Company | None]:
    """The columns given, checked, without the code, and the company that had to be added."""
    added = None
    columns: dict[str, Any] = {}
    for field in FIELDS["project"]:
        value = facts.get(field.key)
        if value is None or field.key == "code":
            continue
        if field.refers == "company":
            company, is_new = find_or_add(store, value) if value else (None, False)
            columns["company_id"] = company.id if company else None
            added = company if is_new else None
        elif field.refers:
            columns["parent_id"] = store.project(value).id if value else None
        elif field.type is Type.PERIOD:
            if value:
                require_past(value, store.today)
            days = (value.first, value.last) if value else (None, None)
            columns |= dict(zip(field.columns, days, strict=True))
        else:
            columns[field.key] = value_of(field, value)
    if "name" in columns and not columns["name"]:
        raise UsageError(_("a project needs a name"))
    return columns, added


def require_no_circle(store: Store, project: Project, parent: int | None) -> None:
    """Raise Refused where `parent` is a part of `project`, or of one of its parts."""
    while parent is not None:
        if parent == project.id:
            raise Refused(_("{code} cannot be a part of its own part").format(code=project.code))
        above = store.get(Project, parent)
        parent = above.parent_id if above else None


def remove(store: Store, word: str) -> Removed:
    """End a project and every record that refers to it: no open record refers to one that is not there."""
    project = store.project(word)
    parts = [one.code for one in store.find(Project, parent_id=project.id)]
    if parts:
        raise Refused(
            _("{code} still has parts ({parts}); remove them first, or give them another parent").format(
                code=project.code, parts=_(", ").join(parts)
            )
        )
    ended: dict[str, int] = {}
    for model in versioned_tables():
        columns = [column for column in ("project_id", "target_id") if column in model.model_fields]
        rows = [row for column in columns for row in store.find(model, **{column: project.id})]
        for row in rows:
            store.end(row)
        if rows:
            ended[str(model.__tablename__)] = len(rows)
    store.end(project)
    return Removed(project, ended)


def link(store: Store, word: str, relation: str, target: str, cite: Citation) -> Linked:
    """Record that one project relates to another; `relation` is a code of RELATIONS.

    Raises Refused where it is recorded already, or the other way round: two projects cannot support each other.
    """
    project, other = store.project(word), store.project(target)
    require_relation(store, project, relation, other)
    if store.find(Relation, project_id=project.id, relation=relation, target_id=other.id):
        raise Refused(_("“{relation}” is recorded already").format(relation=_relation_words(project, relation, other)))
    keys = {"project_id": project.id, "relation": relation, "target_id": other.id}
    return Linked(project, other, (store.add(Relation.model_validate(keys | cite.columns())),))


def require_relation(store: Store, project: Project, relation: str, other: Project) -> None:
    """Raise Refused where a project cannot relate so to another: to itself, or where the other does to it."""
    if project.id == other.id:
        raise Refused(_("{code} cannot relate to itself").format(code=project.code))
    if store.find(Relation, project_id=other.id, relation=relation, target_id=project.id):
        raise Refused(
            _("“{relation}” is recorded, and two projects cannot relate so to each other; nothing was changed").format(
                relation=_relation_words(other, relation, project)
            )
        )


def _relation_words(project: Project, relation: str, other: Project) -> str:
    return f"{project.code} {RELATIONS[relation].name(language())} {other.code}"


def unlink(store: Store, word: str, relation: str | None, target: str) -> Linked:
    """End how one project relates to another. Raises Refused where it does not."""
    project, other = store.project(word), store.project(target)
    found = [
        one
        for one in store.find(Relation, project_id=project.id, target_id=other.id)
        if relation in (None, one.relation)
    ]
    if not found:
        raise Refused(_("{code} has no such relation to {other}").format(code=project.code, other=other.code))
    for one in found:
        store.end(one)
    return Linked(project, other, tuple(found))
