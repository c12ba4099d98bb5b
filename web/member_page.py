"""What a member's page shows, from where the person stands: nothing is written."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from adapters.database.standing import Standing
from adapters.database.texts import offers
from domain.answer import Availability
from domain.calendar import french_day, french_hour
from domain.card import ActionCard, CardMode
from domain.contact import readable
from domain.contribution import LONGEST_MINUTES, field_label, numbers_of, wanted_of
from domain.crisis import CrisisState
from domain.letter import Offer
from domain.mission import Mission, MissionReply, MissionState
from domain.person import Status
from domain.rest import rests_until
from domain.wording import ANSWER_LABELS, SAFETY_LABELS
from web.views import ContributionView, MemberPage, MissionView, Mood, NumberField

NONCE_BYTES = 12
MINUTES = "minutes"
_HELPS = frozenset({Availability.ON_SITE, Availability.LATER})
_NOTED = frozenset(
    {
        Availability.RECEIVED,
        Availability.SHELTERED,
        Availability.OUT_OF_ZONE,
        Availability.NEEDS_HELP,
    }
)
_FIRST_OF_ALL = {  # before a mission or a seat: are they out of danger?
    None: Mood.PROTECTING,
    Availability.SILENT: Mood.PROTECTING,
    Availability.NEEDS_HELP: Mood.NOTED,
}
_FIRST = {
    MissionState.PROPOSED: Mood.PROPOSED,
    MissionState.ACCEPTED: Mood.ENGAGED,
}


def page_of(
    stand: Standing,
    path: str,
    cards: Iterable[ActionCard] = (),
    *,
    now: datetime,
    just_answered: bool = False,
) -> MemberPage:
    """Lay out the page of one person.

    Args:
        stand: Where they stand.
        path: Of the page: its forms name where they post.
        cards: Those of the crisis, for who gives numbers; none for the others.
        now: Who had a post before may rest still.
        just_answered: Do they come from one of its buttons?
    """
    page = _page(stand, path, _mood(stand))
    return replace(
        page,
        just_answered=just_answered,
        rest=_rest(stand, now),
        mission=_mission(stand, stand.mission) if stand.mission else None,
        contributions=_contributions(stand, cards),
        questions=tuple(_page(o, path, _question(o)) for o in _others(stand)),
    )


def _rest(stand: Standing, now: datetime) -> str:
    over_at = stand.rests_until(now)
    return rests_until(over_at, now, stand.tenant.zone_info) if over_at else ""


def _others(stand: Standing) -> tuple[Standing, ...]:
    """Turn to each other message that may be answered: open, or the last of its kind.

    Each one opens what it asks, whatever came after it.
    """
    running = stand.crisis.state.takes_answers
    last = {_question(stand.about(each)): each.wave for each in stand.questions}
    return tuple(
        stand.about(each)
        for each in stand.questions
        if each.wave != stand.wave.wave and (running or each.protects)
        if each.answer is None or each.wave == last[_question(stand.about(each))]
    )


def _page(stand: Standing, path: str, mood: Mood) -> MemberPage:
    """Lay out one message, and what was answered."""
    said, zone = stand.crisis.activation, stand.tenant.zone_info
    scenario = stand.plan.template.scenarios_of(said.types)[0].short
    return MemberPage(
        cpts_name=stand.tenant.name,
        phone=readable(stand.tenant.coordinator.phone),
        exercise=said.exercise,
        fictitious=stand.tenant.fictitious,
        mood=mood,
        wave=stand.wave.wave,
        just_answered=False,
        person=stand.name,
        scenario=scenario[:1].upper() + scenario[1:],
        place=said.place,
        authority=said.giver,
        day=french_day(said.received_at, zone),
        hour=french_hour(said.received_at, zone),
        perimeter=said.perimeter,
        mission_asked=said.mission,
        words=stand.plan.template.pages,
        post=stand.post,
        answer=ANSWER_LABELS[stand.answer] if stand.answer else "",
        covered=stand.covered,
        asks_employer=stand.needs_agreement,
        false_alarm=stand.crisis.state is CrisisState.CANCELLED,
        advice=SAFETY_LABELS.get(stand.message, ""),
        asks_help=stand.answer is Availability.NEEDS_HELP,
        whereabouts=stand.whereabouts or "",
        offers=_offers(stand, mood),
        path=path,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
    )


def gives_numbers(stand: Standing) -> bool:
    """Is this person asked for numbers of their own practice?"""
    running = stand.crisis.state.takes_answers
    return running and (stand.answer is Availability.ON_SITE or bool(stand.declared))


def _mood(stand: Standing) -> Mood:
    if not (stand.crisis.state.takes_answers or stand.protects):
        return Mood.OVER
    if stand.protects and stand.answer in _FIRST_OF_ALL:
        return _FIRST_OF_ALL[stand.answer]
    if stand.mission and stand.mission.state in _FIRST:
        return _FIRST[stand.mission.state]
    if not stand.offered:
        return Mood.INFORMED
    if stand.answer in {None, Availability.SILENT}:
        return _question(stand)
    return Mood.SEATED if stand.post else _said(stand)


def _question(stand: Standing) -> Mood:
    """Say which kind of answer a message expects."""
    if stand.protects:
        return Mood.PROTECTING
    asks_cell = Availability.RECEIVED in stand.offered
    return Mood.CONFIRMING if asks_cell else Mood.ASKING


def _said(stand: Standing) -> Mood:
    if stand.answer is Availability.IMMEDIATE:
        return Mood.RESTING if stand.has_ended else Mood.RESERVE
    if stand.answer in _NOTED:
        return Mood.NOTED
    return Mood.HELPING if stand.answer in _HELPS else Mood.DECLINED


def _offers(stand: Standing, mood: Mood) -> tuple[Offer, ...]:
    """Offer what may still be said: not « now » once the need is met."""
    if mood is Mood.OVER:
        return ()
    return tuple(
        offer
        for offer in offers(stand.plan, stand.offered)
        if (offer.answer is not stand.answer or _may_say_again(stand))
        and not (stand.covered and offer.answer.takes_seat)
    )


def _may_say_again(stand: Standing) -> bool:
    """Who had a mission or lacked an agreement may say yes again; in danger, where."""
    if stand.answer is Availability.NEEDS_HELP:
        return True
    declined = stand.mission and stand.mission.state is MissionState.DECLINED
    takes = stand.answer is not None and stand.answer.takes_seat
    held_back = bool(declined) or stand.has_ended or stand.needs_agreement
    return held_back and takes and stand.card_id is None


def _mission(stand: Standing, mission: Mission) -> MissionView:
    template, zone = stand.plan.template, stand.tenant.zone_info
    card = template.card(mission.card_id)
    replies = set(MissionReply)
    moves = stand.card_id not in {None, card.card_id, card.team_of}
    leaves = moves and card.mode is CardMode.SEATS
    return MissionView(
        mission_id=mission.mission_id,
        state=mission.state,
        title=card.title,
        place=mission.place,
        contact=mission.contact,
        day=french_day(mission.starts_at, zone),
        starts=french_hour(mission.starts_at, zone),
        ends=french_hour(mission.ends_at, zone),
        buttons={
            MissionReply(sheet.code): sheet.button or ""
            for sheet in template.answers
            if sheet.code in replies
        },
        asks_employer=stand.status is Status.SALARIED and card.mode is CardMode.SEATS,
        frees=stand.post if leaves else "",
        worked_from=_of_form(stand, mission.starts_at),
        worked_until=_of_form(stand, mission.ends_at),
    )


def _of_form(stand: Standing, at: datetime) -> str:
    return f"{at.astimezone(stand.tenant.zone_info):%Y-%m-%dT%H:%M}"


def _contributions(
    stand: Standing, cards: Iterable[ActionCard]
) -> tuple[ContributionView, ...]:
    said = {each.card_id: each for each in stand.declared}
    views: list[ContributionView] = []
    for card in wanted_of(cards, stand.profession):
        known = said.get(card.card_id)
        numbers = known.fields if known else {}
        fields = [
            NumberField(
                f"{card.card_id}.{name}", field_label(name), str(numbers.get(name, ""))
            )
            for name in numbers_of(card)
        ]
        minutes = "" if known is None or known.minutes is None else str(known.minutes)
        fields.append(
            NumberField(
                f"{card.card_id}.{MINUTES}",
                "Temps passé (minutes)",
                minutes,
                LONGEST_MINUTES,
            )
        )
        views.append(ContributionView(card.title, tuple(fields), known is not None))
    return tuple(views)
