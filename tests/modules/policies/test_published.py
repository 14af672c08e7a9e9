"""Published texts, and alerts that are told once."""

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue.forms import read_pack
from tongban.kernel.notices.queries import inbox
from tongban.kernel.parties import actions as parties
from tongban.kernel.records.actions import action
from tongban.modules.policies import actions
from tongban.modules.policies.forms import read_policies
from tongban.modules.policies.models import Alert, PolicyHolding, PolicyText
from tongban.modules.policies.queries import published
from tongban.modules.policies.tasks import tell_who_waits

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def reading():
    """The policies of the pack, read anew."""
    return read_policies(read_pack(settings.PACK))


def test_loading_twice_changes_nothing(reading, clock):
    texts = PolicyText.objects.count()
    assert actions.load(reading=reading, by=SYSTEM) == 0
    assert PolicyText.objects.count() == texts == len(reading.documents())


def test_a_changed_document_is_a_new_text_and_the_old_one_stays(reading, clock, monkeypatch):
    documents = reading.documents()
    kind, code, data = documents[0]
    changed = [(kind, code, {**data, "number": "示例改号"}), *documents[1:]]
    monkeypatch.setattr(type(reading), "documents", lambda _self: changed)
    before = PolicyHolding.objects.get(kind=kind, code=code).text
    assert actions.load(reading=reading, by=SYSTEM) == 1
    after = PolicyHolding.objects.get(kind=kind, code=code).text
    assert after.pk != before.pk
    assert PolicyText.objects.get(pk=before.pk).data == data
    assert published.in_force().policies.policies[0].number == "示例改号"
    monkeypatch.setattr(type(reading), "documents", lambda _self: changed[1:])
    assert actions.load(reading=reading, by=SYSTEM) >= 1
    assert code not in {one.code for one in published.in_force().policies.policies}
    assert PolicyText.objects.filter(kind=kind, code=code).count() == 2


def test_a_published_text_cannot_be_changed(clock):
    row = PolicyText.objects.order_by("id").first()
    row.number = "x"
    with pytest.raises(DatabaseError), transaction.atomic():
        action(lambda: PolicyText.objects.filter(pk=row.pk).update(code="other"))()


def test_whoever_waits_is_told_once_when_it_fits(clock):
    head = city.person("何桂珍", born="1946-03-03")  # 80 years old tomorrow
    account = city.account(head)
    by = city.actor(account)
    code = next(
        one.code
        for one in published.in_force().policies.items
        if "高龄" in one.name.zh and one.audience == "person"
    )
    actions.save_alert(item=code, audience="person", by=by)
    actions.save_alert(item=code, audience="person", by=by)
    assert Alert.objects.filter(account_id=account.pk).count() == 1
    facts = {
        "person.awards": [],
        "person.awards_year": [],
        "person.hukou_in_city": True,
        "person.old_age_allowance": False,
        "person.benefit_fraud": False,
    }
    parties.learn(subject_kind="person", subject_id=head.pk, facts=facts, source="civil-affairs", by=SYSTEM)
    tell_who_waits(clock.now.date())
    assert inbox(by).count() == 0
    clock.move(days=1)
    tell_who_waits(clock.now.date())
    tell_who_waits(clock.now.date())
    titles = [row.title_zh for row in inbox(by)]
    assert len(titles) == 1
    assert "高龄" in titles[0]
    told = Alert.objects.get(account_id=account.pk)
    client, other = city.signed_in(account), city.signed_in(city.account(city.person()))
    assert f'href="/policies/alerts/{told.pk}/"' in client.get("/inbox/").content.decode()
    assert client.get(f"/policies/alerts/{told.pk}/").headers["location"] == f"/policies/{code}/"
    assert other.get(f"/policies/alerts/{told.pk}/").status_code == 404
