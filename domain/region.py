"""What a region says over a national template: values, edits of cards, cards.

Source: docs/sources.md#layers
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, JsonValue, ValidationError

from domain.breach import Breach
from domain.card import ActionCard, CardId
from domain.card_editing import FIRST_REGIONAL
from domain.card_field import ID, canonical, changed_fields, found, with_fields
from domain.content import CardEdit, FieldValue, Layer, SectionContent, Value
from domain.layer import has_family, with_cards
from domain.refusal import first_refusal
from domain.section import SectionId
from domain.shape import unfit
from domain.sheet import Code, FieldName, Sheet, Text
from domain.template import Template, TemplateId
from domain.template_rules import breaches


class CardAmendment(Sheet):
    """What a region changes in a national card, and why."""

    reason: Text = Field(alias="motif")
    fields: Mapping[FieldName, JsonValue] = Field(alias="champs", min_length=1)


class RegionSheet(Sheet):
    """The layer of a region, read from its file."""

    code: Code = Field(alias="region")
    label: Text = Field(alias="libelle")
    note: Text
    completes: Annotated[tuple[TemplateId, ...], Field(min_length=1)] = Field(
        alias="complete"
    )
    values: Mapping[SectionId, Mapping[FieldName, Value]] = Field(
        default={}, alias="valeurs"
    )
    amendments: Mapping[CardId, CardAmendment] = Field(default={}, alias="fiches")
    cards: tuple[ActionCard, ...] = Field(default=(), alias="fiches_ajoutees")

    def over(self, template: Template) -> tuple[Template, tuple[CardEdit, ...]]:
        """Complete a template: the template as amended, and each amendment.

        Raises:
            KeyError: It names a card or a type that the template does not have:
                `region_breaches` lists them.
            ValidationError: An amended field is not one of a card: the same.
        """
        edits: list[CardEdit] = []
        amended = []
        for card_id, amendment in self.amendments.items():
            card = template.card(card_id)
            after = _amended(card, amendment)
            amended.append(after)
            edits += [
                CardEdit(
                    card_id=card_id,
                    field=field,
                    was=was,
                    value=value,
                    layer=Layer.REGIONAL,
                    reason=amendment.reason,
                )
                for field, (was, value) in changed_fields(card, after).items()
            ]
        return with_cards(template, amended, self.cards), tuple(edits)

    def section(self, section_id: str) -> SectionContent:
        """Say what the region writes in a section."""
        values = self.values.get(section_id, {})
        fields = tuple(
            FieldValue(name=name, value=value, layer=Layer.REGIONAL)
            for name, value in values.items()
        )
        return SectionContent(section_id=section_id, fields=fields)


def region_breaches(region: RegionSheet, template: Template) -> Iterator[Breach]:
    """List what is wrong with a region over a template; each `file` is the key."""
    wrong = [
        *_values(region, template),
        *_amendments(region, template),
        *_cards(region, template),
    ]
    yield from wrong
    if wrong:
        return
    played, _ = region.over(template)
    for breach in breaches(played):
        key = "fiches" if breach.about in region.amendments else "fiches_ajoutees"
        yield Breach(key, breach.about, breach.rule)


def _values(region: RegionSheet, template: Template) -> Iterator[Breach]:
    forms = {form.section_id: form for form in template.forms}
    for section_id, values in region.values.items():
        form = forms.get(section_id)
        for name, value in values.items():
            if rule := unfit(form, name, value):
                yield Breach("valeurs", f"{section_id}.{name}", rule)


def _amendments(region: RegionSheet, template: Template) -> Iterator[Breach]:
    for card_id, amendment in region.amendments.items():
        card = found(template.cards, card_id)
        if card is None:
            yield Breach("fiches", card_id, "le modèle n'a pas cette fiche")
        elif ID in amendment.fields:
            yield Breach("fiches", card_id, "une fiche modifiée garde son « id »")
        else:
            yield from _unreadable(card, amendment)


def _unreadable(card: ActionCard, amendment: CardAmendment) -> Iterator[Breach]:
    try:
        _amended(card, amendment)
    except ValidationError as refused:
        place, rule = first_refusal(refused, dict(amendment.fields))
        yield Breach("fiches", f"{card.card_id}.champs.{place}", rule)


def _amended(card: ActionCard, amendment: CardAmendment) -> ActionCard:
    fields = {key: canonical(value) for key, value in amendment.fields.items()}
    return with_fields(card, fields)


def _cards(region: RegionSheet, template: Template) -> Iterator[Breach]:
    for card in region.cards:
        prefix, number = card.card_id.split("-")
        if not prefix.startswith("L") or int(number) < FIRST_REGIONAL:
            rule = (
                f"une région numérote ses fiches à partir de {prefix}-{FIRST_REGIONAL}"
            )
            yield Breach("fiches_ajoutees", card.card_id, rule)
        if not has_family(template, card.card_id):
            yield Breach("fiches_ajoutees", card.card_id, "le modèle n'a pas ce type")
