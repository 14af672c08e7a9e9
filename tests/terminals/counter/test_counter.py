"""The pages of the counter: from the person at the window to the receipt, and a bag from hall to hall."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import city
from tests.kernel.receptions.test_receiving import CHANGAN, CITY_HALL, HUMEN
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.documents import queries as documents
from tongban.kernel.parties import actions as parties
from tongban.kernel.places import queries as places
from tongban.kernel.receptions.models import Reception
from tongban.modules.halls.models import Bag, Paper


def window(hall: str, name: str):
    """A browser at a window of a hall."""
    row = parties.open_account(
        username=f"window-of-{hall}", display_name=name, level=4, agency="data-bureau", by=SYSTEM
    )
    access.grant(account_id=row.pk, role="receiver", agency="", place_path=places.hall(hall).path, by=SYSTEM)
    return city.signed_in(row)


@pytest.fixture(autouse=True)
def standing(db, clock):
    """A Monday morning."""


@pytest.fixture
def changan():
    return window(CHANGAN, "袁嘉欣")


@pytest.fixture
def humen():
    return window(HUMEN, "刘子轩")


def read(response) -> str:
    return unescape(response.content.decode())


def begin(client, person, item="old-age-allowance", **more):
    given = {"hall": CHANGAN, "name": person.name, "id_no": person.id_no, "proof": "id_card", **more}
    return client.post(f"/counter/new/{item}/", given)


def test_items_are_found_with_who_may_receive_them(changan):
    page = read(changan.get("/counter/new/?q=高龄津贴"))
    assert "全市通办：任一大厅收件" in page
    assert "收这个件" in page
    nothing = read(changan.get("/counter/new/?q=zzzzqqqq"))
    assert "没有找到事项" in nothing


def test_from_the_person_to_the_receipt(changan):
    person = city.person("周玉兰", city.HUMEN, "1944-09-12")
    own = city.signed_in(city.account(person))
    assert "怎样核对身份" in read(changan.get(f"/counter/new/old-age-allowance/?hall={CHANGAN}"))
    answer = begin(changan, person)
    assert answer.status_code == 302
    assert person.id_no not in answer.url
    form = read(changan.get(answer.url))
    assert person.id_no not in form  # masked also where it is known
    assert "保存并交件" in form
    done = changan.post(f"{answer.url}save/", {"then": "hand_in"})
    assert done.status_code == 302, read(done)
    city.run_jobs()
    page = read(changan.get(answer.url))
    assert "长安镇政务服务中心（跨镇通办）" in page
    assert "虎门镇 · 东莞市民政局" in page
    assert "受理期限，由办理机关计时" in page
    assert "周玉兰" not in page  # after that the window needs no name any more
    receipt = changan.get(f"{answer.url}receipt/")
    assert receipt.content.startswith(b"%PDF")
    row = Reception.objects.get()
    theirs = read(own.get(f"/cases/{row.case_id}/"))
    assert "长安镇政务服务中心（跨镇通办）" in theirs
    assert "窗口收件" in theirs
    clerk = city.signed_in(city.officer("clerk", place=city.town(city.HUMEN)))
    assert "长安镇政务服务中心（跨镇通办）" in read(clerk.get(f"/desk/cases/{row.case_id}/"))


def test_who_is_not_identified_gets_the_form_again_with_what_was_typed(changan):
    person = city.person("周玉兰", city.HUMEN)
    answer = begin(changan, person, name="别人", note="证件清晰")
    assert answer.status_code == 422
    assert "姓名和证件号码不一致" in read(answer)
    assert "证件清晰" in read(answer)


def test_what_is_missing_is_said_at_its_field(changan):
    person = city.person("梁桂英", city.HUMEN)
    firm = city.organisation(person, place=city.HUMEN)
    url = begin(
        changan, person, "food-licence", uscc=firm.uscc, **{"s-business": "catering", "s-commitment": "no"}
    ).url
    refused = changan.post(f"{url}save/", {"then": "hand_in", "area": "很大", "staff_count": "6"})
    assert refused.status_code == 422
    page = read(refused)
    assert 'value="很大"' in page
    assert "还有" in page
    assert re.search(r'id="staff_count"[^>]*value="6"', page)
    empty = changan.post(f"{url}materials/layout/", {})
    assert "请先选择文件" in read(empty)
    file = city.letter_pdf()
    scan = SimpleUploadedFile("layout.pdf", documents.content(file), "application/pdf")
    assert changan.post(f"{url}materials/layout/", {"file": scan}).status_code == 302
    page = read(changan.get(url))
    remove = re.search(r'action="(/counter/[^"]+/scans/[^"]+/remove/)"', page)
    assert remove
    assert changan.post(remove[1]).status_code == 302
    bad = SimpleUploadedFile("layout.pdf", b"no pdf at all", "application/pdf")
    assert changan.post(f"{url}materials/layout/", {"file": bad}).status_code == 422
    assert changan.post(f"{url}materials/unknown/", {"file": bad}).status_code == 404


def test_another_halls_pages_do_not_exist(changan, humen):
    url = begin(changan, city.person("周玉兰", city.HUMEN, "1944-09-12")).url
    assert humen.get(url).status_code == 404
    for part in ("save/", "papers/", "discard/", "materials/layout/"):
        assert humen.post(f"{url}{part}", {"name": "x", "count": "1"}).status_code == 404
    assert humen.get(f"{url}receipt/").status_code == 404
    clerk = city.signed_in(city.officer("clerk", "reviewer", agency="", place=city.CITY))
    assert clerk.get("/counter/").status_code == 404
    assert changan.get("/desk/").status_code == 404


def test_a_draft_is_dropped(changan):
    url = begin(changan, city.person("周玉兰", city.HUMEN, "1944-09-12")).url
    assert changan.post(f"{url}discard/").url == "/counter/"
    assert changan.get(url).status_code == 404
    assert "这里还没有收件" in read(changan.get("/counter/"))


def test_a_bag_goes_from_hall_to_hall(changan, humen):
    person = city.person("周玉兰", city.HUMEN, "1944-09-12")
    own = city.signed_in(city.account(person))
    url = begin(changan, person).url
    changan.post(f"{url}papers/", {"name": "户口簿", "count": "1", "original": "on"})
    changan.post(f"{url}papers/", {"name": "登记错的", "count": "2"})
    wrong = Paper.objects.get(name="登记错的")
    changan.post(f"{url}papers/{wrong.pk}/remove/")
    assert changan.post(f"{url}papers/", {"name": "户口簿", "count": "x"}).status_code == 422
    changan.post(f"{url}save/", {"then": "hand_in"})
    page = read(changan.get("/counter/bags/"))
    assert "长安镇政务服务中心 送往 虎门镇政务服务中心" in page
    paper = Paper.objects.get()
    given = {"from": CHANGAN, "to": HUMEN, "paper": str(paper.pk), "condition": "intact"}
    refused = changan.post("/counter/bags/send/", given)
    assert refused.status_code == 422
    assert "没有写明由谁递送" in read(refused)
    sent = changan.post("/counter/bags/send/", {**given, "carrier": "机要专递", "waybill": "SF1"})
    bag = Bag.objects.get()
    assert sent.url == f"/counter/bags/{bag.pk}/"
    assert "核对并签收" not in read(changan.get(sent.url))
    city.run_jobs()
    assert changan.get(f"{sent.url}list/").content.startswith(b"%PDF")
    case = f"/cases/{paper.case_id}/"
    assert f"移交途中 · {bag.number}" in read(own.get(case))
    assert "核对并签收" in read(humen.get(sent.url))
    missed = humen.post(f"{sent.url}receive/", {"condition": "intact"})
    assert "还有材料没有逐份核对" in read(missed)
    checks = {f"paper-{paper.pk}": "arrived", "condition": "intact"}
    assert humen.post(f"{sent.url}receive/", checks).status_code == 302
    assert "已到办理地" in read(own.get(case))
    clerk = city.signed_in(city.officer("clerk", place=city.town(city.HUMEN)))
    assert "已到办理地" in read(clerk.get(f"/desk/cases/{paper.case_id}/"))
    assert window(CITY_HALL, "彭婷").get(sent.url).status_code == 404
