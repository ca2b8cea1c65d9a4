"""Which statistics a snapshot's pairs are graded by."""

from collections.abc import Callable

from django.utils import timezone

from evalhub.formats.source import Source
from evalhub.models import Snapshot, Workspace
from evalhub.services.snapshots import snapshot_import
from evalhub.services.statistics import statistics_ensure

Write = Callable[..., Source]


def snapshot(workspace: Workspace, jsonl: Write, *texts: str) -> Snapshot:
    rows = [{"_id": f"d{n}", "text": text} for n, text in enumerate(texts)]
    return snapshot_import(workspace, "c", jsonl("corpus.jsonl", *rows), clock=timezone.now)


def test_a_small_change_keeps_the_statistics_and_a_large_one_does_not(
    workspace: Workspace, jsonl: Write
) -> None:
    texts = [f"text {n}" for n in range(40)]
    first = snapshot(workspace, jsonl, *texts)
    statistics = statistics_ensure(first, "sha256:minilm")
    assert statistics_ensure(first, "sha256:minilm") == statistics
    # Two changed documents of 40 are two that went and two that came: a tenth.
    second = snapshot(workspace, jsonl, "new 0", "new 1", *texts[2:])
    assert statistics_ensure(second, "sha256:minilm") == statistics
    # Small changes add up: against the snapshot the statistics are of, it is more than a tenth now.
    third = snapshot(workspace, jsonl, "new 0", "new 1", "new 2", *texts[3:])
    renewed = statistics_ensure(third, "sha256:minilm")
    assert renewed.snapshot == third
    assert statistics_ensure(first, "sha256:minilm") == statistics


def test_another_encoder_has_its_own(workspace: Workspace, jsonl: Write) -> None:
    made = snapshot(workspace, jsonl, "a text")
    assert statistics_ensure(made, "sha256:minilm").digest != statistics_ensure(made, "").digest
