"""The form of a card of the plan: its fields in groups, with what may be chosen."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from domain.card import ALL, ALL_SCENARIOS, CardMode, CountsFrom
from domain.card_form import NEEDS, name_of
from domain.card_standing import family
from domain.card_words import PHASE_LABELS, labels
from domain.diff_labels import CARD_LABELS
from domain.refusal import refusals
from domain.sheet import Labelled
from domain.template import Template
from domain.wording import WAVE_LABELS
from web.console import new_nonce
from web.plan_page import ORIGINS
from web.views import Page

Options = tuple[tuple[str, str], ...]
NONE = ("", "Aucune")
_MODES = (
    (CardMode.CELL.value, "Dans la cellule"),
    (CardMode.SEATS.value, "Des places à tenir"),
    (CardMode.CONTRIBUTION.value, "Des nombres, depuis son lieu d'exercice"),
)
_FROM = (
    (CountsFrom.T0.value, "L'ordre reçu (T0)"),
    (CountsFrom.ORDER.value, "L'ordre que la fiche attend"),
    (CountsFrom.LIFTING.value, "La levée"),
    (CountsFrom.EVENT.value, "L'événement de sa condition"),
)
_DELAY = "15 min, 4 h, 2 jours…"
_SLOWER = "Si la crise est lente. Vide : le même."
_UNREADABLE = "Durée illisible ; écrivez par exemple 15 min, 1 h 30, 2 jours."
_CARD_IDS = "Écrivez des numéros de fiches : T1-05, TC-08."
_EXPECTED = {
    "jusqu_a": "Période illisible ; écrivez par exemple 30 jours, 6 mois, 1 an.",
    "jalons": "Une étape par ligne, comme « Provisoire : 30 jours, après TC-20 ».",
    "attendre_ordre": "Un ordre par ligne : SAMU, SDIS, ARS, PREFET, MINISTRE.",
    **dict.fromkeys(("depend_de", "equipe_de", "meme_appel"), _CARD_IDS),
}
_KEY = re.compile(r"« ([a-z_]+) »")


@dataclass(frozen=True)
class FormField:
    """One field of the form: text, lines, choice, boxes, box, numbers."""

    kind: str
    name: str
    label: str
    hint: str = ""
    options: Options = ()


@dataclass(frozen=True)
class FormGroup:
    """Fields that belong together, folded until one is asked for or refused."""

    label: str
    fields: tuple[FormField, ...]

    def is_wrong(self, errors: Mapping[str, str]) -> bool:
        """Is one of its fields refused?"""
        names = tuple(each.name for each in self.fields)
        return any(e in names or e.partition(".")[0] in names for e in errors)


@dataclass(frozen=True, kw_only=True)
class CardFormPage(Page):
    """A card to write, new or not."""

    path: str  # of the plan
    state: str
    at: str  # where it is posted
    card_id: str  # empty: it is new
    title: str
    groups: tuple[FormGroup, ...]
    number: int
    revision: int
    authors: Options
    origins: Options = ORIGINS
    like: str = ""  # the card that a new one starts from
    form: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False  # somebody else saved meanwhile
    nonce: str = field(default_factory=new_nonce)

    @property
    def labels(self) -> Mapping[str, str]:
        """Name each field, as the list of what is refused does."""
        return {each.name: each.label for g in self.groups for each in g.fields}


def groups(template: Template, card_id: str) -> tuple[FormGroup, ...]:
    """List the fields of a card, with the codes of the template.

    Args:
        template: The one of the plan.
        card_id: Of the card, whose type has its own scenarios; empty: it is new.
    """
    return (
        FormGroup("Ce que dit la fiche", tuple(_words())),
        FormGroup("Quand elle se joue", tuple(_moment(template, card_id))),
        FormGroup("Qui la mène", tuple(_people(template))),
        FormGroup("Ce qui la fait partir", tuple(_start(template))),
        FormGroup("Répétition, étapes datées", tuple(_repetition())),
        FormGroup("Ce qui la prouve, qui en est informé", tuple(_proof(template))),
    )


def _words() -> Iterator[FormField]:
    starts = "Un verbe d'abord : « Ouvrir le gymnase ». 80 caractères au plus."
    yield FormField("text", "titre", "Titre", starts)
    steps = "Une étape par ligne, de trois à six, 120 caractères au plus chacune."
    yield FormField("lines", "quoi", "À faire", steps)
    yield FormField("lines", "prudence", "Prudence", "120 caractères au plus.")
    sends = "Pour les messages de mission : 20 caractères au plus."
    yield FormField("text", "court", "Titre court", sends)


def _moment(template: Template, card_id: str) -> Iterator[FormField]:
    yield FormField("text", "echeance.rapide", "Délai", _DELAY)
    yield FormField("text", "echeance.lente", "Délai, crise lente", _SLOWER)
    yield FormField("choice", "depuis", "Délai compté depuis", options=_FROM)
    phases = tuple((phase.value, label) for phase, label in PHASE_LABELS.items())
    yield FormField("choice", "phase", "Phase", options=phases)
    when = "Ce qui la déclenche, en une phrase, si elle n'est pas toujours jouée."
    yield FormField("lines", "condition", "Condition", when)
    types = [t for t in template.types if family(card_id) in {"", str(t.number)}]
    scenarios = {each.code: each.label for t in types for each in t.scenarios}
    every = ((ALL_SCENARIOS, "Tous ceux de son type"), *scenarios.items())
    yield FormField("boxes", "scenarios", "Scénarios", options=every)


def _people(template: Template) -> Iterator[FormField]:
    professions = _options(template.professions)
    yield FormField("boxes", "roles", "Qui en répond", options=_options(template.roles))
    yield FormField("choice", "mode", "Comment on la mène", options=_MODES)
    yield FormField("text", "effectif.min", "Personnes, au moins")
    yield FormField("text", "effectif.cible", "Personnes, si possible")
    everyone = ((ALL, "Toutes les professions"), *professions)
    yield FormField("boxes", "professions", "Qui la mène", options=everyone)
    seats = "Pour des places à tenir. Leur somme fait « Personnes, au moins »."
    yield FormField("numbers", NEEDS, "Places gardées", seats, professions)
    skills = _options(template.skills)
    yield FormField("boxes", "competences", "Compétences", options=skills)
    yield FormField("box", "competence_requise", "Sans elles, pas de place")
    yield FormField("text", "equipe_de", "Équipe de", "Une fiche : T1-05.")


def _start(template: Template) -> Iterator[FormField]:
    orders = "Un par ligne, tous attendus ; « SAMU ou ARS » si l'un des deux suffit."
    yield FormField("lines", "attendre_ordre", "Attend l'ordre", orders)
    yield FormField("text", "depend_de", "Après", "Des fiches : T1-04, TC-08.")
    yield FormField("text", "meme_appel", "Même appel", "Une fiche : TC-09.")
    yield FormField("box", "deplacement", "Elle déplace quelqu'un")
    waves = tuple((w.code, WAVE_LABELS.get(w.code, w.code)) for w in template.waves)
    yield FormField("choice", "vague", "Vague d'alerte", options=(NONE, *waves))
    campaigns = ((c.code, WAVE_LABELS.get(c.code, c.code)) for c in template.campaigns)
    yield FormField("choice", "campagne", "Campagne", options=(NONE, *campaigns))


def _repetition() -> Iterator[FormField]:
    yield FormField("text", "recurrence.rapide", "Répétée toutes les", _DELAY)
    yield FormField("text", "recurrence.lente", "Répétée, crise lente", _SLOWER)
    dates = "À la place d'une répétition : 2 jours, 7 jours, 30 jours."
    yield FormField("text", "occurrences", "Dates", dates)
    until = "Après la levée : 30 jours, 6 mois, 1 an."
    yield FormField("text", "jusqu_a", "Répétée jusqu'à", until)
    yield FormField(
        "text", "passage_final", "Dernière fois", "Après la levée : 7 jours."
    )
    yield FormField("lines", "jalons", "Étapes datées", _EXPECTED["jalons"])


def _proof(template: Template) -> Iterator[FormField]:
    kinds = _options(template.proofs)
    yield FormField("choice", "preuve.kind", "Preuve", options=kinds)
    fields = "Un par ligne, comme « Heure d'ouverture ». Jamais rien d'un patient."
    yield FormField("lines", "preuve.champs", "Ce que la preuve demande", fields)
    asked = "Parmi ceux de la preuve, ceux que chacun compte chez soi."
    yield FormField("lines", "contribution", "Nombres demandés", asked)
    informed = _options(template.partners)
    yield FormField("boxes", "partenaires", "À informer", options=informed)


def _options(sheets: tuple[Labelled, ...]) -> Options:
    return tuple(labels(sheets).items())


def names(shown: tuple[FormGroup, ...]) -> Iterator[str]:
    """Give the name of every text of a form."""
    for each in (one for group in shown for one in group.fields):
        if each.kind == "numbers":
            yield from (f"{each.name}.{code}" for code, _ in each.options)
        else:
            yield each.name


def errors_of(
    refused: ValidationError, said: Mapping[str, object], typed: Mapping[str, str]
) -> dict[str, str]:
    """Say what is wrong beside each field."""
    errors: dict[str, str] = {}
    for place, rule in refusals(refused):
        name = name_of(place, said)
        unread = _UNREADABLE if rule.startswith("durée illisible") else rule
        told = _EXPECTED.get(name, unread) if typed.get(name, "").strip() else ""
        errors.setdefault(name, _sentence(told or "À remplir"))
    return errors


def error_of(rule: str) -> dict[str, str]:
    """Say a broken rule beside the first field that it names, with its label."""
    named = _KEY.search(rule)
    told = _KEY.sub(lambda m: f"« {CARD_LABELS.get(m[1], m[1])} »", rule)
    first = {"effectif": "effectif.min", "echeance": "echeance.rapide"}
    first |= {"preuve": "preuve.champs", "recurrence": "recurrence.rapide"}
    key = named[1] if named else ""
    return {first.get(key, key if key in CARD_LABELS else "form"): _sentence(told)}


def _sentence(rule: str) -> str:
    said = f"{rule[:1].upper()}{rule[1:]}"
    return said if said.endswith((".", "…")) else f"{said}."
