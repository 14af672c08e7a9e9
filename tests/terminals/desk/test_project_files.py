"""Files of a project's documents on the desk: noted by a form, drawn anew for whoever sees the project, nobody else's."""

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
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.documents import queries as documents
from tongban.kernel.documents.models import StoredFile
from tongban.modules.looks.models import Look
from tongban.modules.projects import actions, queries
from tongban.modules.projects.actions import Plan, Said
from tongban.modules.projects.models import ProjectEntry, ProjectFile

pytestmark = pytest.mark.django_db
ROOT = "/desk/projects/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""
    return clock


@pytest.fixture
def officer(db):
    return city.officer("project_officer", agency="", name="袁海")


@pytest.fixture
def firm(db):
    return city.organisation(city.person("林启明"), "东莞市台信示例精密机械有限公司")


@pytest.fixture
def project(officer, firm):
    plan = Plan("expansion", "三号车间扩建", firm.pk, 6_000_000_000, ANSWERS)
    return actions.open_project(plan=plan, by=city.actor(officer))


def picture(name="lease.png"):
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "white").save(out, "PNG")
    out.seek(0)
    out.name = name
    return out


def form(*files, **more):
    given = {"kind": "document", "words": "租赁合同已签。", "about": "site_proof", "number": "租〔2026〕1号"}
    return given | {"files": list(files)} | more


def noted(project, officer, name="lease.png", **more):
    by = city.actor(officer)
    said = Said(kind="document", words="已签。", about="site_proof", **more)
    actions.note(project_id=project.pk, said=said, files=[city.picture(name, by=by).pk], by=by)
    return ProjectFile.objects.order_by("id").last()


def at(project, file, more=""):
    return f"{ROOT}{project.pk}/files/{file.pk}/{more}"


def text(response):
    return response.content.decode()


class TestNoting:
    """The form of the project's page."""

    def test_files_with_name_size_state_who_and_when(self, project, officer):
        client, here = city.signed_in(officer), f"{ROOT}{project.pk}/"
        assert 'name="files"' in text(client.get(here))
        answer = client.post(f"{here}note/", form(picture(), picture("plan.png"), to_firm="yes"))
        assert (answer.status_code, answer.url) == (302, f"{here}#book")
        [entry] = queries.shown_to_firm(project)
        page = text(client.get(here))
        book = page[page.index('id="book"') :]
        for part in ("用地或者租赁证明", "企业可看", "袁海", "2026年3月2日", "租〔2026〕1号", "已检查"):
            assert part in book, part
        for one in queries.files_of([entry])[entry.pk]:
            assert f'<a href="{ROOT}{project.pk}/files/{one.id}/">{one.stored.name}</a>' in book
            assert f"{one.stored.size}\xa0" in book

    def test_what_is_refused_is_said_and_what_was_typed_stays(self, project, officer):
        client, here = city.signed_in(officer), f"{ROOT}{project.pk}/"
        wrong = io.BytesIO(b"MZ not a picture")
        wrong.name = "lease.png"
        answer = client.post(f"{here}note/", form(wrong))
        assert answer.status_code == 422
        assert "租赁合同已签。</textarea>" in text(answer)
        assert '<option value="site_proof" selected>' in text(answer)
        answer = client.post(f"{here}note/", form(picture(), kind="progress"))
        assert (answer.status_code, "只有资料可以附文件" in text(answer)) == (422, True)
        assert (ProjectFile.objects.count(), ProjectEntry.objects.filter(kind="document").count()) == (0, 0)

    def test_an_infected_file_and_one_that_nobody_looked_through_are_not_taken(
        self, project, officer, settings
    ):
        client, here, daemon = city.signed_in(officer), f"{ROOT}{project.pk}/note/", Daemon()
        settings.SCANNER, settings.SCANNER_ADDRESS, settings.SCANNER_SECONDS = "clamd", daemon.address, 2
        try:
            daemon.answer = VIRUS
            answer = client.post(here, form(picture()))
        finally:
            daemon.close()
        assert (answer.status_code, "含有病毒" in text(answer)) == (422, True)
        settings.SCANNER_ADDRESS = "/nowhere/clamd.ctl"
        answer = client.post(here, form(picture()))
        assert (answer.status_code, "暂时不能查毒" in text(answer)) == (503, True)
        assert (StoredFile.objects.filter(name="lease.png").count(), ProjectFile.objects.count()) == (0, 0)

    def test_of_who_may_not_note_no_file_is_kept(self, project):
        strangers = [
            city.officer("project_officer", agency="", place=city.town(city.HUMEN)),
            city.officer("project_partner", agency=""),
            city.officer("clerk", agency=""),
        ]
        for who in strangers:
            answer = city.signed_in(who).post(f"{ROOT}{project.pk}/note/", form(picture()))
            assert answer.status_code in (403, 404)
        assert not StoredFile.objects.filter(name="lease.png").exists()


class TestReading:
    """Pages for whoever sees the project, the bytes for an examiner besides; for others there is nothing."""

    def test_pages_and_no_file(self, project, officer):
        file = noted(project, officer)
        for who in (
            officer,
            city.officer("project_partner", agency=""),
            city.officer("project_partner", agency="natural-resources"),  # owns a stage
            city.officer("project_officer", agency="power-supply"),  # is asked for power
        ):
            client = city.signed_in(who)
            page = client.get(at(project, file))
            assert page["Content-Type"].startswith("text/html")
            assert f'src="{at(project, file, "1/")}"' in text(page)
            assert "/original/" not in text(page)
            assert client.get(at(project, file, "1/"))["Content-Type"] == "image/webp"
            assert client.post(at(project, file, "original/"), {"purpose": "genuine"}).status_code in (
                403,
                404,
            )
        doors = Look.objects.filter(looked_by=officer.pk).order_by("id")
        assert list(doors.values_list("kind", "door", "about_id", "whose_id")) == [
            ("file", "desk-project-file", project.pk, project.organisation_id),
            ("file", "desk-project-page", project.pk, project.organisation_id),
        ]

    def test_an_examiner_who_manages_it_has_the_bytes(self, project, officer):
        file = noted(project, officer)
        access.grant(account_id=officer.pk, role="material_examiner", agency="", by=SYSTEM)
        client = city.signed_in(officer)
        assert f'href="{at(project, file, "original/")}"' in text(client.get(at(project, file)))
        assert client.post(at(project, file, "original/")).status_code == 422
        answer = client.post(at(project, file, "original/"), {"purpose": "evidence"})
        assert answer.content == documents.content(documents.file(file.file_id))
        assert answer["Content-Disposition"].startswith("attachment")
        assert Look.objects.filter(door="desk-project-original", purpose="evidence").count() == 1
        alone = city.signed_in(city.officer("material_examiner", agency=""))
        assert alone.post(at(project, file, "original/"), {"purpose": "evidence"}).status_code == 404

    def test_for_others_there_is_nothing(self, project, officer, firm):
        file = noted(project, officer, to_firm=True)
        recused = city.officer("project_officer", agency="")
        access.recuse(account_id=recused.pk, subject_id=firm.pk, reason="配偶在该企业任职", by=SYSTEM)
        for who in (
            city.officer("project_officer", "town_manager", agency="", place=city.town(city.HUMEN)),
            city.officer("project_officer", agency="customs"),
            city.officer("clerk", "service_officer", agency=""),
            city.account(firm.legal_representative),
            city.account(city.person("方圆")),
            recused,
        ):
            client = city.signed_in(who)
            for more in ("", "1/"):
                answer = client.get(at(project, file, more))
                assert answer.status_code in (403, 404)
                assert "lease.png" not in text(answer)
        assert Client().get(at(project, file)).status_code in (302, 404)
        assert not Look.objects.filter(kind="file").exists()

    def test_not_through_another_project(self, project, officer, firm):
        plan = Plan("expansion", "四号车间", firm.pk, 6_000_000_000, ANSWERS)
        other = actions.open_project(plan=plan, by=city.actor(officer))
        assert city.signed_in(officer).get(at(other, noted(project, officer))).status_code == 404

    def test_from_the_other_host(self, project, officer, settings):
        settings.FILES_URL, settings.ALLOWED_HOSTS = "http://files.test", ["testserver", "files.test"]
        client, file = city.signed_in(officer), noted(project, officer)
        led = client.get(at(project, file, "1/"))
        assert led.status_code == 302
        there = urlsplit(led["Location"]).path
        assert Client().get(there, HTTP_HOST="files.test")["Content-Type"] == "image/webp"
        by = city.actor(officer)
        access.recuse(
            account_id=by.account_id, subject_id=project.organisation_id, reason="是亲属。", by=SYSTEM
        )
        assert Client().get(there, HTTP_HOST="files.test").status_code == 404


def test_the_page_asks_as_often_for_three_files_as_for_one(project, officer):
    client, here = city.signed_in(officer), f"{ROOT}{project.pk}/"

    def asked():
        with CaptureQueriesContext(connection) as found:
            assert client.get(here).status_code == 200
        return len(found)

    noted(project, officer, "0.png")
    client.get(here)
    before = asked()
    for n in (1, 2):
        noted(project, officer, f"{n}.png")
    assert asked() == before
