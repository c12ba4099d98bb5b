"""`tocsin plan export`: the plan on paper, on a phone, in Word, as one page."""

from pathlib import Path
from typing import Annotated

import typer

from acts.plan_printing import sum_up
from commands.acting import perform
from domain.printed_plan import LONGEST_ADDRESSEE, Copy, Edition, PlanFormat
from instance import Instance

_PRIVATE = (PlanFormat.PDF, PlanFormat.HTML, PlanFormat.WORD)


def export(  # noqa: PLR0913 - one option each
    cpts: Annotated[
        str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")
    ],
    *,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="pdf (le plan entier), cards (les fiches, en A5), html (pour un "
            "téléphone sans réseau), docx (à relire dans Word), synthese (une page "
            "pour l'ARS) ou json (le texte exact).",
        ),
    ] = PlanFormat.PDF.value,
    edition: Annotated[
        str,
        typer.Option(help="crise (avec les coordonnées) ou publique (sans aucun nom)."),
    ] = Edition.CRISIS.lower(),
    version: Annotated[
        int | None, typer.Option(help="Numéro de la version ; sans lui, la dernière.")
    ] = None,
    copy: Annotated[
        int | None, typer.Option(min=1, help="Numéro de l'exemplaire.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="À qui l'exemplaire est remis.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="Où écrire le document.", dir_okay=False)
    ] = None,
) -> None:
    """Imprime le plan : édition de crise, numérotée, ou édition publique."""
    wanted = _format(form)
    if to and len(to) > LONGEST_ADDRESSEE:
        message = f"{LONGEST_ADDRESSEE} caractères au plus"
        raise typer.BadParameter(message, param_hint="--to")
    given = Copy(edition=_edition(edition), number=copy, addressee=to)
    path = output or Path(wanted.name_of(cpts, given))

    async def work(instance: Instance) -> bytes:
        from archive import print_plan  # noqa: PLC0415 - slow to import

        return await print_plan(instance, cpts, wanted, given, version)

    path.write_bytes(perform(work))
    typer.echo(f"Plan écrit dans {path}.")
    if given.edition is Edition.CRISIS and wanted in _PRIVATE:
        typer.echo(
            "Il contient des coordonnées personnelles : ne le publiez pas. Il est "
            "valable six mois ; au-delà, réimprimez-le."
        )


def summary(
    cpts: Annotated[
        list[str], typer.Argument(help="Identifiants des CPTS.", metavar="CPTS…")
    ],
    *,
    output: Annotated[
        Path, typer.Option(help="Où écrire le classeur.", dir_okay=False)
    ] = Path("synthese-ars.xlsx"),
) -> None:
    """Réunit les synthèses de plusieurs CPTS en un classeur, une ligne par CPTS."""

    async def work(instance: Instance) -> bytes:
        from adapters.summary_workbook import summary_workbook  # noqa: PLC0415 - slow
        from archive import plan_press  # noqa: PLC0415 - slow to import

        press = plan_press(instance)
        return summary_workbook(
            [await sum_up(instance.database, each, press) for each in cpts]
        )

    output.write_bytes(perform(work))
    typer.echo(f"Synthèse de {len(cpts)} CPTS écrite dans {output}.")


def _format(text: str) -> PlanFormat:
    try:
        return PlanFormat(text.lower())
    except ValueError:
        known = ", ".join(PlanFormat)
        message = f"« {text} » n'est pas un format : écrivez {known}"
        raise typer.BadParameter(message, param_hint="--format") from None


def _edition(text: str) -> Edition:
    try:
        return Edition(text.upper())
    except ValueError:
        message = f"« {text} » n'est pas une édition : écrivez crise ou publique"
        raise typer.BadParameter(message, param_hint="--edition") from None
