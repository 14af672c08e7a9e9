"""What a town can export of its workspace: enterprises, projects, appeals, visits. The rights are those of the lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db.models import QuerySet

from tongban.foundation.time import SHANGHAI
from tongban.kernel.access.calc import Actor
from tongban.kernel.access.states import Permission
from tongban.kernel.parties import queries as parties
from tongban.kernel.places import queries as places
from tongban.modules.appeals import queries as appeals
from tongban.modules.appeals.states import CHANNEL_NAMES, Channel
from tongban.modules.appeals.states.questions import SOURCE_NAMES, STAND_NAMES, Stand
from tongban.modules.appeals.states.questions import Source as QuestionSource
from tongban.modules.exports.calc import Sheet, Source
from tongban.modules.projects import calc, queries
from tongban.modules.projects.states import LIGHT_NAMES, ProjectState
from tongban.modules.projects.states import STATE_NAMES as PROJECT_STATES
from tongban.modules.visits import queries as visits
from tongban.modules.visits.states import STATE_NAMES as VISIT_STATES
from tongban.modules.visits.states import VisitState
from tongban.terminals.desk.served import list_name, purpose_name
from tongban.terminals.ui import appealwords
from tongban.terminals.ui import projectwords as said
from tongban.terminals.ui.texts import _

FILTERS, DATED = ("town",), ("town", "from", "to")
Rows = Sequence[Mapping[str, Any]]
Lines = Iterable[Sequence[Any]]


def _within(rows: QuerySet[Any], chosen: Mapping[str, str]) -> QuerySet[Any]:
    """Rows of the chosen town; of all that the actor reaches without one, of none where there is no such town."""
    if not chosen.get("town"):
        return rows
    town = places.by_code(chosen["town"])
    return rows.filter(place_path__startswith=town.path) if town else rows.none()


def _since(rows: QuerySet[Any], column: str, chosen: Mapping[str, str], *, moment: bool) -> QuerySet[Any]:
    """Rows from the first to the last chosen day, both included; what is no day is no limit."""
    first, last = (_day(chosen.get(name, "")) for name in ("from", "to"))
    if first:
        rows = rows.filter(**{f"{column}__gte": _begin(first) if moment else first})
    if last:
        end = last + timedelta(days=1)
        rows = rows.filter(**{f"{column}__lt": _begin(end) if moment else end})
    return rows


def _begin(day: date) -> datetime:
    return datetime.combine(day, clock_time.min, SHANGHAI)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date.min < found < date.max else None


def _town_names() -> Callable[[str], str]:
    """Names of towns by the place of a row, asked for once for a part."""
    towns, city = places.towns(), places.city()

    def name(path: str) -> str:
        found = next((one for one in towns if path.startswith(one.path)), city)
        return said.pick((found.name_zh, found.name_en))

    return name


def _full(text: str | None, sheet: Sheet) -> str:
    """A person as somebody wrote them down: nobody knows which part of it is the name, so that all of it is hidden."""
    return text or "" if sheet.whole or not text else _("已脱敏")


def _enterprises(actor: Actor, chosen: Mapping[str, str], _today: date) -> QuerySet[Any]:
    return _within(visits.enterprises(actor), chosen)


def _enterprise_lines(rows: Rows, sheet: Sheet) -> Lines:
    ids = [one["pk"] for one in rows]
    held, on, town = visits.assignments_of(ids), visits.lists_by_firm(ids), _town_names()
    people = parties.account_names({one.officer_id for one in held.values()})
    for one in rows:
        assigned = held.get(one["pk"])
        yield [
            one["name"],
            one["uscc"],
            town(one["place_path"]),
            "、".join(list_name(code) for code in on.get(one["pk"], ())),
            people.get(assigned.officer_id, "") if assigned else "",
            assigned.visited_on if assigned else None,
            assigned.next_on if assigned else None,
            one["registered_at"],
        ]


def _projects(actor: Actor, chosen: Mapping[str, str], _today: date) -> QuerySet[Any]:
    return _since(_within(queries.projects(actor), chosen), "opened_at", chosen, moment=True)


def _project_lines(rows: Rows, sheet: Sheet) -> Lines:
    people = parties.account_names({one["officer_id"] for one in rows if one["officer_id"]})
    settings, town = queries.settings(), _town_names()
    for one in rows:
        state = ProjectState(one["state"])
        light = calc.light_of(one["moved_on"], sheet.as_of, settings)
        yield [
            one["number"],
            one["name"],
            said.kind_name(one["kind"]),
            one["organisation_name"],
            town(one["place_path"]),
            said.stage_name(one["kind"], one["stage"]),
            said.pick(PROJECT_STATES[state]),
            said.pick(LIGHT_NAMES[light]) if state == ProjectState.OPEN else "",
            one["promised_fen"] // 100,
            one["done_fen"] // 100,
            people.get(one["officer_id"], ""),
            one["moved_on"],
            one["opened_at"],
        ]


def _appeals(actor: Actor, chosen: Mapping[str, str], _today: date) -> QuerySet[Any]:
    return _since(_within(appeals.visible(actor), chosen), "filed_at", chosen, moment=True)


class _Standing:
    """An appeal as far as its state can be said."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.state, self.outcome = row["state"], row["outcome"]


def _appeal_lines(rows: Rows, sheet: Sheet) -> Lines:
    named, town = appealwords.Names(), _town_names()
    for one in rows:
        yield [
            one["number"],
            one["organisation"],
            town(one["place_path"]),
            named.category(one["category"]),
            one["title"],
            said.pick(CHANNEL_NAMES[Channel(one["channel"])]),
            appealwords.state(_Standing(one))[0],
            named.office(one["agency"]),
            one["filed_at"],
            one["next_on"],
            _full(one["contact"], sheet),
        ]


def _questions(actor: Actor, chosen: Mapping[str, str], _today: date) -> QuerySet[Any]:
    return _since(_within(appeals.questions(actor), chosen), "opened_at", chosen, moment=True)


def _question_lines(rows: Rows, sheet: Sheet) -> Lines:
    named, town = appealwords.Names(), _town_names()
    people = parties.account_names({one["leader_id"] for one in rows if one["leader_id"]})
    for one in rows:
        yield [
            one["number"],
            one["organisation"],
            town(one["place_path"]),
            one["title"],
            said.pick(SOURCE_NAMES[QuestionSource(one["source"])]),
            one["leader_post"],
            people.get(one["leader_id"], ""),
            named.office(one["agency"]),
            said.pick(STAND_NAMES[Stand(one["state"])]),
            one["target_on"],
            one["moved_on"],
            one["opened_at"],
        ]


def _visits(actor: Actor, chosen: Mapping[str, str], _today: date) -> QuerySet[Any]:
    return _since(_within(visits.visits(actor), chosen), "planned_on", chosen, moment=False)


def _visit_lines(rows: Rows, sheet: Sheet) -> Lines:
    people, town = parties.account_names({one["officer_id"] for one in rows}), _town_names()
    for one in rows:
        yield [
            one["name"],
            town(one["place_path"]),
            purpose_name(one["purpose"]),
            said.pick(VISIT_STATES[VisitState(one["state"])]),
            one["planned_on"],
            one["done_on"],
            people.get(one["officer_id"], ""),
            _full(one["met"], sheet),
            one["appeal_no"],
        ]


ENTERPRISES = Source(
    "town-enterprises",
    ("镇街企业", "Enterprises of a town"),
    "enterprises",
    (Permission.TOWN_MANAGE,),
    FILTERS,
    (
        ("企业", "Enterprise"),
        ("统一社会信用代码", "Credit code"),
        ("镇街", "Town"),
        ("名单", "Lists"),
        ("专员", "Officer"),
        ("最近走访", "Visited"),
        ("下次走访", "Next visit"),
        ("登记时间", "Registered"),
    ),
    ("name", "uscc", "place_path", "registered_at"),
    _enterprises,
    _enterprise_lines,
)
PROJECTS = Source(
    "town-projects",
    ("投资项目", "Projects"),
    "projects",
    (Permission.PROJECT_VIEW,),
    DATED,
    (
        ("编号", "Number"),
        ("项目", "Project"),
        ("类型", "Kind"),
        ("企业", "Enterprise"),
        ("镇街", "Town"),
        ("阶段", "Stage"),
        ("状态", "State"),
        ("进度", "Light"),
        ("计划投资（元）", "Promised (yuan)"),
        ("完成投资（元）", "Invested (yuan)"),
        ("专员", "Officer"),
        ("最近进展", "Last progress"),
        ("建立时间", "Opened"),
    ),
    (
        "number",
        "name",
        "kind",
        "organisation_name",
        "place_path",
        "stage",
        "state",
        "promised_fen",
        "done_fen",
        "officer_id",
        "moved_on",
        "opened_at",
    ),
    _projects,
    _project_lines,
)
APPEALS = Source(
    "town-appeals",
    ("企业诉求", "Appeals"),
    "appeals",
    (Permission.APPEAL_HANDLE, Permission.APPEAL_ROUTE, Permission.APPEAL_TOWN),
    DATED,
    (
        ("编号", "Number"),
        ("企业", "Enterprise"),
        ("镇街", "Town"),
        ("类别", "Category"),
        ("标题", "Title"),
        ("渠道", "Channel"),
        ("状态", "State"),
        ("主办单位", "Office"),
        ("提交时间", "Filed"),
        ("下一期限", "Next date"),
        ("联系人", "Contact"),
    ),
    (
        "number",
        "organisation",
        "place_path",
        "category",
        "title",
        "channel",
        "state",
        "outcome",
        "agency",
        "filed_at",
        "next_on",
        "contact",
    ),
    _appeals,
    _appeal_lines,
)
VISITS = Source(
    "town-visits",
    ("企业走访", "Visits"),
    "visits",
    (Permission.ENTERPRISE_SERVE,),
    DATED,
    (
        ("企业", "Enterprise"),
        ("镇街", "Town"),
        ("目的", "Purpose"),
        ("状态", "State"),
        ("计划日期", "Planned"),
        ("走访日期", "Made"),
        ("专员", "Officer"),
        ("见了谁", "Whom"),
        ("诉求编号", "Appeal"),
    ),
    (
        "name",
        "place_path",
        "purpose",
        "state",
        "planned_on",
        "done_on",
        "officer_id",
        "met",
        "appeal_no",
    ),
    _visits,
    _visit_lines,
)
KEY_QUESTIONS = Source(
    "key-questions",
    ("重点企业问题", "Questions of key enterprises"),
    "key-questions",
    (Permission.TOWN_MANAGE,),
    DATED,
    (
        ("编号", "Number"),
        ("企业", "Enterprise"),
        ("镇街", "Town"),
        ("问题", "Question"),
        ("来源", "Source"),
        ("挂点领导职务", "Leader's post"),
        ("挂点领导", "Leader"),
        ("责任单位", "Office"),
        ("状态", "State"),
        ("解决期限", "Target"),
        ("最近进展", "Last progress"),
        ("列入时间", "Put in"),
    ),
    (
        "number",
        "organisation",
        "place_path",
        "title",
        "source",
        "leader_post",
        "leader_id",
        "agency",
        "state",
        "target_on",
        "moved_on",
        "opened_at",
    ),
    _questions,
    _question_lines,
)
SOURCES = (ENTERPRISES, PROJECTS, APPEALS, VISITS, KEY_QUESTIONS)
