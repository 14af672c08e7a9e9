"""A town writes its own sub-categories and routes; another person of the town puts them in force."""

import uuid

from tongban.foundation import time
from tongban.foundation.errors import Problem
from tongban.kernel.access.calc import Actor
from tongban.kernel.events import actions as events
from tongban.kernel.places import queries as places
from tongban.kernel.records.actions import action
from tongban.modules.appeals import queries, rules
from tongban.modules.appeals.models import TownRuleText
from tongban.modules.appeals.states.townrules import DRAFTED, MOST_CHARACTERS, PUBLISHED, Edition


class BadRules(Problem):
    """What a town wrote cannot hold; `faults` say line by line what to do, in Chinese and English."""

    code = "town_rules.faulty"
    status = 422
    faults: tuple[tuple[str, str], ...] = ()


class OwnDraft(Problem):
    """Whoever wrote rules does not put them in force."""

    code = "town_rules.own_draft"
    status = 409


def _checked(text: str, town: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MOST_CHARACTERS:
        raise BadRules(
            sentence_zh=f"规则超过 {MOST_CHARACTERS} 个字。",
            sentence_en=f"The rules have more than {MOST_CHARACTERS} characters.",
            todo_zh="请删去不用的规则。",
            todo_en="Take out what is not needed.",
        )
    _rules, faults = queries.check_town_rules(text, town)
    if faults:
        problem = BadRules(
            sentence_zh=f"规则有 {len(faults)} 处错误。",
            sentence_en=f"The rules have {len(faults)} faults.",
            todo_zh="请按下面逐行列出的提示改正。",
            todo_en="Correct what is listed line by line.",
        )
        problem.faults = tuple((one.text("zh-hans"), one.text("en")) for one in faults)
        raise problem
    return text


@action
def draft_town_rules(*, town: str, text: str, by: Actor) -> TownRuleText:
    """Write the town's draft, in the place of the one there was; an empty text takes the rules back once published.

    Raises NoSuchTownRules, BadRules.
    """
    place = places.by_code(town)
    if place is None or place not in places.towns() or not rules.keeps(by, place.path):
        raise rules.no_such_town_rules()
    if by.account_id is None:
        raise AssertionError("a manager has an account")
    text = _checked(text, town)
    row = TownRuleText.objects.select_for_update().filter(town=town, state=Edition.DRAFT).first()
    row = row or TownRuleText(town=town, place_path=place.path, city_desk=queries.rulebook().desk)
    row.text, row.drafted_by, row.drafted_at = text, by.account_id, time.now()
    row.save()
    events.record(name=DRAFTED, about=row, by=by, payload={"town": town})
    return row


@action
def publish_town_rules(*, rules_id: uuid.UUID, by: Actor) -> TownRuleText:
    """Put a draft in force for appeals handed in from now on; what held before is kept as history.

    It is checked again, because the pack may have changed. Raises NoSuchTownRules, OwnDraft, BadRules.
    """
    found = TownRuleText.objects.select_for_update(of=("self",)).filter(
        rules.town_rules(by, "publish"), pk=rules_id, state=Edition.DRAFT
    )
    row = found.first()
    if row is None:
        raise rules.no_such_town_rules()
    if row.drafted_by == by.account_id:
        raise OwnDraft(
            sentence_zh="起草人不能发布自己起草的规则。",
            sentence_en="Whoever drafted rules does not publish them.",
            todo_zh="请本镇街的另一位管理人员核对后发布。",
            todo_en="Ask another manager of the town to read and publish them.",
        )
    _checked(row.text, row.town)
    TownRuleText.objects.filter(town=row.town, state=Edition.LIVE).update(state=Edition.PAST)
    row.state, row.published_by, row.published_at = Edition.LIVE, by.account_id, time.now()
    row.save()
    events.record(name=PUBLISHED, about=row, by=by, payload={"town": row.town})
    return row
