import copy
import pickle

import pytest

from tongban.foundation.errors import Problem


class Missing(Problem):
    code = "sample.missing"
    status = 404


class Counted(Problem):
    """A subclass with arguments of its own."""

    code = "sample.counted"

    def __init__(self, count: int) -> None:
        super().__init__(
            sentence_zh=f"{count} 个", sentence_en=f"{count} of them", todo_zh="数", todo_en="Count"
        )
        self.count = count


def problem() -> Missing:
    return Missing(
        sentence_zh="没有找到。",
        sentence_en="It was not found.",
        todo_zh="核对编号。",
        todo_en="Check the number.",
        about="7",
    )


def test_a_problem_speaks_two_languages() -> None:
    assert [problem().sentence(lang) for lang in ("zh", "zh-hans", "ZH", "en", "fr")] == [
        "没有找到。",
        "没有找到。",
        "没有找到。",
        "It was not found.",
        "It was not found.",
    ]
    assert (problem().todo("zh"), problem().todo("en")) == ("核对编号。", "Check the number.")
    assert str(problem()) == "It was not found."
    assert (problem().code, problem().status, problem().about) == ("sample.missing", 404, "7")


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
@pytest.mark.parametrize("original", [problem(), Counted(3)])
def test_a_problem_survives_copying_and_process_boundaries(again, original: Problem) -> None:
    other = again(original)
    assert type(other) is type(original)
    assert other.__dict__ == original.__dict__
    assert str(other) == str(original)
