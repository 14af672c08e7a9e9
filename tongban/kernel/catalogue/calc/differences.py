"""What changed between two definitions of an item: every difference once, typed and in a sentence. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tongban.kernel.catalogue.calc.editing import Path, pattern, value_at

# Numbering, not content.
_APART = frozenset({"version", "valid_from"})


class ChangeKind(StrEnum):
    """How a part differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


# Kind of place → kind of part, and what people call it. The longest place that fits counts.
_PARTS: dict[str, tuple[str, str, str]] = {
    "name": ("name", "名称", "Name"),
    "summary": ("summary", "简介", "Summary"),
    "guide": ("guide", "办事指南", "Guide"),
    "guide.faq.*": ("guide", "常见问题", "Question"),
    "guide.process.*": ("guide", "流程说明", "Stage of the guide"),
    "legal_basis": ("basis", "设定依据", "Legal basis"),
    "legal_basis.*": ("basis", "设定依据", "Legal basis"),
    "limits": ("limit", "时限", "Limits"),
    "limits.statutory": ("limit", "法定时限", "Statutory limit"),
    "limits.promised": ("limit", "承诺时限", "Promised limit"),
    "limits.promised.cases.*": ("limit", "分情形的承诺时限", "Promise by situation"),
    "conditions": ("condition", "受理条件", "Conditions"),
    "conditions.*": ("condition", "受理条件", "Condition"),
    "automatic": ("condition", "自动办结规则", "Rule for granting on the spot"),
    "situations": ("situation", "情形", "Situations"),
    "situations.*": ("situation", "情形", "Situation"),
    "situations.*.options": ("situation", "情形的选项", "Options of the situation"),
    "situations.*.options.*": ("situation", "情形选项", "Option of a situation"),
    "form": ("section", "申请表", "Form"),
    "form.*": ("section", "表单分组", "Section"),
    "form.*.fields": ("field", "栏目", "Fields"),
    "form.*.fields.*": ("field", "栏目", "Field"),
    "form.*.fields.*.options": ("field", "栏目的选项", "Options of the field"),
    "form.*.fields.*.options.*": ("field", "栏目选项", "Option of a field"),
    "materials": ("material", "申请材料", "Materials"),
    "materials.*": ("material", "材料", "Material"),
    "tolerance": ("material", "容缺受理", "Tolerant acceptance"),
    "commitments": ("commitment", "告知承诺", "Commitments"),
    "commitments.*": ("commitment", "告知承诺", "Commitment"),
    "procedure": ("step", "办理环节", "Steps"),
    "procedure.*": ("step", "环节", "Step"),
    "result": ("result", "办理结果", "Result"),
    "benefit": ("result", "给付标准", "Benefit"),
    "words": ("words", "搜索用语", "Search words"),
    "fee": ("guide", "收费", "Fee"),
}
_REST = ("item", "基本信息", "Basic data")
_KEYS = {
    "label": ("名称", "label"),
    "title": ("名称", "title"),
    "name": ("名称", "name"),
    "type": ("类型", "type"),
    "required": ("是否必填", "required"),
    "editable": ("是否可改", "editable"),
    "fact": ("数据来源", "source"),
    "help": ("填写说明", "help"),
    "when": ("适用条件", "condition"),
    "rule": ("判断规则", "rule"),
    "grant_when": ("规则", "rule"),
    "necessity": ("必要性", "necessity"),
    "waived_by": ("免提交方式", "waiver"),
    "deferrable": ("可否容缺", "deferrable"),
    "formats": ("格式", "formats"),
    "max_mb": ("大小上限", "greatest size"),
    "source": ("来源", "source"),
    "note": ("说明", "note"),
    "standard": ("要求", "standard"),
    "basis": ("依据", "basis"),
    "value": ("天数", "number of days"),
    "unit": ("单位", "unit"),
    "limit": ("时限", "limit"),
    "who": ("岗位", "who"),
    "child": ("子办件", "child case"),
    "after": ("前一环节", "predecessors"),
    "text": ("正文", "text"),
    "consequences": ("后果", "consequences"),
    "question": ("问题", "question"),
    "places": ("办理地点", "places"),
    "hours": ("办理时间", "hours"),
    "consult_phone": ("咨询电话", "telephone"),
    "complaint_phone": ("投诉电话", "telephone for complaints"),
    "law": ("法律", "law"),
    "article": ("条文", "article"),
    "q": ("问题", "question"),
    "a": ("回答", "answer"),
    "credential": ("证照", "credential"),
    "visits": ("到场次数", "visits"),
    "presence": ("必须到场的依据", "what demands a visit"),
    "online_depth": ("网办深度", "depth of online service"),
    "channels": ("办理渠道", "channels"),
    "audience": ("服务对象", "audience"),
    "level": ("实名等级", "level of assurance"),
    "fresh": ("提交前再确认本人", "check of identity before handing in"),
    "min": ("最小值", "least value"),
    "max": ("最大值", "greatest value"),
    "max_length": ("字数上限", "greatest length"),
    "example": ("示例", "example"),
    "fields": ("栏目", "columns"),
    "min_rows": ("最少行数", "least rows"),
    "max_rows": ("最多行数", "most rows"),
    "unique_by": ("不得重复的栏目", "column without repeats"),
    "total": ("合计", "sum"),
    "signers": ("签名人", "signers"),
    "statement": ("签名声明", "statement signed"),
}


@dataclass(frozen=True)
class Change:
    """One difference: which part, where, what it said before and says now, and a sentence of it."""

    kind: ChangeKind
    part: (
        str  # name, guide, basis, limit, condition, situation, section, field, material, commitment, step, …
    )
    path: Path  # where it stands in the new definition; in the old one for what was removed
    id: str  # identifier of the section, field, material, …; empty where the part has none
    before: Any
    after: Any
    zh: str
    en: str


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """All differences in the order of the new definition, its number and its day apart; none for equal contents."""
    changes = []
    for kind, path, before, after in _compare(old, new, ()):
        root = old if kind is ChangeKind.REMOVED else new
        changes.append(_said(kind, path, before, after, root))
    return changes


_Found = Iterator[tuple[ChangeKind, Path, Any, Any]]


def _compare(old: Any, new: Any, path: Path) -> _Found:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not _is_text(old) and not _is_text(new):
        for key in [*new, *(key for key in old if key not in new)]:
            if path or key not in _APART:
                yield from _one(old.get(key), new.get(key), (*path, key))
    elif _has_ids(old) and _has_ids(new):
        yield from _entries(old, new, path)
    else:
        yield ChangeKind.CHANGED, path, old, new


def _one(old: Any, new: Any, path: Path) -> _Found:
    if old is None and new is not None:
        # A list that begins is many additions, so that each field or material has its own line.
        yield from _entries([], new, path) if _has_ids(new) and new else [(ChangeKind.ADDED, path, None, new)]
    elif new is None and old is not None:
        yield ChangeKind.REMOVED, path, old, None
    else:
        yield from _compare(old, new, path)


def _entries(old: list[Any], new: list[Any], path: Path) -> _Found:
    before = {one["id"]: (at, one) for at, one in enumerate(old)}
    now = [one["id"] for one in new]
    for at, one in enumerate(new):
        if one["id"] in before:
            yield from _compare(before[one["id"]][1], one, (*path, at))
        else:
            yield ChangeKind.ADDED, (*path, at), None, one
    for id, (at, one) in before.items():
        if id not in now:
            yield ChangeKind.REMOVED, (*path, at), one, None
    stayed = [id for id in before if id in now]
    if stayed != [id for id in now if id in before]:
        yield ChangeKind.MOVED, path, list(before), now


def _has_ids(data: Any) -> bool:
    """A list whose entries have identifiers, no two the same."""
    if not isinstance(data, list) or not all(isinstance(one, Mapping) and one.get("id") for one in data):
        return False
    return len({str(one["id"]) for one in data}) == len(data)


def _is_text(data: Any) -> bool:
    return isinstance(data, Mapping) and bool(data) and set(data) <= {"zh", "en"}


def _said(kind: ChangeKind, path: Path, before: Any, after: Any, root: Mapping[str, Any]) -> Change:
    at = len(path)
    while at and pattern(path[:at]) not in _PARTS:
        at -= 1
    part, zh, en = _PARTS[pattern(path[:at])] if at else _REST
    owner = value_at(root, path[:at]) if at else None
    name = _name(owner) if isinstance(path[at - 1], int) else None
    zh, en = (f"{zh}“{name[0]}”", f"{en} '{name[1]}'") if name else (zh, en)
    key = [step for step in path[at:] if isinstance(step, str)]
    if key:
        words = [_KEYS.get(one, (one, one)) for one in key]
        zh = f"{zh}的{'、'.join(word[0] for word in words)}"
        en = f"{en}: {', '.join(word[1] for word in words)}"
    old, now = _shown(before), _shown(after)
    sentences = {
        ChangeKind.ADDED: (f"新增{zh}", f"Added: {en}"),
        ChangeKind.REMOVED: (f"删去{zh}", f"Removed: {en}"),
        ChangeKind.CHANGED: (f"{zh}：由“{old}”改为“{now}”", f"{en}: from '{old}' to '{now}'"),
        ChangeKind.MOVED: (f"{zh}：调整了顺序", f"{en}: the order changed"),
    }
    id = owner.get("id", "") if isinstance(owner, Mapping) else ""
    return Change(kind, part, path, str(id), before, after, *sentences[kind])


def _name(owner: Any) -> tuple[str, str] | None:
    """What people call a section, a field, a material: (Chinese, English)."""
    if not isinstance(owner, Mapping):
        return None
    for key in ("label", "title", "name", "question", "text", "q", "step", "law", "when", "id"):
        said = owner.get(key)
        if isinstance(said, Mapping) and said.get("zh"):
            return _short(said["zh"]), _short(said.get("en") or said["zh"])
        if isinstance(said, str) and said:
            return _short(said), _short(said)
    return None


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return _short("；".join(_shown(one) for one in value.values()), 120)
    if isinstance(value, list):
        return _short("、".join(_shown(one) for one in value), 120)
    return (
        ""
        if value is None
        else _short(
            {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value, 120
        )
    )


def _short(text: Any, most: int = 40) -> str:
    text = str(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"
