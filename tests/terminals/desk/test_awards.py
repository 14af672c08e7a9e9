"""Pages about awards: as many questions to the database for three on a list as for one, and nobody else's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.kernel.ledger.money import office as money_office
from tests.kernel.ledger.money import state
from tests.modules.policies.awarding import FEN, award_of, bureau, confirm, firm
from tongban.kernel.access import actions as access
from tongban.kernel.access.calc import SYSTEM
from tongban.kernel.ledger import actions as ledger
from tongban.modules.policies import actions
from tongban.modules.policies.models import Award

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings, tmp_path, clock):
    settings.OUTBOX = tmp_path


def asked(client, path):
    client.get(path)  # what a process asks once
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(path).status_code == 200, path
    return len(found)


def officer(role, agency="industry"):
    return city.signed_in(city.officer(role, agency=agency, place=""))


@pytest.mark.parametrize("what", ["listed", "removed"])
def test_a_list_asks_as_much_for_three_as_for_one(clock, what):
    office, counts = bureau(), []
    clerk, asker = officer("award_officer"), officer("award_officer", "ecology")
    facts = {} if what == "listed" else {"org__dishonest": True}
    for many in (1, 3):
        firm()  # so that there is somebody to go on with
        for _ in range(many):
            firm(**facts)
        batch = office.made()
        for award in Award.objects.filter(batch=batch, sampled=True).order_by("id"):
            actions.look_at(award_id=award.pk, right=True, reason="", by=office.maker)
        actions.finish_sample(batch_id=batch.pk, by=office.maker)
        opinion = batch.opinions.get(agency="ecology")
        own = [f"/desk/awards/{batch.pk}/", "/desk/awards/"]
        pages = [*((clerk, path) for path in own), (asker, f"/desk/awards/opinions/{opinion.pk}/")]
        counts.append([asked(*page) for page in pages])
        actions.give_up(batch_id=batch.pk, reason="测试", by=office.maker)
    assert counts[0] == counts[1]


def test_lists_in_public_and_ones_own_ask_the_same(clock):
    office, first = bureau(), firm()
    row = office.in_notice()
    one = [asked(Client(), "/policies/lists/"), asked(Client(), f"/policies/lists/{row.pk}/")]
    actions.give_up(batch_id=row.pk, reason="测试", by=office.maker)
    others = [firm(), firm()]
    row = office.in_notice()
    assert [asked(Client(), "/policies/lists/"), asked(Client(), f"/policies/lists/{row.pk}/")] == one
    page = Client().get(f"/policies/lists/{row.pk}/").content.decode()
    assert all(firm_.row.name in page for firm_ in (first, *others))


def test_an_award_and_a_payment_are_for_those_who_have_them(clock):
    office, one, other = bureau(), firm(), firm()
    row = office.confirming(clock)
    path = f"/policies/awards/{award_of(row, one).pk}/"
    assert city.signed_in(one.account).get(path).status_code == 200
    assert city.signed_in(other.account).get(path).status_code == 404
    assert city.signed_in(other.account).post(f"{path}answer/", {"do": "decline"}).status_code == 404
    confirm(one, row)
    payment = actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    for role, path, status in (
        ("fund_checker", f"/desk/payments/{payment}/", 200),
        ("award_officer", f"/desk/payments/{payment}/", 404),
        ("fund_officer", f"/desk/awards/{row.pk}/", 200),
        ("fund_officer", f"/desk/payments/{payment}/sample/", 404),
        ("clerk", f"/desk/awards/{row.pk}/", 404),
    ):
        assert officer(role).get(path).status_code == status, (role, path)
    tax = officer("award_officer", "tax")
    assert tax.get(f"/desk/awards/{row.pk}/").status_code == 404
    assert tax.get(f"/desk/awards/one/{award_of(row, one).pk}/").status_code == 404
    shown = officer("fund_checker").get(f"/desk/payments/{payment}/").content.decode()
    assert "**** 0123" in shown
    assert "6222024000000123" not in shown


def test_what_was_clawed_back_is_shown_to_its_subject_and_to_the_desk(clock):
    office, one, other = bureau(), firm(), firm()
    row = office.confirming(clock)
    for each in (one, other):
        confirm(each, row)
    office.send(actions.order(batch_id=row.pk, treasury="file", by=office.payer))
    owner, clerk = city.signed_in(one.account), officer("award_officer")
    owner.post("/act-for/", {"for": str(one.row.pk), "next": "/"})
    pages = [
        (owner, "/policies/awards/"),
        (owner, f"/policies/awards/{award_of(row, one).pk}/"),
        (clerk, f"/desk/awards/{row.pk}/"),
        (clerk, f"/desk/awards/one/{award_of(row, one).pk}/"),
    ]
    back = {"payout_id": award_of(row, one).payout_id, "reason": "虚报", "by": office.finance}
    for key, fen, amount in (("0", 1_500_000, "15,000.00 元"), ("1", FEN - 1_500_000, "5 万元")):
        assert [f"已追回 {amount}" in client.get(path).content.decode() for client, path in pages] == [
            False
        ] * 4
        ledger.claw_back(fen=fen, key=key, **back)
        city.run_jobs()
        for client, path in pages:
            assert client.get(path).content.decode().count(f"已追回 {amount}") == 1, path
    public = Client().get(f"/policies/lists/{row.pk}/").content.decode()
    assert (public.count("已到账"), public.count("已追回")) == (1, 0)


def test_a_statement_that_cannot_be_read_says_which_line(clock):
    office, one = bureau(), firm()
    row = office.confirming(clock)
    confirm(one, row)
    payment = actions.order(batch_id=row.pk, treasury="file", by=office.payer)
    office.send(payment)
    finance = officer("finance_officer")
    text = "reference,payout,fen,day,direction\na,b,12.5,2026-03-10,out\n"
    file = SimpleUploadedFile("statement.csv", text.encode())
    answer = finance.post(f"/desk/payments/{payment}/statement/", {"statement": file})
    assert answer.status_code == 422
    assert "对账单第 2 行" in answer.content.decode()


def test_a_statement_with_a_payee_whom_the_officer_keeps_away_from_is_a_colleagues(clock):
    of, payee = money_office(), firm().row
    theirs, other = of.committed(payee=str(payee.pk)), of.committed()
    of.sent(theirs)
    batch = of.sent(other)
    account = city.officer("finance_officer", agency="industry", place="")
    access.recuse(account_id=account.pk, subject_id=payee.pk, reason="是负责人的近亲属", by=SYSTEM)
    lines = [f"s-{one.pk},{one.pk},{one.fen},2026-03-02,out" for one in (other, theirs)]

    def upload(client):
        text = "\n".join(["reference,payout,fen,day,direction", *lines, ""])
        file = SimpleUploadedFile("statement.csv", text.encode())
        return client.post(f"/desk/payments/{batch.pk}/statement/", {"statement": file})

    refused = upload(city.signed_in(account))
    assert refused.status_code == 409
    assert "整份没有读入" in refused.content.decode()
    assert (state(theirs), state(other)) == ("sent", "sent")
    assert upload(officer("finance_officer")).status_code == 302
    assert (state(theirs), state(other)) == ("paid", "paid")


def test_a_refused_opinion_keeps_what_was_ticked_and_written(clock):
    office, one = bureau(), firm()
    batch = office.made()
    for award in Award.objects.filter(batch=batch, sampled=True).order_by("id"):
        actions.look_at(award_id=award.pk, right=True, reason="", by=office.maker)
    actions.finish_sample(batch_id=batch.pk, by=office.maker)
    path = f"/desk/awards/opinions/{batch.opinions.get(agency='ecology').pk}/"
    award, ecology = award_of(batch, one), officer("award_officer", "ecology")
    answer = ecology.post(path, {"against": str(award.pk), f"reason-{award.pk}": "", "words": "见处罚决定书"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{award.pk}" checked' in page
    assert "见处罚决定书" in page
    assert ecology.post(path, {"against": "x"}).status_code == 404
