"""One person in two CPTS, known by a keyed hash of a mobile that is theirs alone.

Source: docs/sources.md#two-cpts
"""

import hmac
from collections import Counter
from collections.abc import Mapping


def marks(key: bytes, mobiles: Mapping[str, str]) -> dict[str, bytes]:
    """Hash the mobile of each person of a directory; a shared one says nothing.

    Args:
        key: Of the instance: without it, nobody finds a number by trying them all.
        mobiles: The normalised number of each person.
    """
    held = Counter(mobiles.values())
    return {
        person_id: hmac.digest(key, f"person\x00{mobile}".encode(), "sha256")
        for person_id, mobile in mobiles.items()
        if held[mobile] == 1
    }
