"""`tracker company list` and `show`: companies, their certifications and their projects."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tracker.database import Reader
from tracker.i18n import _, language
from tracker.models.fields import PLAIN
from tracker.queries import companies as questions
from tracker.queries import lookup
from tracker.queries import projects as project_questions
from tracker.queries.as_of import FOREVER, AsOf
from tracker.queries.companies import CompanyRow
from tracker.reports.portfolio import cited, portfolio
from tracker.reports.report import Cell, Column, Kind, Report
from tracker.reports.words import bag, fact_rows, field_cell, name_of, term
from tracker.text import pick, several_named
from tracker.vocabulary import CERTIFICATIONS, STAGES, Term

# How soon the plain fields of a company leave a narrow screen.
_PRIORITIES = {"group_name": 3, "country": 5, "role": 5, "founded": 7}


def _aliases(reader: Reader, as_of: AsOf) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for label in project_questions.labels(reader, as_of):
        if label.company_id is not None and label.category == "alias":
            found.setdefault(label.company_id, []).append(label.name)
    return found


def companies(reader: Reader, as_of: AsOf) -> Report:
    """Every company, with how many projects it has and the steps of the innovation ladder it has taken."""
    projects = Counter(one.row.company_id for one in portfolio(reader, as_of).states)
    aliases = _aliases(reader, as_of)
    steps: dict[int, list[Term]] = defaultdict(list)
    for one in questions.certifications(reader, as_of):
        name = term(CERTIFICATIONS, one.certification)
        assert name is not None
        zh, en = (f"{name.name(lang)} {one.period.display(lang)}" for lang in ("zh", "en"))
        steps[one.company_id].append(Term(f"{name.code} {one.period.iso()}", zh, en))
    columns = (
        Column("name", _("Company"), priority=1),
        Column("name_en", _("English name"), priority=4),
        *(Column(one.option, one.heading, priority=_PRIORITIES.get(one.key, 8)) for one in PLAIN["company"]),
        Column("projects", _("Projects"), Kind.COUNT, priority=2),
        Column("certifications", _("Certifications"), priority=2),
        Column("aliases", _("Aliases"), hidden=True),
    )
    rows = tuple(
        (
            row.name,
            row.name_en,
            *(field_cell(one, getattr(row, one.key)) for one in PLAIN["company"]),
            projects[row.company_id],
            bag(tuple(steps[row.company_id])),
            bag(tuple(aliases.get(row.company_id, ()))),
        )
        for row in questions.companies(reader, as_of)
    )
    return Report("companies", _("Companies"), columns, rows, as_of.day, as_of.known_on, empty=_("no company yet"))


def company(reader: Reader, as_of: AsOf, name: str) -> Report:
    """Everything known of one company. Raises UsageError, with the closest name, where there is none."""
    row = _find(reader, as_of, name)
    labels = project_questions.labels(reader, as_of, company=row.company_id)
    aliases = tuple(label.name for label in labels if label.category == "alias")
    columns = (
        Column("section", _("Section"), priority=1),
        Column("item", _("What"), priority=1),
        Column("value", _("Value"), Kind.ANY, priority=1),
        Column("on", _("On"), Kind.DATE, priority=2),
        Column("source", _("Source"), Kind.ANY, priority=3),
    )
    rows = (
        *_facts(row, aliases),
        *_ladder(reader, as_of, row),
        *_projects(reader, as_of, row),
    )
    title = name_of(row.name, row.name_en)
    return Report("company", title, columns, rows, as_of.day, as_of.known_on, grouped=True)


def _find(reader: Reader, as_of: AsOf, name: str) -> CompanyRow:
    """The company that goes by a name."""
    if as_of.known >= FOREVER:
        ids = lookup.named(reader, "company", name) or lookup.by_part(reader, "company", name)
        found = questions.companies(reader, as_of, ids) if ids else []
        if len(found) == 1:
            return found[0]
        if found:
            raise several_named(name, [(row.name, row.name_en) for row in found], _("company"))
    # What was known then, and the closest name of a refusal, need every name there is.
    aliases = _aliases(reader, as_of)
    named = [
        ((row.name, row.name_en, *aliases.get(row.company_id, ())), row) for row in questions.companies(reader, as_of)
    ]
    return pick(name, named, _("company"), part=True)


def _facts(row: CompanyRow, aliases: tuple[str, ...]) -> Iterator[tuple[Cell, ...]]:
    facts: tuple[tuple[str, Cell], ...] = (
        (_("Name"), row.name),
        (_("English name"), row.name_en),
        (_("Aliases"), bag(aliases)),
        *((one.heading, field_cell(one, getattr(row, one.key))) for one in PLAIN["company"]),
        (_("Note"), row.note),
    )
    return fact_rows(_("Company"), facts, cited(row.source, row.quote))


def _ladder(reader: Reader, as_of: AsOf, company: CompanyRow) -> Iterator[tuple[Cell, ...]]:
    for row in questions.certifications(reader, as_of, company.company_id):
        step = term(CERTIFICATIONS, row.certification)
        name = step.name(language()) if step else None
        yield _("Certifications"), name, None, row.period, cited(row.source, row.quote)


def _projects(reader: Reader, as_of: AsOf, company: CompanyRow) -> Iterator[tuple[Cell, ...]]:
    for one in portfolio(reader, as_of).states:
        if one.row.company_id == company.company_id:
            stage = term(STAGES, one.stage)
            on = one.stage_on
            yield _("Projects"), f"{one.row.code} {name_of(one.row.name, one.row.name_en)}", stage, on, None
