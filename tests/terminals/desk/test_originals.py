"""What was uploaded, byte for byte: for examiners who say what for, each time on record; officers have pages drawn anew."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests import city, crawling
from tests.crawling import Secret
from tests.modules.appeals.filing import filed
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.access.states import ROLES, Permission
from tongban.kernel.cases import queries
from tongban.kernel.documents import queries as documents
from tongban.kernel.parties.models import FactDispute
from tongban.modules.appeals import actions as appeals
from tongban.modules.appeals.models import AppealFile
from tongban.modules.looks.models import Look

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


@pytest.fixture
def case():
    return city.food()[0]


@pytest.fixture
def examiner():
    return city.officer("material_examiner", agency="", name="霍静文")


def upload(case, material="layout"):
    return next(row for row in queries.materials_of(case) if row.material == material)


def url(case, row=None):
    return f"/desk/cases/{case.pk}/materials/{(row or upload(case)).pk}/original/"


def looks(kind="original"):
    return list(Look.objects.filter(kind=kind).order_by("id").values_list("door", "purpose", "about_id"))


class TestACase:
    def test_an_examiner_says_what_for_and_has_the_very_bytes(self, examiner, case):
        client = city.signed_in(examiner)
        page = client.get(f"/desk/cases/{case.pk}/?material={upload(case).pk}").content.decode()
        assert f'href="{url(case)}"' in page
        assert "/check/" not in page, "comparing it with the paper is for those who handle the case"
        asked = client.get(url(case))
        assert asked.status_code == 200
        assert upload(case).digest in asked.content.decode()
        assert "核验文件中的电子签名" in asked.content.decode()
        for wrong in ("", "contact", "x"):  # a purpose for numbers is none for files
            assert client.post(url(case), {"purpose": wrong}).status_code == 422
        assert looks() == []
        answer = client.post(url(case), {"purpose": "genuine", "words": "公章疑似伪造"})
        assert answer.content == documents.content(upload(case).file)
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert looks() == [("desk-material-original", "genuine", case.pk)]
        row = Look.objects.get(kind="original")
        assert (row.role, row.words, row.whose_id) == (
            "material_examiner",
            "公章疑似伪造",
            case.organisation_id,
        )

    def test_each_time_is_a_look_of_its_own_and_the_applicant_reads_it(self, examiner, case, clock):
        client = city.signed_in(examiner)
        for _ in range(2):
            client.post(url(case), {"purpose": "evidence"})
            clock.move(seconds=1)
        assert len(looks()) == 2
        firm = city.party_queries.organisation(case.organisation_id)
        me = city.signed_in(city.account(firm.legal_representative))
        me.post("/act-for/", {"for": str(firm.pk), "next": "/"})
        page = me.get("/me/looks/").content.decode()
        assert "取得原始文件" in page
        assert "复议、诉讼举证" in page

    @pytest.mark.parametrize(
        "role", [n for n, r in ROLES.items() if r.given and Permission.MATERIAL_ORIGINAL not in r.permissions]
    )
    def test_nobody_else_has_it_whatever_their_role(self, role, case):
        client = city.signed_in(city.officer(role, agency=""))
        before = Look.objects.count()
        assert client.get(url(case)).status_code in (403, 404)
        assert client.post(url(case), {"purpose": "genuine"}).status_code in (403, 404)
        assert client.get(f"/cases/{case.pk}/materials/{upload(case).pk}/").status_code == 404
        assert looks() == []
        assert Look.objects.count() == before

    def test_officers_see_no_way_there(self, clerk, case):
        assert "/original/" not in city.signed_in(clerk).get(f"/desk/cases/{case.pk}/").content.decode()

    def test_an_examiner_of_another_agency_or_place_or_who_is_recused_has_nothing(self, examiner, case):
        elsewhere = city.officer("material_examiner", agency="", place=city.HUMEN)
        of_others = city.officer("material_examiner", agency="civil-affairs")
        access.recuse(
            account_id=examiner.pk, subject_id=case.organisation_id, reason="是申请人的亲属。", by=SYSTEM
        )
        for who in (elsewhere, of_others, examiner):
            client = city.signed_in(who)
            assert client.post(url(case), {"purpose": "genuine"}).status_code == 404
        assert looks() == []

    def test_a_row_of_another_case_or_without_a_file_is_not_there(self, examiner, case):
        other = city.food(place=city.HUMEN)[0]
        client = city.signed_in(examiner)
        for row in (upload(other), upload(case, "safety_rules")):
            assert client.post(url(case, row), {"purpose": "genuine"}).status_code == 404

    def test_the_applicant_has_the_own_file_as_before(self, case):
        firm = city.party_queries.organisation(case.organisation_id)
        me = city.signed_in(city.account(firm.legal_representative))
        me.post("/act-for/", {"for": str(firm.pk), "next": "/"})
        answer = me.get(f"/cases/{case.pk}/materials/{upload(case).pk}/")
        assert answer.content == documents.content(upload(case).file)
        assert not Look.objects.exists()

    def test_officers_do_not_come_round_by_the_pages_of_applicants(self, clerk, examiner, case):
        city.run_jobs()
        letter = documents.letters_about(case.pk)[0]
        for who in (clerk, examiner):
            client = city.signed_in(who)
            for path in ("", f"materials/{upload(case).pk}/", f"letters/{letter.pk}/"):
                assert client.get(f"/cases/{case.pk}/{path}").status_code == 404, path
        assert not Look.objects.exists()

    def test_a_pack_without_purposes_gives_no_originals(self, examiner, case, monkeypatch):
        from tongban.terminals.ui import lookwords

        monkeypatch.setattr(lookwords, "original_purposes", dict)
        client = city.signed_in(examiner)
        assert client.post(url(case), {"purpose": "genuine"}).status_code == 404
        assert "/original/" not in client.get(f"/desk/cases/{case.pk}/").content.decode()

    def test_what_pages_cannot_be_drawn_of_is_said_and_the_examiner_has_the_file(
        self, clerk, examiner, case, monkeypatch
    ):
        row = upload(case)
        documents.store_path(row.digest).write_bytes(b"%PDF-1.4 nothing that can be drawn")
        monkeypatch.setattr(documents, "_PAGES", {})
        path = f"/desk/cases/{case.pk}/?material={row.pk}"
        said = city.signed_in(clerk).get(path).content.decode()
        assert "这个文件画不出页面" in said
        assert "/original/" not in said
        client = city.signed_in(examiner)
        assert f'href="{url(case)}"' in client.get(path).content.decode()
        assert client.post(url(case), {"purpose": "genuine"}).status_code == 200

    def test_from_the_other_host_with_the_purpose_in_the_address(self, examiner, case, settings):
        settings.FILES_URL, settings.ALLOWED_HOSTS = "http://files.test", ["testserver", "files.test"]
        client = city.signed_in(examiner)
        assert client.get(url(case)).status_code == 200, "the question is a page"
        led = client.post(url(case), {"purpose": "signature"})
        assert (led.status_code, looks()) == (302, [("desk-material-original", "signature", case.pk)])
        there = urlsplit(led["Location"]).path
        answer = Client().get(there, HTTP_HOST="files.test")
        assert answer.content == documents.content(upload(case).file)
        assert len(looks()) == 1
        grant = city.actor(examiner)
        access.recuse(account_id=grant.account_id, subject_id=case.pk, reason="是申请人的亲属。", by=SYSTEM)
        assert Client().get(there, HTTP_HOST="files.test").status_code == 404


class TestAnAppeal:
    @pytest.fixture
    def appeal(self):
        head = city.person("邓文彬")
        firm = city.organisation(head, "东莞市诉求示例电子有限公司")
        boss = city.actor(city.account(head))
        row = filed(boss, firm.pk, files=[city.picture("photo.png", by=boss).pk])
        desk = city.actor(city.officer("appeal_coordinator", agency="industry", place=""))
        appeals.route(appeal_id=row.pk, lead="industry", assists=(), by=desk)
        row.refresh_from_db()
        return row

    def at(self, appeal, more=""):
        return f"/desk/appeals/{appeal.pk}/files/{AppealFile.objects.get().pk}/{more}"

    def test_officers_see_pages_and_no_file(self, appeal):
        client = city.signed_in(city.officer("appeal_officer", agency="industry", place=""))
        page = client.get(self.at(appeal))
        assert page["Content-Type"].startswith("text/html")
        assert f'src="{self.at(appeal, "1/")}"' in page.content.decode()
        assert "/original/" not in page.content.decode()
        assert client.get(self.at(appeal, "1/"))["Content-Type"] == "image/webp"
        assert client.post(self.at(appeal, "original/"), {"purpose": "genuine"}).status_code in (403, 404)
        doors = Look.objects.order_by("id").values_list("kind", "door", "about_id")
        assert list(doors) == [
            ("file", "desk-appeal-file", appeal.pk),
            ("file", "desk-appeal-page", appeal.pk),
        ]

    def test_an_examiner_who_handles_it_has_the_bytes(self, appeal):
        officer = city.officer("appeal_officer", agency="industry", place="")
        access.grant(account_id=officer.pk, role="material_examiner", agency="industry", by=SYSTEM)
        client = city.signed_in(officer)
        assert f'href="{self.at(appeal, "original/")}"' in client.get(self.at(appeal)).content.decode()
        assert client.post(self.at(appeal, "original/")).status_code == 422
        answer = client.post(self.at(appeal, "original/"), {"purpose": "evidence"})
        assert answer.content == documents.content(documents.file(AppealFile.objects.get().file_id))
        assert looks() == [("desk-appeal-original", "evidence", appeal.pk)]

    def test_an_examiner_who_does_not_handle_it_has_nothing(self, appeal):
        client = city.signed_in(city.officer("material_examiner", agency="industry", place=""))
        assert client.post(self.at(appeal, "original/"), {"purpose": "evidence"}).status_code == 404
        assert client.get(self.at(appeal)).status_code in (403, 404)


class TestADispute:
    @pytest.fixture
    def dispute(self):
        person = city.person("周玉兰")
        by = city.actor(city.account(person))
        city.dispute(person, "industry", by=by, file_id=city.picture("photo.png", by=by).pk)
        return FactDispute.objects.get()

    def test_pages_for_whoever_answers_and_bytes_for_an_examiner_besides(self, dispute):
        officer = city.officer("fact_officer", agency="industry", place="")
        client, path = city.signed_in(officer), f"/desk/facts/{dispute.pk}/file/"
        assert client.get(path)["Content-Type"].startswith("text/html")
        assert client.get(f"{path}1/")["Content-Type"] == "image/webp"
        assert client.post(f"{path}original/", {"purpose": "genuine"}).status_code in (403, 404)
        assert "/original/" not in client.get(path).content.decode()
        access.grant(account_id=officer.pk, role="material_examiner", agency="industry", by=SYSTEM)
        assert f'href="{path}original/"' in client.get(path).content.decode()
        answer = client.post(f"{path}original/", {"purpose": "genuine"})
        assert answer.content == documents.content(documents.file(dispute.file_id))
        assert looks() == [("desk-fact-original", "genuine", dispute.pk)]


@pytest.mark.slow
def test_no_address_sends_an_original_to_officers_without_the_right(case, examiner):
    """Every address by GET and POST, by one officer who holds every other role of business: the bytes come nowhere."""
    rows = [row for row in queries.materials_of(case) if row.file_id]
    officer = city.officer("clerk", agency="")
    for role in crawling.roles_without(Permission.MATERIAL_ORIGINAL):
        if role != "clerk":
            access.grant(account_id=officer.pk, role=role, by=SYSTEM)
    sent = {documents.content(row.file) for row in rows}
    secret = Secret(
        words=(), ids=(case.pk, rows[-1].pk, rows[-1].file_id, case.organisation_id), slugs=("original",)
    )
    form = {"purpose": "genuine"}

    def found(client) -> set[str]:
        names = set()
        for route in crawling.routes():
            for path in crawling.paths(route.pattern, secret) if "<uuid" in route.pattern else ():
                for answer in (client.get(path), client.post(path, form)):
                    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                    if body in sent:
                        names.add(route.name)
        return names

    assert found(city.signed_in(officer)) == set()
    # The control: the same walk by whoever has the right comes upon it.
    assert found(city.signed_in(examiner)) == {"desk-material-original"}
