"""Whole sessions as text: commands after `$ `, and below each exactly what it prints; docs and tests are both played.

A line `# session: today=2023-02-28 database=demo lang=zh width=80` (in Markdown `<!-- session: … -->`) opens a new
session in an empty home, with the `file=` of tests/data in it, or the other files of the folder a session.txt lies in.
Markdown is played where a fence says ```console; everything else is left as it is.

A workbook is given as a text that can be read and compared, NAME.xlsx.txt: `# SHEET` begins a sheet, a line is a row,
its cells are between `|`. Numbers, percentages (numbers in the format 0%), £5 (in the format "£"0) and days are typed,
`'0012` is a text, `=1+1` a formula without a stored value, and `<` and `^` belong to the cell at their left and above.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.isolation import ROOT, clean_environment
from tracker import i18n

_SESSION = re.compile(r"^(?:#|<!--) session:(?P<words>[^>]*?)(?:-->)?$")
# A command that needs no shell, with variables before it and both streams as one behind it.
_OURS = re.compile(r"(?P<given>(?:\w+=[^\s$`]+ )*)tracker(?P<words>(?: [^|<>;&`$*]*)?)(?P<both> 2>&1)?")


@dataclass
class Examples:
    """The databases that sessions may begin with, each built in `home` when it is first asked for."""

    home: Path

    def path(self, name: str) -> Path:
        """The file of the example `name`: "demo" is the Pinghu portfolio, "synthetic" a made-up zone."""
        from tests.synthetic.replay import build_synthetic
        from tracker.commands.init import build
        from tracker.database import locate

        found = self.home / f"{name}.db"
        if not found.exists():
            if name == "synthetic":
                build_synthetic(locate(str(found)), 24, 1)
            else:
                build(locate(str(found)), "pinghu")
        return found


@dataclass
class Stage:
    """Where a session is played: its home, its environment, its folder."""

    home: Path
    examples: Examples
    given: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = ""

    def open(self, words: str) -> None:
        """Begin a new session as the words of a `session:` line say."""
        settings = dict(word.split("=", 1) for word in words.split())
        folder = Path(tempfile.mkdtemp(dir=self.home))
        names = {"today": "TRACKER_TODAY", "lang": "TRACKER_LANG", "width": "COLUMNS"}
        self.environment = clean_environment(folder) | {"TRACKER_ACTOR": "li.na", "LC_ALL": "C.UTF-8"}
        self.environment |= {names[key]: value for key, value in settings.items() if key in names}
        if "database" in settings:
            shutil.copy(self.examples.path(settings["database"]), folder / "zone.db")
            self.environment["TRACKER_DB"] = str(folder / "zone.db")
        if "file" in settings:
            shutil.copy(ROOT / "tests" / "data" / settings["file"], folder)
        for path in self.given.iterdir() if self.given else ():
            if path.name.endswith(".xlsx.txt"):
                write_workbook(path.read_text(encoding="utf-8"), folder / path.name.removesuffix(".txt"))
            elif path.name != "session.txt":
                shutil.copy(path, folder)
        self.folder = str(folder)
        os.chdir(folder)

    def run(self, command: str) -> str:
        """What `command` prints on both streams; of a shell only what follows a command of ours is left to it."""
        ours, *filters = command.split(" | ")
        found = _OURS.fullmatch(ours)
        if found is None or ours.count('"') % 2 or ours.count("'") % 2:
            printed = self._shell(command)
        else:
            given = dict(word.split("=", 1) for word in (found["given"] or "").split())
            out, err, code = self._in_process(shlex.split(found["words"]), given, merged=not filters or found["both"])
            if filters:
                out, code = self._shell(" | ".join(filters), out), 0
            printed = err + out + (f"[exit {code}]\n" if code else "")
        return printed.replace(self.folder, "~").replace(str(ROOT), "…") if self.folder else printed

    def _shell(self, command: str, text: str = "") -> str:
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        done = subprocess.run(
            ["bash", "-c", command],
            env=self.environment | {"PATH": path},
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    def _in_process(self, argv: list[str], given: dict[str, str], *, merged: object) -> tuple[str, str, int]:
        """Both streams and the exit code; `merged` streams are the first."""
        from tracker.cli import main

        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in "12")
        with _environment(self.environment | given):
            kept = sys.stdin, sys.stdout, sys.stderr
            sys.stdin, sys.stdout, sys.stderr = io.StringIO(), out, out if merged else err
            try:
                code = main(argv)
            finally:
                sys.stdin, sys.stdout, sys.stderr = kept
                i18n.choose("en")
        return _written(out), _written(err), code


def _written(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(wanted)
    time.tzset()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)
        time.tzset()


def replay(text: str, *, markdown: bool, home: Path, examples: Examples, given: Path | None = None) -> str:
    """`text` with what its commands really print below each of them; the files of the folder `given` are at hand."""
    stage, kept, out, fenced, skipping = Stage(home, examples, given), Path.cwd(), [], not markdown, False
    try:
        for line in text.splitlines():
            if found := _SESSION.match(line):
                stage.open(found["words"])
            if markdown and line.startswith("```"):
                fenced, skipping = line == "```console", False
            if fenced and line.startswith("$ "):
                out += [line, *stage.run(line[2:]).splitlines()]
                skipping = True
            elif not (fenced and skipping) or line.startswith("```") or (not markdown and line.startswith("#")):
                skipping = False
                out.append(line)
    finally:
        os.chdir(kept)
    return "\n".join(out) + "\n"


def write_workbook(text: str, path: Path) -> None:
    """Write the workbook that `text` describes."""
    import xlsxwriter  # type: ignore[import-untyped]  # it has no stubs

    with xlsxwriter.Workbook(path) as workbook:
        percent, day = workbook.add_format({"num_format": "0%"}), workbook.add_format({"num_format": "yyyy-mm-dd"})
        pounds = workbook.add_format({"num_format": '"£"#,##0'})
        for name, *lines in (part.splitlines() for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:]):
            sheet, rows = workbook.add_worksheet(name), [line.split("|") for line in lines]
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    right, below = (
                        _run(cells[column + 1 :], "<"),
                        _run(["".join(one[column : column + 1]) for one in rows[row + 1 :]], "^"),
                    )
                    if cell in ("<", "^", ""):
                        continue
                    if right or below:
                        sheet.merge_range(row, column, row + below, column + right, cell)
                    elif cell.startswith("="):
                        sheet.write_formula(row, column, cell, None, "")
                    elif re.fullmatch(r"[0-9.]+%", cell):
                        sheet.write_number(row, column, float(cell[:-1]) / 100, percent)
                    elif re.fullmatch(r"£\d+(\.\d+)?", cell):
                        sheet.write_number(row, column, float(cell[1:]), pounds)
                    elif re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
                        sheet.write_datetime(row, column, datetime.fromisoformat(cell), day)
                    elif re.fullmatch(r"-?\d+(\.\d+)?", cell):
                        sheet.write_number(row, column, float(cell))
                    else:
                        sheet.write_string(row, column, cell.removeprefix("'"))


def _run(cells: list[str], mark: str) -> int:
    """How many of the cells, from the first on, are the mark."""
    return next((place for place, cell in enumerate(cells) if cell != mark), len(cells))
