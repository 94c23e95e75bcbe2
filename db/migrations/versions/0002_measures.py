"""What reports measure against: indicators and targets, requests, exchange rates, baselines."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOURCED = ("note", "source", "quote")


def text(*names: str) -> list[sa.Column[str]]:
    """Optional texts."""
    return [sa.Column(name, sa.String(), nullable=True) for name in names]


def word(name: str, length: int = 16, *, null: bool = True) -> sa.Column[str]:
    """A code of the vocabulary."""
    return sa.Column(name, sa.String(length), nullable=null)


def big(name: str, *, null: bool = True) -> sa.Column[int]:
    """An id."""
    return sa.Column(name, BIG, nullable=null)


def day(name: str, *, null: bool = True) -> sa.Column[object]:
    """A calendar day."""
    return sa.Column(name, sa.Date(), nullable=null)


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A named rule of `table`."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def chained(table: str, *parts: sa.schema.SchemaItem, refers: dict[str, str], index: str) -> None:
    """A table whose rows form chains: each is written once, may replace an older one, and may be void."""
    foreign = {"change_id": "change.id", "origin": f"{table}.id", "replaces": f"{table}.id"} | refers
    op.create_table(
        table,
        big("id", null=False),
        big("change_id", null=False),
        big("origin"),
        big("replaces"),
        sa.Column("void", sa.Boolean(), nullable=False),
        *text(*SOURCED),
        *parts,
        *(sa.ForeignKeyConstraint([c], [t], name=op.f(f"fk_{table}_{c}")) for c, t in foreign.items()),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("replaces", name=op.f(f"uq_{table}_replaces")),
        sqlite_autoincrement=True,
    )
    for columns in ("change_id", *index.split()):
        names = columns.split(",")
        op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, names)


def upgrade() -> None:
    """Create the four tables."""
    create_indicators()
    create_requests()
    create_rates()
    create_baselines()


def create_indicators() -> None:
    """Actual values and targets."""
    table = "indicator_value"
    chained(
        table,
        day("first_day"),
        day("last_day"),
        day("counts_from", null=False),
        word("subject_kind", null=False),
        *text("subject"),
        big("company_id"),
        sa.Column("indicator", sa.String(), nullable=False),
        word("what", null=False),
        word("direction"),
        word("measure", null=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        word("currency", 3),
        *text("unit"),
        word("qualifier", null=False),
        word("availability", null=False),
        sa.Column("growth", sa.Integer(), nullable=True),
        check(table, "period", "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day"),
        check(table, "qualifier", "qualifier IN ('exact', 'about', 'nearly', 'over', 'at_most')"),
        check(table, "availability", "availability IN ('reported', 'estimated', 'unknown', 'withheld')"),
        check(table, "subject_kind", "subject_kind IN ('zone', 'site', 'chain', 'company')"),
        check(
            table,
            "subject",
            "(company_id IS NULL) = (subject IS NOT NULL) AND (subject_kind = 'company') = (company_id IS NOT NULL)",
        ),
        check(table, "what", "what IN ('actual', 'floor', 'stretch')"),
        check(table, "direction", "direction IN ('at_least', 'at_most')"),
        check(table, "directed", "(what = 'actual') = (direction IS NULL)"),
        check(table, "measure", "measure IN ('money', 'count', 'percent', 'rank')"),
        check(table, "currency", "measure <> 'money' OR value IS NULL OR currency IS NOT NULL"),
        check(table, "available", "(value IS NULL) = (availability IN ('unknown', 'withheld'))"),
        check(table, "limit", "value BETWEEN -900000000000000000 AND 900000000000000000"),
        refers={"company_id": "company.id", "currency": "currency.code"},
        index="company_id indicator",
    )


def create_requests() -> None:
    """What companies ask."""
    table = "request"
    chained(
        table,
        big("project_id"),
        big("company_id"),
        *text("category"),
        sa.Column("title", sa.String(), nullable=False),
        *text("owner"),
        day("raised", null=False),
        day("due"),
        day("answered"),
        *text("answer"),
        day("closed"),
        *text("outcome"),
        check(table, "subject", "(project_id IS NULL) <> (company_id IS NULL)"),
        check(table, "due", "NOT due < raised"),
        check(table, "order", "NOT answered < raised AND NOT closed < raised AND NOT closed < answered"),
        refers={"project_id": "project.id", "company_id": "company.id"},
        index="project_id company_id",
    )


def create_rates() -> None:
    """What one currency was worth in another."""
    table = "exchange_rate"
    chained(
        table,
        word("base", 3, null=False),
        word("counter", 3, null=False),
        day("on_day", null=False),
        word("rate", 32, null=False),
        check(table, "pair", "base <> counter"),
        refers={"base": "currency.code", "counter": "currency.code"},
        index="base,counter,on_day",
    )


def create_baselines() -> None:
    """The versions of what projects are measured against."""
    table = "baseline"
    chained(
        table,
        big("project_id", null=False),
        sa.Column("version", sa.Integer(), nullable=False),
        day("approved"),
        day("counts_from", null=False),
        big("entry_id"),
        day("start_first"),
        day("start_last"),
        day("end_first"),
        day("end_last"),
        *text("reason"),
        check(table, "version", "version >= 1"),
        check(table, "start", "(start_first IS NULL) = (start_last IS NULL) AND NOT start_first > start_last"),
        check(table, "end", "(end_first IS NULL) = (end_last IS NULL) AND NOT end_first > end_last"),
        refers={"project_id": "project.id", "entry_id": "capital_entry.id"},
        index="project_id entry_id",
    )
