"""A plan laid over a template, three-way: nothing of ours changes in silence.

Theirs = what it was: ours stays. Theirs = ours: the edit falls. Otherwise a conflict is
listed, and ours stays until somebody decides.

Source: docs/sources.md#layers
"""

from dataclasses import dataclass

from domain.card import ActionCard
from domain.card_editing import first_breach
from domain.card_field import (
    NOTHING,
    canonical,
    card_fields,
    card_text,
    changed_fields,
)
from domain.content import CardEdit, Conflict, Layer
from domain.layer import Layers, has_family, layers_of
from domain.layer_errors import (
    UndecidedConflictsError,
    UpgradeRefusedError,
    WrongRegionError,
)
from domain.plan import Plan
from domain.region import RegionSheet
from domain.section_merge import merge_sections
from domain.template import Template

_CAME_BACK = "Fiche gardée par la CPTS, revenue dans le modèle."


def lay_over(plan: Plan, template: Template, region: RegionSheet | None) -> Plan:
    """Lay a plan over a template and its region: others, or the same corrected.

    Raises:
        UndecidedConflictsError: Conflicts of the last time wait for a decision.
        UpgradeRefusedError: What the plan changes does not hold with this template.
        WrongRegionError: The region does not complete this template.
    """
    refuse_conflicts(plan)
    if region and template.template_id not in region.completes:
        raise WrongRegionError(region=region.code, template=template.template_id)
    below, regional = region.over(template) if region else (template, ())
    cards = _merged(layers_of(plan), below, regional)
    for card in cards.layers.added:
        if not has_family(below, card.card_id):
            rule = "le modèle n'a pas ce type de crise"
            raise UpgradeRefusedError(
                template=template.template_id, card=card.card_id, rule=rule
            )
    said = merge_sections(plan, template, region)
    merged = cards.layers.onto(plan).model_copy(
        update={
            "region": region.code if region else None,
            "sections": said.sections,
            "aside": (*plan.aside, *said.aside),
            "conflicts": (*cards.conflicts, *said.conflicts),
        }
    )
    if broken := first_breach(merged):
        about, rule = broken
        raise UpgradeRefusedError(template=template.template_id, card=about, rule=rule)
    return merged


def refuse_conflicts(plan: Plan) -> None:
    """Refuse a plan in which something waits for a decision.

    Raises:
        UndecidedConflictsError: Conflicts are left.
    """
    if plan.conflicts:
        first, number = plan.conflicts[0].target, len(plan.conflicts)
        raise UndecidedConflictsError(cpts=plan.cpts_id, number=number, target=first)


@dataclass(frozen=True, slots=True)
class _Cards:
    layers: Layers
    conflicts: tuple[Conflict, ...]


def _merged(ours: Layers, below: Template, regional: tuple[CardEdit, ...]) -> _Cards:
    """Lay the cards of a CPTS over those of a template, which its region completed."""
    theirs = {card.card_id: card for card in below.cards}
    out = {card_id for card_id, _ in ours.disabled}
    orphans = _orphans(ours, theirs, out)
    edits = (*ours.edits, *_edits_of_returned(ours, theirs))
    kept = tuple(
        (edit, card_fields(theirs[edit.card_id])[edit.field])
        for edit in edits
        if edit.card_id in theirs
    )
    added = tuple(card for card in ours.added if card.card_id not in theirs)
    layers = Layers(
        below=below,
        regional=regional,
        edits=tuple(
            edit.model_copy(update={"was": now})
            for edit, now in kept
            if now != edit.value
        ),
        added=(*added, *orphans),
        disabled=tuple(
            each
            for each in ours.disabled
            if each[0] in theirs or each[0] in {card.card_id for card in added}
        ),
    )
    before = {card.card_id: card for card in ours.below.cards}
    conflicts = (
        *(_lost(card, before[card.card_id]) for card in orphans),
        *(
            Conflict(
                target=f"{edit.card_id}.{edit.field}",
                theirs=now,
                was=edit.was,
                ours=edit.value,
            )
            for edit, now in kept
            if now not in {edit.was, edit.value}
        ),
        *_rewritten(ours, theirs, before),
    )
    return _Cards(layers, conflicts)


def _orphans(
    ours: Layers, theirs: dict[str, ActionCard], out: set[str]
) -> tuple[ActionCard, ...]:
    """List the cards that we edited and play, and that the template has no more."""
    edited = dict.fromkeys(edit.card_id for edit in ours.edits)
    cards = ours.cards
    return tuple(cards[i] for i in edited if i not in theirs and i not in out)


def _lost(card: ActionCard, was: ActionCard) -> Conflict:
    ours, before = card_text(card), card_text(was)
    return Conflict(target=card.card_id, theirs=NOTHING, was=before, ours=ours)


def _edits_of_returned(
    ours: Layers, theirs: dict[str, ActionCard]
) -> tuple[CardEdit, ...]:
    """Say as edits what we kept of cards that the template has again."""
    return tuple(
        CardEdit(
            card_id=card.card_id,
            field=field,
            was=NOTHING,
            value=value,
            layer=Layer.CPTS,
            reason=_CAME_BACK,
        )
        for card in ours.added
        if card.card_id in theirs
        for field, (_, value) in changed_fields(theirs[card.card_id], card).items()
    )


def _rewritten(
    ours: Layers, theirs: dict[str, ActionCard], before: dict[str, ActionCard]
) -> tuple[Conflict, ...]:
    """List the cards that we do not play, and that the template now says otherwise."""
    return tuple(
        Conflict(
            target=card_id,
            theirs=card_text(theirs[card_id]),
            was=card_text(before[card_id]) if card_id in before else NOTHING,
            ours=canonical({"desactivee": reason}),
        )
        for card_id, reason in ours.disabled
        if card_id in theirs and before.get(card_id) != theirs[card_id]
    )
