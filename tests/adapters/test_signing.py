"""Signed notes, as C2SP writes them."""

from base64 import b64decode
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from adapters.signing import Signer

SIGNER = Signer(bytes(range(32)), "tocsin.example")
BODY = "tocsin.example/vallees-autan\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


def public_key(vkey: str) -> bytes:
    return b64decode(vkey.split("+", 2)[2])


def test_the_public_key_names_its_host_its_id_and_its_type() -> None:
    name, key_id, _ = SIGNER.vkey.split("+", 2)
    key = public_key(SIGNER.vkey)

    assert name == "tocsin.example"
    assert key[:1] == b"\x01"
    assert len(key) == 33
    assert sha256(b"tocsin.example\n" + key).digest()[:4].hex() == key_id


def test_the_key_of_the_signed_note_specification_is_written_as_it_is_there() -> None:
    """RFC 8032, test 1: the public key of a known private key."""
    private = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    vkey = Signer(bytes.fromhex(private), "a.example").vkey

    assert public_key(vkey)[1:].hex() == public


def test_the_note_holds_the_body_and_a_signature_that_holds() -> None:
    note = SIGNER.sign(BODY)
    body, line = note[: len(BODY)], note[len(BODY) + 1 :]
    mark, name, encoded = line.removesuffix("\n").split(" ")
    signature = b64decode(encoded)
    key = Ed25519PublicKey.from_public_bytes(public_key(SIGNER.vkey)[1:])

    assert body == BODY
    assert note[len(BODY)] == "\n"
    assert (mark, name) == ("—", "tocsin.example")
    assert signature[:4].hex() == SIGNER.vkey.split("+")[1]
    key.verify(signature[4:], BODY.encode())
    with pytest.raises(InvalidSignature):
        key.verify(signature[4:], BODY.replace("0", "1").encode())


def test_the_fingerprint_can_be_read_aloud() -> None:
    digest = sha256(public_key(SIGNER.vkey)[1:]).hexdigest().upper()

    assert SIGNER.fingerprint.replace(" ", "") == digest[:40]
    assert {len(group) for group in SIGNER.fingerprint.split(" ")} == {4}


@pytest.mark.parametrize("name", ["", "a+b", "a b", "a\n"])
def test_a_name_that_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no key of a signed note"):
        Signer(bytes(32), name)


def test_a_text_that_does_not_end_its_line_is_not_signed() -> None:
    with pytest.raises(ValueError, match="ends with a newline"):
        SIGNER.sign("tocsin.example/vallees-autan")
