"""What a match says to the one it is about: how far it goes, each condition with its value, and what is missing."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from tongban.foundation.criteria.evaluation import Condition
from tongban.foundation.criteria.tree import Atom, Compare, Fact, FactType, Literal, atoms
from tongban.kernel.parties.states import SELF, FactState
from tongban.modules.policies.calc import Match, Policies, Role
from tongban.modules.policies.calc.matching import Judged
from tongban.modules.policies.queries.published import Profile
from tongban.terminals.ui import factwords
from tongban.terminals.ui import policywords as words
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later

_STATES: dict[FactState | None, tuple[Any, str]] = {
    FactState.KNOWN: (later("已知"), "green"),
    FactState.STALE: (later("可能过期"), "amber"),
    FactState.DISPUTED: (later("有异议"), "amber"),
    FactState.DECLARED: (later("自报，待核实"), "blue"),
    None: (later("没有查到"), ""),
}
GROUPS = {
    "can": later("现在能享受"),
    "near": later("差一点"),
    "needs": later("缺数据"),
    "no": later("不符合"),
}
NEAR = 2  # so many conditions that do not hold yet still count as nearly there


@dataclass(frozen=True)
class Found:
    """A fact behind a condition: what is known of it, since when and from whom; `lacks` is by how much it is missed."""

    name: str
    label: str
    value: str
    source: str = ""
    asked: str = ""
    short: str = ""
    lacks: int = 0


@dataclass(frozen=True)
class Line:
    """One condition. `verdict` None: data are needed."""

    text: str
    verdict: bool | None
    clause: str
    advice: str
    found: list[Found]


@dataclass(frozen=True)
class Row:
    """One item for one subject. `group` is the tab it belongs to, `apply` the address where it is applied for at a window."""

    code: str
    name: str
    summary: str
    agency: str
    kind: str
    group: str
    automatic: bool
    closes: date | None
    amount: int | None
    said: str
    met: int
    asked: int
    outdone: str
    gaps: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    waits: bool = False
    apply: str = ""

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("subsidy", args=[self.code])


def group_of(match: Match) -> str:
    """The tab it belongs to: can, needs, near or no."""
    if match.verdict:
        return "can"
    if match.verdict is None:
        return "needs"
    near = len(match.fails) <= NEAR and not match.excluded_by and Role.ONCE.value not in match.fails
    return "near" if near else "no"


def grouped(matches: Iterable[Match]) -> dict[str, list[Match]]:
    """All of them by the tab they belong to; every tab is there."""
    groups: dict[str, list[Match]] = {name: [] for name in GROUPS}
    for one in matches:
        groups[group_of(one)].append(one)
    return groups


def by_amount(match: Match) -> int:
    """The highest amount first."""
    return -(match.amount or 0)


def by_day(match: Match) -> tuple[date, int]:
    """What closes first, then the highest amount."""
    window = match.offer.edition.window
    return (window.ends if window and window.ends else date.max), by_amount(match)


def row(
    match: Match, profile: Profile, policies: Policies, today: date, *, waits: bool = False, apply: str = ""
) -> Row:
    """A match in words."""
    offer = match.offer
    lines = [line(one, profile, policies) for one in match.judged]
    window = offer.edition.window
    shown = [one for one in lines if one.verdict is False]
    return Row(
        code=offer.code,
        name=words.said(offer.item.name),
        summary=words.said(offer.item.summary),
        agency=words.agency(offer.policy, policies),
        kind=str(words.KINDS[offer.item.kind]),
        group=group_of(match),
        automatic="automatic" in offer.item.routes,
        closes=window.ends if window and window.ends and window.ends >= today else None,
        amount=match.amount,
        said="" if match.amount is None else factwords.money(match.amount),
        met=sum(one.verdict is True for one in lines),
        asked=len(lines),
        outdone=match.outdone_by,
        gaps=shown,
        lines=lines,
        needs=[
            _(
                "{fact}（{source}）",
                fact=words.label(name, policies),
                source=words.said(policies.source_of(name)),
            )
            for name in match.missing
        ],
        waits=waits,
        apply=apply,
    )


def line(one: Judged, profile: Profile, policies: Policies) -> Line:
    """A requirement in words, with every fact that it was decided on."""
    asked = one.requirement
    parts = zip(atoms(asked.tree), one.parts, strict=True)
    found: dict[str, Found] = {}
    for atom, part in parts:
        for name in part.facts:
            found.setdefault(name, _found(name, atom, part, profile, policies))
    advice = words.said(asked.advice) if asked.advice and one.verdict is False else ""
    clause = words.said(asked.clause.ref) if asked.clause else ""
    return Line(words.said(asked.text), one.verdict, clause, advice, list(found.values()))


def _found(name: str, atom: Atom, part: Condition, profile: Profile, policies: Policies) -> Found:
    fact, known = policies.facts.get(name), profile.known.get(name)
    kind = fact.type if fact else FactType.MONEY
    held = profile.values.get(name)
    source = words.said(policies.source_of(name))
    if known is not None and name in profile.dates:
        source = _("{source}，{day}", source=source, day=cndate(profile.dates[name]))
    label, shown = words.label(name, policies), factwords.value(held, kind, fact)
    return Found(name, label, shown, source, *_short(atom, part, kind, fact))


def _short(atom: Atom, part: Condition, kind: FactType, fact: Any) -> tuple[str, str, int]:
    """What a plain comparison with a figure asks for, and by how much it is missed, in words and as a number."""
    if not (isinstance(atom, Compare) and isinstance(atom.left, Fact) and isinstance(atom.right, Literal)):
        return "", "", 0
    sign = {">=": "≥", "<=": "≤", "<>": "≠"}.get(atom.op, atom.op)
    asked = f"{sign} {factwords.value(part.threshold, kind, fact)}"
    if part.verdict is not False or kind not in (FactType.INT, FactType.MONEY):
        return asked, "", 0
    if not (isinstance(part.value, int) and isinstance(part.threshold, int)):
        return asked, "", 0
    gap = abs(part.threshold - part.value) + (atom.op in (">", "<") and kind is FactType.INT)
    return asked, _("还差 {gap}", gap=factwords.value(gap, kind, fact)), gap


@dataclass(frozen=True)
class Known:
    """A fact that rules read, as its subject sees it. `state` in words; `code` empty where nothing is known."""

    name: str
    label: str
    value: str
    source: str
    agency: str
    day: date | None
    state: str
    tone: str
    code: str = ""


def fact(name: str, profile: Profile, policies: Policies, masked: Container[str] = frozenset()) -> Known:
    """One fact of a profile; of those in `masked` only the last four signs are shown."""
    declared, known = policies.facts.get(name), profile.known.get(name)
    kind = declared.type if declared else FactType.MONEY
    state, tone = _STATES[known.state if known else None]
    hidden = known is not None and name in masked
    return Known(
        name=name,
        label=words.label(name, policies),
        value=f"**** {str(known.value)[-4:]}"
        if hidden
        else factwords.value(known.value if known else None, kind, declared),
        source=_("本企业（本人）自报")
        if known and known.source == SELF
        else words.said(policies.source_of(name)),
        agency=words.said(policies.source_of(name)),
        day=profile.dates.get(name),
        state=str(state),
        tone=tone,
        code=known.state if known else "",
    )
