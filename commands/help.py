"""The French of typer's pages of help."""

import typer
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

_HELP = "Affiche cette aide."


def translate(command: TyperCommand | TyperGroup) -> None:
    """Give a command, and all those under it, a page of help in French."""
    rich_utils.ARGUMENTS_PANEL_TITLE = "Arguments"
    rich_utils.OPTIONS_PANEL_TITLE = "Options"
    rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
    rich_utils.DEFAULT_STRING = "[par défaut : {}]"
    rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
    rich_utils.ENVVAR_STRING = "[variable : {}]"
    _describe(command, typer.Context(command))


def _describe(command: object, context: typer.Context) -> None:
    if isinstance(command, TyperCommand | TyperGroup):
        option = command.get_help_option(context)
        if option is not None:
            option.help = _HELP
    if isinstance(command, TyperGroup):
        for inner in command.commands.values():
            _describe(inner, context)
