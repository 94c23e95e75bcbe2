"""What cannot be done is refused in a sentence that names the value and the way on, with the right exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tests.ledgers import once

Type = Callable[..., Result]


@pytest.fixture
def typed(run: Run, tmp_path: Path) -> Type:
    """Type words after `tracker`, in a ledger with the project A-1."""
    env = {"TRACKER_DB": str(tmp_path / "ledger.db")}

    def call(*words: str, **variables: str | None) -> Result:
        return run(*words, today="2023-03-31", env={**env, **variables})

    def make() -> None:
        assert call("init").code == call("project", "add", "A-1", "--name", "甲").code == 0

    once(tmp_path / "ledger.db", make)
    return call


@pytest.mark.parametrize(
    ("words", "sentence", "page"),
    [
        ("lst", "there is no command “lst”; did you mean “list”?", "tracker"),
        ("project ad", "there is no command “ad”; did you mean “add”?", "tracker project"),
        ("xyzzy", "there is no command “xyzzy”", "tracker"),
        ("list --stge x", "there is no option --stge; did you mean “--stage”?", "tracker list"),
        ("list -q", "there is no option -q", "tracker list"),
        ("list extra", "unexpected argument “extra”; usage: tracker list", "tracker list"),
        ("list --limit", "--limit needs a value", "tracker list"),
        ("list --limit 0", "--limit: “0” is not a whole number from 1 to 1000000000", "tracker list"),
        ("show", "CODE is missing", "tracker show"),
        ("project remove A-1 --yes=1", "--yes takes no value", "tracker project remove"),
        ("milestone plan A-1 投产", "DATE is missing", "tracker milestone plan"),
    ],
)
def test_a_wrong_command_line_is_one_sentence_and_one_hint(typed: Type, words: str, sentence: str, page: str) -> None:
    result = typed(*words.split())
    assert (result.code, result.out) == (2, "")
    assert result.err == f"tracker: {sentence}\nhelp: {page} --help\n"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("list --as-of yesterwhen", "--as-of: “yesterwhen” is not a day or a period"),
        ("list --as-of 2022", "--as-of: “2022” is a year: give the day, such as 2022-01-15"),
        ("list --stage sgned", "did you mean “signed”? Known: lead, negotiating"),
        ("capital record A-1 complted 1元 --on 2023", "KIND: there is no capital kind “complted”"),
        ("capital record A-1 completed 12,00 --on 2023", "AMOUNT: cannot read “12,00” as an amount"),
        ("capital record A-1 completed --on 2023", "give an amount, such as 1.2亿元, or --unknown or --withheld"),
        ("capital record A-1 completed 1元 --unknown --on 2023", "AMOUNT was given, so the figure is not unknown"),
        ("capital record A-1 completed --unknown --withheld --on 2023", "unknown or withheld, not both"),
        ("capital record A-1 completed 1元 --ytd --cumulative --on 2023", "not both"),
        ("capital correct 1 --withdraw --on 2023 --why x", "--withdraw puts nothing"),
        ("capital correct one --why x", "ENTRY: “one” is not a whole number"),
        ("project add B --land big", "--land: “big” is not an area"),
        ("project add B --country Atlantis", "--country: there is no country “Atlantis”"),
        ("project add B --milestones all", "--milestones: there is no set of milestones “all”"),
        ("project review A-1 --physical 0.45", "--physical: “0.45” is not a percentage"),
        ("project field f", "what the field holds"),
        ("project field --type text", "name the field"),
        ("project unlink A-1 suports A-1", "did you mean “supports”?"),
        ("show A-2", "there is no project “A-2”; did you mean “A-1”?"),
        ("summary --by colour", "cannot group by “colour”"),
        ("progress --lights red", "--lights: there is no rule set “red”"),
        ("list -f odt", "there is no format “odt”"),
        ("list -o x.odt", "“x.odt” does not end in"),
        ("list --sort nme", "there is no column “nme”; did you mean “name”?"),
        ("list --unit acre", "--unit: “acre” is not a unit of amounts"),
        ("undo 99", "there is no change 99"),
        ("config set colour red", "did you mean “color”?"),
        ("capital", "tracker capital needs a command: record, plan, correct, list"),
    ],
)
def test_a_wrong_value_is_named_with_its_option(typed: Type, words: str, part: str) -> None:
    result = typed(*words.split())
    assert (result.code, result.out) == (2, ""), result.err
    assert part in result.err
    assert len(result.err.splitlines()) <= 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("check --rule capital-sumz", "没有规则“capital-sumz”"),
        ("check --fail-on erorr", "没有严重程度“erorr”；是否指“error”？可用：error、warning、note"),
        ("progress --lights red", "没有名为“red”的规则集。可用：points、share、slip"),
        ("list -f pngg", "没有格式“pngg”。可用：table、csv、json、"),
        ("list --sort nme", "--sort：没有列“nme”；是否指“name”？可用：code、name、"),
        ("list --stage sgned", "没有阶段“sgned”；是否指“signed”？可用：lead 线索、"),
        ("summary --by colour", "不能按“colour”分组。可用：kind、"),
        ("report ranking --by owners", "“owners”不在 owner、grid、site、chain 之中；是否指“owner”？"),
        ("export capitol", "没有“capitol”可导出；是否指“capital”？可用："),
    ],
)
def test_in_chinese_a_wrong_word_and_the_known_ones_are_one_chinese_sentence(
    typed: Type, words: str, sentence: str
) -> None:
    result = typed("--lang", "zh", *words.split())
    assert (result.code, result.out) == (2, ""), result.err
    assert sentence in result.err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("init", "exists already; nothing was changed"),
        ("project add A-1", "there is already a project “A-1”"),
        ("project condition A-1 closed", "--why"),
        ("project stage A-1 signed --on 2030", "lies in the future"),
        ("database restore none.db -y", "there is no file none.db"),
    ],
)
def test_what_the_ledger_refuses_ends_with_one(typed: Type, words: str, part: str) -> None:
    result = typed(*words.split())
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("tracker: ")
    assert part in result.err


@pytest.mark.parametrize("words", ["project remove A-1", "undo"])
def test_without_a_terminal_what_can_be_undone_is_done_unasked(typed: Type, words: str) -> None:
    result = typed(*words.split())
    assert result.code == 0
    assert "[y/N]" not in result.err
    assert "undo: tracker undo 2" in result.err


def test_without_a_terminal_what_cannot_be_undone_needs_a_yes(typed: Type, tmp_path: Path) -> None:
    before = (tmp_path / "ledger.db").read_bytes()
    result = typed("database", "restore", "x.db")
    assert result.code == 2
    assert "add -y" in result.err
    assert (tmp_path / "ledger.db").read_bytes() == before


@pytest.mark.parametrize("words", [(), ("list",), ("project", "add", "B")])
def test_without_a_database_the_way_to_begin_is_said(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run(*words, env={"TRACKER_DB": str(tmp_path / "none.db")})
    assert (result.code, result.out) == (1 if words else 0, "")
    assert "tracker init" in result.err
    assert not (tmp_path / "none.db").exists()


def test_bytes_that_are_not_text_are_refused(typed: Type) -> None:
    for words in (("show", "\udcff"), ("list", "--text", "a\udcff"), ("project", "add", "B", "--note", "\udcff")):
        result = typed(*words)
        assert result.code == 2
        assert "\\udcff” is not UTF-8 text" in result.err


def test_a_bug_is_one_line_and_its_place_is_shown_on_demand(typed: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise LookupError("\x1b[31mlost")

    monkeypatch.setattr("tracker.reports.listing.listing", broken)
    result = typed("list")
    assert (result.code, result.out) == (70, "")
    assert result.err == "tracker: a bug: LookupError: \\u001b[31mlost; run again as: tracker --debug …\n"
    result = typed("--debug", "list")
    assert result.code == 70
    assert result.err.startswith("Traceback")
    assert "\x1b" not in result.err


def test_a_refusal_shows_its_place_on_demand(typed: Type) -> None:
    assert "Traceback" in typed("--debug", "show", "A-2").err


@pytest.mark.parametrize(("unsure", "part"), [(False, "nothing was changed"), (True, "tracker log")])
def test_an_interruption_says_whether_anything_changed(
    typed: Type, monkeypatch: pytest.MonkeyPatch, unsure: bool, part: str
) -> None:
    from tracker.app import App

    def interrupted(self: App, *_arguments: object, **_options: object) -> None:
        self.unsure = unsure
        raise KeyboardInterrupt

    monkeypatch.setattr(App, "record", interrupted)
    result = typed("project", "add", "B-1")
    assert result.code == 130
    assert part in result.err


def test_an_interruption_before_the_commit_is_told_from_one_during_it(
    typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker.ledger import projects

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tracker.ledger.store.seal", interrupted)
    assert "tracker log" in typed("project", "add", "B-1").err
    monkeypatch.setattr(projects, "add", interrupted)
    assert typed("project", "add", "B-1").err == "tracker: interrupted, nothing was changed\n"
    assert typed("list", "--columns", "code", "-f", "csv").out.split() == ["code", "A-1"]


@pytest.mark.parametrize(
    "told", ["tomorrow", "2023-13-01", "2023-02-30", "2023-02-28T10:00:00", "20230228xx", "\x1b[2J"]
)
def test_a_clock_that_cannot_be_read_is_refused(typed: Type, told: str) -> None:
    result = typed("list", TRACKER_TODAY=told)
    assert result.code == 2
    assert "TRACKER_TODAY" in result.err
    assert "\x1b" not in result.err


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2023-02-28T17:00:00Z", "UTC", "2023-02-28"),
        ("2023-02-28T17:00:00Z", "Asia/Shanghai", "2023-03-01"),
        ("2023-03-01T01:00:00+08:00", "America/New_York", "2023-02-28"),
    ],
)
def test_the_day_is_that_of_the_configured_zone(typed: Type, moment: str, zone: str, day: str) -> None:
    result = typed("list", "-f", "json", TRACKER_TODAY=moment, TRACKER_TIMEZONE=zone)
    assert json.loads(result.out)["as_of"] == day
