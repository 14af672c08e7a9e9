"""Broken items, each a small change of a good one: refused at the right line, with the right sentence, and nothing else."""

import shutil
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.packs.reading import PACK
from tongban.kernel.catalogue.calc import Known, check_text
from tongban.kernel.catalogue.forms import read_pack

HERE = Path(__file__).parent / "broken"
GOOD = (HERE / "good.yaml").read_text(encoding="utf-8")
CASES = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))


@cache
def known() -> Known:
    """What the pack declares."""
    return Known.of_pack(read_pack(PACK))


def line_of(text: str, part: str) -> int:
    """The first line, from 1, that has the part in it."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def broken(case: dict) -> str:
    """The good item with the case's change; each change must meet exactly one place."""
    text = GOOD
    for old, new in [(case["from"], case["to"]), *case.get("also", [])]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_the_good_item_has_no_fault():
    assert check_text(GOOD, "good.yaml", known())[1] == []


def test_there_are_enough_ways_to_be_wrong():
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_broken_item_is_refused_at_its_line(case):
    text = broken(case)
    _item, faults = check_text(text, "broken.yaml", known())
    assert [fault.what_zh for fault in faults] == [case["zh"], *case.get("and", [])]
    assert faults[0].line == line_of(text, case["line"]) + case.get("shift", 0)
    assert all(fault.what and fault.todo and fault.todo_zh for fault in faults)
    assert faults[0].todo_zh == case.get("todo", faults[0].todo_zh)


class TestWholePack:
    """What only shows when all files lie side by side."""

    @pytest.fixture
    def pack(self, tmp_path):
        return Path(shutil.copytree(PACK, tmp_path / "pack"))

    def said(self, pack: Path) -> list[str]:
        return [error.text("zh") for error in read_pack(pack).errors]

    def test_a_file_has_the_name_of_what_it_holds(self, pack):
        (pack / "items/outdoor-sign.yaml").rename(pack / "items/sign.yaml")
        assert self.said(pack) == [
            "items/sign.yaml:2: code：代码“outdoor-sign”与文件名“sign”不同。改代码，或者改文件名。"
        ]

    def test_two_items_do_not_share_a_code(self, pack):
        first = (pack / "items/outdoor-sign.yaml").read_text(encoding="utf-8")
        (pack / "items/sign.yaml").write_text(
            first.replace("code: outdoor-sign", "code: sign"), encoding="utf-8"
        )
        line = line_of(first, "task_code")
        assert self.said(pack) == [
            f"items/sign.yaml:{line}: task_code：编码与 items/outdoor-sign.yaml 相同。换一个编码。"
        ]

    def test_a_theme_without_items_and_a_credential_that_nobody_gives(self, pack):
        path, permit = pack / "pack.yaml", pack / "credentials/sign-permit.yaml"
        theme = "  - {id: moon, name: {zh: 月球, en: The Moon}, icon: map, audience: person}\n"
        text = path.read_text(encoding="utf-8").replace("themes:\n", f"themes:\n{theme}", 1)
        path.write_text(text, encoding="utf-8")
        copy = permit.read_text(encoding="utf-8").replace("code: sign-permit", "code: sign-copy")
        number = yaml.safe_load(copy)["type_code"]
        (pack / "credentials/sign-copy.yaml").write_text(
            copy.replace(number, f"{number[:18]}999"), encoding="utf-8"
        )
        assert self.said(pack) == [
            f"pack.yaml:{line_of(text, 'id: moon')}: themes[0].id：主题“月球”下没有事项。删去主题，或者归入事项。",
            "credentials/sign-copy.yaml:2: code：没有事项出具这种证照。删去文件，或者写到事项的 result 里。",
        ]

    def test_a_notice_points_to_an_item_and_a_result_shows_its_sample(self, pack):
        path = pack / "pack.yaml"
        text = path.read_text(encoding="utf-8").replace("item: food-licence", "item: food")
        path.write_text(text, encoding="utf-8")
        licence = pack / "credentials/sign-permit.yaml"
        licence.write_text(
            licence.read_text(encoding="utf-8").replace("letters/licence.typ", "letters/sign.typ"),
            encoding="utf-8",
        )
        assert [one.split("：", 1)[1] for one in self.said(pack)] == [
            "公告指向的事项“food”不存在。改为已有的事项。",
            "没有样张模板 letters/sign.typ。放入模板，或者改用已有的。",
        ]

    def test_a_credential_counts_as_one_that_is_declared(self, pack):
        path = pack / "credentials/company-licence.yaml"
        text = path.read_text(encoding="utf-8").replace(
            "counts_as: business-licence", "counts_as: shop-licence"
        )
        path.write_text(text, encoding="utf-8")
        assert self.said(pack) == [
            f"credentials/company-licence.yaml:{line_of(text, 'counts_as')}: counts_as：没有登记证照“shop-licence”。改为已登记的。"
        ]

    def test_an_item_for_people_from_abroad_lacks_no_english(self, pack):
        path = pack / "items/tax-proof.yaml"
        text = path.read_text(encoding="utf-8")
        for whole in ("law_en: Tax Collection Law, ", ', en: "On the spot."', ", en: Police"):
            assert text.count(whole) == 1, whole
            text = text.replace(whole, "")
        path.write_text(text, encoding="utf-8")
        todo = "事项在英文版名单里，这里却没有英文。补上英文，或者从 pack.yaml 的 english 名单去掉这个事项。"
        assert self.said(pack) == [
            f"items/tax-proof.yaml:{line_of(text, '税收征收管理法》')}: legal_basis[0].law：{todo}",
            f"items/tax-proof.yaml:{line_of(text, '即时办结。')}: limits.statutory.basis：{todo}",
            f"items/tax-proof.yaml:{line_of(text, '公安机关}')}: materials[0].issuer：{todo}",
        ]

    def test_the_list_for_people_from_abroad_names_what_there_is_once(self, pack):
        path = pack / "pack.yaml"
        text = path.read_text(encoding="utf-8")
        text = text.replace("[sole-trader, company-setup,", "[tax-proof, company-set,")
        path.write_text(text.replace("halls: [hall-city]", "halls: [hall-moon]"), encoding="utf-8")
        line = line_of(text, "[tax-proof, company-set")
        assert self.said(pack) == [
            f"pack.yaml:{line}: english.groups[5].items[0]：“tax-proof”重复。删去一处。",
            f"pack.yaml:{line}: english.groups[5].items[1]：“company-set”不存在。删去，或者改为已有的代码。",
            f"pack.yaml:{line_of(text, 'halls: [hall-city]')}: english.halls[0]：“hall-moon”不存在。删去，或者改为已有的代码。",
        ]

    def test_the_negative_list_is_data(self, pack):
        path = pack / "items/public-place-hygiene.yaml"
        text = path.read_text(encoding="utf-8").replace("公共场所卫生检测或者评价报告", "社区出具的养犬证明")
        path.write_text(text, encoding="utf-8")
        (said,) = self.said(pack)
        line = line_of(text, "社区出具的养犬证明")
        assert said.startswith(f"items/public-place-hygiene.yaml:{line}: materials[3].name：")
        assert said.endswith("“养犬证明”不得要求村（社区）出具。由养犬登记机关核对住址和免疫证明。")
        (pack / "village-proofs.yaml").unlink()
        assert self.said(pack) == []

    def test_the_list_has_the_twenty_proofs_of_the_ministry(self):
        listed = read_pack(PACK).village_proofs["negative"]
        assert len({one["id"] for one in listed}) == len(listed) == 20
        words = [word for one in listed for word in one["words"]]
        assert len(set(words)) == len(words)
