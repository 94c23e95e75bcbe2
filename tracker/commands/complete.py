"""What a shell offers at TAB: plain words alone, from the ledger or the vocabulary, and silence where anything fails.

A completion script evaluates what it is given, so a name that no shell takes as one plain word is not offered, and the
explanation beside a word holds letters, digits and blanks only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.i18n import language
from tracker.text import fold

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.asked import Asked
    from tracker.queries.projects import ProjectRow

Items = list[tuple[str, str]]
Find = Callable[["Reader", "Asked", typer.Context], Iterable[tuple[str | None, str | None]]]
Completion = Callable[[typer.Context, str], Items]

_PLAIN = "-_./"
_LONGEST_HELP = 60


def _offered(pairs: Iterable[tuple[str | None, str | None]]) -> Items:
    found = {word: help or "" for word, help in pairs if word and all(c.isalnum() or c in _PLAIN for c in word)}
    return [(word, _plain(help)) for word, help in found.items()]


def _plain(help: str) -> str:
    words = "".join(letter if letter.isalnum() or letter in _PLAIN else " " for letter in help)
    return " ".join(words.split())[:_LONGEST_HELP]


def words_of(*lists: vocabulary.Vocabulary) -> Completion:
    """The codes of these lists with their Chinese names; the names themselves where a name is being typed."""

    def complete(_ctx: typer.Context, incomplete: str) -> Items:
        terms = [term for words in lists for term in words]
        if incomplete.isascii():
            return _offered((term.code, term.zh if language() == "zh" else f"{term.zh} {term.en}") for term in terms)
        return _offered((term.zh, term.code) for term in terms)

    return complete


def plain_words(words: Sequence[str]) -> Completion:
    """These words."""

    def complete(_ctx: typer.Context, _incomplete: str) -> Items:
        return _offered((word, "") for word in words)

    return complete


def databases_and_files() -> Items:
    """Nothing of ours: the shell then offers files."""
    return []


def from_ledger(find: Find) -> Completion:
    """What `find` reads in the ledger that the command line names."""

    def complete(ctx: typer.Context, _incomplete: str) -> Items:
        app = App(flags={name: ctx.find_root().params.get(name) for name in ("db", "lang", "color")})
        try:
            return app.read(lambda reader, asked: _offered(find(reader, asked, ctx)))
        except Exception:  # a shell shows whatever is printed in the middle of the line
            return []

    return complete


def _projects(reader: Reader, asked: Asked) -> list[ProjectRow]:
    from tracker.queries.projects import projects

    return projects(reader, asked)


def _code_of(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str, str]]:
    return [(row.code, row.name) for row in _projects(reader, asked)]


def _values(name: str) -> Find:
    def find(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str | None, None]]:
        return [(getattr(row, name), None) for row in _projects(reader, asked)]

    return find


def _milestones(reader: Reader, asked: Asked, ctx: typer.Context) -> Iterable[tuple[str, str | None]]:
    from tracker.queries.milestones import milestones

    wanted = fold(str(ctx.params.get("code")))
    owners = {row.project_id for row in _projects(reader, asked) if fold(row.code) == wanted}
    return [(row.code, row.title) for row in milestones(reader, asked) if row.project_id in owners]


def _companies(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str, str | None]]:
    from tracker.queries.companies import companies

    return [(row.name, row.name_en) for row in companies(reader, asked)]


def _tags(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str, None]]:
    from tracker.queries.projects import labels

    return [(row.name, None) for row in labels(reader, asked) if row.category == "tag"]


def _fields(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str, str]]:
    from tracker.queries.projects import custom_fields

    return custom_fields(reader, asked)


def _entries(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str, str]]:
    from tracker.queries.capital import entries

    codes = {row.project_id: row.code for row in _projects(reader, asked)}
    return [
        (str(row.entry_id), f"{codes[row.project_id]} {row.kind} {row.first_day or ''}")
        for row in entries(reader, asked)
        if row.project_id in codes
    ]


def _changes(reader: Reader, asked: Asked, _ctx: typer.Context) -> Iterable[tuple[str, str]]:
    from tracker.queries.history import changes

    return [(str(change.id), change.command) for change in changes(reader, asked, limit=20)]


codes = from_ledger(_code_of)
chains = from_ledger(_values("chain"))
sectors = from_ledger(_values("sector"))
sites = from_ledger(_values("site"))
grids = from_ledger(_values("grid"))
owners = from_ledger(_values("owner"))
groups = from_ledger(_values("group_name"))
milestones = from_ledger(_milestones)
companies = from_ledger(_companies)
tags = from_ledger(_tags)
declared_fields = from_ledger(_fields)
entries = from_ledger(_entries)
changes = from_ledger(_changes)


def milestone_codes(ctx: typer.Context, incomplete: str) -> Items:
    """The standard milestones, then those of the project."""
    known = words_of(vocabulary.MILESTONES)(ctx, incomplete)
    return list(dict(known + milestones(ctx, incomplete)).items())


def relations_or_codes(ctx: typer.Context, incomplete: str) -> Items:
    """The relations, then the projects."""
    return words_of(vocabulary.RELATIONS)(ctx, incomplete) + codes(ctx, incomplete)
