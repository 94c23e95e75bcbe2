"""Projects: opened, edited, linked and removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tracker.dates import Period
from tracker.errors import Refused, UsageError, ValueRefused
from tracker.i18n import _, language, ngettext
from tracker.ledger import stages
from tracker.ledger.book import Book, Done, noun
from tracker.ledger.capital import NewEntry, record
from tracker.ledger.cite import Cite, short_text
from tracker.ledger.companies import find_or_add
from tracker.ledger.labels import LabelEdits, edit_labels
from tracker.ledger.milestones import add_standard
from tracker.models import CHAINED, Project, Relation
from tracker.money import Figure
from tracker.text import clean_code
from tracker.vocabulary import RELATIONS

_TEXTS = ("name", "name_en", "group_name", "chain", "sector", "site", "grid", "owner")
# The largest each may be: land in thousandths of a 亩 as large as the country, and what fits the column.
NUMBERS = {"land": 14_400_000_000_000, "jobs": 2_147_483_647}


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is to be recorded of a project; None: not given, "" (or -1 for a number): to be cleared.

    `land` is in thousandths of a 亩. `company` and `parent` are names; the other words are codes of the vocabulary.
    """

    code: str | None = None
    name: str | None = None
    name_en: str | None = None
    kind: str | None = None
    company: str | None = None
    group_name: str | None = None
    chain: str | None = None
    sector: str | None = None
    site: str | None = None
    grid: str | None = None
    owner: str | None = None
    lead_source: str | None = None
    capital_origin: str | None = None
    country: str | None = None
    land: int | None = None
    jobs: int | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What may be recorded together with a new project."""

    stage: str | None = None
    on: Period | None = None
    total: Figure | None = None
    standard_milestones: bool = False


def add(book: Book, facts: ProjectFacts, opening: Opening, labels: LabelEdits, cite: Cite) -> Done:
    """Open a project, with its total investment, first stage and milestones where given.

    Raises Refused where the code is taken or the company's name is nearly that of another.
    """
    code = clean_code(facts.code or "", _("code"))
    columns, lines = _columns(book, facts)
    columns |= {"code": code, "name": columns.get("name") or columns.get("name_en") or code}
    project = book.add(Project.model_validate(columns | cite.columns()))
    edit_labels(book, project, labels)
    lines.insert(0, _("project {code} added").format(code=code))
    if opening.stage:
        on = opening.on or Period.day(book.today)
        lines += stages.reach(book, project, opening.stage, on, None, cite).lines
    if opening.total is not None:
        entry = NewEntry("total", opening.total, opening.on)
        lines += record(book, code, entry, Cite(source=cite.source)).lines
    if opening.standard_milestones:
        lines += add_standard(book, project).lines
    return Done(tuple(lines))


def edit(book: Book, word: str, facts: ProjectFacts, labels: LabelEdits, cite: Cite) -> Done:
    """Change what is recorded of a project. Raises Refused where a new code is taken or the parent is its own part."""
    project = book.project(word)
    columns, lines = _columns(book, facts)
    if facts.code is not None:
        columns["code"] = clean_code(facts.code, _("code"))
    if "name" in columns and not columns["name"]:
        raise UsageError(_("a project needs a name"))
    require_no_circle(book, project, columns.get("parent_id"))
    changed = {key: value for key, value in (columns | cite.given()).items() if getattr(project, key) != value}
    if changed:
        project = book.revise(project, **changed)
    if not edit_labels(book, project, labels) and not changed:
        return Done((_("{code} is so already; nothing to change").format(code=project.code),))
    return Done((_("project {code} changed").format(code=project.code), *lines))


def _columns(book: Book, facts: ProjectFacts) -> tuple[dict[str, Any], list[str]]:
    """The columns given, checked, and a sentence for a company that had to be added."""
    given = {name: getattr(facts, name) for name in facts.__slots__ if getattr(facts, name) is not None}
    given.pop("code", None)
    lines: list[str] = []
    columns: dict[str, Any] = {}
    for name, value in given.items():
        if name in _TEXTS:
            columns[name] = short_text(value, name.replace("_", " "))
        elif name == "company":
            company, added = find_or_add(book, value) if value else (None, False)
            columns["company_id"] = company.thing if company else None
            if company and added:
                lines.append(_("company “{name}” added").format(name=company.name))
        elif name == "parent":
            columns["parent_id"] = book.project(value).thing if value else None
        elif name in NUMBERS:
            columns[name] = _number(name, value)
        else:
            columns[name] = value or None
    return columns, lines


def _number(name: str, value: int) -> int | None:
    if not -1 <= value <= NUMBERS[name]:
        raise ValueRefused(
            _("{what} is a number from 0 to {most}, not {value}").format(what=name, most=NUMBERS[name], value=value)
        )
    return None if value == -1 else value


def require_no_circle(book: Book, project: Project, parent: int | None) -> None:
    """Raise Refused where `parent` is a part of `project`, or of one of its parts."""
    parents = {} if parent is None else {one.thing: one.parent_id for one in book.live(Project)}
    while parent is not None:
        if parent == project.thing:
            raise Refused(_("{code} cannot be a part of its own part").format(code=project.code))
        parent = parents.get(parent)


def remove(book: Book, word: str) -> Done:
    """Hide a project and its entries from every later report; what goes is counted."""
    project = book.project(word)
    parts = [one.code for one in book.live(Project, parent_id=project.thing)]
    if parts:
        raise Refused(
            _("{code} still has parts ({parts}); remove them first, or give them another parent").format(
                code=project.code, parts=", ".join(parts)
            )
        )
    counted = [f"{count} × {name}" for name, count in _what_goes(book, project)]
    book.void(project)
    lines = [_("project {code} removed").format(code=project.code)]
    if counted:
        lines.append(_("hidden with it: {what}").format(what=", ".join(counted)))
    return Done(tuple(lines))


def _what_goes(book: Book, project: Project) -> Iterator[tuple[str, int]]:
    for model in CHAINED:
        columns = [column for column in ("project_id", "target_id") if column in model.model_fields]
        rows = [row for column in columns for row in book.live(model, **{column: project.thing})]
        if rows:
            yield noun(rows[0]), len(rows)


def link(book: Book, word: str, relation: str, target: str, cite: Cite) -> Done:
    """Record that one project relates to another; `relation` is a code of RELATIONS."""
    project, other = book.project(word), book.project(target)
    if project.thing == other.thing:
        raise Refused(_("{code} cannot relate to itself").format(code=project.code))
    keys = {"project_id": project.thing, "relation": relation, "target_id": other.thing}
    said = f"{project.code} {RELATIONS[relation].name(language())} {other.code}"
    if book.live(Relation, **keys):
        raise Refused(_("“{relation}” is recorded already").format(relation=said))
    book.add(Relation.model_validate(keys | cite.columns()))
    return Done((said,))


def unlink(book: Book, word: str, relation: str | None, target: str) -> Done:
    """Take back how one project relates to another. Raises Refused where it does not."""
    project, other = book.project(word), book.project(target)
    found = [
        one
        for one in book.live(Relation, project_id=project.thing, target_id=other.thing)
        if relation in (None, one.relation)
    ]
    if not found:
        raise Refused(_("{code} has no such relation to {other}").format(code=project.code, other=other.code))
    for one in found:
        book.void(one)
    names = ngettext("{count} relation", "{count} relations", len(found)).format(count=len(found))
    return Done(
        (_("{what} from {code} to {other} taken back").format(what=names, code=project.code, other=other.code),)
    )
