"""Scheduled summaries, and the record of their runs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def big(name: str, *, null: bool = True) -> sa.Column[int]:
    """An id."""
    return sa.Column(name, BIG, nullable=null)


def text(name: str, length: int | None = None, *, null: bool = True) -> sa.Column[str]:
    """A text."""
    return sa.Column(name, sa.String(length), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[object]:
    """A moment in UTC."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def keys(table: str, **foreign: str) -> list[sa.schema.Constraint]:
    """The primary key of `table`, and its columns that refer to others."""
    refers = (sa.ForeignKeyConstraint([c], [t], name=op.f(f"fk_{table}_{c}")) for c, t in foreign.items())
    return [*refers, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    """A named rule of `table`."""
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    """Create the three tables."""
    create_schedules()
    create_runs()
    create_deliveries()


def create_schedules() -> None:
    """What is sent, when and where."""
    table = "schedule"
    op.create_table(
        table,
        big("id", null=False),
        big("change_id", null=False),
        big("origin"),
        big("replaces"),
        sa.Column("void", sa.Boolean(), nullable=False),
        text("name", 40, null=False),
        text("cron", 200, null=False),
        text("said"),
        text("zone", 64),
        text("reports", null=False),
        text("options"),
        text("since", null=False),
        text("lang", 2, null=False),
        text("targets"),
        text("format", 16),
        text("silent", 16, null=False),
        text("fail_on", 16),
        check(table, "silent", "silent IN ('empty', 'unchanged', 'never')"),
        *keys(table, change_id="change.id", origin="schedule.id", replaces="schedule.id"),
        sa.UniqueConstraint("replaces", name=op.f("uq_schedule_replaces")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_change_id"), table, ["change_id"])


def create_runs() -> None:
    """What every run did."""
    table = "schedule_run"
    op.create_table(
        table,
        big("id", null=False),
        big("schedule_id", null=False),
        moment("started"),
        moment("finished"),
        text("result", 16, null=False),
        big("from_change", null=False),
        moment("from_at", null=True),
        big("until_change", null=False),
        moment("until_at"),
        text("error"),
        check(table, "result", "result IN ('delivered', 'partial', 'failed', 'empty')"),
        check(table, "window", "from_change >= 0 AND until_change >= 0"),
        *keys(table, schedule_id="schedule.id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_run_schedule_id"), table, ["schedule_id"])


def create_deliveries() -> None:
    """What a run did for each of its targets."""
    table = "schedule_delivery"
    op.create_table(
        table,
        big("id", null=False),
        big("run_id", null=False),
        text("target", null=False),
        text("result", 16, null=False),
        big("from_change", null=False),
        big("until_change", null=False),
        text("error"),
        check(table, "result", "result IN ('delivered', 'failed', 'empty')"),
        check(table, "window", "from_change >= 0 AND until_change >= 0"),
        *keys(table, run_id="schedule_run.id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_delivery_run_id"), table, ["run_id"])
