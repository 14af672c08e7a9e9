"""Projects that stand at different stages and lights, and enterprises with officers, a visit and a promise."""

from datetime import timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.parties import queries as parties
from tongban.modules.projects import actions as projects
from tongban.modules.projects import queries
from tongban.modules.projects.actions import Decision, Plan, Said
from tongban.modules.visits import actions as visits
from tongban.modules.visits import queries as service
from tongban.modules.visits.actions import Report
from tongban.site.demo.making import City

OFFICER, MANAGER = "project", "towns"
VISITED, DUE = 9, 12  # days back of the visit, and from then on until the promise is due


def serve_some(city: City) -> None:
    """What the demo file asks for; firms that were not made are left out."""
    for one in city.data.get("service", []):
        if one["firm"] in city.firms:
            _serve(city, one)
    for one in city.data.get("projects", []):
        if one["firm"] in city.firms:
            _project(city, one)


def _actor(city: City, who: str) -> Any:
    return parties.actor_for(city.accounts[who], time.today())


def _project(city: City, wanted: dict[str, Any]) -> None:
    """Opened so many days ago, then moved from stage to stage, some money spent, a document shown, one matter followed up."""
    with time.freeze(time.now() - timedelta(days=min(wanted["days"], 80))):
        by = _actor(city, OFFICER)
        plan = Plan(
            wanted["kind"],
            wanted["name"],
            city.firms[wanted["firm"]].pk,
            wanted["answers"]["invest"],
            wanted["answers"],
        )
        opened, row = time.today(), projects.open_project(plan=plan, by=by)
    with time.freeze(time.now() - timedelta(days=min(wanted["moved"], 75))):
        today = time.today()
        stages = [one.id for one in queries.kind(row.kind).stages]
        way = stages[1 : stages.index(wanted["stage"]) + 1]
        for number, stage in enumerate(way, start=1):
            on = opened + (today - opened) * number // len(way)
            projects.advance(project_id=row.pk, stage=stage, on=on, by=by)
        if wanted.get("done"):
            said = Said("money", "首期投资已经到位。", fen=wanted["done"])
            projects.note(project_id=row.pk, said=said, by=by)
        whole = wanted["answers"]["invest"]
        years = {today.year: whole * 6 // 10, today.year + 1: whole - whole * 6 // 10}
        projects.plan_years(project_id=row.pk, years=years, by=by)
        paper = Said(
            "document",
            "备案证已经取得。",
            about="filing_certificate",
            number=f"示例备〔{today.year}〕1号",
            to_firm=True,
        )
        projects.note(project_id=row.pk, said=paper, by=by)
        met = [
            Decision("各许可同步受理，缺的材料一次告知。", row.agency, today + timedelta(days=20)),
            Decision("每两周向企业通报一次进度。", row.agency, today + timedelta(days=90)),
        ]
        projects.hold_meeting(
            project_id=row.pk, day=today, chair="分管副镇长", offices=[row.agency], decisions=met, by=by
        )
        if wanted.get("issue"):
            said = Said("issue", wanted["issue"], office=row.agency, due_on=today + timedelta(days=90))
            projects.note(project_id=row.pk, said=said, by=by)


def _serve(city: City, wanted: dict[str, Any]) -> None:
    firm, manager = city.firms[wanted["firm"]], _actor(city, MANAGER)
    officer, deputy = city.accounts[wanted["officer"]], city.accounts[wanted["deputy"]]
    with time.freeze(time.now() - timedelta(days=VISITED + 30)):
        for account in (officer, deputy):
            visits.name_officer(
                account_id=account.pk, phone=wanted["phone"], place_path=firm.place_path, by=SYSTEM
            )
        by_hand = [code for code, one in service.settings().lists.items() if one.rule is None]
        for code in by_hand[:1]:
            visits.put_on_list(code=code, uscc=firm.uscc, by=manager)
        visits.assign(organisation_id=firm.pk, officer_id=officer.pk, deputy_id=deputy.pk, by=SYSTEM)
    by = parties.actor_for(officer, time.today())
    if "promise" in wanted:
        with time.freeze(time.now() - timedelta(days=VISITED)):
            today = time.today()
            row = visits.plan_visit(organisation_id=firm.pk, purpose="regular", on=today, by=by)
            promise = (wanted["promise"]["zh"], today + timedelta(days=DUE))
            report = Report("总经理", "订单饱满，希望年内扩产；担心用电。", None, [promise])
            visits.record_visit(visit_id=row.pk, report=report, by=by)
    on = time.today() + timedelta(days=2)
    visits.plan_visit(organisation_id=firm.pk, purpose="project", on=on, by=by)
