"""Templates of bulletins carried out: they see the values and nothing else of the machine.

Run as a program for a template of somebody's own, so that what it asks for ends this process and no other: standard
input holds the pickled language, source and values, standard output gets the text or what is wrong as JSON. Imported
for the built-in template alone, and when a bulletin is written: the library behind it is not small.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import TracebackType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tracker.i18n import _, choose, language
from tracker.reports.bulletin import Bulletin
from tracker.text import did_you_mean, shorten, show

MEMORY = 256 * 2**20
SECONDS = 5
MOST_TEXT = 2_000_000


class Unfit(Exception):
    """A template that cannot be followed: the line, None where it is not known, and the reason."""


def render(source: str, values: Mapping[str, Any]) -> str:
    """What the template `source` makes of the values: an unknown name is an error. Raises Unfit."""
    made = ImmutableSandboxedEnvironment(
        undefined=_Unknown, finalize=_known_or_word, loader=_Alone(), trim_blocks=True, lstrip_blocks=True
    )
    # Neither may say something else the next time.
    del made.filters["random"], made.globals["lipsum"]
    try:
        parts, length = [], 0
        for part in made.from_string(source).generate(values):
            parts.append(part)
            length += len(part)
            if length > MOST_TEXT:
                raise OverflowError
        return "".join(parts)
    except TemplateSyntaxError as error:
        raise Unfit(error.lineno, show(error.message or "")) from None
    except (OverflowError, MemoryError, RecursionError) as error:
        raise Unfit(_line(error), None) from None
    except Exception as error:
        # The values are all made by now, so whatever goes wrong was asked for by the template.
        raise Unfit(_line(error), shorten(str(error) or type(error).__name__, 200)) from None


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


class _Alone(BaseLoader):
    """Finds no other template."""

    def get_source(self, environment: Any, template: str) -> Any:
        raise ValueError(_("a template cannot include another one"))


class _Unknown(StrictUndefined):
    """A name that is not there, refused with the closest one that is."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or _missing(self._undefined_obj, str(self._undefined_name))


def _missing(thing: object, name: str) -> str:
    if thing is None:
        sentence = _("“{name}” is asked of something that is not known: ask first with {test}")
        return sentence.format(name=shorten(name), test="{% if … %}")
    known = [field.name for field in fields(thing if is_dataclass(thing) else Bulletin)]
    return _("there is no “{name}”{hint}").format(name=shorten(name), hint=did_you_mean(name, known))


def _known_or_word(value: object) -> object:
    return {"zh": "未知", "en": "not known"}[language()] if value is None else value


def main() -> None:
    """Carry out one template within limits of memory and time."""
    import resource

    lang, source, values = pickle.load(sys.stdin.buffer)
    choose(lang)
    for what, most in (
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    try:
        found: Any = render(source, values)
    except Unfit as unfit:
        found = unfit.args
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
