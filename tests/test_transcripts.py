"""Whole sessions: every folder of sessions/ is played and must print what it says (`make accept` rewrites them).

A folder is a case: the files somebody was given, and session.txt with commands and exactly what they print.
"""

from __future__ import annotations

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
