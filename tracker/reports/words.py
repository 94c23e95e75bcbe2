"""The titles and cells that many reports share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

from tracker.countries import country_name
from tracker.dates import Period, month_end
from tracker.i18n import _, language
from tracker.models.fields import Field, Type
from tracker.queries.projects import ProjectRow
from tracker.reports.report import NAME_LINES, Cell, Column, Fallback, Kind
from tracker.vocabulary import LIGHTS, Term, Vocabulary

# More names than these are counted and not named.
_NAMED = 5


def name_columns() -> tuple[Column, Column]:
    """The two columns for a project's names; the one in the reader's language is shown."""
    zh = language() == "zh"
    return (
        Column("name", _("Project"), priority=1, hidden=not zh, most_lines=NAME_LINES),
        Column("name_en", _("Project"), priority=1, hidden=zh, most_lines=NAME_LINES),
    )


def name_cells(row: ProjectRow) -> tuple[str, str | None]:
    """The cells under `name_columns`."""
    return row.name, row.name_en or (Fallback(row.name) if language() == "en" else None)


def english_cells(names: Iterable[str], english: Iterable[str | None]) -> list[str | None]:
    """The column of English names; a reader of English sees the other one where there is none."""
    found = zip(names, english, strict=True)
    if language() == "en":
        return [name_en or Fallback(name) for name, name_en in found]
    return [name_en or None for _name, name_en in found]


def name_of(name: str, name_en: str | None) -> str:
    """A name in the reader's language, else the one there is."""
    return name_en if language() == "en" and name_en else name


def name_term(name: str, name_en: str | None) -> Term:
    """A name for a cell: that of the ledger in files, the one in the reader's language in tables."""
    return Term(name, name, name_en or name)


def project_title(row: ProjectRow) -> str:
    """The code and the name of a project."""
    return f"{row.code} · {name_of(row.name, row.name_en)}"


def project_term(row: ProjectRow) -> Term:
    """A project as a heading: its code in files, its code and name in tables."""
    return Term(row.code, project_title(row), project_title(row))


def code_column(priority: int = 1) -> Column:
    """The column of project codes."""
    return Column("code", _("Code"), priority=priority)


def term(words: Vocabulary, code: str | None) -> Term | None:
    """The word for a stored code; a code this version does not know is shown as it is."""
    if code is None:
        return None
    return words.get(code) or Term(code, code, code)


def heading(word: Term) -> str:
    """A term as a heading or at the head of a line."""
    name = word.name(language())
    return name[:1].upper() + name[1:]


@cache
def country(code: str | None) -> Term | None:
    """A country as a term: its code in files, its name in tables."""
    return Term(code, country_name(code, "zh"), country_name(code, "en")) if code else None


def land_text(thousandths: int | None) -> str | None:
    """Land in 亩, from thousandths: "109.2"."""
    if thousandths is None:
        return None
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") if rest else str(whole)


def field_cell(field: Field, value: Any) -> str | int | Term | None:
    """A value of a field as a report shows it; land in 亩."""
    if field.words is not None:
        return term(field.words, value)
    if field.type is Type.COUNTRY:
        return country(value)
    if field.type is Type.YEAR and value is not None:
        return str(value)
    found: str | int | None = land_text(value) if field.type is Type.LAND else value
    return found


def field_cells(field: Field, values: Sequence[Any]) -> Sequence[str | int | Term | None]:
    """A column of values of a field as a report shows it."""
    if field.words is None and field.type not in (Type.COUNTRY, Type.YEAR, Type.LAND):
        return values
    return list(map(cache(partial(field_cell, field)), values))


def field_text(field: Field, value: Any) -> str | None:
    """A value of a field within a sentence, with its unit."""
    cell = field_cell(field, value)
    if field.type is Type.LAND and cell is not None:
        return _("{land} mu").format(land=cell)
    return cell.name(language()) if isinstance(cell, Term) else None if cell is None else str(cell)


def light_cell(colour: str) -> Cell:
    """A light in a table; a grey one says that nothing could be judged, and is none in data files."""
    return Fallback(LIGHTS["grey"].name(language())) if colour == "grey" else term(LIGHTS, colour)


def fact_rows(section: str, facts: Iterable[tuple[str, Cell]], source: str | None) -> Iterator[tuple[Cell, ...]]:
    """The facts that are known, a row each under one section; the source stands once, beside the first."""
    for title, value in facts:
        if value is not None:
            yield section, title, value, None, source
            source = None


def bag(words: tuple[str | Term, ...]) -> tuple[str | Term, ...] | None:
    """Several short texts in one cell, or nothing."""
    return words or None


def listed(codes: Sequence[str]) -> str:
    """The first few of some codes, and how many more there are."""
    named = _(", ").join(codes[:_NAMED])
    more = len(codes) - _NAMED
    return _("{named} and {count} more").format(named=named, count=more) if more > 0 else named


def figures_to_column(priority: int) -> Column:
    """The column of the last day that the completed investment of a project reaches."""
    return Column("figures_to", _("Figures to"), Kind.DATE, priority=priority)


def figures_to_cell(day: date | None) -> Period | None:
    """The month that the figures of a project reach, a day where they end inside it; None where there are none."""
    if day is None:
        return None
    return Period.month(day.year, day.month) if day == month_end(day) else Period.day(day)
