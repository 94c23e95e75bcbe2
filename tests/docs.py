"""Plays every console example of the READMEs and docs/: `--check` compares, without it they are rewritten.

A line `<!-- picture: PATH.svg SESSION-WORDS: tracker … -->` draws a terminal with what the command prints.
"""

from __future__ import annotations

import difflib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.transcript import Examples, Stage, replay  # noqa: E402 - found only once the checkout is on the path


def pages() -> list[Path]:
    """The pages whose examples are played."""
    return [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]


def pictures(text: str, home: Path, examples: Examples) -> Iterator[tuple[Path, str]]:
    """The pictures a page asks for: where each lies, and its SVG. Nothing in it is loaded from elsewhere."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.terminal_theme import DIMMED_MONOKAI
    from rich.text import Text

    frame = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    for path, words, command in re.findall(r"<!-- picture: (\S+) ([^:]*): (.*?) -->", text):
        stage, kept = Stage(home, examples), Path.cwd()
        stage.open(words)
        try:
            printed = stage.run(command.replace("tracker", "tracker --color always", 1))
        finally:
            os.chdir(kept)
        console = Console(record=True, width=int(stage.environment["COLUMNS"]), file=io.StringIO())
        console.print(Text.from_ansi(printed.rstrip()), soft_wrap=True)
        drawn = console.export_svg(title=command, theme=DIMMED_MONOKAI, code_format=frame, unique_id="picture")
        yield ROOT / path, re.sub(r"[ \t]+$", "", drawn, flags=re.MULTILINE)


def main(argv: list[str]) -> int:
    """Check or rewrite every page; the exit code is 1 where a checked page differs."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        examples = Examples(home)
        for page in pages():
            written = page.read_text(encoding="utf-8")
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
