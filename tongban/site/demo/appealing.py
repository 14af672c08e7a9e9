"""A few appeals of the made-up city's firms, each at another point of its way, so that no desk is empty."""

from datetime import timedelta
from typing import Any

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.parties import queries as known
from tongban.modules.appeals import actions, queries
from tongban.site.demo.awarding import day
from tongban.site.demo.making import City


def appeal_some(city: City) -> int:
    """The appeals that the demo file asks for; none for a firm or an officer that it does not name."""
    made = sum(_appeal(city, one) for one in city.data.get("appeals", []))
    for one in city.data.get("appeal_proposals", []):
        _propose(city, one)
    for one in city.data.get("questions", []):
        _question(city, one)
    return made


def _question(city: City, wanted: dict[str, Any]) -> None:
    """A question of a key enterprise and what was done about it; of the appeal with that title, where one is named."""
    firm = city.firms.get(wanted["firm"])
    if firm is None:
        return
    by = _actor(city, wanted["by"])
    rows = queries.visible(by).filter(organisation_id=firm.pk)
    appeal = next((one for one in rows if one.title == wanted.get("appeal")), None)
    with time.freeze(day(wanted["days_ago"])):
        row = actions.open_question(
            organisation_id=firm.pk,
            title=wanted["title"],
            words=wanted["words"],
            charge=actions.Charge(
                post=wanted["post"],
                agency=wanted["agency"],
                target_on=(time.today() + timedelta(days=wanted["days"])).isoformat(),
                leader=city.accounts[wanted["leader"]].pk if "leader" in wanted else None,
            ),
            appeal_id=appeal.pk if appeal else None,
            by=by,
        )
        for step in wanted.get("then", []):
            time.shift(timedelta(minutes=20))
            move = {"note": actions.note_progress, "ask": actions.ask_enterprise}[step["do"]]
            move(question_id=row.pk, words=step["words"], by=_actor(city, step["by"]))


def _propose(city: City, wanted: dict[str, Any]) -> None:
    """A proposal to change a policy, and its answer where there is one; none without an appeal that speaks for it."""
    if wanted["firm"] not in city.firms:
        return
    with time.freeze(day(wanted["days_ago"])):
        row = actions.propose_change(
            cause=wanted["cause"],
            category=wanted["category"],
            since=(time.today() - timedelta(days=90)).replace(day=1),
            agency=wanted["to"],
            words=wanted["words"],
            by=_actor(city, wanted["by"]),
        )
        answer = wanted.get("answer")
        if answer:
            time.shift(timedelta(hours=2))
            actions.answer_proposal(
                proposal_id=row.pk,
                accepted=True,
                words=answer["words"],
                changes_on=(time.today() + timedelta(days=30)).isoformat(),
                by=_actor(city, answer["by"]),
            )


def _actor(city: City, username: str) -> Actor:
    return known.actor_for(city.accounts[username], time.today())


def _appeal(city: City, wanted: dict[str, Any]) -> int:
    firm = city.firms.get(wanted["firm"])
    if firm is None:
        return 0
    owner = next(a for a in city.accounts.values() if a.person_id == firm.legal_representative_id)
    with time.freeze(day(wanted["days_ago"])):
        row = actions.file_appeal(
            organisation_id=firm.pk,
            category=wanted["category"],
            title=wanted["title"],
            words=wanted["words"],
            answers={name: str(value) for name, value in wanted.get("answers", {}).items()},
            urgent=wanted.get("urgent", False),
            confidential=wanted.get("confidential", False),
            by=known.actor_for(owner, time.today(), firm.pk),
        )
        for step in wanted.get("then", []):
            time.shift(timedelta(minutes=20))
            _step(city, row.pk, step, owner)
    return 1


def _step(city: City, id: Any, step: dict[str, Any], owner: Any) -> None:
    said = {"appeal_id": id, "words": step.get("words", "")}
    if step["do"] == "rate":
        actions.rate(**said, stars=step["stars"], by=known.actor_for(owner, time.today()))
        return
    by = _actor(city, step["by"])
    match step["do"]:
        case "route":
            actions.route(**said, lead=step["lead"], by=by)
        case "contact":
            actions.contact(**said, by=by)
        case "ask":
            actions.ask(**said, by=by)
        case "dispute":
            actions.dispute(**said, by=by)
        case "answer":
            actions.answer(**said, outcome=step["outcome"], cause=step["cause"], by=by)
        case "approve":
            actions.approve(**said, by=by)
