"""Drafts of policies, and the policies that an officer may draft or publish: the list and the single one are one question."""

import uuid
from typing import Any

from django.db.models import QuerySet

from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.places import queries as places
from tongban.modules.policies import rules
from tongban.modules.policies.calc import Item, Policies, Policy
from tongban.modules.policies.calc.drafting import faults
from tongban.modules.policies.models import PolicyDraft, PolicyHolding, PolicyText
from tongban.modules.policies.queries.published import in_force
from tongban.modules.policies.states import OPEN_DRAFTS, DraftState, TextKind

BOTH = (Permission.POLICY_DRAFT, Permission.POLICY_PUBLISH)


class NoSuchPolicy(Problem):
    """No policy in force that the actor may work on has this code; says nothing of whether another's has."""

    code = "policy.unknown"
    status = 404


class NoSuchDraft(Problem):
    """No draft that the actor may see has this identifier; says nothing of whether another's has."""

    code = "policy_draft.unknown"
    status = 404


def policies_of(actor: Actor, *permissions: Permission) -> list[Policy]:
    """The policies in force for which the actor holds one of the permissions (default: both), in the pack's order."""
    place = places.city().path
    return [one for one in in_force().policies.policies if _reached(actor, one, place, permissions or BOTH)]


def policy_for(actor: Actor, code: str, *permissions: Permission) -> Policy:
    """One of `policies_of`. Raises NoSuchPolicy."""
    found = next((one for one in policies_of(actor, *permissions) if one.code == code), None)
    if found is None:
        raise no_such_policy(code)
    return found


def item_for(actor: Actor, code: str) -> tuple[Policy, Item]:
    """An item of one of `policies_of`, and its policy. Raises NoSuchPolicy."""
    for policy in policies_of(actor):
        for item in policy.items:
            if item.code == code:
                return policy, item
    raise no_such_policy(code)


def _reached(actor: Actor, one: Policy, place: str, permissions: tuple[Permission, ...]) -> bool:
    return rules.reaches(actor, *permissions, agency=one.agency, place_path=place, policy=one.code)


def no_such_policy(code: str) -> NoSuchPolicy:
    """The problem, to be raised."""
    return NoSuchPolicy(
        sentence_zh="您的岗位范围内没有这项政策。",
        sentence_en="There is no such policy within your role.",
        todo_zh="请从“政策实验室”的列表进入。",
        todo_en="Open it from the list of the laboratory.",
        about=code,
    )


def drafts(actor: Actor, verb: str = "view") -> QuerySet[PolicyDraft]:
    """The open drafts that the actor may `verb`, last changed first; without their contents."""
    rows = rules.visible(actor, verb).filter(state__in=[state.value for state in OPEN_DRAFTS])
    return rows.order_by("-changed_at", "-id").defer("data")


def submitted(actor: Actor) -> QuerySet[PolicyDraft]:
    """The drafts that wait for this actor to publish or return them; never the actor's own."""
    rows = rules.visible(actor, "publish").filter(state=DraftState.SUBMITTED)
    return rows.exclude(drafted_by=actor.account_id).order_by("submitted_at", "id").defer("data")


def draft_for(actor: Actor, draft_id: uuid.UUID, verb: str = "view", *, lock: bool = False) -> PolicyDraft:
    """The draft when the actor may `verb` it (view, draft, publish). Raises NoSuchDraft."""
    rows = rules.visible(actor, verb).filter(pk=draft_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related("based_on")
    found = rows.first()
    if found is None:
        raise NoSuchDraft(
            sentence_zh="没有找到这份政策草稿。",
            sentence_en="There is no such draft of a policy.",
            todo_zh="请从“政策实验室”的列表进入。",
            todo_en="Open it from the list of the laboratory.",
        )
    return found


def open_draft_of(policy: str) -> PolicyDraft | None:
    """The one open draft of a policy."""
    return PolicyDraft.objects.filter(policy=policy, state__in=[s.value for s in OPEN_DRAFTS]).first()


def text_in_force(policy: str, *, lock: bool = False) -> PolicyText:
    """The text of a policy that is in force. Raises NoSuchPolicy."""
    rows = PolicyHolding.objects.filter(kind=TextKind.POLICY, code=policy).select_related("text")
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise no_such_policy(policy)
    return found.text


def faults_of(data: dict[str, Any], known: Policies | None = None) -> list[Any]:
    """Every fault of a policy's data, beside what is in force."""
    themes = [theme["id"] for theme in catalogue.snapshot().pack.get("policy_themes", [])]
    return faults(data, known or in_force().policies, themes)


def published_texts() -> set[uuid.UUID]:
    """The texts that came from a draft, not from a pack."""
    rows = PolicyDraft.objects.filter(state=DraftState.PUBLISHED)
    return {text for text in rows.values_list("published_id", flat=True) if text is not None}


def digests_before(text: PolicyText) -> set[str]:
    """The digests of what the same policy said before a text."""
    rows = PolicyText.objects.filter(kind=text.kind, code=text.code, published_at__lte=text.published_at)
    return set(rows.exclude(pk=text.pk).values_list("digest", flat=True))
