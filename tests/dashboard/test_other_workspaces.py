"""Whatever an address names of another workspace is not there."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from evalhub.dashboard.urls import urlpatterns
from evalhub.models import (
    ApiToken,
    Campaign,
    Corpus,
    EmbeddingModel,
    Invitation,
    Job,
    Membership,
    QueryCollection,
    Rater,
    RaterProbe,
    RaterVersion,
    Role,
    Schedule,
    Search,
    System,
    Webhook,
    Workspace,
)
from evalhub.selectors.permissions import ROLE_ALLOWS, role_needed
from evalhub.services.invitations import invitation_make
from evalhub.services.members import member_ensure
from evalhub.services.tokens import token_make
from evalhub.services.workspaces import workspace_default
from tests.dashboard.inputs import Inputs
from tests.dashboard.test_access import OPEN, WORDS
from tests.hook_rows import make_alert, make_delivery
from tests.people import person
from tests.review_rows import make_queue

OWNED = (
    Campaign,
    Corpus,
    QueryCollection,
    Rater,
    RaterVersion,
    System,
    EmbeddingModel,
    Search,
    Job,
    ApiToken,
    Invitation,
    Schedule,
    Webhook,
)
# Parameters that are no keys: a signed text, a word.
NO_KEYS = {"text"}
NUMBERED = [
    pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and {"number", *pattern.pattern.converters} - WORDS.keys() - NO_KEYS
]
PAGES = [
    pattern
    for pattern in urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name not in OPEN and not pattern.pattern.converters
]


@pytest.fixture
def ours(built: Inputs, campaign: Campaign, pair: tuple[Search, Search]) -> dict[str, object]:
    """An example of each key in our workspace; a new parameter of an address belongs in here."""
    version, job, workspace = built.raters[0], Job.objects.order_by("pk").first(), workspace_default()
    assert job is not None
    texts = {"query_digest": "q", "document_digest": "d", "query": "q", "text": "t"}
    probe = RaterProbe.objects.create(rater_version=version, job=job, **texts)
    Job.objects.filter(pk=job.pk).update(kind=Job.Kind.INGEST)
    member = member_ensure(workspace, User.objects.create(username="theirs"), "admin")
    token, _ = token_make(member, "read", name="theirs-ci", now=timezone.now())
    alert, delivery = make_alert(workspace, {}), make_delivery(workspace)
    return {
        "campaign_id": campaign.pk,
        "query_id": built.queries[0].pk,
        "document_id": built.documents[0].pk,
        "corpus_id": built.snapshot.corpus_id,
        "collection_id": built.collection.pk,
        "job_id": job.pk,
        "model_id": EmbeddingModel.objects.get().pk,
        "rater_id": version.rater_id,
        "probe_id": probe.pk,
        "search_id": pair[0].pk,
        "beside_id": pair[1].pk,
        "item_id": make_queue(campaign).items.all()[0].pk,
        "member_id": member.pk,
        "token_id": token.pk,
        "invitation_id": invitation_make(workspace, "viewer", None, now=timezone.now())[0].pk,
        "schedule_id": alert.schedule_id,
        "alert_id": alert.pk,
        "webhook_id": delivery.webhook_id,
        "delivery_id": delivery.pk,
        **WORDS,
    }


@pytest.fixture
def elsewhere(ours: dict[str, object]) -> dict[str, object]:
    """The same, all of a workspace that is not this one."""
    other = Workspace.objects.create(slug="other", name="Elsewhere Ltd")
    for model in OWNED:
        model.objects.update(workspace=other)  # type: ignore[attr-defined]
    # Only theirs: who asks stays here.
    Membership.objects.filter(pk=ours["member_id"]).update(workspace=other)
    return ours


def address_of(pattern: URLPattern, keys: dict[str, object]) -> str:
    """An address with such keys in it."""
    words = {"chart": "differences", "corpus-profile-chart": "lengths", "campaign-steer": "pause"}
    words |= {"agreement-chart": "graders", "rater-decide": "promote", "known-model": "minilm"}
    given = {name: keys[name] for name in pattern.pattern.converters}
    if "name" in given:
        given["name"] = words[pattern.name or ""]
    return reverse(pattern.name or "", kwargs=given)


def as_role(client: Client, role: str) -> Client:
    """A client of somebody with this role here, who has no place elsewhere."""
    client.force_login(person(f"our-{role}", role))
    return client


@pytest.mark.parametrize("pattern", NUMBERED, ids=lambda pattern: pattern.name)
def test_it_is_not_found_and_nothing_can_be_done_to_it(
    client: Client, elsewhere: dict[str, object], pattern: URLPattern
) -> None:
    address = address_of(pattern, elsewhere)
    typed = {"document": elsewhere["document_id"], "grade": 1, "tags": "a", "query": "q", "text": "t"}
    for role in Role.values:
        asking = as_role(client, role)
        assert asking.get(address).status_code in {404, 405}, role
        assert asking.post(address, typed).status_code in {404, 405}, role


THEIRS = (
    "python-docs",
    "production",
    "how do I do thing",
    "nightly",
    ">judge<",
    "theirs",
    "theirs-ci",
    "Elsewhere Ltd",
)


def test_forms_know_nothing_of_it(signed_in: Client, elsewhere: dict[str, object]) -> None:
    keys = {"snapshot": 1, "a": 1, "b": 2, "q": "hello", "k": 5}
    assert signed_in.post("/search/ask", keys).status_code == 400
    assert signed_in.get(f"/campaigns/new/?from={elsewhere['campaign_id']}").status_code == 404
    shown = signed_in.get(f"/search/queries/?collection={elsewhere['collection_id']}").content.decode()
    assert not [text for text in THEIRS if text in shown]


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_no_page_shows_anything_of_it(
    client: Client, elsewhere: dict[str, object], pattern: URLPattern
) -> None:
    for role in Role.values:
        shown = as_role(client, role).get(reverse(pattern.name or "")).content.decode()
        assert [text for text in THEIRS if text in shown] == [], role


NEEDS = {
    "campaign-new": "run",
    "campaign-new-import": "run",
    "campaign-steer": "run",
    "campaign-tags": "run",
    "review-pair": "review",
    "review-next": "review",
    "review-undo": "review",
    "review-grade": "review",
    "review-pass": "review",
    "review-settle": "review",
    "review-unsettle": "review",
    "review-open": "run",
    "review-settings": "run",
    "review-sample": "run",
    "review-sample-undo": "run",
    "review-assign": "run",
    "review-unassign": "run",
    "search-ask": "read",
    "search-grade": "review",
    "corpus-profile-start": "run",
    "agreement-ask": "read",
    "rater-try": "run",
    "rater-decide": "admin",
    "rater-next-train": "run",
    "rater-next-preview": "run",
    "rater-next-adopt": "admin",
    "price-set": "run",
    "member-role": "admin",
    "member-remove": "admin",
    "member-invite": "admin",
    "invitation-withdraw": "admin",
    "token-new": "read",
    "token-revoke": "read",
    "audit": "admin",
    "audit-file": "admin",
    "workspace-choose": "read",
    "workspace-new": "admin",
    "notifications": "admin",
    "notification": "admin",
    "notification-add": "admin",
    "notification-change": "admin",
    "notification-test": "admin",
    "notification-switch": "admin",
    "delivery-again": "admin",
    "schedule-new": "run",
    "schedule-add": "run",
    "schedule-change": "run",
    "schedule-run": "run",
    "schedule-switch": "run",
    "alert-dismiss": "run",
    "alert-restore": "run",
}
"""What each address needs that is not just read, apart from the code; new ones belong here."""
MADE_BY_ACCESS = [
    one for one in urlpatterns if isinstance(one, URLPattern) and hasattr(one.callback, "needs")
]
CHANGING = [one for one in MADE_BY_ACCESS if one.name in NEEDS]
READ_ONLY = [one for one in MADE_BY_ACCESS if one.name not in NEEDS]


def test_every_address_is_made_by_the_module_that_asks_for_the_role() -> None:
    others = {one.name for one in urlpatterns if isinstance(one, URLPattern)} - {
        one.name for one in MADE_BY_ACCESS
    }
    assert others == {*OPEN, "sign-out"}


@pytest.mark.parametrize("pattern", READ_ONLY, ids=lambda pattern: pattern.name)
def test_what_is_not_in_the_table_is_read_by_everybody_and_changes_nothing(
    client: Client, db: None, pattern: URLPattern
) -> None:
    assert pattern.callback.needs == "read"  # type: ignore[attr-defined]
    assert client.post(reverse(pattern.name or "", kwargs=keys_of(pattern))).status_code in {302, 405}
    assert (
        as_role(client, Role.ADMIN).post(reverse(pattern.name or "", kwargs=keys_of(pattern))).status_code
        == 405
    )


def keys_of(pattern: URLPattern) -> dict[str, object]:
    """Any keys."""
    return {name: WORDS.get(name, 1) for name in pattern.pattern.converters}


@pytest.mark.parametrize("pattern", CHANGING, ids=lambda pattern: pattern.name)
def test_a_role_may_do_what_the_table_says_and_nothing_else(
    client: Client, ours: dict[str, object], pattern: URLPattern
) -> None:
    scope, address = NEEDS[pattern.name or ""], address_of(pattern, ours)
    client.raise_request_exception = False  # rows that are made up can not all be worked on
    for role in (Role.VIEWER, Role.REVIEWER, Role.ANALYST, Role.ADMIN):
        asking = as_role(client, role)
        for ask in (asking.get, asking.post):
            with transaction.atomic():
                answer = ask(address)
                transaction.set_rollback(True)
            if answer.status_code == 405:
                continue
            if scope in ROLE_ALLOWS[role]:
                assert answer.status_code != 403, role
            else:
                assert answer.status_code == 403, role
                assert f"needs the role &quot;{role_needed(scope)}&quot;" in answer.content.decode()
