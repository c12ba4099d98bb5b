"""`tocsin demo`: a whole crisis in a fictitious CPTS, in a minute and a half."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.cpts_file import load_cpts
from adapters.embedded import holder
from adapters.roster_csv import read_csv
from adapters.templates import load_template
from commands.acting import COORDINATOR
from commands.cast import Cast
from commands.habits import partner_of, place_of, script_of
from commands.keepsake import keep
from commands.life import EmbeddedLife, Plan
from commands.play import PACE, Play
from commands.story import load_story
from domain.cpts import Cpts
from domain.person import Person
from domain.reference import CrisisRef
from domain.roster_reading import read_rows
from domain.template import Template
from domain.typography import typeset
from instance import DEFAULT_TEMPLATE, PROJECT, Instance, opened
from settings import load

app = typer.Typer()
EXAMPLES = PROJECT / "examples"
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
    asyncio.run(_stage(folder, Console(highlight=False)).play(seed))


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


def _stage(folder: Path, console: Console) -> "Stage":
    tenant, template = (
        load_cpts(EXAMPLES / "cpts.yaml"),
        load_template(DEFAULT_TEMPLATE),
    )
    roster = read_rows(read_csv(EXAMPLES / "roster.csv"), tenant, template)
    return Stage(folder, console, tenant, template, roster.people)


@dataclass(frozen=True)
class Stage:
    """Where the demonstration is played, and for whom."""

    folder: Path
    console: Console
    tenant: Cpts
    template: Template
    people: tuple[Person, ...]

    def tell(self, sentence: str) -> None:
        """Say one step."""
        self.console.print(f"• {sentence}", soft_wrap=True)

    async def play(self, seed: int) -> None:
        """Set up an instance, play the crisis on it, leave what it made."""
        cast = self._cast(seed)
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
                ref = await self._played(instance, cast)
                await cast.leave()
                await asyncio.to_thread(life.stop)  # what is kept agrees: nothing moves
                (await keep(instance, ref, self.folder, cast.taken)).tell(self.console)
        finally:
            await cast.leave()
            await asyncio.to_thread(life.stop)
            server.close()

    def _cast(self, seed: int) -> Cast:
        return Cast(
            mails=self.folder / "mails",
            ars=self.tenant.ars_contact.email,
            scripts={
                person.email: script_of(seed, person.email, person.profession)
                for person in self.people
                if person.email
            },
            places={
                place.email: answer
                for place in self.tenant.structures
                if place.email and (answer := place_of(seed, place.email))
            },
            partners={
                partner.email: need
                for partner in self.tenant.every_partner
                if partner.email
                and (need := partner_of(seed, partner.email)) is not None
            },
            buttons={
                answer.code: typeset(f"« {answer.button} »")
                for answer in self.template.answers
                if answer.button
            },
            pace=PACE,
        )

    async def _played(self, instance: Instance, cast: Cast) -> CrisisRef:
        await self._settle(instance)
        story = load_story(EXAMPLES / "incendie.yaml")
        play = Play(instance, self.tenant, self.template, story, cast, self.console)
        return await play.run()

    async def _settle(self, instance: Instance) -> None:
        """Write down the CPTS, its people and its plan."""
        database, cpts_id = instance.database, self.tenant.cpts_id
        await add_cpts(database, self.tenant, COORDINATOR)
        await import_roster(database, cpts_id, self.people, COORDINATOR)
        await new_plan(database, cpts_id, self.template, COORDINATOR)
        self.tell(
            f"{self.tenant.name} : {len(self.people)} professionnels, "
            f"{len(self.tenant.communes)} communes, "
            f"{len(self.tenant.structures)} lieux, un plan."
        )
