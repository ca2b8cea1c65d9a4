"""Local LLM rater: pairs/s over those of the usual scripts with the same weights, and its peak of memory.

Each contender (see local_llm_contenders.py) grades the same pairs in a process of its own: the pools of some
queries of the demo, or of a BEIR folder given as the argument (its longer documents share less).
"""

import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.local_llm_contenders import names

REPOSITORY = Path(__file__).resolve().parent.parent
N_QUERIES, N_DOCUMENTS = 2, 20
MOST_MEMORY_MIB = 1536
PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE"}  # as the stack starts its workers; for all contenders


def main() -> None:
    """Print every contender, and the ratios."""
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else demo(Path(scratch) / "demo")
        pairs = Path(scratch) / "pairs.json"
        pairs.write_text(json.dumps(pools(folder)))
        found = {name: contend(name, pairs) for name in names()}
    speed = {name: told["pairs_per_s"] for name, told in found.items()}
    ours = found["ours"]
    above = ours["peak_mib"] - ours["weights_mib"]
    print(f"peak memory: {ours['weights_mib']:.0f} MiB of weights + {above:.0f} of {MOST_MEMORY_MIB} MiB")
    for name in list(speed)[1:]:
        print(f"ratio pairs/s / {name}: {speed['ours'] / speed[name]:.2f}")


def demo(folder: Path) -> Path:
    """The demo's corpus: short descriptions out of Python's documentation."""
    subprocess.run([sys.executable, str(REPOSITORY / "demo/build_corpus.py"), str(folder)], check=True)
    return folder


def pools(folder: Path) -> list[dict[str, str]]:
    """Labelled pairs, query by query, as a pool has them."""
    documents = {row["_id"]: row for row in rows(folder, "corpus.jsonl")}
    queries = {row["_id"]: row for row in rows(folder, "queries.jsonl")}
    qrels = next(path for path in (folder / "qrels.tsv", folder / "qrels/test.tsv") if path.exists())
    labelled = defaultdict(list)
    with qrels.open() as lines:
        for query, document, _ in list(csv.reader(lines, delimiter="\t"))[1:]:
            if query in queries and document in documents:
                labelled[query].append(document)
    largest = sorted(labelled, key=lambda query: -len(labelled[query]))[:N_QUERIES]
    return [
        {
            "query": queries[query]["text"],
            "need": queries[query].get("need", ""),
            "title": documents[document].get("title", ""),
            "text": documents[document]["text"],
        }
        for query in largest
        for document in labelled[query][:N_DOCUMENTS]
    ]


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Rows of a JSONL file, packed or not."""
    packed = folder / f"{name}.gz"
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / name).read_bytes()
    return [json.loads(line) for line in content.splitlines()]


def contend(name: str, pairs: Path) -> dict[str, float]:
    """Let one contender grade the pairs; prints and returns what it told."""
    command = [sys.executable, "-m", "benchmarks.local_llm_contenders", name, str(pairs)]
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=REPOSITORY, env=os.environ | PASSIVE
    )
    if ended.returncode:
        raise SystemExit(f"{name} failed:\n{ended.stderr[-3000:]}")
    told: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    print(
        f"{name}: {told['pairs_per_s']:.2f} pairs/s, {told['cpu_s']:.2f} CPU s a pair, "
        f"{told['graded']:.0%} graded, "
        f"peak {told['peak_mib']:.0f} MiB",
        flush=True,
    )
    return told


if __name__ == "__main__":
    main()
