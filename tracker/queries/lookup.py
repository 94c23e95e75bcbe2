"""Questions about names: whom a word means now, and which names begin with what was typed."""

import re
from typing import NamedTuple

from tracker.database import Reader
from tracker.models.fields import COLUMNS
from tracker.queries.as_of import ENDED, FOREVER
from tracker.text import CHINESE, containing, fold

_OPEN = f"recorded_to = {FOREVER + 1}"
# Letters of pinyin, with the Latin letters and digits that stand in names.
_SPOKEN = "[a-z][a-z0-9]+"
_LAST_LETTER = "\U0010ffff"
# The digits of the largest entry that is looked for.
_LONGEST = 12


class NameRow(NamedTuple):
    """A name of a project or company; `rank` is 0 for a code, or a company's name, and 3 for an alias.

    `beside` explains it: the name of the project that has the code, else the code.
    """

    subject_id: int
    rank: int
    name: str
    beside: str | None


class EntryName(NamedTuple):
    """A capital entry as a person tells it from others."""

    entry_id: int
    code: str
    kind: str
    first_day: str | None


def named(reader: Reader, subject: str, word: str) -> list[int]:
    """The ids of the projects or companies that a word names now, those with its best rank."""
    sql = """
        SELECT subject_id, rank FROM lookup_name
        WHERE subject = :subject AND folded = :folded AND rank <= 3
        ORDER BY rank, subject_id
    """
    found = reader.tuples(sql, {"subject": subject, "folded": fold(word)})
    return list(dict.fromkeys(number for number, rank in found if rank == found[0][1]))


def by_part(reader: Reader, subject: str, word: str) -> list[int]:
    """The ids of the projects or companies that have a word in one of their names, in the order opened.

    Where no name contains it and it could be pinyin: of those that go by it or by these initials, wholly, else as a
    beginning, else as a part.
    """
    wanted = fold(word)
    conditions = [("rank <= 3 AND l.folded LIKE :word ESCAPE '\\'", containing(word))]
    if re.fullmatch(_SPOKEN, wanted):
        texts = (wanted, f"{wanted}%", f"%{wanted}%")
        conditions += [("rank > 3 AND l.folded LIKE :word", text) for text in texts]
    for condition, value in conditions:
        sql = f"""
            SELECT DISTINCT t.id
            FROM lookup_name AS l
            JOIN {subject} AS t ON t.id = l.subject_id AND t.{_OPEN}
            WHERE l.subject = :subject AND l.{condition}
            ORDER BY t.id
        """
        if found := reader.tuples(sql, {"subject": subject, "word": value}):
            return [number for (number,) in found]
    return []


def lacks_pinyin(reader: Reader, word: str) -> bool:
    """Whether a word could be pinyin and some Chinese name has none: it was written without the extra zh."""
    if not re.fullmatch(_SPOKEN, fold(word)):
        return False
    sql = """
        SELECT l.name FROM lookup_name AS l
        WHERE l.subject = 'project' AND l.rank = 1 AND NOT EXISTS (
            SELECT 1 FROM lookup_name AS s WHERE s.subject = l.subject AND s.subject_id = l.subject_id AND s.rank = 4
        )
    """
    return any(re.search(CHINESE, name) for (name,) in reader.tuples(sql))


def removed(reader: Reader, code: str) -> list[int]:
    """The ids of the projects that had this very code once, the latest last."""
    sql = f"SELECT id FROM project WHERE {ENDED} AND code = :code ORDER BY recorded_to DESC"
    found = dict.fromkeys(number for (number,) in reader.tuples(sql, {"code": code}))
    return list(reversed(found))


def by_prefix(reader: Reader, subject: str, typed: str, engine: str, most: int) -> list[NameRow]:
    """The names of projects or companies that begin with what was typed; of nothing typed, the codes or names alone."""
    # An index of another order than that of the letters' numbers does not keep together what begins alike.
    column = 'l.folded COLLATE "C"' if engine == "postgres" else "l.folded"
    beside = "CASE WHEN l.rank = 0 THEN t.name ELSE t.code END" if subject == "project" else "t.name_en"
    sql = f"""
        SELECT l.subject_id, l.rank, l.name, {beside}
        FROM lookup_name AS l
        JOIN {subject} AS t ON t.id = l.subject_id AND t.{_OPEN}
        WHERE l.subject = :subject AND l.rank <= {3 if typed else 0} AND {column} >= :low AND {column} < :high
        ORDER BY {column}, l.rank, l.subject_id
        LIMIT :most
    """
    low = fold(typed)
    parameters = {"subject": subject, "low": low, "high": low + _LAST_LETTER, "most": most}
    return reader.rows(NameRow, sql, parameters)


def words(reader: Reader, column: str, most: int) -> list[str]:
    """The values that the open projects have in a column of short words."""
    if column not in COLUMNS["project"]:
        raise ValueError(column)
    sql = f"SELECT DISTINCT {column} FROM project WHERE {_OPEN} AND {column} IS NOT NULL LIMIT :most"
    return sorted(str(word) for (word,) in reader.tuples(sql, {"most": most}))


def tags(reader: Reader, most: int) -> list[str]:
    """The tags that projects and companies have."""
    sql = f"SELECT DISTINCT name FROM label WHERE {_OPEN} AND category = 'tag' LIMIT :most"
    return sorted(str(word) for (word,) in reader.tuples(sql, {"most": most}))


def milestones(reader: Reader, project: int) -> list[tuple[str, str | None]]:
    """Code and title of the milestones of a project."""
    sql = f"SELECT code, title FROM milestone WHERE {_OPEN} AND project_id = :project ORDER BY id"
    return [(code, title) for code, title in reader.tuples(sql, {"project": project})]


def fields(reader: Reader) -> list[tuple[str, str]]:
    """Name and type of every declared field."""
    sql = f"SELECT name, field_type FROM custom_field WHERE {_OPEN} ORDER BY id"
    return [(name, kind) for name, kind in reader.tuples(sql)]


def schedule_names(reader: Reader) -> list[tuple[str, str | None]]:
    """The schedules there are, and when they run, in the words they were made of."""
    sql = f"SELECT name, phrase FROM schedule WHERE {_OPEN} ORDER BY id"
    return [(name, phrase) for name, phrase in reader.tuples(sql)]


def changes(reader: Reader, most: int) -> list[tuple[int, str]]:
    """Number and command of the newest changes."""
    sql = "SELECT id, command FROM change WHERE id > 0 ORDER BY id DESC LIMIT :most"
    return [(number, command) for number, command in reader.tuples(sql, {"most": most})]


def entries(reader: Reader, typed: str, most: int) -> list[EntryName]:
    """The newest capital entries whose number begins with the digits typed."""
    sql = f"""
        SELECT e.id, p.code, e.kind, CAST(e.first_day AS VARCHAR(10))
        FROM capital_entry AS e
        JOIN project AS p ON p.id = e.project_id AND p.{_OPEN}
        WHERE e.{_OPEN} AND e.id BETWEEN :low AND :high
        ORDER BY e.id DESC
        LIMIT :most
    """
    found: list[EntryName] = []
    for low, high in _beginning_with(typed):
        found += reader.rows(EntryName, sql, {"low": low, "high": high, "most": most - len(found)})
    return found


def _beginning_with(typed: str) -> list[tuple[int, int]]:
    """The ranges of the numbers whose digits begin so, the highest first; every number where nothing was typed."""
    if not typed:
        return [(1, FOREVER)]
    if not (typed.isascii() and typed.isdigit()) or typed.startswith("0") or len(typed) > _LONGEST:
        return []
    return [(int(typed) * 10**more, (int(typed) + 1) * 10**more - 1) for more in reversed(range(_LONGEST - len(typed)))]
