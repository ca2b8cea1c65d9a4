"""Re-rating what was rated: calls and seconds of a campaign of 10,000 hosted pairs that is asked for again.

Asked for twice: unchanged, where every job is found finished; and over another run of the same documents in
another order, where a new job of rating finds each of its pairs paid for. The provider is
`loopback_provider.py`, which counts calls; the stack is up before anything is timed.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from benchmarks.bench_hosted import provider

REPOSITORY = Path(__file__).resolve().parent.parent
EVALHUB = [sys.executable, "-m", "evalhub"]
N_QUERIES, DEPTH = 1000, 10
N_PAIRS = N_QUERIES * DEPTH
WORDS = ["tea", "kettle", "boils", "water", "for", "green", "black", "white", "at", "the", "right", "heat"]


def main() -> None:
    """Print calls and seconds of the three campaigns."""
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as home, provider("--latency-s", "0.02") as url:
        os.environ.update(EVALHUB_HOME=home, PORT="18432")
        folder = Path(home)
        write_inputs(folder)
        subprocess.run([*EVALHUB, "up", "--detach"], check=True, cwd=REPOSITORY)
        try:
            first = campaign(folder, url, "first")
            again = campaign(folder, url, "first")
            reordered = campaign(folder, url, "reordered")
        finally:
            subprocess.run([*EVALHUB, "down"], check=True, cwd=REPOSITORY)
    print(f"ratio calls of the first campaign / pairs: {first / N_PAIRS:.4f}")
    print(f"ratio calls of re-rating / pairs: {(again + reordered) / N_PAIRS:.4f}")


def write_inputs(folder: Path) -> None:
    """A corpus, queries, and two runs of the same documents."""
    documents = ({"_id": f"d{n}", "text": f"{n} {' '.join(WORDS)} " * 8} for n in range(N_PAIRS))
    queries = ({"_id": f"q{n}", "text": f"question {n}"} for n in range(N_QUERIES))
    for name, rows in (("corpus", documents), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name, is_reversed in (("first", False), ("reordered", True)):
        ranks = [DEPTH - place if is_reversed else place + 1 for place in range(DEPTH)]
        hits = ((n, ranks[n % DEPTH]) for n in range(N_PAIRS))
        lines = (f"q{n // DEPTH} Q0 d{n} {rank} {-rank} t\n" for n, rank in hits)
        (folder / f"{name}.trec").write_text("".join(lines))


def campaign(folder: Path, url: str, run: str) -> int:
    """Run a campaign over a run; prints how long it took and returns how many calls it made."""
    judge = {"name": "judge", "kind": "hosted", "model": "m", "base_url": url, "max_in_flight": 64}
    body = {
        "name": run,
        "corpus": {"name": "c", "path": "corpus.jsonl"},
        "queries": {"name": "q", "path": "queries.jsonl"},
        "systems": [{"name": run, "run": f"{run}.trec"}],
        "raters": [judge],
        "cutoff": DEPTH,
    }
    spec, out = folder / "spec.yaml", folder / "result.json"
    spec.write_text(json.dumps(body))
    n_before = n_calls(url)
    subprocess.run(
        [*EVALHUB, "run", str(spec), "--json", str(out)],
        check=True,
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
    )
    result = json.loads(out.read_text())
    timings, ratings, n_made = result["timings_s"], result["ratings"][0], n_calls(url) - n_before
    print(
        f"{run}: {ratings['rated']} of {ratings['pairs']} pairs rated, {ratings['reused']} reused, "
        f"{n_made} calls; rating {timings['rate']:.2f} s, campaign {timings['total']:.2f} s"
    )
    return n_made


def n_calls(url: str) -> int:
    """Calls that the provider took so far."""
    return int(json.loads(urllib.request.urlopen(url).read())["taken"])


if __name__ == "__main__":
    main()
