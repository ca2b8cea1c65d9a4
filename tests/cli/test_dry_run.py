"""`evalhub run --dry-run` checks everything and writes nothing."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ended
from tests.cli.test_bad_input import n_rows

Evalhub = Callable[..., Ended]

HOSTED = """raters:
  - name: judge
    kind: hosted
    model: m
    base_url: http://127.0.0.1:9/v1
    input_usd_per_mtok: 2.0
"""


def test_pairs_tokens_and_cost_before_anything_runs(evalhub: Evalhub, sample: Path) -> None:
    spec = sample / "spec.yaml"
    spec.write_text(spec.read_text() + HOSTED)
    ended = evalhub("run", spec, "--dry-run")
    assert ended.code == 0
    # Three queries, one system, ten documents each.
    assert "judge (hosted): 30 pairs to rate; " in ended.out
    assert "tokens in, 1,800 out" in ended.out  # 60 a pair
    assert "time unknown" in ended.out
    assert n_rows() == 0


def test_what_would_fail_fails_now(evalhub: Evalhub, sample: Path) -> None:
    (sample / "queries.jsonl").write_text("")
    ended = evalhub("run", sample / "spec.yaml", "--dry-run")
    assert ended.code == 2
    assert "no queries" in ended.err
    assert n_rows() == 0
