"""An action card in French words: who, how many, by when, on whose order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.calendar import NBSP
from domain.card import ALL, ActionCard, CardMode, CountsFrom, Phase
from domain.duration import Period
from domain.printed_plan import PrintedCard, PrintedLine
from domain.proof_label import proof_label
from domain.sheet import Labelled
from domain.template import Template
from domain.wave import Delay
from domain.wording import ORDER_LABELS, WAVE_LABELS

LOCAL_PREFIX = "L"
PHASE_LABELS = {
    Phase.ALERT: "Alerte",
    Phase.BUILD_UP: "Montée en puissance",
    Phase.CONDUCT: "Conduite",
    Phase.WAY_OUT: "Sortie de crise",
    Phase.RETEX: "Retour d'expérience",
}
_FROM = {
    CountsFrom.T0: "après l'ordre reçu (T0)",
    CountsFrom.ORDER: "après l'ordre attendu",
    CountsFrom.LIFTING: "après la levée",
    CountsFrom.EVENT: "dès que la condition se présente",
}
_UNITS = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def span(length: timedelta) -> str:
    """Write a delay of the plan: « 2 h », « 1 jour 12 h », « 30 min »."""
    days, rest = divmod(length, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    parts = (
        f"{days}{NBSP}{_UNITS['D'][days > 1]}" if days else "",
        f"{hours}{NBSP}h" if hours else "",
        f"{minutes}{NBSP}min" if minutes else "",
    )
    return " ".join(part for part in parts if part) or "aussitôt"


def period(length: Period) -> str:
    """Write a period of the calendar: « 6 mois »."""
    return f"{length.count}{NBSP}{_UNITS[length.unit][length.count > 1]}"


def delay(both: Delay) -> str:
    """Write a delay: once, or for each kinetic."""
    if both.fast == both.slow:
        return span(both.fast)
    return f"{span(both.fast)} (crise rapide), {span(both.slow)} (crise lente)"


def every(both: Delay) -> str:
    """Write how often: « chaque jour », « toutes les 12 h »."""
    if both.fast == both.slow:
        return _every(both.fast)
    return f"{_every(both.fast)} (crise rapide), {_every(both.slow)} (crise lente)"


def _every(length: timedelta) -> str:
    if length in {_DAY, _HOUR}:
        return "chaque jour" if length == _DAY else "chaque heure"
    return f"{'toutes' if length < _DAY else 'tous'} les {span(length)}"


@dataclass(frozen=True, slots=True)
class CardWords:
    """Labels of the codes that cards hold."""

    roles: Mapping[str, str]
    professions: Mapping[str, str]
    skills: Mapping[str, str]
    partners: Mapping[str, str]
    proofs: Mapping[str, str]
    titles: Mapping[str, str]  # of cards
    scenarios: Mapping[str, str]

    @classmethod
    def of(cls, template: Template) -> "CardWords":
        """Take the words of a template."""
        return cls(
            roles=labels(template.roles),
            professions={**labels(template.professions), ALL: "Toutes les professions"},
            skills=labels(template.skills),
            partners=labels(template.partners),
            proofs=labels(template.proofs),
            titles={card.card_id: card.title for card in template.cards},
            scenarios={
                s.code: s.label for sheet in template.types for s in sheet.scenarios
            },
        )

    def printed(self, card: ActionCard, edits: tuple[str, ...] = ()) -> PrintedCard:
        """Write a card."""
        said = (
            ("Scénarios", self._scenarios(card)),
            ("Qui en répond", _listed(card.roles, self.roles)),
            ("Qui la mène", _listed(card.professions, self.professions)),
            ("Compétences", self._skills(card)),
            ("Effectif", self._staffing(card)),
            ("Délai", _due(card)),
            ("Étapes datées", _milestones(card)),
            ("Répétition", _repeated(card)),
            ("Condition", card.condition),
            ("Attend l'ordre", _orders(card)),
            ("Après", self._cards(card.depends_on)),
            ("Équipe de", self._cards((card.team_of,) if card.team_of else ())),
            (
                "Même appel",
                self._cards((card.same_call_as,) if card.same_call_as else ()),
            ),
            ("Vague d'alerte", _wave(card)),
            ("Départ", _departure(card)),
            ("Preuve", self._proof(card)),
            ("À informer", _listed(card.partners, self.partners)),
        )
        return PrintedCard(
            card_id=card.card_id,
            title=card.title,
            phase=PHASE_LABELS[card.phase],
            critical=card.critical,
            local=card.card_id.startswith(LOCAL_PREFIX),
            lines=tuple(
                PrintedLine(label=name, text=text) for name, text in said if text
            ),
            steps=card.steps,
            caution=card.caution,
            to_write=tuple(proof_label(name) for name in card.proof.fields),
            edits=edits,
        )

    def _scenarios(self, card: ActionCard) -> str:
        return " ; ".join(
            self.scenarios[s] for s in card.scenarios if s in self.scenarios
        )

    def _skills(self, card: ActionCard) -> str:
        wished = "" if card.skills_required or not card.skills else " (souhaité)"
        return _listed(card.skills, self.skills) + wished

    def _staffing(self, card: ActionCard) -> str:
        least, most = card.staffing.minimum, card.staffing.target
        number = f"{least}" if least == most else f"{least} à {most}"
        more = "s" * (most > 1)
        if card.mode is CardMode.CONTRIBUTION:
            wanted = f"{number} contribution{more} attendue{more}"
            return f"{wanted}, depuis son lieu d'exercice"
        seats = ", ".join(
            f"{self.professions[need.code]} {need.count}" for need in card.needs
        )
        where = (
            f"place{more} à tenir" if card.mode is CardMode.SEATS else "dans la cellule"
        )
        kept = f" ; au minimum : {seats}" if seats else ""
        return f"{number} {where}{kept}"

    def _cards(self, card_ids: Iterable[str]) -> str:
        return " ; ".join(f"{i} {self.titles.get(i, '')}".strip() for i in card_ids)

    def _proof(self, card: ActionCard) -> str:
        fields = ", ".join(proof_label(name).lower() for name in card.proof.fields)
        return f"{self.proofs.get(card.proof.kind, card.proof.kind)} : {fields}"


def labels(sheets: Iterable[Labelled]) -> dict[str, str]:
    """Label of each code."""
    return {sheet.code: sheet.label for sheet in sheets}


def _listed(codes: Iterable[str], words: Mapping[str, str]) -> str:
    return " ; ".join(words.get(code, code) for code in codes)


def _due(card: ActionCard) -> str:
    return f"{delay(card.due_after)} {_FROM[card.counts_from]}"


def _milestones(card: ActionCard) -> str:
    return " ; ".join(
        f"{proof_label(each.name)} : {delay(each.due_after)}"
        for each in card.milestones
    )


def _repeated(card: ActionCard) -> str:
    parts = []
    if card.recurs_after:
        parts.append(every(card.recurs_after))
    if card.occurrences:
        parts.append("à " + ", ".join(span(each) for each in card.occurrences))
    if card.repeats_until:
        parts.append(f"jusqu'à {period(card.repeats_until)} après la levée")
    if card.final_run_after:
        parts.append(f"une dernière fois {span(card.final_run_after)} après la levée")
    return " ; ".join(parts)


def _orders(card: ActionCard) -> str:
    groups = (" ou ".join(ORDER_LABELS[s] for s in g) for g in card.awaited_orders)
    return ", et ".join(groups)


def _wave(card: ActionCard) -> str:
    code = card.wave or card.campaign or ""
    return WAVE_LABELS.get(code, code)


def _departure(card: ActionCard) -> str:
    return "Aucun départ sans mission écrite acceptée." if card.moves_people else ""
