"""What the progress reports say last of each project: how far, in which words, and how it was judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracker.analysis.rag_status import disagrees
from tracker.database import Reader
from tracker.dates import Period
from tracker.i18n import _, language, ngettext
from tracker.queries import projects as questions
from tracker.queries.as_of import AsOf
from tracker.queries.projects import Projects
from tracker.reports.words import term
from tracker.vocabulary import LIGHTS

# So many differences are named one by one.
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest word on each subject; `physical` in hundredths of a percent, `light` a code of LIGHTS."""

    physical: int | None = None
    light: str | None = None
    text: str | None = None


NOTHING_SAID = Latest()


def latest_reviews(
    reader: Reader, as_of: AsOf, within: Period | None = None, *, projects: Projects = None
) -> dict[int, Latest]:
    """For each project, what was said last by the day asked about; of two on one day, what was recorded later.

    With `within`, only what speaks of time that ended in it.
    """
    found: dict[int, Latest] = {}
    for row in sorted(questions.reviews(reader, as_of, projects), key=lambda row: row.last_day):
        if within is not None and not within.contains(row.last_day):
            continue
        said = {name: value for name in Latest.__slots__ if (value := getattr(row, name)) is not None}
        found[row.project_id] = replace(found.get(row.project_id, NOTHING_SAID), **said)
    return found


def overridden(lights: Iterable[tuple[str, str | None, str]]) -> tuple[str, ...]:
    """How many lights, given as code, judged and computed, reviewers judged otherwise; nothing where none."""
    count = sum(1 for _code, judged, light in lights if disagrees(judged, light))
    if not count:
        return ()
    sentence = ngettext("{count} light overridden by reviewers", "{count} lights overridden by reviewers", count)
    return (sentence.format(count=count),)


def disagreements(lights: Iterable[tuple[str, str | None, str]]) -> tuple[str, ...]:
    """A sentence that names the projects, given as code, judged and computed light, where both lights differ."""
    differing = [one for one in lights if disagrees(*one[1:])]
    if not differing:
        return ()
    named = [
        _("{code} ({judged}, computed {computed})").format(code=code, judged=_name(judged), computed=_name(computed))
        for code, judged, computed in differing[:MOST_NAMED]
    ]
    rest = len(differing) - len(named)
    if rest:
        named.append(ngettext("and {count} more", "and {count} more", rest).format(count=rest))
    sentence = ngettext(
        "{count} light was overridden by reviewers: {named}",
        "{count} lights were overridden by reviewers: {named}",
        len(differing),
    )
    return (sentence.format(count=len(differing), named=_(", ").join(named)),)


def _name(colour: str | None) -> str:
    light = term(LIGHTS, colour)
    return light.name(language()) if light else ""
