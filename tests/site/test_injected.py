"""Parameters that nobody reads change nothing: no name of a column, no connector, no order gets from an address into a query."""

import re
from urllib.parse import urlencode

import pytest

from tests import city

# As in CVE-2025-64459, CVE-2026-1287 and what people try since.
PAYLOADS = (
    {"_connector": "OR 1=1 OR"},
    {"_negated": "True"},
    {"account_id__isnull": "False", "id__gt": "0"},
    {"order_by": "account__person__id_no", "sort": "-contact_phone"},
    {"annotate": '"; DROP TABLE cases_case; --', 'x" AS "y': "1"},
)
OFFICER = ("/desk/", "/desk/all/", "/desk/exports/", "/api/queue/")
PERSON = ("/items/", "/search/", "/cases/", "/me/")


def _said(response):
    """What can be read on a page, without its links, which repeat the address."""
    return response.status_code, re.sub(r"<[^>]+>", "", response.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda one: next(iter(one)))
def test_what_nobody_reads_changes_nothing(payload, clock):
    city.food()
    resident = city.signed_in(city.account(city.person("何文静")))
    officer = city.signed_in(city.officer("clerk", "reviewer", agency="", name="梁志远"))
    for client, addresses in ((officer, OFFICER), (resident, PERSON)):
        for address in addresses:
            status, text = _said(
                client.get(f"{address}?x=1")
            )  # with some parameter a page may offer to keep it
            assert status == 200, address
            assert _said(client.get(f"{address}?{urlencode(payload)}")) == (status, text), address
