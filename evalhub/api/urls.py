"""The addresses under /api/v1/."""

from django.urls import path, re_path

from evalhub.api.page_urls import urlpatterns as page_urls
from evalhub.api.problems import missing
from evalhub.api.views.agreement import AgreementView
from evalhub.api.views.alerts import AlertDismissalView, AlertsView
from evalhub.api.views.audit import AuditView
from evalhub.api.views.campaigns import CampaignsView, CampaignView, EstimateView, HoldView, ReleaseView
from evalhub.api.views.corpora import CorporaView, CorpusView, DocumentsView
from evalhub.api.views.docs import DocsView, SchemaView
from evalhub.api.views.gold import GoldConflictsView, GoldFileView, GoldLabelsView, GoldVersionsView
from evalhub.api.views.jobs import JobView
from evalhub.api.views.judgments import JudgmentsView, JudgmentTableView
from evalhub.api.views.keys import KeysView, KeyView
from evalhub.api.views.loop import NextView, PreviewsView, PreviewView
from evalhub.api.views.members import InvitationsView, InvitationView, MembersView, MemberView
from evalhub.api.views.probes import ProbesView, ProbeView
from evalhub.api.views.profiles import ProfileView
from evalhub.api.views.queries import QueriesView, QueryCollectionsView, QueryCollectionView
from evalhub.api.views.rater_lifecycle import PromoteView, RetireView
from evalhub.api.views.rater_list import RatersView
from evalhub.api.views.rater_versions import RaterDiffView, RaterVersionsView, RaterView
from evalhub.api.views.raters import RaterReportView
from evalhub.api.views.results import GateView, HitsView, QueryValuesView, ResultsView
from evalhub.api.views.review_desk import (
    ItemAdjudicationView,
    ItemGradesView,
    ItemHistoryView,
    TakeView,
)
from evalhub.api.views.reviews import DisagreementsView, DisagreementView, ReviewSampleView, ReviewView
from evalhub.api.views.schedules import ScheduleNowView, ScheduleRunsView, SchedulesView, ScheduleView
from evalhub.api.views.systems import EmbeddingModelsView, SystemsView, SystemView
from evalhub.api.views.tokens import TokensView, TokenView
from evalhub.api.views.trainings import TrainingsView, TrainingView
from evalhub.api.views.webhooks import (
    DeliveriesView,
    RedeliverView,
    WebhooksView,
    WebhookTestView,
    WebhookView,
)
from evalhub.models import Campaign

app_name = "api"

CANCELLED, PAUSED = Campaign.State.CANCELLED, Campaign.State.PAUSED

urlpatterns = [
    path("corpora", CorporaView.as_view(), name="corpora"),
    path("corpora/<int:corpus_id>", CorpusView.as_view(), name="corpus"),
    path("corpora/<int:corpus_id>/documents", DocumentsView.as_view(), name="documents"),
    path("corpora/<int:corpus_id>/profile", ProfileView.as_view(), name="corpus-profile"),
    path("query-collections", QueryCollectionsView.as_view(), name="query-collections"),
    path("query-collections/<int:collection_id>", QueryCollectionView.as_view(), name="query-collection"),
    path("query-collections/<int:collection_id>/queries", QueriesView.as_view(), name="queries"),
    path(
        "query-collections/<int:collection_id>/gold-labels", GoldFileView.as_view(), name="gold-labels-file"
    ),
    path(
        "query-collections/<int:collection_id>/gold-versions",
        GoldVersionsView.as_view(),
        name="gold-versions",
    ),
    path(
        "query-collections/<int:collection_id>/gold-conflicts",
        GoldConflictsView.as_view(),
        name="gold-conflicts",
    ),
    path("query-collections/<int:collection_id>/agreement", AgreementView.as_view(), name="agreement"),
    path("gold-labels", GoldLabelsView.as_view(), name="gold-labels"),
    path("judgments", JudgmentsView.as_view(), name="judgments"),
    path("judgments/table", JudgmentTableView.as_view(), name="judgment-table"),
    path("systems", SystemsView.as_view(), name="systems"),
    path("systems/<int:system_id>", SystemView.as_view(), name="system"),
    path("embedding-models", EmbeddingModelsView.as_view(), name="embedding-models"),
    path("raters/<int:rater_id>/report", RaterReportView.as_view(), name="rater-report"),
    path("raters/<int:rater_id>", RaterView.as_view(), name="rater"),
    path("raters/<int:rater_id>/versions", RaterVersionsView.as_view(), name="rater-versions"),
    path("raters/<int:rater_id>/versions/<int:number>/probe", ProbesView.as_view(), name="rater-probes"),
    path(
        "raters/<int:rater_id>/versions/<int:number>/probe/<int:probe_id>",
        ProbeView.as_view(),
        name="rater-probe",
    ),
    path("raters/<int:rater_id>/versions/<int:number>/promote", PromoteView.as_view(), name="rater-promote"),
    path("raters/<int:rater_id>/versions/<int:number>/next", NextView.as_view(), name="rater-next"),
    path("raters/<int:rater_id>/versions/<int:number>/retire", RetireView.as_view(), name="rater-retire"),
    path("raters/<int:rater_id>/diff", RaterDiffView.as_view(), name="rater-diff"),
    path("raters", RatersView.as_view(), name="raters"),
    path("keys", KeysView.as_view(), name="keys"),
    path("keys/<int:key_id>", KeyView.as_view(), name="key"),
    path("tokens", TokensView.as_view(), name="tokens"),
    path("tokens/<int:token_id>", TokenView.as_view(), name="token"),
    path("members", MembersView.as_view(), name="members"),
    path("members/<int:member_id>", MemberView.as_view(), name="member"),
    path("invitations", InvitationsView.as_view(), name="invitations"),
    path("invitations/<int:invitation_id>", InvitationView.as_view(), name="invitation"),
    path("audit", AuditView.as_view(), name="audit"),
    path("previews", PreviewsView.as_view(), name="previews"),
    path("previews/<int:preview_id>", PreviewView.as_view(), name="preview"),
    path("trainings", TrainingsView.as_view(), name="trainings"),
    path("trainings/<int:training_id>", TrainingView.as_view(), name="training"),
    path("campaigns", CampaignsView.as_view(), name="campaigns"),
    path("campaigns/estimate", EstimateView.as_view(), name="campaign-estimate"),
    path("campaigns/<int:campaign_id>", CampaignView.as_view(), name="campaign"),
    path("campaigns/<int:campaign_id>/cancel", HoldView.as_view(state=CANCELLED), name="campaign-cancel"),
    path("campaigns/<int:campaign_id>/pause", HoldView.as_view(state=PAUSED), name="campaign-pause"),
    path("campaigns/<int:campaign_id>/resume", ReleaseView.as_view(), name="campaign-resume"),
    path("campaigns/<int:campaign_id>/retry", ReleaseView.as_view(), name="campaign-retry"),
    path("campaigns/<int:campaign_id>/results", ResultsView.as_view(), name="campaign-results"),
    path("campaigns/<int:campaign_id>/gate", GateView.as_view(), name="campaign-gate"),
    path("campaigns/<int:campaign_id>/queries", QueryValuesView.as_view(), name="campaign-queries"),
    path("campaigns/<int:campaign_id>/hits", HitsView.as_view(), name="campaign-hits"),
    path("campaigns/<int:campaign_id>/review", ReviewView.as_view(), name="campaign-review"),
    path(
        "campaigns/<int:campaign_id>/review/sample", ReviewSampleView.as_view(), name="campaign-review-sample"
    ),
    path("disagreements/next", TakeView.as_view(), name="disagreements-next"),
    path("disagreements/<int:item_id>/grades", ItemGradesView.as_view(), name="disagreement-grades"),
    path(
        "disagreements/<int:item_id>/adjudication",
        ItemAdjudicationView.as_view(),
        name="disagreement-adjudication",
    ),
    path("disagreements/<int:item_id>/history", ItemHistoryView.as_view(), name="disagreement-history"),
    path("disagreements", DisagreementsView.as_view(), name="disagreements"),
    path("disagreements/<int:item_id>", DisagreementView.as_view(), name="disagreement"),
    *page_urls,
    path("jobs/<int:job_id>", JobView.as_view(), name="job"),
    path("schedules", SchedulesView.as_view(), name="schedules"),
    path("schedules/<int:schedule_id>", ScheduleView.as_view(), name="schedule"),
    path("schedules/<int:schedule_id>/runs", ScheduleRunsView.as_view(), name="schedule-runs"),
    path("schedules/<int:schedule_id>/run", ScheduleNowView.as_view(), name="schedule-run"),
    path("alerts", AlertsView.as_view(), name="alerts"),
    path("alerts/<int:alert_id>/dismissal", AlertDismissalView.as_view(), name="alert-dismissal"),
    path("webhooks", WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<int:webhook_id>", WebhookView.as_view(), name="webhook"),
    path("webhooks/<int:webhook_id>/test", WebhookTestView.as_view(), name="webhook-test"),
    path("webhooks/<int:webhook_id>/deliveries", DeliveriesView.as_view(), name="webhook-deliveries"),
    path("deliveries/<int:delivery_id>/redeliver", RedeliverView.as_view(), name="delivery-redeliver"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path("", missing),
]
