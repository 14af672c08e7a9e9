"""Versions in force: from a day, taken back, beside open cases, and before a pack that is behind the console."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from tests import city
from tests.kernel.catalogue.drafting import FIRST, FOOD, proposed
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.catalogue import actions, queries
from tongban.kernel.catalogue.calc import Edit, differences
from tongban.kernel.catalogue.models import PackLoad
from tongban.kernel.events import queries as events
from tongban.kernel.events.states import DAILY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh", "clock")]


class TestDays:
    """From a day, and back."""

    def test_from_its_day_without_anybody_doing_anything(self, editor, publisher, clock):
        done = actions.approve(draft_id=proposed(editor).pk, by=publisher, valid_from=date(2026, 3, 9))
        assert (done.state, done.published.version, queries.item(FOOD).version) == (
            "published",
            FIRST + 1,
            FIRST,
        )
        clock.to("2026-03-08T23:59")
        assert queries.item(FOOD).version == FIRST
        clock.to("2026-03-09T00:00")
        assert queries.item(FOOD).version == FIRST + 1
        DAILY["kernel.catalogue.tasks.every_day"](date(2026, 3, 9))
        assert (queries.item(FOOD).version, queries.service_item(FOOD).scheduled) == (FIRST + 1, None)
        assert [row.payload for row in events.by_name("item.came_into_force")] == [{"version": FIRST + 1}]
        assert actions.bring_into_force(by=SYSTEM) == 0

    def test_a_new_item_may_begin_later_or_not_at_all(self, editor, publisher, clock):
        name = {"zh": "示例备案", "en": "Sample filing"}

        def write():
            draft = actions.new_draft(item_code="sample", name=name, agency="market-regulation", by=editor)
            body = dict(queries.item("prepacked-food-filing").definition.data)
            edits = [Edit("set", (key,), value) for key, value in body.items() if key[0] != "_"]
            actions.change(draft_id=draft.pk, edits=edits, by=editor)
            return actions.propose(draft_id=draft.pk, by=editor).pk

        actions.approve(draft_id=write(), by=publisher, valid_from=date(2026, 3, 9))
        with pytest.raises(queries.NoSuchItem):
            queries.item("sample")
        with pytest.raises(actions.CodeTaken):
            write()
        actions.cancel_schedule(item_code="sample", by=publisher)
        actions.approve(draft_id=write(), by=publisher, valid_from=date(2026, 3, 9))
        clock.to("2026-03-09T08:00")
        assert queries.item("sample").version == 2

    def test_search_follows_on_the_day(self, editor, publisher, clock):
        draft = actions.open_draft(item_code=FOOD, by=editor)
        edit = Edit("set", ("words",), ["莞邑小灶", "小灶证", "little kitchen"])
        actions.change(draft_id=draft.pk, edits=[edit], by=editor)
        actions.propose(draft_id=draft.pk, by=editor)
        actions.approve(draft_id=draft.pk, by=publisher, valid_from=date(2026, 3, 9))

        def found():
            return FOOD in [one.code for one, _score in queries.find("小灶").items]

        assert not found()
        clock.to("2026-03-09T01:00")
        actions.bring_into_force(by=SYSTEM)
        assert found()

    def test_not_from_a_day_that_is_over(self, editor, publisher):
        draft = proposed(editor)
        with pytest.raises(actions.PastDay):
            actions.approve(draft_id=draft.pk, by=publisher, valid_from=date(2026, 3, 1))

    def test_nothing_is_published_under_a_schedule_until_it_is_cancelled(self, editor, publisher, clock):
        actions.approve(draft_id=proposed(editor).pk, by=publisher, valid_from=date(2026, 3, 9))
        urgent = proposed(editor, hours="工作日。")
        with pytest.raises(actions.ScheduleStands):
            actions.approve(draft_id=urgent.pk, by=publisher)
        with pytest.raises(actions.ScheduleStands):
            actions.roll_back(item_code=FOOD, version=FIRST, reason="急", by=publisher)
        actions.cancel_schedule(item_code=FOOD, by=publisher)
        with pytest.raises(queries.NoSuchItem):
            actions.cancel_schedule(item_code=FOOD, by=publisher)
        actions.approve(draft_id=urgent.pk, by=publisher)
        assert queries.item(FOOD).version == FIRST + 2
        clock.to("2026-03-10T09:00")
        assert queries.item(FOOD).version == FIRST + 2

    def test_back_to_what_an_earlier_version_said(self, editor, publisher):
        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        with pytest.raises(actions.ReasonMissing):
            actions.roll_back(item_code=FOOD, version=FIRST, reason="", by=publisher)
        row = actions.roll_back(item_code=FOOD, version=FIRST, reason="第 2 版写错了", by=publisher)
        assert (row.version, queries.item(FOOD).version) == (FIRST + 2, FIRST + 2)
        assert differences(queries.definition_of(FOOD, FIRST), queries.definition_of(FOOD, FIRST + 2)) == []
        (event,) = events.by_name("item.rolled_back")
        assert (event.payload["content_of"], event.payload["reason"]) == (FIRST, "第 2 版写错了")
        with pytest.raises(queries.NoSuchItem):
            actions.roll_back(item_code=FOOD, version=9, reason="x", by=publisher)

    def test_an_open_case_keeps_its_version(self, editor, publisher):
        case, _by = city.food()
        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        later, _by = city.food()
        assert (
            case_queries.version_of(city.again(case)).version,
            case_queries.version_of(later).version,
        ) == (FIRST, FIRST + 1)

    def test_other_processes_see_a_publication(self, editor, publisher):
        before = PackLoad.objects.count()
        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        newest = queries.loads().first()
        assert PackLoad.objects.count() == before + 1
        assert newest.report == [f"管理台发布：food-licence 第 {FIRST + 1} 版，2026-03-02 起"]
        assert queries.snapshot().revision == newest.pk


class TestPackBehind:
    """`pack load` after the console has gone on."""

    @pytest.fixture
    def pack(self, tmp_path) -> Path:
        return Path(shutil.copytree(settings.PACK, tmp_path / "pack"))

    def edit(self, pack, old, new):
        path = pack / f"items/{FOOD}.yaml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return city.whole_pack(pack)

    def test_an_older_pack_does_not_undo_the_console(self, editor, publisher, pack):
        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        for reading in (city.whole_pack(pack), self.edit(pack, "level: 3", "level: 4")):
            assert actions.load(reading=reading, by=SYSTEM) is None
            assert queries.item(FOOD).version == FIRST + 1
            (said,) = queries.ahead_of_pack(reading.items)
            assert said.startswith(f"事项 food-licence：保留第 {FIRST + 1} 版（城市包是第 {FIRST} 版）")

    def test_what_was_kept_stands_in_the_report(self, editor, publisher, pack):
        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        agencies = pack / "agencies.yaml"
        agencies.write_text(
            agencies.read_text(encoding="utf-8").replace("{zh: ", "{zh: 新", 1), encoding="utf-8"
        )
        loaded = actions.load(reading=city.whole_pack(pack), by=SYSTEM)
        assert [line for line in loaded.report if "food-licence" in line] != []

    def test_the_same_number_with_another_content_is_refused_with_what_to_do(self, editor, publisher, pack):
        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        reading = self.edit(pack, f"version: {FIRST}", f"version: {FIRST + 1}")
        with pytest.raises(actions.VersionTaken) as refused:
            actions.load(reading=reading, by=SYSTEM)
        assert "已在管理台发布" in refused.value.sentence_zh
        assert f"改为 {FIRST + 2}" in refused.value.todo_zh

    def test_the_exported_version_loads_without_a_change(self, editor, publisher, pack):
        from tongban.kernel.catalogue.calc import text_of

        actions.approve(draft_id=proposed(editor).pk, by=publisher)
        path = pack / f"items/{FOOD}.yaml"
        path.write_text(text_of(queries.definition_of(FOOD, FIRST + 1)), encoding="utf-8")
        reading = city.whole_pack(pack)
        assert reading.errors == []
        assert actions.load(reading=reading, by=SYSTEM) is None
        assert queries.ahead_of_pack(reading.items) == []

    def test_a_newer_pack_takes_over_and_ends_a_schedule(self, editor, publisher, pack, clock):
        actions.approve(draft_id=proposed(editor).pk, by=publisher, valid_from=date(2026, 3, 9))
        reading = self.edit(pack, f"version: {FIRST}", f"version: {FIRST + 2}")
        assert actions.load(reading=reading, by=SYSTEM).changed == 1
        assert queries.item(FOOD).version == FIRST + 2
        clock.to("2026-03-10T09:00")
        assert queries.item(FOOD).version == FIRST + 2
