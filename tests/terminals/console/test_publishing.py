"""A draft is previewed, sent, published by another person, scheduled, compared and taken back."""

import re

import pytest

from tests import city
from tests.terminals.console.filling import FIRST, FOOD, begin, body, officer, save
from tongban.kernel.catalogue import queries

pytestmark = pytest.mark.django_db


class TestPreviews:
    """As the applicant and the officer will see it."""

    def test_the_applicant_s_form_and_materials_follow_the_situation(self, editor):
        url = begin(editor)
        save(editor, f"{url}parts/form.3/", form__3__title__zh="餐饮服务的项目")
        catering = body(editor.get(f"{url}applicant/"))
        retail = body(editor.get(f"{url}applicant/", {"s-business": "retail", "s-commitment": "yes"}))
        assert "餐饮服务的项目" in catering
        assert "餐饮服务的项目" not in retail
        assert "从业人员健康证明" in catering
        assert "从业人员健康证明" not in retail
        assert "食品经营许可告知承诺" in retail
        assert "当场办结" in retail

    def test_what_the_city_knows_is_not_asked_for(self, editor):
        url = begin(editor)
        unknown, known = (body(editor.get(f"{url}applicant/", {"data": one})) for one in ("none", "known"))
        assert (unknown.count("免提交"), known.count("免提交")) == (1, 4)
        assert "（系统带出）" in known

    def test_the_procedure_is_drawn_with_parallel_steps_below_each_other(self, editor):
        url = begin(editor)
        save(editor, f"{url}parts/procedure.2/", procedure__2__after=[])
        page = body(editor.get(f"{url}officer/"))
        boxes = {
            text: (int(x), int(y))
            for x, y, text in re.findall(r'<rect x="(\d+)" y="(\d+)"[^>]*/><text[^>]*>([^<]+)', page)
        }
        assert list(boxes) == ["受理", "当场决定", "书面审查", "现场核查（两名以上", "决定", "办结"]
        assert boxes["书面审查"][0] == boxes["现场核查（两名以上"][0] < boxes["决定"][0] < boxes["办结"][0]
        assert boxes["书面审查"][1] < boxes["现场核查（两名以上"][1]
        assert page.count("graph-arrow") == 7
        assert page.count("graph-sometimes") == 4
        assert "现场核查（两名以上执法人员）" in page


class TestPublishing:
    """Sent, returned, published, scheduled, taken back."""

    def ready(self, editor):
        url = begin(editor)
        save(editor, f"{url}parts/guide/", guide__hours__zh="全天。")
        assert editor.post(f"{url}propose/").status_code == 302
        return url

    def test_the_changes_are_listed_and_another_person_publishes(self, editor, publisher):
        url = self.ready(editor)
        page = body(publisher.get(url))
        assert "办事指南的办理时间：由“" in page
        assert "变化 1 处" in page
        assert "等您发布 1 份" in body(publisher.get("/console/publishing/"))
        assert publisher.post(f"{url}approve/", {"valid_from": ""}).status_code == 302
        assert f"已发布为第 {FIRST + 1} 版" in body(publisher.get(url))
        assert "等您发布 0 份" in body(publisher.get("/console/publishing/"))
        assert queries.item(FOOD).definition.data["guide"]["hours"]["zh"] == "全天。"

    def test_the_author_with_both_rights_is_told_why_not(self):
        both = city.signed_in(officer("editor", "publisher"))
        url = self.ready(both)
        assert "要由另一位同事发布" in body(both.get(url))
        assert "不能由您发布" in body(both.post(f"{url}approve/"), 409)

    def test_returned_with_a_reason(self, editor, publisher):
        url = self.ready(editor)
        assert "还没有写明理由" in body(publisher.post(f"{url}return/", {"note": " "}), 422)
        publisher.post(f"{url}return/", {"note": "午休时间？"})
        page = body(editor.get(url))
        assert "刘建明 退回了这份草稿" in page
        assert "午休时间？" in page
        save(editor, f"{url}parts/guide/", guide__hours__zh="全天，不午休。")

    def test_from_a_day_and_off_the_schedule(self, editor, publisher, clock):
        url = self.ready(editor)
        for bad in ("2026-02-30", "2026-03-01", "x"):
            assert "生效日期已经过去" in body(publisher.post(f"{url}approve/", {"valid_from": bad}), 422)
        publisher.post(f"{url}approve/", {"valid_from": "2026-04-01"})
        assert queries.item(FOOD).version == FIRST
        versions = f"/console/items/{FOOD}/versions/"
        assert f"第 {FIRST + 1} 版将在 2026年4月1日 生效" in body(publisher.get(versions))
        assert "取消预定" not in body(editor.get(versions))
        refused = body(
            publisher.post(f"/console/items/{FOOD}/rollback/", {"version": FIRST, "reason": "急"}), 409
        )
        assert "请先在“版本”页取消预定" in refused
        assert publisher.post(f"/console/items/{FOOD}/schedule/").status_code == 302
        assert "将在" not in body(publisher.get(versions))
        clock.to("2026-04-02T09:00")
        assert queries.item(FOOD).version == FIRST

    def test_versions_are_compared_and_taken_back(self, editor, publisher):
        publisher.post(f"{self.ready(editor)}approve/")
        versions = f"/console/items/{FOOD}/versions/"
        page = body(editor.get(versions))
        assert "刘建明" in page
        assert "城市包" in page
        assert "退回并发布" not in page
        assert "办事指南的办理时间：由“" in page
        assert "没有区别" in body(editor.get(versions, {"old": FIRST + 1, "new": FIRST + 1}))
        assert "没有区别" not in body(editor.get(versions, {"old": "x", "new": "99"}))
        rollback = f"/console/items/{FOOD}/rollback/"
        assert "还没有写明理由" in body(publisher.post(rollback, {"version": FIRST}), 422)
        assert publisher.post(rollback, {"version": "77", "reason": "x"}).status_code == 404
        assert publisher.post(rollback, {"version": FIRST, "reason": "写错了"}).status_code == 302
        assert queries.item(FOOD).version == FIRST + 2
        assert "没有区别" in body(editor.get(versions, {"old": FIRST, "new": FIRST + 2}))
