"""Rule sets of one's own: read from the settings, refused in a sentence, judged with their thresholds."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import Run
from tracker import settings
from tracker.analysis.rag_status import RULES, Facts, RuleSet, disagrees, in_words, judge, rule_set
from tracker.errors import UsageError

STRICT = """
[lights]
use = "strict"

[lights.strict]
base = "points"
tolerance = 0
red = 5

[lights.lenient]
base = "slip"
red = 90
"""


def loaded(folder: Path, text: str) -> settings.Settings:
    (folder / settings.PROJECT_FILE).write_text(text)
    return settings.load({}, {}, folder).settings


def test_a_table_of_the_settings_is_a_rule_set(tmp_path: Path) -> None:
    own = loaded(tmp_path, STRICT)
    assert own.lights == "strict"
    assert rule_set("strict", own.own_lights) == RuleSet("strict", "points", 0, 5)
    assert rule_set("lenient", own.own_lights) == RuleSet("lenient", "slip", 0, 90)
    assert rule_set("points", own.own_lights) == RULES["points"]


@pytest.mark.parametrize(
    ("completion", "colour"), [("50/100", "green"), ("499/1000", "yellow"), ("45/100", "yellow"), ("44/100", "red")]
)
def test_own_thresholds_decide(completion: str, colour: str) -> None:
    light = judge(RuleSet("strict", "points", 0, 5), Facts(Fraction(completion), Fraction(1, 2)))
    assert light.colour == colour
    assert colour == "green" or "(tolerance 0, red beyond 5)" in light.reason


@pytest.mark.parametrize(("missing", "colour"), [(20, "green"), (21, "yellow"), (40, "yellow"), (41, "red")])
def test_a_share_has_a_tolerance_too(missing: int, colour: str) -> None:
    facts = Facts(Fraction(100 - missing, 200), Fraction(1, 2))
    assert judge(RuleSet("s", "share", 20, 40), facts).colour == colour


@pytest.mark.parametrize(("late", "colour"), [(7, "green"), (8, "yellow"), (14, "yellow"), (15, "red")])
def test_days_late_have_a_tolerance_too(late: int, colour: str) -> None:
    light = judge(RuleSet("s", "slip", 7, 14), Facts(late=late, next_milestone="completed"))
    assert light.colour == colour
    assert f"completed is {late} days late" in light.reason


@pytest.mark.parametrize("name", RULES)
def test_the_words_of_a_rule_set_hold_its_thresholds(name: str) -> None:
    words = in_words(RuleSet("mine", name, 12, 34))
    assert "“mine”" in words
    assert "12" in words
    assert "34" in words


def test_lights_disagree_only_where_both_have_a_colour() -> None:
    assert disagrees("red", "green")
    assert not disagrees("red", "red")
    assert not disagrees(None, "green")
    assert not disagrees("grey", "green")
    assert not disagrees("red", "grey")


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ('red = 5\nbase = "point"', 'write base = one of "points", "share", "slip"'),
        ("red = 5", "write base = one of"),
        ('base = "points"\nredd = 5', "there is no “redd”; did you mean “red”? Known: base, tolerance, red"),
        ('base = "points"\nred = -1', "red “-1” is not a whole number from 0 to 3660"),
        ('base = "points"\nred = 1.5', "red “1.5” is not a whole number"),
        ('base = "points"\nred = true', "red “True” is not a whole number"),
        ('base = "slip"\ntolerance = "ten"', "tolerance “ten” is not a whole number"),
        ('base = "slip"\ntolerance = 31', "the tolerance 31 is beyond red 30: make red the larger one"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, table: str, part: str) -> None:
    own = loaded(tmp_path, f"[lights.mine]\n{table}\n")
    with pytest.raises(UsageError) as refusal:
        rule_set("mine", own.own_lights)
    assert str(refusal.value).startswith(f"{tmp_path / settings.PROJECT_FILE}, [lights.mine]: ")
    assert part in str(refusal.value)


def test_a_built_in_name_is_not_given_again(tmp_path: Path) -> None:
    own = loaded(tmp_path, '[lights.slip]\nbase = "points"\n')
    with pytest.raises(UsageError, match="this name is built in"):
        rule_set("slip", own.own_lights)


def test_an_unknown_rule_set_is_refused_with_the_closest(tmp_path: Path) -> None:
    own = loaded(tmp_path, STRICT)
    with pytest.raises(UsageError, match=r"no rule set “strikt”; did you mean “strict”\? Known: points"):
        rule_set("strikt", own.own_lights)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('[lights]\nuse = "strikt"\n[lights.strict]\nbase = "points"\n', ", lights: “strikt” is not one of points, "),
        ("[lights]\nuse = 3\n", "[lights] holds use = "),
        ('[lights]\nname = "x"\n', 'holds use = "NAME" and tables [lights.NAME], not “name”'),
    ],
)
def test_a_table_of_lights_holds_rule_sets_and_a_choice(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(UsageError) as refusal:
        loaded(tmp_path, text)
    assert part in str(refusal.value)


def test_the_nearer_file_counts_more(tmp_path: Path) -> None:
    user = settings.user_file()
    assert user is not None
    user.parent.mkdir(parents=True)
    user.write_text('[lights.strict]\nbase = "points"\nred = 11\n[lights.mine]\nbase = "share"\n')
    own = loaded(tmp_path, STRICT)
    assert rule_set("strict", own.own_lights).red == 5
    assert rule_set("mine", own.own_lights) == RuleSet("mine", "share", 0, 50)
    chosen = settings.load({}, {"TRACKER_LIGHTS": "mine"}, tmp_path)
    assert (chosen.settings.lights, chosen.origins["lights"]) == ("mine", "TRACKER_LIGHTS")
    with pytest.raises(UsageError, match=r"^TRACKER_LIGHTS: “minne” is not one of points"):
        settings.load({}, {"TRACKER_LIGHTS": "minne"}, tmp_path)


def test_config_set_chooses_beside_the_tables() -> None:
    text = settings.edited(STRICT, "lights", "lenient")
    assert text == STRICT.replace('use = "strict"', 'use = "lenient"')
    assert settings.edited("", "lights", "share") == 'lights = "share"\n'
    assert 'use = "slip"' in settings.edited('[lights.a]\nbase = "slip"\n', "lights", "slip")
    with pytest.raises(UsageError, match="is not one of points, share, slip, strict, lenient"):
        settings.edited(STRICT, "lights", "blue")


def test_a_judged_light_stands_beside_the_computed_one(run: Run, tmp_path: Path) -> None:
    db = tmp_path / "a.db"
    run("--db", db, "init")
    run("--db", db, "project", "add", "a", today="2023-01-02")
    run("--db", db, "capital", "plan", "a", "12亿元", "--year", "2023", today="2023-01-02")
    run("--db", db, "capital", "record", "a", "completed", "6亿元", "--on", "2023-06", today="2023-06-30")
    run("--db", db, "project", "review", "a", "--light", "red", "--on", "2023-06", today="2023-06-30")
    page = json.loads(run("--db", db, "progress", "-f", "json", today="2023-06-30").out)
    assert (page["rows"][0]["light"], page["rows"][0]["judged"]) == ("green", "red")
    assert "1 light overridden by reviewers" in page["coverage"]
    assert "1 light was overridden by reviewers: a (red, computed green)" in page["notes"]
