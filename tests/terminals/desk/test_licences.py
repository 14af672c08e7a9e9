"""The officer's pages of licences: found, acted on by right, agreed by another, seen at once by whoever checks."""

import pytest
from django.test import Client

from tests import city
from tests.kernel.credentials.faces import face, issue
from tongban.kernel.credentials import queries

pytestmark = pytest.mark.django_db
WHY = "经查，申请时提交的场地证明系伪造，依法处理。"
FOOD = "market-regulation"


@pytest.fixture
def row(clock):
    person = city.person("陈晓雯")
    return issue(face(person, issuer=FOOD, place_path=city.town()))


@pytest.fixture
def officer(db):
    return city.signed_in(city.officer("decider", agency=FOOD))


@pytest.fixture
def head(db):
    return city.signed_in(city.officer("head", agency=FOOD, place=""))


def text(response):
    return response.content.decode()


def act(client, row, verb="revoke", **changes):
    given = {"ground": "fraud", "reasons": WHY, "document_no": "东市监撤〔2026〕1号"}
    return client.post(f"/desk/licences/{row.pk}/{verb}/", {**given, **changes})


def test_a_revocation_from_proposal_to_the_public_page(row, officer, head):
    assert f"/desk/licences/{row.pk}/" in text(officer.get("/desk/licences/"))
    answer = act(officer, row)
    assert answer.url.endswith("?done=revoke")
    assert "已提请撤销，等负责人决定" in text(officer.get(answer.url))
    assert "有效" in text(Client().get(f"/verify/{row.verify_code}/"))
    assert "等您决定" in text(head.get("/desk/licences/"))
    page = text(head.get(f"/desk/licences/{row.pk}/"))
    assert WHY in page
    proposal = queries.proposal_of(row)
    agreed = head.post(f"/desk/licences/{row.pk}/acts/{proposal.pk}/", {"agree": "yes"})
    assert "已同意，立即生效" in text(head.get(agreed.url))
    assert "已撤销" in text(Client().get(f"/verify/{row.verify_code}/"))
    city.run_jobs()
    letter = officer.get(f"/desk/licences/{row.pk}/letters/{proposal.pk}/")
    assert letter.content.startswith(b"%PDF-")


def test_who_proposed_is_not_offered_to_agree(row):
    both = city.signed_in(city.officer("decider", "head", agency=FOOD, place=""))
    act(both, row)
    page = text(both.get(f"/desk/licences/{row.pk}/"))
    assert 'name="agree"' not in page
    proposal = queries.proposal_of(row)
    refused = both.post(f"/desk/licences/{row.pk}/acts/{proposal.pk}/", {"agree": "yes"})
    assert refused.status_code == 403
    assert queries.proposal_of(row) is not None


def test_what_was_typed_wrong_is_explained_and_kept(row, officer):
    for wrong in ({"ground": ""}, {"reasons": "短"}, {"document_no": ""}):
        answer = act(officer, row, **wrong)
        assert answer.status_code == 422, wrong
        assert "data-error-summary" in text(answer)
    assert WHY in text(act(officer, row, document_no=""))
    assert act(officer, row, "suspend", ground="punishment", until="x").status_code == 422


def test_the_head_gives_it_back_with_a_reason(row, officer, head):
    act(officer, row)
    at = f"/desk/licences/{row.pk}/acts/{queries.proposal_of(row).pk}/"
    assert head.post(at, {"agree": "no", "note": ""}).status_code == 422
    assert head.post(at, {"agree": "no", "note": "证据不足"}).status_code == 302
    assert "证据不足" in text(officer.get(f"/desk/licences/{row.pk}/"))


def test_a_new_version_replaces_the_old_one(row, officer):
    answer = act(officer, row, "reissue", ground="changed", **{"f-scope": "餐饮、外卖"})
    assert answer.status_code == 302, text(answer)
    new = queries.replaced_by(row)
    assert new.identifier in text(officer.get(f"/desk/licences/{row.pk}/"))
    assert row.identifier in text(officer.get(f"/desk/licences/{new.pk}/"))
    assert "已注销" in text(Client().get(f"/verify/{row.verify_code}/"))


def test_only_what_the_table_allows_is_offered(row, officer):
    page = text(officer.get(f"/desk/licences/{row.pk}/"))
    offered = {
        verb
        for verb in ("suspend", "restore", "revoke", "forfeit", "cancel", "move", "reissue")
        if f'id="act-{verb}"' in page
    }
    assert offered == {"suspend", "revoke", "forfeit", "cancel", "move", "reissue"}
    assert act(officer, row, "restore", ground="over").status_code == 409
    assert act(officer, row, "burn").status_code == 404


@pytest.mark.parametrize(
    ("roles", "agency", "place", "status"),
    [
        (("clerk", "reviewer"), FOOD, city.town(), 404),
        (("decider",), "civil-affairs", city.town(), 404),
        (("decider",), FOOD, city.town(city.HUMEN), 404),
        (("decider",), FOOD, "", 200),
    ],
)
def test_for_others_it_does_not_exist(row, roles, agency, place, status):
    client = city.signed_in(city.officer(*roles, agency=agency, place=place))
    assert client.get(f"/desk/licences/{row.pk}/").status_code == status
    if status == 404:
        assert act(client, row, "cancel", ground="asked").status_code == 404
        assert queries.acts_on(row) == []


def test_found_by_number_and_by_name(row, officer):
    issue(face(city.person("何伟"), "n2", issuer=FOOD, place_path=city.town()))
    for wanted in (row.number, row.identifier, "陈晓雯"):
        page = text(officer.get("/desk/licences/", {"q": wanted}))
        assert f"/desk/licences/{row.pk}/" in page
        assert page.count('<td class="num"') == 1
    assert "没有找到证照" in text(officer.get("/desk/licences/", {"q": "nobody"}))
    assert "陈晓雯" not in text(officer.get("/desk/licences/"))  # a person's name is masked in the list
