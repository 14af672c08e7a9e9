"""Drafts of items: four eyes, whose items, the checks, the way to publication."""

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.catalogue.drafting import FIRST, FOOD, HOURS, changed, names, proposed, staff
from tests.packs.reading import items as pack_items
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.catalogue import actions, queries
from tongban.kernel.catalogue.calc import Edit
from tongban.kernel.catalogue.models import ItemDraft, ItemVersion
from tongban.kernel.catalogue.states import DraftState
from tongban.kernel.events import queries as events
from tongban.kernel.records.models import in_action

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh", "clock")]


class TestFourEyes:
    """Who changes is not who publishes."""

    def test_published_by_another_person_and_in_force_at_once(self, editor, publisher):
        draft = proposed(editor)
        done = actions.approve(draft_id=draft.pk, by=publisher)
        held = queries.item(FOOD)
        assert (held.version, held.definition.data["guide"]["hours"]["zh"]) == (FIRST + 1, "全天。")
        assert (held.definition.data["version"], held.definition.data["valid_from"]) == (
            FIRST + 1,
            "2026-03-02",
        )
        assert (done.state, done.publisher_id, done.author_id) == (
            DraftState.PUBLISHED,
            publisher.account_id,
            editor.account_id,
        )
        row = ItemVersion.objects.get(item__code=FOOD, version=FIRST + 1)
        assert (row.pk, row.published_by) == (done.published_id, publisher.account_id)
        assert names() == ["item_draft.opened", "item_draft.changed", "item_draft.proposed"]
        assert events.by_name("item.published")[0].payload["draft"] == str(draft.pk)

    def test_the_author_does_not_publish_or_return(self):
        both = city.actor(city.officer("editor", "publisher", agency="market-regulation", place=city.CITY))
        draft = proposed(both)
        with pytest.raises(actions.FourEyes) as refused:
            actions.approve(draft_id=draft.pk, by=both)
        assert refused.value.status == 409
        with pytest.raises(actions.FourEyes):
            actions.return_draft(draft_id=draft.pk, note="不行", by=both)
        assert queries.item(FOOD).version == FIRST

    def test_nor_does_anybody_who_changed_it(self, editor):
        second = city.actor(city.officer("editor", "publisher", agency="market-regulation", place=city.CITY))
        draft = changed(editor)
        actions.change(
            draft_id=draft.pk, edits=[Edit("set", ("guide", "places", "zh"), "一楼 1 号窗口")], by=second
        )
        actions.propose(draft_id=draft.pk, by=editor)
        with pytest.raises(actions.FourEyes):
            actions.approve(draft_id=draft.pk, by=second)

    def test_the_machinery_publishes_nothing(self, editor):
        draft = proposed(editor)
        with pytest.raises(queries.NoSuchDraft):
            actions.approve(draft_id=draft.pk, by=SYSTEM)

    @pytest.mark.parametrize(
        "values",
        [
            {"publisher_id": "author"},
            {"state": "published"},
            {"state": "returned"},
            {"state": "odd"},
        ],
    )
    def test_the_database_refuses_what_must_never_be(self, editor, values):
        draft = proposed(editor)
        if values.get("publisher_id"):
            values = {"publisher_id": draft.author_id}
        token = in_action.set(True)
        try:
            with pytest.raises(IntegrityError), transaction.atomic():
                ItemDraft.objects.filter(pk=draft.pk).update(**values)
        finally:
            in_action.reset(token)

    def test_one_open_draft_for_an_item(self, editor):
        first = changed(editor)
        with pytest.raises(actions.DraftTaken) as refused:
            actions.open_draft(item_code=FOOD, by=editor)
        assert refused.value.status == 409
        token = in_action.set(True)
        try:
            values = {field.attname: getattr(first, field.attname) for field in ItemDraft._meta.fields[1:]}
            with pytest.raises(IntegrityError), transaction.atomic():
                ItemDraft(**values).save()
        finally:
            in_action.reset(token)


class TestWhoseItems:
    """Another agency's items and drafts are not there."""

    def test_another_agency_opens_sees_and_publishes_nothing(self, editor):
        draft = proposed(editor)
        for role in ("editor", "publisher"):
            other = staff(role, "civil-affairs")
            with pytest.raises(queries.NoSuchDraft) as refused:
                queries.draft_for(other, draft.pk)
            assert refused.value.status == 404
            with pytest.raises(queries.NoSuchItem):
                actions.open_draft(item_code=FOOD, by=other)
            with pytest.raises(queries.NoSuchItem):
                actions.roll_back(item_code=FOOD, version=FIRST, reason="x", by=other)
            with pytest.raises(queries.NoSuchDraft):
                actions.approve(draft_id=draft.pk, by=other)
            assert list(queries.drafts(other)) == []

    def test_a_grant_for_one_town_does_not_reach_items(self):
        town = city.actor(city.officer("editor", agency="market-regulation", place=city.town()))
        with pytest.raises(queries.NoSuchItem):
            actions.open_draft(item_code=FOOD, by=town)

    def test_an_agency_sees_its_own_items(self, editor):
        from tongban.kernel.access.states import Permission

        codes = [one.code for one in queries.items_of(editor, Permission.ITEM_EDIT)]
        own = [one["code"] for one in pack_items() if one["agency"] == "market-regulation"]
        assert codes == own
        assert len(own) > 2

    def test_the_bureau_publishes_for_all(self, editor):
        bureau = city.actor(city.officer("bureau", agency="", place=city.CITY))
        draft = proposed(editor)
        assert [row.pk for row in queries.proposed(bureau)] == [draft.pk]
        assert actions.approve(draft_id=draft.pk, by=bureau).published.version == FIRST + 1

    def test_an_editor_of_the_agency_does_not_publish(self, editor):
        with pytest.raises(queries.NoSuchDraft):
            actions.approve(draft_id=proposed(editor).pk, by=staff("editor"))


class TestChecks:
    """What is typed is kept; what has faults is never published."""

    def test_a_fault_is_kept_named_and_stops_the_way(self, editor):
        draft = changed(editor, hours="")
        assert draft.definition["guide"]["hours"]["zh"] == ""
        with pytest.raises(actions.ItemFaults) as refused:
            actions.propose(draft_id=draft.pk, by=editor)
        (fault,) = refused.value.errors
        assert (fault.where, fault.what_zh, refused.value.status) == ("guide.hours.zh", "还没有填写", 422)

    def test_checked_again_when_it_is_published(self, editor, publisher):
        draft = proposed(editor)
        token = in_action.set(True)
        spoilt = {**draft.definition, "materials": [{**draft.definition["materials"][0], "id": "X"}]}
        ItemDraft.objects.filter(pk=draft.pk).update(definition=spoilt)
        in_action.reset(token)
        with pytest.raises(actions.ItemFaults):
            actions.approve(draft_id=draft.pk, by=publisher)
        assert [row.version for row in queries.versions(FOOD)] == [FIRST]

    def test_a_draft_that_changes_nothing_is_not_sent(self, editor):
        draft = actions.open_draft(item_code=FOOD, by=editor)
        with pytest.raises(actions.NoChange):
            actions.propose(draft_id=draft.pk, by=editor)

    def test_a_published_identifier_stays(self, editor):
        draft = actions.open_draft(item_code=FOOD, by=editor)
        where = ("form", 2, "fields", 2, "id")
        assert draft.definition["form"][2]["fields"][2]["id"] == "area"
        with pytest.raises(actions.FixedIdentifier) as refused:
            actions.change(draft_id=draft.pk, edits=[Edit("set", where, "surface")], by=editor)
        assert (refused.value.status, refused.value.about) == (409, "area")

    def test_a_new_identifier_may_still_change(self, editor):
        draft = actions.open_draft(item_code=FOOD, by=editor)
        field = {
            "id": "a",
            "label": {"zh": "甲", "en": "A"},
            "type": "text",
            "required": True,
            "editable": True,
        }
        draft = actions.change(
            draft_id=draft.pk, edits=[Edit("add", ("form", 2, "fields"), field)], by=editor
        )
        draft = actions.change(
            draft_id=draft.pk, edits=[Edit("set", ("form", 2, "fields", 3, "id"), "b")], by=editor
        )
        assert draft.definition["form"][2]["fields"][3]["id"] == "b"

    def test_number_day_code_and_agency_are_not_typed(self, editor):
        draft = actions.open_draft(item_code=FOOD, by=editor)
        edits = [
            Edit("set", (key,), value)
            for key, value in {"code": "x", "version": 9, "valid_from": "2020-01-01", "agency": "tax"}.items()
        ]
        again = actions.change(draft_id=draft.pk, edits=edits, by=editor)
        assert again.definition == draft.definition

    def test_a_page_opened_before_another_change_saves_nothing(self, editor):
        draft = changed(editor)
        with pytest.raises(actions.DraftMoved):
            actions.change(draft_id=draft.pk, edits=[Edit("set", HOURS, "x")], by=editor, seen=0)
        with pytest.raises(actions.DraftMoved):
            actions.change(draft_id=draft.pk, edits=[Edit("drop", ("form", 99))], by=editor, seen=1)
        assert queries.draft_for(editor, draft.pk).definition["guide"]["hours"]["zh"] == "全天。"

    def test_a_text_that_is_no_item_is_kept_beside_the_draft(self, editor):
        draft = changed(editor)
        draft = actions.replace_text(draft_id=draft.pk, text="code: [", by=editor)
        assert (draft.text, draft.definition["guide"]["hours"]["zh"]) == ("code: [", "全天。")
        with pytest.raises(actions.ItemFaults):
            actions.propose(draft_id=draft.pk, by=editor)
        draft = actions.replace_text(draft_id=draft.pk, text="", by=editor)
        assert draft.text == ""
        assert actions.propose(draft_id=draft.pk, by=editor).state == DraftState.PROPOSED


class TestWay:
    """Sent, returned, given up."""

    def test_returned_with_the_reason_and_sent_again(self, editor, publisher):
        draft = proposed(editor)
        with pytest.raises(actions.NotEditable):
            actions.change(draft_id=draft.pk, edits=[Edit("set", HOURS, "x")], by=editor)
        with pytest.raises(actions.ReasonMissing):
            actions.return_draft(draft_id=draft.pk, note="  ", by=publisher)
        back = actions.return_draft(draft_id=draft.pk, note="写清楚午休", by=publisher)
        assert (back.state, back.note) == (DraftState.RETURNED, "写清楚午休")
        actions.change(draft_id=draft.pk, edits=[Edit("set", HOURS, "全天，不午休。")], by=editor)
        actions.propose(draft_id=draft.pk, by=editor)
        assert actions.approve(draft_id=draft.pk, by=publisher).state == DraftState.PUBLISHED

    def test_what_is_over_is_over(self, editor, publisher):
        draft = proposed(editor)
        actions.approve(draft_id=draft.pk, by=publisher)
        with pytest.raises(actions.NotProposed):
            actions.approve(draft_id=draft.pk, by=publisher)
        with pytest.raises(actions.NotEditable):
            actions.discard(draft_id=draft.pk, by=editor)

    def test_given_up_and_begun_anew(self, editor):
        draft = changed(editor)
        assert actions.discard(draft_id=draft.pk, by=editor).state == DraftState.DISCARDED
        assert list(queries.drafts(editor)) == []
        assert actions.open_draft(item_code=FOOD, by=editor).definition["guide"]["hours"]["zh"] != "全天。"


class TestNewItem:
    """An item that did not exist."""

    NAME = {"zh": "示例备案", "en": "Sample filing"}

    def test_written_checked_published_and_found(self, editor, publisher):
        draft = actions.new_draft(item_code="sample", name=self.NAME, agency="market-regulation", by=editor)
        with pytest.raises(actions.ItemFaults):
            actions.propose(draft_id=draft.pk, by=editor)
        body = queries.definition_of("prepacked-food-filing", queries.item("prepacked-food-filing").version)
        edits = [Edit("set", (key,), value) for key, value in body.items() if key not in ("name", "words")]
        edits.append(Edit("set", ("words",), ["样品备案", "样品登记", "sample"]))
        actions.change(draft_id=draft.pk, edits=edits, by=editor)
        actions.propose(draft_id=draft.pk, by=editor)
        assert "sample" not in [one.code for one in queries.items()]
        actions.approve(draft_id=draft.pk, by=publisher)
        assert queries.item("sample").version == 1
        assert next(one.code for one, _score in queries.find("样品备案").items) == "sample"

    def test_a_code_that_is_taken_and_another_agency(self, editor):
        with pytest.raises(actions.CodeTaken):
            actions.new_draft(item_code="tax-proof", name=self.NAME, agency="market-regulation", by=editor)
        for agency in ("tax", "nobody"):
            with pytest.raises(queries.NoSuchItem):
                actions.new_draft(item_code="sample", name=self.NAME, agency=agency, by=editor)

    def test_an_imported_item_of_another_agency_is_not_there(self, editor):
        for code in ("tax-proof", "sample"):
            with pytest.raises(queries.NoSuchItem):
                actions.import_draft(
                    definition={
                        **queries.definition_of("tax-proof", queries.item("tax-proof").version),
                        "code": code,
                    },
                    by=editor,
                )
