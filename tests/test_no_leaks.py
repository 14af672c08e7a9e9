"""A confidential appeal of one town comes out nowhere: every address, by GET and POST, in lists, searches, exports, the API."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from tests import city, crawling
from tests.crawling import Secret, Viewer
from tests.modules.appeals.filing import filed
from tests.modules.appeals.test_questions import charge, put
from tongban.kernel.access.rules import EVERYTHING
from tongban.kernel.access.states import Permission
from tongban.modules.appeals import actions, queries, rules
from tongban.modules.appeals.models import Appeal, AppealEntry, AppealFile
from tongban.modules.exports import actions as exports
from tongban.modules.exports import queries as exported
from tongban.modules.exports.models import Export

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HUMEN = city.town(city.HUMEN)
TITLE, WORDS, CONTACT = "金丝雀标题甲", "金丝雀内容乙", "金丝雀联系人丙"
QUESTION, FILE = "金丝雀问题丁", "canary-wu.png"
# What opens an appeal of its own right; a role with one of these is no stranger to appeals.
OPENS = (
    Permission.APPEAL_HANDLE,
    Permission.APPEAL_ROUTE,
    Permission.APPEAL_TOWN,
    Permission.QUESTION_LEAD,
    Permission.TOWN_MANAGE,
)


@pytest.fixture(autouse=True)
def standing_clock(clock):
    """Every test here begins on Monday, 2 March 2026, 9:00."""


class Town:
    """A confidential appeal of a firm in Dalang, with a file, an internal word, and the question that it became."""

    def __init__(self) -> None:
        head = city.person("邓文彬")
        self.firm = city.organisation(head, "东莞市诉求示例电子有限公司")
        self.head = city.account(head)
        self.desk = city.officer("appeal_coordinator", agency="industry", place="", name="苏敏")
        self.lead = city.officer("appeal_officer", agency="industry", place="", name="钟慧玲")
        self.owner = city.officer("town_manager", agency="", name="温丽")
        boss = city.actor(self.head)
        picture = city.picture(FILE, by=boss).pk
        row = filed(
            boss, self.firm.pk, title=TITLE, words=WORDS, contact=CONTACT, confidential=True, files=[picture]
        )
        # The town's manager puts the question in while the town leads; then another office does.
        actions.route(appeal_id=row.pk, lead="town-dalang", by=city.actor(self.desk))
        question = put(
            self.firm.pk,
            city.actor(self.owner),
            title=QUESTION,
            appeal_id=row.pk,
            charge=charge(agency="industry"),
        )
        helper = city.actor(city.officer("appeal_officer", agency="town-dalang"))
        actions.dispute(appeal_id=row.pk, words=WORDS, by=helper)
        actions.rule(appeal_id=row.pk, lead="industry", words=WORDS, by=city.actor(self.desk))
        row.refresh_from_db()
        self.row, self.question = row, question
        file = AppealFile.objects.get()
        self.secret = Secret(
            words=(TITLE, WORDS, CONTACT, QUESTION, FILE, row.number, question.number),
            ids=(row.pk, question.pk, file.pk, self.firm.pk),
            slugs=("contact", "withdraw", "note", "confirm", city.DALANG, "rights"),
            asked=(
                {"q": "诉求示例", "tab": "all", "scope": "all"},
                {"lamp": "green", "town": city.DALANG, "months": "12"},
                {"appeal": str(row.pk), "organisation": str(self.firm.pk), "category": "rights"},
            ),
            posted={
                "words": "x",
                "verb": "withdraw",
                "stars": "1",
                "lead": "town-humen",
                "into": "x",
                "uscc": "x",
            },
        )

        # What people would try first; the long walk tries all.
        self.brief = replace(
            self.secret,
            ids=self.secret.ids[:1],
            slugs=(city.DALANG,),
            asked=self.secret.asked[:1],
        )

    def state(self) -> tuple[Any, ...]:
        """What nobody but those concerned may change."""
        self.row.refresh_from_db()
        self.question.refresh_from_db()
        steps = AppealEntry.objects.filter(appeal=self.row).count()
        return self.row.state, self.row.agency, self.row.next_on, self.question.state, steps


@pytest.fixture
def town(db):
    return Town()


def everything(agency: str, place: str, roles: list[str], name: str) -> Any:
    """An officer with all these roles at an agency and place."""
    return city.officer(*roles, agency=agency, place=place, name=name)


def viewer(name: str, account: Any) -> Viewer:
    """Somebody signed in whose broken answers are looked at, not raised."""
    client = city.signed_in(account)
    client.raise_request_exception = False
    held = [grant.permissions for grant in city.actor(account).grants]
    return Viewer(name, client, frozenset().union(*held))


def strangers() -> list[Viewer]:
    """Who must see nothing of it: the other town with every role there is, other staff, other firms, visitors."""
    every = crawling.roles_without()
    other = city.person("何秀珍", place=city.HUMEN)
    city.organisation(other, "虎门示例服装有限公司", place=city.HUMEN)
    visitor = city.Client(raise_request_exception=False)
    return [
        viewer("town B", everything("town-humen", HUMEN, every, "梁志远")),
        viewer("staff without the right", everything("", "", crawling.roles_without(*OPENS), "蔡国平")),
        *(viewer(side, everything("", "", [side], "湛文博")) for side in crawling.SIDES),
        viewer("unrelated enterprise", city.account(other)),
        Viewer("stranger", visitor),
    ]


def about_it(name: str) -> bool:
    """Whether a route by its name is of appeals, of towns or firms, or of what is gathered from them."""
    return any(word in name for word in ("appeal", "question", "town", "firm", "inbox", "search", "export"))


def test_nothing_comes_out_where_their_rights_lead(town):
    before, viewers = town.state(), strangers()
    found = crawling.leaks(town.brief, viewers)
    found += crawling.leaks(replace(town.brief, ids=town.secret.ids[1:]), viewers[:1], only=about_it)
    assert [str(one) for one in found] == []
    assert town.state() == before
    print({one.name: one.requests for one in viewers})


@pytest.mark.faults
def test_nothing_comes_out_at_any_address(town):
    """The whole product: every route with every identifier and word, for everybody, whatever their rights open."""
    before, viewers = town.state(), strangers()
    found = crawling.leaks(town.secret, viewers, every=True)
    assert [str(one) for one in found] == []
    assert town.state() == before
    print({one.name: one.requests for one in viewers})


def test_nor_to_those_of_the_town_who_are_not_concerned(town):
    """A manager of the firm's own town and the office that lost the appeal, at every address of appeals and towns."""
    near = [
        viewer("another manager of town A", city.officer("town_manager", agency="", name="麦国栋")),
        viewer("an office that lost it", city.officer("appeal_officer", agency="town-dalang", name="叶国平")),
    ]
    before = town.state()
    found = crawling.leaks(replace(town.brief, ids=town.secret.ids[:3]), near, only=about_it)
    assert [str(one) for one in found] == []
    assert town.state() == before


def test_the_crawl_finds_what_those_concerned_may_see(town):
    """The control: the same walk by the firm, the lead and the coordinator comes upon it where they read it."""
    quiet = crawling.leaks(
        Secret(town.secret.words, town.secret.ids, (), town.secret.asked, {}),
        [viewer("lead", town.lead), viewer("desk", town.desk), viewer("firm", town.head)],
        only=lambda name: "appeal" in name or "question" in name,
    )
    by: dict[str, set[str]] = {}
    for one in quiet:
        by.setdefault(one.viewer, set()).add(one.route)
    both = {"desk-appeals", "desk-appeal", "desk-appeal-file"}
    assert both | {"desk-questions", "desk-question"} <= by["lead"]
    assert both <= by["desk"]
    assert {"appeals", "appeal", "appeal-file", "key-questions", "key-question"} <= by["firm"]
    assert {"api-appeals", "api-appeal", "api-appeal-file"} <= by["firm"]


def test_nothing_comes_out_of_a_file_of_rows(town):
    town_b = everything("town-humen", HUMEN, crawling.roles_without(), "梁志远")
    manager = city.officer("town_manager", agency="", name="麦国栋")
    for who in (town_b, manager):
        for source in ("town-appeals", "town-visits", "town-enterprises", "key-questions"):
            for chosen in ({}, {"town": city.DALANG}):
                try:
                    exports.request(
                        chosen=chosen,
                        by=city.actor(who),
                        language="zh-hans",
                        source=source,
                        purpose="contact",
                        words="核对",
                    )
                except exports.NothingChosen:
                    continue
    city.run_jobs()
    texts = [b"".join(exported.content(one)).decode() for one in Export.objects.all()]
    assert texts, "something was exported, or nothing is shown by this"
    for word in town.secret.words:
        assert not any(word in text for text in texts)


def test_a_route_without_the_policy_is_found(town, monkeypatch):
    """Take the policy away from the one row, and from the list: the crawl comes upon both, and upon nothing before."""
    other = [viewer("town B", everything("town-humen", HUMEN, ["appeal_officer"], "梁志远"))]

    def at(name: str) -> list[str]:
        return [one.route for one in crawling.leaks(town.brief, other, only=lambda route: route == name)]

    assert at("desk-appeal") == at("desk-appeals") == []
    monkeypatch.setattr(queries, "appeal_for", lambda _by, pk, *_as, **_lock: Appeal.objects.get(pk=pk))
    assert set(at("desk-appeal")) == {"desk-appeal"}
    monkeypatch.setattr(rules, "reach", lambda _by, *_verb: EVERYTHING)
    monkeypatch.setattr(rules, "ways", lambda _by: [EVERYTHING])
    assert set(at("desk-appeals")) == {"desk-appeals"}


def test_planted_leaks_are_found(town):
    """A page that says a word, one that breaks and one that nobody can read are each found."""

    class Answer:
        streaming = False

        def __init__(self, status: int, kind: str, text: str) -> None:
            self.status_code, self.content, self.kind = status, text.encode(), kind

        def items(self) -> list[tuple[str, str]]:
            return [("Content-Type", self.kind)]

        def get(self, _name: str, _else: str) -> str:
            return self.kind

    about = f"/x/{town.row.pk}/"
    assert "says" in crawling._fault(Answer(200, "text/html", f"<p>{TITLE}</p>"), town.secret, about)
    assert "500" in crawling._fault(Answer(500, "text/html", ""), town.secret, about)
    assert "cannot" in crawling._fault(Answer(200, "application/pdf", "x"), town.secret, about)
    assert crawling._fault(Answer(200, "application/pdf", "x"), town.secret, f"/x/{uuid.uuid4()}/") == ""
    assert crawling._fault(Answer(404, "text/html", "没有找到"), town.secret, about) == ""
    assert queries.visible(city.actor(town.lead)).count() == 1
