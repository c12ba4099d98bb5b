"""The secret keys of an instance: made at the first start, then read."""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SECRET, SIGNING = "secret.key", "signing.key"


class KeyFileError(Exception):
    """A file of keys does not hold a key."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True)
class Keys:
    """What this instance knows and nobody else: one secret a purpose."""

    secret: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)

    @property
    def payload_key(self) -> bytes:
        """The key of Temporal's payloads (AES-256-GCM)."""
        return _derived(self.secret, b"tocsin payloads v1")

    @property
    def link_key(self) -> bytes:
        """The key of the links in mails (HMAC-SHA-256)."""
        return _derived(self.secret, b"tocsin links v1")


@lru_cache(maxsize=4)  # asked for at each link of a wave
def _derived(secret: bytes, purpose: bytes) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose)
    return kdf.derive(secret)


def load_keys(
    folder: Path, *, secret: bytes | None = None, signing_key: bytes | None = None
) -> Keys:
    """Take the keys given, else those of the folder, else make them there.

    Two processes that start at once end with the same keys.

    Raises:
        KeyFileError: A file is there and holds something else.
        OSError: The folder can be neither read nor written.
    """
    return Keys(
        secret=secret or _read_or_make(folder / SECRET),
        signing_key=signing_key or _read_or_make(folder / SIGNING),
    )


def _read_or_make(path: Path) -> bytes:
    with suppress(FileNotFoundError):
        return _read(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):  # another process was first: its key is ours
            os.link(aside, path)
    finally:
        aside.unlink()
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error as error:
        raise KeyFileError(path) from error
    if len(key) != KEY_BYTES:
        raise KeyFileError(path)
    return key
