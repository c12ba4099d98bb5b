"""The body of a C2SP tlog-checkpoint: which tree, how large, which root.

Source: docs/evidence.md#checkpoints
"""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

from domain.merkle import HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]*")
_BODY_LINES = 3


def origin_of(host: str, cpts_id: str) -> str:
    """Name the tree of a CPTS for the whole world."""
    return f"{host}/{cpts_id}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def host(self) -> str:
        """The host that named the tree when it was signed."""
        return self.origin.rpartition("/")[0]

    @property
    def body(self) -> str:
        """What is signed: three lines, each ended."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a body, or a signed note that starts with one.

        Raises:
            ValueError: Not what `body` would write, to the byte.
        """
        body = text.partition("\n\n")[0].removesuffix("\n") + "\n"
        lines = body[:-1].split("\n")
        if len(lines) != _BODY_LINES or not lines[0] or not _SIZE.fullmatch(lines[1]):
            message = "a checkpoint has three lines: origin, size, root"
            raise ValueError(message)
        try:
            root = b64decode(lines[2], validate=True)
        except binascii.Error:
            root = b""
        read = cls(lines[0], int(lines[1]), root)
        if len(root) != HASH_SIZE or read.body != body:
            message = "the root of a checkpoint is the base64 of 32 bytes"
            raise ValueError(message)
        return read
