"""Every page and file of an officer that shows somebody's data leaves a look; alarms come to the supervisor's desk."""

import inspect

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import city
from tongban.foundation.ids import make_resident_id
from tongban.kernel.cases import queries
from tongban.kernel.documents import queries as documents
from tongban.modules.looks.models import Look, LookAlarm
from tongban.site.urls import urlpatterns

pytestmark = pytest.mark.django_db

# Pages of officers with an identifier in their address that show nobody's data, and why.
SHOWS_NOBODY = {
    "counter-bag": "papers and numbers of cases",
    "counter-bag-list": "papers and numbers of cases",
    "counter-bag-receive": "papers and numbers of cases",
    "counter-consent": "leads to the application, which is recorded",
    "desk-appeal-proposal": "a change of a policy",
    "desk-appeal-seen": "which officers may see it, nothing of the appeal",
    "desk-award-batch": "names are masked, amounts without accounts; the single award is recorded",
    "desk-case-seen": "which officers may see it, nothing of the application",
    "desk-card": "number and limit of a case, nothing of the application",
    "desk-export": "what was chosen; the file is recorded",
    "desk-look-alarm": "whose data it was is hidden",
    "desk-opinion": "a batch",
    "desk-order": "number and limit of a case",
}


def looks():
    return [(row.kind, row.door, row.whose_kind, row.about_kind) for row in Look.objects.order_by("id")]


def test_a_case_and_everything_in_it(clerk):
    case, _by = city.food()
    city.run_jobs()
    client, base = city.signed_in(clerk), f"/desk/cases/{case.pk}/"
    row = next(row for row in queries.materials_of(case) if row.file)
    for path in ("", "preview/", "viewer/", f"materials/{row.pk}/1/", "messages/"):
        assert client.get(base + path).status_code == 200, path
    letter = documents.letters_about(case.pk)[0]
    assert client.get(f"{base}letters/{letter.pk}/").status_code == 200
    firm = ("organisation", "case")
    assert looks() == [
        ("view", "desk-case", *firm),
        ("view", "desk-preview", *firm),
        ("view", "desk-viewer", *firm),
        ("file", "desk-material-page", *firm),
        ("view", "desk-messages", *firm),
        ("file", "desk-letter", *firm),
    ]
    assert {row.whose_id for row in Look.objects.all()} == {case.organisation_id}
    assert {(row.looked_by, row.role, row.agency) for row in Look.objects.all()} == {
        (clerk.pk, "clerk", clerk.agency)
    }


def test_what_is_not_there_for_somebody_leaves_no_look(stranger):
    case = city.allowance()
    assert city.signed_in(stranger).get(f"/desk/cases/{case.pk}/").status_code == 404
    assert looks() == []


def test_the_applicants_own_page_leaves_no_look():
    case = city.allowance()
    by = city.account(city.party_queries.person(case.person_id))
    assert city.signed_in(by).get(f"/cases/{case.pk}/").status_code == 200
    assert city.signed_in(by).get(f"/api/cases/{case.pk}/").status_code == 200
    assert looks() == []


def test_a_program_of_an_officer_leaves_one(clerk):
    case = city.allowance()
    assert city.signed_in(clerk).get(f"/api/cases/{case.pk}/").status_code == 200
    assert looks() == [("view", "api-case", "person", "case")]


def test_the_second_look_of_a_visit_asks_one_question_more_than_none(clerk):
    """A page that is read again, turned over or refused costs the same however much was looked at before."""
    client, first, second = city.signed_in(clerk), city.allowance(), city.allowance("周玉兰")
    path = "/desk/cases/{}/preview/"
    client.get(path.format(first.pk))
    client.get(path.format(first.pk))
    with CaptureQueriesContext(connection) as again:
        client.get(path.format(first.pk))
    for _ in range(3):
        client.get(path.format(city.allowance("何秀珍").pk))
    client.get(path.format(second.pk))
    with CaptureQueriesContext(connection) as later:
        client.get(path.format(second.pk))
    assert len(later) == len(again)


def test_a_search_by_number_is_told_to_whom_it_finds_and_counted(clerk, settings):
    settings.LOOKS_MOST = 2
    client = city.signed_in(clerk)
    case = city.allowance()
    person = city.party_queries.person(case.person_id)
    nobody = make_resident_id("44190019800101999")
    for number in (person.id_no, nobody):
        assert client.post("/desk/search/", {"q": number}).status_code == 200
    assert client.get("/desk/search/?q=高龄").status_code == 200
    assert [(row.kind, row.whose_id, row.about_id) for row in Look.objects.order_by("id")] == [
        ("search", person.pk, None),
        ("search", None, None),
    ]
    page = client.post("/desk/search/", {"q": make_resident_id("44190019810101999")})
    assert page.status_code == 429
    assert "已经暂停" in page.content.decode()
    assert client.post("/desk/search/", {"q": person.id_no}).status_code == 429, "what is known already, too"
    assert client.get(f"/desk/cases/{case.pk}/").status_code == 200, "cases go on"


def test_the_supervisor_finds_the_alarm_and_answers_it(clerk, settings):
    settings.LOOKS_MOST = 1
    person, client = city.person(), city.signed_in(clerk)
    client.post("/desk/search/", {"q": person.id_no})
    assert client.post("/desk/search/", {"q": city.person().id_no}).status_code == 429
    watching = city.signed_in(city.officer("supervisor", agency="", place=city.CITY, name="蔡国平"))
    row = LookAlarm.objects.get()
    listed = watching.get("/desk/supervision/looks/").content.decode()
    assert clerk.display_name in listed
    assert "待核实，已暂停" in listed
    url = f"/desk/supervision/looks/{row.pk}/"
    page = watching.get(url).content.decode()
    assert "按号码查找" in page
    assert person.name not in page
    assert person.id_no not in page
    assert watching.post(url, {"verdict": "work", "note": ""}).status_code == 422
    assert watching.post(url, {"verdict": "work", "note": "核对重复登记。"}).status_code == 302
    assert "核对重复登记。" in watching.get(url).content.decode()
    assert client.post("/desk/search/", {"q": city.person().id_no}).status_code == 200
    assert client.get(url).status_code == 404


def test_every_page_with_an_identifier_is_recorded_or_says_why_not():
    """Read from the program: the module of such a page calls `looking.at`, or the page stands in the table above."""
    named = list(of_officers(urlpatterns))
    assert len(named) > 60
    missing = [
        name
        for name, view in named
        if name not in SHOWS_NOBODY
        and shows(view)
        and "looking.at(" not in inspect.getsource(module_of(view))
    ]
    assert missing == []
    assert set(SHOWS_NOBODY) <= {name for name, _view in named}, "a page that is no more"


def of_officers(patterns, before=""):
    """Names and views of addresses of officers with an identifier in them."""
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from of_officers(pattern.url_patterns, here)
        elif "<uuid" in here and not here.startswith("console/"):
            right = getattr(pattern.callback, "tongban_right", None)
            if right is not None and right.kind == "staff":
                yield pattern.name, pattern.callback


def module_of(view):
    return inspect.getmodule(inspect.unwrap(view))


def shows(view) -> bool:
    """Whether a view answers with something itself; a form's target that only leads on shows nothing."""
    source = inspect.getsource(inspect.unwrap(view))
    return any(
        word in source
        for word in ("render(", "HttpResponse(", "_show(", "_page(", "sending.file(", "drawn.", "originals.")
    )


def test_the_alarms_are_asked_for_in_as_many_queries_whatever_their_number(settings):
    settings.LOOKS_MOST = 1
    watching = city.signed_in(city.officer("supervisor", agency="", place=city.CITY))

    def alarm():
        client = city.signed_in(city.officer("clerk", agency=""))
        for _ in range(2):
            client.post("/desk/search/", {"q": city.person().id_no})

    alarm()
    watching.get(reverse("desk-look-alarms"))
    with CaptureQueriesContext(connection) as one:
        watching.get(reverse("desk-look-alarms"))
    alarm()
    alarm()
    with CaptureQueriesContext(connection) as three:
        watching.get(reverse("desk-look-alarms"))
    assert LookAlarm.objects.count() == 3
    assert len(one) == len(three)
