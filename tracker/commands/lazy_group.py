"""The tree of commands: only the one invoked is imported and converted, and every refusal is one sentence."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info
from typer.models import CommandInfo

from tracker.errors import UsageError
from tracker.i18n import N_, _, language
from tracker.render.widths import cells, wrapped
from tracker.text import did_you_mean, shorten

# The classes of options that many commands share, and the sections of the help they are in.
SECTIONS = {"Which": N_("Which projects"), "View": N_("What is printed"), "CitationOptions": N_("Source")}
_ARGUMENTS, _COMMANDS, _OPTIONS = N_("Arguments"), N_("Commands"), N_("Options")
_WIDEST = 24
HELP_NAMES = {"help_option_names": ["-h", "--help"]}
# -5万元, -2w and -$5 are values: no option of ours begins with a digit or a currency.
_NEGATIVE = (".", "¥", "￥", "$", "€", "£")

Command = TyperCommand | TyperGroup
Context = typer.Context


class Misused(UsageError):
    """A command line that cannot be understood; `path` is the command whose help says more."""

    def __init__(self, sentence: str, path: str) -> None:
        """`sentence` says what is wrong, `path` is such as "tracker capital record"."""
        super().__init__(sentence)
        self.path = path


# --- reading the words ------------------------------------------------------------------------------------------------


def _sorted_out(ctx: Any, args: Sequence[str], *, interspersed: bool) -> tuple[list[str], list[str]]:
    """The options with their values, and the other words: of a group those from its command on.

    Raises Misused for an option that there is not, or whose value is missing or too much.
    """
    options: list[str] = []
    words: list[str] = []
    rest = list(args)
    known = {name: one for one in ctx.command.get_params(ctx) for name in (*one.opts, *one.secondary_opts)}
    while rest:
        word = rest.pop(0)
        if word == "--":
            return options, [*words, *rest]
        if len(word) < 2 or word[0] != "-" or word[1].isdecimal() or word[1] in _NEGATIVE:
            words.append(word)
            if not interspersed:
                return options, [*words, *rest]
            continue
        options.append(word)
        name, equals, _value = word.partition("=") if word.startswith("--") else (word[:2], "", "")
        while (option := known.get(name)) and option.is_flag and name == word[:2] and len(word) > 2:
            # Several flags of one letter in a word: -yn.
            word = f"-{word[2:]}"
            name = word[:2]
        if option is None:
            hint = did_you_mean(name, [one for one in known if one.startswith("--")])
            raise Misused(_("there is no option {option}{hint}").format(option=shorten(name), hint=hint), _path(ctx))
        if option.is_flag and equals:
            raise Misused(_("{option} takes no value").format(option=name), _path(ctx))
        if not option.is_flag and not equals and word == name:
            if not rest:
                raise Misused(_("{option} needs a value").format(option=name), _path(ctx))
            options.append(rest.pop(0))
    return options, words


class Leaf(TyperCommand):
    """A command that does something."""

    # What is too much is refused below, in our own words.
    allow_extra_args = True
    # The section of the help in which an option stands that many commands share.
    sections: Mapping[str, str]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words after the command. Raises Misused where there are too many, or one is not text."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        options, words = _sorted_out(ctx, args, interspersed=True)
        rest = super().parse_args(ctx, [*options, "--", *words])
        if rest:
            sentence = _("unexpected argument “{words}”; usage: {usage}").format(
                words=" ".join(map(shorten, rest)),
                usage=_placeholders(" ".join([_path(ctx), *self.collect_usage_pieces(ctx)[1:]])),
            )
            raise Misused(sentence, _path(ctx))
        for value in ctx.params.values():
            for word in value if isinstance(value, list | tuple) else (value,):
                # Bytes that are not UTF-8 arrive as surrogates, which no database takes.
                if isinstance(word, str) and not word.isascii() and any("\ud800" <= one <= "\udfff" for one in word):
                    raise Misused(_("“{word}” is not UTF-8 text").format(word=shorten(word)), _path(ctx))
        return rest

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """The option that shows the help."""
        return _translated(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The usage, the sentence, the examples as they are to be typed, and the parameters."""
        sentence, _blank, examples = (self.help or "").partition("\n\n")
        formatter.write_usage(ctx.command_path, _placeholders(" ".join(self.collect_usage_pieces(ctx))), _("Usage: "))
        formatter.write_paragraph()
        _write_sentence(formatter, _(" ".join(sentence.split())))
        for line in ("", *examples.splitlines()) if examples else ():
            formatter.write(f"  {line}".rstrip() + "\n")
        _write_parameters(self, ctx, formatter)


# --- groups -----------------------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """A command in a group: what it is for in a few words, how to get it, and the section of the help it is in."""

    short: str
    load: Callable[[], Command]
    section: str = _COMMANDS


class LazyGroup(TyperGroup):
    """A group whose commands are imported and converted when they are asked for."""

    entries: Mapping[str, Entry]

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: Any, cmd_name: str) -> Command | None:
        """The command, imported and converted now."""
        entry = self.entries.get(cmd_name)
        return entry.load() if entry else None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before the command. Raises Misused where no command follows and one is needed."""
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        options, words = _sorted_out(ctx, args, interspersed=False)
        rest = super().parse_args(ctx, [*options, "--", *words])
        if not words and not self.invoke_without_command:
            known = ", ".join(self.entries)
            raise Misused(_("{path} needs a command: {known}").format(path=_path(ctx), known=known), _path(ctx))
        return rest

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """The command that `args` begin with. Raises Misused, with the closest name, where there is none."""
        name, *rest = args
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            sentence = _("there is no command “{name}”{hint}").format(
                name=shorten(name), hint=did_you_mean(name, self.entries)
            )
            raise Misused(sentence, _path(ctx))
        return (name if command else None), command, rest

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """The option that shows the help."""
        return _translated(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The usage, the sentence, the tables of commands, without importing any, and the options."""
        formatter.write_usage(ctx.command_path, _placeholders(" ".join(self.collect_usage_pieces(ctx))), _("Usage: "))
        formatter.write_paragraph()
        _write_sentence(formatter, self.help or "")
        width = max(map(len, self.entries))
        for section in dict.fromkeys(entry.section for entry in self.entries.values()):
            entries = [(name, _(one.short)) for name, one in self.entries.items() if one.section == section]
            _write_list(formatter, _(section), entries, width)
        _write_parameters(self, ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The commands, and the options, that begin with what is typed; none of them is imported."""
        named: dict[str, Any] = {name: TyperCommand(name, help=_(entry.short)) for name, entry in self.entries.items()}
        listed = TyperGroup(name=self.name, commands=named, params=self.params)
        return listed.shell_complete(Context(listed, parent=ctx.parent, info_name=ctx.info_name), incomplete)


def group(name: str, help: str, app: typer.Typer) -> LazyGroup:
    """The group of the commands registered with `app`."""
    return lazy_group(name, help, leaves(app))


def lazy_group(name: str, help: str, entries: Mapping[str, Entry]) -> LazyGroup:
    """The group of these commands."""
    made = LazyGroup(name=name, help=_(help), rich_markup_mode=None)
    made.entries = entries
    return made


def leaves(app: typer.Typer) -> dict[str, Entry]:
    """The commands registered with `app` by name; the first sentence of a docstring says what a command is for."""
    return {
        str(info.name): Entry(_paragraphs(info.callback)[0], lambda info=info: leaf(info, language()))  # type: ignore[misc]  # bound early
        for info in app.registered_commands
    }


def _paragraphs(function: Callable[..., Any] | None) -> list[str]:
    first, *rest = (inspect.getdoc(function) or "").split("\n\n")
    return [" ".join(first.split()), *rest]


@cache
def leaf(info: CommandInfo, language: str) -> Leaf:
    """The command that a registered function makes, its help in the chosen language; converted once in a process."""
    assert info.callback is not None
    spread = CommandInfo(
        name=info.name, cls=Leaf, callback=spread_out(info.callback), context_settings=dict(HELP_NAMES)
    )
    command = get_command_from_info(spread, pretty_exceptions_short=False, rich_markup_mode=None)
    assert isinstance(command, Leaf)
    command.sections = {
        option.name: section
        for one in inspect.signature(info.callback, eval_str=True).parameters.values()
        if _is_group(one.annotation) and (section := SECTIONS.get(one.annotation.__name__))
        for option in inspect.signature(one.annotation).parameters.values()
    }
    translate(command.params)
    return command


def translate(params: Sequence[Any]) -> None:
    """Put the help of `params` into the chosen language; a mere name becomes a sentence."""
    for param in params:
        if param.help:
            help = _(param.help)
            param.help = f"{help[:1].upper()}{help[1:]}{_('.')}" if help[-1].isalnum() else help


def _is_group(annotation: Any) -> bool:
    """Whether a parameter stands for several options: the fields of a named tuple or a dataclass."""
    return isinstance(annotation, type) and (issubclass(annotation, tuple) or is_dataclass(annotation))


def spread_out(function: Callable[..., None]) -> Callable[..., None]:
    """`function` with each parameter that is a group of options replaced by those options."""
    signature = inspect.signature(function, eval_str=True)
    groups = {
        name: (one.annotation, inspect.signature(one.annotation).parameters)
        for name, one in signature.parameters.items()
        if _is_group(one.annotation)
    }
    parameters: list[inspect.Parameter] = []
    for name, one in signature.parameters.items():
        for option in groups[name][1].values() if name in groups else (one,):
            default = inspect.Parameter.empty if option.default is ... else option.default
            parameters.append(option.replace(kind=inspect.Parameter.KEYWORD_ONLY, default=default))

    def call(**values: Any) -> None:
        for name, (group, options) in groups.items():
            values[name] = group(**{option: values.pop(option) for option in options})
        function(**values)

    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # read by inspect
    call.__annotations__ = {}
    sentence, *rest = _paragraphs(function)
    call.__doc__ = "\n\n".join((_(sentence), *rest))
    return call


# --- help and refusals in the chosen language -------------------------------------------------------------------------


_PLACEHOLDERS = frozenset(
    {
        N_("AMOUNT"),
        N_("AREA"),
        N_("ARGS"),
        N_("CERTIFICATION"),
        N_("CHAIN"),
        N_("CHANGE"),
        N_("CHAR"),
        N_("CODE"),
        N_("COMMAND"),
        N_("CONDITION"),
        N_("COUNTRY"),
        N_("CURRENCY"),
        N_("DATE"),
        N_("DAY"),
        N_("DAYS"),
        N_("ENTRY"),
        N_("EXPRESSION"),
        N_("FIELD"),
        N_("FILE"),
        N_("FILTER"),
        N_("FLAGSHIP"),
        N_("FORMAT"),
        N_("GRID"),
        N_("GROUPING"),
        N_("HASH"),
        N_("INDICATOR"),
        N_("KEY"),
        N_("KEYS"),
        N_("KIND"),
        N_("LIGHT"),
        N_("MAP"),
        N_("MILESTONE"),
        N_("MONTH"),
        N_("NAME"),
        N_("OPTIONS"),
        N_("OWNER"),
        N_("PATH"),
        N_("PERCENT"),
        N_("PLACE"),
        N_("PREFIX"),
        N_("QUESTION"),
        N_("ANSWER"),
        N_("RATE"),
        N_("RELATION"),
        N_("REPORT"),
        N_("REQUEST"),
        N_("RULE"),
        N_("SCHEDULE"),
        N_("SITE"),
        N_("STAGE"),
        N_("SUBJECT"),
        N_("TAG"),
        N_("TARGET"),
        N_("TERM"),
        N_("TEXT"),
        N_("TITLE"),
        N_("TYPE"),
        N_("UNIT"),
        N_("VALUE"),
        N_("WHAT"),
        N_("WHEN"),
        N_("WORD"),
        N_("WORDS"),
        N_("YEAR"),
    }
)


def _placeholders(text: str) -> str:
    """A usage line in which the words for what is to be typed, such as CODE, are in the chosen language."""
    return re.sub("[A-Z]{3,}", lambda found: _(found[0]) if found[0] in _PLACEHOLDERS else found[0], text)


def _translated(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = _("Show this help.")
    return option


def _write_parameters(command: Command, ctx: Any, formatter: Any) -> None:
    """The arguments and the options, each with its words, its help and its default."""
    arguments: list[tuple[str, str]] = []
    sections: dict[str, list[tuple[str, str]]] = {_OPTIONS: []}
    for param in command.get_params(ctx):
        if isinstance(param, TyperOption):
            names = [", ".join(sorted(some, key=len)) for some in (param.opts, param.secondary_opts) if some]
            metavar = "" if param.is_flag else f" {_placeholders(param.make_metavar(ctx))}"
            section = getattr(command, "sections", {}).get(param.name, _OPTIONS)
            sections.setdefault(section, []).append((" / ".join(names) + metavar, "  ".join(_explained(param))))
        else:
            arguments.append((_placeholders(param.make_metavar(ctx)), "  ".join(_explained(param))))
    for title, records in ((_ARGUMENTS, arguments), *sections.items()):
        _write_list(formatter, _(title), records, 0)


def _write_sentence(formatter: Any, sentence: str) -> None:
    for line in wrapped(sentence, formatter.width - 2):
        formatter.write(f"  {line.rstrip()}\n")


def _write_list(formatter: Any, title: str, records: Sequence[tuple[str, str]], width: int) -> None:
    """A section of names, each with its words beside it, the words of all as far to the right."""
    if not records:
        return
    width = max(width, *(cells(name) for name, _words in records if cells(name) <= _WIDEST), 1)
    formatter.write(f"\n{title}{_(': ').rstrip()}\n")
    for name, words in records:
        first, *rest = wrapped(words, max(formatter.width - width - 4, 10))
        head = f"  {name}" + " " * (width + 2 - cells(name))
        if cells(name) > width:
            formatter.write(f"  {name}\n")
            head = " " * (width + 4)
        formatter.write(f"{head}{first}".rstrip() + "\n")
        for line in rest:
            formatter.write(" " * (width + 4) + line.rstrip() + "\n")


def _explained(param: Any) -> Iterator[str]:
    if param.help:
        yield param.help
    default = param.default
    if param.required:
        yield f"[{_('required')}]"
    elif param.show_default and default not in (None, [], True, False) and not callable(default):
        yield f"[{_('default: {default}').format(default=default)}]"


def _path(ctx: Any) -> str:
    """The command as it is typed: the names alone, without options and arguments."""
    names: list[str] = []
    while ctx is not None:
        names.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(names)


def misused(error: typer.TyperException) -> Misused:
    """What typer refused, in one sentence of ours."""
    ctx = getattr(error, "ctx", None)
    sentence = error.format_message()
    if isinstance(error, typer.BadParameter) and error.param:
        name = _name(error.param, ctx)
        sentence = f"{name}{_(': ')}{error.message}" if error.message else _("{name} is missing").format(name=name)
    return Misused(sentence, _path(ctx) if ctx else "tracker")


def _name(param: Any, ctx: Any) -> str:
    """What a parameter is called on the command line: its longest option, or its word in the usage line."""
    if isinstance(param, TyperOption):
        return max(param.opts, key=len)
    return _placeholders(str(param.make_metavar(ctx) if ctx else param.name))
