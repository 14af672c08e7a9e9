"""What the officer sees of a material that was handed in with another case: where it comes from, and a mark across it."""

import io

import pytest
from PIL import Image, ImageChops

from tests import city
from tongban.kernel.cases import actions, queries
from tongban.kernel.documents.calc import page_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def reused(clock):
    """A second case in which the layout of the first is used again: (earlier, later, row)."""
    earlier, by = city.food()
    draft = actions.open_draft(
        item_code="food-licence", by=by, situation={"business": "catering", "commitment": "no"}
    )
    actions.save(case_id=draft.pk, by=by, answers=city.FOOD_ANSWERS, signed=["safety_rules"])
    for material, rows in queries.reusable(draft).items():
        actions.reuse_material(case_id=draft.pk, material=material, source_id=rows[0].pk, by=by)
    later = actions.submit(case_id=draft.pk, by=by)
    row = next(one for one in queries.materials_of(later) if one.material == "layout")
    return earlier, later, row


def test_it_names_the_case_it_comes_from_and_is_marked(reused):
    earlier, later, row = reused
    clerk = city.signed_in(city.officer("clerk", agency=""))
    page = clerk.get(f"/desk/cases/{later.pk}/?material={row.pk}").content.decode()
    assert f"来自 {city.again(earlier).short_no}" in page
    assert "C 申请人上传" in page
    marked = clerk.get(f"/desk/cases/{later.pk}/materials/{row.pk}/1/").content
    source = queries.source_of(row)
    plain = clerk.get(f"/desk/cases/{earlier.pk}/materials/{source.pk}/1/").content
    assert different(marked, plain)


def different(one, other):
    first, second = (Image.open(io.BytesIO(content)).convert("L") for content in (one, other))
    return ImageChops.difference(first, second).getbbox() is not None


def test_the_window_compares_it_once(reused):
    _earlier, later, row = reused
    clerk = city.signed_in(city.officer("clerk", agency=""))
    assert clerk.post(f"/desk/cases/{later.pk}/materials/{row.pk}/check/").status_code == 302
    page = clerk.get(f"/desk/cases/{later.pk}/").content.decode()
    assert "B 窗口核对过原件" in page
    assert f"/materials/{row.pk}/check/" not in page


def test_a_mark_is_drawn_over_pictures_and_papers(clock):
    from tongban.kernel.documents import queries as documents

    for file in (city.picture(), city.letter_pdf(1)):
        content = documents.content(file)
        plain, _pages = page_picture(content, file.media_type, 0)
        marked, _pages = page_picture(content, file.media_type, 0, mark="仅供办件 DG1 使用")
        assert different(plain, marked)
