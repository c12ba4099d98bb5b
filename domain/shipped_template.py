"""Templates shipped with Tocsin: the month in a name says which is the newest.

Source: docs/sources.md#review
"""

import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

_NAMED = re.compile(r"([a-z]+)-(\d{4}-\d{2})(-[a-z0-9-]+)?")


class ShippedTemplate(BaseModel):
    """A template that a plan may follow."""

    model_config = ConfigDict(frozen=True)

    template_id: str = Field(alias="id")  # `fr-2022-12-socle`: country, month, variant
    title: str = Field(alias="titre")


def newer(
    template_id: str, shipped: Iterable[ShippedTemplate]
) -> ShippedTemplate | None:
    """Give the newest edition of the template of a plan, if its own is older."""
    month, family = _read(template_id)
    same = [each for each in shipped if _read(each.template_id)[1] == family]
    newest = max(same, key=lambda each: each.template_id, default=None)
    return newest if newest and _read(newest.template_id)[0] > month else None


def _read(template_id: str) -> tuple[str, tuple[str, ...]]:
    """Give the month of a template, and what its editions have in common."""
    found = _NAMED.fullmatch(template_id)
    if found is None:
        return "", (template_id,)
    return found[2], (found[1], found[3] or "")
