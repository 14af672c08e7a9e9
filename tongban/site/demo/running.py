"""Runs cases through the same actions as real ones, at moments of the last weeks, and leaves them at every stage."""

from datetime import timedelta
from typing import Any

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.foundation.money import parse_yuan
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import actions, queries
from tongban.kernel.cases.models import Case
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.documents import actions as documents
from tongban.kernel.documents.models import StoredFile
from tongban.kernel.parties import queries as parties
from tongban.site.demo.making import City

DAYS_BACK = 12  # working days over which the cases are spread


def run_cases(city: City, count: int) -> int:
    """Make up to `count` cases of items that have steps; returns how many came about."""
    items = [item for item in catalogue.items() if not item.definition.instant and _staffed(city, item)]
    made = tried = 0
    drawing = _drawing()
    start = time.now()
    days = deadlines.calendar()
    while made < count and items and tried < count * 20:
        tried += 1
        back = city.dice.randint(0, DAYS_BACK)
        day = start - timedelta(days=back)
        while not days.is_workday(day.date()):
            day -= timedelta(days=1)
        at = day.replace(hour=city.dice.randint(8, 17), minute=city.dice.randint(0, 59))
        with time.freeze(min(at, start)):
            case = _file(city, city.dice.choice(items), drawing)
        if case is not None:
            made += 1
            _handle(city, case, start)
    return made + _for_the_named(city, items, drawing, start)


# What each of the named officers should find waiting: the way of a case, and whose turn it is at its end.
_FINDS = {
    "clerk": ("wait", "case.accept"),
    "reviewer": ("accept", "case.review"),
    "decider": ("review", "case.decide"),
}
EACH_FINDS = 2
TRIES = 12


def _staffed(city: City, item: Any) -> bool:
    """Whether the demonstration has officers for every agency that has a part in the item."""
    agencies = {item.definition.data["agency"], *(step.agency for step in item.definition.steps)} - {""}
    roles = ("clerk", "reviewer", "decider")
    return all(f"{agency}-{role}" in city.accounts for agency in agencies for role in roles)


def _for_the_named(city: City, items: list[Any], drawing: StoredFile, now: Any) -> int:
    """A few cases for every named officer of a town, so that whoever tries the desk finds something to do."""
    made = 0
    for officer in city.data["staff"]:
        if officer["role"] not in _FINDS or not officer["place"]:
            continue
        stage, turn = _FINDS[officer["role"]]
        own = [item for item in items if item.definition.data["agency"] == officer["agency"]]
        own = [item for item in own if item.definition.data["handled_at"] == "town"]
        found = tried = 0
        while own and found < EACH_FINDS and tried < TRIES:
            tried += 1
            with time.freeze(now - timedelta(hours=city.dice.randint(26, 30))):
                case = _file(city, city.dice.choice(own), drawing, officer["place"])
            if case is not None:
                made += 1
                _take(city, case, now, stage)
                found += queries.case(case.pk).waiting_for == turn
    return made


def _drawing() -> StoredFile:
    """A one-page PDF that stands in for what applicants upload."""
    page = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 297]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length 96>>stream\n2 w 40 40 340 217 re S 40 150 160 107 re S 200 40 180 90 re S 60 60 m 120 60 l S"
        b"                  \nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return documents.put(page, "layout.pdf")


def _actor(city: City, item: Any, place: str = "") -> Actor | None:
    audience = set(item.definition.data["audience"])
    if audience & {"organisation", "sole_trader"}:
        firms = [firm for firm in city.firms.values() if place in firm.place_path]
        firm = city.dice.choice(firms or list(city.firms.values()))
        owner = next(a for a in city.accounts.values() if a.person_id == firm.legal_representative_id)
        return parties.actor_for(owner, time.today(), firm.pk)
    near = [name for name, row in city.people.items() if place in row.place_path]
    person = city.dice.choice(near or list(city.people))
    return parties.actor_for(city.accounts[person], time.today())


def _file(city: City, item: Any, drawing: StoredFile, place: str = "") -> Case | None:
    """Fill an application as a person would and hand it in; None where this applicant cannot complete it."""
    actor = _actor(city, item, place)
    definition = item.definition
    situation = {q.id: city.dice.choice(q.options).id for q in definition.questions}
    try:
        case = actions.open_draft(item_code=item.code, by=actor, situation=situation)
        if case.state != "draft":
            return None
        for _ in range(3):  # an answer can bring up further fields
            application = queries.application(queries.case_for(actor, case.pk), time.today())
            wanted = {
                error.field.split("-")[0] for error in application.errors
            }  # a cell names its group first
            answers = {id: _answer(city, definition.fields[id]) for id in sorted(wanted)}
            if not answers:
                break
            actions.save(case_id=case.pk, by=actor, answers=answers)
        application = queries.application(queries.case_for(actor, case.pk), time.today())
        if any(one.outcome and one.outcome.verdict is False for one in application.conditions):
            actions.delete_draft(case_id=case.pk, by=actor)  # who plainly does not qualify does not apply
            return None
        for material in application.missing_materials:
            actions.add_material(case_id=case.pk, material=material, file=drawing, by=actor)
        actions.save(case_id=case.pk, by=actor, signed=list(application.unsigned))
        return actions.submit(case_id=case.pk, by=actor)
    except Problem:
        return None


def _answer(city: City, field: Any) -> Any:
    example = field.limits.get("example")
    if field.type == "rows":
        whole = field.limits.get("total", {})
        return [
            {one.id: whole["is"] if one.id == whole.get("of") else _answer(city, one) for one in field.fields}
        ]
    if field.options:
        choice = field.options[0].id
        return [choice] if field.type == "choices" else choice
    match field.type:
        case "yesno":
            return True
        case "int":
            return int(example or max(field.limits.get("min", 1), 1))
        case "money":
            return parse_yuan(str(example or "1000"))
        case "decimal":
            return str(example or "50")
        case "date":
            return time.today().isoformat()
        case "resident_id":
            return next(iter(city.people.values())).id_no
        case "place":
            return city.dice.choice([one["place"] for one in city.data["staff"] if one["place"]])
    return str(example) if example else "示例"


def _officer(city: City, case: Case, role: str, agency: str = "") -> Actor:
    """Who does it at the case's agency, or at the one that has a step of it."""
    agency = agency or case.agency
    name = f"{agency}-{role}"
    if name not in city.accounts:  # a village's own body has a handler and a head, and no team
        wanted = "village_head" if role == "decider" else "village_handler"
        name = next(
            one["username"] for one in city.data["staff"] if (one["agency"], one["role"]) == (agency, wanted)
        )
    return parties.actor_for(city.accounts[name], time.today())


def _handle(city: City, case: Case, now: Any) -> None:
    """Take some of the cases further, each step a little later than the one before, never past now."""
    stage = city.dice.choices(
        ["wait", "supplement", "accept", "review", "grant", "deny"], [4, 2, 4, 3, 3, 1]
    )[0]
    _take(city, case, now, stage)


def _take(city: City, case: Case, now: Any, stage: str) -> None:
    moment = case.submitted_at
    try:
        for name in _PATHS[stage]:
            moment = min(moment + timedelta(hours=city.dice.randint(2, 30)), now)
            with time.freeze(moment):
                _STEPS[name](city, case)
    except Problem:
        return  # an item without that step: the case stays where it is


def _supplement(city: City, case: Case) -> None:
    definition = queries.version_of(case).definition
    point = {"kind": "field", "id": next(iter(definition.fields)), "note": "请核对后重新填写"}
    if definition.materials:
        point = {"kind": "material", "id": definition.materials[-1].id, "note": "图面不清楚，请重新上传"}
    actions.request_supplement(
        case_id=case.pk, points=[point], message="请按所列内容一次性补正。", by=_officer(city, case, "clerk")
    )


def _review(city: City, case: Case) -> None:
    while queries.case(case.pk).waiting_for == "case.review":
        step = next(one for one in queries.steps_of(case) if one.state == "open")
        agency = step.agency or case.agency
        actions.complete_step(
            case_id=case.pk,
            step_id=step.pk,
            opinion="符合条件。",
            by=_officer(city, case, "reviewer", agency),
            second_officer=_officer(city, case, "clerk", agency).account_id,
        )


_STEPS = {
    "accept": lambda city, case: actions.accept(case_id=case.pk, by=_officer(city, case, "clerk")),
    "supplement": _supplement,
    "review": _review,
    "grant": lambda city, case: actions.grant(case_id=case.pk, by=_officer(city, case, "decider")),
    "deny": lambda city, case: actions.deny(
        case_id=case.pk, reasons="现场与申报内容不一致。", by=_officer(city, case, "decider")
    ),
}
_PATHS = {
    "wait": [],
    "supplement": ["supplement"],
    "accept": ["accept"],
    "review": ["accept", "review"],
    "grant": ["accept", "review", "grant"],
    "deny": ["accept", "review", "deny"],
}
