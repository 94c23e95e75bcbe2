"""Who is meant: the projects and companies of the ledger by code, name, alias and external id, new ones included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from tracker.errors import UsageError
from tracker.i18n import _
from tracker.ledger.store import Store
from tracker.models.company import Company
from tracker.models.label import Label
from tracker.models.project import Project
from tracker.text import did_you_mean, fold, shorten

Owner = tuple[str, int]
LabelKey = tuple[str, str]


class Labels:
    """What hangs on projects and companies by name, by owner, category and folded name."""

    def __init__(self, store: Store) -> None:
        """Load what hangs there now."""
        self.of: dict[Owner, dict[LabelKey, Label]] = defaultdict(dict)
        for label in store.find(Label):
            self.put(label)

    @staticmethod
    def owner(label: Label) -> Owner:
        """Whose label it is."""
        return ("project", label.project_id) if label.project_id else ("company", label.company_id or 0)

    def put(self, label: Label) -> None:
        """Remember a label that was hung on or changed."""
        self.of[self.owner(label)][label.category, fold(label.name)] = label

    def drop(self, label: Label) -> None:
        """Forget a label that was taken off."""
        del self.of[self.owner(label)][label.category, fold(label.name)]

    def names(self, owner: Owner, category: str) -> list[Label]:
        """The labels of one category, in the order they were hung on."""
        return [label for (kind, _name), label in self.of[owner].items() if kind == category]


class Projects:
    """The live projects and all the words that mean one."""

    def __init__(self, store: Store, labels: Labels) -> None:
        """Load them."""
        self._labels = labels
        self.rows: dict[int, Project] = {}
        self._codes: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        self._words: dict[str, list[set[int]]] = {}
        self._former: dict[str, set[int]] = defaultdict(set)
        self._exact: dict[str, int] = {}
        self._unknown: dict[str, UsageError] = {}
        # Projects that this file is to open and that were refused: whoever names one of these need not be told twice.
        self.refused: dict[str, int] = {}
        for row in store.find(Project):
            self.put(row)
        for number, code in store.connection.execute(sa.text("SELECT DISTINCT id, code FROM project")):
            self._former[fold(code)].add(number)

    def put(self, row: Project) -> None:
        """Remember a project as it is now."""
        old = self.rows.get(row.id)
        if old is not None and old.code != row.code:
            self._codes.pop(old.code, None)
            self._folded.pop(fold(old.code), None)
        self.rows[row.id] = row
        self._codes[row.code] = row.id
        self._folded[fold(row.code)] = row.id
        if old is None or (old.name, old.name_en) != (row.name, row.name_en):
            for place, name in ((2, row.name), (3, row.name_en)):
                if name:
                    self._remember(name, place, row.id)
        for label in self._labels.names(("project", row.id), "alias"):
            self._remember(label.name, 0, row.id)
        for label in self._labels.names(("project", row.id), "external"):
            self._remember(f"{label.name}={label.value}", 1, row.id)
            self._remember(label.value or "", 1, row.id)
        self._exact.clear()
        self._unknown.clear()

    def _remember(self, word: str, place: int, number: int) -> None:
        """`place` 0 to 3 is the weight of a word: an alias, an external id, a name, an English name."""
        self._words.setdefault(fold(word), [set(), set(), set(), set()])[place].add(number)

    def by_code(self, code: str) -> Project | None:
        """The project with this code; case and width do not count."""
        number = self._codes.get(code) or self._folded.get(fold(code))
        return self.rows[number] if number else None

    def by_former_code(self, code: str) -> Project | None:
        """The one project that had this code before."""
        found = self._former.get(fold(code), set()) & self.rows.keys()
        return self.rows[min(found)] if len(found) == 1 else None

    def by_word(self, word: str, places: Iterable[int] = range(4)) -> set[int]:
        """The projects that a word means in the weightiest way it means any."""
        found = self._words.get(fold(word))
        return next((set(found[place]) for place in places if found[place]), set()) if found else set()

    def find(self, word: str) -> Project:
        """The project that a word of the file means: a code, alias, external id or name.

        Raises UsageError where it means none or several.
        """
        if word in self._unknown:
            raise self._unknown[word]
        number = self._exact.get(word)
        if number is None:
            try:
                number = self._exact[word] = self._look_up(word)
            except UsageError as error:
                # A wrong word is repeated down a column, and the search for what is close to it takes its time.
                self._unknown[word] = error
                raise
        return self.rows[number]

    def _look_up(self, word: str) -> int:
        if row := self.by_code(word):
            return row.id
        found = self.by_word(word)
        if len(found) == 1:
            return found.pop()
        if found:
            codes = ", ".join(sorted(self.rows[number].code for number in found))
            raise UsageError(
                _("“{word}” names {count} projects ({codes}): give the code").format(
                    word=shorten(word), count=len(found), codes=shorten(codes)
                )
            )
        if former := self.by_former_code(word):
            return former.id
        if row_number := self.refused.get(fold(word)):
            raise UsageError(_("its project is refused, see row {row}").format(row=row_number))
        names = [name for row in self.rows.values() for name in (row.code, row.name, row.name_en) if name]
        hint = did_you_mean(word, names) or _(".")
        raise UsageError(_("there is no project “{word}”{hint}").format(word=shorten(word), hint=hint))


class Companies:
    """The live companies and all the names they go by."""

    def __init__(self, store: Store, labels: Labels) -> None:
        """Load them."""
        self._labels = labels
        self.rows: dict[int, Company] = {}
        self._names: dict[str, list[set[int]]] = {}
        for row in store.find(Company):
            self.put(row)

    def put(self, row: Company) -> None:
        """Remember a company as it is now."""
        self.rows[row.id] = row
        aliases = (label.name for label in self._labels.names(("company", row.id), "alias"))
        for place, name in ((0, row.name), (1, row.name_en), *((2, alias) for alias in aliases)):
            if name:
                self._names.setdefault(fold(name), [set(), set(), set()])[place].add(row.id)

    def by_name(self, name: str) -> Company | None:
        """The company called so; case and width do not count."""
        found = [self.rows[number] for number in self._names.get(fold(name), [set()])[0]]
        return next((row for row in found if fold(row.name) == fold(name)), None)

    def find(self, name: str) -> Company | None:
        """The company with this name, English name or alias. Raises UsageError where several have it."""
        found = next((numbers for numbers in self._names.get(fold(name), ()) if numbers), set())
        # Names are remembered after they were changed, so that a file may still use the old one.
        if len(found) > 1:
            raise UsageError(_("“{name}” names {count} companies").format(name=shorten(name), count=len(found)))
        return self.rows[next(iter(found))] if found else None

    def known(self) -> list[str]:
        """Every name there is."""
        return [name for row in self.rows.values() for name in (row.name, row.name_en) if name]
