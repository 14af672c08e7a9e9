"""From the guide to the receipt: nothing typed is lost, nothing is handed in twice."""

import re
import uuid

import pytest

from tests import city
from tests.terminals.portal.conftest import FOOD, TYPED, city_file
from tongban.kernel.cases import queries
from tongban.kernel.cases.models import Case
from tongban.terminals.portal.views import materials

pytestmark = pytest.mark.django_db


def case_at(address):
    return queries.case(uuid.UUID(address.split("/")[2]))


def states(response):
    """The pages of the task list with their states."""
    rows = re.findall(
        r'<li class="is-(\w+)">(?:<a[^>]*>|<span class="muted">)([^<]+)', response.content.decode()
    )
    return {label: state for state, label in rows}


def test_the_main_job(shopkeeper, fill_in, read):
    account, company = shopkeeper
    client = city.signed_in(account)
    at = fill_in(client)
    check = read(client.get(f"{at}check/"))
    assert company.name in check
    assert "热食类食品制售、自制饮品制售" in check
    assert "确认提交" in check
    response = client.post(f"{at}submit/")
    case = case_at(at)
    assert (response.status_code, response.url) == (302, f"/cases/{case.pk}/receipt/")
    assert (case.state, case.applicant_name, case.answers["area"]) == ("submitted", company.name, "86.5")
    receipt = read(client.get(response.url))
    assert case.short_no in receipt
    assert "正在制作电子回执" in receipt
    assert 'hx-trigger="every 2s"' in receipt
    city.run_jobs()
    receipt = read(client.get(response.url))
    assert "下载电子回执" in receipt
    assert "every 2s" not in receipt


def test_sent_twice_it_is_one_case_with_one_receipt(shopkeeper, fill_in, read):
    client = city.signed_in(shopkeeper[0])
    at = fill_in(client)
    first, second = client.post(f"{at}submit/"), client.post(f"{at}submit/")
    assert first.url == second.url
    assert Case.objects.count() == 1
    assert case_at(at).short_no in read(client.get(second.url))


def test_the_task_list_knows_how_far_it_is(shopkeeper, begin):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    assert states(client.get(at)) == {
        "办理情形": "done",
        "主体信息": "done",
        "经办人": "done",
        "经营场所": "todo",
        "餐饮服务项目": "todo",
        "从业人员": "todo",
        "申请材料": "todo",
        "签署承诺": "todo",
        "核对并提交": "blocked",
    }
    client.post(f"{at}sections/premises/", {"area": "0"})
    assert states(client.get(at))["经营场所"] == "error"
    client.post(f"{at}situation/", {"s-business": "retail"})
    assert "食品销售项目" in states(client.get(at))


def test_wrong_values_are_refused_kindly_and_kept(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    typed = {"staff_count": "很多", "manager_name": "李明", "manager_phone": "1390013900"}
    response = client.post(f"{at}sections/staff/", typed)
    page = read(response)
    assert response.status_code == 422
    assert page.count('<li><a href="#') == 2 + page.split("<main")[0].count('<li><a href="#')
    assert 'href="#staff_count"' in page
    for value in typed.values():
        assert f'value="{value}"' in page
    assert "<title>错误：" in page
    assert case_at(at).answers["manager_name"] == "李明"
    assert client.post(f"{at}sections/staff/", {**typed, "then": "list"}).url == at, "saved for later"


def test_an_emptied_field_is_empty(shopkeeper, begin):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    client.post(f"{at}sections/staff/", TYPED["staff"])
    client.post(f"{at}sections/staff/", {**TYPED["staff"], "manager_name": ""})
    assert "manager_name" not in case_at(at).answers


def test_what_the_city_knows_cannot_be_typed_over(shopkeeper, begin):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    client.post(f"{at}sections/subject/", {"org_name": "冒名公司"})
    assert case_at(at).answers == {}


def test_an_answer_shows_the_fields_it_calls_for(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    path = f"{begin(client)}sections/premises/"
    assert 'id="premises_address"' in read(client.get(path)), "undecided, so shown"
    look = client.post(path, {"same_address": "yes", "then": "look"})
    assert look.status_code == 200
    assert 'id="premises_address"' not in read(look)
    assert "需要修改" not in read(look)
    page = read(client.post(path, {"same_address": "no", "area": "86.5"}))
    assert 'href="#premises_address"' in page


def test_a_section_that_the_situation_lacks_is_not_there(shopkeeper, begin):
    client = city.signed_in(shopkeeper[0])
    assert client.get(f"{begin(client)}sections/canteen/").status_code == 404


def test_nothing_incomplete_is_handed_in(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    assert "还有 5 处没有完成" in read(client.get(f"{at}check/"))
    response = client.post(f"{at}submit/")
    assert response.status_code == 422
    assert "暂时不能提交" in read(response)
    assert case_at(at).state == "draft"


def test_after_handing_in_a_change_is_an_explained_409(shopkeeper, fill_in, read):
    client = city.signed_in(shopkeeper[0])
    at = fill_in(client)
    client.post(f"{at}submit/")
    response = client.post(f"{at}sections/staff/", TYPED["staff"])
    assert response.status_code == 409
    assert "待受理" in read(response)
    assert client.get(f"{at}sections/staff/").url == f"/cases/{case_at(at).pk}/"


def test_a_draft_is_taken_up_again(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    first = begin(client)
    assert "继续填写草稿" in read(client.get("/items/food-licence/"))
    assert begin(client) == first
    assert Case.objects.count() == 1


def test_a_draft_is_deleted_after_a_question(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    assert "不能恢复" in read(client.get(f"{at}delete/"))
    assert Case.objects.count() == 1
    assert client.post(f"{at}delete/").url == "/cases/?tab=draft"
    assert Case.objects.count() == 0


class TestExpress:
    def test_a_proof_needs_one_page(self, resident, read):
        client = city.signed_in(resident)
        response = client.post("/items/social-insurance-proof/apply/", {"s-purpose": "school"})
        assert response.url.endswith("/check/")
        assert "确认提交" in read(client.get(response.url))
        receipt = client.post(response.url.replace("check", "submit")).url
        city.run_jobs()
        page = read(client.get(receipt))
        assert "查看个人参保证明" in page
        assert "every 2s" not in page

    def test_the_allowance_is_confirmed_and_nothing_is_typed(self, read):
        elder = city.account(city.person("何秀珍", born="1940-05-01"))
        client = city.signed_in(elder)
        response = client.post("/items/old-age-allowance/apply/")
        page = read(client.get(response.url))
        assert "确认提交" in page
        assert "441900194005010" not in page, "the number is masked"
        assert "622202" not in page, "and so is the account"
        at = response.url.split("check/")[0]
        client.post(f"{at}submit/")
        assert case_at(at).state == "submitted"


class TestMaterials:
    def upload(self, client, at, file, material="layout"):
        return client.post(f"{at}materials/{material}/upload/", {"file": file})

    def test_what_stands_in_for_a_material(self, shopkeeper, begin, read):
        client = city.signed_in(shopkeeper[0])
        page = read(client.get(f"{begin(client)}materials/"))
        assert "共 5 份，3 份由系统取得或者由承诺代替" in page
        assert page.count('<span class="tag tag-green">免提交</span>') == 3

    def test_a_program_named_pdf_is_refused(self, shopkeeper, begin, read):
        client = city.signed_in(shopkeeper[0])
        at = begin(client)
        assert self.upload(client, at, city_file()).status_code == 302
        response = self.upload(client, at, city_file("plan.pdf", b"MZ\x90\x00 a program"))
        assert response.status_code == 422
        assert "的内容不是 PDF，可能是改了扩展名的其他文件" in read(response)
        assert "layout.png" in read(response), "what was there stays"
        assert [row.file.name for row in queries.materials_of(case_at(at))] == ["layout.png"]

    def test_21_megabytes_are_refused_with_a_way_out(self, shopkeeper, begin, read):
        client = city.signed_in(shopkeeper[0])
        at = begin(client)
        big = city_file("plan.pdf", b"%PDF-1.7\n" + b"0" * 21 * 1024 * 1024)
        response = self.upload(client, at, big)
        assert response.status_code == 422
        assert "超过 20 MB" in read(response)
        assert "请压缩或者分成几个不超过 20 MB 的文件" in read(response)

    def test_far_too_much_is_refused_before_it_is_read(self, shopkeeper, begin, read, monkeypatch):
        monkeypatch.setattr(materials, "_MOST_DRAINED", 1000)
        client = city.signed_in(shopkeeper[0])
        path = f"{begin(client)}materials/layout/upload/"
        response = client.post(
            path, b"x" * 1000, content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="300000000"
        )
        assert response.status_code == 422
        assert "一共超过 200 MB" in read(response)

    def test_no_file_and_too_many(self, shopkeeper, begin, read):
        client = city.signed_in(shopkeeper[0])
        at = begin(client)
        assert "请先选择文件" in read(client.post(f"{at}materials/layout/upload/"))
        many = {"file": [city_file(f"{n}.png") for n in range(11)]}
        assert "最多 10 个文件" in read(client.post(f"{at}materials/layout/upload/", many))

    def test_the_token_is_checked_though_the_size_comes_first(self, shopkeeper, begin):
        from django.test import Client

        account, _company = shopkeeper
        at = begin(city.signed_in(account))
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(account, backend="tongban.site.sign_in.CodeBackend")
        assert self.upload(strict, at, city_file()).status_code == 403
        assert queries.materials_of(case_at(at)) == []

    def test_a_file_is_removed(self, shopkeeper, begin):
        client = city.signed_in(shopkeeper[0])
        at = begin(client)
        self.upload(client, at, city_file())
        [row] = queries.materials_of(case_at(at))
        assert client.post(f"{at}materials/{row.pk}/remove/").url == f"{at}materials/"
        assert queries.materials_of(case_at(at)) == []

    def test_a_material_that_is_not_asked_for_is_not_there(self, shopkeeper, begin):
        client = city.signed_in(shopkeeper[0])
        assert self.upload(client, begin(client), city_file(), "vending_plan").status_code == 404


def test_commitments_must_be_ticked(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    path = f"{begin(client)}commitments/"
    assert "未按承诺建立制度的" in read(client.get(path))
    response = client.post(path)
    assert response.status_code == 422
    assert 'href="#commitment-safety_rules"' in read(response)
    assert client.post(path, {"signed": "safety_rules"}).status_code == 302


def test_the_situation_must_be_chosen(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    at = begin(client, **{"s-business": "catering"})
    response = client.post(f"{at}situation/", {"s-commitment": "perhaps"})
    assert response.status_code == 422
    assert 'href="#s-commitment"' in read(response)
    assert client.post(f"{at}situation/", FOOD).url == f"{at}sections/subject/"


def test_a_disputed_fact_opens_its_field(shopkeeper, begin, read):
    client = city.signed_in(shopkeeper[0])
    at = begin(client)
    page = client.get(f"{at}sections/subject/").content.decode()
    link = re.search(r'href="(/me/facts/org\.address/dispute/[^"]+)"', page).group(1).replace("&amp;", "&")
    assert "不影响您继续办理" in read(client.get(link))
    assert client.post(link, {"next": at}).url == at
    page = read(client.get(f"{at}sections/subject/"))
    assert 'name="org_address"' in page
    assert 'name="org_name"' not in page


def test_a_higher_level_is_asked_for(read):
    low = city.account(city.person("何伟"), level=2)
    response = city.signed_in(low).post("/items/tax-proof/apply/")
    assert response.status_code == 403
    assert "四级实名" in read(response)
    assert Case.objects.count() == 0


def test_strangers_find_no_draft(shopkeeper, begin, stranger):
    at = begin(city.signed_in(shopkeeper[0]))
    for path in ("", "situation/", "sections/staff/", "materials/", "commitments/", "check/", "delete/"):
        assert stranger.get(at + path).status_code == 404, path
    for path in ("sections/staff/", "materials/layout/upload/", "commitments/", "submit/", "delete/"):
        assert stranger.post(at + path, {"file": city_file()}).status_code == 404, path
