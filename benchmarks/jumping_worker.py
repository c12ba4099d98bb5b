"""The worker, by a clock that a file moves: what a wrong hour, put right, would do.

Ours alone moves: Temporal's core keeps the machine's. Under libfaketime, which moves
both, that core loses its heartbeats even with no offset: nothing was to be learnt.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import instance
import worker


def jump(file: Path, seconds: int) -> None:
    """Set the clock this far from the machine's."""
    file.write_text(str(seconds))


def main(file: str) -> None:
    """Run the worker until SIGTERM."""

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=int(Path(file).read_text() or 0))

    instance.utc_now = now
    worker.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
