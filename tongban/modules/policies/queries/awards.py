"""Reads of batches: whom to compare, what the rule says of them, what each step still waits for, what the public sees."""

import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Count, QuerySet, Sum

from tongban.foundation import time
from tongban.kernel.access.calc import Actor
from tongban.kernel.catalogue import queries as catalogue
from tongban.kernel.deadlines import queries as deadlines
from tongban.kernel.events.calc import digest
from tongban.kernel.parties import queries as parties
from tongban.kernel.parties.calc import aged
from tongban.kernel.parties.states import FactState
from tongban.modules.policies import rules
from tongban.modules.policies.calc import Offer, Policies
from tongban.modules.policies.calc.definition import read_policy
from tongban.modules.policies.calc.lists import Judgement, judge, matcher_for
from tongban.modules.policies.calc.matching import Matcher, facts_asked
from tongban.modules.policies.calc.terms import offer, terms_on
from tongban.modules.policies.calc.ways import Way, way_of
from tongban.modules.policies.models import Award, AwardBatch, Objection, Opinion, PolicyHolding, PolicyText
from tongban.modules.policies.queries import published
from tongban.modules.policies.states import HELD, AwardState, BatchState, OpinionState, TextKind

_HELD = 8
_lock = threading.Lock()
_matchers: "OrderedDict[tuple[object, ...], tuple[Matcher, Policies]]" = OrderedDict()


def text_of(policy: str) -> PolicyText:
    """The text in force of a policy document; raises NoSuchAward."""
    row = PolicyHolding.objects.select_related("text").filter(kind=TextKind.POLICY, code=policy).first()
    return rules.found(row).text


def terms_of(batch: AwardBatch) -> tuple[Matcher, Policies]:
    """The rule of a batch by the text that it was made by, whatever is in force by now; compiled once in a process."""
    return rule_of(batch.text, batch.item, batch.audience, batch.as_of)


def rule_of(text: PolicyText, item: str, audience: str, as_of: date) -> tuple[Matcher, Policies]:
    """The rule of an item by one text of its policy, in the edition of one day; compiled once in a process."""
    held = published.in_force()
    key = held.key, text.pk, item, as_of
    with _lock:
        found = _matchers.get(key)
    if found is None:
        own = read_policy(text.data)
        others = tuple(one for one in held.policies.policies if one.code != own.code)
        policies = replace(held.policies, policies=(own, *others))
        found = matcher_for(terms_on(policies, as_of, audience=audience), item), policies
        with _lock:
            _matchers[key] = found
            while len(_matchers) > _HELD:
                _matchers.popitem(last=False)
    return found


def offer_of(batch: AwardBatch) -> Offer:
    """The offer that a batch is made of, in its own edition."""
    matcher, _policies = terms_of(batch)
    return next(one for one in matcher.terms.offers if one.code == batch.item)


def way(batch: AwardBatch) -> Way:
    """The steps of a batch and their days."""
    _matcher, policies = terms_of(batch)
    return way_of(policies, offer_of(batch).edition)


def offered(code: str, today: date) -> Offer:
    """An item on the terms in force. Raises NoSuchSubsidy."""
    held = published.in_force()
    policy, item = held.item(code)
    edition = item.edition_on(today) if policy.valid.covers(today) else None
    return offer(held.policies, policy, item, edition or item.editions[0], today)


def workday(day: date, days: int) -> date:
    """The working day so many after a day."""
    return deadlines.calendar().add_workdays(day, days).date


# ------------------------------------------------------------------------------------------------------- comparing


def subjects_after(audience: str, last: uuid.UUID | None, most: int) -> list[tuple[uuid.UUID, str, str]]:
    """The next registered organisations or persons (id, name, place) in the order of their ids."""
    after = parties.organisations_after if audience == "organisation" else parties.persons_after
    return after(last, most)


def values_of(
    subjects: Iterable[uuid.UUID], asked: Iterable[str], today: date
) -> dict[uuid.UUID, dict[str, object]]:
    """What is known of each subject, of the facts asked for only, in one query."""
    wanted, days = set(asked), catalogue.fresh_days()
    found = {}
    for subject, profile in parties.profiles(list(subjects), today).items():
        facts = aged(profile, days, today).facts
        found[subject] = {
            name: one.value for name, one in facts.items() if name in wanted and one.state is FactState.KNOWN
        }
    return found


def facts_of(batch: AwardBatch) -> list[str]:
    """The facts that the rule of a batch reads."""
    matcher, _policies = terms_of(batch)
    return sorted(facts_asked(matcher.terms.offers))


def judged(batch: AwardBatch, values: Mapping[str, object]) -> Judgement:
    """What the rule of a batch says of values."""
    matcher, _policies = terms_of(batch)
    return judge(matcher, batch.item, values)


def today_of(batch: AwardBatch, awards: Iterable[Award]) -> dict[uuid.UUID, Judgement]:
    """What the rule says of awards by what is known today, by award: exclusions are looked at again before each step."""
    rows = list(awards)
    values = values_of([row.subject_id for row in rows], facts_of(batch), time.today())
    return {row.pk: judged(batch, values.get(row.subject_id, {})) for row in rows}


# Who else gives the same items, known to packages above: by item, period and subjects, those that have one.
_GIVERS: list[Callable[[str, str, list[uuid.UUID]], set[uuid.UUID]]] = []


def also_given(
    look: Callable[[str, str, list[uuid.UUID]], set[uuid.UUID]],
) -> Callable[[str, str, list[uuid.UUID]], set[uuid.UUID]]:
    """Let `look` be asked too, whenever it is asked to whom something is given already."""
    _GIVERS.append(look)
    return look


def held_elsewhere(batch: AwardBatch, subjects: Iterable[uuid.UUID], states: Iterable[str]) -> set[uuid.UUID]:
    """Those of the subjects to whom another batch gives the same, or who have claimed it."""
    named = list(subjects)
    rows = Award.objects.filter(
        item=batch.item, period=batch.period, subject_id__in=named, state__in=list(states)
    )
    found = set(rows.exclude(batch=batch).values_list("subject_id", flat=True))
    return found.union(*(look(batch.item, batch.period, named) for look in _GIVERS))


def given(item: str, period: str, subject: uuid.UUID) -> bool:
    """Whether a batch gives the item to the subject for the period."""
    rows = Award.objects.filter(item=item, period=period, subject_id=subject, state__in=list(HELD))
    return rows.exists()


def digest_of(values: Mapping[str, object]) -> str:
    """The digest of a snapshot."""
    return digest({"values": dict(sorted(values.items()))})


# ------------------------------------------------------------------------------------------------------- batches


def batch(batch_id: uuid.UUID, actor: Actor, verb: str = "view", *, lock: bool = False) -> AwardBatch:
    """One batch. Raises NoSuchAward."""
    rows = rules.batches(actor, verb).filter(pk=batch_id)
    if lock:
        rows = rows.select_for_update()
    return rules.found(rows.first())


def award_for(actor: Actor, award_id: uuid.UUID) -> Award:
    """One award of a batch that an officer may see. Raises NoSuchAward."""
    rows = Award.objects.select_related("batch__text", "snapshot").filter(pk=award_id)
    return rules.found(rows.filter(batch__in=rules.batches(actor).values("pk")).first())


def counts(batch: AwardBatch) -> dict[str, tuple[int, int]]:
    """How many awards are in each state, and what they come to in fen."""
    rows = Award.objects.filter(batch=batch).values("state").order_by("state")
    found = rows.annotate(many=Count("pk"), rule=Sum("fen"), granted=Sum("granted_fen"))
    return {row["state"]: (row["many"], row["granted"] or row["rule"] or 0) for row in found}


def awards_of(batch: AwardBatch, *states: str) -> QuerySet[Award]:
    """The awards of a batch, by state if any are named, in the order they were found."""
    rows = Award.objects.filter(batch=batch).order_by("id")
    return rows.filter(state__in=states) if states else rows


def unsampled(batch: AwardBatch) -> int:
    """How many drawn awards nobody has looked at yet."""
    return Award.objects.filter(batch=batch, sampled=True, looked_at__isnull=True).count()


def open_opinions(batch: AwardBatch) -> int:
    """How many departments have neither answered nor let their days pass."""
    return Opinion.objects.filter(batch=batch, state=OpinionState.OPEN).count()


def opinions_of(batch: AwardBatch) -> list[Opinion]:
    """What the departments said of a list."""
    return list(Opinion.objects.filter(batch=batch).order_by("id"))


def opinion(opinion_id: uuid.UUID, actor: Actor) -> Opinion:
    """One opinion that the actor's agency is asked for. Raises NoSuchAward."""
    return rules.found(rules.opinions(actor).select_related("batch").filter(pk=opinion_id).first())


def asked(actor: Actor) -> int:
    """How many opinions wait for the actor's agency."""
    return rules.opinions(actor).filter(state=OpinionState.OPEN).count()


def opinions_due(day: date) -> list[uuid.UUID]:
    """Opinions whose last day lies before `day`."""
    rows = Opinion.objects.filter(state=OpinionState.OPEN, due_on__lt=day).order_by("id")
    return list(rows.values_list("pk", flat=True))


def open_objections(batch: AwardBatch) -> int:
    """How many objections are not answered."""
    return Objection.objects.filter(award__batch=batch, answer="").count()


def objections_of(batch: AwardBatch) -> list[Objection]:
    """The objections to awards of a batch, open ones first."""
    rows = Objection.objects.filter(award__batch=batch).select_related("award")
    return list(rows.order_by("answer", "id"))


def in_notice(today: date) -> QuerySet[AwardBatch]:
    """The lists that anybody may object to today."""
    return (
        AwardBatch.objects.select_related("text")
        .filter(state=BatchState.IN_NOTICE, notice_until__gte=today)
        .order_by("-id")
    )


def results() -> QuerySet[AwardBatch]:
    """The lists that were approved, newest first."""
    shown = [BatchState.APPROVED, BatchState.CONFIRMING, BatchState.ORDERED, BatchState.RECONCILED]
    return AwardBatch.objects.select_related("text").filter(state__in=shown).order_by("-approved_at", "-id")


def public_batch(batch_id: uuid.UUID) -> AwardBatch:
    """A list that is or was in public notice. Raises NoSuchAward."""
    rows = AwardBatch.objects.filter(pk=batch_id, notice_until__isnull=False)
    return rules.found(rows.exclude(state=BatchState.GIVEN_UP).first())


def public_award(award_id: uuid.UUID) -> Award:
    """One award on a published list. Raises NoSuchAward."""
    rows = Award.objects.select_related("batch").filter(pk=award_id, batch__notice_until__isnull=False)
    return rules.found(
        rows.exclude(batch__state=BatchState.GIVEN_UP).exclude(state=AwardState.NEEDS_DATA).first()
    )


# --------------------------------------------------------------------------------------------- whose awards they are


def own_award(actor: Actor, award_id: uuid.UUID, *, lock: bool = False) -> Award:
    """One's own award, or that of an enterprise acted for. Raises NoSuchAward."""
    rows = rules.awards(actor).filter(pk=award_id)
    return rules.found((rows.select_for_update() if lock else rows.select_related("batch__text")).first())


def own_objection(actor: Actor, objection_id: uuid.UUID) -> Objection:
    """An objection of the actor's own. Raises NoSuchAward."""
    rows = Objection.objects.select_related("award").filter(pk=objection_id, made_by=actor.account_id)
    return rules.found(rows.first())


def own_awards(actor: Actor, subject: uuid.UUID) -> list[Award]:
    """The subject's awards, those that wait for a word first; lists that are not in notice yet are nobody's business."""
    rows = rules.awards(actor).filter(subject_id=subject, batch__notice_until__isnull=False)
    found = list(
        rows.select_related("batch__text").exclude(batch__state=BatchState.GIVEN_UP).order_by("-id")[:50]
    )
    return sorted(found, key=lambda row: row.state != AwardState.WAITING)


def own_snapshots(actor: Actor, subject: uuid.UUID) -> list[Award]:
    """The subject's awards on lists that are or were in notice, with what was known of it then; newest first."""
    rows = rules.awards(actor).filter(subject_id=subject, batch__notice_until__isnull=False)
    rows = rows.exclude(batch__state=BatchState.GIVEN_UP).select_related("snapshot", "batch__text")
    return list(rows.defer("snapshot__values").order_by("-id")[:50])


def own_snapshot(actor: Actor, snapshot_id: uuid.UUID) -> Award:
    """The award for which a snapshot of the actor's own, or of an enterprise acted for, was taken. Raises NoSuchAward."""
    rows = rules.awards(actor).filter(snapshot_id=snapshot_id, batch__notice_until__isnull=False)
    return rules.found(rows.select_related("snapshot", "batch__text").first())


def waiting_for(actor: Actor) -> int:
    """How many awards wait for the word of the actor, or of the enterprise acted for."""
    subject = actor.organisation_id or actor.person_id
    if subject is None:
        return 0
    return rules.awards(actor).filter(subject_id=subject, state=AwardState.WAITING).count()


def unanswered(day: date) -> list[uuid.UUID]:
    """Awards that nobody answered in time."""
    return list(
        Award.objects.filter(state=AwardState.WAITING, due_on__lt=day)
        .order_by("id")
        .values_list("pk", flat=True)
    )


def to_remind(until: date) -> list[uuid.UUID]:
    """Awards to be answered by `until` of which nobody was reminded."""
    rows = Award.objects.filter(state=AwardState.WAITING, due_on__lte=until, reminded_at__isnull=True)
    return list(rows.order_by("id").values_list("pk", flat=True))


def award_of_payout(payout_id: uuid.UUID) -> Award | None:
    """The award that a payout pays, if it pays one."""
    return Award.objects.filter(payout_id=payout_id).first()


def unfinished(batch: AwardBatch) -> bool:
    """Whether anybody on the list still waits: for money to be set aside, for a word, or for the order."""
    states = [AwardState.LISTED, AwardState.WAITING, AwardState.CONFIRMED]
    return Award.objects.filter(batch=batch, state__in=states).exists()


def ordered_batches() -> list[AwardBatch]:
    """Batches of which everything is ordered."""
    return list(AwardBatch.objects.filter(state=BatchState.ORDERED).order_by("id"))


def paid_payouts(batch: AwardBatch) -> list[uuid.UUID] | None:
    """The payouts of a batch when all that was ordered is paid, clawed back since or not; None before."""
    if Award.objects.filter(batch=batch, state=AwardState.ORDERED).exists():
        return None
    rows = Award.objects.filter(batch=batch, state__in=[AwardState.PAID, AwardState.CLAWED]).order_by("id")
    return list(rows.values_list("payout_id", flat=True))
