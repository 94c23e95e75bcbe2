"""What became of milestones, in sentences: planned, moved by how many days, reached."""

from __future__ import annotations

from tracker.analysis.milestones import Milestone
from tracker.dates import Period, slip
from tracker.i18n import _, language, ngettext
from tracker.reports.change_words import Told
from tracker.reports.words import milestone_term


def tell_milestone(was: Milestone | None, now: Milestone | None, change: int) -> Told | None:
    """The one sentence for a milestone between two states of the ledger, None where nothing is to be said.

    Days are counted between the last days of each; 0 where two ranges overlap.
    """
    milestone = now or was
    if milestone is None:
        return None
    name = milestone_term(milestone.code, milestone.title).name(language())
    before, after = (one.expected if one else None for one in (was, now))
    sentence = _sentence(was, now)
    if sentence is None:
        return None
    told = sentence.format(milestone=name, was=_shown(before), now=_shown(after), days=_days(was, now))
    return Told("milestone", told, before, after, change)


def _sentence(was: Milestone | None, now: Milestone | None) -> str | None:
    before, after = (one.expected if one else None for one in (was, now))
    if now is None:
        return _("{milestone}: no longer a milestone")
    if now.actual and not (was and was.actual):
        return _("{milestone}: reached {now}{days}")
    if was and was.actual and not now.actual:
        return _("{milestone}: no longer reached (was {was})")
    if before == after:
        return None if was else _("{milestone}: a milestone without a day")
    if now.actual:
        return _("{milestone}: reached {now}, not {was}")
    if before is None:
        return _("{milestone}: planned for {now}")
    return _("{milestone}: moved from {was} to {now}{days}") if after else _("{milestone}: no longer expected {was}")


def _days(was: Milestone | None, now: Milestone | None) -> str:
    """How many days later or earlier: reached against the baseline, moved against what was expected."""
    if now is None or now.expected is None:
        return ""
    against = now.baseline if now.actual and now.baseline else was.expected if was else None
    if against is None:
        return ""
    days = slip(against, now.expected)
    if not days:
        return _(", on time") if now.actual else ""
    late = ngettext(", {count} day late", ", {count} days late", abs(days))
    early = ngettext(", {count} day early", ", {count} days early", abs(days))
    later = ngettext(", {count} day later", ", {count} days later", abs(days))
    earlier = ngettext(", {count} day earlier", ", {count} days earlier", abs(days))
    words = (late if days > 0 else early) if now.actual else (later if days > 0 else earlier)
    return words.format(count=abs(days))


def _shown(day: Period | None) -> str:
    return day.display(language()) if day else "–"
