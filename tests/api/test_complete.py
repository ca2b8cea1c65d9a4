"""Nothing the dashboard does is missing from REST: every named address of it has its answer here."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from evalhub.api.urls import urlpatterns as rest_urls

# An address of the dashboard, and the names of the REST addresses that give or do the same. A new page
# belongs in here or, where it only shows otherwise what REST gives, in ONLY_SHOWN with the reason.
SAME: dict[str, str] = {
    "alert-dismiss": "alert-dismissal",
    "alert-restore": "alert-dismissal",
    "audit": "audit",
    "audit-file": "audit",
    "delivery-again": "delivery-redeliver",
    "invitation-withdraw": "invitation",
    "member-invite": "invitations",
    "member-remove": "member",
    "member-role": "member",
    "members": "members invitations",
    "notification": "webhook webhook-deliveries",
    "notification-add": "webhooks",
    "notification-change": "webhook",
    "notification-switch": "webhook",
    "notification-test": "webhook-test",
    "notifications": "webhooks",
    "schedule": "schedule schedule-runs",
    "schedule-add": "schedules",
    "schedule-change": "schedule",
    "schedule-new": "campaign schedules",
    "schedule-run": "schedule-run",
    "schedule-switch": "schedule",
    "schedule-trend-file": "schedule-runs campaign-trend",
    "schedules": "schedules alerts",
    "token-new": "tokens",
    "token-revoke": "token",
    "tokens": "tokens",
    "campaign-list": "campaigns campaign-results",
    "campaign-new": "campaigns campaign-estimate corpora documents query-collections queries",
    "campaign-new-import": "job",
    "campaign": "campaign campaign-results campaign-gate",
    "campaign-steer": "campaign-cancel campaign-pause campaign-resume campaign-retry",
    "campaign-tags": "campaign",
    "campaign-next": "campaign rater-next",
    "trend": "campaign-trend",
    "trend-file": "campaign-trend",
    "changes": "campaign-changes",
    "changes-file": "campaign-changes",
    "table-file": "campaign-results campaign",
    "so-far": "campaign-so-far",
    "chart-list": "campaign-chart-differences campaign-chart-outcomes campaign-chart-spread "
    "campaign-chart-by-rank campaign-chart-segments campaign-chart-frontier",
    "query-list": "campaign-comparisons campaign-queries",
    "query": "campaign-hits campaign-queries",
    "document": "document",
    "review": "campaign-review disagreements campaign-review-standing",
    "review-open": "campaign-review",
    "review-settings": "campaign-review",
    "review-sample": "campaign-review-sample",
    "review-sample-undo": "campaign-review-sample",
    "review-pair": "disagreements-next disagreement-take",
    "review-next": "disagreements-next",
    "review-undo": "campaign-review-undo disagreement-grades disagreement-pass",
    "review-differ": "disagreements disagreement-history",
    "review-people": "campaign-review-people campaign-review-standing",
    "review-assign": "campaign-review-assignments",
    "review-unassign": "campaign-review-assignments",
    "review-item": "disagreement disagreement-history",
    "review-settle": "disagreement-adjudication",
    "review-unsettle": "disagreement-adjudication",
    "review-grade": "disagreement-grades",
    "review-pass": "disagreement-pass",
    "search": "search-systems corpora query-collections",
    "search-ask": "searches",
    "search-queries": "queries",
    "search-result": "search",
    "search-beside": "search-beside",
    "search-document": "document",
    "search-grade": "search-grades",
    "corpora": "corpora",
    "corpus": "corpus corpus-snapshots campaigns",
    "corpus-documents": "documents",
    "corpus-document": "document",
    "corpus-differences": "corpus-differences",
    "corpus-profile": "corpus-profile",
    "corpus-profile-start": "corpus-profile",
    "embedding-models": "embedding-models model-choice",
    "embedding-model": "embedding-model systems",
    "known-model": "model-choice",
    "raters": "raters spend",
    "rater": "rater rater-versions rater-passport",
    "rater-diff": "rater-diff",
    "rater-try": "rater-probes",
    "rater-probe": "rater-probe",
    "spend": "spend spend-campaigns prices",
    "price-set": "prices",
    "query-collections": "query-collections",
    "query-collection": "query-collection query-collection-summary queries gold-versions campaigns",
    "gold-conflicts": "gold-conflicts",
    "gold-file": "gold-labels-file",
    "agreement-collections": "query-collections",
    "agreement": "agreement",
    "agreement-pair": "agreement agreement-pairs",
    "agreement-ask": "agreement",
    "rater-passport": "rater-passport",
    "rater-decide": "rater-promote rater-retire",
    "rater-next": "rater-next rater-readiness trainings",
    "rater-next-held-out": "rater-next",
    "rater-next-flips": "previews preview",
    "rater-next-train": "rater-next trainings",
    "rater-next-preview": "previews",
    "rater-next-adopt": "rater-promote",
}
ONLY_SHOWN: dict[str, str] = {
    "join": "an invitation's link, opened by a person who then signs in",
    "workspace-choose": "of a browser's session; a token is of one workspace",
    "workspace-new": "made by a person, who then chooses it; a token is of one workspace",
    "sign-in": "a browser's session; scripts send a token",
    "oidc-begin": "a browser's session, by a provider of identities",
    "oidc-callback": "a browser's session, by a provider of identities",
    "sign-out": "a browser's session; scripts send a token",
    "chart": "drawn from campaign-chart-*, one address for each",
    "report": "laid out for print from campaign-results and campaign-chart-*",
    "report-file": "the same as one file",
    "corpus-profile-chart": "drawn from the figures of corpus-profile",
    "agreement-chart": "drawn from the figures of agreement",
}


def _named(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            if one.name:
                yield one.name
        elif one.namespace is None:
            yield from _named(one.url_patterns)


DASHBOARD = sorted(set(_named(get_resolver().url_patterns)))
REST = {pattern.name for pattern in rest_urls if pattern.name}


def test_the_map_is_read() -> None:
    assert {"review-pass", "campaign", "search-ask"} <= set(DASHBOARD)
    assert "campaigns" in REST
    assert "api" not in DASHBOARD


@pytest.mark.parametrize("name", DASHBOARD)
def test_every_address_of_the_dashboard_has_its_answer_in_rest(name: str) -> None:
    assert (name in SAME) != (name in ONLY_SHOWN), f"say in this file what REST has for {name}"


@pytest.mark.parametrize("name", SAME)
def test_what_is_named_is_there(name: str) -> None:
    assert name in DASHBOARD
    assert SAME[name].split()
    assert [one for one in SAME[name].split() if one not in REST] == []


@pytest.mark.parametrize("name", ONLY_SHOWN)
def test_what_is_only_shown_says_why(name: str) -> None:
    assert name in DASHBOARD
    assert len(ONLY_SHOWN[name].split()) > 3
