"""Compiles a policy to a database condition: the list and the single row are the same query."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import F, Q

from tongban.foundation import readers
from tongban.foundation.errors import Problem
from tongban.foundation.readers import Reader
from tongban.kernel.access.calc import (
    Actor,
    All,
    Among,
    ByGrant,
    Either,
    Governed,
    Linked,
    Mandated,
    Missing,
    Never,
    Own,
    Policy,
    Recused,
    Represented,
    Rule,
    Same,
    Touches,
    covering,
)
from tongban.kernel.access.states import Permission
from tongban.kernel.events.states import ActorKind

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING


class NotAllowed(Problem):
    """The actor lacks the permission for what was asked."""

    code = "access.denied"
    status = 403


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless a live grant of the actor carries the permission."""
    if not actor.can(permission):
        raise NotAllowed(
            sentence_zh="您的岗位没有这项权限。",
            sentence_en=f"Your role does not carry the permission {permission}.",
            todo_zh="请联系本单位的权限管理员。",
            todo_en="Ask the administrator of your agency.",
        )


def _granted(rule: ByGrant, actor: Actor) -> Q:
    condition = NOTHING
    for grant in covering(actor.grants, rule.permission):
        part = EVERYTHING
        if grant.agency:
            part &= Q(**{rule.agency: grant.agency})
        if grant.place_path:
            part &= Q(**{f"{rule.place}__startswith": grant.place_path})
        if grant.items:
            part &= Q(**{f"{rule.item}__in": grant.items})
        if grant.subject_id:
            part &= Q(pk=grant.subject_id)
        condition |= part
    return condition


def _recused(columns: tuple[str, ...], actor: Actor) -> Q:
    condition = NOTHING
    for column in columns if actor.recused else ():
        # An empty column is nobody's: said by itself, because the negation of an unknown would hide the row.
        condition |= Q(**{f"{column}__isnull": False, f"{column}__in": actor.recused})
    return condition


def _kept_away(rule: Recused | Touches, actor: Actor) -> Q:
    if isinstance(rule, Recused):
        return _recused(rule.columns, actor)
    if not actor.recused:
        return NOTHING
    # Read by itself, and for the platform: where the database guards rows, an officer who may not see what a row hangs on
    # would not be kept away by it. What hangs on one person or organisation is little.
    with readers.reading_everything():
        rows = apps.get_model(rule.model).objects.filter(_recused(rule.about, actor))
        known = rows.filter(**{f"{rule.column}__isnull": False}).order_by(rule.column)
        found = list(known.values_list(rule.column, flat=True).distinct())
    return Q(**{f"{rule.at}__isnull": False, f"{rule.at}__in": found}) if found else NOTHING


def _mandated(rule: Mandated, actor: Actor) -> Q:
    condition = NOTHING
    for held in actor.mandates:
        part = Q(**{rule.person if held.person else rule.organisation: held.principal_id})
        if held.person:  # what a person did for an organisation is the organisation's
            part &= Q(**{f"{rule.organisation}__isnull": True})
        if held.items:
            part &= Q(**{f"{rule.item}__in": held.items})
        condition |= part
    return condition


def to_q(rule: Rule, actor: Actor) -> Q:
    """The rule for this actor as a condition on the table's rows."""
    match rule:
        case Own(column, attribute):
            value = getattr(actor, attribute)
            return Q(**{column: value}) if value is not None else NOTHING
        case Represented(column) | Governed(column):
            firms = actor.governs if isinstance(rule, Governed) else actor.firms(rule.area)
            return Q(**{f"{column}__in": firms}) if firms else NOTHING
        case Mandated():
            return _mandated(rule, actor)
        case ByGrant() | Recused() | Touches():
            return _granted(rule, actor) if isinstance(rule, ByGrant) else _kept_away(rule, actor)
        case Among(column, values):
            return Q(**{f"{column}__in": values})
        case Same(column, other):
            return Q(**{column: F(other)})
        case Linked(model, column, inner):
            condition = to_q(inner, actor)
            if condition == NOTHING:
                return NOTHING
            return Q(pk__in=apps.get_model(model).objects.filter(condition).values(column))
        case Missing(column):
            return Q(**{f"{column}__isnull": True})
        case All(parts) | Either(parts):
            return _fold(parts, actor, every=isinstance(rule, All))
        case Never(part):
            return ~to_q(part, actor)
    raise TypeError(f"no condition is written for {type(rule).__name__}")


def _fold(parts: tuple[Rule, ...], actor: Actor, *, every: bool) -> Q:
    condition = to_q(parts[0], actor)
    for part in parts[1:]:
        condition = condition & to_q(part, actor) if every else condition | to_q(part, actor)
    return condition


def allowed(policy: Policy, actor: Actor, verb: str) -> Q:
    """The rows of the policy's table that `actor` may `verb`; nothing when no line allows it, or one bars it."""
    condition = NOTHING
    for rule in policy.rules(verb):
        condition |= to_q(rule, actor)
    return unbarred(condition, [line.rule for line in policy.bars], actor)


def unbarred(condition: Q, bars: Iterable[Rule], actor: Actor) -> Q:
    """The rows of a condition without those from which a bar keeps this actor; for most the condition as it is."""
    for rule in bars:
        barred = to_q(rule, actor)
        if barred != NOTHING:
            condition &= ~barred
    return condition


def reader_for(actor: Actor) -> Reader:
    """For whom the database is told to read when this actor does (ADR 0047): whatever any of the rules might ask for."""
    if actor.kind == ActorKind.SYSTEM:
        return readers.EVERYTHING
    persons = (held.principal_id for held in actor.mandates if held.person)
    firms = (held.principal_id for held in actor.mandates if not held.person)
    patterns = (
        readers.reach(permission, grant.agency, grant.place_path)
        for grant in actor.grants
        for permission in grant.permissions
    )
    return Reader(
        kind=readers.STAFF if actor.kind == ActorKind.STAFF else readers.PERSON,
        account=str(actor.account_id or ""),
        people=readers.sorted_texts((actor.person_id, *persons)),
        firms=readers.sorted_texts((actor.organisation_id, *actor.represents, *actor.governs, *firms)),
        reach=readers.sorted_texts(patterns),
    )
