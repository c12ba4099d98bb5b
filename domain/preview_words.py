"""What an order would set off, in French: whom, when, and one sentence that says it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.before_sending import BeforeSending, ChannelLoad
from domain.calendar import french_day, french_hour, french_instant
from domain.cpts import Cpts
from domain.crisis import Activation, CrisisState
from domain.overcall import SeatCall
from domain.plan import Plan
from domain.preview import REQUEST, ExpectedWave, Preview
from domain.wave import PARTNERS_WAVE, Channel, Kinetic
from domain.wave_departure import Wait
from domain.wording import giver_label

_NAMED = 5  # people in one sentence
_CHANNELS = {
    Channel.MAIL: "Courriel",
    Channel.TEXT: "SMS",
    Channel.CALL: "Appel",
}
_WHY = {
    Wait.STATE: "pas en pré-alerte : partira une fois l'autorité rappelée",
    Wait.HELD: "retenue",
    Wait.NOT_NEEDED: "seulement s'il manque du monde",
}


def people(number: int) -> str:
    """Count people: « personne », « 1 personne », « 12 personnes »."""
    if not number:
        return "personne"
    return f"{number} personne{'s' * (number > 1)}"


def partners(number: int) -> str:
    """Count partners: « aucun partenaire », « 1 partenaire », « 12 partenaires »."""
    return f"{number or 'aucun'} partenaire{'s' * (number > 1)}"


def _load(load: ChannelLoad) -> str:
    """Say what a channel carries: « SMS : 212 personnes, en 11 s, 12,51 € au plus »."""
    said = f"{_CHANNELS[load.channel]} : {people(load.people)}"
    if load.within is None:
        return said
    seconds = math.ceil(load.within.total_seconds())
    minutes, left = divmod(seconds, 60)
    long = f"{minutes} min" if minutes else f"{left} s"
    cost = f"{load.centimes / 100:.2f}".replace(".", ",")
    return f"{said}, en {long} environ, {cost} € au plus"


@dataclass(frozen=True)
class ForeseenWave:
    """One wave that an order would set off, in words."""

    people: str
    purpose: str
    when: str


@dataclass(frozen=True)
class ReachLines:
    """What an order would set off, in words."""

    headline: str
    night: str
    waves: tuple[ForeseenWave, ...]
    pace: str
    cards: int
    seats: int
    channels: tuple[str, ...]
    calls: tuple[str, ...]  # the seats of each profession, and how many to call
    faults: tuple[str, ...]  # whom nothing reaches, texts that are too long


@dataclass(frozen=True)
class PreviewWords:
    """The words of one preview."""

    tenant: Cpts
    plan: Plan
    said: Activation
    found: Preview
    before: BeforeSending
    calls: tuple[SeatCall, ...] = ()

    def reach(self) -> ReachLines:
        """Say the third screen."""
        return ReachLines(
            headline=self._headline(),
            night=self._night() if self.found.night else "",
            waves=tuple(self._waves()),
            pace=(
                "rapide : tout se compte en minutes"
                if self.found.kinetic is Kinetic.FAST
                else "lent : tout se compte en heures"
            ),
            cards=self.found.cards,
            seats=self.found.seats,
            channels=tuple(_load(each) for each in self.before.loads),
            calls=tuple(self._calls()),
            faults=tuple(self._faults()),
        )

    def _night(self) -> str:
        """Say who sleeps, and until when."""
        template, kinetic = self.plan.template, self.found.kinetic
        table = template.departures.night
        said = f"Il fait nuit ({table.starts:%-H} h à {table.ends:%-H} h) : les "
        asked = (each for each in template.waves if each.code == REQUEST)
        within = next((each.answer_within for each in asked), None)
        if kinetic is Kinetic.SLOW or within is None:
            return f"{said}volontaires sont sollicités au matin."
        delay = within.of(kinetic) // timedelta(minutes=1)
        return (
            f"{said}volontaires qui ne veulent pas être réveillés dorment. Si un "
            f"minimum n'est pas atteint à la fin du délai de réponse ({delay} min), "
            "ils sont réveillés pour répondre ; sinon, ils sont prévenus au matin."
        )

    def _calls(self) -> Iterator[str]:
        template = self.plan.template
        for each in self.calls:
            yield each.told(template.profession(each.profession).label)

    def _faults(self) -> Iterator[str]:
        """Say whom nothing reaches, and what is wrong with the texts."""
        lost = self.before.unreachable
        if lost:
            named = ", ".join(each.full_name for each in lost[:_NAMED])
            more = f" et {len(lost) - _NAMED} de plus" * (len(lost) > _NAMED)
            yield f"Rien ne joint {people(len(lost))}, à appeler : {named}{more}."
        for text in self.before.too_long:
            yield (
                f"Le message {text.code} fait {text.septets} caractères : "
                f"{text.segments} SMS par personne."
            )
        swaps = dict(pair for text in self.before.texts for pair in text.replaced)
        if swaps:
            told = ", ".join(f"{bad} devient {safe}" for bad, safe in swaps.items())
            yield f"Un SMS ne porte pas certains caractères : {told}."

    def _headline(self) -> str:
        number = self.found.at_once
        if not number:
            return "Rien ne part à l'instant où vous confirmez."
        leaves = "part" if number == 1 else "partent"
        messages = "message" if number == 1 else "messages"
        return f"{number} {messages} {leaves} dès que vous confirmez."

    def _waves(self) -> Iterator[ForeseenWave]:
        for wave in self.found.waves:
            count = partners if wave.code == PARTNERS_WAVE else people
            whom = count(wave.people)
            yield ForeseenWave(
                people=f"{whom[:1].upper()}{whom[1:]}",
                purpose=wave.purpose,
                when=self._when(wave),
            )

    def _when(self, wave: ExpectedWave) -> str:
        departure = wave.departure
        if wave.code == PARTNERS_WAVE and not wave.people:
            return "le fichier de la CPTS n'en nomme aucun"
        if departure.waits_for is Wait.CARD:
            titles = {card.card_id: card.title for card in self.plan.template.cards}
            awaited = ", ".join(titles.get(code, code) for code in departure.cards)
            hour = wave.not_before
            soonest = f", {self._hour(hour)} au plus tôt" if hour else ""
            return f"une fois faite la fiche « {awaited} »{soonest}"
        if departure.leaves_at is None:
            return _WHY.get(departure.waits_for or Wait.HELD, "")
        if departure.waits_for is None:
            asleep = (
                f", dont {wave.asleep} au matin au plus tard" if wave.asleep else ""
            )
            return f"aussitôt{asleep}"
        return self._hour(departure.leaves_at)

    def _hour(self, at: datetime) -> str:
        zone = self.tenant.zone_info
        day = french_day(at, zone)
        if day == french_day(self.found.now, zone):
            return f"à {french_hour(at, zone)}"
        if day == french_day(self.found.now + timedelta(days=1), zone):
            return f"demain à {french_hour(at, zone)}"
        return f"le {french_instant(at, zone)}"

    def sentence(self) -> str:
        """Say what confirming opens."""
        pre_alert = self.said.opening_state is CrisisState.PRE_ALERT
        if self.said.exercise:
            kind = f"un exercice{' en pré-alerte' * pre_alert}"
        else:
            kind = "une pré-alerte" if pre_alert else "une crise"
        return f"Vous ouvrez {kind}, avec {self.found.cards} fiches à suivre."

    def departures(self) -> str:
        """Say each departure: now, at its hour, or after a card."""
        said = [
            f"{people(wave.people)} {self._when(wave)}"
            for wave in self._expected()
            if wave.code != PARTNERS_WAVE
        ]
        if not said:
            return "Aucun message ne part."
        told = (wave for wave in self._expected() if wave.code == PARTNERS_WAVE)
        also = (f" Et {partners(wave.people)}, {self._when(wave)}." for wave in told)
        return f"Seront prévenues par courriel : {' ; '.join(said)}.{''.join(also)}"

    def _expected(self) -> Iterator[ExpectedWave]:
        """List the waves that reach somebody, once their hour or their card comes."""
        for wave in self.found.waves:
            departure = wave.departure
            if wave.people and (
                departure.leaves_at or departure.waits_for is Wait.CARD
            ):
                yield wave

    def action(self) -> str:
        """Write the button."""
        if self.said.exercise:
            return "Ouvrir l'exercice"
        if self.said.opening_state is CrisisState.PRE_ALERT:
            return "Ouvrir la pré-alerte"
        return "Ouvrir la crise"

    def summary(self) -> tuple[tuple[str, str], ...]:
        """Recall the order."""
        said, zone = self.said, self.tenant.zone_info
        scenarios = self.plan.template.scenarios_of(said.types)
        called_back = (
            french_hour(said.called_back_at, zone)
            if said.called_back_at
            else "pas encore"
        )
        lines = [
            ("Situation", " ; ".join(each.label for each in scenarios)),
            ("Qui demande", f"{giver_label(said)} ({said.caller})"),
            ("Reçu", f"le {french_instant(said.received_at, zone)}"),
            ("Rappelé à", called_back),
            ("Référence écrite", said.reference or "attendue"),
            ("Lieu", said.place),
            ("Périmètre", said.perimeter),
            ("Mission", said.mission),
        ]
        if said.pace > 1:
            lines.append(("Vitesse de l'exercice", f"{said.pace} fois plus vite"))
        if said.authority is None:
            lines[1] = ("Décidé par", f"{said.caller}, initiative de la CPTS")
            del lines[3]
        return tuple(lines)
