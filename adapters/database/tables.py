"""Every table: what is, and what happened. `cpts_id` leads every key."""

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from adapters.database.columns import Instant, key, metadata


def _ties() -> tuple[Column[Any], ...]:
    """What may be asked of a person; the defaults are those of a plain roster."""
    return (
        Column("phone2", String(20)),
        Column("link", String(20), nullable=False, server_default="VOLONTAIRE"),
        Column("status", String(20), nullable=False, server_default="LIBERAL"),
        Column("skills", JSON, nullable=False, server_default=text("'[]'")),
        Column("accepted_types", JSON, nullable=False, server_default=text("'[]'")),
        Column("double_commitment", Boolean, nullable=False, server_default=false()),
        Column("reachable_at_night", Boolean, nullable=False, server_default=true()),
        Column("employer_agrees", Boolean),
    )


def _place() -> tuple[Column[Any], ...]:
    """What is known of a place of care."""
    return (
        Column("kind", String(20), nullable=False),
        Column("name", Text, nullable=False),
        Column("commune", String(5), nullable=False),
        Column("zone", String(40), nullable=False),
        Column("hours", Text),
        Column("duties", JSON, nullable=False),  # {du, au}: on duty these nights
        Column("phone", String(20)),
        Column("email", Text),
        Column("finess", String(9)),
    )


cpts = Table(
    "cpts",
    metadata,
    key(),
    Column("content", JSON, nullable=False),  # the whole of cpts.yaml, typed
    Column("added_at", Instant, nullable=False),
)

structures = Table(  # places of cpts.yaml: what their people and a survey point at
    "structures",
    metadata,
    key(),
    key("structure_id"),
    *_place(),
    ForeignKeyConstraint(["cpts_id"], ["cpts.cpts_id"]),
)

people = Table(
    "people",
    metadata,
    key(),
    key("person_id"),
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
    *_ties(),
    Column("absences", JSON, nullable=False, server_default=text("'[]'")),
    UniqueConstraint("cpts_id", "identity"),
    ForeignKeyConstraint(["cpts_id"], ["cpts.cpts_id"]),
)

structure_people = Table(  # who works where; a person may work in several places
    "structure_people",
    metadata,
    key(),
    key("structure_id"),
    key("person_id"),
    Column("rank", Integer, nullable=False),  # 0: where they mostly work
    ForeignKeyConstraint(
        ["cpts_id", "structure_id"], ["structures.cpts_id", "structures.structure_id"]
    ),
    ForeignKeyConstraint(
        ["cpts_id", "person_id"], ["people.cpts_id", "people.person_id"]
    ),
)

oppositions = Table(  # what somebody no longer wants to receive
    "oppositions",
    metadata,
    key(),
    key("person_id"),
    Column("scope", String(12), primary_key=True, nullable=False),
    key("crisis_id"),  # of a STOP for one alert; else empty
    Column("via", String(12), nullable=False),
    Column("since", Instant, nullable=False),
)

contact_proofs = Table(  # the last proof that an address reaches its person
    "contact_proofs",
    metadata,
    key(),
    key("person_id"),
    Column("medium", String(12), primary_key=True, nullable=False),
    Column("address", Text, nullable=False),  # proved: another one is not
    Column("verified_at", Instant, nullable=False),
    Column("how", String(12), nullable=False),
    Column("by", String(120), nullable=False),  # a role, or the person
)

contact_codes = Table(  # sent to an address, to be typed back
    "contact_codes",
    metadata,
    key(),
    key("person_id"),
    Column("medium", String(12), primary_key=True, nullable=False),
    Column("address", Text, nullable=False),
    Column("number", Integer, nullable=False),  # codes sent so far
    Column("sent_today", Integer, nullable=False),
    Column("code_hash", LargeBinary(32), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
)

enrolments = Table(  # members who went through their own page
    "enrolments",
    metadata,
    key(),
    key("person_id"),
    Column("confirmed_at", Instant, nullable=False),  # last said to be exact
    Column("consented_at", Instant),  # null: told, not agreed
    Column("notice", String(64)),  # SHA-256 of the words they agreed to
)

roll_calls = Table(  # the same thing asked of many: enrol, say it is exact, a test
    "roll_calls",
    metadata,
    key(),
    key("roll_call_id"),  # 2026-11-22-essai
    Column("kind", String(12), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", String(40), nullable=False),
    Column("letters", Integer, nullable=False),  # turns of notices
    Column("ended_at", Instant),
)

roll_call_people = Table(
    "roll_call_people",
    metadata,
    key(),
    key("roll_call_id"),
    key("person_id"),
    Column("answered_at", Instant),
)

join_requests = Table(  # people who ask from a poster to be enrolled
    "join_requests",
    metadata,
    key(),
    key("request_id"),
    Column("asked_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("content", JSON),  # null once settled: expire everything
    Column("proved_at", Instant),  # their address; null: the code was not typed
)

plan_versions = Table(
    "plan_versions",
    metadata,
    key(),
    key("plan_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),  # canonical JSON: what sha256 is of
    Column("sha256", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("kind", String(20), nullable=False, server_default="FIRST_WRITING"),
    Column("status", String(12), nullable=False, server_default="BROUILLON"),
    Column("based_on", Integer),
    Column("revision", Integer, nullable=False, server_default="1"),  # saves of a draft
    Column("submitted_at", Instant),  # from then on the content never changes
    Column("submitted_despite", Text),  # why it left incomplete
    Column("opinion", String(12)),  # of the ARS
    Column("opinion_at", Instant),
    Column("opinion_words", Text),
    Column("decision", JSON),  # of the bureau
    Column("adopted_at", Instant),
    Column("replaced_at", Instant),
    ForeignKeyConstraint(["cpts_id"], ["cpts.cpts_id"]),
)

crises = Table(
    "crises",
    metadata,
    key(),
    key("crisis_id"),
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
    Column("kinetic", String(4), nullable=False, server_default="FAST"),
    Column("kinetic_chosen", Boolean, nullable=False, server_default=false()),  # TC-03
    Column("reference", Text),  # written, of the order: it may come later
    Column("called_back_at", Instant),  # it may come later too: PRE_ALERTE until then
    Column("confirmed_at", Instant),  # when the reference came
    Column("confirmed_by", String(40)),  # the authority that wrote it
    Column("dormant", Boolean, nullable=False, server_default=false()),
    Column(
        "ban", JSON
    ),  # on circulation: zones, from_at, until_at, authority, reference
    Column("lifting_proposed_at", Instant),
    Column("stood_down_at", Instant),  # the cell, before or after the lifting
    Column("cancelled_at", Instant),
    Column("next_at", Instant),  # when its clock has something to do; null: nothing
    Column("providers", JSON),  # by channel, in order, frozen; null: mail alone
    UniqueConstraint("cpts_id", "order_key"),
    ForeignKeyConstraint(
        ["cpts_id", "plan_id", "plan_number"],
        ["plan_versions.cpts_id", "plan_versions.plan_id", "plan_versions.number"],
    ),
)

crisis_people = Table(  # the directory, frozen when the crisis opens
    "crisis_people",
    metadata,
    key(),
    key("crisis_id"),
    key("person_id"),
    Column("last_name", Text, nullable=False),
    Column("first_name", Text, nullable=False),
    Column("profession", String(40), nullable=False),
    Column("zone", String(40)),
    Column("email", Text),
    Column("mobile", String(20)),
    *_ties(),
    Column("structures", JSON, nullable=False, server_default=text("'[]'")),
    Column("absent", Boolean, nullable=False, server_default=false()),  # no locum
    Column("stands_in_for", Text),  # the name and contacts above are a locum's
)

person_marks = Table(  # keyed hash of a mobile, where the CPTS agrees to compare it
    "person_marks",
    metadata,
    key(),
    key("crisis_id"),
    key("person_id"),
    Column("mark", LargeBinary(32), nullable=False),
    Column("said_at", Instant),  # their last yes or no, in this crisis
    Column("comes", Boolean, nullable=False, server_default=false()),  # it was a yes
    Index(None, "mark"),
)

crisis_structures = Table(  # the places, frozen with the directory
    "crisis_structures",
    metadata,
    key(),
    key("crisis_id"),
    key("structure_id"),
    *_place(),
)

crisis_partners = Table(  # those of cpts.yaml, places among them, frozen likewise
    "crisis_partners",
    metadata,
    key(),
    key("crisis_id"),
    key("partner_id"),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("zone", String(40)),  # null: the whole territory
    Column("phone", String(20)),
    Column("email", Text),
)

needs = Table(
    "needs",
    metadata,
    key(),
    key("crisis_id"),
    key("need_id"),
    Column("card_id", String(20), nullable=False),
    Column("profession", String(40)),  # null: any profession of the card
    Column("professions", JSON, nullable=False),
    Column("zone", String(40)),
    Column("skills", JSON, nullable=False),  # compulsory, each of them
    Column("needed", Integer, nullable=False),
)

seats = Table(
    "seats",
    metadata,
    key(),
    key("crisis_id"),
    key("seat_id"),
    Column("need_id", String(120), nullable=False),
    Column("position", Integer, nullable=False),
    Column("person_id", String(120)),
    Column("taken_at", Instant),
    Column("served_at", Instant),  # when somebody last ended a mission there
    UniqueConstraint("cpts_id", "crisis_id", "person_id"),
    Index(None, "cpts_id", "crisis_id", "need_id", "position"),
)

crisis_types = Table(  # types may be added and removed while the crisis runs
    "crisis_types",
    metadata,
    key(),
    key("crisis_id"),
    key("type"),
    Column("scenarios", JSON, nullable=False),
    Column("t0", Instant, nullable=False),
    Column("added_at", Instant),
    Column("reference", Text),
    Column("removed_at", Instant),
    Column("removed_because", Text),
)

card_runs = Table(
    "card_runs",
    metadata,
    key(),
    key("crisis_id"),
    key("card_id"),
    Column("run", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("state", String(30), nullable=False),
    Column("opened_at", Instant, nullable=False),  # as scheduled: tells runs apart
    Column("counted_from", Instant),  # null: it waits
    Column("due_at", Instant),
    Column("milestones", JSON, nullable=False, server_default=text("'[]'")),
    Column("milestones_done", JSON, nullable=False, server_default=text("'[]'")),
    Column("taken_by", String(120)),  # a person
    Column("taken_at", Instant),
    Column("done_at", Instant),
    Column("reason", Text),  # SANS_OBJET, NON_FAITE: why
    Column("raised_at", Instant),  # late enough for DECISION, and told so
)

card_orders = Table(  # orders that cards await, as authorities gave them
    "card_orders",
    metadata,
    key(),
    key("crisis_id"),
    key("card_id"),
    key("source"),
    Column("at", Instant, nullable=False),
    Column("reference", Text, nullable=False),
)

card_events = Table(  # each time the condition of a card came true
    "card_events",
    metadata,
    key(),
    key("crisis_id"),
    key("card_id"),
    Column("event", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("at", Instant, nullable=False),
)

proofs = Table(
    "proofs",
    metadata,
    key(),
    key("crisis_id"),
    key("card_id"),
    Column("run", Integer, primary_key=True, autoincrement=False),
    Column("proof", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("kind", String(40), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("actor", String(40), nullable=False),
    Column("at", Instant, nullable=False),
)

contributions = Table(  # numbers declared from one's own practice: the last counts
    "contributions",
    metadata,
    key(),
    key("crisis_id"),
    key("card_id"),
    key("person_id"),
    Column("fields", JSON, nullable=False),
    Column("minutes", Integer),  # the time that the person confirms
    Column("at", Instant, nullable=False),
)

missions = Table(
    "missions",
    metadata,
    key(),
    key("crisis_id"),
    key("mission_id"),
    Column("card_id", String(20), nullable=False),
    Column("person_id", String(120), nullable=False),
    Column("wave", Integer, nullable=False),  # what carries the proposal
    Column("place", Text, nullable=False),
    Column("zone", String(40)),  # of the place; null: any ban on circulation holds it
    Column("contact", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("state", String(20), nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("employer_agrees", Boolean),
    Column("worked_from", Instant),  # the time that the person confirms
    Column("worked_until", Instant),
    Index(None, "cpts_id", "crisis_id", "person_id"),
)

structure_answers = Table(  # one current answer a place: a later one replaces it
    "structure_answers",
    metadata,
    key(),
    key("crisis_id"),
    key("structure_id"),
    Column("answer", String(30), nullable=False),
    Column("detail", JSON),  # slots, need, reopens_at
    Column("person_id", String(120)),  # who answered, if the directory knows them
    Column("name", Text),  # as the page says it; null: they did not say
    Column("at", Instant, nullable=False),
)

situation_reports = Table(
    "situation_reports",
    metadata,
    key(),
    key("crisis_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("due_at", Instant, nullable=False),
    Column("content", JSON, nullable=False),
    Column("document_id", String(120)),
    Column("workbook_id", String(120)),  # the same numbers in the ARS's own Excel
    Column("sent_at", Instant),
)

workbooks = Table(  # the Excel of an authority, and which number goes in which cell
    "workbooks",
    metadata,
    key(),
    key("contact"),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("mapping", JSON, nullable=False),
    Column("at", Instant, nullable=False),
)

digests = Table(  # the last digest each person was sent
    "digests",
    metadata,
    key(),
    key("crisis_id"),
    key("person_id"),
    Column("sent_at", Instant, nullable=False),
    Column("told", JSON, nullable=False),  # runs it named, each with its lateness
)

waves = Table(
    "waves",
    metadata,
    key(),
    key("crisis_id"),
    Column("wave", Integer, primary_key=True, autoincrement=False),
    Column("code", String(20), nullable=False),
    Column("message", String(20), nullable=False),
    Column("asks", Boolean, nullable=False),
    Column("answers", JSON, nullable=False),  # codes of the answers it offers
    Column(
        "says", JSON, nullable=False, server_default=text("'{}'")
    ),  # values of its own
    Column("goes_on", Boolean, nullable=False, server_default=false()),  # if covered
    Column("one_choice", Boolean, nullable=False, server_default=false()),  # of CPTS
    Column("opened_at", Instant, nullable=False),
    Column("leaves_at", Instant, nullable=False),
    Column("remind_at", Instant),
    Column("reminded_at", Instant),
    Column("covered_at", Instant),  # every seat taken; null again on withdrawal
    Column("close_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("closed_why", String(20)),
)

wave_plans = Table(  # waves of the plan: what holds or advances each, and its number
    "wave_plans",
    metadata,
    key(),
    key("crisis_id"),
    key("code"),
    Column("state", String(12), nullable=False),  # AUTO, RETENUE, AVANCEE, PARTIE
    Column("reason", Text),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("wave", Integer),
)

left_out = Table(  # whom a wave does not ask, and why: with its recipients, everyone
    "left_out",
    metadata,
    key(),
    key("crisis_id"),
    Column("wave", Integer, primary_key=True, autoincrement=False),
    key("person_id"),
    Column("reason", String(30), nullable=False),
)

recipients = Table(
    "recipients",
    metadata,
    key(),
    key("crisis_id"),
    Column("wave", Integer, primary_key=True, autoincrement=False),
    key("person_id"),
    Column("answer", String(30)),
    Column("answered_at", Instant),
    Column("detail", JSON),  # what it adds: delay, slots, agreement, need…
    Index(None, "cpts_id", "crisis_id", "person_id"),  # each answer, each page
)

batches = Table(
    "batches",
    metadata,
    key(),
    key("batch_id"),
    Column("crisis_id", String(120), nullable=False),  # a crisis, or a plan
    Column("wave", Integer),  # null: a document, or a notice
    Column("document_id", String(120)),
    Column("topic", String(40)),  # of a notice: `v3`, `2027`
    Column("message", String(20), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("channel", String(10), nullable=False, server_default="COURRIEL"),
    Column("leaves_at", Instant),  # later than its wave; null: with it
    Column("closed_at", Instant),
    Column("digest", String(64)),  # of its lines, as the ledger last noted them
    Index(None, "cpts_id", "crisis_id", "wave"),
)

deliveries = Table(
    "deliveries",
    metadata,
    key(),
    key("delivery_id"),
    Column("batch_id", String(120), nullable=False),
    Column("crisis_id", String(120), nullable=False),
    Column("wave", Integer),
    Column("recipient_id", String(120), nullable=False),  # a person, a contact
    Column("channel", String(10), nullable=False),
    Column("name", Text, nullable=False),
    Column("address", Text),
    Column("state", String(12), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("reason", String(30)),
    Column("reply", Text),
    Column("sent_at", Instant),
    Column("stands_for", String(20)),  # the channels that nobody carries
    Column("sharing", Integer),  # how many share the number; null: nobody does
    Column("carried_by", String(120)),  # the delivery that rings for this one
    Column("provider", String(40)),  # null: the mail server
    Column("provider_id", String(200)),  # what the provider calls it
    Column("receipt", String(10)),  # what became of it, as far as the provider knows
    Column("receipt_at", Instant),
    Column("receipt_reason", Text),
    Column("return_code", String(20)),  # of a mail, should it come back
    Column("place", Integer, nullable=False, server_default="0"),  # whom it goes first
    Index(
        "ix_deliveries_return_code",
        "return_code",
        unique=True,
        sqlite_where=text("return_code IS NOT NULL"),
        postgresql_where=text("return_code IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_provider",
        "provider",
        "provider_id",
        sqlite_where=text("provider IS NOT NULL"),
        postgresql_where=text("provider IS NOT NULL"),
    ),
    Index(
        "ix_deliveries_carried_by",
        "carried_by",
        sqlite_where=text("carried_by IS NOT NULL"),
        postgresql_where=text("carried_by IS NOT NULL"),
    ),
    Index(None, "cpts_id", "batch_id"),  # not the state: each mail changes it twice
    Index(None, "cpts_id", "crisis_id", "wave", "recipient_id"),
)

links = Table(
    "links",
    metadata,
    key(),
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("purpose", String(10), nullable=False),  # answer, receipt, survey, partner
    Column("crisis_id", String(120), nullable=False),
    Column("person_id", String(120)),
    Column("structure_id", String(120)),
    Column("partner_id", String(120)),
    Column("document_id", String(120)),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    # on SQLite, one of all CPTS would have a page rewritten for each link of a crisis
    Index("ix_links_token_hash", "token_hash", unique=True).ddl_if("postgresql"),
)

request_links = Table(  # by which an authority asks for help, without a password
    "request_links",
    metadata,
    key(),
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("contact", String(40), nullable=False),  # code of the authority's contact
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Index("ix_request_links_token_hash", "token_hash", unique=True),
)

nonces = Table(
    "nonces",
    metadata,
    key(),
    key("nonce"),
    Column("used_at", Instant, nullable=False),
)

inbound = Table(  # texts and keys that came: answers, and what waits for a person
    "inbound",
    metadata,
    key(),
    key("inbound_id"),  # says nothing: of the provider and its number of the message
    Column("channel", String(10), nullable=False),
    Column("number", String(20)),  # that it came from, E.164
    Column("text", Text),  # kept while it waits: null once it is understood
    Column("received_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("why", String(20)),  # it waits
    Column("crisis_id", String(120)),
    Column("person_id", String(120)),
    Column("settled_at", Instant),
    Column("settled_by", String(40)),
    Index(None, "cpts_id", "state"),
)

lapses = Table(  # what the auditor found lacking in a crisis
    "lapses",
    metadata,
    key(),
    key("crisis_id"),
    Column("lack", String(40), primary_key=True),
    Column("subject", String(60), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("raised_at", Instant),  # null: seen, not late enough to be said
)

documents = Table(
    "documents",
    metadata,
    key(),
    key("document_id"),
    Column("crisis_id", String(120), nullable=False),  # a crisis, or a plan
    Column("plan_number", Integer),  # of the version that it prints
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
    key(),
    key("document_id"),
    Column("crisis_id", String(120), nullable=False),
    Column("contact", String(40), nullable=False),  # code of the authority's contact
    Column("step", Integer, nullable=False),  # letters made so far
    Column("next_at", Instant),
    Column("received_at", Instant),
    Column("typed", Text),  # the receipt as somebody wrote it down; null: by its page
    Column("ended_at", Instant),
)

notices = Table(  # what a letter about a plan says: its batch has one a recipient
    "notices",
    metadata,
    key(),
    key("batch_id"),
    Column("subject", Text, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("button", String(60)),  # null: the letter asks nothing
)

plan_links = Table(  # by which people answer about a plan, without a password
    "plan_links",
    metadata,
    key(),
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("kind", String(12), nullable=False),  # TACHE, PROFIL, AUTORITE, LECTURE
    Column("plan_id", String(120), nullable=False),
    Column("number", Integer),  # the version to read
    Column("subject", String(120)),  # null: a reading is counted, not named
    Column("topic", String(40)),  # of its letters
    Column("expires_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("used_at", Instant),
    Index("ix_plan_links_token_hash", "token_hash", unique=True),
)

payments = Table(  # typed in from what the CPAM wrote: never computed
    "payments",
    metadata,
    key(),
    key("payment_id"),
    Column("part", String(10), nullable=False),  # FIXE, VARIABLE
    Column("slice", String(10), nullable=False),  # AVANCE, SOLDE, TOTAL
    Column("year_first_on", Date, nullable=False),  # of the contract year
    Column("state", String(10), nullable=False),  # NOTIFIE, PAYE
    Column("amount", Integer, nullable=False),  # euros
    Column("on", Date, nullable=False),
    Column("reference", Text),
    Column("at", Instant, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    key(),
    Column("year", Integer, primary_key=True, autoincrement=False),  # it is due
    Column("plan_id", String(120), nullable=False),
    Column("kind", String(20), nullable=False),  # FIRST_WRITING, UPDATE
    Column("due_on", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", JSON, nullable=False),  # {trigger, on, detail}
    Column("opened_at", Instant, nullable=False),
    Column("looked_on", Date),  # what came due until that day was seen to
    Column("next_at", Instant),
    Column("letters", Integer, nullable=False, server_default="0"),  # turns of notices
    Column("ended_at", Instant),
)

contact_checks = Table(  # each quarter, the contacts of authorities are called
    "contact_checks",
    metadata,
    key(),
    key("period"),  # 2026-T4
    Column("plan_id", String(120), nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("looked_on", Date),
    Column("letters", Integer, nullable=False, server_default="0"),
    Column("ended_at", Instant),
)

review_tasks = Table(  # what each person is asked, in a review or a check of contacts
    "review_tasks",
    metadata,
    key(),
    key("period"),  # 2027, 2026-T4
    key("task_id"),
    Column("kind", String(12), nullable=False),  # SECTION, PROFIL, AUTORITE
    Column("subject", String(120), nullable=False),
    Column("role", String(40)),  # who answers for it; null: its own person
    Column("asked", String(120)),  # a person, or the coordinator
    Column("rung", Integer, nullable=False, server_default="0"),
    Column("told_at", Instant),
    Column("answered_at", Instant),
    Column("answered_by", String(120)),
    Column("answer", String(20)),
    Column("words", Text),
    Index(None, "cpts_id", "asked"),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    key(),
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
    key(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("field", String(40), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("value", Text, nullable=False),
)

ledger_tiles = Table(
    "ledger_tiles",
    metadata,
    key(),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("tile", Integer, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary(32), nullable=False),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    key(),
    Column("size", Integer, nullable=False),
    Column("edge", LargeBinary, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    key(),
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
