"""Records of a file entered in the ledger: every kind of record, one pass, one change; checks before it is written."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, make_dataclass, replace
from dataclasses import field as column
from datetime import date
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from tracker.analysis.findings import slip_power, slip_words
from tracker.analysis.running import Fall, Overlap, Restatement, Series
from tracker.database import batches
from tracker.dates import ALWAYS, Period, month_end
from tracker.engine import fetched
from tracker.errors import InputRejected, Refused, TrackerError, UsageError, ValueRefused
from tracker.i18n import _, language, ngettext
from tracker.importer.matching import (
    CITED,
    Difference,
    Effect,
    FieldDiff,
    LabelDiff,
    Matcher,
    Outcome,
    Rules,
    Skipped,
    Source,
    amount,
    codes_of_excel,
    days_part,
    effective_from,
    labels_of,
    leaves_out,
    merged,
    owner_column,
    part_of,
    parts_of,
    period_in,
    several,
)
from tracker.importer.merge import Merge
from tracker.ledger import capital, derived, stages
from tracker.ledger.capital import NewEntry, entry_of, figure_columns, figure_of, first_signed, in_force
from tracker.ledger.citation import Citation, happened, long_text, period_columns, period_of, planned, require_past
from tracker.ledger.hash_chain import plain
from tracker.ledger.labels import canonical, pair
from tracker.ledger.milestones import code_of, reached_already
from tracker.ledger.projects import require_no_circle
from tracker.ledger.store import Store, table_of
from tracker.models.base import OPEN, Versioned
from tracker.models.baseline import Baseline
from tracker.models.capital import BASES, CapitalEntry
from tracker.models.company import Company
from tracker.models.condition import ConditionEvent
from tracker.models.fields import FIELDS
from tracker.models.label import Label
from tracker.models.milestone import Milestone, MilestoneDate
from tracker.models.project import Project
from tracker.models.reference import CustomField
from tracker.models.stage import StageEvent
from tracker.money import Figure, Money
from tracker.queries.as_of import FOREVER, AsOf
from tracker.records.schema import KINDS, Problem, Record
from tracker.reports.check import check
from tracker.reports.report import Cell
from tracker.settings import Thresholds
from tracker.text import LONGEST_CODE, clean, clean_code, command_line, did_you_mean, fold, not_one_of, shorten
from tracker.vocabulary import CAPITAL_KINDS, STAGES, VALID_FROM, milestone_term

# --- labels: tags, aliases, external ids, declared fields ------------------------------------------------------------

_CATEGORIES = {"tags": "tag", "aliases": "alias", "ids": "external", "fields": "field"}
_VALUED = ("external", "field")


class LabelDiffs:
    """The labels of one record beside those of its project or company.

    A file of ours says all there is, so that what it does not name is taken off; anybody else's only adds and changes.
    An empty cell takes all off.
    """

    def __init__(self, matcher: Matcher) -> None:
        """Begin at `matcher`."""
        self._matcher = matcher

    def read(self, record: Record) -> dict[str, dict[str, tuple[str, str | None]]]:
        """For each field the record gives: the names and values under their folded names, checked."""
        found: dict[str, dict[str, tuple[str, str | None]]] = {}
        for key, category in _CATEGORIES.items():
            if key in record.values:
                self._matcher.at = key
                pairs = [self._pair(category, text) for text in record.values[key] or ()]
                found[key] = {fold(name): (name, value) for name, value in pairs if value != ""}
        return found

    def labels(self, record: Record, owner: Project | Company, wanted: dict[str, Any]) -> Iterator[LabelDiff]:
        """What is to be written of `wanted`, a field at a time."""
        for key, names in wanted.items():
            category = _CATEGORIES[key]
            present = {fold(label.name): label for label in labels_of(self._matcher.store, owner, category)}
            whole = self._matcher.ours or not record.values[key]
            gone = [label for name, label in present.items() if whole and name not in names]
            fresh = [pair for name, pair in names.items() if name not in present]
            given = [(present[name], value) for name, (_n, value) in names.items() if name in present]
            moved = [(label, value) for label, value in given if label.value != value]
            if gone or fresh or moved:
                yield self._aside(key, owner, gone, fresh, moved)

    def _aside(
        self,
        key: str,
        owner: Project | Company,
        gone: list[Label],
        fresh: list[tuple[str, str | None]],
        moved: list[tuple[Label, str | None]],
    ) -> LabelDiff:
        matcher, category = self._matcher, _CATEGORIES[key]
        columns = {owner_column(owner): owner.id, "category": category}

        def write() -> None:
            for label in gone:
                matcher.store.end(label)
            for label, value in moved:
                matcher.store.revise(label, value=value)
            for name, value in fresh:
                matcher.store.add(Label.model_validate(columns | {"name": name, "value": value}))

        def edited() -> bool:
            if any(matcher.provenance.edited(label, ("value",)) for label, _value in moved):
                return True
            return any(matcher.provenance.removed(Label, columns | {"name": name}) for name, _value in fresh)

        old = tuple(_label_text(label.name, label.value) for label in gone + [label for label, _value in moved])
        new = tuple(_label_text(name, value) for name, value in fresh + [(label.name, value) for label, value in moved])
        return LabelDiff(key, new or None, old or None, write, edited)

    def _pair(self, category: str, text: str) -> tuple[str, str | None]:
        if category not in _VALUED:
            return clean(text, _("alias") if category == "alias" else _("tag")), None
        if category == "external":
            name, value = pair(text, _("an external id is SCHEME=ID"))
            return clean(name, _("scheme")), value
        name, value = pair(text, _("a field is NAME=VALUE"))
        fields = {fold(row.name): row for row in self._matcher.store.find(CustomField)}
        field = fields.get(fold(name))
        if field is None:
            hint = did_you_mean(name, [one.name for one in fields.values()])
            raise Refused(
                _("no field “{name}” is declared{hint}; declare it first: {command}").format(
                    name=shorten(name), hint=hint, command=command_line(_("project field NAME --type text"))
                )
            )
        try:
            return field.name, value and canonical(self._matcher.store, field, value)
        except UsageError as error:
            raise Refused(str(error)) from error


def _label_text(name: str, value: str | None) -> str:
    return shorten(name if value is None else f"{name}={value}")


# --- companies and projects ------------------------------------------------------------------------------------------

# The fields that are entered as they are; who is called what, and to whom it belongs, is looked up.
_AS_THEY_ARE = {
    table: tuple(one.key for one in every if one.key not in ("code", "name", "milestone") and not one.refers)
    for table, every in FIELDS.items()
}
_SAME_NAME = ("one", "each")
# A code made of an English name ends with the word before this many characters.
_SHORT = 24


class Companies:
    """Records of companies."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin at `matcher`."""
        self._matcher = matcher
        self._labels = LabelDiffs(matcher)

    def take(self, record: Record) -> None:
        """Enter one company."""
        matcher = self._matcher
        matcher.at = "name"
        name = clean(record.values.get("name") or "", _("name"))
        found = matcher.companies.by_name(name) if matcher.ours else matcher.companies.find(name)
        parts = list(parts_of(matcher, record, _AS_THEY_ARE["company"]))
        if found is None or fold(found.name) == fold(name):
            parts.insert(0, FieldDiff("name", {"name": name}, lambda row: shorten(row.name)))
        wanted = self._labels.read(record)
        row = matcher.enter(
            record,
            found,
            lambda: Company.model_validate(merged(parts)),
            parts,
            shorten(name),
            labels=lambda row: self._labels.labels(record, row, wanted),
        )
        if row is not None:
            matcher.companies.put(row)


class Projects:
    """Records of projects.

    One is found by its code, an alias or a former code; without a code by an external id, else by its exact name where
    one project alone has it and no external id speaks against it. A new one without a code gets one: its external id,
    else its English name shortened, else P-1, P-2, …
    """

    def __init__(self, matcher: Matcher) -> None:
        """Begin at `matcher`."""
        self._matcher = matcher
        self._labels = LabelDiffs(matcher)
        self._parents: list[tuple[Record, int]] = []
        # New projects that may be known under another code; the first row of each project.
        self._twins: list[tuple[Record, Project, str, list[Project]]] = []
        self._rows: dict[int, int] = {}
        # The rows that tell something of days of their own: they are of one project, whatever rows have its name.
        self.dated: set[int] = set()
        self._numbers: dict[str, int] = {}

    def take(self, record: Record) -> None:
        """Enter one project; its parent waits for `settle`, because it may come later in the file."""
        matcher, values = self._matcher, record.values
        if values.get("code") and not matcher.ours and not _is_code(values["code"]):
            # It gets a code made of it, and is found again by what stands in the file.
            values["aliases"] = (*(values.get("aliases") or ()), values["code"])
        wanted = self._labels.read(record)
        found = self._found(record, wanted.get("ids", {}))
        parts = list(self._parts(record))
        twins: list[Project] = []
        if found is None and values.get("code") and not matcher.ours:
            twins = self._possible_twins(record)
            if len(twins) == 1 and matcher.answer(record, "code", "same-project") == "yes":
                found = twins.pop()
                what = f"{found.code} {found.name}"
                matcher.projects.put(matcher.give_alias(record, found, what, values["code"]))
        if (parent := self._parent(record, found)) is not None:
            parts.append(parent)
        name = self._name(record, found)
        if name is not None:
            parts.insert(0, name)
        code = found.code if found else self._code(record, wanted.get("ids", {}))
        what = f"{code} {shorten(values.get('name') or values.get('name_en') or (found.name if found else code), 40)}"
        columns = merged(parts)
        columns |= {"code": code, "name": columns.get("name") or columns.get("name_en") or code}
        row = matcher.enter(
            record,
            found,
            lambda: Project.model_validate(columns),
            parts,
            what,
            labels=lambda row: self._labels.labels(record, row, wanted),
            removed={"code": code},
        )
        if row is None:
            matcher.projects.refused.setdefault(fold(code), record.row)
            return
        matcher.projects.put(row)
        if twins:
            self._twins.append((record, row, what, twins))
        self._rows.setdefault(row.id, record.row)
        if not matcher.ours:
            matcher.of_row[record.row] = row.id
        if "parent" in values and parent is None:
            self._parents.append((record, row.id))

    def _found(self, record: Record, ids: dict[str, tuple[str, str | None]]) -> Project | None:
        projects, code = self._matcher.projects, record.values.get("code")
        self._matcher.at = "code"
        if code:
            if (row := projects.by_name(code)) is not None or self._matcher.ours:
                return row
            meant = projects.by_word(code, (projects.alias,))
            return meant[0] if len(meant) == 1 else projects.by_former_code(code)
        pairs = [f"{name}={value}" for name, value in ids.values()]
        of_ids = {row.id: row for text in pairs for row in projects.by_word(text, (projects.external,))}
        if len(of_ids) > 1:
            self._matcher.at = "ids"
            codes = _(", ").join(sorted(row.code for row in of_ids.values()))
            raise UsageError(_("the ids are those of several projects ({codes}): give the code").format(codes=codes))
        for row in of_ids.values():
            return row
        for field, weights in (("name", (3, 4)), ("name_en", (4, 3))):
            self._matcher.at = field
            named = projects.by_word(record.values.get(field) or "", weights)
            if meant := [row for row in named if not self._contradicts(row, ids)]:
                return self._one_of(record, meant)
        return None

    def _possible_twins(self, record: Record) -> list[Project]:
        """The projects of the ledger that one with a new code may be: as a spreadsheet spells it, or of its name."""
        projects, values = self._matcher.projects, record.values
        spelled = [row for code in codes_of_excel(values["code"]) if (row := projects.by_name(code)) is not None]
        named = [row for row in projects.by_word(values.get("name") or "", (3, 4)) if row.id not in self._rows]
        return list({row.id: row for row in spelled or named}.values())

    def _same(self, row: Project, other: Project, *, may_differ: bool) -> list[str]:
        """What two projects have in common; nothing where they differ in company or total and may not."""
        store = self._matcher.store
        before = in_force(store.find(CapitalEntry, project_id=other.id, kind="total"), self._matcher.day)
        totals = self._matcher.totals.get(row.id), figure_of(before) if before else None
        found = []
        for word, mine, theirs in (
            (_("same name"), fold(row.name), fold(other.name)),
            (_("same company"), row.company_id, other.company_id),
            (_("same total"), *totals),
        ):
            if mine is not None and mine == theirs:
                found.append(word)
            elif mine is not None and theirs is not None and not may_differ:
                return []
        return found

    def _one_of(self, record: Record, meant: list[Project]) -> Project | None:
        """Which of the projects of its name a row without a code is of; None for one that is new.

        Where each row is a project of its own they are taken one after another, those of the row's company first.
        """
        matcher = self._matcher
        answer = matcher.answer(record, matcher.at, "same-name")
        earlier = [self._rows[row.id] for row in meant if row.id in self._rows]
        plain = matcher.ours or (len(meant) == 1 and (not earlier or record.row in self.dated))
        name = shorten(record.values.get(matcher.at) or "")
        if answer not in _SAME_NAME and earlier and not plain:
            sentence = _("“{name}” is in row {row} too, and neither has a code: are they one project?")
            sentence = sentence.format(name=name, row=earlier[0])
            answer = matcher.ask(record, matcher.at, "same-name", sentence, *_SAME_NAME)
        elif answer not in _SAME_NAME and not plain:
            codes = shorten(_(", ").join(sorted(row.code for row in meant)))
            sentence = _("“{name}” names {count} projects ({codes}), and the row has no code: is each row one of them?")
            sentence = sentence.format(name=name, count=len(meant), codes=codes)
            answer = matcher.ask(record, matcher.at, "same-name", sentence, "each", note=_("else give each a code"))
        if answer != "each" or matcher.ours:
            if len(meant) > 1:
                raise several(record.values.get(matcher.at) or "", meant)
            return meant[0]
        company = fold(record.values.get("company") or "")
        free = [row for row in meant if row.id not in self._rows]
        known = {row.id: fold(found.name) for row in free if (found := matcher.companies.row(row.company_id))}
        own = [row for row in free if known.get(row.id, company) == company or not company]
        return next(iter(sorted(own, key=lambda row: row.id not in known)), None)

    def _contradicts(self, row: Project, ids: dict[str, tuple[str, str | None]]) -> bool:
        """Whether a project has another id of one of the schemes."""
        labels = labels_of(self._matcher.store, row, "external")
        return any(ids[fold(label.name)][1] != label.value for label in labels if fold(label.name) in ids)

    def _name(self, record: Record, found: Project | None) -> FieldDiff | None:
        """The name as a part; one found by another of its names keeps its own."""
        if "name" not in record.values:
            if found is None and not (record.values.get("name_en") or record.values.get("code")):
                self._matcher.at = "name"
                raise ValueRefused(_("a project needs a name"))
            return None
        self._matcher.at = "name"
        name = clean(record.values["name"] or "", _("name"))
        if found is not None and not record.values.get("code") and fold(found.name) != fold(name):
            return None
        return FieldDiff("name", {"name": name}, lambda row: shorten(row.name))

    def _parts(self, record: Record) -> Iterator[FieldDiff]:
        yield from parts_of(self._matcher, record, _AS_THEY_ARE["project"])
        if "company" in record.values:
            name = record.values["company"]
            company = self._matcher.company(record) if name else None
            companies = self._matcher.companies
            yield FieldDiff(
                "company",
                {"company_id": company.id if company else None},
                lambda row: shorten(known.name) if (known := companies.row(row.company_id)) else None,
            )

    # --- codes ---------------------------------------------------------------------------------------------------

    def _code(self, record: Record, ids: dict[str, tuple[str, str | None]]) -> str:
        """The code of a new project: as given, else one made for it."""
        if record.values.get("code"):
            self._matcher.at = "code"
            given = record.values["code"]
            if self._matcher.ours or _is_code(given) or not (formed := _codelike(given[:LONGEST_CODE])):
                return clean_code(given, _("code"))
            self._matcher.remark(
                _("codes with signs that a code cannot have are brought into form, and kept as aliases")
            )
            return self._free(formed)
        names = (record.values.get("name_en"), record.values.get("name"))
        made = [*(_codelike(value or "") for _name, value in ids.values()), *(_short(name or "") for name in names)]
        for code in made:
            if code:
                return self._free(code)
        return self._free("P", first=1)

    def _free(self, code: str, first: int = 2) -> str:
        """`code`, or with the first number behind it that is free."""
        if first > 1 and self._matcher.projects.by_name(code) is None:
            return code
        number = self._numbers.get(code, first)
        stem = code[: LONGEST_CODE - 6].rstrip("-./")
        while self._matcher.projects.by_name(f"{stem}-{number}") is not None:
            number += 1
        self._numbers[code] = number
        return f"{stem}-{number}"

    # --- parents -------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Give the projects the parents that came after them in the file."""
        matcher = self._matcher
        for record, row, what, twins in self._twins:
            spelled = {fold(code) for code in codes_of_excel(row.code)}
            for other in twins:
                is_spelled = fold(other.code) in spelled
                same = self._same(row, other, may_differ=is_spelled)
                if len(same) > (0 if is_spelled else 1):
                    sentence = _("{code}: {name} exists as {other} ({same}): the same?").format(
                        code=row.code, name=shorten(other.name), other=other.code, same=_(", ").join(same)
                    )
                    matcher.guess(record, "code", "same-project", sentence, ("project", what, ""))
        for record, number in self._parents:
            row = matcher.project_of(number)
            try:
                matcher.at = "parent"
                part = self._adopted(row, matcher.projects.find(record.values["parent"]))
                if part.differs(row):
                    matcher.projects.put(matcher.amend(record, row, part, row.code))
            except TrackerError as error:
                matcher.refuse(record, error)

    def _parent(self, record: Record, found: Project | None) -> FieldDiff | None:
        """The parent as a part; None where the file gives none, or one that is not known yet."""
        if "parent" not in record.values:
            return None
        self._matcher.at = "parent"
        word = record.values["parent"]
        try:
            parent = self._matcher.projects.find(word) if word else None
        except UsageError:
            return None
        return self._adopted(found, parent)

    def _adopted(self, row: Project | None, parent: Project | None) -> FieldDiff:
        projects = self._matcher.projects
        number = parent.id if parent else None
        if row is not None and row.parent_id != number:
            if row.id == number:
                raise Refused(_("{code} cannot be a part of its own part").format(code=row.code))
            require_no_circle(self._matcher.store, row, number)
        return FieldDiff(
            "parent",
            {"parent_id": number},
            lambda row: above.code if (above := projects.row(row.parent_id)) else None,
        )


def _is_code(text: str) -> bool:
    try:
        return bool(clean_code(text, ""))
    except ValueRefused:
        return False


def _codelike(text: str) -> str:
    """A text as a code, with a hyphen for what codes may not have; "" where nothing is left."""
    code = re.sub(r"[^\w./-]+|_", "-", text.strip()).strip("-./")
    code = re.sub(r"/[-./]+", "/", code)
    try:
        return clean_code(code, _("code")) if len(code) <= LONGEST_CODE else ""
    except ValueRefused:
        return ""


def _short(name: str) -> str:
    """A short code of a name in Latin letters: its first words, "high-speed-rail"; "" for any other name."""
    if not name.isascii():
        return ""
    words = re.findall("[a-z0-9]+", name.casefold())
    code = ""
    for word in words:
        if code and len(code) + 1 + len(word) > _SHORT:
            break
        code = f"{code}-{word}" if code else word[:_SHORT]
    return code if re.search("[a-z]", code) else ""


# --- stages, conditions and milestones -------------------------------------------------------------------------------

_EVENT_TEXTS = ("reason", "note", "source", "quote")
_PLANNED = ("baseline", "forecast")
_DAYS = (*_PLANNED, "actual")
_ON = ("first_day", "last_day", "period_text")
_PROGRESS: tuple[type[Versioned], ...] = (StageEvent, ConditionEvent, Milestone, MilestoneDate)


class Progress:
    """Records of stages, of conditions and of the days of milestones.

    What the ledger has of the projects of a file is read at once, compared in memory, and what is new is written at
    once by `settle`. An event is the same where its word and its day are; in anybody else's file also where one of the
    two days contains the other. A stage without a day was reached by the day of the file, a condition holds since then.
    A planned day that moved is a forecast, made on the day of the file: the baseline stays.
    """

    def __init__(self, matcher: Matcher) -> None:
        """Begin with none."""
        self._matcher = matcher
        self._lists: dict[tuple[type[Versioned], int], list[Any]] = {}
        # New rows by their numbers, each with the row of the file that gave it; nothing of them is in the ledger yet.
        self._fresh: dict[type[Versioned], dict[int, tuple[Any, int]]] = {model: {} for model in _PROGRESS}
        self._taken: set[tuple[type[Versioned], int]] = set()
        self._forecasts: set[tuple[int, str]] = set()
        self._undated = 0

    def in_order(self, kind: str, records: Sequence[Record]) -> Sequence[Record]:
        """The records of a kind by their days; a file of ours has the order in which things were recorded.

        Plans come before forecasts, these in the order made, then what happened; what has no day comes last. Reads what
        the ledger has of their projects.
        """
        matcher, ours = self._matcher, self._matcher.ours
        numbers = set()
        for record in records:
            with suppress(TrackerError):
                numbers.add(number := matcher.project(record).id)
                if not ours and kind == "milestone" and record.values.get("what") == "forecast":
                    self._forecasts.add((number, code_of(record.values.get("milestone") or "")))
        for model in _PROGRESS:
            matcher.store.load(model, "project_id", numbers)
        if ours:
            return records

        def place(record: Record) -> tuple[Any, ...]:
            if kind == "milestone":
                what = record.values.get("what") or "baseline"
                return (_DAYS.index(what) if what in _DAYS else len(_DAYS), record.values.get("made") or date.max)
            on: Period | None = record.values.get("on")
            return (0, on.first, on.last) if on else (1,)

        return sorted(records, key=place)

    def take(self, record: Record) -> None:
        """Enter one record."""
        project = self._matcher.project(record)
        if record.kind == "milestone":
            self._milestone(record, project)
        else:
            self._event(record, project, StageEvent if record.kind == "stage" else ConditionEvent)

    def settle(self) -> None:
        """Write what is new, and say which stages had no day."""
        store = self._matcher.store
        for model, fresh in self._fresh.items():
            if fresh:
                cells = attrgetter(*_columns_of(model))
                rows = (list(map(plain, cells(row))) for row, _number in fresh.values())
                store.insert_many(model, _columns_of(model), rows)
            fresh.clear()
        self._lists.clear()
        if self._undated:
            sentence = ngettext(
                "{count} stage has no day in the file: it was reached by {day}, the day itself is not known",
                "{count} stages have no day in the file: they were reached by {day}, the days themselves are not known",
                self._undated,
            )
            self._matcher.remark(sentence.format(count=f"{self._undated:,}", day=Period.day(self._matcher.day)))
            self._undated = 0

    # --- rows in memory ----------------------------------------------------------------------------------------------

    def _of(self, model: type[Versioned], project: Project) -> list[Any]:
        """The rows of a project, in the order recorded, those of the file included."""
        key = (model, project.id)
        if key not in self._lists:
            self._lists[key] = list(self._matcher.store.find(model, project_id=project.id))
        return self._lists[key]

    def _days(self, project: Project, milestone: Any, *whats: str) -> list[Any]:
        """The days of a milestone of these sorts, in the order made."""
        rows = self._of(MilestoneDate, project)
        found = [row for row in rows if row.milestone_id == milestone.id and row.what in whats]
        return sorted(found, key=lambda row: (row.effective_from, row.id))

    def _write(self, model: type[Versioned], project: Project, row_number: int, facts: dict[str, Any]) -> Any:
        """A new row; one of the ledger once `settle` wrote it."""
        number = self._matcher.store.next_id(model)
        row = _row_type(model)(**facts | {"id": number, "project_id": project.id})
        self._fresh[model][number] = (row, row_number)
        self._of(model, project).append(row)
        return row

    def _row_of(self, model: type[Versioned], row: Any) -> int | None:
        """The row of this file that gave a row; None where the ledger had it."""
        return self._fresh[model].get(row.id, (None, None))[1]

    def _revise(self, model: type[Versioned], project: Project, row: Any, **new: Any) -> None:
        rows = self._of(model, project)
        if row.id in self._fresh[model]:
            _set(row, new)
        else:
            rows[rows.index(row)] = self._matcher.store.revise(row, **new)

    def _put_last(self, model: type[Versioned], project: Project, row: Any) -> None:
        """Record an event anew, after one that was learnt late: the order of recording is that of the stages."""
        store, rows = self._matcher.store, self._of(model, project)
        rows.remove(row)
        if (fresh := self._fresh[model].pop(row.id, None)) is not None:
            newer = self._write(model, project, fresh[1], asdict(row))
        else:
            store.end(row)
            rows.append(newer := store.add(model.model_validate(row.facts())))
        if (model, row.id) in self._taken:
            self._taken.add((model, newer.id))

    def _compare(
        self, record: Record, model: type[Versioned], project: Project, row: Any, parts: list[FieldDiff], what: str
    ) -> None:
        """Write what a record says of a row that is there. Raises Refused where this file said something else."""
        matcher, number = self._matcher, self._row_of(model, row)
        if number is None:
            rows = self._of(model, project)
            newer = matcher.enter(record, row, lambda: row, parts, what)
            rows[rows.index(row)] = newer
            return
        for part in parts:
            if part.differs(row) and part.shown(row) is not None and part.new is not None:
                matcher.at = part.field
                raise Refused(_("row {row} of this file contradicts it").format(row=number))
        _set(row, merged(part for part in parts if part.new is not None))
        matcher.change(record, ())

    # --- stages and conditions ---------------------------------------------------------------------------------------

    def _event(self, record: Record, project: Project, model: type[Versioned]) -> None:
        matcher, kind, ours = self._matcher, record.kind, self._matcher.ours
        word = next(parts_of(matcher, record, (kind,)), None)
        if word is None or not word.columns[kind]:
            matcher.at = kind
            raise ValueRefused(_("{field} is missing").format(field=kind))
        code, on = word.columns[kind], record.values.get("on")
        texts = list(parts_of(matcher, record, _EVENT_TEXTS))
        matcher.at = "on"
        events = self._of(model, project)
        same = [row for row in events if getattr(row, kind) == code]
        what = f"{project.code} {_event_name(kind, code)}"
        found = self._same_event(record, model, same, on)
        if found is not None:
            self._taken.add((model, found.id))
            if record.values.get("present") and STAGES[code].order < STAGES[events[-1].stage].order:
                # The row says where the project is: it was further.
                if self._stays(record, project, events, code, None):
                    matcher.change(record, ())
                else:
                    self._append(record, model, project, code, None, what, ())
                return
            known = period_in(found)
            if ours:
                texts.append(days_part(matcher, record, self._usual(found.last_day)))
            if on is not None and known != on and _within(on, known):
                texts.append(self._happened(on))
            self._compare(record, model, project, found, texts, what)
        elif on is None and not ours and (getattr(events[-1], kind) if events else "active") == code:
            matcher.change(record, ())
        elif on is not None and (other := self._standing(kind, events, code)) and (model, other.id) not in self._taken:
            self._correct(record, model, project, other, on, what)
        else:
            later = [] if kind != "stage" or record.values.get("reason") else stages.learnt_before(events, code, on)
            asks = kind == "stage" and (not later or record.values.get("present"))
            stays = asks and self._stays(record, project, events, code, on)
            if stays and not later:
                matcher.change(record, ())
            else:
                self._append(record, model, project, code, on, what, later if stays or not asks else [])

    def _usual(self, last: date | None) -> date:
        """The day from which an event counts by itself."""
        return min(last or self._matcher.day, self._matcher.rules.today)

    def _happened(self, on: Period) -> FieldDiff:
        """The day of something that happened."""
        return FieldDiff("on", happened(on, self._matcher.rules.today), period_in)

    def _same_event(self, record: Record, model: type[Versioned], rows: list[Any], on: Period | None) -> Any:
        ours = self._matcher.ours
        if ours:
            rows = [row for row in rows if (model, row.id) not in self._taken]
        if on is None:
            by = effective_from(self._matcher, record, self._usual(None))
            return next((row for row in rows if ours and row.first_day is None and row.effective_from == by), None)
        exact = [row for row in rows if period_in(row) == on]
        exact += [row for row in rows if _within(period_in(row), on) or _within(on, period_in(row))]
        return next(iter(exact), None)

    @staticmethod
    def _standing(kind: str, events: list[Any], code: str) -> Any:
        """The dated event of a word that still holds: nothing later took it back."""
        for event in reversed(events):
            if getattr(event, kind) == code:
                return event if event.first_day is not None else None
            if kind != "stage" or STAGES[event.stage].order < STAGES[code].order:
                return None
        return None

    def _correct(
        self, record: Record, model: type[Versioned], project: Project, row: Any, on: Period, what: str
    ) -> None:
        """Another day for what happened: a correction, which is asked for."""
        matcher, part = self._matcher, self._happened(on)
        was = period_in(row)
        number = self._row_of(model, row)
        if number is not None:
            raise Refused(_("row {row} of this file contradicts it").format(row=number))
        difference = Difference(record.row, "changed", record.kind, what, "on", was, on)
        if matcher.provenance.edited(row, _ON) and matcher.keep(replace(difference, how="kept")):
            return
        question = _("{what} is recorded for {was}, and the file says {on}: is that a correction?")
        answer = matcher.ask(record, "on", "actual", question.format(what=what, was=was, on=on), "correct", "keep")
        if answer == "keep":
            matcher.change(record, ())
            return
        self._revise(model, project, row, **part.columns)
        if model is StageEvent:
            for milestone in self._of(Milestone, project):
                for day in self._days(project, milestone, "actual") if milestone.code == row.stage else ():
                    if period_in(day) == was:
                        self._revise(MilestoneDate, project, day, **part.columns)
        matcher.change(record, [difference])

    def _stays(self, record: Record, project: Project, events: list[Any], code: str, on: Period | None) -> bool:
        """Whether the project stays at a stage beyond the one that the file says."""
        matcher = self._matcher
        if matcher.ours or not events or STAGES[code].order >= STAGES[events[-1].stage].order:
            return False
        last = events[-1]
        old, new = _event_name("stage", last.stage), _event_name("stage", code)
        kept = Difference(record.row, "kept", "stage", project.code, "stage", old, new)
        if self._row_of(StageEvent, last) is None and matcher.provenance.by_person(last) and matcher.keep(kept):
            return True
        if record.values.get("reason"):
            return False
        question = _("{code} is at “{old}”, and the file says “{new}”: did it go back, and why?")
        sentence = question.format(code=project.code, old=old, new=new)
        answer = matcher.ask(record, "on" if on else "stage", "back", sentence, "keep", free=_("REASON"))
        if answer == "keep":
            return True
        record.values["reason"] = answer
        return False

    def _append(
        self,
        record: Record,
        model: type[Versioned],
        project: Project,
        code: str,
        on: Period | None,
        what: str,
        later: Sequence[StageEvent],
    ) -> None:
        matcher, kind, why = self._matcher, record.kind, record.values.get("reason")
        today, events, ours = matcher.rules.today, self._of(model, project), matcher.ours
        matcher.at = "on" if on else kind
        days = stages.stage_days(on, matcher.day, today)
        back, undated = False, None
        if kind == "stage":
            stages.require_not_ended(project, self._of(ConditionEvent, project))
            undated = next((row for row in events if on and row.stage == code and row.first_day is None), None)
            if undated is not None and on is not None:
                stages.require_between(project, on, undated, events)
            elif not later:
                back = stages.require_step(project, events, code, on, why)
        else:
            stages.require_condition(project, events, code, on, why)
        since = days_part(matcher, record, self._usual(on.last if on else None))
        texts = merged([*parts_of(matcher, record, _EVENT_TEXTS), since])
        if undated is not None:
            # A day found later takes the place of the stage without one.
            given = {name: value for name, value in (days | texts).items() if value is not None}
            self._revise(model, project, undated, **given)
            matcher.change(record, [Difference(record.row, "changed", kind, what, "on", None, on)])
        else:
            row = self._write(model, project, record.row, {kind: code} | days | texts)
            self._taken.add((model, row.id))
            for other in later:
                self._put_last(model, project, other)
            matcher.add(record, what, on or Period.by(self._usual(None)))
            self._undated += on is None and kind == "stage" and not ours
        if kind == "stage" and not ours:
            if back:
                # The milestones of stages beyond it are no longer reached.
                for milestone in self._of(Milestone, project):
                    if milestone.code in STAGES and STAGES[milestone.code].order > STAGES[code].order:
                        for row in self._days(project, milestone, "actual"):
                            self._of(MilestoneDate, project).remove(row)
                            if self._fresh[MilestoneDate].pop(row.id, None) is None:
                                matcher.store.end(row)
            if on is not None and stages.is_built(code):
                self._mark(record.row, project, code, on)

    # --- milestones --------------------------------------------------------------------------------------------------

    def _mark(self, row_number: int, project: Project, code: str, on: Period) -> None:
        """Mark the milestone of a stage as reached, where the project has one that is open."""
        for milestone in self._of(Milestone, project):
            if milestone.code == code and not self._days(project, milestone, "actual"):
                facts = {"milestone_id": milestone.id, "what": "actual"} | happened(on, self._matcher.rules.today)
                self._write(MilestoneDate, project, row_number, facts)

    def _milestone(self, record: Record, project: Project) -> None:
        """Enter one day of a milestone, or a milestone without one."""
        matcher, values, ours = self._matcher, record.values, self._matcher.ours
        matcher.at = "milestone"
        code = code_of(values.get("milestone") or "")
        what = values.get("what") or "baseline"
        if what not in _DAYS:
            matcher.at = "what"
            raise ValueRefused(not_one_of(what, _DAYS))
        matcher.at = "on"
        on: Period | None = values.get("on")
        if on is None and what != "baseline":
            raise ValueRefused(_("the day is missing"))
        if what == "actual" and on is not None:
            require_past(on, matcher.rules.today)
        called = _called(project, code)
        milestone = next((one for one in self._of(Milestone, project) if one.code == code), None)
        gone = milestone is None and matcher.provenance.removed(Milestone, {"project_id": project.id, "code": code})
        if gone and matcher.keep(Difference(record.row, "kept", record.kind, called, old=_("removed"))):
            return
        texts = list(parts_of(matcher, record, CITED))
        made = self._made(record, what, on) if on is not None else None
        milestone, is_new = self._opened(record, project, code, milestone)
        if on is None:
            matcher.add(record, _called(project, code, what)) if is_new else matcher.change(record, ())
        elif what == "actual":
            self._reached(record, project, milestone, on, made, texts)
        elif ours or values.get("made"):
            rows = [one for one in self._days(project, milestone, what) if one.effective_from == made]
            rows = [one for one in rows if (MilestoneDate, one.id) not in self._taken]
            found = next(iter([one for one in rows if period_in(one) == on] or rows), None)
            self._planned(record, project, milestone, what, on, made, texts, found)
        else:
            self._expected(record, project, milestone, what, on, texts)

    def _opened(self, record: Record, project: Project, code: str, found: Any) -> tuple[Any, bool]:
        """The milestone, and whether it is new; its title and the like are as the file says."""
        matcher = self._matcher
        parts = [one for one in parts_of(matcher, record, _AS_THEY_ARE["milestone"]) if found or one.new is not None]
        one = part_of(KINDS["milestone"].field("weight"), 1)
        parts = [one if part.columns == {"weight": None} else part for part in parts]
        if found is None:
            facts = {"code": code, "weight": 1} | merged(parts)
            return self._write(Milestone, project, record.row, facts), True
        row = found
        for part in parts:
            if part.differs(row):
                if self._row_of(Milestone, row) is not None:
                    _set(row, part.columns)
                else:
                    rows = self._of(Milestone, project)
                    newer = matcher.amend(record, row, part, _called(project, code))
                    rows[rows.index(row)] = row = newer
        return row, False

    def _made(self, record: Record, what: str, on: Period) -> date:
        """The day from which a day of a milestone counts."""
        self._matcher.at = "made"
        made: date | None = record.values.get("made")
        if made is not None:
            require_past(made, self._matcher.rules.today)
        usual = {"baseline": ALWAYS, "forecast": self._matcher.day, "actual": self._usual(on.last)}[what]
        return effective_from(self._matcher, record, usual, "made")

    def _planned(
        self,
        record: Record,
        project: Project,
        milestone: Any,
        what: str,
        on: Period,
        made: date | None,
        texts: list[FieldDiff],
        found: Any = None,
    ) -> None:
        """A day as the file has it, beside the others of its sort or in the place of one that was said before."""
        told = _called(project, milestone.code, what)
        if found is not None:
            days = FieldDiff("on", period_columns(on), period_in)
            self._compare(record, MilestoneDate, project, found, [days, *texts], told)
        else:
            if what == "forecast" and not self._matcher.ours and self._days(project, milestone, "actual"):
                self._matcher.at = "on"
                raise reached_already(project, milestone)
            facts = {"milestone_id": milestone.id, "what": what} | planned(on, made) | merged(texts)
            found = self._write(MilestoneDate, project, record.row, facts)
            self._matcher.add(record, told, on)
            if what == "baseline" and not self._matcher.ours:
                for event in stages.standing(self._of(StageEvent, project)):
                    if event.stage == milestone.code:
                        self._mark(record.row, project, event.stage, period_of(event))
        self._taken.add((MilestoneDate, found.id))

    def _expected(
        self, record: Record, project: Project, milestone: Any, what: str, on: Period, texts: list[FieldDiff]
    ) -> None:
        """A planned or expected day of a file that does not say when it was made: on the day of the file."""
        matcher, day = self._matcher, self._matcher.day
        matcher.at = "on"
        if what == "baseline" and not self._days(project, milestone, "baseline"):
            return self._planned(record, project, milestone, what, on, ALWAYS, texts)
        # A file with a column of forecasts beside it says of its plans that they are none.
        alone = what == "baseline" and (project.id, milestone.code) not in self._forecasts
        plans = self._days(project, milestone, *(_PLANNED if alone else (what,)))
        plans = [row for row in plans if row.effective_from <= day] or plans[:1]
        current = plans[-1] if plans else None
        if current is None:
            return self._planned(record, project, milestone, what, on, day, texts)
        was, told = period_in(current), _called(project, milestone.code)
        if was == on or _within(was, on):
            return self._compare(
                record, MilestoneDate, project, current, texts, _called(project, milestone.code, current.what)
            )
        number = self._row_of(MilestoneDate, current)
        if number is not None:
            raise Refused(_("row {row} of this file contradicts it").format(row=number))
        difference = Difference(record.row, "changed", record.kind, told, "forecast", was, on)
        said_before = [row for row in plans if period_in(row) == on and matcher.provenance.by_import(row)]
        if said_before and matcher.provenance.by_person(current) and matcher.keep(replace(difference, how="kept")):
            return matcher.change(record, ())
        if self._days(project, milestone, "actual"):
            if any(period_in(row) == on for row in plans):
                return matcher.change(record, ())
            raise reached_already(project, milestone)
        if what == "baseline" and (project.id, milestone.code) in self._forecasts:
            sentence = _("{what} is planned for {was}, and the file says {on} beside a forecast: is there a new plan?")
            sentence = sentence.format(what=told, was=was, on=on)
            matcher.ask(
                record,
                "on",
                "plan",
                sentence,
                "keep",
                note=_("a new plan: {command}").format(command=command_line("project rebaseline")),
            )
            return matcher.change(record, ())
        facts = {"milestone_id": milestone.id, "what": "forecast"} | planned(on, day) | merged(texts)
        self._write(MilestoneDate, project, record.row, facts)
        matcher.change(record, [difference])
        sentence = _("a planned day that moved is recorded as a forecast made on {day}; the baseline stays")
        return matcher.remark(sentence.format(day=Period.day(day)))

    def _reached(
        self, record: Record, project: Project, milestone: Any, on: Period, made: date | None, texts: list[FieldDiff]
    ) -> None:
        """The day on which a milestone was reached."""
        matcher = self._matcher
        matcher.at = "on"
        told = _called(project, milestone.code, "actual")
        days = FieldDiff("on", period_columns(on), period_in)
        since = FieldDiff("made", {"effective_from": made}, lambda row: row.effective_from)
        found = next(iter(self._days(project, milestone, "actual")), None)
        if found is None:
            facts = {"milestone_id": milestone.id, "what": "actual"} | merged([days, since, *texts])
            self._write(MilestoneDate, project, record.row, facts)
            matcher.add(record, told, on)
        elif matcher.ours:
            self._compare(record, MilestoneDate, project, found, [days, since, *texts], told)
        elif _within(period_in(found), on):
            self._compare(record, MilestoneDate, project, found, texts, told)
        elif _within(on, period_in(found)):
            self._compare(record, MilestoneDate, project, found, [self._happened(on), *texts], told)
        else:
            self._correct(record, MilestoneDate, project, found, on, told)


@cache
def _columns_of(model: type[Versioned]) -> tuple[str, ...]:
    return tuple(name for name in model.model_fields if name not in ("recorded_from", "recorded_to"))


@cache
def _row_type(model: type[Versioned]) -> type[Any]:
    """A row that is not in the ledger yet: there are many of them, and a table's own are ten times as large."""
    columns = ((name, Any, column(default=model.model_fields[name].default)) for name in _columns_of(model))
    return make_dataclass(model.__name__, columns, slots=True)


def _set(row: Any, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def _within(known: Period | None, said: Period | None) -> bool:
    """Whether `known` lies inside `said`."""
    return known is not None and said is not None and said.first <= known.first and known.last <= said.last


def _event_name(kind: str, code: str) -> str:
    words = KINDS[kind].field(kind).words
    return words[code].name(language()) if words else code


def _called(project: Project, milestone: str, what: str = "") -> str:
    """A milestone of a project, and which of its days, in the words of the language."""
    return f"{project.code} {_milestone_name(milestone, what, language())}"


@cache
def _milestone_name(milestone: str, what: str, lang: str) -> str:
    whats = {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}
    return " ".join([milestone_term(milestone).name(lang), *([whats[what]] if what else [])])


# --- capital: the entries the ledger has ------------------------------------------------------------------------------

# Kind, basis, first and last day: what a record and an entry have in common. A cumulative figure has no first day.
Key = tuple[str, str, date | None, date | None]


def key_of(kind: str, basis: str, first: date | None, last: date | None) -> Key:
    """The key under which a record and an entry meet."""
    if kind == "total" or last is None:
        return (kind, basis, None, None)
    return (kind, basis, None if basis == "cumulative" else first, last)


class Entries:
    """The open entries of the projects that a file names, read project by project."""

    def __init__(self, store: Store) -> None:
        """Begin with none."""
        self._store = store
        # Those that another file of this change opened may have entries of it.
        self._opened_before = frozenset(store.opened)
        self._of: dict[int, dict[Key, list[Any]]] = {}
        self._numbers: dict[int, Any] = {}
        # The numbers of those that a record met.
        self.met: set[int] = set()

    def of(self, project: int) -> dict[Key, list[Any]]:
        """The entries of a project by key, those of one key in the order recorded."""
        if project not in self._of:
            self.load([project])
        return self._of[project]

    def load(self, projects: Sequence[int]) -> None:
        """Read the entries of some projects at once."""
        wanted = [project for project in projects if project not in self._of]
        self._of.update({project: {} for project in wanted})
        wanted = [one for one in wanted if one not in self._store.opened or one in self._opened_before]
        table = table_of(CapitalEntry)
        query = sa.select(table).where(table.c.recorded_to == OPEN).order_by(table.c.id)
        for some in batches(wanted, 500):
            for row in self._store.connection.execute(query.where(table.c.project_id.in_(some))):
                key = key_of(row.kind, row.basis, row.first_day, row.last_day)
                self._of[row.project_id].setdefault(key, []).append(row)
                self._numbers[row.id] = row

    def numbered(self, project: int, number: int) -> Any:
        """The entry of a project with this number, None where it has none."""
        self.of(project)
        row = self._numbers.get(number)
        return row if row is not None and row.project_id == project else None

    def not_met(self, project: int, key: Key, currency: str | None) -> Sequence[Any]:
        """The entries under a key that no record has met, of a currency (None: of any) or without an amount."""
        return [
            row
            for row in self.of(project).get(key, ())
            if row.id not in self.met and (currency is None or row.minor is None or row.currency == currency)
        ]


# --- capital: what a record says --------------------------------------------------------------------------------------

_CODES = frozenset(CAPITAL_KINDS.codes)
# Words repeat down a column; more are not remembered.
_REMEMBERED = 10_000


class CapitalValues(NamedTuple):
    """What a record says, checked; `cited` holds note, quotation and source as far as the file gives them.

    `given_from` is the day from which it counts where the file says it, `effective_from` that day or the usual one;
    `key` that under which it is met, `cells` and `days` its kind and span as columns and ordinals.
    """

    figure: Figure
    cited: dict[str, str | None]
    kind: str
    basis: str
    on: Period | None
    given_from: date | None
    effective_from: date
    key: Key
    cells: tuple[str | None, ...]
    days: tuple[int, ...]


def span(matcher: Matcher, kind: str, basis: str, on: Period | None, given: date | None) -> tuple[Any, ...]:
    """What figures of a kind and span have in common. Raises Refused and ValueRefused for what cannot be recorded."""
    matcher.at = "basis"
    if basis not in BASES:
        raise ValueRefused(not_one_of(basis, BASES))
    capital.require_basis(kind, basis)
    matcher.at = "on"
    capital.require_period(kind, on, basis)
    today = matcher.rules.today
    usual = ALWAYS
    if kind == "plan" and on is not None:
        usual = on.first
    elif kind not in VALID_FROM and on is not None:
        if basis == "period" and on.first == date(today.year, 1, 1) and on.last > month_end(today):
            # A figure that adds up, of the running year, is one of the year to the day of the file.
            basis, on = "ytd", Period.of(on.first, max(matcher.day, on.first))
            sentence = _("a figure of the year {year} is read as the year to date, to {day}")
            matcher.remark(sentence.format(year=today.year, day=Period.day(on.last)))
        capital.require_recordable(on, today)
        if basis == "ytd":
            on = Period.of(date(on.last.year, 1, 1), on.last)
        usual = min(on.last, today)
    if given is not None and given > max(usual, today):
        given = None
    since = usual if given is None else given
    texts = (on.first.isoformat(), on.last.isoformat(), on.text) if on else (None, None, None)
    days = (on.first.toordinal(), on.last.toordinal()) if on else ()
    cells = (kind, basis, *texts, since.isoformat())
    first, last = (on.first, on.last) if on else (None, None)
    return (kind, basis, on, given, since, key_of(kind, basis, first, last), cells, days)


@lru_cache(_REMEMBERED)
def _cited_text(text: str | None) -> str | None:
    return long_text(text, _("text"))


def what_of(matcher: Matcher, project: int, said: CapitalValues) -> str:
    """What a record is called where it is listed."""
    words = [matcher.project_of(project).code, CAPITAL_KINDS[said.kind].name(language())]
    if said.on:
        words.append(f"{said.on}")
    basis = {"ytd": _("year to date"), "cumulative": _("cumulative")}.get(said.basis)
    return _(", ").join(filter(None, (" ".join(words), basis)))


# --- capital: series as a whole ---------------------------------------------------------------------------------------

# Projects looked at together.
_BATCH = 200
# Restatements that are kept to be listed.
_MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Series:
    """The rows of a project, kind and currency before and after this change."""

    project: int
    kind: str
    currency: str
    before: list[Any]
    after: list[Any]

    @property
    def is_sound(self) -> bool:
        """Whether there is one figure, not below zero, which contradicts nothing."""
        return len(self.after) < 2 and all((row.minor or 0) >= 0 for row in self.after)


class SeriesCheck:
    """The entries that a file wrote, and what came of them."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin with none."""
        self._matcher = matcher
        # The projects whose series are to be looked at as a whole.
        self._projects: set[int] = set()
        # The days of the new periods of a project and kind, as ordinals: first, last, first, last …
        self._days: dict[tuple[int, str], array[int]] = {}
        # The rows of the file that new entries came from, in the order written.
        self._new = array("q")
        self._revised: dict[int, int] = {}

    def wrote(self, project: int, row: int, said: CapitalValues) -> None:
        """Note that a row of the file gave a new entry."""
        self._new.append(row)
        if said.basis != "period":
            self._projects.add(project)
        elif project not in self._projects:
            key = (project, said.kind)
            days = self._days.get(key)
            if days is None:
                days = self._days[key] = array("q")
            days.extend(said.days)

    def revised(self, project: int, entry: int, row: int) -> None:
        """Note that a row of the file changed an entry."""
        self._projects.add(project)
        self._revised[entry] = row

    def report(self) -> None:
        """Refuse the rows that overlap others in part or are in another currency; tell of restatements and falls."""
        self._pass_plain()
        for of_kind in self._series():
            if len(of_kind) > 1 and not self._matcher.ours:
                self._require_currency(of_kind)
            for series in of_kind:
                if not series.is_sound:
                    self._compare(series)

    def _pass_plain(self) -> None:
        """Look only at projects with other entries than periods that are of the same days or have none in common."""
        projects = sorted({project for project, _kind in self._days} - self._projects)
        number = self._matcher.store.change.id
        for some in batches(projects, _BATCH):
            for row in self._rows(some, before=number):
                if row.basis != "period":
                    self._projects.add(row.project_id)
                elif (days := self._days.get((row.project_id, row.kind))) is not None:
                    days.extend((row.first_day.toordinal(), row.last_day.toordinal()))
        for (project, _kind), days in self._days.items():
            spans = sorted({*zip(days[::2], days[1::2], strict=True)})
            if any(one[1] >= other[0] for one, other in pairwise(spans)):
                self._projects.add(project)
        self._days.clear()

    def _series(self) -> Iterator[list[_Series]]:
        """The series that the file wrote to, those of a project and kind together."""
        written = {
            before.id: after
            for model, before, after in self._matcher.store.written()
            if model is CapitalEntry and before is not None
        }
        number = self._matcher.store.change.id
        projects = sorted(self._projects)
        for some in batches(projects, _BATCH):
            found: dict[tuple[int, str, str], _Series] = {}
            for row in self._rows(some):
                now = written.get(row.id, row)
                if row.recorded_from != number:
                    self._of(found, row).before.append(row)
                if now is not None:
                    self._of(found, now).after.append(now)
            compared = {series.project for series in found.values() if not series.is_sound}
            self._matcher.store.load(StageEvent, "project_id", compared)
            by_kind: dict[tuple[int, str], list[_Series]] = defaultdict(list)
            for (project, kind, _currency), series in found.items():
                by_kind[project, kind].append(series)
            yield from by_kind.values()

    @staticmethod
    def _of(found: dict[tuple[int, str, str], _Series], row: Any) -> _Series:
        key = (row.project_id, row.kind, row.currency)
        if key not in found:
            found[key] = _Series(*key, [], [])
        return found[key]

    def _rows(self, projects: Sequence[int], before: int | None = None) -> Iterable[Any]:
        columns = table_of(CapitalEntry).c
        query = (
            sa.select(table_of(CapitalEntry))
            .where(columns.recorded_to == OPEN, columns.project_id.in_(projects), columns.kind.not_in(VALID_FROM))
            .order_by(columns.id)
        )
        if before is not None:
            query = query.where(columns.recorded_from < before)
        return self._matcher.store.connection.execute(query)

    # --- rules -------------------------------------------------------------------------------------------------------

    def _require_currency(self, of_kind: list[_Series]) -> None:
        """Rule 16: running figures stay in one currency."""
        number = self._matcher.store.change.id
        latest = capital.last_running(row for series in of_kind for row in series.before)
        for series in of_kind:
            if latest is None or series.currency == latest.currency:
                continue
            new = [row for row in series.after if row.recorded_from == number and row.basis != "period"]
            if not any(row.minor is not None for row in new):
                continue
            sentence = _("the last running figure of {code} is in {other} (entry {id}), this one in {currency}")
            self._refuse(
                new[0],
                "figure",
                sentence.format(code=self._code(series), other=latest.currency, id=latest.id, currency=series.currency),
            )

    def _compare(self, series: _Series) -> None:
        begun = first_signed(self._matcher.store, series.project)
        before, after = (Series(map(entry_of, rows), begun) for rows in (series.before, series.after))
        what = f"{self._code(series)} {CAPITAL_KINDS[series.kind].name(language())}"
        known = {*before.overlaps(), *before.disagreements(), *before.falls()}
        news: list[Restatement | Fall | Overlap] = [*after.overlaps(), *after.disagreements(), *after.falls()]
        for found in news:
            if found in known:
                continue
            if isinstance(found, Overlap) and not self._matcher.ours:
                self._refuse_overlap(series, found)
            elif len(self._matcher.outcome.effects) < _MOST:
                self._matcher.outcome.effects.append(Effect(what, found, series.currency))

    def _refuse_overlap(self, series: _Series, overlap: Overlap) -> None:
        """Rule 6: a period that contains no other and is contained in none."""
        rows = {row.id: row for row in series.after}
        new, other = rows[overlap.left_out], rows[overlap.kept]
        if self._row_of(new) is None:
            new, other = other, new
        row = self._row_of(other)
        where = _("entry {id}").format(id=other.id) if row is None else _("row {row}").format(row=row)
        self._refuse(
            new,
            "on",
            _("{period} overlaps {other} ({where}) in part: give periods that contain each other or are apart").format(
                period=_period(new), other=_period(other), where=where
            ),
        )

    def _refuse(self, row: Any, field: str, sentence: str) -> None:
        code = self._matcher.project_of(row.project_id).code
        values = {"project": code, "kind": row.kind, "basis": row.basis, "on": _period(row), "figure": figure_of(row)}
        self._matcher.at = field
        self._matcher.refuse(Record("capital", values, self._row_of(row) or 0), Refused(sentence))

    def _row_of(self, row: Any) -> int | None:
        """The row of the file that gave an entry, None for one of the ledger."""
        if row.id in self._revised:
            return self._revised[row.id]
        number = self._matcher.store.change.id
        if row.recorded_from != number:
            return None
        query = sa.text("SELECT COUNT(*) FROM capital_entry WHERE recorded_from = :number AND id < :id")
        place = self._matcher.store.connection.execute(query, {"number": number, "id": row.id}).scalar() or 0
        return self._new[place]

    def _code(self, series: _Series) -> str:
        return self._matcher.project_of(series.project).code


def _period(row: Any) -> Period:
    first: date = row.first_day
    return Period.of(first, row.last_day, row.period_text)


# --- records of capital ----------------------------------------------------------------------------------------------

_COLUMNS = (
    *("project_id", "minor", "currency", "qualifier", "availability"),
    *("kind", "basis", "first_day", "last_day", "period_text", "effective_from"),
    *("note", "quote", "source"),
)
_FIGURE = ("minor", "currency", "qualifier", "availability")
_TOGETHER = 5_000
# A total, a plan, a running figure: there is one a project and period.
_Single = tuple[int, Key]


class Capital:
    """Records of capital entries. `settle` deals with those that had to wait for the others."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin at `matcher`."""
        self._matcher = matcher
        self._entries = Entries(matcher.store)
        self._effects = SeriesCheck(matcher)
        self._new: list[tuple[Any, ...]] = []
        self._waiting: list[Record] = []
        self._single: dict[_Single, tuple[int, Figure]] = {}
        # The rows that gave the flows of a project and period, of which a file of anybody's has one.
        self._rows: dict[_Single, int] = {}
        # The currency of a kind of a project, for its figures without an amount.
        self._currencies: dict[tuple[int, str], str] = {}
        # What figures have in common, by kind and what a record says of its span; the words for projects that were met.
        self._spans: dict[tuple[str, str, Period | None, date | None], tuple[Any, ...]] = {}
        self._words: set[str] = set()

    def take(self, record: Record) -> None:
        """Enter one record, or let it wait."""
        project = self._matcher.project(record)
        said = self._values(record)
        if said.kind == "total":
            self._matcher.totals.setdefault(project.id, said.figure)
        # A file of ours has every total and plan that was agreed, one after the other.
        agreed = said.kind in VALID_FROM and not self._matcher.ours
        if (agreed or said.basis != "period") and self._repeated(record, project, said):
            return
        if agreed:
            self._agreed(record, project, said)
            return
        not_met = self._not_met(project, said)
        may_meet = not_met or record.values.get("entry") is not None
        held = self._meets(record, project, said, not_met) if may_meet else None
        if held is not None:
            self._compare(record, project, held, said)
        elif not_met:
            # Another row may equal the open entry; only then it is known which one differs.
            self._waiting.append(record)
        else:
            self._add(record, project, said)
        if not self._matcher.ours:
            self._rows.setdefault((project.id, said.key), record.row)

    def _values(self, record: Record) -> CapitalValues:
        """What a record says. Raises Refused and ValueRefused for what cannot be recorded."""
        matcher, values = self._matcher, record.values
        kind, figure = values.get("kind"), values.get("figure")
        if kind not in _CODES:
            matcher.at = "kind"
            kind = CAPITAL_KINDS.parse(kind or "")
        matcher.at = "figure"
        if figure is None:
            raise ValueRefused(_("the amount is missing: give it, or write unknown or withheld"))
        capital.require_amount(kind, figure, matcher.rules.currency)
        # A file repeats its days row after row.
        said = (kind, values.get("basis") or "period", values.get("on"), values.get("effective_from"))
        found = self._spans.get(said)
        if found is None:
            found = self._spans[said] = span(matcher, *said)
        cited = {}
        for name in CITED:
            if name in values:
                matcher.at = name
                cited[name] = _cited_text(values[name])
        return CapitalValues(figure, cited, *found)

    def prefetch(self, records: Sequence[Record]) -> None:
        """Read at once what the ledger has of the projects of some records."""
        words = {record.values.get("project") or "" for record in records}
        self._entries.load(self._numbers_of(words - self._words))
        self._words |= words
        if not self._matcher.ours:
            # A total or plan is compared with those before it in the ledger.
            agreed = {one.values.get("project") or "" for one in records if one.values.get("kind") in VALID_FROM}
            self._matcher.store.load(CapitalEntry, "project_id", self._numbers_of(agreed))

    def _numbers_of(self, words: Iterable[str]) -> list[int]:
        return sorted({row.id for word in words for row in self._matcher.projects.by_word(word)})

    def settle(self) -> None:
        """Enter what waited, which differs from the ledger; then look at what the file does to its series."""
        for record in self._waiting:
            self._matcher.at = ""
            try:
                self._settle_one(record)
            except TrackerError as error:
                self._matcher.refuse(record, error)
        self._flush()
        self._effects.report()

    # --- meeting -------------------------------------------------------------------------------------------------

    def _repeated(self, record: Record, project: Project, said: CapitalValues) -> bool:
        """Whether the file gave this figure before, of which there is one. Raises Refused where it was another."""
        row, figure = self._single.setdefault((project.id, said.key), (record.row, said.figure))
        if figure != said.figure:
            self._matcher.at = "figure"
            raise Refused(_("row {row} of this file contradicts it").format(row=row))
        if row == record.row:
            return False
        self._matcher.change(record, ())
        return True

    def _not_met(self, project: Project, said: CapitalValues) -> Sequence[Any]:
        money = said.figure.money
        return self._entries.not_met(project.id, said.key, money.currency if money else None)

    def _meets(self, record: Record, project: Project, said: CapitalValues, not_met: Sequence[Any]) -> Any:
        """The entry of the ledger that a record means for certain."""
        number = record.values.get("entry")
        held = self._entries.numbered(project.id, number) if number is not None else None
        if held is not None and held.kind == said.kind:
            if held.id in self._entries.met:
                self._matcher.at = "entry"
                raise Refused(_("entry {id} is in this file twice").format(id=number))
            return held
        same = [held for held in not_met if figure_of(held) == said.figure]
        if said.kind in VALID_FROM:
            return next((held for held in same if held.effective_from == said.effective_from), None)
        return next((held for held in same if not self._differing(held, said)), next(iter(same), None))

    def _settle_one(self, record: Record) -> None:
        project = self._matcher.project(record)
        said = self._values(record)
        found = self._not_met(project, said)
        if said.kind in VALID_FROM:
            # The first version of the program kept the last total alone, and not since when it holds.
            same = [held for held in found if figure_of(held) == said.figure and said.given_from is None]
            found = same or [held for held in found if held.effective_from == said.effective_from]
        if found:
            self._compare(record, project, found[0], said)
        else:
            self._add(record, project, said)

    # --- totals and plans ----------------------------------------------------------------------------------------

    def _agreed(self, record: Record, project: Project, said: CapitalValues) -> None:
        """A total or plan of a sheet: another one than the ledger has holds from the day of the sheet."""
        matcher, day = self._matcher, self._matcher.day
        where = {"first_day": said.key[2], "last_day": said.key[3]} if said.kind == "plan" else {}
        before = matcher.store.find(CapitalEntry, project_id=project.id, kind=said.kind, **where)
        standing = capital.in_force(before, day) or min(before, key=lambda row: row.effective_from, default=None)
        if standing is None:
            what = self._listed(project, said)
            if not self._stays_withdrawn(record, project, said, what):
                capital.record(matcher.store, project, self._entry(project, said, said.given_from))
                self._count_new(record, said, what)
            return
        what = what_of(matcher, project.id, said)
        was = capital.figure_of(standing)
        if was == said.figure:
            cited = {name: (getattr(standing, name), text) for name, text in said.cited.items() if text is not None}
            cited = {name: (old, text) for name, (old, text) in cited.items() if old != text}
            if cited:
                matcher.store.revise(standing, **{name: text for name, (_old, text) in cited.items()})
            matcher.change(
                record, [Difference(record.row, "changed", "capital", what, n, *c) for n, c in cited.items()]
            )
            return
        told = _("{what}, from {day}").format(what=what, day=Period.day(day))
        change = Difference(record.row, "changed", "capital", told, "figure", amount(was), amount(said.figure))
        if self._is_of_a_person(standing, before, said.figure) and matcher.keep(replace(change, how="kept")):
            matcher.change(record, ())
            return
        if standing.effective_from > day and standing.effective_from == standing.first_day:
            # A plan of a year to come holds from its first day.
            columns = figure_columns(said.figure, standing.currency) | {"quote": None} | said.cited
            matcher.store.revise(standing, **columns)
        else:
            capital.record(matcher.store, project, self._entry(project, said, day))
        matcher.change(record, [change])

    def _entry(self, project: Project, said: CapitalValues, from_day: date | None) -> NewEntry:
        cited = said.cited
        source, quote = cited.get("source"), cited.get("quote")
        cite = Citation(f"{source or ''} / {quote}" if quote else source, cited.get("note"))
        currency = self._currency(project.id, said)
        return NewEntry(said.kind, said.figure, said.on, currency=currency, from_day=from_day, cite=cite)

    def _is_of_a_person(self, standing: CapitalEntry, before: Sequence[CapitalEntry], figure: Figure) -> bool:
        """Whether a person put the standing total or plan in the place of what an import says once more."""
        past = self._matcher.provenance
        if past.edited(standing, _FIGURE):
            return True
        return past.by_person(standing) and any(
            capital.figure_of(old) == figure and past.by_import(old) for old in before
        )

    # --- writing -------------------------------------------------------------------------------------------------

    def _add(self, record: Record, project: Project, said: CapitalValues) -> None:
        """Write a new entry, unless a person took the same one back."""
        what = self._listed(project, said)
        row = self._rows.get((project.id, said.key))
        is_instalment = said.on is not None and said.on.first == said.on.last
        if row is not None and said.basis == "period" and not self._matcher.ours and not is_instalment:
            question = _("{what}: row {row} has a figure of the same days: is this a further one, or to be left out?")
            sentence = question.format(what=what_of(self._matcher, project.id, said), row=row)
            if self._matcher.ask(record, "figure", "same-month", sentence, "further", "out") == "out":
                self._matcher.change(record, ())
                return
        if self._stays_withdrawn(record, project, said, what):
            return
        if said.kind in VALID_FROM:
            # Few of them, and a version of a baseline may put one from another day on.
            self._matcher.store.add(CapitalEntry.model_validate(self._columns(project.id, said)))
        else:
            self._new.append(self._cells(project.id, said))
            self._effects.wrote(project.id, record.row, said)
            if len(self._new) >= _TOGETHER:
                self._flush()
        self._count_new(record, said, what)

    def _listed(self, project: Project, said: CapitalValues) -> str:
        """What a new record is called; "" where enough are listed: words for what is not shown would be most work."""
        outcome = self._matcher.outcome
        counts_only = outcome.listed is not None and len(outcome.fresh) >= outcome.listed
        return "" if counts_only else what_of(self._matcher, project.id, said)

    def _count_new(self, record: Record, said: CapitalValues, what: str) -> None:
        if what:
            self._matcher.add(record, what, amount(said.figure))
        else:
            self._matcher.outcome.counts["capital", "new"] += 1
            self._matcher.outcome.more += 1

    @cached_property
    def _withdrawn(self) -> set[tuple[Any, ...]]:
        """What imports recorded and people withdrew."""
        return {
            (row.kind, row.basis, row.last_day, row.project_id, capital.figure_of(row))
            for row in self._matcher.provenance.gone(CapitalEntry)
        }

    def _stays_withdrawn(self, record: Record, project: Project, said: CapitalValues, what: str) -> bool:
        """Whether an import recorded just this entry, a person withdrew it, and that is to stay."""
        gone = self._withdrawn
        if not gone or (said.kind, said.basis, said.on and said.on.last, project.id, said.figure) not in gone:
            return False
        what = what or what_of(self._matcher, project.id, said)
        new = amount(said.figure)
        return self._matcher.keep(Difference(record.row, "kept", "capital", what, "", _("withdrawn"), new))

    def _columns(self, project: int, said: CapitalValues) -> dict[str, Any]:
        """The columns of its entry."""
        return dict(zip(_COLUMNS, self._cells(project, said), strict=True))

    def _cells(self, project: int, said: CapitalValues) -> tuple[Any, ...]:
        """The cells under _COLUMNS, days as texts: a file of a hundred thousand figures spends its time here."""
        figure, cited = said.figure, said.cited
        return (
            project,
            figure.money.minor if figure.money else None,
            self._currency(project, said),
            figure.qualifier,
            figure.availability,
            *said.cells,
            cited.get("note"),
            cited.get("quote"),
            cited.get("source"),
        )

    def _currency(self, project: int, said: CapitalValues) -> str:
        """The currency of a figure; of one without an amount that of the others of its kind."""
        key = (project, said.kind)
        if said.figure.money is not None:
            self._currencies[key] = said.figure.money.currency
            return said.figure.money.currency
        if key not in self._currencies:
            every = [held for found in self._entries.of(project).values() for held in found if held.kind == said.kind]
            stated = said.figure.currency or self._matcher.rules.currency
            self._currencies[key] = every[-1].currency if every else stated
        return self._currencies[key]

    def _flush(self) -> None:
        if self._new:
            self._matcher.store.insert_many(CapitalEntry, _COLUMNS, self._new)
            self._new = []

    def _differing(self, held: Any, said: CapitalValues) -> list[tuple[str, Cell, Cell]]:
        """The fields in which a record differs from the entry it means: field, old, new."""
        found: list[tuple[str, Cell, Cell]] = []
        on, ours = said.on, self._matcher.ours
        if (was := figure_of(held)) != said.figure:
            found.append(("figure", amount(was), amount(said.figure)))
        same_days = (held.first_day, held.last_day) == ((on.first, on.last) if on else (None, None))
        if not same_days and ours:
            found.append(("on", period_in(held), on))
        cited = said.cited.items()
        found += [(name, getattr(held, name), text) for name, text in cited if getattr(held, name) != text]
        # Where nobody says since when a total or plan holds, it is met by its figure alone.
        is_told = said.given_from is not None or said.kind not in VALID_FROM
        if ours and same_days and is_told and held.effective_from != said.effective_from:
            found.append(("effective_from", held.effective_from, said.effective_from))
        if ours and held.basis != said.basis:
            found.append(("basis", held.basis, said.basis))
        return found

    def _compare(self, record: Record, project: Project, held: Any, said: CapitalValues) -> None:
        """Correct the entry a record means where they differ."""
        self._entries.met.add(held.id)
        matcher, what = self._matcher, what_of(self._matcher, project.id, said)
        differing = self._differing(held, said)
        if not differing:
            matcher.change(record, ())
            return
        old = capital.open_entry(matcher.store, held.id)
        columns = self._columns(project.id, said)
        parts = {"figure": _FIGURE, "on": _ON}
        wanted = [
            (field, was, new)
            for field, was, new in differing
            if not (
                matcher.provenance.edited(old, parts.get(field, (field,)))
                and matcher.keep(Difference(record.row, "kept", "capital", what, field, was, new))
            )
        ]
        matcher.change(record, [Difference(record.row, "changed", "capital", what, *one) for one in wanted])
        if not wanted:
            return
        named = {field for field, _was, _new in wanted}
        names = [name for field in named for name in parts.get(field, (field,))]
        if "on" in named:
            names.append("effective_from")
        new = {name: columns[name] for name in names}
        if "figure" in named and said.cited.get("quote") is None:
            # No document may prove another number.
            new["quote"] = None
        matcher.store.revise(old, **new)
        if said.kind not in VALID_FROM:
            self._effects.revised(project.id, held.id, record.row)


# --- versions of baselines -------------------------------------------------------------------------------------------

_BASELINE = ("start", "end", "approved", "reason", "note", "source", "quote")


class Baselines:
    """Records of baselines. `settle` writes the new ones, version after version.

    Of a version that stands only dates, reason and source can change. A total of a version is an entry of its project.
    """

    def __init__(self, matcher: Matcher) -> None:
        """Begin with those there are."""
        self._matcher = matcher
        self._rows = {(row.project_id, row.version): row for row in matcher.store.find(Baseline)}
        self._new: dict[int, list[Record]] = defaultdict(list)

    def take(self, record: Record) -> None:
        """Enter one version of a baseline, or let it wait."""
        matcher = self._matcher
        project = matcher.project(record)
        matcher.at = "version"
        version = merged(parts_of(matcher, record, ("version",))).get("version")
        if not version:
            raise ValueRefused(_("a version is a number from 1 on"))
        found = self._rows.get((project.id, version))
        if found is None:
            self._new[project.id].append(record)
            return
        matcher.at = "total"
        entry = matcher.store.get(CapitalEntry, found.entry_id) if found.entry_id is not None else None
        if "total" in record.values and record.values["total"] != (figure_of(entry) if entry else None):
            raise Refused(
                _("a version keeps its total: correct the entry, or decide on a new one ({command})").format(
                    command=command_line("project rebaseline")
                )
            )
        parts = self._parts(record, found)
        row = matcher.enter(record, found, lambda: found, parts, f"{project.code} {_('baseline')} {version}")
        if row is not None:
            self._rows[project.id, version] = row

    def _parts(self, record: Record, found: Baseline | None) -> list[FieldDiff]:
        matcher = self._matcher
        parts = list(parts_of(matcher, record, _BASELINE))
        approved = merged(parts).get("approved", found.approved if found else None)
        if found is None or "effective_from" in record.values:
            matcher.at = "effective_from"
            day = effective_from(matcher, record, approved or ALWAYS)
            parts.append(FieldDiff("effective_from", {"effective_from": day}, lambda row: row.effective_from))
        return parts

    def settle(self) -> None:
        """Write the versions of projects that had none."""
        for number, records in self._new.items():
            project = self._matcher.project_of(number)
            records.sort(key=lambda record: int(record.values["version"]))
            self._matcher.at = "version"
            try:
                if any(key[0] == number for key in self._rows):
                    raise Refused(
                        _("a new baseline is decided with: {command}").format(
                            command=command_line("project rebaseline")
                        )
                    )
                self._write(project, records)
            except TrackerError as error:
                self._matcher.refuse(records[0], error)

    def _write(self, project: Project, records: list[Record]) -> None:
        matcher = self._matcher
        given = [merged(self._parts(record, None)) for record in records]
        totals = [
            (facts["effective_from"], record.values.get("total")) for facts, record in zip(given, records, strict=True)
        ]
        matcher.at = "total"
        entries = self._entries(project, totals)
        for record, facts, entry in zip(records, given, entries, strict=True):
            version = record.values["version"]
            keys = {"project_id": project.id, "version": version, "entry_id": entry.id if entry else None}
            matcher.enter(
                record,
                None,
                lambda facts=keys | facts: Baseline.model_validate(facts),  # type: ignore[misc]
                (),
                f"{project.code} {_('baseline')} {version}",
                headline=amount(record.values.get("total")),
            )

    def _entries(self, project: Project, totals: list[tuple[date, Figure | None]]) -> list[CapitalEntry | None]:
        """The entry of each version's total: of those with its figure the one that held then, else the last."""
        store = self._matcher.store
        rows = store.find(CapitalEntry, project_id=project.id, kind="total")
        wanted = {figure for _day, figure in totals if figure is not None}
        missing = wanted - {figure_of(row) for row in rows}
        if missing and len(rows) == 1 and rows[0].recorded_from == store.change.id:
            rows = self._one_after_the_other(rows[0], totals)
        elif missing:
            raise Refused(_("the total of a version is not the one recorded of {code}").format(code=project.code))
        found: list[CapitalEntry | None] = []
        for day, figure in totals:
            same = [row for row in rows if figure_of(row) == figure]
            found.append(in_force(same, day) or (same[-1] if same else None))
        return found

    def _one_after_the_other(self, last: CapitalEntry, totals: list[tuple[date, Figure | None]]) -> list[CapitalEntry]:
        """The totals of the versions of a file that has the last total alone, each from the day of its version on.

        The first version of the program wrote such files, and a package of OC4IDS does.
        """
        store, facts = self._matcher.store, last.facts()
        store.end(last)
        rows: list[CapitalEntry] = []
        for day, figure in totals:
            if figure is None or (rows and figure_of(rows[-1]) == figure):
                continue
            cited = {} if figure == figure_of(last) else {"note": None, "source": None, "quote": None}
            columns = facts | figure_columns(figure, last.currency) | cited | {"effective_from": day}
            rows.append(store.add(CapitalEntry.model_validate(columns)))
        if figure_of(rows[-1]) != figure_of(last):
            since = {"effective_from": rows[-1].effective_from}
            rows.append(store.add(CapitalEntry.model_validate(facts | since)))
        return rows


# --- one pass over the records ---------------------------------------------------------------------------------------

# Entered as they come. The others refer to what may come later in the file, or must be in the order of their days.
_PROGRESS_KINDS = ("stage", "condition", "milestone")
_AT_ONCE = frozenset(("field", "company", "certification", "project", "capital", "rate", "indicator"))


class Taker(Protocol):
    """What enters the records of one kind."""

    def take(self, record: Record) -> None:
        """Enter one record. Raises TrackerError where it cannot be."""
        ...


class Run:
    """The takers of one source."""

    def __init__(self, matcher: Matcher) -> None:
        """Begin at `matcher`."""
        self._matcher = matcher
        self._projects = Projects(matcher)
        self._progress = Progress(matcher)
        self._capital = Capital(matcher)
        # The others are made when they are first needed: each begins with what is in the ledger then.
        self._takers: dict[str, Taker] = {
            "company": Companies(matcher),
            "project": self._projects,
            **dict.fromkeys(_PROGRESS_KINDS, self._progress),
            "capital": self._capital,
        }
        self._later: dict[str, list[Record]] = defaultdict(list)
        self._days_said: set[tuple[Any, ...]] = set()

    def all(self, batches: Iterable[list[Record | Problem]]) -> None:
        """Enter all records that are not left out, and note the problems."""
        outcome, name = self._matcher.outcome, self._matcher.source.name
        skip = {one[1:] for one in self._matcher.rules.skip if one[0] == name}
        # A file of ours has the records of a kind in their order.
        own = self._matcher.source.kind if self._matcher.ours else ""
        rows = {one[0] for one in skip}
        last = 0
        for batch in batches:
            read = [record for record in batch if isinstance(record, Record)]
            self._matcher.prefetch(read)
            self._capital.prefetch([one for one in read if one.kind == "capital"])
            self._find_dated(read)
            if own in _PROGRESS_KINDS:
                self._progress.in_order(own, read)
            for record in batch:
                outcome.rows += record.row != last
                last = record.row
                if isinstance(record, Problem):
                    if (record.row, "", "", record.cell) not in skip:
                        outcome.refuse(name, record)
                elif record.row in rows and self._is_left_out(record, skip):
                    continue
                elif record.kind == own or record.kind in _AT_ONCE:
                    self._enter(record)
                else:
                    self._later[record.kind].append(record)
        for kind in KINDS:
            later: Sequence[Record] = self._later.pop(kind, [])
            for record in self._progress.in_order(kind, later) if kind in _PROGRESS_KINDS else later:
                self._enter(record)
            taker = self._takers.get(kind)
            if kind == "milestone":
                self._progress.settle()
            elif isinstance(taker, Projects | Capital | Baselines):
                taker.settle()

    def _find_dated(self, records: Iterable[Record]) -> None:
        """Find the rows of projects that give a figure or a report of days of which no row of the same name does."""
        projects = {record.row for record in records if record.kind == "project"}
        for record in records if projects and not self._matcher.ours else ():
            on = record.values.get("on")
            kind = record.values.get("kind") or record.kind
            if (
                on is None
                or record.row not in projects
                or record.kind not in ("review", "capital")
                or kind in VALID_FROM
            ):
                continue
            said = (record.values.get("project"), kind, record.values.get("basis"), on)
            if record.kind == "review" or said not in self._days_said:
                self._projects.dated.add(record.row)
            self._days_said.add(said)

    def _is_left_out(self, record: Record, skip: set[tuple[int, str, str, str]]) -> bool:
        """Leave the cells that are to be skipped out of a record; whether that is all of it."""
        for row, kind, field, address in skip:
            if row != record.row or (kind, field) == ("project", ""):
                if row == record.row:
                    return True
                continue
            here = kind == record.kind and address in ("", self._matcher.source.place(record, field)[0])
            if here and leaves_out(record, field):
                return True
        return False

    def _enter(self, record: Record) -> None:
        if record.kind not in self._takers:
            # Most files have none of these kinds, and their tables take their time to load.
            from tracker.importer.single import TAKERS

            made = Baselines if record.kind == "baseline" else TAKERS[record.kind]
            self._takers[record.kind] = made(self._matcher)
        self._matcher.at = ""
        try:
            self._takers[record.kind].take(record)
        except TrackerError as error:
            self._matcher.refuse(record, error)


def carry_out(store: Store, sources: Sequence[Source], rules: Rules) -> Outcome:
    """Compare the records of `sources` with the ledger, and write what is new or differs into the change of `store`.

    Whoever calls this takes the change back where the outcome has problems.
    """
    outcome = Outcome(rules.listed)
    renamed: dict[str, str] = {}
    matcher = None
    for source in sources:
        merge = Merge(store, source, rules, outcome, renamed)
        matcher = Matcher(store, source, merge.rules, outcome, matcher, ours=merge.ours)
        Run(matcher).all(merge.batches())
    return outcome


# --- one import as a whole -------------------------------------------------------------------------------------------

T = TypeVar("T")


class Write(Protocol):
    """How a change is made: `App.write`."""

    def __call__(self, act: Callable[[Store], T], /, *, dry_run: bool) -> tuple[int | None, T]:
        """Run `act` in one transaction; the number of the change and what `act` returned."""
        ...


class _Refused(Exception):
    """Takes the transaction back and carries what was found."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an import: the number of the change (None where none was made), and what was found.

    `left_out` are the problems of the rows that were left out.
    """

    number: int | None
    outcome: Outcome
    left_out: tuple[Problem, ...] = ()
    more_left_out: int = 0

    @property
    def accepted(self) -> bool:
        """Whether nothing stands against writing it."""
        return not self.outcome.problems


def attempt(
    write: Write,
    sources: Sequence[Source],
    rules: Rules,
    *,
    dry_run: bool,
    skip_bad: bool,
    check: bool,
    guess: bool = True,
) -> Result:
    """Import `sources` under `rules`, or find out on `dry_run` what that would do.

    With `skip_bad` the cells with problems are left out, and the records that are nothing without them. With `check`
    the findings that the import would cause are looked for. Without `guess` nothing is written where a line rests on a
    guess.
    """
    left_out: list[Problem] = []
    more = 0
    while True:
        number, outcome = _once(write, sources, rules, dry_run=dry_run, check=check, guess=guess)
        bad = _to_skip(outcome) if skip_bad else frozenset()
        if bad <= rules.skip:
            return Result(number, outcome, tuple(left_out), more)
        left_out += outcome.problems
        more += outcome.more_problems
        rules = replace(rules, skip=rules.skip | bad)


def _to_skip(outcome: Outcome) -> frozenset[Skipped]:
    """The cells to leave out; none where a problem is that of the whole file."""
    return frozenset(outcome.refused) if all(one[1] > 0 for one in outcome.refused) else frozenset()


def _once(
    write: Write, sources: Sequence[Source], rules: Rules, *, dry_run: bool, check: bool, guess: bool
) -> tuple[int | None, Outcome]:
    def act(store: Store) -> Outcome:

        outcome = carry_out(store, sources, rules)
        for source in sources:
            source.require_unchanged()
        if outcome.problems:
            raise _Refused(outcome)
        if check and outcome.writes:
            outcome.findings = [str(found) for found in new_findings(store)]
        if (outcome.guesses or outcome.guessed) and not guess:
            raise _Refused(outcome)
        return outcome

    try:
        return write(act, dry_run=dry_run)
    except _Refused as refused:
        return None, refused.outcome


def rejected(outcome: Outcome) -> InputRejected:
    """The refusal of a file with problems."""
    count = len(outcome.problems) + outcome.more_problems
    if not _to_skip(outcome):
        sentence = ngettext(
            "{count} problem, and nothing was changed: correct it",
            "{count} problems, and nothing was changed: correct them",
            count,
        )
    else:
        sentence = ngettext(
            "{bad} of {rows} rows: {count} problem, and nothing was changed: correct it, or leave its cell out with "
            "--skip-bad",
            "{bad} of {rows} rows: {count} problems, and nothing was changed: correct them, or leave their cells out "
            "with --skip-bad",
            count,
        )
    numbers = {"count": count, "bad": outcome.bad_rows, "rows": max(outcome.rows, outcome.bad_rows)}
    return InputRejected(sentence.format(**{name: f"{number:,}" for name, number in numbers.items()}))


# --- checks after the import, before it is kept ----------------------------------------------------------------------

# Beyond this the comparison of every figure with its siblings takes longer than the import itself.
_MOST_COMPARISONS = 1_000_000
# So many siblings stand for all.
_SAMPLE = 99
# Nothing is stale or silent because of an import.
_LIMITS = Thresholds(stale_days=10**6, silent_months=10**5)
_GRAVE = ("error", "warning")
# The preview names these itself.
_NAMED = ("restated", "fall", "overlap")


@dataclass(frozen=True, slots=True)
class Warned:
    """What a rule found of a project."""

    code: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.code}{_(': ')}{self.sentence}" if self.code else self.sentence


def new_findings(store: Store) -> list[Warned]:
    """Errors and warnings about the ledger with the change of `store` that it does not have without it.

    Nothing can be written to the change after this.
    """
    store.flush()
    store.release()
    if _comparisons(store) > _MOST_COMPARISONS:
        said = _(
            "only the largest and the smallest figures were compared with their siblings; for all: {command}"
        ).format(command=command_line("check"))
        return [Warned("", said), *_slips_at_the_ends(store)]
    derived.refresh(store)
    before = _found(store, store.change.id - 1, store.touched - store.opened)
    after = _found(store, FOREVER, store.touched)
    # Their derived rows are as they are to be.
    store.touched.clear()
    store.renamed.clear()
    return list(after - before)


def _comparisons(store: Store) -> int:
    """How often a figure is compared with another of the same project and kind."""
    found = 0
    for some in batches(sorted(store.touched), 500):
        listed = ", ".join(map(str, some))
        counts = (
            f"SELECT COUNT(*) FROM capital_entry WHERE recorded_to = {OPEN} AND project_id IN ({listed}) "
            "GROUP BY project_id, kind"
        )
        found += sum(number**2 for (number,) in fetched(store.connection, counts))
    return found


def _slips_at_the_ends(store: Store) -> Iterator[Warned]:
    """Where the largest or the smallest new figure of a project and kind is in a wrong unit."""
    kinds = ", ".join(f"'{kind}'" for kind in VALID_FROM)
    for some in batches(sorted(store.touched), 500):
        listed = ", ".join(map(str, some))
        groups: dict[tuple[int, str, str], list[tuple[int, int]]] = defaultdict(list)
        for project, kind, currency, minor, change in fetched(
            store.connection,
            f"SELECT project_id, kind, currency, minor, recorded_from FROM capital_entry WHERE recorded_to = {OPEN}"
            f" AND minor > 0 AND kind NOT IN ({kinds}) AND project_id IN ({listed}) ORDER BY project_id",
        ):
            groups[project, kind, currency].append((minor, change))
        for (project, kind, currency), figures in groups.items():
            new = [minor for minor, change in figures if change == store.change.id]
            ordered = sorted(minor for minor, _change in figures)
            sample = ordered[:: max(1, len(ordered) // _SAMPLE)]
            for minor in sorted({min(new), max(new)}) if new else ():
                if power := slip_power(minor, sample):
                    code = str(getattr(store.get(Project, project), "code", ""))
                    yield Warned(code, slip_words(kind, Money(minor, currency), power, 10 ** abs(power)))


def _found(store: Store, known: int, projects: set[int]) -> Counter[Warned]:
    report = check(store.reader, AsOf(store.today, known=known), limits=_LIMITS, projects=projects)
    grave = [row for row in report.rows if getattr(row[0], "code", "") in _GRAVE and row[2] not in _NAMED]
    return Counter(Warned(str(row[1] or ""), str(row[3])) for row in grave)
