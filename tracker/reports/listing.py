"""`tracker list`: the projects, a row each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any

from tracker.database import Reader
from tracker.i18n import _, ngettext
from tracker.models.fields import PLAIN, Field, Type
from tracker.queries import projects
from tracker.queries.as_of import FOREVER, AsOf, Filters
from tracker.queries.capital import cumulative
from tracker.queries.projects import labels, listed
from tracker.reports.capital_sums import NOTHING, CapitalSum, capital_sum_of, convert, group_amounts
from tracker.reports.portfolio import count_matching, first_only, pinyin_hint, portfolio
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.words import code_column, english_cells, field_cells, name_columns, term
from tracker.text import command_line
from tracker.vocabulary import CONDITIONS, FIELD_TYPES, LEAD_STAGES, STAGES

# The plain fields that a list shows by itself, and how soon they leave a narrow screen.
_SHOWN = {"chain": 5, "owner": 6, "group": 7, "kind": 8}


def listing(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None = None) -> Report:
    """Every matching project with its stage and total investment; of the first `limit` of many no total is taken."""
    limit = first_only(reader, as_of, filters, limit)
    found = _listed(reader, as_of, filters, limit)
    ids, parents, codes, names, english, stages, days, conditions, companies, *facts = found
    known = cumulative(reader, as_of, ("total",), set(ids))
    totals = {row.project_id: convert(capital_sum_of((row,)), as_of) for row in known}
    tags = dict[int, tuple[str, ...]]()
    for label in labels(reader, as_of, set(ids), category="tag"):
        if label.project_id is not None:
            tags[label.project_id] = (*tags.get(label.project_id, ()), label.name)
    silent = _silent(reader, as_of, ids, stages)
    nothing = NOTHING.cell()
    cells: list[Iterable[Cell]] = [
        codes,
        names,
        english_cells(names, english),
        map(cache(partial(term, STAGES)), stages),
        days,
        [None if one == "active" else term(CONDITIONS, one) for one in conditions],
        [totals[one].cell() if one in totals else nothing for one in ids],
        map(silent.get, ids),
        companies,
        *map(field_cells, PLAIN["project"], facts),
        map(tags.get, ids),
    ]
    rows = tuple(zip(*cells, strict=True))
    columns = _columns()
    total = group_amounts(list(zip(ids, parents, strict=True)), totals)
    count = len(rows)
    words = ngettext("{count} project", "{count} projects", count).format(count=count)
    sums: dict[str, Cell] = {"code": words, "total": total}
    return Report(
        "list",
        _("Projects"),
        columns,
        rows,
        as_of.day,
        as_of.known_on,
        totals=tuple(sums.get(column.key) for column in columns) if rows and limit is None else None,
        found=count_matching(reader, as_of, filters) if limit is not None else None,
        coverage=_coverage(total, totals.values()) if rows and limit is None else (),
        empty=_("no project matches") + ("" if rows else pinyin_hint(reader, filters.text)),
    )


def _silent(reader: Reader, as_of: AsOf, ids: Sequence[int], stages: Sequence[str | None]) -> dict[int, int]:
    """Days since the last contact with each lead."""
    leads = {project for project, stage in zip(ids, stages, strict=True) if stage in LEAD_STAGES}
    if not leads:
        return {}
    from tracker.queries.requests import follow_ups

    last = follow_ups(reader, as_of, last=True)
    return {row.project_id: (as_of.day - row.on).days for row in last if row.project_id in leads}


def _coverage(total: Amounts, found: Iterable[CapitalSum]) -> tuple[str, ...]:
    known = _("total investment known for {known} of {of} projects").format(known=total.known, of=total.of)
    states = Counter(capital_sum.state for capital_sum in found)
    absent = (
        _(", unknown for {count}").format(count=states["lacking"]) if states["lacking"] else "",
        _(", withheld for {count}").format(count=states["withheld"]) if states["withheld"] else "",
    )
    return (known + "".join(absent),)


def _columns() -> tuple[Column, ...]:
    return (
        code_column(),
        *name_columns(),
        Column("stage", _("Stage"), priority=1),
        Column("stage_on", _("Since"), Kind.DATE, priority=4),
        Column("condition", _("Condition"), priority=6),
        Column("total", _("Total investment"), Kind.AMOUNT, priority=1),
        Column("silent", _("Days since contact"), Kind.COUNT, priority=5),
        Column("company", _("Company"), priority=7, hidden=True),
        *(_column(one) for one in PLAIN["project"]),
        Column("tags", _("Tags"), hidden=True),
    )


def _column(field: Field) -> Column:
    """The column of a plain field; most are shown where they are as_of for."""
    key, title = field.option, field.heading
    if field.type is Type.LAND:
        key, title = f"{key}_mu", _("{field} (mu)").format(field=title)
    kind = Kind.COUNT if field.type is Type.COUNT else Kind.TEXT
    return Column(key, title, kind, priority=_SHOWN.get(key, 5), hidden=key not in _SHOWN)


def _listed(reader: Reader, as_of: AsOf, filters: Filters, limit: int | None) -> list[list[Any]]:
    """The columns of `listed`, also as known earlier."""
    if as_of.known >= FOREVER:
        return listed(reader, as_of, filters, limit)
    plain = [one.key for one in PLAIN["project"]]
    found: list[list[Any]] = [[] for _place in range(9 + len(plain))]
    for one in portfolio(reader, as_of, filters, limit=limit).states:
        row = one.row
        head = (row.project_id, row.parent_id, row.code, row.name, row.name_en)
        facts = (getattr(row, key) for key in plain)
        for column, value in zip(
            found, (*head, one.stage, one.stage_on, one.condition, row.company, *facts), strict=True
        ):
            column.append(value)
    return found


def fields(reader: Reader, as_of: AsOf) -> Report:
    """Every declared field and its type."""
    return Report(
        "fields",
        _("Declared fields"),
        (Column("field", _("Field"), priority=1), Column("type", _("Type"), priority=1)),
        tuple((name, term(FIELD_TYPES, kind)) for name, kind in projects.custom_fields(reader, as_of)),
        as_of.day,
        as_of.known_on,
        empty=_("no field is declared; declare one with: {command}").format(
            command=command_line(_("project field NAME --type text"))
        ),
    )
