"""The OFD of a licence against the rules of GB/T 33190-2016: package, references, identifiers, boxes, fonts."""

import datetime as dt
import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from tongban.kernel.documents.calc.ofd import HEIGHT, WIDTH, Licence, licence_ofd, width_of, wrapped

NS = {"ofd": "http://www.ofdspec.org/2016"}
PAPER = Licence(
    title="食品经营许可证",
    lines=[("经营者名称", "示例餐饮有限公司 & <分店>"), ("有效期至", "2031 年 3 月 1 日")],
    issuer="示例市市场监督管理局",
    issued_on=dt.date(2026, 3, 2),
    identifier="1.2.156.3005.2.X",
    qr="https://city.example/verify/ABCD2345EFGH6789/",
    notes=["在经营场所显著位置悬挂或者摆放本证。"],
    sample="样张，不具有法律效力",
)
LONG = replace(PAPER, lines=[(f"项目 {n}", "很长的内容" * 30) for n in range(12)])


def opened(paper):
    archive = zipfile.ZipFile(io.BytesIO(licence_ofd(paper)))
    assert archive.testzip() is None
    return archive


def xml(archive, name):
    return ET.fromstring(archive.read(name))


@pytest.mark.parametrize("paper", [PAPER, LONG])
class TestPackage:
    """Every reference leads somewhere, and every identifier is given once."""

    def test_the_root_comes_first_and_leads_to_the_document(self, paper):
        archive = opened(paper)
        assert archive.namelist()[0] == "OFD.xml"
        root = xml(archive, "OFD.xml")
        assert root.tag == f"{{{NS['ofd']}}}OFD"
        assert (root.get("Version"), root.get("DocType")) == ("1.0", "OFD")
        assert root.findtext(".//ofd:DocRoot", namespaces=NS) in archive.namelist()
        identity = root.findtext(".//ofd:DocID", namespaces=NS)
        assert len(identity) == 32
        int(identity, 16)

    def test_pages_resources_and_media_are_there(self, paper):
        archive = opened(paper)
        document = xml(archive, "Doc_0/Document.xml")
        pages = [page.get("BaseLoc") for page in document.findall(".//ofd:Page", NS)]
        assert len(pages) >= (2 if paper is LONG else 1)
        named = [document.findtext(f".//ofd:{name}", namespaces=NS) for name in ("PublicRes", "DocumentRes")]
        for name in [*pages, *named]:
            assert f"Doc_0/{name}" in archive.namelist()
        resources = xml(archive, "Doc_0/DocumentRes.xml")
        media = f"Doc_0/{resources.get('BaseLoc')}/{resources.findtext('.//ofd:MediaFile', namespaces=NS)}"
        picture = Image.open(io.BytesIO(archive.read(media)))
        assert picture.format == "PNG"
        assert picture.width == picture.height

    def test_identifiers_are_given_once_and_stay_below_the_largest(self, paper):
        archive, ids = opened(paper), []
        most = int(xml(archive, "Doc_0/Document.xml").findtext(".//ofd:MaxUnitID", namespaces=NS))
        for name in archive.namelist():
            if name.endswith(".xml"):
                ids += [int(node.get("ID")) for node in xml(archive, name).iter() if node.get("ID")]
        assert len(ids) == len(set(ids))
        assert max(ids) <= most

    def test_objects_use_resources_that_exist(self, paper):
        archive = opened(paper)
        fonts = {
            node.get("ID") for node in xml(archive, "Doc_0/PublicRes.xml").iter() if node.get("FontName")
        }
        media = {
            node.get("ID") for node in xml(archive, "Doc_0/DocumentRes.xml").iter() if node.get("Format")
        }
        used = 0
        for name in archive.namelist():
            if "Pages/" not in name:
                continue
            page = xml(archive, name)
            for node in page.findall(".//ofd:TextObject", NS):
                assert node.get("Font") in fonts
                used += 1
            assert {node.get("ResourceID") for node in page.findall(".//ofd:ImageObject", NS)} <= media
        assert used > 5

    def test_everything_lies_on_the_page_and_signs_have_their_advance(self, paper):
        archive = opened(paper)
        for name in archive.namelist():
            if "Pages/" not in name:
                continue
            for node in xml(archive, name).iter():
                if node.get("Boundary"):
                    x, y, width, height = map(float, node.get("Boundary").split())
                    assert x >= 0
                    assert y >= 0
                    assert x + width <= WIDTH
                    assert y + height <= HEIGHT
                code = node.find("ofd:TextCode", NS)
                if code is not None and len(code.text) > 1:
                    assert len(code.get("DeltaX").split()) == len(code.text) - 1

    def test_the_same_paper_gives_the_same_bytes(self, paper):
        assert licence_ofd(paper) == licence_ofd(paper)


def test_nothing_is_lost_and_nothing_becomes_markup():
    archive = opened(PAPER)
    page = xml(archive, "Doc_0/Pages/Page_0/Content.xml")
    said = [node.text for node in page.findall(".//ofd:TextCode", NS)]
    for words in (
        PAPER.title,
        "示例餐饮有限公司 & <分店>",
        PAPER.issuer,
        "2026年3月2日",
        PAPER.sample,
        *PAPER.notes,
    ):
        assert words in said


def test_long_lines_are_broken_where_they_end():
    lines = wrapped("很长的内容" * 20, 5, 100)
    assert "".join(lines) == "很长的内容" * 20
    assert all(width_of(line, 5) <= 100 for line in lines)
    assert wrapped("a\nb", 5, 100) == ["a", "b"]
    assert wrapped("", 5, 100) == [""]
