"""Text files with delimiters, read record by record: the file is never in memory as a whole."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice

from tracker.errors import InputRejected
from tracker.i18n import _
from tracker.importer.readers.encodings import Encoding
from tracker.importer.readers.origin import Origin
from tracker.importer.readers.table import Cells, Progress

# Lines are taken from the file by so many characters at once; no record goes over more of them than this.
BLOCK = 2**16
_MOST_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text file, with their ends. `declared`: the first names the delimiter, and is blank here."""

    origin: Origin
    encoding: Encoding
    declared: bool = False

    def blocks(self, progress: Progress | None) -> Iterator[list[str]]:
        """The lines, some at a time. Raises InputRejected where the file has been changed."""
        try:
            with self.origin.path.open("rb") as file:
                text = TextIOWrapper(file, self.encoding.codec, self.encoding.errors, newline="")
                size = os.fstat(file.fileno()).st_size or 1
                lines = text.readlines(BLOCK)
                if lines:
                    # Blank, not gone: the rows after it keep their numbers.
                    lines[0] = "\n" if self.declared else lines[0].removeprefix("\ufeff")
                while lines:
                    yield lines
                    if progress is not None:
                        progress(min(os.lseek(file.fileno(), 0, os.SEEK_CUR) / size, 1.0))
                    lines = text.readlines(BLOCK)
        except (OSError, UnicodeError):
            raise InputRejected(_("{name} was changed while it was read").format(name=self.origin.name)) from None


@dataclass(frozen=True, slots=True)
class Delimited:
    """The records of a text file, whose cells stand between delimiters and may be quoted."""

    lines: Lines
    delimiter: str

    def records(self, progress: Progress | None) -> Iterator[Cells]:
        """Every record, as lists of texts; a blank line is an empty one.

        Raises InputRejected where quotes do not end, a cell is too long or the file has been changed.
        """
        count = 0

        def lines() -> Iterator[list[str]]:
            before, unmoved = 0, 0
            for block in self.lines.blocks(progress):
                yield block
                before, unmoved = count, unmoved + 1 if count == before else 0
                if unmoved > _MOST_BLOCKS:
                    raise csv.Error("field limit")

        reader = csv.reader(chain.from_iterable(lines()), delimiter=self.delimiter, strict=True)
        try:
            for count, record in enumerate(reader, 1):  # noqa: B007 - lines() looks at it
                yield record
        except csv.Error as error:
            raise self._refusal(str(error), reader.line_num) from None

    def _refusal(self, reason: str, read: int) -> InputRejected:
        line = self._line_of_error(read)
        if "unexpected end of data" in reason:
            problem = _("{name}: a double quote that opens in line {line} is never closed")
        elif "field limit" in reason:
            problem = _(
                "{name}: the row that begins in line {line} is too long for a table; is a double quote missing?"
            )
        else:
            problem = _(
                "{name}: the double quotes in line {line} do not fit: one inside a quoted text is doubled, and nothing "
                "stands after the last"
            )
        return InputRejected(problem.format(name=self.lines.origin.name, line=line))

    def _line_of_error(self, read: int) -> int:
        """The line at which the record begins that could not be read, when so many lines had been read."""
        line = 1
        lines = islice(chain.from_iterable(self.lines.blocks(None)), read)
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        try:
            for _record in reader:
                line = reader.line_num + 1
        except csv.Error:
            pass
        return line
