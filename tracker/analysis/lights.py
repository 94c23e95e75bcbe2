"""Traffic lights: a named rule set over facts gives a colour and the reason in words.

`points` follows the usual reading of a gap to time progress 超/欠时进度: a tolerance of ten points, yellow to thirty.
`share` is red where more than half of the plan to date is missing. `slip` counts days late on the next milestone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tracker.i18n import _, ngettext

TOLERANCE_POINTS = 10
RED_POINTS = 30
RED_SHARE = Fraction(1, 2)
RED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may look at: completion and elapsed as shares of the year, days late on the next milestone."""

    completion: Fraction | None = None
    elapsed: Fraction | None = None
    late: int | None = None
    next_milestone: str | None = None


@dataclass(frozen=True, slots=True)
class Light:
    """A colour (a code of LIGHTS; grey: not judged) and why."""

    colour: str
    reason: str


def judge(rules: str, facts: Facts) -> Light:
    """The light that the rule set `rules` (a key of RULES) gives for `facts`."""
    return RULES[rules](facts)


def _points(facts: Facts) -> Light:
    if facts.completion is None or facts.elapsed is None:
        return Light("grey", _("no plan for the year to measure by"))
    gap = 100 * (facts.completion - facts.elapsed)
    words = _("{gap} points against time progress").format(gap=f"{float(gap):+.1f}")
    if gap >= -TOLERANCE_POINTS:
        return Light("green", words)
    colour = "yellow" if gap >= -RED_POINTS else "red"
    return Light(
        colour,
        _("{words} (tolerance {tolerance}, red beyond {red})").format(
            words=words, tolerance=TOLERANCE_POINTS, red=RED_POINTS
        ),
    )


def _share(facts: Facts) -> Light:
    if facts.completion is None or not facts.elapsed:
        return Light("grey", _("no plan to date to measure by"))
    missing = 1 - facts.completion / facts.elapsed
    if missing <= 0:
        return Light("green", _("the plan to date is met"))
    words = _("{share}% of the plan to date is missing").format(share=f"{float(100 * missing):.1f}")
    return Light("red" if missing > RED_SHARE else "yellow", words)


def _slip(facts: Facts) -> Light:
    if facts.late is None or facts.next_milestone is None:
        return Light("grey", _("no open milestone with a baseline"))
    if facts.late <= 0:
        return Light("green", _("{milestone} is on time").format(milestone=facts.next_milestone))
    words = ngettext("{milestone} is {days} day late", "{milestone} is {days} days late", facts.late)
    return Light(
        "red" if facts.late > RED_DAYS else "yellow", words.format(milestone=facts.next_milestone, days=facts.late)
    )


RULES: dict[str, Callable[[Facts], Light]] = {"points": _points, "share": _share, "slip": _slip}
