"""One instance put together: what worker, pages and commands are all built from."""

import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.cpts_file import load_providers
from adapters.database import plans
from adapters.database.unit import Database
from adapters.documents import DocumentStore
from adapters.keys import Keys, load_keys
from adapters.signing import Signer
from adapters.templates import load_template, shipped_templates
from domain.before_sending import Sender
from domain.errors import UnknownPlanError
from domain.link import LENGTH, Purpose, shared, token
from domain.provider import NOBODY
from domain.return_path import ReturnPath
from domain.shipped_template import ShippedTemplate
from domain.template import Template
from settings import Settings

PROJECT = Path(__file__).resolve().parent
TEMPLATES = PROJECT / "plan_templates"
DEFAULT_TEMPLATE = TEMPLATES / "fr-2022-12"
PAGES = {
    Purpose.ANSWER: "r",
    Purpose.SURVEY: "r",
    Purpose.PARTNER: "p",
    Purpose.RECEIPT: "recu",
    Purpose.REQUEST: "a",
    Purpose.NOTICE: "plan",
}


_SECRET = 32  # hexadecimal signs: 128 bits


def utc_now() -> datetime:
    """Give the one clock of production."""
    return datetime.now(UTC)


def no_wake(_workflow_id: str) -> None:
    """Wake nobody: the process does not speak to Temporal."""


@dataclass(frozen=True)
class Instance:
    """What a process needs to know of the instance that it serves."""

    settings: Settings
    keys: Keys
    signer: Signer
    database: Database

    @property
    def shipped(self) -> tuple[ShippedTemplate, ...]:
        """The templates that a plan may follow."""
        return shipped_templates(TEMPLATES)

    async def template_of(self, connection: AsyncConnection, cpts_id: str) -> Template:
        """Give the words of the plan of a CPTS; those shipped until it has one."""
        try:
            plan, _ = await plans.in_force(connection, cpts_id)
        except UnknownPlanError:
            return load_template(DEFAULT_TEMPLATE)
        return plan.template

    def link(self, purpose: Purpose, subject: str) -> str:
        """Write the link of a subject, as mails carry it."""
        return self.address(purpose, token(self.keys.link_key, purpose, subject))

    def shared_link(self, subject: str) -> str:
        """Write a member's link as the text to a telephone of several carries it."""
        key = self.keys.link_key
        own = token(key, Purpose.ANSWER, subject)
        return self.address(Purpose.ANSWER, shared(key, own))

    @property
    def sender(self) -> Sender:
        """What carries messages, and the link that they hold, at its length."""
        link = self.address(Purpose.ANSWER, "x" * LENGTH)
        return Sender(self.database.providers, link)

    def secret_of(self, provider: str) -> str:
        """Give the secret by which a provider calls back: nobody can guess it."""
        what = f"callback\x00{provider}".encode()
        return hmac.new(self.keys.link_key, what, "sha256").hexdigest()[:_SECRET]

    def callback(self, kind: str, provider: str) -> str:
        """Write where a provider calls back: `receipts`, or `inbound` for answers."""
        secret = self.secret_of(provider)
        return f"{self.settings.base_url}/api/{kind}/{provider}/{secret}"

    @property
    def documents(self) -> DocumentStore:
        """Where documents are kept, by digest."""
        return DocumentStore(self.settings.data_dir / "documents")

    @property
    def returns(self) -> ReturnPath:
        """Where mails come back."""
        return ReturnPath(pattern=self.settings.mail_return)

    def address(self, purpose: Purpose, value: str) -> str:
        """Write the address that a token opens."""
        return f"{self.settings.base_url}/{PAGES[purpose]}/{value}"


@asynccontextmanager
async def opened(
    settings: Settings, wake: Callable[[str], None] = no_wake
) -> AsyncIterator[Instance]:
    """Open an instance for the life of a process or of one command.

    Raises:
        ProvidersFileError: The file of providers cannot be read.
    """
    providers = load_providers(settings.providers) if settings.providers else NOBODY
    keys = load_keys(settings.secrets_dir, **settings.given_keys)
    signer = Signer(keys.signing_key, origin(settings))
    database = Database(
        settings.database_url,
        now=utc_now,
        sign=signer.sign,
        origin=signer.name,
        wake=wake,
    )
    database.providers = providers
    try:
        yield Instance(settings, keys, signer, database)
    finally:
        await database.close()


def origin(settings: Settings) -> str:
    """Name the host that checkpoints carry."""
    return urlsplit(settings.base_url).hostname or "localhost"
