"""A department edits an item by plain forms; what is typed is kept, right or wrong."""

import copy
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.packs.reading import items as pack_items
from tests.terminals.console.filling import FIRST, FOOD, begin, body, draft, faults, officer, posted, save
from tongban.kernel.catalogue import actions, queries
from tongban.kernel.catalogue.calc import Edit, differences, text_of

pytestmark = pytest.mark.django_db

PARTS = (
    "basic", "guide", "legal_basis", "limits", "conditions", "situations", "form", "materials", "commitments",
    "procedure", "result",
)  # fmt: skip
PLACES = (
    *PARTS,
    "situations.0",
    "form.2",
    "form.2.fields.2",
    "form.3.fields.0",
    "materials.3",
    "commitments.0",
    "procedure.3",
)


class TestWho:
    """The editor's pages, and to whom they are there."""

    def test_another_agency_finds_nothing(self, editor):
        url = begin(editor)
        others = [city.signed_in(officer(role, agency="civil-affairs")) for role in ("editor", "publisher")]
        paths = [
            url,
            f"{url}parts/basic/",
            f"{url}text/",
            f"{url}export/",
            f"{url}applicant/",
            f"{url}officer/",
            f"/console/items/{FOOD}/versions/",
            f"/console/items/{FOOD}/versions/{FIRST}/",
        ]
        for client in others:
            assert [client.get(path).status_code for path in paths] == [404] * len(paths)
            assert client.post(f"{url}parts/basic/", {"revision": "0"}).status_code == 404
            assert client.post(f"/console/items/{FOOD}/draft/").status_code == 404
            assert client.post(f"/console/items/{FOOD}/rollback/", {"version": FIRST}).status_code == 404

    def test_case_officers_and_citizens_find_no_editor(self, editor):
        url = begin(editor)
        for account in (officer("clerk", "reviewer", "decider"), city.account(city.person())):
            client = city.signed_in(account)
            for path in ("/console/drafts/", "/console/publishing/", url, f"{url}text/"):
                assert client.get(path).status_code == 404

    def test_the_list_has_the_agency_s_items_and_only_those(self, editor):
        page = body(editor.get("/console/drafts/"))
        assert "没有正在修改的事项" in page
        assert re.findall(r"/console/items/([\w-]+)/draft/", page) == [
            one["code"] for one in pack_items() if one["agency"] == "market-regulation"
        ]
        url = begin(editor)
        page = body(editor.get("/console/drafts/"))
        assert page.count(url) == 2
        assert begin(editor) == url

    def test_a_publisher_reads_and_does_not_write(self, editor, publisher):
        url = begin(editor)
        page = body(publisher.get(f"{url}parts/basic/"))
        assert '<fieldset class="draft-set" disabled>' in page
        assert publisher.post(f"{url}parts/basic/", {"revision": "0", "name.zh": "x"}).status_code == 404
        assert draft().revision == 0


class TestEditing:
    """Every page saves what was typed."""

    def test_saving_a_page_unchanged_changes_nothing(self, editor):
        url = begin(editor)
        for where in PLACES:
            save(editor, f"{url}parts/{where}/")
        assert draft().revision == 0
        assert draft().definition == queries.definition_of(FOOD, FIRST)

    def test_in_english_too(self, editor):
        url = begin(editor)
        editor.cookies["tb_lang"] = "en"
        for where in PLACES:
            save(editor, f"{url}parts/{where}/")
        assert draft().revision == 0
        save(editor, f"{url}parts/result/", result__valid="30 days")
        assert draft().definition["result"]["valid"] == {"days": 30}
        pages = ("", "applicant/", "officer/", "text/", "parts/result/", "parts/procedure.3/")
        for page in (
            *(f"{url}{one}" for one in pages),
            "/console/drafts/",
            f"/console/items/{FOOD}/versions/",
        ):
            assert '<html lang="en"' in body(editor.get(page))
        assert "Food business licence" in body(editor.get(f"{url}applicant/"))

    @pytest.mark.slow
    def test_every_item_can_be_opened_and_saved_unchanged(self, editor):
        bureau = city.signed_in(officer("editor", agency=""))
        for one in queries.items():
            if one.code != FOOD:
                url = begin(bureau, one.code)
                for where in PARTS:
                    save(bureau, f"{url}parts/{where}/")
                assert queries.open_draft_of(one.code).revision == 0, one.code

    def test_typed_values_become_values(self, editor):
        url = begin(editor)
        save(
            editor,
            f"{url}parts/basic/",
            name__zh="食品经营许可（新办）",
            visits="1",
            visit_reason__zh="现场核查",
            audience=["organisation"],
            words="甲\r\n乙\r\n\r\n丙\r\n甲",
            level="4",
        )
        data = draft().definition
        assert data["name"]["zh"] == "食品经营许可（新办）"
        assert (data["visits"], data["visit_reason"], data["audience"]) == (
            1,
            {"zh": "现场核查"},
            ["organisation"],
        )
        assert (data["words"], data["level"]) == (["甲", "乙", "丙"], 4)
        save(editor, f"{url}parts/materials.3/", waived_by="x", materials__3__waived_by="fact:org.name")
        save(editor, f"{url}parts/result/", result__valid="30 天")
        save(
            editor,
            f"{url}parts/form.2.fields.2/",
            form__2__fields__2__required="no",
            form__2__fields__2__min="0.5",
        )
        data = draft().definition
        assert data["materials"][3]["waived_by"] == {"fact": "org.name"}
        assert data["result"]["valid"] == {"days": 30}
        assert (data["form"][2]["fields"][2]["required"], data["form"][2]["fields"][2]["min"]) == (False, 0.5)

    def test_what_no_database_takes_is_left_out(self, editor):
        url = begin(editor)
        save(editor, f"{url}parts/guide/", guide__hours__zh="全\x00天。")
        assert draft().definition["guide"]["hours"]["zh"] == "全天。"
        save(editor, f"{url}text/", text="code: [\x00")
        assert draft().text == "code: ["

    def test_the_implementation_code_follows(self, editor):
        url = begin(editor)
        save(editor, f"{url}parts/basic/", catalog_code="440131040009")
        assert draft().definition["task_code"].endswith("3440131040009")
        assert "检查通过" in body(editor.get(url))

    def test_what_is_wrong_is_kept_and_shown_at_its_control(self, editor):
        url = begin(editor)
        where = save(
            editor,
            f"{url}parts/form.2.fields.2/",
            form__2__fields__2__label__zh="",
            form__2__fields__2__max="很多",
            form__2__fields__2__when="answer.areaa > 3",
        )
        page = body(editor.get(where))
        assert [at for at, _text in faults(page)] == [
            f"form.2.fields.2.{key}" for key in ("label.zh", "when", "max")
        ]
        assert 'value="很多"' in page
        assert ">answer.areaa > 3</textarea>" in page
        assert "没有声明事实“answer.areaa”" in page
        assert "还没有填写" in page
        overview = body(editor.get(url))
        assert "3 处需要修改" in overview
        assert editor.post(f"{url}propose/").status_code == 422
        assert body(editor.get(f"{url}parts/form.2/")).count("3 处") == 1

    def test_entries_are_added_moved_and_removed_and_nothing_typed_is_lost(self, editor):
        url = begin(editor)
        save(editor, f"{url}parts/guide/", op="add:guide.faq", guide__hours__zh="全天。")
        assert len(draft().definition["guide"]["faq"]) == 6
        assert draft().definition["guide"]["hours"]["zh"] == "全天。"
        first = draft().definition["guide"]["faq"][0]["q"]["zh"]
        save(editor, f"{url}parts/guide/", op="down:guide.faq.0")
        assert draft().definition["guide"]["faq"][1]["q"]["zh"] == first
        save(editor, f"{url}parts/guide/", op="remove:guide.faq.5")
        save(editor, f"{url}parts/guide/", op="up:guide.faq.1")
        data = draft().definition
        data["guide"]["hours"] = queries.definition_of(FOOD, FIRST)["guide"]["hours"]
        assert differences(queries.definition_of(FOOD, FIRST), data) == []

    def test_a_new_field_opens_its_page_with_an_identifier_that_may_still_change(self, editor):
        url = begin(editor)
        where = save(editor, f"{url}parts/form.2/", op="add:form.2.fields")
        assert "parts/form.2.fields.3/" in where
        save(
            editor,
            where.split("?")[0],
            form__2__fields__3__id="floors",
            form__2__fields__3__type="int",
            form__2__fields__3__label__zh="层数",
            form__2__fields__3__label__en="Floors",
        )
        assert draft().definition["form"][2]["fields"][3] == {
            "id": "floors",
            "label": {"zh": "层数", "en": "Floors"},
            "type": "int",
            "required": True,
            "editable": True,
        }
        assert 'name="form.2.fields.2.id"' not in body(editor.get(f"{url}parts/form.2.fields.2/"))
        assert (
            editor.post(
                f"{url}parts/form.2.fields.2/",
                {"revision": str(draft().revision), "form.2.fields.2.id": "surface"},
            ).status_code
            == 409
        )

    @pytest.mark.parametrize(
        "op", ["add:words", "remove:name", "up:form", "x", "add:form.99.fields", "remove:form.a"]
    )
    def test_a_button_that_is_none_does_nothing(self, editor, op):
        url = begin(editor)
        save(editor, f"{url}parts/form/", op=op)
        assert draft().revision == 0

    @pytest.mark.parametrize(
        "where", ["nothing", "form.99", "form.x", "words", "form.0.fields.99", "materials.0.name"]
    )
    def test_a_place_that_is_none(self, editor, where):
        assert editor.get(f"{begin(editor)}parts/{where}/").status_code == 404

    def test_two_windows_do_not_overwrite_each_other(self, editor):
        url = begin(editor)
        stale = posted(body(editor.get(f"{url}parts/guide/")))
        save(editor, f"{url}parts/guide/", guide__hours__zh="全天。")
        for revision in (stale["revision"], ["x"], ["9" * 30]):
            answer = editor.post(
                f"{url}parts/guide/", {**stale, "revision": revision, "guide.places.zh": "一楼"}
            )
            assert "又被修改过" in body(answer, 409)
        assert draft().definition["guide"]["hours"]["zh"] == "全天。"

    def test_a_rule_is_read_while_it_is_typed(self, editor):
        url = begin(editor)
        said = {
            "situation.business = 'catering'": "可以理解：您的经营业态是？ = “餐饮服务（含网络经营）”",
            "situation.business = ": "第 ",
            "": "",
        }
        for typed, answer in said.items():
            page = body(editor.get(f"{url}rule/", {"for": "form.0.when", "form.0.when": typed}))
            assert answer in page
            assert ("field-error" in page) == (answer == "第 ")


class TestText:
    """The same draft as a text."""

    def test_there_and_back_without_a_difference(self, editor):
        url = begin(editor)
        written = body(editor.get(f"{url}export/"))
        assert written == text_of(queries.definition_of(FOOD, FIRST))
        editor.post(f"{url}discard/")
        file = SimpleUploadedFile("food.yaml", written.encode())
        answer = editor.post("/console/drafts/import/", {"file": file})
        assert answer.status_code == 302
        assert f"和第 {FIRST} 版没有区别" in body(editor.get(answer["Location"]))
        assert body(editor.get(f"{answer['Location']}export/")) == written
        assert body(editor.get(f"/console/items/{FOOD}/versions/{FIRST}/")) == written

    def test_faults_have_their_line(self, editor):
        url = begin(editor)
        text = posted(body(editor.get(f"{url}text/")))["text"][0]
        line = text.split("\n").index("level: 3") + 1
        save(editor, f"{url}text/", text=text.replace("level: 3", "level: 9"))
        assert draft().definition["level"] == 9
        page = body(editor.get(f"{url}text/"))
        assert re.search(rf'>{line}</td><td data-label="内容"><code>level: 9</code>', page)

    def test_an_unreadable_text_is_kept_until_it_is_put_right(self, editor):
        url = begin(editor)
        save(editor, f"{url}text/", text="name: {zh: [")
        assert "name: {zh: [" in body(editor.get(f"{url}text/"))
        assert "还没有读懂的文本" in body(editor.get(url))
        assert editor.post(f"{url}propose/").status_code == 422
        save(editor, f"{url}text/", text="")
        assert "还没有读懂的文本" not in body(editor.get(url))

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"code: [", "第 "),
            (b"code: tax-proof\nname: {zh: x, en: x}\n", "没有找到"),
            (b"\xff\xfe", "第 1 行"),
        ],
    )
    def test_a_file_that_cannot_be_a_draft(self, editor, content, said):
        answer = editor.post("/console/drafts/import/", {"file": SimpleUploadedFile("a.yaml", content)})
        assert said in body(answer, 422)
        assert body(editor.post("/console/drafts/import/"), 422).count("import-file") >= 2

    def test_a_new_item_is_begun_and_says_what_is_missing(self, editor):
        values = {"code": "Sample", "name_zh": "示例", "name_en": "Sample", "agency": "market-regulation"}
        assert "小写字母" in body(editor.post("/console/drafts/new/", values), 422)
        assert faults(body(editor.post("/console/drafts/new/"), 422))[0][0] == "new-code"
        assert "已经有编号" in body(editor.post("/console/drafts/new/", {**values, "code": "tax-proof"}), 422)
        answer = editor.post("/console/drafts/new/", {**values, "code": "sample"})
        page = body(editor.get(answer["Location"]))
        assert "这是一个新事项" in page
        assert "处需要修改" in page
        for where in PARTS:
            body(editor.get(f"{answer['Location']}parts/{where}/"))
        assert "还不能预览" in body(editor.get(f"{answer['Location']}applicant/"))
        assert "还不能预览" in body(editor.get(f"{answer['Location']}officer/"))


class TestCost:
    """As many queries for three drafts as for one, for 200 fields as for 20."""

    def queries(self, client, path):
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            body(client.get(path))
        return len(found)

    def test_lists(self, editor, publisher):
        url = begin(editor)
        save(editor, f"{url}parts/guide/", guide__hours__zh="全天。")
        editor.post(f"{url}propose/")
        one = [self.queries(editor, "/console/drafts/"), self.queries(publisher, "/console/publishing/")]
        for code in ("prepacked-food-filing", "sole-trader"):
            url = begin(editor, code)
            save(editor, f"{url}parts/guide/", guide__hours__zh="全天。")
            editor.post(f"{url}propose/")
        assert [
            self.queries(editor, "/console/drafts/"),
            self.queries(publisher, "/console/publishing/"),
        ] == one

    def test_two_hundred_fields(self, editor):
        url = begin(editor)
        pages = [
            url,
            f"{url}parts/form.2/",
            f"{url}parts/form.2.fields.2/",
            f"{url}text/",
            f"{url}applicant/",
        ]
        few = [self.queries(editor, path) for path in pages]
        row = draft()
        field = row.definition["form"][2]["fields"][2]
        many = [{**copy.deepcopy(field), "id": f"area_{n}", "when": "answer.area > 10"} for n in range(200)]
        by = city.actor(officer("editor"))
        actions.change(
            draft_id=row.pk, edits=[Edit("add", ("form", 2, "fields"), one) for one in many], by=by
        )
        assert [self.queries(editor, path) for path in pages] == few
        saves = []
        for hours in ("早上。", "晚上。"):
            values = {**posted(body(editor.get(f"{url}parts/guide/"))), "guide.hours.zh": hours}
            with CaptureQueriesContext(connection) as found:
                assert editor.post(f"{url}parts/guide/", values).status_code == 302
            saves.append(len(found))
        assert saves[0] == saves[1] <= 15
