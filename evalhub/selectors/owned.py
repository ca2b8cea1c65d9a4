"""Whether what an address names is of a workspace: asked before anybody is told that a role forbids it."""

from collections.abc import Mapping

from django.db.models import Model

from evalhub.models import (
    Alert,
    ApiToken,
    Campaign,
    Corpus,
    Delivery,
    Document,
    EmbeddingModel,
    FineTuning,
    FlipPreview,
    Invitation,
    Job,
    Membership,
    ProviderKey,
    QueryCollection,
    Rater,
    RaterProbe,
    ReviewItem,
    Schedule,
    Search,
    System,
    Webhook,
    Workspace,
)

OWNERS: dict[str, tuple[type[Model], str]] = {
    "campaign_id": (Campaign, "workspace"),
    "corpus_id": (Corpus, "workspace"),
    "document_id": (Document, "corpus__workspace"),
    "collection_id": (QueryCollection, "workspace"),
    "rater_id": (Rater, "workspace"),
    "system_id": (System, "workspace"),
    "model_id": (EmbeddingModel, "workspace"),
    "search_id": (Search, "workspace"),
    "beside_id": (Search, "workspace"),
    "job_id": (Job, "workspace"),
    "key_id": (ProviderKey, "workspace"),
    "preview_id": (FlipPreview, "workspace"),
    "training_id": (FineTuning, "workspace"),
    "probe_id": (RaterProbe, "rater_version__workspace"),
    "item_id": (ReviewItem, "queue__campaign__workspace"),
    "token_id": (ApiToken, "workspace"),
    "member_id": (Membership, "workspace"),
    "invitation_id": (Invitation, "workspace"),
    "webhook_id": (Webhook, "workspace"),
    "delivery_id": (Delivery, "webhook__workspace"),
    "schedule_id": (Schedule, "workspace"),
    "alert_id": (Alert, "schedule__workspace"),
}
"""Parameters of addresses that are keys, with the way from the row to its workspace."""


def is_all_of(workspace: Workspace, named: Mapping[str, object]) -> bool:
    """Whether each row that the parameters of an address name is there, and of the workspace."""
    return all(
        OWNERS[name][0]._default_manager.filter(pk=key, **{OWNERS[name][1]: workspace}).exists()
        for name, key in named.items()
        if name in OWNERS
    )
