"""The pages of licences in use: showing, lending, copies, the check without a network; each from both sides."""

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import city
from tests.kernel.credentials.faces import face, issue
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.credentials import actions as credential_actions
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.credentials.calc import signed
from tongban.kernel.disclosures import queries
from tongban.kernel.documents import queries as documents
from tongban.kernel.seals import queries as seals

pytestmark = pytest.mark.django_db


@pytest.fixture
def licence(resident):
    made = face(city.parties_person(city.actor(resident)), issuer="civil-affairs")
    return issue(credential_actions_signed(made))


def credential_actions_signed(made):
    from dataclasses import replace

    return replace(made, signed=credential_actions.signed_body(made, sample=True))


@pytest.fixture
def holder(resident):
    return city.signed_in(resident)


@pytest.fixture
def bank(db):
    """A browser in which somebody acts for a bank, and the bank."""
    clerk = city.person("李行长")
    of = city.organisation(clerk, name="示例银行股份有限公司")
    client = city.signed_in(city.account(clerk))
    assert client.post("/act-for/", {"for": str(of.pk)}).status_code == 302
    return client, of


def lend(holder, licence, bank, **changes):
    given = {
        "uscc": bank[1].uscc,
        "purpose": "开立对公账户",
        "reason": "核对经营资格",
        "scope": "face",
        "starts_on": "2026-03-02",
        "ends_on": "2026-03-11",
    }
    return holder.post(f"/wallet/{licence.pk}/lend/", {**given, **changes})


class TestPresenting:
    """Two browsers: the holder's phone, and whoever looks."""

    def code(self, holder, licence, read):
        page = read(holder.post(f"/wallet/{licence.pk}/present/"))
        return re.search(r'present-code">([^<]+)<', page).group(1).replace(" ", "")

    def test_shown_once_masked_and_written_down(self, holder, licence, read):
        code = self.code(holder, licence, read)
        page = read(Client().get(f"/verify/present/{code}/"))
        assert "许可证" in page
        assert "有效" in page
        assert "陈*雯" in page
        assert "陈晓雯" not in page
        assert "秘密" not in page
        again = Client().get(f"/verify/present/{code}/")
        assert again.status_code == 410
        assert "这个码已经用过" in read(again)
        assert "陈*雯" not in read(again)
        own = read(holder.get(f"/wallet/{licence.pk}/"))
        assert "未登录的核验人" in own
        assert "出示证照" in own

    def test_an_old_code_says_so(self, clock, holder, licence, read):
        code = self.code(holder, licence, read)
        clock.move(minutes=1)
        answer = Client().get(f"/verify/present/{code}/")
        assert answer.status_code == 410
        assert "这个码已经过期" in read(answer)

    def test_a_made_up_code_opens_nothing(self, db, read):
        answer = Client().get("/verify/present/AAAABBBBCCCCDDDD/")
        assert answer.status_code == 404
        assert "没有这个亮证码" in read(answer)

    def test_a_program_that_looks_ahead_does_not_use_the_code_up(self, holder, licence, read):
        code = self.code(holder, licence, read)
        assert Client().head(f"/verify/present/{code}/").status_code == 204
        assert (
            Client().get(f"/verify/present/{code}/", headers={"Sec-Purpose": "prefetch"}).status_code == 204
        )
        assert Client().get(f"/verify/present/{code}/").status_code == 200

    def test_no_cache_keeps_a_state(self, holder, licence, read):
        code = self.code(holder, licence, read)
        assert Client().get(f"/verify/present/{code}/")["Cache-Control"] == "no-store"
        assert Client().get(f"/verify/{licence.verify_code}/")["Cache-Control"] == "no-store"

    def test_the_state_is_the_latest(self, holder, licence, read):
        credential_actions.revoke(credential=licence, by=SYSTEM)
        page = read(Client().get(f"/verify/present/{self.code(holder, licence, read)}/"))
        assert "已撤销" in page

    def test_nobody_shows_what_is_not_theirs(self, licence, stranger):
        assert stranger.post(f"/wallet/{licence.pk}/present/").status_code == 404
        assert Client().post(f"/wallet/{licence.pk}/present/").status_code in (302, 403)


class TestLending:
    """The holder, a bank, and a stranger."""

    def test_lent_seen_withdrawn(self, holder, licence, bank, stranger, read):
        assert lend(holder, licence, bank).status_code == 302
        row = queries.of_credential(licence)[0]
        client, _bank = bank
        assert f"/lent/{row.pk}/" in read(client.get("/lent/"))
        page = read(client.get(f"/lent/{row.pk}/"))
        assert "只能用于：开立对公账户" in page
        assert "陈*雯" in page
        assert "陈晓雯" not in page.replace("持证人", "")
        assert stranger.get(f"/lent/{row.pk}/").status_code == 404
        own = read(holder.get(f"/wallet/{licence.pk}/"))
        assert "示例银行股份有限公司" in own
        assert holder.get(f"/wallet/lendings/{row.pk}/withdraw/").status_code == 200
        assert holder.post(f"/wallet/lendings/{row.pk}/withdraw/").status_code == 302
        out = client.get(f"/lent/{row.pk}/")
        assert out.status_code == 403
        assert "持证人已经收回授权" in read(out)
        assert f'href="/lent/{row.pk}/"' not in read(client.get("/lent/"))
        assert client.post(f"/lent/{row.pk}/copy/").status_code == 403
        assert [use.kind for use in credentials.uses_of(licence)] == ["lend"]

    def test_the_whole_of_it_only_where_the_holder_said_so(self, holder, licence, bank, read):
        lend(holder, licence, bank, scope="whole")
        page = read(bank[0].get(f"/lent/{queries.of_credential(licence)[0].pk}/"))
        assert "陈晓雯" in page
        assert "秘密" not in page

    def test_what_was_typed_wrong_is_explained_and_kept(self, holder, licence, bank, read):
        for wrong in ({"uscc": "x"}, {"purpose": ""}, {"ends_on": "2025-01-01"}, {"starts_on": "gestern"}):
            answer = lend(holder, licence, bank, **wrong)
            assert answer.status_code == 422, wrong
            assert "核对经营资格" in read(answer)
        assert queries.of_credential(licence) == []

    def test_lending_takes_a_higher_level_than_looking(self, licence, bank, db):
        low = city.account(city.parties_person(city.actor(city.account(city.person()))), level=2)
        client = city.signed_in(low)
        assert client.get("/wallet/").status_code == 200
        assert client.get(f"/wallet/{licence.pk}/lend/").status_code == 403

    def test_asked_for_and_answered(self, resident, holder, licence, bank, read):
        client, _bank = bank
        person = city.parties_person(city.actor(resident))
        asked = {
            "type": "food-business-licence",
            "holder_code": person.id_no,
            "number": "",
            "purpose": "贷款审查",
            "reason": "核对经营资格",
            "scope": "whole",
            "days": "7",
        }
        assert client.post("/lent/ask/", {**asked, "days": "0"}).status_code == 422
        assert "请求已经发出" in read(client.get(client.post("/lent/ask/", asked).url))
        row = queries.of_credential(licence)[0]
        assert client.get(f"/lent/{row.pk}/").status_code == 403
        assert f"/wallet/lendings/{row.pk}/" in read(holder.get("/inbox/"))
        assert f"/wallet/lendings/{row.pk}/" in read(holder.get("/wallet/lendings/"))
        page = read(holder.get(f"/wallet/lendings/{row.pk}/"))
        assert "示例银行股份有限公司请求使用" in page
        assert "贷款审查" in page
        assert holder.post(f"/wallet/lendings/{row.pk}/", {"agree": "yes"}).status_code == 302
        assert "陈晓雯" in read(client.get(f"/lent/{row.pk}/"))

    def test_who_acts_for_nobody_is_told_to_choose(self, stranger, read):
        assert "请先选择所代表的单位" in read(stranger.get("/lent/"))

    def test_the_receivers_copy(self, holder, licence, bank):
        lend(holder, licence, bank)
        row = queries.of_credential(licence)[0]
        client, _bank = bank
        answer = client.post(f"/lent/{row.pk}/copy/")
        assert answer.status_code == 302
        assert client.get(answer.url).content.startswith(b"%PDF-")
        holder.post(f"/wallet/lendings/{row.pk}/withdraw/")
        assert client.get(answer.url).status_code == 404
        assert holder.get(answer.url).status_code == 200


class TestCopies:
    """What the public check says of an annotated copy."""

    def make(self, holder, licence):
        typed = {"receiver": "示例银行", "purpose": "开立账户", "expires_on": "2026-03-11"}
        assert holder.post(f"/wallet/{licence.pk}/copies/", typed).status_code == 302
        return queries.copies_of(licence)[0]

    def test_for_whom_and_until_when(self, clock, holder, licence, read):
        copy = self.make(holder, licence)
        content = documents.content(copy.file)

        def by_file():
            return read(Client().post("/verify/", {"file": SimpleUploadedFile("a.pdf", content)}))

        def by_code():
            return read(Client().get(f"/verify/{copy.verify_code}/"))

        for page in (by_file(), by_code()):
            assert "的加注件" in page
            assert "示例银行" in page
            assert "开立账户" in page
            assert "2026年3月11日" in page
            assert "有效期内" in page
        assert "印章有效，盖章后没有改动过" in by_file()
        clock.move(days=10)
        for page in (by_file(), by_code()):
            assert "已过期" in page
            assert "有效期内" not in page
        assert "印章真实，但这份加注件已过期" in by_file()

    def test_a_revoked_licence_shows_on_its_copy(self, holder, licence, read):
        copy = self.make(holder, licence)
        credential_actions.revoke(credential=licence, by=SYSTEM)
        assert "证照已撤销" in read(Client().get(f"/verify/{copy.verify_code}/"))

    def test_nobody_copies_what_is_not_theirs(self, licence, stranger, holder):
        typed = {"receiver": "a", "purpose": "b", "expires_on": "2026-03-11"}
        assert stranger.post(f"/wallet/{licence.pk}/copies/", typed).status_code == 404
        copy = self.make(holder, licence)
        assert stranger.get(f"/wallet/copies/{copy.pk}/").status_code == 404


class TestOffline:
    """What the page that needs no network is made of; the journey has it work."""

    def test_the_page_carries_the_keys(self, db, read):
        page = read(Client().get("/verify/offline/"))
        keys = json.loads(re.search(r'data-keys="(\[.*?\])" data-worker', page).group(1))
        assert signed.keys_from(keys) == seals.public_keys()
        assert Client().get("/verify/offline/keys.json").json() == {"keys": keys}
        assert "private" not in json.dumps(keys)

    def test_its_worker_reaches_only_its_own_folder(self, db):
        answer = Client().get("/verify/offline/worker.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert "Service-Worker-Allowed" not in answer

    def test_the_picture_in_the_wallet_carries_the_signed_body(self, holder, licence, monkeypatch):
        from tongban.terminals.portal.views import papers

        drawn = []
        monkeypatch.setattr(papers, "qr_svg", lambda text: drawn.append(text) or "<svg/>")
        holder.get(f"/wallet/{licence.pk}/qr.svg")
        reading = signed.read(drawn[0], seals.public_keys())
        assert reading.genuine
        assert reading.body.number == licence.number


def test_a_licence_as_ofd(holder, licence, stranger):
    answer = holder.get(f"/wallet/{licence.pk}/licence.ofd")
    assert answer["Content-Type"] == "application/ofd"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        page = archive.read("Doc_0/Pages/Page_0/Content.xml").decode()
    assert "陈晓雯" in page
    assert licence.identifier in "".join(re.findall(r">([^<>]+)</ofd:TextCode", page))
    assert stranger.get(f"/wallet/{licence.pk}/licence.ofd").status_code == 404


class TestAskedOnce:
    """A material of an earlier case, and the states of facts, on the pages."""

    def test_the_page_of_materials_offers_what_was_handed_in_before(self, clock, read, begin):
        _case, by = city.food()
        client = Client()
        from tongban.kernel.parties import queries as parties

        client.force_login(parties.account(by.account_id), backend="tongban.site.sign_in.CodeBackend")
        assert client.post("/act-for/", {"for": str(by.organisation_id)}).status_code == 302
        at = begin(client)
        page = read(client.get(f"{at}materials/"))
        assert "中提交过：plan.pdf" in page
        address = re.search(r'action="([^"]+/materials/layout/reuse/[^"]+)"', page).group(1)
        assert client.post(address).status_code == 302
        page = read(client.get(f"{at}materials/"))
        assert "materials/layout/reuse/" not in page
        assert "plan.pdf" in page

    def test_known_stale_and_missing_are_told_apart(self, clock, resident, holder, read):
        page = read(holder.get("/me/"))
        assert "已掌握" in page
        assert "可能过时" not in page
        assert "还没有掌握的数据" in page
        clock.move(days=40)
        assert "可能过时，使用前请核对" in read(city.signed_in(resident).get("/me/"))
