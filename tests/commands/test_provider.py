"""`tocsin provider list`: what to give to each provider, and no secret of theirs."""

import asyncio

import pytest

from adapters.database import pulses
from instance import PROJECT, opened
from settings import load
from tests.terminal import Desk, done

SLOW = "lent      accepte en plus de 2 s : le suivant est préféré"
FILE = PROJECT / "examples" / "fournisseurs.yaml"


def test_each_provider_is_told_with_its_addresses_and_none_of_its_secrets(
    empty: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = done("provider", "list").out
    kept = empty.folder / "fournisseurs.yaml"
    kept.write_bytes(FILE.read_bytes())
    kept.chmod(0o600)
    monkeypatch.setenv("TOCSIN_PROVIDERS", str(kept))

    said = done("provider", "list").out
    found = done("provider", "list", "--json").document

    asyncio.run(_found_slow("KANNEL"))
    now_slow = done("provider", "list").out

    assert "lent " not in said
    assert now_slow.replace("\N{NO-BREAK SPACE}", " ").count(SLOW) == 1
    assert now_slow.index("(KANNEL)") < now_slow.index("lent ")
    assert "Aucun fournisseur" in none
    assert [each["queue"] for each in found] == [
        f"tocsin-{'sms' if each['channel'] == 'SMS' else 'voice'}" for each in found
    ]
    for each in found:
        assert str(each["receipts"] or "aucun") in said
        assert "/api/receipts/" in str(each["receipts"] or "/api/receipts/")
    secrets = [
        line.partition(":")[2].strip().strip('"')
        for line in FILE.read_text("utf-8").splitlines()
        if any(word in line for word in ("secret:", "cle:", "password", "consumer"))
    ]
    assert [secret for secret in secrets if secret and secret in said] == []


async def _found_slow(code: str) -> None:
    async with opened(load()) as instance:
        await pulses.beat(instance.database, code)
