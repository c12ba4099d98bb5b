"""The ports of a data folder, chosen by nobody who stays."""

from pathlib import Path

from adapters.embedded import Run, open_door


def ports_of(folder: Path) -> Run:
    """Choose the ports of a folder, as a first start does, and let them go."""
    run, door = open_door(folder)
    door.close()
    return run
