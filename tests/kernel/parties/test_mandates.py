"""Acting for others: who gives, who accepts, what it opens and to whom it never does, and that its end is at once."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError

from tests import city
from tongban.kernel.access.calc import SYSTEM, Held
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.cases.actions.filing import NotForYou
from tongban.kernel.cases.queries import NoSuchCase
from tongban.kernel.events import queries as events
from tongban.kernel.notices.models import Notice
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import Terms
from tongban.kernel.parties.models import Mandate
from tongban.kernel.parties.rules import NoSuchMandate
from tongban.kernel.parties.states import MandateSource
from tongban.kernel.records.actions import action

pytestmark = pytest.mark.django_db
MONDAY, DAY = dt.date(2026, 3, 2), dt.timedelta(days=1)
ITEM, OTHER = "old-age-allowance", "tax-proof"
FIRM_ITEM, FIRM_OTHER = "food-licence", "pollution-registration"


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


class Two:
    """A principal, an agent and a stranger with their accounts."""

    def __init__(self) -> None:
        self.old = city.person("何秀珍", born="1944-05-01")
        self.young, self.stranger = city.person("何伟"), city.person("何大")
        self.account = {one.pk: city.account(one) for one in (self.old, self.young, self.stranger)}

    def by(self, one, principal=None):
        """The actor behind a person's account as the next request makes it."""
        return queries.actor_for(self.account[one.pk], MONDAY, principal.pk if principal else None)

    def given(self, *items, source=MandateSource.FAMILY, **terms):
        return actions.give(
            organisation_id=None,
            agent_name=self.young.name,
            agent_id_no=self.young.id_no,
            terms=Terms(source, items, **terms),
            by=self.by(self.old),
        )


@pytest.fixture
def two():
    return Two()


def firm_mandate(boss, agent, *items, duties=(), source=MandateSource.ONLINE, firm=None):
    by = city.actor(city.account(boss))
    return actions.give(
        organisation_id=(firm.pk if firm else by.governs[0]),
        agent_name=agent.name,
        agent_id_no=agent.id_no,
        terms=Terms(source, items, duties),
        by=by,
    )


class TestGiving:
    """Only the principal gives, and it holds once the agent has accepted."""

    def test_it_holds_from_the_agents_word_to_either_sides_end(self, two):
        row = two.given(ITEM)
        assert two.by(two.young).mandates == ()
        with pytest.raises(NoSuchMandate):
            actions.accept(mandate_id=row.pk, by=two.by(two.stranger))
        with pytest.raises(NoSuchMandate):  # who gives does not accept
            actions.accept(mandate_id=row.pk, by=two.by(two.old))
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        assert two.by(two.young).mandates == (Held(two.old.pk, True, (ITEM,)),)
        with pytest.raises(NoSuchMandate):
            actions.end(mandate_id=row.pk, by=two.by(two.stranger))
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        assert two.by(two.young).mandates == ()
        assert two.by(two.young, two.old).acting is None
        names = [one.name for one in events.history(row.pk)]
        assert names == ["mandate.given", "mandate.accepted", "mandate.ended"]

    def test_the_agent_gives_up_too(self, two):
        row = two.given()
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        ended = actions.end(mandate_id=row.pk, by=two.by(two.young))
        assert ended.ended_by == two.account[two.young.pk].pk
        assert events.history(row.pk)[-1].payload["by_agent"] is True

    def test_an_agent_passes_nothing_on(self, two):
        firm = city.organisation(two.old)
        row = firm_mandate(two.old, two.young)
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        agent = two.by(two.young, firm)
        assert (agent.organisation_id, agent.governs) == (firm.pk, ())
        with pytest.raises(actions.NotYoursToGive) as refused:
            actions.give(
                organisation_id=firm.pk,
                agent_name=two.stranger.name,
                agent_id_no=two.stranger.id_no,
                terms=Terms(MandateSource.ONLINE),
                by=agent,
            )
        assert refused.value.status == 403
        with pytest.raises(actions.NotYoursToGive):
            actions.appoint_all(organisation_id=firm.pk, content=b"", by=agent)
        assert {one.agent_id for one in Mandate.objects.filter(organisation=firm)} == {
            two.old.pk,
            two.young.pk,
        }

    def test_a_wrong_name_and_an_unknown_number_get_the_same_answer(self, two):
        said = set()
        for name, number in ((two.stranger.name, two.young.id_no), (two.young.name, "44"), ("", "")):
            with pytest.raises(actions.BadMandate) as refused:
                actions.give(
                    organisation_id=None,
                    agent_name=name,
                    agent_id_no=number,
                    terms=Terms(MandateSource.FAMILY),
                    by=two.by(two.old),
                )
            said.add(refused.value.sentence_zh)
        assert said == {"没有找到姓名和身份证号码都一致的人。"}
        assert not Mandate.objects.exists()

    @pytest.mark.parametrize(
        "terms",
        [
            {"ends_on": MONDAY - DAY},
            {"starts_on": MONDAY + 3 * DAY, "ends_on": MONDAY + 2 * DAY},
            {"source": MandateSource.GUARDIAN},
            {"source": MandateSource.WINDOW},
            {"source": MandateSource.LEGAL_REPRESENTATIVE},
            {"source": MandateSource.APPOINTED, "duties": ("clerk",)},
            {"duties": ("clerk",)},
        ],
    )
    def test_what_a_person_cannot_give_online(self, two, terms):
        with pytest.raises(actions.BadMandate):
            two.given(**terms)
        assert not Mandate.objects.exists()

    def test_nobody_is_their_own_agent(self, two):
        with pytest.raises(actions.BadMandate):
            actions.give(
                organisation_id=None,
                agent_name=two.old.name,
                agent_id_no=two.old.id_no,
                terms=Terms(MandateSource.FAMILY),
                by=two.by(two.old),
            )
        row = two.given()
        row.agent = two.old
        with pytest.raises(IntegrityError):
            action(row.save)()

    def test_sent_twice_it_is_one(self, two):
        assert two.given(ITEM).pk == two.given(ITEM).pk
        assert two.given(ITEM).pk != two.given(OTHER).pk

    def test_both_sides_are_told(self, two):
        row = two.given(ITEM)
        city.run_jobs()
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        city.run_jobs()
        told = {(one.account_id, one.title_zh) for one in Notice.objects.all()}
        assert told == {
            (two.account[two.young.pk].pk, "何秀珍请您代办"),
            (two.account[two.old.pk].pk, "何伟接受了您的授权"),
            (two.account[two.young.pk].pk, "和何秀珍之间的代办授权已终止"),
        }


class TestApplying:
    """The agent files within the mandate, sees those cases and no others, and is out with its end."""

    def test_for_a_person(self, two):
        own = cases.open_draft(item_code=OTHER, by=two.by(two.old))
        row = two.given(ITEM)
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        agent = two.by(two.young, two.old)
        case = cases.open_draft(item_code=ITEM, by=agent)
        assert (case.person_id, case.organisation_id) == (two.old.pk, None)
        assert (case.applicant_name, case.account_id) == (two.old.name, agent.account_id)
        assert cases.open_draft(item_code=ITEM, by=agent).pk == case.pk
        with pytest.raises(NotForYou):
            cases.open_draft(item_code=OTHER, by=agent)
        assert list(case_queries.mine(agent)) == [case]
        assert list(case_queries.mine(two.by(two.young))) == [case]  # whoever was chosen in the head
        assert set(case_queries.mine(two.by(two.old))) == {case, own}
        assert not case_queries.mine(two.by(two.stranger)).exists()
        with pytest.raises(NoSuchCase):
            case_queries.case_for(agent, own.pk)
        opened = events.history(case.pk)[0]
        assert (opened.actor_id, opened.payload["for"]) == (agent.account_id, str(two.old.pk))
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        out = two.by(two.young, two.old)
        assert not case_queries.mine(out).exists()
        with pytest.raises(NoSuchCase):
            case_queries.case_for(out, case.pk, "edit")
        assert case_queries.case_for(two.by(two.old), case.pk, "edit").pk == case.pk

    def test_for_an_organisation(self, two):
        firm = city.organisation(two.old)
        boss = two.by(two.old, firm)
        other = cases.open_draft(item_code=FIRM_OTHER, by=boss)
        row = firm_mandate(two.old, two.young, FIRM_ITEM)
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        agent = two.by(two.young, firm)
        assert (agent.represents, agent.organisation_id) == ((), None)
        case = cases.open_draft(item_code=FIRM_ITEM, by=agent)
        assert (case.organisation_id, case.person_id) == (firm.pk, two.young.pk)
        assert list(case_queries.mine(agent)) == [case]
        assert set(case_queries.mine(boss)) == {case, other}
        assert queries.agents_of(firm.pk, MONDAY) == [two.old.pk]
        assert queries.agents_of(firm.pk, MONDAY, FIRM_ITEM) == [two.old.pk, two.young.pk]

    def test_papers_of_the_principals_other_cases_are_not_offered(self, two):
        """Of the same name in both items: the business licence."""
        case, boss = city.food()
        again = cases.open_draft(item_code=FIRM_ITEM, by=boss, situation=dict(case.situation))
        assert set(case_queries.reusable(again, boss)) == {"business_licence", "layout"}
        firm = queries.organisation(case.organisation_id)
        actions.give_mandate(
            organisation=firm, agent=two.young, source="online", items=(FIRM_OTHER,), by=SYSTEM
        )
        assert case_queries.reusable(again, two.by(two.young, firm)) == {}
        with pytest.raises(NoSuchCase):
            cases.reuse_material(
                case_id=again.pk,
                material="layout",
                source_id=case_queries.reusable(again)["layout"][0].pk,
                by=two.by(two.young, firm),
            )

    def test_whose_mandate_has_ended_hears_no_more_and_the_principal_does(self, two):
        row = two.given(ITEM)
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        case = cases.open_draft(item_code=ITEM, by=two.by(two.young, two.old))
        both = [two.account[two.young.pk].pk, two.account[two.old.pk].pk]
        assert case_queries.told(case, MONDAY) == both
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        assert case_queries.told(case, MONDAY) == both[1:]
        own = cases.open_draft(item_code=OTHER, by=two.by(two.old))
        assert case_queries.told(own, MONDAY) == both[1:]

    def test_of_an_organisation_its_legal_representative_hears_then(self, two):
        firm = city.organisation(two.old)
        row = firm_mandate(two.old, two.young, FIRM_ITEM)
        actions.accept(mandate_id=row.pk, by=two.by(two.young))
        case = cases.open_draft(item_code=FIRM_ITEM, by=two.by(two.young, firm))
        assert case_queries.told(case, MONDAY) == [two.account[two.young.pk].pk]
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        assert two.account[two.old.pk].pk in case_queries.told(case, MONDAY)
        assert two.account[two.young.pk].pk not in case_queries.told(case, MONDAY)


class TestOnPaper:
    """What a window notes: with the paper, and a guardian until the ward is of age."""

    def test_a_guardian_of_a_minor(self, two):
        child = city.person("何小宝", born="2012-03-05")
        clerk = city.actor(city.officer("receiver", agency=""))
        terms = Terms(MandateSource.GUARDIAN, ends_on=dt.date(2040, 1, 1))
        given = {"principal": child, "agent": two.young, "terms": terms, "file_id": uuid.uuid4()}
        row = actions.give_on_paper(**given, by=clerk)
        assert (row.ends_on, row.accepted_at is not None) == (dt.date(2030, 3, 4), True)
        assert two.by(two.young).mandates == (Held(child.pk, True, ()),)
        with pytest.raises(NotAllowed):
            actions.give_on_paper(**given, by=two.by(two.young))
        with pytest.raises(actions.BadMandate):
            actions.give_on_paper(**{**given, "terms": Terms(MandateSource.FAMILY)}, by=clerk)

    def test_a_child_of_the_29th_of_february(self, two):
        child = city.person("何闰", born="2012-02-29")
        clerk = city.actor(city.officer("receiver", agency=""))
        row = actions.give_on_paper(
            principal=child,
            agent=two.young,
            terms=Terms(MandateSource.GUARDIAN),
            file_id=uuid.uuid4(),
            by=clerk,
        )
        assert row.ends_on == dt.date(2030, 2, 28)

    def test_without_the_paper_it_is_none(self, two):
        row = two.given()
        row.source = MandateSource.WINDOW
        with pytest.raises(IntegrityError):
            action(row.save)()


def test_what_the_register_says_is_no_news():
    city.organisation(city.person())
    city.run_jobs()
    assert not Notice.objects.exists()
    assert SYSTEM.acts_for(Mandate.objects.first()) is None
