"""Public figures: sums that name nobody, of what the bank confirmed; small groups are put together, so none can be reckoned back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.modules.policies.awarding import ACCOUNT, BANK, FEN, bureau, firm
from tests.terminals.console.filling import body
from tongban.kernel.ledger.queries import origins, paid_out
from tongban.modules.policies import actions
from tongban.modules.policies.calc.figures import Group, Payment, figures
from tongban.modules.policies.models import Award
from tongban.modules.policies.queries import published
from tongban.modules.policies.queries.figures import public_figures


def paid(
    payee, fen=100, *, audience="organisation", year="2026", town="a", agency="x", days=10, automatic=True
):
    return Payment(fen, payee, audience, year, town, agency, days, automatic)


class TestNobodyIsRecognised:
    """By arithmetic."""

    def test_fewer_than_the_least_publish_nothing(self):
        assert figures([], 1) is None
        assert figures([paid(1), paid(1), paid(2)], 3) is None

    def test_sums_of_everybody(self):
        found = figures([paid(i, 100 * i, days=i) for i in range(1, 6)], 5)
        assert (found.fen, found.recipients, found.payments) == (1500, 5, 5)
        assert (found.firms, found.people, found.days, found.percent_automatic) == (5, 0, 3, 100)
        assert found.by_year == (Group("2026", 1500, 5),)

    def test_a_small_group_takes_the_smallest_other_along(self):
        rows = (
            [paid(i, town="a") for i in range(8)]
            + [paid(i, town="b") for i in range(10, 15)]
            + [paid(20, 7, town="c")]
        )
        found = figures(rows, 5)
        assert found.by_town == (Group("a", 800, 8), Group("", 507, 6))
        assert sum(one.fen for one in found.by_town) == found.fen
        assert all(one.many >= 5 for one in found.by_town)

    def test_few_people_beside_many_firms_are_not_told_apart(self):
        found = figures([*(paid(i) for i in range(9)), paid(99, audience="person")], 5)
        assert (found.recipients, found.firms, found.people) == (10, None, None)

    def test_a_share_that_would_name_a_few_is_not_told(self):
        rows = [*(paid(i) for i in range(9)), *(paid(i, automatic=False) for i in range(20, 23))]
        assert figures(rows, 5).percent_automatic is None
        assert figures(rows, 3).percent_automatic == 75


@pytest.mark.django_db
class TestPaid:
    """By the ledger."""

    @pytest.fixture(autouse=True)
    def standing_clock(self, clock):
        published.forget()
        yield clock
        published.forget()

    def pay(self, clock, firms):
        industry = bureau()
        row = industry.confirming(clock)
        by = {one.row.pk: one.by for one in firms}
        for award in Award.objects.filter(batch=row, state="waiting").order_by("id"):
            actions.confirm_award(award_id=award.pk, account=ACCOUNT, bank=BANK, by=by[award.subject_id])
        industry.send(actions.order(batch_id=row.pk, treasury="file", by=industry.payer))

    def test_nothing_is_published_before_anything_is_paid(self, settings):
        settings.FIGURES_LEAST = 1
        assert public_figures(1) is None
        assert "还没有可以公布的兑付数据" in body(Client().get("/policies/figures/"))

    def test_what_the_bank_confirmed_counts(self, clock, settings):
        self.pay(clock, [firm() for _one in range(3)])
        assert {one.fen for one in paid_out()} == {FEN}
        assert set(origins()) == {one.id for one in paid_out()}
        found = public_figures(3)
        assert (found.fen, found.firms, found.people, found.percent_automatic) == (3 * FEN, 3, 0, 100)
        assert found.days == 6, "from Monday 2 March to Tuesday 10 March"
        assert found.by_year == (Group("2026", 3 * FEN, 3),)
        assert public_figures(4) is None
        with CaptureQueriesContext(connection) as asked:
            assert public_figures(3) is found
        assert len(asked) == 1, "what was added up is kept until something is posted"
        settings.FIGURES_LEAST = 3
        with CaptureQueriesContext(connection) as three:
            page = body(Client().get("/policies/figures/"))
        assert "15 万元" in page
        assert "6 个工作日" in page
        for one in Award.objects.all():
            assert one.name not in page, "names nobody"
        assert len(three) < 20
        assert city.DALANG not in page
