"""How far an import has come, on a terminal, once it takes longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from tracker.i18n import _

if TYPE_CHECKING:
    from tracker.importer.open_input import Incoming

_PATIENCE = 1.0
_EVERY = 0.2
_WIDTH = 30
_CLEAR = "\r\x1b[K"


class _Bar:
    """One line that is drawn over and over."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._begun = self._drawn = time.monotonic()
        self.shown = False

    def draw(self, place: int, share: float) -> None:
        """Draw the share of the file at `place`, not too often."""
        now = time.monotonic()
        if now - self._begun < _PATIENCE or now - self._drawn < _EVERY:
            return
        self._drawn, self.shown = now, True
        done = min(1.0, (place + share) / self._files)
        full = round(done * _WIDTH)
        self._write(f"\r{_('reading')} [{'#' * full}{'.' * (_WIDTH - full)}] {done:4.0%}")

    def clear(self) -> None:
        """Leave the line as it was."""
        if self.shown:
            self._write(_CLEAR)

    @staticmethod
    def _write(text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


@contextmanager
def watched(inputs: Sequence[Incoming]) -> Iterator[None]:
    """Draw how far the reading of `inputs` has come, where stderr is a terminal."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield
        return
    bar = _Bar(len(inputs))
    for place, one in enumerate(inputs):
        one.watch(partial(bar.draw, place))
    try:
        yield
    finally:
        bar.clear()
        for one in inputs:
            one.watch(None)
