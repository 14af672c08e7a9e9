"""The pages of a copy of one's data: asked for and fetched by forms after a fresh check, progress without script."""

import io
import zipfile

import pytest

from tests import city
from tongban.modules.dossiers.models import Dossier

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing(clock):
    return clock


@pytest.fixture
def me():
    return city.account(city.person())


def test_a_person_asks_waits_and_fetches(me):
    client = city.signed_in(me)
    assert "还没有导出过" in client.get("/me/copies/").content.decode()
    answer = client.post("/me/copies/ask/")
    row = Dossier.objects.get()
    assert answer.headers["location"] == f"/me/copies/{row.pk}/"
    page = client.get(f"/me/copies/{row.pk}/").content.decode()
    assert "正在准备" in page
    assert "已完成 0，共 8 部分" in page
    assert client.post(f"/me/copies/{row.pk}/file/").status_code == 404, "it is not there yet"
    city.run_jobs()
    assert "可以下载" in client.get(f"/me/copies/{row.pk}/").content.decode()
    answer = client.post(f"/me/copies/{row.pk}/file/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"data.json", "schema.json", "index.html"} <= set(
        zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    )
    assert client.get(f"/me/copies/{row.pk}/file/").status_code == 405
    stranger = city.signed_in(city.account(city.person()))
    for path in (f"/me/copies/{row.pk}/", f"/me/copies/{row.pk}/file/"):
        assert stranger.get(path).status_code in (404, 405)
        assert stranger.post(path).status_code in (404, 405)
    assert "还没有导出过" in stranger.get("/me/copies/").content.decode()


def test_both_steps_ask_who_sits_there(me, monkeypatch):
    client = city.signed_in(me)
    client.post("/me/copies/ask/")
    city.run_jobs()
    row = Dossier.objects.get()
    session = client.session
    session["shown"] = {**session["shown"], "checked": 0}
    session.save()
    for path in ("/me/copies/ask/", f"/me/copies/{row.pk}/file/"):
        assert client.post(path).status_code == 403
    assert Dossier.objects.count() == 1
