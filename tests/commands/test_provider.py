"""`tocsin provider list`: what to give to each provider, and no secret of theirs."""

import pytest

from instance import PROJECT
from tests.terminal import Desk, done

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
