"""The ledger: changes and their hashes, the versions of every record, and the derived tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("recorded_to = 9223372036854775807")
ENDED = sa.text("recorded_to < 9223372036854775807")


def upgrade() -> None:
    """Create every table; views and triggers are code, and not created here."""
    op.create_table(
        "capital_value",
        sa.Column("project_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("year_state", sa.String(), nullable=False),
        sa.Column("year_minor", sa.BigInteger(), nullable=True),
        sa.Column("year_qualifier", sa.String(), nullable=False),
        sa.Column("year_availability", sa.String(), nullable=False),
        sa.Column("year_to", sa.Date(), nullable=True),
        sa.Column("cumulative_state", sa.String(), nullable=False),
        sa.Column("cumulative_minor", sa.BigInteger(), nullable=True),
        sa.Column("cumulative_qualifier", sa.String(), nullable=False),
        sa.Column("cumulative_availability", sa.String(), nullable=False),
        sa.Column("cumulative_to", sa.Date(), nullable=True),
        sa.Column("month_state", sa.String(), nullable=False),
        sa.Column("month_minor", sa.BigInteger(), nullable=True),
        sa.Column("month_qualifier", sa.String(), nullable=False),
        sa.Column("month_availability", sa.String(), nullable=False),
        sa.Column("month_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "kind", "currency", "from_day", name=op.f("pk_capital_value")),
    )
    op.create_index(
        "ix_capital_value_to_day",
        "capital_value",
        ["kind", "project_id", "to_day", "from_day", "currency"],
        unique=False,
    )
    op.create_table(
        "change",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("undoes", BIG, nullable=True),
        sa.CheckConstraint(
            "origin IN ('typed', 'import', 'schedule', 'undo', 'upgrade', 'consolidation')",
            name=op.f("ck_change_origin"),
        ),
        sa.ForeignKeyConstraint(["undoes"], ["change.id"], name=op.f("fk_change_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_recorded_at"), "change", ["recorded_at"], unique=False)
    op.create_index(
        "ix_change_undoes",
        "change",
        ["undoes"],
        unique=False,
        sqlite_where=sa.text("undoes IS NOT NULL"),
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )
    op.create_table(
        "company_identity",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_identity")),
    )
    op.create_table(
        "derived_formula",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_derived_formula")),
    )
    op.create_table(
        "lookup_name",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "folded", "rank", "subject_id", name=op.f("pk_lookup_name")),
    )
    op.create_index("ix_lookup_name_subject", "lookup_name", ["subject", "subject_id"], unique=False)
    op.create_table(
        "milestone_identity",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone_identity")),
    )
    op.create_table(
        "project_identity",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_identity")),
    )
    op.create_table(
        "project_state",
        sa.Column("project_id", BIG, autoincrement=False, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("stage_first", sa.Date(), nullable=True),
        sa.Column("stage_last", sa.Date(), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("undated", sa.Integer(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("signed_first", sa.Date(), nullable=True),
        sa.Column("signed_last", sa.Date(), nullable=True),
        sa.Column("started_first", sa.Date(), nullable=True),
        sa.Column("started_last", sa.Date(), nullable=True),
        sa.Column("completed_first", sa.Date(), nullable=True),
        sa.Column("completed_last", sa.Date(), nullable=True),
        sa.Column("in_production_first", sa.Date(), nullable=True),
        sa.Column("in_production_last", sa.Date(), nullable=True),
        sa.Column("next_milestone_id", BIG, autoincrement=False, nullable=True),
        sa.Column("next_first", sa.Date(), nullable=True),
        sa.Column("next_last", sa.Date(), nullable=True),
        sa.Column("started_planned_first", sa.Date(), nullable=True),
        sa.Column("started_planned_last", sa.Date(), nullable=True),
        sa.Column("completed_planned_first", sa.Date(), nullable=True),
        sa.Column("completed_planned_last", sa.Date(), nullable=True),
        sa.Column("in_production_planned_first", sa.Date(), nullable=True),
        sa.Column("in_production_planned_last", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "from_day", name=op.f("pk_project_state")),
    )
    op.create_index(
        "ix_project_state_to_day",
        "project_state",
        ["to_day", "from_day", "condition", "next_last", "project_id"],
        unique=False,
    )
    op.create_table(
        "schedule_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("schedule_id", BIG, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("from_change", BIG, nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_change", BIG, nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "result IN ('delivered', 'partial', 'failed', 'empty')", name=op.f("ck_schedule_run_result")
        ),
        sa.CheckConstraint("from_change >= 0 AND until_change >= 0", name=op.f("ck_schedule_run_window")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_run_schedule_id"), "schedule_run", ["schedule_id"], unique=False)
    op.create_table(
        "baseline",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("entry_id", BIG, nullable=True),
        sa.Column("start_first", sa.Date(), nullable=True),
        sa.Column("start_last", sa.Date(), nullable=True),
        sa.Column("end_first", sa.Date(), nullable=True),
        sa.Column("end_last", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(end_first IS NULL) = (end_last IS NULL) AND NOT end_first > end_last", name=op.f("ck_baseline_end")
        ),
        sa.CheckConstraint(
            "(start_first IS NULL) = (start_last IS NULL) AND NOT start_first > start_last",
            name=op.f("ck_baseline_start"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_baseline_versions")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_baseline_version")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_baseline_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_baseline_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_baseline")),
    )
    op.create_index(
        "ix_baseline_ended", "baseline", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_baseline_open_project_id",
        "baseline",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_baseline_project_id", "baseline", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_baseline_recorded_from", "baseline", ["recorded_from"], unique=False)
    op.create_index("uq_baseline_open", "baseline", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "capital_entry",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("qualifier", sa.String(16), nullable=False),
        sa.Column("availability", sa.String(16), nullable=False),
        sa.CheckConstraint(
            "(minor IS NULL) = (availability IN ('unknown', 'withheld'))", name=op.f("ck_capital_entry_available")
        ),
        sa.CheckConstraint(
            "availability IN ('reported', 'estimated', 'unknown', 'withheld')",
            name=op.f("ck_capital_entry_availability"),
        ),
        sa.CheckConstraint("basis IN ('period', 'ytd', 'cumulative')", name=op.f("ck_capital_entry_basis")),
        sa.CheckConstraint("kind = 'total' OR last_day IS NOT NULL", name=op.f("ck_capital_entry_dated")),
        sa.CheckConstraint(
            "kind NOT IN ('total', 'plan') OR basis = 'period'", name=op.f("ck_capital_entry_basis_of_kind")
        ),
        sa.CheckConstraint(
            "kind NOT IN ('total', 'plan') OR minor IS NULL OR minor >= 0", name=op.f("ck_capital_entry_sign")
        ),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'nearly', 'over', 'at_most')", name=op.f("ck_capital_entry_qualifier")
        ),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_capital_entry_days_in_order"),
        ),
        sa.CheckConstraint(
            "minor BETWEEN -900000000000000000 AND 900000000000000000", name=op.f("ck_capital_entry_limit")
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_capital_entry_versions")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_capital_entry_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_capital_entry_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_capital_entry")),
    )
    op.create_index(
        "ix_capital_entry_ended",
        "capital_entry",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index(
        "ix_capital_entry_open_project_id",
        "capital_entry",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_capital_entry_project_id", "capital_entry", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_capital_entry_recorded_from", "capital_entry", ["recorded_from"], unique=False)
    op.create_index(
        "uq_capital_entry_open", "capital_entry", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "certification",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("company_id", BIG, nullable=False),
        sa.Column("certification", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_certification_days_in_order"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_certification_versions")),
        sa.ForeignKeyConstraint(["company_id"], ["company_identity.id"], name=op.f("fk_certification_company_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_certification_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_certification")),
    )
    op.create_index("ix_certification_company_id", "certification", ["company_id", "recorded_from"], unique=False)
    op.create_index(
        "ix_certification_ended",
        "certification",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index(
        "ix_certification_open_company_id",
        "certification",
        ["company_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_certification_recorded_from", "certification", ["recorded_from"], unique=False)
    op.create_index(
        "uq_certification_open", "certification", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "company",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("group_name", sa.String(), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("role", sa.String(32), nullable=True),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_company_versions")),
        sa.ForeignKeyConstraint(["id"], ["company_identity.id"], name=op.f("fk_company_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_company_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_company")),
    )
    op.create_index(
        "ix_company_ended", "company", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_company_recorded_from", "company", ["recorded_from"], unique=False)
    op.create_index("uq_company_open", "company", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "condition_event",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("condition", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "condition IN ('active', 'suspended', 'terminated', 'lost', 'closed')",
            name=op.f("ck_condition_event_condition"),
        ),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_condition_event_days_in_order"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_condition_event_versions")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_condition_event_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_condition_event_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_condition_event")),
    )
    op.create_index(
        "ix_condition_event_ended",
        "condition_event",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index(
        "ix_condition_event_open_project_id",
        "condition_event",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_condition_event_project_id", "condition_event", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_condition_event_recorded_from", "condition_event", ["recorded_from"], unique=False)
    op.create_index(
        "uq_condition_event_open", "condition_event", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "currency",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("code", sa.String(3), nullable=False),
        sa.Column("minor_per_unit", sa.Integer(), nullable=False),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_currency_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_currency_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_currency")),
    )
    op.create_index(
        "ix_currency_ended", "currency", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_currency_recorded_from", "currency", ["recorded_from"], unique=False)
    op.create_index("uq_currency_open", "currency", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "custom_field",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("field_type", sa.String(32), nullable=False),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_custom_field_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_custom_field_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_custom_field")),
    )
    op.create_index(
        "ix_custom_field_ended",
        "custom_field",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index("ix_custom_field_recorded_from", "custom_field", ["recorded_from"], unique=False)
    op.create_index(
        "uq_custom_field_open", "custom_field", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "exchange_rate",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("base", sa.String(3), nullable=False),
        sa.Column("counter", sa.String(3), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("rate", sa.String(32), nullable=False),
        sa.CheckConstraint("base <> counter", name=op.f("ck_exchange_rate_pair")),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_exchange_rate_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_exchange_rate_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_exchange_rate")),
    )
    op.create_index(
        "ix_exchange_rate_ended",
        "exchange_rate",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index(
        "ix_exchange_rate_open_base_counter_on_day",
        "exchange_rate",
        ["base", "counter", "on_day"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_exchange_rate_recorded_from", "exchange_rate", ["recorded_from"], unique=False)
    op.create_index(
        "uq_exchange_rate_open", "exchange_rate", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('holiday', 'working')", name=op.f("ck_calendar_day_kind")),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_calendar_day_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_calendar_day_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_calendar_day")),
    )
    op.create_index(
        "ix_calendar_day_ended",
        "calendar_day",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index("ix_calendar_day_recorded_from", "calendar_day", ["recorded_from"], unique=False)
    op.create_index(
        "uq_calendar_day_open", "calendar_day", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "follow_up",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "NOT done < on_day AND (done IS NULL OR next_day IS NOT NULL)", name=op.f("ck_follow_up_done")
        ),
        sa.CheckConstraint("NOT next_day < on_day", name=op.f("ck_follow_up_next_day")),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_follow_up_versions")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_follow_up_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_follow_up_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_follow_up")),
    )
    op.create_index(
        "ix_follow_up_ended", "follow_up", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_follow_up_open_project_id",
        "follow_up",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_follow_up_project_id", "follow_up", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_follow_up_recorded_from", "follow_up", ["recorded_from"], unique=False)
    op.create_index("uq_follow_up_open", "follow_up", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "import_map",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("headings", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_import_map_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_import_map_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_import_map")),
    )
    op.create_index(
        "ix_import_map_ended", "import_map", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_import_map_recorded_from", "import_map", ["recorded_from"], unique=False)
    op.create_index("uq_import_map_open", "import_map", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "month_close",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_month_close_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_month_close_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_month_close")),
    )
    op.create_index(
        "ix_month_close_ended", "month_close", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_month_close_recorded_from", "month_close", ["recorded_from"], unique=False)
    op.create_index("uq_month_close_open", "month_close", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "indicator_value",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(16), nullable=True),
        sa.Column("measure", sa.String(16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("qualifier", sa.String(16), nullable=False),
        sa.Column("availability", sa.String(16), nullable=False),
        sa.Column("growth", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(company_id IS NULL) = (subject IS NOT NULL) AND (subject_kind = 'company') = (company_id IS NOT NULL)",
            name=op.f("ck_indicator_value_subject"),
        ),
        sa.CheckConstraint(
            "(value IS NULL) = (availability IN ('unknown', 'withheld'))", name=op.f("ck_indicator_value_available")
        ),
        sa.CheckConstraint("(what = 'actual') = (direction IS NULL)", name=op.f("ck_indicator_value_directed")),
        sa.CheckConstraint(
            "availability IN ('reported', 'estimated', 'unknown', 'withheld')",
            name=op.f("ck_indicator_value_availability"),
        ),
        sa.CheckConstraint("direction IN ('at_least', 'at_most')", name=op.f("ck_indicator_value_direction")),
        sa.CheckConstraint(
            "measure <> 'money' OR value IS NULL OR currency IS NOT NULL", name=op.f("ck_indicator_value_currency")
        ),
        sa.CheckConstraint("measure IN ('money', 'count', 'percent', 'rank')", name=op.f("ck_indicator_value_measure")),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'nearly', 'over', 'at_most')", name=op.f("ck_indicator_value_qualifier")
        ),
        sa.CheckConstraint(
            "subject_kind IN ('zone', 'site', 'chain', 'company')", name=op.f("ck_indicator_value_subject_kind")
        ),
        sa.CheckConstraint("what IN ('actual', 'floor', 'stretch')", name=op.f("ck_indicator_value_what")),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_indicator_value_days_in_order"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_indicator_value_versions")),
        sa.CheckConstraint(
            "value BETWEEN -900000000000000000 AND 900000000000000000", name=op.f("ck_indicator_value_limit")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company_identity.id"], name=op.f("fk_indicator_value_company_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_indicator_value_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_indicator_value")),
    )
    op.create_index("ix_indicator_value_company_id", "indicator_value", ["company_id", "recorded_from"], unique=False)
    op.create_index(
        "ix_indicator_value_ended",
        "indicator_value",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index(
        "ix_indicator_value_open_company_id",
        "indicator_value",
        ["company_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_indicator_value_recorded_from", "indicator_value", ["recorded_from"], unique=False)
    op.create_index(
        "uq_indicator_value_open", "indicator_value", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "label",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=True),
        sa.CheckConstraint("category IN ('tag', 'alias', 'external', 'field')", name=op.f("ck_label_category")),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_label_subject")),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_label_versions")),
        sa.ForeignKeyConstraint(["company_id"], ["company_identity.id"], name=op.f("fk_label_company_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_label_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_label_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_label")),
    )
    op.create_index(
        "ix_label_ended", "label", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_label_open_company_id", "label", ["company_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_label_open_project_id", "label", ["project_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_label_project_id", "label", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_label_recorded_from", "label", ["recorded_from"], unique=False)
    op.create_index("uq_label_open", "label", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "ledger",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_ledger_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_ledger_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_ledger")),
    )
    op.create_index(
        "ix_ledger_ended", "ledger", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_ledger_recorded_from", "ledger", ["recorded_from"], unique=False)
    op.create_index("uq_ledger_open", "ledger", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "milestone",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_milestone_versions")),
        sa.ForeignKeyConstraint(["id"], ["milestone_identity.id"], name=op.f("fk_milestone_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_milestone_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_milestone_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_milestone")),
    )
    op.create_index(
        "ix_milestone_ended", "milestone", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_milestone_open_project_id",
        "milestone",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_milestone_project_id", "milestone", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_milestone_recorded_from", "milestone", ["recorded_from"], unique=False)
    op.create_index("uq_milestone_open", "milestone", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "milestone_date",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("milestone_id", BIG, nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.CheckConstraint("what IN ('baseline', 'forecast', 'actual')", name=op.f("ck_milestone_date_what")),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_milestone_date_days_in_order"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_milestone_date_versions")),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["milestone_identity.id"], name=op.f("fk_milestone_date_milestone_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_milestone_date_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_milestone_date_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_milestone_date")),
    )
    op.create_index(
        "ix_milestone_date_ended",
        "milestone_date",
        ["recorded_to"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.create_index(
        "ix_milestone_date_open_last_day",
        "milestone_date",
        ["last_day"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_milestone_date_open_milestone_id",
        "milestone_date",
        ["milestone_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_milestone_date_open_project_id",
        "milestone_date",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_milestone_date_project_id", "milestone_date", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_milestone_date_recorded_from", "milestone_date", ["recorded_from"], unique=False)
    op.create_index(
        "uq_milestone_date_open", "milestone_date", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "project",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("group_name", sa.String(), nullable=True),
        sa.Column("chain", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("grid", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("lead_source", sa.String(32), nullable=True),
        sa.Column("capital_origin", sa.String(32), nullable=True),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("land", BIG, nullable=True),
        sa.Column("jobs", sa.Integer(), nullable=True),
        sa.Column("parent_id", BIG, nullable=True),
        sa.Column("registered_first", sa.Date(), nullable=True),
        sa.Column("registered_last", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(registered_first IS NULL) = (registered_last IS NULL) AND NOT registered_first > registered_last",
            name=op.f("ck_project_registered"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_project_versions")),
        sa.ForeignKeyConstraint(["company_id"], ["company_identity.id"], name=op.f("fk_project_company_id")),
        sa.ForeignKeyConstraint(["id"], ["project_identity.id"], name=op.f("fk_project_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["project_identity.id"], name=op.f("fk_project_parent_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_project_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_project")),
    )
    op.create_index(
        "ix_project_ended", "project", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_project_open_code", "project", ["code"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "ix_project_open_company_id", "project", ["company_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_project_open_parent_id", "project", ["parent_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_project_recorded_from", "project", ["recorded_from"], unique=False)
    op.create_index("uq_project_open", "project", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "relation",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("target_id", BIG, nullable=False),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_relation_versions")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_relation_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_relation_recorded_from")),
        sa.ForeignKeyConstraint(["target_id"], ["project_identity.id"], name=op.f("fk_relation_target_id")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_relation")),
    )
    op.create_index(
        "ix_relation_ended", "relation", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_relation_open_project_id",
        "relation",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_relation_open_target_id", "relation", ["target_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_relation_project_id", "relation", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_relation_recorded_from", "relation", ["recorded_from"], unique=False)
    op.create_index("uq_relation_open", "relation", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "request",
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("raised", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("answered", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("(project_id IS NULL) <> (company_id IS NULL)", name=op.f("ck_request_subject")),
        sa.CheckConstraint(
            "NOT answered < raised AND NOT closed < raised AND NOT closed < answered", name=op.f("ck_request_order")
        ),
        sa.CheckConstraint("NOT due < raised", name=op.f("ck_request_due")),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_request_versions")),
        sa.ForeignKeyConstraint(["company_id"], ["company_identity.id"], name=op.f("fk_request_company_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_request_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_request_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_request")),
    )
    op.create_index(
        "ix_request_ended", "request", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_request_open_company_id", "request", ["company_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_request_open_project_id", "request", ["project_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_request_project_id", "request", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_request_recorded_from", "request", ["recorded_from"], unique=False)
    op.create_index("uq_request_open", "request", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "review",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("physical", sa.Integer(), nullable=True),
        sa.Column("light", sa.String(16), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_review_days_in_order"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_review_versions")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_review_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_review_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_review")),
    )
    op.create_index(
        "ix_review_ended", "review", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_review_open_project_id", "review", ["project_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_review_project_id", "review", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_review_recorded_from", "review", ["recorded_from"], unique=False)
    op.create_index("uq_review_open", "review", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "schedule",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("cron", sa.String(200), nullable=False),
        sa.Column("phrase", sa.String(), nullable=True),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("reports", sa.String(), nullable=False),
        sa.Column("options", sa.String(), nullable=True),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("targets", sa.String(), nullable=True),
        sa.Column("format", sa.String(16), nullable=True),
        sa.Column("silent", sa.String(16), nullable=False),
        sa.Column("fail_on", sa.String(16), nullable=True),
        sa.CheckConstraint("silent IN ('empty', 'unchanged', 'never')", name=op.f("ck_schedule_silent")),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_schedule_versions")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_schedule_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_schedule")),
    )
    op.create_index(
        "ix_schedule_ended", "schedule", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_schedule_recorded_from", "schedule", ["recorded_from"], unique=False)
    op.create_index("uq_schedule_open", "schedule", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "schedule_delivery",
        sa.Column("id", BIG, nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("from_change", BIG, nullable=False),
        sa.Column("until_change", BIG, nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("result IN ('delivered', 'failed', 'empty')", name=op.f("ck_schedule_delivery_result")),
        sa.CheckConstraint("from_change >= 0 AND until_change >= 0", name=op.f("ck_schedule_delivery_window")),
        sa.ForeignKeyConstraint(["run_id"], ["schedule_run.id"], name=op.f("fk_schedule_delivery_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_delivery")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_schedule_delivery_run_id"), "schedule_delivery", ["run_id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("change_id", BIG, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_seal_change_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_seal")),
    )
    op.create_table(
        "stage_event",
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("period_text", sa.String(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("quote", sa.String(), nullable=True),
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_from", BIG, autoincrement=False, nullable=False),
        sa.Column("recorded_to", BIG, nullable=False),
        sa.Column("project_id", BIG, nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(first_day IS NULL) = (last_day IS NULL) AND NOT first_day > last_day",
            name=op.f("ck_stage_event_days_in_order"),
        ),
        sa.CheckConstraint("recorded_from < recorded_to", name=op.f("ck_stage_event_versions")),
        sa.ForeignKeyConstraint(["project_id"], ["project_identity.id"], name=op.f("fk_stage_event_project_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["change.id"], name=op.f("fk_stage_event_recorded_from")),
        sa.PrimaryKeyConstraint("id", "recorded_from", name=op.f("pk_stage_event")),
    )
    op.create_index(
        "ix_stage_event_ended", "stage_event", ["recorded_to"], unique=False, sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index(
        "ix_stage_event_open_project_id",
        "stage_event",
        ["project_id"],
        unique=False,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_stage_event_project_id", "stage_event", ["project_id", "recorded_from"], unique=False)
    op.create_index("ix_stage_event_recorded_from", "stage_event", ["recorded_from"], unique=False)
    op.create_index("uq_stage_event_open", "stage_event", ["id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
