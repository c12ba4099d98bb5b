"""The envelope sender of each mail: its code says which message came back (VERP).

Source: docs/sources.md#bounces
"""

import re

from pydantic import BaseModel, ConfigDict

from domain.letter import WireAddress

CODE = "{code}"
_SIGNS = "([0-9a-f]{20})"  # 64 bits of it are its own: nobody guesses another's
_NONE = "0"  # of a mail queued before codes were drawn: read as nobody's


class ReturnPath(BaseModel):
    """Where mails come back: `alerte+{code}@cpts.example`; without `{code}`, unread."""

    model_config = ConfigDict(frozen=True)

    pattern: WireAddress

    def address(self, code: str | None) -> str:
        """Write the envelope sender of one mail."""
        return self.pattern.replace(CODE, code or _NONE)

    def code_in(self, address: str) -> str | None:
        """Read which mail comes back to this address; None: none of ours."""
        before, placed, after = self.pattern.partition(CODE)
        if not placed:
            return None
        found = re.fullmatch(
            f"{re.escape(before)}{_SIGNS}{re.escape(after)}",
            address.strip().strip("<>"),
            re.IGNORECASE,  # some servers write addresses in capitals
        )
        return found[1].lower() if found else None
