"""A million judgments as JSON Lines through the real web process, and documents the other way.

python -m benchmarks.bench_ndjson [--judgments 1000000] [--documents 200000] [--port 8178]

The database is a fresh SQLite file, written by SQL; the web process is the stack's own, without workers.
Growth is the peak of the process's resident memory (VmHWM of Linux) since just before the request.
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import httpx2

from evalhub.stack.processes import ProcessSpec, stack_plan

N_QUERIES = 1000


def fresh_database() -> str:
    """Migrate, make a rater, and return a token of an admin."""
    from django.core.management import call_command

    from evalhub.models import Role, Workspace
    from evalhub.services.members import member_ensure
    from evalhub.services.tokens import token_create
    from evalhub.services.users import user_ensure
    from evalhub.services.workspaces import workspace_default

    call_command("migrate", verbosity=0, skip_checks=True)
    workspace: Workspace = workspace_default()
    user_ensure("admin")
    from django.contrib.auth.models import User

    user = User.objects.get(username="admin")
    member_ensure(workspace, user, Role.ADMIN)
    return token_create(workspace, user, "run")


def judgments_write(n_rows: int) -> None:
    """Copy one judgment many times over inside the database, for other texts each time."""
    from django.db import connection

    from evalhub.models import Judgment, Rater, RaterVersion
    from evalhub.services.workspaces import workspace_default

    workspace = workspace_default()
    rater = Rater.objects.create(workspace=workspace, name="judge")
    version = RaterVersion.objects.create(
        workspace=workspace, rater=rater, number=1, kind="hosted", max_grade=3, spec={}, digest="bench"
    )
    first = Judgment.objects.create(
        rater_version=version,
        query_digest="0" * 64,
        document_digest="0" * 64,
        state=Judgment.State.GRADED,
        grade=2,
        gain=2 / 3,
        probabilities=[0.1, 0.2, 0.6, 0.1],
        rationale="It answers the question in part, and names no source for what it says of the rest. " * 2,
    )
    columns = [field.column for field in Judgment._meta.concrete_fields if not field.primary_key]
    taken = {
        "query_digest": f"printf('%064d', n.i / {n_rows // N_QUERIES + 1})",
        "document_digest": "printf('%064d', n.i)",
    }
    values = ", ".join(taken.get(column, f'j."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n_rows - 1})"
    insert = f"INSERT INTO evalhub_judgment ({names}) {numbers} SELECT {values} "
    with connection.cursor() as cursor:
        cursor.execute(f"{insert} FROM n, evalhub_judgment j WHERE j.id = {first.pk}".replace("%", "%%"), [])
    connection.close()


@contextmanager
def web(spec: ProcessSpec) -> Iterator[int]:
    """The web process; yields the id of the worker that answers."""
    process = subprocess.Popen(spec.argv, env={**os.environ, **spec.env, "WEB_CONCURRENCY": "1"})
    try:
        while not spec.is_ready():
            time.sleep(0.5)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield int(children[0])
    finally:
        process.terminate()
        process.wait()


def kib(pid: int, field: str) -> int:
    """A figure of a process's memory."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(f"{field}:"))


@contextmanager
def grown(pid: int, what: str) -> Iterator[list[int]]:
    """Prints rows (which the block appends), seconds and how far the memory of the process grew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # VmHWM starts anew
    before, began, rows = kib(pid, "VmRSS"), time.monotonic(), list[int]()
    yield rows
    took = time.monotonic() - began
    growth = (kib(pid, "VmHWM") - before) / 1024
    print(f"{what}: {sum(rows):,} rows in {took:.1f} s ({sum(rows) / took:,.0f}/s);", end=" ")
    print(f"the web process grew by {growth:.1f} MiB at its peak, from {before / 1024:.1f}", flush=True)


def documents(n_rows: int) -> Iterator[bytes]:
    """A corpus, written while it is sent."""
    for start in range(0, n_rows, 500):
        lines = (
            f'{{"_id": "d{n}", "text": "text {n} of a document that is as long as a short one"}}\n'
            for n in range(start, min(start + 500, n_rows))
        )
        yield "".join(lines).encode()


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgments", type=int, default=1_000_000)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--port", type=int, default=8178)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evalhub-ndjson-") as folder:
        os.environ |= {"EVALHUB_HOME": folder, "DJANGO_SETTINGS_MODULE": "evalhub.settings"}
        django.setup()
        token = fresh_database()
        judgments_write(asked.judgments)
        api = f"http://127.0.0.1:{asked.port}/api/v1"
        headers = {"Authorization": f"Bearer {token}"}
        with (
            web(stack_plan(Path(folder), asked.port).services[-1]) as pid,
            httpx2.Client(headers=headers, timeout=600) as http,
        ):
            http.get(f"{api}/judgments").raise_for_status()  # loads what any request needs
            lines = {"Accept": "application/x-ndjson"}
            with (
                grown(pid, "judgments read") as rows,
                http.stream("GET", f"{api}/judgments", headers=lines) as answer,
            ):
                answer.raise_for_status()
                rows.extend(chunk.count(b"\n") for chunk in answer.iter_bytes())
            made = http.post(f"{api}/corpora", json={"name": "large"}).raise_for_status().json()
            with grown(pid, "documents sent, checked and kept for the import") as rows:
                sent = {"Content-Type": "application/x-ndjson"}
                address = f"{api}/corpora/{made['id']}/documents?file_name=large.jsonl"
                http.post(address, content=documents(asked.documents), headers=sent).raise_for_status()
                rows.append(asked.documents)


if __name__ == "__main__":
    main()
