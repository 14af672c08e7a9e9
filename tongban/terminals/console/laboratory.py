"""The policy laboratory: numbers of an edition are moved, and the page says what the city would get, pay and lose."""

import csv
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from tongban.foundation import time
from tongban.kernel.access.states import Permission
from tongban.kernel.events.calc import digest
from tongban.modules.policies import actions
from tongban.modules.policies.calc import Item, Offer, Policies, Policy, offer
from tongban.modules.policies.calc.definition import Edition, read_policy
from tongban.modules.policies.calc.drafting import beside
from tongban.modules.policies.calc.funding import pro_rata, projected
from tongban.modules.policies.queries import cities, drafts, published
from tongban.terminals.console import drawn
from tongban.terminals.console import policywords as words
from tongban.terminals.ui import city as city_face
from tongban.terminals.ui.rights import staff
from tongban.terminals.ui.texts import _

both = staff(Permission.POLICY_DRAFT, Permission.POLICY_PUBLISH)


@dataclass(frozen=True)
class Opened:
    """What is tried: an edition of an item, of the text in force or of a draft, with the numbers as they were moved."""

    held: published.InForce
    policies: Policies
    policy: Policy
    item: Item
    edition: Edition
    numbers: Mapping[str, int]
    draft: Any
    text_digest: str

    @property
    def query(self) -> str:
        """The address's parameters that open the same again."""
        asked = {"edition": self.edition.name, **({"draft": self.draft.pk} if self.draft else {})}
        moved = {
            f"m-{name}": words.shown(value, self.edition.parameters[name].unit)
            for name, value in self.numbers.items()
        }
        return urlencode({**asked, **moved})


@dataclass(frozen=True)
class Tried:
    """A run, and what it ran over."""

    run: Any
    city: Any
    before: Offer | None
    offer: Offer


def opened(request: HttpRequest, code: str) -> Opened:
    """The edition that the address names. Raises NoSuchPolicy, NoSuchDraft."""
    policy, item = drafts.item_for(request.actor, code)
    if item.audience != "organisation":
        raise drafts.no_such_policy(code)
    held, draft = published.in_force(), None
    policies = held.policies
    if asked := request.GET.get("draft"):
        draft = drafts.draft_for(request.actor, _uuid(asked))
        if draft.policy != policy.code:
            raise drafts.no_such_policy(code)
        policy = read_policy(draft.data)
        item = next((one for one in policy.items if one.code == code), item)
        policies = beside(policy, policies)
    named = {one.name: one for one in item.editions}
    edition = named.get(request.GET.get("edition", "")) or item.edition_on(time.today()) or item.editions[0]
    text = digest(draft.data) if draft else drafts.text_in_force(policy.code).digest
    return Opened(held, policies, policy, item, edition, _numbers(edition, request.GET), draft, text)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)  # nobody's


def _numbers(edition: Edition, asked: Mapping[str, str]) -> dict[str, int]:
    """The numbers as they were moved: what was typed beside a slider wins over the slider, where it was changed."""
    found = {}
    for name, one in edition.parameters.items():
        moved = words.typed(asked.get(f"n-{name}", ""), one)
        written = words.typed(asked.get(f"m-{name}", ""), one)
        was = words.typed(asked.get(f"was-{name}", ""), one)
        if written is not None and written != was:
            moved = written
        found[name] = one.value if moved is None else moved
    return found


def tried(one: Opened) -> Tried | None:
    """Run it over the newest snapshot; None where there is none."""
    city = cities.newest()
    if city is None:
        return None
    today = time.today()
    parameters = {
        name: replace(parameter, value=one.numbers[name])
        for name, parameter in one.edition.parameters.items()
    }
    made = offer(one.policies, one.policy, one.item, replace(one.edition, parameters=parameters), today)
    before = one.held.matchers["organisation"].terms.offer(one.item.code)
    # By name: it loads NumPy and DuckDB, for which no other page has to pay.
    room = import_module("tongban.modules.policies.queries.laboratory")
    run = room.bench(city.pk, cities.folder_of(city.pk), one.item.code).run(made, before)
    return Tried(run, city, before, made)


@both
@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The sliders of an edition and what they come to; a moved slider asks for the same page and takes the answer out."""
    one = opened(request, code)
    done = tried(one)
    context = _head(request, one) | (told(one, done) if done else _no_city(request))
    return render(request, "console/laboratory.html", context)


def _head(request: HttpRequest, one: Opened) -> dict[str, Any]:
    here = reverse("console-laboratory", args=[one.item.code])
    return {
        "code": one.item.code,
        "name": words.said(one.item.name),
        "policy": words.said(one.policy.name),
        "summary": words.said(one.item.summary),
        "edition": one.edition,
        "editions": [(each.name, each.name == one.edition.name) for each in one.item.editions],
        "draft": one.draft,
        "sliders": [_slider(name, one) for name in one.edition.parameters],
        "here": here,
        "query": one.query,
        "may_draft": request.actor.can(Permission.POLICY_DRAFT),
    }


def _slider(name: str, one: Opened) -> dict[str, Any]:
    parameter = one.edition.parameters[name]
    unit, value = parameter.unit, one.numbers[name]
    least = value if parameter.least is None else parameter.least
    most = value if parameter.most is None else parameter.most
    return {
        "name": name,
        "label": words.said(parameter.label),
        "unit": str(words.UNITS.get(unit, unit)),
        "value": words.shown(value, unit),
        "least": words.shown(least, unit),
        "most": words.shown(most, unit),
        "step": words.shown(parameter.step, unit) or 1,
        "written": words.number(parameter.value, unit),
        "range": f"{words.number(least, unit)} – {words.number(most, unit)}",
    }


def _no_city(request: HttpRequest) -> dict[str, Any]:
    return {
        "run": None,
        "ask": request.get_full_path(),
        "waits": "run",
        "snapshot": None,
        "making": cities.being_made(),
        "may_make": settings.DEMO,
    }


def told(one: Opened, done: Tried) -> dict[str, Any]:
    """Everything a page, a printed report and a file say of a run."""
    run, held = done.run, one.policies
    names = words.axis_names(held)
    return {
        "run": run,
        "snapshot": done.city,
        "sample": done.city.stands_for > run.rows,
        "money": words.money(run.total),
        "firms_change": drawn.signed(run.firms - run.firms_before),
        "money_change": drawn.signed_money(run.total - run.total_before),
        "money_before": words.money(run.total_before),
        "in_force": done.before is not None,
        "gained": drawn.signed_money(run.moves.gained),
        "lost": drawn.signed_money(-run.moves.lost),
        "budget": budget(one, done),
        "axes": [
            drawn.axis(id, title, column, run.by[id], names[id])
            for id, title, column in (
                ("town", _("按镇街"), _("镇街")),
                ("section", _("按行业"), _("行业门类")),
                ("size", _("按规模"), _("规模")),
            )
        ],
        "townmap": city_face.current().townmap,
        "by_town": {each.code: each.firms for each in run.by["town"] if each.code},
        "losers": [
            {
                "row": each.row,
                "town": names["town"].get(each.town, "—"),
                "section": names["section"].get(each.section, "—"),
                "size": names["size"].get(each.size, "—"),
                "before": words.money(each.before),
                "after": words.money(each.after),
            }
            for each in run.moves.listed
        ],
        "missing": drawn.lacking(run.missing, held),
        "alone": [
            (words.said(each.text), str(words.ROLES[each.role]), many) for each, many in run.alone if many
        ],
        "margins": [_margin(each, one) for each in run.margins],
        "numbers": [
            (words.said(each.label), words.number(one.numbers[name], each.unit))
            for name, each in one.edition.parameters.items()
        ],
        "text_digest": one.text_digest,
    }


def _margin(each: Any, one: Opened) -> dict[str, Any]:
    labels = [words.said(one.edition.parameters[name].label) for name in each.parameters]
    return {
        "label": "、".join(labels),
        "condition": words.said(each.requirement.text),
        "just": each.just,
        "short": each.short,
        "whole": sum(each.bars),
        "bands": drawn.bands(each) if sum(each.bars) else [],
    }


def budget(one: Opened, done: Tried) -> dict[str, Any] | None:
    """The fund that pays, what item and other items would cost it for the whole city, what remains; None without a fund."""
    fund = one.policies.funds.get(one.edition.fund)
    if fund is None:
        return None
    room = import_module("tongban.modules.policies.queries.laboratory")
    city, code = done.city, one.edition.fund
    many, others = room.others_of(city.pk, cities.folder_of(city.pk), one.held, code, one.item.code)
    own, others = (projected(sum_of, city.rows, city.stands_for) for sum_of in (done.run.total, others))
    cost = own + others
    share = pro_rata(cost, fund["budget"])
    return {
        "name": words.said_data(fund["name"]),
        "budget": words.money(fund["budget"]),
        "own": words.money(own),
        "many": many,
        "others": words.money(others),
        "over": cost > fund["budget"],
        "rest": words.money(abs(fund["budget"] - cost)),
        "used": cost,
        "whole": fund["budget"],
        "factor": f"{share // 100}.{share % 100:02}%",
        "short": fund["short"],
    }


@staff(Permission.POLICY_DRAFT, Permission.POLICY_PUBLISH)
@require_POST
def make_city(request: HttpRequest) -> HttpResponse:
    """In the demonstration: have an invented city made."""
    if settings.DEMO:
        actions.ask_city(rows=cities.SAMPLE, stands_for=cities.STANDS_FOR, by=request.actor)
    return redirect("console-policies")


@both
@require_GET
def report(request: HttpRequest, code: str) -> HttpResponse:
    """A run as a page to be printed: the numbers, what they come to, and the digests by which it can be run again."""
    one = opened(request, code)
    done = tried(one)
    if done is None:
        return redirect("console-laboratory", code)
    context = _head(request, one) | told(one, done) | {"now": time.now(), "by": request.actor.display_name}
    return render(request, "console/laboratory_report.html", context)


@both
@require_GET
def table(request: HttpRequest, code: str) -> HttpResponse:
    """A run as CSV: one figure a line, sums in yuan."""
    one = opened(request, code)
    done = tried(one)
    if done is None:
        return redirect("console-laboratory", code)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="laboratory-{one.item.code}.csv"'
    answer.write("\ufeff")
    csv.writer(answer).writerows(_lines(one, done))
    return answer


def _lines(one: Opened, done: Tried) -> list[list[str | int]]:
    run, names = done.run, words.axis_names(one.policies)
    lines: list[list[str | int]] = [
        [_("项"), _("名称"), _("家数"), _("金额（元）"), _("现行家数"), _("现行金额（元）")],
        [_("政策"), words.said(one.policy.name)],
        [_("项目"), f"{words.said(one.item.name)} ({one.item.code})"],
        [_("版次"), one.edition.name],
        [_("文本摘要"), one.text_digest],
        [_("快照摘要"), done.city.digest],
        [_("快照日期"), done.city.as_of.isoformat()],
        [_("快照主体数"), run.rows],
        [_("代表主体数"), done.city.stands_for],
    ]
    lines += [
        [_("参数"), words.said(each.label), words.number(one.numbers[name], each.unit)]
        for name, each in one.edition.parameters.items()
    ]
    lines.append([_("合计"), "", run.firms, _yuan(run.total), run.firms_before, _yuan(run.total_before)])
    lines.append([_("多得"), "", run.moves.gainers, _yuan(run.moves.gained)])
    lines.append([_("少得"), "", run.moves.losers, _yuan(run.moves.lost)])
    lines.append([_("缺数据"), "", run.waiting])
    for id, title in (("town", _("镇街")), ("section", _("行业门类")), ("size", _("规模"))):
        lines += [
            [
                title,
                names[id].get(each.code, each.code) or _("没有查到"),
                each.firms,
                _yuan(each.money),
                each.firms_before,
                _yuan(each.money_before),
            ]
            for each in run.by[id]
        ]
    lines += [
        [_("缺的数据"), "，".join(words.fact(name, one.policies)), n] for name, n in run.missing.items()
    ]
    lines += [[_("只差这一条"), words.said(each.text), many] for each, many in run.alone]
    for each in run.margins:
        label = words.said(each.requirement.text)
        lines += [[_("刚达到（5% 以内）"), label, each.just], [_("刚没达到（5% 以内）"), label, each.short]]
    return lines


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
