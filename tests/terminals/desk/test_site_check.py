"""A check on site: two officers, photos that only the office can look at."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import city
from tests.kernel.cases.stages import office
from tongban.kernel.cases import actions, queries

pytestmark = pytest.mark.django_db


def test_photos_and_the_second_officer(clock):
    of = office()
    case, of.applicant = city.food()
    actions.accept(case_id=case.pk, by=of.clerk)
    actions.complete_step(case_id=case.pk, opinion="材料齐全", by=of.reviewer)
    account, other = (city.officer(role, agency="market-regulation") for role in ("reviewer", "clerk"))
    client = city.signed_in(account)
    page = client.get(f"/desk/cases/{case.pk}/").content.decode()
    assert 'name="second_officer"' in page
    assert other.display_name in page
    step = next(one for one in queries.steps_of(case) if one.state == "open")
    address = f"/desk/cases/{case.pk}/complete/"
    typed = {"step": str(step.pk), "verdict": "fits", "opinion": "现场符合"}
    assert client.post(address, typed).status_code == 422  # alone
    assert client.post(address, {**typed, "second_officer": str(account.pk)}).status_code == 422
    refused = SimpleUploadedFile("kitchen.jpg", b"MZ not a picture", "image/jpeg")
    answer = client.post(address, {**typed, "second_officer": str(other.pk), "photos": refused})
    assert answer.status_code == 422
    assert queries.step_files_of(case) == []
    answer = client.post(address, {**typed, "second_officer": str(other.pk), "photos": photo()})
    assert answer.status_code == 302
    (row,) = queries.step_files_of(case)
    picture = client.get(f"/desk/cases/{case.pk}/steps/files/{row.pk}/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    stranger = city.signed_in(city.officer("clerk", agency="market-regulation", place=city.town(city.HUMEN)))
    assert stranger.get(f"/desk/cases/{case.pk}/steps/files/{row.pk}/").status_code == 404


def photo() -> io.BytesIO:
    """A picture as a browser sends it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "PNG")
    file.name = "kitchen.png"
    file.seek(0)
    return file
