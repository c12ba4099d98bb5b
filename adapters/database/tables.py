"""Every table: what is, and what happened. `cpts_id` leads every key."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite has no zone to keep it with."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a naive instant, store the others in UTC."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give back what was stored, aware."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


def _id(name: str = "cpts_id", *, key: bool = True) -> Column[str]:
    return Column(name, String(120), primary_key=key, nullable=False)


cpts = Table(
    "cpts",
    metadata,
    _id(),
    Column("content", JSON, nullable=False),  # the whole of cpts.yaml, typed
    Column("added_at", Instant, nullable=False),
)

people = Table(
    "people",
    metadata,
    _id(),
    _id("person_id"),
    Column("identity", String(200), nullable=False),  # RPPS, else mail, else name
    Column("rpps", String(11)),
    Column("last_name", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("profession", String(40), nullable=False),
    Column("commune", String(5)),
    Column("zone", String(40)),
    Column("email", Text),
    Column("mobile", String(20)),
    Column("gone_at", Instant),
    UniqueConstraint("cpts_id", "identity"),
    ForeignKeyConstraint(["cpts_id"], ["cpts.cpts_id"]),
)

plan_versions = Table(
    "plan_versions",
    metadata,
    _id(),
    _id("plan_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),  # canonical JSON: what sha256 is of
    Column("sha256", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    ForeignKeyConstraint(["cpts_id"], ["cpts.cpts_id"]),
)

crises = Table(
    "crises",
    metadata,
    _id(),
    _id("crisis_id"),
    Column("order_key", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("activation", JSON, nullable=False),  # the order as it was recorded
    Column("exercise", Boolean, nullable=False),
    Column("pace", Integer, nullable=False),
    Column("plan_id", String(120), nullable=False),
    Column("plan_number", Integer, nullable=False),
    Column("plan_sha256", String(64), nullable=False),
    Column("t0", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(40)),
    Column("filed_at", Instant),  # report and pack made: the workflow is done
    UniqueConstraint("cpts_id", "order_key"),
    ForeignKeyConstraint(
        ["cpts_id", "plan_id", "plan_number"],
        ["plan_versions.cpts_id", "plan_versions.plan_id", "plan_versions.number"],
    ),
)

crisis_people = Table(  # the directory, frozen when the crisis opens
    "crisis_people",
    metadata,
    _id(),
    _id("crisis_id"),
    _id("person_id"),
    Column("last_name", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("profession", String(40), nullable=False),
    Column("zone", String(40)),
    Column("email", Text),
    Column("mobile", String(20)),
)

needs = Table(
    "needs",
    metadata,
    _id(),
    _id("crisis_id"),
    _id("need_id"),
    Column("card_id", String(20), nullable=False),
    Column("profession", String(40)),  # null: any profession of the card
    Column("professions", JSON, nullable=False),
    Column("zone", String(40)),
    Column("needed", Integer, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    _id(),
    _id("crisis_id"),
    _id("seat_id"),
    Column("need_id", String(120), nullable=False),
    Column("position", Integer, nullable=False),
    Column("person_id", String(120)),
    Column("taken_at", Instant),
    UniqueConstraint("cpts_id", "crisis_id", "person_id"),
    Index(None, "cpts_id", "crisis_id", "need_id", "position"),
)

card_runs = Table(
    "card_runs",
    metadata,
    _id(),
    _id("crisis_id"),
    _id("card_id"),
    Column("state", String(30), nullable=False),
    Column("due_at", Instant),
    Column("done_at", Instant),
)

waves = Table(
    "waves",
    metadata,
    _id(),
    _id("crisis_id"),
    Column("wave", Integer, primary_key=True, autoincrement=False),
    Column("code", String(20), nullable=False),
    Column("message", String(20), nullable=False),
    Column("asks", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("remind_at", Instant),
    Column("reminded_at", Instant),
    Column("covered_at", Instant),  # every seat taken; null again on withdrawal
    Column("close_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("closed_why", String(20)),
)

recipients = Table(
    "recipients",
    metadata,
    _id(),
    _id("crisis_id"),
    Column("wave", Integer, primary_key=True, autoincrement=False),
    _id("person_id"),
    Column("answer", String(30)),
    Column("answered_at", Instant),
    Column("detail", JSON),  # delay_minutes, from_at, slots: what the answer adds
)

batches = Table(
    "batches",
    metadata,
    _id(),
    _id("batch_id"),
    Column("crisis_id", String(120), nullable=False),
    Column("wave", Integer),  # null: a document to an authority
    Column("message", String(20), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("closed_at", Instant),
    Index(None, "cpts_id", "crisis_id", "wave"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _id("delivery_id"),
    Column("batch_id", String(120), nullable=False),
    Column("crisis_id", String(120), nullable=False),
    Column("wave", Integer),
    Column("person_id", String(120)),
    Column("channel", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("state", String(12), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("reason", String(30)),
    Column("reply", Text),
    Column("sent_at", Instant),
    Index(None, "cpts_id", "batch_id", "state"),
    Index(None, "cpts_id", "crisis_id", "wave", "person_id"),
)

links = Table(
    "links",
    metadata,
    _id(),
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("purpose", String(10), nullable=False),  # answer, receipt
    Column("crisis_id", String(120), nullable=False),
    Column("wave", Integer),
    Column("person_id", String(120)),
    Column("document_id", String(120)),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_links_token_hash", "token_hash", unique=True),
)

nonces = Table(
    "nonces",
    metadata,
    _id(),
    _id("nonce"),
    Column("used_at", Instant, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    _id("document_id"),
    Column("crisis_id", String(120), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("title", Text, nullable=False),
    Column("path", Text, nullable=False),  # its name in a pack
    Column("sha256", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("cpts_id", "crisis_id", "kind", "sha256"),
)

transmissions = Table(
    "transmissions",
    metadata,
    _id(),
    _id("document_id"),
    Column("crisis_id", String(120), nullable=False),
    Column("contact", String(40), nullable=False),  # code of the authority's contact
    Column("step", Integer, nullable=False),  # letters made so far
    Column("next_at", Instant),
    Column("received_at", Instant),
    Column("ended_at", Instant),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    _id(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("about", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("leaf_hash", LargeBinary(32), nullable=False),
    Column("canonical", Text, nullable=False),
    Index(None, "cpts_id", "about", "seq"),
)

ledger_openings = Table(
    "ledger_openings",
    metadata,
    _id(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("field", String(40), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("value", Text, nullable=False),
)

ledger_tiles = Table(
    "ledger_tiles",
    metadata,
    _id(),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("tile", Integer, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    _id(),
    Column("size", Integer, nullable=False),
    Column("edge", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    _id(),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

pulses = Table(  # of the instance, not of a CPTS: is a worker alive?
    "pulses",
    metadata,
    Column("process", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
)
