"""How long it takes to match a new post among many: CPU of candidates, score and rows, on a database of its own."""

# Django's parts are imported once its settings are known, which the function decides.
# ruff: noqa: PLC0415

import itertools
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

_BATCH = 2_000
WARM_UP = 300


def measure(posts: int, rounds: int) -> list[tuple[float, float]]:
    """Milliseconds of CPU and by the wall of each of `rounds` new posts, matched as the worker does, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.site.settings"
        os.environ["TONGBAN_VAR"] = folder
        os.environ.pop("TONGBAN_DATABASE", None)
        import django

        django.setup()
        return _measured(posts, rounds)


def _measured(posts: int, rounds: int) -> list[tuple[float, float]]:
    from django.conf import settings
    from django.core.management import call_command

    from tongban.kernel.access.calc import SYSTEM
    from tongban.kernel.records.actions import action
    from tongban.modules.matching import actions
    from tongban.modules.matching.forms import read_matching
    from tongban.modules.matching.models import Post
    from tongban.site.memory import settle

    call_command("migrate", verbosity=0)
    reading = read_matching(settings.PACK)
    actions.load(reading=reading, by=SYSTEM)
    dice = random.Random(7)
    made = _posts(reading, dice)

    @action
    def put(many: int) -> list[Any]:
        rows = [next(made) for _ in range(many)]
        Post.objects.bulk_create(rows)
        return rows

    for begin in range(0, posts, _BATCH):
        put(min(_BATCH, posts - begin))
    found = []
    settle()  # as the worker does
    for row in put(WARM_UP):  # a worker that has been at work for a while
        actions.match_post(post_id=row.pk)
    for row in put(rounds):
        begun, wall = time.process_time(), time.perf_counter()
        actions.match_post(post_id=row.pk)
        found.append((1000 * (time.process_time() - begun), 1000 * (time.perf_counter() - wall)))
    return found


def _posts(reading: Any, dice: random.Random) -> Iterator[Any]:
    """Published posts without end: the judged ones, with other towns, numbers and days, in turn."""
    import uuid

    from tongban.foundation import time as clock
    from tongban.modules.matching.calc import read_book, words_of
    from tongban.modules.matching.models import Post

    book = read_book(reading.book)
    told = [
        (part["kind"], side, one)
        for part in reading.data["judged"]
        for side, key in (("need", "needs"), ("offer", "offers"))
        for one in part[key]
    ]
    now, towns = clock.now(), sorted(book.towns)
    officer, other = uuid.uuid4(), uuid.uuid4()
    serial = itertools.count(1)
    words = {one["id"]: words_of(one["title"], one["text"]) for _, _, one in told}
    while True:
        kind, side, one = dice.choice(told)
        fine = book.kinds[kind].categories[one["category"]]
        values = {
            name: max(1, round(value * dice.uniform(0.5, 2))) if type(value) is int and value > 9 else value
            for name, value in one["attributes"].items()
        }
        place = dice.choice(towns)
        yield Post(
            kind=kind,
            side=side,
            group=fine.group.code,
            category=fine.code,
            title=one["title"],
            text=f"{one['text']} {next(serial)}",  # no two say the same, or what is kept of one would serve all
            words=words[one["id"]],
            attributes=values,
            industry=one.get("industry", ""),
            place=place,
            place_path=f"x/{place}/",
            state="published",
            subject_id=uuid.uuid4(),
            owner_name="示例",
            agency=book.moderated_by,
            made_by=officer,
            made_at=now,
            submitted_by=officer,
            submitted_at=now,
            decided_by=other,
            published_at=now - timedelta(minutes=dice.randrange(100_000)),
            expires_on=clock.today() + timedelta(days=60),
            contact_name="示例",
            contact_phone="0769-00000000",
        )
