"""The plan: life of a version, notices, links without a password, payments typed in."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _of_versions() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "kind", sa.String(20), nullable=False, server_default="FIRST_WRITING"
        ),
        sa.Column("status", sa.String(12), nullable=False, server_default="BROUILLON"),
        sa.Column("based_on", sa.Integer()),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("submitted_at", Instant()),
        sa.Column("submitted_despite", sa.Text()),
        sa.Column("opinion", sa.String(12)),
        sa.Column("opinion_at", Instant()),
        sa.Column("opinion_words", sa.Text()),
        sa.Column("decision", sa.JSON()),
        sa.Column("adopted_at", Instant()),
        sa.Column("replaced_at", Instant()),
    ]


def upgrade() -> None:
    """Give versions a life, and add what the year of a plan needs."""
    for column in _of_versions():
        op.add_column("plan_versions", column)
    op.add_column("batches", sa.Column("topic", sa.String(40)))
    op.add_column("documents", sa.Column("plan_number", sa.Integer()))
    op.add_column("transmissions", sa.Column("typed", sa.Text()))
    op.create_table(
        "notices",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("batch_id", sa.String(120), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("button", sa.String(60)),
        sa.PrimaryKeyConstraint("cpts_id", "batch_id", name=op.f("pk_notices")),
    )
    op.create_table(
        "plan_links",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("plan_id", sa.String(120), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("subject", sa.String(120)),
        sa.Column("topic", sa.String(40)),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant()),
        sa.Column("used_at", Instant()),
        sa.PrimaryKeyConstraint("cpts_id", "token_hash", name=op.f("pk_plan_links")),
    )
    op.create_index(
        op.f("ix_plan_links_token_hash"), "plan_links", ["token_hash"], unique=True
    )
    op.create_table(
        "payments",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("payment_id", sa.String(120), nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("slice", sa.String(10), nullable=False),
        sa.Column("year_first_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", "payment_id", name=op.f("pk_payments")),
    )


def downgrade() -> None:
    """Take the life of versions away, and what came with it."""
    for table in ("payments", "plan_links", "notices"):
        op.drop_table(table)
    op.drop_column("transmissions", "typed")
    op.drop_column("documents", "plan_number")
    op.drop_column("batches", "topic")
    for column in _of_versions():
        op.drop_column("plan_versions", column.name)
