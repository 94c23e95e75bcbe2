"""What has to be recorded of a project before it comes to its next stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tracker.analysis.findings import FIRST_BUILT, OPEN, Finding, Subject, command
from tracker.i18n import _, language, ngettext
from tracker.vocabulary import STAGES, Term

_WITHOUT_BUILDING = ("lease", "acquisition")
_BUILDING = ("site_secured", "under_construction", "topped_out", "completed")
# What has to be known of a project before it can come to a stage.
NEEDED = {
    "signed": ("company", "chain"),
    "filed": ("total", "site"),
    "site_secured": ("land", "owner"),
    "under_construction": ("plan", "milestone"),
    "in_production": ("milestone",),
}
# So many codes are named in a line about many projects.
_NAMED = 5


def lacking(one: Subject) -> tuple[str, ...]:
    """The facts that have to be known before the next stage and are not, in the order they are needed."""
    upcoming = None if one.ended else next_stage(one)
    if upcoming is None:
        return ()
    needed = [fact for stage, facts in NEEDED.items() if STAGES[stage].order <= upcoming.order for fact in facts]
    return tuple(fact for fact in dict.fromkeys(needed) if fact not in one.known and not _is_past(one, fact, upcoming))


def missing(one: Subject, facts: Sequence[str], as_of: date) -> Iterator[Finding]:
    """The `facts` that a project is lacking: one finding for each command that records them."""
    upcoming = next_stage(one)
    if upcoming is None:
        return
    fields = [fact for fact in facts if fact not in ("total", "plan", "milestone")]
    stage = upcoming.name(language())
    if fields:
        words = [word for fact in fields for word in (f"--{fact}", OPEN)]
        sentence = _("before “{stage}”: {fields} not recorded").format(
            stage=stage, fields=", ".join(_field(fact) for fact in fields)
        )
        yield Finding("note", "missing", one.code, sentence, command("project", "edit", one.code, *words))
    for fact, fix in (
        ("total", command("capital", "record", one.code, "total", OPEN)),
        ("plan", command("capital", "plan", one.code, OPEN, "--year", str(as_of.year))),
        ("milestone", command("milestone", "plan", one.code, upcoming.code, OPEN)),
    ):
        if fact in facts:
            sentence = _("before “{stage}”: {fields} not recorded").format(stage=stage, fields=_field(fact))
            yield Finding("note", "missing", one.code, sentence, fix)


def counted(by_fact: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """One finding for each fact that projects are lacking, from their codes."""
    fix = command("check", "--rule", "missing")
    for fact in dict.fromkeys(fact for facts in NEEDED.values() for fact in facts):
        codes = by_fact.get(fact, ())
        if codes:
            sentence = ngettext(
                "{count} project has no {fact} recorded: {codes}",
                "{count} projects have no {fact} recorded: {codes}",
                len(codes),
            )
            text = sentence.format(count=f"{len(codes):,}", fact=_field(fact), codes=_listed(codes))
            yield Finding("note", "missing", None, text, fix)


def _listed(codes: Sequence[str]) -> str:
    more: Iterable[str] = (OPEN,) if len(codes) > _NAMED else ()
    return ", ".join((*codes[:_NAMED], *more))


def next_stage(one: Subject) -> Term | None:
    """The stage that comes next; leased and bought plants skip land and construction."""
    skipped = _BUILDING if one.kind in _WITHOUT_BUILDING else ()
    return next((term for term in STAGES if term.order > one.order and term.code not in skipped), None)


def _is_past(one: Subject, fact: str, upcoming: Term) -> bool:
    """Land and plans matter for building alone; a milestone where there is something to be seen next."""
    if fact in ("land", "plan"):
        return one.kind in _WITHOUT_BUILDING or one.order >= STAGES["completed"].order
    return fact == "milestone" and upcoming.order < FIRST_BUILT


def _field(fact: str) -> str:
    return {
        "company": _("company"),
        "chain": _("chain"),
        "total": _("total investment"),
        "site": _("site"),
        "land": _("land"),
        "owner": _("owner"),
        "plan": _("plan of the year"),
        "milestone": _("day of the next milestone"),
    }[fact]
