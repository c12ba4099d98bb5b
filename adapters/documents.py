"""A folder of documents, each named by the SHA-256 of its bytes."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from domain.errors import StorageError

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_REASONS = {
    errno.EROFS: "LECTURE_SEULE",
    errno.EACCES: "LECTURE_SEULE",
    errno.EPERM: "LECTURE_SEULE",
    errno.ENOSPC: "DISQUE_PLEIN",
    errno.EDQUOT: "DISQUE_PLEIN",
    errno.EFBIG: "DISQUE_PLEIN",
    errno.ENOENT: "DOCUMENT_ABSENT",
}


@dataclass(frozen=True)
class DocumentStore:
    """Documents under `folder`, which is made on the first `put`."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep these bytes and return their SHA-256.

        Safe to retry because the name says the content: written aside, synced and
        renamed, a file is whole or absent; one that was damaged is written anew.

        Raises:
            StorageError: The disk is read-only, full or failing; nothing half-done.
        """
        digest = sha256(content).hexdigest()
        with _named(digest):
            if not self._holds(digest):
                self.folder.mkdir(parents=True, exist_ok=True)
                self._write(self.folder / digest, content)
        return digest

    def path(self, digest: str) -> Path:
        """Say where a document is or would be.

        Raises:
            StorageError: This is not a SHA-256 in lower-case hexadecimal.
        """
        if not _SHA256.fullmatch(digest):
            raise StorageError(reason="EMPREINTE_MAL_FORMEE")
        return self.folder / digest

    def get(self, digest: str) -> bytes:
        """Return a document whose bytes still have this SHA-256.

        Raises:
            StorageError: It is absent, unreadable, or was changed.
        """
        path = self.path(digest)
        with _named(digest):
            content = path.read_bytes()
        if sha256(content).hexdigest() != digest:
            raise StorageError(reason="DOCUMENT_ALTERE", document=digest)
        return content

    def _holds(self, digest: str) -> bool:
        try:
            return sha256((self.folder / digest).read_bytes()).hexdigest() == digest
        except FileNotFoundError:
            return False

    def _write(self, path: Path, content: bytes) -> None:
        handle, aside = tempfile.mkstemp(dir=self.folder, prefix=".aside-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(aside).replace(path)
        except OSError:
            with suppress(OSError):
                Path(aside).unlink()
            raise
        self._sync_folder()

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _named(digest: str) -> Iterator[None]:
    """Turn the system's error into one that says which document and why."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "DISQUE_EN_PANNE")
        raise StorageError(reason=reason, document=digest) from error
