"""Batches turned into letters, texts and calls, and who carries texts and calls."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from activities.messaging import Compose
from adapters.database import deliveries, texts
from adapters.gateways.gateway import Gateway
from adapters.letters import LetterPress
from domain.dispatch import Addressee, BatchRef
from domain.errors import UnknownBatchError
from domain.letter import (
    Letter,
    NoticeText,
    TransmissionKind,
    TransmissionText,
    WaveText,
)
from domain.link import Purpose
from domain.outgoing import Outgoing
from domain.provider import Provider
from domain.short_text import invitation, noted, spoken, written
from domain.wave import Channel
from instance import TEMPLATES, Instance

DAY = timedelta(days=1)  # of a provider's cap


class Stationery:
    """Turns a batch into letters: what it says, then one person after another."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._press = LetterPress(TEMPLATES)
        self._store = instance.documents

    async def __call__(self, ref: BatchRef) -> Compose[Letter]:
        """Prepare what is the same for everybody; give what makes each letter."""
        database = self._instance.database
        async with database.read() as connection:
            text = await texts.of_batch(
                connection, ref, self._instance.settings.mail_from
            )
        returns = self._instance.returns
        if isinstance(text, TransmissionText):
            write = self._mail(text)
        else:
            write = self._same_for_all(text)

        def compose(to: Addressee) -> Letter:
            link = self._instance.link(to.purpose, to.subject)
            letter = Letter(
                delivery_id=to.delivery_id,
                address=to.address,
                name=to.name,
                link=link,
                return_path=returns.address(to.return_code),
            )
            return replace(letter, message=write(letter))

        return compose

    def _same_for_all(self, text: WaveText | NoticeText) -> Callable[[Letter], bytes]:
        skeleton = self._press.skeleton(text)
        now = self._instance.database.now
        return lambda letter: skeleton.personalise(letter, date=now())

    def _mail(self, text: TransmissionText) -> Callable[[Letter], bytes]:
        files = [(text.filename, text.sha256)]
        files += [(file.filename, file.sha256) for file in text.beside]
        if text.kind is not TransmissionKind.DOCUMENT:
            files = []  # a reminder: it was attached the first time
        attached = [(name, self._store.get(sha256)) for name, sha256 in files]
        now = self._instance.database.now
        return lambda letter: self._press.transmission_message(
            text, letter, date=now(), attached=attached
        )


class Notepad:
    """Turns a batch into texts or calls, one person after another."""

    def __init__(self, instance: Instance, channel: Channel) -> None:
        self._instance = instance
        self._channel = channel

    async def __call__(self, ref: BatchRef) -> Compose[Outgoing]:
        """Prepare what is the same for everybody; give what makes each message."""
        instance = self._instance
        async with instance.database.read() as connection:
            said = await texts.of_batch(connection, ref, instance.settings.mail_from)
        if isinstance(said, TransmissionText):
            raise UnknownBatchError(batch=ref.batch_id)  # documents go by mail alone
        if isinstance(said, NoticeText):
            return partial(self._noted, ref, said)

        def compose(to: Addressee) -> Outgoing:
            sharing = to.name if to.shared else ""
            if self._channel is Channel.CALL:
                text, asking = spoken(said, sharing), said.keys
            else:
                text = written(said, self._link(to), sharing)
                asking = invitation(said, text)
            return Outgoing(ref.cpts_id, to.delivery_id, to.address, text, asking)

        return compose

    def _link(self, to: Addressee) -> str:
        """Write their link: by a telephone of several, it asks who answers."""
        if to.shared and to.purpose is Purpose.ANSWER:
            return self._instance.shared_link(to.subject)
        return self._instance.link(to.purpose, to.subject)

    def _noted(self, ref: BatchRef, said: NoticeText, to: Addressee) -> Outgoing:
        words = noted(said, self._instance.link(to.purpose, to.subject))
        return Outgoing(ref.cpts_id, to.delivery_id, to.address, words)


@dataclass(frozen=True, slots=True)
class Wire:
    """A channel of texts or calls: its queue, and the providers that serve it."""

    channel: Channel
    gateway: Gateway


def wires(instance: Instance) -> tuple[Wire, ...]:
    """Lay out a wire for each channel that some provider carries."""
    providers = instance.database.providers

    def addresses(provider: Provider, message: Outgoing) -> dict[str, str]:
        about = f"{message.cpts_id}/{message.delivery_id}"
        return {
            "accuse": f"{instance.callback('receipts', provider.code)}/{about}",
            "retour": f"{instance.callback('inbound', provider.code)}/{about}",
        }

    async def spent(code: str) -> int:
        since = instance.database.now() - DAY
        async with instance.database.read() as connection:
            return await deliveries.carried_since(connection, code, since)

    return tuple(
        Wire(channel, Gateway(providers.of(channel), addresses, spent))
        for channel in providers.channels
        if providers.of(channel)
    )
