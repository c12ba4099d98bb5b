"""The people of a file, whatever its kind: pages and commands read it the same way."""

from pathlib import Path

from adapters.annuaire_sante import load_table, read_extraction
from adapters.roster_csv import read_csv
from adapters.roster_format import RosterFormat, recognised
from adapters.roster_xlsx import read_xlsx
from adapters.templates import load_template
from domain.cpts import Cpts
from domain.roster import Roster, RosterRow
from domain.roster_reading import read_rows
from instance import DEFAULT_TEMPLATE, TEMPLATES

NATIONAL_TABLE = TEMPLATES / "annuaire-sante.yaml"


def read_roster(
    file: Path,
    tenant: Cpts,
    kind: RosterFormat = RosterFormat.AUTO,
    communes: tuple[str, ...] = (),
) -> Roster:
    """Read who may be called from a file.

    Args:
        file: Excel, CSV, or the national extraction.
        tenant: Whose communes, zones and places the file names.
        kind: Of the file; recognised by what it holds if it is not said.
        communes: INSEE codes to take from the national extraction; else the CPTS's.

    Raises:
        RosterFileError: It cannot be read.
    """
    codes = communes or tuple(each.code for each in tenant.communes)
    rows = _rows(file, kind, codes)
    return read_rows(rows, tenant, load_template(DEFAULT_TEMPLATE))


def _rows(
    file: Path, kind: RosterFormat, communes: tuple[str, ...]
) -> tuple[RosterRow, ...]:
    match recognised(file) if kind is RosterFormat.AUTO else kind:
        case RosterFormat.ANNUAIRE_SANTE:
            return read_extraction(file, communes, load_table(NATIONAL_TABLE))
        case RosterFormat.XLSX:
            return read_xlsx(file)
        case _:
            return read_csv(file)
