"""The reports of a schedule as command lines: checked by the tree of commands, without carrying them out."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from typer._click.core import Context, ParameterSource

from tracker.app import App
from tracker.commands.options import Which
from tracker.commands.reports import REPORTS
from tracker.commands.tree import HELP_NAMES, Branch, Leaf
from tracker.errors import TrackerError, UsageError, ValueRefused
from tracker.i18n import _
from tracker.schedule import delivery_config
from tracker.text import clean, did_you_mean, shorten

LAST_RUN = "last-run"
# They read settings, files or schedules and not the portfolio.
_NOT_REPORTS = ("config", "database", "schedule", "export", "import", "demo", "init")
_NEEDED = {"as_of", "format"}


def report_words(app: App, line: str, options: Sequence[str] = (), since: str | None = None) -> tuple[str, ...]:
    """The words of a report of a schedule, with those of its `options` that it takes and does not say itself.

    `options` are pairs of an option and its value; `since` is given to a report that cannot do without. Raises
    UsageError for what is no command line of a report.
    """
    words = _words(line)
    leaf, path, rest = _leaf(app, words, line)
    given = _parsed(app, leaf, _with_since(leaf, rest, since, app), line)
    _require_schedulable(given, line)
    added = [word for option, value in pairs(options) if _is_open(given, option) for word in (option, value)]
    if added:
        _parsed(app, leaf, _with_since(leaf, [*rest, *added], since, app), line)
    return (*path, *rest, *added, *_since_words(leaf, rest, since))


def takes(app: App, line: str, option: str) -> bool:
    """Whether the report of a checked line knows an option such as "--chain"."""
    leaf, _path, _rest = _leaf(app, _words(line), line)
    return any(option in param.opts for param in leaf.params)


def stored_line(app: App, line: str, since: str) -> str:
    """A report as the ledger keeps it, its words checked and quoted. Raises UsageError."""
    words = _words(line)
    _found, path, rest = _leaf(app, words, line)
    report_words(app, line, since=since)
    return shlex.join([*path, *rest])


def filter_words(which: Which) -> Iterator[str]:
    """Filters as pairs of an option and its value."""
    for one in fields(which):
        for value in getattr(which, one.name) or ():
            yield from (f"--{one.name}", str(value))


def pairs(options: Sequence[str]) -> Iterable[tuple[str, str]]:
    """The pairs of an option and its value."""
    return zip(options[::2], options[1::2], strict=True)


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(clean(line, _("the report")))
    except ValueError:
        raise UsageError(_("“{line}”: a quotation mark is not closed").format(line=shorten(line))) from None
    if words[:1] == ["tracker"]:
        del words[0]
    names = [name for name, _module, _help in REPORTS]
    return ["report", *words] if words and words[0] in names else words


def _leaf(app: App, words: Sequence[str], line: str) -> tuple[Leaf, list[str], list[str]]:
    """The command, its path, and the words after it."""
    from tracker.commands.root import NAME, tree

    if not words or words[0].startswith("-") or set(words) & set(HELP_NAMES["help_option_names"]):
        raise UsageError(
            _("“{line}” does not begin with a report such as progress or monthly").format(line=shorten(line))
        )
    root = tree()
    branch: Branch = root
    rest, path = list(words), []
    # An application of its own: the words of this one go to the log.
    with root.make_context(NAME, [words[0]], obj=App(flags=app.flags), resilient_parsing=True) as ctx:
        while rest:
            name, command = rest[0], branch.get_command(ctx, rest[0])
            if command is None:
                break
            path.append(rest.pop(0))
            if isinstance(command, Leaf):
                _require_report(command, path, line)
                return command, path, rest
            assert isinstance(command, Branch), name
            branch = command
    known = [*(name for name, _module, _help in REPORTS), *_readers(root)]
    raise UsageError(
        _("“{line}” is no report{hint} Such are progress, changes, summary, monthly; all: tracker --help").format(
            line=shorten(line), hint=did_you_mean(rest[0] if rest else words[-1], known) or _(".")
        )
    )


def _readers(root: Branch) -> list[str]:
    return [name for name in root.entries if name not in _NOT_REPORTS]


def _require_report(leaf: Leaf, path: Sequence[str], line: str) -> None:
    names = {str(param.name) for param in leaf.params}
    if path[0] in _NOT_REPORTS or not names >= _NEEDED or "dry_run" in names:
        raise UsageError(
            _("“{line}” is no report: {path} does something else").format(line=shorten(line), path=" ".join(path))
        )


def _parsed(app: App, leaf: Leaf, rest: Sequence[str], line: str) -> Context:
    """The words read, as if they had been typed."""
    from typer._click import exceptions as refused

    from tracker.commands.tree import misused

    try:
        with leaf.make_context(str(leaf.name), list(rest), obj=App(flags=app.flags)) as ctx:
            return ctx
    except refused.ClickException as error:
        raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=misused(error))) from None
    except TrackerError as error:
        raise UsageError(_("“{line}”: {reason}").format(line=shorten(line), reason=error)) from None


def _require_schedulable(given: Context, line: str) -> None:
    # Whoever runs a schedule says which files it may read: those that his settings name.
    if template := given.params.get("template"):
        delivery_config.template(str(template))
    for name, option in (("output", "--to"), ("format", "--format")):
        if given.params.get(name) is not None:
            raise UsageError(
                _("“{line}”: where and how a schedule is shown says its own {option}").format(
                    line=shorten(line), option=option
                )
            )


def _is_open(given: Context, option: str) -> bool:
    """Whether the command takes an option that its line does not say."""
    for param in given.command.params:
        if option in param.opts and param.name:
            return given.get_parameter_source(param.name) is not ParameterSource.COMMANDLINE
    return False


def _needs_since(leaf: Leaf) -> bool:
    return any(param.name == "since" and param.required for param in leaf.params)


def _since_words(leaf: Leaf, rest: Sequence[str], since: str | None) -> tuple[str, ...]:
    said = any(word == "--since" or word.startswith("--since=") for word in rest)
    return () if since is None or said or not _needs_since(leaf) else ("--since", since)


def _with_since(leaf: Leaf, rest: Sequence[str], since: str | None, app: App) -> list[str]:
    """The words with a moment in place of the last run, which is not known before there is a run."""
    words = [*rest, *_since_words(leaf, rest, since)]
    moment = f"{app.now:%Y-%m-%dT%H:%M:%SZ}"
    told = {LAST_RUN: moment, f"--since={LAST_RUN}": f"--since={moment}"}
    return [told.get(word, word) for word in words]


def require_since(app: App, text: str) -> str:
    """Where a report of changes is to begin: the last run, or what `tracker changes --since` takes."""
    if text == LAST_RUN:
        return text
    try:
        report_words(app, "changes", since=text)
    except UsageError as error:
        reason = str(error).partition("--since: ")[2] or str(error)
        raise ValueRefused(_("{reason}; or write {last}").format(reason=reason, last=LAST_RUN)) from None
    return text
