"""Sign checkpoints: C2SP signed notes, Ed25519.

Source: docs/evidence.md#checkpoints
"""

from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ED25519 = b"\x01"  # signature type of C2SP
_PRINTED = (
    20  # bytes of the fingerprint: what a footer bears, out of reach all the same
)


class Signer:
    """The key of an instance. Nothing here waits: a transaction may call it.

    Args:
        private: The 32 bytes of the private key.
        name: Of the key: the host that checkpoints name.

    Raises:
        ValueError: A name that a note cannot carry, or a key of another length.
    """

    def __init__(self, private: bytes, name: str) -> None:
        if not name or "+" in name or any(c.isspace() for c in name):
            message = f"no key of a signed note may be called {name!r}"
            raise ValueError(message)
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self._public = self._key.public_key().public_bytes_raw()
        named = f"{name}\n".encode() + _ED25519 + self._public
        self._key_id = sha256(named).digest()[:4]

    @property
    def vkey(self) -> str:
        """The public key, as C2SP writes it: name, key id, type and key."""
        key = b64encode(_ED25519 + self._public).decode()
        return f"{self.name}+{self._key_id.hex()}+{key}"

    @property
    def fingerprint(self) -> str:
        """The public key for the eye: the start of its SHA-256, by groups of four."""
        digits = sha256(self._public).digest()[:_PRINTED].hex().upper()
        return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))

    def sign(self, body: str) -> str:
        """Give the signed note of a text that ends with a newline.

        Raises:
            ValueError: The text does not end with a newline.
        """
        if not body.endswith("\n"):
            message = "a signed text ends with a newline"
            raise ValueError(message)
        signature = b64encode(self._key_id + self._key.sign(body.encode())).decode()
        return f"{body}\n— {self.name} {signature}\n"
