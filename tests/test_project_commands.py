"""Several projects at once, as a person types it: edited together, merged into one, named by the program."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.conftest import Result, Run
from tracker.app import App

TODAY = "2023-03-31"


@pytest.fixture
def db(run: Run, tmp_path: Path) -> Path:
    """An empty ledger."""
    path = tmp_path / "a.db"
    done(run("--db", path, "init", today=TODAY))
    return path


def done(result: Result) -> Result:
    """The result of a call that has to succeed."""
    assert result.code == 0, result.err
    return result


def rows(run: Run, db: Path, *words: str) -> list[dict[str, str]]:
    """The rows of a listing."""
    return list(csv.DictReader(io.StringIO(done(run("--db", db, *words, "-f", "csv", today=TODAY)).out)))


class TestEditingSeveral:
    """`tracker project edit A B C`."""

    @pytest.fixture(autouse=True)
    def projects(self, run: Run, db: Path) -> None:
        for code, owner in (("a", "李娜"), ("b", "李娜"), ("c", "王芳")):
            done(run("--db", db, "project", "add", code, "--owner", owner, "--stage", "signed", today=TODAY))

    def owners(self, run: Run, db: Path) -> dict[str, str]:
        return {row["code"]: row["owner"] for row in rows(run, db, "list", "--columns", "code,owner")}

    def test_codes_are_edited_in_one_change(self, run: Run, db: Path) -> None:
        said = done(run("--db", db, "project", "edit", "a", "c", "a", "--owner", "赵", today=TODAY)).err
        assert said.count("changed") == 2
        assert said.count("recorded") == 1
        assert self.owners(run, db) == {"a": "赵", "b": "李娜", "c": "赵"}
        done(run("--db", db, "undo", today=TODAY))
        assert self.owners(run, db) == {"a": "李娜", "b": "李娜", "c": "王芳"}

    def test_filters_stand_for_codes_and_are_asked_about(
        self, run: Run, db: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = (
            "--db",
            db,
            "project",
            "edit",
            "--where",
            "owner=李娜",
            "--where",
            "stage=签约，filed",
            "--owner",
            "赵",
        )
        assert run(*words, today=TODAY).code == 2
        assert "dry run" in done(run(*words, "-n", today=TODAY)).err
        monkeypatch.setattr(App, "has_terminal", property(lambda _self: True))
        refused = run(*words, today=TODAY, input="n\n")
        assert (refused.code, "Change 2 projects?" in refused.err) == (1, True)
        assert self.owners(run, db) == {"a": "李娜", "b": "李娜", "c": "王芳"}
        assert "project a changed" in done(run(*words, today=TODAY, input="y\n")).err
        assert self.owners(run, db) == {"a": "赵", "b": "赵", "c": "王芳"}

    @pytest.mark.parametrize(
        ("words", "code", "said"),
        [
            (("--owner", "x"), 2, "give the projects"),
            (("a", "--where", "owner=李娜", "--owner", "x"), 2, "give the projects"),
            (("a", "zz", "--owner", "x"), 2, "there is no project “zz”"),
            (("a", "b", "--name", "x"), 2, "belong to one project"),
            (("a", "b", "--alias", "x"), 2, "belong to one project"),
            (("--where", "ower=x", "--owner", "x"), 2, "did you mean “owner”?"),
            (("--where", "owner", "--owner", "x"), 2, "is no filter"),
            (("--where", "stage=x", "--owner", "x"), 2, "x"),
            (("--where", "owner=nobody", "--owner", "x"), 0, "no project matches"),
        ],
    )
    def test_what_cannot_be_is_refused(self, run: Run, db: Path, words: tuple[str, ...], code: int, said: str) -> None:
        result = run("--db", db, "project", "edit", *words, "--yes", today=TODAY)
        assert (result.code, said in result.err) == (code, True), result.err
        assert self.owners(run, db) == {"a": "李娜", "b": "李娜", "c": "王芳"}
