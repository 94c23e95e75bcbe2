"""The groups that projects are reported by, their names and their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.reports.portfolio import Standing
from tracker.reports.words import country, name_of, term
from tracker.text import did_you_mean, fold, shorten
from tracker.vocabulary import PROJECT_KINDS, STAGES, Term

Label = str | Term | None
Groups = list[tuple[Label, list[Standing]]]
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
# All projects in one, for reports whose groups are an addition.
NONE = "none"


def _signed_year(one: Standing) -> str | None:
    signed = one.reached("signed")
    return str(signed.first.year) if signed and signed.first.year == signed.last.year else None


def groups(standings: Iterable[Standing], by: str, others: tuple[str, ...] = ()) -> Groups:
    """The projects of each group, in the order groups are shown in; no group for one of `others`, such as NONE.

    Raises UsageError for a word that is neither a grouping nor one of `others`.
    """
    known = (*GROUPINGS, *others)
    if by not in known:
        raise UsageError(
            _("cannot group by “{by}”{hint} Known: {known}").format(
                by=shorten(by), hint=did_you_mean(by, known) or _("."), known=", ".join(known)
            )
        )
    found: dict[Label, list[Standing]] = {}
    if by in _KEYS:
        for one in standings:
            found.setdefault(_KEYS[by](one), []).append(one)
    return [(label, found[label]) for label in sorted(found, key=_order)]


def group_title(by: str) -> str:
    """What the column of groups is called."""
    return _titles().get(by) or _("Projects")


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
