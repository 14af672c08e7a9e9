"""A town's exports: its own rows and nobody else's, the city all, people masked, asked for by a form and fetched."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.appeals.filing import filed
from tests.modules.projects.conftest import ANSWERS
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events import queries as events
from tongban.modules.exports import actions, queries, tasks
from tongban.modules.exports.models import Export
from tongban.modules.projects import actions as projects
from tongban.modules.projects.actions import Plan
from tongban.modules.visits import actions as visits
from tongban.modules.visits.actions import Report

pytestmark = pytest.mark.django_db
ROLES = ("town_manager", "appeal_officer")
FIRMS = {city.DALANG: "大朗示例机械有限公司", city.HUMEN: "虎门示例服装有限公司"}
AGENCY = {city.DALANG: "town-dalang", city.HUMEN: "town-humen"}


def served(place):
    """A firm of a town with a project, an appeal and a recorded visit; the firm."""
    boss = city.person("林启明", place=place)
    firm = city.organisation(boss, FIRMS[place], place=place)
    by = city.actor(city.officer("town_manager", agency="", place=city.town(place), name="温丽"))
    plan = Plan("expansion", f"{FIRMS[place][:2]}扩建", firm.pk, 6_000_000_000, ANSWERS)
    projects.open_project(plan=plan, by=by)
    filed(
        city.actor(city.account(boss), firm),
        firm.pk,
        title=f"{FIRMS[place][:2]}用电",
        contact="林启明 13800000001",
    )
    filed(city.actor(city.account(boss), firm), firm.pk, title="保密的事", confidential=True)
    account = city.officer("service_officer", agency="", place=city.town(place), name="李梅")
    visits.name_officer(account_id=account.pk, phone="0769-00002113", place_path=city.town(place), by=SYSTEM)
    visits.assign(organisation_id=firm.pk, officer_id=account.pk, by=SYSTEM)
    on = date(2026, 3, 2)
    row = visits.plan_visit(organisation_id=firm.pk, purpose="regular", on=on, by=city.actor(account))
    visits.record_visit(visit_id=row.pk, report=Report("林启明总经理", "谈了扩产"), by=city.actor(account))
    return firm


@pytest.fixture
def both(db):
    return {place: served(place) for place in FIRMS}


def manager(place=city.DALANG):
    return city.officer("town_manager", agency="", place=city.town(place) if place else "", name="黄敏")


def handler(place=city.DALANG):
    return city.officer("appeal_officer", agency=AGENCY[place], place=city.town(place), name="黄敏")


def exported(who, source, **chosen):
    """Asked for, written, read again: the lines below the head."""
    purpose = {name: chosen.pop(name) for name in ("purpose", "words") if name in chosen}
    row = actions.request(
        chosen=chosen, by=city.actor(who), language="zh-hans", source=f"town-{source}", **purpose
    )
    city.run_jobs()
    row.refresh_from_db()
    text = b"".join(queries.content(row)).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.parametrize(("source", "column"), [("enterprises", 0), ("projects", 3), ("visits", 0)])
def test_a_town_has_its_own_and_the_city_all(both, source, column):
    own, whole = manager(), manager("")
    mine, other = FIRMS[city.DALANG], FIRMS[city.HUMEN]
    assert [line[column] for line in exported(own, source)] == [mine]
    assert [line[column] for line in exported(own, source, town=city.DALANG)] == [mine]
    for town in (city.HUMEN, "nowhere"):
        with pytest.raises(actions.NothingChosen):
            exported(own, source, town=town)
    assert {line[column] for line in exported(whole, source)} == {mine, other}
    assert [line[column] for line in exported(whole, source, town=city.HUMEN)] == [other]


def test_a_towns_appeals_without_what_is_confidential(both):
    lines = exported(handler(), "appeals")
    assert [(line[1], line[4], line[10]) for line in lines] == [(FIRMS[city.DALANG], "大朗用电", "已脱敏")]
    with pytest.raises(actions.NothingChosen):
        exported(handler(), "appeals", town=city.HUMEN)
    lines = exported(handler(), "appeals", purpose="contact", words="逐一回访")
    assert [line[10] for line in lines] == ["林启明 13800000001"]


def test_a_manager_exports_what_the_town_may_see(both):
    assert [line[4] for line in exported(manager(), "appeals")] == ["大朗用电"]
    assert {line[4] for line in exported(manager(""), "appeals")} == {"大朗用电", "虎门用电"}


def test_who_was_met_is_masked_and_nobody_else_is_a_person(both):
    everything = "".join(
        "".join(line)
        for source in ("enterprises", "projects", "visits")
        for line in exported(manager(), source)
    )
    assert "林启明" not in everything
    assert ("已脱敏" in everything, "谈了扩产" in everything) == (True, False)
    assert exported(manager(), "visits", purpose="audit", words="年度审计")[0][7] == "林启明总经理"


def test_what_the_lines_say(both, clock):
    (line,) = exported(manager(), "enterprises")
    assert (line[2], line[4], line[5]) == ("大朗镇", "李梅", "2026-03-02")
    (line,) = exported(manager(), "projects")
    assert line[:2] + line[4:5] + line[6:11] == [
        *("XM202600001", "大朗扩建", "大朗镇"),
        *("推进中", "正常推进", "60000000", "0", "温丽"),
    ]
    (line,) = exported(manager(), "visits")
    assert line[3:7] == ["已走访", "2026-03-02", "2026-03-02", "李梅"]


def test_days_from_and_to(both):
    for source in ("projects", "visits"):
        assert len(exported(manager(), source, **{"from": "2026-03-02", "to": "2026-03-02"})) == 1
        assert len(exported(manager(), source, **{"from": "0001-01-01", "to": "9999-12-31"})) == 1
        with pytest.raises(actions.NothingChosen):
            exported(manager(), source, **{"from": "2026-03-03"})
        with pytest.raises(actions.NothingChosen):
            exported(manager(), source, to="2026-03-01")


def test_what_an_officer_may_not_ask_for_does_not_exist(both):
    clerk = city.officer("clerk", agency="")
    asked = {
        clerk: ("town-enterprises", "town-projects", "town-appeals", "town-visits", "nothing"),
        manager(): ("cases",),
        city.officer("service_officer", agency=""): ("cases", "town-enterprises", "town-appeals"),
        handler(): ("cases", "town-enterprises", "town-projects", "town-visits"),
    }
    for who, sources in asked.items():
        for source in sources:
            with pytest.raises(queries.NoSuchSource):
                actions.request(chosen={}, by=city.actor(who), language="en", source=source)
            assert city.signed_in(who).get(f"/desk/exports/new/?source={source}").status_code == 404
    assert not Export.objects.exists()


def test_from_the_workspace_to_the_file(both):
    client = city.signed_in(city.officer("town_manager", agency="", name="黄敏"))
    workspace = client.get(f"/desk/towns/{city.DALANG}/").content.decode()
    links = [
        name
        for name in ("enterprises", "projects", "appeals", "visits")
        if f"source=town-{name}&" in workspace
    ]
    assert links == ["enterprises", "projects", "appeals", "visits"]
    asked = {"source": "town-projects", "town": city.DALANG}
    form = client.get("/desk/exports/new/", asked).content.decode()
    assert ("1 件符合条件" in form, "导出投资项目" in form, "日期自" in form) == (True, True, True)
    answer = client.post("/desk/exports/new/", asked)
    row = Export.objects.get()
    assert answer.url == f"/desk/exports/{row.pk}/"
    city.run_jobs()
    assert "已写入 1，共 1 件" in client.get(answer.url).content.decode()
    file = client.post(f"{answer.url}file/")
    assert file["Content-Disposition"] == 'attachment; filename="projects-20260302.csv"'
    assert "大朗扩建" in b"".join(file.streaming_content).decode()
    assert "投资项目" in client.get("/desk/exports/").content.decode()
    (event,) = [one for one in events.history(row.pk) if one.name == "export.requested"]
    assert event.payload["source"] == "town-projects"


def test_english_is_english(both):
    row = actions.request(
        chosen={}, by=city.actor(manager()), language="en", source="town-projects", purpose=""
    )
    city.run_jobs()
    row.refresh_from_db()
    head, line = b"".join(queries.content(row)).decode().removeprefix("\ufeff").splitlines()
    assert head.startswith("Number,Project,Kind")
    assert "Under way,Moving,60000000" in line


def counted(who, source):
    row = actions.request(chosen={}, by=city.actor(who), language="zh-hans", source=source)
    (event,) = events.history(row.pk)
    with CaptureQueriesContext(connection) as seen:
        tasks.write_part(event)
    city.run_jobs()
    return len(seen)


def test_as_many_queries_for_three_rows_as_for_one(db):
    served(city.DALANG)
    asked = [(manager(), f"town-{name}") for name in ("enterprises", "projects", "visits")]
    asked.append((handler(), "town-appeals"))
    for who, source in asked:
        counted(who, source)
    before = [counted(who, source) for who, source in asked]
    for _ in range(2):
        served(city.DALANG)
    assert [counted(who, source) for who, source in asked] == before
