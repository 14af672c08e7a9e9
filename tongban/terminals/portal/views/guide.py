"""The guide of an item, shaped by the visitor's situation and data; beginning an application from it."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from tongban.foundation import time
from tongban.foundation.guides import without_english
from tongban.kernel.access.calc import Actor, Held
from tongban.kernel.access.states import Area
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.cases.calc import Application
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import Definition
from tongban.kernel.events.states import ActorKind
from tongban.kernel.parties import queries as parties
from tongban.modules.ratings import queries as ratings
from tongban.terminals.portal import things, words
from tongban.terminals.portal.views import nearby
from tongban.terminals.portal.views.sections import situation_of
from tongban.terminals.ui import texts
from tongban.terminals.ui.parts import Check, Fact, Link, Stage
from tongban.terminals.ui.rights import open_to_all, signed_in, step_up
from tongban.terminals.ui.texts import _

_ORGANISATIONS = {"organisation", "sole_trader"}


def applicant(actor: Actor, definition: Definition, wanted: str = "") -> Actor:
    """The actor as whom this item is applied for: as chosen, else as they act now, else as the item allows."""
    audience = set(definition.data["audience"])
    allowed = {str(id): id for id in actor.firms(Area.CASES)} if audience & _ORGANISATIONS else {}
    mandates = {str(one.principal_id): one for one in _mandates(actor, definition)}
    if wanted in allowed:
        return replace(actor, organisation_id=allowed[wanted], acting=None)
    if wanted in mandates:
        return replace(actor, organisation_id=None, acting=mandates[wanted])
    if wanted == "self" and "person" in audience:
        return replace(actor, organisation_id=None, acting=None)
    if actor.acting is not None:
        return replace(actor, acting=actor.held(actor.acting.principal_id, definition.code) or actor.acting)
    if actor.organisation_id is None and "person" not in audience:
        if allowed:
            return replace(actor, organisation_id=next(iter(allowed.values())))
        if mandates:
            return replace(actor, acting=next(iter(mandates.values())))
    return actor


def _mandates(actor: Actor, definition: Definition) -> list[Held]:
    """The mandates under which the actor can apply for this item."""
    audience = set(definition.data["audience"])
    return [
        one
        for one in actor.mandates
        if one.covers(definition.code) and ("person" in audience if one.person else audience & _ORGANISATIONS)
    ]


@open_to_all("guides are public by law")
def item(request: HttpRequest, code: str) -> HttpResponse:
    """What an item asks, gives and takes, in the situation that the address carries."""
    published = catalogue.item(code)
    definition, held = published.definition, catalogue.snapshot()
    situation = situation_of(definition, request.GET)
    actor = applicant(request.actor, definition, request.GET.get("for", ""))
    application = cases.preview(published, actor, situation, time.today())
    known = actor.person_id is not None
    english = texts.language() == texts.ENGLISH
    context = {
        "item": definition,
        "data": definition.data,
        "agency": words.agency(definition.data["agency"], held),
        "marks": words.marks(definition),
        "situation": situation,
        "facts": _facts(definition, application, known=known),
        "checks": _checks(application, known=known),
        "needs": _needs(application, known=known),
        "waived": sum(1 for need in application.needs if need.waived),
        "stages": _stages(definition, application),
        "thing": things.of(definition, application.values, situation),
        "english": english,
        "untranslated": english and any(without_english(definition.data)),
        "known": known,
        "query": urlencode({f"s-{id}": option for id, option in situation.items()}),
        **nearby.block(request, published),
        **_who(request, actor, definition),
    }
    return render(request, "portal/item.html", context)


def _who(request: HttpRequest, actor: Actor, definition: Definition) -> dict[str, Any]:
    """For whom the visitor would apply, for whom else they could, and whether they can at all."""
    audience = set(definition.data["audience"])
    names = parties.principals(actor) if actor.represents or actor.mandates else {}
    firms = actor.firms(Area.CASES) if audience & _ORGANISATIONS else ()
    others = {*firms, *(one.principal_id for one in _mandates(actor, definition))}
    choices = [("self", _("本人"))] * ("person" in audience)
    choices += [(str(id), name) for id, name in names.items() if id in others]
    person, organisation = actor.applicant
    principal = organisation or (person if actor.acting else None)
    within = actor.acting is None or actor.acting.covers(definition.code)
    fits = within and ("person" in audience or organisation is not None)
    draft = None
    if person and fits:
        draft = cases.draft_of(actor, definition.code, organisation if audience & _ORGANISATIONS else None)
    return {
        "applicants": choices if names else [],
        "applicant": str(principal or "self"),
        "outside": "" if within else names.get(actor.acting.principal_id, ""),
        "signed_in": actor.is_signed_in,
        # Also whoever nobody has matched with a person yet: the button leads to how that is done.
        "can_apply": actor.is_signed_in and actor.kind == ActorKind.PERSON and fits,
        "only_organisations": bool(actor.person_id) and within and not fits,
        "own_draft": draft,
    }


def _facts(definition: Definition, application: Application, *, known: bool) -> list[Fact]:
    data = definition.data
    figure, unit = words.limit(definition.promised(application.values))
    statutory = words.limit_text(definition.statutory)
    total, hand_in = len(application.needs), words.to_hand_in(application.needs)
    spared = sum(1 for need in application.needs if need.waived)
    of = _("份（共 {total} 份，{spared} 份免交）", total=total, spared=spared) if total else _("份")
    facts = [
        Fact(_("承诺时限"), figure, _("{unit}（法定 {statutory}）", unit=unit, statutory=statutory)),
        Fact(_("到场次数"), str(data["visits"]), _("次")),
        Fact(_("收费"), _("收费") if data["fee"]["charged"] else _("不收费")),
        Fact(_("要交材料"), str(hand_in), of if known else _("份以内（登录后按您的数据减免）")),
    ]
    good, every = ratings.share(definition.code)
    if every:
        facts.append(Fact(_("好评率"), f"{int(1000 * good / every) / 10:g}%", _("{count} 人评", count=every)))
    return facts


def _checks(application: Application, *, known: bool) -> list[Check]:
    found = []
    for one in application.conditions:
        verdict = one.outcome.verdict if one.outcome and known else None
        if one.outcome is None:
            note = ""
        elif not known:
            note = _("登录后由系统核验")
        else:
            note = {True: _("系统核验：已满足"), False: _("系统核验：不满足")}.get(verdict, _("待核实"))
        found.append(Check(words.said(one.text), verdict, note))
    return found


def _needs(application: Application, *, known: bool) -> list[dict[str, Any]]:
    rows = []
    for need in application.needs:
        label, tone, how = words.how_given(need, known=known)
        material = need.material
        rows.append(
            {
                "name": words.said(material.name),
                "note": words.either(material.note, material.note_en),
                "label": label,
                "tone": tone,
                "how": how,
                "source": words.SOURCES.get(material.source, material.source),
                "necessity": words.NECESSITIES[material.necessity],
                "formats": texts.listed(material.formats).upper(),
            }
        )
    return rows


def _stages(definition: Definition, application: Application) -> list[Stage]:
    """Apply, accept, the steps of this situation, delivery."""
    stages = [Stage(_("申请"), _("一次填报"), _("随时可以提交"))]
    if not definition.instant:
        stages.append(Stage(_("受理"), _("不齐的一次性告知"), _("最长 5 个工作日")))
    for step in definition.steps_for(application.values):
        at = _("镇街（园区）") if step.at == "town" else _("市级部门")
        limit = words.limit_text(definition.limit_of(step, application.values))
        stages.append(Stage(words.said(step.title), _("单独出结果") if step.child else at, limit))
    return [*stages, Stage(_("送达"), "", _("电子证照即时"))]


@signed_in(level=0)  # the item says which level it needs
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Open a draft in the chosen situation. Where nothing is left to type, the next page is the last one."""
    definition = catalogue.item(code).definition
    if request.method != "POST":
        return redirect("item", code)
    if request.actor.level < definition.data["level"]:
        return _too_low(request, definition)
    situation = situation_of(definition, request.POST)
    actor = applicant(request.actor, definition, request.POST.get("for", ""))
    case = actions.open_draft(item_code=code, by=actor, situation=situation)
    complete = cases.application(case, time.today()).complete
    return redirect("application-check" if complete else "application", case.pk)


def _too_low(request: HttpRequest, definition: Definition) -> HttpResponse:
    back = reverse("item", args=[definition.code])
    return step_up(request, definition.data["level"], back, words.said(definition.name))


def link(definition: Definition) -> Link:
    """A link to the guide of an item."""
    return Link(words.said(definition.name), reverse("item", args=[definition.code]))
