"""Who somebody is, confirmed at a window: with the document and a code of the person's own account, never with one alone."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests import city
from tests.kernel.receptions.test_receiving import CHANGAN
from tests.terminals.counter.test_counter import window
from tests.terminals.portal.test_levels import NUMBER, entered
from tongban.foundation import time
from tongban.foundation.ids import make_resident_id
from tongban.kernel.events.models import Event
from tongban.kernel.identities import actions
from tongban.kernel.identities.models import CounterCode, Verification
from tongban.kernel.parties import actions as parties
from tongban.kernel.parties.calc.limits import Limit
from tongban.kernel.parties.models import Account, Person
from tongban.kernel.parties.states import Scope
from tongban.kernel.records.actions import action

PAGE = "/counter/identities/"
OTHER = make_resident_id("44190019850921022")
PAPER = {"name": "林小满", "id_type": "111", "id_no": NUMBER, "seen": "on"}


@pytest.fixture(autouse=True)
def standing(db, clock):
    """A Monday morning."""


@pytest.fixture
def changan():
    return window(CHANGAN, "袁嘉欣")


def read(response) -> str:
    return unescape(response.content.decode())


def code_of(client: Client) -> str:
    """What the person's own page shows, once."""
    page = read(client.post("/me/level/", {"kind": "counter", "level": "3", "next": "/wallet/"}))
    found = re.search(r'counter-code">([\d ]+)<', page)
    assert found
    assert found[1] not in read(client.get("/me/level/"))
    return found[1]


def again(account: Account) -> tuple[int, str]:
    account.refresh_from_db()
    return account.level, account.person.name if account.person_id else ""


@action
def by_hand(own: Account) -> None:
    """A row as somebody would write it who goes around the function."""
    Verification(
        account=own, verifier="counter", level=3, matched=True, trace="x", officer=own, at=time.now()
    ).save(force_insert=True)


def test_document_and_code_together_raise_to_level_four(changan):
    client, account = entered()
    answer = changan.post(PAGE, {**PAPER, "code": code_of(client)})
    assert (answer.status_code, answer.url) == (302, f"{PAGE}?done=1")
    assert "核验通过" in read(changan.get(answer.url))
    assert again(account) == (3, "林小满")
    assert client.get("/wallet/").status_code == 200
    row = Verification.objects.get()
    officer = Account.objects.get(username=f"window-of-{CHANGAN}")
    assert (row.verifier, row.level, row.matched, row.officer_id) == ("counter", 3, True, officer.pk)
    event = Event.objects.filter(name="level.raised", subject_id=account.pk).latest("id")
    assert (event.actor_id, event.payload) == (officer.pk, {"level": 3, "verifier": "counter"})
    used = changan.post(PAGE, {**PAPER, "code": "00000000"})
    assert used.status_code == 422


def test_a_code_works_once_and_the_newest_only_and_not_for_long(changan, clock):
    client, account = entered()
    first, second = code_of(client), code_of(client)
    assert "没有这个核验码" in read(changan.post(PAGE, {**PAPER, "code": first}))
    clock.move(minutes=11)
    assert "没有这个核验码" in read(changan.post(PAGE, {**PAPER, "code": second}))
    assert again(account) == (1, "")
    third = code_of(client)
    assert changan.post(PAGE, {**PAPER, "code": third}).status_code == 302
    assert changan.post(PAGE, {**PAPER, "code": third}).status_code == 422
    clock.move(days=2)
    actions.tidy(now=time.now(), longest=timedelta(hours=24))
    assert not CounterCode.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said", "kept"),
    [
        ({"name": "林大满"}, "不一致", 1),
        ({"id_no": OTHER}, "不一致", 1),
        ({"id_type": "516", "id_no": "H12345678"}, "不一致", 1),
        ({"id_no": "123"}, "没有填对", 0),
        ({"id_type": "999"}, "没有填对", 0),
        ({"name": " "}, "没有填对", 0),
        ({"seen": None}, "请先核对证件原件和本人", 0),
    ],
)
def test_what_does_not_agree_raises_nothing_and_is_kept(changan, wrong, said, kept):
    client, account = entered()
    code = code_of(client)
    form = {name: value for name, value in {**PAPER, **wrong, "code": code}.items() if value is not None}
    answer = changan.post(PAGE, form)
    page = read(answer)
    assert (answer.status_code, said in page) == (422, True)
    assert form["id_no"] not in page
    assert again(account) == (1, "")
    assert list(Verification.objects.values_list("matched", flat=True)) == [False] * kept
    assert not Person.objects.filter(name="林小满").exists()
    assert changan.post(PAGE, {**PAPER, "code": code}).status_code == 302, "a mistyped form burns no code"


def test_a_number_that_stands_for_somebody_else_here_is_refused(changan):
    owner = city.person("林小满", born="1990-03-07")
    client, account = entered(name="林晓曼", id_no=owner.id_no)
    answer = changan.post(PAGE, {**PAPER, "name": "林晓曼", "id_no": owner.id_no, "code": code_of(client)})
    assert answer.status_code == 422
    assert again(account) == (1, "")


def test_the_owner_whose_telephone_has_changed_is_known_by_the_document(changan):
    owner = city.person("林小满", born="1990-03-07")
    client, account = entered(id_no=owner.id_no)  # another telephone: the population base has said no
    assert client.post("/me/level/", {"kind": "population"}).status_code == 422
    assert changan.post(PAGE, {**PAPER, "id_no": owner.id_no, "code": code_of(client)}).status_code == 302
    assert again(account) == (3, "林小满")
    assert account.person_id == owner.pk


def test_a_level_never_falls(changan):
    person = city.person("周玉兰", born="1944-09-12")
    account = city.account(person, level=4)
    code = actions.ask_counter_code(account=account)
    form = {**PAPER, "name": "周玉兰", "id_no": person.id_no, "code": code}
    assert changan.post(PAGE, form).status_code == 302
    assert again(account) == (4, "周玉兰")


def test_officers_verify_neither_themselves_nor_their_like(changan):
    officer = Account.objects.get(username=f"window-of-{CHANGAN}")
    code = actions.ask_counter_code(account=officer)
    answer = changan.post(PAGE, {**PAPER, "code": code})
    assert (answer.status_code, "不能核验自己的账号" in read(answer)) == (422, True)
    assert not Verification.objects.exists()
    person = city.person("林小满", born="1990-03-07")
    own = city.account(person, level=2)
    acting = city.actor(own)
    with pytest.raises(actions.OwnAccount):
        actions.verify_at_counter(
            code=actions.ask_counter_code(account=own),
            name="林小满",
            id_type="111",
            id_no=person.id_no,
            by=acting,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        by_hand(own)


def test_only_windows_have_the_page_and_only_owners_a_code(changan):
    client, _account = entered()
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {**PAPER, "code": "12345678"}).status_code == 404
    assert Client().post("/me/level/", {"kind": "counter"}).status_code == 302
    assert changan.post("/me/level/", {"kind": "counter"}).status_code == 404
    clerk = city.signed_in(city.officer("clerk", place=city.town(city.HUMEN)))
    assert clerk.get(PAGE).status_code == 404


def test_codes_are_not_tried_without_end(changan, settings):
    settings.SIGN_IN_LIMITS = {scope: Limit(1000, 3600) for scope in Scope} | {
        Scope.TRY_DEVICE: Limit(3, 3600)
    }
    tries = [changan.post(PAGE, {**PAPER, "code": f"{n:08d}"}).status_code for n in range(4)]
    assert tries == [422, 422, 422, 429]
    assert parties.TooManyTries.status == 429
