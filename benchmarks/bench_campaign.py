"""Campaign overhead: wall time of a campaign over the seconds its models computed.

Runs the demo's sample (documents limited to N_DOCUMENTS) in a fresh home with a stack that is already up,
so that what is compared is the campaign and not the start of processes.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
N_DOCUMENTS = 1500
EVALHUB = [sys.executable, "-m", "evalhub"]


def main() -> None:
    """Print wall time, model time and their ratio."""
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as home:
        os.environ.update(EVALHUB_HOME=home, PORT="18431", DJANGO_SETTINGS_MODULE="evalhub.settings")
        spec = sample(Path(home) / "sample")
        subprocess.run([*EVALHUB, "up", "--detach"], check=True, cwd=REPOSITORY)
        try:
            report(campaign(spec, Path(home)))
        finally:
            subprocess.run([*EVALHUB, "down"], check=True, cwd=REPOSITORY)


def sample(folder: Path) -> Path:
    """The demo's sample with fewer documents and no gold labels; returns its spec."""
    subprocess.run([sys.executable, str(REPOSITORY / "demo/build_corpus.py"), str(folder)], check=True)
    corpus = folder / "corpus.jsonl"
    lines = corpus.read_text().splitlines(keepends=True)
    corpus.write_text("".join(lines[:: max(1, len(lines) // N_DOCUMENTS)]))
    spec = folder / "spec.yaml"
    spec.write_text(spec.read_text().replace(", qrels: qrels.tsv", ""))
    return spec


def campaign(spec: Path, home: Path) -> float:
    """Run it; returns its wall seconds as the campaign itself recorded them."""
    out = home / "result.json"
    subprocess.run([*EVALHUB, "run", str(spec), "--json", str(out)], check=True, cwd=REPOSITORY)
    total: float = json.loads(out.read_text())["timings_s"]["total"]
    return total


def report(wall_s: float) -> None:
    """Add up what the models computed."""
    import django
    from django.db.models import Sum

    django.setup()
    from evalhub.models import Judgment, VectorShard

    encode_s = VectorShard.objects.aggregate(s=Sum("encode_s"))["s"] or 0.0
    rate_s = Judgment.objects.aggregate(s=Sum("latency_s"))["s"] or 0.0
    model_s = encode_s + rate_s
    print(f"wall {wall_s:.1f} s; models {model_s:.1f} s (encoding {encode_s:.1f}, rating {rate_s:.1f})")
    print(f"ratio campaign / models: {wall_s / model_s:.2f}")


if __name__ == "__main__":
    main()
