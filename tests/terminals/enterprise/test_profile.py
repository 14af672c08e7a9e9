"""The profile: what is shown of each fact, disputes and their answers, what is declared, snapshots, and who may."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.policies.awarding import FEN, LISTED, award_of, bureau, firm
from tests.modules.policies.conftest import books
from tongban.kernel.documents import queries as documents
from tongban.kernel.notices.queries import inbox
from tongban.kernel.parties.models import Fact, FactDispute
from tongban.modules.policies.queries import awards, published

__all__ = ["books"]
pytestmark = pytest.mark.django_db
FACT = "org.above_scale_year"
DISPUTE, DECLARE = f"/policies/profile/{FACT}/dispute/", "/policies/profile/org.digital_level/declare/"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


def enterprise(**facts):
    """A client who acts for a company of which these facts are known, the company and its head's account."""
    head = city.person()
    row = city.organisation(head, **{**LISTED, **facts})
    account = city.account(head)
    client = city.signed_in(account)
    client.post("/act-for/", {"for": str(row.pk), "next": "/"})
    return client, row, city.actor(account, row)


def officer(agency: str = "statistics") -> Client:
    return city.signed_in(city.officer("fact_officer", agency=agency, place=""))


def page(client, path: str = "/policies/profile/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def fits(row) -> bool:
    """Whether the first award for growing fits the company by what is known now."""
    known = published.profile_of(person_id=None, organisation_id=row.pk)
    return next(
        one.verdict for one in published.matches(known, "organisation") if one.offer.code == "scale-up-new"
    )


def test_every_attribute_stands_under_its_department_with_what_reads_it():
    client, _row, _by = enterprise()
    text = page(client)
    for name in published.facts_read("organisation"):
        assert f'id="{name}"' in text, name
    assert text.count("个项目用到") == len(published.facts_read("organisation"))
    block = text[text.index(f'id="{FACT}"') :][:900]
    assert "已知" in block
    assert "数据有误" in block


def test_a_bank_account_is_masked():
    client, _row, _by = enterprise(**{"org.bank_account": "6222024000001234"})
    text = page(client, "/policies/profile/")
    assert "6222024000001234" not in text


def test_a_wrong_fact_is_disputed_corrected_and_the_match_changes():
    client, row, by = enterprise(**{FACT: 2019})
    assert fits(row) is False
    answer = client.post(DISPUTE, {"claimed": "2025", "reason": "纳统通知书〔2025〕1 号"})
    assert answer.status_code == 302
    assert fits(row) is None  # a disputed fact is not known
    assert "来源部门核实中" in page(client)
    [waiting] = FactDispute.objects.all()
    assert (waiting.agency, waiting.was, waiting.claimed, waiting.state) == ("statistics", 2019, 2025, "open")
    desk = officer()
    assert "2,025" in page(desk, "/desk/facts/") or "2025" in page(desk, "/desk/facts/")
    done = desk.post(
        f"/desk/facts/{waiting.pk}/", {"do": "correct", "claimed": "2025", "words": "核实更正。"}
    )
    assert done.status_code == 302
    assert fits(row) is True
    assert "核实更正。" in page(client)
    city.run_jobs()
    assert [one.title_zh for one in inbox(by)] == ["数据已更正"]
    led = client.get(f"/policies/profile/disputes/{waiting.pk}/")
    assert led.headers["Location"] == f"/policies/profile/#{FACT}"


def test_a_fact_that_is_kept_is_known_again_with_the_reason():
    client, row, by = enterprise()
    client.post(DISPUTE, {"claimed": "2024", "reason": "应为 2024 年"})
    [waiting] = FactDispute.objects.all()
    desk = officer()
    assert desk.post(f"/desk/facts/{waiting.pk}/", {"do": "keep", "words": ""}).status_code == 422
    assert desk.post(f"/desk/facts/{waiting.pk}/", {"do": "keep", "words": "名录无误。"}).status_code == 302
    again = desk.post(f"/desk/facts/{waiting.pk}/", {"do": "correct", "claimed": "2024", "words": "x"})
    assert again.status_code == 409
    fact = Fact.objects.get(subject_id=row.pk, name=FACT)
    assert (fact.value, fact.state) == (2025, "known")
    assert fits(row) is True
    assert "名录无误。" in page(client)
    city.run_jobs()
    assert [one.title_zh for one in inbox(by)] == ["数据维持不变"]


def test_nothing_typed_is_lost_and_bad_input_is_said():
    client, _row, _by = enterprise()
    for form in (
        {"claimed": "二零", "reason": "理由甲"},
        {"claimed": "2024", "reason": "  "},
        {"reason": "好" * 401},
    ):
        answer = client.post(DISPUTE, form)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert form.get("claimed", "") in text
        assert form["reason"].strip() in text
    assert not FactDispute.objects.exists()


def test_a_file_goes_with_a_dispute_to_its_department_alone():
    client, _row, _by = enterprise()
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 64
    for content, name in ((b"", "empty.pdf"), (b"MZ not a picture", "a.png"), (picture, "a.exe")):
        file = SimpleUploadedFile(name, content)
        answer = client.post(DISPUTE, {"claimed": "2024", "reason": "见附件", "file": file})
        assert answer.status_code == 422, name
        assert "见附件" in answer.content.decode()
    assert not FactDispute.objects.exists()
    good = Path(documents.store_path(city.picture().sha256)).read_bytes()
    file = SimpleUploadedFile("名录.png", good, "image/png")
    assert client.post(DISPUTE, {"claimed": "2024", "reason": "见附件", "file": file}).status_code == 302
    [row] = FactDispute.objects.all()
    assert "附证明文件" in page(client)
    path = f"/desk/facts/{row.pk}/file/"
    assert path in page(officer(), f"/desk/facts/{row.pk}/")
    assert f'src="{path}1/"' in page(officer(), path)
    shown = officer().get(f"{path}1/")
    assert shown.headers["Content-Type"] == "image/webp", "drawn anew: the file itself is an examiner's"
    assert (shown.headers["X-Content-Type-Options"], shown.headers["Cache-Control"]) == (
        "nosniff",
        "no-store",
    )
    for way in (path, f"{path}1/"):
        for stranger in (officer("tax"), client, Client()):
            assert stranger.get(way).status_code != 200
        assert officer("tax").get(way).status_code == 404


def test_a_dispute_without_a_file_has_none():
    client, _row, _by = enterprise()
    client.post(DISPUTE, {"claimed": "2024", "reason": "不对"})
    [row] = FactDispute.objects.all()
    assert "证明文件" not in page(officer(), f"/desk/facts/{row.pk}/")
    assert officer().get(f"/desk/facts/{row.pk}/file/").status_code == 404


def test_a_second_dispute_of_the_same_fact_is_the_first():
    client, _row, _by = enterprise()
    for _ in range(2):
        assert client.post(DISPUTE, {"claimed": "2024", "reason": "不对"}).status_code == 302
    assert FactDispute.objects.count() == 1


def test_a_missing_attribute_is_declared_marked_and_grants_nothing():
    client, row, _by = enterprise()
    assert "自报" in page(client)
    assert client.post(DECLARE, {"claimed": "三"}).status_code == 422
    assert client.post(DECLARE, {"claimed": "3"}).status_code == 302
    assert client.post(DECLARE, {"claimed": "4"}).status_code == 302  # one's own word may be changed
    fact = Fact.objects.get(subject_id=row.pk, name="org.digital_level")
    assert (fact.value, fact.source, fact.state) == (4, "self", "declared")
    block = page(client)
    assert "自报，待核实" in block[block.index('id="org.digital_level"') :][:600]
    known = published.profile_of(person_id=None, organisation_id=row.pk)
    assert known.values["org.digital_level"] == 4  # what would fit is shown
    values = awards.values_of([row.pk], ["org.digital_level", FACT], published.time.today())
    assert values[row.pk] == {FACT: 2025}  # and lists are made without it


def test_what_a_department_has_said_is_not_declared_and_what_is_not_declarable_never():
    client, _row, _by = enterprise(**{"org.digital_level": 2})
    assert client.post(DECLARE, {"claimed": "3"}).status_code == 409
    assert client.post(f"/policies/profile/{FACT}/declare/", {"claimed": "2025"}).status_code == 404


def test_only_those_who_may_act_for_it():
    client, _row, _by = enterprise()
    stranger = city.signed_in(city.account(city.person(name="何伟")))
    for path in (DISPUTE, DECLARE):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"claimed": "2", "reason": "x"}).status_code == 404
        assert Client().get(path).status_code == 302
    client.post(DISPUTE, {"claimed": "2024", "reason": "不对"})
    [waiting] = FactDispute.objects.all()
    assert stranger.get(f"/policies/profile/disputes/{waiting.pk}/").status_code == 404
    path = f"/desk/facts/{waiting.pk}/"
    assert [one.get(path).status_code for one in (officer("tax"), stranger, officer())] == [404, 404, 200]
    assert "不对" not in page(officer("tax"), "/desk/facts/")
    for name in ("org.nothing", "person.name", "award.scale-up-new"):
        assert client.get(f"/policies/profile/{name}/dispute/").status_code == 404


def test_snapshots_show_what_was_known_when(books, clock):
    office, one = bureau(), firm()
    client = city.signed_in(one.account)
    client.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    batch = office.in_notice()
    award = award_of(batch, one)
    text = page(client)
    assert award.snapshot.digest in text
    shown = page(client, f"/policies/profile/snapshots/{award.snapshot_id}/")
    assert "与内容一致" in shown
    assert award.fen == FEN
    stranger = city.signed_in(city.account(city.person(name="何伟")))
    assert stranger.get(f"/policies/profile/snapshots/{award.snapshot_id}/").status_code == 404


def test_queries_do_not_grow():
    client, _row, _by = enterprise()
    counted = []
    desk = officer()
    for names in ((FACT,), ("org.above_scale", "org.industry_section")):
        for name in names:
            fact = f"/policies/profile/{name}/dispute/"
            assert client.post(fact, {"reason": "不对"}).status_code == 302
        for one, path in ((client, "/policies/profile/"), (desk, "/desk/facts/")):
            page(one, path)
            with CaptureQueriesContext(connection) as seen:
                page(one, path)
            counted.append(len(seen))
    assert counted[:2] == counted[2:]
