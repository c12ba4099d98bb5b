"""Build an evidence pack: one zip, the same bytes from the same facts.

Source: docs/evidence.md#the-pack
"""

import io
import os
import zipfile
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import rfc8785

from domain.checkpoint import Checkpoint
from domain.ledger import Line, Opening

FORMAT = "tocsin-pack/1"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip knows no earlier day
_PLAIN_FILE = 0o100644 << 16

NOTICE = """\
DOSSIER DE PREUVE — {cpts_id}, {about}

Ouvrez dossier.pdf : c'est le dossier à lire. Le reste permet de vérifier, sans nous
croire sur parole, que rien n'a été changé depuis.

  dossier.pdf      ce qui s'est passé, et ce qui le prouve
  documents/       les pièces que le dossier cite
  entries.jsonl    les lignes du registre, telles qu'elles furent scellées
  openings.jsonl   ce qui ouvre les champs scellés que l'on vous montre
  proofs.jsonl     ce qui rattache chaque ligne au registre entier
  checkpoint.txt   la taille et l'empreinte du registre, signées
  log.vkey         la clé publique qui vérifie cette signature
  manifest.json    l'empreinte de chaque fichier

Pour vérifier, il faut un ordinateur avec Python (3.9 ou plus récent), sans réseau, et
le programme verify.py. Prenez-le là où la CPTS le publie, jamais dans un message :
un vérificateur qui voyage avec la preuve ne garantit rien.

  python3 verify.py CE_FICHIER.zip --key CLÉ

CLÉ est la clé publique de la CPTS, publiée au même endroit ; son empreinte est
imprimée sur les documents que vous avez reçus pendant la crise. Le programme dit
ACCEPTÉ ou REFUSÉ, nomme ce qui a changé, et dit aussi ce qu'il n'a pas vérifié.
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What ties one entry to the checkpoint: hashes from leaf to root."""

    seq: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PackContent:
    """All that a pack holds, loaded already.

    Args:
        cpts_id: Whose ledger.
        about: The crisis or the plan that the dossier is about.
        dossier: The PDF.
        entries: By `seq`; the last one names the dossier.
        openings: Of the sealed fields that may be shown, in any order.
        proofs: One per entry.
        checkpoint: The signed note of the tree that ends with the last entry.
        vkey: The public key.
        documents: File name to bytes, each named by an entry.
        stamp: RFC 3161 answer over the checkpoint, once there is one.
    """

    cpts_id: str
    about: str
    dossier: bytes
    entries: Sequence[Line]
    openings: Sequence[Opening]
    proofs: Sequence[Proof]
    checkpoint: str
    vkey: str
    documents: Mapping[str, bytes] = field(default_factory=dict)
    stamp: bytes | None = None


def members_of(content: PackContent) -> dict[str, bytes]:
    """Give every member of the zip, by name."""
    members = {
        "LISEZMOI.txt": NOTICE.format(
            cpts_id=content.cpts_id, about=content.about
        ).encode(),
        "checkpoint.txt": content.checkpoint.encode(),
        "dossier.pdf": content.dossier,
        "entries.jsonl": _lines(line.canonical.encode() for line in content.entries),
        "log.vkey": f"{content.vkey}\n".encode(),
        "openings.jsonl": _lines(map(_opening, sorted(content.openings, key=_place))),
        "proofs.jsonl": _lines(map(_proof, content.proofs)),
    }
    if content.stamp is not None:
        members["checkpoint.tsr"] = content.stamp
    for name, data in content.documents.items():
        members[f"documents/{name}"] = data
    members["manifest.json"] = _manifest(content, members)
    return dict(sorted(members.items()))


def pack_bytes(content: PackContent) -> bytes:
    """Give the zip: sorted, undated, the same on every machine."""
    return zip_bytes(members_of(content))


def write_pack(content: PackContent, path: Path) -> str:
    """Write the zip aside, sync it, give it its name; give its SHA-256."""
    data = pack_bytes(content)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return sha256(data).hexdigest()


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """Zip members in the order given, with nothing of the machine or the day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3  # the same on every machine
            info.external_attr = _PLAIN_FILE
            archive.writestr(info, data)  # stored: deflate differs between libraries
    return buffer.getvalue()


def _lines(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _place(opening: Opening) -> tuple[int, str]:
    return opening.seq, opening.field


def _opening(opening: Opening) -> bytes:
    return rfc8785.dumps(
        {
            "seq": opening.seq,
            "field": opening.field,
            "salt": b64encode(opening.salt).decode(),
            "value": opening.value,
        }
    )


def _proof(proof: Proof) -> bytes:
    path = [b64encode(one).decode() for one in proof.path]
    return rfc8785.dumps({"seq": proof.seq, "path": path})


def _manifest(content: PackContent, members: Mapping[str, bytes]) -> bytes:
    checkpoint = Checkpoint.parse(content.checkpoint)
    root = b64encode(checkpoint.root).decode()
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "cpts_id": content.cpts_id,
            "about": content.about,
            "checkpoint": {"size": checkpoint.size, "root": root},
            "files": {n: sha256(data).hexdigest() for n, data in members.items()},
        }
    )
