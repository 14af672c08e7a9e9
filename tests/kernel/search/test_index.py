"""Entries in the full-text tables, on the database of the run; what processes hold of them."""

import pytest
from django.db import connection

from tongban.kernel.records.models import WriteOutsideAction
from tongban.kernel.search import actions, queries
from tongban.kernel.search.calc import Entry
from tongban.kernel.search.models import IndexState

pytestmark = pytest.mark.django_db


def entry(code, label, words=(), body=(), kind="item"):
    return Entry(kind, code, label, words=words, body=body)


@pytest.fixture(autouse=True)
def three_items(db):
    """The index holds these three items and nothing else."""
    items = [
        entry("passport", "普通护照签发", ["护照丢了"], ["交一张照片"]),
        entry("fishing", "渔业捕捞许可", ["打鱼"], ["船舶检验证书 需要潮汐图"]),
        entry("fish_farm", "水域养殖许可", ["养鱼"], ["交一张照片"]),
    ]
    actions.replace(kind="item", entries=items, speech={"synonyms": {"出海": ["捕捞"]}})
    yield
    queries.forget()


def codes(query):
    return [hit.code for hit in queries.find(query).hits]


def test_names_words_and_texts_are_found():
    assert codes("护照") == ["passport"]
    assert codes("打鱼") == ["fishing"]
    assert codes("潮汐图") == ["fishing"]
    assert codes("出海") == ["fishing"]
    assert codes("护找") == ["passport"]


def test_a_search_is_one_small_query_and_full_text_only_where_names_do_not_answer(django_assert_num_queries):
    queries.find("护照")
    with django_assert_num_queries(1):
        queries.find("护照")
    with django_assert_num_queries(2):
        queries.find("潮汐图")
    with django_assert_num_queries(2):
        queries.find("护照", others=True)


def test_one_entry_is_written_anew_or_removed():
    actions.replace_one(kind="item", code="fishing", entry=entry("fishing", "远洋捕捞许可"))
    assert codes("远洋") == ["fishing"]
    assert codes("打鱼") == []
    actions.replace_one(kind="item", code="fishing", entry=None)
    assert codes("远洋") == []
    assert codes("养鱼") == ["fish_farm"]


def test_another_process_sees_the_new_revision():
    held = queries.lexicon()
    assert queries.lexicon() is held
    actions.replace_one(kind="item", code="new", entry=entry("new", "潜水许可"))
    fresh = queries.lexicon()
    assert fresh is not held
    assert (len(held), len(fresh)) == (3, 4)


def test_other_kinds_stand_apart_and_leave_what_is_held_of_items_alone():
    held = queries.lexicon()
    actions.replace(kind="policy", entries=[entry("p1", "渔民补贴政策", ["护照"], kind="policy")])
    assert queries.lexicon() is held
    found = queries.find("渔民补贴", others=True)
    assert [(one.kind, one.code, one.label) for one in found.others] == [("policy", "p1", "渔民补贴政策")]
    assert codes("护照") == ["passport"]
    actions.replace(kind="policy", entries=[])
    assert queries.find("渔民补贴", others=True).others == []


def test_the_form_of_the_entries_is_kept():
    assert queries.is_current("item")
    assert not queries.is_current("rumour")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE search_indexstate SET form = 0 WHERE kind = 'item'")
    assert not queries.is_current("item")


def test_nothing_else_writes_the_state():
    with pytest.raises(WriteOutsideAction):
        IndexState(kind="x", form=1).save()


@pytest.mark.parametrize(
    "query", ["'", '"', "a' OR '1'='1", "NEAR(", "*", "护照 AND", "\x00", "%", "\\", ":*", "!", "(" * 90]
)
def test_signs_that_databases_read_are_only_signs(query):
    queries.find(query, others=True)
    queries.find(f"潮汐{query}图", others=True)


def test_before_anything_is_indexed_nothing_is_found():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_indexstate")
    queries.forget()
    assert queries.find("护照", others=True) == queries.Found()
    assert queries.speech() == {}
