"""To whom in an enterprise a notice goes. Pure."""

import uuid
from collections.abc import Collection, Iterable, Mapping

from tongban.kernel.parties.states import Duty
from tongban.modules.policies.states import Topic


def told_of(
    topic: Topic,
    people: Mapping[uuid.UUID, Collection[Duty]],
    routes: Mapping[Topic, Collection[Duty]],
) -> list[uuid.UUID]:
    """Those of the people who may act for an enterprise to whom a topic goes, in the order of their ids.

    Nobody with such a duty: the legal representative; none either: everybody, so that nothing is said to nobody. A
    topic that `routes` does not name goes to everybody.
    """
    wanted = routes.get(topic)
    if wanted is None:
        return sorted(people)
    return _with(people, wanted) or _with(people, [Duty.LEGAL]) or sorted(people)


def _with(people: Mapping[uuid.UUID, Collection[Duty]], wanted: Iterable[Duty]) -> list[uuid.UUID]:
    asked = set(wanted)
    return sorted(person for person, duties in people.items() if asked & set(duties))


def read_routes(data: Mapping[str, Iterable[str]]) -> dict[Topic, tuple[Duty, ...]]:
    """Routes as a pack or a table has them, of the topics that there are."""
    return {Topic(topic): tuple(Duty(one) for one in duties) for topic, duties in data.items()}
