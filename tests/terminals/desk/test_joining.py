"""Joining many appeals on the desk: what can be ticked, what the page before the button says, what nobody gets to see."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.appeals.filing import filed
from tongban.modules.appeals import actions
from tongban.modules.appeals.states.joining import MOST_JOINED

pytestmark = pytest.mark.django_db
AT = "/desk/appeals/join/"
PARK = "441900401"


@pytest.fixture
def coordinator(db):
    return city.officer("appeal_coordinator", agency="industry", place="", name="苏敏")


@pytest.fixture
def park(db):
    """Coordinates what a town has of its own."""
    return city.officer("appeal_coordinator", agency="town-songshan-lake", place=city.town(PARK))


def appeal(name="东莞市并案示例有限公司", place=city.DALANG, **more):
    head = city.person(place=place)
    firm = city.organisation(head, name, place=place, org__place=place)
    return filed(city.actor(city.account(head)), firm.pk, **more)


def ticked(*rows, **more):
    return {"appeal": [str(one.pk) for one in rows], **more}


def look(who, *rows, **more):
    return city.signed_in(who).get(AT, ticked(*rows, **more))


def press(who, lead, *rows):
    return city.signed_in(who).post(AT, ticked(*rows, lead=str(lead.pk)))


def boxes(page):
    """What can be ticked on a page."""
    return set(re.findall(r'<input type="checkbox"[^>]* name="appeal" value="([0-9a-f-]{36})"', page))


def keys(*rows):
    return {str(one.pk) for one in rows}


def state(row):
    row.refresh_from_db()
    return row.state, row.main_id


def test_the_list_offers_what_the_officer_can_join(coordinator, park):
    own, town = appeal(), appeal("松山湖示例有限公司", PARK)
    done = appeal()
    actions.refuse(appeal_id=done.pk, words="应走诉讼。", by=city.actor(coordinator))

    def offered(who, query=""):
        return boxes(city.signed_in(who).get(f"/desk/appeals/{query}").content.decode())

    assert offered(coordinator) == keys(own, town)
    assert offered(coordinator, "?lamp=done") == set()
    assert offered(park) == keys(town)
    looks_on = city.officer("appeal_officer", agency="town-dalang", place=city.town())
    assert offered(looks_on) == set()
    assert city.signed_in(looks_on).get(AT).status_code == 404


def test_beside_an_appeal_stands_what_is_like_it_and_why(coordinator):
    lead, same, other = appeal(), appeal(place=city.HUMEN), appeal(title="工伤", words="不知道找谁。")
    secret = appeal(confidential=True)
    page = city.signed_in(coordinator).get(f"/desk/appeals/{lead.pk}/").content.decode()
    assert boxes(page) == keys(same, other)  # what is confidential goes with what is not nowhere
    assert secret.number in page
    for reason in ("文字相同", "同一类别，前后 30 天内", "同一镇街", "诉求与同类诉求并案办理"):
        assert reason in page
    town = city.officer("appeal_officer", agency="town-dalang", place=city.town())
    page = city.signed_in(town).get(f"/desk/appeals/{lead.pk}/").content.decode()
    assert boxes(page) == set()
    assert other.number in page
    assert secret.number not in page
    assert same.number not in page


def test_looked_at_together_and_joined_with_one_button(coordinator):
    lead, one, two, left = appeal(), appeal("甲公司"), appeal("乙公司"), appeal("丙公司")
    secret = appeal("丁公司", confidential=True)
    page = look(coordinator, lead, one, two, left, secret).content.decode()
    assert f'name="lead" value="{lead.pk}"' in page  # the oldest, unless another is chosen
    assert boxes(page) == keys(one, two, left)
    assert "3 家企业按诉求各收到一次通知" in page
    assert "两件中一件保密，另一件不保密" in page
    answer = press(coordinator, lead, one, two, secret)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "并入了 2 件" in page
    assert "没有并入的 1 件" in page
    assert "两件中一件保密，另一件不保密" in page
    assert {row: state(row) for row in (one, two, left, secret)} == {
        one: ("merged", lead.pk),
        two: ("merged", lead.pk),
        left: ("pool", None),
        secret: ("pool", None),
    }
    again = press(coordinator, lead, one, two, secret).content.decode()
    assert "没有新并入的诉求" in again
    assert again.count("已经并入这件诉求") == 2
    page = city.signed_in(coordinator).get(f"/desk/appeals/{lead.pk}/").content.decode()
    table = page[page.index("并入的诉求 2 件") :]
    table = table[: table.index("</table>")]
    for text in ("甲公司", "乙公司", one.number, two.number):
        assert text in table
    assert table.count("大朗镇") == 2
    assert "丙公司" not in table


def test_another_one_leads(coordinator):
    desk = city.actor(coordinator)
    old, late = appeal(), appeal()
    actions.route(appeal_id=late.pk, lead="industry", by=desk)
    officer = city.actor(city.officer("appeal_officer", agency="industry", place=""))
    actions.contact(appeal_id=late.pk, words="已联系。", by=officer)
    far, chosen = appeal(), {"lead": str(old.pk)}

    def leads(**more):
        page = look(coordinator, old, late, **more).content.decode()
        return re.findall(r'name="lead" value="([0-9a-f-]{36})">', page)[0], boxes(page)

    assert leads() == (str(late.pk), keys(old))  # what is in hand already
    assert leads(**chosen) == (str(old.pk), set())
    assert leads(number=f" {far.number.lower()} ") == (str(far.pk), keys(old))
    unknown = look(coordinator, old, late, number="SQ000000XXXXXX")
    assert unknown.status_code == 422
    assert "没有这个编号的诉求" in unknown.content.decode()
    assert boxes(unknown.content.decode()) == keys(old)


def test_a_forged_form_joins_and_names_nothing_of_others(park, coordinator):
    lead, own = appeal("松山湖甲公司", PARK), appeal("松山湖乙公司", PARK)
    others = [
        appeal("大朗机密公司", title="机密的标题", confidential=True),
        appeal("虎门某某公司", city.HUMEN, title="外镇的标题"),
    ]
    made_up = uuid.uuid4()
    for page in (
        look(park, lead, own, *others, lead=str(lead.pk)).content.decode(),
        press(park, lead, own, *others).content.decode(),
        city.signed_in(park).post(AT, {"appeal": [str(made_up), "x"], "lead": str(lead.pk)}).content.decode(),
        press(park, lead, *others).content.decode(),
        city.signed_in(park).get(f"/desk/appeals/{lead.pk}/").content.decode(),
    ):
        for one in others:
            # The address itself, which each page bears for changing its letters' size, is the officer's own.
            for told in (one.number, f'value="{one.pk}"', f"/{one.pk}/", one.title, one.organisation):
                assert told not in page
        assert f'value="{made_up}"' not in page
    assert state(own) == ("merged", lead.pk)
    assert [state(one) for one in others] == [("pool", None)] * 2
    for hidden in others:  # into what they cannot see
        assert press(park, hidden, lead).status_code == 404
        assert look(park, lead, lead=str(hidden.pk)).status_code == 404
        assert look(park, lead, number=hidden.number).status_code == 422


def test_what_stands_against_all_of_it(coordinator):
    desk = city.actor(coordinator)
    lead, ended, row = appeal(), appeal(), appeal()
    actions.refuse(appeal_id=ended.pk, words="应走诉讼。", by=desk)
    for answer in (press(coordinator, ended, row), look(coordinator, row, lead=str(ended.pk))):
        assert answer.status_code == 409
        assert "不能作为主诉求" in answer.content.decode()
        assert boxes(answer.content.decode()) == set()
    many = [str(uuid.uuid4()) for _ in range(MOST_JOINED)]
    for answer in (
        city.signed_in(coordinator).post(AT, {"appeal": [str(row.pk), *many], "lead": str(lead.pk)}),
        city.signed_in(coordinator).get(AT, {"appeal": [str(row.pk), *many], "lead": str(lead.pk)}),
    ):
        assert answer.status_code == 422
        assert "一次最多并入 100 件，这次勾选了 101 件" in answer.content.decode()
    assert city.signed_in(coordinator).post(AT, ticked(row)).status_code == 422
    assert city.signed_in(coordinator).get(AT).status_code == 422
    assert press(coordinator, lead).status_code == 422
    assert look(coordinator, lead).status_code == 200
    assert state(row) == ("pool", None)


def test_pages_cost_the_same_for_one_and_for_three(coordinator):
    browser = city.signed_in(coordinator)

    def cost(call):
        with CaptureQueriesContext(connection) as queries:
            assert call().status_code == 200
        return len(queries)

    def costs(count):
        lead, rows = appeal(), [appeal() for _ in range(count)]
        form = ticked(*rows, lead=str(lead.pk))
        browser.get("/desk/appeals/")  # what is read once for each process
        browser.get(AT, form)
        return [
            cost(lambda: browser.get("/desk/appeals/")),
            cost(lambda: browser.get(AT, form)),
            cost(lambda: browser.get(f"/desk/appeals/{lead.pk}/")),
            cost(lambda: browser.post(AT, form)),
            cost(lambda: browser.get(f"/desk/appeals/{lead.pk}/")),
        ]

    costs(1)
    assert costs(1) == costs(3)
