"""Names, notes and amounts that try to be markup, escapes, formulas, SQL or options: kept as data, or refused whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Result, Run
from tests.ledgers import once

HOSTILE = {
    "markup": "[bold red]x[/] [/]",
    "style": "[link=file:///etc/passwd]y[/link]",
    "escape": "a\x1b[2J\x1b]0;title\x07b",
    "c1": "a\x9b31mb",
    "bidi": "abc\u202egnp.exe",
    "isolate": "a\u2066b\u2069",
    "zero width": "ad\u200bmin",
    "newline": "a\nb\rc",
    "tab": "a\tb",
    "formula": "=cmd|'/c calc'!A1",
    "quotes": "'; DROP TABLE project; --",
    "percent": "%s %(x)s {0} {name} %n",
    "braces": "{name!r:>99999}",
    "surrogate": "\udc80",
    "long": "长" * 10_000,
    "blank": "  \u3000 ",
    "marks": "a" + "\u0301" * 50,
    "emoji": "👩‍👩‍👧 🏭",
    "equals": "a=b=c",
    "private": "\ue000",
    "tag": "\U000e0041",
    "nul-like": "\\0 \\x00",
    "path": "../../etc/passwd",
    "dash": "-rf",
}
COMMANDS = {
    "name": ("project", "add", "H-1", "--name={}"),
    "code": ("project", "add", "--", "{}"),
    "note": ("project", "add", "H-1", "--note={}"),
    "source": ("project", "add", "H-1", "--source={}"),
    "company": ("project", "add", "H-1", "--company={}"),
    "tag": ("project", "edit", "A-1", "--tag={}"),
    "alias": ("project", "edit", "A-1", "--alias={}"),
    "id": ("project", "edit", "A-1", "--id=x={}"),
    "why": ("project", "condition", "A-1", "closed", "--why={}"),
    "text": ("project", "review", "A-1", "--text={}"),
    "field": ("project", "field", "--type=text", "--", "{}"),
    "amount": ("capital", "record", "--on=2023", "--", "A-1", "completed", "{}"),
    "plan": ("capital", "plan", "--", "A-1", "{}"),
    "correct": ("capital", "correct", "1", "--amount={}", "--why=x"),
    "correct why": ("capital", "correct", "1", "--withdraw", "--why={}"),
    "milestone": ("milestone", "plan", "--", "A-1", "{}", "2023-10"),
    "title": ("milestone", "plan", "A-1", "m", "2023-10", "--title={}"),
    "date": ("milestone", "plan", "--", "A-1", "m", "{}"),
    "firm": ("company", "add", "--", "{}"),
    "group": ("company", "add", "F", "--group={}"),
    "show": ("show", "--", "{}"),
    "filter": ("list", "--text={}", "--chain={}"),
    "sort": ("list", "--sort={}"),
    "columns": ("list", "--columns={}"),
    "format": ("list", "--format={}"),
    "command": ("{}",),
}


@pytest.fixture
def typed(run: Run, tmp_path: Path) -> Callable[..., Result]:
    """Type words after `tracker`, in a ledger with one project."""

    def call(*words: str) -> Result:
        return run(*words, today="2023-03-31", env={"TRACKER_DB": str(tmp_path / "ledger.db")})

    def make() -> None:
        assert call("init").code == call("project", "add", "A-1", "--company", "甲公司", "--total", "1元").code == 0

    once(tmp_path / "ledger.db", make)
    return call


def harmless(text: str) -> bool:
    """Whether a terminal shows the text as it is, and nothing but it."""
    return all(
        letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for letter in text
    ) and not (set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b\ufeff"))


@pytest.mark.parametrize("place", COMMANDS)
def test_a_hostile_value_is_data_or_is_refused(typed: Callable[..., Result], place: str) -> None:
    for value in HOSTILE.values():
        result = typed(*(word.replace("{}", value) for word in COMMANDS[place]))
        assert result.code in (0, 1, 2), result.err
        assert harmless(result.out), (place, value)
        assert harmless(result.err), (place, value)
        assert len(result.err) < 12_000 or result.code == 0
    for words in (
        ("list", "--columns", "all"),
        ("show", "A-1"),
        ("log",),
        ("company", "list"),
        ("capital", "list", "--all"),
        (),
    ):
        result = typed(*words)
        # A closed project is not in the overview, which says so.
        assert (result.code, result.err) in ((0, ""), (0, "no running project matches\n"))
        assert harmless(result.out)
    assert typed("database", "check").code == 0


def test_a_name_in_brackets_is_shown_as_it_was_typed(typed: Callable[..., Result]) -> None:
    name = "[red-001] 二期 [/] {x} %s"
    assert typed("project", "add", "H-1", "--name", name).code == 0
    assert name in typed("list").out
    assert name in typed("show", "H-1").out


def test_a_formula_is_dead_in_csv(typed: Callable[..., Result]) -> None:
    assert typed("project", "add", "H-1", "--name", "=1+1").code == 0
    assert "'=1+1" in typed("list", "-f", "csv").out


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(min_size=1, max_size=12).filter(lambda word: "\0" not in word), max_size=4))
def test_no_command_line_is_a_bug(typed: Callable[..., Result], words: list[str]) -> None:
    result = typed(*words)
    assert result.code in (0, 1, 2)
    assert harmless(result.err)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    command=st.sampled_from(["list", "show", "progress", "summary", "log", "undo", "capital list", "project field"]),
    option=st.sampled_from(
        ["--as-of", "--known-on", "--sort", "--columns", "--limit", "--unit", "-f", "--stage", "--year", "--text", "--"]
    ),
    value=st.text(max_size=20).filter(lambda word: "\0" not in word),
)
def test_no_value_of_an_option_is_a_bug(typed: Callable[..., Result], command: str, option: str, value: str) -> None:
    result = typed(*command.split(), option, value)
    assert result.code in (0, 1, 2)
    assert harmless(result.err)
