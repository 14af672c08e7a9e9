"""The page of the law's table shows what the table says, to whom it concerns."""

import pytest

from tests import city
from tongban.kernel.cases.states import TRANSITIONS, VERB_NAMES, Who

pytestmark = pytest.mark.django_db


def test_every_verb_stands_with_its_letter_and_code(clock):
    page = city.signed_in(city.officer("bureau", agency="data-bureau", place="")).get("/console/law/")
    text = page.content.decode()
    assert page.status_code == 200
    assert [zh for zh, _ in VERB_NAMES.values() if zh not in text] == []
    marks = sum(who in row.who for row in TRANSITIONS.values() for who in Who)
    assert text.count('<span class="sr">可以</span>') == marks
    assert "延长办理期限告知书" in text


def test_for_who_has_no_console_the_page_does_not_exist(clock):
    assert city.signed_in(city.officer("clerk")).get("/console/law/").status_code == 404
