"""Many appeals are joined to one at once: who is, who is not and why, what the log and the firms are told, and that it holds."""

import uuid

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.appeals.filing import answered, filed, routed
from tongban.foundation.time import now
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.events.models import Event
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import queries as parties
from tongban.kernel.records.actions import action
from tongban.modules.appeals import actions, queries
from tongban.modules.appeals.calc.joining import bare, shared
from tongban.modules.appeals.models import Appeal, AppealEntry, AppealTask
from tongban.modules.appeals.rules import NoSuchAppeal
from tongban.modules.appeals.states import StepNotPossible
from tongban.modules.appeals.states.joining import MOST_JOINED, Alike, Bar, CannotLead, TooManyToJoin

HUMEN, PARK = city.town(city.HUMEN), "441900401"


def another(name="另一家示例有限公司", place=city.DALANG, **more):
    """An appeal of a firm of its own, which says the same as the others unless told otherwise."""
    head = city.person(place=place)
    city.organisation(head, name, place=place, org__place=place)
    by = city.actor(city.account(head))
    return filed(by, by.represents[0], **more)


def join(lead, rows, by):
    """The names of what was joined, and the reason for each of the others; `rows` by name."""
    done = actions.merge_all(appeal_ids=[one.pk for one in rows.values()], into=lead.pk, by=by)
    names = {one.pk: name for name, one in rows.items()}
    return {names[one.pk] for one in done.joined}, {names[one.pk]: reason for one, reason in done.barred}


def stands(row):
    row.refresh_from_db()
    return row.state, row.owner, row.next_on, row.main_id


def everything():
    return list(Appeal.objects.order_by("id").values()), Event.objects.count(), AppealEntry.objects.count()


def test_each_that_can_is_joined_and_each_other_is_named(boss, firm, desk, office):
    lead = filed(boss, firm)
    rows = {
        "pool": another(),
        "assigned": actions.route(appeal_id=another().pk, lead="industry", assists=("justice",), by=desk),
        "same_words": filed(boss, firm),
        "other_words": filed(boss, firm, words="员工子女入学。"),
        "secret": another(confidential=True),
        "leads": another(),
        "elsewhere": another(),
        "in_hand": another(),
        "refused": another(),
        "here": another(),
    }
    actions.merge(appeal_id=rows["elsewhere"].pk, into=rows["leads"].number, by=desk)
    actions.route(appeal_id=rows["in_hand"].pk, lead="industry", by=desk)
    actions.contact(appeal_id=rows["in_hand"].pk, words="已联系。", by=office("industry"))
    actions.refuse(appeal_id=rows["refused"].pk, words="应走诉讼。", by=desk)
    actions.merge(appeal_id=rows["here"].pk, into=lead.number, by=desk)
    before = stands(lead)
    joined, barred = join(lead, {**rows, "lead": lead}, desk)
    assert joined == {"pool", "assigned", "same_words"}
    assert barred == {
        "other_words": Bar.OTHER_WORDS,
        "secret": Bar.SECRECY,
        "leads": Bar.LEADS,
        "elsewhere": Bar.ELSEWHERE,
        "in_hand": Bar.IN_HAND,
        "refused": Bar.ENDED,
        "here": Bar.HERE,
    }
    for name in joined:
        assert stands(rows[name]) == ("merged", "", None, lead.pk)
        assert rows[name].ended_at == now()
    assert stands(rows["other_words"])[0] == "pool"
    assert stands(rows["in_hand"])[0] == "working"
    assert stands(lead) == before
    assert {one.state for one in AppealTask.objects.filter(appeal=rows["assigned"])} == {"cancelled"}
    assert queries.wrong() == []


def test_the_log_is_told_of_each_as_of_one_joined_by_itself(boss, firm, desk):
    lead, single = filed(boss, firm), another()
    actions.merge(appeal_id=single.pk, into=lead.number, by=desk)
    rows = {str(n): another() for n in range(3)}
    assert join(lead, rows, desk) == ({"0", "1", "2"}, {})

    def told(row):
        event = Event.objects.get(subject_id=row.pk, name="appeal.merged")
        entry = AppealEntry.objects.get(appeal=row, verb="merge")
        return (
            {**event.payload, "number": event.payload["number"] == row.number},
            event.actor_id,
            (entry.by, entry.agency, entry.words, entry.cycle),
        )

    assert [told(row) for row in rows.values()] == [told(single)] * 3
    assert not Event.objects.filter(subject_id=lead.pk, name="appeal.merged").exists()


def test_firms_are_told_once_and_of_their_own_number_alone(boss, firm, desk):
    lead, rows = filed(boss, firm), {str(n): another() for n in range(2)}
    city.run_jobs()
    told = Notice.objects.count()
    join(lead, rows, desk)
    city.run_jobs()
    assert join(lead, rows, desk) == (set(), {"0": Bar.HERE, "1": Bar.HERE})
    city.run_jobs()
    new = list(Notice.objects.order_by("id"))[told:]
    assert {one.about_id for one in new} == {row.pk for row in rows.values()}
    assert len(new) == 2
    assert all(lead.number not in one.body_zh for one in new)


def test_a_second_press_changes_nothing(boss, firm, desk):
    lead, rows = filed(boss, firm), {"one": another(), "two": another()}
    join(lead, rows, desk)
    before = everything()
    assert join(lead, rows, desk) == (set(), {"one": Bar.HERE, "two": Bar.HERE})
    assert everything() == before


def test_where_the_lead_cannot_lead_nothing_is_done(boss, firm, desk, clock):
    ended, open_, row = filed(boss, firm), another(), another()
    actions.merge(appeal_id=ended.pk, into=open_.number, by=desk)
    before = everything()
    with pytest.raises(CannotLead, match=ended.number):
        actions.merge_all(appeal_ids=[row.pk], into=ended.pk, by=desk)
    with pytest.raises(NoSuchAppeal):
        actions.merge_all(appeal_ids=[row.pk], into=uuid.uuid4(), by=desk)
    with pytest.raises(actions.NothingToJoin):
        actions.merge_all(appeal_ids=[open_.pk], into=open_.pk, by=desk)
    with pytest.raises(TooManyToJoin, match="101 were ticked"):
        actions.merge_all(
            appeal_ids=[row.pk, *(uuid.uuid4() for _ in range(MOST_JOINED))], into=open_.pk, by=desk
        )
    assert everything() == before


def test_what_is_not_the_officers_is_neither_joined_nor_named(boss, firm, desk):
    """A town's coordinator, and officers who may only look: other towns', another desk's confidential ones."""
    own = another(place=PARK)
    rows = {
        "own": another("松山湖示例有限公司", PARK),
        "city": filed(boss, firm),
        "city_secret": filed(boss, firm, confidential=True),
        "humen": another("虎门示例有限公司", city.HUMEN),
    }
    park = city.actor(city.officer("appeal_coordinator", agency="town-songshan-lake", place=city.town(PARK)))
    assert join(own, rows, park) == ({"own"}, {})
    assert {name: stands(row)[0] for name, row in rows.items()} == {
        "own": "merged",
        "city": "pool",
        "city_secret": "pool",
        "humen": "pool",
    }
    strangers = [
        city.actor(city.officer("appeal_officer", agency="town-dalang", place=city.town())),
        city.actor(city.officer("town_manager", agency="", place="")),
        city.actor(city.officer("appeal_coordinator", agency="industry", place=HUMEN)),
        city.actor(city.officer("clerk")),
        boss,
    ]
    before = everything()
    for who in strangers:
        with pytest.raises((NoSuchAppeal, actions.NothingToJoin)):
            actions.merge_all(appeal_ids=[rows["city_secret"].pk, own.pk], into=rows["city"].pk, by=who)
    with pytest.raises(NoSuchAppeal):  # and none of theirs goes into what they cannot see
        actions.merge_all(appeal_ids=[own.pk], into=rows["city"].pk, by=park)
    assert everything() == before


def test_who_is_recused_from_a_firm_neither_joins_nor_names_it(boss, firm, desk):
    lead, rows = another(), {"kept_away": filed(boss, firm), "other": another()}
    access.recuse(account_id=desk.account_id, subject_id=firm, reason="是近亲属", by=SYSTEM)
    recused = city.actor(parties.account(desk.account_id))
    assert join(lead, rows, recused) == ({"other"}, {})
    assert stands(rows["kept_away"])[0] == "pool"
    with pytest.raises(NoSuchAppeal):
        actions.merge_all(appeal_ids=[lead.pk], into=rows["kept_away"].pk, by=recused)


def test_a_hundred_cost_no_more_statements_than_three(boss, firm, desk):
    def cost(count):
        lead, rows = filed(boss, firm), [another() for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            done = actions.merge_all(appeal_ids=[one.pk for one in rows], into=lead.pk, by=desk)
        assert len(done.joined) == count
        return len(asked)

    assert cost(1) == cost(3)
    assert cost(40) <= cost(3) + 4  # long lists go in batches


def test_no_appeal_leads_itself(boss, firm, desk):
    row = filed(boss, firm)

    @action
    def forged():
        Appeal.objects.filter(pk=row.pk).update(
            main=row.pk, state="merged", owner="", next_on=None, ended_at=now()
        )

    with pytest.raises(IntegrityError, match="appeal_no_own_lead"):
        forged()


def test_a_single_one_still_brings_along_what_was_joined_to_it(boss, firm, desk):
    lead, middle, last = filed(boss, firm), another(), another()
    join(middle, {"last": last}, desk)
    with pytest.raises(actions.CannotMerge):
        actions.merge(appeal_id=middle.pk, into=last.number, by=desk)  # which has ended
    actions.merge(appeal_id=middle.pk, into=lead.number, by=desk)
    assert stands(last)[3] == stands(middle)[3] == lead.pk
    assert set(queries.joined_in_sight(desk, lead)) == {middle, last}
    with pytest.raises(StepNotPossible):
        actions.merge(appeal_id=middle.pk, into=lead.number, by=desk)


def test_what_is_like_it_and_why(boss, firm, desk, office):
    lead = filed(boss, firm)
    rows = {
        "same": another(),
        "near": another(words="一家大型企业拖欠货款五百万元。", place=city.HUMEN),
        "own": filed(boss, firm, "inspection", title="检查太多", words="一个月来了四次。"),
        "far": another(title="工伤认定", words="不知道找谁。"),
        "answered": another(),
        "elsewhere": another(category="inspection"),
        "joined": another(),
    }
    actions.route(appeal_id=rows["answered"].pk, lead="industry", by=desk)
    answered(Appeal.objects.get(pk=rows["answered"].pk), office("industry"))
    actions.merge(appeal_id=rows["joined"].pk, into=lead.number, by=desk)
    names = {one.pk: name for name, one in rows.items()}
    found = {names[one.row.pk]: one for one in queries.alike(desk, lead)}
    assert set(list(found)[:2]) == {"same", "answered"}  # likest first
    assert set(found) == {"same", "near", "own", "far", "answered"}
    assert {name for name, one in found.items() if one.joinable} == {"same", "near", "far"}
    assert {name: one.bar for name, one in found.items() if one.bar} == {
        "own": Bar.OTHER_WORDS,
        "answered": Bar.IN_HAND,
    }
    ended = queries.alike(desk, Appeal.objects.get(pk=rows["joined"].pk))
    assert {one.ours for one in ended} == {False}
    assert found["same"].why.reasons == (Alike.SAME_WORDS, Alike.CATEGORY, Alike.TOWN)
    assert found["near"].why.reasons == (Alike.NEAR_WORDS, Alike.CATEGORY)
    assert found["own"].why.reasons == (Alike.SAME_FIRM, Alike.TOWN)
    assert found["far"].why.reasons == (Alike.CATEGORY, Alike.TOWN)
    town = city.actor(city.officer("appeal_officer", agency="town-dalang", place=city.town()))
    seen = {names[one.row.pk]: one.joinable for one in queries.alike(town, lead)}
    assert seen == dict.fromkeys(("same", "own", "far", "answered"), False)


def test_an_office_sees_of_what_was_joined_only_its_own(boss, firm, desk, office):
    lead = routed(boss, firm, desk)
    mine = actions.route(appeal_id=another().pk, lead="industry", by=desk)
    rows = {"mine": mine, "pool": another(), "other": another("虎门示例有限公司", city.HUMEN)}
    join(lead, rows, desk)
    town = city.actor(city.officer("appeal_officer", agency="town-humen", place=HUMEN))
    for who, expected in (
        (desk, set(rows)),
        (office("industry"), {"mine"}),
        (town, {"other"}),
    ):
        held = {one.pk for one in queries.joined_in_sight(who, lead)}
        assert {name for name, row in rows.items() if row.pk in held} == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("拖欠 货款。", "拖欠货款", 100),
        ("ＡＢＣ", "abc", 100),
        ("拖欠货款", "员工入学", 0),
        ("拖欠货款", "拖欠货物", 66),
        ("", "拖欠", 0),
        ("一", "二", 0),
    ],
)
def test_words_are_compared_by_pairs_of_signs(one, other, expected):
    assert shared(bare(one), bare(other)) == expected
    assert shared(bare(other), bare(one)) == expected
