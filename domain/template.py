"""A plan template: roles, words, waves and cards that implement a trame."""

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated

from pydantic import Field

from domain.answer import Availability
from domain.campaign import CampaignSheet
from domain.card import ActionCard
from domain.crisis import ActivatedType
from domain.crisis_type import Scenario, TypeSheet, without
from domain.departure import DepartureRules, DepartureTable
from domain.errors import UnknownTypeError
from domain.exercise import ExerciseSheet
from domain.form import SectionForm
from domain.letter_sheet import Definition, LetterSheet
from domain.message import InGsm7, Message, Variable
from domain.report_sheet import ArsSummarySheet, SituationReportSheet
from domain.section import Section
from domain.sheet import Code, Coded, Labelled, Sheet, Text, by_code, by_text
from domain.wave import Audience, WaveSheet
from domain.yearly_update import YearlyUpdate

TemplateId = Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]


class Role(Labelled):
    """A role of the crisis cell, held by one person."""

    deputy_required: bool = Field(alias="suppleant_requis")

    @property
    def short_label(self) -> str:
        """Its name without what a comma or brackets add."""
        return self.label.partition(",")[0].partition(" (")[0]


class Profession(Labelled):
    """A profession, its other names, its code in the national terminology G15."""

    national_code: Text | None = Field(default=None, alias="tre_g15")
    other_names: tuple[Text, ...] = Field(default=(), alias="autres_noms")


class AnswerSheet(Coded):
    """An answer that people may give, and the button that gives it."""

    button: Annotated[str, Field(max_length=16)] | None = Field(
        default=None, alias="bouton"
    )
    details: tuple[str, ...] = Field(alias="precise")
    waves: tuple[Code, ...] = Field(alias="vagues", min_length=1)


class Pages(Sheet):
    """The sentences of the answer pages."""

    under_buttons: Text = Field(alias="sous_les_boutons")
    forwarded_link: Text = Field(alias="lien_transfere")
    late: Text = Field(alias="tardive")
    before_mission: Text = Field(alias="avant_mission")
    employer: Text = Field(alias="employeur")
    absence: Text
    two_cpts: Text = Field(alias="deux_cpts")
    stop: Text = Field(alias="arret")
    stop_safety: Text = Field(alias="arret_securite")
    survey_done: Text = Field(alias="enquete_deja")
    survey_who: Text = Field(alias="enquete_qui")
    end_of_alert: tuple[Text, ...] = Field(alias="fin_alerte", min_length=1)


class Voice(Sheet):
    """What the telephone says, and which key is which answer."""

    request: Text = Field(alias="demande")
    safety: Text = Field(alias="securite")

    def keys(self, offered: Collection[str]) -> str:
        """Say which key is which answer of a wave; nothing if it asks for none."""
        if not offered:
            return ""
        return self.safety if Availability.SHELTERED in offered else self.request


class Template(Sheet):
    """A whole template, read from its folder; `domain.template_rules` checks it."""

    template_id: TemplateId = Field(alias="id")
    title: Text = Field(alias="titre")
    note: Text
    small: bool = Field(alias="petit_plan")
    marks: Annotated[tuple[Labelled, ...], by_code] = Field(alias="marques")
    roles: Annotated[tuple[Role, ...], by_code]
    professions: Annotated[tuple[Profession, ...], by_code]
    skills: Annotated[tuple[Labelled, ...], by_code] = Field(alias="competences")
    links: Annotated[tuple[Labelled, ...], by_code] = Field(alias="liens")
    statuses: Annotated[tuple[Labelled, ...], by_code] = Field(alias="statuts")
    partners: Annotated[tuple[Labelled, ...], by_code] = Field(alias="partenaires")
    proofs: Annotated[tuple[Labelled, ...], by_code] = Field(alias="preuves")
    structures: Annotated[tuple[Labelled, ...], by_code]
    answers: Annotated[tuple[AnswerSheet, ...], by_code] = Field(alias="reponses")
    pages: Pages
    voice: Voice = Field(alias="voix")
    sections: tuple[Section, ...]
    forms: tuple[SectionForm, ...] = Field(alias="formulaires")
    waves: tuple[WaveSheet, ...] = Field(alias="vagues", min_length=1)
    campaigns: tuple[CampaignSheet, ...] = Field(alias="campagnes")
    departure_rules: DepartureRules = Field(alias="regles_de_depart")
    departures: DepartureTable = Field(alias="departs")
    variables: Annotated[tuple[Variable, ...], by_code]
    exercise_prefix: Annotated[Text, InGsm7] = Field(alias="prefixe_exercice")
    messages: Annotated[tuple[Message, ...], by_text]
    situation_report: SituationReportSheet = Field(alias="point_de_situation")
    ars_summary: ArsSummarySheet = Field(alias="synthese_ars")
    letters: Annotated[tuple[LetterSheet, ...], by_code] = Field(alias="courriers")
    definitions: Annotated[tuple[Definition, ...], by_text]
    exercises: tuple[ExerciseSheet, ...] = Field(alias="exercices")
    yearly_update: YearlyUpdate = Field(alias="mise_a_jour")
    common_cards: tuple[ActionCard, ...] = Field(alias="cartes_communes", min_length=1)
    types: tuple[TypeSheet, ...] = Field(min_length=1)

    @property
    def held_roles(self) -> tuple[Role, ...]:
        """The roles that a CPTS must give to somebody."""
        groups = {audience.value for audience in Audience}
        return tuple(role for role in self.roles if role.code not in groups)

    def actor(self, code: str) -> str:
        """Name who acts: a role, else whoever coordinates."""
        held = {role.code: role.short_label for role in self.held_roles}
        return held.get(code, "Coordination")

    @property
    def cards(self) -> tuple[ActionCard, ...]:
        """Every card: the common ones, then those of each type."""
        return (*self.common_cards, *(c for t in self.types for c in t.cards))

    @property
    def professions_without_card(self) -> tuple[Profession, ...]:
        """The professions that no card names: the CPTS decides what they do."""
        named = {code for card in self.cards for code in card.professions}
        return tuple(p for p in self.professions if p.code not in named)

    def type_sheet(self, code: str) -> TypeSheet:
        """The type of this code.

        Raises:
            UnknownTypeError: The template has no such type.
        """
        for sheet in self.types:
            if sheet.code == code:
                return sheet
        raise UnknownTypeError(type=code)

    def activated(
        self, codes: Iterable[str], scenarios: Sequence[str]
    ) -> tuple[ActivatedType, ...]:
        """Share scenarios between the types that have them.

        Raises:
            UnknownTypeError: No such type.
            UnknownScenarioError: A type without a scenario of its own, or a scenario
                that none of these types has.
        """
        left = dict.fromkeys(scenarios)
        types: list[ActivatedType] = []
        for sheet in map(self.type_sheet, dict.fromkeys(codes)):
            own = {scenario.code for scenario in sheet.scenarios}.intersection(left)
            if not own:
                raise without((sheet,), left)
            taken = tuple(code for code in left if code in own)
            types.append(ActivatedType(code=sheet.code, scenarios=taken))
            left = {code: None for code in left if code not in own}
        if left:
            raise without(map(self.type_sheet, dict.fromkeys(codes)), left)
        return tuple(types)

    def scenarios_of(self, types: Iterable[ActivatedType]) -> tuple[Scenario, ...]:
        """The scenarios of an activation, in its order; the first names it.

        Raises:
            UnknownTypeError: No such type, or the type has no such scenario.
        """
        return tuple(
            self.type_sheet(each.code).scenario(code)
            for each in types
            for code in each.scenarios
        )

    def cards_for(self, types: Iterable[ActivatedType]) -> tuple[ActionCard, ...]:
        """The cards of an activation: common ones, then those of its scenarios.

        Raises:
            UnknownTypeError: No such type, or the type has no such scenario.
        """
        types = tuple(types)
        codes = [scenario.code for scenario in self.scenarios_of(types)]
        sheets = (self.type_sheet(each.code) for each in types)
        cards = (*self.common_cards, *(c for sheet in sheets for c in sheet.cards))
        return tuple(
            card for card in cards if any(card.concerns(code) for code in codes)
        )

    def card(self, card_id: str) -> ActionCard:
        """The card of this id.

        Raises:
            KeyError: The template has no such card: a bug of the caller.
        """
        return {card.card_id: card for card in self.cards}[card_id]

    def wave(self, code: str) -> WaveSheet:
        """The wave of this code.

        Raises:
            KeyError: The template has no such wave: a bug of the caller.
        """
        return {wave.code: wave for wave in self.waves}[code]

    def message(self, code: str) -> Message:
        """The message of this code.

        Raises:
            KeyError: The template has no such message: a bug of the caller.
        """
        return {message.code: message for message in self.messages}[code]

    def answers_to(self, wave_code: str) -> tuple[AnswerSheet, ...]:
        """The answers a wave offers, in the order of its buttons."""
        known = {answer.code: answer for answer in self.answers}
        return tuple(known[code] for code in self.wave(wave_code).answers)

    def profession(self, code: str) -> Profession:
        """The profession of this code.

        Raises:
            KeyError: The template has no such profession: a bug of the caller.
        """
        return {profession.code: profession for profession in self.professions}[code]
