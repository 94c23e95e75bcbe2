"""A bulletin as text, from a template anybody may edit: it sees the values and nothing else of the machine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.reports.bulletin import Bulletin
from tracker.text import did_you_mean, shorten, show

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST = 200_000
MOST_TEXT = 2_000_000
MOST_STEPS = 2_000_000
_MOST_NUMBER = 10**12
_NUMBERS = (int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a template and what it is called in refusals."""

    name: str
    source: str


class _Runaway(Exception):
    """A template that does not come to an end."""


def built_in(lang: str) -> Template:
    """The template that comes with the program."""
    name = f"bulletin.{lang}.md"
    return Template(name, files("tracker.reports").joinpath("templates", name).read_text(encoding="utf-8"))


def read_template(path: Path) -> Template:
    """The template in a file. Raises UsageError where it is no text in UTF-8 of at most LONGEST characters."""
    name = shorten(str(path))
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
    values = {field.name: getattr(bulletin, field.name) for field in fields(bulletin)}
    with _refusals(template), _steps_counted():
        text = "".join(_within_bounds(_environment().from_string(template.source).generate(values)))
    return _tidy(show(text.expandtabs(4), lines=True))


def _within_bounds(parts: Iterator[str]) -> Iterator[str]:
    length = 0
    for part in parts:
        length += len(part)
        if length > MOST_TEXT:
            raise _Runaway
        yield part


def _tidy(text: str) -> str:
    """No blanks at the end of a line and no two blank lines in a row: what is left out leaves no hole."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip("\n") + "\n"


# --- the sandbox ----------------------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    """A sandbox without files, in which an unknown name is an error and None is said to be not known."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Unknown(StrictUndefined):
        """A name that is not there, refused with the closest one that is."""

        __slots__ = ()

        @property
        def _undefined_message(self) -> str:
            return self._undefined_hint or _missing(self._undefined_obj, str(self._undefined_name))

    class Sandbox(ImmutableSandboxedEnvironment):
        """Arithmetic on numbers of a sensible size, and no methods of texts: filters do the same within bounds."""

        intercepted_binops = frozenset(("*", "**", "%"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or not all(isinstance(one, _NUMBERS) for one in (left, right)):
                raise TypeError(_("only numbers can be multiplied, and none raised to a power"))
            if max(abs(left), abs(right)) > _MOST_NUMBER:
                raise _Runaway
            return super().call_binop(context, operator, left, right)

        def wrap_str_format(self, value: Any) -> None:
            return None

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return super().is_safe_attribute(obj, attr, value) and not (isinstance(obj, str) and callable(value))

    # Nothing is worked out while compiling, where no bound holds.
    made = Sandbox(undefined=Unknown, finalize=_finally, trim_blocks=True, lstrip_blocks=True, optimized=False)
    for padding in ("center", "format", "indent", "pprint", "urlize", "wordwrap", "xmlattr", "random"):
        del made.filters[padding]
    del made.globals["lipsum"]
    return made


def _finally(value: object) -> object:
    return {"zh": "未知", "en": "not known"}[language()] if value is None else value


def _missing(thing: object, name: str) -> str:
    if thing is None:
        sentence = _("“{name}” is asked of something that is not known: ask first with {test}")
        return sentence.format(name=shorten(name), test="{% if … %}")
    known = [field.name for field in fields(thing if is_dataclass(thing) else Bulletin)]
    return _("there is no “{name}”{hint}").format(name=shorten(name), hint=did_you_mean(name, known))


@contextmanager
def _steps_counted() -> Iterator[None]:
    """Stop what runs for more than MOST_STEPS lines of code: a loop in a loop can print nothing for hours."""
    left = MOST_STEPS

    def step(_frame: FrameType, event: str, _what: object) -> Any:
        nonlocal left
        left -= event == "line"
        if left < 0:
            raise _Runaway
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
    from jinja2 import TemplateSyntaxError

    try:
        yield
    except TemplateSyntaxError as error:
        raise _refused(template, error.lineno, show(error.message or "")) from None
    except (_Runaway, OverflowError, MemoryError, RecursionError) as error:
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
