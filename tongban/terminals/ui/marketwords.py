"""Offers and needs in the words of people: attributes of a post, the form that asks for them, why two posts fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.foundation.money import format_yuan
from tongban.kernel.places import queries as places
from tongban.kernel.records.queries import once
from tongban.modules.matching import queries
from tongban.modules.matching.calc import PARTS, Attribute, Book, Kind, Reader, kilometres
from tongban.modules.matching.calc.posts import LONGEST_TEXT, LONGEST_TITLE
from tongban.modules.matching.states import PostSide
from tongban.terminals.ui import fields, parts, texts
from tongban.terminals.ui.templatetags.ui import cndate
from tongban.terminals.ui.texts import _, later

SIDES = {PostSide.NEED: later("需求"), PostSide.OFFER: later("供给")}
PART_NAMES = {
    "chain": later("产业链"),
    "capability": later("能力"),
    "capacity": later("数量"),
    "place": later("远近"),
    "price": later("价格"),
    "time": later("时间"),
    "record": later("以往对接"),
    "text": later("文字"),
}
_MOST_WORDS = 8


def pick(pair: tuple[str, str]) -> str:
    """One of (Chinese, English)."""
    return pair[1] if texts.language() == texts.ENGLISH else pair[0]


def named(one: Any) -> str:
    """The name of a kind, a group, a category or an option."""
    return pick((one.zh, one.en))


def town(code: str) -> str:
    """A town by its code."""
    return pick(once("market.places", places.names).get(code, (code, code)))


def value(attribute: Attribute, given: Any) -> str:
    """A value of an attribute in words; what is not stated reads as such."""
    if given is None:
        return _("未说明")
    if attribute.type == "bool":
        return _("是") if given else _("否")
    options = {option.code: named(option) for option in attribute.options}
    if attribute.type == "choices":
        return texts.listed(options.get(code, code) for code in given) or _("无")
    if attribute.type == "choice":
        return options.get(given, given)
    if attribute.type == "money":
        return _("{amount} 元", amount=format_yuan(given))
    return f"{given:,} {pick(attribute.unit)}".strip()


def lines(kind: Kind, post: Any) -> list[parts.Pair]:
    """What a post states, line by line."""
    known = [
        parts.Pair(pick(one.label), value(one, post.attributes[one.name]))
        for one in kind.attributes
        if one.name in post.attributes
    ]
    day = _("最晚需要") if post.side == PostSide.NEED else _("最早可以")
    return [*known, *([parts.Pair(day, cndate(post.day))] if post.day else [])]


# -------------------------------------------------------------------------------------------------------------- forms


def form(
    kind: Kind, side: str, given: Mapping[str, Any], wrong: Mapping[str, tuple[str, str]]
) -> list[fields.Field]:
    """The fields of a post's form with what was typed and what is wrong with it."""

    def one(id: str, label: str, type: str = "text", **more: Any) -> fields.Field:
        text = str(given.get(id) or "")
        return fields.Field(id, label, type, text, error=pick(wrong[id]) if id in wrong else "", **more)

    def choices(pairs: Sequence[tuple[str, str]], id: str) -> list[fields.Option]:
        chosen = given.get(id)
        held = chosen if isinstance(chosen, (list, tuple)) else [chosen]
        return [fields.Option(code, label, chosen=code in held) for code, label in pairs]

    fine = [
        (category.code, f"{named(category.group)} · {named(category)}")
        for category in kind.categories.values()
    ]
    towns = [(row.code, town(row.code)) for row in places.towns()]
    day = _("最晚什么时候需要") if side == PostSide.NEED else _("最早什么时候可以")
    asked = [_asked(attribute, one, choices) for attribute in kind.attributes if attribute.asked(side)]
    return [
        one("category", _("分类"), "place", options=choices(fine, "category")),
        one("title", _("标题"), max_length=LONGEST_TITLE),
        one(
            "text",
            _("说明"),
            "textarea",
            max_length=LONGEST_TEXT,
            hint=_("不要写电话、邮箱和微信：双方都确认后，系统才交换联系方式。"),
        ),
        one("place", _("所在或希望的镇街"), "place", options=choices(towns, "place")),
        one("day", day, "date", required=False),
        *asked,
        one("contact_name", _("联系人"), max_length=40, hint=_("只有双方都确认后，对方才看得到。")),
        one("contact_phone", _("联系电话"), max_length=20),
    ]


def _asked(attribute: Attribute, one: Any, choices: Any) -> fields.Field:
    unit = pick(attribute.unit)
    hint = _("单位：{unit}", unit=unit) if unit else ""
    if attribute.role == "filter":
        hint = texts.listed([hint, _("硬条件，不满足的不推荐")] if hint else [_("硬条件，不满足的不推荐")])
    more: dict[str, Any] = {"required": attribute.required, "hint": hint}
    if attribute.type == "bool":
        pairs = [("yes", _("是")), ("no", _("否"))]
        return one(
            attribute.name, pick(attribute.label), "choice", options=choices(pairs, attribute.name), **more
        )
    if attribute.options:
        pairs = [(option.code, named(option)) for option in attribute.options]
        return one(
            attribute.name,
            pick(attribute.label),
            attribute.type,
            options=choices(pairs, attribute.name),
            **more,
        )
    return one(attribute.name, pick(attribute.label), attribute.type, **more)


def typed(kind: Kind, data: Any) -> dict[str, Any]:
    """What a form sent: of multiple choices the list."""
    many = {one.name for one in kind.attributes if one.type == "choices"}
    return {name: data.getlist(name) if name in many else data.get(name, "") for name in data}


def begun(kind: Kind, data: Any) -> dict[str, str]:
    """What an address may begin a form with: the category, the town and whole numbers; no words, no contact."""
    names = ("category", "place", *(one.name for one in kind.attributes if one.type == "int"))
    return {name: data[name] for name in names if len(data.get(name, "")) <= 40 and name in data}


def as_typed(kind: Kind, post: Any) -> dict[str, Any]:
    """A stored post as its form shows it."""
    given = {
        "category": post.category,
        "title": post.title,
        "text": post.text,
        "place": post.place,
        "day": post.day.isoformat() if post.day else "",
        "contact_name": post.contact_name,
        "contact_phone": post.contact_phone,
    }
    for one in kind.attributes:
        held = post.attributes.get(one.name)
        if held is None:
            continue
        if one.type == "bool":
            given[one.name] = "yes" if held else "no"
        elif one.type == "money":
            given[one.name] = format_yuan(held).replace(",", "")
        else:
            given[one.name] = held if one.type == "choices" else str(held)
    return given


# ------------------------------------------------------------------------------------------------------ explanations


@dataclass(frozen=True)
class Part:
    """One part of a score: how much of it there is, how much it weighs, and why, in words."""

    name: str
    percent: int
    weight: str
    known: bool
    why: Any


def explained(book: Book, weights: Mapping[str, float], match: Any) -> list[Part]:
    """Why a need and an offer fit, part by part, from what both state."""
    kind = book.kinds[match.need.kind]
    held_by = kind.weighed(weights)
    found = []
    for part in (one for one in PARTS if one not in kind.without):
        held = match.parts.get(part)
        why = _WHY[part](book, kind, match.need, match.offer) if part in _WHY else _stated(kind, part, match)
        found.append(
            Part(
                str(PART_NAMES[part]),
                round(100 * held) if held is not None else 50,
                f"{100 * held_by[part] / sum(held_by.values()):.0f}",
                held is not None,
                why if held is not None else _UNKNOWN.get(part, _UNSAID),
            )
        )
    return found


def checks(kind: Kind, match: Any) -> list[parts.Check]:
    """The hard conditions, each met or to be asked; one that failed would not have been recommended."""
    found = [parts.Check(_("分类属于同一组，或者文字说的是同一类"), verdict=True)]
    for one in kind.attributes:
        wanted, held = match.need.attributes.get(one.name), match.offer.attributes.get(one.name)
        if one.role != "filter" or (wanted is None and held is None):
            continue
        unknown = wanted is None or held is None
        note = _("需求：{need}；供给：{offer}", need=value(one, wanted), offer=value(one, held))
        found.append(parts.Check(pick(one.label), None if unknown else True, note))
    return found


def _stated(kind: Kind, part: str, match: Any) -> str:
    """What both sides state of the attributes of a part, the worse ones first."""
    from tongban.modules.matching.calc.comparing import compared  # noqa: PLC0415  # loads numpy, for this page alone

    said = []
    for one in kind.attributes:
        wanted, held = match.need.attributes.get(one.name), match.offer.attributes.get(one.name)
        if one.role != part or wanted is None or held is None:
            continue
        fits = float(compared(one, [wanted], [held])[0])
        verdict = _("符合") if fits >= 1 else _("不完全符合")
        said.append(
            (
                fits,
                _(
                    "{label}{verdict}（需求 {need}，供给 {offer}）",
                    label=pick(one.label),
                    verdict=verdict,
                    need=value(one, wanted),
                    offer=value(one, held),
                ),
            )
        )
    return texts.listed(text for _fits, text in sorted(said, key=lambda pair: pair[0]))


def _why_capability(book: Book, kind: Kind, need: Any, offer: Any) -> str:
    first = why_category(kind, need, offer)
    more = _stated(kind, "capability", _Pair(need, offer))
    return texts.listed([first, more] if more else [first])


def why_category(kind: Kind, need: Any, offer: Any) -> str:
    """How the categories of two posts fit, by what was chosen and by what their texts speak of."""
    reader = Reader(kind)
    wanted, held = (reader.read(post.category, f"{post.title} {post.text}") for post in (need, offer))

    def names(codes: Any) -> str:
        return texts.listed(
            named(kind.categories[code]) if code in kind.categories else code for code in codes
        )

    both = wanted.categories & held.categories
    if wanted.category == held.category:
        told = names([wanted.category])
        doubtful = not both and (wanted.doubtful or held.doubtful)
        return (
            _("细分类相同：{name}，但文字说的是别的", name=told)
            if doubtful
            else _("细分类相同：{name}", name=told)
        )
    if both:
        return _("细分类不同，但双方的文字说的都是：{name}", name=names(sorted(both)))
    said = ({wanted.category} & held.categories) | ({held.category} & wanted.categories)
    if said:
        return _("细分类不同，但一方的文字说的就是：{name}", name=names(sorted(said)))
    return _("同组，但细分类不同")


@dataclass(frozen=True)
class _Pair:
    need: Any
    offer: Any


def _why_chain(book: Book, kind: Kind, need: Any, offer: Any) -> str:
    far = book.chain.distance(need.industry, offer.industry)
    codes = f"{need.industry}—{offer.industry}"
    if far is None or far <= 1:
        return _("同一行业大类（{codes}）", codes=codes)
    if far <= 2:
        return _("产业链直接上下游（{codes}）", codes=codes)
    return _("产业链相隔 {steps} 步（{codes}）", steps=f"{far - 1:.0f}", codes=codes)


def _why_place(book: Book, kind: Kind, need: Any, offer: Any) -> str:
    far = kilometres(book, need.place, offer.place)
    if not far:
        return _("都在{town}", town=town(need.place))
    return _("{one}到{other}约 {km} 公里", one=town(need.place), other=town(offer.place), km=f"{far:.0f}")


def _why_time(book: Book, kind: Kind, need: Any, offer: Any) -> str:
    said = _stated(kind, "time", _Pair(need, offer))
    if not (need.day and offer.day):
        return said
    days = _("{offer} 可以，{need} 前需要", offer=cndate(offer.day), need=cndate(need.day))
    return texts.listed([days, said] if said else [days])


def _why_record(book: Book, kind: Kind, need: Any, offer: Any) -> str:
    return _("以往对接 {ended} 次，达成 {agreed} 次", ended=offer.ended, agreed=offer.agreed)


def _why_text(book: Book, kind: Kind, need: Any, offer: Any) -> str:
    shared = [word for word in dict.fromkeys(need.words.split()) if word in set(offer.words.split())]
    # Long words are cut once more, so that they are found by their parts; said is the whole.
    shared = [word for word in shared if not any(word != other and word in other for other in shared)]
    reader = Reader(kind)
    wanted, held = (reader.read(post.category, f"{post.title} {post.text}").topics for post in (need, offer))
    topics = wanted & held
    called = [kind.topics[one].words[0] for one in sorted(topics)]
    told = [_("共同的词：{words}", words=texts.listed(shared[:_MOST_WORDS]))] if shared else []
    if called:
        told.append(_("都说到：{words}", words=texts.listed(called[:_MOST_WORDS])))
    return texts.listed(told) if told else _("没有共同的词")


_UNSAID = later("有一方没有说明，按一半计")
_UNKNOWN = {"record": later("还没有对接记录，按一半计"), "chain": later("有一方没有登记行业，按一半计")}
_WHY: Mapping[str, Any] = {
    "capability": _why_capability,
    "chain": _why_chain,
    "place": _why_place,
    "time": _why_time,
    "record": _why_record,
    "text": _why_text,
}


def row(post: Any, book: Book) -> dict[str, Any]:
    """A post in a list; nothing of its contact."""
    kind = book.kinds.get(post.kind)
    category = kind.categories.get(post.category) if kind else None
    return {
        "id": post.pk,
        "title": post.title,
        "text": post.text,
        "side": str(SIDES[PostSide(post.side)]),
        "need": post.side == PostSide.NEED,
        "kind": named(kind) if kind else post.kind,
        "category": named(category) if category else post.category,
        "town": town(post.place),
        "owner": post.owner_name,
        "published": post.published_at,
        "expires": post.expires_on,
    }


def book() -> Book:
    """The book in force."""
    return queries.book()
