"""The laboratory's pages: who may open them, what a moved number says, a draft on its way, and what a report holds."""

import csv
import io
import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.terminals.console.filling import body
from tongban.kernel.access.calc import SYSTEM
from tongban.modules.policies import actions
from tongban.modules.policies.models import PolicyDraft
from tongban.modules.policies.queries import drafts, laboratory, published
from tongban.modules.policies.states import DraftState

pytestmark = pytest.mark.django_db

LAB = "/console/policies/items/scale-up-new/"
TERMS = {"name": "2026-2", "m-growth": "8", "m-award": "60000", "begins": "2026-04-01", "ends": "2026-12-31"}
ROWS = 6400


@pytest.fixture(autouse=True)
def standing_clock(clock):
    published.forget()
    yield clock
    published.forget()


def client_of(*roles, agency="industry", name="莫晓彤"):
    return city.signed_in(city.officer(*roles, agency=agency, place=city.CITY, name=name))


@pytest.fixture
def drafter():
    return client_of("policy_drafter")


@pytest.fixture
def publisher():
    return client_of("policy_publisher", name="温建华")


@pytest.fixture
def whole():
    """A snapshot of a small city."""
    row = actions.ask_city(rows=ROWS, stands_for=ROWS * 10, by=SYSTEM)
    city.run_jobs()
    yield row
    laboratory.forget()


def draft_of(client, **changed):
    answer = client.post(f"{LAB}draft/?edition=2026", {**TERMS, **changed})
    assert answer.status_code == 302, body(answer)
    return answer["Location"]


def figures(page):
    """The large figures by their names."""
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([\d,]+)", page))


class TestRights:
    """Officers of the policy's agency; for everybody else the pages do not exist."""

    @pytest.mark.parametrize(
        "path", ["/console/policies/", LAB, f"{LAB}report/", f"{LAB}table/", f"{LAB}draft/"]
    )
    def test_others_do_not_find_it(self, path):
        assert client_of("editor", "clerk").get(path).status_code == 404
        if path != "/console/policies/":
            assert client_of("policy_drafter", agency="human-resources").get(path).status_code == 404

    def test_a_publisher_does_not_draft_and_a_drafter_does_not_publish(self, drafter, publisher):
        assert publisher.post(f"{LAB}draft/", TERMS).status_code == 404
        url = draft_of(drafter)
        drafter.post(f"{url}submit/")
        assert drafter.post(f"{url}publish/").status_code == 404
        assert publisher.post(f"{url}discard/").status_code == 404

    def test_another_agency_s_draft_is_not_there(self, drafter):
        url = draft_of(drafter)
        other = client_of("policy_drafter", "policy_publisher", agency="human-resources")
        for path in (url, f"{url}edition/"):
            assert other.get(path).status_code == 404
        for verb in ("submit", "publish", "return", "discard"):
            assert other.post(f"{url}{verb}/").status_code == 404

    def test_what_nobody_has_is_not_there(self, drafter, whole):
        assert drafter.get("/console/policies/items/unheard/").status_code == 404
        assert (
            drafter.get("/console/policies/drafts/00000000-0000-7000-8000-000000000000/").status_code == 404
        )
        for wrong in ("x", "00000000-0000-7000-8000-000000000000"):
            assert drafter.get(LAB, {"draft": wrong}).status_code == 404
        by = city.actor(city.officer("policy_drafter", agency="industry", place=city.CITY))
        other = actions.start_draft(policy="sme-digital", by=by)
        assert drafter.get(LAB, {"draft": str(other.pk)}).status_code == 404

    def test_items_for_people_are_listed_and_not_tried(self):
        client = client_of("policy_drafter", agency="civil-affairs")
        page = body(client.get("/console/policies/"))
        assert "给个人的项目不在这里测算" in page
        code = next(
            one.code
            for policy in published.in_force().policies.policies
            for one in policy.items
            if policy.agency == "civil-affairs" and one.audience == "person"
        )
        assert client.get(f"/console/policies/items/{code}/").status_code == 404


class TestTrying:
    """Numbers are moved."""

    def test_without_a_city_one_is_asked_for(self, drafter):
        page = body(drafter.get(LAB))
        assert "还没有全市主体快照" in page
        assert drafter.get(f"{LAB}report/").status_code == 302
        assert drafter.get(f"{LAB}table/").status_code == 302
        assert drafter.post("/console/policies/city/").status_code == 302
        assert "正在生成演示城市" in body(drafter.get("/console/policies/"))
        waiting = body(drafter.get(LAB, {"m-growth": "20"}))
        assert f'hx-get="{LAB}?m-growth=20" hx-trigger="every 2s" hx-target="#run"' in waiting
        city.run_jobs()
        assert figures(body(drafter.get(LAB)))

    def test_a_moved_number_changes_the_figures(self, drafter, whole):
        now, moved = (figures(body(drafter.get(LAB, {"m-growth": n}))) for n in ("0", "50"))
        assert int(moved["拿到的企业"]) < int(now["拿到的企业"])
        assert int(now["少得的企业"]) == 0
        assert int(moved["少得的企业"]) == int(now["拿到的企业"]) - int(moved["拿到的企业"])

    def test_what_was_typed_wins_where_it_was_changed(self, drafter, whole):
        def value(**asked):
            page = body(drafter.get(LAB, {key.replace("_", "-"): text for key, text in asked.items()}))
            return re.search(r'id="m-growth"[^>]*value="(\d+)"', page)[1]

        assert value(n_growth="20", m_growth="0", was_growth="0") == "20", "the slider was moved"
        assert value(n_growth="0", m_growth="20", was_growth="0") == "20", "the box was filled in"
        assert value(n_growth="20", m_growth="30", was_growth="0") == "30"
        assert value(n_growth="", m_growth="x", was_growth="0") == "0"
        assert value(m_growth="99") == "50", "no further than may be tried"

    def test_money_is_typed_in_yuan_and_the_fund_is_projected(self, drafter, whole):
        page = body(drafter.get(LAB, {"m-award": "100000"}))
        many = int(figures(page)["拿到的企业"])
        assert 0 < many < 100
        assert f"<dt>金额</dt><dd>{many * 10} 万元" in page
        assert f"本项目 {many * 100:,} 万元" in page
        assert "预算 4.80 亿元（按抽样推算）" in page

    def test_an_edition_that_is_over_is_tried_beside_the_one_in_force(self, drafter, whole):
        page = body(drafter.get(LAB, {"edition": "2024"}))
        assert "本版次 20 %" in page
        assert "工业和信息化专项资金（2024 年）" in page
        assert 'aria-current="page">2024</a>' in page

    def test_a_page_is_small_and_asks_equally_often(self, drafter, whole):
        drafter.get(LAB)
        asked = []
        for n in ("0", "50"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                answer = drafter.get(LAB, {"m-growth": n})
            asked.append(len(queries))
            assert len(answer.content) < 60_000
        assert asked[0] == asked[1] <= 11

    def test_the_file_holds_the_figures_and_both_digests(self, drafter, whole):
        page = figures(body(drafter.get(LAB, {"m-growth": "20"})))
        answer = drafter.get(f"{LAB}table/", {"m-growth": "20"})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        said = {row[0]: row[1:] for row in rows}
        whole.refresh_from_db()
        assert said["快照摘要"] == [whole.digest]
        assert said["文本摘要"] == [drafts.text_in_force("scale-up").digest]
        assert ["参数", "产值增幅门槛", "20 %"] in rows
        assert said["合计"][1] == page["拿到的企业"]
        towns = [row for row in rows if row[0] == "镇街"]
        assert sum(int(row[2]) for row in towns) == int(page["拿到的企业"])
        report = body(drafter.get(f"{LAB}report/", {"m-growth": "20"}))
        assert whole.digest in report
        assert "20 %" in report

    def test_it_is_said_in_english_too(self, drafter, whole):
        drafter.cookies["tb_lang"] = "en"
        page = body(drafter.get(LAB, {"m-growth": "20"}))
        assert "Firms that get it" in page
        assert "Policy laboratory" in page


class TestDrafting:
    """From a tried number to a published edition."""

    def test_the_form_takes_the_numbers_that_were_tried(self, drafter):
        page = body(drafter.get(f"{LAB}draft/", {"edition": "2026", "m-growth": "8"}))
        assert re.search(r'id="m-growth"[^>]*value="8"', page)
        assert "以 首次上规模奖励 · 2026 为基础" in page

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"name": ""}, "请填写新版次的名称"),
            ({"begins": ""}, "请填写生效日期"),
            ({"begins": "2026-02-30"}, "请按 2026-01-01 的样子填写日期"),
            ({"begins": "2026-03-02"}, "新版次要从明天或者以后的日期开始"),
            ({"name": "2025"}, "已经有名为“2025”的版次"),
            ({"m-growth": "八"}, "产值增幅门槛：请填写整数"),
        ],
    )
    def test_what_cannot_be_read_is_said_and_nothing_is_kept(self, drafter, wrong, said):
        page = body(drafter.post(f"{LAB}draft/?edition=2026", {**TERMS, **wrong}), 422)
        assert said in page
        assert 'value="60000"' in page
        assert not any(draft.revision for draft in PolicyDraft.objects.all())

    def test_a_second_edition_goes_into_the_same_draft(self, drafter):
        assert draft_of(drafter) == draft_of(drafter, name="2026-3", begins="2026-08-01")
        assert PolicyDraft.objects.count() == 1

    def test_the_draft_says_what_it_changes_and_its_conditions_in_words(self, drafter, whole):
        url = draft_of(drafter)
        page = body(drafter.get(url))
        assert "变化 6 处" in page
        assert "产值增幅门槛" in page
        assert "50,000 元" in page
        assert "60,000 元" in page
        growth = "100 × 上年度工业总产值 > 108 × 前年度工业总产值"
        assert f"首次纳入规模以上的年份 = 2025 或者 （首次纳入规模以上的年份 = 2024 并且 {growth}）" in page
        assert "国民经济行业门类属于 “采矿业”、“制造业”" in page
        assert "纳税信用等级 ≠ “D" in page
        assert "近 24 个月单笔最高罚款 < 100,000 元" in page
        assert "里没有 “首次上规模奖励”" in page
        assert "含参数" in page
        lab = re.search(r'href="(/console/policies/items/scale-up-new/\?draft=[^"]+2026-2)"', page)[1]
        tried = body(drafter.get(lab))
        assert "本版次 8 %" in tried
        assert int(figures(tried)["多得的企业"]) > 0

    def test_faults_are_shown_and_corrected(self, drafter):
        url = draft_of(drafter, **{"m-growth": "60"})
        page = body(drafter.get(url))
        assert "还有 1 处需要修改" in page
        assert "取值 60 不在 0 与 50 之间" in page
        assert "取值 60 不在 0 与 50 之间" in body(drafter.post(f"{url}submit/"), 422)
        edit = f"{url}edition/?item=scale-up-new&edition={quote('2026-2')}"
        form = body(drafter.get(edit))
        revision = re.search(r'name="revision" value="(\d+)"', form)[1]
        stale = body(drafter.post(edit, {**TERMS, "revision": "0"}), 422)
        assert "这份草稿又被修改过" in stale
        assert drafter.post(edit, {**TERMS, "revision": revision}).status_code == 302
        assert "需要修改" not in body(drafter.get(url))

    def test_another_person_publishes(self, drafter, publisher, clock):
        url = draft_of(drafter)
        assert drafter.post(f"{url}submit/").status_code == 302
        assert "等待另一位同事发布" in body(drafter.get(url))
        assert "等您发布 1 份" in body(publisher.get("/console/policies/"))
        assert "还没有写明理由" in body(publisher.post(f"{url}return/", {"note": ""}), 422)
        publisher.post(f"{url}return/", {"note": "再降一点"})
        page = body(drafter.get(url))
        assert "温建华 退回了这份草稿" in page
        assert "再降一点" in page
        drafter.post(f"{url}submit/")
        assert publisher.post(f"{url}publish/").status_code == 302
        assert "已发布" in body(publisher.get(url))
        assert PolicyDraft.objects.get().state == DraftState.PUBLISHED
        clock.to("2026-04-02T09:00")
        assert published.in_force().item("scale-up-new")[1].edition_on(clock.now.date()).name == "2026-2"

    def test_who_holds_both_roles_is_told_why_not(self):
        both = client_of("policy_drafter", "policy_publisher")
        url = draft_of(both)
        both.post(f"{url}submit/")
        assert "要由另一位同事发布" in body(both.get(url))
        assert "不能由您发布或者退回" in body(both.post(f"{url}publish/"), 409)

    def test_given_up(self, drafter):
        url = draft_of(drafter)
        assert drafter.post(f"{url}discard/").status_code == 302
        assert "这份草稿已经结束" in body(drafter.get(url))

    def test_the_list_asks_equally_often_with_more_drafts(self, drafter):
        def asked():
            with CaptureQueriesContext(connection) as queries:
                drafter.get("/console/policies/")
            return len(queries)

        asked()
        none = asked()
        draft_of(drafter)
        one = asked()
        by = city.actor(city.officer("policy_drafter", agency="industry", place=city.CITY))
        for code in ("sme-digital", "doubling-plan"):
            actions.start_draft(policy=code, by=by)
        assert one - none <= 1, "the names of the drafters"
        assert asked() == one
