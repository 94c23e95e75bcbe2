"""A map for a table with the best guess, to be read and corrected: what `--map-init` writes."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.i18n import _
from tracker.importer.mapping import headings
from tracker.importer.mapping.columns import Column
from tracker.importer.mapping.folding import has_chinese
from tracker.importer.mapping.reading import Assigned, Reading
from tracker.importer.mapping.units import split_unit
from tracker.importer.readers.table import Heading, Table
from tracker.records.schema import RECORD
from tracker.text import show, suggest


def write_map(table: Table, reading: Reading) -> str:
    """The TOML text of a map that reads the table as `reading` does, with a comment on whatever can be said."""
    return "\n".join([*_head(table, reading), "", "[columns]", *_columns(table, reading), "", *_tail(reading)]) + "\n"


def _head(table: Table, reading: Reading) -> Iterator[str]:
    yield _comment(_("A map for files like {name}: tracker import FILE --map THIS.toml").format(name=table.name))
    yield _comment(_("Take away the # before a line to use it."))
    yield ""
    yield f"what = {_text('' if reading.kind == 'record' else reading.kind)}"
    for name, example, remark in (
        ("currency", "CNY", _("of amounts that name none")),
        ("unit", "万元", _("of numbers where neither the heading nor the title says one")),
        ("date_order", "dmy", _("dmy, mdy or ymd, for days like 04/05/2023")),
        ("numbers", "1.234,56", _("or 1,234.56")),
        ("as_of", "2023-06", _("the month the file speaks of")),
        ("key", "project.code", _("the column, or its target, that tells which project a row is of")),
        ("blank", "keep", _("an empty cell: keep what is recorded, or clear it")),
        ("sheet", table.sheet or "1", _("a name or number")),
        ("encoding", table.encoding or "gb18030", ""),
        ("delimiter", table.delimiter or ";", ""),
    ):
        yield f"# {name} = {_text(example)}" + (f"  # {remark}" if remark else "")
    yield f"# header = {table.header_row}  # {_('the row of the headings')}"
    yield f"# transpose = {'true' if table.transposed else 'false'}"


def _columns(table: Table, reading: Reading) -> Iterator[str]:
    yield _comment(_("heading = KIND.FIELD, or “skip”; several fields: { to = […], split = “/” }"))
    yield _comment(_("a figure of a period: capital[completed].figure @2023-06, with ytd or cumulative behind it"))
    assigned = {one.heading.index: one for one in reading.assigned}
    columns = {column.index: column for column in reading.columns}
    for heading in table.headings:
        one = assigned.get(heading.index)
        if one is None:
            yield from _ignored(reading, heading, table)
            continue
        if one.note:
            yield _comment(one.note)
        yield f"{_key(table, heading)} = {_entry(one, columns.get(heading.index))}"


def _ignored(reading: Reading, heading: Heading, table: Table) -> Iterator[str]:
    asked = next((problem for problem in reading.problems if heading.text in problem.column), None)
    close = suggest(heading.text, headings.spellings(reading.kind)) if reading.kind != RECORD else None
    if asked is not None:
        target = headings.known(reading.kind, split_unit(heading.text)[0])
        yield _comment(f"{asked.problem}; {asked.hint}")
        yield f"# {_key(table, heading)} = {_text(str(target or '…'))}"
        return
    if close and not headings.numbering(heading.text):
        target = headings.known(reading.kind, close)
        yield _comment(_("not known; is it “{close}”: {target}?").format(close=close, target=target))
    yield f'{_key(table, heading)} = "skip"'


def _entry(one: Assigned, column: Column | None) -> str:
    """The target as the heading gives it; its period is told again from the heading of the next file."""
    if column is None:
        return _text(one.target)
    targets = [str(target if column.by_map else target.open) for target in column.targets]
    to = _text(targets[0]) if len(targets) == 1 else "[" + ", ".join(map(_text, targets)) + "]"
    said = {
        "unit": one.unit if column.unit else "",
        "currency": column.currency,
        "date_order": one.order,
        "numbers": column.numbers or "",
        "split": column.split,
    }
    more = "".join(f", {name} = {_text(word)}" for name, word in said.items() if word)
    return f"{{ to = {to}{more} }}" if more or len(targets) > 1 else to


def _key(table: Table, heading: Heading) -> str:
    twice = sum(one.text == heading.text for one in table.headings) > 1
    return _text(f"{heading.above} / {heading.text}" if twice and heading.above else heading.text)


def _tail(reading: Reading) -> Iterator[str]:
    chinese = any(has_chinese(one.heading.text) for one in reading.assigned)
    yield "[constants]"
    yield _comment(_("what holds for every row"))
    yield '# "project.site" = "…"'
    yield '# "capital.kind" = "completed"'
    yield ""
    yield "[values.stage]"
    yield _comment(
        _("what words of the file mean; also [values.capital_kind], [values.project_kind], [values.light] …")
    )
    yield '# "推进中" = "under_construction"' if chinese else '# "In delivery" = "under_construction"'


def _comment(text: str) -> str:
    return "# " + show(text)


def _text(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's, except for the delete character."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
