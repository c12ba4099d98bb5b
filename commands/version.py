"""`tocsin version`: which Tocsin this is."""

from importlib.metadata import version as installed
from platform import python_version

import typer

app = typer.Typer()


@app.command()
def version() -> None:
    """Dit la version de Tocsin et celle de Python."""
    typer.echo(f"Tocsin {installed('tocsin')} (Python {python_version()})")
