"""An organisation's people: duties open areas, a manager appoints, a table is taken whole or not at all."""

import pytest

from tests import city
from tests.kernel.parties.test_mandates import FIRM_ITEM, Two, firm_mandate
from tongban.kernel.access.states import Area
from tongban.kernel.cases import actions as cases
from tongban.kernel.cases import queries as case_queries
from tongban.kernel.parties import actions, queries
from tongban.kernel.parties.actions import Terms
from tongban.kernel.parties.calc.people import COLUMNS, read_people
from tongban.kernel.parties.models import Mandate
from tongban.kernel.parties.states import MandateSource

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock(clock):
    return clock


@pytest.fixture
def two():
    return Two()


class TestPeople:
    """An organisation's people: duties open areas; a manager appoints, and makes no manager."""

    def test_duties_open_areas_and_nothing_else(self, two):
        firm = city.organisation(two.old)
        firm_mandate(two.old, two.young, duties=("finance",), source=MandateSource.APPOINTED)
        who = two.by(two.young, firm)
        assert (who.organisation_id, who.governs) == (firm.pk, ())
        assert {area for area in Area if who.firms(area)} == {Area.CASES, Area.MONEY}
        firm_mandate(two.old, two.young, duties=("project",), source=MandateSource.APPOINTED)
        assert {area for area in Area if two.by(two.young).firms(area)} == set(Area)

    def test_no_duty_that_opens_cases_no_case(self, two):
        firm = city.organisation(two.old)
        case = cases.open_draft(item_code=FIRM_ITEM, by=two.by(two.old, firm))
        row = firm_mandate(two.old, two.young, duties=("clerk",), source=MandateSource.APPOINTED)
        assert list(case_queries.mine(two.by(two.young))) == [case]
        who = two.by(two.young)
        limited = type(who)(**{**who.__dict__, "limits": ((Area.MARKET.value,),)})
        assert not case_queries.mine(limited).exists()
        actions.end(mandate_id=row.pk, by=two.by(two.old))
        assert two.by(two.young).represents == ()

    def test_a_manager_appoints_but_no_manager_and_ends_none(self, two):
        firm = city.organisation(two.old)
        manager = firm_mandate(two.old, two.young, duties=("manager",), source=MandateSource.APPOINTED)
        by = two.by(two.young, firm)
        assert by.governs == (firm.pk,)
        terms = Terms(MandateSource.APPOINTED, duties=("clerk",))
        given = {
            "organisation_id": firm.pk,
            "agent_name": two.stranger.name,
            "agent_id_no": two.stranger.id_no,
            "by": by,
        }
        row = actions.give(**given, terms=terms)
        with pytest.raises(actions.NotYoursToGive):
            actions.give(**given, terms=Terms(MandateSource.APPOINTED, duties=("manager",)))
        with pytest.raises(actions.NotYoursToGive):
            actions.change_duties(mandate_id=row.pk, duties=["manager"], by=by)
        changed = actions.change_duties(mandate_id=row.pk, duties=["hr", "finance"], by=by)
        assert changed.duties == ["finance", "hr"]
        for duties in ([], ["legal"], ["king"]):
            with pytest.raises(actions.BadMandate):
                actions.change_duties(mandate_id=row.pk, duties=duties, by=by)
        second = firm_mandate(two.old, two.stranger, duties=("manager",), source=MandateSource.APPOINTED)
        with pytest.raises(actions.NotYoursToGive):
            actions.end(mandate_id=second.pk, by=by)
        actions.end(mandate_id=manager.pk, by=by)  # but one's own
        assert two.by(two.young).governs == ()

    def test_the_legal_representative_stands_in_the_register(self, two):
        city.organisation(two.old)
        row = Mandate.objects.get(source="legal_representative")
        with pytest.raises(actions.BadMandate):
            actions.end(mandate_id=row.pk, by=two.by(two.old))

    def test_a_table_is_taken_whole(self, two):
        firm = city.organisation(two.old)
        people = [city.person(f"员工{n}") for n in range(3)]
        lines = [",".join(COLUMNS), *(f"{one.name},{one.id_no},人事负责人；办事员,," for one in people)]
        content = "\n".join(lines).encode("gb18030")
        by = two.by(two.old, firm)
        assert actions.appoint_all(organisation_id=firm.pk, content=content, by=by) == 3
        found = queries.people_of(by, firm.pk)
        assert [one.agent.name for one in found] == [two.old.name, "员工0", "员工1", "员工2"]
        assert [one.duties for one in found] == [[], *[["clerk", "hr"]] * 3]
        assert [one.agent.name for one in queries.people_of(by, firm.pk, "工1")] == ["员工1"]
        assert not queries.people_of(two.by(two.young), firm.pk).exists()

    def test_or_not_at_all(self, two):
        firm = city.organisation(two.old)
        good = city.person("员工")
        lines = [
            ",".join(COLUMNS),
            f"{good.name},{good.id_no},clerk,2026-03-02,",
            f"别人,{two.young.id_no},clerk,,",
            f"何大,{two.stranger.id_no},国王,,",
            "何大,123,clerk,,",
        ]
        with pytest.raises(actions.BadPeople) as refused:
            actions.appoint_all(
                organisation_id=firm.pk, content="\n".join(lines).encode(), by=two.by(two.old, firm)
            )
        assert [one.line for one in refused.value.faults] == [4, 5]
        del lines[3:]
        with pytest.raises(actions.BadPeople) as refused:
            actions.appoint_all(
                organisation_id=firm.pk, content="\n".join(lines).encode(), by=two.by(two.old, firm)
            )
        assert [one.line for one in refused.value.faults] == [3]
        assert not Mandate.objects.filter(source=MandateSource.APPOINTED).exists()


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (b"", [0]),
        (b"\xff\xfe\x00", [0]),
        ("姓名,身份证号码".encode(), [0]),
        (",".join(COLUMNS).encode(), [0]),
        ((",".join(COLUMNS) + "\n" + "a,b\n").encode(), [2]),
        ((",".join(COLUMNS) + "\n,44190019900307001X,clerk,,\n").encode(), [2]),
    ],
)
def test_tables_that_are_none(rows, lines):
    people, faults = read_people(rows)
    assert people == []
    assert [one.line for one in faults] == lines
    assert all(one.zh and one.en for one in faults)
