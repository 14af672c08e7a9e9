"""Nothing writes outside an action, whichever way of Django's is tried; inside, all is one transaction."""

import threading

import pytest

from tests import city
from tongban.foundation import time
from tongban.kernel.cases.models import Case
from tongban.kernel.parties.models import Person
from tongban.kernel.places.models import Place
from tongban.kernel.records.actions import action
from tongban.kernel.records.models import WriteOutsideAction, in_action

pytestmark = pytest.mark.django_db


def place(code: str = "x") -> Place:
    """A place that is in no pack."""
    return Place(code=code, path=f"{code}/", kind="town", name_zh="x", name_en="x")


WRITES = {
    "save": lambda: place().save(),
    "save of a known row": lambda: Place.objects.first().save(update_fields=["order"]),
    "delete": lambda: Place.objects.last().delete(),
    "create": lambda: Place.objects.create(code="x", path="x/", kind="town", name_zh="x", name_en="x"),
    "get_or_create": lambda: Place.objects.get_or_create(code="x", defaults={"path": "x/"}),
    "update_or_create": lambda: Place.objects.update_or_create(code="441900", defaults={"order": 9}),
    "update": lambda: Place.objects.update(order=9),
    "filtered update": lambda: Place.objects.filter(code="none").update(order=9),
    "increase": lambda: Place.objects.increase("order", code="441900"),
    "erase": lambda: Place.objects.erase("code", "441900"),
    "delete of rows": lambda: Place.objects.all().delete(),
    "bulk_create": lambda: Place.objects.bulk_create([place()]),
    "bulk_update": lambda: Place.objects.bulk_update([Place.objects.first()], ["order"]),
    "related rows": lambda: Case(id=Place.objects.first().pk).materials.all().delete(),
    "related create": lambda: Person(id=Place.objects.first().pk).mandates.create(given_at=time.now()),
}


@pytest.mark.parametrize("way", WRITES)
def test_no_way_of_writing_works_outside_an_action(way):
    before = list(Place.objects.order_by("id").values())
    with pytest.raises(WriteOutsideAction):
        WRITES[way]()
    assert list(Place.objects.order_by("id").values()) == before


def test_one_is_added_to_the_rows_that_are_named_and_to_no_other():
    before = dict(Place.objects.values_list("code", "order"))
    first, second = Place.objects.filter(kind="town").order_by("code").values_list("code", flat=True)[:2]
    city_code = Place.objects.get(kind="city").code  # named too, but of another kind
    wanted = {"code": (first, second, city_code), "kind": "town"}
    assert action(lambda: Place.objects.increase("order", **wanted))() == 2
    assert dict(Place.objects.values_list("code", "order")) == {
        code: order + (code in (first, second)) for code, order in before.items()
    }
    with pytest.raises(TypeError):
        action(lambda: Place.objects.filter(kind="town").increase("order", **wanted))()


def test_an_action_opens_the_tables_and_closes_them_again():
    action(place().save)()
    assert Place.objects.filter(code="x").exists()
    with pytest.raises(WriteOutsideAction):
        place("y").save()


def test_a_failed_action_leaves_nothing_and_closes_the_tables():
    @action
    def half() -> None:
        place().save()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert not Place.objects.filter(code="x").exists()
    assert in_action.get() is False


def test_an_action_within_an_action_joins_it():
    inner = action(lambda: place("inner").save())

    @action
    def outer() -> None:
        inner()
        assert in_action.get()
        place("outer").save()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        outer()
    assert not Place.objects.filter(code__in=["inner", "outer"]).exists()


def test_another_thread_gains_nothing_from_an_action():
    seen = []
    action(
        lambda: [
            thread := threading.Thread(target=lambda: seen.append(in_action.get())),
            thread.start(),
            thread.join(),
        ]
    )()
    assert seen == [False]


def test_identifiers_are_given_before_the_insert_and_run_with_time():
    rows = [city.person() for _ in range(3)]
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)
    assert {row.pk.version for row in rows} == {7}
