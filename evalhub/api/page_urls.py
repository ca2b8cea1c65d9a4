"""Addresses by which scripts do and read what the pages of the dashboard do and show."""

from django.urls import path

from evalhub.api.views.agreement_cells import AgreementPairsView
from evalhub.api.views.campaign_read import (
    CHARTS,
    ChangesView,
    ChartView,
    ComparisonsView,
    SoFarView,
    TrendView,
)
from evalhub.api.views.cards import ModelCardView, ModelChoiceView, PassportView
from evalhub.api.views.inputs_read import (
    CollectionSummaryView,
    DifferencesView,
    DocumentView,
    SnapshotsView,
)
from evalhub.api.views.readiness import ReadinessView
from evalhub.api.views.review_work import (
    ItemPassView,
    ItemTakeView,
    ReviewAssignmentsView,
    ReviewPeopleView,
    ReviewStandingView,
    ReviewUndoView,
)
from evalhub.api.views.searches import (
    SearchBesideView,
    SearchesView,
    SearchGradesView,
    SearchSystemsView,
    SearchView,
)
from evalhub.api.views.spend import CampaignsSpendView, PricesView, SpendView

CAMPAIGN = "campaigns/<int:campaign_id>"
REVIEW = "campaigns/<int:campaign_id>/review"
ITEM = "disagreements/<int:item_id>"
CORPUS = "corpora/<int:corpus_id>"
SEARCH = "searches/<int:search_id>"

urlpatterns = [
    path(f"{ITEM}/pass", ItemPassView.as_view(), name="disagreement-pass"),
    path(f"{ITEM}/take", ItemTakeView.as_view(), name="disagreement-take"),
    path(f"{REVIEW}/undo", ReviewUndoView.as_view(), name="campaign-review-undo"),
    path(f"{REVIEW}/standing", ReviewStandingView.as_view(), name="campaign-review-standing"),
    path(f"{REVIEW}/people", ReviewPeopleView.as_view(), name="campaign-review-people"),
    path(f"{REVIEW}/assignments", ReviewAssignmentsView.as_view(), name="campaign-review-assignments"),
    path(f"{CORPUS}/snapshots", SnapshotsView.as_view(), name="corpus-snapshots"),
    path(f"{CORPUS}/documents/<int:document_id>", DocumentView.as_view(), name="document"),
    path(f"{CORPUS}/differences", DifferencesView.as_view(), name="corpus-differences"),
    path(f"{CORPUS}/search-systems", SearchSystemsView.as_view(), name="search-systems"),
    path(
        "query-collections/<int:collection_id>/summary",
        CollectionSummaryView.as_view(),
        name="query-collection-summary",
    ),
    path("searches", SearchesView.as_view(), name="searches"),
    path(SEARCH, SearchView.as_view(), name="search"),
    path(f"{SEARCH}/beside/<int:beside_id>", SearchBesideView.as_view(), name="search-beside"),
    path(f"{SEARCH}/grades", SearchGradesView.as_view(), name="search-grades"),
    path(f"{CAMPAIGN}/trend", TrendView.as_view(), name="campaign-trend"),
    path(f"{CAMPAIGN}/changes", ChangesView.as_view(), name="campaign-changes"),
    path(f"{CAMPAIGN}/so-far", SoFarView.as_view(), name="campaign-so-far"),
    path(f"{CAMPAIGN}/comparisons", ComparisonsView.as_view(), name="campaign-comparisons"),
    *(
        path(f"{CAMPAIGN}/charts/{chart}", ChartView.as_view(chart=chart), name=f"campaign-chart-{chart}")
        for chart in CHARTS
    ),
    path(f"{CORPUS}/model-choice", ModelChoiceView.as_view(), name="model-choice"),
    path("embedding-models/<int:model_id>", ModelCardView.as_view(), name="embedding-model"),
    path(
        "raters/<int:rater_id>/versions/<int:number>/passport",
        PassportView.as_view(),
        name="rater-passport",
    ),
    path(
        "raters/<int:rater_id>/versions/<int:number>/readiness",
        ReadinessView.as_view(),
        name="rater-readiness",
    ),
    path("spend", SpendView.as_view(), name="spend"),
    path("spend/campaigns", CampaignsSpendView.as_view(), name="spend-campaigns"),
    path("prices", PricesView.as_view(), name="prices"),
    path(
        "query-collections/<int:collection_id>/agreement/pairs",
        AgreementPairsView.as_view(),
        name="agreement-pairs",
    ),
]
