"""The tree of commands: complete, lazy, with help and an example for each."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.isolation import ROOT, clean_environment
from tracker.app import App
from tracker.cli import split_root
from tracker.commands import options, views
from tracker.commands.lazy_group import LazyGroup, leaves
from tracker.commands.report import REPORTS, app
from tracker.commands.root import COMMANDS, GROUPS, tree
from tracker.reports import grouping


def _leaves() -> Iterator[tuple[str, str]]:
    """Every command with its docstring."""
    for name, module, _help in (one for commands in COMMANDS.values() for one in commands):
        if name == "report":
            for report in REPORTS:
                [info] = (info for info in app.registered_commands if info.name == report)
                yield f"report {report}", info.callback.__doc__ or ""
            continue
        for info in import_module(f"tracker.commands.{module}").app.registered_commands:
            if name in GROUPS:
                yield f"{name} {info.name}", info.callback.__doc__ or ""
            elif info.name == name:
                yield name, info.callback.__doc__ or ""


LEAVES = dict(_leaves())


def test_options_of_the_program_stand_anywhere(run: Run, demo_database: Path) -> None:
    before = run("--db", demo_database, "--lang", "zh", "list", "--limit", "2")
    assert (before.code, before.err) == (0, "")
    assert "产业链" in before.out
    assert run("list", "--limit", "2", f"--db={demo_database}", "--lang", "zh").out == before.out
    assert run("list", "--lang", "zh", "--limit", "2", "--db", demo_database).out == before.out
    assert run("capital", "list", "nidec-flagship", "--version").out.startswith("tracker ")


def test_a_negative_amount_is_an_argument(run: Run, demo_database: Path) -> None:
    for amount in ("-5万元", "-2bn", "-0.5亿元"):
        refused = run("--db", demo_database, "capital", "record", "nidec-flagship", "total", amount, "-n")
        assert refused.code == 1
        assert "cannot be negative" in refused.err


@pytest.mark.parametrize("command", LEAVES)
def test_every_command_has_a_sentence_and_examples_that_can_be_read(command: str) -> None:
    sentence, _blank, rest = LEAVES[command].partition("\n\n")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    examples = [line.strip() for line in rest.splitlines() if line.strip()]
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert words[0] == "tracker"
        root = tree()
        ours, others = split_root(words[1:])
        with root.make_context("tracker", [*ours, *others], obj=App()) as ctx:
            name, leaf, more = root.resolve_command(ctx, others)
            while more and isinstance(leaf, LazyGroup):
                name, leaf, more = leaf.resolve_command(ctx, more)
            assert leaf is not None
            assert command.endswith(str(name))
            leaf.make_context(name, more, parent=ctx)


def test_a_command_made_without_the_root_has_both_names_of_help() -> None:
    leaf = leaves(views.app)["list"].load()
    assert leaf.make_context("list", [], obj=App(), resilient_parsing=True).help_option_names == ["-h", "--help"]


@pytest.mark.parametrize("command", ["", *GROUPS, *LEAVES])
def test_every_page_of_help_is_whole(run: Run, command: str) -> None:
    result = run(*command.split(), "--help", env={"COLUMNS": "100"})
    assert (result.code, result.err) == (0, "")
    assert result.out == run(*command.split(), "-h", env={"COLUMNS": "100"}).out
    assert result.out.startswith(f"Usage: {' '.join(['tracker', *command.split()])} ")
    assert "None" not in result.out
    for line in LEAVES.get(command, "").partition("\n\n")[2].split("\n"):
        assert line.strip() in result.out


def test_one_command_imports_no_other(tmp_path: Path) -> None:
    probe = (
        "import sys; from tracker.cli import main; main(sys.argv[1:]);"
        "print(sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('tracker.commands.')), file=sys.stderr)"
    )
    command = [sys.executable, "-c", probe, "log", "--help"]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert {"changes", "options", "lazy_group"} <= set(done.stderr.strip("[]\n").replace("'", "").split(", "))
    for other in ("views", "project", "capital", "milestone", "company", "database", "config", "entity_options"):
        assert f"'{other}'" not in done.stderr


def test_the_version_names_what_it_runs_on(run: Run) -> None:
    for words in ("-V", "--version"):
        assert run(words).out.startswith("tracker ")
        assert "SQLite" in run(words).out


def test_what_a_summary_can_be_grouped_by_is_what_the_option_offers() -> None:
    # The command names them itself, because importing the report for its completion would cost every command.
    assert options.GROUPINGS == grouping.GROUPINGS
