"""Settings: what a flag, the environment, a project file or the user's file says, in this order, else the default.

Annotations here are objects and not text: a named tuple compiles every text at every start.
"""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tracker.errors import Refused, TrackerError, UsageError
from tracker.i18n import LANGUAGES, _
from tracker.text import clean, not_one_of, shorten, show, typed_path, unknown_word

PROJECT_FILE = "tracker.toml"
COLORS = ("auto", "always", "never")
# The rule sets of traffic lights, by name.
LIGHT_RULES = ("points", "share", "slip")
# The rules of `tracker check`, by name, the gravest first.
CHECK_RULES = (
    "future", "order", "negative", "mutual", "reference",
    "above_total", "plans", "above_contracted", "part", "both", "overlap", "restated", "fall",
    "before_signing", "after_end", "physical", "physical_fall", "unit", "currency", "duplicate", "identifier",
    "stage", "forecast", "silent", "year_end", "dominant", "stale", "missing",
)  # fmt: skip
LONGEST_WAIT_DAYS = 3660
# Secrets, commands, hosts and files: read where something is delivered, from the user's own file alone.
OWN_TABLES = ("deliver", "mail", "templates")


class OwnLights(NamedTuple):
    """A table [lights.NAME] of a settings file as it stands there, and the file."""

    name: str
    origin: str
    table: tuple[tuple[str, Any], ...]


class Thresholds(NamedTuple):
    """From where on `tracker check` finds something: the table [check]; each is a whole number.

    A name ends in what it counts: `_percent` of the other figure, percentage `_points`, `_days`, `_months`, or things.
    """

    total_percent: int = 100
    contracted_percent: int = 100
    parent_percent: int = 100
    restated_percent: int = 0
    fall_percent: int = 0
    before_signing_days: int = 0
    after_end_days: int = 0
    physical_points: int = 30
    physical_fall_points: int = 0
    unit_siblings: int = 4
    dominant_percent: int = 50
    dominant_projects: int = 5
    alike_percent: int = 80
    forecast_days: int = 0
    silent_months: int = 12
    stale_days: int = 60


THRESHOLDS = Thresholds()


class Settings(NamedTuple):
    """Every choice in force.

    `db` is a path or URL ("" where there is no home folder to put one in), `timezone` "" means the machine's, `actor`
    "" the login name; `owner` is whom `--owner me` means; milestones within `due_days` days are due soon; schedules
    write files below `deliver_folder` ("" for nowhere); fiscal years (FY2026) begin with month `fiscal_year_start`;
    `zone_name` is the development zone or office named in the head of pages, workbooks and documents; `own_lights` are
    rule sets beside LIGHT_RULES.
    """

    db: str
    lang: str
    color: str = "auto"
    currency: str = "CNY"
    timezone: str = ""
    unit: str = "auto"
    actor: str = ""
    owner: str = ""
    lights: str = "points"
    due_days: int = 30
    deliver_folder: str = ""
    zone_name: str = ""
    fiscal_year_start: int = 1
    own_lights: tuple[OwnLights, ...] = ()
    check: Thresholds = THRESHOLDS

    def __repr__(self) -> str:
        """All but the database: a URL may carry a password, and a traceback prints what it meets."""
        return f"Settings{self[1:]}"


class Chosen(NamedTuple):
    """The settings in force and, for each of them, what chose it: a flag, a variable, a file or "default"."""

    settings: Settings
    origins: Mapping[str, str]


def load(flags: Mapping[str, str | None], environment: Mapping[str, str], folder: Path | None) -> Chosen:
    """The settings for a program started in `folder` with the given `flags` (None: not given) and `environment`.

    Raises UsageError, naming the flag, variable or file and the key, for whatever cannot be read, and Refused for a
    file that others could have written, or a project's that says what belongs in the user's own.
    """
    data = user_folder("XDG_DATA_HOME")
    # Chinese for a Chinese locale, else English.
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    values: dict[str, Any] = {
        "db": str(data / "tracker.db") if data else "",
        "lang": "zh" if locale.lower().startswith("zh") else "en",
    }
    origins = dict.fromkeys(_READERS, "default")
    for name, value, origin in _given(flags, environment, folder):
        values[name], origins[name] = value, origin
    own = tuple(values.pop(name) for name in list(values) if name.startswith("lights."))
    check = {name.removeprefix(_CHECK): values.pop(name) for name in list(values) if name.startswith(_CHECK)}
    _require_lights(values.get("lights", LIGHT_RULES[0]), (one.name for one in own), origins["lights"])
    return Chosen(Settings(**values, own_lights=own, check=Thresholds(**check)), origins)


def _given(
    flags: Mapping[str, str | None], environment: Mapping[str, str], folder: Path | None
) -> Iterator[tuple[str, Any, str]]:
    """Name, value and origin of everything that is set, what counts most last."""
    if own := user_file():
        if os.path.exists(own):
            # It names secrets, commands and hosts.
            require_trusted(own)
        yield from _from_file(own, own=True)
    if folder and (shared := project_file(folder)):
        yield from _from_file(shared, own=False)
    for name in _READERS:
        variable = f"TRACKER_{name.upper().replace('.', '_')}"
        if text := environment.get(variable):
            yield name, _value(name, text, variable), variable
    for name, flag in flags.items():
        if flag is not None:
            yield name, _value(name, flag, f"--{name}"), f"--{name}"


# --- places --------------------------------------------------------------------------------------------------------


# Where settings, locks and databases lie, where no variable names another folder.
PLACES = {"XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".local/share", "XDG_STATE_HOME": ".local/state"}


def user_folder(variable: str) -> Path | None:
    """The folder of this program below the one of PLACES that `variable` names; None for a user without a home."""
    named = os.environ.get(variable, "").strip()
    path = Path(named or os.path.expanduser(f"~/{PLACES[variable]}"), "tracker")
    return path if path.is_absolute() else None


def user_file() -> Path | None:
    """The user's own settings file, whether it is there or not; None for a user without a home folder."""
    folder = user_folder("XDG_CONFIG_HOME")
    return folder / "config.toml" if folder else None


def project_file(folder: Path) -> Path | None:
    """The nearest tracker.toml from `folder` upward, not beyond the home folder; None where there is none.

    Raises Refused where others could have written it.
    """
    home = Path(os.path.expanduser("~"))
    for place in (folder, *folder.parents):
        file = place / PROJECT_FILE
        if file.is_file():
            require_trusted(file)
            return file
        if place == home:
            return None
    return None


def require_trusted(file: Path) -> None:
    """Raise Refused where anybody but the user and root could have written `file`, or put another in its place.

    In a sticky folder only the owner of a file can do that.
    """
    for place in _way_to(file.absolute()) if os.name == "posix" else ():
        status = place.lstat()
        if status.st_uid not in (0, os.geteuid()):
            raise Refused(
                _("{file} is not trusted, because {place} belongs to another user").format(
                    file=show(str(file)), place=show(str(place))
                )
            )
        sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
        if status.st_mode & 0o022 and not sticky and not stat.S_ISLNK(status.st_mode):
            import shlex

            raise Refused(
                _("{file} is not trusted, because others can write to {place}: chmod go-w {quoted}").format(
                    file=show(str(file)), place=show(str(place)), quoted=shlex.quote(show(str(place)))
                )
            )


def _way_to(path: Path) -> Iterator[Path]:
    """Every folder and link on the way to `path`, and what is there."""
    for place in (*reversed(path.parents), path):
        yield place
        if place.is_symlink():
            yield from _way_to(place.parent / place.readlink())


# --- files ---------------------------------------------------------------------------------------------------------


def _from_file(file: Path, *, own: bool) -> Iterator[tuple[str, Any, str]]:
    origin = show(str(file))
    for key, value in _flat(parsed(file, origin)):
        if not own:
            require_shared(key, value, origin)
        if key in OWN_TABLES:
            continue
        require_key(key, origin)
        if key == "lights" and isinstance(value, dict):
            yield from _own_lights(value, origin)
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise UsageError(_("{origin}: {key} must be a text or a whole number").format(origin=origin, key=key))
        read = _value(key, str(value), _("{origin}, {key}").format(origin=origin, key=key))
        yield key, _beside(file, read) if key in PATHS else read, origin


def _flat(settings: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The settings with those of the table [check] as check.NAME."""
    for key, value in settings.items():
        if key == "check" and isinstance(value, dict):
            yield from ((_CHECK + name, number) for name, number in value.items())
        else:
            yield key, value


def _own_lights(table: dict[str, Any], origin: str) -> Iterator[tuple[str, Any, str]]:
    """The rule sets of a table [lights], and the one that its `use` chooses."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield f"lights.{name}", OwnLights(name, origin, tuple(value.items())), origin
        elif name == "use" and isinstance(value, str):
            yield "lights", value, origin
        else:
            sentence = _('{origin}: [lights] holds use = "NAME" and tables [lights.NAME], not “{key}”')
            raise UsageError(sentence.format(origin=origin, key=shorten(name)))


def parsed(file: Path, origin: str) -> dict[str, Any]:
    """What a settings file holds, nothing for one that is not there. Raises UsageError, naming `origin`."""
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageError(_("{origin} cannot be read: {reason}").format(origin=origin, reason=error.strerror)) from None
    except UnicodeDecodeError:
        raise UsageError(_("{origin} is not UTF-8 text: save it as UTF-8").format(origin=origin)) from None
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            _('{origin} is not TOML, write KEY = "VALUE" on each line: {reason}').format(
                origin=origin, reason=show(str(error))
            )
        ) from None


def require_shared(key: str, value: object, origin: str) -> None:
    """Raise Refused, naming `origin`, for what a file that came with a project may not say."""
    server = key == "db" and "://" in str(value) and not str(value).startswith("sqlite:")
    if server or key in (*OWN_TABLES, "deliver_folder"):
        raise Refused(
            _("{origin}: {key} belongs in your own settings, not in those of a project: {file}").format(
                origin=origin, key=_("a server as db") if server else key, file=show(str(user_file() or ""))
            )
        )


def _beside(file: Path, path: str) -> str:
    """A relative path in a settings file is meant from the folder of that file."""
    found = re.fullmatch(r"(sqlite:///)?(.+)", path, re.DOTALL)
    if found is None or "://" in found[2]:
        return path
    return (found[1] or "") + str(file.absolute().parent / typed_path(found[2]))


def require_key(key: str, origin: str) -> None:
    """Raise UsageError, naming `origin`, where there is no setting called `key`."""
    if key not in _READERS:
        known = (one for one in KEYS if one.startswith(_CHECK) == key.startswith(_CHECK))
        raise UsageError(
            unknown_word(_("{origin}: there is no setting “{word}”"), key, known, near=KEYS, origin=origin)
        )


def edited(text: str, key: str, value: str) -> str:
    """The settings file `text` with `key` set to `value`, its comments kept.

    Raises UsageError for an unknown key, a value that cannot be read, or a text that is not TOML.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    require_key(key, "config set")
    read = _value(key, value, key)
    try:
        document = tomlkit.parse(text)
        table = document.get("lights") if key == "lights" else None
        if key == "lights":
            _require_lights(read, table if isinstance(table, dict) else (), key)
        if isinstance(table, dict):
            table["use"] = read
        elif key.startswith(_CHECK):
            if not isinstance(document.get("check"), dict):
                document["check"] = tomlkit.table()
            document["check"][key.removeprefix(_CHECK)] = read
        else:
            document[key] = read
    except TOMLKitError as error:
        raise UsageError(_("the file is not TOML: {reason}").format(reason=show(str(error)))) from None
    return tomlkit.dumps(document)


# --- values --------------------------------------------------------------------------------------------------------


def _value(name: str, text: str, origin: str, read: Callable[[str], Any] | None = None) -> Any:
    try:
        return (read or _READERS[name])(text)
    except TrackerError as error:
        raise UsageError(_("{origin}: {reason}").format(origin=origin, reason=error)) from None


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text in known:
            return text
        raise UsageError(not_one_of(text, known))

    return read


def _require_lights(name: str, own: Iterable[str], origin: str) -> None:
    place = origin if origin in ("lights", "TRACKER_LIGHTS") else f"{origin}, lights"
    _value("lights", name, place, _one_of((*LIGHT_RULES, *(one for one in own if one != "use"))))


def _currency(text: str) -> str:
    from tracker.currencies import parse_currency

    return parse_currency(text)


def _unit(text: str) -> str:
    from tracker.money import parse_unit

    return parse_unit(text).code


def _timezone(text: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise UsageError(
            _("“{word}” is not a time zone: write one such as Asia/Shanghai or UTC").format(word=shorten(text))
        ) from None


def _days(text: str) -> int:
    if re.fullmatch("[0-9]{1,4}", text) and int(text) <= LONGEST_WAIT_DAYS:
        return int(text)
    raise UsageError(
        _("“{word}” is not a number of days from 0 to {most}").format(word=shorten(text), most=LONGEST_WAIT_DAYS)
    )


def _month(text: str) -> int:
    if re.fullmatch("[0-9]{1,2}", text) and 1 <= int(text) <= 12:
        return int(text)
    raise UsageError(_("“{word}” is not a month, 1 to 12").format(word=shorten(text)))


def _threshold(text: str) -> int:
    if re.fullmatch("[0-9]{1,6}", text):
        return int(text)
    raise UsageError(_("“{word}” is not a whole number from 0 to 999999").format(word=shorten(text)))


_CHECK = "check."
_READERS: dict[str, Callable[[str], Any]] = {
    "db": str,
    "lang": _one_of(LANGUAGES),
    "color": _one_of(COLORS),
    "currency": _currency,
    "timezone": _timezone,
    "unit": _unit,
    "actor": lambda text: clean(text, _("the actor")),
    "owner": lambda text: clean(text, _("the owner")),
    "lights": str,  # which rule sets there are is known when every file has been read
    "due_days": _days,
    "deliver_folder": str,
    "zone_name": lambda text: clean(text, _("the name of the zone")),
    "fiscal_year_start": _month,
    **{_CHECK + name: _threshold for name in Thresholds._fields},
}
KEYS = tuple(_READERS)
PATHS = ("db", "deliver_folder")
