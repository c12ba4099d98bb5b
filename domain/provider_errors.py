"""What the rules refuse about providers of texts and calls."""

from domain.errors import PlanError


class ProvidersFileError(PlanError):
    """The file of providers is wrong: facts `file`, `key`, `rule` (in French)."""

    code = "FICHIER_FOURNISSEURS"
