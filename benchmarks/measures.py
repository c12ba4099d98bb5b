"""What was measured: statistics, the table, `summary.json`."""

import json
import math
import os
import platform
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measure:
    """One figure, and the most that it may be, or the least."""

    name: str
    value: float
    unit: str
    how: str
    bar: float | None = None  # none: reported, holds nothing
    runs: tuple[float, ...] = ()
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Say if the figure is within its bar."""
        if self.bar is None or not self.at_least:
            return self.bar is None or self.value <= self.bar
        return self.value >= self.bar

    @property
    def sign(self) -> str:
        """Say on which side of its bar the figure holds."""
        return "≥" if self.at_least else "≤"


def percentile(values: Sequence[float], share: float) -> float:
    """Give the nearest-rank percentile: a value that was really measured.

    Args:
        values: At least one.
        share: Above 0, at most 1: 0.99 for p99.
    """
    return sorted(values)[math.ceil(share * len(values)) - 1]


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Divide pair by pair: what a pair shares (a slow minute) cancels."""
    return tuple(mine / other for mine, other in zip(ours, theirs, strict=True))


def median_of(
    name: str, unit: str, runs: Sequence[float], how: str, bar: float | None = None
) -> Measure:
    """Make a measure of the median of its runs."""
    return Measure(name, statistics.median(runs), unit, how, bar, tuple(runs))


def document(measures: Sequence[Measure], about: dict[str, object]) -> str:
    """Write `summary.json`: `{name: {value, unit, bar, holds, runs, how}, _about}`."""
    content: dict[str, object] = {
        measure.name: {
            "value": _rounded(measure.value),
            "unit": measure.unit,
            "bar": measure.bar,
            "holds": measure.holds,
            "runs": [_rounded(run) for run in measure.runs],
            "how": measure.how,
        }
        for measure in measures
    }
    return json.dumps(content | {"_about": about}, indent=2, ensure_ascii=False) + "\n"


def _rounded(value: float) -> float:
    return round(value, 4)


def report(measures: Sequence[Measure], folder: Path, **about: object) -> int:
    """Print the table, write `summary.json`; give the exit code."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").write_text(document(measures, _about() | about))
    Console(width=110).print(_table(measures))
    broken = [measure.name for measure in measures if not measure.holds]
    if broken:
        print(f"bars that do not hold: {', '.join(broken)}")
    return 1 if broken else 0


def _table(measures: Sequence[Measure]) -> Table:
    table = Table("measure", "value", "bar", "", "runs", show_edge=False)
    for measure in measures:
        low, high = (f(measure.runs or (measure.value,)) for f in (min, max))
        table.add_row(
            measure.name,
            f"{measure.value:.4g} {measure.unit}",
            "" if measure.bar is None else f"{measure.sign} {measure.bar:g}",
            "[green]ok[/]" if measure.holds else "[red]NO[/]",
            f"{len(measure.runs)}: {low:.4g} to {high:.4g}" if measure.runs else "",
        )
    return table


def _about() -> dict[str, object]:
    """Name the machine and the commit."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no")),
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "load": [round(load, 2) for load in os.getloadavg()],
            "python": platform.python_version(),
        },
    }


def _git(*order: str) -> str:
    program = shutil.which("git")
    if program is None:
        return "unknown"
    done = subprocess.run(  # noqa: S603 - fixed words, no shell
        (program, "-C", str(ROOT), *order), capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = [line.partition(":")[2] for line in lines if line.startswith("model name")]
    return named[0].strip() if named else platform.machine()
