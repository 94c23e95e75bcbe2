"""What a shell offers at TAB: plain words alone, from the ledger or the vocabulary, and silence where anything fails.

A completion script evaluates what it is given, so a name that no shell takes as one plain word is not offered, and the
explanation beside a word holds letters, digits and blanks only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import typer

from tracker import vocabulary
from tracker.app import App
from tracker.i18n import language
from tracker.models.fields import COLUMNS, NAMES, Field

if TYPE_CHECKING:
    from tracker.database import Reader

Items = list[tuple[str, str]]
# What the ledger holds that may stand where a word was begun: the words with an explanation each.
Find = Callable[["Request"], Iterable[tuple[str | None, str | None]]]
Completion = Callable[[typer.Context, str], Items]

_PLAIN = "-_./"
_LONGEST_HELP = 60
# What a shell shows at most; the ledger is asked for no more.
_MOST = 200


def _offered(pairs: Iterable[tuple[str | None, str | None]]) -> Items:
    found = {word: help or "" for word, help in pairs if word and all(c.isalnum() or c in _PLAIN for c in word)}
    plain = {
        word: "".join(one if one.isalnum() or one in _PLAIN else " " for one in help) for word, help in found.items()
    }
    return [(word, " ".join(help.split())[:_LONGEST_HELP]) for word, help in plain.items()]


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


class Request(NamedTuple):
    """What is asked of the ledger: an engine's reader, the command line so far, and the word that was begun."""

    reader: Reader
    engine: str
    ctx: typer.Context
    typed: str


def from_ledger(find: Find) -> Completion:
    """What `find` reads in the ledger that the command line names."""

    def complete(ctx: typer.Context, incomplete: str) -> Items:
        app = App(flags={name: ctx.find_root().params.get(name) for name in ("db", "lang", "color")})
        try:
            database = app.database
            return app.read(lambda reader, _as_of: _offered(find(Request(reader, database.engine, ctx, incomplete))))
        except Exception:  # a shell shows whatever is printed in the middle of the line
            return []

    return complete


def _named(subject: str) -> Completion:
    def find(request: Request) -> Iterable[tuple[str, str | None]]:
        from tracker.queries.lookup import by_prefix

        found = by_prefix(request.reader, subject, request.typed, request.engine, _MOST)
        return [(row.name, row.beside) for row in found]

    return from_ledger(find)


def _values(column: str) -> Completion:
    def find(request: Request) -> Iterable[tuple[str, None]]:
        from tracker.queries.lookup import words

        return [(word, None) for word in words(request.reader, column, _MOST)]

    return from_ledger(find)


@from_ledger
def milestones(request: Request) -> Iterable[tuple[str, str | None]]:
    """The milestones of the project that was named before."""
    from tracker.queries.lookup import milestones, named

    found = named(request.reader, "project", str(request.ctx.params.get("code")))
    return milestones(request.reader, found[0]) if found else ()


@from_ledger
def tags(request: Request) -> Iterable[tuple[str, None]]:
    """The tags there are."""
    from tracker.queries.lookup import tags

    return [(name, None) for name in tags(request.reader, _MOST)]


@from_ledger
def declared_fields(request: Request) -> Iterable[tuple[str, str]]:
    """The fields that were declared."""
    from tracker.queries.lookup import fields

    return fields(request.reader)


@from_ledger
def entries(request: Request) -> Iterable[tuple[str, str]]:
    """The numbers of capital entries."""
    from tracker.queries.lookup import entries

    found = entries(request.reader, request.typed, _MOST)
    return [(str(row.entry_id), f"{row.code} {row.kind} {row.first_day or ''}") for row in found]


@from_ledger
def changes(request: Request) -> Iterable[tuple[str, str]]:
    """The latest changes."""
    from tracker.queries.lookup import changes

    return [(str(number), command) for number, command in changes(request.reader, 20)]


@from_ledger
def schedules(request: Request) -> Iterable[tuple[str, str | None]]:
    """The schedules."""
    from tracker.queries.lookup import schedule_names

    return schedule_names(request.reader)


codes, companies = _named("project"), _named("company")
chains, sites, grids, owners = (_values(column) for column in ("chain", "site", "grid", "owner"))


def values_of(field: Field) -> Completion | None:
    """What a text is completed with: the codes and names it refers to, else the values that projects have."""
    if field.refers:
        return companies if field.refers == "company" else codes
    column = field.columns[0]
    return None if field.key in NAMES or column not in COLUMNS["project"] else _values(column)


def milestone_codes(ctx: typer.Context, incomplete: str) -> Items:
    """The standard milestones, then those of the project."""
    known = words_of(vocabulary.MILESTONES)(ctx, incomplete)
    return list(dict(known + milestones(ctx, incomplete)).items())


def relations_or_codes(ctx: typer.Context, incomplete: str) -> Items:
    """The relations, then the projects."""
    return words_of(vocabulary.RELATIONS)(ctx, incomplete) + codes(ctx, incomplete)
