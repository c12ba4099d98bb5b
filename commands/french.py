"""The French of typer's remarks on wrong usage."""

import re

_REMARKS = (
    (r"Missing argument '?(.+?)'?\.(.*)", r"Il manque l'argument « \1 ».\2"),
    (r"Missing option '?(.+?)'?\.(.*)", r"Il manque l'option « \1 ».\2"),
    (r"Missing parameter:? '?(.+?)'?\.?", r"Il manque le paramètre « \1 »."),
    (r"Missing command\.", "Il manque une commande."),
    (r"No such option: (\S+)(.*)", r"L'option « \1 » n'existe pas.\2"),
    (r"No such command '(.+?)'\.(.*)", r"La commande « \1 » n'existe pas.\2"),
    (r"Got unexpected extra argument\(s\) \((.+)\)", r"En trop : « \1 »."),
    (r"Option '(.+)' requires an argument\.", r"L'option « \1 » attend une valeur."),
    (r"Option '(.+)' requires (\d+) arguments\.", r"« \1 » attend \2 valeurs."),
    (r"Option '(.+)' does not take a value\.", r"« \1 » n'attend pas de valeur."),
    (r"Invalid value for '?(.+?)'?: (.*)", r"Valeur refusée pour « \1 » : \2"),
    (r"Invalid value: (.*)", r"Valeur refusée : \1"),
)
_DETAILS = (
    (r"\(Possible options: (.+)\)", r"Voulez-vous dire \1 ?"),
    (r" Did you mean (.+)\?", r" Voulez-vous dire \1 ?"),
    (r"Choose from:\s*", "À choisir parmi : "),
    (r",\n\t", ", "),
    (r"Value error, ", ""),
    (r"(?i:file|directory|path) '(.+)' does not exist\.", r"« \1 » n'existe pas."),
    (r"(?i:file|path) '(.+)' is a directory\.", r"« \1 » est un dossier."),
    (r"(?i:directory|path) '(.+)' is a file\.", r"« \1 » est un fichier."),
    (r"\w+ '(.+)' is not readable\.", r"« \1 » ne peut pas être lu."),
    (r"\w+ '(.+)' is not writable\.", r"« \1 » ne peut pas être écrit."),
    (r"'(.*)': No such file or directory", r"« \1 » n'existe pas."),
    (r"'(.*)' is not one of (.+)\.", r"« \1 » n'est pas parmi \2."),
    (r"'(.*)' does not match the formats .+", r"« \1 » n'est pas une date lisible."),
    (r"Input should be a valid (?:date|time).*", "cette date ne se lit pas."),
    (r"Input should be a valid integer.*", "un nombre entier est attendu."),
    (r"Input should be a valid number.*", "un nombre est attendu."),
    (r"Input should be a valid boolean.*", "oui ou non est attendu."),
    (
        r"Input should be greater than or equal to (\S+).*",
        r"\1 est le plus petit permis.",
    ),
    (r"Input should be less than or equal to (\S+).*", r"\1 est le plus grand permis."),
)


def usage(message: str, path: str) -> str:
    """Give typer's remark in French, with what to type to learn more."""
    said = message
    for pattern, french in _REMARKS:
        said, found = re.subn(f"^{pattern}$", french, said, flags=re.DOTALL)
        if found:
            break
    for pattern, french in _DETAILS:
        said = re.sub(pattern, french, said)
    return f"{said}\nPour en savoir plus : {path} --help\n"
