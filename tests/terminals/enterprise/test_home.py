"""The enterprise's home and its projects: what waits, who serves, what was promised; nobody else's."""

import html
import re
from datetime import date

import pytest

from tests import city
from tests.modules.projects.conftest import ANSWERS
from tongban.modules.matching.models import Post
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan
from tongban.modules.projects.models import Project
from tongban.modules.projects.states import Role
from tongban.modules.visits import actions as visits
from tongban.modules.visits.actions import Report
from tongban.terminals.enterprise import wanted

pytestmark = pytest.mark.django_db
ROOT = "/enterprise/"
FORM = {"a-invest": "6000", "a-builds": "yes", "a-hire": "60"}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


@pytest.fixture
def officer(firm):
    """The enterprise's officer, who has promised something."""
    manager = city.actor(city.officer("town_manager", agency=""))
    account = city.officer("service_officer", "project_officer", agency="", name="袁海")
    visits.name_officer(account_id=account.pk, phone="0769-00002113", place_path=city.town(), by=manager)
    visits.assign(organisation_id=firm.pk, officer_id=account.pk, by=manager)
    by = city.actor(account)
    row = visits.plan_visit(organisation_id=firm.pk, purpose="regular", on=date(2026, 3, 2), by=by)
    report = Report("林总", "内部的话", None, [("协调增容", date(2026, 3, 20))])
    visits.record_visit(visit_id=row.pk, report=report, by=by)
    visits.set_duty(town=city.DALANG, day=date(2026, 3, 2), account_id=account.pk, by=manager)
    return account


def text(response):
    return response.content.decode()


def test_home_says_who_serves_and_what_was_promised(client, officer, firm):
    page = text(client.get(ROOT))
    assert firm.name in page
    assert page.count('href="tel:0769-00002113"') == 2  # as officer and on duty
    assert "协调增容" in page
    assert "内部的话" not in page
    client.cookies["tb_lang"] = "en"
    english = text(client.get(ROOT))
    assert "协调增容" in english


def test_home_without_an_enterprise(boss, firm):
    nobody = city.signed_in(city.account(city.person()))
    assert "您现在不代表任何企业" in text(nobody.get(ROOT))
    chooser = city.signed_in(city.account(boss))
    assert firm.name in text(chooser.get(ROOT))
    for path in ("projects/", "projects/new/"):
        assert nobody.get(ROOT + path).url == ROOT


def test_asks_first_and_hands_in_later(client, firm):
    page = client.post(f"{ROOT}projects/new/", {"kind": "expansion", **FORM, "diagnose": "yes"})
    assert re.findall(r"要办的许可和备案 (\d) 项", text(page)) == ["3"]
    assert not Project.objects.exists()
    wrong = client.post(f"{ROOT}projects/new/", {"kind": "expansion", **FORM, "a-hire": "-1", "do": "open"})
    assert wrong.status_code == 422
    given = {"kind": "expansion", **FORM, "name": "三号车间", "do": "open"}
    answer = client.post(f"{ROOT}projects/new/", given)
    row = Project.objects.get()
    assert (answer.url, row.organisation_id, row.officer_id) == (f"{ROOT}projects/{row.pk}/", firm.pk, None)
    page = text(client.get(answer.url))
    assert "专员认领后与您联系" in page
    assert "企业投资项目备案" in page
    assert "三号车间" in text(client.get(f"{ROOT}projects/"))


def test_another_enterprises_project_does_not_exist(client, officer):
    other = city.organisation(city.person(), "别的公司")
    plan = Plan("expansion", "秘密项目", other.pk, 6_000_000_000, ANSWERS)
    row = actions.open_project(plan=plan, by=city.actor(officer))
    assert client.get(f"{ROOT}projects/{row.pk}/").status_code == 404
    assert "秘密项目" not in text(client.get(f"{ROOT}projects/"))
    # An officer who may see it at the desk has no business on the enterprise's own page.
    assert city.signed_in(officer).get(f"{ROOT}projects/{row.pk}/").status_code == 404


def test_what_officers_decide_among_themselves_is_not_shown(client, officer, firm):
    by = city.actor(officer)
    plan = Plan("expansion", "三号车间", firm.pk, 6_000_000_000, ANSWERS)
    row = actions.open_project(plan=plan, by=by)
    for kind, words in (("decision", "会上的话"), ("issue", "用电不足")):
        said = actions.Said(kind=kind, words=words, office="housing", due_on=date(2026, 3, 20))
        actions.note(project_id=row.pk, said=said, by=by)
    actions.note(project_id=row.pk, said=actions.Said(kind="progress", words="台账的话"), by=by)
    page = text(client.get(f"{ROOT}projects/{row.pk}/"))
    assert ("用电不足" in page, "会上的话" in page, "台账的话" in page) == (True, False, False)
    assert "袁海" in page
    assert len(queries.entries_of(row)) == 6


NEEDED = {"land_mu": 20, "plant_m2": 3000, "hire": 60, "borrow": 2_000_000_000}
LINK = re.compile(r'href="(/market/new/[^"]+)"')


def needing(firm, officer, **answers):
    """A project that needs land, plant, people and money, and what no market has: power and water."""
    plan = Plan("expansion", "三号车间", firm.pk, 6_000_000_000, ANSWERS | NEEDED | answers)
    return actions.open_project(plan=plan, by=city.actor(officer))


def begun(client, url):
    """What a form begins with: the filled fields, and what is chosen."""
    fields = client.get(url).context["fields"]
    chosen = {one.id: [option.value for option in one.options if option.chosen] for one in fields}
    return {one.id: one.value for one in fields if one.value} | {k: v for k, v in chosen.items() if v}


def test_a_need_leads_to_its_post_in_the_market_begun_with_what_the_project_says(client, officer, firm):
    row = needing(firm, officer)
    here = f"{ROOT}projects/{row.pk}/"
    links = [html.unescape(one) for one in LINK.findall(text(client.get(here)))]
    kinds = ["money", "people", "plant", "land"]  # the newest first
    # The address says which need of which project; the words and figures are read there, by who may.
    assert links == [f"/market/new/{one}/need/?project={row.pk}&need={one}" for one in kinds]
    at = {"place": [city.DALANG]}
    assert [begun(client, one) for one in links] == [
        {"title": "贷款或者融资租赁：2,000 万元", "amount": "20000000.00"} | at,
        {"title": "招工：60 人", "heads": "60"} | at,
        {"title": "租用厂房：3,000 平方米", "area": "3000", "tenure": ["lease"]} | at,
        {"title": "新增工业用地：20 亩", "area_mu": "20"} | at,
    ]
    client.cookies["tb_lang"] = "en"
    assert begun(client, links[1])["title"] == "People: 60 people"


def test_all_permits_are_begun_with_one_button_and_go_on_from_the_page(client, officer, firm):
    row = needing(firm, officer)
    here, together = f"{ROOT}projects/{row.pk}/", f"{ROOT}projects/{row.pk}/permits/"
    assert f'action="{together}"' in text(client.get(here))
    answer = client.post(together)
    assert (answer.status_code, answer.url) == (302, together)
    page = text(client.get(here))
    drafts = set(re.findall(r'href="(/applications/[0-9a-f-]{36}/)"', page))
    assert len(drafts) == page.count("继续填写") == len(queries.items_of(row, Role.PERMIT)) > 1
    assert f'action="{together}"' not in page, "nothing is left to begin"
    assert f'href="{together}"' in page
    assert [client.get(one).status_code for one in sorted(drafts)] == [200] * len(drafts)
    assert drafts == set(re.findall(r'href="(/applications/[0-9a-f-]{36}/)"', text(client.get(together))))
    stranger = city.signed_in(city.account(city.person("方圆")))
    assert stranger.get(together).status_code == stranger.post(together).status_code == 404


def test_what_is_shared_is_typed_once_and_kept_even_when_wrong(client, officer, firm):
    row = needing(firm, officer)
    together = f"{ROOT}projects/{row.pk}/permits/"
    client.post(together)
    typed = {
        "do": "share",
        "name": "四号车间",
        "site": "大朗镇富民路 8 号",
        "total": "6000万",
        "start": "2026-04-01",
    }
    answer = client.post(together, typed)
    page = text(answer)
    assert answer.status_code == 422
    assert 'value="6000万"' in page, "as it was typed"
    assert 'href="#total"' in page
    again = client.get(together)
    assert (again.status_code, 'value="四号车间"' in text(again)) == (200, True), "what was right is kept"
    answer = client.post(together, typed | {"total": "60000000"})
    assert (answer.status_code, answer.url) == (302, f"{together}#applications")
    assert 'value="60,000,000.00"' in text(client.get(together)) or 'value="60000000.00"' in text(
        client.get(together)
    )


def test_nothing_is_handed_in_unread_or_incomplete(client, officer, firm):
    row = needing(firm, officer)
    together = f"{ROOT}projects/{row.pk}/permits/"
    client.post(together)
    assert 'value="hand_in"' not in text(client.get(together)), "none is complete"
    items = [str(one.pk) for one in queries.items_of(row, Role.PERMIT)]
    answer = client.post(together, {"do": "hand_in", "permit": items})
    assert (answer.status_code, "请先核对各项申请" in text(answer)) == (422, True)
    answer = client.post(together, {"do": "hand_in", "permit": items, "read": "yes"})
    assert answer.status_code == 422
    assert text(answer).count("没有提交") == len(items), "each is named with what it lacks"
    assert client.post(together, {"do": "hand_in", "permit": ["x"], "read": "yes"}).status_code == 200
    assert not queries.progress(queries.items_of(row, Role.PERMIT))[0].case


def test_what_was_begun_can_be_kept_as_a_post(client, officer, firm):
    row = needing(firm, officer)
    url = f"/market/new/plant/need/?project={row.pk}&need=plant"
    typed = {
        "category": "plant-standard",
        "text": "电子组装用",
        "contact_name": "林总",
        "contact_phone": "0769-1234567",
    }
    given = {name: one[0] if isinstance(one, list) else one for name, one in begun(client, url).items()}
    answer = client.post(url, given | typed)
    post = Post.objects.get()
    assert answer.url == f"/market/{post.pk}/"
    assert (post.subject_id, post.kind, post.side, post.place) == (firm.pk, "plant", "need", city.DALANG)
    assert (post.title, post.attributes) == ("租用厂房：3,000 平方米", {"area": 3000, "tenure": "lease"})
    # A form that was refused keeps what was typed, and begins nothing anew.
    fields = client.post(url, {"title": "别的标题"}).context["fields"]
    assert [(one.id, one.value) for one in fields if one.value] == [("title", "别的标题")]


def test_a_need_that_is_settled_or_has_no_kind_there_leads_nowhere(client, officer, firm):
    row = needing(firm, officer, land_mu=0, plant_m2=0, borrow=0)
    here = f"{ROOT}projects/{row.pk}/"
    [only] = LINK.findall(text(client.get(here)))
    assert only.endswith("need=people")
    entry = next(one for one in queries.entries_of(row) if one.about == "people")
    actions.settle(project_id=row.pk, entry_id=entry.pk, words="已招满", by=city.actor(officer))
    assert LINK.findall(text(client.get(here))) == []


@pytest.mark.parametrize("duty", ["finance", "hr"])
def test_only_who_sees_the_project_and_posts_is_led_there(client, officer, firm, duty):
    row, colleague = needing(firm, officer), city.person("何敏")
    client.post(f"{ROOT}people/add/", {"name": colleague.name, "id_no": colleague.id_no, "duty": [duty]})
    other = city.signed_in(city.account(colleague))
    other.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    # Money opens no market; workers open the market, and no projects.
    assert other.get(f"{ROOT}projects/{row.pk}/").status_code == 404
    assert other.get(f"/market/new/plant/need/?project={row.pk}&need=plant").status_code == 404
    entry = queries.entries_of(row)[0]
    actor = city.actor(city.account(colleague), firm)
    assert (actor.organisation_id, bool(wanted.address(actor, row, entry))) == (firm.pk, duty == "hr")
    # The desk posts for itself, never for an enterprise.
    assert LINK.findall(text(city.signed_in(officer).get(f"/desk/projects/{row.pk}/"))) == []


@pytest.mark.parametrize(
    "given", ["need=plant", "project=x&need=plant", "project={id}&need=land", "project={id}"]
)
def test_an_address_of_another_need_begins_nothing(client, officer, firm, given):
    row = needing(firm, officer)
    assert begun(client, f"/market/new/plant/need/?{given.format(id=row.pk)}") == {}
    assert begun(client, f"/market/new/plant/offer/?project={row.pk}&need=plant") == {}


def test_another_enterprises_project_begins_nothing(client, officer):
    row = needing(city.organisation(city.person(), "别的公司"), officer)
    assert client.get(f"/market/new/plant/need/?project={row.pk}&need=plant").status_code == 404
