"""The people of an enterprise on one page: found, paged, appointed, changed, let go, imported; by those who govern it alone."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.foundation import time
from tongban.kernel.parties.calc.people import COLUMNS
from tongban.kernel.parties.models import Mandate
from tongban.kernel.records.actions import action
from tongban.modules.projects.models import Project

pytestmark = pytest.mark.django_db
ROOT = "/enterprise/people/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


def acting(who, firm):
    """A browser of somebody who acts for the enterprise."""
    found = city.signed_in(city.account(who))
    found.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    return found


def text(response):
    return response.content.decode()


def appoint(client, who, *duties):
    return client.post(f"{ROOT}add/", {"name": who.name, "id_no": who.id_no, "duty": duties})


def test_appointed_changed_and_let_go(boss, firm):
    client, who = acting(boss, firm), city.person("高敏仪")
    assert appoint(client, who, "project").url == f"{ROOT}?done=added"
    theirs = acting(who, firm)
    assert firm.name in text(theirs.get("/enterprise/"))
    assert theirs.get("/enterprise/projects/new/").status_code == 200
    page = text(theirs.get(ROOT))
    assert "由法定代表人和管理人员设置" in page
    assert boss.name not in page
    assert appoint(theirs, city.person("别人"), "clerk").status_code == 403
    row = Mandate.objects.get(source="appointed")
    assert theirs.post(f"{ROOT}{row.pk}/", {"duty": ["manager"]}).status_code == 404
    assert client.post(f"{ROOT}{row.pk}/", {"duty": ["finance"]}).url == f"{ROOT}?done=changed"
    found = text(client.get(ROOT))
    assert re.search(r'value="finance" checked', found)
    assert client.post(f"{ROOT}{row.pk}/", {"duty": []}).status_code == 422
    assert client.post(f"{ROOT}{row.pk}/", {"do": "end"}).url == f"{ROOT}?done=ended"
    assert "您现在不代表任何企业" in text(theirs.get("/enterprise/"))
    assert appoint(client, who).status_code == 422
    legal = Mandate.objects.get(source="legal_representative")
    assert client.post(f"{ROOT}{legal.pk}/", {"do": "end"}).status_code == 422


def test_a_duty_opens_its_part_alone(boss, firm):
    form = {"a-invest": "6000", "a-builds": "yes", "a-hire": "60", "name": "二期扩建", "do": "open"}
    for duty, status in (("finance", 403), ("project", 302)):
        who = city.person(f"员工{duty}")
        appoint(acting(boss, firm), who, duty)
        answer = acting(who, firm).post("/enterprise/projects/new/", form)
        assert (duty, answer.status_code) == (duty, status)
        assert Project.objects.count() == (status == 302)


def test_three_hundred_people(boss, firm):
    client = acting(boss, firm)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = text(client.get(path))
        assert len(page.encode()) < 60_000
        return len(queries)

    one = city.person("员工000")
    appoint(client, one, "clerk")
    asked(ROOT)
    few = asked(ROOT)
    people = [city.person(f"员工{n:03}") for n in range(1, 300)]
    now, today = time.now(), time.today()
    rows = [
        Mandate(
            organisation=firm,
            agent=who,
            duties=["clerk", "hr"],
            source="appointed",
            starts_on=today,
            given_at=now,
            accepted_at=now,
        )
        for who in people
    ]
    action(Mandate.objects.bulk_create)(rows)
    assert asked(ROOT) == few
    page = text(client.get(f"{ROOT}?page=15"))
    assert "现有 301 人" in page
    assert page.count("保存分工") == 20
    found = text(client.get(f"{ROOT}?q=员工29"))
    assert "现有 10 人" in found
    assert asked(f"{ROOT}?q=员工29") == few
    asked("/policies/duties/")
    assert asked("/enterprise/") < 60


def test_a_table_with_faults_and_one_without(boss, firm):
    client, who = acting(boss, firm), city.person("吴人事")
    right = f"{','.join(COLUMNS)}\n{who.name},{who.id_no},人事负责人,,\n"

    def sent(content: str):
        file = SimpleUploadedFile("people.csv", content.encode("utf-8-sig"), "text/csv")
        return client.post(f"{ROOT}import/", {"table": file})

    wrong = sent(f"{right}{who.name},{who.id_no},人事负责人,,\n,1,国王,,\n")
    assert wrong.status_code == 422
    assert re.findall(r"第 (\d) 行", text(wrong)) == ["3", "2", "4"]
    assert not Mandate.objects.filter(source="appointed").exists()
    assert client.post(f"{ROOT}import/").status_code == 422
    assert sent(right).url == f"{ROOT}?done=imported"
    assert Mandate.objects.get(source="appointed").agent_id == who.pk
    assert text(client.get(f"{ROOT}template.csv")).strip("\ufeff\r\n") == ",".join(COLUMNS)
