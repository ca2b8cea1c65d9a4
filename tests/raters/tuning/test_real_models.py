"""Both kinds with real weights: a training that was killed ends with the weights of an undisturbed one."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evalhub.core.trained_on import trained_on
from raters.factory import load_rater
from raters.protocol import Rated, RateRequest
from raters.spec import RaterSpec, resolve_rater

pytestmark = pytest.mark.slow

BASES = [("cross-encoder", "minilm"), ("local-llm", "smollm2")]
REQUEST = RateRequest("big red", "", "red shoe")


def start(kind: str, model: str, folder: Path, unfinished: str) -> "subprocess.Popen[str]":
    arguments = [kind, model, str(folder / "raters"), str(folder / unfinished)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.raters.tuning.train_process", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TQDM_DISABLE": "1"},
    )


def answer(process: "subprocess.Popen[str]") -> list[object] | dict[str, object]:
    """What the process says next."""
    assert process.stdout is not None
    said: list[object] | dict[str, object] = json.loads(process.stdout.readline())
    return said


def finish(process: "subprocess.Popen[str]") -> RaterSpec:
    """Let a training go on to its end."""
    assert process.stdin is not None
    while isinstance(said := answer(process), list):
        process.stdin.write("go on\n")
        process.stdin.flush()
    process.communicate()
    assert process.returncode == 0
    return RaterSpec.from_dict(said)


def kill_after(process: "subprocess.Popen[str]", n_steps: int) -> list[object]:
    """Let a training do some steps; SIGKILL it when it has told of the next."""
    assert process.stdin is not None
    for _ in range(n_steps):
        answer(process)
        process.stdin.write("go on\n")
        process.stdin.flush()
    last = answer(process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert isinstance(last, list)
    return last


@pytest.mark.parametrize(("kind", "model"), BASES)
def test_a_killed_training_ends_as_an_undisturbed_one(kind: str, model: str, tmp_path: Path) -> None:
    undisturbed = finish(start(kind, model, tmp_path, "one"))

    # Three steps an epoch: once within the first, once within the second.
    first = kill_after(start(kind, model, tmp_path, "two"), 1)
    second = kill_after(start(kind, model, tmp_path, "two"), 3)
    resumed = finish(start(kind, model, tmp_path, "two"))

    assert first[:2] == [8, 0]  # 8 of 12 pairs of the first epoch
    assert isinstance(second[0], int)
    assert second[0] > 8  # it went on where the first was killed
    assert resumed.to_dict() == undisturbed.to_dict()
    rater = load_rater(resumed, n_threads=1)
    (_, outcome), *_ = rater.rate([REQUEST])
    assert isinstance(outcome, Rated)
    assert outcome.probabilities is not None
    assert sum(outcome.probabilities) == pytest.approx(1.0)
    assert len(trained_on(resumed.to_dict())) > 0
    assert resumed.digest != resolve_rater({"name": "base", "kind": "local-llm", "model": "smollm2"}).digest
