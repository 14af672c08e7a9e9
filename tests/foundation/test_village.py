"""Who sends people to their village for a banned proof is caught; who does not is left alone."""

from pathlib import Path

import pytest
import yaml

from tongban.foundation.guides.village import banned_in, named

LIST = yaml.safe_load(
    (Path(__file__).parents[2] / "packs/dongguan/village-proofs.yaml").read_text(encoding="utf-8")
)["negative"]


@pytest.mark.parametrize(
    ("text", "banned"),
    [
        ("请补充村委会出具的亲属关系证明。", "kinship"),
        ("请到户籍地居委会开具婚姻状况证明后重新上传", "marital_status"),
        ("材料不清晰；另需社区盖章的单身证明。", "marital_status"),
        ("请提供村民委员会开的健在证明原件", "alive"),
        ("请到所在村开具无犯罪记录证明", "criminal_record"),
        ("需要居委的收入证明", "wealth"),
        ("还差一份村（社区）出具的就业状况证明！", "employment"),
        ("住所证明须由村委会加盖公章", "business_address"),  # the proof may stand before the village
        ("须由村委会加盖公章的住所证明", "business_address"),
        ("请让村委会写一份遗失证明", "lost_paper"),
        ("请到社区开出生证明", "birth"),
        ("村里出具的死亡证明", "death"),
        ("不清晰。请重新扫描。\n请到居民委员会开具家庭成员关系证明", "kinship"),
    ],
)
def test_sent_to_the_village(text, banned):
    found = banned_in(text, LIST)
    assert found is not None
    assert found["id"] == banned


@pytest.mark.parametrize(
    "text",
    [
        "请补充身份证复印件。",
        "请上传公安派出所出具的无犯罪记录证明。",
        "请上传医院出具的出生医学证明。",
        "请上传社区卫生服务中心出具的疾病诊断证明。",
        "请写明位于荔香社区的经营场所证明（租赁合同）页码。",
        "经营场所证明中的地址与莲塘村 12 号不一致，请核对。",
        "无需村委会出具亲属关系证明，请签署承诺。",
        "不得要求到村（社区）开具婚姻状况证明。",
        "请上传残疾人证。",
        "请提供公安机关出具的社区戒毒解除决定。",
        "请补充村委会出具的土地承包情况证明。",
        "请由村委会盖章确认农产品自产自销情况。",
        "请填写村委会电话。婚姻状况请如实勾选。",
        "户口登记地址写到村，出生日期写全。",
        "申请人的婚姻状况已经通过数据核验。",
        "请村里的代办员帮助上传，财产状况由民政部门核对。",
        "",
    ],
)
def test_left_alone(text):
    assert banned_in(text, LIST) is None


def test_every_proof_of_the_list_is_caught_by_its_own_name():
    for one in LIST:
        found = banned_in(f"请到村委会开具{one['name']['zh']}。", LIST)
        assert found is not None, one["id"]
        assert one["id"] in {other["id"] for other in named(one["name"]["zh"], LIST)}


def test_there_are_twenty():
    assert len(LIST) == len({one["id"] for one in LIST}) == 20
