"""One-time codes: right once, within five minutes, within five tries, for one account."""

import pytest

from tests import city
from tongban.kernel.parties.actions import WrongCode, ask_code, registering, use_code
from tongban.kernel.parties.models import SignInCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(clock):
    """A citizen's account."""
    return city.account(city.person())


def wrong(code: str) -> str:
    """Another code of six digits."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_right_code_works_once(account):
    code = ask_code(account=account)
    assert len(code) == 6
    assert code.isdigit()
    use_code(account=account, code=f" {code} ")
    with pytest.raises(WrongCode) as refused:
        use_code(account=account, code=code)
    assert refused.value.status == 422


def test_a_wrong_code_does_not_work_and_four_leave_the_right_one_alive(account):
    code = ask_code(account=account)
    for _ in range(4):
        with pytest.raises(WrongCode):
            use_code(account=account, code=wrong(code))
    use_code(account=account, code=code)


def test_five_wrong_tries_end_a_code(account):
    code = ask_code(account=account)
    for _ in range(5):
        with pytest.raises(WrongCode):
            use_code(account=account, code=wrong(code))
    assert SignInCode.objects.get(account=account).tries == 5
    with pytest.raises(WrongCode):
        use_code(account=account, code=code)


@pytest.mark.parametrize(("minutes", "alive"), [(4.99, True), (5, False), (60, False)])
def test_a_code_lives_five_minutes(account, clock, minutes, alive):
    code = ask_code(account=account)
    clock.move(minutes=minutes)
    if alive:
        use_code(account=account, code=code)
    else:
        with pytest.raises(WrongCode):
            use_code(account=account, code=code)


def test_a_new_code_ends_the_earlier_one(account):
    first = ask_code(account=account)
    second = ask_code(account=account)
    if first != second:
        with pytest.raises(WrongCode):
            use_code(account=account, code=first)
    use_code(account=account, code=second)


def test_another_accounts_code_does_not_open_mine(account):
    other = city.account(city.person())
    ask_code(account=account)
    code = ask_code(account=other)
    if SignInCode.objects.get(account=account).digest != registering._code_digest(account.pk, code):
        with pytest.raises(WrongCode):
            use_code(account=account, code=code)
    use_code(account=other, code=code)


@pytest.mark.parametrize("code", ["", "000", "abcdef", "１２３４５６", "0" * 500])
def test_nonsense_is_a_wrong_code_and_no_accident(account, code):
    with pytest.raises(WrongCode):
        use_code(account=account, code=code)
    ask_code(account=account)
    with pytest.raises(WrongCode):
        use_code(account=account, code=code)


def test_the_table_does_not_hold_the_code(account):
    code = ask_code(account=account)
    row = SignInCode.objects.get(account=account)
    assert code not in row.digest
    assert len(row.digest) == 64
