"""Granted to people without an application: an allowance of a month, confirmed by the person alone, and had again next month."""

import pytest
from django.test import Client

from tests import city
from tests.modules.policies.awarding import BANK, again, bureau
from tests.terminals.console.filling import body
from tongban.foundation.ids import mask_name
from tongban.kernel.notices.queries import inbox
from tongban.kernel.parties import actions as parties
from tongban.modules.policies import actions
from tongban.modules.policies.calc.periods import of_part, period_words
from tongban.modules.policies.models import Award
from tongban.modules.policies.queries import awards as queries
from tongban.modules.policies.queries import published
from tongban.modules.policies.rules import NoSuchAward
from tongban.modules.policies.tasks.awards import every_day

pytestmark = pytest.mark.django_db
ITEM = "senior-monthly"


@pytest.fixture
def civil(books):
    """The civil affairs bureau, and the welfare fund."""
    return bureau(fund="welfare-2026", agency="civil-affairs")


def senior(name="梁桂英", born="1942-01-18", **facts):
    return city.person(name, born=born, **{"person__benefit_fraud": False, **facts})


def award_to(batch, person):
    return Award.objects.get(batch=batch, subject_id=person.pk)


def test_who_is_on_the_list_and_for_how_much(civil):
    people = {
        "of 84": senior(),
        "of 90": senior(born="1936-03-02"),
        "of 100": senior(born="1926-03-01"),
        "of 79": senior(born="1946-03-03"),
        "elsewhere": senior(person__hukou_in_city=False),
        "drawing": senior(person__old_age_allowance=True),
        "unknown": senior(person__benefit_fraud=None),
        "fraud": senior(person__benefit_fraud=True),
    }
    batch = civil.made(ITEM)
    rows = {row.subject_id: (row.state, row.fen) for row in Award.objects.filter(batch=batch)}
    found = {name: rows[one.pk] for name, one in people.items() if one.pk in rows}
    assert found == {
        "of 84": ("listed", 10_000),
        "of 90": ("listed", 20_000),
        "of 100": ("listed", 50_000),
        "unknown": ("needs_data", None),
        "fraud": ("removed", None),
    }
    assert [one.agency for one in queries.way(batch).consulted] == ["public-security"]


def test_confirmed_by_the_person_paid_and_had_again_next_month(civil, clock):
    one, silent = senior(), senior("周玉兰", "1943-09-12")
    account = city.account(one)
    batch = civil.confirming(clock, ITEM)
    award = award_to(batch, one)
    assert (batch.period, award.state, award.granted_fen) == ("2026-03", "waiting", 10_000)
    client = city.signed_in(account)
    page = body(client.get(f"/policies/awards/{award.pk}/"))
    known = published.profile_of(person_id=one.pk, organisation_id=None).values["person.bank_account"]
    assert f'value="{known}"' in page, "one tap: the account of the social security card is filled in"
    assert "2026 年 3 月" in page
    said = {"account": known, "bank": BANK}
    assert client.post(f"/policies/awards/{award.pk}/answer/", said).status_code == 302
    civil.send(actions.order(batch_id=batch.pk, treasury="file", by=civil.payer))
    assert award_to(batch, one).state == "paid"
    titles = [row.title_zh for row in inbox(city.actor(account)).order_by("id")]
    assert titles == ["请确认：高龄津贴（2026 年 3 月）", "已到账：高龄津贴（2026 年 3 月）"]
    values = published.profile_of(person_id=one.pk, organisation_id=None).values
    assert values["award.senior_monthly"] == 10_000

    lists = body(Client().get(f"/policies/lists/{batch.pk}/"))
    assert mask_name(one.name) in lists
    assert one.name not in lists, "people are masked in public"

    march = civil.made(ITEM)
    assert not Award.objects.filter(batch=march).exists(), "once a month"
    actions.give_up(batch_id=march.pk, reason="试算", by=civil.maker)
    clock.to("2026-04-01T09:00")
    every_day(clock.now.date())
    city.run_jobs()
    assert award_to(batch, silent).state == "deferred"
    april = civil.made(ITEM)
    assert again(april).period == "2026-04"
    assert {row.subject_id for row in Award.objects.filter(batch=april)} == {one.pk, silent.pk}


def test_nobody_else_answers_for_a_person(civil, clock):
    one, other = senior(), senior("周玉兰", "1943-09-12")
    batch = civil.confirming(clock, ITEM)
    award = award_to(batch, one)
    firm = city.organisation(other)
    strangers = [
        city.actor(city.account(other)),
        city.actor(city.account(other), firm),
        civil.maker,
        civil.decider,
        civil.payer,
    ]
    for stranger in strangers:
        with pytest.raises(NoSuchAward):
            actions.confirm_award(award_id=award.pk, account="6222024000000123", bank=BANK, by=stranger)
    browser = city.signed_in(city.account(other))
    assert browser.get(f"/policies/awards/{award.pk}/").status_code == 404
    assert str(award.pk) not in body(browser.get("/policies/awards/"))
    for agency, status in (("civil-affairs", 200), ("industry", 404)):
        officer = city.officer("award_officer", agency=agency, place="")
        assert city.signed_in(officer).get(f"/desk/awards/{batch.pk}/").status_code == status


def test_who_died_or_moved_is_taken_off_before_the_money(civil, clock):
    one, other = senior(), senior("周玉兰", "1943-09-12")
    batch = civil.confirming(clock, ITEM)
    for person in (one, other):
        account = city.actor(city.account(person))
        actions.confirm_award(
            award_id=award_to(batch, person).pk, account="6222024000000123", bank=BANK, by=account
        )
    moved = {"person.hukou_in_city": False}
    parties.learn(
        subject_kind="person", subject_id=one.pk, facts=moved, source="public-security", by=civil.maker
    )
    actions.order(batch_id=batch.pk, treasury="file", by=civil.payer)
    assert [award_to(batch, person).state for person in (one, other)] == ["removed", "ordered"]


@pytest.mark.parametrize(
    ("period", "words", "part"),
    [
        ("2026-11", ("2026 年 11 月", "November 2026"), ("（2026 年 11 月）", ", November 2026")),
        (
            "2026-Q4",
            ("2026 年第 4 季度", "quarter 4 of 2026"),
            ("（2026 年第 4 季度）", ", quarter 4 of 2026"),
        ),
        ("2026", ("2026 年度", "2026"), ("", "")),
        ("", ("", ""), ("", "")),
    ],
)
def test_periods_in_words(period, words, part):
    assert period_words(period) == words
    assert of_part(period) == part


def test_for_what_an_item_is_had_once(clock):
    held = published.in_force()
    day = clock.now.date()
    codes = ("senior-monthly", "job-retention-return", "scale-up-new")
    assert [held.item(code)[1].period_on(day) for code in codes] == ["2026-03", "2026", ""]
    quarterly = [one for one in held.policies.items if one.paid == "quarterly"]
    assert {one.period_on(day) for one in quarterly} == {"2026-Q1"}
