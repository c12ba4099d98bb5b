"""How one provider is spoken to over HTTP: what is asked, how its reply is read.

Texts of the file hold `{placeholders}` of a closed list; nothing else is computed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.letter import fill
from domain.message import placeholders
from domain.sheet import Sheet, Text, YesNo

PLACEHOLDERS = ("numero", "numero_sans_plus", "texte", "reference", "accuse", "retour")
"""E.164, the same without its sign, what is said, our own id, where to post back."""
_SHOWN = 200
_LONGEST = 2000
_OVH = "https://eu.api.ovh.com/1.0"


def _filled_later(text: str) -> str:
    unknown = [name for name in placeholders(text) if name not in PLACEHOLDERS]
    if unknown:
        message = f"variable inconnue : {{{unknown[0]}}} ; permis : " + ", ".join(
            PLACEHOLDERS
        )
        raise ValueError(message)
    return text


def _read_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        message = "« json » n'est pas un document JSON"
        raise ValueError(message) from error


def _checked(value: object) -> object:
    """Refuse a placeholder that nothing fills, however deep in a document."""
    if isinstance(value, str):
        _filled_later(value)
    elif isinstance(value, Mapping):
        for inner in value.values():
            _checked(inner)
    elif isinstance(value, list):
        for inner in value:
            _checked(inner)
    return value


Filled = Annotated[str, Field(max_length=2000), AfterValidator(_filled_later)]
Document = Annotated[Any, BeforeValidator(_read_json), AfterValidator(_checked)]
Status = Annotated[int, Field(ge=200, le=599)]


class Cause(StrEnum):
    """Why a provider did not take a message, or may have."""

    NUMBER = "NUMERO"  # this recipient's: nobody else is concerned
    CREDIT = "SOLDE"
    ACCOUNT = "COMPTE"
    BUSY = "SURCHARGE"
    DOWN = "PANNE"
    CAP = "PLAFOND"
    DOUBT = "INCERTAIN"  # it may have taken it: nobody else is asked


_BY_STATUS = {
    400: Cause.NUMBER,
    401: Cause.ACCOUNT,
    402: Cause.CREDIT,
    403: Cause.ACCOUNT,
    422: Cause.NUMBER,
    429: Cause.BUSY,
}


class RefusalRule(Sheet):
    """What a reply that says no means."""

    statuses: tuple[Status, ...] = Field(default=(), alias="statuts")
    contains: Text | None = Field(default=None, alias="contient")
    cause: Cause

    def fits(self, status: int, body: str) -> bool:
        """Is it this refusal?"""
        if self.statuses and status not in self.statuses:
            return False
        return self.contains is None or self.contains in body


class Acceptance(Sheet):
    """What tells that a message was taken, and where its id stands."""

    statuses: tuple[Status, ...] = Field(default=(200, 201, 202), alias="statuts")
    contains: Text | None = Field(default=None, alias="contient")
    id_path: Text | None = Field(default=None, alias="identifiant_json")  # ids.0
    id_pattern: Text | None = Field(default=None, alias="identifiant_motif")
    needs_id: YesNo = Field(default=False, alias="identifiant_requis")

    @model_validator(mode="after")
    def _pattern_is_one(self) -> Self:
        try:
            groups = re.compile(self.id_pattern or "()").groups
        except re.error as error:
            message = f"« identifiant_motif » illisible : {error.msg}"
            raise ValueError(message) from error
        if groups != 1:
            message = "« identifiant_motif » a un groupe entre parenthèses, un seul"
            raise ValueError(message)
        return self

    def message_id(self, body: str) -> str | None:
        """Read the id that the provider gave, if it gave one."""
        found: object = None
        if self.id_pattern is not None:
            match = re.search(self.id_pattern, body)
            found = match[1] if match else None
        elif self.id_path is not None:
            found = inside(_json(body), self.id_path)
        return str(found)[:_SHOWN] if isinstance(found, str | int) else None


def _json(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def inside(value: object, path: str) -> object:
    """Follow a path such as `ids.0` in a document; None where nothing stands."""
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            at = int(step) if step.isdecimal() else len(value)
            value = value[at] if at < len(value) else None
        else:
            return None
    return value


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider said of one message; no cause: it took it."""

    cause: Cause | None
    text: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, every placeholder filled."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    document: object = None


class HttpCall(Sheet):
    """One request that hands a message over."""

    method: Literal["GET", "POST"] = Field(default="POST", alias="methode")
    url: Annotated[Filled, Field(pattern=r"^https?://[^\s]+$")]
    headers: dict[str, Filled] = Field(default_factory=dict, alias="entetes")
    query: dict[str, Filled] = Field(default_factory=dict, alias="parametres")
    form: dict[str, Filled] = Field(default_factory=dict, alias="formulaire")
    document: Document = Field(default=None, alias="json")
    accepts: Acceptance = Field(default_factory=Acceptance, alias="accepte")
    refuses: tuple[RefusalRule, ...] = Field(default=(), alias="refus")
    doubtful: tuple[Status, ...] = Field(default=(502, 504), alias="douteux")

    def fill(self, values: Mapping[str, str]) -> Asked:
        """Write the request of one message.

        Args:
            values: Keyed by placeholder: all of `PLACEHOLDERS`.
        """
        return Asked(
            method=self.method,
            url=fill(self.url, values),
            headers={name: fill(text, values) for name, text in self.headers.items()},
            query={name: fill(text, values) for name, text in self.query.items()},
            form={name: fill(text, values) for name, text in self.form.items()},
            document=_filled(self.document, values),
        )

    def read(self, status: int, body: str) -> Reply:
        """Say what a reply means: taken, refused and why, or nobody knows."""
        said = f"{status} {body}"[:_SHOWN].strip()
        if status in self.doubtful:
            return Reply(Cause.DOUBT, said)
        taken, message_id = self.accepts, self.accepts.message_id(body)
        named = message_id is not None or not taken.needs_id
        if named and status in taken.statuses and (taken.contains or "") in body:
            return Reply(None, said, message_id)
        for rule in self.refuses:
            if rule.fits(status, body):
                return Reply(rule.cause, said)
        return Reply(_BY_STATUS.get(status, Cause.DOWN), said)


def _filled(value: object, values: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {key: _filled(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    return value


class OvhAccount(Sheet):
    """An account of OVHcloud: its requests are signed (Source: docs/sources.md#ovh)."""

    service: Text
    application_key: Text = Field(alias="cle_application")
    application_secret: Text = Field(alias="secret_application")
    consumer_key: Text = Field(alias="cle_consommateur")
    sender: Text | None = Field(default=None, alias="expediteur")
    endpoint: Annotated[str, Field(pattern=r"^https?://\S+$")] = Field(
        default=_OVH, alias="adresse"
    )

    @property
    def call(self) -> HttpCall:
        """The request that its programming interface expects."""
        body = {
            "message": "{texte}",
            "receivers": ["{numero}"],
            "noStopClause": True,  # an alert is no advertisement
            "priority": "high",
            "coding": "7bit",
            "charset": "UTF-8",
            "tag": "{reference}",
            **({"sender": self.sender} if self.sender else {"senderForResponse": True}),
        }
        return HttpCall.model_validate(
            {
                "url": f"{self.endpoint}/sms/{self.service}/jobs",
                "json": body,
                "accepte": {
                    "statuts": [200],
                    "identifiant_json": "ids.0",
                    "identifiant_requis": True,
                },
                "refus": [
                    {"statuts": [200], "cause": Cause.NUMBER},  # taken, for nobody
                    {"contient": "credit", "cause": Cause.CREDIT},
                    {"statuts": [400], "cause": Cause.DOWN},
                ],
            }
        )


class Told(StrEnum):
    """What a provider tells us when it calls back."""

    STATE = "etat"
    REFERENCE = "reference"  # ours, as `{reference}` gave it
    ID = "identifiant"  # its own
    REASON = "motif"
    NUMBER = "numero"
    TEXT = "texte"  # what somebody wrote, or the key they pressed


class Callback(Sheet):
    """Where things stand in what a provider posts to us: receipts, or replies."""

    names: dict[Told, Text] = Field(alias="lit")  # a name, or a path: `message.id`
    delivered: tuple[Text, ...] = Field(default=(), alias="remis")
    failed: tuple[Text, ...] = Field(default=(), alias="echec")

    def reads(self, *told: Told) -> bool:
        """Does it say where each of these stands?"""
        return all(each in self.names for each in told)

    def read(self, posted: object) -> dict[Told, str]:
        """Read what a provider posted: fields of a form or of an address, or JSON."""
        found = {told: inside(posted, name) for told, name in self.names.items()}
        return {
            told: str(value)[:_LONGEST]
            for told, value in found.items()
            if isinstance(value, str | int)
        }
