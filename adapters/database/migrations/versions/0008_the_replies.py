"""Texts and keys that came, what the auditor found lacking, and marks of people."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the messages that come, and what the auditor finds."""
    op.create_table(
        "inbound",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("inbound_id", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("number", sa.String(20)),
        sa.Column("text", sa.Text()),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("why", sa.String(20)),
        sa.Column("crisis_id", sa.String(120)),
        sa.Column("person_id", sa.String(120)),
        sa.Column("settled_at", Instant()),
        sa.Column("settled_by", sa.String(40)),
        sa.PrimaryKeyConstraint("cpts_id", "inbound_id", name=op.f("pk_inbound")),
    )
    op.create_index(op.f("ix_inbound_cpts_id_state"), "inbound", ["cpts_id", "state"])
    op.create_table(
        "lapses",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("crisis_id", sa.String(120), nullable=False),
        sa.Column("lack", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("raised_at", Instant()),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "lack", "subject", name=op.f("pk_lapses")
        ),
    )
    op.create_table(
        "person_marks",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("crisis_id", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(120), nullable=False),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("said_at", Instant()),
        sa.Column("comes", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "person_id", name=op.f("pk_person_marks")
        ),
    )
    op.create_index(op.f("ix_person_marks_mark"), "person_marks", ["mark"])
    op.add_column(
        "waves",
        sa.Column(
            "one_choice", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )


def downgrade() -> None:
    """Take the messages that came and the findings of the auditor away."""
    op.drop_column("waves", "one_choice")
    op.drop_table("person_marks")
    op.drop_table("lapses")
    op.drop_table("inbound")
