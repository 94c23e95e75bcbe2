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
from tracker.commands import reading
from tracker.commands.reports import REPORTS
from tracker.commands.root import COMMANDS, GROUPS, tree
from tracker.commands.tree import Branch
from tracker.reports import grouping


def _leaves() -> Iterator[tuple[str, str]]:
    """Every command with its docstring."""
    for name, module, _help in COMMANDS:
        if name == "report":
            for report, one, _short in REPORTS:
                [info] = import_module(f"tracker.commands.{one}").app.registered_commands
                assert info.name == report
                yield f"report {report}", info.callback.__doc__ or ""
            continue
        for info in import_module(f"tracker.commands.{module}").app.registered_commands:
            if name in GROUPS:
                yield f"{name} {info.name}", info.callback.__doc__ or ""
            elif info.name == name:
                yield name, info.callback.__doc__ or ""


LEAVES = dict(_leaves())


def test_the_commands_are_those_that_scripts_rely_on() -> None:
    assert list(LEAVES) == [
        *("init", "demo", "overview", "list", "show", "progress", "summary"),
        *("timeline", "changes", "check"),
        *(
            f"project {name}"
            for name in (
                *("add", "edit", "stage", "condition", "review", "rebaseline", "follow"),
                *("link", "unlink", "remove", "merge", "field"),
            )
        ),
        *(f"capital {name}" for name in ("record", "plan", "correct", "list")),
        *(f"milestone {name}" for name in ("plan", "forecast", "reach", "list", "remove")),
        *(f"company {name}" for name in ("add", "edit", "certify", "list", "show")),
        *(f"indicator {name}" for name in ("record", "target", "list")),
        *(f"request {name}" for name in ("open", "answer", "close", "list")),
        *(f"rate {name}" for name in ("set", "import", "list")),
        *(
            f"report {name}"
            for name in (
                *("monthly", "missing", "targets", "speed", "cluster"),
                *("slippage", "forecast", "earned-value", "ranking", "follow-ups", "bulletin"),
            )
        ),
        *("import", "export"),
        *(f"schedule {name}" for name in ("add", "list", "show", "remove", "install", "uninstall", "run")),
        *("log", "undo"),
        *(f"database {name}" for name in ("info", "upgrade", "seal", "check", "copy", "backup", "restore")),
        *(f"config {name}" for name in ("show", "set", "path")),
    ]


def test_every_module_of_a_command_serves_only_commands_in_the_table() -> None:
    for module in {module for name, module, _help in COMMANDS if name != "report"}:
        names = {name for name, other, _help in COMMANDS if other == module}
        registered = {info.name for info in import_module(f"tracker.commands.{module}").app.registered_commands}
        assert names <= registered or names <= set(GROUPS)


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
        with root.make_context("tracker", words[1:], obj=App()) as ctx:
            name, leaf, more = root.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
            while more and isinstance(leaf, Branch):
                name, leaf, more = leaf.resolve_command(ctx, more)
            assert leaf is not None
            assert command.endswith(str(name))
            leaf.make_context(name, more, parent=ctx)


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
    assert {"log", "options", "tree"} <= set(done.stderr.strip("[]\n").replace("'", "").split(", "))
    for other in ("reading", "project", "capital", "milestone", "company", "database", "config", "facts"):
        assert f"'{other}'" not in done.stderr


def test_the_version_names_what_it_runs_on(run: Run) -> None:
    for words in ("-V", "--version"):
        assert run(words).out.startswith("tracker ")
        assert "SQLite" in run(words).out


def test_what_a_summary_can_be_grouped_by_is_what_the_option_offers() -> None:
    # The command names them itself, because importing the report for its completion would cost every command.
    assert reading.GROUPINGS == grouping.GROUPINGS
