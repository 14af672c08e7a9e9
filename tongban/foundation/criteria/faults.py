"""What is wrong with a rule, where, and what to write instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.foundation.errors import Problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the position of its first character (from 1), what is wrong, what to do."""

    position: int
    code: str
    what: str
    todo: str
    what_zh: str
    todo_zh: str

    def text(self, lang: str) -> str:
        """The fault in one line."""
        if lang.lower().startswith("zh"):
            return f"第 {self.position} 个字符处：{self.what_zh}。{self.todo_zh}。"
        return f"At character {self.position}: {self.what}. {self.todo}."


class CriteriaProblem(Problem):
    """A rule that cannot be used; `faults` has every fault found, at least one."""

    code = "criteria.invalid"
    status = 422

    def __init__(self, text: str, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.position)
        first = self.faults[0]
        super().__init__(
            sentence_zh=first.text("zh"),
            sentence_en=first.text("en"),
            todo_zh=f"{first.todo_zh}。",
            todo_en=f"{first.todo}.",
            about=text[:200],
        )


class FaultError(Exception):
    """Carries a fault up to where it is collected; never leaves this package."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def fault(code: str, position: int, **values: object) -> Fault:
    """The fault `code` at `position` (from 0); `values` fill its sentences."""
    what, todo, what_zh, todo_zh = (text.format_map(values) for text in _SENTENCES[code])
    return Fault(position + 1, code, what, todo, what_zh, todo_zh)


def stop(code: str, position: int, **values: object) -> FaultError:
    """The fault as something to raise."""
    return FaultError(fault(code, position, **values))


# Code → what is wrong, what to do, and both in Chinese.
_SENTENCES = {
    "empty": ("the rule is empty", "Write a condition", "规则为空", "请写出条件"),
    "too_long": (
        "the rule is longer than {limit} characters",
        "Split it",
        "规则超过 {limit} 个字符",
        "请拆分",
    ),
    "too_deep": ("brackets are nested too deeply", "Split the rule", "括号嵌套过深", "请拆分规则"),
    "syntax": (
        "this cannot be read",
        "Check the words and brackets here",
        "无法读懂",
        "请检查此处的词和括号",
    ),
    "comment": (
        "comments are not read",
        "Put the note beside the rule",
        "不支持注释",
        "请把说明写在规则之外",
    ),
    "quotes": (
        "double quotes name a column in SQL",
        "Write a text in single quotes",
        "双引号在 SQL 中表示列名",
        "文本请用单引号",
    ),
    "word": ("'{word}' is not in the language", "Take it out", "语言中没有“{word}”", "请删去"),
    "division": (
        "there is no division, because it has no answer for zero and rounds",
        "Multiply the other side instead: a >= 0.5 * b",
        "没有除法：除数可能为零，结果会舍入",
        "请改为在另一侧相乘：a >= 0.5 * b",
    ),
    "remainder": (
        "there is no remainder, because it fails for zero",
        "Use a fact that says it directly",
        "没有取余：除数可能为零",
        "请使用能直接表达的事实",
    ),
    "like": (
        "texts are not matched by pattern",
        "List the values with IN",
        "不支持按模式匹配文本",
        "请用 IN 列出各值",
    ),
    "select": ("a rule asks no tables", "Use declared facts", "规则不能查询数据表", "请使用已声明的事实"),
    "cast": (
        "nothing is converted",
        "Compare values of the same type; write a day as DATE '2026-01-01'",
        "不做类型转换",
        "请比较同类型的值；日期写作 DATE '2026-01-01'",
    ),
    "case": (
        "CASE is not in the language",
        "Write one rule for each case",
        "语言中没有 CASE",
        "请为每种情形各写一条规则",
    ),
    "interval": (
        "days are not computed with",
        "Use a derived fact such as an age or a number of months",
        "不支持日期加减",
        "请使用年龄、月数等派生事实",
    ),
    "least": (
        "{word} skips what is not known and would pay the limit",
        "Write cap(x, limit)",
        "{word} 会跳过未知的值，导致按上限发放",
        "请写 cap(x, 上限)",
    ),
    "coalesce": (
        "{word} replaces what is not known by a guess",
        "Ask with IS NULL, or leave the condition unknown",
        "{word} 会用猜测代替未知的值",
        "请用 IS NULL 判断，或让条件保持未知",
    ),
    "function": (
        "the function '{word}' is not in the language",
        "Only cap(x, limit) and contains(list, 'text') are",
        "语言中没有函数“{word}”",
        "只有 cap(x, 上限) 和 contains(清单, '文本')",
    ),
    "undotted": (
        "'{word}' is no name of a fact",
        "Name facts with a dot, such as person.age; put texts in single quotes",
        "“{word}”不是事实的名称",
        "事实名称中有点，如 person.age；文本请用单引号",
    ),
    "unknown": (
        "the fact '{word}' is not declared",
        "Declare it, or use {near}",
        "没有声明事实“{word}”",
        "请先声明，或使用 {near}",
    ),
    "number": (
        "'{word}' is no plain number",
        "Write up to 18 digits, with a dot before the decimals",
        "“{word}”不是普通数字",
        "最多 18 位数字，小数用点分隔",
    ),
    "string": (
        "the text is longer than {limit} characters or has control characters",
        "Shorten it",
        "文本超过 {limit} 个字符或含控制字符",
        "请缩短",
    ),
    "date": (
        "'{word}' is no day",
        "Write DATE '2026-01-01'",
        "“{word}”不是有效日期",
        "请写 DATE '2026-01-01'",
    ),
    "no_today": (
        "this rule cannot ask for CURRENT_DATE",
        "Write the day out",
        "此规则不能使用 CURRENT_DATE",
        "请写出具体日期",
    ),
    "null": (
        "NULL cannot be compared with",
        "Ask with IS NULL or IS NOT NULL",
        "不能与 NULL 比较",
        "请用 IS NULL 或 IS NOT NULL",
    ),
    "is": (
        "IS asks only for NULL, and only of a fact",
        "Write x IS NULL, or x = TRUE",
        "IS 只能用于判断事实是否为 NULL",
        "请写 x IS NULL 或 x = TRUE",
    ),
    "types": (
        "{left} and {right} cannot be compared",
        "Compare values of the same type",
        "{left} 与 {right} 不能比较",
        "请比较同类型的值",
    ),
    "order": (
        "{left} has no order",
        "Use = or <> or IN",
        "{left} 没有大小顺序",
        "请用 =、<> 或 IN",
    ),
    "arithmetic": (
        "{left} {op} {right} has no meaning",
        "Add money to money and numbers to numbers; multiply by a number",
        "{left} {op} {right} 没有意义",
        "金额与金额、数与数可加减；可乘以一个数",
    ),
    "minus": (
        "a minus sign stands only before a number",
        "Write 0 - x",
        "负号只能用在数字前",
        "请写 0 - x",
    ),
    "no_truth": (
        "{left} is neither true nor false",
        "Compare it with something",
        "{left} 不是真假值",
        "请写出与什么比较",
    ),
    "no_value": (
        "a condition stands where a value is needed",
        "Write one comparison at a time, joined by AND",
        "此处应为一个值，而不是条件",
        "一次写一个比较，用 AND 连接",
    ),
    "options": (
        "IN needs a list of texts, numbers or days",
        "Write x IN ('a', 'b')",
        "IN 后应为文本、数字或日期的清单",
        "请写 x IN ('a', 'b')",
    ),
    "contains": (
        "contains takes a list and a text",
        "Write contains(fact, 'text')",
        "contains 的参数应为清单和文本",
        "请写 contains(事实, '文本')",
    ),
    "cap": (
        "cap takes two numbers or two amounts",
        "Write cap(x, limit)",
        "cap 的参数应为两个数或两个金额",
        "请写 cap(x, 上限)",
    ),
    "node": (
        "{word} is not in the language",
        "See the list of what is",
        "语言中没有 {word}",
        "请对照语言清单",
    ),
}
