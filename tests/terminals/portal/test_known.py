"""Who looked at my data, and what there is of me: for whom it concerns, with agency, role and door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.modules.looks import actions
from tongban.modules.looks.calc import Seen
from tongban.modules.looks.states import Kind, Whose

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing(clock):
    return clock


def look(officer, whose, kind=Whose.PERSON, about=None, door="desk-case"):
    seen = Seen(
        kind=Kind.VIEW, door=door, whose=(kind, whose), about=about, agency=officer.agency, role="clerk"
    )
    assert actions.look(seen=seen, by=city.actor(officer))


def test_i_read_who_looked_from_where_and_for_which_case(settings):
    case = city.allowance()
    clerk, other = city.officer("clerk", name="罗倩"), city.person("周玉兰")
    look(clerk, case.person_id, about=("case", case.pk))
    look(clerk, other.pk)
    client = city.signed_in(city.account(city.party_queries.person(case.person_id)))
    page = client.get("/me/looks/").content.decode()
    assert "查阅 1 次" in page
    assert "东莞市民政局 · 窗口受理" in page
    assert f'href="/cases/{case.pk}/">办件 {case.short_no}' in page
    assert "罗倩" not in page
    settings.LOOK_NAMES = True
    assert "罗倩" in client.get("/me/looks/").content.decode()


def test_a_case_of_another_is_not_named(settings):
    case, me = city.allowance(), city.person()
    look(city.officer("clerk"), me.pk, about=("case", case.pk))
    page = city.signed_in(city.account(me)).get("/me/looks/").content.decode()
    assert "查阅 1 次" in page
    assert case.short_no not in page


def test_for_an_enterprise_one_reads_its_looks():
    me = city.person()
    firm, other = city.organisation(me), city.organisation(city.person())
    clerk = city.officer("clerk")
    look(clerk, firm.pk, Whose.ORGANISATION, door="desk-firm")
    look(clerk, other.pk, Whose.ORGANISATION, door="desk-firm")
    client = city.signed_in(city.account(me))
    assert "查阅 0 次" in client.get("/me/looks/").content.decode()
    client.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    page = client.get("/me/looks/").content.decode()
    assert "查阅 1 次" in page
    assert "企业档案" in page
    assert "没有办件" in page


def test_what_there_is_of_me_in_numbers():
    case = city.allowance()
    look(city.officer("clerk"), case.person_id, about=("case", case.pk))
    city.food()
    client = city.signed_in(city.account(city.party_queries.person(case.person_id)))
    page = client.get("/me/known/")
    found = {one["label"]: one["count"] for one in page.context["kinds"]}
    assert found == {
        "数据项": 14,
        "办件": 1,
        "证照": 0,
        "查阅记录": 1,
        "代办授权": 0,
        "已登录的系统": 0,
        "登录方式": 0,
    }
    for one in page.context["kinds"]:
        assert client.get(one["url"]).status_code == 200, one["label"]


def test_the_list_costs_the_same_for_one_look_and_three():
    case, clerk = city.allowance(), city.officer("clerk")
    client = city.signed_in(city.account(city.party_queries.person(case.person_id)))
    counts = []
    for door in ("desk-case", "desk-letter", "desk-viewer"):
        look(clerk, case.person_id, about=("case", case.pk), door=door)
        client.get("/me/looks/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/me/looks/")
        counts.append(len(asked))
    assert counts[0] == counts[2]
