"""`tocsin doctor`: is everything in place, and what to do if not."""

import json
import re
from typing import Annotated

import typer
from pydantic import SecretStr

from commands.checks import Finding, Level, check_all
from settings import Settings, load, variable

app = typer.Typer()

_KEYS = frozenset({"secret_key", "signing_key"})


@app.command()
def doctor(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Un document JSON, pour un programme.")
    ] = False,
) -> None:
    """Vérifie l'installation, dit quoi faire, et montre les réglages."""
    settings = load()
    findings = []
    for finding in check_all(settings):
        findings.append(finding)
        if not as_json:
            typer.echo(_line(finding))
    if as_json:
        typer.echo(_document(settings, tuple(findings)))
    else:
        typer.echo(_settings_page(settings))
    if any(finding.level is Level.BROKEN for finding in findings):
        raise typer.Exit(1)


def _line(finding: Finding) -> str:
    advice = f"\n{'':8} → {finding.advice}" if finding.advice else ""
    return f"{finding.level.value:<8} {finding.subject} : {finding.seen}{advice}"


def _document(settings: Settings, findings: tuple[Finding, ...]) -> str:
    checks = [
        {
            "niveau": finding.level.value,
            "sujet": finding.subject,
            "constat": finding.seen,
            "a_faire": finding.advice,
        }
        for finding in findings
    ]
    kept = {name: value for name, value, _ in described(settings)}
    return json.dumps({"verifications": checks, "reglages": kept}, ensure_ascii=False)


def _settings_page(settings: Settings) -> str:
    lines = (
        f"  {name} = {value}\n      {description}"
        for name, value, description in described(settings)
    )
    return "\nRéglages (variables d'environnement) :\n" + "\n".join(lines)


def described(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """List every setting: variable, value (secrets hidden), description."""
    return tuple(
        (variable(name), _shown(getattr(settings, name), name), field.description or "")
        for name, field in Settings.model_fields.items()
    )


def _shown(value: object, name: str) -> str:
    if value is None:
        return "—"
    if name in _KEYS:
        return "•••"
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    return re.sub(r"(?<=://)[^@/]*@", "•••@", text)
