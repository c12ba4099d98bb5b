"""`tocsin demo`: a whole crisis in a fictitious CPTS, in a minute or so."""

import asyncio
import json
import os
import random
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster, new_plan
from acts.ending import LiftCrisis, lift_crisis
from adapters.cpts_file import load_cpts
from adapters.database import documents, figures, waves
from adapters.embedded import holder
from adapters.roster_csv import read_csv
from adapters.templates import load_template
from archive import REPORT, filing
from commands.acting import COORDINATOR, LEAD, set_going
from commands.cast import Cast
from commands.life import EmbeddedLife, Plan
from domain.authority import Authority
from domain.cpts import Cpts
from domain.crisis import ActivatedType, Activation
from domain.figures import Figures
from domain.reference import CrisisRef
from domain.roster_reading import read_rows
from domain.wording import ANSWER_LABELS
from instance import DEFAULT_TEMPLATE, PROJECT, Instance, opened
from settings import load
from verify import verify_pack

app = typer.Typer()
EXAMPLES = PROJECT / "examples"
PACE = 60  # a minute a second
PATIENCE_S = 100
LOOK_S = 0.25
MARK = ".demonstration"  # only a folder that holds it is swept


@app.command()
def demo(
    *,
    output: Annotated[
        Path | None, typer.Option(help="Où ranger les résultats (var/demo).")
    ] = None,
    seed: Annotated[int, typer.Option(help="Tirage des réponses simulées.")] = 1,
) -> None:
    """Joue une crise entière : ordre, alerte, réponses, levée, compte rendu, preuve."""
    folder = _swept(output or load().data_dir / "demo")
    stage = Stage(folder, Console(highlight=False))
    asyncio.run(stage.play(seed))


def _swept(folder: Path) -> Path:
    """Empty the folder of the last demonstration, and nothing else.

    Raises:
        typer.BadParameter: It holds something else, or a demonstration that runs.
    """
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise _refused(folder, "contient autre chose qu'une démonstration")
        if (pid := holder(folder / "instance")) is not None:
            raise _refused(folder, f"sert à une démonstration en cours (n° {pid})")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    return folder


def _refused(folder: Path, why: str) -> typer.BadParameter:
    message = f"{folder} {why} ; rien n'y est changé. Donnez un dossier vide"
    return typer.BadParameter(message, param_hint="--output")


@dataclass
class Stage:
    """Where the demonstration is played, and what it tells."""

    folder: Path
    console: Console

    def tell(self, sentence: str) -> None:
        """Say one step."""
        self.console.print(f"• {sentence}", soft_wrap=True)

    async def play(self, seed: int) -> None:
        """Play the crisis, from the order to the proof."""
        cast = Cast(
            tenant=load_cpts(EXAMPLES / "cpts.yaml"),
            mails=self.folder / "mails",
            dice=random.Random(seed),  # noqa: S311 - a play, not a secret
            slowest_s=1500 / PACE,
        )
        server = await cast.listen()
        environment = {
            "TOCSIN_DATA_DIR": str(self.folder / "instance"),
            "TOCSIN_SMTP_URL": f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            "TOCSIN_MAIL_FROM": "alerte@vallees-autan.example",
        }
        os.environ.update(environment)  # for our own acts; children get it as well
        life = EmbeddedLife(plan=Plan(environment=environment))
        self.tell("Démarrage : serveur Temporal, processus de travail, pages.")
        try:
            await asyncio.to_thread(life.start)
            async with opened(load()) as instance:
                await self._crisis(instance, cast)
        finally:
            await cast.leave()
            server.close()
            await asyncio.to_thread(life.stop)

    async def _crisis(self, instance: Instance, cast: Cast) -> None:
        """The story itself; each step waits for what the facts say."""
        ref = await self._order(instance, cast.tenant)
        await self._until(lambda: _wave_closed(instance, ref), instance, ref)
        told = await lift_crisis(
            instance.database,
            LiftCrisis(
                **ref.model_dump(),
                authority=Authority.DG_ARS,
                reference="DEMO-2026-118 bis",
                actor=LEAD,
            ),
        )
        await set_going(instance, ref)
        self.tell(f"Levée décidée par l'ARS : {told} personnes sont prévenues.")
        await self._until(lambda: _received(instance, ref), instance, ref)
        self.tell("Compte rendu envoyé à l'ARS, qui en accuse réception.")
        await self._finish(instance, ref, cast)

    async def _order(self, instance: Instance, tenant: Cpts) -> CrisisRef:
        database = instance.database
        template = load_template(DEFAULT_TEMPLATE)
        await add_cpts(database, tenant, COORDINATOR)
        rows = read_csv(EXAMPLES / "roster.csv")
        roster = read_rows(rows, tenant, template)
        await import_roster(database, tenant.cpts_id, roster.people, COORDINATOR)
        await new_plan(database, tenant.cpts_id, template, COORDINATOR)
        self.tell(
            f"{tenant.name} : {len(roster.people)} professionnels, "
            f"{len(tenant.communes)} communes, un plan."
        )
        now = database.now()
        order = OpenCrisis(
            cpts_id=tenant.cpts_id,
            activation=Activation(
                types=(ActivatedType(code="SICK", scenarios=("INCENDIE_FUMEES",)),),
                authority=Authority.DG_ARS,
                caller="Dominique Lefictif",
                caller_function="cadre d'astreinte",
                received_at=now - timedelta(seconds=12),
                called_back_at=now - timedelta(seconds=4),
                reference="DEMO-2026-118",
                place="Castelorzac",
                perimeter="Communes du Bas-Autan sous les fumées",
                mission="Appuyer les EHPAD exposés aux fumées",
                pace=PACE,
            ),
            actor=LEAD,
        )
        ref = await open_crisis(database, order, instance.keys.link_key)
        await set_going(instance, ref)
        self.tell(f"22 h : ordre de l'ARS, rappelé et inscrit. Crise {ref.crisis_id}.")
        return ref

    async def _until(
        self,
        holds: Callable[[], Awaitable[bool]],
        instance: Instance,
        ref: CrisisRef,
    ) -> None:
        """Watch the crisis until something holds.

        Raises:
            TimeoutError: It did not, in time.
        """
        with Live(console=self.console, transient=True) as live:
            async with asyncio.timeout(PATIENCE_S):
                while not await holds():
                    if self.console.is_terminal:  # counting takes its time
                        live.update(_board(await _count(instance, ref)))
                    await asyncio.sleep(LOOK_S)
        self.console.print(_board(await _count(instance, ref)))

    async def _finish(self, instance: Instance, ref: CrisisRef, cast: Cast) -> None:
        """Leave the report, the pack, the mails and the figures in the folder."""
        sha256 = await filing(instance).pack(ref)
        kept = instance.settings.data_dir / "documents"
        pack = self.folder / "preuve.zip"
        shutil.copyfile(kept / sha256, pack)
        shutil.copyfile(PROJECT / "verify.py", self.folder / "verify.py")
        async with instance.database.read() as connection:
            made = await documents.of_crisis(connection, ref)
        report = next(row for row in made if row.kind == REPORT)
        shutil.copyfile(kept / report.sha256, self.folder / "compte-rendu.pdf")
        verdict = verify_pack(pack, instance.signer.vkey)
        numbers = await _count(instance, ref)
        summary = numbers.model_dump(mode="json") | {
            "documents": [
                {
                    "kind": REPORT,
                    "path": "compte-rendu.pdf",
                    "sha256": report.sha256,
                },
                {"kind": "PACK", "path": pack.name, "sha256": sha256},
            ],
        }
        summary["evidence"]["verified"] = verdict.accepted
        (self.folder / "summary.json").write_text(
            json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
        self._last_words(numbers, cast, accepted=verdict.accepted)

    def _last_words(self, numbers: Figures, cast: Cast, *, accepted: bool) -> None:
        verdict = "accepté" if accepted else "REFUSÉ"
        self.console.print(
            f"\n[bold]C'est fini.[/bold] Dans {self.folder} :\n"
            "  compte-rendu.pdf   le compte rendu, tel que l'ARS l'a reçu\n"
            "  preuve.zip         le dossier de preuve, à ouvrir par dossier.pdf\n"
            f"  mails/             les {cast.taken} courriels envoyés (.eml)\n"
            "  summary.json       les chiffres\n"
            f"Dossier de preuve {verdict} par le vérificateur : "
            f"{numbers.evidence.entries} lignes de registre.\n"
            f"Vérifiez-le : .venv/bin/tocsin evidence verify {self.folder}/preuve.zip\n"
            "Tout est fictif : aucune personne, aucun numéro, aucune adresse n'existe.",
            soft_wrap=True,
        )


async def _count(instance: Instance, ref: CrisisRef) -> Figures:
    async with instance.database.read() as connection:
        return await figures.of_crisis(connection, ref, instance.database.now())


async def _wave_closed(instance: Instance, ref: CrisisRef) -> bool:
    async with instance.database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    return all(row.closed_at is not None for row in rows)


async def _received(instance: Instance, ref: CrisisRef) -> bool:
    async with instance.database.read() as connection:
        posted = await documents.transmissions_of(connection, ref)
    return bool(posted) and all(row.received_at is not None for row in posted)


def _board(numbers: Figures) -> Table:
    """Lay out where the crisis stands, for a terminal of 80 columns."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    alerts, answers = numbers.alerts, numbers.answers
    table.add_row("messages partis", f"{alerts.sent} sur {alerts.asked}")
    for code, label in ANSWER_LABELS.items():
        if answers[code]:
            table.add_row(label, str(answers[code]))
    for need in numbers.needs:
        label = (need.profession or "toute profession").replace("_", " ").lower()
        bar = "█" * need.filled + "·" * (need.needed - need.filled)
        table.add_row(f"places, {label}", f"{bar} {need.filled} sur {need.needed}")
    return table
