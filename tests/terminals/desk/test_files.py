"""Materials page by page, how each was given, and the letters."""

import io
import re

import pytest
from PIL import Image, ImageChops

from tests import city
from tongban.kernel.cases import actions, queries
from tongban.kernel.documents import queries as documents
from tongban.terminals.desk import drawn

pytestmark = pytest.mark.django_db


def row_of(case, material):
    return next(row for row in queries.materials_of(case) if row.material == material)


def listed(page):
    return re.findall(r'hx-swap="outerHTML">([^<]+)</a><span class="tag[^"]*">([^<]+)</span>', page)


def test_the_list_says_how_each_material_was_given(clerk):
    case, _applicant = city.food()
    page = city.signed_in(clerk).get(f"/desk/cases/{case.pk}/").content.decode()
    assert listed(page) == [
        ("营业执照", "上传"),
        ("法定代表人（负责人）身份证明", "数据核验"),
        ("经营场所平面布局图", "上传"),
        ("食品安全管理制度", "承诺"),
        ("从业人员健康证明", "数据核验"),
    ]


def test_pages_come_as_pictures_that_no_cache_keeps(clerk):
    case, _applicant = city.food()
    row = row_of(case, "layout")
    client = city.signed_in(clerk)
    answer = client.get(f"/desk/cases/{case.pk}/materials/{row.pk}/2/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "no-store")
    assert Image.open(io.BytesIO(answer.content)).format == "WEBP"
    assert client.get(f"/desk/cases/{case.pk}/materials/{row.pk}/3/").status_code == 404
    assert client.get(f"/desk/cases/{case.pk}/materials/{row.pk}/0/").status_code == 404
    waived = row_of(case, "safety_rules")
    assert client.get(f"/desk/cases/{case.pk}/materials/{waived.pk}/1/").status_code == 404


def test_every_page_says_who_looks_when_and_for_which_case(clerk, monkeypatch):
    """On the picture alone: the file in the store stays what was handed in."""
    marks, draw = [], drawn.calc.page_picture

    def noted(*args):
        marks.append(args[-1])
        return draw(*args)

    monkeypatch.setattr(drawn.calc, "page_picture", noted)
    case, _applicant = city.food()
    row = row_of(case, "layout")
    before = documents.content(row.file)
    path = f"/desk/cases/{case.pk}/materials/{row.pk}/1/"
    first = city.signed_in(clerk).get(path).content
    other = city.officer("clerk", agency="", name="袁嘉欣")
    second = city.signed_in(other).get(path).content
    assert marks == [
        f"{one.display_name}（{one.username}） 2026-03-02 09:00\n仅供办件 {case.short_no} 使用"
        for one in (clerk, other)
    ]
    plain, _pages = draw(before, row.file.media_type, 0, drawn.WIDTH)
    pictures = [Image.open(io.BytesIO(one)).convert("L") for one in (plain, first, second)]
    width, height = pictures[0].size
    for across in (0, width // 2):  # in each quarter: what is cut out bears it too
        for down in (0, height // 2):
            box = (across, down, across + width // 2, down + height // 2)
            a, b, c = (one.crop(box) for one in pictures)
            assert ImageChops.difference(a, b).getbbox()
            assert ImageChops.difference(b, c).getbbox()
    assert documents.content(row.file) == before


def test_a_page_of_another_case_is_not_reached_through_this_one(clerk):
    case, _applicant = city.food()
    other, _applicant = city.food(place=city.HUMEN)
    path = f"/desk/cases/{case.pk}/materials/{row_of(other, 'layout').pk}/1/"
    assert city.signed_in(clerk).get(path).status_code == 404


def test_turning_pages_works_with_and_without_script(clerk):
    case, _applicant = city.food()
    row = row_of(case, "layout")
    client = city.signed_in(clerk)
    query = f"?material={row.pk}&page=2"
    whole = client.get(f"/desk/cases/{case.pk}/{query}").content.decode()
    part = client.get(f"/desk/cases/{case.pk}/viewer/{query}").content.decode()
    assert "第 2 页，共 2 页" in part
    assert "<html" not in part
    assert part.strip() in whole
    for page in ("9", "-1", "x", ""):
        assert client.get(f"/desk/cases/{case.pk}/?material={row.pk}&page={page}").status_code == 200


def test_what_stands_in_for_a_file_is_said(clerk):
    case, _applicant = city.food()
    client = city.signed_in(clerk)
    signed = client.get(f"/desk/cases/{case.pk}/viewer/?material={row_of(case, 'safety_rules').pk}")
    assert "承诺采用市场监督管理部门公布的食品安全管理示范制度" in signed.content.decode()
    checked = client.get(f"/desk/cases/{case.pk}/viewer/?material={row_of(case, 'legal_rep_id').pk}")
    assert "由东莞市市场监督管理局的数据核验" in checked.content.decode()


def test_a_file_that_is_lost_is_said_not_crashed_over(clerk):
    case, _applicant = city.food()
    row = row_of(case, "layout")
    documents.store_path(row.digest).unlink()
    page = city.signed_in(clerk).get(f"/desk/cases/{case.pk}/?material={row.pk}").content.decode()
    assert "文件不在存储中" in page


def test_what_a_supplement_uploads_shows_when_it_is_handed_in(clerk, clock):
    case, applicant = city.food()
    points = [{"kind": "material", "id": "layout", "note": "未标洗手池"}]
    actions.request_supplement(case_id=case.pk, points=points, message="", by=city.actor(clerk))
    clock.move(hours=2)
    fresh = actions.add_material(
        case_id=case.pk, material="layout", file=city.letter_pdf(1, "new.pdf"), by=applicant
    )
    client = city.signed_in(clerk)
    assert "new.pdf" not in client.get(f"/desk/cases/{case.pk}/").content.decode()
    path = f"/desk/cases/{case.pk}/materials/{fresh.pk}/1/"
    assert client.get(path).status_code == 404
    actions.resubmit(case_id=case.pk, by=applicant)
    assert ("经营场所平面布局图", "补正上传") in listed(
        client.get(f"/desk/cases/{case.pk}/").content.decode()
    )
    assert client.get(path).status_code == 200


def test_letters_open_only_with_their_own_case(clerk, stranger):
    case, other = city.allowance(), city.allowance()
    city.run_jobs()
    letter = documents.letters_about(case.pk)[0]
    client = city.signed_in(clerk)
    answer = client.get(f"/desk/cases/{case.pk}/letters/{letter.pk}/")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.content.startswith(b"%PDF")
    assert client.get(f"/desk/cases/{other.pk}/letters/{letter.pk}/").status_code == 404
    path = f"/desk/cases/{case.pk}/letters/{letter.pk}/"
    assert city.signed_in(stranger).get(path).status_code == 404
    assert client.get(f"/desk/cases/{case.pk}/credential/").status_code == 404
