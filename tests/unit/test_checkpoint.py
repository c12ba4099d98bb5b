"""A checkpoint says one thing, in one form."""

from base64 import b64encode

import pytest

from domain.checkpoint import Checkpoint, origin_of
from domain.merkle import EMPTY_ROOT

ROOT = b64encode(bytes(range(32))).decode()
BODY = f"tocsin.example/vallees-autan\n57\n{ROOT}\n"
CHECKPOINT = Checkpoint("tocsin.example/vallees-autan", 57, bytes(range(32)))


def test_the_body_is_three_lines() -> None:
    assert CHECKPOINT.body == BODY
    assert origin_of("tocsin.example", "vallees-autan") == CHECKPOINT.origin


@pytest.mark.parametrize("text", [BODY, f"{BODY}\n— tocsin.example AAAA\n"])
def test_a_body_or_its_note_is_read_back(text: str) -> None:
    assert Checkpoint.parse(text) == CHECKPOINT


def test_an_empty_tree_has_a_checkpoint() -> None:
    empty = Checkpoint("tocsin.example/vallees-autan", 0, EMPTY_ROOT)

    assert Checkpoint.parse(empty.body) == empty


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"\n57\n{ROOT}\n",
        f"o\n057\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n\u0665\n{ROOT}\n",
        f"o\n57\n{ROOT}\nextension\n",
        "o\n57\nAAAA\n",
        "o\n57\nnot base64\n",
        f"o\n57\n{ROOT[:-2]}9=\n",
        f"o\r\n57\r\n{ROOT}\r\n",
    ],
)
def test_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"of a checkpoint|a checkpoint has"):
        Checkpoint.parse(text)
