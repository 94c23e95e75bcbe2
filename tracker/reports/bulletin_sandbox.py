"""Where templates of bulletins are carried out: no files, no insides of values, nothing that grows without bound.

Imported when a bulletin is written, and never before: the library behind it is not small.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tracker.i18n import _, language
from tracker.reports.bulletin import Bulletin
from tracker.text import did_you_mean, shorten

__all__ = ["Runaway", "TemplateSyntaxError", "environment"]

_LARGEST_BASE, _LARGEST_POWER, _LARGEST_FACTOR = 1000, 20, 10**30
# They make a text as long as they are told to.
_PADDING = ("center", "format", "indent", "pprint", "urlize", "wordwrap", "xmlattr")


class Runaway(Exception):
    """A template that does not come to an end."""


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox: an unknown name is an error, and None is said to be not known."""
    # Nothing is worked out while compiling, where no bound holds.
    made = _Sandbox(
        undefined=_Unknown, finalize=_said, loader=_Alone(), trim_blocks=True, lstrip_blocks=True, optimized=False
    )
    for name in _PADDING:
        del made.filters[name]
    # Neither may say something else the next time.
    del made.filters["random"], made.globals["lipsum"]
    return made


class _Sandbox(ImmutableSandboxedEnvironment):
    """Arithmetic on numbers of a sensible size, and no methods of texts: filters do the same within bounds."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not (_is_number(left) and _is_number(right)):
            raise TypeError(_("{operator} works on numbers alone").format(operator=operator))
        if operator == "*" and max(abs(left), abs(right)) > _LARGEST_FACTOR:
            raise Runaway
        if operator == "**" and (abs(left) > _LARGEST_BASE or abs(right) > _LARGEST_POWER):
            raise Runaway
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> None:
        # Elsewhere the library wraps the method; here it is refused like all methods of texts.
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and not (isinstance(obj, str) and callable(value))


class _Alone(BaseLoader):
    """Finds no other template."""

    def get_source(self, environment: Any, template: str) -> Any:
        raise ValueError(_("a template stands alone and takes in no other"))


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


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal)


def _said(value: object) -> object:
    return {"zh": "未知", "en": "not known"}[language()] if value is None else value
