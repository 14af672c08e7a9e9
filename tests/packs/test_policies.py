"""The policies of the pack judge their examples as people did by hand: one test for each file of examples."""

import datetime as dt
from functools import cache

import pytest

from tests.packs.reading import PACK
from tongban.kernel.catalogue.forms import read_declared
from tongban.modules.policies.calc import Matcher, terms_on
from tongban.modules.policies.calc.explaining import WORDS
from tongban.modules.policies.forms import EXAMPLES, PolicyReading, read_policies

FILES = sorted(path.name for path in (PACK / EXAMPLES).glob("*.yaml"))


@cache
def reading() -> PolicyReading:
    """The policies of the pack."""
    return read_policies(read_declared(PACK))


@cache
def offered(as_of: str) -> Matcher:
    """What is offered on a day."""
    return Matcher(terms_on(reading().policies, dt.date.fromisoformat(as_of)))


def judged(example: dict) -> dict:
    """What comes out, in the words of examples; only what the example speaks of."""
    matches = {one.offer.code: one for one in offered(example["as_of"]).match(example["given"])}
    match = matches.get(example["item"])
    if match is None:
        return {"verdict": "no"}
    found = {
        "verdict": WORDS[match.verdict],
        "amount": match.amount,
        "missing": sorted(match.missing),
        "fails": sorted(match.fails),
        "excluded_by": sorted(match.excluded_by),
        "edition": match.offer.edition.name,
    }
    return {key: found[key] for key in example["expect"]}


def test_the_policies_have_no_fault():
    assert [error.text("en") for error in reading().errors] == []


@pytest.mark.parametrize("name", FILES)
def test_examples(name):
    wanted, found = {}, {}
    for number, example in enumerate(reading().examples[name]):
        key = f"{number} {example['name']}"
        wanted[key] = {
            one: sorted(value) if isinstance(value, list) else value
            for one, value in example["expect"].items()
        }
        found[key] = judged(example)
    assert found == wanted
