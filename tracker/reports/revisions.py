"""`tracker report revisions`: how the monthly figures of projects were revised after they were first known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, tzinfo
from fractions import Fraction
from functools import partial

from tracker.analysis.revisions import AFTER, Revised, Vintages, revised, summary
from tracker.analysis.values import Value
from tracker.database import Reader
from tracker.dates import Period, month_end
from tracker.i18n import _, language, ngettext
from tracker.money import Figure, Money, exactness, figure_text
from tracker.queries import capital, months
from tracker.queries.as_of import AsOf, Filters, ask
from tracker.reports.grouping import NONE, group_title, groups
from tracker.reports.portfolio import ProjectState, portfolio
from tracker.reports.report import Amounts, Cell, Column, Kind, Report, Row
from tracker.reports.words import code_column, name_cells, name_columns
from tracker.vocabulary import Term

_NOW = len(AFTER)
_KEYS = (*(f"after_{months}" for months in AFTER), "now")


def revisions(
    reader: Reader, as_of: AsOf, filters: Filters, by: str, count: int, today: date, zone: tzinfo = UTC
) -> Report:
    """The last `count` months up to the day asked about: a row a project and month, or with `by` a row a group.

    A day later than `today` is not known yet. Days end in `zone`.
    """
    native = as_of._replace(converter=None)
    states = portfolio(reader, native, filters).states
    ids = {one.row.project_id for one in states}
    begun = capital.begun_versions(reader, native, ids)
    own = {
        key: Vintages(versions, begun.get(key[0], ()))
        for key, versions in capital.completed_versions(reader, native, ids).items()
        if key[0] in ids
    }
    closed = {row.month: row.change for row in months.closes(reader, native)}
    found: list[Revised] = []
    for month in _last_months(as_of.day, count):
        known = [_known(reader, native, _later(month.last, after), today, zone) for after in AFTER]
        for (project, currency), series in own.items():
            made = partial(Revised, project, currency, month.last)
            one = revised(series, (month.first, month.last), closed.get(month), [*known, native.known], made)
            found += [one] if one else []
    by_id = {one.row.project_id: one for one in states}
    if by == NONE:
        columns = (
            Column("month", _("Month"), Kind.DATE, priority=1),
            code_column(),
            *(column._replace(priority=6) for column in name_columns()),
            Column("owner", _("Owner"), hidden=True),
            Column("first", _("First figure"), Kind.AMOUNT, priority=1),
            Column("first_known", _("Known at"), priority=5),
            *(Column(_KEYS[place], _at(place), Kind.AMOUNT, priority=4) for place in range(_NOW)),
            Column("now", _("Now"), Kind.AMOUNT, priority=1),
            *(
                Column(
                    f"revision_{_KEYS[place]}", _("Revision: {when}").format(when=_at(place)), Kind.AMOUNT, hidden=True
                )
                for place in range(_NOW)
            ),
            Column("revision", _("Revision"), Kind.AMOUNT, priority=1),
        )
        found.sort(key=lambda one: (one.last_day, by_id[one.project_id].row.code, one.currency))
        rows = [_figure_row(by_id[one.project_id], one) for one in found]
    else:
        columns = (
            Column("group", group_title(by), priority=1),
            Column("currency", _("Currency"), priority=2),
            Column("figures", _("Figures"), Kind.COUNT, priority=1),
            Column("revised", _("Revised"), Kind.COUNT, priority=1),
            *(
                Column(
                    f"{what}_{_KEYS[place]}",
                    f"{title}: {_at(place)}",
                    Kind.COUNT if what == "lacking" else Kind.AMOUNT,
                    priority=rank if place == _NOW else rank + 3,
                    hidden=what == "lacking" and place != _NOW,
                )
                for place in (_NOW, *range(_NOW))
                for what, title, rank in (
                    ("mean", _("Mean revision"), 1),
                    ("absolute", _("Mean absolute revision"), 1),
                    ("lacking", _("Lacking"), 2),
                )
            ),
        )
        rows = []
        for label, group in groups(reader, native, states, by, (NONE,)):
            members = {one.row.project_id for one in group}
            rows += [(label, *cells) for cells in _group_rows([one for one in found if one.project_id in members])]
    totals = list(_group_rows(found)) if by != NONE else []
    return Report(
        "revisions",
        _("Revisions of {first} to {last}").format(
            first=_last_months(as_of.day, count)[0].display(language()),
            last=_last_months(as_of.day, count)[-1].display(language()),
        ),
        columns,
        tuple(rows),
        as_of.day,
        as_of.known_on,
        totals=(_("all"), *totals[0]) if len(totals) == 1 and rows else None,
        coverage=tuple(_coverage(found)) if rows else (),
        notes=tuple(_notes()) if rows else (),
        empty=_("no project matches") if not states else _("no figure of these months is known"),
    )


def _last_months(day: date, count: int) -> list[Period]:
    index = day.year * 12 + day.month - 1
    return [Period.month(one // 12, one % 12 + 1) for one in range(index - count + 1, index + 1)]


def _later(day: date, after: int) -> date:
    """The end of the month so many months after the one that ends on a day."""
    index = day.year * 12 + day.month - 1 + after
    return month_end(date(index // 12, index % 12 + 1, 1))


def _known(reader: Reader, as_of: AsOf, day: date, today: date, zone: tzinfo) -> int | None:
    """The newest change known at the end of a day; None where the day is not over yet."""
    if day >= today:
        return None
    return min(ask(reader, as_of.day, day, zone).known, as_of.known)


def _at(place: int) -> str:
    """What a later state of knowledge is called."""
    if place == _NOW:
        return _("Now")
    return ngettext("After {count} month", "After {count} months", AFTER[place]).format(count=AFTER[place])


# --- a row a figure --------------------------------------------------------------------------------------------------


def _figure_row(one: ProjectState, figure: Revised) -> Row:
    at = Term("close", "月结时", "the close") if figure.at_close else Term("first", "首次登记", "first recording")
    return (
        Period.month(figure.last_day.year, figure.last_day.month),
        one.row.code,
        *name_cells(one.row),
        one.row.owner,
        _amounts(figure, figure.first),
        at,
        *(_amounts(figure, value) for value in figure.later),
        *(_difference(figure, place) for place in range(_NOW + 1)),
    )


def _amounts(one: Revised, value: Value | None) -> Amounts | None:
    if value is None or value.minor is None:
        return None
    return Amounts((Figure(Money(value.minor, one.currency), value.qualifier, value.availability),))


def _difference(one: Revised, place: int) -> Amounts | None:
    revision, later = one.revision(place), one.later[place]
    if revision is None or later is None:
        return None
    return Amounts((Figure(Money(int(revision), one.currency), *exactness([later], [one.first])),))


# --- a row a group ---------------------------------------------------------------------------------------------------


def _group_rows(found: Sequence[Revised]) -> Iterator[tuple[Cell, ...]]:
    """The cells of a group, a row a currency."""
    by_currency: dict[str, list[Revised]] = {}
    for one in found:
        by_currency.setdefault(one.currency, []).append(one)
    for currency, own in sorted(by_currency.items()):
        cells: list[Cell] = [currency, len(own), sum(1 for one in own if one.revision(_NOW))]
        for place in (_NOW, *range(_NOW)):
            numbers = summary(one.revision(place) for one in own)
            exact = all(
                value.qualifier == "exact"
                for one in own
                for value in (one.first, one.later[place])
                if value is not None
            )
            cells += [
                _mean(numbers.mean, currency, exact=exact),
                _mean(numbers.mean_absolute, currency, exact=exact),
                numbers.lacking,
            ]
        yield tuple(cells)


def _mean(minor: Fraction | None, currency: str, *, exact: bool) -> Amounts | None:
    if minor is None:
        return None
    return Amounts((Figure(Money(round(minor), currency), "exact" if exact else "about"),))


def _coverage(found: Sequence[Revised]) -> Iterator[str]:
    for currency in sorted({one.currency for one in found}):
        own = [one for one in found if one.currency == currency]
        numbers = summary(one.revision(_NOW) for one in own)
        if numbers.mean is None or numbers.mean_absolute is None:
            continue
        mean, size = (
            figure_text(Figure(Money(round(minor), currency))) for minor in (numbers.mean, numbers.mean_absolute)
        )
        yield _("{currency}: mean revision {mean}, mean absolute revision {size}, over {count} figures").format(
            currency=currency, mean=mean, size=size, count=numbers.counted
        )
    for place in range(_NOW + 1):
        lacking = sum(1 for one in found if one.later[place] is None)
        if lacking:
            yield ngettext(
                "{when}: {count} figure is lacking, and not averaged",
                "{when}: {count} figures are lacking, and not averaged",
                lacking,
            ).format(count=lacking, when=_at(place))


def _notes() -> Iterator[str]:
    yield _(
        "first figure: what was known of the month when it was closed, else when a figure of it was first recorded;"
        " revision = later figure − first figure; mean revision = their sum ÷ their number, mean absolute revision ="
        " the sum of their sizes ÷ their number (OECD, IMF); a lacking later figure is counted and not averaged"
    )
    yield _(
        "a figure is the one of report monthly of its month, from the project's own entries, as known then (--known-on)"
    )
