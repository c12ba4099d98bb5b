"""The ledger's entries: their canonical bytes, and what may stand in them.

Source: docs/evidence.md#entries
"""

import json
import re
import unicodedata
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Literal, Self, TypeAlias

import rfc8785
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain.errors import UnfitEntryError
from domain.merkle import leaf_hash

Fact: TypeAlias = "str | int | bool | Sequence[Fact] | Mapping[str, Fact] | None"

LARGEST = 2**53 - 1
SALT_SIZE = 32
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = r"^[A-Za-z0-9][A-Za-z0-9_.:/-]*$"


def instant(moment: datetime) -> str:
    """Write an aware instant as the ledger does: UTC, cut to the millisecond.

    Raises:
        UnfitEntryError: The instant has no zone.
    """
    if moment.tzinfo is None:
        raise UnfitEntryError(field="at", why="naive")
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def seal(value: str, salt: bytes) -> str:
    """Give what stands for a sealed value: base64(SHA-256(salt ‖ utf-8 value))."""
    return b64encode(sha256(salt + value.encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Draft:
    """What an act wants written down; the store gives it its place and its salts.

    Args:
        kind: What happened, `answer` or `document.made`.
        about: Id of the crisis or the plan.
        at: When it happened.
        actor: A role code, never a person.
        facts: What everybody may read.
        sealed: Field to plain value, for whatever points to one person.
    """

    kind: str
    about: str
    at: datetime
    actor: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    sealed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one sealed field; destroyed when the person is erased."""

    seq: int
    field: str
    salt: bytes
    value: str

    @classmethod
    def of(cls, seq: int, name: str, value: str, salt: bytes) -> Self:
        """Check a value before it is sealed.

        Raises:
            UnfitEntryError: The value cannot be kept as it is.
        """
        _fit_text(value, name)
        return cls(seq, name, salt, value)

    @property
    def seal(self) -> str:
        """What the entry shows in its place."""
        return seal(self.value, self.salt)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is kept: its place and its canonical text."""

    seq: int
    canonical: str


def _fit_instant(text: str) -> str:
    if not _INSTANT.fullmatch(text):
        raise UnfitEntryError(field="at", why="instant")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise UnfitEntryError(field="at", why="instant") from None
    return text


def _fit_facts(facts: Mapping[str, object]) -> Mapping[str, object]:
    return {_fit_text(k, "facts"): _fit(v, f"facts.{k}") for k, v in facts.items()}


def _fit_sealed(sealed: Mapping[str, str]) -> Mapping[str, str]:
    for name in sealed:
        if not _FIELD.fullmatch(name):
            raise UnfitEntryError(field=f"sealed.{name}", why="name")
    return sealed


_Code = Annotated[str, Field(pattern=_CODE, max_length=120)]
_Instant = Annotated[str, AfterValidator(_fit_instant)]


class Entry(BaseModel):
    """One entry of the ledger, in its place: nothing of it ever changes.

    Raises:
        UnfitEntryError: A fact, a sealed field or an instant cannot be kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    v: Literal[1] = 1
    seq: Annotated[int, Field(ge=0, le=LARGEST)]
    prev: Annotated[int, Field(ge=0)] | None
    cpts_id: Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
    about: _Code
    kind: Annotated[_Code, Field(max_length=40)]
    at: _Instant
    recorded_at: _Instant
    actor: _Code
    facts: Annotated[Mapping[str, object], AfterValidator(_fit_facts)]
    sealed: Annotated[Mapping[str, str], AfterValidator(_fit_sealed)]

    @model_validator(mode="after")
    def _follows(self) -> Self:
        if self.prev is not None and self.prev >= self.seq:
            message = f"entry {self.seq} cannot follow {self.prev}"
            raise ValueError(message)
        return self

    @classmethod
    def read(cls, canonical: str) -> Self:
        """Read an entry back from its canonical text."""
        return cls.model_validate(json.loads(canonical))

    def canonical(self) -> bytes:
        """Give the bytes that the tree holds (RFC 8785)."""
        return rfc8785.dumps(self.model_dump())

    def leaf_hash(self) -> bytes:
        """Give the entry's hash in the tree."""
        return leaf_hash(self.canonical())


def _fit(value: object, where: str) -> object:
    """Give a value that RFC 8785 writes in one way only, or refuse it."""
    match value:
        case None | bool():
            return value
        case str():
            return _fit_text(value, where)
        case int():
            if abs(value) > LARGEST:
                raise UnfitEntryError(field=where, why="integer")
            return int(value)
        case Mapping():
            return {_key(k, where): _fit(v, f"{where}.{k}") for k, v in value.items()}
        case list() | tuple():
            return tuple(_fit(v, f"{where}.{i}") for i, v in enumerate(value))
        case _:
            raise UnfitEntryError(field=where, why=type(value).__name__)


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise UnfitEntryError(field=where, why="key")
    return _fit_text(key, where)


def _fit_text(text: str, where: str) -> str:
    """Give plain text back (an enum's value too); refuse what changes on the way."""
    if not unicodedata.is_normalized("NFC", text):
        raise UnfitEntryError(field=where, why="NFC")
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
        raise UnfitEntryError(field=where, why="character")
    return str.__str__(text)
