"""Every model of the one app, split by noun."""

from evalhub.models.agreement import AgreementReport, GradeImport
from evalhub.models.audit import AuditEvent
from evalhub.models.breakdowns import DifferenceBin, RankGain, SegmentScore
from evalhub.models.campaigns import (
    Campaign,
    CampaignJob,
    CampaignRater,
    CampaignSystem,
    CampaignTag,
)
from evalhub.models.corpora import Corpus, Document, Snapshot
from evalhub.models.embeddings import EmbeddingModel, VectorIndex, VectorSet, VectorShard
from evalhub.models.fine_tuning import FineTuning, TrainingEpoch
from evalhub.models.gates import GateRule
from evalhub.models.gold_imports import GoldImport
from evalhub.models.hooks import Delivery, DeliveryAttempt, Webhook, WebhookEvent
from evalhub.models.human_grades import HumanGrade
from evalhub.models.idempotency import KeptAnswer
from evalhub.models.identities import Identity
from evalhub.models.jobs import Job, WorkUnit
from evalhub.models.keys import ProviderKey
from evalhub.models.ledger import LedgerMonth
from evalhub.models.members import Invitation, Membership, Role
from evalhub.models.preview import (
    FlipPreview,
    Outlook,
    PreviewCampaign,
    PreviewFigure,
    PreviewPair,
    PreviewStratum,
)
from evalhub.models.prices import ModelPrice
from evalhub.models.probes import RaterProbe
from evalhub.models.profiles import CorpusProfile, ProfilePart
from evalhub.models.queries import GoldLabel, Query, QueryCollection
from evalhub.models.rater_decisions import RaterDecision
from evalhub.models.raters import Judgment, Rater, RaterVersion
from evalhub.models.ratings import CampaignRating, UnratedCount
from evalhub.models.review import ItemGrade, ItemPlace, ReviewItem, ReviewQueue, ReviewTurn
from evalhub.models.runs import Hit, Run
from evalhub.models.schedules import Alert, Regrading, Schedule, ScheduleRun
from evalhub.models.scores import Comparison, QueryDisagreement, QueryScore, Score
from evalhub.models.search import Search, SearchHit
from evalhub.models.sign_ins import FailedSignIns
from evalhub.models.statistics import CorpusStatistics
from evalhub.models.systems import System
from evalhub.models.tokens import ApiToken
from evalhub.models.workspaces import Workspace

__all__ = [
    "AgreementReport",
    "Alert",
    "ApiToken",
    "AuditEvent",
    "Campaign",
    "CampaignJob",
    "CampaignRater",
    "CampaignRating",
    "CampaignSystem",
    "CampaignTag",
    "Comparison",
    "Corpus",
    "CorpusProfile",
    "CorpusStatistics",
    "Delivery",
    "DeliveryAttempt",
    "DifferenceBin",
    "Document",
    "EmbeddingModel",
    "FailedSignIns",
    "FineTuning",
    "FlipPreview",
    "GateRule",
    "GoldImport",
    "GoldLabel",
    "GradeImport",
    "Hit",
    "HumanGrade",
    "Identity",
    "Invitation",
    "ItemGrade",
    "ItemPlace",
    "Job",
    "Judgment",
    "KeptAnswer",
    "LedgerMonth",
    "Membership",
    "ModelPrice",
    "Outlook",
    "PreviewCampaign",
    "PreviewFigure",
    "PreviewPair",
    "PreviewStratum",
    "ProfilePart",
    "ProviderKey",
    "Query",
    "QueryCollection",
    "QueryDisagreement",
    "QueryScore",
    "RankGain",
    "Rater",
    "RaterDecision",
    "RaterProbe",
    "RaterVersion",
    "Regrading",
    "ReviewItem",
    "ReviewQueue",
    "ReviewTurn",
    "Role",
    "Run",
    "Schedule",
    "ScheduleRun",
    "Score",
    "Search",
    "SearchHit",
    "SegmentScore",
    "Snapshot",
    "System",
    "TrainingEpoch",
    "UnratedCount",
    "VectorIndex",
    "VectorSet",
    "VectorShard",
    "Webhook",
    "WebhookEvent",
    "WorkUnit",
    "Workspace",
]
