"""What many commands are given: a crisis, who acts, the form of the answer."""

from typing import Annotated

import typer

Actor = Annotated[
    str, typer.Option("--actor", help="Code du rôle de qui agit.", metavar="ROLE")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Un document JSON, pour un programme.")
]
CrisisId = Annotated[
    str, typer.Argument(help="Identifiant de la crise.", metavar="CRISE")
]
