"""What the reader chooses of a report: which columns, in which order, how many rows."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NamedTuple

from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.reports.report import Amounts, Bar, Cell, Column, Fallback, Report, Spark, Strip
from tracker.text import fold, shorten, unknown_word
from tracker.vocabulary import LIGHTS, Term

ALL = "all"

# A rank for the type, so that a mixed column sorts too, and what is compared within it; None for nothing to compare.
_Rank = tuple[int, object]


class _Order(NamedTuple):
    """One key of a sort: a column by its place, and the direction."""

    place: int
    descending: bool


def select(
    report: Report,
    *,
    columns: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
    collate: Callable[[str], str] = fold,
) -> Report:
    """`report` with the chosen `columns`, sorted, and cut to the first `limit` rows.

    `columns` is a list of keys in the wanted order (`code,name`), keys added to the usual ones (`+land`), or `all`;
    columns asked for are shown even when empty and are the last to leave a narrow screen. `sort` is a list of keys,
    `-key` or `key:desc` for falling order: amounts compare in the report's currency (in the column's most frequent one
    where it has none), text by `collate`, words of the vocabulary in the order of the field; what is missing, or is
    only in another currency, comes last in both directions. A grouped report is sorted within its groups unless its
    group column comes first in `sort`. The total row stays that of all rows, and a note says so. Raises UsageError.
    """
    if sort is not None:
        report = _sorted(report._replace(fold=0), sort, collate)
    if limit is not None:
        report = _limited(report, limit)
    return report if columns is None else _selected(report, columns)


def _limited(report: Report, limit: int) -> Report:
    if limit < 1:
        raise UsageError(_("--limit {limit} shows nothing: give a whole number from 1 on").format(limit=limit))
    found = report.found or len(report.rows)
    shown = min(limit, len(report.rows))
    if shown == found:
        return report
    if report.totals is not None:
        sentence = _("first {shown} of {found} rows; totals of all rows")
    elif report.found is not None:
        sentence = _("first {shown} of {found} rows; for their totals leave out --limit")
    else:
        sentence = _("first {shown} of {found} rows")
    first = sentence.format(shown=shown, found=found)
    return report._replace(rows=report.rows[:limit], fold=0, coverage=(first, *report.coverage))


# --- columns -------------------------------------------------------------------------------------------------------


def _selected(report: Report, text: str) -> Report:
    words = _words(text, "--columns")
    if ALL in words:
        columns = tuple(column._replace(hidden=False) for column in report.columns)
        return report._replace(columns=columns, every=True)
    added = [word.startswith("+") for word in words]
    if any(added) and not all(added):
        raise UsageError(
            _(
                "“{text}” mixes columns with and without “+”: put “+” before all of them to add to the usual ones"
            ).format(text=shorten(text))
        )
    chosen = list(dict.fromkeys(_place(report, word.removeprefix("+"), "--columns") for word in words))
    return _added(report, chosen) if any(added) else _taken(report, chosen)


def _added(report: Report, chosen: Sequence[int]) -> Report:
    """The usual columns, then those asked for, then what stays hidden."""
    usual = [place for place, column in enumerate(report.columns) if not column.hidden]
    more = [place for place in chosen if place not in usual]
    rest = [place for place in range(len(report.columns)) if place not in usual and place not in more]
    return _reordered(report, [*usual, *more, *rest], chosen)


def _taken(report: Report, chosen: Sequence[int]) -> Report:
    return _reordered(report, chosen, chosen)._replace(grouped=report.grouped and chosen[0] == 0 and len(chosen) > 1)


def _reordered(report: Report, places: Sequence[int], chosen: Sequence[int]) -> Report:
    columns = tuple(_asked_for(report.columns[at]) if at in chosen else report.columns[at] for at in places)
    return report._replace(
        columns=columns,
        rows=tuple(tuple(row[at] for at in places) for row in report.rows),
        totals=None if report.totals is None else tuple(report.totals[at] for at in places),
        elsewhere=None if report.elsewhere is None else tuple(report.elsewhere[at] for at in places),
        fold=report.fold if 0 in places else 0,
        folded=None if report.folded is None else tuple(report.folded[at] for at in places),
    )


def _asked_for(column: Column) -> Column:
    return column._replace(hidden=False, priority=0)


# --- order ---------------------------------------------------------------------------------------------------------


def _sorted(report: Report, text: str, collate: Callable[[str], str]) -> Report:
    orders = [_order(report, word) for word in _words(text, "--sort")]
    if report.grouped and orders[0].place != 0:
        return report._replace(rows=_sorted_in_groups(report, orders, collate))
    return report._replace(rows=_sorted_rows(report, report.rows, orders, collate))


def _sorted_in_groups(
    report: Report, orders: Sequence[_Order], collate: Callable[[str], str]
) -> tuple[tuple[Cell, ...], ...]:
    groups: dict[Cell, list[tuple[Cell, ...]]] = {}
    for row in report.rows:
        groups.setdefault(row[0], []).append(row)
    return tuple(row for rows in groups.values() for row in _sorted_rows(report, rows, orders, collate))


def _sorted_rows(
    report: Report, rows: Sequence[tuple[Cell, ...]], orders: Sequence[_Order], collate: Callable[[str], str]
) -> tuple[tuple[Cell, ...], ...]:
    """Sorted by the last key first: a stable sort keeps what the later keys have put in order."""
    for order in reversed(orders):
        currency = _compared_currency(report, order.place)
        ranked = [(_rank(row[order.place], currency, collate), row) for row in rows]
        present = [(rank, row) for rank, row in ranked if rank is not None]
        present.sort(key=lambda pair: pair[0], reverse=order.descending)
        rows = [row for _rank, row in present] + [row for rank, row in ranked if rank is None]
    return tuple(rows)


def _compared_currency(report: Report, place: int) -> str | None:
    if report.currency is not None:
        return report.currency
    cells = [row[place] for row in report.rows]
    found = Counter(
        figure.money.currency
        for cell in cells
        if isinstance(cell, Amounts)
        for figure in cell.figures
        if figure.money is not None
    )
    return found.most_common(1)[0][0] if found else None


def _rank(cell: Cell, currency: str | None, collate: Callable[[str], str]) -> _Rank | None:
    """What the cell is compared by, None for a missing one."""
    match cell:
        case Fallback() if cell == LIGHTS["grey"].name(language()):
            return None
        case None | "" | () | Bar(share=None) | Spark() | Strip():
            return None
        case Amounts():
            return next(((0, f.money.minor) for f in cell.figures if f.money and f.money.currency == currency), None)
        case Bar():
            return (0, cell.share)
        case bool() | int() | Fraction():
            return (0, cell)
        case Period():
            return (1, (cell.first, cell.last))
        case datetime():
            return (2, cell.astimezone(UTC))
        case date():
            return (1, (cell, cell))
        case Term():
            return (3, (cell.order, collate(cell.name(language()))))
        case str():
            return (4, (collate(cell),))
        case _:
            return (4, tuple(collate(one.name(language()) if isinstance(one, Term) else one) for one in cell))


def _order(report: Report, word: str) -> _Order:
    """The key of a word: `total`, `-total`, `total:desc`, `total:asc`."""
    key, colon, direction = word.removeprefix("-").partition(":")
    falling = word.startswith("-")
    if colon and (direction not in ("asc", "desc") or falling):
        raise UsageError(
            _("“{word}” is not a sort key: write {key}, -{key}, {key}:asc or {key}:desc").format(
                word=shorten(word), key=shorten(key)
            )
        )
    return _Order(_place(report, key, "--sort"), falling or direction == "desc")


# --- names ---------------------------------------------------------------------------------------------------------


def _words(text: str, option: str) -> list[str]:
    """The names in a list with commas, those of a Chinese keyboard too."""
    words = [word.strip() for word in text.replace("，", ",").split(",")]
    if not all(words):
        raise UsageError(
            _("{option} “{text}” has an empty name: give column names with a comma between them").format(
                option=option, text=shorten(text)
            )
        )
    return words


def _place(report: Report, key: str, option: str) -> int:
    keys = [column.key for column in report.columns]
    matches = [place for place, known in enumerate(keys) if fold(known) == fold(key)]
    if not matches:
        raise UsageError(unknown_word(_("{option}: there is no column “{word}”"), key, keys, option=option))
    return matches[0]
