"""One's own cases: list, course, supplement, withdrawal, rating; and that others' do not exist."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.terminals.portal.conftest import city_file
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.documents import queries as documents
from tongban.kernel.parties import queries as parties
from tongban.modules.ratings.models import Rating

pytestmark = pytest.mark.django_db
POINTS = [
    {"kind": "field", "id": "area", "note": "与图纸不一致"},
    {"kind": "material", "id": "layout", "note": "没有标注洗手消毒设施"},
]


def browser(by):
    return city.signed_in(parties.account(by.account_id))


@pytest.fixture
def clerk(db):
    return city.actor(city.officer("clerk", agency=""))


@pytest.fixture
def supplement(clerk, clock):
    """A food licence for which a supplement was asked: (client, case)."""
    case, by = city.food()
    actions.request_supplement(case_id=case.pk, points=POINTS, message="请尽快补正。", by=clerk)
    city.run_jobs()
    clock.move(minutes=5)
    return browser(by), case


class TestList:
    def test_each_case_stands_in_its_tab(self, clerk, read):
        case, by = city.food()
        actions.open_draft(item_code="tax-proof", by=by)
        client = browser(by)
        assert case.short_no in read(client.get("/cases/"))
        assert "剩 5 个工作日" in read(client.get("/cases/?tab=open"))
        assert "税" in read(client.get("/cases/?tab=draft"))
        assert "这里还没有办件" in read(client.get("/cases/?tab=supplement"))
        actions.refuse(case_id=case.pk, reasons="不属于本机关", by=clerk)
        assert case.short_no in read(client.get("/cases/?tab=done"))
        assert "这里还没有办件" in read(client.get("/cases/?tab=open"))

    def test_others_cases_are_not_in_it(self, stranger, read):
        case, _by = city.food()
        for tab in ("supplement", "open", "done", "draft"):
            assert case.short_no not in read(stranger.get(f"/cases/?tab={tab}"))

    def test_the_number_of_queries_does_not_grow(self):
        case, by = city.food()
        client = browser(by)
        client.get("/cases/?tab=open")
        counts = []
        for more in (0, 2):
            for _more in range(more):
                draft = actions.open_draft(
                    item_code="food-licence",
                    by=by,
                    situation={"business": "catering", "commitment": "no"},
                )
                actions.save(case_id=draft.pk, by=by, answers=city.FOOD_ANSWERS, signed=["safety_rules"])
                for material in ("layout", "business_licence"):
                    actions.add_material(case_id=draft.pk, material=material, file=city.picture(), by=by)
                actions.submit(case_id=draft.pk, by=by)
            for path in ("/cases/?tab=open", "/", f"/cases/{case.pk}/"):
                with CaptureQueriesContext(connection) as context:
                    assert client.get(path).status_code == 200
                counts.append(len(context))
        assert Case.objects.count() == 3
        assert counts[:3] == counts[3:]


class TestPage:
    def test_it_shows_the_course_with_what_is_to_come(self, read):
        case, by = city.food()
        page = read(browser(by).get(f"/cases/{case.pk}/"))
        assert "5 个工作日内决定是否受理" in page
        assert "预计 03-09 前" in page
        assert page.index("提交申请") < page.index("窗口正在核对材料") < page.index("书面审查")
        assert page.index("书面审查") < page.index("现场核查") < page.index("电子证照自动进入")

    def test_after_acceptance_the_promise_counts(self, clerk, clock, read):
        case, by = city.food()
        actions.accept(case_id=case.pk, by=clerk)
        city.run_jobs()
        clock.move(days=2)
        page = read(browser(by).get(f"/cases/{case.pk}/"))
        assert "承诺 5 个工作日内办结" in page
        assert "已用 2 天" in page
        assert "剩 3 个工作日" in page
        assert "受理通知书" in page
        assert "正在办理。" in page

    def test_a_granted_case_leads_to_the_licence(self, read):
        elder = city.account(city.person("何秀珍", born="1940-05-01"))
        opened = city.signed_in(elder).post("/items/old-age-allowance/apply/")
        case = uuid.UUID(opened.url.split("/")[2])
        by = city.actor(elder)
        actions.submit(case_id=case, by=by)
        actions.accept(case_id=case, by=city.actor(city.officer("clerk")))
        actions.complete_step(case_id=case, opinion="符合", by=city.actor(city.officer("reviewer")))
        actions.grant(case_id=case, by=city.actor(city.officer("decider")))
        city.run_jobs()
        page = read(city.signed_in(elder).get(f"/cases/{case}/"))
        assert "已办结" in page
        assert "高龄老人津贴审批通知 已进入“我的证照”" in page
        assert "每月 100.00 元" in page
        assert "您对这次办理的评价" in page

    def test_a_refusal_says_its_reasons_and_remedies(self, clerk, read):
        case, by = city.food()
        actions.refuse(case_id=case.pk, reasons="不属于本机关职权。", by=clerk)
        city.run_jobs()
        page = read(browser(by).get(f"/cases/{case.pk}/"))
        assert "不属于本机关职权。" in page
        assert "行政复议" in page
        assert "不予受理通知书" in page

    def test_a_stranger_finds_nothing(self, stranger, clerk):
        case, _by = city.food()
        city.run_jobs()
        for path in ("", "receipt/", "withdraw/"):
            assert stranger.get(f"/cases/{case.pk}/{path}").status_code == 404, path
        for path in ("withdraw/", "rate/"):
            assert stranger.post(f"/cases/{case.pk}/{path}", {"grade": "1"}).status_code == 404, path

    def test_an_ended_mandate_closes_the_case(self, clock):
        from tongban.kernel.parties.actions import give_mandate
        from tongban.kernel.parties.states import MandateSource

        case, by = city.food()
        agent = city.person("何伟")
        give_mandate(
            organisation=parties.organisation(case.organisation_id),
            agent=agent,
            source=MandateSource.ONLINE,
            by=by,
            ends_on=clock.now.date(),
        )
        client = city.signed_in(city.account(agent))
        assert client.get(f"/cases/{case.pk}/").status_code == 200
        clock.move(days=1)
        assert client.get(f"/cases/{case.pk}/").status_code == 404


class TestSupplement:
    def test_the_notice_stands_first_with_its_points(self, supplement, read):
        client, case = supplement
        page = read(client.get(f"/cases/{case.pk}/"))
        assert "请补正 2 处内容（一次性告知，不会再次要求）" in page
        assert "与图纸不一致" in page
        assert "没有标注洗手消毒设施" in page
        assert "停止计时" in page
        assert "补正告知书" in page

    def test_only_what_was_asked_for_can_be_changed(self, supplement, read):
        client, case = supplement
        at = f"/applications/{case.pk}/"
        page = read(client.get(f"{at}sections/premises/"))
        assert 'name="area"' in page
        assert "与图纸不一致" in page
        assert 'name="same_address"' not in page
        client.post(f"{at}sections/staff/", {"staff_count": "99"})
        assert queries.case(case.pk).answers["staff_count"] == 6
        assert (
            client.post(f"{at}materials/business_licence/upload/", {"file": city_file()}).status_code == 409
        )

    def test_corrections_are_handed_in_when_complete(self, supplement, read):
        client, case = supplement
        at = f"/applications/{case.pk}/"
        assert "还有 2 处没有完成" in read(client.get(f"{at}check/"))
        response = client.post(f"{at}submit/", {"supplement": "1"})
        assert response.status_code == 422
        assert "还有 2 处没有补正" in read(response)
        assert client.post(f"{at}sections/premises/", {"area": "90"}).url == f"{at}materials/"
        client.post(f"{at}materials/layout/upload/", {"file": city_file("new.png")})
        assert "提交补正" in read(client.get(f"{at}check/"))
        for _twice in range(2):
            assert client.post(f"{at}submit/", {"supplement": "1"}).status_code == 302
        fresh = queries.case(case.pk)
        assert (fresh.state, fresh.answers["area"]) == ("submitted", "90")
        assert "补正了 2 处内容" in read(client.get(f"/cases/{case.pk}/"))

    def test_what_the_officer_has_seen_is_not_removed(self, supplement, read):
        client, case = supplement
        page = read(client.get(f"/applications/{case.pk}/materials/"))
        assert "plan.pdf" in page
        assert "remove/" not in page

    def test_a_material_outside_the_situation_can_be_handed_in_when_asked_for(self, clerk, clock, read):
        case, by = city.food()
        point = {"kind": "material", "id": "canteen_contract", "note": "请补交"}
        actions.request_supplement(case_id=case.pk, points=[point], message="", by=clerk)
        clock.move(minutes=5)
        client = browser(by)
        at = f"/applications/{case.pk}/"
        assert "食堂承包经营合同" in read(client.get(f"{at}materials/"))
        pdf = city_file("contract.pdf", documents.content(city.letter_pdf()))
        assert client.post(f"{at}materials/canteen_contract/upload/", {"file": pdf}).status_code == 302
        client.post(f"{at}submit/", {"supplement": "1"})
        assert city.again(case).state == "submitted"


class TestWithdrawal:
    def test_a_question_comes_first(self, read):
        case, by = city.food()
        client = browser(by)
        assert "确认撤回" in read(client.get(f"/cases/{case.pk}/withdraw/"))
        assert city.again(case).state == "submitted"
        client.post(f"/cases/{case.pk}/withdraw/")
        assert city.again(case).state == "withdrawn"
        page = read(client.get(f"/cases/{case.pk}/"))
        assert "您撤回了申请" in page
        assert "撤回申请</a>" not in page

    def test_a_second_time_is_an_explained_409(self, read):
        case, by = city.food()
        client = browser(by)
        client.post(f"/cases/{case.pk}/withdraw/")
        response = client.post(f"/cases/{case.pk}/withdraw/")
        assert response.status_code == 409
        assert "已撤回" in read(response)


class TestRating:
    @pytest.fixture
    def handled(self, clerk):
        case, by = city.food()
        actions.refuse(case_id=case.pk, reasons="不属于本机关", by=clerk)
        return browser(by), case

    def test_the_first_face_is_the_best(self, handled, read):
        client, case = handled
        page = read(client.get(f"/cases/{case.pk}/"))
        assert page.index('name="grade" value="1"') < page.index("非常满意") < page.index("非常不满意")
        client.post(f"/cases/{case.pk}/rate/", {"grade": "1"})
        assert Rating.objects.get().level == 1
        assert "您的评价：非常满意" in read(client.get(f"/cases/{case.pk}/"))

    def test_a_bad_one_needs_its_reason_and_keeps_what_was_chosen(self, handled, read):
        client, case = handled
        response = client.post(f"/cases/{case.pk}/rate/", {"grade": "5", "words": " "})
        assert response.status_code == 422
        assert "不满意的评价需要写明原因" in read(response)
        assert 'value="5" required checked' in read(response)
        assert Rating.objects.count() == 0

    def test_no_grade_and_no_second_rating(self, handled):
        client, case = handled
        assert client.post(f"/cases/{case.pk}/rate/", {"grade": "x"}).status_code == 422
        client.post(f"/cases/{case.pk}/rate/", {"grade": "2"})
        assert client.post(f"/cases/{case.pk}/rate/", {"grade": "1"}).status_code == 409

    def test_a_case_under_way_is_not_rated(self):
        case, by = city.food()
        assert browser(by).post(f"/cases/{case.pk}/rate/", {"grade": "1"}).status_code == 409
