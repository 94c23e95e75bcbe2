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
    from tracker.queries.lookup import NameRow

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


def _named(request: Request, subject: str) -> list[NameRow]:
    from tracker.queries.lookup import by_prefix

    return by_prefix(request.reader, subject, request.typed, request.engine, _MOST)


def _codes(request: Request) -> Iterable[tuple[str, str | None]]:
    return [(row.name, row.beside) for row in _named(request, "project")]


def _companies(request: Request) -> Iterable[tuple[str, str | None]]:
    return [(row.name, row.beside) for row in _named(request, "company")]


def _values(column: str) -> Find:
    def find(request: Request) -> Iterable[tuple[str, None]]:
        from tracker.queries.lookup import words

        return [(word, None) for word in words(request.reader, column, _MOST)]

    return find


def _milestones(request: Request) -> Iterable[tuple[str, str | None]]:
    from tracker.queries.lookup import milestones, named

    found = named(request.reader, "project", str(request.ctx.params.get("code")))
    return milestones(request.reader, found[0]) if found else ()


def _tags(request: Request) -> Iterable[tuple[str, None]]:
    from tracker.queries.lookup import tags

    return [(name, None) for name in tags(request.reader, _MOST)]


def _fields(request: Request) -> Iterable[tuple[str, str]]:
    from tracker.queries.lookup import fields

    return fields(request.reader)


def _entries(request: Request) -> Iterable[tuple[str, str]]:
    from tracker.queries.lookup import entries

    return [
        (str(row.entry_id), f"{row.code} {row.kind} {row.first_day or ''}")
        for row in entries(request.reader, request.typed, _MOST)
    ]


def _changes(request: Request) -> Iterable[tuple[str, str]]:
    from tracker.queries.lookup import changes

    return [(str(number), command) for number, command in changes(request.reader, 20)]


codes = from_ledger(_codes)
chains = from_ledger(_values("chain"))
sites = from_ledger(_values("site"))
grids = from_ledger(_values("grid"))
owners = from_ledger(_values("owner"))
milestones = from_ledger(_milestones)
companies = from_ledger(_companies)
tags = from_ledger(_tags)
declared_fields = from_ledger(_fields)
entries = from_ledger(_entries)
changes = from_ledger(_changes)


def values_of(field: Field) -> Completion | None:
    """What a text is completed with: the codes and names it refers to, else the values that projects have."""
    if field.refers:
        return companies if field.refers == "company" else codes
    column = field.columns[0]
    return None if field.key in NAMES or column not in COLUMNS["project"] else from_ledger(_values(column))


def milestone_codes(ctx: typer.Context, incomplete: str) -> Items:
    """The standard milestones, then those of the project."""
    known = words_of(vocabulary.MILESTONES)(ctx, incomplete)
    return list(dict(known + milestones(ctx, incomplete)).items())


def relations_or_codes(ctx: typer.Context, incomplete: str) -> Items:
    """The relations, then the projects."""
    return words_of(vocabulary.RELATIONS)(ctx, incomplete) + codes(ctx, incomplete)
