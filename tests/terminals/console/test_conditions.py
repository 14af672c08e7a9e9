"""Conditions of a draft: built, typed, read back, refused with the field, tried in the laboratory, published by another."""

import re
from urllib.parse import quote

import pytest

from tests import city
from tests.terminals.console.filling import body
from tests.terminals.console.test_laboratory import client_of, draft_of, figures
from tongban.kernel.access.calc import SYSTEM
from tongban.modules.policies import actions
from tongban.modules.policies.calc.definition import read_policy
from tongban.modules.policies.models import PolicyDraft
from tongban.modules.policies.queries import laboratory, published

pytestmark = pytest.mark.django_db

ITEM = "scale-up-new"
SAID = {
    "clause": "c3",
    "zh": "参保人数不少于二十人",
    "en": "At least 20 insured staff",
    "mode": "built",
    "joined": "all",
}
STAFF = {"fact-0": "org.insured_staff", "op-0": ">=", "value-0": "20"}


@pytest.fixture(autouse=True)
def standing_clock(clock):
    published.forget()
    yield clock
    published.forget()
    laboratory.forget()


@pytest.fixture
def drafter():
    return client_of("policy_drafter")


@pytest.fixture
def url(drafter):
    return draft_of(drafter)


def at(url, condition=""):
    query = f"?item={ITEM}&edition={quote('2026-2')}"
    return f"{url}condition/{query}" + (f"&condition={condition}" if condition else "")


def revision():
    return str(PolicyDraft.objects.get().revision)


def sent(client, where, status=302, do="save", **typed):
    answer = client.post(where, {"do": do, "revision": revision(), **typed})
    assert answer.status_code == status, body(answer, answer.status_code)
    return body(answer, status) if status != 302 else ""


def edition():
    policy = read_policy(PolicyDraft.objects.get().data)
    return next(
        one for item in policy.items if item.code == ITEM for one in item.editions if one.name == "2026-2"
    )


def rules():
    return {one.id: one.rule for one in edition().conditions}


class TestBuilt:
    """From lines to a rule."""

    def test_a_condition_is_added_and_read_back(self, drafter, url):
        before = rules()
        looked = sent(drafter, at(url), 200, "look", **SAID, **STAFF)
        assert "系统这样理解" in looked
        assert "参保职工人数 ≥ 20" in looked or "≥ 20" in looked
        assert rules() == before, "looking keeps nothing"
        sent(drafter, at(url), **SAID, **STAFF)
        assert rules() == {**before, "added_1": "org.insured_staff >= 20"}
        page = body(drafter.get(url))
        assert "条件：参保人数不少于二十人" in page
        assert "≥ 20" in page

    @pytest.mark.parametrize(
        ("lines", "joined", "rule"),
        [
            ({"fact-0": "org.industry_section", "op-0": "in", "value-0": ["c", "i"]}, "all",
             "org.industry_section IN ('c', 'i')"),
            ({"fact-0": "org.revenue_y0", "op-0": ">", "value-0": "500000", "fact-1": "org.dishonest", "op-1": "no"}, "any",
             "org.revenue_y0 > 50000000 OR NOT org.dishonest"),
            ({"fact-0": "org.awards", "op-0": "has_not", "value-0": "scale-up-first, sme-digital"}, "all",
             "(NOT contains(org.awards, 'scale-up-first') AND NOT contains(org.awards, 'sme-digital'))"),
            ({"fact-0": "org.revenue_y0", "op-0": ">=", "param-0": "award"}, "all", "org.revenue_y0 >= param.award"),
            ({"fact-0": "org.established_on", "op-0": "<", "value-0": "2025-01-01"}, "all",
             "org.established_on < DATE '2025-01-01'"),
        ],
    )  # fmt: skip
    def test_every_type_has_its_comparison(self, drafter, url, lines, joined, rule):
        sent(drafter, at(url), **{**SAID, **lines, "joined": joined})
        assert rules()["added_1"] == rule
        form = body(drafter.get(at(url, "added_1")))
        for name in (value for key, value in lines.items() if key.startswith("fact-")):
            assert re.search(rf'<option value="{re.escape(name)}" selected', form)

    @pytest.mark.parametrize(
        ("typed", "field", "said"),
        [
            ({"value-0": "二十"}, "value-0", "第 1 行：值“二十”读不懂。请填写整数，例如 20"),
            ({"value-0": ""}, "value-0", "第 1 行：还没有填写比较的值。"),
            ({"op-0": "yes"}, "op-0", "第 1 行：这种比较不适合所选的属性。"),
            ({"fact-0": "person.age"}, "fact-0", "第 1 行：没有这个属性。"),
            ({"fact-0": ""}, "fact-0", "还没有选择属性"),
            ({"clause": "c99"}, "clause", "请选择条件依据的条款"),
            ({"zh": " "}, "zh", "请用中文写出这个条件"),
            ({"en": ""}, "en", "请用英文写出这个条件"),
            ({"param-0": "growth"}, "value-0", "值和参数只能选一个"),
            ({"mode": "expert", "rule": "org.insured_staff >"}, "rule", "条件表达式"),
            ({"mode": "expert", "rule": "org.unheard = 1"}, "rule", "org.unheard"),
            ({"mode": "expert", "rule": "org.insured_staff = 'x'"}, "rule", "条件表达式"),
            ({"mode": "expert", "rule": "person.age > 60"}, "rule", "不能用 person.age"),
        ],
    )
    def test_what_is_wrong_is_said_by_its_field_and_kept_in_the_form(self, drafter, url, typed, field, said):
        before = rules()
        page = sent(drafter, at(url), 422, **{**SAID, **STAFF, **typed})
        assert said in page
        assert f'href="#{field}"' in page
        assert ("At least 20 insured staff" in page) is ("en" not in typed)
        assert rules() == before


class TestChanging:
    """What is there is changed, typed by hand, and removed."""

    def test_lines_of_what_is_there_and_the_expert_line(self, drafter, url):
        form = body(drafter.get(at(url, "industry")))
        assert re.search(r'<option value="org.industry_section" selected', form)
        typed = {**SAID, "mode": "expert", "rule": "100 * org.output_y0 > 105 * org.output_y1"}
        sent(drafter, at(url, "industry"), **typed)
        assert rules()["industry"] == typed["rule"]
        form = body(drafter.get(at(url, "industry")))
        assert re.search(r'value="expert" checked', form), "no lines can say it"
        assert "100 × 上年度工业总产值 &gt; 105 × 前年度工业总产值" in form or "105 ×" in form

    def test_a_number_that_nothing_uses_goes_with_its_condition(self, drafter, url):
        sent(drafter, at(url, "growth"), do="remove")
        assert set(rules()) == {"industry", "entry"}
        assert set(edition().parameters) == {"award"}
        page = body(drafter.get(url))
        assert "需要修改" not in page

    def test_what_is_not_there_is_not_found_and_old_pages_are_refused(self, drafter, url):
        assert drafter.get(at(url, "unheard")).status_code == 404
        assert client_of("policy_drafter", agency="tax").get(at(url)).status_code == 404
        page = body(drafter.post(at(url), {"do": "save", "revision": "0", **SAID, **STAFF}), 422)
        assert "这份草稿又被修改过" in page
        assert 'value="参保人数不少于二十人"' in page

    def test_the_laboratory_tries_it_and_another_person_publishes(self, drafter, url, clock):
        actions.ask_city(rows=6400, stands_for=64000, by=SYSTEM)
        city.run_jobs()
        lab = f"/console/policies/items/{ITEM}/?draft={PolicyDraft.objects.get().pk}&edition=2026-2"
        before = int(figures(body(drafter.get(lab)))["拿到的企业"].replace(",", ""))
        sent(drafter, at(url), **SAID, **{**STAFF, "value-0": "200"})
        after = int(figures(body(drafter.get(lab)))["拿到的企业"].replace(",", ""))
        assert 0 <= after < before
        drafter.post(f"{url}submit/")
        assert drafter.get(at(url)).status_code in (200, 404)
        publisher = client_of("policy_publisher", name="温建华")
        assert publisher.get(at(url)).status_code in (403, 404)
        assert publisher.post(f"{url}publish/").status_code == 302
        clock.to("2026-04-02T09:00")
        held = published.in_force().item(ITEM)[1].edition_on(clock.now.date())
        assert held.conditions[-1].rule == "org.insured_staff >= 200"
