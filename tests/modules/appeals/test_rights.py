"""Who sees which appeals: exact sets, with rows that could leak."""

import pytest

from tests import city
from tests.modules.appeals.filing import filed, routed
from tongban.foundation import time
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.rules import NoSuchAppeal

DALANG, HUMEN = city.town(city.DALANG), city.town(city.HUMEN)


@pytest.fixture
def rows(boss, firm, desk):
    """An ordinary and a confidential appeal of a firm in Dalang, led by one office and assisted by another."""
    open_, secret = routed(boss, firm, desk, "industry", ("justice",)), filed(boss, firm, confidential=True)
    secret = actions.route(appeal_id=secret.pk, lead="industry", assists=("justice",), by=desk)
    return {"open": open_, "secret": secret}


def seen(actor, rows):
    """The names of those of the rows that an actor's list has; the single page must agree with it."""
    listed = {one.pk for one in queries.visible(actor)}
    assert set(queries.first(actor, lambda found: found)) == listed
    for row in rows.values():
        if row.pk in listed:
            assert queries.appeal_for(actor, row.pk).pk == row.pk
        else:
            with pytest.raises(NoSuchAppeal):
                queries.appeal_for(actor, row.pk)
    return {name for name, row in rows.items() if row.pk in listed}


@pytest.mark.parametrize(
    ("role", "agency", "place", "expected"),
    [
        ("appeal_coordinator", "industry", "", {"open", "secret"}),
        ("appeal_coordinator", "town-songshan-lake", "", set()),
        ("appeal_coordinator", "data-bureau", "", set()),
        ("appeal_officer", "industry", "", {"open", "secret"}),
        ("appeal_officer", "industry", HUMEN, set()),
        ("appeal_officer", "justice", "", {"open", "secret"}),
        ("appeal_officer", "finance", "", set()),
        ("appeal_officer", "town-dalang", DALANG, {"open"}),
        ("appeal_officer", "town-humen", HUMEN, set()),
        ("town_manager", "", DALANG, {"open"}),
        ("town_manager", "", HUMEN, set()),
        ("town_manager", "", "", {"open"}),
        ("town_manager", "town-humen", DALANG, set()),
        ("clerk", "industry", "", set()),
        ("supervisor", "", "", set()),
        ("bureau", "", "", set()),
    ],
)
def test_what_each_sees(rows, role, agency, place, expected):
    assert seen(city.actor(city.officer(role, agency=agency, place=place)), rows) == expected


def test_a_town_coordinates_its_own_and_the_city_reaches_it(db):
    head = city.person("邓文彬", "441900401")
    city.organisation(head, place="441900401", org__place="441900401")
    by = city.actor(city.account(head))
    row = {"own": filed(by, by.represents[0], confidential=True)}
    assert row["own"].desk == "town-songshan-lake"
    park = city.town("441900401")
    for agency, place, expected in [
        ("town-songshan-lake", park, {"own"}),
        ("industry", "", {"own"}),
        ("industry", HUMEN, set()),
        ("town-dalang", DALANG, set()),
    ]:
        assert (
            seen(city.actor(city.officer("appeal_coordinator", agency=agency, place=place)), row) == expected
        )


def test_a_firm_sees_its_own_alone(rows, boss, firm):
    other = city.person("何秀珍")
    city.organisation(other, "东莞市另一家示例有限公司")
    stranger = city.actor(city.account(other))
    assert set(queries.of_firm(boss, firm)) == set(rows.values())
    assert list(queries.of_firm(stranger, firm)) == []
    with pytest.raises(NoSuchAppeal):
        actions.withdraw(appeal_id=rows["open"].pk, by=stranger)


def test_an_office_that_was_relieved_sees_it_no_more(rows, desk, office):
    actions.dispute(appeal_id=rows["secret"].pk, words="不属于我局。", by=office("industry"))
    actions.rule(appeal_id=rows["secret"].pk, lead="finance", words="由财政局主办。", by=desk)
    assert seen(office("industry"), rows) == {"open"}
    assert seen(office("finance"), rows) == {"secret"}


def test_looking_is_not_doing(rows, office, desk):
    town = office("town-dalang", DALANG)
    for who in (town, office("justice"), desk):
        with pytest.raises(NoSuchAppeal):
            actions.contact(appeal_id=rows["open"].pk, words="联系了。", by=who)
    with pytest.raises(NoSuchAppeal):
        actions.rule(appeal_id=rows["open"].pk, lead="finance", words="理由。", by=office("industry"))


def test_figures_of_a_town_are_for_the_town(rows, desk):
    humen = city.actor(city.officer("appeal_coordinator", agency="industry", place=HUMEN))
    first = time.today().replace(day=1)
    assert [one.agency for one in queries.score_rows(desk, first)] == ["industry"]
    assert queries.score_rows(humen, first) == []
    assert queries.causes(humen, first) == []
    assert queries.ended_in(humen, first) == 0


@pytest.fixture
def manager(db):
    return city.actor(city.officer("town_manager", agency="", place=DALANG))


def test_a_towns_manager_has_what_its_government_leads_and_assists(rows, boss, firm, desk, manager):
    assert seen(manager, rows) == {"open"}
    led, helped = (filed(boss, firm, confidential=True) for _ in range(2))
    actions.route(appeal_id=led.pk, lead="town-dalang", by=desk)
    actions.route(appeal_id=helped.pk, lead="finance", assists=("town-dalang",), by=desk)
    more = {**rows, "led": led, "helped": helped}
    assert seen(manager, more) == {"open", "led", "helped"}
    assert seen(city.actor(city.officer("town_manager", agency="", place=HUMEN)), more) == set()
    actions.contact(appeal_id=led.pk, words="已上门。", by=manager)
    actions.finish(appeal_id=helped.pk, words="已核实。", by=manager)
    for row in (rows["open"], helped):
        with pytest.raises(NoSuchAppeal):
            actions.contact(appeal_id=row.pk, words="联系了。", by=manager)
    assert {one.agency: one.state for one in queries.tasks_of(helped)} == {"town-dalang": "done"}


def test_figures_and_menu_of_a_manager_end_at_the_town(rows, manager, clock):
    first, humen = (
        time.today().replace(day=1),
        city.actor(city.officer("town_manager", agency="", place=HUMEN)),
    )
    assert [one.agency for one in queries.score_rows(manager, first)] == ["industry"]
    assert queries.score_rows(humen, first) == []
    clock.move(days=30)
    assert (queries.open_count(manager, time.today()), queries.open_count(humen, time.today())) == (1, 0)
