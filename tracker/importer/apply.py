"""Records of a file entered in the ledger: every kind of record, one pass, one change; checks before it is written."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any, Protocol, TypeVar

from tracker.analysis.findings import slip_power, slip_words
from tracker.database import Reader
from tracker.dates import ALWAYS, Period
from tracker.engine import fetched
from tracker.errors import InputRejected, Refused, TrackerError, UsageError, ValueRefused
from tracker.i18n import _, language, ngettext
from tracker.importer.apply_capital import Baselines, Capital
from tracker.importer.matching import (
    CITED,
    Difference,
    FieldDiff,
    LabelDiff,
    Matcher,
    Outcome,
    Rules,
    Skipped,
    Source,
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
from tracker.ledger import derived, stages
from tracker.ledger.capital import figure_of, in_force
from tracker.ledger.citation import happened, period_of, planned, require_past
from tracker.ledger.labels import canonical, pair
from tracker.ledger.milestones import code_of, reached_already
from tracker.ledger.projects import require_no_circle
from tracker.ledger.store import Store
from tracker.models.base import OPEN, Versioned
from tracker.models.capital import CapitalEntry
from tracker.models.company import Company
from tracker.models.fields import FIELDS
from tracker.models.project import ConditionEvent, Label, Milestone, MilestoneDate, Project, StageEvent
from tracker.models.reference import CustomField
from tracker.money import Money
from tracker.queries.as_of import FOREVER, AsOf
from tracker.records.schema import KINDS, Problem, Record
from tracker.reports.check import check
from tracker.reports.report import Row
from tracker.settings import Thresholds
from tracker.text import LONGEST_CODE, clean, clean_code, did_you_mean, fold, not_one_of, shorten
from tracker.vocabulary import STAGES, VALID_FROM, milestone_term

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
            moved = [(present[name], value) for name, (_n, value) in names.items() if self._moved(present, name, value)]
            if gone or fresh or moved:
                yield self._aside(key, owner, gone, fresh, moved)

    @staticmethod
    def _moved(present: dict[str, Label], name: str, value: str | None) -> bool:
        return name in present and present[name].value != value

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
                _(
                    "no field “{name}” is declared{hint}; declare it first: tracker project field NAME --type text"
                ).format(name=shorten(name), hint=hint)
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
            parts.insert(0, FieldDiff("name", {"name": name}, shorten(name), lambda row: shorten(row.name)))
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
        return self._by_id(ids) or self._by_name(record, ids)

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

    def _by_id(self, ids: dict[str, tuple[str, str | None]]) -> Project | None:
        projects = self._matcher.projects
        pairs = [f"{name}={value}" for name, value in ids.values()]
        meant = {row.id: row for text in pairs for row in projects.by_word(text, (projects.external,))}
        if len(meant) > 1:
            self._matcher.at = "ids"
            codes = _(", ").join(sorted(row.code for row in meant.values()))
            raise UsageError(_("the ids are those of several projects ({codes}): give the code").format(codes=codes))
        return next(iter(meant.values()), None)

    def _by_name(self, record: Record, ids: dict[str, tuple[str, str | None]]) -> Project | None:
        projects = self._matcher.projects
        for field, weights in (("name", (3, 4)), ("name_en", (4, 3))):
            self._matcher.at = field
            name = record.values.get(field) or ""
            meant = [row for row in projects.by_word(name, weights) if not self._contradicts(row, ids)]
            if meant:
                return self._one_of(record, meant)
        return None

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
        return FieldDiff("name", {"name": name}, shorten(name), lambda row: shorten(row.name))

    def _parts(self, record: Record) -> Iterator[FieldDiff]:
        yield from parts_of(self._matcher, record, _AS_THEY_ARE["project"])
        if "company" in record.values:
            name = record.values["company"]
            company = self._matcher.company(record) if name else None
            companies = self._matcher.companies
            yield FieldDiff(
                "company",
                {"company_id": company.id if company else None},
                shorten(company.name) if company else None,
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
            parent.code if parent else None,
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
                if kind == "milestone" and record.values.get("what") == "forecast":
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
            names = [name for name in model.model_fields if name not in ("recorded_from", "recorded_to")]
            rows = [[_text_of_day(getattr(row, name)) for name in names] for row, _number in fresh.values()]
            if rows:
                store.insert_many(model, names, rows)
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
        columns = {name: field.default for name, field in model.model_fields.items()} | facts
        number = self._matcher.store.next_id(model)
        row = SimpleNamespace(**columns | {"id": number, "project_id": project.id})
        self._fresh[model][number] = (row, row_number)
        self._of(model, project).append(row)
        return row

    def _row_of(self, model: type[Versioned], row: Any) -> int | None:
        """The row of this file that gave a row; None where the ledger had it."""
        return self._fresh[model].get(row.id, (None, None))[1]

    def _revise(self, model: type[Versioned], project: Project, row: Any, **new: Any) -> None:
        rows = self._of(model, project)
        if row.id in self._fresh[model]:
            row.__dict__.update(new)
        else:
            rows[rows.index(row)] = self._matcher.store.revise(row, **new)

    def _put_last(self, model: type[Versioned], project: Project, row: Any) -> None:
        """Record an event anew, after one that was learnt late: the order of recording is that of the stages."""
        store, rows = self._matcher.store, self._of(model, project)
        rows.remove(row)
        if (fresh := self._fresh[model].pop(row.id, None)) is not None:
            newer = self._write(model, project, fresh[1], vars(row))
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
            if part.differs(row) and part.old(row) is not None and part.new is not None:
                matcher.at = part.field
                raise Refused(_("row {row} of this file contradicts it").format(row=number))
        row.__dict__.update({n: v for part in parts if part.new is not None for n, v in part.columns.items()})
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
        return FieldDiff("on", happened(on, self._matcher.rules.today), on, period_in)

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
                self._unmark(project, code)
            if on is not None and stages.is_built(code):
                self._mark(record.row, project, code, on)

    # --- milestones --------------------------------------------------------------------------------------------------

    def _mark(self, row_number: int, project: Project, code: str, on: Period) -> None:
        """Mark the milestone of a stage as reached, where the project has one that is open."""
        for milestone in self._of(Milestone, project):
            if milestone.code == code and not self._days(project, milestone, "actual"):
                facts = {"milestone_id": milestone.id, "what": "actual"} | happened(on, self._matcher.rules.today)
                self._write(MilestoneDate, project, row_number, facts)

    def _unmark(self, project: Project, code: str) -> None:
        """The milestones of stages beyond `code` are no longer reached."""
        rows = self._of(MilestoneDate, project)
        for milestone in self._of(Milestone, project):
            if milestone.code in STAGES and STAGES[milestone.code].order > STAGES[code].order:
                for row in self._days(project, milestone, "actual"):
                    rows.remove(row)
                    if self._fresh[MilestoneDate].pop(row.id, None) is None:
                        self._matcher.store.end(row)

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
        parts = [part_of(KINDS["milestone"].field("weight"), 1) if _no_weight(part) else part for part in parts]
        if found is None:
            facts = {"code": code, "weight": 1} | merged(parts)
            return self._write(Milestone, project, record.row, facts), True
        row = found
        for part in parts:
            if part.differs(row):
                if self._row_of(Milestone, row) is not None:
                    row.__dict__.update(part.columns)
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
            self._compare(record, MilestoneDate, project, found, [_days_of(on), *texts], told)
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
            matcher.ask(record, "on", "plan", sentence, "keep", note=_("a new plan: tracker project rebaseline"))
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
        days = _days_of(on)
        since = FieldDiff("made", {"effective_from": made}, made, lambda row: row.effective_from)
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


def _within(known: Period | None, said: Period | None) -> bool:
    """Whether `known` lies inside `said`."""
    return known is not None and said is not None and said.first <= known.first and known.last <= said.last


def _days_of(on: Period) -> FieldDiff:
    return FieldDiff("on", dict(zip(_ON, (on.first, on.last, on.text), strict=True)), on, period_in)


def _text_of_day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _event_name(kind: str, code: str) -> str:
    words = KINDS[kind].field(kind).words
    return words[code].name(language()) if words else code


def _called(project: Project, milestone: str, what: str = "") -> str:
    """A milestone of a project, and which of its days, in the words of the language."""
    whats = {"baseline": _("baseline"), "forecast": _("forecast"), "actual": _("reached")}
    return " ".join([project.code, milestone_term(milestone).name(language()), *([whats[what]] if what else [])])


def _no_weight(part: FieldDiff) -> bool:
    return part.field == "weight" and part.new is None


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
        rows = {one[0] for one in skip}
        last = 0
        for batch in batches:
            read = [record for record in batch if isinstance(record, Record)]
            self._matcher.prefetch(read)
            self._capital.prefetch(one for one in read if one.kind == "capital")
            self._find_dated(read)
            for record in batch:
                outcome.rows += record.row != last
                last = record.row
                if isinstance(record, Problem):
                    if (record.row, "", "", record.cell) not in skip:
                        outcome.refuse(name, record)
                elif record.row in rows and self._is_left_out(record, skip):
                    continue
                elif record.kind in _AT_ONCE:
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
        if outcome.guesses and not guess:
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
_MOST_COMPARISONS = 4_000_000
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
    if _comparisons(store) > _MOST_COMPARISONS:
        said = _("only the largest and the smallest figures were compared with their siblings; for all: tracker check")
        return [Warned("", said), *_slips_at_the_ends(store)]
    derived.refresh(store)
    connection = store.connection
    engine = "postgres" if connection.dialect.name == "postgresql" else "sqlite"
    reader = Reader(connection.connection.dbapi_connection, engine)
    before = _found(reader, store, store.change.id - 1)
    after = _found(reader, store, FOREVER)
    # Their derived rows are as they are to be.
    store.touched.clear()
    store.renamed.clear()
    return list(after - before)


def _comparisons(store: Store) -> int:
    """How often a figure is compared with another of the same project and kind."""
    touched, found = sorted(store.touched), 0
    for begin in range(0, len(touched), 500):
        listed = ", ".join(map(str, touched[begin : begin + 500]))
        counts = (
            f"SELECT COUNT(*) FROM capital_entry WHERE recorded_to = {OPEN} AND project_id IN ({listed}) "
            "GROUP BY project_id, kind"
        )
        found += sum(number**2 for (number,) in fetched(store.connection, counts))
    return found


def _slips_at_the_ends(store: Store) -> Iterator[Warned]:
    """Where the largest or the smallest new figure of a project and kind is in a wrong unit."""
    kinds = ", ".join(f"'{kind}'" for kind in VALID_FROM)
    for begin in range(0, len(touched := sorted(store.touched)), 500):
        listed = ", ".join(map(str, touched[begin : begin + 500]))
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


def _found(reader: Reader, store: Store, known: int) -> Counter[Warned]:
    report = check(reader, AsOf(store.today, known=known), limits=_LIMITS, projects=store.touched)
    return Counter(Warned(str(row[1] or ""), str(row[3])) for row in report.rows if _is_grave(row))


def _is_grave(row: Row) -> bool:
    return getattr(row[0], "code", "") in _GRAVE and row[2] not in _NAMED
