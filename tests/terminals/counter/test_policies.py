"""What a window shows of policies to who is in front of it: the same as they see, recorded, and to no other window."""

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.receptions.test_receiving import CHANGAN, HUMEN
from tests.modules.claims.claiming import FAST, WINDOW, claimer
from tests.terminals.counter.test_counter import window
from tests.terminals.enterprise.test_policies import tab
from tongban.kernel.events import queries as events
from tongban.kernel.parties import queries as parties

PAGE = "/counter/policies/"


@pytest.fixture(autouse=True)
def standing(db, clock):
    """The first working day on which high-tech firms can claim."""
    clock.to(WINDOW)


@pytest.fixture
def changan():
    return window(CHANGAN, "袁嘉欣")


def show(client, one, **more):
    head = parties.person(one.account.person_id)
    given = {
        "hall": CHANGAN,
        "name": head.name,
        "id_no": head.id_no,
        "uscc": one.row.uscc,
        "proof": "id_card",
    }
    return client.post(PAGE, given | more)


def read(response) -> str:
    return unescape(response.content.decode())


def items(page: str, after: str, before: str) -> list[str]:
    part = page[page.index(f">{after} ") : page.index(f">{before} ")]
    return [one.split('"', 1)[0] for one in part.split('<h2 id="m-')[1:]]


def looks(row) -> list:
    return [one for one in events.history(row.pk) if one.name == "reception.shown"]


def test_the_window_sees_what_the_enterprise_sees_with_a_way_to_apply(changan):
    one = claimer("东莞市窗口示例有限公司")
    page = read(show(changan, one))
    own = city.signed_in(one.account)
    own.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    can = items(page, "现在能享受", "差一点")
    assert FAST in can
    assert can[:20] == tab(own, "can")
    assert items(page, "差一点", "缺数据")[:20] == tab(own, "near")
    assert "还差" in page
    assert f'href="/counter/new/{FAST}/?hall={CHANGAN}"' in page
    assert parties.person(one.account.person_id).id_no not in page


def test_nothing_that_is_closed_can_be_applied_for(changan, clock):
    clock.to("2026-10-01T09:00")
    page = read(show(changan, claimer()))
    assert FAST in items(page, "现在能享受", "差一点")
    assert f"/counter/new/{FAST}/" not in page


def test_every_look_is_recorded_about_whom_it_was(changan):
    one = claimer()
    show(changan, one)
    [event] = looks(one.row)
    head = parties.person(one.account.person_id)
    assert event.payload == {
        "hall": CHANGAN,
        "purpose": "policies",
        "proof": "id_card",
        "person": str(head.pk),
    }
    show(changan, one, uscc="")
    assert len(looks(head)) == 1
    assert len(looks(one.row)) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "别人"}, "没有找到姓名和证件号码都一致的人"),
        ({"id_no": "441900199001010011"}, "没有找到姓名和证件号码都一致的人"),
        ({"id_no": ""}, "没有找到姓名和证件号码都一致的人"),
        ({"proof": ""}, "没有说明怎样核对了身份"),
        ({"hall": HUMEN}, "您不在这个大厅收件"),
        ({"hall": "nowhere"}, "您不在这个大厅收件"),
    ],
)
def test_who_is_not_identified_is_shown_nothing(changan, wrong, said):
    one = claimer("东莞市独有名称有限公司")
    answer = show(changan, one, **wrong)
    assert answer.status_code == 422
    page = read(answer)
    assert said in page
    assert one.row.uscc in page  # nothing typed is lost
    assert "独有名称" not in page
    assert looks(one.row) == []


def test_another_enterprise_is_shown_to_nobody_without_a_mandate(changan):
    one, other = claimer(), claimer("邻家示例机械有限公司")
    answer = show(changan, one, uscc=other.row.uscc)
    assert answer.status_code == 422
    assert "没有代表该单位的有效授权" in read(answer)
    assert "邻家示例机械" not in read(answer)
    assert looks(other.row) == []


def test_for_all_who_do_not_receive_the_page_does_not_exist():
    assert city.signed_in(city.officer("clerk", place=city.town(city.HUMEN))).get(PAGE).status_code == 404
    assert city.signed_in(city.account(city.person())).post(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_queries_do_not_grow_with_what_fits(changan):
    def counted(one) -> int:
        show(changan, one)
        with CaptureQueriesContext(connection) as asked:
            assert show(changan, one).status_code == 200
        return len(asked)

    little = claimer(org__rd_permille=None, org__above_scale=None, org__output_y0=None)
    assert counted(little) == counted(claimer())
