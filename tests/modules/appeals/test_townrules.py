"""What a town writes itself: drafted by one, published by another, beneath the city's categories, to offices that take it."""

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.modules.appeals.filing import filed
from tongban.foundation import time
from tongban.kernel.events.models import Event
from tongban.kernel.records.actions import action
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.actions import BadAppeal, BadRules, OwnDraft
from tongban.modules.appeals.models import TownRuleText
from tongban.modules.appeals.rules import NoSuchTownRules

DALANG, HUMEN = city.town(city.DALANG), city.town(city.HUMEN)
TEXT = """
categories:
  - {code: village-plant, of: rights, name: {zh: 村集体厂房纠纷, en: Village plants}}
routes:
  - {when: "appeal.subcategory = 'village-plant'", lead: town, assists: [transport]}
  - {when: "appeal.category = 'customs'", lead: town}
"""


def manager(place=DALANG, **more):
    return city.actor(city.officer("town_manager", agency="", place=place, **more))


def in_force(text=TEXT, town=city.DALANG):
    place = city.town(town)
    row = actions.draft_town_rules(town=town, text=text, by=manager(place))
    return actions.publish_town_rules(rules_id=row.pk, by=manager(place))


def test_a_second_person_puts_it_in_force_and_history_stays(db):
    first, second = manager(name="温丽"), manager(name="麦国栋")
    row = actions.draft_town_rules(town=city.DALANG, text=TEXT, by=first)
    assert queries.own_rules(city.DALANG).routes == ()  # a draft holds nothing
    with pytest.raises(OwnDraft):
        actions.publish_town_rules(rules_id=row.pk, by=first)
    actions.publish_town_rules(rules_id=row.pk, by=second)
    assert [one.code for one in queries.own_rules(city.DALANG).within("rights")] == ["village-plant"]
    again = actions.draft_town_rules(town=city.DALANG, text="", by=second)
    assert again.pk != row.pk
    actions.publish_town_rules(rules_id=again.pk, by=first)
    assert queries.own_rules(city.DALANG).subcategories == ()
    kept = [(one.pk, one.state) for one in queries.town_rule_versions(first, city.DALANG)]
    assert kept == [(again.pk, "live"), (row.pk, "past")]
    assert queries.subcategory_name(city.DALANG, "village-plant") == ("村集体厂房纠纷", "Village plants")
    names = list(
        Event.objects.filter(name__startswith="town_rules").order_by("id").values_list("name", flat=True)
    )
    assert names == ["town_rules.drafted", "town_rules.published"] * 2


def test_the_database_holds_that_nobody_publishes_their_own(db):
    row = actions.draft_town_rules(town=city.DALANG, text=TEXT, by=manager())
    row.state, row.published_by, row.published_at = "live", row.drafted_by, time.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        action(row.save)()


def test_it_runs_before_the_citys_for_firms_of_the_town_alone(boss, firm):
    assert filed(boss, firm, "customs").agency == "customs"
    in_force()
    row = filed(boss, firm, "customs")
    assert (row.agency, row.town_agency, row.desk) == ("town-dalang", "town-dalang", "industry")
    head = city.person("何秀珍", city.HUMEN)
    other = city.organisation(head, "虎门示例服装有限公司", place=city.HUMEN)
    assert filed(city.actor(city.account(head)), other.pk, "customs").agency == "customs"


def test_a_subcategory_is_the_towns_and_the_clocks_stay_the_citys(boss, firm):
    plain = filed(boss, firm)
    in_force()
    row = filed(boss, firm, subcategory="village-plant")
    assert (row.category, row.subcategory, row.agency) == ("rights", "village-plant", "town-dalang")
    assert [one.agency for one in queries.tasks_of(row)] == ["transport"]
    assert row.promise == plain.promise
    assert (row.close_on, row.supervise_on, row.desk) == (plain.close_on, plain.supervise_on, plain.desk)
    assert filed(boss, firm).agency == ""  # without it, a person decides as before
    for category, code in (("customs", "village-plant"), ("rights", "nothing")):
        with pytest.raises(BadAppeal):
            filed(boss, firm, category, subcategory=code)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("of: rights", "of: nothing", "there is no category 'nothing'"),
        ("code: village-plant", "code: customs", "the code 'customs' is used already"),
        ("lead: town, assists", "lead: nobody, assists", "there is no agency 'nobody'"),
        ("[transport]", "[customs]", "the agency 'customs' is not of this town"),
        ("[transport]", "[town-humen]", "the agency 'town-humen' is not of this town"),
        ("appeal.category = 'customs'", "appeal.kategory = 'customs'", "the condition cannot be read"),
        ("routes:", "clocks: {rights: {close: 90}}\nroutes:", "clocks"),
        ("categories:", "categories: [", "rules:"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_kept(db, before, after, said):
    assert before in TEXT
    with pytest.raises(BadRules) as raised:
        actions.draft_town_rules(town=city.DALANG, text=TEXT.replace(before, after, 1), by=manager())
    faults = raised.value.faults
    assert any(said in english for _chinese, english in faults)
    assert all(chinese.startswith("rules:") for chinese, _english in faults)
    assert not TownRuleText.objects.exists()


def test_who_writes_and_who_reads(db):
    row = actions.draft_town_rules(town=city.DALANG, text=TEXT, by=manager())
    desk = city.actor(city.officer("appeal_coordinator", agency="industry", place=""))
    strangers = [
        manager(HUMEN),
        city.actor(city.officer("appeal_officer", agency="town-dalang", place=DALANG)),
        city.actor(city.officer("appeal_coordinator", agency="town-songshan-lake", place="")),
        city.actor(city.officer("bureau", agency="", place="")),
    ]
    for by in (*strangers, desk):
        with pytest.raises(NoSuchTownRules):
            actions.publish_town_rules(rules_id=row.pk, by=by)
        with pytest.raises(NoSuchTownRules):
            actions.draft_town_rules(town=city.DALANG, text="", by=by)
    assert list(queries.town_rule_versions(desk)) == [row]
    assert all(not queries.town_rule_versions(by).exists() for by in strangers)
    with pytest.raises(NoSuchTownRules):
        actions.draft_town_rules(town="441900", text="", by=manager(""))


def test_rules_that_a_later_pack_no_longer_bears_hold_nothing_and_break_nothing(boss, firm):
    in_force()
    action(TownRuleText.objects.update)(text=TEXT.replace("of: rights", "of: gone"))
    assert len(queries.check_town_rules(TownRuleText.objects.get().text, city.DALANG)[1]) == 1
    assert filed(boss, firm, "customs").agency == "customs"
