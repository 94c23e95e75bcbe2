"""What has to be recorded of a project before it comes to its next stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.analysis.findings import FIRST_BUILT, OPEN, Finding, Subject, command, order_of
from tracker.i18n import _, language
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


def missing(one: Subject, as_of: date) -> Iterator[Finding]:
    """Facts that have to be known before the next stage: one finding for each command that records them."""
    upcoming = None if one.ended else next_stage(one)
    if upcoming is None:
        return
    needed = [fact for stage, facts in NEEDED.items() if STAGES[stage].order <= upcoming.order for fact in facts]
    lacking = [fact for fact in dict.fromkeys(needed) if fact not in one.known and not _is_past(one, fact)]
    fields = [fact for fact in lacking if fact not in ("total", "plan", "milestone")]
    stage = upcoming.name(language())
    if fields:
        words = [word for fact in fields for word in (f"--{fact}", OPEN)]
        sentence = _("before “{stage}”: {fields} not recorded").format(
            stage=stage, fields=", ".join(_field(fact) for fact in fields)
        )
        yield Finding("note", "missing", one.code, sentence, command("project", "edit", one.code, *words))
    for fact, mend in (
        ("total", command("capital", "record", one.code, "total", OPEN)),
        ("plan", command("capital", "plan", one.code, OPEN, "--year", str(as_of.year))),
        ("milestone", command("milestone", "plan", one.code, upcoming.code, OPEN)),
    ):
        if fact in lacking:
            sentence = _("before “{stage}”: {fields} not recorded").format(stage=stage, fields=_field(fact))
            yield Finding("note", "missing", one.code, sentence, mend)


def next_stage(one: Subject) -> Term | None:
    """The stage that comes next; leased and bought plants skip land and construction."""
    skipped = _BUILDING if one.kind in _WITHOUT_BUILDING else ()
    after = [term for term in STAGES if term.order > order_of(one) and term.code not in skipped]
    return after[0] if after else None


def _is_past(one: Subject, fact: str) -> bool:
    """Land and plans matter for building alone; a milestone where there is something to be seen next."""
    upcoming = next_stage(one)
    if fact in ("land", "plan"):
        return one.kind in _WITHOUT_BUILDING or order_of(one) >= STAGES["completed"].order
    return fact == "milestone" and (upcoming is None or upcoming.order < FIRST_BUILT)


def _field(fact: str) -> str:
    return {
        "company": _("company"),
        "chain": _("chain"),
        "total": _("total investment"),
        "site": _("site"),
        "land": _("land"),
        "owner": _("owner"),
        "plan": _("the year's plan"),
        "milestone": _("the milestone's day"),
    }[fact]
