"""A case as an officer opens it: loaded once, then read by all parts of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.foundation import time
from tongban.foundation.criteria import Condition
from tongban.kernel.access.calc import Actor
from tongban.kernel.cases import queries
from tongban.kernel.cases.queries import Turn
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.catalogue.calc import ConditionResult, Definition
from tongban.kernel.catalogue.states import DocumentKind
from tongban.terminals.desk import words
from tongban.terminals.ui import parts, texts
from tongban.terminals.ui.rulewords import RuleWords
from tongban.terminals.ui.texts import _


@dataclass(frozen=True)
class Opened:
    """A case with what all parts of its page need. `answers` leave out corrections that are still under way."""

    case: Any
    definition: Definition
    documents: Mapping[str, Mapping[str, Mapping[str, Any]]]
    steps: Sequence[Any]
    supplement: Any
    answers: Mapping[str, Any]
    values: Mapping[str, Any]
    known: frozenset[str]
    turn: Turn
    today: date

    def agency(self, code: str) -> str:
        """The name of an agency; its code where the pack no longer has it."""
        document = self.documents[DocumentKind.AGENCY].get(code)
        return texts.local(document["name"]) if document else code

    def locked(self, field: Any) -> bool:
        """True for a field that the city's data fill and the applicant may not change."""
        return not field.editable and field.fact in self.known


def open_case(actor: Actor, case: Any) -> Opened:
    """Load what belongs to a case that `actor` was already found to see. Five queries."""
    today = time.today()
    definition = queries.version_of(case).definition
    supplement = queries.supplement_of(case)
    steps = queries.steps_of(case)
    answers = queries.shown_answers(case, supplement)
    facts = queries.profile_of(case, today).values()
    return Opened(
        case=case,
        definition=definition,
        documents=catalogue.snapshot().documents,
        steps=steps,
        supplement=supplement,
        answers=answers,
        values=definition.values(facts, case.situation, answers),
        known=frozenset(facts),
        turn=queries.turn_of(actor, case, steps, supplement),
        today=today,
    )


def prechecks(opened: Opened) -> list[parts.Check]:
    """What the data say of each acceptance condition; the rest is for a person to judge."""
    words_of = RuleWords(opened.definition, opened.documents.get(DocumentKind.FACT, {}))
    return [_check(words_of, result) for result in opened.definition.judge_conditions(opened.values)]


def _check(words_of: RuleWords, result: ConditionResult) -> parts.Check:
    text = words.of(result.text)
    if result.outcome is None:
        return parts.Check(text, None, _("待人工确认"))
    if result.outcome.verdict is None:
        missing = texts.listed(words_of.label(name) for name in result.outcome.needs)
        return parts.Check(text, None, _("缺少数据：{names}", names=missing))
    said = "；".join(_found(words_of, condition) for condition in result.outcome.conditions)
    return parts.Check(text, result.outcome.verdict, said)


def _found(words_of: RuleWords, condition: Condition) -> str:
    """The data behind one condition; what is sensitive is only said to have been compared."""
    name = condition.facts[0] if condition.facts else ""
    if condition.missing:
        return _("缺少数据：{names}", names=words_of.label(condition.missing))
    if any(words_of.sensitive(fact) for fact in condition.facts):
        return _("{name}：已比对", name=words_of.label(name))
    value = words_of.found(condition, words.plain(condition.value))
    found = _("{name}：{value}", name=words_of.label(name), value=value)
    if condition.verdict is False:
        return _("{found}，要求 {rule}", found=found, rule=words_of.rule(condition.text, condition.facts))
    return found
