"""The editor that whoever is at this terminal has chosen."""

import os
import shlex
import subprocess
from pathlib import Path

_USUAL = "notepad" if os.name == "nt" else "nano"


class NoEditorError(Exception):
    """The editor cannot be started; `editor` names it."""

    def __init__(self, editor: str) -> None:
        super().__init__(editor)
        self.editor = editor


def edit_file(path: Path) -> None:
    """Open a file, and wait until the editor is closed.

    Raises:
        NoEditorError: It does not start, or says that it failed.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _USUAL
    try:
        subprocess.run([*shlex.split(editor), path], check=True)  # noqa: S603 - theirs
    except (OSError, ValueError, subprocess.CalledProcessError) as failed:
        raise NoEditorError(editor) from failed
