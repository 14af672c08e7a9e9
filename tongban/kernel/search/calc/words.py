"""Words of a Chinese text and of a query: one tokenizer for both databases."""

import unicodedata
from collections.abc import Iterable

import rjieba
from pypinyin import lazy_pinyin

from tongban.kernel.search.calc.signs import SIMPLIFY, SYLLABLES

# Words that say nothing of what is wanted; a pack adds those of its region.
_FILLERS = """
    的 了 要 我 我们 你 你们 他 她 它 咱 俺 想 想要 怎么 怎样 怎么样 咋 如何 办 办理 办个 办张 弄 搞 做 什么 啥 哪些 哪里 哪 哪儿 哪个
    个 张 本 份 次 种 在 是 吗 呢 吧 啊 呀 嘛 和 与 或 及 并 跟 同 给 帮 替 为 对 从 向 需要 需 可以 能 能不能 可不可以 有 有没有 没有 没 不 去 到 来
    把 被 上 下 一个 一下 一 这 那 这个 那个 就 都 也 还 又 再 才 会 能否 是否 请问 请 麻烦 您 大家 自己 本人 我家 家里 家 以后 之后 之前 现在 时候
    怎么办 怎么弄 咋办 咋弄 手续 流程 程序 材料 资料 条件 多久 多少 多少钱 几天 时间 地方 地点 网上 线上 在线 手机 事情 事 情况 业务 服务 证 得 着 过
    该 应该 必须 怎 么 吗 呗 哦 如果 因为 所以 但是 然后 开个 整 弄个 搞个 去哪 在哪 哪办 找谁 谁 几 啦 想办 要办 需要办 有关 关于 相关 东西 比较 很 太 用 最
    先 后
    拿 带 交 让 由 以 等 及其
"""
_ENGLISH_FILLERS = """
    a an the to for of in on at i my me we our you your how do does can get getting apply applying application need
    want what where is are it and or with from by as be have has make who when online please help about
"""
FILLERS = frozenset(_FILLERS.split())
ENGLISH_FILLERS = frozenset(_ENGLISH_FILLERS.split())
# Before an object they are words of their own, also where the tokenizer joins them to a part of it: 开 + 发廊.
VERBS = frozenset("开办卖买做搞换补领查交取提租去看学考报丢改转打刻养建盖砍招请续")
_SPELLINGS = {"licence": "license", "centre": "center", "programme": "program", "labour": "labor"}


def is_han(sign: str) -> bool:
    """True for a Chinese character."""
    return "\u4e00" <= sign <= "\u9fff"


def has_han(text: str) -> bool:
    """True when there is a Chinese character in the text."""
    return any(map(is_han, text))


def normalised(text: str) -> str:
    """The text as it is compared: half width, small letters, simplified characters, single blanks."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(SIMPLIFY)
    kept = "".join(sign if sign.isalnum() else "" if sign in "'’`" else " " for sign in plain)
    return " ".join(kept.split())


def joined(text: str) -> str:
    """A normalised text without the blanks beside Chinese characters."""
    parts = text.split(" ")
    out = parts[0]
    for part in parts[1:]:
        glued = not out or not part or is_han(out[-1]) or is_han(part[0])
        out += part if glued else f" {part}"
    return out


def stem(word: str) -> str:
    """An English word without the endings that searches should not depend on."""
    word = _SPELLINGS.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
        return _SPELLINGS.get(word, word)
    return word


def cut(text: str) -> list[str]:
    """A normalised text as words in their order, blanks included."""
    return list(rjieba.cut(text))


def is_word(text: str) -> bool:
    """True for a word of the language, as against one that the tokenizer put together."""
    return bool(rjieba.has_word(text))


def tokens(text: str) -> list[str]:
    """The words of a normalised text as they are indexed: long ones and the short ones inside them, stems of English."""
    found = (word.strip() for word in rjieba.cut_for_search(text))
    return [word if has_han(word) else stem(word) for word in found if word and word[0].isalnum()]


def index_words(texts: Iterable[str]) -> str:
    """The words of texts, parted by blanks, as the full-text tables store them."""
    return " ".join(word for text in texts for word in tokens(normalised(text)))


def syllables(text: str) -> str:
    """The pinyin of a normalised text, a syllable for each Chinese character, parted by blanks."""
    return " ".join(part for part in lazy_pinyin(joined(text).replace(" ", "")) if part)


def sounds_of(text: str) -> list[str]:
    """The syllable of each character of a text, and other signs as they are: one entry for each sign."""
    # A list for what is not Chinese parts it sign by sign; the library's types do not know that it may.
    return list(lazy_pinyin(text, errors=list))  # type: ignore[arg-type]


def reads_as_pinyin(letters: str) -> bool:
    """True when the letters are whole syllables of pinyin."""
    good = [True] + [False] * len(letters)
    for end in range(1, len(letters) + 1):
        good[end] = any(
            good[start] and letters[start:end] in SYLLABLES for start in range(max(0, end - 6), end)
        )
    return good[-1]
