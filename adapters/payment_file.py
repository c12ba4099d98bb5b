"""Read amounts and rules of payment from their files, every scalar a string."""

from pathlib import Path

import yaml

from domain.fixed_part import FixedPart
from domain.payment import VariablePart


def load_variable_part(path: Path) -> VariablePart:
    """Read what is known of the variable part; a fault of this file is ours."""
    return VariablePart.model_validate(_read(path))


def load_fixed_part(path: Path) -> FixedPart:
    """Read what is known of the fixed part; a fault of this file is ours."""
    return FixedPart.model_validate(_read(path))


def _read(path: Path) -> object:
    said: object = yaml.CBaseLoader(path.read_text("utf-8")).get_single_data()
    return said
