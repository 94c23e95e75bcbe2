"""A bulletin as text, from a template anybody may edit: it sees the values and nothing else of the machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.reports.bulletin import Bulletin
from tracker.text import shorten, show

LONGEST = 200_000
MOST_TEXT = 2_000_000
MOST_STEPS = 500_000


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a template and what it is called in refusals."""

    name: str
    source: str


def built_in(lang: str) -> Template:
    """The template that comes with the program."""
    name = f"bulletin.{lang}.md"
    return Template(name, files("tracker.reports").joinpath("templates", name).read_text(encoding="utf-8"))


def read_template(path: Path) -> Template:
    """The template in a file. Raises UsageError where it is no text in UTF-8 of at most LONGEST characters."""
    name = show(str(path))
    try:
        if not path.is_file():
            raise UsageError(
                _("there is no template file {path}: write one with --write-template -o FILE").format(path=name)
            )
        with path.open(encoding="utf-8-sig") as file:
            source = file.read(LONGEST + 1)
    except (UnicodeDecodeError, ValueError):
        raise UsageError(_("the template {path} is not text in UTF-8: save it as UTF-8").format(path=name)) from None
    except OSError as error:
        reason = show(error.strerror or str(error))
        raise UsageError(_("the template {path} cannot be read: {reason}").format(path=name, reason=reason)) from None
    if len(source) > LONGEST:
        raise UsageError(
            _("the template {path} has more than {longest} characters: shorten it").format(path=name, longest=LONGEST)
        )
    return Template(name, source)


def written(bulletin: Bulletin, template: Template) -> str:
    """The sentences of a bulletin: paragraphs of one line each, one blank line between, nothing that steers a terminal.

    Raises UsageError, with the line and the closest known name, for a template that cannot be followed.
    """
    from tracker.reports.bulletin_sandbox import environment

    values = {field.name: getattr(bulletin, field.name) for field in fields(bulletin)}
    with _refusals(template):
        compiled = environment().from_string(template.source)
        with _steps_counted():
            text = "".join(_within_bounds(compiled.generate(values)))
    return _tidy(show(text.expandtabs(4), lines=True))


def _tidy(text: str) -> str:
    """No blanks at the end of a line and no two blank lines in a row: what is left out leaves no hole."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip("\n") + "\n"


# --- bounds -----------------------------------------------------------------------------------------------------------


def _within_bounds(parts: Iterator[str]) -> Iterator[str]:
    from tracker.reports.bulletin_sandbox import Runaway

    length = 0
    for part in parts:
        length += len(part)
        if length > MOST_TEXT:
            raise Runaway
        yield part


@contextmanager
def _steps_counted() -> Iterator[None]:
    """Stop what runs for more than MOST_STEPS lines of code: a loop in a loop can print nothing for hours."""
    from tracker.reports.bulletin_sandbox import Runaway

    left = MOST_STEPS

    def step(_frame: FrameType, event: str, _what: object) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise Runaway
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        yield
    finally:
        sys.settrace(before)


# --- refusals -------------------------------------------------------------------------------------------------------


@contextmanager
def _refusals(template: Template) -> Iterator[None]:
    """What a template does wrong, in one sentence with the line."""
    from tracker.reports.bulletin_sandbox import Runaway, TemplateSyntaxError

    try:
        yield
    except TemplateSyntaxError as error:
        raise _refused(template, error.lineno, show(error.message or "")) from None
    except (Runaway, OverflowError, MemoryError, RecursionError) as error:
        raise _refused(template, _line(error), _("it takes too long or grows too large: shorten its loops")) from None
    except Exception as error:
        # The values are all made by now, so whatever goes wrong was asked for by the template.
        raise _refused(template, _line(error), shorten(str(error) or type(error).__name__, 200)) from None


def _refused(template: Template, line: int | None, reason: str) -> UsageError:
    if line is None:
        return UsageError(_("the template {name}: {reason}").format(name=template.name, reason=reason))
    return UsageError(
        _("the template {name}, line {line}: {reason}").format(name=template.name, line=line, reason=reason)
    )


def _line(error: BaseException) -> int | None:
    """The line of the template in which an error arose; None where it did before the first."""
    found: int | None = None
    place: TracebackType | None = error.__traceback__
    while place is not None:
        # How the library marks the places it has translated back into lines of the template.
        if "__jinja_exception__" in place.tb_frame.f_globals:
            found = place.tb_lineno
        place = place.tb_next
    return found
