"""Flip previews as every edge shows them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from evalhub.models import (
    FlipPreview,
    Job,
    Outlook,
    PreviewCampaign,
    PreviewFigure,
    RaterVersion,
    Workspace,
)
from evalhub.selectors.inputs.probes import probe_price
from evalhub.selectors.progress import JobProgress, job_progress

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PreviewPrice:
    """What rating the sample costs in US dollars, at the most; None for a hosted rater without a price.

    Attributes:
        is_mean: from the mean of earlier judgments, else what each pair can cost at the worst.
    """

    is_hosted: bool
    usd: float | None
    is_mean: bool


@dataclass(frozen=True, slots=True)
class PreviewState:
    """A preview, how far it is, and what it found; its parts have figures as soon as it is done."""

    preview: FlipPreview
    rating: JobProgress
    estimating: JobProgress
    parts: Sequence[PreviewCampaign]
    spent_usd: float

    @property
    def is_done(self) -> bool:
        """Whether there are figures."""
        return self.estimating.state == Job.State.DONE

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.is_done or bool(self.error)

    @property
    def error(self) -> str:
        """Why it stopped."""
        stopped = (Job.State.FAILED, Job.State.CANCELLED)
        jobs = [job for job in (self.rating, self.estimating) if job.state in stopped]
        return next((job.error or job.state for job in jobs), "")

    @property
    def counts(self) -> Counter[str]:
        """Differences by outlook."""
        return Counter(row.outlook for part in self.parts for row in differences(part))

    @property
    def n_sampled(self) -> int:
        """Pairs that were drawn."""
        return sum(stratum.n_sampled for part in self.parts for stratum in part.strata.all())

    @property
    def sentence(self) -> str:
        """What was found, in one sentence."""
        gates = Counter(part.gate_outlook for part in self.parts if part.gate_outlook)
        told = [_told(self.counts, "comparison"), _told(gates, "gate")]
        if not any(told):
            return "These campaigns have a single system each, and no gate: there is no verdict to flip."
        return " ".join(one for one in told if one)

    def to_dict(self) -> Json:
        """Return what REST and the CLI show."""
        preview = self.preview
        return {
            "id": preview.pk,
            "old": name_of(preview.old),
            "new": name_of(preview.new),
            "n_pairs": preview.n_pairs,
            "n_sampled": self.n_sampled,
            "seed": preview.seed,
            "budget_usd": None if preview.budget_usd is None else float(preview.budget_usd),
            "spent_usd": self.spent_usd,
            "jobs": [self.rating, self.estimating],
            "error": self.error,
            "sentence": self.sentence if self.is_done else "",
            "campaigns": [_campaign(part) for part in self.parts] if self.is_done else [],
        }


def _told(counts: Counter[str], noun: str) -> str:
    """How many of them flip, "" where there are none."""
    n_all = counts.total()
    if not n_all:
        return ""
    stay, may, would = (counts[name] for name in (Outlook.STAYS, Outlook.MAY_FLIP, Outlook.WOULD_FLIP))
    undefined = f", {counts[Outlook.UNDEFINED]:,} undefined" if counts[Outlook.UNDEFINED] else ""
    return (
        f"{n_all:,} {noun}{'' if n_all == 1 else 's'}: {would:,} would flip, {may:,} may flip, "
        f"{stay:,} stay{'s' if stay == 1 else ''}{undefined}."
    )


def name_of(version: RaterVersion) -> str:
    """NAME@NUMBER."""
    return f"{version.rater.name}@{version.number}"


def preview_state(preview: FlipPreview, *, now: datetime) -> PreviewState:
    """What is known of a preview so far.

    Raises:
        FlipPreview.DoesNotExist: it was never asked for.
    """
    job = preview.job
    rating = Job.objects.filter(required_by=job, kind=Job.Kind.PREVIEW).first() if job else None
    if job is None or rating is None:
        raise FlipPreview.DoesNotExist("it was never asked for")
    figures = PreviewFigure.objects.select_related("system", "baseline").order_by("pk")
    parts = preview.campaigns.select_related("campaign").order_by("-campaign__created_at")
    return PreviewState(
        preview=preview,
        rating=job_progress(rating.pk, now=now),
        estimating=job_progress(job.pk, now=now),
        parts=list(parts.prefetch_related(Prefetch("figures", figures), "strata")),
        spent_usd=float(rating.spent_usd),
    )


def preview_price(new: RaterVersion, n_pairs: int) -> PreviewPrice:
    """What a preview costs before it is started; pairs that the version graded before are free."""
    price = probe_price(new)
    usd = None if price.usd is None else price.usd * n_pairs
    return PreviewPrice(price.is_hosted, usd, is_mean=bool(price.n_before))


def previews_of(old: RaterVersion, new: RaterVersion) -> list[FlipPreview]:
    """The previews of one version instead of another, newest first."""
    rows = FlipPreview.objects.filter(old=old, new=new).exclude(job=None)
    return list(rows.select_related("old__rater", "new__rater", "job").order_by("-pk"))


def find_preview(workspace: Workspace, preview_id: int) -> FlipPreview | None:
    """A preview of the workspace that was asked for."""
    rows = FlipPreview.objects.filter(workspace=workspace, pk=preview_id).exclude(job=None)
    return rows.select_related("old__rater", "new__rater", "job").first()


def differences(part: PreviewCampaign) -> list[PreviewFigure]:
    """The comparisons of a campaign, those that may flip first."""
    order = [Outlook.WOULD_FLIP, Outlook.MAY_FLIP, Outlook.STAYS, Outlook.UNDEFINED]
    rows = [row for row in part.figures.all() if row.baseline_id]
    return sorted(rows, key=lambda row: order.index(Outlook(row.outlook)))


def scores(part: PreviewCampaign) -> list[PreviewFigure]:
    """The scores of a campaign's systems."""
    return [row for row in part.figures.all() if not row.baseline_id]


def _campaign(part: PreviewCampaign) -> Json:
    has_gate = bool(part.gate_outlook)
    return {
        "id": part.campaign_id,
        "name": part.campaign.name,
        "measure": f"PWAS@{part.campaign.cutoff}",
        "gate": {"now": part.gate_now, "then": part.gate_then, "outlook": part.gate_outlook}
        if has_gate
        else None,
        "systems": [_figure(row) for row in scores(part)],
        "comparisons": [
            _figure(row)
            | {
                "baseline": row.baseline.name if row.baseline else "",
                "verdict_now": row.verdict_now,
                "verdict_then": row.verdict_then or "undefined",
                "outlook": row.outlook,
            }
            for row in differences(part)
        ],
        "strata": [
            {
                "grade": row.grade,
                "n_pairs": row.n_pairs,
                "n_sampled": row.n_sampled,
                "n_changed": row.n_changed,
                "n_unrated": row.n_unrated,
                "mean_change": row.mean_change,
            }
            for row in part.strata.all()
        ],
    }


def _figure(row: PreviewFigure) -> Json:
    return {
        "system": row.system.name,
        "now": {"value": row.old, "low": row.old_low, "high": row.old_high},
        "then": {"value": row.new, "low": row.new_low, "high": row.new_high},
        "sampling_error": row.sampling_error,
    }
