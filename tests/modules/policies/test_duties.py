"""In an enterprise the right people are told: by duty, never nobody, of new matches only once, set by its legal representative."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.modules.policies.awarding import ITEM, LISTED, award_of, confirm, firm, learn
from tests.terminals.console.filling import body
from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.notices.queries import inbox
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.states import Duty
from tongban.modules.policies import actions
from tongban.modules.policies.actions import BadDuties, OnlyTheLegalRepresentative
from tongban.modules.policies.calc.duties import told_of
from tongban.modules.policies.models import FirmDuty, FirmNotices
from tongban.modules.policies.queries import duties, published
from tongban.modules.policies.states import Topic
from tongban.modules.policies.tasks.alerts import tell_new_matches, tell_who_waits

pytestmark = pytest.mark.django_db
ROUTES = {
    Topic.MATCHES: ["policy"],
    Topic.CONFIRMATIONS: ["legal", "policy"],
    Topic.PAYMENTS: ["finance"],
}
OPEN = "2026-09-01T09:00"  # the item can be had then
PEOPLE = [uuid.UUID(int=n) for n in range(1, 5)]


@given(
    st.dictionaries(st.sampled_from(PEOPLE), st.sets(st.sampled_from(Duty))),
    st.dictionaries(st.sampled_from(Topic), st.sets(st.sampled_from(Duty), min_size=1)),
    st.sampled_from(Topic),
)
def test_a_notice_goes_to_somebody_of_the_enterprise_and_to_the_right_ones(people, routes, topic):
    found = told_of(topic, people, routes)
    assert bool(found) == bool(people)
    assert set(found) <= set(people)
    right = {one for one, held in people.items() if held & routes.get(topic, set())}
    assert not right or set(found) == right


@pytest.fixture
def team(books, clock):
    """A firm, with a finance manager, a policy officer and somebody without a duty; each an account."""
    published.forget()
    one = firm()
    people = {name: city.person(name) for name in ("财务", "专员", "其他")}
    for person in people.values():
        parties.give_mandate(organisation=one.row, agent=person, source="online", by=SYSTEM)
    accounts = {name: city.account(person) for name, person in people.items()}
    actions.set_duties(
        organisation_id=one.row.pk,
        given={people["财务"].pk: ["finance"], people["专员"].pk: ["policy"]},
        routes=ROUTES,
        watching=False,
        by=one.by,
    )
    yield one, people, {"法人": one.account, **accounts}
    published.forget()


def told(accounts):
    """The titles that each was told, oldest first."""
    return {
        name: [row.title_zh for row in inbox(city.actor(account)).order_by("id")]
        for name, account in accounts.items()
    }


def test_confirmations_and_payments_go_to_whose_business_they_are(team, office, clock):
    one, _people, accounts = team
    batch = office.confirming(clock)
    asked = "请确认：首次上规模奖励"
    assert told(accounts) == {"法人": [asked], "财务": [], "专员": [asked], "其他": []}
    confirm(one, batch)
    office.send(actions.order(batch_id=batch.pk, treasury="file", by=office.payer))
    assert award_of(batch, one).state == "paid"
    paid = "已到账：首次上规模奖励"
    assert told(accounts) == {"法人": [asked], "财务": [paid], "专员": [asked], "其他": []}


def test_who_has_left_is_told_nothing_and_the_legal_representative_instead(team):
    one, people, accounts = team
    today = time.today()

    def of_payments():
        return duties.accounts_told(one.row.pk, "organisation", Topic.PAYMENTS, today)

    assert of_payments() == [accounts["财务"].pk]
    mandate = people["财务"].mandates.get()
    mandate.ends_on = mandate.starts_on
    city.action(mandate.save)()
    assert duties.accounts_told(
        one.row.pk, "organisation", Topic.PAYMENTS, today.replace(day=today.day + 1)
    ) == [accounts["法人"].pk]
    assert duties.accounts_told(people["其他"].pk, "person", Topic.PAYMENTS, today) == [accounts["其他"].pk]


def renew(one, **facts):
    learn(one, **({name.replace(".", "__"): value for name, value in LISTED.items()} | facts))


def test_new_matches_are_told_once_and_again_when_they_come_back(team, clock):
    one, people, accounts = team
    clock.to(OPEN)
    renew(one, org__above_scale=False)
    given = {people["专员"].pk: ["policy"]}
    actions.set_duties(organisation_id=one.row.pk, given=given, routes=ROUTES, watching=True, by=one.by)
    row = FirmNotices.objects.get(organisation_id=one.row.pk)
    assert ITEM not in row.known

    def another_day(**facts):
        clock.move(days=1)
        renew(one, **facts)
        tell_new_matches(clock.now.date())
        tell_new_matches(clock.now.date())
        return list(told(accounts)["专员"])

    assert another_day(org__above_scale=False) == [], "what it could have when it asked is not news"
    first = another_day()
    assert first == [
        f"{one.row.name} 新增 {len(actions.can_have(one.row.pk)) - len(row.known)} 项可以享受的政策"
    ]
    assert another_day() == first
    assert another_day(org__above_scale=False) == first
    assert len(another_day()) == 2
    assert told(accounts)["财务"] == told(accounts)["法人"] == []
    page = city.signed_in(accounts["专员"])
    notice = inbox(city.actor(accounts["专员"])).first()
    assert page.get(f"/policies/matches/{notice.about_id}/").status_code == 302
    stranger = city.signed_in(city.account(city.person()))
    assert stranger.get(f"/policies/matches/{notice.about_id}/").status_code == 404


def test_a_saved_alert_is_told_to_who_saved_it_and_to_the_policy_officer(team, clock):
    _one, people, accounts = team
    one = team[0]
    clock.to(OPEN)
    renew(one, org__above_scale=False)
    by = city.actor(accounts["其他"], one.row)
    actions.save_alert(item=ITEM, audience="organisation", by=by)
    clock.move(days=1)
    learn(one, org__above_scale=True)
    tell_who_waits(clock.now.date())
    tell_who_waits(clock.now.date())
    title = "可以享受：首次上规模奖励"
    assert told(accounts) == {"法人": [], "财务": [], "专员": [title], "其他": [title]}
    alert = inbox(city.actor(accounts["专员"])).first().about_id
    assert city.signed_in(accounts["专员"]).get(f"/policies/alerts/{alert}/").status_code == 302
    assert people["专员"].pk


def test_only_the_legal_representative_sets_it(team):
    one, people, accounts = team
    page = "/policies/duties/"
    said = {f"duty-{people['其他'].pk}": ["finance"]} | {f"route-{topic}": ["finance"] for topic in Topic}
    colleague, stranger = city.signed_in(accounts["财务"]), firm()
    colleague.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    assert "由法定代表人设置" in body(colleague.get(page))
    assert colleague.post(page, said).status_code == 403
    for by in (city.actor(accounts["财务"], one.row), stranger.by, city.actor(one.account)):
        with pytest.raises(OnlyTheLegalRepresentative):
            actions.set_duties(organisation_id=one.row.pk, given={}, routes=ROUTES, watching=False, by=by)
    before = list(FirmDuty.objects.order_by("id").values_list("person_id", "duty"))
    head = city.signed_in(one.account)
    assert "请先选择代表哪家企业" in body(head.get(page))
    head.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    assert head.post(page, {**said, f"route-{Topic.MATCHES}": []}).status_code == 422
    assert list(FirmDuty.objects.order_by("id").values_list("person_id", "duty")) == before
    assert head.post(page, said).status_code == 302
    assert list(FirmDuty.objects.values_list("person_id", "duty")) == [(people["其他"].pk, "finance")]
    shown = body(head.get(f"{page}?done=1"))
    assert "已保存" in shown
    assert shown.count(" checked") == 1 + len(Topic)


@pytest.mark.parametrize(
    ("given_to", "routes"),
    [
        ("stranger", ROUTES),
        ("其他", {**ROUTES, Topic.PAYMENTS: []}),
        ("其他", {**ROUTES, Topic.PAYMENTS: ["nobody"]}),
        ("其他", {Topic.PAYMENTS: ["finance"]}),
        ("legal", ROUTES),
    ],
)
def test_what_cannot_be_is_refused(team, given_to, routes):
    one, people, _accounts = team
    person = city.person() if given_to == "stranger" else people["其他"]
    duty = "legal" if given_to == "legal" else "finance"
    with pytest.raises(BadDuties):
        actions.set_duties(
            organisation_id=one.row.pk, given={person.pk: [duty]}, routes=routes, watching=False, by=one.by
        )
