"""What the letters of a roll call say, and those that hold a code."""

from domain.notice import Notice
from domain.roll_call import RollCallKind
from domain.typography import typeset
from domain.wave import Channel

_HOW = (
    "Si une crise sanitaire touche notre territoire, comment vous prévenir ? La page "
    "montre ce que nous savons de vous : corrigez, choisissez ce que vous acceptez. "
    "Deux minutes suffisent."
)
_FREE = (
    "Rien ne vous oblige à vous porter volontaire, et aucun motif n'est demandé. Vous "
    "pourrez changer d'avis."
)
_STILL = (
    "Un numéro change, et l'alerte n'arrive pas. La page montre ce que nous savons de "
    "vous : confirmez en un geste, ou corrigez."
)
_NO_CRISIS = (
    "Ceci est un essai : il n'y a pas de crise, rien ne vous est demandé d'autre."
)
_ONE_TAP = (
    "Ouvrez le lien et appuyez sur « Bien reçu », dès que vous le pouvez sans danger "
    "ni gêne pour un patient. Nous saurons que l'alerte vous parvient."
)
_WORDS = {
    RollCallKind.ENROL: Notice(
        subject="Vos coordonnées de crise",
        paragraphs=(_HOW, _FREE),
        button="Ouvrir ma page",
    ),
    RollCallKind.EXACT: Notice(
        subject="Vos coordonnées de crise : toujours exactes ?",
        paragraphs=(_STILL,),
        button="Ouvrir ma page",
    ),
    RollCallKind.TEST: Notice(
        subject="Essai d'alerte : un geste",
        paragraphs=(_NO_CRISIS, _ONE_TAP),
        button="Ouvrir l'essai",
    ),
}


_TEST_TEXT = "essai d'alerte, il n'y a pas de crise. Ouvrez ce lien, puis Bien reçu :"
_TEST_CALL = (
    "ceci est un essai d'alerte, il n'y a pas de crise. Tapez 1 pour dire que l'alerte "
    "vous parvient. Tapez 1, merci."
)


def words_of(kind: RollCallKind, channel: Channel = Channel.MAIL) -> Notice:
    """Write the letter of a roll call; of a test, the text and the call too."""
    words = _WORDS[kind]
    match channel:
        case Channel.MAIL:
            return _typeset(words)
        case Channel.TEXT:
            return words.model_copy(update={"paragraphs": (_TEST_TEXT,)})
        case Channel.CALL:
            said = {"paragraphs": (_TEST_CALL,), "button": None}
            return words.model_copy(update=said)


def with_code(code: str, minutes: int, channel: Channel = Channel.MAIL) -> Notice:
    """Write, or say, the code that proves an address."""
    subject = "Code pour vérifier votre adresse"
    if channel is Channel.CALL:  # digit after digit, twice: nobody can scroll back
        aloud = ", ".join(code)
        said = (f"votre code est {aloud}. Je répète : {aloud}.",)
        return Notice(subject=subject, paragraphs=said)
    until = f"Tapez-le sur votre page dans les {minutes} minutes."
    ignore = "Vous n'avez rien demandé ? Ignorez ce message."
    if channel is Channel.TEXT:
        return Notice(subject=subject, paragraphs=(f"votre code est {code}.", until))
    words = (f"Votre code : {code}", f"{until} {ignore}")
    return _typeset(Notice(subject=subject, paragraphs=words))


def _typeset(words: Notice) -> Notice:
    said = {
        "subject": typeset(words.subject),
        "paragraphs": tuple(map(typeset, words.paragraphs)),
        "button": words.button and typeset(words.button),
    }
    return words.model_copy(update=said)
