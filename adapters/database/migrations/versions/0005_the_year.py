"""The year of a plan: reviews, checks of contacts, questions; what crises lacked."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the yearly review of a plan needs, and the relief of seats."""
    op.add_column("seats", sa.Column("served_at", Instant()))
    op.add_column("crisis_types", sa.Column("added_at", Instant()))
    op.create_table(
        "reviews",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("plan_id", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("looked_on", sa.Date()),
        sa.Column("next_at", Instant()),
        sa.Column("letters", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("cpts_id", "year", name=op.f("pk_reviews")),
    )
    op.create_table(
        "contact_checks",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("period", sa.String(120), nullable=False),
        sa.Column("plan_id", sa.String(120), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("looked_on", sa.Date()),
        sa.Column("letters", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("cpts_id", "period", name=op.f("pk_contact_checks")),
    )
    op.create_table(
        "review_tasks",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("period", sa.String(120), nullable=False),
        sa.Column("task_id", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("role", sa.String(40)),
        sa.Column("asked", sa.String(120)),
        sa.Column("rung", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("told_at", Instant()),
        sa.Column("answered_at", Instant()),
        sa.Column("answered_by", sa.String(120)),
        sa.Column("answer", sa.String(20)),
        sa.Column("words", sa.Text()),
        sa.PrimaryKeyConstraint(
            "cpts_id", "period", "task_id", name=op.f("pk_review_tasks")
        ),
    )
    op.create_index(
        op.f("ix_review_tasks_cpts_id_asked"), "review_tasks", ["cpts_id", "asked"]
    )


def downgrade() -> None:
    """Take the year of plans away."""
    for table in ("review_tasks", "contact_checks", "reviews"):
        op.drop_table(table)
    op.drop_column("crisis_types", "added_at")
    op.drop_column("seats", "served_at")
