"""Maps: what a user says of files of one form, once and for all, in TOML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker import settings
from tracker.errors import InputRejected, UsageError
from tracker.i18n import _
from tracker.importer.mapping.days import ORDERS
from tracker.importer.mapping.numbers import STYLES
from tracker.importer.mapping.targets import Target, parse_target
from tracker.importer.mapping.units import asked_unit
from tracker.records.schema import KINDS
from tracker.text import did_you_mean, shorten, show

SKIP = "skip"
BLANKS = ("keep", "clear")
_TEXTS = (
    "what",
    "currency",
    "unit",
    "date_order",
    "numbers",
    "as_of",
    "blank",
    "key",
    "sheet",
    "encoding",
    "delimiter",
)
_KEYS = (*_TEXTS, "header", "transpose", "skip", "columns", "constants", "values")
_COLUMN_KEYS = ("to", "unit", "currency", "date_order", "numbers", "split", "skip")
_CHOICES = {"date_order": ORDERS, "numbers": STYLES, "blank": BLANKS, "what": tuple(KINDS)}


@dataclass(frozen=True, slots=True)
class Column:
    """What a map says of one column: its targets (none: skip it), and how its cells are written ("": not said)."""

    targets: tuple[Target, ...] = ()
    unit: str = ""
    currency: str = ""
    date_order: str = ""
    numbers: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A map; what is not said is "" or empty. `columns` has the headings as they stand in the file.

    `key` is the heading, or the target, whose value tells which project a row is of. `constants` are (target, text).
    `values` gives, for a vocabulary, a target or a heading, what words of the file mean. `sheet`, `header`, `encoding`,
    `delimiter` and `transpose` are for whoever opens the file.
    """

    what: str = ""
    currency: str = ""
    unit: str = ""
    date_order: str = ""
    numbers: str = ""
    as_of: str = ""
    blank: str = ""
    key: str = ""
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: int | None = None
    transpose: bool | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)
    constants: tuple[tuple[Target, str], ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Map:
        """The map in a file. Raises InputRejected where there is no such file, UsageError for what it may not say."""
        return read_map(_text(path), show(str(path)))


def load_map(word: str) -> Map:
    """The map that --map names: a TOML file, or a name under maps/ beside the user's settings file.

    Raises UsageError, with the closest name, where there is none.
    """
    path = Path(word)
    if path.suffix == ".toml" or "/" in word or "\\" in word:
        return Map.load(path)
    folder = map_folder()
    known = named_maps()
    if folder is None or word not in known:
        hint = did_you_mean(word, known) or _(".")
        raise UsageError(
            _("there is no map “{word}”{hint} Maps are files NAME.toml in {folder}").format(
                word=shorten(word), hint=hint, folder=show(str(folder or "maps"))
            )
        )
    return Map.load(folder / f"{word}.toml")


def map_folder() -> Path | None:
    """Where the named maps lie; None for a user without a home folder."""
    file = settings.user_file()
    return file.parent / "maps" if file else None


def named_maps() -> tuple[str, ...]:
    """The names of the user's maps, in order."""
    folder = map_folder()
    return tuple(sorted(path.stem for path in folder.glob("*.toml"))) if folder and folder.is_dir() else ()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputRejected(
            _("the map {path} cannot be read: {reason}").format(path=show(str(path)), reason=reason)
        ) from None
    except UnicodeDecodeError:
        raise InputRejected(
            _("the map {path} is not UTF-8 text: save it as UTF-8").format(path=show(str(path)))
        ) from None


def read_map(text: str, origin: str) -> Map:
    """The map that a TOML text holds; `origin` names it in refusals. Raises UsageError."""
    import tomllib

    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(_("{origin} is not TOML: {reason}").format(origin=origin, reason=show(str(error)))) from None
    try:
        return _map(table)
    except UsageError as refused:
        raise UsageError(_("{origin}: {reason}").format(origin=origin, reason=refused)) from None


def _map(table: Mapping[str, Any]) -> Map:
    _require_known(table, _KEYS, _("key"))
    said: dict[str, Any] = {name: _word(table, name) for name in _TEXTS if name in table}
    if said.get("unit"):
        asked_unit(said["unit"])
    if "header" in table:
        said["header"] = _typed(table, "header", int)
    if "transpose" in table:
        said["transpose"] = _typed(table, "transpose", bool)
    columns = {heading: _column(heading, entry) for heading, entry in _typed(table, "columns", dict).items()}
    for heading in _typed(table, "skip", list):
        columns[str(heading)] = Column()
    constants = [(parse_target(name), str(value)) for name, value in _typed(table, "constants", dict).items()]
    return Map(**said, columns=columns, constants=tuple(constants), values=_values(_typed(table, "values", dict)))


def _typed(table: Mapping[str, Any], name: str, kind: type) -> Any:
    value = table.get(name, kind())
    if type(value) is not kind:
        what = {int: _("a whole number"), bool: _("true or false"), dict: _("a table"), list: _("a list")}[kind]
        raise UsageError(_("{key} must be {what}").format(key=name, what=what))
    return value


def _word(table: Mapping[str, Any], name: str) -> str:
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UsageError(_("{key} must be a text").format(key=name))
    known = _CHOICES.get(name)
    if known and value not in known:
        raise UsageError(
            _("{key} = “{value}” is not one of {known}{hint}").format(
                key=name, value=shorten(str(value)), known=", ".join(known), hint=did_you_mean(str(value), known)
            )
        )
    if name == "currency":
        from tracker.currencies import parse_currency

        return parse_currency(str(value))
    return str(value)


def _column(heading: str, entry: Any) -> Column:
    try:
        if isinstance(entry, str):
            return Column() if entry == SKIP else Column((parse_target(entry),))
        if not isinstance(entry, dict):
            raise UsageError(_('write "KIND.FIELD", "skip", or a table with to = …'))
        _require_known(entry, _COLUMN_KEYS, _("key"))
        if entry.get("skip"):
            return Column()
        to = entry.get("to", ())
        written = [to] if isinstance(to, str) else to
        if not written or not all(isinstance(one, str) for one in written):
            raise UsageError(_('to = "KIND.FIELD" is missing'))
        said = {name: _word(entry, name) for name in _COLUMN_KEYS if name in entry and name not in ("to", "skip")}
        if said.get("unit"):
            asked_unit(said["unit"])
        if len(written) > 1 and not said.get("split"):
            raise UsageError(_("several fields need split = what stands between them"))
        return Column(tuple(map(parse_target, written)), **said)
    except UsageError as refused:
        raise UsageError(_("column “{heading}”: {reason}").format(heading=shorten(heading), reason=refused)) from None


def _values(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    meant = {}
    for name, words in table.items():
        if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
            raise UsageError(
                _('[values.{name}] holds lines like "word of the file" = "code"').format(name=shorten(name))
            )
        meant[name] = dict(words)
    return meant


def _require_known(table: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    for name in table:
        if name not in known:
            raise UsageError(
                _("there is no {what} “{name}”{hint} Known: {known}").format(
                    what=what, name=shorten(name), hint=did_you_mean(name, known) or _("."), known=", ".join(known)
                )
            )
