"""The passport of a rater version: how good, how dear, how fast, how steady, and who relies on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q, Sum, Window

from evalhub.models import (
    AgreementReport,
    Campaign,
    CampaignRater,
    GradeImport,
    Judgment,
    QueryCollection,
    RaterDecision,
    RaterVersion,
    UnratedCount,
)
from evalhub.selectors.agreement.graders import GOLD, Grader
from evalhub.selectors.charts.agreement import ceiling_of
from evalhub.selectors.inputs.spend import Sums, version_sums
from raters.spec import LOOKED_UP

CAMPAIGNS_SHOWN = 20
COLLECTIONS_SHOWN = 20
DECISIONS_SHOWN = 10
# Judgments that say how long a pair takes.
LOOKED_BACK = 1_000
_REPORTS_READ = 60
# What takes a page of its own, or says nothing to people.
_UNTOLD = {"query_digests", "curve"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quality:
    """A collection on which the version was, or could be, held against gold labels.

    Attributes:
        report: None as long as nobody had it computed.
        figures: the newest report's; empty without one.
        is_outdated: queries or labels have changed since.
    """

    collection: QueryCollection
    report: AgreementReport | None
    figures: Json
    is_outdated: bool

    @property
    def ceiling(self) -> float | None:
        """What people reach among themselves, in quadratic kappa."""
        return ceiling_of(self.figures, "kappa_quadratic") if self.figures else None


@dataclass(frozen=True, slots=True)
class Passport:
    """All of one version; `latency_s` is the mean of its newest judgments, None where it made none here.

    Attributes:
        unrated: pairs by reason, each counted once for a campaign that asked.
    """

    version: RaterVersion
    qualities: Sequence[Quality]
    sums: Sums
    latency_s: float | None
    unrated: Sequence[tuple[str, int]]
    n_campaigns: int
    campaigns: Sequence[Campaign]
    imports: Sequence[GradeImport]
    decisions: Sequence[RaterDecision]
    training: Mapping[str, Any]

    @property
    def usd_per_1k(self) -> float | None:
        """Dollars for 1,000 pairs, from what all of them cost; None without a judgment."""
        if not self.sums.n_judgments:
            return None
        return 1000.0 * float(self.sums.cost_usd) / self.sums.n_judgments

    @property
    def coverage(self) -> float | None:
        """The share of pairs with a grade, of all it settled."""
        return self.sums.n_graded / self.sums.n_judgments if self.sums.n_judgments else None

    @property
    def is_promoted(self) -> bool:
        """Whether the bare name of the rater means it because somebody said so."""
        return self.version.rater.promoted_id == self.version.pk


def passport_of(version: RaterVersion) -> Passport:
    """Everything there is to say of a version, out of what is stored; nothing is computed."""
    used = Q(pk__in=CampaignRater.objects.filter(rater_version=version).values("campaign"))
    campaigns = _campaigns(used)
    unrated = UnratedCount.objects.filter(rating__rater_version=version).values("reason")
    return Passport(
        version=version,
        qualities=_qualities(version, used),
        sums=version_sums([version.pk]).get(version.pk, Sums()),
        latency_s=_latency_s(version),
        unrated=list(unrated.annotate(n=Sum("n_pairs")).order_by("-n").values_list("reason", "n")),
        n_campaigns=campaigns[0][1] if campaigns else 0,
        campaigns=[one for one, _ in campaigns],
        imports=_imports(version),
        decisions=list(
            RaterDecision.objects.filter(version=version)
            .select_related("before", "decided_by")
            .order_by("-pk")[:DECISIONS_SHOWN]
        ),
        training={key: value for key, value in _manifest(version).items() if key not in _UNTOLD},
    )


def _campaigns(used: Q) -> list[tuple[Campaign, int]]:
    """The newest campaigns, each with how many there are."""
    rows = Campaign.objects.filter(used).select_related("snapshot__corpus", "collection")
    counted = rows.annotate(n_all=Window(Count("pk"))).order_by("-created_at")
    return [(one, one.n_all) for one in counted[:CAMPAIGNS_SHOWN]]


def _imports(version: RaterVersion) -> list[GradeImport]:
    if version.kind != "imported":
        return []
    rows = GradeImport.objects.filter(rater_version=version).select_related("collection")
    return list(rows.order_by("-pk")[:COLLECTIONS_SHOWN])


def _qualities(version: RaterVersion, used: Q) -> list[Quality]:
    """Collections with labels that campaigns or imports used, the newest first."""
    key = Grader(version).key
    reports = AgreementReport.objects.filter(workspace=version.workspace_id, first=key, second=GOLD)
    newest: dict[int, AgreementReport] = {}
    for report in reports.exclude(figures=None).defer("cells").order_by("-pk")[:_REPORTS_READ]:
        newest.setdefault(report.collection_id, report)
    imports = GradeImport.objects.filter(rater_version=version).values("collection")
    campaigns = Campaign.objects.filter(used).values("collection")
    rows = QueryCollection.objects.filter(workspace=version.workspace_id, gold_version__gt=0)
    found = rows.filter(Q(pk__in=campaigns) | Q(pk__in=imports) | Q(pk__in=newest))
    return [_quality(one, newest.get(one.pk)) for one in found.order_by("-pk")[:COLLECTIONS_SHOWN]]


def _quality(collection: QueryCollection, report: AgreementReport | None) -> Quality:
    figures: Json = (report.figures or {}) if report else {}
    seen = figures.get("queries", {})
    now = (collection.version, collection.gold_version)
    is_outdated = bool(figures) and (seen["version"], seen["gold_version"]) != now
    return Quality(collection, report, figures, is_outdated)


def _latency_s(version: RaterVersion) -> float | None:
    """Of calls and model runs; what was looked up or imported took no time that says anything."""
    if version.kind in LOOKED_UP:
        return None
    rows = Judgment.objects.filter(rater_version=version, state=Judgment.State.GRADED, latency_s__gt=0)
    found: float | None = rows.order_by("-pk")[:LOOKED_BACK].aggregate(mean=Avg("latency_s"))["mean"]
    return found


def _manifest(version: RaterVersion) -> Mapping[str, Any]:
    manifest = version.spec.get("training") or {}
    return {"queries": len(manifest.get("query_digests", ())), **manifest} if manifest else {}
