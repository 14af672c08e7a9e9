"""The one shape of every failure that we foresee: what happened and what to do, in two languages."""

from typing import Any


class Problem(Exception):
    """A foreseen failure.

    `code` is stable and for machines, `status` is the HTTP answer, the sentences are for people and blame
    nobody; `about` names the thing concerned; `retry_after` is the seconds after which it may go, where waiting
    helps. Subclasses set `code` and `status` and live beside the function that raises them. `str()` is the English
    sentence.
    """

    code = "problem"
    status = 400
    retry_after = 0

    def __init__(
        self, *, sentence_zh: str, sentence_en: str, todo_zh: str, todo_en: str, about: str | None = None
    ) -> None:
        super().__init__(sentence_en)
        self.sentence_zh = sentence_zh
        self.sentence_en = sentence_en
        self.todo_zh = todo_zh
        self.todo_en = todo_en
        self.about = about

    def sentence(self, lang: str) -> str:
        """What happened, in Chinese for any `zh…` language, else in English."""
        return self.sentence_zh if lang.lower().startswith("zh") else self.sentence_en

    def todo(self, lang: str) -> str:
        """What to do next, in Chinese for any `zh…` language, else in English."""
        return self.todo_zh if lang.lower().startswith("zh") else self.todo_en

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are rebuilt from their positional arguments; ours are by keyword and would not survive a
        # process boundary.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[Problem], args: tuple[Any, ...], state: dict[str, Any]) -> Problem:
    problem = kind.__new__(kind, *args)
    problem.args = args
    problem.__dict__.update(state)
    return problem
