"""The signature that OVHcloud asks of each request (Source: docs/sources.md#ovh)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from domain.provider_call import OvhAccount


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature is of."""

    method: str
    url: str
    body: str
    at: int  # seconds since 1970, by the provider's clock

    def headers(self, account: OvhAccount) -> Mapping[str, str]:
        """Sign, with the three keys of an account."""
        parts = (
            *(account.application_secret, account.consumer_key),
            *(self.method, self.url, self.body, str(self.at)),
        )
        digest = hashlib.sha1("+".join(parts).encode(), usedforsecurity=False)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "X-Ovh-Application": account.application_key,
            "X-Ovh-Consumer": account.consumer_key,
            "X-Ovh-Timestamp": str(self.at),
            "X-Ovh-Signature": f"$1${digest.hexdigest()}",
        }
