"""Python's search for garbage, made rare: an act holds thousands of rows, none is."""

import gc

NEW_OBJECTS = 50_000  # between two searches; Python's own is 700


def search_rarely() -> None:
    """Leave alone what was imported so far, and search what comes now and then.

    The opening of a crisis of 500 people costs a sixth less processor.
    """
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)
