"""A database from before the work was kept in rows: what waited for somebody then waits for the same people now."""

import os
import subprocess
import sys

# Runs in a process and a database of its own, because migrations change the tables under everybody's feet.
SCRIPT = """
import datetime as dt, json, uuid
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

call_command("migrate", "cases", "0001", verbosity=0)
apps = MigrationExecutor(connection).loader.project_state([("cases", "0001_initial")]).apps
at = dt.datetime(2026, 3, 2, 9, tzinfo=dt.timezone.utc)
model = lambda name, app="cases": apps.get_model(app, name)
item = model("ServiceItem", "catalogue")(code="road")
item.save(force_insert=True)
version = model("ItemVersion", "catalogue")(item=item, version=1, kind="promised", definition={}, digest="x",
    valid_from=dt.date(2026, 1, 1), published_at=at)
version.save(force_insert=True)
def case(state, **values):
    draft = state == "draft"
    row = model("Case")(version=version, item_code="road", item_name="x", agency="transport", place_path="441900/",
        state=state, account_id=uuid.uuid4(), person_id=uuid.uuid4(), applicant_name="x", created_at=at, saved_at=at,
        answers={}, sources={}, due_on=dt.date(2026, 3, 9),
        submitted_at=None if draft else at, case_no=None if draft else uuid.uuid4().hex,
        accepted_at=None if draft or state == "submitted" else at, decided_at=at if state == "granted" else None, **values)
    row.save(force_insert=True)
    return row
def step(of, name, state):
    model("CaseStep")(case=of, step=name, order=0, type="review", permission="case.review", place_path="441900/t/",
        state=state, due_on=dt.date(2026, 3, 5), done_at=at if state == "done" else None).save(force_insert=True)
for state in ("draft", "submitted", "granted", "withdrawn"):
    case(state)
opened = case("accepted")
step(opened, "one", "done"); step(opened, "two", "open"); step(opened, "three", "waiting")
step(case("in_review"), "one", "done")
call_command("migrate", "cases", verbosity=0)
from tongban.kernel.cases.models import CaseStep, WorkItem
rows = WorkItem.objects.order_by("kind").select_related("step", "case")
print(json.dumps([[r.case.state, r.kind, r.step and r.step.step, r.permission, r.agency, r.place_path, r.item_code,
                   r.due_on.isoformat()] for r in rows]))
print(json.dumps(sorted(set(CaseStep.objects.values_list("agency", flat=True)))))
"""


def test_open_work_is_filled_from_the_cases_there_are(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    own = {"TONGBAN_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tongban.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env={**kept, **own}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    work, agencies = done.stdout.strip().splitlines()
    road = ["441900/", "road", "2026-03-09"]
    assert work.replace("null", "None") == str(
        [
            ["submitted", "accept", None, "case.accept", "transport", *road],
            ["in_review", "decide", None, "case.decide", "transport", *road],
            ["accepted", "step", "two", "case.review", "transport", "441900/t/", "road", "2026-03-05"],
        ]
    ).replace("'", '"')
    assert agencies == '["transport"]'
