"""Check a Tocsin evidence pack, offline: `python3 verify.py PACK.zip [--key VKEY]`.

One file, any Python from 3.9, nothing to install; the format is in docs/evidence.md.
Take this file from where it is published, never from whoever hands you the pack.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "tocsin-pack/1"
REQUIRED = {
    "LISEZMOI.txt",
    "checkpoint.txt",
    "dossier.pdf",
    "entries.jsonl",
    "log.vkey",
    "manifest.json",
    "openings.jsonl",
    "proofs.jsonl",
}
STAMP = "checkpoint.tsr"
DOSSIER = ("document.made", "DOSSIER", "dossier.pdf")  # kind, document, path
SIZE = re.compile("0|[1-9][0-9]{0,15}")
SIGNED = re.compile(r"(— \S+ [A-Za-z0-9+/=]+\n)+")
USAGE = """\
Vérifie un dossier de preuve Tocsin, sans réseau.
  python3 verify.py DOSSIER.zip [--key CLÉ]
CLÉ : la clé publique « nom+identifiant+base64 » publiée par la CPTS.
Code de retour : 0 accepté, 1 refusé, 2 rien n'a pu être vérifié."""
DOCUMENT = re.compile(r"documents/[^/\\\x00-\x1f.][^/\\\x00-\x1f]*")
MAX_MEMBERS, MAX_BYTES = 5_000, 512 * 1024 * 1024  # of the file; of all it holds
LOCAL_HEADER, DESCRIPTOR, TRAILER = 30, 24, 22  # sizes in a zip
HASH, SIGNATURE = 32, 64
TEXT, NUMBER, MAP, LIST = (str,), (int,), (dict,), (list,)
Json = dict[str, Any]
Shape = Mapping[str, tuple[type, ...]]
Point = tuple[int, int, int, int]
MANIFEST: Shape = {
    "format": TEXT,
    "cpts_id": TEXT,
    "about": TEXT,
    "checkpoint": MAP,
    "files": MAP,
}
ENTRY: Shape = {
    **dict.fromkeys(("cpts_id", "about", "kind", "at", "recorded_at", "actor"), TEXT),
    "v": NUMBER,
    "seq": NUMBER,
    "prev": (int, type(None)),
    "facts": MAP,
    "sealed": MAP,
}
PROOF: Shape = {"seq": NUMBER, "path": LIST}
OPENING: Shape = {"seq": NUMBER, "field": TEXT, "salt": TEXT, "value": TEXT}


class RefusedError(Exception):
    """The pack cannot be read any further; the message says why, in French."""


class KeyFormatError(ValueError):
    """What was given as a key is no C2SP `vkey`."""


@dataclass(frozen=True)
class Verdict:
    """What was found: one problem is enough to refuse."""

    problems: tuple[str, ...]
    checked: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    fingerprint: str = ""
    key_given: bool = False

    @property
    def accepted(self) -> bool:
        """Say if everything held."""
        return not self.problems


# --- Ed25519 in plain integers (RFC 8032, 5.1): one signature, a few milliseconds ---

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say if an Ed25519 signature is the one of this key on this message."""
    s = int.from_bytes(signature[HASH:], "little")
    if len(public) != HASH or len(signature) != SIGNATURE or s >= L:
        return False
    try:
        key, r = _point(public), _point(signature[:HASH])
    except ValueError:
        return False
    digest = hashlib.sha512(signature[:HASH] + public + message).digest()
    left = _times(s, _point(b"\x58" + b"\x66" * 31))
    right = _add(r, _times(int.from_bytes(digest, "little") % L, key))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def _point(data: bytes) -> Point:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        raise ValueError(data)
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while number:
        total = _add(total, point) if number & 1 else total
        point, number = _add(point, point), number >> 1
    return total


# --- Bytes, lines, hashes ---


def unbase64(text: object, size: int) -> bytes:
    """Read the base64 of so many bytes, in its one form, or raise ValueError."""
    data = base64.b64decode(str(text), validate=True)
    if len(data) != size or base64.b64encode(data).decode() != text:
        raise ValueError(text)
    return data


def canonical(value: object) -> bytes:
    """Write JSON without floats as RFC 8785 does."""
    written = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    return written.encode()


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(one) for one in value] if isinstance(value, list) else value


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


def read_record(raw: bytes, where: str, shape: Shape) -> Json:
    """Read one canonical object with exactly these keys, of these types."""
    try:
        value = json.loads(raw, parse_float=_no_float, parse_constant=_no_float)
        fits = type(value) is dict and canonical(value) == raw
    except (ValueError, RecursionError):
        value, fits = {}, False
    if not fits or not _has(value, shape):
        message = f"{where} : ce n'est pas le JSON canonique attendu."
        raise RefusedError(message)
    return dict(value)


def _has(value: Json, shape: Shape) -> bool:
    return set(value) == set(shape) and all(
        type(value[key]) in types for key, types in shape.items()
    )


def read_lines(data: bytes, name: str, shape: Shape) -> list[Json]:
    """Read one object a line; the bytes of each stay under `raw`."""
    *lines, rest = data.split(b"\n")
    if rest:
        message = f"{name} : la dernière ligne n'est pas terminée."
        raise RefusedError(message)
    return [
        {**read_record(raw, f"{name}, ligne {number}", shape), "raw": raw}
        for number, raw in enumerate(lines, 1)
    ]


def root_of(raw: bytes, seq: int, size: int, path: Sequence[bytes]) -> bytes:
    """Give the root that an inclusion proof leads to (RFC 9162, 2.1.3.2)."""
    found, place, last = hashlib.sha256(b"\x00" + raw).digest(), seq, size - 1
    for sibling in path:
        if last == 0:
            return b""
        if place & 1 or place == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        place, last = place >> 1, last >> 1
    return found if last == 0 else b""


# --- The zip ---


def read_members(path: str | Path) -> dict[str, bytes]:
    """Read every member, within bounds; a RefusedError says why it is no pack."""
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        message = "Le fichier est trop volumineux pour un dossier de preuve."
        raise RefusedError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_listing(archive.infolist())
            _check_nothing_hidden(archive, data)
            return {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError) as bad:
        message = f"Le fichier n'est pas un zip intact ({bad})."
        raise RefusedError(message) from bad


def _check_listing(infos: list[zipfile.ZipInfo]) -> None:
    left, seen = MAX_BYTES, set[str]()
    for info in infos:
        left -= info.file_size
        fault = "un nom présent deux fois" if info.filename.casefold() in seen else ""
        if len(seen) == MAX_MEMBERS or left < 0:
            fault = "trop de données pour un dossier de preuve"
        if fault := fault or _fault(info):
            message = f"{info.orig_filename!r} : {fault}."
            raise RefusedError(message)
        seen.add(info.filename.casefold())


def _fault(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    if name not in REQUIRED and name != STAMP and not DOCUMENT.fullmatch(name):
        return "un membre que le format ne prévoit pas"
    if info.flag_bits & 1 or info.compress_type not in {0, zipfile.ZIP_DEFLATED}:
        return "un membre chiffré, ou compressé autrement que par deflate"
    return ""


def _check_nothing_hidden(archive: zipfile.ZipFile, data: bytes) -> None:
    """Refuse bytes between members, which another program could read as a pack."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        start = info.header_offset
        gap = start - end
        lengths = struct.unpack_from("<HH", data, start + LOCAL_HEADER - 4)
        end = start + LOCAL_HEADER + sum(lengths) + info.compress_size
        if not 0 <= gap <= DESCRIPTOR or (start == gap and gap):
            message = f"{info.filename!r} : des octets sont cachés devant ce membre."
            raise RefusedError(message)
    if data[-TRAILER:][:4] != b"PK\x05\x06" or archive.comment:
        message = "Des octets sont ajoutés après la fin du zip."
        raise RefusedError(message)


# --- The key and the checkpoint ---


@dataclass(frozen=True)
class Key:
    """A C2SP verifier key: `<name>+<key id>+<base64(0x01 ‖ public key)>`."""

    name: str
    key_id: bytes
    public: bytes

    @classmethod
    def read(cls, vkey: str) -> Key:
        """Read a `vkey`, or raise KeyFormatError."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            typed = unbase64(encoded, 1 + HASH)
        except ValueError:
            typed = b""
        expected = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
        if not name or typed[:1] != b"\x01" or expected.hex() != key_id:
            message = "ce n'est pas une clé publique « nom+identifiant+base64 »."
            raise KeyFormatError(message)
        return cls(name, expected, typed[1:])

    @property
    def fingerprint(self) -> str:
        """The key for the eye, as documents print it."""
        digits = hashlib.sha256(self.public).hexdigest()[:40].upper()
        return " ".join(re.findall("....", digits))


@dataclass(frozen=True)
class Note:
    """A signed checkpoint: three lines, an empty one, signatures."""

    body: str
    origin: str
    size: int
    root: bytes
    signatures: tuple[tuple[str, bytes], ...]  # name of the key; its id, the signature

    @classmethod
    def read(cls, data: bytes) -> Note:
        """Read a note, or raise ValueError."""
        text, _, signed = data.decode().rpartition("\n\n")
        origin, size, root = text.split("\n")
        if not SIZE.fullmatch(size) or not SIGNED.fullmatch(signed):
            raise ValueError(text)
        signatures = tuple(
            (name, base64.b64decode(encoded, validate=True))
            for _, name, encoded in (line.split(" ") for line in signed.splitlines())
        )
        body = f"{text}\n"
        return cls(body, origin, int(size), unbase64(root, HASH), signatures)

    def problem(self, key: Key) -> str:
        """Say what is wrong with the signature of a key; nothing if it holds."""
        mine = [
            s[4:] for n, s in self.signatures if (n, s[:4]) == (key.name, key.key_id)
        ]
        if not mine:
            return f"checkpoint.txt : aucune signature de la clé « {key.name} »."
        if not all(signature_holds(key.public, self.body.encode(), s) for s in mine):
            return "checkpoint.txt : la signature n'est pas la bonne."
        if self.origin.rpartition("/")[0] != key.name:
            return (
                f"checkpoint.txt : la clé « {key.name} » n'est pas celle du registre."
            )
        return ""


# --- The checks ---


class Check:
    """One pack being looked at; what is wrong piles up in `problems`."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self.members = members
        self.problems: list[str] = []
        self.checked: list[str] = []
        self.unchecked: list[str] = []
        self.note = Note("", "", 0, b"", ())
        self.fingerprint = ""
        self.entries: list[Json] = []
        self.dossier: Json = {}

    def run(self, given: Key | None) -> None:
        """Look at everything, from the seal down to the documents."""
        if missing := sorted(REQUIRED - set(self.members)):
            message = f"Il manque dans le zip : {', '.join(missing)}."
            raise RefusedError(message)
        manifest = read_record(self.members["manifest.json"], "manifest.json", MANIFEST)
        self._files(manifest["files"])
        self._checkpoint(given)
        self._entries()
        self._proofs()
        self._chains()
        self._documents()
        self._openings()
        self._manifest(manifest)
        self._limits()

    def _say(self, where: str, problem: str) -> None:
        self.problems.append(f"{where} : {problem}.")

    def _files(self, listed: Json) -> None:
        held = set(self.members) - {"manifest.json"}
        for name in sorted(held | set(listed)):
            if name not in listed:
                self._say(name, "ce membre n'est pas dans la liste de manifest.json")
            elif name not in held:
                self._say(name, "manifest.json l'annonce, le zip ne l'a pas")
            elif listed[name] != hashlib.sha256(self.members[name]).hexdigest():
                self._say(name, "son contenu n'est pas celui qu'annonce manifest.json")

    def _checkpoint(self, given: Key | None) -> None:
        try:
            own = Key.read(self.members["log.vkey"].decode().removesuffix("\n"))
            self.note = Note.read(self.members["checkpoint.txt"])
        except KeyFormatError as bad:
            message = f"log.vkey : {bad}"
            raise RefusedError(message) from bad
        except ValueError as bad:
            message = "checkpoint.txt : ce n'est pas un point de contrôle signé."
            raise RefusedError(message) from bad
        key = given or own
        self.fingerprint = key.fingerprint
        if key != own:
            self._say("log.vkey", "ce n'est pas la clé donnée par --key")
        if problem := self.note.problem(key):
            self.problems.append(problem)
        self.checked.append(f"la signature du registre, par la clé « {key.name} »")
        if given is None:
            self.unchecked.append(
                "La clé vient du dossier lui-même : comparez son empreinte "
                f"({key.fingerprint}) à celle des documents que vous aviez déjà reçus, "
                "ou donnez la clé publiée avec --key."
            )

    def _entries(self) -> None:
        self.entries = read_lines(self.members["entries.jsonl"], "entries.jsonl", ENTRY)
        if not self.entries:
            message = "entries.jsonl : il n'y a aucune entrée."
            raise RefusedError(message)
        cpts_id, before = self.note.origin.rpartition("/")[2], -1
        for entry in self.entries:
            where = f"Entrée {entry['seq']}"
            if entry["seq"] <= before:
                self._say(where, f"elle n'est pas à sa place, après la {before}")
            if (entry["v"], entry["cpts_id"]) != (1, cpts_id):
                self._say(where, "elle vient d'un autre registre ou d'un autre format")
            before = entry["seq"]

    def _proofs(self) -> None:
        proofs = read_lines(self.members["proofs.jsonl"], "proofs.jsonl", PROOF)
        if [one["seq"] for one in proofs] != [one["seq"] for one in self.entries]:
            self._say("proofs.jsonl", "il faut une preuve par entrée, dans leur ordre")
        paths = {proof["seq"]: proof["path"] for proof in proofs}
        for entry in self.entries:
            seq, size = entry["seq"], self.note.size
            try:
                path = [unbase64(one, HASH) for one in paths.get(seq, ())]
            except ValueError:
                path = [b""]
            inside = 0 <= seq < size
            if not inside or root_of(entry["raw"], seq, size, path) != self.note.root:
                self._say(
                    f"Entrée {seq}",
                    "elle n'est pas dans l'arbre signé : elle, sa place ou sa preuve "
                    "a changé",
                )
        self.checked.append(
            f"les entrées ({len(self.entries)}), chacune à sa place dans l'arbre signé"
        )

    def _chains(self) -> None:
        last = self.entries[-1]
        named = (last["kind"], last["facts"].get("document"), last["facts"].get("path"))
        heads = last["facts"].get("heads")
        if last["seq"] != self.note.size - 1 or named != DOSSIER or not is_heads(heads):
            wanted = f"l'entrée {self.note.size - 1}, qui nomme le dossier, manque"
            self._say("entries.jsonl", wanted)
            return
        self.dossier, ends = last, dict[str, int]()
        for entry in self.entries[:-1]:
            about, seq, known = entry["about"], entry["seq"], ends.get(entry["about"])
            if entry["prev"] != known:
                self._say(
                    f"Entrée {seq}",
                    f"elle suit l'entrée {entry['prev']} de « {about} », le dossier "
                    f"donne la {known} : une entrée a été retirée ou ajoutée",
                )
            ends[about] = seq
        for about in sorted(set(ends) | set(heads)):
            if ends.get(about) != heads.get(about):
                self._say(
                    f"« {about} »",
                    f"ses entrées vont jusqu'à la {ends.get(about)}, celle du dossier "
                    f"annonce la {heads.get(about)} : il en manque, ou il y en a trop",
                )
        if last["prev"] != heads.get(last["about"]):
            self._say(f"Entrée {last['seq']}", "elle ne suit pas celle qu'elle annonce")
        self.checked.append(
            "l'enchaînement des entrées : aucune en moins, aucune en trop"
        )

    def _documents(self) -> None:
        named = {
            entry["facts"]["path"]: entry
            for entry in self.entries  # the last one that names a path rules
            if entry["kind"] == "document.made"
            and type(entry["facts"].get("path")) is str
        }
        held = [n for n in self.members if n == "dossier.pdf" or DOCUMENT.fullmatch(n)]
        for name in held:
            found = hashlib.sha256(self.members[name]).hexdigest()
            if name not in named:
                self._say(name, "aucune entrée ne nomme ce document")
            elif named[name]["facts"].get("sha256") != found:
                seq = named[name]["seq"]
                self._say(name, f"ce n'est pas le document que nomme l'entrée {seq}")
        self.checked.append(f"les documents ({len(held)}), nommés par leur empreinte")
        if absent := sorted(set(named) - set(held)):
            self.unchecked.append(f"Nommés mais non joints : {', '.join(absent)}.")

    def _openings(self) -> None:
        opened = read_lines(self.members["openings.jsonl"], "openings.jsonl", OPENING)
        places = [(one["seq"], one["field"]) for one in opened]
        if places != sorted(set(places)):
            self._say("openings.jsonl", "une ouverture est en double ou mal rangée")
        sealed = {
            (entry["seq"], name): seal
            for entry in self.entries
            for name, seal in entry["sealed"].items()
        }
        for one in opened:
            place = (one["seq"], one["field"])
            try:
                salted = unbase64(one["salt"], HASH) + one["value"].encode()
            except ValueError:
                salted = b""
            seal = base64.b64encode(hashlib.sha256(salted).digest()).decode()
            if not salted or sealed.get(place) != seal:
                where = f"Entrée {place[0]}, champ « {place[1]} »"
                self._say(where, "ce qui l'ouvre n'est pas ce qui fut scellé")
        self.checked.append(f"les champs ouverts ({len(opened)})")
        if closed := len(set(sealed) - set(places)):
            self.unchecked.append(
                f"Champs scellés que le dossier n'ouvre pas : {closed}."
            )

    def _manifest(self, manifest: Json) -> None:
        root = base64.b64encode(self.note.root).decode()
        expected = {
            "format": FORMAT,
            "cpts_id": self.note.origin.rpartition("/")[2],
            "about": self.dossier.get("about"),
            "checkpoint": {"size": self.note.size, "root": root},
        }
        for name, value in expected.items():
            if canonical(manifest[name]) != canonical(value):
                self._say(
                    "manifest.json", f"« {name} » n'est pas ce que dit le dossier"
                )

    def _limits(self) -> None:
        """Say what was not looked at, whatever the pack."""
        others = self.note.size - len(self.entries)
        self.unchecked += [
            f"Les autres entrées du registre ({others}) ne sont pas dans le dossier.",
            "checkpoint.tsr, l'horodatage par un tiers, n'est pas lu par cet outil "
            "(voir « openssl ts -verify »)."
            if STAMP in self.members
            else "Aucun horodatage par un tiers n'est joint.",
            "LISEZMOI.txt n'est qu'une notice : rien ne la signe.",
            "Ce qui est écrit est-il vrai ? L'outil dit que rien n'a changé depuis.",
        ]


def is_heads(value: object) -> bool:
    """Say if a value maps each `about` to the place of its last entry."""
    return isinstance(value, dict) and all(type(seq) is int for seq in value.values())


def verify_pack(path: str | Path, key: str | None = None) -> Verdict:
    """Check a pack, with the key given (a `vkey`) or else with its own.

    Raises:
        OSError: The file cannot be read.
        KeyFormatError: The key given is no `vkey`.
    """
    given = Key.read(key) if key else None
    try:
        check = Check(read_members(path))
    except RefusedError as refusal:
        return Verdict((str(refusal),))
    try:
        check.run(given)
    except RefusedError as refusal:
        check.problems.append(str(refusal))
    return Verdict(
        problems=tuple(check.problems),
        checked=tuple(check.checked),
        unchecked=tuple(check.unchecked),
        origin=check.note.origin,
        size=check.note.size,
        root=base64.b64encode(check.note.root).decode(),
        entries=len(check.entries),
        fingerprint=check.fingerprint,
        key_given=given is not None,
    )


def describe(verdict: Verdict) -> str:
    """Write a verdict in French, a line a finding."""
    if not verdict.accepted:
        lines = ["REFUSÉ : ce dossier n'est pas, à l'octet près, celui qui fut signé."]
        return "\n".join(lines + [f"  - {problem}" for problem in verdict.problems])
    return "\n".join(
        [
            "ACCEPTÉ"
            + ("" if verdict.key_given else ", si la clé est bien celle de la CPTS")
            + " : rien n'a été changé, retiré ni ajouté depuis la signature.",
            f"Registre « {verdict.origin} », {verdict.size} entrées,",
            f"racine {verdict.root}, clé {verdict.fingerprint}",
            "Vérifié :",
            *(f"  - {one}" for one in verdict.checked),
            "Non vérifié :",
            *(f"  - {one}" for one in verdict.unchecked),
        ]
    )


def main(arguments: Sequence[str]) -> int:
    """Run the command: 0 accepted, 1 refused, 2 could not be checked."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old console has no « é »
    words = list(arguments)
    key = words.pop(words.index("--key") + 1) if "--key" in words[:-1] else None
    if key is not None:
        words.remove("--key")
    if len(words) != 1 or words[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        verdict = verify_pack(words[0], key)
    except OSError as error:
        absent = isinstance(error, FileNotFoundError)
        why = "ce fichier n'existe pas" if absent else "ce fichier ne se lit pas"
        print(f"{words[0]} : {why}.", file=sys.stderr)
        return 2
    except KeyFormatError as error:
        print(f"--key : {error}", file=sys.stderr)
        return 2
    print(describe(verdict))
    return 0 if verdict.accepted else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
