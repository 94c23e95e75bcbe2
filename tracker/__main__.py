"""`python -m tracker`."""

from __future__ import annotations

from tracker.cli import run

if __name__ == "__main__":
    run()
