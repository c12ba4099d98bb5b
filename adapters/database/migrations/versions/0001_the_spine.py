"""The spine."""

import sqlalchemy as sa
from alembic import op

from adapters.database.append_only import protect, release
from adapters.database.columns import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "batches",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("batch_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.String(length=120), nullable=True),
        sa.Column("message", sa.String(length=20), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("cpts_id", "batch_id", name=op.f("pk_batches")),
    )
    op.create_index(
        op.f("ix_batches_cpts_id_crisis_id_wave"),
        "batches",
        ["cpts_id", "crisis_id", "wave"],
        unique=False,
    )
    op.create_table(
        "card_runs",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("card_id", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "card_id", name=op.f("pk_card_runs")
        ),
    )
    op.create_table(
        "checkpoints",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", "size", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "cpts",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", name=op.f("pk_cpts")),
    )
    op.create_table(
        "crisis_people",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=120), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("profession", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("mobile", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "person_id", name=op.f("pk_crisis_people")
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("delivery_id", sa.String(length=120), nullable=False),
        sa.Column("batch_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=True),
        sa.Column("recipient_id", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("cpts_id", "delivery_id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        op.f("ix_deliveries_cpts_id_batch_id"),
        "deliveries",
        ["cpts_id", "batch_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_deliveries_cpts_id_crisis_id_wave_recipient_id"),
        "deliveries",
        ["cpts_id", "crisis_id", "wave", "recipient_id"],
        unique=False,
    )
    op.create_table(
        "documents",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", "document_id", name=op.f("pk_documents")),
        sa.UniqueConstraint(
            "cpts_id",
            "crisis_id",
            "kind",
            "sha256",
            name=op.f("uq_documents_cpts_id_crisis_id_kind_sha256"),
        ),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", "seq", name=op.f("pk_ledger_entries")),
    )
    op.create_index(
        op.f("ix_ledger_entries_cpts_id_about_seq"),
        "ledger_entries",
        ["cpts_id", "about", "seq"],
        unique=False,
    )
    op.create_table(
        "ledger_head",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("edge", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_openings",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cpts_id", "seq", "field", name=op.f("pk_ledger_openings")
        ),
    )
    op.create_table(
        "ledger_tiles",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tile", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint(
            "cpts_id", "level", "tile", name=op.f("pk_ledger_tiles")
        ),
    )
    op.create_table(
        "links",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=120), nullable=True),
        sa.Column("document_id", sa.String(length=120), nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("cpts_id", "token_hash", name=op.f("pk_links")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_index("ix_links_token_hash", "links", ["token_hash"], unique=True)
    op.create_table(
        "needs",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("need_id", sa.String(length=120), nullable=False),
        sa.Column("card_id", sa.String(length=20), nullable=False),
        sa.Column("profession", sa.String(length=40), nullable=True),
        sa.Column("professions", sa.JSON(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "need_id", name=op.f("pk_needs")
        ),
    )
    op.create_table(
        "nonces",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("nonce", sa.String(length=120), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", "nonce", name=op.f("pk_nonces")),
    )
    op.create_table(
        "pulses",
        sa.Column("process", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_pulses")),
    )
    op.create_table(
        "recipients",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.String(length=120), nullable=False),
        sa.Column("answer", sa.String(length=30), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "wave", "person_id", name=op.f("pk_recipients")
        ),
    )
    op.create_index(
        op.f("ix_recipients_cpts_id_crisis_id_person_id"),
        "recipients",
        ["cpts_id", "crisis_id", "person_id"],
        unique=False,
    )
    op.create_table(
        "seats",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("seat_id", sa.String(length=120), nullable=False),
        sa.Column("need_id", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=120), nullable=True),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "cpts_id", "crisis_id", "seat_id", name=op.f("pk_seats")
        ),
        sa.UniqueConstraint(
            "cpts_id",
            "crisis_id",
            "person_id",
            name=op.f("uq_seats_cpts_id_crisis_id_person_id"),
        ),
    )
    op.create_index(
        op.f("ix_seats_cpts_id_crisis_id_need_id_position"),
        "seats",
        ["cpts_id", "crisis_id", "need_id", "position"],
        unique=False,
    )
    op.create_table(
        "transmissions",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("document_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("received_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "cpts_id", "document_id", name=op.f("pk_transmissions")
        ),
    )
    op.create_table(
        "waves",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("wave", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=20), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("leaves_at", Instant(), nullable=False),
        sa.Column("remind_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("covered_at", Instant(), nullable=True),
        sa.Column("close_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_why", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("cpts_id", "crisis_id", "wave", name=op.f("pk_waves")),
    )
    op.create_table(
        "people",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.String(length=120), nullable=False),
        sa.Column("identity", sa.String(length=200), nullable=False),
        sa.Column("rpps", sa.String(length=11), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("profession", sa.String(length=40), nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("mobile", sa.String(length=20), nullable=True),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cpts_id"], ["cpts.cpts_id"], name=op.f("fk_people_cpts_id")
        ),
        sa.PrimaryKeyConstraint("cpts_id", "person_id", name=op.f("pk_people")),
        sa.UniqueConstraint(
            "cpts_id", "identity", name=op.f("uq_people_cpts_id_identity")
        ),
    )
    op.create_table(
        "plan_versions",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("plan_id", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cpts_id"], ["cpts.cpts_id"], name=op.f("fk_plan_versions_cpts_id")
        ),
        sa.PrimaryKeyConstraint(
            "cpts_id", "plan_id", "number", name=op.f("pk_plan_versions")
        ),
    )
    op.create_table(
        "crises",
        sa.Column("cpts_id", sa.String(length=120), nullable=False),
        sa.Column("crisis_id", sa.String(length=120), nullable=False),
        sa.Column("order_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("activation", sa.JSON(), nullable=False),
        sa.Column("exercise", sa.Boolean(), nullable=False),
        sa.Column("pace", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=120), nullable=False),
        sa.Column("plan_number", sa.Integer(), nullable=False),
        sa.Column("plan_sha256", sa.String(length=64), nullable=False),
        sa.Column("t0", Instant(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("lifted_at", Instant(), nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.Column("filed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cpts_id", "plan_id", "plan_number"],
            ["plan_versions.cpts_id", "plan_versions.plan_id", "plan_versions.number"],
            name=op.f("fk_crises_cpts_id_plan_id_plan_number"),
        ),
        sa.PrimaryKeyConstraint("cpts_id", "crisis_id", name=op.f("pk_crises")),
        sa.UniqueConstraint(
            "cpts_id", "order_key", name=op.f("uq_crises_cpts_id_order_key")
        ),
    )
    protect("ledger_entries", ("cpts_id", "seq"))
    protect("checkpoints", ("cpts_id", "size"))


def downgrade() -> None:
    """Go down."""
    op.drop_table("crises")
    op.drop_table("plan_versions")
    op.drop_table("people")
    op.drop_table("waves")
    op.drop_table("transmissions")
    op.drop_index(
        op.f("ix_seats_cpts_id_crisis_id_need_id_position"), table_name="seats"
    )
    op.drop_table("seats")
    op.drop_index(
        op.f("ix_recipients_cpts_id_crisis_id_person_id"), table_name="recipients"
    )
    op.drop_table("recipients")
    op.drop_table("pulses")
    op.drop_table("nonces")
    op.drop_table("needs")
    if op.get_context().dialect.name == "postgresql":
        op.drop_index("ix_links_token_hash", table_name="links")
    op.drop_table("links")
    op.drop_table("ledger_tiles")
    op.drop_table("ledger_openings")
    op.drop_table("ledger_head")
    op.drop_index(
        op.f("ix_ledger_entries_cpts_id_about_seq"), table_name="ledger_entries"
    )
    op.drop_table("ledger_entries")
    op.drop_table("documents")
    op.drop_index(
        op.f("ix_deliveries_cpts_id_crisis_id_wave_recipient_id"),
        table_name="deliveries",
    )
    op.drop_index(op.f("ix_deliveries_cpts_id_batch_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_table("crisis_people")
    op.drop_table("cpts")
    op.drop_table("checkpoints")
    op.drop_table("card_runs")
    op.drop_index(op.f("ix_batches_cpts_id_crisis_id_wave"), table_name="batches")
    op.drop_table("batches")
    release("ledger_entries")
    release("checkpoints")
