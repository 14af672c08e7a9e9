"""Files, wallet and the public check: who gets what, and what a stranger is told."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.cases import actions, queries
from tongban.kernel.credentials import actions as credential_actions
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.models import CredentialUse
from tongban.kernel.documents import queries as documents
from tongban.terminals.portal.views import wallet

pytestmark = pytest.mark.django_db


@pytest.fixture
def proof(resident):
    """A proof of insurance in the wallet of the resident: (client, case, credential)."""
    by = city.actor(resident)
    case = actions.open_draft(item_code="social-insurance-proof", by=by, situation={"purpose": "school"})
    actions.submit(case_id=case.pk, by=by)
    city.run_jobs()
    return city.signed_in(resident), queries.case(case.pk), credentials.of_case(case.pk)


def paths(case, credential):
    [letter] = documents.letters_about(case.pk)
    return {
        "letter": f"/cases/{case.pk}/letters/{letter.pk}/",
        "credential": f"/wallet/{credential.pk}/",
        "file": f"/wallet/{credential.pk}/file/",
        "qr": f"/wallet/{credential.pk}/qr.svg",
    }


def test_ones_own_papers(proof):
    client, case, credential = proof
    for name, path in paths(case, credential).items():
        response = client.get(path)
        assert response.status_code == 200, name
        assert response["Cache-Control"] == "no-store", name
        assert response["X-Content-Type-Options"] == "nosniff", name
    response = client.get(paths(case, credential)["file"])
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    download = client.get(paths(case, credential)["file"], {"download": "1"})
    assert download["Content-Disposition"].startswith("attachment")


def test_a_stranger_finds_no_paper(proof, stranger):
    _client, case, credential = proof
    for name, path in paths(case, credential).items():
        assert stranger.get(path).status_code == 404, name
        assert Client().get(path).url.startswith("/sign-in/"), name


def test_a_material_is_a_download_for_its_owner_only(stranger):
    case, by = city.food()
    from tongban.kernel.parties import queries as parties

    client = city.signed_in(parties.account(by.account_id))
    rows = {row.material: row for row in queries.materials_of(case)}
    path = f"/cases/{case.pk}/materials/{rows['layout'].pk}/"
    response = client.get(path)
    assert response["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert client.get(f"/cases/{case.pk}/materials/{rows['safety_rules'].pk}/").status_code == 404, "no file"
    assert stranger.get(path).status_code == 404


def test_a_letter_of_another_case_is_not_served_under_ones_own(proof):
    client, case, _credential = proof
    other = city.allowance()
    city.run_jobs()
    [letter] = documents.letters_about(other.pk)
    assert client.get(f"/cases/{case.pk}/letters/{letter.pk}/").status_code == 404


def test_the_wallet_holds_exactly_ones_own(proof, stranger, read):
    client, _case, credential = proof
    assert re.findall(r'class="licence[^"]*" href="([^"]+)"', read(client.get("/wallet/"))) == [
        f"/wallet/{credential.pk}/"
    ]
    assert "还没有电子证照" in read(stranger.get("/wallet/"))


def test_a_credential_masks_what_is_sensitive(proof, resident, read):
    client, _case, credential = proof
    page = read(client.get(f"/wallet/{credential.pk}/"))
    assert credential.number in page
    assert resident.person.id_no not in page
    assert "还没有人使用过" in page


class TestVerify:
    def test_a_stranger_sees_the_face_and_the_look_is_recorded(self, proof, resident, read):
        client, _case, credential = proof
        page = read(Client().get(f"/verify/{credential.verify_code}/"))
        assert "个人参保证明" in page
        assert "有效" in page
        assert resident.person.id_no not in page
        assert resident.person.name not in page
        assert CredentialUse.objects.filter(credential=credential, used_by=None).count() == 1
        assert "公众扫码核验" in read(client.get(f"/wallet/{credential.pk}/"))

    def test_revocation_is_seen_at_once(self, proof, read):
        _client, _case, credential = proof
        credential_actions.revoke(credential=credential, by=SYSTEM)
        assert "已撤销" in read(Client().get(f"/verify/{credential.verify_code}/"))
        assert "印章真实，但这份证照已撤销" in read(self.check(documents.content(credential.file)))

    def test_an_unknown_code(self, db, read):
        response = Client().get("/verify/AAAABBBBCCCCDDDD/")
        assert response.status_code == 404
        assert "没有查到这个验证码" in read(response)

    def test_a_code_is_typed_as_people_type(self, proof):
        _client, _case, credential = proof
        code = credential.verify_code
        typed = f" {code[:4].lower()}-{code[4:8]} {code[8:]}"
        assert Client().get("/verify/", {"code": typed}).url == f"/verify/{code}/"
        assert Client().get("/verify/", {"code": "汉字"}).status_code == 422

    def check(self, content, name="a.pdf"):
        return Client().post("/verify/", {"file": SimpleUploadedFile(name, content)})

    def test_a_genuine_file(self, proof, read):
        _client, _case, credential = proof
        page = read(self.check(documents.content(credential.file)))
        assert "印章有效，盖章后没有改动过" in page
        assert credential.number in page

    def test_one_byte_makes_it_false(self, proof, read):
        _client, _case, credential = proof
        content = bytearray(documents.content(credential.file))
        content[len(content) // 2] ^= 1
        page = read(self.check(bytes(content)))
        assert "文件被改动过" in page
        assert credential.number not in page

    def test_a_letter_says_no_more_than_that_it_is_genuine(self, proof, resident, read):
        _client, case, _credential = proof
        [letter] = documents.letters_about(case.pk)
        for page in (
            read(self.check(documents.content(letter.file))),
            read(Client().get(f"/verify/{letter.verify_code}/")),
        ):
            assert letter.number in page
            assert resident.person.name not in page.split("<main")[1]

    @pytest.mark.parametrize("content", [b"not a pdf", b""])
    def test_what_is_no_pdf(self, db, content, read):
        assert "打不开这份文件" in read(self.check(content))

    def test_no_file_and_a_huge_one(self, db, read, monkeypatch):
        response = Client().post("/verify/")
        assert response.status_code == 422
        assert "请选择要核验的 PDF 文件" in read(response)
        monkeypatch.setattr(wallet, "_MOST_BYTES", 3)
        assert self.check(b"%PDF-").status_code == 422

    def test_a_plain_pdf_carries_no_seal(self, db, read):
        assert "文件没有电子印章" in read(self.check(documents.content(city.letter_pdf())))
