"""How far a value walks: lines, modules, and the functions and files of which rooms receive four values; printed only.

    .venv/bin/python tests/walk.py            # of this checkout
    .venv/bin/python tests/walk.py PATH       # of another checkout, with the same interpreter's libraries

A value is an object that is none before: a marked amount, cell, day or name. A function receives it where one of its
arguments, or what it returns, holds the mark in its text.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# Name, what is typed before, and the words whose value is followed; a mark is looked for in several spellings.
WALKS = (
    (
        "amount of `capital record`",
        ["capital", "record", "p", "completed", "7391元", "--on", "2023-02"],
        ("7391", "739100"),
    ),
    ("cell of `import`", ["import", "sheet.csv", "--apply"], ("8642", "864200")),
    ("`--as-of` of `progress`", ["progress", "--as-of", "2021-07-13"], ("2021-07-13", "date(2021, 7, 13)")),
    (
        "target of a schedule",
        [
            "schedule",
            "add",
            "weekly",
            "--when",
            "every monday 08:00",
            "--report",
            "progress",
            "--to",
            "mailto:qz@example.org",
        ],
        ("qz@example.org",),
    ),
)
SHEET = "code,name,total\nq,新项目,8642元\n"
_MOST = 20_000


def measure(words: list[str], marks: tuple[str, ...]) -> tuple[set[str], set[tuple[str, str]]]:
    """The files and the functions of the program that receive a value with one of these marks."""
    from tracker.cli import main

    package = str(Path(sys.modules["tracker"].__path__[0]))
    files: set[str] = set()
    functions: set[tuple[str, str]] = set()

    def holds(value: Any) -> bool:
        try:
            text = repr(value)
        except Exception:
            return False
        return len(text) < _MOST and any(mark in text for mark in marks)

    def watch(frame: FrameType, event: str, argument: Any) -> None:
        place = frame.f_code.co_filename
        if event not in ("call", "return") or not place.startswith(package):
            return
        code = frame.f_code
        if (place, code.co_qualname) in functions:
            return
        taken = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        values = [frame.f_locals.get(name) for name in taken] if event == "call" else [argument]
        if any(holds(value) for value in values):
            files.add(place)
            functions.add((place, code.co_qualname))

    sys.setprofile(watch)
    try:
        code = main(words)
    finally:
        sys.setprofile(None)
    assert code == 0, (words, code)
    return files, functions


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def main() -> None:
    """Print the figures of the checkout in the current folder."""
    from tracker.cli import main as tracker

    package = Path(sys.modules["tracker"].__path__[0])
    modules = list(package.rglob("*.py"))
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in modules)
    print(f"{lines:,} lines in {len(modules)} modules")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ |= {"HOME": folder, "TRACKER_TODAY": "2023-03-01", "TRACKER_DB": f"{folder}/a.db"}
        Path("sheet.csv").write_text(SHEET, "utf-8")
        settings = Path(folder, ".config", "tracker", "config.toml")
        settings.parent.mkdir(parents=True)
        settings.write_text('[mail]\nhost = "localhost"\nfrom = "zone@example.org"\n', "utf-8")
        with _silence():
            assert tracker(["init"]) == 0
            assert tracker(["project", "add", "p", "--name", "P"]) == 0
        for name, words, marks in WALKS:
            with _silence():
                files, functions = measure(list(words), marks)
            print(f"{name}: {len(functions)} functions in {len(files)} files")
            rooms = Counter(Path(file).relative_to(package).parts[0].removesuffix(".py") for file in files)
            print("   ", ", ".join(f"{room} {count}" for room, count in rooms.most_common()))


if __name__ == "__main__":
    checkout = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT).resolve()
    if "TRACKER_WALK" not in os.environ:
        # A process of its own: nothing of this program is loaded before, and the checkout comes first on the path.
        environment = {**os.environ, "TRACKER_WALK": "1", "PYTHONPATH": str(checkout)}
        command = [sys.executable, __file__, str(checkout)]
        sys.exit(subprocess.run(command, env=environment, cwd=checkout, check=False).returncode)
    sys.path.insert(0, str(checkout))
    main()
