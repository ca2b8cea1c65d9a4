"""Two real processes that look at the clock at the same time start one campaign."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SET_UP = """
import django; django.setup()
from datetime import timedelta
from pathlib import Path
from django.utils import timezone
from evalhub.formats.source import Source
from evalhub.models import Schedule
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.schedules import NewSchedule, schedule_create
from evalhub.services.snapshots import snapshot_import
from evalhub.services.systems import system_of_run
from evalhub.services.workspaces import workspace_default
home, workspace = Path({home!r}), workspace_default()
def file(name, text):
    (home / name).write_text(text)
    return Source.at(home / name)
snapshot_import(workspace, "books", file("c.jsonl", '{{"_id": "d1", "text": "one"}}\\n'), clock=timezone.now)
queries = queries_import(workspace, "head", file("q.jsonl", '{{"_id": "q1", "text": "one"}}\\n'))
gold_import(queries, file("g.txt", "q1 0 d1 1\\n"))
system_of_run(workspace, "production", file("r.trec", "q1 Q0 d1 1 1 t\\n"))
spec = {{"name": "n", "corpus": {{"name": "books"}}, "queries": {{"name": "head"}}, "cutoff": 1,
        "systems": [{{"name": "production"}}], "raters": [{{"name": "people", "kind": "gold"}}]}}
schedule_create(workspace, NewSchedule("n", spec, "30 2 * * *"), user=None, now=timezone.now())
Schedule.objects.update(next_at=timezone.now() - timedelta(minutes=1))
"""
SCHEDULER = """
import sys
import django; django.setup()
from django.utils import timezone
from evalhub.services.schedule_runs import schedules_start_due
print("ready", flush=True)
sys.stdin.readline()
schedules_start_due(now=timezone.now())
"""
COUNT = """
import django; django.setup()
from evalhub.models import Campaign, ScheduleRun
print(Campaign.objects.count(), ScheduleRun.objects.count(), ScheduleRun.objects.get().state)
"""


@pytest.mark.slow
def test_two_schedulers_start_one_campaign(tmp_path: Path) -> None:
    # No broker is there: starting a campaign does not need one, and the sweep would send what was not sent.
    env = os.environ | {"EVALHUB_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}

    def python(code: str) -> list[str]:
        return [sys.executable, "-c", code]

    migrate = [sys.executable, "-m", "django", "migrate", "--noinput", "-v", "0"]
    subprocess.run(migrate, env=env, check=True)
    subprocess.run(python(SET_UP.format(home=str(tmp_path))), env=env, check=True)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(python(SCHEDULER), env=env, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    for one in both:
        one.communicate()
        assert one.returncode == 0
    counted = subprocess.run(python(COUNT), env=env, check=True, capture_output=True, text=True)
    assert counted.stdout.split() == ["1", "1", "started"]
