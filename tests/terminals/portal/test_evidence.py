"""The evidence of one's own case, the log in public, and what neither of them says."""

import json
import re
import uuid

import pytest

from tests import city
from tests.kernel.evidence.test_sealing import program
from tongban.kernel.cases import actions
from tongban.kernel.cases import queries as cases
from tongban.kernel.documents import queries as documents
from tongban.kernel.evidence import queries, tasks
from tongban.kernel.parties import queries as parties

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(db):
    """A food licence that was handed in and accepted: (client of its owner, path of the case)."""
    case, by = city.food()
    actions.accept(case_id=case.pk, by=city.actor(city.officer("clerk", agency="")))
    city.run_jobs()
    return city.signed_in(parties.account(by.account_id)), f"/cases/{case.pk}/"


def test_what_happened_waits_for_its_seal_and_then_has_a_place(filed, read):
    client, path = filed
    assert "等待封存" in read(client.get(f"{path}evidence/"))
    tasks.seal()
    page = read(client.get(f"{path}evidence/"))
    assert "等待封存" not in page
    assert len(set(re.findall(r"第 (\d+) 条", page))) >= 3  # handed in, accepted, letters


def test_the_file_is_genuine_for_the_program_that_people_are_given(filed, tmp_path, capsys):
    client, path = filed
    tasks.seal()
    answer = client.get(f"{path}evidence.json")
    assert answer["Content-Disposition"].startswith("attachment")
    file = tmp_path / "evidence.json"
    file.write_bytes(answer.content)
    assert program().main([str(file), "--key", queries.fingerprint(queries.key())]) == 0
    assert "GENUINE" in capsys.readouterr().out


def test_the_letter_that_was_fetched_is_in_the_evidence(filed, tmp_path):
    client, path = filed
    tasks.seal()
    letter = re.search(rf"{path}letters/[0-9a-f-]+/", client.get(path).content.decode()).group()
    pdf, file = tmp_path / "letter.pdf", tmp_path / "evidence.json"
    pdf.write_bytes(b"".join(client.get(letter)))
    file.write_bytes(client.get(f"{path}evidence.json").content)
    key = ["--key", queries.fingerprint(queries.key())]
    assert program().main([str(file), *key, "--file", str(pdf)]) == 0


def test_evidence_names_nobody_and_no_inner_work(filed):
    client, path = filed
    tasks.seal()
    text = client.get(f"{path}evidence.json").content.decode()
    row = cases.all_submitted().get(pk=path.split("/")[2])
    assert row.applicant_name
    assert row.applicant_name not in text
    without_digests = re.sub(r"\b[0-9a-f]{64}\b|\b[0-9a-f]{128}\b", "", text)
    assert not re.search(r"\d{17}[\dX]|[0-9A-Z]{18}", without_digests.replace("-", " "))
    names = {entry["document"]["name"] for entry in json.loads(text)["entries"]}
    assert names <= {
        "case.submitted",
        "case.accepted",
        "case.granted",
        "case.delivered",
        "case.closed",
        "letter.issued",
    }


@pytest.mark.parametrize("page", ["evidence/", "evidence.json"])
def test_the_evidence_of_others_does_not_exist(filed, stranger, client, page):
    _, path = filed
    assert stranger.get(path + page).status_code == 404
    assert client.get(path + page).status_code == 302


def test_the_log_is_public_and_says_how_to_check(client, filed, read):
    assert "还没有签名" in read(client.get("/log/"))
    tasks.seal()
    page = read(client.get("/log/"))
    assert queries.newest().root in page
    assert queries.fingerprint(queries.key()) in page


def test_a_kept_head_is_shown_to_be_the_beginning_of_a_later_log(client, filed, tmp_path):
    tasks.seal()
    kept = tmp_path / "kept.json"
    kept.write_bytes(client.get("/log/head.json").content)
    size = queries.newest().size
    owner, path = filed
    city.food()
    tasks.seal()
    proof, file = tmp_path / "grown.json", tmp_path / "evidence.json"
    proof.write_bytes(client.get(f"/log/grown.json?from={size}").content)
    file.write_bytes(owner.get(f"{path}evidence.json").content)
    key = ["--key", queries.fingerprint(queries.key())]
    assert program().main([str(file), *key, "--older", str(kept), "--grown", str(proof)]) == 0


@pytest.mark.parametrize("asked", ["", "?from=0", "?from=x", "?from=5&to=2", "?from=1&to=99999999"])
def test_a_proof_that_cannot_be_made_is_explained(client, filed, asked):
    tasks.seal()
    answer = client.get(f"/log/grown.json{asked}")
    assert answer.status_code == 422
    assert "from" in answer.json()["error"]


def test_what_was_handed_in_is_proved_to_whom_the_applicant_shows_it(filed, tmp_path, capsys):
    client, path = filed
    tasks.seal()
    document = client.get(f"{path}evidence.json?content").json()
    row = cases.all_submitted().get(pk=path.split("/")[2])
    assert document["content"]["answers"] == row.answers
    file, key = tmp_path / "evidence.json", ["--key", queries.fingerprint(queries.key())]
    file.write_text(json.dumps(document), encoding="utf-8")
    assert program().main([str(file), *key]) == 0
    document["content"]["answers"]["org_name"] += "二"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert program().main([str(file), *key]) == 1
    assert "not what was handed in" in capsys.readouterr().out


def test_what_was_handed_in_goes_to_the_applicant_alone(filed):
    _, path = filed
    tasks.seal()
    clerk = city.signed_in(city.officer("clerk", agency=""))
    assert clerk.get(f"{path}evidence.json").status_code == 200
    assert clerk.get(f"{path}evidence.json?content").status_code == 404


def test_whoever_holds_a_letter_sees_its_place_in_the_log(filed, client, read, tmp_path):
    owner, path = filed
    letter = documents.letters_about(uuid.UUID(path.split("/")[2]))[0]
    address = f"/verify/{letter.verify_code}/"
    assert "正在等待封存" in read(client.get(address))
    tasks.seal()
    page = read(client.get(address))
    assert "封存日志的第" in page
    pdf, file = tmp_path / "letter.pdf", tmp_path / "evidence.json"
    pdf.write_bytes(b"".join(owner.get(f"{path}letters/{letter.pk}/")))
    file.write_bytes(client.get(f"{address}evidence.json").content)
    key = ["--key", queries.fingerprint(queries.key())]
    assert program().main([str(file), *key, "--file", str(pdf)]) == 0
    assert client.get("/verify/ABCDEFGHJKMNPQRS/evidence.json").status_code == 404
