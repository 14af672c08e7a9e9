"""What is wrong with a pack, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongban.foundation.errors import Problem

Step = str | int
"""One step down a tree: a key of a mapping or an index of a list."""


@dataclass(frozen=True, slots=True)
class PackError:
    """One fault: file, line (from 1), place in the tree, what is wrong, what to do.

    `what` and `todo` are English sentences without a full stop; the Chinese ones may be missing.
    """

    file: str
    line: int
    where: str
    what: str
    todo: str
    what_zh: str = ""
    todo_zh: str = ""

    def text(self, lang: str) -> str:
        """The fault in one line, in Chinese for a `zh…` language where there is Chinese."""
        place = f"{self.file}:{self.line}: {self.where}"
        if lang.lower().startswith("zh") and self.what_zh:
            return f"{place}：{self.what_zh}。{self.todo_zh}。"
        return f"{place}: {self.what}. {self.todo}."

    def __str__(self) -> str:
        return self.text("en")


class PackProblem(Problem):
    """A pack cannot be used; `errors` has every fault found, at least one."""

    code = "pack.invalid"
    status = 500

    def __init__(self, errors: Sequence[PackError]) -> None:
        self.errors = list(errors)
        first = self.errors[0]
        more = len(self.errors) - 1
        super().__init__(
            sentence_zh=f"城市包有 {len(self.errors)} 处错误。{first.text('zh')}",
            sentence_en=f"{first.text('en')}" + (f" And {more} more." if more else ""),
            todo_zh="按所列文件和行号改正后重新检查。",
            todo_en="Correct the files at the lines given and check again.",
            about=first.file,
        )


def where(path: Sequence[Step]) -> str:
    """A path as people write it: ("form", 0, "id") is form[0].id; the root is (root)."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(root)"
