"""The groups that projects are reported by, their names and their order."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from tracker.database import Reader
from tracker.dates import Period
from tracker.errors import UsageError
from tracker.i18n import _, language, ngettext
from tracker.models.fields import GROUPED
from tracker.queries.as_of import AsOf
from tracker.queries.projects import custom_fields
from tracker.reports.capital_sums import counted_elsewhere, sums
from tracker.reports.portfolio import ProjectState
from tracker.reports.report import Amounts, Cell, Column, Kind, Row
from tracker.reports.words import field_cell, name_term, term
from tracker.text import fold, unknown_word
from tracker.vocabulary import CONDITIONS, LIGHTS, STAGES, Term


def _one_year(first: date | str | None, last: date | str | None) -> str | None:
    """The year in which the days lie, each as either engine returns it; None where there is none."""
    years = {str(day)[:4] for day in (first, last) if day is not None}
    return years.pop() if len(years) == 1 else None


Label = str | Term | None
Groups = list[tuple[Label, list[ProjectState]]]
# The values a project is grouped by, as its row or its state names them, and the name they make.
_KEYS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    **{one.option: (one.columns, partial(field_cell, one)) for one in GROUPED},
    "company": (("company", "company_en"), lambda name, english: name_term(name, english) if name else None),
    "stage": (("stage",), lambda code: term(STAGES, code)),
    "condition": (("condition",), lambda code: term(CONDITIONS, code)),
    "year": (("signed_first", "signed_last"), _one_year),
}
# A project may have several tags.
_TAG = "tag"
GROUPINGS = (*_KEYS, _TAG)
# The light that the rules give, and the one that somebody judged; for reports that know them.
LIT = ("light", "judged")
# All projects in one, for reports whose groups are an addition.
NONE = "none"


class Lights(NamedTuple):
    """The light of each project, and the one it had at the end of the month before, as known on that day `then`."""

    now: Mapping[int, str | None]
    before: Mapping[int, str | None]
    then: date

    def columns(self) -> tuple[Column, ...]:
        """The columns that say what moved."""
        return (
            Column("before", _("On {day}").format(day=Period.day(self.then)), Kind.COUNT, priority=2),
            Column("moved", _("Moved here since"), priority=3),
        )

    def cells(self, label: Label, group: Iterable[ProjectState]) -> tuple[Cell, ...]:
        """How many projects had the light of a group before, and which have come to it since."""
        code = label.code if isinstance(label, Term) else None
        moved = []
        for one in group:
            was = self.before.get(one.row.project_id)
            if one.row.project_id not in self.before:
                moved.append(_("{code} new").format(code=one.row.code))
            elif was != code:
                before = term(LIGHTS, was)
                name = before.name(language()) if before else "–"
                moved.append(_("{code} from {light}").format(code=one.row.code, light=name))
        return sum(1 for was in self.before.values() if was == code), tuple(moved) or None


def _value(one: ProjectState, name: str) -> object:
    """A value of a project that it is grouped by."""
    if name == "stage":
        return one.stage
    if name == "condition":
        return one.condition
    if name.startswith("signed_"):
        signed = one.far.signed
        return signed and (signed.first if name == "signed_first" else signed.last)
    return getattr(one.row, name)


def values_of(by: str) -> tuple[str, ...] | None:
    """The values that a grouping is by; None where each project must be looked at, for its tags, fields or light."""
    return _KEYS[by][0] if by in _KEYS else None


def groups(
    reader: Reader,
    as_of: AsOf,
    states: Iterable[ProjectState],
    by: str,
    others: tuple[str, ...] = (),
    lights: Lights | None = None,
    besides: Iterable[Label] = (),
) -> Groups:
    """The projects of each group, in the order groups are shown in.

    `by` is one of GROUPINGS or the name of a declared field, else one of `others`: of LIT where `lights` are given (a
    light that projects had before and none has now is an empty group), or a word such as NONE, that has no groups. A
    project with several tags is in the group of each. Groups `besides` are there without any of these projects. Raises
    UsageError for another word.
    """
    fields = [name for name, _type in custom_fields(reader, as_of)] if by not in (*GROUPINGS, *others) else []
    known = (*GROUPINGS, *others, *fields)
    if by not in known:
        raise UsageError(unknown_word(_("cannot group by “{word}”"), by, known))
    found: dict[Label, list[ProjectState]] = {label: [] for label in besides}
    for one in states if by not in others or lights else ():
        for label in _labels(one, by, lights):
            found.setdefault(label, []).append(one)
    for code in lights.before.values() if lights and by in LIT else ():
        found.setdefault(term(LIGHTS, code), [])
    return [(label, found[label]) for label in sorted(found, key=_order)]


def _labels(one: ProjectState, by: str, lights: Lights | None) -> Sequence[Label]:
    if by in LIT and lights is not None:
        return (term(LIGHTS, lights.now.get(one.row.project_id)),)
    if by == _TAG:
        return one.names(_TAG) or (None,)
    if by in _KEYS:
        return (label_of(by, [_value(one, name) for name in _KEYS[by][0]]),)
    return (next((label.value for label in one.labels if label.category == "field" and label.name == by), None),)


def label_of(by: str, values: Sequence[object]) -> Label:
    """The name of the group of a project with these values, which are those of `values_of`."""
    label: Label = _KEYS[by][1](*values)
    return label


def group_title(by: str) -> str:
    """What the column of groups is called; a field is called by its name."""
    return _titles().get(by, by)


def group_word(by: str) -> str:
    """What it is called within a sentence."""
    title = group_title(by)
    return title[:1].lower() + title[1:] if by in _titles() else title


def _titles() -> dict[str, str]:
    return {
        **{one.option: one.heading for one in GROUPED},
        "company": _("Company"),
        "stage": _("Stage"),
        "condition": _("Condition"),
        "year": _("Signed in"),
        "tag": _("Tag"),
        "light": _("Light"),
        "judged": _("Judged"),
        "none": _("Projects"),
        "project": _("Projects"),
    }


def left_out(
    columns: Sequence[Column], rows: Sequence[Row], totals: Row, by: str, besides: Collection[str] = ()
) -> Row | None:
    """What the totals leave out of the rows, so that rows and this line add up to them; None where they do so alone.

    Of amounts and counts, but those `besides`: a parent in one group holds for its parts in others, and a project may
    be in several groups.
    """
    cells: list[Cell] = [None] * len(columns)
    for place, column in enumerate(columns):
        total, own = totals[place], [row[place] for row in rows]
        if column.key in besides:
            continue
        if column.kind is Kind.AMOUNT:
            # Where no total is taken, nothing is left out of it.
            amounts = [cell for cell in own if isinstance(cell, Amounts)]
            cells[place] = counted_elsewhere(amounts, total) if isinstance(total, Amounts) else None
        elif column.kind is Kind.COUNT and isinstance(total, int):
            cells[place] = total - sum(cell for cell in own if isinstance(cell, int)) or None
    if all(cell is None for cell in cells):
        return None
    words = _("parts counted with their parent") if by != _TAG else _("counted in several groups, or with the parent")
    cells[next(place for place, column in enumerate(columns) if column.key in ("code", "group", "chain"))] = words
    return tuple(cells)


def folded(columns: Sequence[Column], rows: Sequence[Row]) -> Row:
    """The line that stands for projects without a plan: how many they are, and the plain sums of what they have."""
    words = ngettext("{count} project without a plan", "{count} projects without a plan", len(rows))
    cells: list[Cell] = [words.format(count=len(rows)), *[None] * (len(columns) - 1)]
    for place, column in enumerate(columns):
        if column.kind is Kind.AMOUNT:
            amounts = [cell for row in rows if isinstance(cell := row[place], Amounts)]
            figures = sums(figure for cell in amounts for figure in cell.figures)
            state = "partial" if any(cell.state == "partial" for cell in amounts) else None
            cells[place] = Amounts(figures, state=state) if figures else None
    return tuple(cells)


def _order(label: Label) -> tuple[int, int, str]:
    """Stages and kinds in the order of the field, other groups by name, projects without one last."""
    if label is None:
        return 1, 0, ""
    if isinstance(label, Term):
        return 0, label.order, fold(label.name(language()))
    return 0, 0, fold(label)
