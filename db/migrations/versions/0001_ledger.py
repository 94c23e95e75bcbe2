"""The ledger: changes, companies, projects, stages, milestones, capital, reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STAGES = "lead negotiating signed filed site_secured under_construction topped_out completed in_production at_capacity"
CONDITIONS = "active suspended terminated lost closed"
CAPITAL_KINDS = "total plan completed contracted_foreign utilised_foreign utilised_domestic funds_in_place paid"
# ISO 4217, the currencies whose minor unit is not a hundredth, and those whose is.
MINOR_PER_UNIT = {
    1: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    1000: "BHD IQD JOD KWD LYD OMR TND",
    10000: "CLF UYW",
    100: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
        "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR "
        "MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG "
        "SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES "
        "WST XCD XCG YER ZAR ZMW ZWG"
    ),
}
SOURCED = ("note", "source", "quote")


def text(*names: str) -> list[sa.Column[str]]:
    """Optional texts."""
    return [sa.Column(name, sa.String(), nullable=True) for name in names]


def word(name: str, length: int = 32, *, null: bool = True) -> sa.Column[str]:
    """A code of the vocabulary."""
    return sa.Column(name, sa.String(length), nullable=null)


def big(name: str, *, null: bool = True) -> sa.Column[int]:
    """An id, or minor units of money."""
    return sa.Column(name, BIG, nullable=null)


def dated() -> list[sa.schema.SchemaItem]:
    """The days a fact speaks of, and the day it counts from."""
    return [
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("counts_from", sa.Date(), nullable=False),
    ]


def period(table: str) -> sa.CheckConstraint:
    """First and last day are both there, in their order, or neither is."""
    rule = "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day"
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_period"))


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A named rule of `table`."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def in_words(column: str, words: str) -> str:
    """The rule that `column` holds one of `words`."""
    listed = ", ".join(f"'{item}'" for item in words.split())
    return f"{column} IN ({listed})"


def chained(table: str, *parts: sa.schema.SchemaItem, refers: dict[str, str] | None = None, index: str = "") -> None:
    """A table whose rows form chains: each is written once, may replace an older one, and may be void."""
    foreign = {"change_id": "change.id", "origin": f"{table}.id", "replaces": f"{table}.id"} | (refers or {})
    op.create_table(
        table,
        big("id", null=False),
        big("change_id", null=False),
        big("origin"),
        big("replaces"),
        sa.Column("void", sa.Boolean(), nullable=False),
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
    """Create the tables and list the currencies."""
    create_changes()
    create_companies()
    create_projects()
    create_events()
    create_figures()


def create_changes() -> None:
    """Changes, their seals, and the currencies."""
    op.create_table(
        "change",
        big("id", null=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        big("undoes"),
        sa.ForeignKeyConstraint(["undoes"], ["change.id"], name=op.f("fk_change_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seal",
        sa.Column("change_id", BIG, nullable=False, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_seal_change_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_seal")),
    )
    currency = op.create_table(
        "currency",
        sa.Column("code", sa.String(3), nullable=False),
        sa.Column("minor_per_unit", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_currency")),
    )
    rows = [
        {"code": code, "minor_per_unit": minor} for minor, codes in MINOR_PER_UNIT.items() for code in codes.split()
    ]
    op.bulk_insert(currency, sorted(rows, key=lambda row: str(row["code"])))


def create_companies() -> None:
    """Companies and their certifications."""
    chained(
        "company",
        *text(*SOURCED),
        sa.Column("name", sa.String(), nullable=False),
        *text("name_en", "group_name"),
        word("country", 2),
        word("role"),
        sa.Column("founded", sa.Integer(), nullable=True),
    )
    chained(
        "certification",
        *text(*SOURCED),
        *dated(),
        period("certification"),
        big("company_id", null=False),
        word("certification", null=False),
        refers={"company_id": "company.id"},
        index="company_id",
    )


def create_projects() -> None:
    """Projects, what hangs on them by name, and how they relate."""
    chained(
        "project",
        *text(*SOURCED),
        word("code", 40, null=False),
        sa.Column("name", sa.String(), nullable=False),
        *text("name_en"),
        word("kind"),
        big("company_id"),
        *text("group_name", "chain", "sector", "site", "grid", "owner"),
        word("lead_source"),
        word("capital_origin"),
        word("country", 2),
        big("land"),
        sa.Column("jobs", sa.Integer(), nullable=True),
        big("parent_id"),
        refers={"company_id": "company.id", "parent_id": "project.id"},
        index="code company_id parent_id",
    )
    chained("custom_field", sa.Column("name", sa.String(), nullable=False), word("field_type", null=False))
    chained(
        "label",
        big("project_id"),
        big("company_id"),
        word("category", 16, null=False),
        sa.Column("name", sa.String(), nullable=False),
        *text("value"),
        check("label", "subject", "(project_id IS NULL) <> (company_id IS NULL)"),
        check("label", "category", "category IN ('tag', 'alias', 'external', 'field')"),
        refers={"project_id": "project.id", "company_id": "company.id"},
        index="project_id company_id",
    )
    chained(
        "relation",
        *text(*SOURCED),
        big("project_id", null=False),
        word("relation", null=False),
        big("target_id", null=False),
        refers={"project_id": "project.id", "target_id": "project.id"},
        index="project_id target_id",
    )


def create_events() -> None:
    """Stages, conditions, milestones and their days."""
    project = {"project_id": "project.id"}
    for table, column, words in (("stage_event", "stage", STAGES), ("condition_event", "condition", CONDITIONS)):
        chained(
            table,
            *text(*SOURCED),
            *dated(),
            period(table),
            big("project_id", null=False),
            word(column, null=False),
            *text("reason"),
            check(table, column, in_words(column, words)),
            refers=project,
            index="project_id",
        )
    chained(
        "milestone",
        big("project_id", null=False),
        word("code", 40, null=False),
        *text("title"),
        sa.Column("weight", sa.Integer(), nullable=False),
        refers=project,
        index="project_id",
    )
    chained(
        "milestone_date",
        *text(*SOURCED),
        *dated(),
        period("milestone_date"),
        big("project_id", null=False),
        big("milestone_id", null=False),
        word("what", 16, null=False),
        check("milestone_date", "what", "what IN ('baseline', 'forecast', 'actual')"),
        refers=project | {"milestone_id": "milestone.id"},
        index="project_id milestone_id",
    )


def create_figures() -> None:
    """Capital entries and monthly reviews."""
    table = "capital_entry"
    chained(
        table,
        *text(*SOURCED),
        *dated(),
        period(table),
        big("project_id", null=False),
        word("kind", null=False),
        sa.Column("minor", sa.BigInteger(), nullable=True),
        word("currency", 3, null=False),
        word("qualifier", 16, null=False),
        word("availability", 16, null=False),
        word("measure", 16, null=False),
        sa.Column("reported_minor", sa.BigInteger(), nullable=True),
        big("corrects"),
        check(table, "kind", in_words("kind", CAPITAL_KINDS)),
        check(table, "qualifier", in_words("qualifier", "exact about nearly over at_most")),
        check(table, "availability", in_words("availability", "reported estimated unknown withheld")),
        check(table, "measure", "measure IN ('flow', 'ytd', 'cumulative')"),
        check(table, "available", "(minor IS NULL) = (availability IN ('unknown', 'withheld'))"),
        check(table, "limit", "minor BETWEEN -900000000000000000 AND 900000000000000000"),
        refers={"project_id": "project.id", "currency": "currency.code", "corrects": "capital_entry.id"},
        index="corrects project_id,kind,measure",
    )
    chained(
        "review",
        *text(*SOURCED),
        *dated(),
        period("review"),
        big("project_id", null=False),
        sa.Column("physical", sa.Integer(), nullable=True),
        word("light", 16),
        *text("text"),
        refers={"project_id": "project.id"},
        index="project_id",
    )
