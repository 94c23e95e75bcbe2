"""JSON with exact numbers: 0.1 stays 0.1, and eighteen digits stay eighteen digits, out and in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from tracker.errors import InputRejected
from tracker.i18n import _


def write_package(package: dict[str, Any]) -> bytes:
    """The package as UTF-8 text, indented, its Decimals as plain numbers."""
    # What is no character of UTF-8 becomes the escape that JSON has for it.
    return ("".join(_pieces(package, "\n")) + "\n").encode(errors="backslashreplace")


def _pieces(value: Any, newline: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        deeper = newline + "  "
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value] if isinstance(value, dict) else None
        yield opening
        for place, item in enumerate(value.values() if isinstance(value, dict) else value):
            yield ("," if place else "") + deeper + (keys[place] if keys else "")
            yield from _pieces(item, deeper)
        yield newline + closing
    elif isinstance(value, Decimal):
        yield f"{value:f}"
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)


def parse_json(data: bytes) -> Any:
    """What a JSON file says, fractions as Decimal. Raises InputRejected where it is no JSON."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise InputRejected(_("the file is not UTF-8 text: save it as UTF-8")) from None
    except json.JSONDecodeError as error:
        raise InputRejected(
            _("the file is not JSON: {reason} in line {line}, column {column}").format(
                reason=error.msg, line=error.lineno, column=error.colno
            )
        ) from None
    except (ValueError, ArithmeticError):  # a number of thousands of digits, an exponent beyond any computer
        raise InputRejected(_("the file holds a number that is none: NaN, Infinity, or one far too long")) from None
    except RecursionError:
        raise InputRejected(_("the file is nested too deeply to be a project package")) from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)
