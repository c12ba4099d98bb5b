"""Who carries texts and calls: their order, rates, caps and costs, as a file says them.

Source: docs/sources.md#providers
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.provider_call import Callback, HttpCall, OvhAccount, Told
from domain.sheet import Code, Sheet, Text
from domain.wave import Channel

Rate = Annotated[float, Field(gt=0, le=10_000)]
Centimes = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=3)]


_REPLY = {
    Channel.TEXT: (Told.NUMBER, Told.TEXT),
    Channel.CALL: (Told.TEXT,),  # the address that it posts to says whom
}


class Provider(Sheet):
    """One provider of one channel, and how to speak to it."""

    code: Code
    channel: Channel = Field(alias="canal")
    name: Text | None = Field(default=None, alias="nom")
    rate: Rate = Field(alias="par_seconde")
    connections: int = Field(default=4, alias="connexions", ge=1, le=100)
    daily_cap: int | None = Field(default=None, alias="plafond_par_jour", ge=1)
    cost: Centimes = Field(alias="cout_centimes")  # of one segment, or of one call
    timeout_s: float = Field(default=10, alias="delai_secondes", gt=0, le=60)
    slow_after_s: float = Field(default=2, alias="lent_apres_secondes", gt=0, le=60)
    http: HttpCall | None = Field(default=None)
    ovh: OvhAccount | None = Field(default=None)
    receipts: Callback | None = Field(default=None, alias="accuses")
    replies: Callback | None = Field(default=None, alias="reponses")

    @property
    def title(self) -> str:
        """Its name as people read it."""
        return self.name or self.code

    @property
    def takes_replies(self) -> bool:
        """May people answer what it carries? If not, nothing asks them to."""
        return self.replies is not None

    @property
    def call(self) -> HttpCall:
        """What is asked of it for one message."""
        if self.http is not None:
            return self.http
        assert self.ovh is not None  # noqa: S101 - one of the two is there
        return self.ovh.call

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse what cannot be spoken to.

        Raises:
            ValueError: The sentence is in French.
        """
        if self.channel is Channel.MAIL:
            message = "les courriels partent par TOCSIN_SMTP_URL, pas d'ici"
        elif (self.http is None) == (self.ovh is None):
            message = "donnez « http » ou « ovh », l'un des deux"
        elif self.ovh is not None and self.channel is not Channel.TEXT:
            message = "« ovh » n'envoie que des SMS"
        elif self.receipts is not None and not self.receipts.reads(Told.STATE):
            message = "« accuses » dit où lire « etat »"
        elif self.replies and not self.replies.reads(*_REPLY[self.channel]):
            message = "« reponses » dit où lire « texte » (et « numero » d'un SMS)"
        elif "slow_after_s" in self.model_fields_set and self._gives_up_first:
            message = (
                "« lent_apres_secondes » doit rester sous « delai_secondes » "
                f"({self.timeout_s:g})"
            )
        else:
            return self
        raise ValueError(message)

    @property
    def _gives_up_first(self) -> bool:
        return self.slow_after_s >= self.timeout_s


class Providers(Sheet):
    """Every provider of an instance, each channel's in the order of the file."""

    every: tuple[Provider, ...] = Field(default=(), alias="fournisseurs")

    def of(self, channel: Channel) -> tuple[Provider, ...]:
        """List those of a channel: the first that can is used."""
        return tuple(each for each in self.every if each.channel is channel)

    def named(self, code: str) -> Provider | None:
        """Give the provider of this code."""
        return next((each for each in self.every if each.code == code), None)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """List the channels that something carries; mail always is."""
        carried = {each.channel for each in self.every} | {Channel.MAIL}
        return tuple(channel for channel in Channel if channel in carried)

    def frozen(self) -> dict[str, list[str]] | None:
        """Name them by channel, in order: what a crisis keeps; None if nobody is."""
        kept = {
            str(channel): [each.code for each in self.of(channel)]
            for channel in self.channels
            if self.of(channel)
        }
        return kept or None

    @model_validator(mode="after")
    def _are_named_once(self) -> Self:
        codes = [each.code for each in self.every]
        if twice := next((code for code in codes if codes.count(code) > 1), None):
            message = f"fournisseur donné deux fois : {twice}"
            raise ValueError(message)
        return self


NOBODY = Providers.model_validate({})
"""No provider: mail stands in for texts and calls."""


def usable_rate(providers: Iterable[Provider]) -> float:
    """Add up what providers of one channel hand over in a second."""
    return sum(each.rate for each in providers)
