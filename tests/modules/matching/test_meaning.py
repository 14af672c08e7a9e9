"""What a post speaks of: topics found by any of their names, categories that were chosen wrongly, candidates of other groups."""

import shutil

import pytest

from tests import city
from tests.modules.matching.market import firm, published
from tests.packs.reading import PACK
from tongban.modules.matching.calc import Reader, read_book
from tongban.modules.matching.calc.definition import Category, Kind, Named, Topic
from tongban.modules.matching.calc.meaning import covered
from tongban.modules.matching.forms import read_matching
from tongban.modules.matching.models import Match

WORKS, STORES = Named("works", "生产", "Works"), Named("stores", "仓储", "Stores")
KIND = Kind(
    "plant",
    "厂房",
    "Plant",
    (WORKS, STORES),
    {
        code: Category(code, code, code, group)
        for code, group in (("steel", WORKS), ("clean", WORKS), ("dry", STORES), ("cold", STORES))
    },
    (),
    topics=(
        Topic(("行车", "吊车"), "steel"),
        Topic(("无尘", "净化车间"), "clean"),
        Topic(("仓库",), "dry"),
        Topic(("宿舍",)),
        Topic(("放货",)),
        Topic(("PC",)),
    ),
)


def read(category, *texts):
    """What a post of that category with these texts speaks of."""
    return Reader(KIND).read(category, " ".join(texts))


def test_a_topic_is_found_by_any_of_its_names_wherever_the_text_is_cut():
    assert read("dry", "带吊车和宿舍") == read("dry", "带行车、宿舍")
    assert read("dry", "带吊车和宿舍").topics == {0, 3}
    assert read("dry", "带吊车和宿舍").categories == {"steel"}
    assert read("dry", "净化车间").topics == {1}
    assert read("dry", "车间").topics == set()
    assert read("dry", "要放货").topics == {4}
    assert (read("dry", "做 PC 料").topics, read("dry", "PCB 贴片").topics) == ({5}, set())
    assert read("dry", "").topics == set()


@pytest.mark.parametrize(
    ("one", "other", "fit"),
    [
        (("steel", "有行车"), ("steel", "要吊车"), 1),
        (("clean", "有行车"), ("dry", "要吊车"), 1),
        (("steel", "有宿舍"), ("steel", "要吊车"), 0.9),
        (("steel", ""), ("steel", ""), 0.9),
        (("dry", "有行车"), ("steel", "厂房"), 0.85),
        (("steel", "做仓库"), ("steel", "厂房"), 0.5),
        (("steel", ""), ("clean", ""), 0.3),
        (("steel", ""), ("dry", ""), 0),
        (("steel", "无尘"), ("dry", "做仓库"), 0),
    ],
)
def test_how_far_two_posts_are_of_one_category_whoever_is_asked_first(one, other, fit):
    assert Reader(KIND).fit(read(*one), read(*other)) == fit
    assert Reader(KIND).fit(read(*other), read(*one)) == fit


def test_a_share_of_the_needs_topics_and_nothing_where_one_side_speaks_of_none():
    assert covered({1, 2}, {2, 3, 4}) == 0.5
    assert covered({2}, {2, 3, 4}) == 1
    assert covered({1}, {2}) == 0
    assert covered(set(), {2}) is None
    assert covered({2}, set()) is None


def test_a_topic_of_an_unknown_category_is_named_with_its_file(tmp_path):
    shutil.copytree(PACK / "matching", tmp_path / "matching")
    path = tmp_path / "matching" / "kinds.yaml"
    text = path.read_text(encoding="utf-8").replace("of: land-yard,", "of: log-sea,", 1)
    path.write_text(text, encoding="utf-8")
    (error,) = read_matching(tmp_path).errors
    line = text[: text.index("of: log-sea,")].count("\n") + 1
    assert error.text("en").startswith(f"matching/kinds.yaml:{line}")
    assert "the kind has no category 'log-sea'" in error.text("en")
    assert "land-yard" in error.text("en")


def test_every_category_of_the_pack_has_a_topic():
    kinds = read_book(read_matching(PACK).book).kinds.values()
    lacking = {
        code for kind in kinds for code in kind.categories.keys() - {one.category for one in kind.topics}
    }
    assert lacking == set()


@pytest.mark.django_db
def test_a_post_that_was_filed_in_another_group_is_matched_by_what_its_text_says():
    seeker, lets, makes = (firm(f"{name}有限公司") for name in ("求仓商贸", "出租实业", "制造科技"))
    published(
        seeker.actor,
        "need",
        category="plant-dry",
        title="找仓库三千平方米",
        text="要卸货平台",
        permit="",
    )
    published(lets.actor, category="plant-standard", title="一楼三千方", text="以前做仓库，卸货平台两个")
    published(makes.actor, category="plant-standard", title="二楼三千方", text="适合电子组装")
    city.run_jobs()
    (match,) = Match.objects.select_related("offer")
    assert match.offer.subject_id == lets.row.pk
