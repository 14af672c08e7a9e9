"""Each verb from the page: what it does, what it says when it is not possible, what it keeps of what was typed."""

import pytest

from tests import city
from tongban.kernel.cases import actions, queries

pytestmark = pytest.mark.django_db


def post(officer, case, verb, **data):
    return city.signed_in(officer).post(f"/desk/cases/{case.pk}/{verb}/", data)


def reviewed(clerk, reviewer):
    case = city.allowance()
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    actions.complete_step(case_id=case.pk, opinion="符合", by=city.actor(reviewer))
    return case


def test_accept(clerk):
    case = city.allowance()
    answer = post(clerk, case, "accept")
    assert (answer.status_code, answer.url) == (302, f"/desk/cases/{case.pk}/?done=accept")
    assert city.again(case).state == "accepted"
    following = city.allowance()
    page = city.signed_in(clerk).get(answer.url).content.decode()
    assert "已受理" in page
    assert f"下一件：{following.short_no}" in page


def test_a_second_accept_is_explained(clerk):
    case = city.allowance()
    post(clerk, case, "accept")
    answer = post(clerk, case, "accept")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "这个办件现在是“已受理”，不能受理。" in page
    assert "请刷新页面" in page
    assert case.short_no in page


def test_refuse_needs_reasons(clerk):
    case = city.allowance()
    answer = post(clerk, case, "refuse", reasons=" ")
    assert answer.status_code == 422
    assert "没有填写不予受理的理由" in answer.content.decode()
    assert city.again(case).state == "submitted"
    assert post(clerk, case, "refuse", reasons="不属于本机关职权").status_code == 302
    case = city.again(case)
    assert (case.state, case.reasons) == ("refused", "不属于本机关职权")


def test_what_was_typed_stays_when_somebody_was_faster(clerk):
    case = city.allowance()
    client = city.signed_in(clerk)
    actions.refuse(case_id=case.pk, reasons="已经不予受理", by=city.actor(clerk))
    answer = client.post(f"/desk/cases/{case.pk}/refuse/", {"reasons": "我写了很久的理由"})
    assert answer.status_code == 409
    assert "我写了很久的理由" in answer.content.decode()


def test_notes_of_a_supplement_stay_too(clerk):
    case, _applicant = city.food()
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    answer = post(clerk, case, "supplement", point=["field:area"], **{"note-field-area": "与图纸不一致"})
    assert answer.status_code == 409
    assert "经营面积（平方米）：与图纸不一致</textarea>" in answer.content.decode()


def test_a_supplement_ties_each_point_to_a_note(clerk):
    case, _applicant = city.food()
    data = {
        "point": ["field:area", "material:layout"],
        "note-field-area": "与图纸不一致",
        "message": "请在三十日内补正",
    }
    answer = post(clerk, case, "supplement", **data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明“经营场所平面布局图”哪里需要补正" in page
    assert 'value="与图纸不一致"' in page
    assert "请在三十日内补正</textarea>" in page
    assert queries.supplement_of(case) is None
    assert (
        post(clerk, case, "supplement", **data, **{"note-material-layout": "未标洗手池"}).status_code == 302
    )
    supplement = queries.supplement_of(case)
    assert supplement.points == [
        {"kind": "field", "id": "area", "note": "与图纸不一致"},
        {"kind": "material", "id": "layout", "note": "未标洗手池"},
    ]
    assert supplement.message == "请在三十日内补正"


def test_what_the_city_knows_cannot_be_asked_for(clerk):
    case, _applicant = city.food()
    answer = post(clerk, case, "supplement", point=["field:org_name"], **{"note-field-org_name": "x"})
    assert answer.status_code == 422
    assert "没有填写需要补正的内容" in answer.content.decode()


def test_a_second_supplement_is_neither_offered_nor_done(clerk, offers):
    case, applicant = city.food()
    data = {"point": ["field:area"], "note-field-area": "与图纸不一致"}
    post(clerk, case, "supplement", **data)
    actions.save(case_id=case.pk, by=applicant, answers={"area": "90"})
    actions.resubmit(case_id=case.pk, by=applicant)
    page = city.signed_in(clerk).get(f"/desk/cases/{case.pk}/")
    assert offers(page) == {"accept", "refuse"}
    answer = post(clerk, case, "supplement", **data)
    assert answer.status_code == 409
    assert "不能再次要求" in answer.content.decode()


def test_complete_a_step_with_an_opinion(clerk, reviewer):
    case = city.allowance()
    actions.accept(case_id=case.pk, by=city.actor(clerk))
    assert post(reviewer, case, "complete", opinion="").status_code == 422
    assert post(reviewer, case, "complete", verdict="fits", opinion="年龄、户籍已核对").status_code == 302
    steps = {step.step: (step.state, step.opinion) for step in queries.steps_of(case)}
    assert steps == {"review": ("done", "年龄、户籍已核对"), "approve": ("open", None)}
    answer = post(reviewer, case, "complete", opinion="再来一次")
    assert answer.status_code == 409
    assert "现在没有轮到您的环节" in answer.content.decode()


def test_grant_issues_the_credential_and_shows_it(clerk, reviewer, decider):
    case = reviewed(clerk, reviewer)
    assert post(decider, case, "grant").status_code == 302
    city.run_jobs()
    assert city.again(case).state == "closed"
    client = city.signed_in(decider)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    names = ("收件凭证", "受理通知书", "准予决定书", "高龄老人津贴审批通知")
    assert [name for name in names if f">{name}<span" in page] == list(names)
    paper = client.get(f"/desk/cases/{case.pk}/credential/")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["Cache-Control"] == "no-store"
    again = post(decider, case, "grant")
    assert again.status_code == 409
    assert "不能准予" in again.content.decode()


def test_deny_needs_reasons(clerk, reviewer, decider):
    case = reviewed(clerk, reviewer)
    assert post(decider, case, "deny", reasons="").status_code == 422
    assert post(decider, case, "deny", reasons="不具有本市户籍").status_code == 302
    case = city.again(case)
    assert (case.state, case.reasons) == ("denied", "不具有本市户籍")


def test_who_handled_it_cannot_decide_it(reviewer):
    both = city.officer("clerk", "reviewer", "decider", agency="")
    case = reviewed(both, both)
    answer = post(both, case, "grant")
    assert answer.status_code == 409
    assert "不能再由您决定" in answer.content.decode()
    assert city.again(case).state == "in_review"


def test_a_verb_of_another_role_does_not_exist(clerk, reviewer, decider):
    case = city.allowance()
    assert [post(clerk, case, verb).status_code for verb in ("complete", "grant", "deny")] == [404] * 3
    assert [post(reviewer, case, verb).status_code for verb in ("accept", "refuse", "grant")] == [404] * 3
    assert [post(decider, case, verb).status_code for verb in ("accept", "complete")] == [404] * 2
    assert city.again(case).state == "submitted"


def test_after_signing_in_again_the_browser_comes_back_to_the_case(clerk):
    case = city.allowance()
    for verb in ("accept", "supplement", "refuse"):
        answer = city.signed_in(clerk).get(f"/desk/cases/{case.pk}/{verb}/")
        assert (answer.status_code, answer.url) == (302, f"/desk/cases/{case.pk}/")
    assert city.again(case).state == "submitted"
