"""Plays every console example of the READMEs and docs/: `--check` compares, without it they are rewritten.

Named pages are played alone: `tests/docs.py docs/schedules.md`.

A line `<!-- picture: PATH.svg SESSION-WORDS: tracker … -->` draws a terminal with what the command prints.
"""

from __future__ import annotations

import difflib
import html
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference.md"
sys.path.insert(0, str(ROOT))

from tests.transcript import Examples, Stage, replay  # noqa: E402 - found only once the checkout is on the path


def pages() -> list[Path]:
    """The pages whose examples are played."""
    found = {*(ROOT / "docs").rglob("*.md"), REFERENCE}
    return [ROOT / "README.md", ROOT / "README.zh.md", *sorted(found)]


def reference() -> str:
    """The page of every command and setting, its examples still to be played."""
    from tracker.commands.lazy_group import LazyGroup
    from tracker.commands.root import tree

    lines = [
        "# Reference",
        "",
        "Every command with its options, and every setting, as the program prints them; written by `make accept`.",
        "",
        "<!-- session: today=2023-02-28 width=100 -->",
        "",
        "## tracker",
        *_example("tracker --help"),
    ]
    for name, entry in tree().entries.items():
        lines += [f"## {name}", *_example(f"tracker {name} --help")]
        command = entry.load()
        for below in command.entries if isinstance(command, LazyGroup) else ():
            lines += [f"### {name} {below}", *_example(f"tracker {name} {below} --help")]
    return "\n".join([*lines, "## Settings", *_example("tracker --db ledger.db config show")])


def _example(command: str) -> list[str]:
    return ["", "```console", f"$ {command}", "```", ""]


def pictures(text: str, home: Path, examples: Examples) -> Iterator[tuple[Path, str]]:
    """The pictures a page asks for: where each lies, and its SVG."""
    for path, words, command in re.findall(r"<!-- picture: (\S+) ([^:]*): (.*?) -->", text):
        stage, kept = Stage(home, examples), Path.cwd()
        stage.open(words)
        try:
            printed = stage.run(command.replace("tracker", "tracker --color always", 1))
        finally:
            os.chdir(kept)
        yield ROOT / path, terminal(f"$ {command}\n{printed}", int(stage.environment["COLUMNS"]))


def terminal(printed: str, columns: int) -> str:
    """A terminal with the coloured text `printed` as SVG: every run of narrow or wide letters at its column.

    Rich's own export counts a wide letter as one column. Nothing in the picture is loaded from elsewhere.
    """
    console, theme = Console(width=columns, color_system="truecolor", file=io.StringIO()), DIMMED_MONOKAI
    lines = Text.from_ansi(printed.rstrip()).split("\n")
    width, height = columns * 8 + 32, len(lines) * 19 + 28
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="13"'
        " font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace\">",
        f'<rect width="{width}" height="{height}" rx="8" fill="{theme.background_color.hex}"/>',
    ]
    for row, line in enumerate(lines):
        column = 0
        for segment in line.render(console):
            style = segment.style or Style()
            ink = style.color.get_truecolor(theme) if style.color else theme.foreground_color
            weight = ' font-weight="bold"' if style.bold else ' opacity="0.7"' if style.dim else ""
            for run in re.findall(r"[\u1100-\uffff]+|[^\u1100-\uffff]+", segment.text):
                cells = cell_len(run)
                if run.strip():
                    out.append(
                        f'<text x="{16 + column * 8}" y="{28 + row * 19}" textLength="{cells * 8}" xml:space="preserve"'
                        f' fill="{ink.hex}"{weight}>{html.escape(run)}</text>'
                    )
                column += cells
    return "\n".join([*out, "</svg>\n"])


def main(argv: list[str]) -> int:
    """Check or rewrite every page; the exit code is 1 where a checked page differs."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        examples = Examples(home)
        named = [ROOT / name for name in argv if not name.startswith("-")]
        for page in named or pages():
            written = reference() if page == REFERENCE else page.read_text(encoding="utf-8")
            made = {page: replay(written, markdown=True, home=home, examples=examples)}
            made |= dict(pictures(written, home, examples))
            for path, now in made.items():
                before = path.read_text(encoding="utf-8") if path.exists() else ""
                if now == before:
                    continue
                if "--check" not in argv:
                    path.write_text(now, encoding="utf-8")
                    continue
                wrong += 1
                name = str(path.relative_to(ROOT))
                sys.stdout.writelines(
                    difflib.unified_diff(before.splitlines(True), now.splitlines(True), name, f"{name} as played")
                )
    if wrong:
        sys.stdout.write("documents differ from what the program prints: run `make accept` and review the diff\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
