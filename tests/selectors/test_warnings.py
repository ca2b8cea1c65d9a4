"""A rater must not judge its own embedding model in silence."""

from datetime import UTC, datetime
from typing import Any

import pytest

from evalhub.models import (
    Campaign,
    CampaignRater,
    CampaignSystem,
    EmbeddingModel,
    QueryCollection,
    Rater,
    RaterVersion,
    System,
)
from evalhub.selectors.campaign_rows import CampaignRows
from evalhub.selectors.warnings import campaign_warnings
from evalhub.services.workspaces import workspace_default

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rows(kind: str, model: str, *system_models: str | None) -> CampaignRows:
    """A campaign in memory: systems s0, s1, ... by these embedding models, None for an imported run."""
    version = RaterVersion(rater=Rater(name="judge"), kind=kind, spec={"model": model})
    rater = CampaignRater(rater_version=version, name="judge", position=0)
    systems = [
        CampaignSystem(
            system=System(name=f"s{n}", embedding_model=EmbeddingModel(model=name) if name else None),
            position=n,
        )
        for n, name in enumerate(system_models)
    ]
    empty: dict[str, Any] = {"gate_rules": [], "scores": [], "comparisons": [], "jobs": []}
    campaign = Campaign(name="c", created_at=NOW, collection=QueryCollection(name="q"))
    return CampaignRows(campaign=campaign, systems=systems, raters=[rater], **empty)


def test_it_names_who_may_be_favoured() -> None:
    (text,) = campaign_warnings(rows("calibrated", "minilm", "minilm", "wordllama", "minilm"))
    assert '"judge" looks at similarity by the embedding model minilm, which s0 and s2 retrieve with' in text
    (text,) = campaign_warnings(rows("calibrated", "minilm", "minilm", None))
    assert "which s0 retrieves with, and may favour it" in text


@pytest.mark.parametrize(
    ("kind", "model", "systems"),
    [
        ("calibrated", "", ("minilm", "wordllama")),  # lexical evidence only
        ("calibrated", "minilm", ("wordllama", None)),
        ("calibrated", "minilm", ("minilm", "minilm")),  # favours all alike
        ("local-llm", "minilm", ("minilm", "wordllama")),
    ],
)
def test_nothing_to_warn_of(kind: str, model: str, systems: tuple[str | None, ...]) -> None:
    assert campaign_warnings(rows(kind, model, *systems)) == []


@pytest.mark.parametrize(("collection", "is_warned"), [("q", True), ("other", False)])
def test_a_rater_that_was_shown_answers(collection: str, is_warned: bool) -> None:
    found = rows("hosted", "m", None)
    pairs = [["q1", "d1", 0], ["q1", "d2", 1], ["q7", "d1", 2]]
    found.raters[0].rater_version.spec["training"] = {"examples": {"queries": collection, "pairs": pairs}}
    texts = campaign_warnings(found)
    assert len(texts) == is_warned
    assert all('"judge" is shown graded pairs of 2 queries of this collection' in text for text in texts)


@pytest.mark.django_db
def test_members_of_panels_are_warned_of() -> None:
    workspace = workspace_default()
    member = RaterVersion.objects.create(
        workspace=workspace,
        rater=Rater.objects.create(workspace=workspace, name="measures"),
        number=1,
        kind="calibrated",
        model="minilm",
        max_grade=3,
        spec={"model": "minilm"},
        digest="sha256:member",
    )
    found = rows("panel", "", "minilm", None)
    panel = found.raters[0].rater_version
    panel.workspace, panel.spec = workspace, {"members": {"measures": member.digest}}
    (text,) = campaign_warnings(found)
    assert text.startswith('"measures" looks at similarity by the embedding model minilm, which s0')


@pytest.mark.parametrize(
    ("used", "now", "state", "said"),
    [
        (3, 7, "done", "Scored with gold labels version 3; there is version 7 now. Run it again"),
        (0, 1, "done", "Scored without gold labels; there is version 1 now."),
        (3, 3, "done", ""),
        (3, 7, "running", ""),
    ],
)
def test_newer_gold_labels_are_told(used: int, now: int, state: str, said: str) -> None:
    asked = rows("local-llm", "", None)
    asked.campaign.gold_version, asked.campaign.state = used, state
    asked.campaign.collection.gold_version = now
    texts = campaign_warnings(asked)
    assert len(texts) == bool(said)
    assert "".join(texts).startswith(said)
