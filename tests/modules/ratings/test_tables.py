"""What must always be true of ratings and rectifications, the tables say themselves."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from tongban.kernel.records.actions import action
from tongban.modules.ratings.models import Rating, RatingRemedy, RemedyEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("way", "wrong"),
    [
        ([], {"state": "lost"}),
        ([], {"due_on": None}),
        ([], {"state": "contacted"}),
        ([], {"round": 3}),
        (["contact"], {"state": "repairing"}),
        (["contact", "confirm"], {"state": "answered"}),
        (["contact", "confirm"], {"kind": "huge"}),
        (["contact", "confirm", "answer"], {"state": "closed"}),
        (["contact", "confirm", "answer", "satisfied"], {"outcome": ""}),
    ],
)
def test_a_rectification(bad, walk, way, wrong):
    one = bad()
    walk(one, *way)
    with pytest.raises(IntegrityError), transaction.atomic():
        action(lambda: RatingRemedy.objects.update(**wrong))()


@pytest.mark.parametrize("wrong", [{"words": None}, {"channel": "fax"}, {"level": 0}])
def test_a_rating(bad, wrong):
    bad()
    with pytest.raises(IntegrityError), transaction.atomic():
        action(lambda: Rating.objects.update(**wrong))()


def test_one_rating_of_a_case_and_one_appeal(bad, walk):
    one = bad()
    walk(one, "contact", "appeal")
    second = {"remedy": one.remedy, "verb": "appeal", "ground": "mistaken", "by_id": uuid.uuid4()}
    with pytest.raises(IntegrityError), transaction.atomic():
        action(lambda: RemedyEntry(at=one.rating.given_at, **second).save(force_insert=True))()
    copy = Rating.objects.get()
    copy.pk = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        action(lambda: copy.save(force_insert=True))()
