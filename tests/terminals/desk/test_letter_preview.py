"""A letter can be read before it binds; reading it changes nothing."""

import io

import pypdfium2
import pytest

from tests import city
from tongban.kernel.documents.models import Letter, LetterSerial
from tongban.kernel.events.models import Event

pytestmark = pytest.mark.django_db


def written():
    """Events but for the look at the case: that a preview was opened is on record, and nothing else."""
    return Event.objects.exclude(name="look.recorded")


def text(pdf: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf)))


def test_the_officer_reads_what_the_applicant_would_get(clock):
    case = city.allowance()
    clerk = city.signed_in(city.officer("clerk"))
    before = written().count()
    answer = clerk.post(
        f"/desk/cases/{case.pk}/letter-preview/non_acceptance/", {"reasons": "不属于本机关职权"}
    )
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    read = text(answer.content)
    assert "不属于本机关职权" in read
    assert "预览" in read
    answer = clerk.post(f"/desk/cases/{case.pk}/letter-preview/acceptance/")
    assert "2026年3月16日" in text(answer.content).replace(" ", "")
    assert (written().count(), Letter.objects.count(), LetterSerial.objects.count()) == (before, 0, 0)
    assert city.again(case).state == "submitted"


@pytest.mark.parametrize("kind", ["grant", "deny", "receipt", "nonsense"])
def test_only_letters_of_verbs_that_are_possible(kind, clock):
    case = city.allowance()
    clerk = city.signed_in(city.officer("clerk"))
    assert clerk.post(f"/desk/cases/{case.pk}/letter-preview/{kind}/").status_code == 404


def test_another_office_has_nothing_to_preview(clock):
    case = city.allowance()
    for officer in (
        city.officer("clerk", agency="tax", place=city.CITY),
        city.officer("clerk", place=city.town(city.HUMEN)),
    ):
        answer = city.signed_in(officer).post(f"/desk/cases/{case.pk}/letter-preview/acceptance/")
        assert answer.status_code == 404
