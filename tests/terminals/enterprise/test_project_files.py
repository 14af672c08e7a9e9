"""An enterprise hands in documents of its own project, and reads what it handed in and what it is shown; nothing internal."""

import io
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests import city
from tests.kernel.documents.test_scanners import VIRUS, Daemon
from tests.modules.projects.conftest import ANSWERS
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.models import StoredFile
from tongban.modules.projects import actions
from tongban.modules.projects.actions import Plan, Said
from tongban.modules.projects.models import ProjectEntry, ProjectFile

pytestmark = pytest.mark.django_db
ROOT = "/enterprise/projects/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def officer(db):
    return city.actor(city.officer("project_officer", agency="", name="袁海"))


@pytest.fixture
def project(officer, firm):
    return actions.open_project(
        plan=Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS), by=officer
    )


@pytest.fixture
def rival(db):
    """A browser of another enterprise."""
    head = city.person("方圆")
    other = city.organisation(head, "示例贸易有限公司")
    found = city.signed_in(city.account(head))
    found.post("/act-for/", {"for": str(other.pk), "next": "/"})
    return found


def picture(name="lease.png"):
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "white").save(out, "PNG")
    out.seek(0)
    out.name = name
    return out


def supplied(client, project, *files, **more):
    given = {"document": "site_proof", "words": "原件在公司", "files": list(files or [picture()])}
    return client.post(f"{ROOT}{project.pk}/documents/", given | more)


def noted(project, officer, name, words, **more):
    said = Said(kind="document", words=words, about="review_minutes", **more)
    actions.note(project_id=project.pk, said=said, files=[city.picture(name, by=officer).pk], by=officer)
    return ProjectFile.objects.order_by("id").last()


def text(response):
    return response.content.decode()


def test_handed_in_and_read_again(client, project):
    here = f"{ROOT}{project.pk}/"
    page = text(client.get(here))
    asked = page[page.index('name="document"') : page.index("</select>", page.index('name="document"'))]
    assert asked.count("<option") == 4
    assert "用地、厂房落实：用地或者租赁证明" in asked
    assert "会审纪要" not in asked
    answer = supplied(client, project, picture(), picture("plan.png"))
    assert (answer.status_code, answer.url) == (302, f"{here}#documents")
    page = text(client.get(here))
    book = page[page.index('id="documents"') : page.index('id="asked-title"')]
    for part in (
        "用地或者租赁证明",
        "林启明",
        "2026年3月2日",
        "原件在公司",
        "lease.png",
        "plan.png",
        "已检查",
    ):
        assert part in book, part
    for file in ProjectFile.objects.all():
        sent = client.get(f"{here}files/{file.pk}/")
        assert sent.content == documents.content(documents.file(file.file_id))
        assert (sent["Cache-Control"], sent["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_the_officer_reads_it_in_the_book(client, project):
    supplied(client, project)
    page = text(
        city.signed_in(city.officer("project_officer", agency="")).get(f"/desk/projects/{project.pk}/")
    )
    book = page[page.index('id="book"') :]
    for part in ("企业提交", "用地或者租赁证明", "林启明", "lease.png", "原件在公司"):
        assert part in book, part


def test_what_is_internal_stays_hidden(client, project, officer):
    hidden = noted(project, officer, "inside.png", "内部的话")
    shown = noted(project, officer, "outside.png", "给企业的话", to_firm=True)
    here = f"{ROOT}{project.pk}/"
    page = text(client.get(here))
    assert ("inside.png" in page, "内部的话" in page) == (False, False)
    assert ("outside.png" in page, "给企业的话" in page, "会审纪要" in page) == (True, True, True)
    assert client.get(f"{here}files/{hidden.pk}/").status_code == 404
    assert client.get(f"{here}files/{shown.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"document": "review_minutes"}, "没有选择是哪份资料"),
        ({"document": "moon"}, "没有选择是哪份资料"),
        ({"files": []}, "没有选择文件"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, project, change, said):
    answer = supplied(client, project, **change)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert 'value="原件在公司"' in text(answer)
    assert not ProjectEntry.objects.filter(kind="document").exists()


def test_an_infected_file_and_one_that_nobody_looked_through_are_not_taken(client, project, settings):
    daemon = Daemon()
    settings.SCANNER, settings.SCANNER_ADDRESS, settings.SCANNER_SECONDS = "clamd", daemon.address, 2
    try:
        daemon.answer = VIRUS
        answer = supplied(client, project)
    finally:
        daemon.close()
    assert (answer.status_code, "含有病毒" in text(answer)) == (422, True)
    settings.SCANNER_ADDRESS = "/nowhere/clamd.ctl"
    assert supplied(client, project).status_code == 503
    assert (StoredFile.objects.filter(name="lease.png").count(), ProjectFile.objects.count()) == (0, 0)


def test_not_for_a_project_that_has_ended(client, project, officer):
    actions.end(project_id=project.pk, ending="withdrawn", words="不做了", by=officer)
    assert 'name="document"' not in text(client.get(f"{ROOT}{project.pk}/"))
    assert supplied(client, project).status_code == 409
    assert not ProjectFile.objects.exists()


def test_for_another_enterprise_there_is_nothing(client, project, rival, firm):
    supplied(client, project)
    file = ProjectFile.objects.get()
    finance = city.person("何敏")
    client.post(
        "/enterprise/people/add/", {"name": finance.name, "id_no": finance.id_no, "duty": ["finance"]}
    )
    colleague = city.signed_in(city.account(finance))
    colleague.post("/act-for/", {"for": str(firm.pk), "next": "/"})
    officer = city.signed_in(city.officer("project_officer", agency=""))
    kept = StoredFile.objects.count()
    for other in (rival, colleague, officer, city.signed_in(city.account(city.person("路人")))):
        answers = [other.get(f"{ROOT}{project.pk}/files/{file.pk}/"), supplied(other, project)]
        for answer in answers:
            assert answer.status_code == 404
            assert "lease.png" not in text(answer)
    assert (StoredFile.objects.count(), ProjectFile.objects.count()) == (kept, 1)
    assert client.get(f"{ROOT}{project.pk}/documents/").status_code == 405


def test_from_the_other_host(client, project, settings):
    settings.FILES_URL, settings.ALLOWED_HOSTS = "http://files.test", ["testserver", "files.test"]
    supplied(client, project)
    file = ProjectFile.objects.get()
    led = client.get(f"{ROOT}{project.pk}/files/{file.pk}/")
    assert led.status_code == 302
    sent = Client().get(urlsplit(led["Location"]).path, HTTP_HOST="files.test")
    assert sent.content == documents.content(documents.file(file.file_id))
    assert sent["Content-Disposition"].startswith("attachment")


def test_the_page_asks_as_often_for_three_as_for_one(client, project):
    here = f"{ROOT}{project.pk}/"

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(here).status_code == 200
        return len(found)

    supplied(client, project)
    client.get(here)
    before = asked()
    for n in (1, 2):
        supplied(client, project, picture(f"{n}.png"))
    assert asked() == before
