"""What the shells offer at TAB: plain words from the ledger and the vocabulary, and nothing that a shell could obey."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.isolation import ROOT, clean_environment
from tests.ledgers import once

Complete = Callable[..., list[str]]


@pytest.fixture
def ledger(run: Run, tmp_path: Path) -> Path:
    """A ledger with two projects."""
    path = tmp_path / "ledger.db"

    def make() -> None:
        name = "旗舰 $(touch x)`id`'\""
        for words in (
            ["init"],
            ["project", "add", "nidec-1", "--name", name, "--chain", "新能源汽车", "--company", "电产"],
            ["project", "add", "zhongjin", "--site", "a b", "--tag", "重点"],
            ["milestone", "plan", "nidec-1", "power-on", "2023-08"],
            ["capital", "record", "nidec-1", "completed", "1元", "--on", "2023-07"],
            ["project", "field", "能耗", "--type", "text"],
            ["company", "add", "$(touch x)"],
        ):
            assert run(*words, today="2023-08-31", env={"TRACKER_DB": str(path)}).code == 0

    once(path, make)
    return path


@pytest.fixture
def complete(run: Run, ledger: Path) -> Complete:
    """Ask as bash does for what could stand at the end of `words`."""

    def ask(words: str, **variables: str | None) -> list[str]:
        asked = {"_TRACKER_COMPLETE": "complete_bash", "COMP_WORDS": f"tracker {words}", "TRACKER_DB": str(ledger)}
        count = len(words.split()) + words.endswith(" ")
        result = run(env={**asked, "COMP_CWORD": str(count), **variables})
        assert (result.code, result.err) == (0, "")
        return result.out.splitlines()

    return ask


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("pro", {"progress", "project"}),
        ("capital ", {"record", "plan", "correct", "list"}),
        ("show nid", {"nidec-1"}),
        ("show ", {"nidec-1", "zhongjin"}),
        ("project stage nidec-1 under", {"under_construction"}),
        ("project stage nidec-1 开", {"开工"}),
        ("capital record nidec-1 utilised", {"utilised_foreign", "utilised_domestic"}),
        ("milestone forecast nidec-1 po", {"power-on"}),
        ("list --stage si", {"signed", "site_secured"}),
        ("list --chain ", {"新能源汽车"}),
        ("list --site ", set()),
        ("list --tag ", {"重点"}),
        ("company show ", {"电产"}),
        ("capital correct ", {"1"}),
        ("undo ", {"1", "2", "3", "4", "5", "6"}),
        ("project unlink nidec-1 ", {"supports", "phase_of", "replaces", "depends_on", "nidec-1", "zhongjin"}),
        ("list -f js", {"json", "jsonl"}),
        ("list --kn", {"--known-on"}),
        ("--lang ", {"en", "zh"}),
        ("config set due", {"due_days"}),
        ("project edit nidec-1 --field ", {"能耗"}),
    ],
)
def test_what_could_follow_is_offered(complete: Complete, words: str, offered: set[str]) -> None:
    assert set(filter(None, complete(words))) == offered


def test_the_database_named_on_the_line_is_asked(complete: Complete, ledger: Path, tmp_path: Path) -> None:
    assert complete(f"--db {ledger} show nid", TRACKER_DB=None) == ["nidec-1"]
    for place in (tmp_path / "none.db", tmp_path, "mars://x"):
        assert complete(f"--db {place} show nid") in ([], [""])


def test_zsh_and_fish_get_the_name_beside_the_code(run: Run, ledger: Path) -> None:
    env = {"TRACKER_DB": str(ledger), "_TYPER_COMPLETE_ARGS": "tracker show nid"}
    zsh = run(env={**env, "_TRACKER_COMPLETE": "complete_zsh"})
    assert zsh.out == '_arguments \'*: :(("nidec-1":"旗舰 touch x id"))\'\n'
    fish = run(env={**env, "_TRACKER_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"})
    assert fish.out == "nidec-1\t旗舰 touch x id\n"
    for typed, code in (("tracker show nid", 0), ("tracker show xyz", 1)):
        asked = {**env, "_TYPER_COMPLETE_ARGS": typed, "_TYPER_COMPLETE_FISH_ACTION": "is-args"}
        assert run(env={**asked, "_TRACKER_COMPLETE": "complete_fish"}).code == code


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_nothing_from_the_ledger_can_be_obeyed_by_a_shell(run: Run, ledger: Path, shell: str) -> None:
    for typed in ("tracker show ", "tracker company show ", "tracker undo ", "tracker list --chain "):
        words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split())), "_TYPER_COMPLETE_ARGS": typed}
        asked = {"_TRACKER_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
        out = run(env={**words, **asked, "TRACKER_DB": str(ledger)}).out
        offered = re.sub(r"^_arguments '\*: :\(\((.*)\)\)'$", r"\1", out, flags=re.DOTALL)
        assert not set(offered) & set("$`\\();&|<>'*?[]{}!#~")


def test_bash_completes_on_its_own(ledger: Path, isolated: Path) -> None:
    if not shutil.which("bash"):
        pytest.skip("no bash here")
    folder = isolated / "bin"
    folder.mkdir()
    (folder / "tracker").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tracker "$@"\n')
    (folder / "tracker").chmod(0o755)
    script = """
        eval "$(_TRACKER_COMPLETE=source_bash tracker)"
        COMP_WORDS=(tracker show nid) COMP_CWORD=2
        _tracker_completion tracker
        echo "${COMPREPLY[@]}"
    """
    environment = clean_environment(isolated) | {"TRACKER_DB": str(ledger), "PYTHONPATH": str(ROOT)}
    environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("nidec-1\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed_and_installed(
    run: Run, isolated: Path, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, f"/bin/{shell}"))
    shown = run("--show-completion")
    assert shown.code == 0
    assert f"_TRACKER_COMPLETE=complete_{shell}" in shown.out
    installed = run("--install-completion")
    assert installed.code == 0
    written = [path.read_text() for path in isolated.rglob("*tracker*") if path.is_file()]
    assert any(f"complete_{shell}" in text for text in written)


def test_a_broken_settings_file_silences_completion(complete: Complete, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("broken")
    assert complete("show nid", TRACKER_COLOR="red") in ([], [""])
    assert complete("lis", TRACKER_COLOR="red") == ["list"]
