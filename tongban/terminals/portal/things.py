"""One thing (一件事): cards, what a bundle spares, and its members drawn as a picture, all from the catalogue's data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tongban.kernel.bundles import calc
from tongban.kernel.bundles import queries as bundles
from tongban.kernel.catalogue.calc import Definition
from tongban.kernel.catalogue.queries import Snapshot
from tongban.terminals.portal import parts, words
from tongban.terminals.ui import parts as shared
from tongban.terminals.ui import texts

_TONES: tuple[shared.Tone, ...] = ("blue", "amber", "green", "red")
_ICON = "workflow"


@dataclass(frozen=True)
class Member:
    """A member as the guide lists it: its own guide, agency, time, and after which others it begins."""

    name: str
    url: str
    agency: str
    limit: str
    after: str
    depth: int  # how many others have to be done before


@dataclass(frozen=True)
class Thing:
    """A bundle as its guide shows it."""

    saving: calc.Saving
    members: list[Member]
    promised: str


def of(
    definition: Definition, values: Mapping[str, Any], situation: Mapping[str, str] | None = None
) -> Thing | None:
    """What the guide of a bundle says beside the guide of any item; None for an item that is none."""
    if not calc.is_bundle(definition):
        return None
    whole = {**values, **{f"situation.{id}": one for id, one in calc.ordinary(definition, situation).items()}}
    saving = calc.saving(definition, bundles.definition_of, whole)
    found = calc.members(definition, bundles.definition_of, whole)
    names = {one.step.id: words.said(one.step.title) for one in found}
    depths: dict[str, int] = {}
    members = []
    for one in found:
        before = [id for id in one.step.after if id in names]
        depths[one.step.id] = 1 + max((depths.get(id, 0) for id in before), default=-1)
        members.append(
            Member(
                words.said(one.definition.name),
                reverse("item", args=[one.definition.code]),
                words.agency(one.definition.data["agency"], short=True),
                words.limit_text(one.definition.promised(one.values)),
                texts.listed(names[id] for id in before),
                depths[one.step.id],
            )
        )
    return Thing(saving, members, words.limit_text(definition.promised(whole)))


def cards(held: Snapshot, audience: str = "") -> list[parts.Bundle]:
    """A card for every bundle, for everybody or for one audience; numbers of the usual situation."""
    drawn = []
    for item in bundles.catalogued():
        definition = item.definition
        if audience and audience not in definition.data["audience"]:
            continue
        saved = bundles.spared(definition)
        drawn.append(
            parts.Bundle(
                name=words.said(definition.name),
                icon=_icon(held, definition),
                departments="、".join(words.agency(one, held, short=True) for one in saved.agencies),
                department_count=len(saved.agencies),
                materials_before=saved.materials[0],
                materials_after=saved.materials[1],
                forms_before=saved.forms[0],
                fields_before=saved.fields[0],
                fields_after=saved.fields[1],
                visits_before=saved.visits[0],
                visits_after=saved.visits[1],
                url=reverse("item", args=[item.code]),
                tone=_TONES[len(drawn) % len(_TONES)],
                promised=words.limit_text(definition.promised(_usual(definition))),
                summary=words.said(definition.summary),
            )
        )
    return drawn


def _usual(definition: Definition) -> dict[str, Any]:
    return definition.values({}, calc.ordinary(definition), {})


def _icon(held: Snapshot, definition: Definition) -> str:
    icons = {theme["id"]: theme["icon"] for theme in held.pack.get("themes", [])}
    return next((icons[one] for one in definition.data["themes"] if one in icons), _ICON)
