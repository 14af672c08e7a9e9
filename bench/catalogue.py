"""A catalogue of any size: items that nobody offers, each marked as synthetic, near enough to real ones to be in the way."""

import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tongban.foundation.packs import PackError

MARK = "合成样例"
# Trades and things that the example pack has no item for; with the doings below they make names no two of which are alike.
_NAMES = """
    陶瓷 玻璃 纺织 竹编 钟表 乐器 灯饰 地毯 雨伞 风筝 香料 茶叶 蜂蜜 菌菇 花卉 盆景 观赏石 木雕 石雕 刺绣
    皮革 箱包 鞋帽 眼镜 珠宝 玉器 琥珀 瓷砖 涂料 胶水 橡胶 塑胶 模具 弹簧 轴承 齿轮 螺丝 阀门 水泵 风机
    空压机 电焊 电镀 喷涂 激光 光纤 芯片 电路板 传感器 无人机 机器人 电池 充电桩 光伏 风电 储能 氢能 生物质
    沼气 堆肥 潜水 攀岩 滑雪 蹦床 卡丁车 射箭 马术 帆船 皮划艇 热气球 滑翔伞 电竞 桌游 密室 剧本 动漫 手办
    直播间 录音棚 摄影棚 布景 舞美 灯光 音响 幕布 海报 雕塑 壁画 书法 篆刻 粮仓 冷库 集装箱 托盘 叉齿 传送带
    分拣 快运 搬家 押运 拖吊 洗车 代驾 加氢 换电 停车楼 站台 索道 缆车 电梯井 天桥 涵洞 护栏 路灯 井盖 标线
    绿篱 草坪 苗圃 温室 大棚
"""
_THINGS = _NAMES.split()
_DOINGS = [
    ("经营许可证核发", "license", ["做{0}生意", "开{0}店", "{0}许可证", "{0}证怎么办"]),
    ("生产备案", "filing", ["{0}厂备案", "生产{0}", "{0}备案"]),
    ("场所登记", "confirmation", ["{0}场地登记", "{0}场所", "登记{0}"]),
    ("从业人员资格认定", "confirmation", ["{0}师傅证", "{0}资格证", "考{0}证"]),
    ("检测合格证明开具", "public_service", ["{0}检测", "{0}合格证明", "开{0}证明"]),
    ("扶持资金申领", "benefit", ["{0}补贴", "{0}扶持", "领{0}补助"]),
    ("许可证变更", "license", ["{0}改名", "{0}变更", "{0}换地址"]),
    ("许可证延续", "license", ["{0}证到期", "{0}续期", "{0}延续"]),
    ("许可证补发", "license", ["{0}证丢了", "{0}补证", "{0}遗失"]),
    ("许可证注销", "license", ["{0}不做了", "{0}注销", "取消{0}"]),
    ("年度报告", "filing", ["{0}年报", "{0}年检"]),
    ("现场核查预约", "public_service", ["{0}核查", "预约{0}核查"]),
    ("从业登记证书遗失声明", "public_service", ["{0}声明", "{0}遗失声明"]),
    ("统计报送", "filing", ["{0}统计", "报送{0}数据"]),
    ("税费减免申请", "benefit", ["{0}减免", "{0}免税"]),
    ("示范单位评定", "award", ["{0}示范", "评{0}示范"]),
    ("纠纷调解申请", "adjudication", ["{0}纠纷", "{0}调解"]),
    ("设备使用登记", "confirmation", ["{0}设备登记", "{0}机器"]),
    ("进口备案", "filing", ["进口{0}", "{0}进口"]),
    ("出口资质认定", "confirmation", ["出口{0}", "{0}出口"]),
    ("培训机构备案", "filing", ["{0}培训", "学{0}"]),
    ("展会审批", "license", ["{0}展", "办{0}展"]),
    ("仓储许可", "license", ["{0}仓库", "存{0}"]),
    ("运输备案", "filing", ["运{0}", "{0}运输"]),
    ("广告审查", "license", ["{0}广告", "宣传{0}"]),
]


def synthetic(templates: Sequence[Mapping[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """`count` items made from the templates in turn: their guides, other names. Raises ValueError when there are too few."""
    pairs = [(thing, doing) for doing in _DOINGS for thing in _THINGS]
    if count > len(pairs):
        raise ValueError(f"at most {len(pairs)} synthetic items")
    for number, ((thing, doing), template) in enumerate(
        zip(pairs[:count], itertools.cycle(templates), strict=False), 1
    ):
        name, kind, words = doing
        data = copy.deepcopy(dict(template))
        data["code"] = f"synthetic-{number:04d}"
        data["name"] = {"zh": f"{thing}{name}（{MARK} {number:04d}）", "en": f"Synthetic sample {number:04d}"}
        data["summary"] = {
            "zh": f"{MARK}：只用来量搜索，没有这个事项。办理{thing}相关的{name}。",
            "en": "Made for measuring only.",
        }
        data["type"] = kind
        data["words"] = [word.format(thing) for word in words] + [f"{thing}{name}", f"synthetic {number:04d}"]
        data["illustrative"] = [f"{MARK}：名称、编码和内容都是造的。"]
        yield data


def require_faultless(errors: Sequence[PackError]) -> None:
    """Raise when the pack that the catalogue is made from has faults."""
    if errors:
        raise SystemExit("\n".join(str(error) for error in errors))
