"""Campaigns that are repeated under one name, with something changed between them."""

from dataclasses import replace
from datetime import timedelta

from evalhub.models import Campaign, RaterVersion, Snapshot, System
from tests.dashboard.campaigns import make_campaign
from tests.dashboard.inputs import MAX_GRADE, START, Inputs


def repeated(inputs: Inputs, *, days: int = 1, name: str = "nightly") -> Campaign:
    """The campaign again, that many days later."""
    return make_campaign(inputs, name=name, created_at=START + timedelta(days=days))


def with_other_lists(inputs: Inputs) -> Inputs:
    """The first system retrieves otherwise under its old name."""
    old = inputs.systems[0]
    other = System.objects.create(
        workspace=inputs.workspace,
        name=old.name,
        kind="run",
        run_path="runs/other.trec",
        run_name="other.trec",
        digest="sha256:other0123456789",
    )
    # The last place draws the worst lists.
    return replace(inputs, systems=[*inputs.systems[1:], other])


def with_next_version(inputs: Inputs) -> Inputs:
    """The first rater in another version."""
    old = inputs.raters[0]
    new = RaterVersion.objects.create(
        workspace=inputs.workspace,
        rater=old.rater,
        number=2,
        kind=old.kind,
        model=old.model,
        max_grade=MAX_GRADE,
        spec={},
        digest="sha256:judge2aabbccdd",
    )
    return replace(inputs, raters=[new, *inputs.raters[1:]])


def with_next_snapshot(inputs: Inputs) -> Inputs:
    """The same documents in the corpus's next snapshot."""
    old = inputs.snapshot
    new = Snapshot.objects.create(
        corpus=old.corpus,
        number=old.number + 1,
        state="ready",
        digest="e",
        source_name="corpus.jsonl",
        n_documents=old.n_documents,
    )
    return replace(inputs, snapshot=new)
