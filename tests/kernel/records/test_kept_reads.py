"""Reads whose SQL is written once: the same answers as the ORM's, whatever the values, and never another's."""

import datetime as dt
import itertools
import uuid

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tests import city
from tongban.kernel.deadlines import actions as deadlines
from tongban.kernel.deadlines.calc import Limit
from tongban.kernel.deadlines.models import Clock, ClockEntry
from tongban.kernel.deadlines.states import ClockKind, Unit
from tongban.kernel.parties.models import Account, Fact, Mandate, Person, SignInCode
from tongban.kernel.records import queries
from tongban.kernel.records.actions import action
from tongban.kernel.records.models import WriteOutsideAction, blind_index, unsealed
from tongban.kernel.records.queries import Kept, Unordered, attach

pytestmark = pytest.mark.django_db


def accounts(number):
    return [city.account(city.person()) for _ in range(number)]


def test_values_change_and_the_text_does_not():
    one, other = accounts(2)
    written = []

    def build(id):
        written.append(id)
        return Account.objects.filter(pk=id)

    read = Kept(build)
    assert [read.first(row.pk) for row in (one, other, one)] == [one, other, one]
    assert read.first(uuid.uuid4()) is None
    assert len(written) == 1
    assert written[0] not in {one.pk, other.pk}
    found = read.first(one.pk)
    assert {f.attname: getattr(found, f.attname) for f in Account._meta.concrete_fields} == {
        f.attname: getattr(one, f.attname) for f in Account._meta.concrete_fields
    }


def test_a_list_has_a_shape_for_each_length():
    rows = sorted(accounts(4), key=lambda row: row.pk)
    read = Kept(lambda ids: Account.objects.filter(pk__in=ids).order_by("id"))
    for size in (1, 2, 3, 2):
        for chosen in itertools.combinations(rows, size):
            assert read.all([row.pk for row in chosen]) == list(chosen)
    assert read.count([row.pk for row in rows]) == 4


@pytest.mark.parametrize("first", [0, 1, 2])
def test_nothing_among_the_values_of_a_list_takes_no_place_from_others(first):
    rows = accounts(3)
    ids = sorted(row.pk for row in rows)
    read = Kept(lambda ids: Account.objects.filter(pk__in=ids).order_by("id").values_list("pk"))
    with_none = [*ids[:first], None, *ids[first + 1 :]]
    assert [id for (id,) in read.all(with_none)] == [id for id in with_none if id]
    assert [id for (id,) in read.all(ids)] == ids
    assert [id for (id,) in read.all(with_none)] == [id for id in with_none if id]


def test_what_decides_the_shape_is_kept_apart():
    one, other = accounts(2)
    read = Kept(lambda id, active: Account.objects.filter(pk=id, is_active=active))
    assert read.first(one.pk, by=(True,)) == one
    assert read.first(one.pk, by=(False,)) is None
    assert read.first(other.pk, by=(True,)) == other


def test_columns_come_as_they_are_named_and_aggregates_too():
    one, other = sorted(accounts(2), key=lambda row: row.pk)
    named = Kept(lambda ids: Account.objects.filter(pk__in=ids).order_by("id").values_list("username", "pk"))
    assert named.all([one.pk, other.pk]) == [(one.username, one.pk), (other.username, other.pk)]
    counted = Kept(
        lambda ids: (
            Account.objects.filter(pk__in=ids)
            .values("is_active")
            .annotate(n=Count("pk"))
            .order_by("is_active")
            .values_list("is_active", "n")
        )
    )
    assert counted.all([one.pk, other.pk]) == [(True, 2)]


def test_days_moments_and_nothing():
    person = city.person()
    firm, day = city.organisation(person), dt.date(2026, 3, 2)

    def rows(agent, today):
        live = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        return (
            Mandate.objects.filter(live, agent_id=agent, starts_on__lte=today)
            .select_related("organisation")
            .order_by("id")
        )

    read = Kept(rows)
    for today in (day, dt.date(1999, 1, 1), dt.date(2999, 1, 1)):
        assert read.all(person.pk, today) == list(rows(person.pk, today))
    with CaptureQueriesContext(connection) as asked:
        assert [row.organisation for row in read.all(person.pk, dt.date(2999, 1, 1))] == [firm]
    assert len(asked) == 1
    account = city.account(person)
    theirs = Kept(lambda one: Account.objects.filter(person_id=one).order_by("id"))
    assert theirs.all(person.pk) == [account]
    assert theirs.all(None) == list(Account.objects.filter(person_id=None).order_by("id"))


def test_a_condition_that_nothing_fulfils_asks_nothing():
    read = Kept(lambda id: Account.objects.filter(pk__in=[]).filter(pk=id).order_by("id"))
    with CaptureQueriesContext(connection) as asked:
        assert (read.all(uuid.uuid4()), read.first(uuid.uuid4()), read.count(uuid.uuid4())) == ([], None, 0)
    assert len(asked) == 0


def test_a_value_that_the_orm_would_change_is_refused():
    read = Kept(lambda text: Account.objects.filter(username__startswith=text).order_by("id"))
    with pytest.raises(TypeError, match="reaches its SQL changed"):
        read.all("chen")
    with pytest.raises(TypeError, match="decides the shape"):
        Kept(lambda flag: Account.objects.filter(is_active=flag)).first(True)


def test_many_rows_need_an_order():
    with pytest.raises(Unordered):
        Kept(Account.objects.all).all()


def test_a_lock_needs_a_transaction():
    read = Kept(lambda id: Account.objects.filter(pk=id).select_for_update())
    (one,) = accounts(1)
    with transaction.atomic():
        assert read.first(one.pk) == one


def test_only_so_many_shapes_are_held(monkeypatch):
    monkeypatch.setattr(queries, "MOST_SHAPES", 2)
    (one,) = accounts(1)
    read = Kept(lambda id, _shape: Account.objects.filter(pk=id))
    for shape in range(5):
        assert read.first(one.pk, by=(shape,)) == one
    assert len(read._shapes) == 2


def test_rows_are_put_on_those_they_point_at(clock):
    subjects = [uuid.uuid4(), uuid.uuid4()]
    for subject in subjects:
        deadlines.start(
            subject_id=subject, kind=ClockKind.RECEIPT, limit=Limit(5, Unit.WORKDAYS), day=clock.now.date()
        )
    deadlines.stop(subject_id=subjects[0], kinds=[ClockKind.RECEIPT], day=clock.now.date())
    rows = list(Clock.objects.filter(subject_id__in=subjects).order_by("id"))
    entries = list(ClockEntry.objects.order_by("id"))
    attach(rows, "entries", "clock_id", entries)
    with CaptureQueriesContext(connection) as asked:
        assert [[entry.kind for entry in row.entries.all()] for row in rows] == [
            ["started", "stopped"],
            ["started"],
        ]
    assert len(asked) == 0


def test_an_encrypted_column_is_read_without_its_row():
    person = city.person()
    row = Fact.objects.filter(subject_id=person.pk, name="person.address").get()
    sealed = Fact.objects.filter(pk=row.pk).values_list("value", flat=True).get()
    assert unsealed(Fact, "value", row.pk, sealed) == row.value == "示例路 1 号"
    with pytest.raises(InvalidTag):
        unsealed(Fact, "value", uuid.uuid4(), sealed)


class TestWholeRows:
    """Written by SQL that is made once, read back by the ORM."""

    def test_a_new_row_and_a_changed_one(self):
        row = city.person("陈晓雯")
        read = Person.objects.get(pk=row.pk)
        assert (read.name, read.id_no, read.phone) == ("陈晓雯", row.id_no, row.phone)
        assert read.id_no_index == blind_index(Person, "id_no", row.id_no) != ""

        def rename():
            read.phone = "13900000000"
            read.save()

        action(rename)()
        again = Person.objects.get(pk=row.pk)
        assert (again.phone, again.id_no) == ("13900000000", row.id_no)
        assert again.phone_index == blind_index(Person, "phone", "13900000000")

    def test_a_row_that_is_gone_is_written_anew(self):
        row = city.person()
        action(lambda: Person.objects.filter(pk=row.pk).delete())()
        action(row.save)()
        assert Person.objects.get(pk=row.pk).name == row.name

    def test_erasing_takes_exactly_the_rows_of_the_value(self):
        one, other = accounts(2)
        until = dt.datetime.now(dt.UTC)
        made = [SignInCode(account=row, digest="x", expires_at=until) for row in (one, one, other)]
        action(lambda: SignInCode.objects.bulk_create(made))()
        assert action(lambda: SignInCode.objects.erase("account", one.pk))() == 2
        assert [row.account_id for row in SignInCode.objects.all()] == [other.pk]

    def test_a_table_that_others_point_at_is_not_erased_from(self):
        with pytest.raises(TypeError, match="Clock"):
            action(lambda: Clock.objects.erase("subject_id", uuid.uuid4()))()
        with pytest.raises(WriteOutsideAction):
            SignInCode.objects.erase("account", uuid.uuid4())

    def test_outside_an_action_nothing_is_written(self):
        row = city.person()
        with pytest.raises(WriteOutsideAction):
            row.save()
        with pytest.raises(WriteOutsideAction):
            Person.objects.bulk_create([row])

    def test_what_a_constraint_forbids_breaks_the_transaction(self):
        row = city.person()
        double = Person(
            **{f.attname: getattr(row, f.attname) for f in Person._meta.concrete_fields if f.attname != "id"}
        )

        def write():
            with pytest.raises(IntegrityError):
                double.save(force_insert=True)
            assert connection.needs_rollback

        with pytest.raises(TransactionManagementError):
            action(lambda: (write(), Person.objects.count()))()


class TestOnTheServer:
    """On PostgreSQL the server keeps the statements; on SQLite there is no server and the answers are the same."""

    def prepared(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            return [text for (text,) in cursor.fetchall()]

    def test_a_statement_is_kept_and_answers_for_each_value(self):
        rows = accounts(6)
        read = Kept(lambda id: Account.objects.filter(pk=id))
        assert [read.first(row.pk) for row in rows] == rows
        if connection.vendor == "postgresql":
            assert any("parties_account" in text and "$1" in text for text in self.prepared())

    def test_one_whose_plan_hangs_on_its_values_is_not(self):
        rows = accounts(6)
        read = Kept(lambda ids: Account.objects.filter(pk__in=ids).order_by("id"), planned_anew=True)
        for _ in range(6):
            assert set(read.all([row.pk for row in rows])) == set(rows)
        if connection.vendor == "postgresql":
            assert not any("ORDER BY" in text and 'level" =' in text for text in self.prepared())

    def test_where_nothing_is_kept_the_answers_are_the_same(self, monkeypatch):
        rows = accounts(4)
        read = Kept(lambda id: Account.objects.filter(pk=id))
        if connection.vendor == "postgresql":
            monkeypatch.setattr(connection.connection, "prepare_threshold", None)
        assert [read.first(row.pk) for row in rows] == rows
