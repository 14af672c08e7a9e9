"""The register's page: names masked, searched, taken away with a purpose."""

from html import unescape

from tests import city
from tests.kernel.cases.test_village_proofs import VILLAGE, issued


def test_the_register_page(db):
    issued()
    officer = city.officer("village_handler", agency="village-liantang", place=VILLAGE, name="台账")
    client = city.signed_in(officer)
    page = unescape(client.get("/desk/proofs/").content.decode())
    assert "莲塘村CJ" in page
    assert "梁桂英" not in page
    assert "与成员名册第 12 页一致" in page
    assert "台账里没有证明" in unescape(client.get("/desk/proofs/?q=没有").content.decode())
    refused = client.post("/desk/proofs/export/", {"purpose": ""})
    assert refused.status_code == 422
    assert "没有选择导出台账的用途" in unescape(refused.content.decode())
    file = client.post("/desk/proofs/export/", {"purpose": "archive"})
    assert "梁桂英" in file.content.decode()
    assert file["Content-Disposition"].startswith("attachment")
    receiver = city.signed_in(city.officer("receiver", agency="", place=city.CITY))
    assert receiver.get("/desk/proofs/").status_code == 404
