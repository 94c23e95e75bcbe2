"""`tracker database check`: what is wrong with a database, a row a fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from tracker.database import Database, Reader
from tracker.dates import Period
from tracker.i18n import _, language
from tracker.queries import database_info
from tracker.queries.database_info import Seal
from tracker.reports.report import Column, Report
from tracker.text import plain_command, show
from tracker.vocabulary import Term, noun_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `what` is page, reference, record, schema, change, derived or seal, `where` the object or change."""

    what: str
    where: str
    finding: str


def faults(database: Database, reader: Reader, *, older: bool = False) -> Iterator[Fault]:
    """What the pages, the foreign keys and the references between open records say; the ledger knows the rest.

    Records of an `older` schema may lack the columns that refer.
    """
    engine = database_info.Engine(database.engine, reader)
    for finding in engine.damage():
        yield Fault("page", str(database), _("page check: {finding}").format(finding=show(finding)))
    for table, row, target in engine.broken_references():
        sentence = _("{table}, row {row}: refers to a row of {target} that is not there")
        yield Fault("reference", f"{table} {row}", sentence.format(table=table, row=row, target=target))
    for one in () if older else database_info.unresolved_references(reader):
        sentence = _("{record} {id} refers to {target} {number}, which has ended")
        sentence = sentence.format(
            record=noun_of(one.table), id=one.id, target=noun_of(one.target), number=show(str(one.target_id))
        )
        yield Fault("record", f"{one.table} {one.id}", sentence)


def of_schema(what: str, kind: str, name: str) -> Fault:
    """A table, view, trigger … that is missing, altered or foreign."""
    sentence = {
        "missing": _("{kind} {name} is missing"),
        "altered": _("{kind} {name} is not the one that this program creates"),
        "foreign": _("{kind} {name} is not of this program"),
    }[what]
    shown, word = show(name), _KINDS.get(kind, kind) if language() == "zh" else kind
    return Fault("schema", f"{word} {shown}", sentence.format(kind=word, name=shown))


def of_change(number: int) -> Fault:
    """A change whose rows do not match its hash."""
    sentence = _("change {number}: its rows are not what was recorded; see {command}").format(
        number=number, command=plain_command("log")
    )
    return Fault("change", str(number), sentence)


def of_derived(table: str, row: str) -> Fault:
    """A derived row that is not what follows from the records."""
    sentence = _("{table}, {row}: not what follows from the records; run: {command}").format(
        table=table, row=row, command=plain_command("database upgrade")
    )
    return Fault("derived", f"{table} {row}", sentence)


# --- the seal: kept elsewhere, it shows that nothing was cut off, forked or rewritten --------------------------------

_SEAL = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\D{1,40}?([0-9]{1,18})(?![0-9]).{1,40}?"
    r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f]).{1,40}?([0-9]{4}-[0-9]{2}-[0-9]{2})",
    re.DOTALL,
)
_EARLIER = re.compile(r'^\s*"?([0-9]{1,18}) ([0-9a-f]{12})"?,?\s*$', re.MULTILINE)


def seal_line(seal: Seal) -> str:
    """The seal in one line, as it stands in the foot of a digest or bulletin; a check reads it, in any language."""
    sentence = _("seal: ledger {ledger}, change {change}, hash {hash}, day {day}")
    return sentence.format(ledger=seal.ledger, change=seal.change, hash=seal.hash, day=seal.day.isoformat())


def state_line(seal: Seal) -> str:
    """Which state of the ledger a page or a document was made from; the beginning of the hash identifies it."""
    sentence = _("state of the ledger: change {change}, {day}, seal {hash}")
    return sentence.format(change=f"{seal.change:,}", day=Period.day(seal.day), hash=seal.hash[:12])


def seal_facts(seal: Seal) -> dict[str, str | int]:
    """The seal for a program."""
    return {"ledger": seal.ledger, "change": seal.change, "hash": seal.hash, "day": seal.day.isoformat()}


def seal_file(reader: Reader, *, as_json: bool) -> str:
    """The seal, and the beginning of every hash before it, which tells the first change that became another one."""
    seal, earlier = database_info.seal(reader), database_info.hashes(reader)
    lines = [f"{number} {earlier[number][:12]}" for number in sorted(earlier)]
    if as_json:
        return json.dumps({**seal_facts(seal), "hashes": lines}, indent=1) + "\n"
    return "\n".join([seal_line(seal), *lines, ""])


def against(reader: Reader, text: str) -> list[Fault] | None:
    """What contradicts the seals in a text, that of a seal's file or any digest; None where there is none in it."""
    seals = []
    for ledger, number, digest, day in _SEAL.findall(text):
        with suppress(ValueError):  # no day of any calendar: no seal of ours
            seals.append(Seal(ledger, int(number), digest, date.fromisoformat(day)))
    earlier = {int(number): digest for number, digest in _EARLIER.findall(text)}
    own, present = database_info.seal(reader).ledger, database_info.hashes(reader)
    found = [fault for seal in seals for fault in _contradictions(seal, own, present, earlier)]
    return found if seals else None


def _contradictions(seal: Seal, own: str, present: dict[int, str], earlier: dict[int, str]) -> Iterator[Fault]:
    """At most the first change that is another one than when it was sealed, and that the sealed one is not there."""
    if seal.ledger != own:
        sentence = _("the seal is of ledger {other}, and this is ledger {own}")
        yield Fault("seal", seal.ledger, sentence.format(other=seal.ledger, own=own))
        return
    # Beginnings that do not lead up to this very seal are of something else.
    led = (
        earlier
        if sorted(earlier) == list(range(seal.change + 1)) and seal.hash.startswith(earlier[seal.change])
        else {}
    )
    other = next((number for number in sorted(led) if number in present and present[number][:12] != led[number]), None)
    if other is not None:
        sentence = _(
            "change {number} is not the one that was sealed with change {change} on {day}: from there on the ledger was"
            " rewritten, or goes another way"
        )
        yield Fault("seal", str(other), sentence.format(number=other, change=seal.change, day=Period.day(seal.day)))
    elif present.get(seal.change, seal.hash) != seal.hash:
        sentence = _(
            "change {change} is not the one that was sealed on {day}: it or one before it was rewritten, or the ledger"
            " goes another way"
        )
        yield Fault("seal", str(seal.change), sentence.format(change=seal.change, day=Period.day(seal.day)))
    if seal.change not in present:
        sentence = _(
            "change {change}, sealed on {day}, is not there: the ledger ends with change {last} and was set back"
        )
        yield Fault(
            "seal", str(seal.change), sentence.format(change=seal.change, day=Period.day(seal.day), last=max(present))
        )


_CHECKED = {
    code: Term(code, chinese, code)
    for code, chinese in (
        ("page", "页面"),
        ("reference", "引用"),
        ("record", "记录"),
        ("schema", "结构"),
        ("change", "变更"),
        ("derived", "推算数"),
        ("seal", "印鉴"),
        ("whole", "完好"),
    )
}
# What a schema is made of.
_KINDS = {"table": "表", "view": "视图", "index": "索引", "trigger": "触发器", "function": "函数"}


def integrity(found: Sequence[Fault], today: date, *, older: bool = False) -> Report:
    """The faults as a report; one row says so where the database is whole, as far as an `older` one can be."""
    sentence = _("pages, schema, references, the hashes of all changes and derived rows are whole")
    whole = (
        _CHECKED["whole"],
        None,
        _("pages, references and the hashes of all changes are whole") if older else sentence,
    )
    return Report(
        "check",
        _("Check of the database"),
        (
            Column("what", _("Checked"), priority=2),
            Column("where", _("Where"), priority=2),
            Column("finding", _("Finding"), priority=1),
        ),
        tuple((_CHECKED[one.what], one.where, one.finding) for one in found) or (whole,),
        today,
    )
