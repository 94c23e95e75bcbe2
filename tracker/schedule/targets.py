"""Where a digest goes: a file, a mail address, or a named entry of the configuration; a secret is never part of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Formatter

from tracker.errors import Refused, ValueRefused
from tracker.i18n import _
from tracker.render.output import format_of
from tracker.text import clean, did_you_mean, fold, shorten, show, typed_path

PLACEHOLDERS = ("date", "time", "name")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/?/")
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"/?=&%]+@[^@\s,;:<>()\[\]\\\"/?=&%]+")


@dataclass(frozen=True, slots=True)
class Target:
    """One place: `kind` is "file", "mail" or "entry", `text` what the ledger keeps.

    `place` is the path with its placeholders, the addresses with commas between, or the name of the entry.
    """

    kind: str
    text: str
    place: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of a mail."""
        return tuple(self.place.split(","))


def read_target(text: str, entries: Iterable[str], *, folder: str, format: str | None = None) -> Target:
    """The target that a person named; `entries` are the names of the configuration.

    A relative path is meant from `folder`, the setting deliver_folder, and kept absolute. Its suffix says the format,
    unless `format` does. Raises ValueRefused for anything else, and for a URL without echoing it.
    """
    if _URL.match(text.strip()):
        raise ValueRefused(
            _(
                "a URL holds secrets and stays out of the ledger: put it into your configuration as"
                " [deliver.NAME] with url, url_file, url_cmd or env, and say --to NAME"
            )
        )
    target = clean(text, _("the target"))
    if target.lower().startswith("mailto:"):
        return _mail(target)
    if name := next((name for name in entries if fold(name) == fold(target)), None):
        return Target("entry", name, name)
    if "/" not in target and not Path(target).suffix:
        raise ValueRefused(_no_entry(target, entries))
    return _file(target, folder, format)


def stored_target(text: str) -> Target:
    """The target that the ledger keeps as `text`."""
    if text.startswith("mailto:"):
        return Target("mail", text, text.removeprefix("mailto:"))
    return Target("file" if Path(text).is_absolute() else "entry", text, text)


def file_path(target: Target, name: str, moment: datetime) -> Path:
    """The file of a "file" target for the schedule `name` at `moment`, which is in the zone of the schedule."""
    _require_placeholders(target.place)
    values = {"date": f"{moment:%Y-%m-%d}", "time": f"{moment:%H%M}", "name": name}
    return Path(target.place.format_map(values))


def require_below(path: Path, folder: str) -> None:
    """Raise Refused unless `path` lies below `folder`, links followed, and the folder that is to hold it is there.

    Whoever may write the ledger says where a schedule is delivered; whoever runs it says what may be written to.
    """
    if not folder:
        raise Refused(
            _("{path} is not written: schedules write below one folder, name it: {command}").format(
                path=show(str(path)), command="tracker config set deliver_folder FOLDER"
            )
        )
    if not path.parent.resolve().is_relative_to(Path(folder).resolve()):
        raise Refused(
            _("{path} is not written: it is not below {folder}, the deliver_folder of your settings").format(
                path=show(str(path)), folder=show(folder)
            )
        )
    if not path.parent.is_dir():
        raise Refused(
            _("{path} is not written: the folder {folder} does not exist, create it first").format(
                path=show(str(path)), folder=show(str(path.parent))
            )
        )


def _mail(target: str) -> Target:
    addresses = [one.strip() for one in target[len("mailto:") :].split(",")]
    for one in addresses:
        if not _ADDRESS.fullmatch(one):
            raise ValueRefused(
                _("“{text}” is no mail address: write mailto:zone@example.org, several with commas").format(
                    text=shorten(one)
                )
            )
    place = ",".join(addresses)
    return Target("mail", f"mailto:{place}", place)


def _no_entry(target: str, entries: Iterable[str]) -> str:
    known = list(entries)
    hint = did_you_mean(target, known) or _(".")
    return _(
        "“{target}” is neither a file nor an entry [deliver.{target}] of the configuration{hint}"
        " A file has a suffix: digest-{{date}}.html"
    ).format(target=shorten(target), hint=hint)


def _file(target: str, folder: str, format: str | None) -> Target:
    _require_placeholders(target)
    # What stands for a placeholder in the folder's own name is none.
    path = Path(folder.replace("{", "{{").replace("}", "}}")).absolute() / typed_path(target)
    if format is None and format_of(path) is None:
        raise ValueRefused(
            _("the suffix of “{path}” names no format: choose one such as .txt or .csv, or say --format").format(
                path=shorten(target)
            )
        )
    return Target("file", str(path), str(path))


def _require_placeholders(target: str) -> None:
    try:
        fields = [(name, spec, conversion) for _text, name, spec, conversion in Formatter().parse(target)]
    except ValueError:
        raise ValueRefused(
            _("“{path}”: write {{{{ for a brace that is none of {known}").format(path=shorten(target), known=_known())
        ) from None
    for name, spec, conversion in fields:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            hint = did_you_mean(name, PLACEHOLDERS) or _(".")
            raise ValueRefused(
                _("“{path}”: there is no {{{name}}}{hint} Known: {known}").format(
                    path=shorten(target), name=show(name), hint=hint, known=_known()
                )
            )


def _known() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
