"""Plays every console example of README.md and docs/: `--check` compares, without it they are rewritten."""

from __future__ import annotations

import difflib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.transcript import Examples, replay  # noqa: E402 - found only once the checkout is on the path


def pages() -> list[Path]:
    """The pages whose examples are played."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def main(argv: list[str]) -> int:
    """Check or rewrite every page; the exit code is 1 where a checked page differs."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        examples = Examples(home)
        for page in pages():
            written = page.read_text(encoding="utf-8")
            played = replay(written, markdown=True, home=home, examples=examples)
            if played == written:
                continue
            if "--check" not in argv:
                page.write_text(played, encoding="utf-8")
                continue
            wrong += 1
            name = str(page.relative_to(ROOT))
            sys.stdout.writelines(
                difflib.unified_diff(written.splitlines(True), played.splitlines(True), name, f"{name} as played")
            )
    if wrong:
        sys.stdout.write("documents differ from what the program prints: run `make accept` and review the diff\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
