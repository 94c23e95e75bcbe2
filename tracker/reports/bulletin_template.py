"""A bulletin as text, from a template anybody may edit."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

from tracker.errors import UsageError
from tracker.i18n import _, language
from tracker.reports.bulletin import Bulletin, apart
from tracker.text import show

LONGEST = 200_000
# The limit on the processor's time is the process's own; this one is for a machine that is busy.
_SECONDS = 120


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

    A template of somebody's own is carried out in a process of its own, within limits of memory and time. Raises
    UsageError, with the line and the closest known name, for one that cannot be followed.
    """
    found: Any
    values = {field.name: getattr(bulletin, field.name) for field in fields(bulletin)}
    if template == built_in(language()):
        from tracker.reports.bulletin_sandbox import render

        found = render(template.source, values)
    else:
        found = _rendered_apart(template.source, values)
    if isinstance(found, str):
        return _tidy(show(apart(found).expandtabs(4), lines=True))
    line, reason = found
    reason = reason or _("it takes too long or grows too large: shorten its loops")
    if line is None:
        raise UsageError(_("the template {name}: {reason}").format(name=template.name, reason=reason))
    raise UsageError(
        _("the template {name}, line {line}: {reason}").format(name=template.name, line=line, reason=reason)
    )


def _rendered_apart(source: str, values: dict[str, Any]) -> Any:
    """The text, or the line and the reason why there is none, each None where it is not known."""
    try:
        done = subprocess.run(
            (sys.executable, "-P", "-m", "tracker.reports.bulletin_sandbox"),
            input=pickle.dumps((language(), source, values)),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None, None
    return json.loads(done.stdout)


def _tidy(text: str) -> str:
    """No blanks at the end of a line and no two blank lines in a row: what is left out leaves no hole."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).rstrip("\n") + "\n"
