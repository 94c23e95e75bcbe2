"""The tree of commands: only the one invoked is imported and converted, and every refusal is one sentence."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import typer
from typer._click import exceptions as refused
from typer._click.core import Command, Context, Parameter
from typer._click.formatting import HelpFormatter
from typer._click.parser import _OptionParser, _ParsingState
from typer._click.shell_completion import CompletionItem
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info
from typer.models import CommandInfo

from tracker.commands.marks import N_
from tracker.errors import UsageError
from tracker.i18n import _
from tracker.text import did_you_mean, shorten

HELP_NAMES = {"help_option_names": ["-h", "--help"]}
HEADINGS = (N_("Arguments"), N_("Options"), N_("Commands"))
# -5万元, -2w and -$5 are values: no option of ours begins with a digit or a currency.
_NEGATIVE = re.compile(r"-[\d.¥￥$€£]")


class Misused(UsageError):
    """A command line that cannot be understood; `path` is the command whose help says more."""

    def __init__(self, sentence: str, path: str) -> None:
        """`sentence` says what is wrong, `path` is such as "tracker capital record"."""
        super().__init__(sentence)
        self.path = path


class _Page(HelpFormatter):
    """A page of help with its headings in the chosen language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_(heading))


class _PageContext(typer.Context):
    formatter_class = _Page


def _translated_help(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = _("Show this help.")
    return option


class Leaf(TyperCommand):
    """A command that does something."""

    context_class = _PageContext
    # What is too much is refused below, in our own words.
    allow_extra_args = True

    def make_parser(self, ctx: Context) -> _OptionParser:
        """The parser, which takes a negative value where it stands for an argument."""
        parser = super().make_parser(ctx)
        process = parser._process_opts

        def process_unless_negative(arg: str, state: _ParsingState) -> None:
            if _NEGATIVE.match(arg):
                state.largs.append(arg)
            else:
                process(arg, state)

        parser._process_opts = process_unless_negative  # type: ignore[method-assign]  # where the parser branches
        return parser

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the words after the command. Raises Misused where there are too many, or one is not text."""
        with _placed(ctx):
            rest = super().parse_args(ctx, args)
        if ctx.resilient_parsing:
            return rest
        if rest:
            words = " ".join(map(shorten, rest))
            raise Misused(_("“{words}” is more than {path} takes").format(words=words, path=_path(ctx)), _path(ctx))
        for value in ctx.params.values():
            for word in value if isinstance(value, list | tuple) else (value,):
                _require_text(word, ctx)
        return rest

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """The option that shows the help."""
        return _translated_help(super().get_help_option(ctx))

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The sentence, and the examples as they are to be typed."""
        sentence, _blank, examples = (self.help or "").partition("\n\n")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(" ".join(sentence.split())))
            for line in ("", *examples.splitlines()) if examples else ():
                formatter.write(f"  {line}".rstrip() + "\n")


@contextmanager
def _placed(ctx: Context) -> Iterator[None]:
    """Note in a refusal which command it is about: the parser does not always."""
    try:
        yield
    except refused.UsageError as error:
        error.ctx = error.ctx or ctx
        raise


def _require_text(word: object, ctx: Context) -> None:
    """Bytes that are not UTF-8 arrive as surrogates, which no database takes."""
    if isinstance(word, str) and not word.isascii() and any("\ud800" <= letter <= "\udfff" for letter in word):
        raise Misused(_("“{word}” is not UTF-8 text").format(word=shorten(word)), _path(ctx))


@dataclass(frozen=True, slots=True)
class Entry:
    """A command in a group: what it is for in a few words, and how to get it."""

    short: str
    load: Callable[[], Command]


class Branch(TyperGroup):
    """A group whose commands are converted when they are asked for."""

    context_class = _PageContext
    entries: Mapping[str, Entry]

    def list_commands(self, ctx: Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command, imported and converted now."""
        entry = self.entries.get(cmd_name)
        return entry.load() if entry else None

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Read the options before the command. Raises Misused where no command follows and one is needed."""
        with _placed(ctx):
            rest = super().parse_args(ctx, args)
        if not ctx._protected_args and not self.invoke_without_command and not ctx.resilient_parsing:
            known = ", ".join(self.entries)
            raise Misused(_("{path} needs a command: {known}").format(path=_path(ctx), known=known), _path(ctx))
        return rest

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that `args` begin with. Raises Misused, with the closest name, where there is none."""
        name, *rest = args
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            sentence = _("there is no command “{name}”{hint}").format(
                name=shorten(name), hint=did_you_mean(name, self.entries)
            )
            raise Misused(sentence, _path(ctx))
        return (name if command else None), command, rest

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """The option that shows the help."""
        return _translated_help(super().get_help_option(ctx))

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The table of commands, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _(entry.short)) for name, entry in self.entries.items()])

    def shell_complete(self, ctx: Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and the options, that begin with what is typed."""
        names = [
            CompletionItem(name, help=_(entry.short))
            for name, entry in self.entries.items()
            if name.startswith(incomplete)
        ]
        return names + super(TyperGroup, self).shell_complete(ctx, incomplete)


def branch(name: str, help: str, app: typer.Typer) -> Branch:
    """The group of the commands registered with `app`."""
    group = Branch(name=name, help=_(help), rich_markup_mode=None)
    group.entries = leaves(app)
    return group


def leaves(app: typer.Typer) -> dict[str, Entry]:
    """The commands registered with `app` by name; the first sentence of a docstring says what a command is for."""
    return {
        str(info.name): Entry(_paragraphs(info.callback)[0], lambda info=info: leaf(info))  # type: ignore[misc]  # bound early
        for info in app.registered_commands
    }


def _paragraphs(function: Callable[..., Any] | None) -> list[str]:
    first, *rest = (inspect.getdoc(function) or "").split("\n\n")
    return [" ".join(first.split()), *rest]


def leaf(info: CommandInfo) -> Command:
    """The command that a registered function makes, its help in the chosen language."""
    assert info.callback is not None
    spread = CommandInfo(name=info.name, cls=Leaf, callback=spread_out(info.callback))
    command = get_command_from_info(spread, pretty_exceptions_short=False, rich_markup_mode=None)
    translate(command.params)
    return command


def translate(params: Sequence[Parameter]) -> None:
    """Put the help of `params` into the chosen language."""
    for param in params:
        if text := getattr(param, "help", None):
            param.help = _(text)  # type: ignore[attr-defined]  # arguments and options have it, their base class has not


def spread_out(function: Callable[..., None]) -> Callable[..., None]:
    """`function` with each parameter that is a dataclass of options replaced by those options."""
    signature = inspect.signature(function, eval_str=True)
    groups: dict[str, Any] = {
        name: one.annotation for name, one in signature.parameters.items() if is_dataclass(one.annotation)
    }
    parameters: list[inspect.Parameter] = []
    for name, one in signature.parameters.items():
        if name not in groups:
            parameters.append(one.replace(kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        for option in fields(groups[name]):
            default = inspect.Parameter.empty if option.default is ... else option.default
            parameters.append(
                inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option.type)
            )

    def call(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{option.name: values.pop(option.name) for option in fields(group)})
        function(**values)

    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # read by inspect
    call.__annotations__ = {}
    sentence, *rest = _paragraphs(function)
    call.__doc__ = "\n\n".join((_(sentence), *rest))
    return call


def _path(ctx: Context | None) -> str:
    """The command as it is typed: the names alone, without options and arguments."""
    names: list[str] = []
    while ctx is not None:
        names.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(names)


def misused(error: refused.ClickException) -> Misused:
    """What typer refused, in one sentence of ours."""
    ctx = getattr(error, "ctx", None)
    return Misused(_sentence(error, ctx), _path(ctx) if ctx else "tracker")


def _sentence(error: refused.ClickException, ctx: Context | None) -> str:
    match error:
        case refused.NoSuchOption():
            return _no_such_option(error, ctx)
        case refused.MissingParameter() if error.param:
            return _("{name} is missing").format(name=_name(error.param, ctx))
        case refused.BadParameter() if error.param:
            return f"{_name(error.param, ctx)}: {error.message}"
        case refused.BadOptionUsage() if "does not take" in error.message:
            return _("{option} takes no value").format(option=error.option_name)
        case refused.BadOptionUsage():
            return _("{option} needs a value").format(option=error.option_name)
    return error.format_message()


def _no_such_option(error: refused.NoSuchOption, ctx: Context | None) -> str:
    option = shorten(error.option_name)
    if ctx is not None and ctx.parent is not None:
        before = {name for param in ctx.find_root().command.params for name in param.opts}
        if error.option_name in before:
            return _("{option} stands before the command: tracker {option} … {command}").format(
                option=option, command=ctx.info_name
            )
    known = [name for param in ctx.command.get_params(ctx) for name in param.opts] if ctx else []
    return _("there is no option {option}{hint}").format(option=option, hint=did_you_mean(error.option_name, known))


def _name(param: Parameter, ctx: Context | None) -> str:
    """What a parameter is called on the command line: its longest option, or its word in the usage line."""
    if isinstance(param, TyperOption):
        return max(param.opts, key=len)
    return param.make_metavar(ctx) if ctx else str(param.name)
