"""What the demonstration leaves in its folder, and its last words."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.database import documents, figures
from adapters.database.documents import DocumentRow
from archive import REPORT, filing
from domain.figures import Figures
from domain.reference import CrisisRef
from instance import PROJECT, Instance
from verify import verify_pack

REPORT_NAME, PACK_NAME, SUMMARY_NAME = "compte-rendu.pdf", "preuve.zip", "summary.json"


@dataclass(frozen=True)
class Keepsake:
    """What is left of a crisis once it was played."""

    folder: Path
    numbers: Figures
    mails: int
    accepted: bool  # by the verifier

    def tell(self, console: Console) -> None:
        """Say what was made, and how to open it."""
        verdict = "accepté" if self.accepted else "REFUSÉ"
        done = self.numbers.cards
        console.print(
            f"\n[bold]C'est fini.[/bold] {self.mails} courriels, "
            f"{done.done} fiches faites, "
            f"{sum(need.filled for need in self.numbers.needs)} places tenues, "
            f"{self.numbers.evidence.entries} lignes de registre.\n"
            f"Tout est dans {self.folder} :\n"
            "  compte-rendu.pdf   le compte rendu, tel que l'ARS l'a reçu\n"
            "  preuve.zip         le dossier de preuve, à ouvrir par dossier.pdf\n"
            "  mails/             chaque courriel (.eml), lisible dans une messagerie\n"
            "  summary.json       les chiffres\n"
            f"Dossier de preuve {verdict} par le vérificateur. Vérifiez-le :\n"
            f"  .venv/bin/tocsin evidence verify {self.folder}/{PACK_NAME}\n"
            "Tout est fictif : aucune personne, aucun numéro, aucune adresse n'existe.",
            soft_wrap=True,
        )


async def keep(
    instance: Instance, ref: CrisisRef, folder: Path, mails: int
) -> Keepsake:
    """Leave the report, the pack, its verifier and the figures in the folder."""
    sha256 = await filing(instance).pack(ref)
    kept = instance.settings.data_dir / "documents"
    pack = folder / PACK_NAME
    shutil.copyfile(kept / sha256, pack)
    shutil.copyfile(PROJECT / "verify.py", folder / "verify.py")
    database = instance.database
    async with database.read() as connection:
        made = await documents.of_crisis(connection, ref)
        numbers = await figures.of_crisis(connection, ref, database.now())
    report = next(row for row in made if row.kind == REPORT)
    shutil.copyfile(kept / report.sha256, folder / REPORT_NAME)
    accepted = verify_pack(pack, instance.signer.vkey).accepted
    summary = _summary(numbers, report, sha256)
    summary["evidence"]["verified"] = accepted
    (folder / SUMMARY_NAME).write_text(
        json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return Keepsake(folder, numbers, mails, accepted)


def _summary(numbers: Figures, report: DocumentRow, pack: str) -> dict[str, Any]:
    """Give the figures, and the documents as this folder names them."""
    return numbers.model_dump(mode="json") | {
        "documents": [
            {"kind": REPORT, "path": REPORT_NAME, "sha256": report.sha256},
            {"kind": "PACK", "path": PACK_NAME, "sha256": pack},
        ],
    }
