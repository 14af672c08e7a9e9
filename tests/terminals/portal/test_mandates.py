"""Acting for others on the pages: giving, accepting, switching with one click, and being out at the next one."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.cases import queries as cases
from tongban.kernel.parties.models import Mandate

pytestmark = pytest.mark.django_db
ROOT = "/me/mandates/"
ITEM, OTHER = "old-age-allowance", "tax-proof"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


def text(response):
    return response.content.decode()


@pytest.fixture
def family():
    """A grandmother and her grandson, with browsers of theirs and of a stranger of the same name."""
    old, young = city.person("何秀珍", born="1940-05-01"), city.person("何伟")
    other = city.person("何伟")
    clients = {one.pk: city.signed_in(city.account(one)) for one in (old, young, other)}
    return old, young, other, clients


def give(client, agent, **form):
    return client.post(
        f"{ROOT}new/",
        {"name": agent.name, "id_no": agent.id_no, "source": "family", "scope": "all"} | form,
    )


def test_from_giving_to_being_out(family, standing_clock):
    old, young, other, clients = family
    assert give(clients[old.pk], young, scope="some", item=ITEM).status_code == 302
    row = Mandate.objects.get()
    assert "等对方接受" in text(clients[old.pk].get(ROOT))
    assert "代办授权" in text(clients[other.pk].get(ROOT))
    assert old.name not in text(clients[other.pk].get(ROOT))
    for who in (old, other):
        assert clients[who.pk].post(f"{ROOT}{row.pk}/accept/").status_code == 404
    assert clients[other.pk].post(f"{ROOT}{row.pk}/end/").status_code == 404
    assert clients[other.pk].get(f"{ROOT}{row.pk}/").status_code == 404
    mine = clients[young.pk]
    assert 'class="identity' not in text(mine.get("/items/"))
    assert mine.get(f"{ROOT}{row.pk}/").url == f"{ROOT}#held"
    mine.post(f"{ROOT}{row.pk}/accept/")
    head = text(mine.get("/items/"))
    assert f'value="{old.pk}" aria-pressed="false"' in head
    mine.post("/act-for/", {"for": str(old.pk), "next": "/"})
    assert f'value="{old.pk}" aria-pressed="true"' in text(mine.get("/items/"))
    guide = text(mine.get(f"/items/{OTHER}/"))
    assert "授权不包括这个事项" in guide
    assert mine.post(f"/items/{OTHER}/apply/", {"for": str(old.pk)}).status_code == 422
    draft = mine.post(f"/items/{ITEM}/apply/", {"for": str(old.pk)}).url
    case = cases.all_submitted().model.objects.get()
    assert (case.person_id, case.applicant_name) == (old.pk, old.name)
    assert mine.get(draft).status_code == 200
    mine.post(f"/applications/{case.pk}/submit/")
    page = text(mine.get(f"/cases/{case.pk}/"))
    assert "何伟 代为办理" in page
    assert "何伟 代为办理" in text(clients[old.pk].get(f"/cases/{case.pk}/"))
    assert clients[other.pk].get(f"/cases/{case.pk}/").status_code == 404
    clients[old.pk].post(f"{ROOT}{row.pk}/end/")
    assert mine.get(f"/cases/{case.pk}/").status_code == 404
    assert 'class="identity' not in text(mine.get("/items/"))
    assert "已收回" in text(clients[old.pk].get(ROOT))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "别人"}, "没有找到姓名和身份证号码都一致的人"),
        ({"scope": "some"}, "没有选择事项"),
        ({"ends_on": "2026-03-01"}, "结束日期早于"),
        ({"ends_on": "morgen"}, "日期没有填对"),
        ({"starts_on": "2026-13-01"}, "日期没有填对"),
        ({"name": "何\x00伟"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(family, form, said):
    old, young, _other, clients = family
    answer = give(clients[old.pk], young, **form)
    if said:
        assert answer.status_code == 422
        assert said in text(answer)
        assert young.id_no in text(answer)
        assert not Mandate.objects.exists()
    else:
        assert answer.status_code == 302


def test_giving_authority_takes_a_level(family):
    old = city.person("何秀珍", born="1940-05-01")
    client = city.signed_in(city.account(old, level=2))
    assert client.get(ROOT).status_code == 200
    assert client.get(f"{ROOT}new/").status_code == 403


def test_in_english_and_of_an_organisation(family):
    old, young, _other, clients = family
    firm = city.organisation(old)
    client = clients[old.pk]
    client.cookies["tb_lang"] = "en"
    page = text(client.get(f"{ROOT}?of={firm.pk}"))
    assert "Legal representative, by the register" in page
    assert "Give up" not in page.split('id="given"')[1]
    form = text(client.get(f"{ROOT}new/?of={firm.pk}&item=food-licence"))
    assert re.search(r'value="food-licence" checked', form)
    assert give(client, young, of=str(firm.pk), scope="some", item="food-licence").status_code == 302
    row = Mandate.objects.get(source="online")
    assert (row.organisation_id, row.items) == (firm.pk, ["food-licence"])
    # Of an organisation that one does not govern: for oneself, as if none had been named.
    theirs = text(clients[young.pk].get(f"{ROOT}?of={firm.pk}")).split('id="given"')[1]
    assert firm.name not in theirs
    assert "食品经营" not in theirs


def test_the_number_of_queries_stays(family):
    old, young, other, clients = family
    give(clients[old.pk], young, scope="some", item=ITEM)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            clients[old.pk].get(ROOT)
        return len(queries)  # not their texts: what the server keeps after a few times has none

    asked()
    once = asked()
    for item in (OTHER, "road-occupation"):
        assert give(clients[old.pk], other, scope="some", item=item).status_code == 302
    assert asked() == once
