"""The city's face and the navigation around all pages, put together from the pack and the terminals."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.functional import lazy

import tongban
from tongban.foundation.packs import read_yaml
from tongban.site import counts
from tongban.site.administering import after
from tongban.terminals.ui import city, shell
from tongban.terminals.ui.shell import Entry, Group
from tongban.terminals.ui.texts import later as _


def configure() -> None:
    """Give the user interface its city and its shell. Reads the pack's files: the database may not exist yet."""
    face = _city(settings.PACK)
    city.configure(face)
    shell.configure(_shell(english="english" if face.english else ""))


def _city(folder: Path) -> city.City:
    pack: Any = read_yaml(folder / "pack.yaml").data
    portal = pack["portal"]
    townmap = folder / "assets" / "townmap.json"
    texts = {
        "name": pack["city"]["name"],
        "brand": portal["title"],
        "slogan": portal["slogan"],
        "lead": portal["lead"],
        "search_hint": portal["search_hint"],
        "notice": portal["footer"][0],
    }
    words = {f"{key}_{lang}": text[lang] for key, text in texts.items() for lang in ("zh", "en")}
    return city.City(
        **words,
        hotline=pack["city"]["hotline"],
        hero_url=_asset(folder, "hero.svg"),
        mark_url=_asset(folder, "mark.svg"),
        english="english" in pack,
        townmap=json.loads(townmap.read_text(encoding="utf-8")) if townmap.exists() else {},
    )


# Asked for anew on each page: the hashed names are known only after the first start has collected them.
_static = lazy(static, str)


def _asset(folder: Path, name: str) -> str:
    return _static(f"pack/{name}") if (folder / "assets" / name).exists() else ""


def _serving() -> Group:
    return Group(
        _("企业服务"),
        (
            Entry(
                _("企业诉求"),
                "desk-appeals",
                icon="megaphone",
                permission="appeal.handle appeal.route appeal.town",
                count=counts.late_appeals,
                hot=True,
            ),
            Entry(_("登记诉求"), "desk-appeal-new", icon="phone", permission="appeal.handle appeal.route"),
            Entry(
                _("诉求考核"), "desk-appeal-score", "chart-column", "appeal.handle appeal.route appeal.town"
            ),
            Entry(
                _("重点企业问题库"),
                "desk-questions",
                icon="list-checks",
                permission="town.manage appeal.handle question.lead",
            ),
            Entry(_("我挂点的问题"), "desk-questions-mine", "handshake", "question.lead", count=counts.led),
            Entry(_("投资项目"), "desk-projects", icon="factory", permission="project.view"),
            Entry(
                _("项目交办事项"),
                "desk-project-matters",
                icon="list-checks",
                permission="project.view",
                count=counts.project_matters,
            ),
            Entry(_("增资扩产专窗"), "desk-intake", icon="trending-up", permission="project.manage"),
            Entry(_("我服务的企业"), "desk-service", icon="handshake", permission="enterprise.serve"),
            Entry(_("镇街工作台"), "desk-towns", icon="building-2", permission="town.manage"),
        ),
    )


def _handling() -> Group:
    return Group(
        "",
        (
            Entry(_("我的待办"), "desk-queue", icon="inbox", permission="case.view", count=counts.waiting),
            Entry(
                _("超期"),
                "desk-queue",
                icon="triangle-alert",
                permission="case.view",
                query="?lamp=red",
                count=counts.red,
                hot=True,
            ),
            Entry(_("全部办件"), "desk-all", icon="folder-open", permission="case.view"),
            Entry(_("窗口收件"), "counter", icon="map-pin", permission="case.receive"),
            Entry(_("物料交接"), "counter-bags", icon="package", permission="case.receive"),
            Entry(_("结果发放"), "desk-handovers", icon="package", permission="case.accept"),
            Entry(
                _("证照管理"),
                "desk-licences",
                icon="id-card",
                permission="credential.manage case.head",
                count=counts.licence_proposals,
            ),
            Entry(_("村级证明台账"), "desk-register", icon="stamp", permission="case.review case.decide"),
            Entry(_("新消息"), "desk-unread", icon="mail", permission="case.view", count=counts.new_messages),
            Entry(_("我的导出"), "desk-exports", icon="download", permission="case.view town.manage"),
            Entry(
                _("差评整改"),
                "desk-ratings",
                icon="message-square-text",
                permission="case.view rating.manage",
                count=counts.bad_ratings,
            ),
            Entry(_("评价公开"), "desk-comments", icon="megaphone", permission="rating.manage"),
        ),
    )


def _supervising() -> Group:
    return Group(
        _("监察"),
        (
            Entry(_("电子监察"), "desk-supervision", "gavel", "case.view supervise", count=counts.red_cards),
            Entry(_("办理时效"), "desk-figures", "chart-column", "case.view supervise"),
            Entry(_("查阅告警"), "desk-look-alarms", "eye", "supervise", count=counts.look_alarms, hot=True),
            Entry(_("红牌通报"), "desk-red-list", icon="megaphone", permission="case.view supervise"),
        ),
    )


def _paying() -> Group:
    return Group(
        _("政策兑现"),
        (
            Entry(
                _("免申即享"),
                "desk-awards",
                icon="badge-check",
                permission="claim.review claim.decide ledger.make",
                count=counts.asked_opinions,
            ),
            Entry(
                _("兑现申报"),
                "desk-claims",
                icon="clipboard-check",
                permission="claim.accept claim.review claim.decide ledger.make",
            ),
            Entry(_("资金拨付"), "desk-payments", icon="wallet", permission="ledger.view"),
            Entry(
                _("数据异议"),
                "desk-facts",
                icon="message-square-text",
                permission="fact.answer",
                count=counts.fact_disputes,
            ),
        ),
    )


def _matching() -> Group:
    return Group(
        _("供需对接"),
        (
            Entry(
                _("供需审核"),
                "desk-posts",
                icon="clipboard-check",
                permission="matching.manage",
                count=counts.waiting_posts,
            ),
            Entry(_("供需数据"), "desk-market-figures", icon="chart-column", permission="matching.manage"),
            Entry(_("对接权重"), "desk-weights", icon="scale", permission="matching.manage"),
        ),
    )


def _managing() -> Group:
    return Group(
        _("管理"),
        (
            Entry(_("事项目录"), "console-home", icon="layout-grid", permission="console.view"),
            Entry(_("事项编辑"), "console-drafts", icon="pen-line", permission="item.edit"),
            Entry(
                _("事项发布"),
                "console-publishing",
                icon="stamp",
                permission="item.publish",
                count=counts.proposed,
            ),
            Entry(
                _("政策实验室"),
                "console-policies",
                icon="flask-conical",
                permission="policy.draft policy.publish",
                count=counts.policy_drafts,
            ),
            Entry(
                _("平台交换"),
                "console-exchange",
                icon="network",
                permission="exchange.manage",
                count=counts.exchange_tickets,
            ),
            Entry(_("统一登录接入"), "console-systems", icon="network", permission="signon.manage"),
            Entry(_("城市包报告"), "console-pack", icon="file-check-2", permission="console.view"),
            Entry(_("账号和权限"), "console-accounts", icon="users", permission="console.view"),
            Entry(_("办件状态和权限"), "console-law", icon="scale", permission="console.view"),
            Entry(_("事件和后台任务"), "console-events", icon="history", permission="console.view"),
        ),
    )


def _foot(english: str) -> tuple[Group, ...]:
    return (
        Group(
            _("服务"),
            (
                Entry(_("全部事项"), "catalogue"),
                Entry(_("我的办件"), "cases"),
                Entry(_("就近办"), "nearby"),
                Entry(_("惠企利民政策"), "policies"),
                Entry(_("企业服务"), "enterprise-home"),
                Entry(_("企业诉求"), "appeals"),
                Entry(_("供需对接"), "market"),
            ),
        ),
        Group(
            _("监督"),
            (
                Entry(_("评价公示"), "ratings"),
                Entry(_("奖补公示"), "award-lists"),
                Entry(_("网办能力公示"), "figures"),
                Entry(_("村级证明清单"), "proofs"),
                Entry(_("真伪核验"), "verify"),
                Entry(_("网站地图"), "site-map"),
            ),
        ),
        Group(
            _("关于"),
            (
                *((Entry(_("English 外国人服务"), english),) if english else ()),
                Entry(_("无障碍声明"), "accessibility"),
                Entry(_("隐私与个人信息"), "privacy"),
            ),
        ),
    )


def _shell(english: str) -> shell.Shell:
    return shell.Shell(
        home="home",
        portal=(
            Entry(_("首页"), "home"),
            Entry(_("个人办事"), "catalogue", query="?audience=person"),
            Entry(_("法人办事"), "catalogue", query="?audience=organisation"),
            Entry(_("惠企利民"), "policies"),
            Entry(_("我的办件"), "cases"),
            Entry(_("我的证照"), "wallet"),
            Entry(_("真伪核验"), "verify"),
        ),
        tabs=(
            Entry(_("首页"), "home", icon="house"),
            Entry(_("办事"), "catalogue", icon="layout-grid"),
            Entry(_("证照"), "wallet", icon="qr-code", middle=True),
            Entry(_("消息"), "inbox", icon="bell", count=counts.unread),
            Entry(_("我的"), "cases", icon="user"),
        ),
        acting=(Entry(_("供需对接"), "market-mine", count=counts.asked_matches),),
        foot=_foot(english),
        desk_home="desk-queue",
        desk=after(_handling(), _serving(), _supervising(), _paying(), _matching(), _managing()),
        desk_search="desk-search",
        desk_search_permission="case.view",
        sign_in="sign-in",
        sign_out="sign-out",
        me="profile",
        security="security",
        english=english,
        app="app-personal",
        app_enterprise="app-enterprise",
        app_worker="app-worker",
        version=tongban.__version__,
    )
