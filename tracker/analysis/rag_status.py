"""Traffic lights: a named rule set over facts gives a colour and the reason in words.

`points` follows the usual reading of a gap to time progress 超/欠时进度: a tolerance of ten points, yellow to thirty.
`share` is red where more than half of the plan to date is missing. `slip` counts days late on the next milestone. Rule
sets of one's own measure as one of these does, with thresholds of their own.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from tracker.analysis.completion import gap_points, points_between, points_in_words
from tracker.errors import UsageError
from tracker.i18n import _, ngettext
from tracker.settings import OwnLights
from tracker.text import shorten, unknown_word

MOST = 3660


class RuleSet(NamedTuple):
    """Behind by more than `tolerance` is yellow, by more than `red` is red.

    Both are percentage points where the `base` is points, percent of the plan to date where it is share, and days late
    where it is slip.
    """

    name: str
    base: str
    tolerance: int
    red: int


RULES: dict[str, RuleSet] = {
    "points": RuleSet("points", "points", 10, 30),
    "share": RuleSet("share", "share", 0, 50),
    "slip": RuleSet("slip", "slip", 0, 30),
}


class Facts(NamedTuple):
    """What a rule may look at: completion and elapsed as shares of the year, days late on the next milestone.

    `missing` says why there is no completion: "plan" (there is none), "unknown plan", "plan of nothing", "figure" (none
    was reported), "unknown" or "currencies" (plan and figure are not in one).
    """

    completion: Fraction | None = None
    elapsed: Fraction | None = None
    late: int | None = None
    next_milestone: str | None = None
    missing: str | None = None


class Light(NamedTuple):
    """A colour (a code of LIGHTS; grey: not judged) and why."""

    colour: str
    reason: str


def judge(rules: RuleSet | str, facts: Facts) -> Light:
    """The light that `rules`, a rule set or the name of one of RULES, gives for `facts`.

    Raises UsageError for another name.
    """
    chosen = rule_set(rules) if isinstance(rules, str) else rules
    return _JUDGES[chosen.base](chosen, facts)


@cache
def bounds(rules: RuleSet, elapsed: Fraction) -> tuple[Fraction, Fraction] | None:
    """The completion below which a light is yellow, and that below which it is red; None where none is judged by it."""
    if rules.base == "slip" or (rules.base == "share" and not elapsed):
        return None
    if rules.base == "points":
        return elapsed - Fraction(rules.tolerance, 100), elapsed - Fraction(rules.red, 100)
    return elapsed * Fraction(100 - rules.tolerance, 100), elapsed * Fraction(100 - rules.red, 100)


def _points(rules: RuleSet, facts: Facts) -> Light:
    if facts.completion is None or facts.elapsed is None:
        return Light("grey", _unmeasured(facts))
    gap = gap_points(facts.completion, facts.elapsed)
    assert gap is not None
    words = _("{gap} points against time progress").format(gap=points_in_words(gap))
    colour = _colour(rules, facts.completion, facts.elapsed)
    if colour == "green":
        return Light(colour, words)
    return Light(
        colour,
        _("{words} (tolerance {tolerance}, red beyond {red})").format(
            words=words, tolerance=rules.tolerance, red=rules.red
        ),
    )


def _unmeasured(facts: Facts) -> str:
    """Why completion cannot be judged."""
    if facts.missing == "figure":
        return _("no figure reported for the year")
    if facts.missing == "unknown":
        return _("the figure of the year is unknown or withheld")
    if facts.missing == "unknown plan":
        return _("the plan of the year is unknown or withheld")
    if facts.missing == "plan of nothing":
        return _("the plan of the year is 0")
    if facts.missing == "currencies":
        return _("the plan and the figure of the year are not in one currency")
    return _("no plan for the year to measure by")


def _share(rules: RuleSet, facts: Facts) -> Light:
    if facts.completion is None or not facts.elapsed:
        return Light("grey", _unmeasured(facts))
    behind = points_between(facts.elapsed, facts.completion)
    assert behind is not None
    if behind <= 0:
        return Light("green", _("the plan to date is met"))
    missing = behind / facts.elapsed
    words = _("{share}% of the plan to date is missing").format(share=f"{behind.mark}{float(missing):.1f}")
    return Light(_colour(rules, facts.completion, facts.elapsed), words)


def _slip(rules: RuleSet, facts: Facts) -> Light:
    if facts.late is None or facts.next_milestone is None:
        return Light("grey", _("no open milestone with a baseline"))
    if facts.late <= 0:
        return Light("green", _("{milestone} is on time").format(milestone=facts.next_milestone))
    words = ngettext("{milestone} is {days} day late", "{milestone} is {days} days late", facts.late)
    colour = "green" if facts.late <= rules.tolerance else "yellow" if facts.late <= rules.red else "red"
    return Light(colour, words.format(milestone=facts.next_milestone, days=facts.late))


_JUDGES: dict[str, Callable[[RuleSet, Facts], Light]] = {"points": _points, "share": _share, "slip": _slip}


def _colour(rules: RuleSet, completion: Fraction, elapsed: Fraction) -> str:
    found = bounds(rules, elapsed)
    assert found is not None
    return colour_within(found, completion)


def colour_within(bounds: tuple[Fraction, Fraction], completion: Fraction) -> str:
    """The colour of a completion between these bounds."""
    yellow, red = bounds
    return "green" if completion >= yellow else "yellow" if completion >= red else "red"


def disagrees(judged: str | None, computed: str) -> bool:
    """Whether somebody judged a colour, the rules gave one, and they differ."""
    return judged not in (None, "grey", computed) and computed != "grey"


# --- rule sets of one's own ----------------------------------------------------------------------------------------


def rule_set(name: str, own: Iterable[OwnLights] = ()) -> RuleSet:
    """The rule set called `name`, one of RULES or of the settings' own.

    Raises UsageError, with the closest name, where there is none, and naming the file where its table cannot be read.
    """
    tables = {one.name: one for one in own}
    if name in tables:
        return _read(tables[name])
    if name in RULES:
        return RULES[name]
    raise UsageError(unknown_word(_("there is no rule set “{word}”"), name, (*RULES, *tables)))


def _read(own: OwnLights) -> RuleSet:
    """The rule set that a table of the settings describes; what it leaves out is as in its base."""
    table = dict(own.table)
    if own.name in RULES:
        raise _wrong(own, _("this name is built in: give your rule set another"))
    keys = ("base", "tolerance", "red")
    for key in table:
        if key not in keys:
            raise _wrong(own, unknown_word(_("there is no “{word}”"), key, keys))
    base = RULES.get(str(table.get("base")))
    if base is None:
        raise _wrong(own, _("write base = one of {known}").format(known=_(", ").join(f'"{name}"' for name in RULES)))
    tolerance, red = _threshold(own, table, "tolerance", base.tolerance), _threshold(own, table, "red", base.red)
    if tolerance > red:
        raise _wrong(
            own,
            _("the tolerance {tolerance} is beyond red {red}: make red the larger one").format(
                tolerance=tolerance, red=red
            ),
        )
    return RuleSet(own.name, base.base, tolerance, red)


def _threshold(own: OwnLights, table: Mapping[str, Any], key: str, default: int) -> int:
    value = table.get(key, default)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
        return value
    raise _wrong(
        own,
        _("{key} “{value}” is not a whole number from 0 to {most}").format(
            key=key, value=shorten(str(value)), most=MOST
        ),
    )


def _wrong(own: OwnLights, reason: str) -> UsageError:
    place = _("{origin}, [lights.{name}]").format(origin=own.origin, name=shorten(own.name))
    return UsageError(_("{origin}: {reason}").format(origin=place, reason=reason))


def in_words(rules: RuleSet) -> str:
    """The name of a rule set and its thresholds."""
    sentences = {
        "points": _("“{name}”: yellow beyond {tolerance} points behind time, red beyond {red}"),
        "share": _("“{name}”: yellow where more than {tolerance}% of the plan to date is missing, red beyond {red}%"),
        "slip": _("“{name}”: yellow beyond {tolerance} days late on the next milestone, red beyond {red}"),
    }
    return sentences[rules.base].format(name=rules.name, tolerance=rules.tolerance, red=rules.red)
