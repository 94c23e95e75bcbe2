"""The outermost shell: streams, signals, the language, and the one place where errors become sentences and codes."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

from tracker import i18n
from tracker.errors import Ambiguous, TrackerError
from tracker.i18n import _
from tracker.text import command_line, mask, name_place, show

if TYPE_CHECKING:
    from tracker.app import App

BUG = 70
INTERRUPTED = 130
CLOSED_PIPE = 141
TERMINATED = 143
_VALUED = ("--db", "--lang", "--color")
_FLAGS = ("--debug", "--version", "-V")


def run() -> NoReturn:
    """The program: `main` between a terminal or cron and the system."""
    signal.signal(signal.SIGTERM, _ending.by_term)
    # The rows of a large report make no cycles: looking for some again and again takes a quarter of its time,
    # and once while the tables are declared as long as to declare five of them.
    gc.set_threshold(250_000, 50, 100)
    _open_descriptors()
    code = main()
    # A stream that cannot be flushed has been reported; the interpreter would try again and print an error.
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            _silence(stream)
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line; the exit code. Nothing that a user or a file can do gets past it as an exception."""
    try:
        # Imported here, so that an interruption during the import is handled too.
        from tracker.app import App

        ours, others = split_root(sys.argv[1:] if argv is None else argv)
        app = App(flags=_flags(ours), debug="--debug" in ours)
        _prepare_streams()
        i18n.choose(_language(app))
        name_place(app.flags["db"])
        return _carry_out(app, [*ours, *others])
    except KeyboardInterrupt:
        _tell(_("interrupted, nothing was changed"))
        return _ending.code
    finally:
        name_place(None)


def _carry_out(app: App, words: Sequence[str]) -> int:
    try:
        # What is imported from here on finds the language chosen.
        from tracker.commands.root import invoke

        code = invoke(app, words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _silence(sys.stdout)
        return CLOSED_PIPE
    except KeyboardInterrupt:
        unsure = _("interrupted; whether the change was recorded, shows: {command}").format(
            command=command_line("log --limit 1")
        )
        _tell(unsure if app.unsure else _("interrupted, nothing was changed"))
        return _ending.code
    except TrackerError as error:
        return _refusal(app, error)
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    except OSError as error:
        _silence(sys.stdout)
        named = f"{error.filename}: " if error.filename else ""
        return _failure(app, error, _("the system refused: {reason}").format(reason=f"{named}{error.strerror}"), 1)
    except Exception as error:
        hint = "" if app.debug else _("; run again as: tracker --debug …")
        sentence = _("a bug: {kind}: {reason}{hint}").format(kind=type(error).__name__, reason=error, hint=hint)
        return _failure(app, error, sentence, BUG)


def _refusal(app: App, error: TrackerError) -> int:
    if app.debug:
        _trace(error)
    _tell(str(error))
    for line in error.choices if isinstance(error, Ambiguous) else ():
        _say(f"  {line}")
    if path := getattr(error, "path", ""):
        _say(_("help: {path} --help").format(path=path))
    return error.exit_code


def _failure(app: App, error: Exception, sentence: str, code: int) -> int:
    if app.debug:
        _trace(error)
    _tell(sentence)
    return code


def _trace(error: Exception) -> None:
    import traceback

    for line in traceback.format_exception(error):
        print(mask(show(line, lines=True)), end="", file=sys.stderr)


def _tell(sentence: str) -> None:
    _say(f"tracker: {sentence}")


def _say(line: str) -> None:
    with suppress(OSError):  # there is nobody to tell
        print(mask(show(line)), file=sys.stderr, flush=True)


def _language(app: App) -> str:
    """The language of the settings; settings that cannot be read are refused later, in the default language."""
    try:
        return app.settings.lang
    except TrackerError:
        return i18n.language()


def split_root(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The options of `tracker` itself, which may stand anywhere before a --, and the other words."""
    ours: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, _value = word.partition("=")
        if word == "--":
            return ours, [*others, word, *rest]
        if name in _VALUED:
            ours.append(word if equals else f"{name}={next(rest, '')}")
        elif word in _FLAGS:
            ours.append(word)
        else:
            others.append(word)
    return ours, others


def _flags(ours: Sequence[str]) -> dict[str, str | None]:
    """The values of those options; the last one counts."""
    given: dict[str, str | None] = dict.fromkeys(("db", "lang", "color"))
    for word in ours:
        name, equals, value = word.partition("=")
        if equals:
            given[name.removeprefix("--")] = value
    return given


# --- streams and signals -------------------------------------------------------------------------------------------


class _Ending:
    """What ends the program early: Ctrl-C, or SIGTERM, which does the same, and drivers cancel a query for either."""

    code = INTERRUPTED

    def by_term(self, _number: int, _frame: FrameType | None) -> NoReturn:
        self.code = TERMINATED
        raise KeyboardInterrupt


_ending = _Ending()


def _open_descriptors() -> None:
    """Give a process started without some of the three streams a place for each, before a file takes the number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # Only for reading, so that data for a closed stdout is refused and not lost.
            os.open(os.devnull, os.O_RDONLY if number == 1 else os.O_RDWR)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", closefd=False))  # noqa: SIM115


def _prepare_streams() -> None:
    """Files, pipes and cron get UTF-8, a terminal or PYTHONIOENCODING its own encoding; nothing fails to print."""
    named = bool(os.environ.get("PYTHONIOENCODING"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            if named or stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _silence(stream: TextIO) -> None:
    """Let what is still in the buffer of a stream that takes nothing more go nowhere."""
    with suppress(OSError, ValueError):  # a stream of a test has no descriptor
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
