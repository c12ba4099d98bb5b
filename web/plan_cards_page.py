"""The cards of the plan on the console: all of them in a line each, and one to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.card_standing import CardStanding, card_standing, card_standings, family
from domain.card_words import CardWords, labels
from domain.content import CardEdit
from domain.diff_labels import CARD_LABELS
from domain.diff_words import DiffWords
from domain.plan import Plan
from domain.plan_diff import place_of
from domain.plan_edition import LAYER_LABELS
from domain.printed_plan import PrintedCard
from web.console import new_nonce
from web.plan_page import ORIGINS, PlanKnown, authors
from web.views import Page

COMMON = "Communes à toutes les crises"
USUAL = {"author": "COORDINATEUR", "origin": "REDACTION", "reason": ""}


@dataclass(frozen=True)
class CardLine:
    """One card in a list: what it is, who answers for it, what was made of it."""

    card_id: str
    title: str
    roles: str
    mark: str
    why: tuple[str, ...]
    played: bool

    @classmethod
    def of(cls, each: CardStanding, roles: Mapping[str, str]) -> "CardLine":
        """Write a card in a line."""
        reasons = dict.fromkeys(edit.reason for edit in each.edits)
        return cls(
            card_id=each.card.card_id,
            title=each.card.title,
            roles=" ; ".join(roles.get(code, code) for code in each.card.roles),
            mark=f"{each.mark[:1].upper()}{each.mark[1:]}",
            why=(each.disabled,) if each.disabled is not None else tuple(reasons),
            played=each.disabled is None,
        )


@dataclass(frozen=True, kw_only=True)
class PlanCardsPage(Page):
    """The cards of the plan: those that were changed first, then type by type."""

    path: str  # of the plan
    state: str
    is_draft: bool
    number: int
    changed: tuple[CardLine, ...]
    groups: tuple[tuple[str, tuple[CardLine, ...]], ...]
    roles: tuple[tuple[str, str], ...]
    form: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EditLine:
    """A field that somebody changed, what the layer below says, and why."""

    label: str
    by: str
    was: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class PlanCardPage(Page):
    """One card as it prints, and what may be done to it."""

    path: str
    state: str
    is_draft: bool
    card: PrintedCard
    mark: str
    edits: tuple[EditLine, ...]
    disabled: str | None
    restores: bool  # is there a text below to take back?
    number: int
    revision: int
    authors: tuple[tuple[str, str], ...]
    origins: tuple[tuple[str, str], ...] = ORIGINS
    saved: str = ""
    going: str = ""  # the form that was refused
    form: Mapping[str, str] = field(default_factory=lambda: USUAL)
    errors: Mapping[str, str] = field(default_factory=dict)
    nonce: str = field(default_factory=new_nonce)


def cards_page(known: PlanKnown, role: str) -> PlanCardsPage:
    """Lay out the cards, all of them or those of a role."""
    plan = known.plan
    roles = labels(plan.template.roles)
    role = role if role in roles else ""
    shown = [c for c in card_standings(plan) if role in {"", *c.card.roles}]
    return PlanCardsPage(
        cpts_name=known.tenant.name,
        fictitious=known.tenant.fictitious,
        path=known.path,
        state=known.state,
        is_draft=known.is_draft,
        number=len(shown),
        changed=tuple(CardLine.of(each, roles) for each in shown if each.mark),
        groups=tuple(_groups(plan, shown, roles)),
        roles=(("", "Tous les rôles"), *roles.items()),
        form={"role": role},
    )


def _groups(
    plan: Plan, shown: list[CardStanding], roles: Mapping[str, str]
) -> Iterator[tuple[str, tuple[CardLine, ...]]]:
    types = {str(t.number): f"{t.number}. {t.label}" for t in plan.template.types}
    for number, label in {"0": COMMON, **types}.items():
        cards = [each for each in shown if family(each.card.card_id) == number]
        if cards:
            yield label, tuple(CardLine.of(each, roles) for each in cards)


def card_page(known: PlanKnown, card_id: str) -> PlanCardPage:
    """Lay out one card.

    Raises:
        CardNotInPlanError: The plan has no such card.
    """
    each = card_standing(known.plan, card_id)
    words = DiffWords.of(known.plan, known.plan, known.people)
    return PlanCardPage(
        cpts_name=known.tenant.name,
        fictitious=known.tenant.fictitious,
        path=known.path,
        state=known.state,
        is_draft=known.is_draft,
        card=CardWords.of(known.plan.template).printed(each.card),
        mark=f"{each.mark[:1].upper()}{each.mark[1:]}",
        edits=tuple(_edit(words, edit) for edit in each.edits),
        disabled=each.disabled,
        restores=each.ours and each.disabled is None,
        number=known.standing.number,
        revision=known.standing.revision,
        authors=authors(known.plan),
    )


def _edit(words: DiffWords, edit: CardEdit) -> EditLine:
    was = words.value(place_of(f"{edit.card_id}.{edit.field}"), edit.was)
    return EditLine(
        label=CARD_LABELS[edit.field],
        by=LAYER_LABELS[edit.layer],
        was=tuple(was.splitlines()),
        reason=edit.reason,
    )
