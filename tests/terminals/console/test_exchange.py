"""The pages of the exchange: what the officer sees and does, and that nobody else does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.exchange.conftest import line
from tests.kernel.exchange.line import PROVINCE, firms, put, sent
from tongban.foundation import time
from tongban.kernel.exchange.models import OutRecord, Ticket
from tongban.kernel.exchange.tasks import every_day

__all__ = ["line"]
pytestmark = pytest.mark.django_db
HOME, RECORDS = "/console/exchange/", "/console/exchange/records/"


@pytest.fixture
def officer(line):
    """A browser in which the officer of the exchange is signed in."""
    return city.signed_in(city.officer("exchange_officer", agency="data-bureau", place=""))


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_nobody_else_finds_it(line):
    [row] = put()
    ticket = "0197f3c0-0000-7000-8000-000000000009"
    others = [city.signed_in(city.officer("clerk", "bureau")), city.signed_in(city.account(city.person()))]
    for client in others:
        for path in (HOME, RECORDS, f"{RECORDS}{row.pk}/"):
            assert client.get(path).status_code == 404
        for path in (f"{RECORDS}{row.pk}/replay/", f"{HOME}tickets/{ticket}/close/", f"{HOME}compare/"):
            assert client.post(path).status_code == 404


def test_a_refused_record_is_seen_with_its_reason_and_sent_again(officer, line):
    put("award.paid")
    city.run_jobs()
    assert "前面的环节对端没有收到" in page(officer, RECORDS)
    row = OutRecord.objects.get(key__startswith="award")
    text = page(officer, f"{RECORDS}{row.pk}/")
    assert "100.00" in text or "100" in text
    assert row.digest in row.receipt  # the receipt names what it answers
    put()
    city.run_jobs()
    assert officer.post(f"{RECORDS}{row.pk}/replay/").status_code == 302
    city.run_jobs()
    assert sent() == [("award.paid", "acknowledged"), ("award.granted", "acknowledged")]
    assert "更早的报文" in page(officer, f"{RECORDS}{row.pk}/")
    assert officer.post(f"{RECORDS}{row.pk}/replay/").status_code == 409


def test_records_are_narrowed(officer, line):
    for code in firms(3):
        put(subject=code)
    one = firms(3)[0]
    assert page(officer, f"{RECORDS}?q={one}").count('class="exchange-long small num"') == 1
    assert page(officer, f"{RECORDS}?state=waiting&kind=award.granted").count("exchange-long small") == 3
    assert "没有符合条件的记录" in page(officer, f"{RECORDS}?state=refused")
    assert officer.get(f"{RECORDS}?state=%00&kind=x&q=%00&page=zz").status_code == 200


def test_a_difference_is_seen_compared_again_and_closed_with_words(officer, line, clock):
    put()
    city.run_jobs()
    day = time.today()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_inmessage SET fen = 7")
    clock.move(days=1)
    every_day(time.today())
    city.run_jobs()
    text = page(officer, HOME)
    assert "当日合计不一致" in text
    assert "不一致</span>" in text
    assert officer.post(f"{HOME}compare/", {"peer": PROVINCE, "day": day.isoformat()}).status_code == 302
    assert officer.post(f"{HOME}compare/", {"peer": PROVINCE, "day": "x"}).status_code == 404
    assert officer.post(f"{HOME}compare/", {"peer": "1", "day": day.isoformat()}).status_code == 404
    city.run_jobs()
    ticket = Ticket.objects.filter(peer__code=PROVINCE).get()
    refused = officer.post(f"{HOME}tickets/{ticket.pk}/close/", {"words": " " * 3})
    assert refused.status_code == 422
    long = "好" * 401
    kept = officer.post(f"{HOME}tickets/{ticket.pk}/close/", {"words": long})
    assert kept.status_code == 422
    assert long in kept.content.decode()  # nothing typed is lost
    done = officer.post(f"{HOME}tickets/{ticket.pk}/close/", {"words": "已与省平台核对。"})
    assert done.status_code == 302
    assert "已与省平台核对。" in page(officer, HOME)


def test_the_number_of_queries_does_not_grow(officer, line):
    counted = []
    for codes in (firms(1), firms(3)[1:]):
        for code in codes:
            put(subject=code)
            city.run_jobs()
        for path in (HOME, RECORDS):
            page(officer, path)
            with CaptureQueriesContext(
                connection,
            ) as seen:
                page(officer, path)
            counted.append(len(seen))
    assert counted[:2] == counted[2:]
