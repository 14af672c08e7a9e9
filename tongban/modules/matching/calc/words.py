"""Words of posts, as they are stored and compared. Pure."""

from tongban.kernel.search.calc.words import FILLERS, index_words

LONGEST = 400
# What every post says and none means anything by.
_COMMON = frozenset(
    [
        "提供",
        "寻求",
        "寻",
        "求",
        "求购",
        "出租",
        "出售",
        "转让",
        "公司",
        "企业",
        "合作",
        "长期",
        "可",
        "元",
        "每月",
        "优先",
        "要求",
        "现",
        "有意",
        "欢迎",
    ]
)


def words_of(*texts: str) -> str:
    """The words of a post, parted by blanks, as they are stored."""
    found = [word for word in index_words(texts).split() if word not in FILLERS and word not in _COMMON]
    return " ".join(found)[: LONGEST * 4]
