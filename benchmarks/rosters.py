"""How fast the files that people bring are read: the national one, and Excel."""

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter import Workbook

from adapters.cpts_file import load_cpts
from adapters.roster_xlsx import read_xlsx
from benchmarks.measures import ROOT, Measure

EXAMPLES = ROOT / "examples"
NATIONAL_LINES, NATIONAL_BYTES = 2_000_000, 800_000_000
NATIONAL_BAR_S, NATIONAL_BAR_MB = 60, 150
WORKBOOK_ROWS, WORKBOOK_BAR_S = 2000, 3
_BLOCK_LINES = 10_000
_KB_PER_MB = 1024
_PEAK = """
import sys
from pathlib import Path
from adapters.annuaire_sante import load_table, read_extraction
rows = read_extraction(
    Path(sys.argv[1]), sys.argv[3:], load_table(Path(sys.argv[2]))
)
status = dict(line.split(":") for line in open("/proc/self/status"))
print(len(rows), status["VmHWM"].split()[0])  # ru_maxrss would be our parent's
"""
"""A process of its own: its memory is that of the reading alone."""


def roster_measures() -> tuple[Measure, ...]:
    """Read a national file and a workbook of the real sizes, in a folder that goes."""
    with TemporaryDirectory() as folder:
        return (*_national(Path(folder)), _workbook(Path(folder)))


def _national(folder: Path) -> tuple[Measure, Measure]:
    file = folder / "annuaire-sante.txt"
    _write_national(file)
    communes = (commune.code for commune in load_cpts(EXAMPLES / "cpts.yaml").communes)
    table = str(ROOT / "plan_templates" / "annuaire-sante.yaml")
    began = time.perf_counter()
    said = subprocess.run(  # noqa: S603 - our own program
        (sys.executable, "-c", _PEAK, str(file), table, *communes),
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )
    seconds = time.perf_counter() - began
    people, peak_kb = map(int, said.stdout.split())
    size = f"{file.stat().st_size / 1e9:.2f} GB"
    how = f"{NATIONAL_LINES} lines, {size}; {people} people of 129 communes"
    return (
        Measure("national_file", seconds, "s", how, NATIONAL_BAR_S),
        Measure(
            *("national_file_memory", peak_kb / _KB_PER_MB, "MB"),
            *(f"peak of the process: {how}", NATIONAL_BAR_MB),
        ),
    )


def _write_national(file: Path) -> None:
    """The lines of the example once, and strangers up to the size of the real file."""
    text = (EXAMPLES / "annuaire-sante.txt").read_bytes()
    header, *ours = text.splitlines(keepends=True)
    strangers = b"".join(islice(_strangers(ours[0]), _BLOCK_LINES))
    with file.open("wb") as out:
        out.write(header)
        out.writelines(ours)
        for _ in range((NATIONAL_LINES - len(ours)) // _BLOCK_LINES):
            out.write(strangers)
        left = (NATIONAL_LINES - len(ours)) % _BLOCK_LINES
        out.writelines(strangers.splitlines(keepends=True)[:left])


def _strangers(line: bytes) -> Iterator[bytes]:
    """Activities elsewhere, as long as the real ones: addresses, labels, names."""
    cells = line.split(b"|")
    address = [at for at in range(24, 34) if not cells[at]]
    filling = NATIONAL_BYTES // NATIONAL_LINES - len(line)
    for at in address:
        cells[at] = "É".encode() * (filling // len(address) // 2)
    commune = next(at for at, cell in enumerate(cells) if cell.startswith(b"99079"))
    for rank in range(_BLOCK_LINES):
        cells[commune] = b"%05d" % (1000 + rank)
        cells[1], cells[2] = b"%011d" % rank, b"8%011d" % rank
        yield b"|".join(cells)


def _workbook(folder: Path) -> Measure:
    file = folder / "roster.xlsx"
    book = Workbook(file)
    sheet = book.add_worksheet()
    lines = (EXAMPLES / "roster.csv").read_text("utf-8").splitlines()
    header, *people = (line.split(";") for line in lines)
    sheet.write_row(0, 0, header)
    for rank in range(WORKBOOK_ROWS):
        sheet.write_row(rank + 1, 0, people[rank % len(people)])
    book.close()
    began = time.perf_counter()
    rows = read_xlsx(file)
    seconds = time.perf_counter() - began
    how = f"{len(rows)} lines of {len(header)} columns, values and formulas"
    return Measure("excel_2000", seconds, "s", how, WORKBOOK_BAR_S)


if __name__ == "__main__":
    for measure in roster_measures():
        print(measure)
