"""Run one command of typer's; wrong usage is told in French, exit code 2."""

import sys
from importlib import import_module

import typer
from typer.main import get_command

from commands.french import usage

_COMPLETION = frozenset({"install_completion", "show_completion"})
_INTERRUPTED = 130
_ALONE: dict[tuple[str, ...], str] = {  # typed all day: loaded without the others
    ("crisis", "status"): "standing"
}


def run(name: str, arguments: list[str]) -> int:
    """Run `commands/{name}.py` and return its exit code.

    What the command itself refuses goes through, for `commands/errors.py`.
    """
    path = f"tocsin {name}"
    if module := _ALONE.get((name, *arguments[:1])):
        path, name, arguments = f"{path} {arguments[0]}", module, arguments[1:]
    command = get_command(import_module(f"commands.{name}").app)
    command.params = [p for p in command.params if p.name not in _COMPLETION]
    shows_help = not arguments and command.no_args_is_help
    if shows_help or "--help" in arguments:
        import_module("commands.help").translate(command)  # rich takes its time
    try:
        code = command.main(arguments, prog_name=path, standalone_mode=False)
    except typer.TyperException as error:
        if not shows_help:
            within: typer.Context | None = getattr(error, "ctx", None)
            asked = within.command_path if within else path
            sys.stderr.write(usage(error.format_message(), asked))
        return error.exit_code
    except typer.Abort:
        return _INTERRUPTED
    return code if isinstance(code, int) else 0
