"""Shown by a code, lent for a purpose, copied with a mark: to whom, how long, and that the holder reads all of it."""

import datetime as dt
import hashlib

import pytest
from django.db import IntegrityError, transaction

from tests import city
from tests.kernel.credentials.faces import MONDAY, face, issue
from tongban.kernel.access.calc import ANONYMOUS
from tongban.kernel.access.rules import NotAllowed
from tongban.kernel.credentials import queries as credentials
from tongban.kernel.disclosures import actions, calc, queries
from tongban.kernel.disclosures.actions import CannotLend, LendingEnded
from tongban.kernel.disclosures.models import AnnotatedCopy, Lending, Presentation
from tongban.kernel.disclosures.queries import NoSuchLending
from tongban.kernel.disclosures.states import CodeVerdict, LendingState, Scope, Standing
from tongban.kernel.documents import queries as documents
from tongban.kernel.notices import queries as notices
from tongban.kernel.records.actions import action
from tongban.kernel.seals import queries as seals

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def holder(clock):
    return city.actor(city.account(city.person()))


@pytest.fixture
def licence(holder):
    return issue(face(city.parties_person(holder), place_path=city.town()))


@pytest.fixture
def bank(clock):
    """Somebody who acts for a bank: (actor, bank)."""
    clerk = city.person("李行长")
    of = city.organisation(clerk, name="示例银行股份有限公司")
    return city.actor(city.account(clerk), of), of


def lend(licence, bank, holder, **changes):
    given = {
        "receiver_uscc": bank[1].uscc,
        "purpose": "开立账户",
        "reason": "办理开户需要核对许可证",
        "scope": "face",
        "starts_on": MONDAY,
        "ends_on": MONDAY + 9 * DAY,
    }
    return actions.lend(credential=licence, by=holder, **{**given, **changes})


class TestPresenting:
    """Codes of a minute."""

    def test_a_code_opens_once(self, clock, licence, holder):
        code, row = actions.present(credential=licence, by=holder)
        assert (row.expires_at - clock.now).total_seconds() == 60
        assert code not in str(Presentation.objects.values())
        verdict, seen = actions.look(code=f" {code[:4].lower()} {code[4:]}", by=ANONYMOUS, purpose="出示证照")
        assert (verdict, seen.credential_id) == (CodeVerdict.GOOD, licence.pk)
        assert actions.look(code=code, by=ANONYMOUS, purpose="出示证照")[0] == CodeVerdict.USED
        [use] = credentials.uses_of(licence)
        assert (use.kind, use.user_name, use.at) == ("present", "", clock.now)

    def test_a_code_is_good_for_its_minute_only(self, clock, licence, holder):
        code, _row = actions.present(credential=licence, by=holder)
        clock.move(minutes=1)
        assert actions.look(code=code, by=ANONYMOUS, purpose="x")[0] == CodeVerdict.OLD
        assert credentials.uses_of(licence) == []

    def test_a_new_code_ends_the_one_before(self, clock, licence, holder):
        first, _row = actions.present(credential=licence, by=holder)
        clock.move(minutes=0.1)
        second, _row = actions.present(credential=licence, by=holder)
        assert actions.look(code=first, by=ANONYMOUS, purpose="x")[0] == CodeVerdict.OLD
        assert actions.look(code=second, by=ANONYMOUS, purpose="x")[0] == CodeVerdict.GOOD

    def test_a_guess_finds_nothing(self, licence, holder):
        actions.present(credential=licence, by=holder)
        for guess in ("", "AAAA", "?" * 16, "ＡＢＣ"):
            assert actions.look(code=guess, by=ANONYMOUS, purpose="x") == (CodeVerdict.UNKNOWN, None)

    def test_the_setting_says_how_long(self, settings, clock, licence, holder):
        settings.PRESENT_SECONDS = 5
        _code, row = actions.present(credential=licence, by=holder)
        assert (row.expires_at - clock.now).total_seconds() == 5

    def test_who_looked_is_named_where_known(self, licence, holder, bank):
        code, _row = actions.present(credential=licence, by=holder)
        actions.look(code=code, by=bank[0], purpose="x")
        assert credentials.uses_of(licence)[0].user_name == "李行长"


class TestLending:
    """One licence, one receiver, one purpose."""

    def test_lent_used_withdrawn_and_out_at_the_next_click(self, licence, holder, bank):
        row = lend(licence, bank, holder)
        assert actions.use(lending_id=row.pk, by=bank[0]).credential == licence
        actions.withdraw(lending_id=row.pk, by=holder)
        with pytest.raises(LendingEnded) as refused:
            actions.use(lending_id=row.pk, by=bank[0])
        assert "收回" in refused.value.sentence_zh
        [use] = credentials.uses_of(licence)
        assert (use.kind, use.user_name, use.purpose, use.lending_id) == (
            "lend",
            "示例银行股份有限公司",
            "开立账户",
            row.pk,
        )
        with pytest.raises(LendingEnded):
            actions.withdraw(lending_id=row.pk, by=holder)

    def test_only_the_receiver_looks_and_only_as_the_receiver(self, licence, holder, bank):
        row = lend(licence, bank, holder)
        clerk_alone = city.actor(city.account(city.person()))
        other = city.person("何伟")
        another = city.actor(city.account(other), city.organisation(other))
        for by in (clerk_alone, another, holder, ANONYMOUS):
            with pytest.raises(NoSuchLending):
                actions.use(lending_id=row.pk, by=by)
        for by in (another, bank[0], ANONYMOUS):
            with pytest.raises(NoSuchLending):
                actions.withdraw(lending_id=row.pk, by=by)
        assert list(queries.of_receiver(bank[0])) == [row]
        assert list(queries.of_holder(holder)) == [row]
        assert not queries.of_receiver(another).exists()
        assert not queries.of_holder(another).exists()

    def test_it_holds_on_its_days_and_on_no_other(self, clock, licence, holder, bank):
        row = lend(licence, bank, holder, starts_on=MONDAY + DAY, ends_on=MONDAY + 2 * DAY)
        with pytest.raises(LendingEnded, match="not begun"):
            actions.use(lending_id=row.pk, by=bank[0])
        clock.move(days=2)
        actions.use(lending_id=row.pk, by=bank[0])
        clock.move(days=1)
        with pytest.raises(LendingEnded, match="are over"):
            actions.use(lending_id=row.pk, by=bank[0])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"receiver_uscc": "91441900MA0000000X"},
            {"receiver_uscc": ""},
            {"purpose": " "},
            {"reason": ""},
            {"reason": "因" * 201},
            {"scope": "everything"},
            {"ends_on": MONDAY - DAY, "starts_on": MONDAY - DAY},
            {"starts_on": MONDAY + 3 * DAY, "ends_on": MONDAY + 2 * DAY},
            {"ends_on": MONDAY + 366 * DAY},
        ],
    )
    def test_what_cannot_be_lent(self, licence, holder, bank, wrong):
        with pytest.raises(CannotLend):
            lend(licence, bank, holder, **wrong)
        assert not Lending.objects.exists()

    def ask(self, bank, code, **changes):
        given = {
            "type": "food-business-licence",
            "number": "",
            "purpose": "贷款审查",
            "reason": "核对经营资格",
        }
        return actions.ask(holder_code=code, scope="whole", days=7, by=bank[0], **{**given, **changes})

    def test_asked_and_agreed(self, clock, licence, holder, bank):
        person = city.parties_person(holder)
        row = self.ask(bank, person.id_no.lower())
        assert (row.credential, row.state) == (licence, "asked")
        assert [notice.about_id for notice in notices.inbox(holder)] == [row.pk]
        with pytest.raises(LendingEnded, match="not answered yet"):
            actions.use(lending_id=row.pk, by=bank[0])
        clock.move(days=2)
        row = actions.answer(lending_id=row.pk, agreed=True, by=holder)
        assert (row.starts_on, row.ends_on) == (MONDAY + 2 * DAY, MONDAY + 8 * DAY)
        actions.use(lending_id=row.pk, by=bank[0])
        with pytest.raises(LendingEnded):
            actions.answer(lending_id=row.pk, agreed=False, by=holder)

    def test_asked_and_refused(self, licence, holder, bank):
        row = self.ask(bank, city.parties_person(holder).id_no)
        actions.answer(lending_id=row.pk, agreed=False, by=holder)
        with pytest.raises(LendingEnded, match="did not agree"):
            actions.use(lending_id=row.pk, by=bank[0])

    def test_asked_and_not_answered(self, clock, licence, holder, bank):
        row = self.ask(bank, city.parties_person(holder).id_no)
        assert queries.waiting(holder) == 1
        clock.move(days=8)
        assert queries.waiting(holder) == 0
        with pytest.raises(LendingEnded, match="in time"):
            actions.use(lending_id=row.pk, by=bank[0])
        with pytest.raises(LendingEnded):
            actions.answer(lending_id=row.pk, agreed=True, by=holder)

    @pytest.mark.parametrize("how", ["nobody", "other type", "other number", "suspended"])
    def test_asking_tells_nobody_who_holds_what(self, licence, holder, bank, how):
        code = "44190019990101001X" if how == "nobody" else city.parties_person(holder).id_no
        changes = {"other type": {"type": "tobacco-licence"}, "other number": {"number": "n77"}}.get(how, {})
        if how == "suspended":
            licence.state = "suspended"
            action(licence.save)()
        row = self.ask(bank, code, **changes)
        assert (row.credential, row.state, row.answer_by) == (None, "asked", MONDAY + 7 * DAY)
        assert not queries.of_holder(holder).exists()
        with pytest.raises(LendingEnded, match="not answered yet"):
            actions.use(lending_id=row.pk, by=bank[0])

    def test_who_acts_for_nobody_cannot_ask(self, holder):
        with pytest.raises(NotAllowed):
            self.ask((holder, None), "x")

    def test_a_firms_licence_is_lent_by_those_who_act_for_it(self, clock, bank):
        boss = city.person("梁桂英")
        firm = city.organisation(boss)
        row = issue(face(firm, "n5", kind="organisation"))
        by = city.actor(city.account(boss))
        lent = lend(row, bank, by)
        assert actions.withdraw(lending_id=lent.pk, by=by).state == LendingState.WITHDRAWN

    def test_the_database_wants_days_for_what_was_given(self, licence, holder, bank):
        row = lend(licence, bank, holder)
        row.ends_on = None
        with pytest.raises(IntegrityError, match="lending_given_with_dates"), transaction.atomic():
            action(row.save)()


def test_what_a_receiver_sees():
    fields = [
        {"id": "name", "value": "陈晓雯", "privacy": "personal"},
        {"id": "scope", "value": "餐饮", "privacy": "public"},
        {"id": "account", "value": "6222024000000000018", "privacy": "sensitive"},
    ]
    assert [one["value"] for one in calc.disclosed(fields, Scope.FACE)] == ["陈*雯", "餐饮"]
    whole = [one["value"] for one in calc.disclosed(fields, Scope.WHOLE)]
    assert whole[:2] == ["陈晓雯", "餐饮"]
    assert "*" in whole[2]
    assert whole[2] != fields[2]["value"]


@pytest.mark.parametrize(
    ("state", "starts", "ends", "answer_by", "standing"),
    [
        ("asked", 0, 9, 0, Standing.WAITING),
        ("asked", 0, 9, -1, Standing.UNANSWERED),
        ("given", 0, 0, None, Standing.USABLE),
        ("given", 1, 2, None, Standing.NOT_YET),
        ("given", -2, -1, None, Standing.OVER),
        ("refused", 0, 9, 9, Standing.REFUSED),
        ("withdrawn", 0, 9, None, Standing.WITHDRAWN),
    ],
)
def test_what_a_lending_is_worth(state, starts, ends, answer_by, standing):
    answered = MONDAY + answer_by * DAY if answer_by is not None else None
    found = calc.standing(state, MONDAY + starts * DAY, MONDAY + ends * DAY, answered, MONDAY)
    assert found == standing


class TestCopies:
    """Annotated copies."""

    def test_a_copy_says_for_whom_for_what_and_until_when_on_each_page(self, clock, holder, bank):
        import pypdfium2

        row = issue(face(city.parties_person(holder)))
        stored = city.letter_pdf(3)
        row.file = stored
        action(row.save)()
        copy = actions.make_copy(
            credential=row,
            purpose="开立账户",
            receiver_name="示例银行",
            expires_on=MONDAY + 9 * DAY,
            by=holder,
        )
        content = documents.content(copy.file)
        assert copy.file.sha256 == hashlib.sha256(content).hexdigest() != row.file.sha256
        with pypdfium2.PdfDocument(content) as document:
            texts = [page.get_textpage().get_text_bounded() for page in document]
        assert len(texts) == 3
        for text in texts:
            said = text.replace("\n", "").replace(" ", "").replace("\r", "")
            assert "示例银行" in said
            assert "开立账户" in said
            assert "2026年3月11日" in said
            assert copy.verify_code in said
        verdict = seals.verify_pdf(content)
        assert (verdict.verdict, verdict.whole) == ("valid", True)
        assert queries.copy_by_code(copy.verify_code.lower()) == copy
        assert queries.copy_by_digest(copy.file.sha256) == copy
        assert [use.kind for use in credentials.uses_of(row)] == ["copy"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"purpose": " "},
            {"receiver_name": ""},
            {"expires_on": MONDAY - DAY},
            {"expires_on": MONDAY + 181 * DAY},
        ],
    )
    def test_what_is_no_copy(self, licence, holder, wrong):
        given = {"purpose": "a", "receiver_name": "b", "expires_on": MONDAY, **wrong}
        with pytest.raises(CannotLend):
            actions.make_copy(credential=licence, by=holder, **given)
        assert not AnnotatedCopy.objects.exists()

    def test_who_may_fetch_it(self, licence, holder, bank):
        row = lend(licence, bank, holder)
        lent = actions.use(lending_id=row.pk, by=bank[0])
        copy = actions.make_copy(
            credential=licence,
            purpose=row.purpose,
            receiver_name=row.receiver_name,
            expires_on=MONDAY + DAY,
            by=bank[0],
            lending=lent,
        )
        stranger = city.actor(city.account(city.person()))
        assert [queries.copy_for(by, copy.pk) for by in (holder, bank[0])] == [copy, copy]
        assert [queries.copy_for(by, copy.pk) for by in (stranger, ANONYMOUS)] == [None, None]
        actions.withdraw(lending_id=row.pk, by=holder)
        assert queries.copy_for(bank[0], copy.pk) is None
        assert queries.copy_for(holder, copy.pk) == copy
