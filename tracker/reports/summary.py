"""`tracker summary`: projects, capital per kind, and rates, grouped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracker.analysis.completion import rate
from tracker.database import Reader
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _, language, ngettext
from tracker.queries.asked import Asked, Filters
from tracker.reports.portfolio import Standing, family, portfolio
from tracker.reports.progress import group_completion, lines
from tracker.reports.report import Amounts, Cell, Column, Kind, Report
from tracker.reports.tally import Tally, group_amounts, tallied
from tracker.reports.words import country, heading, name_of, term
from tracker.text import did_you_mean, fold
from tracker.vocabulary import CAPITAL_KINDS, PROJECT_KINDS, STAGES, Term

Label = str | Term | None
_KEYS: dict[str, Callable[[Standing], Label]] = {
    "chain": lambda one: one.row.chain,
    "site": lambda one: one.row.site,
    "grid": lambda one: one.row.grid,
    "owner": lambda one: one.row.owner,
    "company": lambda one: name_of(one.row.company, one.row.company_en) if one.row.company else None,
    "group": lambda one: one.row.group_name,
    "country": lambda one: country(one.row.country),
    "stage": lambda one: term(STAGES, one.stage.code) if one.stage else None,
    "kind": lambda one: term(PROJECT_KINDS, one.row.kind),
    "year": lambda one: _signed_year(one),
}
GROUPINGS = tuple(_KEYS)


def _signed_year(one: Standing) -> str | None:
    signed = one.reached("signed")
    return str(signed.first.year) if signed and signed.first.year == signed.last.year else None


def summary(reader: Reader, asked: Asked, filters: Filters, by: str) -> Report:
    """One row a group; `by` is one of GROUPINGS. Raises UsageError for another word."""
    if by not in _KEYS:
        raise UsageError(
            _("cannot group by “{by}”{hint} Known: {known}").format(
                by=by, hint=did_you_mean(by, GROUPINGS) or _("."), known=", ".join(GROUPINGS)
            )
        )
    found = portfolio(reader, asked, filters).standings
    sums = _Sums(reader, asked)
    groups: dict[Label, list[Standing]] = {}
    for one in found:
        groups.setdefault(_KEYS[by](one), []).append(one)
    rows = [(label, *sums.cells(groups[label])) for label in sorted(groups, key=_order)]
    count = ngettext("{count} project", "{count} projects", len(found)).format(count=len(found))
    return Report(
        "summary",
        _("Summary by {by}").format(by=_titles()[by]),
        (Column("group", _titles()[by], priority=1), *_columns(asked.as_of.year)),
        tuple(rows),
        asked.as_of,
        asked.known_on,
        totals=(_("all"), *sums.cells(found)) if found else None,
        coverage=(_("{count}; (a/b): the figure is known for a of b projects").format(count=count),) if found else (),
        notes=_notes(by) if found else (),
        empty=_("no project matches"),
    )


def _titles() -> dict[str, str]:
    return {
        "chain": _("Chain"),
        "site": _("Site"),
        "grid": _("Grid"),
        "owner": _("Owner"),
        "company": _("Company"),
        "group": _("Group"),
        "country": _("Country"),
        "stage": _("Stage"),
        "kind": _("Kind"),
        "year": _("Signed in"),
    }


def _order(label: Label) -> tuple[int, int, str]:
    """Stages and kinds in the order of the field, other groups by name, projects without one last."""
    if label is None:
        return 1, 0, ""
    if isinstance(label, Term):
        return 0, label.order, fold(label.name(language()))
    return 0, 0, fold(label)


# The kinds that a summary shows as they are; plan and completed belong to the year.
_EVER = tuple(kind.code for kind in CAPITAL_KINDS if kind.code != "plan")


def _columns(year: int) -> tuple[Column, ...]:
    ever = {code: heading(CAPITAL_KINDS[code]) for code in _EVER}
    return (
        Column("projects", _("Projects"), Kind.COUNT, priority=1),
        Column("total", ever.pop("total"), Kind.AMOUNT, priority=1),
        Column("plan_year", _("Plan {year}").format(year=year), Kind.AMOUNT, priority=3),
        Column("completed_year", _("Completed {year}").format(year=year), Kind.AMOUNT, priority=2),
        Column("completion", _("Done"), Kind.RATIO, priority=2),
        *(Column(code, name, Kind.AMOUNT, priority=5 + place) for place, (code, name) in enumerate(ever.items())),
        Column("signed", _("Signed"), Kind.COUNT, priority=4),
        Column("started", _("Started"), Kind.COUNT, priority=6),
        Column("start_rate", _("Started of signed"), Kind.RATIO, priority=3),
        Column("same_year", _("Same-year start"), Kind.RATIO, priority=4),
    )


class _Sums:
    """The sums of one question, asked once and added for every group."""

    def __init__(self, reader: Reader, asked: Asked) -> None:
        self._reader, self._asked = reader, asked
        self._ever = tallied(reader, asked)
        self._year = tallied(reader, asked, Period.year(asked.as_of.year))

    def cells(self, group: Sequence[Standing]) -> tuple[Cell, ...]:
        """The cells of a group after its label."""
        tree = family(group)
        ever = {kind: group_amounts(tree, _of_kind(self._ever, kind)) for kind in _EVER}
        signed = [one for one in group if one.reached("signed")]
        started = [one for one in signed if one.started]
        return (
            len(group),
            _shown(ever.pop("total")),
            _shown(group_amounts(tree, _of_kind(self._year, "plan"))),
            _shown(group_amounts(tree, _of_kind(self._year, "completed"))),
            group_completion(lines(self._reader, self._asked, group, "points")),
            *(_shown(amounts) for amounts in ever.values()),
            len(signed),
            len(started),
            rate(len(started), len(signed)),
            rate(sum(1 for one in signed if _same_year(one)), len(signed)),
        )


def _of_kind(found: dict[tuple[int, str], Tally], kind: str) -> dict[int, Tally]:
    return {project: tally for (project, one), tally in found.items() if one == kind}


def _shown(amounts: Amounts) -> Cell:
    return amounts if amounts.figures else None


def _same_year(one: Standing) -> bool:
    """Signed and started in one year 当年签约、当年开工; dates that do not settle the year do not count."""
    signed, started = one.reached("signed"), one.started
    if signed is None or started is None:
        return False
    return signed.first.year == signed.last.year == started.first.year == started.last.year


def _notes(by: str) -> tuple[str, ...]:
    notes = [
        _("started of signed: of the projects signed by the day, those started by it; ended projects stay in it"),
        _("same-year start: signed and started in the same year, of all signed"),
    ]
    if by == "year":
        notes.append(_("a project belongs to the year it was first signed in"))
    return tuple(notes)
