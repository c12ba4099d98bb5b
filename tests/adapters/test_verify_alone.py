"""What the verifier writes again to travel alone, and how it is run."""

import ast
import asyncio
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

import verify
from tests.sample_pack import (
    SIGNER,
    flipped,
    remade,
    sample_members,
    write,
)
from verify import signature_holds

MEMBERS = sample_members()
FEW = settings(max_examples=20)


@FEW
@given(secret=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
def test_plain_ed25519_agrees_with_the_library(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)

    assert signature_holds(public, message, signature)
    assert not signature_holds(public, message + b"x", signature)
    assert not signature_holds(public, message, flipped(signature, 3))
    assert not signature_holds(public, message, flipped(signature, 40))
    assert not signature_holds(flipped(public, 5), message, signature)


def test_plain_ed25519_holds_for_the_vectors_of_the_rfc() -> None:
    public = bytes.fromhex(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    )
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )

    assert signature_holds(public, b"\x72", signature)
    assert not signature_holds(public, b"\x73", signature)


def test_a_signature_out_of_its_range_is_refused() -> None:
    """The same signature with s + L: other verifiers would take both."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"x")
    s = int.from_bytes(signature[32:], "little") + verify.L

    assert not signature_holds(public, b"x", signature[:32] + s.to_bytes(32, "little"))
    assert not signature_holds(public, b"x", signature[:-1])
    assert not signature_holds(public[:-1], b"x", signature)
    for no_point in (b"\xff" * 32, b"\x01" + b"\0" * 30 + b"\x80", b"\x02" + bytes(31)):
        assert not signature_holds(no_point, b"x", signature)


def test_the_note_of_the_signed_note_implementations_is_read() -> None:
    """The example that implementations of C2SP signed notes share."""
    key = verify.Key.read(
        "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    )
    signed = (
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
        "OBH3mFXmRKuwHjG1Yu72IneyaQM="
    )
    raw = verify.unbase64(signed, 68)

    assert raw[:4] == key.key_id
    assert signature_holds(key.public, b"This is an example message.\n", raw[4:])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@FEW
@given(value=JSON)
def test_canonical_json_agrees_with_the_library(value: object) -> None:
    assert verify.canonical(value) == rfc8785.dumps(cast("Any", value))


async def test_the_file_alone_verifies(tmp_path: Path) -> None:
    """No package of ours or of anyone is in reach."""
    path = str(write(tmp_path / "p.zip", MEMBERS))
    alone = (sys.executable, "-I", "-S", "-X", "utf8", verify.__file__)

    done = await asyncio.create_subprocess_exec(
        *alone, path, "--key", SIGNER.vkey, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await done.communicate()

    assert done.returncode == 0
    assert out.decode().startswith("ACCEPTÉ : rien n'a été changé")
    assert "Non vérifié :" in out.decode()


def test_a_refusal_is_an_exit_code_and_a_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = remade({**MEMBERS, "dossier.pdf": b"x"})
    path = write(tmp_path / "p.zip", forged)

    assert verify.main([str(path)]) == 1
    assert "REFUSÉ" in (out := capsys.readouterr().out)
    assert "  - dossier.pdf : ce n'est pas le document que nomme l'entrée 6." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Vérifie un dossier"),
        (["--help"], "Vérifie un dossier"),
        (["a.zip", "b.zip"], "Vérifie un dossier"),
        (["a.zip", "--key"], "Vérifie un dossier"),
        (["absent.zip"], "absent.zip : ce fichier n'existe pas."),
        (["."], "ce fichier ne se lit pas"),
        (["a.zip", "--key", "x"], "--key : ce n'est pas une clé publique"),
    ],
)
def test_what_cannot_be_checked_is_told_apart_from_a_refusal(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify.main(arguments) == 2
    assert said in capsys.readouterr().err


def test_an_old_python_can_read_the_file() -> None:
    source = Path(verify.__file__).read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 9))

    imports = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imports |= {
        a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    roots = {str(name).partition(".")[0] for name in imports}
    assert roots <= sys.stdlib_module_names
