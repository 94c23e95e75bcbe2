"""Companies and projects: found by what the file calls them, opened where they are new, and changed field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tracker.errors import Refused, TrackerError, UsageError, ValueRefused
from tracker.i18n import _
from tracker.importer.apply.desk import Desk, Part
from tracker.importer.apply.hung import Hung
from tracker.importer.apply.parts import parts_of
from tracker.importer.apply.simple import Fields, merged
from tracker.ledger.companies import LAST_YEAR
from tracker.ledger.projects import require_no_circle
from tracker.models.company import Company
from tracker.models.project import Project
from tracker.records.schema import Record
from tracker.text import LONGEST_CODE, clean, clean_code, fold, shorten

_COMPANY = ("name_en", "group_name", "country", "role", "founded", "note", "source", "quote")
_PROJECT = (
    *("name_en", "kind", "group_name", "chain", "sector", "site", "grid", "owner", "lead_source", "capital_origin"),
    *("country", "land", "jobs", "registered", "note", "source", "quote"),
)
# A code made of an English name ends with the word before this many characters.
_SHORT = 24


class Companies:
    """Records of companies."""

    def __init__(self, desk: Desk, fields: Fields) -> None:
        """Begin at `desk`."""
        self._desk = desk
        self._hung = Hung(desk, lambda: fields.rows)

    def take(self, record: Record) -> None:
        """Enter one company."""
        desk = self._desk
        desk.at = "name"
        name = clean(record.values.get("name") or "", _("name"))
        found = desk.companies.by_name(name) if desk.source.ours else desk.companies.find(name)
        parts = list(parts_of(desk, record, _COMPANY))
        self._require_year(merged(parts))
        if found is None or fold(found.name) == fold(name):
            parts.insert(0, Part("name", {"name": name}, shorten(name), lambda row: shorten(row.name)))
        wanted = self._hung.read(record)
        row = desk.enter(
            record,
            found,
            lambda: Company.model_validate(merged(parts)),
            parts,
            shorten(name),
            asides=lambda row: self._hung.asides(record, row, wanted),
        )
        if row is not None:
            desk.companies.put(row)

    def _require_year(self, columns: dict[str, Any]) -> None:
        founded = columns.get("founded")
        if founded is not None and not 0 < founded <= LAST_YEAR:
            self._desk.at = "founded"
            raise ValueRefused(_("a company cannot be founded in the year {year}").format(year=founded))


class Projects:
    """Records of projects.

    One is found by its code, an alias or a former code; without a code by an external id, else by its exact name where
    one project alone has it and no external id speaks against it. A new one without a code gets one: its external id,
    else its English name shortened, else P-1, P-2, …
    """

    def __init__(self, desk: Desk, fields: Fields) -> None:
        """Begin at `desk`."""
        self._desk = desk
        self._hung = Hung(desk, lambda: fields.rows)
        self._parents: list[tuple[Record, int]] = []
        self._numbers: dict[str, int] = {}

    def take(self, record: Record) -> None:
        """Enter one project; its parent waits for `settle`, because it may come later in the file."""
        desk, values = self._desk, record.values
        wanted = self._hung.read(record)
        found = self._found(record, wanted.get("ids", {}))
        parts = list(self._parts(record))
        if (parent := self._parent(record, found)) is not None:
            parts.append(parent)
        name = self._name(record, found)
        if name is not None:
            parts.insert(0, name)
        code = found.code if found else self._code(record, wanted.get("ids", {}))
        what = f"{code} {shorten(values.get('name') or values.get('name_en') or (found.name if found else code), 40)}"
        columns = merged(parts)
        columns |= {"code": code, "name": columns.get("name") or columns.get("name_en") or code}
        row = desk.enter(
            record,
            found,
            lambda: Project.model_validate(columns),
            parts,
            what,
            asides=lambda row: self._hung.asides(record, row, wanted),
            removed={"code": code},
        )
        if row is None:
            desk.projects.refused.setdefault(fold(code), record.row)
            return
        desk.projects.put(row)
        if "parent" in values and parent is None:
            self._parents.append((record, row.id))

    def _found(self, record: Record, ids: dict[str, tuple[str, str | None]]) -> Project | None:
        projects, code = self._desk.projects, record.values.get("code")
        self._desk.at = "code"
        if code:
            if (row := projects.by_code(code)) is not None or self._desk.source.ours:
                return row
            meant = projects.by_word(code, (0,))
            if len(meant) == 1:
                return projects.rows[meant.pop()]
            return projects.by_former_code(code)
        return self._by_id(ids) or self._by_name(record, ids)

    def _by_id(self, ids: dict[str, tuple[str, str | None]]) -> Project | None:
        projects = self._desk.projects
        meant = {number for name, value in ids.values() for number in projects.by_word(f"{name}={value}", (1,))}
        if len(meant) > 1:
            self._desk.at = "ids"
            codes = ", ".join(sorted(projects.rows[number].code for number in meant))
            raise UsageError(_("the ids are those of several projects ({codes}): give the code").format(codes=codes))
        return projects.rows[meant.pop()] if meant else None

    def _by_name(self, record: Record, ids: dict[str, tuple[str, str | None]]) -> Project | None:
        projects = self._desk.projects
        for field, places in (("name", (2, 3)), ("name_en", (3, 2))):
            self._desk.at = field
            name = record.values.get(field)
            meant = {number for number in projects.by_word(name or "", places) if not self._contradicts(number, ids)}
            if len(meant) > 1:
                codes = ", ".join(sorted(projects.rows[number].code for number in meant))
                raise UsageError(
                    _("“{word}” names {count} projects ({codes}): give the code").format(
                        word=shorten(name or ""), count=len(meant), codes=shorten(codes)
                    )
                )
            if meant:
                return projects.rows[meant.pop()]
        return None

    def _contradicts(self, number: int, ids: dict[str, tuple[str, str | None]]) -> bool:
        """Whether a project has another id of one of the schemes."""
        labels = self._desk.labels.names(("project", number), "external")
        return any(ids[fold(label.name)][1] != label.value for label in labels if fold(label.name) in ids)

    def _name(self, record: Record, found: Project | None) -> Part | None:
        """The name as a part; one found by another of its names keeps its own."""
        if "name" not in record.values:
            if found is None and not (record.values.get("name_en") or record.values.get("code")):
                self._desk.at = "name"
                raise ValueRefused(_("a project needs a name"))
            return None
        self._desk.at = "name"
        name = clean(record.values["name"] or "", _("name"))
        if found is not None and not record.values.get("code") and fold(found.name) != fold(name):
            return None
        return Part("name", {"name": name}, shorten(name), lambda row: shorten(row.name))

    def _parts(self, record: Record) -> Iterator[Part]:
        yield from parts_of(self._desk, record, _PROJECT)
        if "company" in record.values:
            name = record.values["company"]
            company = self._desk.company(record) if name else None
            rows = self._desk.companies.rows
            yield Part(
                "company",
                {"company_id": company.id if company else None},
                shorten(company.name) if company else None,
                lambda row: shorten(rows[row.company_id].name) if row.company_id in rows else None,
            )

    # --- codes ---------------------------------------------------------------------------------------------------

    def _code(self, record: Record, ids: dict[str, tuple[str, str | None]]) -> str:
        """The code of a new project: as given, else one made for it."""
        if record.values.get("code"):
            self._desk.at = "code"
            return clean_code(record.values["code"], _("code"))
        names = (record.values.get("name_en"), record.values.get("name"))
        made = [*(_codelike(value or "") for _name, value in ids.values()), *(_short(name or "") for name in names)]
        for code in made:
            if code:
                return self._free(code)
        return self._free("P", first=1)

    def _free(self, code: str, first: int = 2) -> str:
        """`code`, or with the first number behind it that is free."""
        if first > 1 and self._desk.projects.by_code(code) is None:
            return code
        number = self._numbers.get(code, first)
        while self._desk.projects.by_code(f"{code}-{number}") is not None:
            number += 1
        self._numbers[code] = number
        return f"{code}-{number}"

    # --- parents -------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Give the projects the parents that came after them in the file."""
        desk = self._desk
        for record, number in self._parents:
            row = desk.projects.rows[number]
            try:
                desk.at = "parent"
                part = self._adopted(row, desk.projects.find(record.values["parent"]))
                if part.differs(row):
                    desk.projects.put(desk.amend(record, row, part, row.code))
            except TrackerError as error:
                desk.refuse(record, error)

    def _parent(self, record: Record, found: Project | None) -> Part | None:
        """The parent as a part; None where the file gives none, or one that is not known yet."""
        if "parent" not in record.values:
            return None
        self._desk.at = "parent"
        word = record.values["parent"]
        try:
            parent = self._desk.projects.find(word) if word else None
        except UsageError:
            return None
        return self._adopted(found, parent)

    def _adopted(self, row: Project | None, parent: Project | None) -> Part:
        rows = self._desk.projects.rows
        number = parent.id if parent else None
        if row is not None and row.parent_id != number:
            if row.id == number:
                raise Refused(_("{code} cannot be a part of its own part").format(code=row.code))
            require_no_circle(self._desk.store, row, number)
        return Part(
            "parent",
            {"parent_id": number},
            parent.code if parent else None,
            lambda row: rows[row.parent_id].code if row.parent_id in rows else None,
        )


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
