"""Whole sessions: every folder of sessions/ is played and must print what it says (`make accept` rewrites them).

A folder is a case: the files somebody was given, and session.txt with commands and exactly what they print.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from tests.transcript import Examples, replay

FILES = sorted((Path(__file__).parent / "sessions").glob("*/session.txt"))


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    """The databases sessions begin with, built once a process."""
    return Examples(tmp_path_factory.mktemp("examples"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_a_session_prints_what_its_transcript_says(
    path: Path, tmp_path: Path, examples: Examples, accept: bool
) -> None:
    written = path.read_text(encoding="utf-8")
    played = replay(written, markdown=False, home=tmp_path, examples=examples, given=path.parent)
    if accept:
        path.write_text(played, encoding="utf-8")
    else:
        assert played == written


_IMPORT = re.compile(r"^\$ (?:\S+=\S+ )*tracker import (\S+\.(?:csv|xlsx))(?: .*)?\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_HEADINGS = re.compile(r"headings in rows? (?:\d+ to )?(\d+)")
_PROJECTS = re.compile(r"^projects: (\d+) new, (\d+) changed, (\d+) same", re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_row_is_a_project_of_the_preview_or_said_to_be_left_out(path: Path) -> None:
    for name, printed in _IMPORT.findall(path.read_text(encoding="utf-8")):
        headings, projects = _HEADINGS.search(printed), _PROJECTS.search(printed)
        if headings and projects:
            rows = [row for row in _rows(path.parent / name, printed)[int(headings[1]) :] if any(map(str.strip, row))]
            left_out = [int(row) for row in re.findall(r": row (\d+) left out", printed)]
            below = sum(row > int(headings[1]) for row in left_out)
            assert len(rows) == sum(map(int, projects.groups())) + below, name


def _rows(path: Path, printed: str) -> list[list[str]]:
    """The rows of the first sheet of a workbook, or of a text read as the preview says it is written."""
    if path.suffix == ".xlsx":
        lines = path.with_name(f"{path.name}.txt").read_text(encoding="utf-8").split("\n# ")[0].splitlines()
        return [line.split("|") for line in lines[1:]]
    encoding, delimiter = re.search(r"text in (\S+), cells between (?:“(.)”|tab)", printed).groups("\t")  # type: ignore[union-attr]
    text = path.read_bytes().decode(encoding).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
