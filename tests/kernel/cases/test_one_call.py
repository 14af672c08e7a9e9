"""Applying in one call under an identifier of the client's: repeated as often as one likes, it is one case."""

import uuid

import pytest

from tests import city
from tests.kernel.cases.stages import allowance_draft, office
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.actions import NotComplete
from tongban.kernel.cases.actions.submitting import OtherContent, file
from tongban.kernel.cases.models import Case, DaySerial
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.catalogue.queries import NoSuchItem
from tongban.kernel.events.models import Event

SITUATION = {"form": "individual", "place": "shop"}
ANSWERS = {
    "has_name": True,
    "shop_name": "大朗小满小吃店",
    "shop_place": city.DALANG,
    "shop_address": "大朗镇美景中路 88 号",
    "trade": "catering",
    "scope": "餐饮服务",
    "staff": 2,
}


def apply(by, id, **changes):
    """Apply for the registration of a sole trader."""
    given = {"situation": SITUATION, "answers": ANSWERS, "signed": ["place"], "item_code": "sole-trader"}
    return file(id=id, by=by, **{**given, **changes})


@pytest.mark.django_db
class TestOneCall:
    """One after the other."""

    @pytest.fixture
    def by(self, clock):
        return city.actor(city.account(city.person()))

    def test_the_same_call_again_finds_the_same_case(self, by, clock):
        id = uuid.uuid4()
        case, known = apply(by, id)
        assert (case.pk, known, case.state) == (id, False, "submitted")
        clock.move(hours=1)
        again, known = apply(by, id)
        assert (again.short_no, again.submitted_at, known) == (case.short_no, case.submitted_at, True)
        assert [event.name for event in Event.objects.filter(subject_id=id)] == ["case.submitted"]
        assert DaySerial.objects.get().last == 1

    def test_the_same_call_is_known_also_when_the_case_has_moved_on(self, by):
        id = uuid.uuid4()
        apply(by, id)
        actions.accept(case_id=id, by=office().clerk)
        again, known = apply(by, id)
        assert (again.state, known) == ("accepted", True)

    @pytest.mark.parametrize(
        "changes",
        [
            {"answers": {**ANSWERS, "staff": 3}},
            {
                "answers": {key: value for key, value in ANSWERS.items() if key != "shop_name"}
                | {"has_name": False}
            },
            {"situation": {**SITUATION, "form": "family"}},
            {"signed": []},
            {"item_code": "tax-proof"},
        ],
        ids=["another answer", "one answer less", "another situation", "not signed", "another item"],
    )
    def test_other_content_under_the_same_identifier_is_refused(self, by, changes):
        id = uuid.uuid4()
        apply(by, id)
        with pytest.raises(OtherContent) as refused:
            apply(by, id, **changes)
        assert refused.value.status == 422
        assert Case.objects.get(pk=id).answers["staff"] == 2

    def test_an_identifier_of_anothers_says_nothing_of_the_other(self, by):
        id = uuid.uuid4()
        apply(by, id)
        other = city.actor(city.account(city.person()))
        with pytest.raises(OtherContent):
            apply(other, id)
        with pytest.raises(NoSuchCase):
            queries.case_for(other, id)

    def test_what_is_incomplete_leaves_nothing(self, by):
        for changes in ({"answers": {}}, {"signed": []}, {"situation": {}}):
            id = uuid.uuid4()
            with pytest.raises(NotComplete):
                apply(by, id, **changes)
            assert not Case.objects.filter(pk=id).exists()
        with pytest.raises(NoSuchItem):
            apply(by, uuid.uuid4(), item_code="nothing")
        assert not DaySerial.objects.exists()

    def test_a_draft_of_that_identifier_is_completed_by_it(self, clock):
        of = office()
        draft = allowance_draft(of)
        case, known = apply(
            of.applicant, draft.pk, item_code=draft.item_code, situation={}, answers={}, signed=[]
        )
        assert (case.pk, known, case.state) == (draft.pk, False, "submitted")
