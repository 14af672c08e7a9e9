"""The addresses of uploads that go on: the protocol, the rights, and what a complete one becomes."""

import base64
import hashlib
import io

import pytest
from PIL import Image

from tests import city
from tests.kernel.documents.hostile import pdf
from tongban.kernel.cases.models import CaseMaterial
from tongban.kernel.documents.models import StoredFile, Upload
from tongban.kernel.documents.queries.scanners import Clamd, Finding, Scan

pytestmark = pytest.mark.django_db
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.FILES = tmp_path
    settings.UPLOAD_PIECE = 1024


@pytest.fixture
def client(resident, shopkeeper):
    return city.signed_in(shopkeeper[0])


def drawing() -> bytes:
    """A picture of several pieces."""
    out = io.BytesIO()
    Image.effect_noise((60, 50), 90).save(out, "PNG")
    return out.getvalue()


def open_one(client, at, content, material="layout", name="平面图.png", **headers):
    named = base64.b64encode(name.encode()).decode()
    told = {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename {named}", **TUS, **headers}
    return client.post(f"{at}materials/{material}/uploads/", headers=told)


def send(client, url, content, offset, **headers):
    return client.patch(
        url,
        content,
        content_type=headers.pop("type", "application/offset+octet-stream"),
        headers={"Upload-Offset": str(offset), **TUS, **headers},
    )


def send_all(client, url, content, start=0):
    for at in range(start, len(content), 1024):
        response = send(client, url, content[at : at + 1024], at)
        assert response.status_code == 204, response.content
    return response


def test_cut_off_and_gone_on_with(client, begin):
    content, at = drawing(), begin(client)
    opened = open_one(client, at, content)
    assert (opened.status_code, opened["Upload-Offset"], opened["Tus-Resumable"]) == (201, "0", "1.0.0")
    url = opened["Location"]
    assert send(client, url, content[:1024], 0)["Upload-Offset"] == "1024"
    again = send(client, url, content[:1024], 0)
    assert (again.status_code, again["Upload-Offset"]) == (409, "1024")
    stands = client.head(url, headers=TUS)
    assert (
        stands.status_code,
        stands["Upload-Offset"],
        stands["Upload-Length"],
        stands["Cache-Control"],
    ) == (
        200,
        "1024",
        str(len(content)),
        "no-store",
    )
    assert stands["Upload-Sha256"] == hashlib.sha256(content[:1024]).hexdigest()
    early = client.post(f"{url}done/")
    assert (early.status_code, early["Upload-Offset"]) == (409, "1024")
    send_all(client, url, content, start=1024)
    for _again in range(2):  # the first answer may be lost on the way
        attached = client.post(f"{url}done/")
        assert (attached.status_code, attached["Location"]) == (302, f"{at}materials/#material-layout")
    [row] = CaseMaterial.objects.filter(material="layout", file__isnull=False)
    assert (row.digest, row.file.name) == (hashlib.sha256(content).hexdigest(), "平面图.png")
    assert client.head(url, headers=TUS)["Upload-Offset"] == str(len(content))


def test_it_counts_no_more_queries_when_more_has_arrived(client, begin, django_assert_max_num_queries):
    content, at = drawing(), begin(client)
    url = open_one(client, at, content)["Location"]
    for at_byte in range(0, len(content), 1024):
        with django_assert_max_num_queries(9):
            send(client, url, content[at_byte : at_byte + 1024], at_byte)


def test_everybody_else_finds_nothing(client, begin, stranger):
    content, at = drawing(), begin(client)
    url = open_one(client, at, content)["Location"]
    assert open_one(stranger, at, content).status_code == 404
    assert stranger.head(url, headers=TUS).status_code == 404
    assert send(stranger, url, content[:10], 0).status_code == 404
    assert stranger.delete(url, headers=TUS).status_code == 404
    assert stranger.post(f"{url}done/").status_code == 404
    assert Upload.objects.get().offset == 0


def test_signed_out_it_leads_to_signing_in(client, begin):
    at = begin(client)
    url = open_one(client, at, drawing())["Location"]
    client.logout()
    assert client.head(url, headers=TUS).status_code == 302
    assert send(client, url, b"x", 0)["Location"].startswith("/sign-in/")


def test_the_token_is_asked_for(begin, client, shopkeeper):
    from django.test import Client

    at = begin(client)
    url = open_one(client, at, drawing())["Location"]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(shopkeeper[0])
    assert open_one(strict, at, drawing()).status_code == 403
    assert send(strict, url, b"x", 0).status_code == 403
    assert strict.post(f"{url}done/").status_code == 403


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"Upload-Length": "much"}, 400, "upload.malformed"),
        ({"Upload-Length": "-1"}, 400, "upload.malformed"),
        ({"Upload-Length": "٣"}, 400, "upload.malformed"),
        ({"Upload-Metadata": "filename !!"}, 400, "upload.malformed"),
        ({"Upload-Metadata": "filename /w=="}, 400, "upload.malformed"),
        ({"Upload-Metadata": ""}, 400, "upload.malformed"),
        ({"Upload-Length": "0"}, 422, "file.refused"),
        ({"Upload-Length": str(10**14)}, 413, "upload.too_large"),
    ],
)
def test_what_cannot_be_opened(client, begin, how, status, code):
    refused = open_one(client, begin(client), drawing(), **how)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert refused.json()["error"]["sentence"]
    assert not Upload.objects.exists()


def test_a_material_that_is_not_asked_for(client, begin):
    at = begin(client)
    assert open_one(client, at, drawing(), material="no_such").status_code == 404


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({"Upload-Offset": "x"}, b"x", 400),
        ({"Tus-Resumable": "0.2.2"}, b"x", 412),
        ({"type": "image/png"}, b"x", 415),
        ({}, bytes(1025), 413),
    ],
)
def test_what_is_no_piece(client, begin, headers, content, status):
    url = open_one(client, begin(client), drawing())["Location"]
    response = send(client, url, content, 0, **headers)
    assert (response.status_code, response["Tus-Version"]) == (status, "1.0.0")
    assert Upload.objects.get().offset == 0


def test_more_than_was_announced(client, begin):
    url = open_one(client, begin(client), bytes(100))["Location"]
    assert send(client, url, bytes(101), 0).status_code == 413


def test_old_ones_are_gone(client, begin, clock):
    at = begin(client)
    url = open_one(client, at, drawing())["Location"]
    clock.move(hours=24)
    for gone in (client.head(url, headers=TUS), send(client, url, b"x", 0), client.post(f"{url}done/")):
        assert gone.status_code == 410


def test_too_many_are_refused_and_one_given_up_makes_room(client, begin, settings):
    settings.UPLOADS_OPEN = 1
    at = begin(client)
    url = open_one(client, at, drawing())["Location"]
    many = open_one(client, at, drawing())
    assert (many.status_code, many.json()["error"]["code"]) == (429, "upload.too_many")
    assert client.delete(url, headers=TUS).status_code == 204
    assert client.head(url, headers=TUS).status_code == 404
    assert open_one(client, at, drawing()).status_code == 201


def test_a_material_that_is_full(client, begin, read):
    at = begin(client)
    for number in range(10):
        url = open_one(client, at, pdf(1), name=f"{number}.pdf")["Location"]
        send_all(client, url, pdf(1))
        assert client.post(f"{url}done/").status_code == 302
    full = open_one(client, at, pdf(1))
    assert (full.status_code, full.json()["error"]["code"]) == (422, "upload.enough")


def test_what_is_no_file_is_refused_on_the_page(client, begin, read):
    at = begin(client)
    url = open_one(client, at, b"no picture", name="x.png")["Location"]
    send_all(client, url, b"no picture")
    refused = client.post(f"{url}done/")
    assert refused.status_code == 422
    assert "文件“x.png”" in read(refused)
    assert not Upload.objects.exists()
    assert client.post(f"{url}done/").status_code == 404


def test_what_could_not_be_scanned_waits_and_is_not_sent_again(client, begin, read, settings, monkeypatch):
    settings.SCANNER, settings.SCANNER_ADDRESS = "clamd", "/nowhere/clamd.ctl"
    content, at = drawing(), begin(client)
    url = open_one(client, at, content)["Location"]
    send_all(client, url, content)
    before = StoredFile.objects.count()
    waits = client.post(f"{url}done/")
    assert (waits.status_code, waits["Retry-After"]) == (422, "120")
    assert "暂时不能查毒" in read(waits)
    assert (StoredFile.objects.count(), CaseMaterial.objects.count()) == (before, 0)
    assert client.head(url, headers=TUS)["Upload-Offset"] == str(len(content))
    monkeypatch.setattr(Clamd, "scan", lambda _self, _path: Scan(Finding.CLEAN))
    assert client.post(f"{url}done/").status_code == 302
    assert CaseMaterial.objects.count() == 1


def test_what_the_server_can_do(client, begin):
    url = open_one(client, begin(client), drawing())["Location"]
    told = client.options(url)
    assert (told.status_code, told["Tus-Extension"]) == (204, "creation,expiration,termination")


def test_the_page_offers_a_camera_where_photos_are_taken(client, begin, read):
    page = read(client.get(f"{begin(client)}materials/"))
    assert 'accept="image/*" capture="environment"' in page
    assert "拍照" in page
    assert 'data-resume="/applications/' in page
