"""`tracker report bulletin`.

Annotations here are objects and not text, so that the options of `Told` are found.
"""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tracker.app import App
from tracker.commands import complete
from tracker.commands.options import KnownOn, Lights, Output, Which, format_option, rules_of
from tracker.commands.parsers import exactly, parses, read_day, read_unit
from tracker.commands.report import Month, last_day
from tracker.errors import Refused, UsageError
from tracker.i18n import N_, _
from tracker.text import show

if TYPE_CHECKING:
    from tracker.database import Reader
    from tracker.queries.as_of import AsOf, Filters
    from tracker.queries.database_info import Seal
    from tracker.reports.bulletin import Bulletin
    from tracker.reports.bulletin_template import Template
    from tracker.reports.report import Report

app = typer.Typer()
GROUPS = ("owner", "site", "chain", "grid")
FORMATS = ("text", "md", "html", "docx", "pdf", "json")
_SUFFIXES = {".txt": "text", ".md": "md", ".html": "html", ".docx": "docx", ".pdf": "pdf", ".json": "json"}
_HEADING = re.compile("^#{1,6} +", re.MULTILINE)


By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="|".join(GROUPS),
        callback=parses(exactly(GROUPS, N_("cannot group by “{word}”"))),
        help=N_("The groups to rank."),
        autocompletion=complete.plain_words(GROUPS),
    ),
]
AsOfDay = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DAY", parser=str, callback=read_day, help=N_("The last month that is over by this day.")
    ),
]


@dataclass(frozen=True, slots=True)
class BulletinOptions:
    """How a bulletin is printed, and where it goes."""

    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="UNIT", callback=read_unit, help=N_("元, 万元, 亿元, k, m, bn or auto.")),
    ] = None
    template: Annotated[
        Path | None,
        typer.Option("--template", metavar="FILE", help=N_("A template of your own: sentences, or a Word document.")),
    ] = None
    write_template: Annotated[
        bool, typer.Option("--write-template", help=N_("Write the built-in template, to be edited, and nothing else."))
    ] = False
    format: Annotated[
        str | None,
        format_option(FORMATS, N_("Format; json: the values by name.")),
    ] = None
    output: Output = None


@app.command("bulletin")
def report_bulletin(
    ctx: typer.Context,
    which: Which,
    told: BulletinOptions,
    month: Month = None,
    by: By = "owner",
    lights: Lights = None,
    as_of: AsOfDay = None,
    known_on: KnownOn = None,
) -> None:
    """The bulletin 通报 of a month in sentences: figures, rates, the best and the worst, what happened, what is needed.

    tracker --lang zh report bulletin --month 2023-08
    tracker report bulletin --by site --known-on 2023-09-05 -o bulletin.md
    tracker report bulletin --write-template -o ours.md
    tracker report bulletin --template ours.md
    tracker --lang zh report bulletin -o 通报.docx --template ours.docx
    """
    run: App = ctx.obj
    if told.write_template:
        _write_template(run, told)
        return
    form, template = _format(told), _template(run, told)
    asks = _Asks(which.filters(), by, lights, last_day(run, month, as_of), known_on)
    # A digest is Markdown, whatever becomes of it.
    found, seal = _found(run, asks, told, "md" if run.gathering else form)
    if run.gathering:
        _gather(run, told, "" if found.empty else _written(found, template))
    elif found.empty and form != "json":
        _print_nothing(run, told, form)
    else:
        _print(run, told, form, _spelled(run, told, found, seal, form, template))


@dataclass(frozen=True, slots=True)
class _Asks:
    filters: "Filters"
    by: str
    lights: str | None
    day: date
    known_on: date | None


def _found(run: App, asks: _Asks, told: BulletinOptions, form: str) -> "tuple[Bulletin, Seal]":
    """The values of the bulletin, words from outside made harmless for `form`, and the seal of the ledger."""
    from tracker.queries import database_info
    from tracker.render.cells import cell_text
    from tracker.render.data import plain_value
    from tracker.reports.bulletin import Spelling, Word, bulletin
    from tracker.reports.month import month_of

    options = run.render_options(told.unit)
    spelling = Spelling(
        number=lambda value, kind: cell_text(value, kind, options).text,
        exact=lambda value, kind: str(plain_value(value, kind)),
        words=lambda text: Word((show if form in ("text", "json") else _inert)(text)),
        unit=options.unit,
        decimals=options.decimals,
    )
    rules, currency = rules_of(run, asks.lights), run.settings.currency

    def build(reader: "Reader", as_of: "AsOf") -> "tuple[Bulletin, Seal]":
        month = month_of(reader, as_of, asks.filters, rules, currency, drawn=False)
        return bulletin(reader, month, asks.filters, asks.by, spelling), database_info.seal(reader, as_of.known)

    return run.read(build, as_of=asks.day, known_on=asks.known_on)


def _inert(text: str) -> str:
    from tracker.render.markdown import escaped

    return escaped(show(text))


def _spelled(
    run: App, told: BulletinOptions, found: "Bulletin", seal: "Seal", form: str, template: "Template"
) -> str | bytes:
    from tracker.reports.integrity import seal_facts, seal_line

    if form == "json":
        from tracker.reports.bulletin import as_json

        return as_json(found, seal_facts(seal))
    if form in ("html", "docx", "pdf"):
        from tracker.render.markdown import plain
        from tracker.reports.bulletin import ranking_tables

        tables = ranking_tables(found, plain)
        parts: list[Report | str] = [_written(found, template), *tables, _inert(seal_line(seal))]
        options = run.render_options(told.unit)
        if form == "html":
            from tracker.render.html import page

            return page(_("Bulletin {month}").format(month=found.month), parts, options)
        if form == "pdf":
            from tracker.render.pdf import write_pdf

            return write_pdf(parts, date.fromisoformat(found.as_of.last), options)
        from tracker.render.docx import write_docx

        return write_docx(parts, date.fromisoformat(found.as_of.last), options, template=_document(told))
    text = f"{_written(found, template)}\n{seal_line(seal)}\n"
    return _HEADING.sub("", text) if form == "text" else text


def _written(found: "Bulletin", template: "Template") -> str:
    from tracker.reports.bulletin_template import written

    return written(found, template)


# --- where it goes -------------------------------------------------------------------------------------------------


def _format(told: BulletinOptions) -> str:
    """The format asked for, else the one the suffix names, else text. Raises UsageError for one that cannot be."""
    form = told.format or "text"
    if told.format is None and told.output is not None:
        found = _SUFFIXES.get(told.output.suffix.lower())
        if found is None:
            raise UsageError(
                _("“{path}” does not end in {known}: choose such a name, or give the format with -f").format(
                    path=show(str(told.output)), known=_(", ").join(_SUFFIXES)
                )
            )
        form = found
    if form != "docx" and _document(told) is not None:
        raise UsageError(_("a Word document as the template makes a docx: write to a .docx file, or give -f docx"))
    if form == "json" and told.template is not None:
        raise UsageError(_("json holds the values and needs no template: leave out --template"))
    return form


def _template(run: App, told: BulletinOptions) -> "Template":
    """The template named, else the built-in one. Raises UsageError where the output would replace it."""
    from tracker.reports.bulletin_template import built_in, read_template

    if told.template is None or _document(told) is not None:
        return built_in(run.settings.lang)
    if run.gathering:
        from tracker.schedule.delivery_config import template as named

        return read_template(named(str(told.template)))
    template = read_template(told.template)
    if told.output is not None and told.output.exists() and told.output.samefile(told.template):
        raise UsageError(_("{path} is the template: write the bulletin to another file").format(path=template.name))
    return template


def _write_template(run: App, told: BulletinOptions) -> None:
    """The built-in template as it is; an edited one is not written over."""
    from tracker.reports.bulletin_template import built_in

    if told.template is not None:
        raise UsageError(_("--write-template writes the built-in template: leave out --template"))
    if run.gathering:
        raise UsageError(_("--write-template writes no bulletin: leave it out of a schedule"))
    text: str | bytes = built_in(run.settings.lang).source
    if told.format == "docx" or (told.output is not None and told.output.suffix.lower() == ".docx"):
        from tracker.render.docx import template_bytes

        text = template_bytes(run.today, run.render_options())
    if told.output is None:
        run.print_bytes([text]) if isinstance(text, bytes) else run.print(text)
        return
    if told.output.exists():
        raise Refused(
            _("{path} exists and may be a template that was edited: choose another name").format(
                path=show(str(told.output))
            )
        )
    _write(told.output, text, protected=())
    run.say(_("{path} written; use it with: --template {path}").format(path=show(str(told.output))))


def _document(told: BulletinOptions) -> Path | None:
    """The Word document whose styles and surroundings the bulletin is to have."""
    return told.template if told.template is not None and told.template.suffix.lower() == ".docx" else None


def _print(run: App, told: BulletinOptions, form: str, text: str | bytes) -> None:
    if told.output is None:
        from tracker.render.cells import marks

        if isinstance(text, bytes):
            run.print_bytes([text])
        elif form in ("json", "html"):
            run.print_bytes([text.encode()], text=True)
        else:
            run.print(marks(text, run.render_options()))
        return
    _write(told.output, text, protected=run.database.files)
    run.say(_("{path} written ({format})").format(path=show(str(told.output)), format=form))


def _print_nothing(run: App, told: BulletinOptions, form: str) -> None:
    """One sentence where no project matches: in the file that was asked for, and for the person."""
    sentence = _("no project matches")
    if told.output is not None:
        _print(run, told, form, _alone(run, form, sentence))
    run.say(sentence)


def _alone(run: App, form: str, sentence: str) -> str | bytes:
    """One sentence as a file of a format."""
    if form == "html":
        from tracker.render.html import page

        return page(sentence, [sentence], run.render_options())
    if form == "docx":
        from tracker.render.docx import write_docx

        return write_docx([sentence], run.today, run.render_options())
    if form == "pdf":
        from tracker.render.pdf import write_pdf

        return write_pdf([sentence], run.today, run.render_options())
    return sentence + "\n"


def _write(path: Path, text: str | bytes, protected: tuple[Path, ...]) -> None:
    from tracker.render.output import write_atomically

    write_atomically(path, text if isinstance(text, bytes) else text.encode(), protected=protected)


def _gather(run: App, told: BulletinOptions, text: str) -> None:
    from tracker.schedule.digest import Part

    assert run.gathering is not None
    run.gathering.parts.append(Part(None, told.unit, text))
