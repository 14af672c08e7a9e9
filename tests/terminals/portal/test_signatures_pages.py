"""The pages on which people are asked to sign, and sign: what a signer, the applicant and a stranger get."""

import re

import pytest
from django.test import Client

from tests import city
from tests.kernel.signatures import founding
from tongban.kernel.cases import actions
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.calc.limits import Limit
from tongban.kernel.parties.states import Scope
from tongban.kernel.signatures import queries

pytestmark = pytest.mark.django_db


def client_of(actor) -> Client:
    return city.signed_in(parties.account(actor.account_id))


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_applicant_asks_and_sees_how_it_stands(clock):
    who = founding.founders()
    case = founding.drafted(who)
    page = client_of(who[0][1])
    assert "各方签名" in text(page.get(f"/applications/{case.pk}/"))
    before = text(page.get(f"/applications/{case.pk}/signatures/"))
    assert before.count("还没有请求") == 3
    assert page.post(f"/applications/{case.pk}/signatures/").status_code == 302
    asked = text(page.get(f"/applications/{case.pk}/signatures/"))
    assert asked.count("待签名") == 3
    assert "等待各方签名" in text(page.get("/cases/?tab=draft"))
    assert page.post(f"/applications/{case.pk}/submit/").status_code == 422
    for _person, actor in who:
        founding.sign(actor)
    assert "可以核对并提交了" in text(page.get(f"/applications/{case.pk}/signatures/"))
    assert page.post(f"/applications/{case.pk}/submit/").status_code == 302


def test_nothing_is_asked_before_all_is_filled_in(clock):
    who = founding.founders()
    case = founding.drafted(who)
    actions.save(case_id=case.pk, by=who[0][1], cleared=["maker"])
    page = client_of(who[0][1])
    assert "内容还没有填完" in text(page.get(f"/applications/{case.pk}/signatures/"))
    answer = page.post(f"/applications/{case.pk}/signatures/")
    assert (answer.status_code, "暂时不能请各方签名" in text(answer)) == (422, True)


def test_a_signer_reads_asks_for_a_code_and_signs(clock, settings):
    settings.DEMO = True
    who = founding.founders()
    case = founding.drafted(who)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    page = client_of(who[1][1])
    (row,) = queries.to_sign(who[1][1])
    assert "1 份文件待您签名" in text(page.get("/"))
    assert "企业开办" in text(page.get("/to-sign/"))
    read = text(page.get(f"/to-sign/{row.pk}/"))
    assert founding.NAME in read
    assert "股东、财务负责人" in read
    assert who[0][0].id_no not in read
    (file,) = row.text.text["files"]
    paper = page.get(f"/to-sign/{row.pk}/files/{file['row']}/")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper["Content-Disposition"].startswith("attachment")
    assert page.post(f"/to-sign/{row.pk}/sign/", {"code": "000000"}).status_code == 422
    page.post(f"/to-sign/{row.pk}/code/")
    code = page.session["signing_code"]["code"]
    assert page.post(f"/to-sign/{row.pk}/sign/", {"code": code}).status_code == 302
    assert "已签名" in text(page.get(f"/to-sign/{row.pk}/"))
    assert page.post(f"/to-sign/{row.pk}/sign/", {"code": code}).status_code == 409


def test_codes_for_signing_are_limited_for_each_signer(clock, settings):
    settings.SIGN_IN_LIMITS = {
        **settings.SIGN_IN_LIMITS,
        Scope.ASK_DEVICE: Limit(2, 600),
        Scope.TRY_DEVICE: Limit(1, 60),
    }
    who = founding.founders()
    case = founding.drafted(who)
    rows = {one.name: one for one in actions.ask_signatures(case_id=case.pk, by=who[0][1])}
    page, at = client_of(who[1][1]), f"/to-sign/{rows['何伟'].pk}/"
    answers = [page.post(f"{at}code/") for _ in range(3)]
    assert [one.status_code for one in answers] == [302, 302, 429]
    assert (answers[2]["Retry-After"], "获取验证码的次数太多" in text(answers[2])) == ("600", True)
    assert [page.post(f"{at}sign/", {"code": "x"}).status_code for _ in range(2)] == [422, 429]
    other = queries.to_sign(who[2][1])[0]
    assert client_of(who[2][1]).post(f"/to-sign/{other.pk}/code/").status_code == 302


def test_who_refuses_has_to_say_why(clock):
    who = founding.founders()
    case = founding.drafted(who)
    actions.ask_signatures(case_id=case.pk, by=who[0][1])
    page, (row,) = client_of(who[2][1]), queries.to_sign(who[2][1])
    assert page.post(f"/to-sign/{row.pk}/refuse/", {"reason": ""}).status_code == 422
    assert page.post(f"/to-sign/{row.pk}/refuse/", {"reason": "我没有答应做监事"}).status_code == 302
    assert "我没有答应做监事" in text(client_of(who[0][1]).get(f"/applications/{case.pk}/signatures/"))


def test_a_signer_gets_no_page_of_the_case_and_a_stranger_none_at_all(clock):
    who = founding.founders()
    case = founding.drafted(who)
    rows = {one.name: one for one in actions.ask_signatures(case_id=case.pk, by=who[0][1])}
    signer = client_of(who[1][1])
    row = rows["何伟"]
    for path in ("", "situation/", "sections/people/", "materials/", "check/", "signatures/"):
        assert signer.get(f"/applications/{case.pk}/{path}").status_code == 404, path
    assert signer.get(f"/cases/{case.pk}/").status_code == 404
    file = row.text.text["files"][0]["row"]
    assert signer.get(f"/cases/{case.pk}/materials/{file}/").status_code == 404
    assert signer.get(f"/to-sign/{rows['吴嘉慧'].pk}/").status_code == 404
    stranger = client_of(city.actor(city.account(city.person("梁桂英"))))
    for path in ("", f"files/{file}/"):
        assert stranger.get(f"/to-sign/{row.pk}/{path}").status_code == 404
    for path in ("code", "sign", "refuse"):
        assert stranger.post(f"/to-sign/{row.pk}/{path}/", {"code": "1", "reason": "x"}).status_code == 404
    assert "没有要签名的文件" in text(stranger.get("/to-sign/"))
    assert Client().get(f"/to-sign/{row.pk}/").status_code == 302


def test_rows_are_added_and_taken_out_without_a_script(clock):
    who = founding.founders()
    by = who[0][1]
    case = actions.open_draft(item_code="company-start", by=by, situation=founding.SITUATION)
    page, url = client_of(by), f"/applications/{case.pk}/sections/people/"
    assert text(page.get(url)).count("shareholders-0-holder_name") > 0
    row = {
        "shareholders-0-holder_name": "陈晓雯",
        "shareholders-0-holder_id": who[0][0].id_no,
        "shareholders-0-share": "60",
    }
    added = page.post(url, {**row, "then": "add:shareholders"})
    assert (added.status_code, added["Location"]) == (302, f"{url}?room=shareholders#shareholders")
    assert "shareholders-1-share" in text(page.get(added["Location"].split("#")[0]))
    second = {
        "shareholders-1-holder_name": "何伟",
        "shareholders-1-holder_id": "440101199001011234",
        "shareholders-1-share": "50",
    }
    wrong = page.post(url, {**row, **second, "then": "next"})
    said = text(wrong)
    assert wrong.status_code == 422
    assert "股东：出资比例（%）合计应为 100" in said
    assert 'href="#shareholders-1-holder_id"' in said
    dropped = page.post(url, {**row, **second, "then": "drop:shareholders:1"})
    assert dropped.status_code == 302
    assert [one["holder_name"] for one in city.again(case).answers["shareholders"]] == ["陈晓雯"]
    case = city.again(case)
    back = text(page.get(f"/applications/{case.pk}/check/"))
    assert "股东 1" in back
    assert who[0][0].id_no not in back


def test_a_taken_name_is_said_at_its_field(clock):
    city.organisation(city.person("何伟"), name="东莞市荔湖里餐饮服务有限公司")
    who = founding.founders()
    case = actions.open_draft(item_code="company-start", by=who[0][1], situation=founding.SITUATION)
    page = client_of(who[0][1])
    answer = page.post(
        f"/applications/{case.pk}/sections/name/", {"shop_name": founding.NAME, "then": "next"}
    )
    assert answer.status_code == 422
    assert "与已登记的名称“东莞市荔湖里餐饮服务有限公司”相同" in text(answer)


def test_the_page_of_all_bundles_and_what_they_spare(clock):
    page = Client()
    every = text(page.get("/one-thing/"))
    for code in (
        "newborn",
        "open-restaurant",
        "company-start",
        "hire-employee",
        "house-transfer-utilities",
        "retirement",
        "card-services",
        "after-death",
    ):
        assert f'href="/items/{code}/"' in every, code
    assert 'href="/one-thing/"' in text(page.get("/"))
    guide = text(page.get("/items/company-start/?s-place=lease"))
    assert "6 个部门" in guide
    assert "材料 15 份 → 1 份" in guide
    assert "跑 1 次 → 1 次" in guide
    assert "申请表 2 张 → 1 张" in text(
        page.get("/items/company-start/?s-seals=no&s-staff=no&s-bank=no&s-payer=general")
    )


def test_the_page_of_a_bundle_shows_each_part_with_its_result(clock):
    from tests.kernel.bundles.test_bundles import grant, part
    from tests.kernel.cases.stages import office

    of, who = office(), founding.founders()
    case = founding.signed(who)
    actions.submit(case_id=case.pk, by=who[0][1])
    actions.accept(case_id=case.pk, by=of.clerk)
    city.run_jobs()
    page = client_of(who[0][1])
    before = text(page.get(f"/cases/{case.pk}/"))
    assert before.count("在“营业执照”之后") == 5
    grant(part(case, "licence"), of)
    after = text(page.get(f"/cases/{case.pk}/"))
    assert "营业执照（公司） 91441900MA9Y" in after
    assert 'class="thing-1"' in after
