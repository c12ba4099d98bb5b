"""Who may mobilise a CPTS, and lift the alert."""

from enum import StrEnum


class Authority(StrEnum):
    """The authorities whose order opens a crisis."""

    DG_ARS = "DG_ARS"
    PREFECT = "PREFET"
    MINISTER = "MINISTRE"

    @property
    def label(self) -> str:
        """The authority with its article: {autorite} of the messages."""
        return {"DG_ARS": "l'ARS", "PREFET": "le préfet"}.get(self, "le ministre")

    @property
    def of_label(self) -> str:
        """The authority after « de »: {de_autorite} of the messages."""
        return {"DG_ARS": "de l'ARS", "PREFET": "du préfet"}.get(self, "du ministre")
