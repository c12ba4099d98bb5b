"""Read amounts and rules of payment from their file, every scalar a string."""

from pathlib import Path

import yaml

from domain.payment import VariablePart


def load_variable_part(path: Path) -> VariablePart:
    """Read what is known of the variable part; a fault of this file is ours."""
    said = yaml.CBaseLoader(path.read_text("utf-8")).get_single_data()
    return VariablePart.model_validate(said)
