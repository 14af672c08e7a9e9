import pytest
from tests import city
from tongban.kernel.cases import actions, queries
pytestmark = pytest.mark.django_db
def test_a(clock):
    c=city.allowance(); print(c.short_no, c.place_path, c.waiting_path)
    f,by=city.food(); print(f.short_no, f.place_path)
    clerk=city.actor(city.officer("clerk","reviewer",agency="market-regulation"))
    print(queries.turn_of(clerk,f,[],None))
    actions.accept(case_id=f.pk,by=clerk)
    print(queries.turn_of(clerk,city.again(f),queries.steps_of(f),None))
    print(city.run_jobs())
    from tongban.kernel.events.models import Job
    print(list(Job.objects.exclude(error="").values_list("handler","error")))
    f=city.again(f); print(f.state,f.due_on,f.statutory_due_on)
