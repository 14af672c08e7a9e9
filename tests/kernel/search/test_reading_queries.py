"""How a query is understood, on a small lexicon that stands in the test."""

import pytest

from tongban.kernel.search.calc import Entry, Lexicon, Ranking, Row, Speech, search_terms, stored, understand

SPEECH = {
    "synonyms": {
        "饭馆": ["食品经营许可", "餐饮"],
        "开公司": ["公司设立"],
        "passport": ["护照"],
        "走鬼": ["摊贩"],
    },
    "groups": [["丢了", "遗失", "补领"], ["公司", "企业"]],
    "fillers": ["点样", "唔该"],
    "audiences": {"person": ["老人"], "organisation": ["公司"]},
    "agencies": {"police": ["派出所", "公安局"]},
    "secondary": ["变更", "补领"],
    "popular": ["food"],
    "places": ["虎门", "虎门镇"],
}
ITEMS = [
    Entry(
        "item",
        "food",
        "食品经营许可证核发",
        ["Food licence"],
        ["开餐馆", "餐饮"],
        ["布局图 和 菜单"],
        ["audience:organisation"],
    ),
    Entry(
        "item",
        "passport",
        "普通护照签发",
        ["Ordinary passport"],
        ["护照丢了"],
        ["照片"],
        ["audience:person", "agency:police"],
    ),
    Entry(
        "item",
        "company",
        "公司设立登记",
        ["Registration of a company"],
        ["注册公司"],
        ["章程"],
        ["audience:organisation"],
    ),
    Entry("item", "change", "公司变更登记", [], ["换法人"], ["章程"], ["audience:organisation"]),
    Entry(
        "item",
        "residence",
        "居住证签发",
        [],
        ["办居住证"],
        ["租赁合同"],
        ["audience:person", "agency:police"],
    ),
    Entry("item", "old", "高龄老人津贴", [], ["老人补贴", "gaoling jintie"], ["照片"], ["audience:person"]),
]


def row(entry):
    _kind, code, tags, _label, phrases, pinyin, title, words, body = stored(entry)
    return Row(code, tags, phrases, pinyin, f"{title} {words}", body)


@pytest.fixture(scope="module")
def lexicon():
    return Lexicon([row(entry) for entry in ITEMS], Speech.read(SPEECH))


def found(query, lexicon):
    return [hit.code for hit in Ranking(understand(query, lexicon), lexicon).hits()]


def texts(query, lexicon):
    return [one.text for one in understand(query, lexicon).concepts]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("食品经营许可证", "food"),
        ("我想开个小饭馆要办什么证", "food"),
        ("护照", "passport"),
        ("護照丟了", "passport"),
        ("ＨＵＺＨＡＯ", "passport"),
        ("huzhao", "passport"),
        ("hu zhao", "passport"),
        ("hz", "passport"),
        ("户照", "passport"),
        ("护照护照", "passport"),
        ("passport", "passport"),
        ("passprt", "passport"),
        ("pasport please", "passport"),
        ("开公司", "company"),
        ("注册企业", "company"),
        ("zhuce公司", "company"),
        ("换发人", "change"),
        ("居住正", "residence"),
        ("居证住", "residence"),
        ("居住zheng", "residence"),
        ("jvzhuzheng", "residence"),
        ("juzhuzhen", "residence"),
        ("juzhuzhng", "residence"),
        ("老人补帖", "old"),
        ("gaoling jintie", "old"),
    ],
)
def test_what_is_meant_comes_first(lexicon, query, first):
    assert found(query, lexicon)[:1] == [first]


def test_fillers_and_places_are_not_what_is_wanted(lexicon):
    asked = understand("唔该，虎门点样办居住证", lexicon)
    assert [one.text for one in asked.concepts] == ["居住证"]
    assert asked.places == ("虎门",)
    assert asked.read_as == ""


def test_an_expression_is_not_found_inside_another_word(lexicon):
    assert "开公司" in texts("想开公司", lexicon)
    assert "开公司" not in texts("离开公司", lexicon)


def test_a_correction_is_told_and_words_of_the_pack_are_never_corrected(lexicon):
    assert understand("户照", lexicon).read_as == "护照"
    assert understand("走鬼", lexicon).read_as == "", "said here, though no item has it"
    assert understand("火星", lexicon).read_as == ""


def test_an_office_alone_lists_its_items_and_beside_something_only_decides(lexicon):
    assert found("派出所", lexicon) == ["passport", "residence"]
    assert found("派出所 居住证", lexicon) == ["residence"]


def test_what_comes_later_in_the_life_of_a_licence_is_ranked_later_unless_asked_for(lexicon):
    assert found("公司登记", lexicon)[:2] == ["company", "change"]
    assert found("公司变更登记", lexicon)[0] == "change"


def test_words_of_texts_are_looked_for_only_when_no_name_has_them(lexicon):
    assert Ranking(understand("护照", lexicon), lexicon).unanswered() == []
    ranking = Ranking(understand("布局图", lexicon), lexicon)
    assert ranking.hits() == []
    assert ranking.unanswered()
    body = stored(ITEMS[0])[-1]
    ranking.add_bodies({"food": body, "gone": body})
    assert [hit.code for hit in ranking.hits()] == ["food"]


def test_what_nobody_wrote_is_not_found(lexicon):
    for query in ("火星", "zzzzqq", "xyzzy", "12345678", "?!", "一", "的"):
        assert found(query, lexicon) == [], query


def test_an_empty_lexicon_answers_nothing():
    empty = Lexicon([], Speech.read({}))
    assert found("护照", empty) == found("huzhao", empty) == found("身份zheng", empty) == []


def test_the_words_to_search_for_begin_with_those_of_the_query(lexicon):
    terms = search_terms(understand("饭馆", lexicon))
    assert terms[0] == "饭馆"
    assert {"食品", "餐饮"} <= set(terms)


@pytest.mark.parametrize("query", ["户" * 100, "a" * 100, "开公司" * 33, "zh" * 50, "护照 passport " * 7])
def test_long_queries_come_to_an_end(lexicon, query):
    understand(query, lexicon)
